"""Reads on evidence. Each runs in the scope the caller entered."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format

from apps.assessments import policies_evidence, queries
from apps.assessments.models import Assessment, Evidence, EvidenceUse
from apps.assessments.policies import SectionAccess
from apps.assessments.questionnaire import Questionnaire


def uses_of(assessment: Assessment) -> list[EvidenceUse]:
    """All uses of evidence in an assessment with piece, document and item, as they were added; one query."""
    found = EvidenceUse.objects.filter(assessment=assessment).select_related("evidence__document", "item")
    return list(found.order_by("created_at", "pk"))


def evidence_by_item(assessment: Assessment) -> dict[str, list[EvidenceUse]]:
    """The pieces of evidence of each item that has any, by item name; one query."""
    found: dict[str, list[EvidenceUse]] = {}
    for use in uses_of(assessment):
        found.setdefault(use.item.name, []).append(use)
    return found


def titles_by_item(assessment: Assessment) -> dict[str, list[str]]:
    """What proves each item, in words for reports and tables: “Title, p. 4 (12.03.2026)”; one query."""
    found: dict[str, list[str]] = {}
    for use in uses_of(assessment):
        what = ", ".join(filter(None, (use.evidence.title, use.place)))
        day = date_format(use.evidence.dated_on, "SHORT_DATE_FORMAT")
        found.setdefault(use.item.name, []).append(f"{what} ({day})")
    return found


def uses_seen(
    assessment: Assessment, questionnaire: Questionnaire, access: SectionAccess, evidence_id: UUID
) -> list[EvidenceUse]:
    """The uses of one piece in an assessment, as far as somebody may see the items; [] where there is none."""
    items = questionnaire.form.items
    return [
        use
        for use in uses_of(assessment)
        if use.evidence_id == evidence_id and policies_evidence.sees(access, items[use.item.name])
    ]


def pieces_to_choose(
    assessment: Assessment, questionnaire: Questionnaire, access: SectionAccess, person: Any
) -> "QuerySet[Evidence]":
    """Pieces of the municipality that can be named again, of earlier waves too, by title.

    Whoever sees some sections only: what is named there, and what they have added themselves.
    """
    found = Evidence.objects.select_related("document").order_by("title", "-dated_on", "pk")
    if access.is_limited:
        keys = queries.item_keys(assessment.wave.instrument_version_id)
        items = questionnaire.form.items
        seen = [key for name, key in keys.items() if policies_evidence.sees(access, items[name])]
        uses = EvidenceUse.objects.filter(assessment=assessment, item__in=seen)
        found = found.filter(Q(pk__in=uses.values("evidence_id")) | Q(added_by=person))
    result: QuerySet[Evidence] = found
    return result


def used_elsewhere(assessment: Assessment, evidence_id: UUID) -> bool:
    """Is the piece named in another assessment too?"""
    return bool(EvidenceUse.objects.filter(evidence=evidence_id).exclude(assessment=assessment).exists())


def pieces_per_item(assessment: Assessment) -> dict[UUID, int]:
    """How many pieces each item has, by its key."""
    rows = EvidenceUse.objects.filter(assessment=assessment).order_by().values("item_id").annotate(number=Count("pk"))
    return {row["item_id"]: row["number"] for row in rows}
