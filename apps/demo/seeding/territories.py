"""The fictional Land 99 in the register."""

from collections.abc import Iterator
from datetime import date

from apps.core import scope
from apps.demo.content.territories import LAND, LAND_99, DemoTerritory
from apps.municipalities.actions.territories import search_keys
from apps.municipalities.models import Territory

AS_OF = date(2026, 1, 1)


def seed_territories() -> dict[str, Territory]:
    """Add the rows that are missing; returns those that can be tenants by regional key.

    In one go and not by an import of the register: an import brings a state of all sixteen Länder, this adds a
    seventeenth that no import knows.
    """
    with scope.enter(scope.programme()):
        known = {(row.kind, row.ars): row for row in Territory.objects.filter(land=LAND, valid_to=None)}
        missing = [_row(territory, known) for territory, _above in _walk(LAND_99) if _key(territory) not in known]
        rows = {**known, **{(row.kind, row.ars): row for row in missing}}
        for territory, above in _walk(LAND_99):
            row = rows[_key(territory)]
            if row in missing and above is not None:
                row.parent = rows[_key(above)]
        Territory.objects.bulk_create(missing)
    # A city stands on three levels under one key; the one that administers is the last.
    return {territory.ars: rows[_key(territory)] for territory, _above in _walk(LAND_99)}


def _key(territory: DemoTerritory) -> tuple[str, str]:
    return str(territory.kind), territory.ars


def _walk(
    territory: DemoTerritory, above: DemoTerritory | None = None
) -> Iterator[tuple[DemoTerritory, DemoTerritory | None]]:
    yield territory, above
    for part in territory.parts:
        yield from _walk(part, territory)


def _row(territory: DemoTerritory, known: dict[tuple[str, str], Territory]) -> Territory:
    search_name, search_plain = search_keys(territory.kind, territory.name)
    population = territory.population
    return Territory(
        kind=territory.kind,
        ars=territory.ars,
        ags=territory.ags,
        name=territory.name,
        search_name=search_name,
        search_plain=search_plain,
        land=LAND,
        type_code=territory.type_code,
        population=population,
        male=None if population is None else population * 49 // 100,
        female=None if population is None else population - population * 49 // 100,
        area=territory.area,
        postcode=territory.postcode,
        as_of=AS_OF,
    )
