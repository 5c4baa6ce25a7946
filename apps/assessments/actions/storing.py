"""Writing answers and the numbers of progress: what saving, deciding and withdrawing have in common.

The caller holds the assessment's lock.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.assessments import queries, queries_departments
from apps.assessments.content import Content
from apps.assessments.models import Answer, Assessment, AssessmentSection, DepartmentAnswer
from apps.assessments.questionnaire import Progress, Reading
from apps.instruments.definition import Item


def store_department_answers(rows: Iterable[DepartmentAnswer]) -> None:
    """Keep what departments answered, each one's last word."""
    DepartmentAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["municipality", "assessment", "item", "delegation"],
        update_fields=["value", "done_by", "note", "evidence", "revision", "answered_at", "updated_at"],
    )


def replace_contents(reading: Reading, contents: Mapping[str, Content], language: str = "") -> Reading:
    """The same questionnaire over other contents of some items."""
    return reading.questionnaire.read(
        {**reading.contents, **contents}, language=language, proven=reading.proven, undecided=reading.undecided
    )


def store(
    assessment: Assessment,
    contents: Mapping[str, Content],
    items: Mapping[str, Item],
    answers: Mapping[str, Answer],
    *,
    actor: Any,
    delegation_id: UUID | None = None,
    org_units: Mapping[str, UUID | None],
) -> dict[str, Answer]:
    """Write answers, each one revision further than in `answers`; with a personal link (delegation_id) no actor."""
    keys = queries.item_keys(assessment.wave.instrument_version_id)
    now = timezone.now()
    rows: dict[str, Answer] = {}
    for name, content in contents.items():
        old = answers.get(name)
        row = Answer(
            municipality_id=assessment.municipality_id,
            assessment=assessment,
            item_id=keys[name],
            revision=old.revision + 1 if old else 1,
            answered_by=actor,
            delegation_id=delegation_id,
            org_unit_id=org_units.get(name),
            answered_at=now,
            note=content.note,
            done_by=content.done_by,
            evidence=content.evidence,
            **queries_departments.columns(content.value, items[name].is_level),
        )
        # Only another value makes "unchanged since the last wave" wrong.
        if old:
            row.pk = old.pk
            if old.plain == content.value and old.done_by == content.done_by:
                row.unchanged_at = old.unchanged_at
        rows[name] = row
    if rows:
        Answer.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["municipality", "assessment", "item"],
            update_fields=[
                "value", "level", "special", "done_by", "note", "evidence", "revision", "answered_by", "delegation",
                "org_unit", "answered_at", "unchanged_at", "updated_at",
            ],
        )  # fmt: skip
    return rows


def save_progress(assessment: Assessment, before: Reading | None, after: Reading) -> None:
    """Keep the numbers of those sections whose progress has changed (all of them without `before`)."""
    rows = []
    for position, section in enumerate(after.questionnaire.sections):
        progress = after.progress(section)
        if before is not None and before.progress(section) == progress:
            continue
        rows.append(
            AssessmentSection(
                municipality_id=assessment.municipality_id,
                assessment=assessment,
                name=section.name,
                position=position,
                dimension=section.dimension,
                state=_section_state(progress),
                required=progress.required,
                answered=progress.answered,
                invalid=progress.invalid,
            )
        )
    if rows:
        AssessmentSection.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["municipality", "assessment", "name"],
            update_fields=["state", "required", "answered", "invalid", "updated_at"],
        )


def _section_state(progress: Progress) -> str:
    if progress.complete and (progress.touched or progress.required):
        return AssessmentSection.State.COMPLETE
    return AssessmentSection.State.IN_PROGRESS if progress.touched else AssessmentSection.State.NOT_STARTED
