"""Fields of forms: offering what is known only when the form is made; days, texts; a key against sending twice."""

from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict

from apps.core.keys import uuid7

FieldT = TypeVar("FieldT", bound=forms.Field)
REQUEST_KEY = "request_key"


class RequestKeyField(forms.UUIDField):
    """A key that a form brings along, so that sending it twice makes one row. To be named as REQUEST_KEY says.

    Cleans to None where none was sent; then every sending makes a row.
    """

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, initial=uuid7, **kwargs)


def area(rows: int) -> forms.Textarea:
    """A widget of several lines."""
    return forms.Textarea(attrs={"rows": rows})


def day(**kwargs: Any) -> forms.DateField:
    """A field for a day, with the browser's own calendar."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def with_new_key(sent: QueryDict) -> dict[str, Any]:
    """What was sent, with another key: sent once more, it is meant. For forms in which each name has one value."""
    return {**sent.dict(), REQUEST_KEY: str(uuid7())}


def field_of(form: forms.BaseForm, name: str, kind: type[FieldT]) -> FieldT:
    """The form's field of that name; `kind`: the class that it was declared with.

    Raises KeyError where the form has no such field, TypeError where it is of another class.
    """
    field = form.fields[name]
    if not isinstance(field, kind):
        raise TypeError(f"{type(form).__name__}.{name} is a {type(field).__name__}, not a {kind.__name__}.")
    return field


def set_choices(form: forms.BaseForm, name: str, choices: Any) -> None:
    """Offer `choices` in a ChoiceField: pairs of value and label, or groups of them. Raises as field_of."""
    field_of(form, name, forms.ChoiceField).choices = choices


def set_rows(form: forms.BaseForm, name: str, rows: "QuerySet[Any]") -> None:
    """Offer the rows of a query in a ModelChoiceField. Raises as field_of."""
    chosen: forms.ModelChoiceField[Model] = field_of(form, name, forms.ModelChoiceField)
    chosen.queryset = rows
