"""Reading what the pages on the self-commitment send."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.commitments.models import SelfCommitment
from apps.files.forms import UploadField

MAX_TEXT = 20_000
_PLACE_TO_FILL_IN = re.compile(r"\[[^\]\n]{1,80}\]")


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class TextForm(forms.Form):
    """The draft of a commitment."""

    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 28}),
        help_text=_(
            "An empty line begins a new paragraph, a dash at the beginning of a line an entry of a list. A short line "
            "by itself becomes a heading. What is still to be filled in stands in square brackets."
        ),
    )


class DecisionForm(forms.Form):
    """By which decision a commitment is in force, for how long, and who signed it."""

    decided_by = forms.ChoiceField(
        label=_("Decided by"), choices=SelfCommitment.DecidedBy.choices, widget=forms.RadioSelect
    )
    reference = forms.CharField(
        label=_("Reference of the decision"),
        max_length=120,
        help_text=_("As people find it again, for example “Council decision 2026/117”."),
    )
    decided_on = _day(_("Date of the decision"))
    document = UploadField(label=_("The decision as a document"), required=False)
    signatory_name = forms.CharField(label=_("Signed by"), max_length=120)
    signatory_function = forms.CharField(
        label=_("Function"), max_length=120, help_text=_("For example: Lord Mayor, District Administrator.")
    )
    valid_from = _day(_("Valid from"))
    valid_until = _day(_("Valid until"), required=False, help_text=_("Leave empty where it is not limited in time."))
    review_on = _day(_("To be reviewed on"), required=False)
    is_public = forms.BooleanField(
        label=_("On a public page"),
        required=False,
        help_text=_("Everybody can read text, decision, and name and function of who signed it, without signing in."),
    )

    def __init__(self, *args: Any, text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text

    def clean_decided_on(self) -> date:
        return _not_later_than_today(self.cleaned_data["decided_on"], _("The day is still to come."))

    def clean_valid_from(self) -> date:
        message = _("Please put it in force on that day, not before.")
        return _not_later_than_today(self.cleaned_data["valid_from"], message)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends, review = data.get("valid_from"), data.get("valid_until"), data.get("review_on")
        if starts and ends and ends < starts:
            self.add_error("valid_until", _("The end lies before the beginning."))
        elif ends and ends < timezone.localdate():
            self.add_error("valid_until", _("The day has passed."))
        if review and review <= timezone.localdate():
            self.add_error("review_on", _("Please give a day that is still to come."))
        left = _PLACE_TO_FILL_IN.findall(self.text)
        if left:
            message = _("The text still has places to be filled in: %(places)s. Please edit it first.")
            self.add_error(None, forms.ValidationError(message, params={"places": ", ".join(left[:5])}))
        return data


def _not_later_than_today(day: date, message: Any) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError(message)
    return day


class EndForm(forms.Form):
    """Why a commitment ends."""

    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))
