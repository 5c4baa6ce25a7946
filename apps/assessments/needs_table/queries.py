"""Reads behind the needs table, in the programme's scope. The number of queries is that of none of the rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.assessments.content import Content
from apps.assessments.models import Answer, Assessment, DoneBy, Wave
from apps.assessments.models.priority import WritingPriority
from apps.assessments.needs_table.filters import ALL, Filters
from apps.assessments.needs_table.table import Column, Sort, Table, build, totals
from apps.assessments.queries import competences_of, item_keys, item_names
from apps.assessments.questionnaire import OBSTACLES, WISHES, Questionnaire
from apps.instruments.definition import Form, Item, localized
from apps.instruments.queries import load_compiled


def waves() -> list[Wave]:
    """The waves that have been opened, the newest first."""
    return list(Wave.objects.exclude(state=Wave.State.DRAFT).order_by("-opens_on", "label", "profile"))


def newest_that_counts(waves: Sequence[Wave]) -> Wave | None:
    """The first of the waves with a signed assessment; without any the first; None where there are no waves."""
    signed = (Assessment.State.SIGNED_OFF, Assessment.State.CLOSED)
    counting = set(Assessment.objects.filter(state__in=signed).values_list("wave_id", flat=True).distinct())
    return next((wave for wave in waves if wave.pk in counting), next(iter(waves), None))


def form_of(wave: Wave) -> Form:
    """The questionnaire of a wave; kept in the process once it is published."""
    return load_compiled(wave.instrument_version_id).form


def dimension_names(form: Form, language: str) -> dict[int, str]:
    """Name of each field of action that the questionnaire asks about."""
    return {
        dimension: localized(texts, language, form.default_language) for dimension, texts in form.dimensions.items()
    }


def items_of(wave: Wave) -> list[Item]:
    """The level items that the wave's profile asks, in the order of the questionnaire."""
    asked = Questionnaire(load_compiled(wave.instrument_version_id), wave.profile)
    return [item for item in asked.form.level_items if asked.in_profile(item)]


@dataclass(frozen=True, slots=True)
class Participation:
    """Of the municipalities that the filters choose: how many take part, whose assessments count, who is in review."""

    participants: int
    counted: int
    in_review: int

    @property
    def working(self) -> int:
        """Neither signed nor handed in yet."""
        return self.participants - self.counted - self.in_review


def participation(assessments: Sequence[Assessment], filters: Filters) -> Participation:
    """Count what `assessments_in` has found."""
    states = Counter(assessment.state for assessment in assessments)
    in_review = 0 if Assessment.State.IN_REVIEW in filters.states else states[Assessment.State.IN_REVIEW]
    return Participation(len(assessments), sum(states[state] for state in filters.states), in_review)


def assessments_in(wave: Wave, filters: Filters) -> list[Assessment]:
    """All assessments of the municipalities that the filters choose, whether they count or not, by name."""
    found: QuerySet[Assessment] = Assessment.objects.filter(wave=wave, municipality__is_active=True)
    for field, value in (("stage", filters.stage), ("size_class", filters.size), ("type_class", filters.type)):
        if value != ALL:
            found = found.filter(**{f"municipality__{field}": value})
    return list(found.select_related("municipality").order_by("municipality__name"))


def counting(assessments: Sequence[Assessment], filters: Filters) -> list[Assessment]:
    """Those of the assessments that count."""
    return [assessment for assessment in assessments if assessment.state in filters.states]


def columns(wave: Wave, assessments: Sequence[Assessment]) -> list[Column]:
    """Each assessment with its answers to the level items, read by the logic of the questionnaire; one query."""
    contents = _contents(wave, assessments)
    compiled = load_compiled(wave.instrument_version_id)
    others = dict(DoneBy.choices)
    found = []
    for assessment in assessments:
        municipality, given = assessment.municipality, contents.get(assessment.pk, {})
        asked = Questionnaire(compiled, wave.profile, competences_of(municipality), wave.evidence_required)
        found.append(
            Column(
                municipality_id=municipality.pk,
                name=municipality.name,
                slug=municipality.slug,
                assessment_id=assessment.pk,
                in_review=assessment.state == Assessment.State.IN_REVIEW,
                answers={item.name: item for item in asked.read(given).scored()},
                done_by={
                    name: str(others[DoneBy(content.done_by)]) for name, content in given.items() if content.done_by
                },
            )
        )
    return found


def _contents(wave: Wave, assessments: Sequence[Assessment]) -> dict[UUID, dict[str, Content]]:
    """What the logic reads, by assessment and item name: neither notes nor evidence."""
    names = item_names(wave.instrument_version_id)
    rows = (
        Answer.objects.filter(assessment__in=[assessment.pk for assessment in assessments])
        .order_by()
        .values_list("assessment_id", "item_id", "level", "special", "value", "done_by")
    )
    found: dict[UUID, dict[str, Content]] = {}
    for assessment_id, item_id, level, special, value, done_by in rows:
        plain = str(level) if level is not None else special or value
        found.setdefault(assessment_id, {})[names[item_id]] = Content(value=plain, done_by=done_by)
    return found


