"""What the middleware adds to a request, for the type checker: views take the class of the area they are in.

The classes are never instantiated; a request is Django's own, with these attributes set by ScopeMiddleware.
"""

from django.http import HttpRequest

from apps.accounts.models import ProgrammeRole, User
from apps.municipalities.models import Membership, Municipality


class PersonRequest(HttpRequest):
    """Below /me/: somebody is signed in."""

    user: User


class ProgrammeRequest(PersonRequest):
    """Below /programme/: project staff."""

    roles: frozenset[str]


class WorkshopRequest(PersonRequest):
    """Below /workshop/: a member of a bench or of the panel, or project staff (perhaps without such a role)."""

    roles: frozenset[str]
    programme_roles: tuple[ProgrammeRole, ...]


class MunicipalityRequest(ProgrammeRequest):
    """Below /k/<slug>/: a member, or project staff looking in (`membership` is None)."""

    municipality: Municipality
    memberships: list[Membership]
    membership: Membership | None


class GuestRequest(HttpRequest):
    """Below /k/<slug>/ on a page that is open to guests: perhaps nobody is signed in."""

    municipality: Municipality
    roles: frozenset[str]
