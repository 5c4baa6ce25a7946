"""Reading an XLSForm workbook into a `Form`, or refusing it with every reason.

pyxform is the judge of the format: what it does not convert is refused with its message. What it converts
but this platform does not support is refused here with sheet and row. Nothing is dropped silently: what
has no bearing on a questionnaire (unknown columns, other sheets) is named in the warnings.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from pyxform import aliases
from pyxform.parsing.sheet_headers import clean_text_values, list_to_nested_dict, merge_dicts, process_header
from pyxform.question import MultipleChoiceQuestion, Option
from pyxform.survey import Survey
from pyxform.utils import default_is_dynamic
from pyxform.xls2json_backends import DefinitionData

from apps.instruments import columns, definition, question_types
from apps.instruments.definition import (
    DIMENSION_NAME,
    LEVEL_CHOICES,
    LEVEL_LIST,
    Choice,
    Form,
    Group,
    Item,
    Language,
    Section,
    Texts,
)
from apps.instruments.logic import CompiledForm, LogicError, compile_form
from apps.instruments.workbook import InvalidWorkbook, Problem, open_workbook

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
UNGROUPED = "ungrouped"

_BEGIN = re.compile(r"begin[\s_](?P<what>.+)", re.IGNORECASE)
_END = re.compile(r"end[\s_](?P<what>.+)", re.IGNORECASE)
_LANGUAGE_CODE = re.compile(r"\((?P<code>[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*)\)\s*$")
_FORM_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_ITEM_NAME = re.compile(r"[^\W\d][\w.-]{0,99}")

Cell = str | Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """A workbook that was read: the form, its compiled logic, and what the author should know."""

    form: Form
    compiled: CompiledForm
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row of a sheet: cells under pyxform's names for the columns, as written."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]

    def code(self, *path: str) -> str:
        """Return a cell that is read by machines: straight quotation marks, single spaces."""
        cell: Any = self.cells
        for step in path:
            cell = cell.get(step, "") if isinstance(cell, Mapping) else ""
        if isinstance(cell, Mapping):
            cell = next((text for text in cell.values() if isinstance(text, str)), "")
        return str(clean_text_values(str(cell), strip_whitespace=True)).strip()

    def has(self, *path: str) -> bool:
        return bool(self.code(*path))


@dataclass
class Sheet:
    """A sheet with its columns: header as written → pyxform's path for it."""

    name: str
    rows: list[Row] = field(default_factory=list)
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class _Open:
    """A group that has begun and not yet ended."""

    name: str
    table: bool = False


def read_workbook(content: bytes, filename: str) -> Reading:
    """Read an XLSForm workbook.

    `content` is the file, `filename` tells its format (.xlsx, .xls, .csv, .md). Raises InvalidWorkbook with
    every problem found.
    """
    sheets, warnings = open_workbook(content, filename)
    return _Reader(sheets, warnings).read()


