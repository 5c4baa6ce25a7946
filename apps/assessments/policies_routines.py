"""Who may do what with routines and their checks, and what may not stand in an example for others."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.assessments.models import Routine
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role

#: Shorter names are sought as whole words only: "Au" is in "Auskunft".
MIN_FOR_BEGINNINGS = 5
_KIND_OF_MUNICIPALITY = re.compile(
    r"^(?:(?:freie|große|und|die|der)\s+)*(?:\w*stadt|gemeinde|markt|landkreis|kreis|amt|\w*gemeinde|"
    r"verwaltungsgemeinschaft|gemeindeverwaltungsverband|verwaltungsverband|region|flecken)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RoutineAccess:
    """Which routines somebody sees and checks: all of them, or those of departments (`units`, all below included)."""

    sees_all: bool = False
    checks_all: bool = False
    units: frozenset[UUID] = frozenset()

    def condition(self) -> Q:
        """Which routines are to be seen."""
        return Q() if self.sees_all else Q(org_unit__in=self.units)

    def sees(self, routine: Routine) -> bool:
        return self.sees_all or routine.org_unit_id in self.units

    def checks(self, routine: Routine) -> bool:
        return self.checks_all or routine.org_unit_id in self.units

    @property
    def adds(self) -> bool:
        """May routines be added, at least for an own department?"""
        return self.checks_all or bool(self.units)


def access_by(roles: Collection[str], units: Iterable[UUID]) -> RoutineAccess:
    """units: a contributor's departments and those below them. A routine without department is the coordination's."""
    return RoutineAccess(
        sees_all=not {Role.COORDINATOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles),
        checks_all=Role.COORDINATOR in roles,
        units=frozenset(units) if Role.CONTRIBUTOR in roles else frozenset(),
    )


def may_manage_routines(roles: Collection[str]) -> bool:
    """Change and archive routines, release findings as an example and take it back."""
    return Role.COORDINATOR in roles


def may_review_examples(user: Any) -> bool:
    """Read what municipalities propose as an example, publish it or decline: the project team."""
    return bool(user.is_authenticated and user.is_active and user.is_project_staff)


def betrays(text: str, names: Iterable[str]) -> bool:
    """Whether a text names one of `names` (a municipality's name, its slug, its places), however it is inflected."""
    spread = _spread(text)
    return any(re.search(_pattern(word), spread) for name in names for word in _forms(name))


def _spread(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


def _forms(name: str) -> set[str]:
    """A name as it stands, and without what kind of municipality it is: "Stadt Musterau", "Musterau"."""
    bare = _KIND_OF_MUNICIPALITY.sub("", name.replace("-", " ")).partition(",")[0]
    return {found for found in (_spread(name), _spread(bare)) if len(found) > 1}


def _pattern(word: str) -> str:
    return rf"\b{re.escape(word)}" + ("" if len(word) >= MIN_FOR_BEGINNINGS else r"\b")
