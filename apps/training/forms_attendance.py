"""Reading what the pages on attendance send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.training.check_in import TOKEN_LENGTH, tidy


class TickForm(forms.Form):
    """A tick on the list: who, when, there or not."""

    enrolment = forms.UUIDField()
    date = forms.UUIDField()
    present = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class CodeForm(forms.Form):
    """The code in the room, typed by hand or brought along by the QR code."""

    code = forms.CharField(
        label=_("Code in the room"),
        max_length=TOKEN_LENGTH * 2,
        help_text=_("Six letters and digits, for example KM4 7XP."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        return tidy(self.cleaned_data["code"])
