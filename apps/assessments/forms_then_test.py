"""Reading what the page of the then-test sends."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessments.actions.then_test import Rating
from apps.assessments.models import Special, ThenRating
from apps.assessments.models.then_rating import MAX_NOTE
from apps.core.levels import LEVELS

NO_RATING = ""


class HindsightForm(forms.Form):
    """A rating and a note per item.

    questions: what is asked of each item, by its name, in order. descriptors: what each level of an item looks like.
    ratings: those stored.
    """

    def __init__(
        self,
        *args: Any,
        questions: Mapping[str, str],
        descriptors: Mapping[str, Mapping[int, str]],
        ratings: Mapping[str, ThenRating],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = tuple(questions)
        for name in self.names:
            row = ratings.get(name)
            self.fields[f"rating-{name}"] = forms.ChoiceField(
                label=questions[name],
                required=False,
                choices=_choices(descriptors.get(name, {})),
                widget=forms.RadioSelect,
                initial=_initial(row),
            )
            self.fields[f"note-{name}"] = forms.CharField(
                label=_("Note on the rating"),
                required=False,
                max_length=MAX_NOTE,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=row.note if row else "",
            )

    def fix(self, names: Collection[str]) -> None:
        """These items can only be read: whatever is sent for them counts for nothing."""
        for name in names:
            self.fields[f"rating-{name}"].disabled = self.fields[f"note-{name}"].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.names:
            if data.get(f"note-{name}") and not data.get(f"rating-{name}"):
                self.add_error(f"rating-{name}", _("Please choose a rating to go with the note."))
        return data

    def ratings(self) -> dict[str, Rating | None]:
        """What the form says, by name of the item; None where nothing is chosen."""
        found: dict[str, Rating | None] = {}
        for name in self.names:
            chosen, note = self.cleaned_data[f"rating-{name}"], self.cleaned_data[f"note-{name}"]
            if chosen == NO_RATING:
                found[name] = None
            else:
                note = note.replace("\r\n", "\n").strip()
                found[name] = Rating(None if chosen == Special.UNKNOWN else int(chosen), note)
        return found


def _initial(row: ThenRating | None) -> str:
    if row is None:
        return NO_RATING
    return str(Special.UNKNOWN) if row.level is None else str(row.level)


def _choices(descriptors: Mapping[int, str]) -> Sequence[tuple[str, Any]]:
    levels = [
        (str(level), f"{level} – {name}: {descriptors[level]}" if descriptors.get(level) else f"{level} – {name}")
        for level, name in LEVELS.items()
    ]
    return [*levels, (str(Special.UNKNOWN), Special.UNKNOWN.label), (NO_RATING, _("No rating"))]
