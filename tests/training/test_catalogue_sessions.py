"""Sessions in the catalogue: the list by month, and the page of one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.municipalities.models import Municipality, Role
from apps.training.models import Room, SessionDate
from tests.factories import MunicipalityFactory, UserFactory
from tests.municipalities.counting import at_most
from tests.training import factories
from tests.training.test_catalogue import BACKEND, employee, offered, signed_in, words_of

__all__ = ["employee"]

pytestmark = pytest.mark.django_db


def list_page(client: Client, municipality: Municipality, **query: Any) -> Any:
    response = client.get(reverse("training-sessions", args=[municipality.slug]), query)
    assert response.status_code == 200
    return response


def listed(response: Any) -> list[str]:
    return [line.title for _month, lines in response.context["months"] for line in lines]


def test_sessions_stand_below_their_months(employee: Client, municipality: Municipality) -> None:
    first, second = offered("Eins"), offered("Zwei")
    begins = timezone.now().replace(day=1, hour=9) + timedelta(days=62)
    factories.session(second, starts=begins + timedelta(days=40))
    factories.session(first, starts=begins)
    response = list_page(employee, municipality)
    assert listed(response) == ["Eins", "Zwei"]
    assert len(response.context["months"]) == 2
    month = timezone.localtime(begins)
    assert listed(list_page(employee, municipality, month=f"{month:%Y-%m}")) == ["Eins"]


def test_sessions_can_be_filtered(employee: Client, municipality: Municipality) -> None:
    factories.session(offered("Vor Ort", dimension=5), mode="on_site")
    factories.session(offered("Im Netz", dimension=6), mode="online", language="en")
    for query, expected in (
        ({"mode": "online"}, ["Im Netz"]),
        ({"language": "de"}, ["Vor Ort"]),
        ({"dimension": "6"}, ["Im Netz"]),
        ({"seats": "on"}, ["Vor Ort", "Im Netz"]),
        ({"month": "1999-01"}, ["Vor Ort", "Im Netz"]),
    ):
        assert sorted(listed(list_page(employee, municipality, **query))) == sorted(expected), query


def test_sessions_of_one_module(employee: Client, municipality: Municipality) -> None:
    module = offered("Eins")
    factories.session(module)
    factories.session(offered("Zwei"))
    response = list_page(employee, municipality, module=module.key)
    assert listed(response) == ["Eins"]
    assert reverse("training-sessions", args=[municipality.slug]) in response.content.decode()


def test_what_is_not_open_to_us_is_neither_listed_nor_read(employee: Client, municipality: Municipality) -> None:
    module = offered("Eins")
    elsewhere = factories.session(module, host=MunicipalityFactory())
    planned = factories.session(module, state="planned")
    assert listed(list_page(employee, municipality)) == []
    for session in (elsewhere, planned):
        assert employee.get(reverse("training-session", args=[municipality.slug, session.pk])).status_code == 404


def test_nothing_to_come_leads_to_the_modules(employee: Client, municipality: Municipality) -> None:
    assert reverse("training-catalogue", args=[municipality.slug]) in list_page(employee, municipality).content.decode()
    factories.session(offered("Eins"), mode="on_site")
    assert "app-empty" in list_page(employee, municipality, mode="online").content.decode()


@pytest.mark.parametrize("number", [5, 50])
def test_the_number_of_queries_does_not_grow_with_the_sessions(municipality: Municipality, number: int) -> None:
    client = signed_in(municipality)
    module = offered("Eins")
    for each in range(number):
        factories.session(module, starts=timezone.now() + timedelta(days=10 + each), days=2)
    list_page(client, municipality)
    with at_most(8):
        list_page(client, municipality)


# --- The page of a session -----


def session_page(client: Client, municipality: Municipality, session: Any) -> Any:
    response = client.get(reverse("training-session", args=[municipality.slug, session.pk]))
    assert response.status_code == 200
    return response


def test_a_session_says_when_where_who_and_what_it_costs(employee: Client, municipality: Municipality) -> None:
    named = factories.trainer(UserFactory(first_name="Ayşe", last_name="Muster"), is_named=True)
    unnamed = factories.trainer(UserFactory(first_name="Ben", last_name="Muster"))
    session = factories.session(offered("Eins"), led_by=[named, unnamed], cost="12.50", days=2)
    room = Room.objects.create(name="Saal", address="Markt 1", step_free=True, accessibility="Aufzug links.")
    SessionDate.objects.filter(session=session).update(room=room)
    said = words_of(session_page(employee, municipality, session))
    for words in ("Saal", "Markt 1", "Aufzug links.", "Ayşe Muster", "12,50"):
        assert words in said
    assert "Ben Muster" not in said


def test_enrolment_waits_for_the_opening_of_training_records(employee: Client, municipality: Municipality) -> None:
    session = factories.session(offered("Eins"))
    enrol = f"/me/trainings/enrol/?session={session.pk}"
    assert enrol not in session_page(employee, municipality, session).content.decode()
    factories.opened(municipality)
    assert enrol in session_page(employee, municipality, session).content.decode()


def test_project_staff_who_look_in_are_not_asked_to_enrol(municipality: Municipality, staff: Any) -> None:
    factories.opened(municipality)
    session = factories.session(offered("Eins"))
    client = Client()
    client.force_login(staff, backend=BACKEND)
    assert "/me/trainings/enrol/" not in session_page(client, municipality, session).content.decode()


def test_after_the_deadline_nobody_is_asked_to_enrol(employee: Client, municipality: Municipality) -> None:
    factories.opened(municipality)
    session = factories.session(offered("Eins"), enrol_until=timezone.now() - timedelta(hours=1))
    assert "/me/trainings/enrol/" not in session_page(employee, municipality, session).content.decode()


def test_a_cancelled_session_says_so_and_why(employee: Client, municipality: Municipality) -> None:
    session = factories.session(offered("Eins"), state="cancelled")
    said = words_of(session_page(employee, municipality, session))
    assert "Zu wenige Anmeldungen." in said


def test_an_empowerment_session_says_what_is_secret(municipality: Municipality) -> None:
    factories.opened(municipality, approval="required")
    session = factories.session(factories.empowerment())
    pages = {
        role: session_page(signed_in(municipality, role), municipality, session).content.decode()
        for role in (Role.EMPLOYEE, Role.COORDINATOR)
    }
    assert all('id="secret-heading"' in content for content in pages.values())


def test_the_page_of_a_session_needs_few_queries(employee: Client, municipality: Municipality) -> None:
    session = factories.session(offered("Eins"), led_by=[factories.trainer(), factories.trainer()], days=5)
    session_page(employee, municipality, session)
    with at_most(9):
        session_page(employee, municipality, session)
