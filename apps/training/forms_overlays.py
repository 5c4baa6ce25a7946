"""Reading what a municipality adds to a module."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.core.form_fields import set_choices
from apps.core.prose import NotAllowed, parse
from apps.training.models import Overlay

MAX_TEXT = 8_000
#: What a choice says for the beginning of the module, which has no key; no key of a unit holds a full stop.
AT_BEGINNING = "."


def _place(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=lambda value: "" if value == AT_BEGINNING else value)


def _set_places(form: forms.Form, places: Sequence[tuple[str, Any]]) -> None:
    """Offer the places, (key, title)."""
    set_choices(form, "unit", [(key or AT_BEGINNING, title) for key, title in places])


class OverlayForm(forms.Form):
    """An addition: a heading and Markdown as apps.core.prose reads it."""

    title = forms.CharField(
        label=_("Heading"), max_length=160, help_text=_("For example: Whom to turn to in our administration.")
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "true"}),
        help_text=_(
            "An empty line ends a paragraph. A line that begins with “### ” is a heading, one with “- ” a list entry."
        ),
    )

    @classmethod
    def of(cls, overlay: Overlay) -> "OverlayForm":
        """The form, filled with what there is."""
        return cls(initial={"title": overlay.title, "text": overlay.text})

    def clean_text(self) -> str:
        """Raises ValidationError that names each line which holds what cannot be shown."""
        text: str = self.cleaned_data["text"]
        try:
            blocks = parse(text)
        except NotAllowed as error:
            raise ValidationError([str(refusal) for refusal in error.refusals]) from error
        if not blocks:
            raise ValidationError(_("The text is empty."))
        return text


class NewOverlayForm(OverlayForm):
    """An addition with the place where it stands. places: those that are free, (key, title)."""

    unit = _place(_("Where it stands"))
    field_order = ("unit", "title", "text")

    def __init__(self, *args: Any, places: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_places(self, places)


class MoveForm(forms.Form):
    """Another place for an addition."""

    unit = _place(_("New place"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_places(self, places)


class ConfirmForm(forms.Form):
    """That an addition fits. sign: of the text that was looked at."""

    sign = forms.CharField(max_length=64, widget=forms.HiddenInput)
