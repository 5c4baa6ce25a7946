"""What the pages on routines show. No queries here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.assessments.actions.routines import Refused, fingerprint
from apps.assessments.models import Routine, RoutineExample, RoutineKind
from apps.assessments.models.routine import MAX_TEXT
from apps.assessments.queries_routines import CHECK_AGAIN_AFTER, is_due
from apps.assessments.routine_reading import Outcome, RoutineReading, StillMissing
from apps.instruments.definition import Section
from apps.instruments.questions import Question, missing_message, question

NEW, RUNNING, CHECKED, DUE, ARCHIVED = "new", "in_progress", "checked", "due", "archived"
EXAMPLE_KINDS = {
    RoutineExample.State.PROPOSED: "info",
    RoutineExample.State.PUBLISHED: "success",
    RoutineExample.State.DECLINED: "neutral",
}


@dataclass(frozen=True, slots=True)
class RoutineLine:
    """A routine as a list shows it: how it stands (`key` for the filter, `state` in words, `badge` for its colour)."""

    routine: Routine
    key: str
    state: str
    badge: str
    needs_open: int


def line(routine: Routine, progress: tuple[int, int] | None) -> RoutineLine:
    """A routine as `queries_routines.routines` reads it; progress: of its check in progress."""
    return RoutineLine(routine, *_state(routine, progress), needs_open=routine.needs_open)


def lines(routines: Iterable[Routine], progress: Mapping[UUID, tuple[int, int]]) -> list[RoutineLine]:
    """The same of several."""
    return [line(routine, progress.get(routine.pk)) for routine in routines]


def _state(routine: Any, progress: tuple[int, int] | None) -> tuple[str, str, str]:
    if routine.archived_at is not None:
        return ARCHIVED, _("archived"), "neutral"
    if routine.running_id is not None:
        answered, asked = progress or (0, 0)
        return RUNNING, _("in progress (%(answered)s of %(asked)s)") % {"answered": answered, "asked": asked}, "info"
    if routine.completed_on is None:
        return NEW, _("not checked yet"), "neutral"
    if is_due(routine.completed_on):
        return DUE, _("check again: checked on %(day)s") % {"day": _day(routine.completed_on)}, "warning"
    return CHECKED, _("checked on %(day)s") % {"day": _day(routine.completed_on)}, "success"


def _day(moment: datetime) -> str:
    return date_format(timezone.localdate(moment), "SHORT_DATE_FORMAT")


def check_again_on(moment: datetime | None) -> datetime | None:
    """When a routine that was checked then should be checked again."""
    return moment + CHECK_AGAIN_AFTER if moment is not None else None


def chosen(lines_: Iterable[RoutineLine], *, state: str, kind: str) -> list[RoutineLine]:
    """What the filters leave; archived routines are shown only where they are asked for."""
    return [
        found
        for found in lines_
        if (found.key == state or (not state and found.key != ARCHIVED)) and kind in ("", found.routine.kind)
    ]


def state_tabs(lines_: Iterable[RoutineLine], *, state: str, kind: str) -> list[dict[str, Any]]:
    """One link per state with how many routines of the chosen kind are in it."""
    all_lines = list(lines_)
    labels = {
        "": _("All routines"),
        NEW: _("Not checked yet"),
        RUNNING: _("In progress"),
        CHECKED: _("Checked"),
        DUE: _("To be checked again"),
        ARCHIVED: _("Archived"),
    }
    return [
        {
            "label": label,
            "url": _query(state=key, kind=kind),
            "current": key == state,
            "count": len(chosen(all_lines, state=key, kind=kind)),
        }
        for key, label in labels.items()
    ]


def kind_tabs(*, kind: str, state: str = "") -> list[dict[str, Any]]:
    """One link per kind of routine."""
    kinds = [("", _("All kinds")), *((value, str(label)) for value, label in RoutineKind.choices)]
    return [
        {"label": label, "url": _query(state=state, kind=value), "current": value == kind} for value, label in kinds
    ]


def _query(**given: str) -> str:
    return "?" + urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class CheckBlock:
    """A question on a page of a check. seen: what is sent back with the answer; "" also for none."""

    name: str
    question: Question
    seen: str
    errors: tuple[str, ...] = ()

    @property
    def takes_answer(self) -> bool:
        return self.question.item.takes_answer


def blocks(
    reading: RoutineReading, section: Section, *, refused: Mapping[str, Refused], show_missing: bool
) -> Iterator[CheckBlock]:
    """The questions of a section with what became of the answers; show_missing: say which must still be answered."""
    for item in reading.asked(section):
        trouble = refused.get(item.name)
        errors = trouble.errors if trouble else ()
        if show_missing and not errors and reading.state[item.name].missing:
            errors = (missing_message(reading.compiled, item, reading.language),)
        shown = question(
            reading.compiled,
            item,
            reading.state,
            language=reading.language,
            raw=trouble.raw if trouble else None,
            errors=errors,
        )
        stored = fingerprint(reading.answers.get(item.name, ""))
        yield CheckBlock(item.name, shown, trouble.seen if trouble else stored, shown.errors)


def neighbours(reading: RoutineReading, section: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after."""
    place = reading.sections.index(section)
    after = reading.sections[place + 1] if place + 1 < len(reading.sections) else None
    return (reading.sections[place - 1] if place else None), after


@dataclass(frozen=True, slots=True)
class MissingLink:
    """A question that keeps the check from being completed, with where to answer it."""

    section: str
    label: str
    url: str
    reason: str


def missing_links(
    reading: RoutineReading, missing: Iterable[StillMissing], routine: Routine, slug: str
) -> list[MissingLink]:
    """What is still to be answered, each with a link to its place."""
    page = reverse("routines-check", args=[slug, routine.pk])
    return [
        MissingLink(
            section=reading.title(found.section),
            label=reading.label(found.item),
            url=f"{page}?{urlencode({'section': found.section.name, 'missing': 1})}#{block_id(found.item.name)}",
            reason=_("the answer is not possible as the others stand") if found.is_invalid else _("not answered"),
        )
        for found in missing
    ]


def block_id(name: str) -> str:
    """Id of a question's block on its page."""
    return f"item-{name}"


def result_context(reading: RoutineReading) -> dict[str, Any]:
    """The findings of a completed check by what they say."""
    findings = reading.findings
    return {
        "needs": reading.needs,
        "fine": [found for found in findings if found.outcome is Outcome.FINE],
        "left_out": [found for found in findings if found.outcome is Outcome.LEFT_OUT],
        "rated": len(findings),
    }


def proposed_example(reading: RoutineReading) -> dict[str, str]:
    """What the form for an example begins with: the questionnaire's own words, nothing that was typed in the check.

    Nor the routine's name: the project team can read the lists of routines.
    """
    found = ""
    for finding in reading.needs:
        answer = _("level %(level)s") % {"level": finding.answer} if finding.answer.isdigit() else finding.answer
        if finding.outcome is Outcome.UNKNOWN:
            answer = _("not known")
        text = f"{found}– {finding.label} ({answer})\n"
        if len(text) > MAX_TEXT:
            break
        found = text
    return {"found": found.strip()}


def who_sees() -> dict[str, Any]:
    """Text of "Who sees this?" on the pages of a check."""
    return {
        "text": _("These answers are about a routine, not about people, and carry no name. They are seen by:"),
        "items": [
            _("the coordination of your municipality and the contributors of the department,"),
            _("the signatory of your municipality,"),
            _("the project team of the programme, for reading."),
            _("Not by the funder, the press, the council or other municipalities."),
        ],
    }
