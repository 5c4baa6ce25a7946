"""The history of answers: what is kept, who sees it, and whose names are left when it is signed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.assessments.actions import delegations
from apps.assessments.actions.answers import Entry
from apps.assessments.actions.history import forget_people
from apps.assessments.models import Answer, AnswerRevision, Assessment
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.test_delegation import due
from tests.assessments.test_pages import signed_in, url
from tests.factories import member, org_unit
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def revisions(assessment: Assessment, name: str = "d1_01") -> list[AnswerRevision]:
    with scope.enter(scope.municipality(assessment.municipality)):
        found = AnswerRevision.objects.filter(assessment=assessment, item__name=name).select_related("answered_by")
        return list(found.order_by("revision"))


def shown(client: Client, assessment: Assessment, name: str = "d1_01") -> str:
    response = client.get(url("history", assessment, name))
    assert response.status_code == 200
    return str(response.content.decode())


# --- What is kept ----


def test_each_change_is_one_state_and_saving_the_same_again_is_none(assessment: Assessment) -> None:
    for value in ("2", "3", "3", "unknown"):
        factories.save(assessment, {"d1_01": value})
    found = revisions(assessment)
    assert [(row.revision, row.value) for row in found] == [(1, "2"), (2, "3"), (3, "unknown")]
    assert all(row.answered_by is not None and not row.by_link for row in found)
    assert found[0].answered_at < found[1].answered_at


def test_a_whole_section_keeps_a_state_of_what_changed_alone(assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "2", "d1_02": "2", "d1_03": "2"})
    factories.save(assessment, {"d1_01": "2", "d1_02": "4", "d1_03": "2"})
    assert [len(revisions(assessment, name)) for name in ("d1_01", "d1_02", "d1_03")] == [1, 2, 1]


def test_note_evidence_and_who_does_it_belong_to_the_history(assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "done_for_us"}, done_by="amt")
    factories.save(assessment, {"d1_01": "done_for_us"}, done_by="kreis", note="Vertrag von 2024")
    factories.save(assessment, {"d1_01": "3"}, evidence="Dienstanweisung, S. 4")
    found = revisions(assessment)
    assert [row.done_by for row in found] == ["amt", "kreis", ""]
    assert [row.note for row in found] == ["", "Vertrag von 2024", "Vertrag von 2024"]
    assert found[2].evidence == "Dienstanweisung, S. 4"


def test_other_answers_are_kept_as_the_instrument_reads_them(assessment: Assessment) -> None:
    factories.save(assessment, {"employees": "420"})
    factories.save(assessment, {"employees": "430"})
    assert [row.value for row in revisions(assessment, "employees")] == ["420", "430"]


def test_the_history_costs_the_saving_no_query(assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "1"})
    with CaptureQueriesContext(connection) as captured:
        factories.save(assessment, {"d1_01": "2"})
    assert not [query["sql"] for query in captured if "answerrevision" in query["sql"]]
    assert len(revisions(assessment)) == 2


def test_the_department_of_an_answer_is_kept(municipality: Municipality, assessment: Assessment) -> None:
    office = org_unit(municipality, "Personalamt")
    factories.save(assessment, {"d1_01": "1"})
    with scope.enter(scope.municipality(municipality)):
        Answer.objects.filter(item__name="d1_01").update(level=2, revision=2, org_unit=office)
    assert [row.org_unit_id for row in revisions(assessment)] == [None, office.pk]


def test_what_is_no_change_of_the_answer_leaves_no_trace(municipality: Municipality, assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "1"})
    with scope.enter(scope.municipality(municipality)):
        Answer.objects.filter(item__name="d1_01").update(answered_by=None)
    assert len(revisions(assessment)) == 1


def test_another_municipality_has_no_part_in_it(assessment: Assessment, other_municipality: Municipality) -> None:
    factories.save(assessment, {"d1_01": "1"})
    with scope.enter(scope.municipality(other_municipality)):
        assert not AnswerRevision.objects.exists()


# --- The page ----


def test_the_page_shows_every_change_the_latest_first(assessment: Assessment, coordinator: Client) -> None:
    factories.save(assessment, {"d1_01": "1"})
    factories.save(assessment, {"d1_01": "4"}, note="Beschluss vom Mai")
    factories.save(assessment, {"d1_01": "4"}, evidence="Ratsinformationssystem")
    html = shown(coordinator, assessment)
    assert "app-level--1" in html
    assert html.index("app-level--4") < html.rindex("app-level--1")
    assert html.count("<tr") == 4
    assert "Beschluss vom Mai" not in html
    name = factories.person(assessment.municipality, Role.COORDINATOR).get_full_name()
    assert html.count(f'<td class="kern-table__cell">{name}</td>') == 3


def test_without_an_answer_the_page_says_so(assessment: Assessment, coordinator: Client) -> None:
    assert "<table" not in shown(coordinator, assessment)


def test_long_texts_are_shortened_and_choices_are_in_words(assessment: Assessment, coordinator: Client) -> None:
    factories.save(assessment, {"staff_council": "yes"})
    assert ">yes<" not in shown(coordinator, assessment, "staff_council")
    wishes = "Wir wünschen uns " + "sehr " * 200
    factories.save(assessment, {"d1_wishes": wishes})
    assert wishes not in shown(coordinator, assessment, "d1_wishes")


def test_what_came_by_a_link_says_so_without_a_name(
    municipality: Municipality, assessment: Assessment, coordinator: Client
) -> None:
    with scope.enter(scope.municipality(municipality)):
        row = delegations.give_by_link(
            actor=factories.person(municipality, Role.COORDINATOR),
            assessment_id=assessment.pk,
            section="d1",
            due_on=due(),
            base_url="https://kommunen.example",
            name="Toni Muster",
            email="toni@kommune.example",
        )
    factories.save(assessment, {"d1_01": "1"})
    with scope.enter(scope.municipality(municipality)):
        Answer.objects.filter(item__name="d1_01").update(level=2, revision=2, answered_by=None, delegation=row)
    assert [found.by_link for found in revisions(assessment)] == [False, True]
    assert "Toni Muster" not in shown(coordinator, assessment)


def test_an_item_that_is_not_asked_has_no_history(assessment: Assessment, coordinator: Client) -> None:
    assert coordinator.get(url("history", assessment, "nonsense")).status_code == 404


def test_whoever_does_not_see_the_section_does_not_see_its_history(
    municipality: Municipality, assessment: Assessment
) -> None:
    contributor = member(municipality, Role.CONTRIBUTOR)
    with scope.enter(scope.municipality(municipality)):
        delegations.give_sections(
            actor=factories.person(municipality, Role.COORDINATOR),
            assessment_id=assessment.pk,
            sections=["d1"],
            user=contributor,
            due_on=due(),
            base_url="https://kommunen.example",
        )
    client = signed_in(contributor)
    assert client.get(url("history", assessment, "d1_01")).status_code == 200
    assert client.get(url("history", assessment, "d2_01")).status_code == 403


def test_project_staff_read_the_history_without_names(assessment: Assessment, staff: User) -> None:
    factories.save(assessment, {"d1_01": "3"})
    html = shown(signed_in(staff), assessment)
    assert "app-level--3" in html
    assert factories.person(assessment.municipality, Role.COORDINATOR).get_full_name() not in html


def test_the_page_takes_as_many_queries_for_many_changes(assessment: Assessment, coordinator: Client) -> None:
    for value in ("0", "1", "2", "3", "4", "0", "1"):
        factories.save(assessment, {"d1_01": value})
    shown(coordinator, assessment)
    with at_most(10):
        shown(coordinator, assessment)


def test_each_question_has_a_link_to_its_history(assessment: Assessment, coordinator: Client) -> None:
    html = coordinator.get(url("section", assessment, "d1")).content.decode()
    assert url("history", assessment, "d1_01") in html


# --- Names go with the signature ----


def test_when_signed_no_name_is_left_and_the_history_stays(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    with scope.enter(scope.municipality(municipality)):
        before = AnswerRevision.objects.count()
        forget_people(assessment)
        assert before == AnswerRevision.objects.count() > 60
        assert not AnswerRevision.objects.exclude(answered_by=None).exists()
        assert not Answer.objects.exclude(answered_by=None).exists()
    coordinator = factories.person(municipality, Role.COORDINATOR)
    html = signed_in(factories.person(municipality, Role.SIGNATORY)).get(url("history", assessment, "d1_01"))
    assert coordinator.get_full_name() not in html.content.decode()


def test_after_signing_the_page_shows_no_name_even_where_one_is_still_stored(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    page = reverse("assessments-history", args=[municipality.slug, assessment.pk, "d1_01"])
    html = signed_in(factories.person(municipality, Role.SIGNATORY)).get(page).content.decode()
    assert factories.person(municipality, Role.COORDINATOR).get_full_name() not in html


def test_forgetting_touches_no_other_assessment(municipality: Municipality, assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "1"})
    later = factories.started(municipality, factories.wave("T1", instrument_version=assessment.wave.instrument_version))
    factories.save(later, {"d1_01": Entry("d1_01", ("2",))})
    with scope.enter(scope.municipality(municipality)):
        forget_people(assessment)
    assert revisions(assessment)[0].answered_by is None
    assert revisions(later)[0].answered_by is not None
