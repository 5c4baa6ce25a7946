"""Reading what the pages on needs send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessments.models import Need
from apps.assessments.models.need import MAX_REASON


class PriorityForm(forms.Form):
    """How urgent a need is, and why."""

    priority = forms.ChoiceField(label=_("How urgent is it?"), choices=Need.Priority.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why now, or why later? Please write about the matter and name no people."),
    )
