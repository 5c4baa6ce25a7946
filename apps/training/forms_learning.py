"""Reading the answers of a quiz. The fields are made from the quiz as it is shown."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from apps.training.pages_units import ShownQuestion, ShownUnit

LONGEST_THOUGHT = 5_000


class QuizForm(forms.Form):
    """The answers of a quiz, one attempt. words: sign of the text they answer; attempt: the how-manieth it is."""

    def __init__(self, *args: Any, unit: ShownUnit, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.words = words
        self.fields["words"] = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
        self.fields["attempt"] = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
        for question in unit.questions:
            for name, field in _fields(question):
                self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("words") != self.words:
            self.add_error(None, _("The quiz has been changed in the meantime. Please look at it once more."))
        for question in self.unit.questions:
            message = (
                _("Each place can be given once.")
                if question.type == "ordering"
                else _("Each of these belongs to one row.")
            )
            taken: set[str] = set()
            for row in question.rows:
                value = data.get(row.name)
                if value and value in taken:
                    self.add_error(row.name, message)
                elif value:
                    taken.add(value)
        return data

    def given(self) -> Mapping[str, list[str]]:
        """What was sent, by the name of its field, right or wrong, to be shown again."""
        names = [question.name for question in self.unit.questions]
        names += [row.name for question in self.unit.questions for row in question.rows]
        read = getattr(self.data, "getlist", None)
        return {name: read(name) for name in names} if read is not None else {}

    def problems(self) -> dict[str, str]:
        """What keeps a question from being marked, by the question's key."""
        found: dict[str, str] = {}
        for question in self.unit.questions:
            names = [question.name, *(row.name for row in question.rows)]
            messages = [str(error) for name in names for error in self.errors.get(name, ())]
            if messages:
                found[question.key] = " ".join(dict.fromkeys(messages))
        return found

    def answers(self) -> dict[str, list[str]]:
        """The answers as apps.training.quiz marks them; what was written under a reflection is not among them."""
        return {question.key: self._answer(question) for question in self.unit.questions}

    def _answer(self, question: ShownQuestion) -> list[str]:
        if question.type == "reflection":
            return []
        if question.type == "ordering":
            return [row.key for row in sorted(question.rows, key=lambda row: int(self.cleaned_data[row.name]))]
        if question.type == "matching":
            return [self.cleaned_data[row.name] for row in question.rows]
        value = self.cleaned_data[question.name]
        return value if isinstance(value, list) else [value]


def _fields(question: ShownQuestion) -> list[tuple[str, forms.Field]]:
    label = _("Question %(number)s") % {"number": question.number}
    missing = {"required": _("Please answer this question."), "invalid_choice": _("Please answer this question.")}
    if question.type == "reflection":
        widget = forms.Textarea
        return [
            (question.name, forms.CharField(label=label, required=False, max_length=LONGEST_THOUGHT, widget=widget))
        ]
    if question.rows:
        missing = {"required": _("Please choose for each row."), "invalid_choice": _("Please choose for each row.")}
        return [
            (
                row.name,
                forms.ChoiceField(
                    label=f"{label}: {row.text.html}",
                    choices=[(option.key, option.key) for option in row.options],
                    error_messages=missing,
                ),
            )
            for row in question.rows
        ]
    choices = [(option.key, option.key) for option in question.options]
    if question.type == "single":
        return [
            (
                question.name,
                forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=missing),
            )
        ]
    return [
        (
            question.name,
            forms.MultipleChoiceField(
                label=label, choices=choices, widget=forms.CheckboxSelectMultiple, error_messages=missing
            ),
        )
    ]
