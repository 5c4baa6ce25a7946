"""An item as a page shows it, and an answer as a page posts it.

`question` turns an item with its state and answer into what `templates/instruments/item.html` renders;
`parse_answer` reads a posted value. Names and ids follow one contract: an item is posted under
`field_name(item.name)`, several values for a select_multiple, nothing or "" for no answer. A file is never
posted with the others: the page says with `upload` what is attached and where that is changed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.instruments import columns, definition
from apps.instruments.definition import LEVELS, Choice, Item, Scale, Texts, localized, plain_number
from apps.instruments.fitting import fits
from apps.instruments.logic import (
    CONSTRAINT,
    NOT_A_CHOICE,
    CompiledForm,
    ItemState,
    State,
    Violation,
    plain_answer,
)

FIELD_PREFIX = "answer-"
MAX_TEXT = 5_000
MAX_DIGITS = 15

RADIO, CHECKBOX, SELECT, TEXT, TEXTAREA, NUMBER, DATE, TIME, DATE_TIME, OUTPUT, NOTE, UPLOAD = (
    "radio", "checkbox", "select", "text", "textarea", "number", "date", "time", "datetime", "output", "note",
    "upload",
)  # fmt: skip
MAX_SCALE_BUTTONS = 11
"""A range with more values than this is typed, not chosen."""
LEVEL = "level"

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_INTEGER = re.compile(r"[+-]?\d+")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+")
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+),\d+")
_DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+|[+-]?\d+\.?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:[:.]\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:\d{2})?(?:\s*(?:Uhr|h))?",
    re.ASCII,
)
_MOMENT = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{4})(?:T|,?\s+)(?P<time>.+)", re.ASCII)
_INPUT_TYPES = {DATE: "date", TIME: "time", DATE_TIME: "datetime-local"}
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


class Posted(Protocol):
    """What a POST's data offers (django.http.QueryDict does)."""

    def getlist(self, key: str) -> list[str]: ...
    def __contains__(self, key: object) -> bool: ...


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """A posted answer.

    `value` is what to store: a string (numbers as `3` or `3.5`, dates and times as `2026-01-31`, `14:30`,
    `2026-01-31T14:30`, choices of a select_multiple separated by spaces), "" for no answer. `error` is set
    when it could not be read; `raw` is then what to show again.
    """

    value: str
    raw: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as a radio button, checkbox or line of a list; `descriptor` says what a level looks like.

    `descriptor_language` is set where the descriptor is not in the language of the question.
    """

    value: str
    label: str
    id: str
    checked: bool
    descriptor: str = ""
    descriptor_language: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """An item ready to be rendered in one language; see templates/instruments/item.html."""

    item: Item
    widget: str
    field: str
    id: str
    label: str
    hint: str
    guidance: str
    evidence: str
    value: str
    shown: str
    required: bool
    readonly: bool
    relevant: bool
    options: tuple[Option, ...] = ()
    special_options: tuple[Option, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return self.item.number

    @property
    def lines(self) -> int:
        return self.item.rows or 4

    @property
    def max_length(self) -> int:
        return MAX_TEXT

    @property
    def input_type(self) -> str:
        """Type of the input element. A browser would drop from a date field what is no date."""
        known = _INPUT_TYPES.get(self.widget)
        return known if known and (not self.value or fits(self.item, self.value)) else "text"

    @property
    def in_line(self) -> bool:
        """Do the choices stand beside each other (appearances `likert` and `list`, and a range)?"""
        looks = self.item.appearance.split()
        return self.item.kind == definition.RANGE or any(look in columns.TABLE_APPEARANCES for look in looks)

    @property
    def bounds(self) -> str:
        """What can be entered on a scale that is typed; "" elsewhere."""
        scale = self.item.scale
        if scale is None or self.widget != NUMBER:
            return ""
        low, high, step = (localize_number(plain_number(number)) for number in (scale.low, scale.high, scale.step))
        return _("From %(low)s to %(high)s, in steps of %(step)s.") % {"low": low, "high": high, "step": step}

    @property
    def anchor(self) -> str:
        """Id of the control that a link from an error summary leads to."""
        options = self.options or self.special_options
        return options[0].id if options and self.widget in (LEVEL, RADIO, CHECKBOX) else self.id

    @property
    def described_by(self) -> str:
        """Ids for aria-describedby, of what is there."""
        parts = [("hint", self.hint), ("bounds", self.bounds), ("error", self.errors)]
        return " ".join(f"{self.id}-{name}" for name, present in parts if present)

    @property
    def has_details(self) -> bool:
        """Is there more to read: guidance, evidence asked for, sources?"""
        item = self.item
        return bool(self.guidance or self.evidence or item.source or item.legal_basis)


def field_name(name: str) -> str:
    """Return the name under which the answer to the item `name` is posted."""
    return FIELD_PREFIX + name


def element_id(name: str) -> str:
    """Return the id of an item's control: letters, digits, `-` and `_` only."""
    return f"q-{_as_id(name)}"


