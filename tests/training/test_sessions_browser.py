"""Planning, attendance and checking in, in a real browser: accessible, no wider than a phone, light and dark."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.models import ProgrammeRole
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality
from apps.training.models import Enrolment, Room, Session, TrainerQualification
from tests.assessments.test_browser import AXE, SignIn, browser, pytestmark, signed_in
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.training.factories import empowerment, offered, opened, session, trainer

__all__ = ["browser", "pytestmark", "signed_in"]


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


def look(page: Any, addresses: list[str], width: int) -> dict[str, Any]:
    """What axe finds on the pages, and by how much they are too wide."""
    found = {}
    for address in addresses:
        page.goto(address)
        page.evaluate(AXE.read_text())
        problems = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if folder := os.environ.get("KFA_SCREENSHOTS"):
            name = address.strip("/").replace("/", "_")[-50:]
            page.screenshot(path=f"{folder}/{width}-{name}.png", full_page=True)
        if problems or wide > 0:
            found[address] = (problems, wide)
    return found


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_any_page(
    municipality: Municipality, role: ProgrammeRole, signed_in: SignIn, scheme: Any, width: int
) -> None:
    about, slug = running(municipality, role), municipality.slug
    secret = session(empowerment(), led_by=[role])
    today = timezone.localdate()
    TrainerQualification.objects.create(
        role=role,
        module=about.module,
        level="lead",
        since=today - timedelta(days=800),
        valid_until=today - timedelta(days=3),
    )
    view: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    one = [about.pk]
    planning = [reverse(f"sessions-{name}", args=[slug]) for name in ("list", "new", "rooms", "room-new")]
    planning += [
        reverse(f"sessions-{name}", args=[slug, about.pk])
        for name in ("detail", "change", "seats", "trainers", "cancel", "attendance", "hold")
    ]
    team = [reverse(name) for name in ("programme-sessions-list", "trainers-register")]
    team += [reverse("trainers-detail", args=[role.pk]), reverse("trainers-qualify", args=[role.pk])]
    team += [reverse("programme-sessions-detail", args=[secret.pk])]
    giving = [reverse("trainer-sessions-list"), reverse("training-check-in")]
    giving += [reverse(f"trainer-sessions-{name}", args=one) for name in ("detail", "material", "attendance", "hold")]
    giving += [reverse("trainer-sessions-code", args=[about.pk, about.dates.order_by("starts_at")[1].pk])]
    giving += [reverse("trainer-sessions-detail", args=[secret.pk])]

    found = look(signed_in(member(municipality), **view), planning, width)
    found |= look(signed_in(UserFactory(staff=True), **view), team, width)
    found |= look(signed_in(role.user, **view), giving, width)

    assert found == {}


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
