"""The columns of an XLSForm workbook: which are read, which are refused, and those that are our own.

Names are pyxform's, its aliases resolved: `relevant` is `("bind", "relevant")`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _

from apps.instruments import definition
from apps.instruments.definition import Item, Texts

SURVEY = frozenset({
    "type", "name", "label", "hint", "guidance_hint", "bind", "control", "choice_filter", "default",
    "parameters", "disabled",
})  # fmt: skip
LEVEL_COLUMNS = ("level_0", "level_1", "level_2", "level_3", "level_4")
EXTRA = frozenset({
    "dimension", "weight", "target_level", "competence", "profile", "evidence", "first_step", "measure", "source",
    "legal_basis", "legal_basis_date", "legal_basis_review", "predecessor", "comparability", *LEVEL_COLUMNS,
})  # fmt: skip
UNSUPPORTED = frozenset({
    "media", "trigger", "instance", "intent", "query", "itemset", "save_to", "sms_field", "sms_option",
    "sms_separator", "sms_allow_media", "sms_date_format", "sms_datetime_format", "sms_response",
})  # fmt: skip
PARTS: Mapping[str, frozenset[str]] = {
    "bind": frozenset({
        "relevant", "required", "readonly", "constraint", "calculate", "jr:constraintMsg", "jr:requiredMsg",
    }),
    "control": frozenset({"appearance", "rows"}),
}  # fmt: skip
"""Of these two, only the named parts are read."""
GROUP = frozenset({"type", "name", "label", "hint", "dimension", "disabled"})
GROUP_APPEARANCES = frozenset({"field-list", "table-list"})

APPEARANCES = frozenset({"multiline", "minimal"})
"""Followed by the pages."""
TABLE_APPEARANCES = frozenset({"likert", "list", "list-nolabel", "label"})
"""Of selects: their choices stand in one line. With `label` a select only labels the columns of a table."""
IMAGE_APPEARANCES_WITH_MEANING = frozenset({"annotate", "draw", "signature"})
"""Of a question for an image: it is drawn, not handed in."""
APPEARANCES_WITH_MEANING = frozenset({
    "month-year", "year", "ethiopian", "coptic",
    "islamic", "bikram-sambat", "myanmar", "persian", "search", "numbers", "image-map", "map",
})  # fmt: skip
"""Would change what is asked or answered, so they are refused; others are only looks."""

SETTINGS = frozenset({"title", "id_string", "version", "default_language", "clean_text_values"})
SETTINGS_UNSUPPORTED = frozenset({"public_key", "submission_url", "auto_send", "auto_delete", "client_editable"})


class Cells(Protocol):
    """What is needed of a row here."""

    def code(self, *path: str) -> str: ...
    def has(self, *path: str) -> bool: ...


def present(cells: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every column in which a row has something, `bind` and `control` part by part."""
    for name, cell in cells.items():
        if name in PARTS and isinstance(cell, Mapping):
            for part in cell:
                yield name, str(part)
        else:
            yield (name,)


def title(path: tuple[str, ...]) -> str:
    """Return a column as people write it."""
    return path[1] if path[0] in PARTS and len(path) > 1 else path[0]


def whole_number(text: str, within: range) -> int | None:
    """Return the number in `text` if it is one of `within`, else None."""
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return None
    number = int(text)
    return number if number in within else None


def iso_date(text: str) -> date | None:
    """Return the date in a cell (an Excel date cell arrives as `2026-01-31 00:00:00`), or None."""
    try:
        return date.fromisoformat(text.removesuffix(" 00:00:00"))
    except ValueError:
        return None


