"""What the page shows of an answer's history. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.assessments.models import AnswerRevision, DoneBy, Special
from apps.instruments.definition import Form, Item
from apps.instruments.questions import shown_value

SHORT = 160


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is shown: as a badge (`is_level`: a level, a special answer, "undecided"), or text; beside it who
    does it.
    """

    value: str
    is_level: bool
    done_by: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change. before: None for the first answer; after: None where the answer itself stayed as it was."""

    at: datetime
    before: Shown | None
    after: Shown | None
    department: str
    remarks: tuple[str, ...]
    who: str


def lines(
    revisions: Sequence[AnswerRevision],
    item: Item,
    form: Form,
    language: str,
    names: bool,
    departments_since: datetime | None = None,
) -> list[HistoryLine]:
    """The changes of one answer, the latest first. names: whether to say who it was. departments_since: as
    queries_history.answered_by_departments_since.
    """

    def shown(row: AnswerRevision) -> Shown:
        if not row.value and departments_since is not None and row.answered_at >= departments_since:
            return Shown(_("undecided"), item.is_level)
        return _shown(row, item, form, language)

    found = []
    for place, row in enumerate(revisions):
        old = revisions[place - 1] if place else None
        changed = old is None or (row.value, row.done_by) != (old.value, old.done_by)
        found.append(
            HistoryLine(
                at=row.answered_at,
                before=shown(old) if old is not None and changed else None,
                after=shown(row) if changed else None,
                department=row.org_unit.name if row.org_unit is not None else "",
                remarks=tuple(_remarks(row, old)),
                who=_who(row, names),
            )
        )
    return found[::-1]


def _shown(row: AnswerRevision, item: Item, form: Form, language: str) -> Shown:
    if item.is_level:
        done_by = str(DoneBy(row.done_by).label) if row.value == Special.DONE_FOR_US and row.done_by else ""
        return Shown(row.value, True, done_by)
    words = shown_value(item, row.value, form.choices(item), language)
    return Shown(Truncator(words).chars(SHORT) or _("no answer"), False)


def _remarks(row: AnswerRevision, old: AnswerRevision | None) -> list[str]:
    found = []
    if row.note != (old.note if old is not None else ""):
        found.append(_("note changed"))
    if row.evidence != (old.evidence if old is not None else ""):
        found.append(_("evidence changed"))
    return found


def _who(row: AnswerRevision, names: bool) -> str:
    if row.by_link:
        return _("personal link")
    return row.answered_by.get_full_name() if names and row.answered_by is not None else ""
