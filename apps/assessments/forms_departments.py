"""Reading what the page on differing answers of departments sends."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.department import MAX_REASON
from apps.core.form_fields import set_choices


class DecideForm(forms.Form):
    """Which answer counts, and why. seen: which answers of the departments the page showed."""

    answer = forms.ChoiceField(label=_("What counts for the assessment?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why this answer? It stands beside the answers of the departments. Please name no people."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "answer", choices)
