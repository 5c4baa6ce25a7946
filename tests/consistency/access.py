"""Rows of the access matrix. Each app declares its own in tests/<app>/access.py:

    from tests.consistency.access import ACTORS, Row, World

    ACCESS = {
        "assessments-list": Row.in_municipality(all_roles=200),
        "assessments-sign": Row.in_municipality(signatory=303, method="post", kwargs=lambda world: {"pk": …}),
    }

A row says which status each actor gets. `kwargs` makes what the URL needs (the slug of the municipality is filled in);
it may create rows in `scope.enter(scope.municipality(world.municipality))`, once for all rows that name the same
function: rather one function for many rows than a lambda for each. What a request writes is rolled back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.accounts.models import User
from apps.municipalities.models import Municipality

#: anonymous · the roles in the municipality · project staff · a coordinator of another municipality · a member of the
#: bench of civil society, one of the expert panel and a trainer, without a role in any municipality
ACTORS = (
    "anonymous", "employee", "contributor", "signatory", "coordinator", "staff", "stranger", "bench", "panel",
    "trainer",
)  # fmt: skip
ROLES = ("employee", "contributor", "signatory", "coordinator")
OUTSIDE = ("stranger", "bench", "panel", "trainer")


@dataclass
class World:
    """What the requests are about: a municipality, another one, and a person for each actor but the first."""

    municipality: Municipality
    other: Municipality
    people: dict[str, User]


@dataclass(frozen=True)
class Row:
    """Status per actor, and how the request is made."""

    status: Mapping[str, int]
    method: str = "get"
    kwargs: Callable[[World], Mapping[str, Any]] = lambda world: {}
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def in_municipality(cls, *, others: int = 403, all_roles: int | None = None, **given: Any) -> "Row":
        """Below /k/<slug>/: guests sign in, strangers find nothing. Named roles and `staff` as given, `others` else."""
        statuses, rest = _split(given)
        default = all_roles if all_roles is not None else others
        row = dict.fromkeys((*ROLES, "staff"), default)
        return cls({"anonymous": 302, **dict.fromkeys(OUTSIDE, 404), **row, **statuses}, **rest)

    @classmethod
    def in_programme(cls, *, staff: int = 200, **given: Any) -> "Row":
        """Below /programme/: project staff only; everybody else finds nothing."""
        statuses, rest = _split(given)
        return cls({"anonymous": 302, **dict.fromkeys((*ROLES, *OUTSIDE), 404), "staff": staff, **statuses}, **rest)

    @classmethod
    def in_workshop(cls, *, bench: int = 200, panel: int = 200, staff: int = 200, **given: Any) -> "Row":
        """Below /workshop/: benches, panel, trainers (refused where either is), project staff; others find nothing."""
        statuses, rest = _split(given)
        row = {"anonymous": 302, **dict.fromkeys((*ROLES, "stranger"), 404), "trainer": max(bench, panel)}
        return cls({**row, "bench": bench, "panel": panel, "staff": staff, **statuses}, **rest)

    @classmethod
    def of_person(cls, status: int = 200, **given: Any) -> "Row":
        """Below /me/ and the account's pages: everybody who is signed in, about themselves."""
        statuses, rest = _split(given)
        return cls({"anonymous": 302, **dict.fromkeys(ACTORS[1:], status), **statuses}, **rest)

    @classmethod
    def for_all(cls, status: int = 200, **given: Any) -> "Row":
        """The same for everybody."""
        statuses, rest = _split(given)
        return cls({**dict.fromkeys(ACTORS, status), **statuses}, **rest)


def _split(given: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    statuses = {name: value for name, value in given.items() if name in ACTORS}
    return statuses, {name: value for name, value in given.items() if name not in ACTORS}
