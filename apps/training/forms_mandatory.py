"""Reading what makes a training mandatory."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.municipalities.models import OrgUnit
from apps.training.models import Module


class _ByTitle(forms.ModelChoiceField[Module]):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.offered.title}"


class MandatoryForm(forms.Form):
    """Which module, for whom, until when, how often, decided by what."""

    within_months = forms.IntegerField(
        label=_("To be taken within (months)"),
        min_value=1,
        max_value=60,
        initial=6,
        help_text=_("Counted from this decision, or from when somebody came, if that was later."),
    )
    repeat_months = forms.IntegerField(
        label=_("To be repeated after (months)"),
        min_value=0,
        max_value=120,
        initial=36,
        help_text=_("0: once is enough."),
    )
    decided_on = forms.DateField(
        label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reference = forms.CharField(
        label=_("Reference of the decision"), max_length=160, help_text=_("For example the service instruction.")
    )

    def __init__(self, *args: Any, modules: "QuerySet[Module]", units: "QuerySet[OrgUnit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "module": _ByTitle(label=_("Training module"), queryset=modules, empty_label=None),
            "org_unit": forms.ModelChoiceField(
                label=_("For whom"),
                queryset=units,
                required=False,
                empty_label=_("Everybody"),
                help_text=_("A department includes those below it."),
            ),
            **self.fields,
        }

    def clean_decided_on(self) -> date:
        day: date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day is still to come."))
        return day