def _as_id(name: str) -> str:
    return re.sub(r"[^\w-]", "-", name)


def question(
    compiled: CompiledForm,
    item: Item,
    state: State,
    *,
    language: str,
    raw: str | None = None,
    errors: Sequence[str] = (),
    show_violations: bool = True,
    all_choices: bool = False,
) -> Question:
    """Prepare an item for the page.

    `state` holds the answer (and the values for `${name}` in texts); `raw` is what was typed when it could
    not be read, `errors` say why. With `show_violations` the state's own violations are added, with
    `all_choices` (a preview) a choice filter is left aside.
    """
    item_state = state[item.name]
    value = item_state.value if raw is None else raw
    if show_violations:
        errors = (*errors, *violation_messages(compiled, item_state, language))
    id_ = element_id(item.name)
    options = [
        _option(compiled, item, choice, id_, value, language)
        for choice in compiled.form.choices(item)
        # A choice made before the filter dropped it stays visible, so that it can be seen and changed.
        if all_choices or choice.name in item_state.choices or choice.name in value.split()
    ]
    if item.kind == definition.ACKNOWLEDGE:
        options = [Option(definition.ACKNOWLEDGED, _("Yes, acknowledged"), f"{id_}-ok", bool(value))]
    elif item.scale is not None and item.scale.count <= MAX_SCALE_BUTTONS:
        options = [
            Option(number, localize_number(number), f"{id_}-{position}", number == value)
            for position, number in enumerate(item.scale.values())
        ]
    is_level = item.is_level
    return Question(
        item=item,
        widget=_widget(item),
        field=field_name(item.name),
        id=id_,
        label=compiled.text(item.label, state, language),
        hint=compiled.text(item.hint, state, language),
        guidance=compiled.text(item.guidance, state, language),
        evidence=localized(item.evidence, language, compiled.form.default_language),
        value=value,
        shown=_shown(compiled, item, value, language) if raw is None else raw,
        required=item_state.required,
        readonly=item_state.readonly,
        relevant=item_state.relevant,
        options=tuple(option for option in options if not is_level or option.value in LEVELS),
        special_options=tuple(option for option in options if is_level and option.value not in LEVELS),
        errors=tuple(errors),
    )


def _shown(compiled: CompiledForm, item: Item, value: str, language: str) -> str:
    """The value as it stands in its field: dates and times in ISO form, as such fields want it."""
    if item.kind in (definition.DATE, definition.TIME, definition.DATE_TIME) and item.takes_answer:
        return value
    return shown_value(item, value, compiled.form.choices(item), language)


def _option(compiled: CompiledForm, item: Item, choice: Choice, id_: str, value: str, language: str) -> Option:
    default = compiled.form.default_language
    described = item.descriptors.get(choice.name, {})
    return Option(
        value=choice.name,
        label=localized(choice.label, language, default) or choice.name,
        id=f"{id_}-{_as_id(choice.name)}",
        checked=choice.name in value.split(),
        descriptor=localized(described, language, default),
        descriptor_language=_foreign(described, language, default),
    )


def _foreign(texts: Texts, language: str, default: str) -> str:
    """The language in which a text is shown for want of the one asked for; "" where it is in that one, or empty."""
    if texts.get(language) or texts.get(language.partition("-")[0]):
        return ""
    return default if texts.get(default) else next((code for code, text in texts.items() if text), "")


