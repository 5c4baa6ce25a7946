"""The pages on places in a real browser: accessible, no wider than a phone, light and dark."""

import os
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.actions import approvals
from apps.training.models import Enrolment, Room, SessionDate
from tests.assessments.test_browser import AXE, SignIn, browser, pytestmark, signed_in
from tests.factories import UserFactory, member
from tests.training.factories import offered, session
from tests.training.place_factories import cancelled, employee, enrolled, filled, open_municipality

__all__ = ["browser", "pytestmark", "signed_in"]

LONG = "Ermessensentscheidungen in Leistungs- und Ausländerangelegenheiten diskriminierungsfrei treffen"


@pytest.fixture
def town() -> Municipality:
    return open_municipality()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_any_page(town: Municipality, signed_in: SignIn, scheme: Any, width: int) -> None:
    person = member(town, Role.COORDINATOR, user=UserFactory(language="de"))
    module = offered(LONG)
    full, other, third = session(module, capacity=1, cost=120), session(module), session(module, days=3)
    room = Room.objects.create(
        name="Lernhaus am Markt", address="Marktplatz 1, 01234 Musterstadt", step_free=True, hearing_loop=True
    )
    SessionDate.objects.update(room=room)
    there = enrolled(employee(town), full, town)
    enrolled(person, full, town)
    cancelled(there.user, there)
    filled(full)
    mine = enrolled(person, third, town)
    waiting_for = session(module, capacity=1)
    place = enrolled(employee(town), waiting_for, town)
    enrolled(person, waiting_for, town)
    with scope.enter(scope.municipality(town)):
        approvals.name_approver(actor=person, user_id=person.pk, org_unit=None)
        asked = Enrolment.objects.create(
            session=other,
            user=employee(town),
            state="requested",
            state_since=timezone.now(),
            entered_at=timezone.now(),
            request_key=place.pk,
        )
    page = signed_in(person, color_scheme=scheme, viewport={"width": width, "height": 900})
    addresses = [
        reverse("my-trainings"),
        reverse("trainings-enrol") + f"?session={other.pk}",
        reverse("trainings-enrol") + f"?session={full.pk}",
        reverse("my-trainings-cancel") + f"?place={mine.pk}",
        reverse("trainings-calendar"),
        *(reverse(name, args=[town.slug, full.pk]) for name in ("session-people", "session-people-add")),
        reverse("session-people-import", args=[town.slug, full.pk]),
        *(reverse(f"session-people-{name}", args=[town.slug, place.pk]) for name in ("substitute", "move", "cancel")),
        reverse("training-approvals", args=[town.slug]),
        reverse("training-approvals-decide", args=[town.slug, asked.pk]),
        reverse("training-approvers", args=[town.slug]),
    ]
    found = {}
    for address in addresses:
        page.goto(address)
        page.evaluate(AXE.read_text())
        problems = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if folder := os.environ.get("KFA_SCREENSHOTS"):
            name = re.sub(r"[0-9a-f]{8}-[-0-9a-f]{27}", "", address).strip("/?=").replace("/", "_")
            page.screenshot(path=f"{folder}/{width}-{name[-40:]}.png", full_page=True)
        if problems or wide > 0:
            found[address] = (problems, wide)
    assert found == {}
