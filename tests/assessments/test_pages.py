"""The municipality's pages: answering with and without JavaScript, handing in, signing, results."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.assessments import queries
from apps.assessments.models import Assessment, Wave
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.factories import member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def url(name: str, assessment: Assessment, *args: str) -> str:
    return reverse(f"assessments-{name}", args=[assessment.municipality.slug, assessment.pk, *args])


class FormFields(HTMLParser):
    """What a browser without JavaScript would send: the fields of the page with the values they are shown with."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._textarea: str | None = None
        self._select: str | None = None
        self._disabled = False  # fieldsets that are disabled hold no others here
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "fieldset":
            self._disabled = "disabled" in given
        if self._disabled or "disabled" in given:
            return
        if tag == "textarea":
            self._textarea = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = [given.get("value") or ""]
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            if given.get("type") in ("radio", "checkbox") and "checked" not in given:
                return
            self.values.setdefault(name, []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "fieldset":
            self._disabled = False

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self.values[self._textarea][0] += data


def fields(client: Client, address: str) -> dict[str, list[str]]:
    page = client.get(address).content.decode()
    return FormFields(re.search(r"<form[^>]*data-warn-unsaved.*?</form>", page, re.S)[0]).values  # type: ignore[index]


def rows(assessment: Assessment) -> dict[str, tuple[Any, ...]]:
    with scope.enter(scope.municipality(assessment.municipality)):
        found = queries.answers_of(queries.assessments().get(pk=assessment.pk))
    return {name: (a.value, a.level, a.special, a.done_by, a.note, a.evidence, a.revision) for name, a in found.items()}


GIVEN = {
    "answer-d1_01": ["3"],
    "note-d1_01": ["Ratsbeschluss\r\nvom Mai"],
    "evidence-d1_01": ["Vorlage 12"],
    "answer-d1_02": ["unknown"],
    "answer-d1_03": ["2"],
    "answer-d1_04": ["not_competent"],
    "answer-d1_wishes": ["Vorlagen & Beratung"],
}


# --- Both ways to the same rows ----


def test_the_button_and_the_single_answers_give_the_same_rows(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    wave = factories.wave()
    by_button, one_by_one = factories.started(municipality, wave), factories.started(other_municipality, wave)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    section = url("section", by_button, "d1")
    response = client.post(section, {**fields(client, section), **GIVEN})
    assert (response.status_code, response["Location"]) == (303, section)

    client = signed_in(factories.person(other_municipality, Role.COORDINATOR))
    shown = fields(client, url("section", one_by_one, "d1"))
    for name in ("d1_01", "d1_02", "d1_03", "d1_04", "d1_wishes"):
        response = client.post(url("answer", one_by_one, name), {**shown, **GIVEN}, headers=HTMX)
        assert response.status_code == 200
    assert rows(by_button) == rows(one_by_one)
    assert rows(by_button)["d1_01"][:6] == ("", 3, "", "", "Ratsbeschluss\nvom Mai", "Vorlage 12")


def test_a_page_sent_back_unchanged_changes_nothing(coordinator: Client, assessment: Assessment) -> None:
    section = url("section", assessment, "d1")
    coordinator.post(section, {**fields(coordinator, section), **GIVEN})
    before = rows(assessment)
    assert coordinator.post(section, fields(coordinator, section)).status_code == 303
    assert rows(assessment) == before


def test_everything_is_found_again_on_another_device(
    municipality: Municipality, coordinator: Client, assessment: Assessment
) -> None:
    section = url("section", assessment, "d1")
    coordinator.post(section, {**fields(coordinator, section), **GIVEN})
    elsewhere = signed_in(factories.person(municipality, Role.COORDINATOR))
    shown = fields(elsewhere, section)
    assert shown["answer-d1_01"] == ["3"]
    assert shown["note-d1_01"] == ["Ratsbeschluss\nvom Mai"]
    assert shown["answer-d1_02"] == ["unknown"]


def test_save_and_go_on_leads_to_the_next_section_and_at_the_end_to_the_check(
    coordinator: Client, assessment: Assessment
) -> None:
    response = coordinator.post(url("section", assessment, "d1"), {"next": "1"})
    assert response["Location"] == url("section", assessment, "d2")
    response = coordinator.post(url("section", assessment, "d10"), {"next": "1"})
    assert response["Location"] == url("check", assessment)


# --- Single answers ----


def test_an_answer_brings_back_itself_what_depends_on_it_and_the_result(
    coordinator: Client, assessment: Assessment
) -> None:
    response = coordinator.post(url("answer", assessment, "d1_03"), {"answer-d1_03": "2"}, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert 'name="answer-d1_03_fte"' in html and 'id="item-d1_03_fte"' in html
    assert 'id="dimension-result" hx-swap-oob="outerMorph"' in html
    assert "item-d1_01" not in html
    back = coordinator.post(url("answer", assessment, "d1_03"), {"answer-d1_03": "1"}, headers=HTMX)
    assert '<div id="item-d1_03_fte" hx-swap-oob="outerHTML" hidden>' in back.content.decode()


def test_done_for_us_asks_who(coordinator: Client, assessment: Assessment) -> None:
    assert "done_by-d1_01" not in coordinator.get(url("section", assessment, "d1")).content.decode()
    response = coordinator.post(url("answer", assessment, "d1_01"), {"answer-d1_01": "done_for_us"}, headers=HTMX)
    assert 'name="done_by-d1_01"' in response.content.decode()


def test_an_answer_that_cannot_stand_comes_back_as_typed(coordinator: Client, assessment: Assessment) -> None:
    response = coordinator.post(url("answer", assessment, "employees"), {"answer-employees": "-5"}, headers=HTMX)
    assert response.status_code == 422
    html = response.content.decode()
    assert 'value="-5"' in html and 'aria-invalid="true"' in html
    assert "employees" not in rows(assessment)


def test_the_button_shows_what_is_wrong_and_keeps_the_rest(coordinator: Client, assessment: Assessment) -> None:
    section = url("section", assessment, "profile")
    sent = {**fields(coordinator, section), "answer-employees": "viele", "answer-staff_council": "yes"}
    response = coordinator.post(section, sent)
    assert response.status_code == 422
    html = response.content.decode()
    assert "app-error-summary" in html and 'value="viele"' in html
    assert "staff_council" in rows(assessment)


def test_a_conflict_shows_both_answers_and_can_be_decided(
    municipality: Municipality, coordinator: Client, assessment: Assessment
) -> None:
    shown = fields(coordinator, url("section", assessment, "d1"))
    colleague = member(municipality, Role.CONTRIBUTOR)
    factories.save(assessment, {"d1_01": "3"}, actor=colleague)
    mine = {**shown, "answer-d1_01": "1"}
    response = coordinator.post(url("answer", assessment, "d1_01"), mine, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 409
    assert colleague.get_full_name() in html
    assert rows(assessment)["d1_01"][1] == 3
    again = FormFields(html).values
    assert again["answer-d1_01"] == ["1"]  # what was typed still stands
    assert coordinator.post(url("answer", assessment, "d1_01"), again, headers=HTMX).status_code == 200
    assert rows(assessment)["d1_01"][1] == 1


def test_a_conflict_without_javascript_shows_both_and_saves_the_rest(
    municipality: Municipality, coordinator: Client, assessment: Assessment
) -> None:
    section = url("section", assessment, "d1")
    shown = fields(coordinator, section)
    factories.save(assessment, {"d1_01": "3"}, actor=member(municipality, Role.CONTRIBUTOR))
    response = coordinator.post(section, {**shown, "answer-d1_01": "1", "answer-d1_02": "2"})
    assert response.status_code == 409
    assert (rows(assessment)["d1_01"][1], rows(assessment)["d1_02"][1]) == (3, 2)
    page = re.search(r"<form[^>]*data-warn-unsaved.*?</form>", response.content.decode(), re.S)
    assert page is not None
    assert coordinator.post(section, FormFields(page[0]).values).status_code == 303
    assert rows(assessment)["d1_01"][1] == 1


def test_the_result_of_a_dimension_appears_with_its_last_answer(coordinator: Client, assessment: Assessment) -> None:
    names = ["d10_01", "d10_02", "d10_03", "d10_04"]
    for name in names[:-1]:
        html = coordinator.post(url("answer", assessment, name), {f"answer-{name}": "2"}, headers=HTMX).content.decode()
        assert "app-metrics" not in html
    html = coordinator.post(url("answer", assessment, "d10_04"), {"answer-d10_04": "2"}, headers=HTMX).content.decode()
    assert "app-metrics" in html and "50" in html


def test_unknown_questions_and_sections_are_not_found(coordinator: Client, assessment: Assessment) -> None:
    assert coordinator.post(url("answer", assessment, "nothing"), {}).status_code == 404
    assert coordinator.get(url("section", assessment, "nothing")).status_code == 404
    assert coordinator.post(url("section", assessment, "d1"), {"seen-nothing": ""}).status_code == 404


def test_after_handing_in_nothing_is_taken(municipality: Municipality) -> None:
    assessment = factories.in_review(municipality)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    assert client.post(url("answer", assessment, "d1_01"), {"answer-d1_01": "1"}, headers=HTMX).status_code == 403
    response = client.post(url("section", assessment, "d1"), {"answer-d1_01": "1", "seen-d1_01": ""})
    assert response["Location"] == url("detail", assessment)
    page = client.get(url("section", assessment, "d1")).content.decode()
    assert "data-warn-unsaved" not in page and "disabled" in page


# --- The way through ----


def test_from_the_invitation_to_the_signature(municipality: Municipality) -> None:
    client = signed_in(member(municipality))
    signatory = signed_in(member(municipality, Role.SIGNATORY))
    assessment = factories.invited(municipality)
    assert assessment.wave.label in client.get(reverse("assessments-list", args=[municipality.slug])).content.decode()
    assert client.post(url("start", assessment)).status_code == 303
    check = client.get(url("check", assessment)).content.decode()
    assert url("section", assessment, "d1") + "#item-d1_01" in check
    assert client.post(url("submit", assessment))["Location"] == url("check", assessment)
    factories.save(assessment, factories.full_answers())
    assert url("submit", assessment) in client.get(url("check", assessment)).content.decode()
    assert client.post(url("submit", assessment))["Location"] == url("detail", assessment)
    review = signatory.get(url("review", assessment)).content.decode()
    assert url("sign", assessment) in review
    assert signatory.post(url("sign", assessment), {"function": "Bürgermeisterin"}).status_code == 422
    signed = signatory.post(url("sign", assessment), {"function": "Bürgermeisterin", "confirmed": "on"})
    assert signed["Location"] == url("result", assessment)
    assert "Bürgermeisterin" in client.get(url("result", assessment)).content.decode()


def test_the_signatory_returns_with_a_reason_that_the_coordinator_reads(municipality: Municipality) -> None:
    assessment = factories.in_review(municipality)
    signatory = signed_in(member(municipality, Role.SIGNATORY))
    assert signatory.post(url("return", assessment), {"reason": ""}).status_code == 422
    assert signatory.post(url("return", assessment), {"reason": "Bitte 3.2 belegen"}).status_code == 303
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    assert "Bitte 3.2 belegen" in client.get(url("detail", assessment)).content.decode()


def test_the_result_shows_chart_table_needs_and_wishes(municipality: Municipality) -> None:
    answers = {**factories.full_answers(), "d1_01": "unknown", "d1_obstacles": "Zu wenig <Zeit>"}
    assessment = factories.answered(municipality, answers=answers)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    html = client.get(url("result", assessment)).content.decode()
    assert "<svg" in html and 'id="profile-numbers"' in html
    assert "Zu wenig &lt;Zeit&gt;" in html
    assert html.count("<li><strong>") > 20


# --- Who may ----


def test_employees_see_nothing_and_strangers_find_nothing(municipality: Municipality, assessment: Assessment) -> None:
    employee, stranger = signed_in(member(municipality, Role.EMPLOYEE)), signed_in(factories.UserFactory())
    for address in (
        reverse("assessments-list", args=[municipality.slug]),
        *(url(name, assessment) for name in ("detail", "check", "review", "result")),
        url("section", assessment, "d1"),
    ):
        assert employee.get(address).status_code == 403
        assert stranger.get(address).status_code == 404


def test_contributors_answer_and_do_not_hand_in(municipality: Municipality, assessment: Assessment) -> None:
    client = signed_in(member(municipality, Role.CONTRIBUTOR))
    assert client.post(url("answer", assessment, "d1_01"), {"answer-d1_01": "1"}, headers=HTMX).status_code == 200
    for name in ("start", "submit", "sign", "return"):
        assert client.post(url(name, assessment), {"reason": "x"}).status_code == 403


def test_signatory_and_project_team_read_and_do_not_answer(
    municipality: Municipality, assessment: Assessment, staff: Any
) -> None:
    for user in (member(municipality, Role.SIGNATORY), staff):
        client = signed_in(user)
        page = client.get(url("section", assessment, "d1"))
        assert page.status_code == 200
        assert "data-warn-unsaved" not in page.content.decode()
        assert client.post(url("answer", assessment, "d1_01"), {"answer-d1_01": "1"}).status_code == 403
        assert client.post(url("section", assessment, "d1"), {"seen-d1_01": ""}).status_code == 403
    assert not rows(assessment)


def test_an_assessment_of_another_municipality_is_not_found(
    coordinator: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    with scope.enter(scope.programme()):
        wave = Wave.objects.get()
    foreign = factories.started(other_municipality, wave)
    for name in ("detail", "check", "review", "result"):
        assert coordinator.get(reverse(f"assessments-{name}", args=[municipality.slug, foreign.pk])).status_code == 404
    address = reverse("assessments-answer", args=[municipality.slug, foreign.pk, "d1_01"])
    assert coordinator.post(address, {"answer-d1_01": "1"}).status_code == 404


# --- Queries ----


def test_pages_and_saving_keep_to_their_queries(municipality: Municipality) -> None:
    assessment = factories.in_review(municipality)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    client.get(url("result", assessment))  # fills the cache of questionnaires
    with at_most(8):
        client.get(reverse("assessments-list", args=[municipality.slug]))
    for address in (
        *(url(name, assessment) for name in ("detail", "check", "review", "result")),
        url("section", assessment, "d1"),
    ):
        with at_most(10):
            assert client.get(address).status_code == 200


def test_saving_takes_eight_queries_for_one_answer_and_for_a_whole_section(
    coordinator: Client, assessment: Assessment
) -> None:
    section = url("section", assessment, "d1")
    shown = fields(coordinator, section)
    with at_most(8):
        coordinator.post(url("answer", assessment, "d1_01"), {**shown, "answer-d1_01": "3"}, headers=HTMX)
    with at_most(8):
        coordinator.post(url("answer", assessment, "d1_01"), {**shown, "answer-d1_01": "2"}, headers=HTMX)
    shown = fields(coordinator, section)
    with at_most(8):
        assert coordinator.post(section, {**shown, **GIVEN}).status_code == 303


def test_the_list_does_not_ask_more_for_more_waves(municipality: Municipality) -> None:
    version = factories.started(municipality).wave.instrument_version
    for number in (1, 2, 3):
        factories.started(municipality, factories.wave(f"T{number}", instrument_version=version))
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    with at_most(8):
        client.get(reverse("assessments-list", args=[municipality.slug]))
