"""Reads for the table of rules, its import and the coverage view."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from apps.assessments.routine_reading import STEP
from apps.instruments import definition
from apps.instruments.models import Concordance, InstrumentVersion, Item
from apps.recommendations.matching import Rule
from apps.recommendations.models import Edition, MappingRule, Recommendation
from apps.recommendations.rule_checks import Known

Place = tuple[str, str]
"""Key of a questionnaire, name of an item."""


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """An item that can become a need, in the published version of its questionnaire. target: None without levels."""

    instrument: str
    instrument_title: str
    name: str
    label: str
    dimension: int | None
    target: int | None

    @property
    def place(self) -> Place:
        return (self.instrument, self.name)

    @property
    def number(self) -> str:
        """The number people see, or the name where there is none."""
        return item_number(self.name)


def item_number(name: str) -> str:
    """The number of an item by its name: `5.3` for `d5_03`; the name itself where it tells none."""
    return definition.Item(name=name, kind=definition.SELECT_ONE, path=()).number or name


def latest_published() -> "QuerySet[InstrumentVersion]":
    """The newest published version of each questionnaire."""
    return (
        InstrumentVersion.objects.filter(state=InstrumentVersion.State.PUBLISHED)
        .order_by("instrument_id", "-published_at")
        .distinct("instrument_id")
    )


def published_items(language: str = "") -> dict[Place, PublishedItem]:
    """What rules can name, by questionnaire in order: items with levels, and questions that say what to do. One query.

    A question of a routine check becomes a need where a note `<name>_step` stands beside it.
    """
    rows = list(
        Item.objects.filter(version__in=latest_published().values("pk"))
        .filter(Q(kind=definition.SELECT_ONE) | Q(kind=definition.NOTE, name__endswith=STEP))
        .order_by("version__instrument__title", "version__instrument__key", "position")
        .values_list(
            "version__instrument__key",
            "version__instrument__title",
            "name",
            "label",
            "dimension",
            "target_level",
            "kind",
            "list_name",
        )
    )
    noted = {
        (key, name.removesuffix(STEP)) for key, _title, name, *_rest, kind, _list in rows if kind == definition.NOTE
    }
    return {
        (key, name): PublishedItem(
            instrument=key,
            instrument_title=title,
            name=name,
            label=definition.localized(label, language, "de"),
            dimension=dimension,
            target=target if list_name == definition.LEVEL_LIST else None,
        )
        for key, title, name, label, dimension, target, kind, list_name in rows
        if kind == definition.SELECT_ONE and (list_name == definition.LEVEL_LIST or (key, name) in noted)
    }


@dataclass(frozen=True, slots=True)
class Successor:
    """What became of an item in the published version: `item` is its new name, "" where it was dropped."""

    item: str


def successors() -> dict[Place, Successor]:
    """What became of the items of the version before, for those whose name changed or that were dropped. One query."""
    rows = (
        Concordance.objects.filter(version__in=latest_published().values("pk"))
        .exclude(predecessor_item="")
        .values_list("version__instrument__key", "predecessor_item", "item")
    )
    return {(key, before): Successor(item) for key, before, item in rows if before != item}


@dataclass(frozen=True, slots=True)
class Titled:
    """A recommendation with the title and the training modules of its latest text ("" and none before there is one)."""

    id: UUID
    number: int
    dimension: int
    title: str
    training: tuple[str, ...]

    @property
    def code(self) -> str:
        return f"KfA-HE {self.number}"

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, self.title)))


def recommendations() -> dict[int, Titled]:
    """All recommendations by number. One query."""
    latest = Edition.objects.filter(version__recommendation=OuterRef("pk")).order_by("-version__number", "-number")
    found = Recommendation.objects.annotate(
        title=Subquery(latest.values("title")[:1]), training=Subquery(latest.values("training")[:1])
    ).order_by("number")
    return {
        row.number: Titled(row.pk, row.number, row.dimension, row.title or "", tuple(row.training or ()))
        for row in found
    }


def rules() -> "QuerySet[MappingRule]":
    """All rules with what they lead to, by questionnaire, item and priority."""
    return MappingRule.objects.select_related("recommendation", "prerequisite").order_by(
        "instrument", "item", "priority", "recommendation__number", "module", "competence"
    )


def plain(row: MappingRule) -> Rule:
    """A rule without its row; `recommendation` and `prerequisite` are loaded."""
    return Rule(
        instrument=row.instrument,
        item=row.item,
        threshold=row.threshold,
        on_unknown=row.on_unknown,
        profiles=tuple(row.profiles),
        competence=row.competence,
        recommendation=row.recommendation.number if row.recommendation else None,
        module=row.module,
        priority=row.priority,
        prerequisite=row.prerequisite.number if row.prerequisite else None,
    )


def plain_rules() -> dict[UUID, Rule]:
    """All rules by key. One query."""
    return {row.pk: plain(row) for row in rules()}


def known(targets: Mapping[Place, PublishedItem] | None = None, numbers: frozenset[int] | None = None) -> Known:
    """What a rule is checked against, as it is now; what the caller has loaded already is not loaded again."""
    items = published_items() if targets is None else targets
    if numbers is None:
        numbers = frozenset(Recommendation.objects.values_list("number", flat=True))
    return Known({place: item.target for place, item in items.items()}, numbers, plain_rules())
