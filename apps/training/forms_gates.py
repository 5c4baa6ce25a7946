"""Reading what the page on opening training records sends."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.files.forms import UploadField
from apps.training.models import GateDocument, TrainingOpening


class DocumentForm(forms.Form):
    """A document, or the fact that there is no staff council."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=GateDocument.Kind.choices, widget=forms.RadioSelect)
    document = UploadField(
        label=_("Document"), required=False, help_text=_("Not needed where there is no staff council.")
    )
    signed_on = forms.DateField(
        label=_("Signed or stated on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    stated_by_name = forms.CharField(label=_("Signed or stated by"), max_length=160)
    reference = forms.CharField(label=_("Reference"), max_length=160, required=False)

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        without = data.get("kind") != GateDocument.Kind.NO_STAFF_COUNCIL
        if "kind" in data and without and data.get("document") is None and "document" not in self.errors:
            self.add_error("document", _("Please add the document."))
        return data


class HandlingForm(forms.Form):
    """How enrolments and status lists are handled."""

    approval = forms.ChoiceField(
        label=_("Approval"), choices=TrainingOpening.Approval.choices, widget=forms.RadioSelect
    )
    names_visible = forms.BooleanField(
        label=_("Status lists of mandatory trainings show names"),
        required=False,
        help_text=_("Only with a stored agreement that allows it. Otherwise they show numbers, and none below 10."),
    )