def table(wave: Wave, assessments: Sequence[Assessment], filters: Filters, language: str) -> Table:
    """The needs table over the assessments that count."""
    return build(
        [item for item in items_of(wave) if filters.has_dimension(item.dimension)],
        columns(wave, counting(assessments, filters)),
        language=language,
        fallback=form_of(wave).default_language,
        sort=Sort(filters.sort),
        only_below=filters.only_below,
    )


# --- Wishes and obstacles -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """What one municipality wrote about a field of action."""

    municipality: str
    slug: str
    assessment_id: UUID
    in_review: bool
    wishes: str
    obstacles: str


@dataclass(frozen=True, slots=True)
class SectionWords:
    """A section with what was written about it; it is a field of action, but for the groups of Basis."""

    key: str
    label: str
    entries: tuple[Words, ...]


def words(wave: Wave, assessments: Sequence[Assessment], filters: Filters, language: str) -> list[SectionWords]:
    """Wishes and obstacles by section and municipality, where there are any; one query.

    A section is among the filtered field of action if it stands for it or asks about it.
    """
    keys = item_keys(wave.instrument_version_id)
    form = form_of(wave)
    sections = {
        section.name: section
        for section in form.sections
        if filters.has_dimension(section.dimension) or any(_asks(item, filters) for item in section.items)
    }
    wanted = {
        keys[name]: (section, suffix)
        for section in sections
        for suffix in (WISHES, OBSTACLES)
        if (name := f"{section}{suffix}") in keys
    }
    counted = counting(assessments, filters)
    rows = (
        Answer.objects.filter(assessment__in=[row.pk for row in counted], item__in=list(wanted))
        .exclude(value="")
        .order_by()
        .values_list("assessment_id", "item_id", "value")
    )
    texts = {(assessment_id, *wanted[item_id]): value for assessment_id, item_id, value in rows}
    found = []
    for key, section in sections.items():
        entries = tuple(
            Words(
                municipality=row.municipality.name,
                slug=row.municipality.slug,
                assessment_id=row.pk,
                in_review=row.state == Assessment.State.IN_REVIEW,
                wishes=texts.get((row.pk, key, WISHES), ""),
                obstacles=texts.get((row.pk, key, OBSTACLES), ""),
            )
            for row in counted
            if (row.pk, key, WISHES) in texts or (row.pk, key, OBSTACLES) in texts
        )
        if entries:
            name = localized(section.label, language, form.default_language)
            number = "" if section.dimension is None else f"{section.dimension} "
            found.append(SectionWords(key, f"{number}{name}", entries))
    return found


def _asks(item: Item, filters: Filters) -> bool:
    return item.is_level and filters.has_dimension(item.dimension)


# --- Decisions ----------------------------------------------------------------------------------------------------


def decisions(wave: Wave) -> list[WritingPriority]:
    """All decisions on a wave, the latest first, with who decided; one query."""
    return list(
        WritingPriority.objects.filter(wave=wave)
        .select_related("decided_by", "superseded_by")
        .order_by("-created_at", "-revision")
    )


def standing(decided: Sequence[WritingPriority]) -> list[WritingPriority]:
    """Those of the decisions that count, in the order of writing: superseded ones and those off the list left out."""
    last = [decision for decision in decided if not is_superseded(decision)]
    return sorted(
        (decision for decision in last if decision.rank is not None),
        key=lambda decision: (decision.rank or 0, decision.created_at),
    )


def is_superseded(decision: WritingPriority) -> bool:
    """Has a later decision on the same subject taken its place? `superseded_by` is loaded."""
    return getattr(decision, "superseded_by", None) is not None


def subject_key(decision: WritingPriority, names: Mapping[UUID, str]) -> str:
    """What a decision is about, as the form names it: `d5` or `d5_03`."""
    return f"d{decision.dimension}" if decision.item_id is None else names[decision.item_id]


def subjects(wave: Wave, language: str) -> dict[str, str]:
    """What can be decided about: `d5` → the field of action, `d5_03` → the item, in the order of the questionnaire."""
    form = form_of(wave)
    names = dimension_names(form, language)
    found: dict[str, str] = {}
    for item in items_of(wave):
        if item.dimension is not None:
            found.setdefault(f"d{item.dimension}", f"{item.dimension} {names.get(item.dimension, '')}".strip())
        found[item.name] = f"{item.number} {localized(item.label, language, form.default_language)}".strip()
    return found


def basis_of(wave: Wave, subject: str) -> tuple[int, int]:
    """What a decision on a subject rests on: levels below their target, and levels known, in all signed assessments."""
    filters = Filters(stage=ALL)
    rows = table(wave, assessments_in(wave, filters), filters, "").rows
    return totals(row for row in rows if subject in (row.item.name, f"d{row.item.dimension}"))


def current_decision(wave: Wave, subject: str) -> WritingPriority | None:
    """The decision on a subject that counts now, or None."""
    key = item_keys(wave.instrument_version_id).get(subject)
    on: dict[str, Any] = {"item_id": key} if key is not None else {"dimension": int(subject[1:])}
    return WritingPriority.objects.filter(wave=wave, superseded_by=None, **on).first()
