"""Reading what the pages of a group enrolment send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.form_fields import RequestKeyField, set_choices
from apps.files.checks import XLSX
from apps.files.forms import UploadField
from apps.municipalities.models import Membership


class PeopleForm(forms.Form):
    """Who is to be enrolled, of those whom the page shows."""

    people = forms.MultipleChoiceField(label=_("People"), widget=forms.CheckboxSelectMultiple)
    request_key = RequestKeyField()

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = {}
        for row in members:
            unit = f", {row.org_unit.name}" if row.org_unit is not None else ""
            shown[row.user.email] = f"{row.user.get_full_name()}{unit}"
        set_choices(self, "people", list(shown.items()))


class SheetForm(forms.Form):
    """The people as an Excel file."""

    document = UploadField(
        label=_("Excel file"), help_text=_("XLSX with a column “E-mail address”, as in the template.")
    )

    def clean_document(self) -> Any:
        uploaded = self.cleaned_data["document"]
        if uploaded is not None and uploaded.kind != XLSX:
            raise forms.ValidationError(_("This is no Excel file (XLSX)."))
        return uploaded


class SearchForm(forms.Form):
    """Narrows the list of people."""

    q = forms.CharField(label=_("Name, address or department"), required=False, max_length=100)
    use_required_attribute = False
