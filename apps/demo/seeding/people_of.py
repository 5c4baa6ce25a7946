"""Finding the demo's people again: by role, by name."""

from apps.accounts.models import User
from apps.demo.content.municipalities import COORDINATOR, MUNICIPALITIES, DemoMunicipality, address_of


def place_of(slug: str) -> DemoMunicipality:
    """The municipality of this slug."""
    return next(place for place in MUNICIPALITIES if place.slug == slug)


def coordinator_of(place: DemoMunicipality) -> User:
    """Who coordinates the assessment there."""
    return User.objects.get(email=address_of(next(who for who in place.people if who.role == COORDINATOR)))


def person_of(place: DemoMunicipality, last_name: str) -> User:
    """Somebody there by last name; the coordination for ""."""
    if not last_name:
        return coordinator_of(place)
    return User.objects.get(email=address_of(next(who for who in place.people if who.last_name == last_name)))


def unit_name_of(place: DemoMunicipality, last_name: str) -> str:
    """Name of the department in which somebody works."""
    return next(who.unit for who in place.people if who.last_name == last_name)
