"""The library as a page of documentation: every question with its sources. Pure; English words, German questions."""

from collections.abc import Iterable, Iterator

from apps.instruments import definition
from apps.instruments.definition import Form, Item, Section, localized

LANGUAGE = "de"
_NONE = "–"
_HEADS = ("no.", "name", "question", "dimension", "target", "asked if", "sources", "legal basis (Stand)")
_ANSWERS = {
    definition.TEXT: "text",
    definition.INTEGER: "number",
    definition.DECIMAL: "number",
    definition.RANGE: "number",
    definition.DATE: "date",
    definition.TIME: "time",
    definition.DATE_TIME: "date",
    definition.ACKNOWLEDGE: "tick",
    definition.FILE: "file",
    definition.IMAGE: "image",
}


def describe(forms: Iterable[Form]) -> str:
    """Return the tables of all questions, as Markdown: a chapter for each form, a table for each of its sections."""
    return "\n".join(line for form in forms for line in _form(form))


def _form(form: Form) -> Iterator[str]:
    yield f"## The questions: {form.title}"
    yield ""
    predecessors = any(item.predecessor for item in form.items.values())
    for section in form.sections:
        rows = [_row(form, item, predecessors) for item in section.items if _is_listed(item, section)]
        if not rows:
            continue
        heads = [*_HEADS, "from"] if predecessors else list(_HEADS)
        number = "" if section.dimension is None else f"{section.dimension} "
        yield f"### `{section.name}` {number}{_plain(localized(section.label, LANGUAGE))}"
        yield ""
        if section.hint:
            yield _plain(localized(section.hint, LANGUAGE))
            yield ""
        yield _line(heads)
        yield _line(["---"] * len(heads))
        yield from (_line(row) for row in rows)
        yield ""


def _is_listed(item: Item, section: Section) -> bool:
    """Questions, but not the two in free words that end every section."""
    return item.takes_answer and item.name not in (f"{section.name}_wishes", f"{section.name}_obstacles")


def _row(form: Form, item: Item, predecessors: bool) -> list[str]:
    basis = item.legal_basis
    if item.legal_basis_date is not None:
        basis = f"{basis} ({item.legal_basis_date.isoformat()})"
    conditions = [f"`{item.relevant}`" if item.relevant else "", item.competence]
    row = [
        item.number,
        item.name,
        localized(item.label, LANGUAGE),
        str(item.dimension or ""),
        str(item.target_level) if item.is_level else _answer(form, item),
        ", ".join(filter(None, conditions)),
        item.source,
        basis,
    ]
    return [*row, item.predecessor] if predecessors else row


def _answer(form: Form, item: Item) -> str:
    """What is answered where there is no level: in words, for the column of targets."""
    if item.is_select:
        return "/".join(choice.name for choice in form.choices(item)) if len(form.choices(item)) <= 5 else "choice"
    return _ANSWERS.get(item.kind, item.kind)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_plain(cell) or _NONE for cell in cells) + " |"


def _plain(text: str) -> str:
    """Text that Markdown leaves alone, on one line."""
    return " ".join(text.split()).replace("*", "\\*").replace("|", "\\|")
