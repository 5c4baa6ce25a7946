"""Size class, type class and likely competences of an administration, from its territories."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.municipalities.models.municipality import Competence, Municipality
from apps.municipalities.register.codes import (
    REPEATING_TYPE_CODES,
    TYPE_CODES_OF_KIND,
    TerritoryKind,
    TypeCode,
)

SizeClass = Municipality.SizeClass
TypeClass = Municipality.TypeClass


@dataclass(frozen=True)
class Unit:
    """What classification needs to know of a territory.

    ars identifies it (a longer ARS that begins with it lies inside), type_code is its Textkennzeichen,
    population its inhabitants (None where unknown). association_type_code is the Textkennzeichen of the
    association that a municipality belongs to, and leads_association says that it is the one that acts for
    the association's others.
    """

    kind: TerritoryKind
    ars: str
    type_code: str
    population: int | None
    association_type_code: str = ""
    leads_association: bool = False

    @property
    def land(self) -> str:
        """Two digits of the Land."""
        return self.ars[:2]


_TYPE_CLASS = {
    "41": TypeClass.INDEPENDENT_CITY,
    "42": TypeClass.INDEPENDENT_CITY,
    "43": TypeClass.DISTRICT,
    "44": TypeClass.DISTRICT,
    "45": TypeClass.DISTRICT,
    "50": TypeClass.MUNICIPALITY,
    "51": TypeClass.ASSOCIATION,
    "52": TypeClass.ASSOCIATION,
    "53": TypeClass.ASSOCIATION,
    "54": TypeClass.ASSOCIATION,
    "55": TypeClass.ASSOCIATION,
    "56": TypeClass.ASSOCIATION,
    "58": TypeClass.ASSOCIATION,
    "60": TypeClass.MUNICIPALITY,
    "61": TypeClass.INDEPENDENT_CITY,
    "62": TypeClass.INDEPENDENT_CITY,
    "63": TypeClass.MUNICIPALITY,
    "64": TypeClass.MUNICIPALITY,
    "65": TypeClass.MUNICIPALITY,
    "67": TypeClass.MUNICIPALITY,
}

# Where several territories share an administration, the widest of them names it.
_RANK = (
    TypeClass.DISTRICT,
    TypeClass.INDEPENDENT_CITY,
    TypeClass.ASSOCIATION,
    TypeClass.MUNICIPALITY,
)


def can_be_tenant(kind: str, type_code: str) -> bool:
    """Whether a territory has an administration of its own that can take part.

    A Land, a government region, an uninhabited area and a row that only repeats a municipality have none.
    """
    return type_code in _TYPE_CLASS and type_code not in REPEATING_TYPE_CODES and kind in TYPE_CODES_OF_KIND


def type_class(units: Sequence[Unit]) -> TypeClass:
    """Type class of an administration for these territories; raises ValueError where none of them has one."""
    classes = {_TYPE_CLASS[unit.type_code] for unit in units if unit.type_code in _TYPE_CLASS}
    if not classes:
        raise ValueError("No territory with an administration of its own.")
    return min(classes, key=_RANK.index)


def total_population(units: Sequence[Unit]) -> int | None:
    """Inhabitants of all territories, nobody twice where one lies inside another; None where unknown."""
    outermost = [unit for unit in units if not any(_contains(other, unit) for other in units)]
    total = 0
    for unit in outermost:
        if unit.population is None:
            return None
        total += unit.population
    return total if outermost else None


def _contains(outer: Unit, inner: Unit) -> bool:
    return len(outer.ars) < len(inner.ars) and inner.ars.startswith(outer.ars)


def size_class(population: int) -> SizeClass:
    """Size class from the number of inhabitants.

    Thresholds 5,000, 20,000 and 100,000: BBSR, Stadt- und Gemeindetypen. The BBSR also lifts smaller places
    of central importance; the register does not know these, so population alone decides. A district falls
    into a class by its inhabitants too; it is never compared with a city, because the type class parts them.
    """
    if population < 5_000:
        return SizeClass.RURAL
    if population < 20_000:
        return SizeClass.SMALL_TOWN
    if population < 100_000:
        return SizeClass.MEDIUM_TOWN
    return SizeClass.CITY


# --- Competences --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """A competence that the type makes likely, and the rule it was derived from (translatable)."""

    competence: Competence
    reason: Any


_SOCIAL = _("§ 3 (2) SGB XII: districts and independent cities provide social assistance.")
_YOUTH = _("§ 69 SGB VIII with Land law: youth welfare lies with districts and independent cities.")
_IMMIGRATION = _("§ 71 (1) AufenthG with Land law: usually districts and independent cities.")
_IMMIGRATION_BW = _("§ 2 AAZuVO, § 15 (1) LVG Baden-Württemberg: large district towns are lower authorities.")
_ORDER = _("Public order is a task of the local administration under Land law.")
_ORDER_DISTRICT = _("Districts are public order authorities for supra-local tasks under Land law.")
_CITIZENS = _("Registration and civil status lie with the local administration under Land law.")
_HOUSING = _("Accommodation of homeless people and refugees under public order and Land reception law.")
_SCHOOLS = _("Municipalities maintain primary schools, districts and cities secondary and vocational schools.")
_CULTURE = _("Culture is a voluntary task of self-administration (Art. 28 (2) GG).")
_PROCUREMENT = _("An administration of its own awards contracts of its own.")

_OF_INDEPENDENT_CITY = {
    Competence.IMMIGRATION_AUTHORITY: _IMMIGRATION,
    Competence.SOCIAL_SERVICES: _SOCIAL,
    Competence.YOUTH_SERVICES: _YOUTH,
    Competence.PUBLIC_ORDER: _ORDER,
    Competence.CITIZEN_SERVICES: _CITIZENS,
    Competence.HOUSING: _HOUSING,
    Competence.SCHOOLS: _SCHOOLS,
    Competence.CULTURE: _CULTURE,
    Competence.PROCUREMENT: _PROCUREMENT,
}
_OF_DISTRICT = {
    Competence.IMMIGRATION_AUTHORITY: _IMMIGRATION,
    Competence.SOCIAL_SERVICES: _SOCIAL,
    Competence.YOUTH_SERVICES: _YOUTH,
    Competence.PUBLIC_ORDER: _ORDER_DISTRICT,
    Competence.HOUSING: _HOUSING,
    Competence.SCHOOLS: _SCHOOLS,
    Competence.CULTURE: _CULTURE,
    Competence.PROCUREMENT: _PROCUREMENT,
}
_OF_MUNICIPALITY = {
    Competence.PUBLIC_ORDER: _ORDER,
    Competence.CITIZEN_SERVICES: _CITIZENS,
    Competence.HOUSING: _HOUSING,
    Competence.SCHOOLS: _SCHOOLS,
    Competence.CULTURE: _CULTURE,
    Competence.PROCUREMENT: _PROCUREMENT,
}
# A municipality whose administration is its Amt or association decides on its own voluntary tasks; the rest
# is "done for us by" in the questionnaire.
_OF_MEMBER_MUNICIPALITY = {Competence.CULTURE: _CULTURE}
_OF_ADMINISTERING_ASSOCIATION = {
    Competence.PUBLIC_ORDER: _ORDER,
    Competence.CITIZEN_SERVICES: _CITIZENS,
    Competence.HOUSING: _HOUSING,
    Competence.PROCUREMENT: _PROCUREMENT,
}
_MEMBERS_ARE_ADMINISTERED = frozenset({"51", "52", "53", "54", "55", "56", "58"})
_BADEN_WUERTTEMBERG = "08"


def suggest_competences(units: Sequence[Unit]) -> list[Suggestion]:
    """Competences likely for an administration of these territories, in the order of `Competence`.

    A suggestion from the general rule only: Land law knows exceptions (a town with a youth welfare office, a
    district that has delegated), therefore a person confirms.
    """
    reasons: dict[Competence, Any] = {}
    for unit in units:
        for competence, reason in _of_unit(unit).items():
            reasons.setdefault(competence, reason)
    return [Suggestion(competence, reasons[competence]) for competence in Competence if competence in reasons]


def _of_unit(unit: Unit) -> dict[Competence, Any]:
    of_type = _TYPE_CLASS.get(unit.type_code)
    if of_type is None:
        return {}
    if of_type == TypeClass.INDEPENDENT_CITY:
        return _OF_INDEPENDENT_CITY
    if of_type == TypeClass.DISTRICT:
        return _OF_DISTRICT
    if of_type == TypeClass.ASSOCIATION:
        # Samtgemeinde and Verbandsgemeinde also maintain the primary schools: § 98 (1) NKomVG, § 67 (1) GemO
        # RP.
        if unit.type_code in (TypeCode.SAMTGEMEINDE, TypeCode.VERBANDSGEMEINDE):
            return {**_OF_ADMINISTERING_ASSOCIATION, Competence.SCHOOLS: _SCHOOLS}
        return {Competence.PROCUREMENT: _PROCUREMENT} if _is_advisory(unit) else _OF_ADMINISTERING_ASSOCIATION
    if _is_administered_by_others(unit):
        return _OF_MEMBER_MUNICIPALITY
    if unit.type_code == TypeCode.LARGE_DISTRICT_TOWN and unit.land == _BADEN_WUERTTEMBERG:
        return {**_OF_MUNICIPALITY, Competence.IMMIGRATION_AUTHORITY: _IMMIGRATION_BW}
    return _OF_MUNICIPALITY


def _is_advisory(unit: Unit) -> bool:
    """Baden-Württemberg's associations plan and advise (§ 61 GemO BW); their members keep their
    administration.
    """
    return unit.land == _BADEN_WUERTTEMBERG


def _is_administered_by_others(unit: Unit) -> bool:
    if unit.leads_association or unit.land == _BADEN_WUERTTEMBERG:
        return False
    return unit.association_type_code in _MEMBERS_ARE_ADMINISTERED
