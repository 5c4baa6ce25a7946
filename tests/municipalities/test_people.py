"""Members, departments, a person's own page, navigation between municipalities."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.core import scope
from apps.municipalities.actions import memberships as actions
from apps.municipalities.models import Membership, Municipality, OrgUnit
from apps.municipalities.policies import may_configure_single_sign_on, may_manage_people
from tests.factories import UserFactory, member, org_unit

pytestmark = pytest.mark.django_db


def membership_of(municipality: Municipality, user: Any) -> Membership:
    with scope.enter(scope.municipality(municipality)):
        return Membership.objects.get(user=user)


def test_my_page_shows_the_municipalities_and_roles_of_a_person_and_no_others(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    user = member(municipality, "signatory")
    member(municipality, "coordinator", user)
    member(other_municipality)
    client.force_login(user)
    page = client.get("/me/", HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert f'href="/k/{municipality.slug}/"' in page
    assert "Koordination, Leitung (zeichnet)" in page
    assert other_municipality.name not in page


def test_a_person_switches_between_municipalities(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    user = member(municipality)
    member(other_municipality, "coordinator", user)
    client.force_login(user)
    page = client.get("/me/").content.decode()
    for place in (municipality, other_municipality):
        assert f'href="/k/{place.slug}/"' in page
        assert client.get(f"/k/{place.slug}/people/").status_code == 200


def test_members_are_listed_with_role_and_department(client: Client, municipality: Municipality) -> None:
    unit = org_unit(municipality, "Sozialamt")
    other = member(municipality, "contributor", org_unit=unit)
    client.force_login(member(municipality))
    page = client.get(f"/k/{municipality.slug}/people/").content.decode()
    assert other.email in page
    assert "Sozialamt" in page


def test_a_role_that_has_ended_no_longer_lets_anybody_in(client: Client, municipality: Municipality) -> None:
    other = member(municipality, "contributor")
    coordinator = Client()
    coordinator.force_login(member(municipality))
    url = f"/k/{municipality.slug}/people/{membership_of(municipality, other).pk}/end/"
    assert coordinator.get(url).status_code == 200
    assert coordinator.post(url).status_code == 303
    client.force_login(other)
    assert client.get(f"/k/{municipality.slug}/people/").status_code == 404
    assert coordinator.post(url).status_code == 404


def test_the_last_coordinator_stays(client: Client, municipality: Municipality) -> None:
    coordinator = member(municipality)
    client.force_login(coordinator)
    membership = membership_of(municipality, coordinator)
    client.post(f"/k/{municipality.slug}/people/{membership.pk}/end/")
    assert membership_of(municipality, coordinator).ended_at is None


def test_who_ends_the_only_role_of_their_own_lands_on_their_page(client: Client, municipality: Municipality) -> None:
    member(municipality)
    leaving = member(municipality)
    client.force_login(leaving)
    response = client.post(f"/k/{municipality.slug}/people/{membership_of(municipality, leaving).pk}/end/")
    assert response["Location"] == "/me/"


def test_ending_a_role_twice_does_nothing_more(municipality: Municipality) -> None:
    other = member(municipality, "employee")
    membership = membership_of(municipality, other)
    with scope.enter(scope.municipality(municipality)):
        ended = actions.end_membership(actor=None, membership=membership)
        assert actions.end_membership(actor=None, membership=membership).ended_at == ended.ended_at


def test_a_membership_of_another_municipality_is_not_found(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    foreign = membership_of(other_municipality, member(other_municipality, "employee"))
    client.force_login(member(municipality))
    assert client.post(f"/k/{municipality.slug}/people/{foreign.pk}/end/").status_code == 404


def test_departments_are_added_renamed_and_moved(client: Client, municipality: Municipality) -> None:
    client.force_login(member(municipality))
    base = f"/k/{municipality.slug}/departments/"
    assert "Noch keine" in client.get(base, HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert client.post(base, {"name": "Dezernat I", "short_name": "I"}).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        top = OrgUnit.objects.get()
    assert client.post(base, {"name": "Sozialamt", "parent": str(top.pk)}).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        unit = OrgUnit.objects.get(name="Sozialamt")
        assert unit.parent_id == top.pk
    changed = client.post(f"{base}{unit.pk}/", {"name": "Amt für Soziales", "short_name": "50", "parent": ""})
    assert changed.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        unit.refresh_from_db()
    assert (unit.name, unit.short_name, unit.parent_id) == ("Amt für Soziales", "50", None)


def test_two_departments_in_one_place_have_different_names(client: Client, municipality: Municipality) -> None:
    org_unit(municipality, "Ordnungsamt")
    client.force_login(member(municipality))
    assert client.post(f"/k/{municipality.slug}/departments/", {"name": "ordnungsamt"}).status_code == 422


def test_a_department_cannot_be_moved_below_itself(client: Client, municipality: Municipality) -> None:
    top = org_unit(municipality, "Dezernat")
    below = org_unit(municipality, "Amt", parent=top)
    client.force_login(member(municipality))
    url = f"/k/{municipality.slug}/departments/{top.pk}/"
    page = client.get(url).content.decode()
    assert str(below.pk) not in page  # not even offered
    with scope.enter(scope.municipality(municipality)), pytest.raises(actions.WouldBeCircular):
        actions.change_org_unit(actor=None, unit=top, name="Dezernat", short_name="", parent=below)
    assert client.post(url, {"name": "Dezernat", "parent": str(below.pk)}).status_code in {303, 422}
    with scope.enter(scope.municipality(municipality)):
        top.refresh_from_db()
    assert top.parent_id is None


def test_a_department_of_another_municipality_is_not_found(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    foreign = org_unit(other_municipality)
    client.force_login(member(municipality))
    assert client.get(f"/k/{municipality.slug}/departments/{foreign.pk}/").status_code == 404
    assert client.get(f"/k/{municipality.slug}/departments/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("role", ["contributor", "signatory", "employee"])
def test_only_coordinators_and_the_project_team_keep_people(role: str) -> None:
    assert not may_manage_people({role})
    assert may_manage_people({"coordinator"})
    assert may_manage_people({"project_staff"})
    assert not may_configure_single_sign_on({role, "coordinator"})


def test_the_members_page_takes_the_same_number_of_queries_however_many_there_are(
    client: Client, municipality: Municipality, django_assert_max_num_queries: Any
) -> None:
    client.force_login(member(municipality))
    for _number in range(15):
        member(municipality, "employee")
    with django_assert_max_num_queries(12):
        client.get(f"/k/{municipality.slug}/people/")


def test_a_stranger_finds_neither_the_municipality_nor_that_it_takes_part(
    client: Client, municipality: Municipality
) -> None:
    client.force_login(UserFactory())
    here = client.get(f"/k/{municipality.slug}/people/")
    nowhere = client.get("/k/there-is-none/people/")
    assert here.status_code == nowhere.status_code == 404
    assert here.content.replace(municipality.slug.encode(), b"X") == nowhere.content.replace(b"there-is-none", b"X")


def test_capital_letters_in_the_address_do_not_lead_around_the_scope(
    client: Client, municipality: Municipality
) -> None:
    client.force_login(member(municipality))
    assert client.get(f"/k/{municipality.slug.upper()}/people/").status_code == 404


def test_a_fragment_asked_for_after_the_session_has_ended_leads_to_the_sign_in_page(
    client: Client, municipality: Municipality
) -> None:
    response = client.get(
        f"/k/{municipality.slug}/people/",
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL=f"http://testserver/k/{municipality.slug}/",
    )
    assert response.status_code == 204
    assert response["HX-Redirect"] == f"/accounts/login/?next=/k/{municipality.slug}/"