class _Reader:
    def __init__(self, sheets: DefinitionData, warnings: Iterable[str]) -> None:
        self.data = sheets
        self.problems: list[Problem] = []
        # pyxform advises a parameter that would change nothing here.
        self.warnings = [
            " ".join(str(warning).split()) for warning in warnings if question_types.MAX_PIXELS not in str(warning)
        ]
        self.languages: dict[str, Language] = {}
        self.default_language = "default"
        self.headings: list[str] = []
        """The last part of every column's header, in order: among them the languages."""
        self.with_other: list[str] = []
        """Names of the questions with `or_other`."""

    def problem(self, row: Row, message: str) -> None:
        self.problems.append(Problem(row.sheet, row.number, message))

    def read(self) -> Reading:
        settings = self._sheet(SETTINGS, aliases.settings_header, set(Survey.get_slot_names()))
        key, title, version = self._settings(settings)
        survey = self._sheet(
            SURVEY, aliases.survey_header, set(MultipleChoiceQuestion.get_slot_names()) | columns.EXTRA
        )
        choices = self._sheet(CHOICES, aliases.list_header, set(Option.get_slot_names()))
        self._check_sheets()
        self._check_headers(survey)
        choice_lists = self._choices(choices)
        sections = self._survey(survey, choice_lists)
        if not any(section.items for section in sections):
            self.problems.append(Problem(SURVEY, 0, _("the questionnaire has no questions")))
        languages = self._ordered_languages()
        sections = tuple(
            replace(section, items=tuple(self._with_others(section.items, choice_lists, languages)))
            for section in sections
        )
        form = Form(key, title, version, languages, sections, choice_lists)
        compiled = None
        try:
            compiled = compile_form(form)
        except LogicError as error:
            self.problems.extend(
                Problem(SURVEY, problem.row, f"{problem.column}: {problem.message}") for problem in error.problems
            )
        if self.problems or compiled is None:
            order = {SURVEY: 1, CHOICES: 2, SETTINGS: 3}
            found = sorted(set(self.problems), key=lambda p: (order.get(p.sheet, 0), p.row, p.message))
            raise InvalidWorkbook(found, self.warnings)
        return Reading(form, compiled, tuple(self.warnings))

    def _with_others(
        self, items: Iterable[Item], lists: dict[str, tuple[Choice, ...]], languages: Sequence[Language]
    ) -> Iterator[Item]:
        """Yield the items, and what `or_other` adds: a text question each, and a choice in their lists."""
        for item in items:
            yield item
            if item.name in self.with_other:
                lists[item.list_name] = question_types.with_other(lists[item.list_name], languages)
                yield question_types.specify_other(item, languages)

    # Sheets and cells

    def _sheet(self, name: str, header_aliases: Mapping[str, Any], known: set[str]) -> Sheet:
        """Bring a sheet's cells under pyxform's column names, but leave texts as their author wrote them."""
        sheet = Sheet(name)
        header_rows: Sequence[Mapping[str, Any]] = getattr(self.data, f"{name}_header") or ()
        headers = [header for header in (header_rows[0] if header_rows else ()) if header]
        double = any("::" in header for header in headers)
        for header in headers:
            _unused, tokens = process_header(
                header=header,
                use_double_colon=double,
                header_aliases=dict(header_aliases),
                header_columns=known,
            )
            sheet.headers[header] = tuple(tokens)
            self.headings.append(tokens[-1])
        rows: Sequence[Mapping[str, str]] = getattr(self.data, name) or ()
        for number, row in enumerate(rows, start=2):
            cells: dict[str, Any] = {}
            for header, value in row.items():
                if value is None or not str(value).strip():
                    continue
                tokens = sheet.headers.get(header, (header,))
                nested = list_to_nested_dict((*tokens, str(value).strip()))
                cells = merge_dicts(cells, nested, self.default_language)
            if cells:
                sheet.rows.append(Row(name, number, cells))
        return sheet

    def texts(self, row: Row, *path: str) -> Texts:
        """Return a cell in all its languages; without a language in the header it is the default one's."""
        cell: Any = row.cells
        for step in path:
            cell = cell.get(step, {}) if isinstance(cell, Mapping) else {}
        if isinstance(cell, str):
            cell = {self.default_language: cell}
        return {
            self._language(name).code: str(text)
            for name, text in cell.items()
            if isinstance(text, str) and text.strip()
        }

    def _language(self, name: str) -> Language:
        if name not in self.languages:
            match = _LANGUAGE_CODE.search(name)
            code = match["code"].lower() if match else "und" if name == "default" else name.strip().lower()[:20]
            self.languages[name] = Language(code, name)
        return self.languages[name]

    def _ordered_languages(self) -> tuple[Language, ...]:
        """The default language, then the others in the order of the columns."""
        default = self._language(self.default_language)
        order = {name: place for place, name in reversed(list(enumerate(self.headings)))}
        named = sorted(self.languages.items(), key=lambda pair: order.get(pair[0], len(order)))
        return (default, *(language for _name, language in named if language != default))

    def _check_sheets(self) -> None:
        for name in ("entities", "external_choices", "osm"):
            if getattr(self.data, name):
                self.problems.append(Problem(name, 0, _("this sheet is not supported")))
        for name in self.data.sheet_names or ():
            single = len(self.data.sheet_names or ()) == 1
            known = (SURVEY, CHOICES, SETTINGS, "entities", "external_choices", "osm")
            if name.lower() not in known and not single:
                self.warnings.append(_("The sheet “%(sheet)s” is not read.") % {"sheet": name})

    def _check_headers(self, survey: Sheet) -> None:
        for header, tokens in survey.headers.items():
            name = tokens[0]
            if name in columns.SURVEY or name in columns.EXTRA or name in columns.UNSUPPORTED:
                continue
            self.warnings.append(_("The column “%(column)s” of the sheet “survey” is not read.") % {"column": header})

    # Settings and choices

    def _settings(self, sheet: Sheet) -> tuple[str, str, str]:
        row = sheet.rows[0] if sheet.rows else Row(SETTINGS, 0, {})
        self.default_language = row.code("default_language") or "default"
        for column in columns.SETTINGS_UNSUPPORTED:
            if row.has(column):
                self.problem(row, _("the setting “%(name)s” is not supported") % {"name": column})
        for name in row.cells:
            if name not in columns.SETTINGS and name not in columns.SETTINGS_UNSUPPORTED:
                self.warnings.append(_("The setting “%(name)s” is not read.") % {"name": name})
        key, title, version = row.code("id_string"), row.code("title"), row.code("version")
        if not _FORM_KEY.fullmatch(key):
            self.problem(row, _("form_id: the questionnaire needs a key of letters, digits, “_”, “-” and “.”"))
        if not _VERSION.fullmatch(version):
            self.problem(row, _("version: the questionnaire needs a version such as “2026.1”"))
        if not title or len(title) > 200:
            self.problem(row, _("form_title: the questionnaire needs a title of at most 200 characters"))
        return key, title, version

    def _choices(self, sheet: Sheet) -> dict[str, tuple[Choice, ...]]:
        lists: dict[str, list[Choice]] = {}
        for row in sheet.rows:
            name, list_name = row.code("name"), row.code("list name")
            if not list_name:
                self.warnings.append(_("Row %(row)d of the sheet “choices” is not read.") % {"row": row.number})
                continue
            if row.has("media"):
                self.problem(row, _("pictures and sounds in choices are not supported"))
            if any(choice.name == name for choice in lists.get(list_name, ())):
                self.problem(row, _("the choice “%(name)s” appears twice in its list") % {"name": name})
            if len(name) > 100 or len(name.split()) != 1:
                self.problem(row, _("the name of a choice must not contain spaces"))
            extra = {
                column: row.code(column)
                for column in row.cells
                if column not in ("name", "list name", "label", "media")
            }
            lists.setdefault(list_name, []).append(Choice(name, self.texts(row, "label"), extra))
        if LEVEL_LIST in lists and {choice.name for choice in lists[LEVEL_LIST]} != set(LEVEL_CHOICES):
            expected = {"names": " ".join(LEVEL_CHOICES)}
            message = _("the list “level” must have exactly the choices %(names)s") % expected
            self.problems.append(Problem(CHOICES, 0, message))
        return {name: tuple(choices) for name, choices in lists.items()}

    # Survey

    def _survey(self, sheet: Sheet, choice_lists: Mapping[str, tuple[Choice, ...]]) -> tuple[Section, ...]:
        sections: list[Section] = []
        groups: list[Group] = []
        items: list[Item] = []
        stack: list[_Open] = []
        names: dict[str, int] = {}

        def close_section() -> None:
            if groups or items:
                sections[-1] = replace(sections[-1], groups=tuple(groups), items=tuple(items))
            groups.clear()
            items.clear()

        for row in sheet.rows:
            kind = row.code("type")
            if aliases.yes_no.get(row.code("disabled")) or not kind:
                continue
            if _END.fullmatch(kind):
                stack.pop()
                if not stack:
                    close_section()
                continue
            begin = _BEGIN.fullmatch(kind)
            name = row.code("name") or f"note_{row.number}"
            self._check_name(row, name, names)
            if begin:
                if aliases.control.get(begin["what"].lower()) != "group":
                    self.problem(row, _("“%(type)s” is not supported") % {"type": kind})
                self._check_group(row)
                if stack:
                    path = (*(opened.name for opened in stack[1:]), name)
                    groups.append(self._group(row, name, path))
                else:
                    if sections and sections[-1].name.startswith(UNGROUPED):
                        close_section()
                    sections.append(self._section(row, name))
                stack.append(_Open(name, "table-list" in row.code("control", "appearance").split()))
                continue
            if not stack and not (sections and sections[-1].name.startswith(UNGROUPED) and items):
                number = 1 + sum(section.name.startswith(UNGROUPED) for section in sections)
                sections.append(Section(UNGROUPED if number == 1 else f"{UNGROUPED}_{number}", row=row.number))
            path = tuple(opened.name for opened in stack) or (sections[-1].name,)
            in_table = bool(stack) and stack[-1].table
            item = self._item(row, name, kind, path, choice_lists, in_table=in_table)
            if item is None:
                continue
            items.append(item)
            if item.name in self.with_other:
                self._check_name(row, question_types.name_of_other(item.name), names)
        close_section()
        return tuple(section for section in sections if section.items or section.groups)

    def _check_name(self, row: Row, name: str, names: dict[str, int]) -> None:
        if not _ITEM_NAME.fullmatch(name):
            self.problem(row, _("“%(name)s” cannot be used as a name here") % {"name": name})
        if name in names:
            values = {"name": name, "row": names[name]}
            self.problem(row, _("the name “%(name)s” is already used in row %(row)d") % values)
        if name.startswith(UNGROUPED):
            self.problem(row, _("“%(name)s” cannot be used as a name here") % {"name": name})
        names.setdefault(name, row.number)

    def _check_group(self, row: Row) -> None:
        allowed = {("bind", "relevant"), ("control", "appearance")}
        for path in columns.present(row.cells):
            if path[0] in columns.GROUP or path[:2] in allowed:
                continue
            if path[0] in columns.SURVEY | columns.EXTRA | columns.UNSUPPORTED:
                self.problem(row, _("“%(column)s” is not supported on a group") % {"column": columns.title(path)})
        for appearance in row.code("control", "appearance").split():
            if appearance not in columns.GROUP_APPEARANCES:
                self.problem(row, _("the appearance “%(name)s” is not supported") % {"name": appearance})

    def _section(self, row: Row, name: str) -> Section:
        number = row.code("dimension")
        match = DIMENSION_NAME.fullmatch(name)
        named = int(match["dimension"]) if match else None
        dimension = columns.whole_number(number, definition.DIMENSIONS) if number else named
        if (number and dimension is None) or (dimension and dimension not in definition.DIMENSIONS):
            self.problem(row, _("dimension: a number from 1 to 10 is expected"))
            dimension = None
        return Section(
            name=name,
            label=self.texts(row, "label"),
            hint=self.texts(row, "hint"),
            relevant=row.code("bind", "relevant"),
            dimension=dimension,
            row=row.number,
        )

    def _group(self, row: Row, name: str, path: tuple[str, ...]) -> Group:
        return Group(
            name=name,
            path=path,
            label=self.texts(row, "label"),
            hint=self.texts(row, "hint"),
            relevant=row.code("bind", "relevant"),
            row=row.number,
        )

    def _item(
        self,
        row: Row,
        name: str,
        row_type: str,
        path: tuple[str, ...],
        choice_lists: Mapping[str, tuple[Choice, ...]],
        *,
        in_table: bool,
    ) -> Item | None:
        self._check_unsupported(row)
        try:
            asked = question_types.read_type(row_type, choice_lists)
        except question_types.Unsupported as reason:
            self.problem(row, str(reason))
            return None
        kind = asked.kind
        rows, scale, problems = question_types.read_parameters(row, kind)
        for parameter in question_types.ignored_parameters(row, kind):
            values = {"name": parameter, "row": row.number}
            self.warnings.append(_("Row %(row)d: the parameter “%(name)s” is not followed.") % values)
        default = row.code("default")
        item = Item(
            name=name,
            kind=kind,
            path=path,
            row=row.number,
            list_name=asked.list_name,
            label=self.texts(row, "label"),
            hint=self.texts(row, "hint"),
            guidance=self.texts(row, "guidance_hint"),
            evidence=self.texts(row, "evidence"),
            required=self._condition(row, "required"),
            required_message=self.texts(row, "bind", "jr:requiredMsg"),
            relevant=self._condition(row, "relevant"),
            readonly=self._condition(row, "readonly"),
            constraint=row.code("bind", "constraint"),
            constraint_message=self.texts(row, "bind", "jr:constraintMsg"),
            calculation=row.code("bind", "calculate"),
            choice_filter=row.code("choice_filter"),
            default=default,
            default_is_expression=bool(default_is_dynamic(default, kind)),
            appearance=self._appearance(row, kind, in_table=in_table),
            rows=rows,
            scale=scale,
        )
        if asked.or_other:
            self.with_other.append(item.name)
        if item.is_upload and item.calculation:
            problems.append(_("calculation: a file cannot be calculated"))
        if item.is_shown and not item.label and not item.is_heading:
            problems.append(_("the question has no text (column “label”)"))
        choices = choice_lists.get(item.list_name, ())
        if fault := question_types.check_default(
            item, question_types.with_other(choices, ()) if asked.or_other else choices
        ):
            problems.append(fault)
        for problem in problems:
            self.problem(row, problem)
        item = question_types.as_heading(item)
        reader = columns.ExtraColumns(row, item, self.texts, self.default_code(), self._report(row))
        return reader.fill()

    def _report(self, row: Row) -> Callable[[str], None]:
        return lambda message: self.problem(row, message)

    def default_code(self) -> str:
        return self._language(self.default_language).code

    def _condition(self, row: Row, column: str) -> str:
        """Return `required`, `relevant` or `readonly` as an expression; no and false() as none at all."""
        source = row.code("bind", column)
        source = str(aliases.BINDING_CONVERSIONS.get(source, source))
        return "" if source == "false()" and column != "relevant" else source

    def _appearance(self, row: Row, kind: str, *, in_table: bool) -> str:
        kept, refused, ignored = question_types.read_appearance(
            row.code("control", "appearance"), in_table=in_table, kind=kind
        )
        for appearance in refused:
            self.problem(row, _("the appearance “%(name)s” is not supported") % {"name": appearance})
        for appearance in ignored:
            values = {"name": appearance, "row": row.number}
            self.warnings.append(_("Row %(row)d: the appearance “%(name)s” is not followed.") % values)
        return kept

    def _check_unsupported(self, row: Row) -> None:
        for path in columns.present(row.cells):
            if path[0] in columns.UNSUPPORTED or (path[0] in columns.PARTS and path[1] not in columns.PARTS[path[0]]):
                self.problem(row, _("the column “%(column)s” is not supported") % {"column": columns.title(path)})
