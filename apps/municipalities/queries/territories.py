"""Reading the register: search, one territory, what onboarding needs to know."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from apps.municipalities.models.municipality import Municipality
from apps.municipalities.models.territory import (
    MunicipalityTerritory,
    Territory,
    TerritoryChange,
    TerritoryImport,
    TerritorySuccession,
)
from apps.municipalities.register import search
from apps.municipalities.register.classes import Unit
from apps.municipalities.register.codes import REPEATING_TYPE_CODES, TerritoryKind

_FORMER_NAMES = TerritoryChange.objects.filter(territory=OuterRef("pk"), field=TerritoryChange.Field.NAME)
_OPEN_LINK = MunicipalityTerritory.objects.filter(territory=OuterRef("pk"), valid_to__isnull=True)


def search_territories(query: str) -> QuerySet[Territory]:
    """Territories whose name, former name, AGS or ARS begins with `query`; nothing for an empty one.

    Exact names first, territories that have ended last. Rows that only repeat a municipality on a higher
    level are left out. Each row brings `former_names`, `successor_names`, and `municipality_name` and
    `municipality_slug` of the tenant that stands for it (None for none).
    """
    condition, exact = _matching(query)
    found = Territory.objects.filter(condition).exclude(type_code__in=REPEATING_TYPE_CODES)
    return (
        found.select_related("parent__parent")
        .annotate(
            former_names=ArraySubquery(_FORMER_NAMES.values("old")),
            successor_names=ArraySubquery(
                TerritorySuccession.objects.filter(predecessor=OuterRef("pk")).values("successor__name")
            ),
            municipality_name=Subquery(_OPEN_LINK.values("municipality__name")[:1]),
            municipality_slug=Subquery(_OPEN_LINK.values("municipality__slug")[:1]),
            rank=Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField()),
        )
        .order_by(F("valid_to").desc(nulls_first=True), "rank", "search_name", "ars")
    )


def _matching(query: str) -> tuple[Q, Q]:
    """Conditions "begins with" and "is exactly"."""
    key = search.digits(query)
    if key is not None:
        return Q(ags__startswith=key) | Q(ars__startswith=key), Q(ags=key) | Q(ars=key)
    begins, exact = Q(pk__in=[]), Q(pk__in=[])
    for name in search.query_keys(query):
        matches = Q(search_name__startswith=name) | Q(search_plain__startswith=name)
        renamed = TerritoryChange.objects.filter(matches, field=TerritoryChange.Field.NAME)
        # As a list, not as a subquery: with OR and a subquery PostgreSQL reads the whole table.
        begins |= matches | Q(pk__in=list(renamed.values_list("territory_id", flat=True)))
        exact |= Q(search_name=name) | Q(search_plain=name)
    return begins, exact


def territory_with_history(pk: UUID) -> Territory | None:
    """One territory with parents, changes, successors, origins and tenants; None where there is none."""
    return (
        Territory.objects.select_related("parent__parent__parent__parent")
        .prefetch_related(
            "changes",
            Prefetch("successions", TerritorySuccession.objects.select_related("successor")),
            Prefetch("origins", TerritorySuccession.objects.select_related("predecessor")),
            Prefetch("municipality_links", MunicipalityTerritory.objects.select_related("municipality")),
        )
        .filter(pk=pk)
        .first()
    )


def parts_of(territory: Territory) -> QuerySet[Territory]:
    """The territories directly below that exist; for a district the municipalities outside associations as
    well.
    """
    below = Q(parent=territory) & ~Q(type_code__in=REPEATING_TYPE_CODES)
    through_repeating = Q(parent__parent=territory, parent__type_code__in=REPEATING_TYPE_CODES)
    return Territory.objects.filter(below | through_repeating, valid_to__isnull=True).order_by("search_name", "ars")


def selected_territories(keys: Iterable[str]) -> list[Territory]:
    """The existing territories with these primary keys in the order of the register; what is no key is
    passed over.
    """
    valid = []
    for key in keys:
        try:
            valid.append(UUID(key))
        except ValueError:
            continue
    if not valid:
        return []
    found = Territory.objects.filter(pk__in=valid, valid_to__isnull=True).select_related("parent__parent")
    return list(found.annotate(is_taken=Exists(_OPEN_LINK)).order_by("ars"))


def territories_of(municipality: Municipality) -> list[Territory]:
    """The territories that a tenant stands for today and those it has been promised for a later day."""
    links = Q(municipality_links__municipality=municipality, municipality_links__valid_to__isnull=True)
    return list(Territory.objects.filter(links).select_related("parent__parent").order_by("ars"))


def units_of(territories: Sequence[Territory]) -> list[Unit]:
    """What classification needs to know of these territories; reads parents."""
    units = []
    for territory in territories:
        association = territory.association
        units.append(
            Unit(
                kind=TerritoryKind(territory.kind),
                ars=territory.ars,
                type_code=territory.type_code,
                population=territory.population,
                association_type_code=association.type_code if association else "",
                leads_association=association is not None and association.search_name == territory.search_name,
            )
        )
    return units


def latest_import() -> TerritoryImport | None:
    """The state the register has; None before the first import."""
    return TerritoryImport.objects.order_by("-as_of", "-created_at").first()


def state_of_file(sha256: str) -> date | None:
    """The date under which a file was taken over before; None for a new one."""
    return TerritoryImport.objects.filter(sha256=sha256).order_by("-as_of").values_list("as_of", flat=True).first()
