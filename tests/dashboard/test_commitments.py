"""What measures, new versions and pilots ask of somebody, on the home page and in the cockpit."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.commitments.models import Pilot
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality
from tests.commitments.factories import measure
from tests.dashboard.counting import queries_of
from tests.factories import member

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def home(client: Client, municipality: Municipality, role: str = "coordinator", user: Any = None) -> str:
    client.force_login(user or member(municipality, role))
    return text_of(client, reverse("dashboard-municipality", args=[municipality.slug]))


def test_the_coordinator_reads_how_the_plan_stands(client: Client, municipality: Municipality) -> None:
    today = timezone.localdate()
    measure(municipality, due_on=today - timedelta(days=3))
    measure(municipality, due_on=today + timedelta(days=10))
    measure(municipality, state="done", done_on=today)
    page = home(client, municipality)
    assert "Im ganzen Plan: 2 offen, 1 in den nächsten 30 Tagen fällig, 1 erledigt." in page
    assert "1 überfällig" in page


def test_who_is_responsible_sees_the_own_measures_and_no_others(client: Client, municipality: Municipality) -> None:
    person = member(municipality, "employee")
    measure(municipality, responsible=person)
    measure(municipality)
    page = home(client, municipality, user=person)
    assert "1 offene Maßnahme ist Ihre." in page
    assert "Im ganzen Plan" not in page


def test_without_measures_nothing_is_said_of_them(client: Client, municipality: Municipality) -> None:
    assert "Im ganzen Plan" not in home(client, municipality)


def test_a_planned_pilot_waits_for_the_coordination(
    client: Client, municipality: Municipality, staff: AbstractBaseUser
) -> None:
    with scope.enter(scope.municipality(municipality)):
        Pilot.objects.create(
            subject_kind="recommendation", subject_id=uuid7(), subject_title="Bürgerbeschwerde", planned_by=staff
        )
    page = home(client, municipality)
    assert "Bürgerbeschwerde" in page
    assert "nichts zu tun" not in page
    assert "Bürgerbeschwerde" not in home(client, municipality, "contributor")


def test_the_cockpit_counts_measures_by_municipality(
    client: Client, municipality: Municipality, staff: AbstractBaseUser
) -> None:
    measure(municipality, state="done", done_on=timezone.localdate())
    measure(municipality, due_on=timezone.localdate() - timedelta(days=1))
    client.force_login(staff)
    page = text_of(client, reverse("dashboard-cockpit"))
    assert "1 von 2 erledigt" in page
    assert "1 überfällig" in page


def test_the_number_of_queries_does_not_grow_with_measures(client: Client, municipality: Municipality) -> None:
    client.force_login(member(municipality))
    url = reverse("dashboard-municipality", args=[municipality.slug])
    measure(municipality)
    few = queries_of(lambda: client.get(url))
    for _number in range(5):
        measure(municipality)
    assert queries_of(lambda: client.get(url)) == few
