from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.instruments.workbook import MAX_BYTES, SUFFIXES


class WorkbookForm(forms.Form):
    """Upload of a workbook. What is inside is judged when it is read, with sheet and row."""

    workbook = forms.FileField(
        label=_("Workbook"),
        help_text=_("XLSForm as .xlsx, .xls, .csv or .md, at most 10 MB."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )

    def clean_workbook(self) -> Any:
        workbook = self.cleaned_data["workbook"]
        if workbook.size is not None and workbook.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return workbook
