"""Organisations of civil society answer the same items from outside: inviting, their pages."""

import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.assessments import queries, queries_outside
from apps.assessments.actions import outside as actions
from apps.assessments.actions.answers import NotOpen, UnknownItem
from apps.assessments.actions.assessments import WrongState
from apps.assessments.content import Content, Seen
from apps.assessments.models import Assessment, OutsideAnswer, OutsideReading, Wave
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.log_filters import WithoutTokens
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.test_delegation import BASE, due, mails
from tests.assessments.test_pages import fields, signed_in, url
from tests.factories import member

pytestmark = pytest.mark.django_db

ADVICE = {"organisation": "Beratung Regenbogen e. V.", "contact": "Alex Muster", "email": "Post@regenbogen.example"}
SECRET_NOTE = "Was nur die Kommune weiß"
OUTSIDE_NOTE = "Was von außen auffällt"
THEIRS = {"d1_01": "1", "d1_02": "2", "d1_03": "2", "d2_01": "4"}
State = OutsideReading.State


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def act(municipality: Municipality, action: Any, **given: Any) -> Any:
    with scope.enter(scope.municipality(municipality)):
        return action(**given)


def invite(assessment: Assessment, **given: Any) -> OutsideReading:
    municipality = assessment.municipality
    values = {"due_on": due(), "base_url": BASE, **ADVICE, **given}
    actor = factories.person(municipality, Role.COORDINATOR)
    row: OutsideReading = act(municipality, actions.invite, actor=actor, assessment_id=assessment.pk, **values)
    return row


def latest_token(municipality: Municipality) -> str:
    mail = max(mails(municipality, "outside-invited"), key=lambda found: found.created_at)
    return re.search(rf"{BASE}/k/{municipality.slug}/outside/([^/\s]+)/", mail.text)[1]  # type: ignore[index]


@pytest.fixture
def token(municipality: Municipality, assessment: Assessment) -> str:
    invite(assessment, note="Bitte vor allem zum Bürgeramt")
    return latest_token(municipality)


def address(municipality: Municipality, token: str, name: str = "read", *more: str) -> str:
    return reverse(f"assessments-outside-{name}", args=[municipality.slug, token, *more])


def only(municipality: Municipality) -> OutsideReading:
    with scope.enter(scope.municipality(municipality)):
        return OutsideReading.objects.get()


def stored(municipality: Municipality) -> dict[str, tuple[Any, str, str]]:
    with scope.enter(scope.municipality(municipality)):
        return {
            answer.item.name: (answer.level, answer.special, answer.note)
            for answer in OutsideAnswer.objects.select_related("item")
        }


def answer(municipality: Municipality, row: OutsideReading, answers: Mapping[str, str], note: str = "") -> None:
    entries = [actions.Entry(name, value, note) for name, value in answers.items()]
    act(municipality, actions.save, reading_id=row.pk, entries=entries)


def submitted(assessment: Assessment, answers: Mapping[str, str], note: str = "", **given: Any) -> OutsideReading:
    row = invite(assessment, **given)
    answer(assessment.municipality, row, answers, note)
    done: OutsideReading = act(assessment.municipality, actions.submit, reading_id=row.pk, base_url=BASE)
    return done


def verbs(municipality: Municipality) -> list[str]:
    with scope.enter(scope.municipality(municipality)):
        found = AuditEntry.objects.filter(verb__startswith="outside_reading.").order_by("created_at")
        return [entry.verb.partition(".")[2] for entry in found]


def without_what_changes(page: str) -> str:
    """A page without its tokens against forgery, and without charts and keys, which are new each time."""
    page = re.sub(r'(csrfmiddlewaretoken" value="|name="key" value="|X-CSRFToken[^:]*:[^"]*")[^"&]*', "", page)
    return re.sub(r"<svg.*?</svg>", "", page, flags=re.S)


def withdraw(municipality: Municipality, row: OutsideReading) -> None:
    act(municipality, actions.withdraw, actor=factories.person(municipality, Role.COORDINATOR), reading_id=row.pk)


# --- Inviting -----------------------------------------------------------------------------------------------------


