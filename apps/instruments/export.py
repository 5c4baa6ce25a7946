"""Writing a form as an XLSForm workbook: what `xlsform` reads from it is the same form again.

Only numbers of rows may differ: empty and disabled rows are not kept. What a construct stands for is
written, not how it was abbreviated: the choice and the question of `or_other`, the appearance `list` of the
lines of a `table-list`.
"""

import io
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from apps.instruments import definition
from apps.instruments.definition import LEVELS, Form, Group, Item, Section, Texts, plain_number
from apps.instruments.xlsform import UNGROUPED

Cells = dict[str, str]

_WIDE, _NARROW = 50, 16
_WIDE_COLUMNS = ("label", "hint", "guidance_hint", "evidence", "first_step", "measure", "level_", "source")


def workbook_of(form: Form) -> bytes:
    """Return `form` as an XLSX workbook with the sheets survey, choices and settings."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    settings = {"form_title": form.title, "form_id": form.key, "version": form.version}
    if form.languages[0].name != "default":
        settings["default_language"] = form.languages[0].name
    _write(workbook, "survey", _survey(form))
    _write(workbook, "choices", _choices(form))
    _write(workbook, "settings", [settings])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _write(workbook: Workbook, name: str, rows: Iterable[Cells]) -> None:
    """Write a sheet: columns in the order in which the rows have them, those that stay empty left out."""
    sheet = workbook.create_sheet(name)
    rows = list(rows)
    used = {header for row in rows for header, text in row.items() if text}
    order = dict.fromkeys(header for row in sorted(rows, key=len, reverse=True) for header in row if header in used)
    columns = {header: position for position, header in enumerate(order, start=1)}
    for number, row in enumerate(rows, start=2):
        for header, text in row.items():
            if not text:
                continue
            cell = sheet.cell(number, columns[header], text)
            # Otherwise a text that begins with an equals sign would become a formula.
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for header, column in columns.items():
        cell = sheet.cell(1, column, header)
        cell.font = Font(bold=True)
        wide = header.startswith(_WIDE_COLUMNS)
        sheet.column_dimensions[cell.column_letter].width = _WIDE if wide else _NARROW
    sheet.freeze_panes = "C2" if name == "survey" else "A2"


def _choices(form: Form) -> Iterator[Cells]:
    for list_name, choices in form.choice_lists.items():
        for choice in choices:
            yield {
                "list_name": list_name,
                "name": choice.name,
                **_texts(form, "label", choice.label),
                **{column: value for column, value in choice.columns.items() if value},
            }


def _survey(form: Form) -> Iterator[Cells]:
    for section in form.sections:
        grouped = not section.name.startswith(UNGROUPED)
        if grouped:
            yield _group(form, section)
        yield from _content(form, section)
        if grouped:
            yield {"type": "end_group"}


def _content(form: Form, section: Section) -> Iterator[Cells]:
    """The groups and items of a section in the order of their rows, each inside its groups."""
    around: list[str] = []
    entries: list[Group | Item] = [*section.groups, *section.items]
    for entry in sorted(entries, key=lambda entry: entry.row):
        inside = list(entry.path[:-1] if isinstance(entry, Group) else entry.path[1:])
        while around != inside[: len(around)]:
            around.pop()
            yield {"type": "end_group"}
        if isinstance(entry, Group):
            around.append(entry.name)
            yield _group(form, entry)
        else:
            yield _item(form, entry)
    for _name in around:
        yield {"type": "end_group"}


def _group(form: Form, group: Section | Group) -> Cells:
    dimension = group.dimension if isinstance(group, Section) else None
    return {
        "type": "begin_group",
        "name": group.name,
        **_texts(form, "label", group.label),
        **_texts(form, "hint", group.hint),
        "relevant": group.relevant,
        "dimension": str(dimension or ""),
    }


def _item(form: Form, item: Item) -> Cells:
    return {
        "type": f"{item.kind} {item.list_name}".strip(),
        "name": item.name,
        **_texts(form, "label", item.label),
        **_texts(form, "hint", item.hint),
        **_texts(form, "guidance_hint", item.guidance),
        "required": item.required,
        **_texts(form, "required_message", item.required_message),
        "relevant": item.relevant,
        "readonly": item.readonly,
        "constraint": item.constraint,
        **_texts(form, "constraint_message", item.constraint_message),
        "calculation": item.calculation,
        "choice_filter": item.choice_filter,
        "default": item.default,
        "appearance": item.appearance,
        "parameters": _parameters(item),
        "dimension": str(item.dimension or ""),
        "weight": str(item.weight) if item.is_level else "",
        "target_level": str(item.target_level) if item.is_level else "",
        "competence": item.competence,
        "profile": " ".join(item.profiles),
        **_texts(form, "evidence", item.evidence),
        **{
            header: text
            for level in LEVELS
            for header, text in _texts(form, f"level_{level}", item.descriptors.get(level, {})).items()
        },
        **_texts(form, "first_step", item.first_step),
        **_texts(form, "measure", item.measure),
        "source": item.source,
        "legal_basis": item.legal_basis,
        "legal_basis_date": item.legal_basis_date.isoformat() if item.legal_basis_date else "",
        "legal_basis_review": item.legal_basis_review.isoformat() if item.legal_basis_review else "",
        "predecessor": item.predecessor,
        "comparability": item.comparability,
    }


def _parameters(item: Item) -> str:
    if item.scale is not None:
        scale = item.scale
        values = {"start": scale.start, "end": scale.end, "step": scale.step}
        return " ".join(f"{name}={plain_number(value)}" for name, value in values.items())
    return f"rows={item.rows}" if item.kind == definition.TEXT and item.rows else ""


def _texts(form: Form, column: str, texts: Texts) -> Cells:
    """A text in the columns of all languages of the form."""
    return {
        column if language.name == "default" else f"{column}::{language.name}": texts.get(language.code, "")
        for language in form.languages
    }
