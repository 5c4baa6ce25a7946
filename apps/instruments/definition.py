"""What a questionnaire is once it has been read: plain, immutable values.

These classes know neither a workbook nor a database. `xlsform` builds them from a workbook, `queries`
from stored rows, `logic` evaluates them, `questions` prepares them for a page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

Texts = Mapping[str, str]
"""A text in several languages: language code (`de`, `en`) to text."""

TEXT = "text"
NOTE = "note"
INTEGER = "integer"
DECIMAL = "decimal"
DATE = "date"
TIME = "time"
DATE_TIME = "dateTime"
RANGE = "range"
ACKNOWLEDGE = "acknowledge"
SELECT_ONE = "select_one"
SELECT_MULTIPLE = "select_multiple"
CALCULATE = "calculate"
HIDDEN = "hidden"
FILE = "file"
IMAGE = "image"
KINDS = (
    TEXT, NOTE, INTEGER, DECIMAL, DATE, TIME, DATE_TIME, RANGE, ACKNOWLEDGE, SELECT_ONE, SELECT_MULTIPLE,
    CALCULATE, HIDDEN, FILE, IMAGE,
)  # fmt: skip
UPLOADS = (FILE, IMAGE)
"""Answered with a file; its value is the key of the file, "" where there is none."""

ACKNOWLEDGED = "OK"
"""The answer to an `acknowledge` question that was ticked, as ODK stores it."""

LEVEL_LIST = "level"
"""Name of the choice list that makes a `select_one` a level item."""
LEVELS = ("0", "1", "2", "3", "4")
SPECIAL_ANSWERS = ("unknown", "refused", "not_competent", "done_for_us")
LEVEL_CHOICES = LEVELS + SPECIAL_ANSWERS

COMPETENCES = (
    "immigration_authority",
    "social_services",
    "youth_services",
    "public_order",
    "citizen_services",
    "housing",
    "schools",
    "culture",
    "procurement",
)
PROFILES = ("schnellcheck", "basis", "standard", "vertieft")
COMPARABILITIES = ("same", "comparable", "new", "dropped")
DIMENSIONS = range(1, 11)
DIMENSION_NAMES: Mapping[int, Texts] = {
    1: {"de": "Leitbild, Steuerung, Ressourcen", "en": "Mission, steering, resources"},
    2: {"de": "Daten, Monitoring, Wirkung", "en": "Data, monitoring, impact"},
    3: {"de": "Personalgewinnung, Aufstieg, Repräsentation", "en": "Recruitment, advancement, representation"},
    4: {"de": "Arbeitsumfeld, Empowerment, Netzwerk", "en": "Working environment, empowerment, network"},
    5: {"de": "Beschwerde und Schutz", "en": "Complaints and protection"},
    6: {"de": "Dienstleistung, Zugang, Ermessen", "en": "Services, access, discretion"},
    7: {"de": "Sprache und Kommunikation", "en": "Language and communication"},
    8: {"de": "Fortbildung und Kompetenz", "en": "Training and competence"},
    9: {"de": "Beteiligung und Zivilgesellschaft", "en": "Participation and civil society"},
    10: {"de": "Vergabe, Zuwendungen, Beteiligungen", "en": "Procurement, grants, municipal companies"},
}
"""What the dimensions are called where a questionnaire has no section for them: Basis has groups of its own."""
DEFAULT_WEIGHT = 1
DEFAULT_TARGET = 3

LEVEL_NAME = re.compile(r"d(?P<dimension>[1-9]\d?)_(?P<number>\d{2})")
DIMENSION_NAME = re.compile(r"d(?P<dimension>[1-9]\d?)")
# An item to be cited: a letter, the number of its group where there are several, its own: `b1_01`, `w_01`.
CITED_NAME = re.compile(r"(?P<letter>[a-z])(?P<group>[1-9]\d?)?_(?P<number>\d{2})")


def localized(texts: Texts, language: str, fallback: str = "") -> str:
    """Return the text in `language`, else in `fallback`, else in whatever language there is, else ""."""
    for code in (language, language.partition("-")[0], fallback):
        if text := texts.get(code):
            return text
    return next((text for text in texts.values() if text), "")


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the form: `code` as in BCP 47 (`de`), `name` as the workbook's columns spell it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list; `columns` are further columns of the choices sheet, for choice filters."""

    name: str
    label: Texts = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A group inside a section; `path` names the groups around it, from the section down to itself."""

    name: str
    path: tuple[str, ...]
    label: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    relevant: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """What a `range` question offers: every `step` from `start` to `end` (which may be the smaller)."""

    start: Decimal
    end: Decimal
    step: Decimal

    @property
    def low(self) -> Decimal:
        return min(self.start, self.end)

    @property
    def high(self) -> Decimal:
        return max(self.start, self.end)

    @property
    def count(self) -> int:
        """How many values there are."""
        return int((self.high - self.low) // self.step) + 1

    def values(self) -> tuple[str, ...]:
        """All values, as they are stored."""
        sign = 1 if self.end >= self.start else -1
        return tuple(plain_number(self.start + sign * self.step * number) for number in range(self.count))

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high and (value - self.start) % self.step == 0


def plain_number(number: Decimal) -> str:
    """Return a number as it is stored: `3`, `3.5`, never `3.0` or `3E+2`."""
    text = format(number if number else Decimal(0), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Item:
    """One question, note or calculation.

    `kind` is one of KINDS; `list_name` names the choice list of a select; `scale` belongs to a range. `required`,
    `relevant`, `readonly`, `constraint`, `calculation` and `choice_filter` are XPath expressions ("" where absent);
    `default` is a value, or an expression when `default_is_expression`. `path` names the groups around
    the item, the section first. `first_step` and `measure` say what to do about a gap: one step for this
    week, and a measure to begin from. `row` is the row in the survey sheet.
    """

    name: str
    kind: str
    path: tuple[str, ...]
    row: int = 0
    list_name: str = ""
    label: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    guidance: Texts = field(default_factory=dict)
    first_step: Texts = field(default_factory=dict)
    measure: Texts = field(default_factory=dict)
    evidence: Texts = field(default_factory=dict)
    descriptors: Mapping[str, Texts] = field(default_factory=dict)
    required: str = ""
    required_message: Texts = field(default_factory=dict)
    relevant: str = ""
    readonly: str = ""
    constraint: str = ""
    constraint_message: Texts = field(default_factory=dict)
    calculation: str = ""
    choice_filter: str = ""
    default: str = ""
    default_is_expression: bool = False
    appearance: str = ""
    rows: int = 0
    scale: Scale | None = None
    dimension: int | None = None
    weight: int = DEFAULT_WEIGHT
    target_level: int = DEFAULT_TARGET
    competence: str = ""
    profiles: tuple[str, ...] = ()
    source: str = ""
    legal_basis: str = ""
    legal_basis_date: date | None = None
    legal_basis_review: date | None = None
    predecessor: str = ""
    comparability: str = ""

    @property
    def is_level(self) -> bool:
        """Is this an item answered with a maturity level or a special answer?"""
        return self.kind == SELECT_ONE and self.list_name == LEVEL_LIST

    @property
    def is_select(self) -> bool:
        return self.kind in (SELECT_ONE, SELECT_MULTIPLE)

    @property
    def is_upload(self) -> bool:
        """Is this an item answered with a file, which no form field carries?"""
        return self.kind in UPLOADS

    @property
    def is_calculated(self) -> bool:
        """Does the value come from the form rather than from a person?"""
        return self.kind in (CALCULATE, HIDDEN) or bool(self.calculation)

    @property
    def is_heading(self) -> bool:
        """Is this a select that only labels the columns of a table (appearance `label`)?"""
        return self.is_select and "label" in self.appearance.split()

    @property
    def is_shown(self) -> bool:
        """Has the item a place on the page, as question, note or result?"""
        return self.kind not in (CALCULATE, HIDDEN)

    @property
    def takes_answer(self) -> bool:
        return self.kind != NOTE and not self.is_calculated and not self.is_heading

    @property
    def section(self) -> str:
        return self.path[0]

    @property
    def number(self) -> str:
        """The number people see: `5.3` for `d5_03`, `B1.1` for `b1_01`, `W1` for `w_01`; "" for other names."""
        match = CITED_NAME.fullmatch(self.name)
        if not match:
            return ""
        number, group = int(match["number"]), match["group"]
        letter = "" if match["letter"] == "d" and group else match["letter"].upper()
        return f"{letter}{group}.{number}" if group else f"{letter}{number}"


@dataclass(frozen=True, slots=True)
class Section:
    """A top-level group: one page of the questionnaire. `dimension` is set for the section of a dimension."""

    name: str
    label: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    relevant: str = ""
    dimension: int | None = None
    row: int = 0
    groups: tuple[Group, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def is_visible(self) -> bool:
        """Has the section anything to show, or does it only calculate?"""
        return any(item.is_shown for item in self.items)


@dataclass(frozen=True)
class Form:
    """A questionnaire: stable `key`, `title`, `version`, `languages` (the default one first)."""

    key: str
    title: str
    version: str
    languages: tuple[Language, ...]
    sections: tuple[Section, ...]
    choice_lists: Mapping[str, tuple[Choice, ...]]

    @property
    def default_language(self) -> str:
        return self.languages[0].code

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """All items by name, in the order of the workbook."""
        return {item.name: item for section in self.sections for item in section.items}

    @cached_property
    def level_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items.values() if item.is_level)

    @cached_property
    def dimensions(self) -> Mapping[int, Texts]:
        """The dimensions that level items belong to, in order, each with its name.

        That of the section that stands for the dimension; where no section does, the project's own name for it.
        """
        named = {section.dimension: section.label for section in self.sections if section.dimension is not None}
        found = sorted({item.dimension for item in self.level_items if item.dimension is not None})
        return {dimension: named.get(dimension) or DIMENSION_NAMES[dimension] for dimension in found}

    def choices(self, item: Item) -> tuple[Choice, ...]:
        """All choices of a select item, unfiltered; () for other kinds."""
        return self.choice_lists.get(item.list_name, ()) if item.is_select else ()
