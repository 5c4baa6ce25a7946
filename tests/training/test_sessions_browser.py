"""Attendance in a real browser."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.models import ProgrammeRole
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality
from apps.training.models import Enrolment, Room, Session
from tests.browsing import SignIn, browser, in_browser, signed_in
from tests.factories import MunicipalityFactory, UserFactory
from tests.training.factories import offered, opened, session, trainer

__all__ = ["browser", "signed_in"]
pytestmark = in_browser


@pytest.fixture
def municipality() -> Municipality:
    return opened(MunicipalityFactory())


@pytest.fixture
def role() -> ProgrammeRole:
    return trainer(user=UserFactory(first_name="Ayşe", last_name="Yılmaz-Grundmann"), organisation="Bildungswerk")


def running(municipality: Municipality, role: ProgrammeRole, people: int = 3) -> Session:
    """A session of two dates, the second on now, with people on the list."""
    about = session(
        offered("Beschwerde führen, vom ersten Gespräch zum Ergebnis"),
        host=municipality,
        starts=timezone.now() - timedelta(days=7, minutes=20),
        days=2,
        led_by=[role],
        notes="Bitte am Seiteneingang klingeln.",
    )
    room = Room.objects.create(
        host=municipality, name="Großer Ratssaal", address="Markt 1, 12345 Musterstadt", step_free=True, seats=40
    )
    about.dates.update(room=room)
    now = timezone.now()
    with scope.enter(scope.municipality(municipality)):
        for _person in range(people):
            Enrolment.objects.create(
                session=about,
                user=UserFactory(),
                state="enrolled",
                state_since=now,
                entered_at=now,
                request_key=uuid7(),
            )
    return about


def test_a_tick_changes_the_list_and_keeps_the_focus(
    municipality: Municipality, role: ProgrammeRole, signed_in: SignIn
) -> None:
    about = running(municipality, role, people=1)
    page = signed_in(role.user)
    page.goto(reverse("trainer-sessions-attendance", args=[about.pk]))
    button = page.locator(".app-attendance button").first

    button.click()

    expect(page.locator(".app-attendance button").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".app-attendance button").first).to_be_focused()
