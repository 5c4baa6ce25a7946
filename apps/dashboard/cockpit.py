"""What the project team sees of all municipalities: a wave, a stage, and how far each has come in it.

Runs in the programme's scope. The number of queries does not depend on the number of municipalities.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypedDict

from django.core.paginator import Page, Paginator
from django.db.models import Aggregate, Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.functional import cached_property
from django_stubs_ext import WithAnnotations

from apps.assessments.models import Answer, Assessment, AssessmentSection, Signature, Wave
from apps.assessments.pages import STATE_KINDS
from apps.commitments.queries_measures import Overview, overview_by_municipality
from apps.dashboard.home_training import TrainingFigures, figures_by_municipality
from apps.municipalities.models import Municipality

PER_PAGE = 25
#: States in which the municipality has done its part.
DONE = (Assessment.State.SIGNED_OFF, Assessment.State.CLOSED)


@dataclass(frozen=True)
class Row:
    """A municipality, its assessment in the wave (None where it does not take part), its measures and trainings.

    kind: of the state's badge.
    """

    municipality: Municipality
    assessment: Assessment | None
    kind: str = ""
    required: int = 0
    answered: int = 0
    sections: int = 0
    complete: int = 0
    last_activity: datetime | None = None
    signed_by: str = ""
    is_overdue: bool = False
    measures: Overview = field(default_factory=Overview)
    trainings: TrainingFigures = field(default_factory=TrainingFigures)


@dataclass(frozen=True)
class Figures:
    """Counts over all municipalities of the stage that take part in the wave."""

    participants: int
    signed_off: int
    in_review: int
    in_progress: int
    invited: int
    overdue: int


class MunicipalityPages(Paginator[Municipality]):
    """Pages whose number of rows is known from the counts of the stages."""

    def __init__(self, rows: QuerySet[Municipality], known_count: int) -> None:
        super().__init__(rows, PER_PAGE)
        self.known_count = known_count

    @cached_property
    def count(self) -> int:
        return self.known_count


def waves() -> list[Wave]:
    """The waves that have been opened, the newest first."""
    return list(Wave.objects.exclude(state=Wave.State.DRAFT).order_by("-opens_on", "label", "profile"))


def chosen_wave(waves: list[Wave], key: str) -> Wave | None:
    """The wave asked for; without one the open wave whose deadline comes first, else the newest."""
    asked_for = [wave for wave in waves if str(wave.pk) == key]
    if asked_for:
        return asked_for[0]
    by_deadline = sorted((wave for wave in waves if wave.is_open), key=lambda wave: wave.closes_on)
    return next(iter([*by_deadline, *waves]), None)


def stage_counts() -> dict[str, int]:
    """Active municipalities by stage, every stage named."""
    counted = dict(Municipality.objects.filter(is_active=True).order_by().values_list("stage").annotate(Count("pk")))
    return {stage: counted.get(stage, 0) for stage in Municipality.Stage.values}


def chosen_stage(key: str) -> str:
    """The stage asked for; the model municipalities where none or an unknown one is."""
    return key if key in Municipality.Stage.values else Municipality.Stage.MODEL.value


def page_of(stage: str, counts: Mapping[str, int], number: str) -> Page[Municipality]:
    """The municipalities of a stage by name, a page of them."""
    rows = Municipality.objects.filter(is_active=True, stage=stage).order_by("name")
    return MunicipalityPages(rows, counts[stage]).get_page(number)


def rows_of(municipalities: list[Municipality], wave: Wave | None) -> list[Row]:
    """How far each municipality is in the wave, with its measures and trainings; four queries for all of them."""
    today = timezone.localdate()
    measures = overview_by_municipality(today=today)
    trainings = figures_by_municipality(municipalities)
    return [
        replace(
            row,
            measures=measures.get(row.municipality.pk, Overview()),
            trainings=trainings[row.municipality.pk],
        )
        for row in _rows_of(municipalities, wave, today)
    ]


def _rows_of(municipalities: list[Municipality], wave: Wave | None, today: date) -> list[Row]:
    if wave is None:
        return [Row(municipality, None) for municipality in municipalities]
    found = {
        assessment.municipality_id: assessment
        for assessment in _with_progress(Assessment.objects.filter(wave=wave, municipality__in=municipalities))
    }
    return [_row(municipality, found.get(municipality.pk), wave, today) for municipality in municipalities]


class Progress(TypedDict):
    """What `_with_progress` adds to an assessment; None where there is nothing to count."""

    required: int | None
    answered: int | None
    section_count: int | None
    complete: int | None
    last_answer: datetime | None
    signed_by: str | None


def _with_progress(assessments: QuerySet[Assessment]) -> "QuerySet[WithAnnotations[Assessment, Progress]]":
    """Add what the sections, answers and signatures say: subqueries, so that none multiplies another's rows."""
    answers = Answer.objects.filter(assessment=OuterRef("pk")).order_by().values("assessment")
    signature = Signature.objects.filter(assessment=OuterRef("pk"), revoked_at=None)
    return assessments.annotate(
        required=_of_sections(Sum("required")),
        answered=_of_sections(Sum("answered")),
        section_count=_of_sections(Count("pk")),
        complete=_of_sections(Count("pk", filter=Q(state=AssessmentSection.State.COMPLETE))),
        last_answer=Subquery(answers.annotate(latest=Max("answered_at")).values("latest")),
        signed_by=Subquery(signature.values("name")[:1]),
    )


def _of_sections(aggregate: Aggregate) -> Subquery:
    """The aggregate over the sections of the outer query's assessment."""
    sections = AssessmentSection.objects.filter(assessment=OuterRef("pk")).order_by().values("assessment")
    return Subquery(sections.annotate(number=aggregate).values("number"))


def _row(
    municipality: Municipality,
    assessment: "WithAnnotations[Assessment, Progress] | None",
    wave: Wave,
    today: date,
) -> Row:
    if assessment is None:
        return Row(municipality, None)
    assessment.wave = wave
    moments = (assessment.last_answer, assessment.submitted_at, assessment.signed_off_at, assessment.returned_at)
    return Row(
        municipality,
        assessment,
        kind=STATE_KINDS[Assessment.State(assessment.state)],
        required=assessment.required or 0,
        answered=assessment.answered or 0,
        sections=assessment.section_count or 0,
        complete=assessment.complete or 0,
        last_activity=max((moment for moment in moments if moment is not None), default=None),
        signed_by=assessment.signed_by or "",
        is_overdue=assessment.due_on < today and assessment.state not in DONE,
    )


def figures(wave: Wave, stage: str) -> Figures:
    """How many municipalities of the stage are in which state; one query."""
    today = timezone.localdate()
    is_late = ~Q(state__in=DONE) & (Q(extended_to=None) | Q(extended_to__lt=today))
    rows = list(
        Assessment.objects.filter(wave=wave, municipality__stage=stage, municipality__is_active=True)
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"), late=Count("pk", filter=is_late))
    )
    states = {state: number for state, number, _late in rows}
    done = sum(states.get(state, 0) for state in DONE)
    participants = sum(states.values())
    return Figures(
        participants=participants,
        signed_off=done,
        in_review=states.get(Assessment.State.IN_REVIEW, 0),
        in_progress=states.get(Assessment.State.IN_PROGRESS, 0),
        invited=states.get(Assessment.State.INVITED, 0),
        overdue=sum(late for _state, _number, late in rows) if wave.closes_on < today else 0,
    )
