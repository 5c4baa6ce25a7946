"""What stands beside a question on its page: evidence, remarks, departments, the wave before. One place to load it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.assessments import (
    beside_previous,
    queries_departments,
    queries_evidence,
    queries_remarks,
)
from apps.assessments.models import Assessment
from apps.assessments.questionnaire import Reading


@dataclass(frozen=True, slots=True)
class Beside:
    """Of one item; slug, assessment_id and, for whom a personal link opens the page, token for its links.

    evidence: its pieces (EvidenceUse). remarks: how many, and are there open ones (RemarkCount).
    department: how its departments answered, for whom that is to be seen (DepartmentLine). previous: the answer of the
    wave before (PreviousLine), where it was asked for.
    """

    slug: str
    assessment_id: UUID
    token: str = ""
    evidence: tuple[Any, ...] = ()
    remarks: Any = None
    department: Any = None
    previous: Any = None


def load(
    assessment: Assessment,
    reading: Reading,
    *,
    slug: str,
    departments: bool,
    comments: bool,
    with_previous: bool,
    language: str,
) -> Mapping[str, Beside]:
    """By item name. departments, comments: whether the reader may see what departments answered
    (the coordination), what colleagues remarked (the municipality).
    """
    evidence = queries_evidence.evidence_by_item(assessment)
    remarks = queries_remarks.counts_by_item(assessment, comments=comments)
    answered = queries_departments.lines_by_item(assessment, language) if departments else {}
    previous = beside_previous.lines_by_item(assessment, reading, language) if with_previous else {}
    return {
        name: Beside(
            slug=slug,
            assessment_id=assessment.pk,
            evidence=tuple(evidence.get(name, ())),
            remarks=remarks.get(name),
            department=answered.get(name),
            previous=previous.get(name),
        )
        for name in reading.questionnaire.form.items
    }


def load_by_link(assessment: Assessment, reading: Reading, *, slug: str, token: str) -> Mapping[str, Beside]:
    """The same for a personal link: evidence alone."""
    evidence = queries_evidence.evidence_by_item(assessment)
    return {
        name: Beside(slug=slug, assessment_id=assessment.pk, token=token, evidence=tuple(evidence.get(name, ())))
        for name in reading.questionnaire.form.items
    }
