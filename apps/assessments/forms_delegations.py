"""Reading what the pages on delegated sections send."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.assessments.models.delegation import MAX_NOTE
from apps.municipalities.forms.memberships import OrgUnitChoice
from apps.municipalities.models import OrgUnit

PROPOSED_TERM = timedelta(days=14)
Choices = Sequence[tuple[str, str]]


class DueForm(forms.Form):
    """Until when: between today and the deadline of the wave."""

    due_on = forms.DateField(label=_("Answers due on"))

    def __init__(self, *args: Any, closes_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closes_on = closes_on
        self.fields["due_on"].initial = min(timezone.localdate() + PROPOSED_TERM, closes_on)

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("The day has passed already."))
        if day > self.closes_on:
            ends = date_format(self.closes_on, "SHORT_DATE_FORMAT")
            raise forms.ValidationError(_("The assessment ends on %(day)s."), params={"day": ends})
        return day


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is to be kept in mind. It stands in the mail and above the questions."),
    )


class GiveForm(DueForm):
    """Which sections go to whom among those with an account."""

    sections = forms.MultipleChoiceField(label=_("Sections"), widget=forms.CheckboxSelectMultiple)
    org_unit = OrgUnitChoice(
        label=_("Department"),
        empty_label=_("no department"),
        help_text=_("Without a person: all contributors of the department and of those below it."),
    )
    user = forms.ModelChoiceField(
        User.objects.none(), label=_("Person"), required=False, empty_label=_("nobody in particular")
    )
    deputy = forms.ModelChoiceField(User.objects.none(), label=_("Deputy"), required=False, empty_label=_("no deputy"))
    note = _note()
    field_order = ("sections", "org_unit", "user", "deputy", "due_on", "note")

    def __init__(
        self, *args: Any, sections: Choices, units: "list[OrgUnit]", people: "QuerySet[User]", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = sections  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["org_unit"].show(units)  # type: ignore[attr-defined]  # an OrgUnitChoice
        for name in ("user", "deputy"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        user, deputy = data.get("user"), data.get("deputy")
        if not self.errors and user is None and data.get("org_unit") is None:
            self.add_error("user", _("Please choose a person or a department."))
        if deputy is not None and (user is None or user == deputy):
            self.add_error("deputy", _("A deputy stands for another person: please choose both."))
        return data


class LinkForm(DueForm):
    """Which section goes to somebody without an account."""

    section = forms.ChoiceField(label=_("Section"))
    name = forms.CharField(label=_("Name of the person"), max_length=160)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    org_unit = OrgUnitChoice(label=_("Department"), empty_label=_("no department"))
    note = _note()
    field_order = ("section", "name", "email", "org_unit", "due_on", "note")

    def __init__(self, *args: Any, sections: Choices, units: "list[OrgUnit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = sections  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["org_unit"].show(units)  # type: ignore[attr-defined]  # an OrgUnitChoice


class GiveBackForm(DueForm):
    """Why a section that was handed back goes to the same people again, and until when."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands in the mail and above the questions."),
    )
    field_order = ("reason", "due_on")
