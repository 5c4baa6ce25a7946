"""Routines: who sees, checks and manages which."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.models import User
from apps.assessments.actions import routines as actions
from apps.assessments.models import Routine, RoutineAnswer, RoutineCheck
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import routine_factories as factories
from tests.assessments.factories import person
from tests.assessments.test_pages import signed_in
from tests.assessments.test_routines import needs, url
from tests.factories import member, org_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def departments(municipality: Municipality) -> dict[str, Any]:
    """A department with one below it, and another one; a routine each, and one of nobody's."""
    office = org_unit(municipality, "Bürgeramt")
    desk = org_unit(municipality, "Schalter", parent=office)
    other = org_unit(municipality, "Jugendamt")
    rows = {
        name: factories.routine(municipality, name, org_unit=unit)
        for name, unit in {"Amt": office, "Tresen": desk, "Fremd": other, "Niemand": None}.items()
    }
    return {"office": office, "desk": desk, "other": other, **rows}


def test_a_contributor_sees_the_routines_of_the_department_and_below(
    municipality: Municipality, departments: dict[str, Any]
) -> None:
    client = signed_in(member(municipality, Role.CONTRIBUTOR, org_unit=departments["office"]))
    page = client.get(url("list", municipality)).content.decode()
    assert [name for name in ("Amt", "Tresen", "Fremd", "Niemand") if f">{name}</a>" in page] == ["Amt", "Tresen"]
    below = signed_in(member(municipality, Role.CONTRIBUTOR, org_unit=departments["desk"]))
    page = below.get(url("list", municipality)).content.decode()
    assert [name for name in ("Amt", "Tresen", "Fremd", "Niemand") if f">{name}</a>" in page] == ["Tresen"]
    for name in ("Fremd", "Niemand"):
        assert client.get(url("detail", municipality, departments[name].pk)).status_code == 403
        assert client.post(url("start", municipality, departments[name].pk)).status_code == 403


def test_a_contributor_checks_from_beginning_to_result_but_does_not_manage(
    municipality: Municipality, departments: dict[str, Any]
) -> None:
    factories.questionnaire()
    client = signed_in(member(municipality, Role.CONTRIBUTOR, org_unit=departments["office"]))
    row = departments["Tresen"]
    assert client.post(url("start", municipality, row.pk)).status_code == 303
    check = factories.answered(municipality, row, {"r2_04": "no"})
    assert client.get(url("check", municipality, row.pk)).status_code == 200
    assert client.post(url("complete", municipality, row.pk)).status_code == 303
    assert set(needs(municipality)) == {"r2_04"}
    page = client.get(url("result", municipality, check.pk)).content.decode()
    assert url("release", municipality, check.pk) not in page
    for name in ("change", "archive", "restore"):
        assert client.post(url(name, municipality, row.pk)).status_code == 403
    assert client.post(url("release", municipality, check.pk)).status_code == 403


def test_a_contributor_adds_routines_for_the_own_department_only(
    municipality: Municipality, departments: dict[str, Any]
) -> None:
    client = signed_in(member(municipality, Role.CONTRIBUTOR, org_unit=departments["office"]))
    for unit in ("", str(departments["other"].pk)):
        sent = {"name": "Neues Formular", "kind": "form", "org_unit": unit}
        assert client.post(url("new", municipality), sent).status_code == 422
    sent = {"name": "Neues Formular", "kind": "form", "org_unit": str(departments["desk"].pk)}
    assert client.post(url("new", municipality), sent).status_code == 303


def test_a_contributor_without_a_department_sees_none_and_is_told_why(
    municipality: Municipality, departments: dict[str, Any]
) -> None:
    client = signed_in(member(municipality, Role.CONTRIBUTOR))
    page = client.get(url("list", municipality)).content.decode()
    assert "<table" not in page and url("new", municipality) not in page
    assert client.get(url("new", municipality)).status_code == 403


def test_whoever_coordinates_too_sees_and_checks_everything(
    municipality: Municipality, departments: dict[str, Any]
) -> None:
    both: User = member(municipality, Role.CONTRIBUTOR, org_unit=departments["desk"])
    member(municipality, Role.COORDINATOR, both)
    factories.questionnaire()
    client = signed_in(both)
    assert client.post(url("start", municipality, departments["Niemand"].pk)).status_code == 303


def test_signatory_and_project_team_read_and_employees_do_not(municipality: Municipality, staff: User) -> None:
    check = factories.begun(municipality)
    done = factories.completed(municipality, factories.routine(municipality, "Zwei"))
    for user in (member(municipality, Role.SIGNATORY), staff):
        client = signed_in(user)
        shown = client.get(url("check", municipality, check.routine_id)).content.decode()
        assert "data-warn-unsaved" not in shown and "disabled" in shown
        assert client.get(url("result", municipality, done.pk)).status_code == 200
        for name in ("start", "check", "complete"):
            assert client.post(url(name, municipality, check.routine_id)).status_code == 403
    employee = signed_in(member(municipality, Role.EMPLOYEE))
    assert employee.get(url("list", municipality)).status_code == 403
    assert employee.get(url("result", municipality, done.pk)).status_code == 403


def test_another_municipality_s_routines_do_not_exist(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    check = factories.completed(municipality)
    stranger = signed_in(person(other_municipality, Role.COORDINATOR))
    for name in ("detail", "change", "check", "complete"):
        assert stranger.get(url(name, other_municipality, check.routine_id)).status_code == 404
    assert stranger.get(url("result", other_municipality, check.pk)).status_code == 404
    assert stranger.post(url("start", other_municipality, check.routine_id)).status_code == 404
    assert stranger.get(url("detail", municipality, check.routine_id)).status_code == 404
    assert check.routine.name not in stranger.get(url("list", other_municipality)).content.decode()
    with scope.enter(scope.municipality(other_municipality)):
        for action in (actions.start_check, actions.archive_routine, actions.restore_routine):
            with pytest.raises(Routine.DoesNotExist):
                action(actor=None, routine_id=check.routine_id)
        with pytest.raises(RoutineCheck.DoesNotExist):
            actions.complete_check(actor=None, check_id=check.pk)


def test_the_project_team_does_not_read_answers_across_municipalities(municipality: Municipality) -> None:
    factories.completed(municipality)
    with scope.enter(scope.programme()):
        assert RoutineCheck.objects.count() == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            RoutineAnswer.objects.exists()
