"""Reads for the report on the Ten-Point Plan, in the municipality's scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from apps.commitments import queries_chain
from apps.commitments.models import AdoptionNeed, IndicatorValue, Measure, MeasureNeed, TenPointReport, TenPointSection
from apps.commitments.queries_chain import Lineage, SignedWave
from apps.commitments.states import MeasureState
from apps.commitments.ten_points import NUMBERS, ItemLine, Material, MeasureLine, points_of
from apps.instruments.definition import localized
from apps.instruments.queries import load_compiled
from apps.recommendations.models import Edition

GERMAN = "de"
"""Of the drafts: they go to a German council first."""
_GOING_ON = (MeasureState.IN_PROGRESS, MeasureState.WAITING)


def reports() -> "QuerySet[TenPointReport]":
    """The reports of the municipality, the latest period first, each with `edited`: how many points were edited."""
    found: QuerySet[TenPointReport] = TenPointReport.objects.order_by("-period_to", "-period_from")
    return found.annotate(edited=Count("sections", filter=Q(sections__edited_at__isnull=False)))


def report(key: UUID) -> TenPointReport | None:
    """One report with its municipality and, in `points`, its sections in order."""
    sections = TenPointSection.objects.order_by("point")
    return (
        TenPointReport.objects.filter(pk=key)
        .select_related("municipality")
        .prefetch_related(Prefetch("sections", queryset=sections, to_attr="points"))
        .first()
    )


@dataclass
class Gathered:
    """What is known of each point in a period. unassigned: measures that belong to none of them."""

    points: dict[int, Material] = field(default_factory=lambda: {number: Material() for number in NUMBERS})
    unassigned: list[MeasureLine] = field(default_factory=list)


def gathered(period_from: date, period_to: date) -> Gathered:
    """Answers and measures by point: of the last wave signed until the end of the period, and of the one before."""
    found = Gathered()
    waves = [
        wave
        for wave in queries_chain.signed_waves(language=GERMAN)
        if timezone.localdate(wave.assessment.signed_off_at) <= period_to
    ]
    for way in queries_chain.lineages(waves).values():
        for number, item in _items(way):
            found.points[number].items.append(item)
    for measure, points in _measures(period_from, period_to, waves):
        line = _line(measure)
        for number in sorted(points):
            found.points[number].measures.append(line)
        if not points:
            found.unassigned.append(line)
    return found


def _items(way: Lineage) -> Iterable[tuple[int, ItemLine]]:
    """The items of the last wave that speak of points, each once a point."""
    last = way.waves[-1]
    form = last.reading.questionnaire.form
    for name in last.answers:
        item = form.items[name]
        points = points_of(item.source)
        if not points:
            continue
        levels = way.levels((last.version_id, name))
        line = ItemLine(
            number=item.number or name,
            label=localized(item.label, GERMAN, form.default_language),
            now=levels[-1],
            before=levels[-2] if len(levels) > 1 else None,
        )
        for number in sorted(points):
            yield number, line


def _measures(period_from: date, period_to: date, waves: Iterable[SignedWave]) -> list[tuple[Measure, frozenset[int]]]:
    """Measures done in the period or going on, each with the points its needs and its recommendation speak of."""
    needs = MeasureNeed.objects.select_related("need__item")
    values = IndicatorValue.objects.order_by("measured_on")
    rows = list(
        Measure.objects.filter(
            Q(state=MeasureState.DONE, done_on__range=(period_from, period_to))
            | Q(state__in=_GOING_ON) & (Q(starts_on=None) | Q(starts_on__lte=period_to))
        )
        .select_related("org_unit", "adoption__version")
        .prefetch_related(
            Prefetch("needs", queryset=needs, to_attr="named_needs"),
            Prefetch("values", queryset=values, to_attr="all_values"),
        )
        .order_by("number")
    )
    by_adoption = _points_of_adoptions(rows, waves)
    return [
        (
            row,
            frozenset().union(
                *(_points(link.need.item.version_id, link.need.item.name) for link in row.named_needs),
                by_adoption.get(row.adoption_id, frozenset()),
            ),
        )
        for row in rows
    ]


def _points_of_adoptions(
    measures: Iterable[Measure], waves: Iterable[SignedWave]
) -> Mapping[UUID | None, frozenset[int]]:
    """By adoption: the points of the needs it answers; where it names none, of the items its text answers."""
    versions = {row.adoption_id: row.adoption.version_id for row in measures if row.adoption is not None}
    found: dict[UUID | None, frozenset[int]] = {}
    for link in AdoptionNeed.objects.filter(adoption__in=list(versions)).select_related("need__item"):
        points = _points(link.need.item.version_id, link.need.item.name)
        found[link.adoption_id] = found.get(link.adoption_id, frozenset()) | points
    texts = Edition.objects.filter(version__in=set(versions.values())).order_by("version_id", "-number")
    items = {text.version_id: text.items for text in texts.distinct("version_id")}
    forms = [wave.version_id for wave in waves]
    for adoption, version in versions.items():
        if not found.get(adoption):
            named = [_points(form, name) for name in items.get(version, ()) for form in forms]
            found[adoption] = frozenset[int]().union(*named)
    return found


def _points(version_id: UUID, name: str) -> frozenset[int]:
    """The points that an item of a questionnaire speaks of; none where it has no such item."""
    item = load_compiled(version_id).form.items.get(name)
    return points_of(item.source) if item is not None else frozenset()


def _line(measure: Measure) -> MeasureLine:
    values = measure.all_values
    last = values[-1] if values else None
    return MeasureLine(
        name=str(measure),
        state=str(measure.get_state_display()),
        done_on=measure.done_on,
        org_unit=measure.org_unit.name if measure.org_unit is not None else "",
        indicator=measure.indicator,
        unit=measure.unit_of_value,
        baseline=measure.baseline,
        target=measure.target,
        value=last.value if last else None,
        measured_on=last.measured_on if last else None,
    )
