"""What the papers are made of: plain values, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.commitments import queries_adoption as queries
from apps.commitments.models import Adoption, Measure
from apps.commitments.states import MeasureState
from apps.core.prose import plain_text
from apps.recommendations.models import Block
from apps.reviews.lifecycle import State


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A provision, what it says, and the day on which its text was checked. land: "" for all of Germany."""

    norm: str
    says: str
    as_of: date | None
    review_on: date | None
    land: str


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """A measure as papers show it."""

    number: int
    title: str
    unit: str
    person: str
    deputy: str
    starts_on: date | None
    due_on: date | None
    budget: Decimal | None
    budget_note: str
    indicator: str
    baseline: Decimal | None
    target: Decimal | None
    unit_of_value: str
    state: str
    belongs_to: str = ""
    is_dropped: bool = False
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class PaperData:
    """An adoption with its recommendation, for memo and decision paper. sections: paragraphs without markup."""

    municipality_name: str
    generated_at: datetime
    code: str
    version: int
    title: str
    summary: str
    is_standard: bool
    is_adoptable_draft: bool
    sections: Mapping[str, Sequence[str]]
    target_level: int
    effort: str
    effort_note: str
    indicator: Mapping[str, str]
    legal_bases: Sequence[LegalBasis]
    sources: Sequence[str]
    needs: Sequence[str]
    measures: Sequence[PlannedMeasure] = field(default_factory=list)
    proposed: Sequence[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The recommendation as papers quote it."""
        return f"{self.code}, Version {self.version}: {self.title}"

    @property
    def live(self) -> list[PlannedMeasure]:
        """The measures that are to be carried out or are done: those given up left out."""
        return [measure for measure in self.measures if not measure.is_dropped]

    @property
    def costed(self) -> list[PlannedMeasure]:
        """Those of them that are to be paid for."""
        return [measure for measure in self.live if measure.budget is not None]

    @property
    def total(self) -> Decimal:
        """The sum of the budgets."""
        return sum((measure.budget or Decimal(0) for measure in self.costed), Decimal(0))


def paper_data(row: Adoption, municipality_name: str) -> PaperData:
    """Everything about an adoption; `version` and `recommendation` are loaded."""
    edition = queries.edition_of(row.version)
    sections: dict[str, list[str]] = {}
    for block in edition.blocks.order_by("section", "position"):
        if block.kind != Block.Kind.HEADING:
            sections.setdefault(block.section, []).append(plain_text(block.text))
    return PaperData(
        municipality_name=municipality_name,
        generated_at=timezone.now(),
        code=row.version.recommendation.code,
        version=row.version.number,
        title=edition.title,
        summary=edition.summary,
        is_standard=row.version.state in (State.STANDARD, State.SUPERSEDED),
        is_adoptable_draft=row.version.state in (State.IDEA, State.DRAFT, State.ROUND_OPEN, State.ROUND_ANSWERED),
        sections=sections,
        target_level=edition.target_level,
        effort=str(edition.get_effort_display()),
        effort_note=edition.effort_note,
        indicator={name: str(value) for name, value in edition.indicator.items() if value},
        legal_bases=[_basis(entry) for entry in edition.legal_bases],
        sources=[_source(entry) for entry in edition.sources],
        needs=[named.because for named in queries.needs_of(row)],
        measures=[planned(measure) for measure in queries.measures_of(row)],
        proposed=[str(entry.get("title", "")) for entry in edition.measures if entry.get("title")],
    )


def planned(measure: Measure) -> PlannedMeasure:
    """A measure as papers show it; department, people and (where it is shown) the adoption are loaded."""
    return PlannedMeasure(
        number=measure.number,
        title=measure.title,
        unit=measure.org_unit.name if measure.org_unit else "",
        person=measure.responsible.get_full_name() if measure.responsible else "",
        deputy=measure.deputy.get_full_name() if measure.deputy else "",
        starts_on=measure.starts_on,
        due_on=measure.due_on,
        budget=measure.budget,
        budget_note=measure.budget_note,
        indicator=measure.indicator,
        baseline=measure.baseline,
        target=measure.target,
        unit_of_value=measure.unit_of_value,
        state=str(measure.get_state_display()),
        is_dropped=measure.state == MeasureState.DROPPED,
        is_overdue=measure.is_overdue,
    )


def _basis(entry: Mapping[str, Any]) -> LegalBasis:
    return LegalBasis(
        norm=str(entry.get("norm", "")),
        says=str(entry.get("says", "")),
        as_of=_day(entry.get("as_of")),
        review_on=_day(entry.get("review_on")),
        land=str(entry.get("land", "")),
    )


def _day(value: Any) -> date | None:
    """A day of a JSON field; None where there is none that can be read."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None


def _source(entry: Mapping[str, Any]) -> str:
    parts = (entry.get("by"), entry.get("title"), entry.get("year"), entry.get("url"))
    return ", ".join(str(part) for part in parts if part)
