"""The types of XLSForm questions: which kind of item each is, and what `parameters` and `appearance` say.

Names and aliases are pyxform's. A type that is not in the table is refused with what can be done instead,
where there is something.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from pyxform import aliases

from apps.instruments import columns, definition
from apps.instruments.definition import Choice, Item, Language, Scale, Texts
from apps.instruments.fitting import fits

OTHER = "other"
MAX_SCALE = 100_000

_SELECT = re.compile(
    r"(?P<command>" + "|".join(sorted(map(re.escape, aliases.select), key=len, reverse=True)) + r")"
    r"\s+(?P<list>\S+)(?P<other>\s+(?:or specify other|or_other|or other))?"
)
_SELECT_KINDS = {
    "select one": definition.SELECT_ONE,
    "select all that apply": definition.SELECT_MULTIPLE,
}
_TYPES = {
    "text": definition.TEXT,
    "string": definition.TEXT,
    "q string": definition.TEXT,
    "add text prompt": definition.TEXT,
    "note": definition.NOTE,
    "q note": definition.NOTE,
    "add note prompt": definition.NOTE,
    "integer": definition.INTEGER,
    "int": definition.INTEGER,
    "q int": definition.INTEGER,
    "add integer prompt": definition.INTEGER,
    "decimal": definition.DECIMAL,
    "q decimal": definition.DECIMAL,
    "add decimal prompt": definition.DECIMAL,
    "range": definition.RANGE,
    "date": definition.DATE,
    "q date": definition.DATE,
    "add date prompt": definition.DATE,
    "time": definition.TIME,
    "dateTime": definition.DATE_TIME,
    "datetime": definition.DATE_TIME,
    "date time": definition.DATE_TIME,
    "q dateTime": definition.DATE_TIME,
    "q date time": definition.DATE_TIME,
    "add dateTime prompt": definition.DATE_TIME,
    "add date time prompt": definition.DATE_TIME,
    "acknowledge": definition.ACKNOWLEDGE,
    "trigger": definition.ACKNOWLEDGE,
    "q acknowledge": definition.ACKNOWLEDGE,
    "add acknowledge prompt": definition.ACKNOWLEDGE,
    "calculate": definition.CALCULATE,
    "q calculate": definition.CALCULATE,
    "add calculate prompt": definition.CALCULATE,
    "hidden": definition.HIDDEN,
    "file": definition.FILE,
    "add file prompt": definition.FILE,
    "image": definition.IMAGE,
    "photo": definition.IMAGE,
    "q image": definition.IMAGE,
    "q picture": definition.IMAGE,
    "add image prompt": definition.IMAGE,
    "add photo prompt": definition.IMAGE,
}
MAX_PIXELS = "max-pixels"
_PARAMETERS = {definition.TEXT: {"rows"}, definition.RANGE: {"start", "end", "step"}}
# How a phone makes a picture, and how much smaller it sends it: without them the same picture arrives.
_PARAMETERS_IGNORED = {definition.IMAGE: {MAX_PIXELS, "app"}}
_SCALE_DEFAULTS = {"start": "0", "end": "10", "step": "1"}
# As XLSForm has them in English; German beside them, because the product is.
_OTHER_LABEL = gettext_lazy("Other")
_SPECIFY_LABEL = gettext_lazy("Please specify:")


class Row(Protocol):
    """What is needed of a row here."""

    def code(self, *path: str) -> str: ...


class Unsupported(ValueError):
    """Why a row cannot be taken, for its author."""


@dataclass(frozen=True, slots=True)
class QuestionType:
    """The cell `type`: a kind of item, its list of choices, and whether "other" is added to that."""

    kind: str
    list_name: str = ""
    or_other: bool = False


def read_type(text: str, choice_lists: Collection[str]) -> QuestionType:
    """Return what a cell of the column `type` asks for. Raises Unsupported."""
    if text in _TYPES:
        return QuestionType(_TYPES[text])
    match = _SELECT.fullmatch(text)
    known = _SELECT_KINDS.get(aliases.select[match["command"]]) if match else None
    if match is None or known is None or match["command"] in aliases.select_from_file:
        raise Unsupported(_("the type “%(type)s” is not supported") % {"type": text})
    if match["list"] not in choice_lists:
        raise Unsupported(_("there is no list of choices “%(name)s”") % {"name": match["list"]})
    if match["other"] and match["list"] == definition.LEVEL_LIST:
        raise Unsupported(_("“or_other” cannot be added to the levels"))
    return QuestionType(known, match["list"], bool(match["other"]))


def read_parameters(row: Row, kind: str) -> tuple[int, Scale | None, list[str]]:
    """Return the height of a text field in lines (0: the usual), the scale of a range, and what is wrong."""
    problems: list[str] = []
    given: dict[str, str] = {}
    for name, value in _parameters(row):
        if name.lower() in _PARAMETERS.get(kind, ()):
            given[name.lower()] = value
        elif name.lower() not in _PARAMETERS_IGNORED.get(kind, ()):
            problems.append(_("the parameter “%(name)s” is not supported") % {"name": name})
    lines = given.get("rows") or row.code("control", "rows")
    rows = columns.whole_number(lines, range(1, 41)) if lines else 0
    if rows is None:
        problems.append(_("rows: a number from 1 to 40 is expected"))
    scale = None
    if kind == definition.RANGE:
        try:
            scale = _scale(_SCALE_DEFAULTS | given)
        except Unsupported as reason:
            problems.append(str(reason))
    return rows or 0, scale, problems


def ignored_parameters(row: Row, kind: str) -> list[str]:
    """Return the parameters that are passed over without loss."""
    return [name for name, _value in _parameters(row) if name.lower() in _PARAMETERS_IGNORED.get(kind, ())]


def _parameters(row: Row) -> Iterator[tuple[str, str]]:
    # A blank may stand around the equals sign, as pyxform allows.
    for parameter in re.split(r"[\s,;]+", re.sub(r"\s*=\s*", "=", row.code("parameters"))):
        name, _equals, value = parameter.partition("=")
        if name:
            yield name, value


def _scale(parameters: dict[str, str]) -> Scale:
    try:
        start, end, step = (Decimal(parameters[name]) for name in ("start", "end", "step"))
        finite = all(number.is_finite() and abs(number) < 10**12 for number in (start, end, step))
    except InvalidOperation as error:
        raise Unsupported(_("start, end and step of a range are numbers")) from error
    if not finite or step <= 0 or start == end or abs(end - start) / step > MAX_SCALE:
        raise Unsupported(_("a range goes from start to end in steps above 0, at most 100,000 of them"))
    return Scale(start, end, step)


def read_appearance(text: str, *, in_table: bool, kind: str) -> tuple[str, list[str], list[str]]:
    """Return the appearance that is kept, those that are not supported, and those that are passed over.

    A select in a group with `table-list` becomes a line of a table (`list`), as pyxform makes it.
    """
    kept: list[str] = []
    refused: list[str] = []
    ignored: list[str] = []
    for appearance in text.split():
        if appearance in columns.APPEARANCES or (
            kind in (definition.SELECT_ONE, definition.SELECT_MULTIPLE) and appearance in columns.TABLE_APPEARANCES
        ):
            kept.append(appearance)
        elif appearance in columns.APPEARANCES_WITH_MEANING or (
            kind == definition.IMAGE and appearance in columns.IMAGE_APPEARANCES_WITH_MEANING
        ):
            refused.append(appearance)
        else:
            ignored.append(appearance)
    if in_table and kind in (definition.SELECT_ONE, definition.SELECT_MULTIPLE) and not kept:
        kept.append("list")
    return " ".join(dict.fromkeys(kept)), refused, ignored


def check_default(item: Item, choices: Sequence[Choice]) -> str:
    """Return what is wrong with an item's default, or ""."""
    if not item.default:
        return ""
    if item.is_upload:
        return _("default: a question for a file cannot have one")
    if item.kind == definition.HIDDEN:
        if item.default_is_expression:
            return _("default: a hidden question has a fixed value; for a calculated one use the type “calculate”")
        return ""
    if item.default_is_expression:
        return ""
    names = {choice.name for choice in choices}
    possible = item.kind not in (definition.NOTE, definition.CALCULATE) and fits(item, item.default)
    if not possible or (item.is_select and not set(item.default.split()) <= names):
        return _("default: “%(value)s” is no possible answer") % {"value": item.default}
    return ""


