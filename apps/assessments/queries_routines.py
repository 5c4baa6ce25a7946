"""Reads on routines, their checks and the examples made from them. Each runs in the scope the caller entered."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.assessments.models import Need, Routine, RoutineAnswer, RoutineCheck, RoutineExample, RoutineRelease
from apps.assessments.policies_routines import RoutineAccess, access_by
from apps.assessments.queries import item_names
from apps.assessments.routine_reading import RoutineReading, known_answers
from apps.instruments.models import InstrumentVersion
from apps.instruments.queries import load_compiled, published_versions
from apps.municipalities.models import Membership, Municipality, OrgUnit, Role
from apps.municipalities.queries.territories import territories_of

#: form_id of the workbook that asks about routines.
INSTRUMENT_KEY = "kfa_routinencheck"
CHECK_AGAIN_AFTER = timedelta(days=365)


def access_for(roles: Collection[str], memberships: Iterable[Membership]) -> RoutineAccess:
    """Which routines somebody sees and checks; one query, and that only for contributors with a department.

    memberships: those of the person in the municipality of the scope, not ended.
    """
    own = {found.org_unit_id for found in memberships if found.role == Role.CONTRIBUTOR and found.org_unit_id}
    return access_by(roles, units_below(own) if own and Role.COORDINATOR not in roles else ())


def units_below(keys: Collection[UUID]) -> set[UUID]:
    """These departments and all below them; one query."""
    below: dict[UUID | None, list[UUID]] = {}
    for key, parent in OrgUnit.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(key)
    found: set[UUID] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        found.add(key)
        waiting += below.get(key, [])
    return found


def routines(access: RoutineAccess) -> "QuerySet[Routine]":
    """The routines somebody may see, archived ones included, by name.

    Each has `running_id` (its check in progress), `completed_id` and `completed_on` (its last completed one), and
    `needs_open`.
    """
    checks = RoutineCheck.objects.filter(routine=OuterRef("pk")).order_by("-completed_at")
    completed = checks.filter(state=RoutineCheck.State.COMPLETED)
    running = checks.filter(state=RoutineCheck.State.IN_PROGRESS)
    needs = (
        Need.objects.filter(routine_check__routine=OuterRef("pk"), lapsed_at=None)
        .order_by()
        .values("routine_check__routine")
        .annotate(number=Count("pk"))
    )
    found: QuerySet[Routine] = (
        Routine.objects.filter(access.condition())
        .select_related("org_unit")
        .annotate(
            running_id=Subquery(running.values("pk")[:1]),
            completed_id=Subquery(completed.values("pk")[:1]),
            completed_on=Subquery(completed.values("completed_at")[:1]),
            needs_open=Coalesce(Subquery(needs.values("number"), output_field=IntegerField()), 0),
        )
        .order_by("name")
    )
    return found


def routine(key: UUID) -> Routine | None:
    """One routine as in `routines`, whoever asks."""
    return routines(RoutineAccess(sees_all=True)).filter(pk=key).first()


def checks_of(of: Routine) -> list[RoutineCheck]:
    """The completed checks of a routine, the latest first."""
    found = RoutineCheck.objects.filter(routine=of, state=RoutineCheck.State.COMPLETED)
    return list(found.select_related("instrument_version").order_by("-completed_at"))


def check(key: UUID) -> RoutineCheck | None:
    """One check with its routine and department."""
    found: RoutineCheck | None = RoutineCheck.objects.filter(pk=key).select_related("routine__org_unit").first()
    return found


def running_check(of: Routine) -> RoutineCheck | None:
    """The check of a routine that is in progress."""
    found = RoutineCheck.objects.filter(routine=of, state=RoutineCheck.State.IN_PROGRESS)
    running: RoutineCheck | None = found.select_related("routine__org_unit").first()
    return running


def reading_of(of: RoutineCheck, *, language: str = "") -> RoutineReading:
    """The questionnaire of a check over its stored answers; `routine` is loaded."""
    return readings_of([of], language=language)[of.pk]


def readings_of(checks: Collection[RoutineCheck], *, language: str = "") -> dict[UUID, RoutineReading]:
    """The same of several checks by their keys, with one query for all answers."""
    answers: dict[UUID, dict[str, str]] = {found.pk: {} for found in checks}
    versions = {found.pk: found.instrument_version_id for found in checks}
    for row in RoutineAnswer.objects.filter(check_of__in=answers).order_by():
        answers[row.check_of_id][item_names(versions[row.check_of_id])[row.item_id]] = row.value
    readings = {}
    for found in checks:
        compiled = load_compiled(found.instrument_version_id)
        values = answers[found.pk]
        if found.state == RoutineCheck.State.IN_PROGRESS:
            # What the list says counts until the check is completed; then it is stored with the answers.
            values = {**values, **known_answers(compiled.form, found.routine)}
        readings[found.pk] = RoutineReading(compiled, values, language)
    return readings


def progress_of(found: Iterable[Routine]) -> dict[UUID, tuple[int, int]]:
    """How much of the check in progress is answered, of how much, by routine; two queries, none without a check."""
    keys = [row.running_id for row in found if row.running_id is not None]
    if not keys:
        return {}
    running = list(RoutineCheck.objects.filter(pk__in=keys).select_related("routine"))
    readings = readings_of(running)
    return {row.routine_id: readings[row.pk].progress for row in running}


def latest_version() -> InstrumentVersion | None:
    """The questionnaire that a new check uses: the latest published one; None before the first."""
    return published_versions().filter(instrument__key=INSTRUMENT_KEY).first()


def is_due(completed_on: Any) -> bool:
    """Whether a routine that was checked then is to be checked again."""
    return completed_on is not None and completed_on + CHECK_AGAIN_AFTER <= timezone.now()


def release_of(of: RoutineCheck) -> RoutineRelease | None:
    """The example that was made from a check, whatever became of it."""
    found: RoutineRelease | None = RoutineRelease.objects.filter(check_of=of).select_related("example").first()
    return found


def telling_names(municipality: Municipality) -> list[str]:
    """What must not stand in an example: the municipality's name, its slug, the places it administers."""
    places = [place.name for place in territories_of(municipality)]
    return [municipality.name, municipality.slug, *places]


def published_examples(kind: str = "") -> "QuerySet[RoutineExample]":
    """What everybody may read, of one kind of routine or of all."""
    found = RoutineExample.objects.filter(state=RoutineExample.State.PUBLISHED)
    return found.filter(kind=kind) if kind else found


def examples_in(state: str) -> "QuerySet[RoutineExample]":
    """Examples in a state, for the project team."""
    return RoutineExample.objects.filter(state=state)


def example_counts() -> dict[str, int]:
    """How many examples there are in each state."""
    rows = RoutineExample.objects.order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)


def example(key: UUID) -> RoutineExample | None:
    """One example, whatever its state."""
    return RoutineExample.objects.filter(pk=key).first()