def _widget(item: Item) -> str:
    if item.kind == definition.NOTE or item.is_heading:
        return NOTE
    if item.is_upload:
        return UPLOAD
    if item.is_calculated:
        return OUTPUT
    if item.is_level:
        return LEVEL
    if item.kind == definition.SELECT_ONE:
        return SELECT if "minimal" in item.appearance.split() else RADIO
    if item.kind == definition.TEXT:
        return TEXTAREA if item.rows > 1 or "multiline" in item.appearance.split() else TEXT
    if item.scale is not None:
        return RADIO if item.scale.count <= MAX_SCALE_BUTTONS else NUMBER
    widgets = {
        definition.ACKNOWLEDGE: CHECKBOX,
        definition.TIME: TIME,
        definition.DATE_TIME: DATE_TIME,
        definition.SELECT_MULTIPLE: CHECKBOX,
        definition.INTEGER: NUMBER,
        definition.DECIMAL: NUMBER,
        definition.DATE: DATE,
    }
    return widgets[item.kind]


def violation_messages(compiled: CompiledForm, state: ItemState, language: str) -> tuple[str, ...]:
    """Return the messages of an item's violations, the author's where there is one."""
    return tuple(_violation_message(compiled, violation, language) for violation in state.violations)


def _violation_message(compiled: CompiledForm, violation: Violation, language: str) -> str:
    own = localized(violation.message, language, compiled.form.default_language)
    if violation.kind == CONSTRAINT:
        return own or _("This answer is not possible here.")
    if violation.kind == NOT_A_CHOICE:
        return _("Please choose one of the answers offered.")
    return _("This answer cannot be read.")


def missing_message(compiled: CompiledForm, item: Item, language: str) -> str:
    """Return what to say about a required item without an answer."""
    own = localized(item.required_message, language, compiled.form.default_language)
    return own or _("Please answer this question.")


def parse_answer(item: Item, posted: Posted, *, choices: Sequence[str] | None = None) -> ParsedAnswer:
    """Read the answer to `item` from a POST.

    `choices` names the choices offered (a state's); None accepts any choice name that looks like one, and
    leaves the check to the logic.
    """
    values = [value.strip() for value in posted.getlist(field_name(item.name))]
    return parse_values(item, [value for value in values if value], choices=choices)


def parse_values(item: Item, values: Sequence[str], *, choices: Sequence[str] | None = None) -> ParsedAnswer:
    """Read an answer from the values posted for it; see `parse_answer`."""
    if not values:
        return ParsedAnswer("", "")
    if item.is_upload:
        return ParsedAnswer("", "", _("A file cannot be sent with the other answers."))
    if item.is_select:
        return _parse_choices(item, values, choices)
    text = values[0].replace("\r\n", "\n")
    if item.scale is not None:
        return _parse_scale(item.scale, text)
    readers = {
        definition.INTEGER: _parse_integer,
        definition.DECIMAL: _parse_decimal,
        definition.DATE: _parse_date,
        definition.TIME: _parse_time,
        definition.DATE_TIME: _parse_date_time,
        definition.ACKNOWLEDGE: _parse_acknowledgement,
    }
    return readers.get(item.kind, _parse_text)(text)


def _parse_choices(item: Item, values: Sequence[str], choices: Sequence[str] | None) -> ParsedAnswer:
    chosen = list(dict.fromkeys(values))
    raw = plain_answer(chosen)
    wrong = any(len(value.split()) != 1 or (choices is not None and value not in choices) for value in chosen)
    if wrong or (item.kind == definition.SELECT_ONE and len(chosen) > 1):
        return ParsedAnswer("", raw, _("Please choose one of the answers offered."))
    if choices is not None:
        chosen.sort(key=list(choices).index)
    return ParsedAnswer(plain_answer(chosen), raw)


def _parse_text(text: str) -> ParsedAnswer:
    if len(text) > MAX_TEXT:
        values = {"limit": MAX_TEXT, "length": len(text)}
        return ParsedAnswer("", text, _("Please write at most %(limit)d characters; these are %(length)d.") % values)
    if "\x00" in text:
        return ParsedAnswer("", text.replace("\x00", ""), _("This answer cannot be read."))
    return ParsedAnswer(text, text)


def _parse_integer(raw: str) -> ParsedAnswer:
    text = _SPACES.sub("", raw)
    if _GROUPED.fullmatch(text):
        text = text.replace(".", "")
    if not _INTEGER.fullmatch(text) or not text.isascii():
        return ParsedAnswer("", raw, _("Please enter a whole number, for example 1200."))
    if len(text.lstrip("+-")) > MAX_DIGITS:
        return ParsedAnswer("", raw, _("This number is too large."))
    return ParsedAnswer(str(int(text)), raw)


