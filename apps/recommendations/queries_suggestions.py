"""What is suggested to a municipality, read in its scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q

from apps.assessments.models import Assessment
from apps.assessments.queries import competences_of
from apps.assessments.queries_needs import OpenNeed, open_needs
from apps.instruments import definition
from apps.instruments.models import Item
from apps.municipalities.models import Municipality
from apps.recommendations import queries_rules
from apps.recommendations.matching import Reason, Suggestion, suggest, training_reasons, unanswered
from apps.recommendations.models import Edition
from apps.recommendations.queries_reading import readable_by_municipalities
from apps.reviews.lifecycle import ADOPTABLE, FINAL, State


@dataclass(frozen=True, slots=True)
class Current:
    """The version of a recommendation that a municipality reads now, with the title of its last frozen text.

    is_draft: shared before anybody took part in it; it cannot be adopted.
    """

    version_id: UUID
    number: int
    version: int
    state: str
    title: str
    summary: str
    is_draft: bool

    @property
    def code(self) -> str:
        return f"KfA-HE {self.number}"

    @property
    def can_be_adopted(self) -> bool:
        return not self.is_draft


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion with what a page says of it.

    current: None where municipalities may not read any version yet, and for a training module alone. labels: the items
    of its reasons by (version of the questionnaire, name). first: the recommendations that come before it, by number,
    each with its version if there is one to read.
    """

    suggestion: Suggestion
    current: Current | None
    labels: dict[tuple[UUID, str], str]
    first: tuple[tuple[int, Current | None], ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.suggestion.reasons

    @property
    def modules(self) -> tuple[str, ...]:
        return self.suggestion.modules


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Everything suggested, in order, and the needs that nothing answers; labels: of all their items."""

    found: tuple[Suggested, ...]
    needs: int
    unanswered: tuple[OpenNeed, ...]
    labels: dict[tuple[UUID, str], str]


def suggestions(municipality: Municipality, language: str) -> list[Suggested]:
    """What is suggested to the municipality of the scope, in order; six queries, however many needs there are."""
    return list(all_suggestions(municipality, language).found)


def all_suggestions(municipality: Municipality, language: str) -> Suggestions:
    """The same with what has no suggestion. Read in the municipality's scope."""
    needs = open_needs()
    if not needs:
        return Suggestions((), 0, (), {})
    found = suggest(
        needs,
        queries_rules.plain_rules().values(),
        competences=competences_of(municipality),
        profiles=_profiles(needs),
    )
    labels, versions = _labels(needs, language), current_versions()

    def current(number: int | None) -> Current | None:
        return versions.get(number) if number is not None else None

    return Suggestions(
        found=tuple(
            Suggested(
                suggestion=each,
                current=current(each.recommendation),
                labels=labels,
                first=tuple((number, current(number)) for number in each.first),
            )
            for each in found
        ),
        needs=len(needs),
        unanswered=tuple(unanswered(needs, found)),
        labels=labels,
    )


def needs_with_modules(municipality: Municipality) -> list[Reason]:
    """Why training modules are suggested to the municipality of the scope, the most pressing first; three queries.

    Each reason names a rule that names a module.
    """
    needs = open_needs()
    if not needs:
        return []
    return training_reasons(
        needs,
        queries_rules.plain_rules().values(),
        competences=competences_of(municipality),
        profiles=_profiles(needs),
    )


def current_versions() -> dict[int, Current]:
    """What municipalities read now, by number: the standard, else the newest to take up, else a shared draft."""
    rows = (
        Edition.objects.filter(version__in=readable_by_municipalities().exclude(state__in=FINAL))
        .select_related("version__recommendation")
        .order_by("version_id", F("frozen_at").desc(nulls_last=True), "-number")
        .distinct("version_id")
        .defer("indicator", "legal_bases", "variants", "templates", "measures", "sources")
    )
    best: dict[int, Edition] = {}
    for row in sorted(rows, key=_place):
        best.setdefault(row.version.recommendation.number, row)
    return {
        number: Current(
            version_id=row.version_id,
            number=number,
            version=row.version.number,
            state=row.version.state,
            title=row.title,
            summary=row.summary,
            is_draft=row.version.state not in ADOPTABLE,
        )
        for number, row in best.items()
    }


def _place(edition: Edition) -> tuple[int, int]:
    state = edition.version.state
    kind = 0 if state == State.STANDARD else 1 if state in ADOPTABLE else 2
    return (kind, -edition.version.number)


def _profiles(needs: Iterable[OpenNeed]) -> dict[UUID, str]:
    """In which profile each assessment was done."""
    keys = {need.assessment_id for need in needs if need.assessment_id}
    return dict(Assessment.objects.filter(pk__in=keys).values_list("pk", "wave__profile"))


def _labels(needs: Iterable[OpenNeed], language: str) -> dict[tuple[UUID, str], str]:
    """The text of each item in the version of the questionnaire in which it was asked."""
    places: dict[UUID, set[str]] = {}
    for need in needs:
        places.setdefault(need.version_id, set()).add(need.item)
    wanted = Q()
    for version, names in places.items():
        wanted |= Q(version=version, name__in=names)
    rows = Item.objects.filter(wanted).values_list("version", "name", "label")
    return {(version, name): definition.localized(label, language, "de") for version, name, label in rows}