def test_the_coordinator_invites_through_the_page(
    municipality: Municipality, assessment: Assessment, coordinator: Client
) -> None:
    here, page = url("outside", assessment), url("outside-invite", assessment)
    assert page in coordinator.get(here).content.decode()
    assert coordinator.get(page).status_code == 200
    sent = {**ADVICE, "due_on": due(), "note": "Willkommen"}
    assert coordinator.post(page, {**sent, "email": "nobody"}).status_code == 422
    assert coordinator.post(page, sent)["Location"] == here
    shown = coordinator.get(here).content.decode()
    assert "Beratung Regenbogen e. V." in shown
    assert "post@regenbogen.example" in shown
    assert coordinator.post(page, sent).status_code == 422  # the same address again
    assert verbs(municipality) == ["invited"]


def test_the_mail_carries_the_link_and_says_who_will_see_the_answers(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    (mail,) = mails(municipality, "outside-invited")
    assert mail.to == "post@regenbogen.example"
    assert "Alex Muster" in mail.text
    assert "Bitte vor allem zum Bürgeramt" in mail.text
    assert client.get(address(municipality, token)).status_code == 200


def test_only_a_hash_of_the_token_is_kept(municipality: Municipality, token: str) -> None:
    row = only(municipality)
    assert token not in {str(getattr(row, field.attname)) for field in row._meta.fields}


def test_the_due_date_lies_within_the_assessment_and_its_extension(
    municipality: Municipality, assessment: Assessment, coordinator: Client
) -> None:
    page, late = url("outside-invite", assessment), assessment.wave.closes_on + timedelta(days=5)
    for day in (late, timezone.localdate() - timedelta(days=1)):
        assert coordinator.post(page, {**ADVICE, "due_on": day}).status_code == 422
    with pytest.raises(WrongState):
        invite(assessment, due_on=late)
    with scope.enter(scope.municipality(municipality)):
        Assessment.objects.update(extended_to=late)
    assert coordinator.post(page, {**ADVICE, "due_on": late}).status_code == 303


def test_five_places_and_no_sixth(municipality: Municipality, assessment: Assessment, coordinator: Client) -> None:
    rows = [invite(assessment, email=f"post@o{number}.example") for number in range(5)]
    assert [row.place for row in rows] == [1, 2, 3, 4, 5]
    assert url("outside-invite", assessment) not in coordinator.get(url("outside", assessment)).content.decode()
    response = coordinator.post(url("outside-invite", assessment), {**ADVICE, "due_on": due()})
    assert response.status_code == 422
    assert "5" in re.search(r"app-error-summary.*?</ul>", response.content.decode(), re.S)[0]  # type: ignore[index]
    with pytest.raises(actions.NoPlaceLeft):
        invite(assessment)
    withdraw(municipality, rows[1])
    assert invite(assessment).place == 2


def test_nobody_is_invited_before_the_start_or_after_the_end(
    municipality: Municipality, assessment: Assessment, coordinator: Client
) -> None:
    with scope.enter(scope.programme()):
        Wave.objects.update(state="closed", closed_at=timezone.now())
    with pytest.raises(WrongState):
        invite(assessment)
    page = url("outside-invite", assessment)
    assert coordinator.post(page, {**ADVICE, "due_on": due()})["Location"] == url("outside", assessment)
    assert page not in coordinator.get(url("outside", assessment)).content.decode()


def test_organisations_can_be_invited_while_the_answers_are_with_the_signatory(municipality: Municipality) -> None:
    assert invite(factories.in_review(municipality)).state == State.INVITED


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.SIGNATORY, Role.EMPLOYEE])
def test_others_do_not_see_who_is_invited(
    municipality: Municipality, assessment: Assessment, token: str, role: str
) -> None:
    client, row = signed_in(member(municipality, role)), only(municipality)
    for name in ("outside", "outside-invite"):
        assert client.get(url(name, assessment)).status_code == 403
    for name in ("outside-renew", "outside-withdraw"):
        assert client.post(reverse(f"assessments-{name}", args=[municipality.slug, row.pk])).status_code == 403


def test_a_renewed_link_works_and_the_old_one_does_not(
    municipality: Municipality, token: str, client: Client, coordinator: Client
) -> None:
    row = only(municipality)
    renew = reverse("assessments-outside-renew", args=[municipality.slug, row.pk])
    assert coordinator.post(renew).status_code == 303
    renewed = [mail for mail in mails(municipality, "outside-invited") if token not in mail.text]
    found = re.search(r"/outside/([^/\s]+)/", renewed[0].text)
    assert found is not None
    assert client.get(address(municipality, found[1])).status_code == 200
    assert client.get(address(municipality, token)).status_code == 404
    withdraw(municipality, row)
    with pytest.raises(WrongState):
        act(municipality, actions.renew_link, actor=None, reading_id=row.pk, base_url=BASE)
    coordinator.post(renew)
    assert len(mails(municipality, "outside-invited")) == 2


