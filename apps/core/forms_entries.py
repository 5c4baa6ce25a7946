"""Forms for lists of entries with named parts (`entries`), and for lists of names and lines."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.entries import DATE, ITEM, LAND, LANDS, MAX_ENTRIES, NUMBER, TEXT, URL, Part, order_problem
from apps.core.form_fields import area, day, set_choices


class LinesField(forms.CharField):
    """Texts, one to a line, as a list without repetitions. one: what is wrong with a line, or ""."""

    def __init__(self, one: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.one = one

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(self.parted(str(value or ""))))

    def parted(self, text: str) -> list[str]:
        """What is sent, taken apart."""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        """Raises ValidationError for each line that is wrong."""
        super().validate(value)
        if problems := [problem for line in value if (problem := self.one(line))]:
            raise ValidationError(problems)

    def run_validators(self, value: Any) -> None:
        """A list has none of a text's."""


class NamesField(LinesField):
    """Names without blanks, one to a line or side by side."""

    def parted(self, text: str) -> list[str]:
        return text.split()


class ItemsForm(forms.Form):
    """The items a text answers, from the Standard questionnaire; by name where none is published."""

    items = forms.MultipleChoiceField(label=_("Items answered"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, data: Any = None, *, labels: Mapping[str, str], initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        if labels:
            # An item that the questionnaire no longer asks stays to be seen, and to be taken off.
            others = {name: name for name in initial.get("items", ()) if name not in labels}
            set_choices(self, "items", list({**labels, **others}.items()))
        else:
            self.fields["items"] = NamesField(
                _item_problem,
                label=_("Items answered"),
                required=False,
                widget=area(6),
                help_text=_("Names of items, one to a line, for example d5_03."),
            )


def _item_problem(name: str) -> str:
    return "" if ITEM.fullmatch(name) else gettext("“%(name)s” is not the name of an item.") % {"name": name}


class PartsForm(forms.Form):
    """One entry, with a field for each of its `parts`."""

    parts: Sequence[Part] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in self.parts:
            self.fields[part.name] = _field(part)

    def clean(self) -> dict[str, Any]:
        """Dates in their order, where the entry has both."""
        cleaned = super().clean() or {}
        if message := order_problem(self._as_json(cleaned)):
            self.add_error("review_on", message)
        return cleaned

    @property
    def entry(self) -> dict[str, Any]:
        """The entry as it is kept. Of a valid form."""
        return self._as_json(self.cleaned_data)

    def _as_json(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        values = {part.name: cleaned.get(part.name) for part in self.parts if part.name in cleaned}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


class RowFormSet(BaseFormSet):  # type: ignore[type-arg]  # not generic at runtime
    """Rows of one kind, with empty ones at the end. One is taken away by ticking it; what stays empty is no row."""

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove this entry")
        if "ORDER" in form.fields:
            form.fields["ORDER"].label = _("Place")
            form.fields["ORDER"].widget.attrs["class"] = "app-input--short"

    @property
    def kept(self) -> list[Any]:
        """The forms of the rows that are left, in their order. Of a valid formset."""
        forms_ = self.ordered_forms if self.can_order else self.forms
        return [
            form
            for form in forms_
            if form not in self.deleted_forms and (form.has_changed() or form in self.initial_forms)
        ]

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What is left, as it is kept. Of a valid formset."""
        return [form.entry for form in self.kept]


def entry_formset(field: str, parts: Sequence[Part]) -> Any:
    """The formset class for a list of entries with these parts. field: its name, for the class."""
    form = type(f"{field.title()}Form", (PartsForm,), {"parts": parts})
    return formset_factory(
        form,
        formset=RowFormSet,
        extra=1,
        can_delete=True,
        can_delete_extra=False,
        max_num=MAX_ENTRIES,
        validate_max=True,
    )


def _field(part: Part) -> forms.Field:
    plain: dict[str, Any] = {"label": part.label, "required": part.required, "help_text": part.hint}
    if part.kind == DATE:
        return day(**plain)
    if part.kind == NUMBER:
        return forms.IntegerField(min_value=part.least, max_value=part.most, **plain)
    if part.kind == LAND:
        return forms.ChoiceField(choices=list(LANDS.items()), **plain)
    if part.kind == URL:
        return forms.URLField(max_length=part.longest, assume_scheme="https", **plain)
    if part.kind == TEXT:
        return forms.CharField(max_length=part.longest, widget=area(5), **plain)
    return forms.CharField(max_length=part.longest, **plain)
