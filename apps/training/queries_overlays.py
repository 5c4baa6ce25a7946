"""Reads on what a municipality adds to modules, and on the text beneath it. In the municipality's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.training import fields
from apps.training.models import Module, ModuleEdition, Overlay, Unit
from apps.training.queries import learner_units
from apps.training.units import content_hash

#: Key of the place at the beginning of a module, which is no unit.
BEGINNING = ""


@dataclass(frozen=True, slots=True)
class Beneath:
    """The text at the place of an addition: its title, its words by path, and a sign for all it says."""

    unit_key: str
    title: str
    words: Mapping[str, str]
    sign: str


def module_with_additions(key: str) -> Module | None:
    """A module that can have additions: it is offered, or has some from when it was. Empowerment never has any."""
    has_some = Q(pk__in=Overlay.objects.values("module_id"))
    modules = Module.objects.filter(Q(offered__isnull=False) | has_some, key=key, is_empowerment=False)
    return modules.select_related("offered__version").first()


def additions(module: Module) -> dict[str, Overlay]:
    """What the municipality adds to a module, by the unit's key; BEGINNING at its beginning."""
    return {row.unit_key: row for row in Overlay.objects.filter(module=module)}


def overlays(module: Module) -> "QuerySet[Overlay]":
    """The additions to a module with the text they were last confirmed for, the beginning first."""
    return Overlay.objects.filter(module=module).select_related("seen_edition", "edited_by").order_by("unit_key")


def overlay(module: Module, key: UUID) -> Overlay | None:
    """One addition to a module."""
    return overlays(module).filter(pk=key).first()


def places(edition: ModuleEdition, units: Sequence[Unit]) -> dict[str, Beneath]:
    """Every place of a text that can have an addition, in the order of reading, by key."""
    about: dict[str, Any] = {name: getattr(edition, name) for name in (*fields.TEXTS, "objectives")}
    beginning = Beneath(
        BEGINNING, edition.title, fields.edition_words(edition), content_hash("module", edition.title, about)
    )
    found = {BEGINNING: beginning}
    for unit in units:
        sign = content_hash(unit.kind, unit.title, unit.content)
        found[unit.key] = Beneath(unit.key, unit.title, fields.unit_words(unit), sign)
    return found


def places_of(edition: ModuleEdition) -> dict[str, Beneath]:
    """The same, with the learners' units read from the database."""
    return places(edition, learner_units(edition))


def words_confirmed(rows: Sequence[Overlay]) -> dict[UUID, Mapping[str, str]]:
    """For each addition the words of the text it was last confirmed for; one query, whatever their number."""
    wanted = Q(pk__in=[])
    for row in rows:
        wanted |= Q(edition=row.seen_edition_id, key=row.unit_key)
    units = {(unit.edition_id, unit.key): unit for unit in Unit.objects.filter(wanted)}
    found: dict[UUID, Mapping[str, str]] = {}
    for row in rows:
        unit = units.get((row.seen_edition_id, row.unit_key))
        if row.unit_key == BEGINNING:
            found[row.pk] = fields.edition_words(row.seen_edition)
        else:
            found[row.pk] = fields.unit_words(unit) if unit is not None else {}
    return found
