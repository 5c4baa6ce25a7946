"""Reading what the pages on certificates send."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.files.models import MAX_BYTES
from apps.training.certificates import file_hash, normalised


class IssueForm(forms.Form):
    """Which completion, and whether the title is left out."""

    source = forms.UUIDField(widget=forms.HiddenInput)
    neutral = forms.BooleanField(
        label=_("Without the title"),
        required=False,
        help_text=_("The certificate then only says “Further training”, with dates and duration."),
    )


class NumberForm(forms.Form):
    """The number of a certificate as somebody types it."""

    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=60,
        help_text=_("25 characters in five groups, as printed below the QR code."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        number = normalised(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("This is no number of a certificate: 25 letters and digits are needed."))
        return number


class VerifyForm(NumberForm):
    """The number, and the file somebody was given, if it is at hand."""

    pdf = forms.FileField(
        label=_("The PDF you were given"),
        required=False,
        help_text=_("It is compared with the one that was issued, and not kept."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean_pdf(self) -> UploadedFile[Any] | None:
        given: UploadedFile[Any] | None = self.cleaned_data["pdf"]
        if given is not None and (given.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1024**2}, code="size"
            )
        return given

    @property
    def pdf_sha256(self) -> str:
        """Hash of the file; "" where there was none."""
        given = self.cleaned_data.get("pdf")
        return file_hash(list(given.chunks())) if given else ""