class ExtraColumns:
    """Reads the columns that make a questionnaire a maturity instrument into an item."""

    def __init__(
        self,
        row: Cells,
        item: Item,
        texts: Callable[..., Texts],
        language: str,
        report: Callable[[str], None],
    ) -> None:
        self.row = row
        self.item = item
        self.texts = texts
        self.language = language
        self.report = report

    def fill(self) -> Item:
        """Return the item with its extra columns; reports what is wrong with them."""
        return replace(
            self.item,
            dimension=self._dimension(),
            weight=self._number("weight", range(1, 101), definition.DEFAULT_WEIGHT, _("from 1 to 100")),
            target_level=self._number("target_level", range(5), definition.DEFAULT_TARGET, _("from 0 to 4")),
            competence=self._key("competence", definition.COMPETENCES),
            profiles=self._profiles(),
            descriptors=self._descriptors(),
            first_step=self._level_texts("first_step"),
            measure=self._level_texts("measure"),
            source=self._text("source"),
            legal_basis=self._text("legal_basis"),
            legal_basis_date=self._date("legal_basis_date"),
            legal_basis_review=self._date("legal_basis_review"),
            predecessor=self._text("predecessor"),
            comparability=self._key("comparability", definition.COMPARABILITIES),
        )

    def _text(self, column: str) -> str:
        return next(iter(self.texts(self.row, column).values()), "")

    def _level_texts(self, column: str) -> Texts:
        return self.texts(self.row, column) if self._level_only(column) else {}

    def _level_only(self, column: str) -> bool:
        """Has the row this column, and may it? Reports when it may not."""
        if not self.row.has(column):
            return False
        if not self.item.is_level:
            self.report(_("%(column)s: only a question of the type “select_one level” has this") % {"column": column})
            return False
        return True

    def _number(self, column: str, within: range, default: int, expected: str) -> int:
        if not self._level_only(column):
            return default
        number = whole_number(self.row.code(column), within)
        if number is None:
            self.report(_("%(column)s: a number %(range)s is expected") % {"column": column, "range": expected})
        return default if number is None else number

    def _dimension(self) -> int | None:
        text = self.row.code("dimension")
        number = whole_number(text, definition.DIMENSIONS) if text else None
        if text and number is None:
            self.report(_("dimension: a number from 1 to 10 is expected"))
        elif self.item.is_level and number is None:
            self.report(_("dimension: a level question belongs to a dimension"))
        match = definition.LEVEL_NAME.fullmatch(self.item.name)
        if self.item.is_level and number and match and int(match["dimension"]) != number:
            self.report(_("dimension: does not agree with the name of the question"))
        return number

    def _key(self, column: str, keys: tuple[str, ...]) -> str:
        key = self.row.code(column)
        if key and key not in keys:
            self._unknown(column, key, keys)
            return ""
        return key

    def _profiles(self) -> tuple[str, ...]:
        named = self.row.code("profile").split()
        for name in named:
            if name not in definition.PROFILES:
                self._unknown("profile", name, definition.PROFILES)
        return tuple(profile for profile in definition.PROFILES if profile in named)

    def _unknown(self, column: str, key: str, keys: tuple[str, ...]) -> None:
        values = {"column": column, "key": key, "keys": ", ".join(keys)}
        self.report(_("%(column)s: “%(key)s” is not one of %(keys)s") % values)

    def _date(self, column: str) -> date | None:
        text = self.row.code(column)
        if text and not self.row.has("legal_basis"):
            self.report(_("%(column)s: there is no legal basis") % {"column": column})
        found = iso_date(text) if text else None
        if text and found is None:
            self.report(_("%(column)s: a date such as 2026-01-31 is expected") % {"column": column})
        if column == "legal_basis_date" and not text and self.row.has("legal_basis"):
            self.report(_("legal_basis_date: a legal basis needs the date of its text"))
        return found

    def _descriptors(self) -> dict[str, Texts]:
        descriptors = {
            column.removeprefix("level_"): self.texts(self.row, column)
            for column in LEVEL_COLUMNS
            if self._level_only(column)
        }
        complete = all(descriptors.get(level, {}).get(self.language) for level in definition.LEVELS)
        if descriptors and not complete:
            self.report(_("level_0 to level_4: all five levels are described in the default language, or none"))
        return descriptors