def test_withdrawing_asks_ends_the_link_and_tells_the_organisation(
    municipality: Municipality, assessment: Assessment, token: str, client: Client, coordinator: Client
) -> None:
    page = reverse("assessments-outside-withdraw", args=[municipality.slug, only(municipality).pk])
    assert coordinator.get(page).status_code == 200
    assert only(municipality).state == State.INVITED
    assert coordinator.post(page)["Location"] == url("outside", assessment)
    assert coordinator.post(page).status_code == 303  # done already
    for name, more in (("read", ()), ("section", ("d1",)), ("submit", ())):
        for response in (client.get(address(municipality, token, name, *more)),
                         client.post(address(municipality, token, name, *more))):  # fmt: skip
            assert response.status_code in (405, 410)
    assert client.get(address(municipality, token)).status_code == 410
    assert len(mails(municipality, "outside-withdrawn")) == 1
    assert verbs(municipality) == ["invited", "withdrawn"]


def test_a_reading_that_does_not_exist_is_not_found(municipality: Municipality, coordinator: Client) -> None:
    for name in ("outside-renew", "outside-withdraw"):
        assert coordinator.post(reverse(f"assessments-{name}", args=[municipality.slug, uuid4()])).status_code == 404


# --- The organisation's pages -------------------------------------------------------------------------------------


def test_the_link_shows_what_this_is_without_signing_in(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    response = client.get(address(municipality, token))
    shown = response.content.decode()
    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]
    assert municipality.name in shown
    assert "Beratung Regenbogen e. V." in shown
    assert address(municipality, token, "section", "d1") in shown
    assert f"/k/{municipality.slug}/assessments/" not in shown
    assert client.get(url("outside", assessment)).status_code == 302


def test_only_level_items_of_the_profile_are_asked_with_two_answers_apart_from_the_scale(
    municipality: Municipality, token: str, client: Client
) -> None:
    shown = client.get(address(municipality, token, "section", "d1")).content.decode()
    names = set(re.findall(r'name="answer-([^"]+)"', shown))
    assert "d1_01" in names
    assert all(re.fullmatch(r"d1_\d\d", name) for name in names)
    assert set(re.findall(r'name="answer-d1_01"\s+value="([^"]*)"', shown)) == {*"01234", "unknown", "refused"}
    assert client.get(address(municipality, token, "section", "context")).status_code == 404
    assert client.get(address(municipality, token, "section", "nothing")).status_code == 404


def test_what_the_municipality_is_not_competent_for_is_not_asked(municipality: Municipality) -> None:
    with scope.enter(scope.programme()):
        Municipality.objects.filter(pk=municipality.pk).update(competences=["personnel"])
    municipality.refresh_from_db()
    assessment = factories.started(municipality)
    with scope.enter(scope.municipality(municipality)):
        fresh = queries.assessments().get(pk=assessment.pk)
        asked = queries_outside.asked_of_outside(queries_outside.blank(fresh, "de"))
    competences = {item.competence for items in asked.values() for item in items}
    assert competences <= {"", "personnel"}


def test_a_section_is_saved_without_javascript_and_goes_on_to_the_next(
    municipality: Municipality, token: str, client: Client
) -> None:
    here = address(municipality, token, "section", "d1")
    sent = {
        **fields(client, here),
        "answer-d1_01": "3",
        "answer-d1_02": "unknown",
        "note-d1_01": f" {OUTSIDE_NOTE}\r\n",
    }
    assert client.post(here, {**sent, "next": "1"})["Location"] == address(municipality, token, "section", "d2")
    assert stored(municipality) == {"d1_01": (3, "", OUTSIDE_NOTE), "d1_02": (None, "unknown", "")}
    assert client.post(here, fields(client, here))["Location"] == here
    assert stored(municipality)["d1_01"] == (3, "", OUTSIDE_NOTE)
    last = client.get(address(municipality, token)).content.decode().rpartition("/sections/")[2].partition("/")[0]
    last_page = address(municipality, token, "section", last)
    sent = {**fields(client, last_page), "next": "1"}
    assert client.post(last_page, sent)["Location"] == address(municipality, token)


