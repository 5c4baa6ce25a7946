"""Reading what the page sends on which a signature on paper or a decision is put on record."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.assessments.actions.assessments import may_be_signed_on
from apps.assessments.models import Assessment, Signature
from apps.files.forms import UploadField

Kind = Signature.Kind


class RecordSignatureForm(forms.Form):
    """Who has signed what, where and when: on a paper that is uploaded, or by a decision that is named."""

    kind = forms.ChoiceField(
        label=_("How has it been signed?"),
        choices=[(Kind.DOCUMENT, _("on paper: the signed document is uploaded")), (Kind.DECISION, _("by a decision"))],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Name of the person who signed"),
        max_length=160,
        help_text=_("For a decision: who presided over it or signed its minutes."),
    )
    function = forms.CharField(label=_("Function of this person"), max_length=160)
    reference = forms.CharField(
        label=_("Document or decision"),
        max_length=200,
        help_text=_("For example: “Decision of the council, item 7, no. 12/2027” or “Letter of the mayor’s office”."),
    )
    signed_on = forms.DateField(label=_("Signed or decided on"))
    document = UploadField(label=_("Signed document, where it was signed on paper"), required=False)

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assessment = assessment

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        if not may_be_signed_on(self.assessment, day):
            handed_in = date_format(timezone.localdate(self.assessment.submitted_at), "SHORT_DATE_FORMAT")
            raise forms.ValidationError(
                _("The assessment was handed in on %(day)s. What was signed before cannot stand for these answers."),
                params={"day": handed_in},
            )
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Kind.DOCUMENT and not data.get("document") and "document" not in self.errors:
            self.add_error("document", _("Please choose the signed document."))
        return data
