"""The report on the Ten-Point Plan: drafting, editing, drafting anew, deleting. The audit record names no contents."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.commitments import queries_ten_points
from apps.commitments.models import TenPointReport, TenPointSection
from apps.commitments.queries_ten_points import GERMAN
from apps.commitments.ten_points import NUMBERS, draft
from apps.recommendations.actions.lifecycle import NotPossible


@transaction.atomic
def start_report(*, actor: Any, period_from: date, period_to: date) -> TenPointReport:
    """Have a report drafted for a period. Raises NotPossible where there is one, or it has no length."""
    if period_to <= period_from:
        raise NotPossible(_("The end lies before the beginning."))
    report = TenPointReport(period_from=period_from, period_to=period_to, drafted_by=actor)
    # Somebody else may begin the same at this moment: the database keeps one of the two.
    TenPointReport.objects.bulk_create([report], ignore_conflicts=True)
    if not TenPointReport.objects.filter(pk=report.pk).exists():
        raise NotPossible(_("There is a report for this period already."))
    texts = _texts(report)
    TenPointSection.objects.bulk_create(
        TenPointSection(report=report, point=number, text=texts[number]) for number in NUMBERS
    )
    record(actor=actor, verb="ten_points.drafted", target=report)
    return report


@transaction.atomic
def edit_point(*, actor: Any, report_id: UUID, point: int, text: str) -> TenPointSection:
    """Write the city's own text on a point. Raises TenPointReport.DoesNotExist, TenPointSection.DoesNotExist."""
    report = _locked(report_id)
    section: TenPointSection = TenPointSection.objects.get(report=report, point=point)
    section.text, section.edited_at = text.replace("\r\n", "\n").replace("\x00", "").strip(), timezone.now()
    section.save(update_fields=["text", "edited_at", "updated_at"])
    record(actor=actor, verb="ten_points.edited", target=report, data={"point": point})
    return section


@transaction.atomic
def draft_anew(*, actor: Any, report_id: UUID, overwrite: Collection[int] = ()) -> int:
    """Draft the points again from today's answers and measures; returns how many were written.

    Points that somebody has edited stay as they are, but for those in `overwrite`. Raises TenPointReport.DoesNotExist.
    """
    report = _locked(report_id)
    texts = _texts(report)
    changed = []
    for section in TenPointSection.objects.filter(report=report):
        if section.edited_at is not None and section.point not in overwrite:
            continue
        section.text, section.edited_at = texts[section.point], None
        changed.append(section)
    for section in changed:
        section.updated_at = timezone.now()
    TenPointSection.objects.bulk_update(changed, ["text", "edited_at", "updated_at"])
    data = {"points": sorted(section.point for section in changed)}
    record(actor=actor, verb="ten_points.drafted_anew", target=report, data=data)
    return len(changed)


@transaction.atomic
def delete_report(*, actor: Any, report_id: UUID) -> None:
    """Delete a report with its texts. Raises TenPointReport.DoesNotExist."""
    report = _locked(report_id)
    record(actor=actor, verb="ten_points.deleted", target=report)
    report.delete()


def record_download(*, actor: Any, report: TenPointReport, content: bytes) -> None:
    """Record that somebody took a copy out of the house."""
    data = {"sha256": hashlib.sha256(content).hexdigest()}
    record(actor=actor, verb="ten_points.downloaded", target=report, data=data)


def _locked(report_id: UUID) -> TenPointReport:
    found: TenPointReport = TenPointReport.objects.select_for_update(of=("self",)).get(pk=report_id)
    return found


def _texts(report: TenPointReport) -> Mapping[int, str]:
    """The drafts by point, in German."""
    with translation.override(GERMAN):
        found = queries_ten_points.gathered(report.period_from, report.period_to)
        return {number: draft(material) for number, material in found.points.items()}