def test_an_answer_can_be_taken_back(municipality: Municipality, token: str, client: Client) -> None:
    here = address(municipality, token, "section", "d1")
    client.post(here, {**fields(client, here), "answer-d1_01": "3", "note-d1_02": "nur eine Notiz"})
    client.post(here, {**fields(client, here), "answer-d1_01": ""})
    assert stored(municipality) == {"d1_02": (None, "", "nur eine Notiz")}


def test_two_people_of_an_organisation_do_not_wipe_out_each_others_answers(
    municipality: Municipality, token: str, client: Client
) -> None:
    here = address(municipality, token, "section", "d1")
    first, second = fields(client, here), fields(client, here)
    client.post(here, {**first, "answer-d1_01": "3"})
    client.post(here, {**second, "answer-d1_02": "1"})
    assert {name: level for name, (level, _special, _note) in stored(municipality).items()} == {"d1_01": 3, "d1_02": 1}


@pytest.mark.parametrize("sent", [{"answer-d1_01": "done_for_us"}, {"answer-d1_01": "7"}, {"note-d1_01": "x" * 2001}])
def test_what_is_not_offered_is_refused_and_what_was_typed_stays(
    municipality: Municipality, token: str, client: Client, sent: dict[str, str]
) -> None:
    here = address(municipality, token, "section", "d1")
    response = client.post(here, {**fields(client, here), "answer-d1_02": "4", **sent})
    assert response.status_code == 422
    shown = response.content.decode()
    assert "app-error-summary" in shown
    assert re.search(r'value="4"\s+id="[^"]*d1_02[^"]*" checked', shown)
    assert stored(municipality) == {}


def test_the_action_takes_only_what_is_asked_and_offered(municipality: Municipality, assessment: Assessment) -> None:
    row = invite(assessment)
    for name in ("d1_wishes", "nothing", "competences"):
        with pytest.raises(UnknownItem):
            answer(municipality, row, {name: "2"})
    with pytest.raises(ValueError, match="offered"):
        answer(municipality, row, {"d1_01": "not_competent"})