def _parse_decimal(raw: str) -> ParsedAnswer:
    text = _SPACES.sub("", raw)
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}", text):
        # 1.234 is a thousand and more to a German reader, and one and a bit to a computer.
        return ParsedAnswer("", raw, _("Please write this number without a point: as 1234 or as 1,234."))
    if _DECIMAL_COMMA.fullmatch(text) or _GROUPED.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif not _DECIMAL_POINT.fullmatch(text):
        return ParsedAnswer("", raw, _("Please enter a number, for example 12.5."))
    try:
        number = Decimal(text)
    except InvalidOperation:
        return ParsedAnswer("", raw, _("Please enter a number, for example 12.5."))
    if len(number.as_tuple().digits) > MAX_DIGITS:
        return ParsedAnswer("", raw, _("This number has too many digits."))
    return ParsedAnswer(plain_number(number), raw)


def _parse_scale(scale: Scale, raw: str) -> ParsedAnswer:
    parsed = _parse_decimal(raw)
    if parsed.error or Decimal(parsed.value) in scale:
        return parsed
    values = {"low": localize_number(plain_number(scale.low)), "high": localize_number(plain_number(scale.high)),
              "step": localize_number(plain_number(scale.step))}  # fmt: skip
    return ParsedAnswer("", raw, _("Please enter a number from %(low)s to %(high)s, in steps of %(step)s.") % values)


def _parse_acknowledgement(raw: str) -> ParsedAnswer:
    if raw != definition.ACKNOWLEDGED:
        return ParsedAnswer("", raw, _("This answer cannot be read."))
    return ParsedAnswer(raw, raw)


def _parse_date(raw: str) -> ParsedAnswer:
    iso, german = _ISO.fullmatch(raw), _GERMAN.fullmatch(raw)
    try:
        if iso:
            found = date(int(iso[1]), int(iso[2]), int(iso[3]))
        elif german:
            found = date(int(german[3]), int(german[2]), int(german[1]))
        else:
            raise ValueError(raw)
    except ValueError:
        return ParsedAnswer("", raw, _("Please enter a date, for example 31.01.2026."))
    return ParsedAnswer(found.isoformat(), raw)


def _parse_time(raw: str) -> ParsedAnswer:
    found = _clock(raw)
    return ParsedAnswer(found, raw) if found else ParsedAnswer("", raw, _("Please enter a time, for example 14:30."))


def _clock(text: str) -> str:
    """A time as it is stored; "" for what is none. Seconds and a zone, as ODK writes them, are dropped."""
    match = _CLOCK.fullmatch(text)
    if match is None or int(match["hour"]) > 23 or int(match["minute"] or 0) > 59:
        return ""
    return f"{int(match['hour']):02}:{match['minute'] or '00'}"


def _parse_date_time(raw: str) -> ParsedAnswer:
    match = _MOMENT.fullmatch(raw)
    if match:
        day, clock = _parse_date(match["date"]), _clock(match["time"])
        if not day.error and clock:
            return ParsedAnswer(f"{day.value}T{clock}", raw)
    return ParsedAnswer("", raw, _("Please enter date and time, for example 31.01.2026 14:30."))


def localize_number(number: str, language: str = "") -> str:
    """Return a stored number with the decimal comma, in German."""
    return number.replace(".", ",") if (language or get_language() or "").startswith("de") else number


def shown_value(
    item: Item, value: str, labels: Sequence[Choice] = (), language: str = "de", *, file_name: str = ""
) -> str:
    """Return a stored value as people read it: German date, decimal comma (in German), labels of choices.

    file_name: of the file that an upload's value stands for, where the caller knows it; the key is never shown.
    """
    if not value:
        return ""
    if item.is_upload:
        return file_name or pgettext("answer", "a file")
    if item.is_select:
        names = {choice.name: localized(choice.label, language) or choice.name for choice in labels}
        return ", ".join(names.get(name, name) for name in value.split())
    if item.kind == definition.ACKNOWLEDGE:
        return _("acknowledged")
    if item.kind in (definition.DATE, definition.DATE_TIME) and language == "de":
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return f"{moment:%d.%m.%Y}" if item.kind == definition.DATE else f"{moment:%d.%m.%Y %H:%M}"
    if item.kind in (definition.DECIMAL, definition.RANGE):
        return localize_number(value, language)
    return value
