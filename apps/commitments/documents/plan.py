"""The measures plan of a municipality, by recommendation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.assessments.documents import text
from apps.assessments.documents.paper import SMALL, Paper
from apps.commitments.documents import blocks
from apps.commitments.documents.data import PlannedMeasure


@dataclass(frozen=True, slots=True)
class PlanPart:
    """The measures under one recommendation; title "" for those that stand by themselves."""

    title: str
    decision: str
    measures: Sequence[PlannedMeasure]


def measures_plan(municipality_name: str, generated_at: datetime, parts: Sequence[PlanPart]) -> bytes:
    """The plan as a Word file, in the language of the moment."""
    kind = _("Measures plan")
    paper = Paper(title=f"{kind}, {municipality_name}", author=municipality_name, made_at=generated_at)
    paper.text(municipality_name)
    paper.title(kind)
    paper.fact(pgettext("decision paper", "Date"), text.day(generated_at))
    measures = [measure for part in parts for measure in part.measures]
    paper.text(_overview(measures))
    for part in parts:
        paper.heading(part.title or _("Measures without a recommendation"))
        if part.decision:
            paper.text(part.decision)
        blocks.measures_table(paper, part.measures)
        _details(paper, part.measures)
    if not parts:
        paper.text(_("No measures have been entered yet."))
    paper.text(
        _("Made with the platform “Kommunen für alle”. What stands in marked brackets is to be filled in."), SMALL
    )
    blocks.footer(paper, municipality_name, kind, text.day(generated_at))
    return paper.save()


def _overview(measures: Sequence[PlannedMeasure]) -> str:
    counted = ngettext("One measure.", "%(number)s measures.", len(measures)) % {"number": len(measures)}
    overdue = sum(measure.is_overdue for measure in measures)
    parts = [counted]
    if overdue:
        parts.append(ngettext("One is overdue.", "%(number)s are overdue.", overdue) % {"number": overdue})
    total = sum((m.budget or Decimal(0) for m in measures if not m.is_dropped), Decimal(0))
    if total:
        parts.append(_("Budgets entered so far: %(total)s.") % {"total": blocks.euros(total)})
    return " ".join(parts)


def _details(paper: Paper, measures: Sequence[PlannedMeasure]) -> None:
    """Deputies, indicators and cover, where there are any."""
    lines = []
    for measure in measures:
        said = []
        if measure.deputy:
            said.append(_("deputy: %(name)s") % {"name": measure.deputy})
        if measure.budget_note:
            said.append(_("cover: %(note)s") % {"note": measure.budget_note})
        if measure.indicator:
            said.append(
                _("indicator: %(indicator)s (from %(baseline)s to %(target)s)")
                % {
                    "indicator": measure.indicator,
                    "baseline": blocks.value(measure.baseline, measure.unit_of_value),
                    "target": blocks.value(measure.target, measure.unit_of_value),
                }
            )
        if said:
            lines.append(f"M{measure.number}: {'; '.join(said)}")
    paper.bullets(lines)