def with_other(choices: tuple[Choice, ...], languages: Collection[Language]) -> tuple[Choice, ...]:
    """Return the list of an `or_other` question: with the choice `other`, unless it has one already."""
    if any(choice.name == OTHER for choice in choices):
        return choices
    return (*choices, Choice(OTHER, _in_languages(_OTHER_LABEL, languages)))


def name_of_other(name: str) -> str:
    """Return the name of the text question that `or_other` adds, as pyxform forms it."""
    return f"{name}_other"


def specify_other(item: Item, languages: Collection[Language]) -> Item:
    """Return the text question that follows an `or_other` question and is asked when `other` is chosen."""
    return Item(
        name=name_of_other(item.name),
        kind=definition.TEXT,
        path=item.path,
        row=item.row,
        label=_in_languages(_SPECIFY_LABEL, languages),
        relevant=f"selected(${{{item.name}}}, '{OTHER}')",
    )


def _in_languages(text: object, languages: Collection[Language]) -> Texts:
    texts = {}
    for language in languages:
        with override(language.code if language.code in ("de", "en") else "en"):
            texts[language.code] = str(text)
    return texts


def as_heading(item: Item) -> Item:
    """A select that only labels the columns of a table asks nothing."""
    return replace(item, required="") if item.is_heading else item
