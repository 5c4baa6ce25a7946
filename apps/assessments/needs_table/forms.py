"""The form of a decision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.priority import MAX_DECISION_REASON
from apps.core.form_fields import set_choices

MAX_RANK = 99


class SubjectForm(forms.Form):
    """The choice of what to decide about."""

    subject = forms.ChoiceField(label=_("What is decided about"))

    def __init__(self, *args: Any, subjects: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "subject", list(subjects.items()))


class DecisionForm(forms.Form):
    """What is decided about one item or field of action, and why. `off` takes it off the list instead of a rank."""

    subject = forms.ChoiceField(label=_("What is decided about"), widget=forms.HiddenInput)
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    rank = forms.IntegerField(
        label=_("Place in the order of writing"),
        min_value=1,
        max_value=MAX_RANK,
        required=False,
        help_text=_("1 is written first. Equal places are written side by side."),
    )
    off = forms.BooleanField(label=_("Take it off the list"), required=False)
    decided_on = forms.DateField(
        label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_DECISION_REASON,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It stays on record with your name and the date, and cannot be changed later."),
    )

    def __init__(self, *args: Any, subjects: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        set_choices(self, "subject", list(subjects.items()))

    def clean(self) -> dict[str, Any]:
        """Either a place or off the list; raises ValidationError on the field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "rank" in cleaned and (cleaned["rank"] is None) != bool(cleaned.get("off")):
            self.add_error("rank", ValidationError(_("Please name a place, or take it off the list.")))
        if cleaned.get("decided_on") and cleaned["decided_on"] > timezone.localdate():
            self.add_error("decided_on", ValidationError(_("The date of the decision lies ahead.")))
        return cleaned
