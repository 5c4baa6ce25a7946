from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.form_fields import set_choices
from apps.instruments.definition import DIMENSION_NAMES, localized


def dimension_name(dimension: int) -> str:
    """Name of a field of action in the language of the moment."""
    return localized(DIMENSION_NAMES[dimension], get_language() or "de", "de")


class CatalogueForm(forms.Form):
    """What to look for among the recommendations."""

    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    dimension = forms.TypedChoiceField(label=_("Field of action"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(number), f"{number} {dimension_name(number)}") for number in DIMENSION_NAMES]
        set_choices(self, "dimension", [("", _("all")), *names])