def test_nothing_of_the_municipality_s_answers_reaches_the_organisation(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    pages = [address(municipality, token), address(municipality, token, "submit")]
    pages += [address(municipality, token, "section", f"d{number}") for number in range(1, 11)]

    def shown() -> list[str]:
        found = [client.get(page).content.decode() for page in pages]
        return [without_what_changes(one) for one in found]

    client.get(pages[0])
    before = shown()
    factories.save(assessment, factories.full_answers(), note=SECRET_NOTE, evidence=SECRET_NOTE)
    factories.save(assessment, {"d1_wishes": SECRET_NOTE})
    after = shown()
    assert not any(SECRET_NOTE in page for page in after)
    assert after == before


def test_handing_in_says_what_is_missing_and_freezes_the_answers(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    overview, question = address(municipality, token), address(municipality, token, "submit")
    assert f'href="{overview}"' in client.get(question).content.decode()
    client.post(question)
    assert only(municipality).state == State.INVITED  # nothing had been answered
    here = address(municipality, token, "section", "d1")
    sent = {**fields(client, here), "answer-d1_01": "3", "note-d1_02": "Nur eine Notiz"}
    client.post(here, sent)
    with scope.enter(scope.municipality(municipality)):
        fresh = queries.assessments().get(pk=assessment.pk)
        asked = sum(map(len, queries_outside.asked_of_outside(queries_outside.blank(fresh, "de")).values()))
    assert f"{asked - 1} " in client.get(question).content.decode()
    assert client.post(question)["Location"] == overview
    assert client.post(question)["Location"] == overview  # done already
    assert only(municipality).state == State.SUBMITTED
    assert b"data-warn-unsaved" not in client.get(here).content
    assert client.get(question).status_code == 200
    assert client.post(here, {**sent, "answer-d1_01": "0"})["Location"] == overview
    assert stored(municipality)["d1_01"][0] == 3
    (mail,) = mails(municipality, "outside-submitted")
    assert mail.to == factories.person(municipality, Role.COORDINATOR).email
    assert url("outside-differences", assessment) in mail.text
    assert verbs(municipality) == ["invited", "submitted"]


def test_the_signature_of_the_municipality_does_not_cut_the_organisation_off(municipality: Municipality) -> None:
    assessment = factories.in_review(municipality)
    row = invite(assessment)
    with scope.enter(scope.municipality(municipality)):
        Assessment.objects.update(state="signed_off", signed_off_at=timezone.now())
    answer(municipality, row, {"d1_01": "2"})
    with scope.enter(scope.programme()):
        Wave.objects.update(state="closed", closed_at=timezone.now())
    with pytest.raises(NotOpen):
        answer(municipality, row, {"d1_01": "3"})
    with pytest.raises(NotOpen):
        act(municipality, actions.submit, reading_id=row.pk, base_url=BASE)


def test_after_the_wave_the_pages_can_only_be_read(municipality: Municipality, token: str, client: Client) -> None:
    here = address(municipality, token, "section", "d1")
    sent = {**fields(client, here), "answer-d1_01": "3"}
    with scope.enter(scope.programme()):
        Wave.objects.update(state="closed", closed_at=timezone.now())
    assert b"data-warn-unsaved" not in client.get(here).content
    assert client.post(here, sent)["Location"] == address(municipality, token)
    assert client.post(address(municipality, token, "submit")).status_code == 303
    assert stored(municipality) == {}
    assert only(municipality).state == State.INVITED


def test_an_expired_link_says_so_and_takes_nothing(municipality: Municipality, token: str, client: Client) -> None:
    with scope.enter(scope.municipality(municipality)):
        OutsideReading.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    here = address(municipality, token, "section", "d1")
    for response in (client.get(here), client.post(here, {"seen-d1_01": "", "answer-d1_01": "2"})):
        assert response.status_code == 410
        assert "no-store" in response["Cache-Control"]
    assert client.post(address(municipality, token, "submit")).status_code == 410
    with pytest.raises(NotOpen):
        answer(municipality, only(municipality), {"d1_01": "2"})
    assert stored(municipality) == {}


def test_a_link_lives_until_a_week_after_the_due_date(municipality: Municipality, token: str) -> None:
    assert timezone.localdate(only(municipality).expires_at) == due() + timedelta(days=7)


def test_a_link_of_another_municipality_opens_nothing(
    other_municipality: Municipality, token: str, client: Client
) -> None:
    for name, more in (("read", ()), ("section", ("d1",)), ("submit", ())):
        assert client.get(address(other_municipality, token, name, *more)).status_code == 404


def test_a_reading_of_another_municipality_cannot_be_touched(
    municipality: Municipality, other_municipality: Municipality, token: str
) -> None:
    client = signed_in(factories.person(other_municipality, Role.COORDINATOR))
    row = only(municipality)
    for name in ("outside-renew", "outside-withdraw"):
        assert client.post(reverse(f"assessments-{name}", args=[other_municipality.slug, row.pk])).status_code == 404
    with pytest.raises(OutsideReading.DoesNotExist):
        withdraw(other_municipality, row)


def test_guessing_is_slowed_down(municipality: Municipality, client: Client) -> None:
    codes = [client.get(address(municipality, f"guess-{number}")).status_code for number in range(22)]
    assert codes == [404] * 20 + [429] * 2


def test_requests_of_one_address_are_limited(
    municipality: Municipality, token: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.assessments.views.personal_link.REQUESTS_PER_MINUTE", 2)
    assert [client.get(address(municipality, token)).status_code for _number in range(3)] == [200, 200, 429]


def test_no_token_stands_in_the_log(
    municipality: Municipality, token: str, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    withdraw(municipality, only(municipality))
    caplog.handler.addFilter(WithoutTokens())
    with caplog.at_level(logging.DEBUG):
        assert client.get(address(municipality, token)).status_code == 410
        client.get(address(municipality, token, "section", "d1"))
    assert "410" in caplog.text or "Gone" in caplog.text
    assert token not in caplog.text


def test_a_later_word_stands_where_the_same_answer_was_changed_twice(
    municipality: Municipality, assessment: Assessment
) -> None:
    row = invite(assessment)
    answer(municipality, row, {"d1_01": "1"})
    seen = Seen.of(Content(), 0)
    act(municipality, actions.save, reading_id=row.pk, entries=[actions.Entry("d1_01", "3", "", seen)])
    assert stored(municipality)["d1_01"][0] == 3
