"""Comments, questions and feedback on items: who may say and see what, replies, settling, mails, counts."""

import pytest
from django.db import ProgrammingError
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessments import queries_remarks
from apps.assessments.actions import delegations
from apps.assessments.actions import remarks as actions
from apps.assessments.actions.answers import UnknownItem
from apps.assessments.actions.assessments import WrongState, close_assessment
from apps.assessments.models import Assessment, Remark
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from apps.notifications.models import OutgoingMail
from tests.assessments import factories
from tests.assessments.test_delegation import due
from tests.assessments.test_pages import signed_in, url
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

BASE = "https://kommunen.example"
TEXT = "Zählt der Eigenbetrieb Stadtgrün dazu?"
Kind, Side = Remark.Kind, Remark.Side


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


@pytest.fixture
def handed_in(municipality: Municipality) -> Assessment:
    return factories.in_review(municipality)


@pytest.fixture
def closed(municipality: Municipality) -> Assessment:
    return as_closed(factories.signed(municipality))


def as_closed(assessment: Assessment) -> Assessment:
    with scope.enter(scope.programme()):
        return close_assessment(actor=None, assessment_id=assessment.pk)


def client_of(municipality: Municipality, role: str) -> Client:
    return signed_in(factories.person(municipality, role))


def begin(
    assessment: Assessment, kind: str, *, item: str = "d1_01", by: User | None = None, text: str = TEXT
) -> Remark:
    municipality = assessment.municipality
    if by is None:
        is_feedback = kind == Kind.FEEDBACK
        by = UserFactory(staff=True) if is_feedback else factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        return actions.begin_thread(
            actor=by, assessment_id=assessment.pk, item=item, kind=kind, text=text, base_url=BASE
        )


def reply(thread: Remark, *, by: User, side: str, text: str = "Ja, mit eigenem Personal.") -> Remark:
    with scope.enter(scope.municipality(Municipality.objects.get(pk=str(thread.municipality_id)))):
        return actions.reply(actor=by, thread_id=thread.pk, side=side, text=text, base_url=BASE)


def settle(thread: Remark, by: User) -> Remark:
    with scope.enter(scope.municipality(Municipality.objects.get(pk=str(thread.municipality_id)))):
        return actions.settle(actor=by, thread_id=thread.pk)


def stored(thread: Remark) -> Remark:
    with scope.enter(scope.municipality(Municipality.objects.get(pk=str(thread.municipality_id)))):
        return Remark.objects.get(pk=thread.pk)


def page(assessment: Assessment, item: str = "d1_01") -> str:
    return url("item-remarks", assessment, item)


def remark_url(name: str, thread: Remark) -> str:
    slug = Municipality.objects.get(pk=str(thread.municipality_id)).slug
    return reverse(f"assessments-remark-{name}", args=[slug, thread.pk])


def mails(municipality: Municipality) -> list[OutgoingMail]:
    with scope.enter(scope.municipality(municipality)):
        return list(OutgoingMail.objects.filter(kind__startswith="remark-").order_by("created_at", "to"))


def all_remarks(municipality: Municipality) -> list[Remark]:
    with scope.enter(scope.municipality(municipality)):
        return list(Remark.objects.select_related("author"))


# --- Who may begin what ----


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CONTRIBUTOR, Role.SIGNATORY])
@pytest.mark.parametrize("kind", [Kind.COMMENT, Kind.QUESTION])
def test_everybody_who_works_on_it_may_comment_and_ask(
    municipality: Municipality, assessment: Assessment, role: str, kind: str
) -> None:
    response = client_of(municipality, role).post(page(assessment), {"kind": kind, "text": TEXT})
    assert response.status_code == 303
    (row,) = all_remarks(municipality)
    assert (row.kind, row.side, row.text) == (kind, Side.MUNICIPALITY, TEXT)
    assert row.author == factories.person(municipality, role)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CONTRIBUTOR, Role.SIGNATORY])
def test_nobody_of_the_municipality_can_give_feedback(
    municipality: Municipality, handed_in: Assessment, role: str
) -> None:
    response = client_of(municipality, role).post(page(handed_in), {"kind": "feedback", "text": TEXT})
    assert response.status_code == 422
    assert not all_remarks(municipality)


def test_employees_neither_read_nor_write(municipality: Municipality, assessment: Assessment) -> None:
    thread = begin(assessment, Kind.QUESTION)
    client = client_of(municipality, Role.EMPLOYEE)
    assert client.get(page(assessment)).status_code == 403
    assert client.get(url("remarks", assessment)).status_code == 403
    assert client.post(page(assessment), {"kind": "comment", "text": TEXT}).status_code == 403
    assert client.post(remark_url("reply", thread), {"text": TEXT}).status_code == 403
    assert client.post(remark_url("settle", thread)).status_code == 403


def test_project_staff_give_feedback_once_the_assessment_is_handed_in(
    municipality: Municipality, handed_in: Assessment, staff: User
) -> None:
    client = signed_in(staff)
    assert 'name="kind"' not in client.get(page(handed_in)).content.decode()
    assert client.post(page(handed_in), {"text": "Bitte den Beleg ergänzen."}).status_code == 303
    (row,) = all_remarks(municipality)
    assert (row.kind, row.side, row.author) == (Kind.FEEDBACK, Side.PROJECT, staff)


def test_project_staff_cannot_write_into_work_in_progress(
    municipality: Municipality, assessment: Assessment, staff: User
) -> None:
    client = signed_in(staff)
    assert "<textarea" not in client.get(page(assessment)).content.decode()
    assert client.post(page(assessment), {"kind": "comment", "text": TEXT}).status_code == 403
    with pytest.raises(WrongState):
        begin(assessment, Kind.FEEDBACK)
    assert not all_remarks(municipality)


def test_project_staff_cannot_comment_under_the_municipalitys_flag(
    municipality: Municipality, handed_in: Assessment, staff: User
) -> None:
    signed_in(staff).post(page(handed_in), {"kind": "comment", "text": TEXT})
    assert [row.kind for row in all_remarks(municipality)] == [Kind.FEEDBACK]


def test_after_closing_nothing_new_begins_in_the_municipality(municipality: Municipality, closed: Assessment) -> None:
    client = client_of(municipality, Role.COORDINATOR)
    assert 'name="kind"' not in client.get(page(closed)).content.decode()
    assert client.post(page(closed), {"kind": "comment", "text": TEXT}).status_code == 403
    for kind in (Kind.COMMENT, Kind.QUESTION):
        with pytest.raises(WrongState):
            begin(closed, kind)
    assert begin(closed, Kind.FEEDBACK).kind == Kind.FEEDBACK


@pytest.mark.parametrize("kind", ["reply", "nonsense"])
def test_a_reply_needs_its_thread(assessment: Assessment, kind: str) -> None:
    with pytest.raises(ValueError, match="thread"):
        begin(assessment, kind)


def test_an_empty_text_is_refused_by_page_and_action(municipality: Municipality, assessment: Assessment) -> None:
    response = client_of(municipality, Role.COORDINATOR).post(page(assessment), {"kind": "question", "text": "  "})
    assert response.status_code == 422
    with pytest.raises(ValueError, match="something"):
        begin(assessment, Kind.COMMENT, text=" \r\n\x00")


def test_without_a_kind_the_text_is_kept(municipality: Municipality, assessment: Assessment) -> None:
    response = client_of(municipality, Role.COORDINATOR).post(page(assessment), {"text": TEXT})
    assert response.status_code == 422
    html = response.content.decode()
    assert TEXT in html
    assert "app-error-summary" in html


def test_an_item_that_is_not_asked_takes_no_remark(municipality: Municipality, assessment: Assessment) -> None:
    assert client_of(municipality, Role.COORDINATOR).get(page(assessment, "nonsense")).status_code == 404
    with pytest.raises(UnknownItem):
        begin(assessment, Kind.COMMENT, item="nonsense")


def test_a_contributor_with_given_sections_sees_remarks_of_these_alone(
    municipality: Municipality, assessment: Assessment
) -> None:
    contributor = member(municipality, Role.CONTRIBUTOR)
    hidden = begin(assessment, Kind.COMMENT, item="d2_01", text="Nur für Abschnitt zwei")
    begin(assessment, Kind.COMMENT, item="d1_01", text="Für Abschnitt eins")
    with scope.enter(scope.municipality(municipality)):
        delegations.give_sections(
            actor=factories.person(municipality, Role.COORDINATOR),
            assessment_id=assessment.pk,
            sections=["d1"],
            user=contributor,
            due_on=due(),
            base_url=BASE,
        )
    client = signed_in(contributor)
    assert client.get(page(assessment, "d1_01")).status_code == 200
    assert client.get(page(assessment, "d2_01")).status_code == 403
    assert client.post(page(assessment, "d2_01"), {"kind": "comment", "text": TEXT}).status_code == 403
    assert client.post(remark_url("reply", hidden), {"text": TEXT}).status_code == 403
    everything = client.get(url("remarks", assessment)).content.decode()
    assert "Für Abschnitt eins" in everything
    assert "Nur für Abschnitt zwei" not in everything


# --- Comments stay in the municipality ----


def test_project_staff_see_no_comment_on_any_page(
    municipality: Municipality, handed_in: Assessment, staff: User
) -> None:
    comment = begin(handed_in, Kind.COMMENT, text="Intern: der Beleg fehlt noch")
    begin(handed_in, Kind.QUESTION)
    client = signed_in(staff)
    for address in (page(handed_in), url("remarks", handed_in), url("remarks", handed_in) + "?show=all"):
        html = client.get(address).content.decode()
        assert "Intern" not in html
        assert TEXT in html
    assert "Intern" not in client.get(reverse("remarks-questions") + "?show=all").content.decode()
    assert client.post(remark_url("reply", comment), {"text": "…"}).status_code == 404
    assert client.post(remark_url("settle", comment)).status_code == 404
    with pytest.raises(Remark.DoesNotExist):
        reply(comment, by=staff, side=Side.PROJECT)


def test_queries_leave_comments_out_unless_asked(municipality: Municipality, assessment: Assessment) -> None:
    comment = begin(assessment, Kind.COMMENT)
    question = begin(assessment, Kind.QUESTION)
    with scope.enter(scope.municipality(municipality)):
        assert list(queries_remarks.threads_of(assessment, comments=False)) == [question]
        assert set(queries_remarks.threads_of(assessment, comments=True)) == {comment, question}
        assert queries_remarks.thread(comment.pk, comments=False) is None
        assert queries_remarks.counts_by_item(assessment)["d1_01"].threads == 1
        assert queries_remarks.counts_by_item(assessment, comments=True)["d1_01"].threads == 2
    with scope.enter(scope.programme()):
        assert list(queries_remarks.open_questions()) == [question]


def test_counts_say_how_many_threads_and_how_many_are_open(municipality: Municipality, assessment: Assessment) -> None:
    coordinator = factories.person(municipality, Role.COORDINATOR)
    first = begin(assessment, Kind.COMMENT)
    begin(assessment, Kind.QUESTION)
    begin(assessment, Kind.QUESTION, item="d2_01")
    reply(first, by=coordinator, side=Side.MUNICIPALITY)
    settle(first, coordinator)
    with scope.enter(scope.municipality(municipality)), at_most(1):
        counts = queries_remarks.counts_by_item(assessment, comments=True)
    assert {name: (count.threads, count.open) for name, count in counts.items()} == {"d1_01": (2, 1), "d2_01": (1, 1)}


def test_another_municipality_finds_nothing(assessment: Assessment, other_municipality: Municipality) -> None:
    thread = begin(assessment, Kind.QUESTION)
    client = signed_in(member(other_municipality, Role.COORDINATOR))
    address = reverse("assessments-remark-reply", args=[other_municipality.slug, thread.pk])
    assert client.post(address, {"text": TEXT}).status_code == 404


# --- Replies ----


def test_staff_and_municipality_reply_to_a_question_in_turn(
    municipality: Municipality, assessment: Assessment, staff: User
) -> None:
    thread = begin(assessment, Kind.QUESTION)
    assert signed_in(staff).post(remark_url("reply", thread), {"text": "Ja, er zählt dazu."}).status_code == 303
    client = client_of(municipality, Role.CONTRIBUTOR)
    assert client.post(remark_url("reply", thread), {"text": "Danke!"}).status_code == 303
    html = client.get(page(assessment)).content.decode()
    assert html.index(TEXT) < html.index("Ja, er zählt dazu.") < html.index("Danke!")
    sides = [row.side for row in all_remarks(municipality)]
    assert sides == [Side.MUNICIPALITY, Side.PROJECT, Side.MUNICIPALITY]


def test_the_municipality_may_reply_to_feedback_also_after_closing(
    municipality: Municipality, closed: Assessment
) -> None:
    thread = begin(closed, Kind.FEEDBACK, text="Der Beleg trägt Stufe 3 nicht.")
    client = client_of(municipality, Role.COORDINATOR)
    assert remark_url("reply", thread) in client.get(page(closed)).content.decode()
    assert client.post(remark_url("reply", thread), {"text": "Doch: Anlage 2."}).status_code == 303
    assert "Doch: Anlage 2." in client.get(page(closed)).content.decode()


def test_comments_rest_once_the_assessment_is_closed(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    thread = begin(assessment, Kind.COMMENT)
    as_closed(assessment)
    client = client_of(municipality, Role.COORDINATOR)
    assert client.post(remark_url("reply", thread), {"text": TEXT}).status_code == 403
    with pytest.raises(WrongState):
        reply(thread, by=factories.person(municipality, Role.COORDINATOR), side=Side.MUNICIPALITY)


def test_a_refused_reply_comes_back_at_its_thread_with_its_text(
    municipality: Municipality, assessment: Assessment
) -> None:
    first, second = begin(assessment, Kind.QUESTION), begin(assessment, Kind.COMMENT)
    long = "Antwort " * 500
    response = client_of(municipality, Role.COORDINATOR).post(remark_url("reply", first), {"text": long})
    assert response.status_code == 422
    html = response.content.decode()
    assert html.count(long.strip()) == 1
    assert html.count('<details class="app-item__details" open>') == 1
    assert f"reply-{first.pk}-text" in html
    assert f"reply-{second.pk}-text" in html


def test_a_reply_is_no_thread_of_its_own(municipality: Municipality, assessment: Assessment, staff: User) -> None:
    answer = reply(begin(assessment, Kind.QUESTION), by=staff, side=Side.PROJECT)
    client = client_of(municipality, Role.COORDINATOR)
    assert client.post(remark_url("reply", answer), {"text": TEXT}).status_code == 404
    with pytest.raises(Remark.DoesNotExist):
        reply(answer, by=staff, side=Side.PROJECT)


# --- Settling ----


@pytest.mark.parametrize(
    ("kind", "actor", "status"),
    [
        (Kind.QUESTION, "coordinator", 303),
        (Kind.QUESTION, "contributor", 303),
        (Kind.QUESTION, "staff", 403),
        (Kind.COMMENT, "contributor", 303),
        (Kind.FEEDBACK, "coordinator", 303),
        (Kind.FEEDBACK, "contributor", 403),
        (Kind.FEEDBACK, "signatory", 403),
        (Kind.FEEDBACK, "staff", 303),
    ],
)
def test_the_side_that_began_it_and_the_coordination_settle(
    municipality: Municipality, handed_in: Assessment, staff: User, kind: str, actor: str, status: int
) -> None:
    thread = begin(handed_in, kind)
    client = signed_in(staff) if actor == "staff" else client_of(municipality, actor)
    offered = remark_url("settle", thread) in client.get(page(handed_in)).content.decode()
    assert offered == (status == 303)
    assert client.post(remark_url("settle", thread)).status_code == status
    assert (stored(thread).settled_at is not None) == (status == 303)


def test_settling_twice_is_settling_once(municipality: Municipality, assessment: Assessment) -> None:
    coordinator = factories.person(municipality, Role.COORDINATOR)
    thread = begin(assessment, Kind.QUESTION)
    first = settle(thread, coordinator).settled_at
    assert settle(thread, coordinator).settled_at == first


def test_a_reply_opens_it_again(municipality: Municipality, assessment: Assessment, staff: User) -> None:
    thread = begin(assessment, Kind.QUESTION)
    settle(thread, factories.person(municipality, Role.COORDINATOR))
    reply(thread, by=staff, side=Side.PROJECT)
    assert stored(thread).settled_at is None


def test_the_list_shows_what_is_open_and_all_on_request(municipality: Municipality, assessment: Assessment) -> None:
    done = begin(assessment, Kind.COMMENT, text="Schon erledigt")
    begin(assessment, Kind.COMMENT, item="d2_01", text="Noch offen")
    settle(done, factories.person(municipality, Role.COORDINATOR))
    client = client_of(municipality, Role.COORDINATOR)
    listed = client.get(url("remarks", assessment)).content.decode()
    assert "Noch offen" in listed
    assert "Schon erledigt" not in listed
    everything = client.get(url("remarks", assessment) + "?show=all").content.decode()
    assert everything.index("Noch offen") < everything.index("Schon erledigt")


def test_an_empty_list_says_what_to_do(municipality: Municipality, assessment: Assessment) -> None:
    client = client_of(municipality, Role.COORDINATOR)
    for address in (url("remarks", assessment), url("remarks", assessment) + "?show=all", page(assessment)):
        assert "app-empty" in client.get(address).content.decode()


# --- Names ----


def test_names_are_shown_in_the_municipality_until_it_is_closed(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    author = factories.person(municipality, Role.COORDINATOR)
    begin(assessment, Kind.COMMENT, by=author)
    client = client_of(municipality, Role.SIGNATORY)
    assert author.get_full_name() in client.get(page(assessment)).content.decode()
    as_closed(assessment)
    html = client.get(page(assessment)).content.decode()
    assert TEXT in html
    assert author.get_full_name() not in html


def test_project_staff_see_the_side_not_the_name(
    municipality: Municipality, assessment: Assessment, staff: User
) -> None:
    begin(assessment, Kind.QUESTION)
    html = signed_in(staff).get(page(assessment)).content.decode()
    assert TEXT in html
    assert factories.person(municipality, Role.COORDINATOR).get_full_name() not in html


# --- Mails and audit ----


def test_a_question_goes_to_the_active_project_staff(
    municipality: Municipality, assessment: Assessment, staff: User
) -> None:
    UserFactory(staff=True, is_active=False)
    begin(assessment, Kind.QUESTION)
    sent = mails(municipality)
    assert [mail.to for mail in sent if mail.to == staff.email] == [staff.email]
    active = User.objects.filter(is_project_staff=True, is_active=True).count()
    assert (len(sent), {mail.kind for mail in sent}) == (active, {"remark-question"})


def test_a_comment_tells_nobody(municipality: Municipality, assessment: Assessment, staff: User) -> None:
    thread = begin(assessment, Kind.COMMENT)
    reply(thread, by=factories.person(municipality, Role.CONTRIBUTOR), side=Side.MUNICIPALITY)
    assert mails(municipality) == []


def test_the_reply_to_a_question_goes_to_whoever_asked(
    municipality: Municipality, assessment: Assessment, staff: User
) -> None:
    asker = member(municipality, Role.CONTRIBUTOR)
    thread = begin(assessment, Kind.QUESTION, by=asker)
    reply(thread, by=staff, side=Side.PROJECT)
    assert [mail.to for mail in mails(municipality) if mail.kind == "remark-reply"] == [asker.email]


def test_where_whoever_asked_has_left_the_reply_goes_to_the_coordination(
    municipality: Municipality, assessment: Assessment, staff: User
) -> None:
    asker = member(municipality, Role.CONTRIBUTOR)
    thread = begin(assessment, Kind.QUESTION, by=asker)
    with scope.enter(scope.municipality(municipality)):
        Membership.objects.filter(user=asker).update(ended_at=thread.created_at)
    reply(thread, by=staff, side=Side.PROJECT)
    coordinator = factories.person(municipality, Role.COORDINATOR)
    assert [mail.to for mail in mails(municipality) if mail.kind == "remark-reply"] == [coordinator.email]


def test_asking_back_goes_to_whoever_of_the_project_team_replied(
    municipality: Municipality, assessment: Assessment, staff: User
) -> None:
    UserFactory(staff=True)
    coordinator = factories.person(municipality, Role.COORDINATOR)
    thread = begin(assessment, Kind.QUESTION)
    reply(thread, by=staff, side=Side.PROJECT)
    back = reply(thread, by=coordinator, side=Side.MUNICIPALITY)
    assert [mail.to for mail in mails(municipality) if mail.dedupe_key == str(back.pk)] == [staff.email]


def test_feedback_goes_to_the_coordination_and_the_reply_to_whoever_gave_it(
    municipality: Municipality, handed_in: Assessment, staff: User
) -> None:
    coordinator = factories.person(municipality, Role.COORDINATOR)
    UserFactory(staff=True)
    thread = begin(handed_in, Kind.FEEDBACK, by=staff)
    reply(thread, by=coordinator, side=Side.MUNICIPALITY)
    sent = [(mail.kind, mail.to) for mail in mails(municipality)]
    assert sent == [("remark-feedback", coordinator.email), ("remark-reply", staff.email)]


def test_mails_and_audit_name_the_item_and_never_the_text(
    municipality: Municipality, handed_in: Assessment, staff: User
) -> None:
    words = "Stadtgrün"
    question = begin(handed_in, Kind.QUESTION)
    feedback = begin(handed_in, Kind.FEEDBACK, by=staff, text=f"Zu {words}: bitte Beleg")
    reply(question, by=staff, side=Side.PROJECT, text=f"{words} zählt dazu")
    reply(feedback, by=factories.person(municipality, Role.COORDINATOR), side=Side.MUNICIPALITY, text=words)
    settle(question, factories.person(municipality, Role.COORDINATOR))
    sent = mails(municipality)
    assert {mail.kind for mail in sent} == {"remark-question", "remark-feedback", "remark-reply"}
    for mail in sent:
        assert words not in mail.subject + mail.text
        assert "1.1" in mail.subject
        assert municipality.name in mail.subject
        assert f"{BASE}{page(handed_in)}" in mail.text
    with scope.enter(scope.municipality(municipality)):
        entries = list(AuditEntry.objects.filter(verb__startswith="remark.").order_by("created_at"))
    assert [entry.verb for entry in entries] == [
        "remark.added", "remark.added", "remark.replied", "remark.replied", "remark.settled",
    ]  # fmt: skip
    assert {entry.data["item"] for entry in entries} == {"d1_01"}
    assert all(set(entry.data) == {"item", "kind"} for entry in entries)


# --- Questions of all municipalities ----


def test_the_project_team_sees_what_waits_for_a_reply_the_oldest_first(staff: User) -> None:
    wave = factories.wave()
    rathausen, buchental = (MunicipalityFactory(name=name) for name in ("Rathausen", "Buchental"))
    older = begin(factories.started(rathausen, wave), Kind.QUESTION)
    newer = begin(factories.started(buchental, wave), Kind.QUESTION, item="d2_01")
    client = signed_in(staff)
    html = client.get(reverse("remarks-questions")).content.decode()
    assert html.index("Rathausen") < html.index("Buchental")
    assert TEXT not in html
    reply(older, by=staff, side=Side.PROJECT)
    html = client.get(reverse("remarks-questions")).content.decode()
    assert "Rathausen" not in html
    assert "Rathausen" in client.get(reverse("remarks-questions") + "?show=all").content.decode()
    reply(older, by=factories.person(rathausen, Role.COORDINATOR), side=Side.MUNICIPALITY)
    assert "Rathausen" in client.get(reverse("remarks-questions")).content.decode()
    for thread, municipality in ((older, rathausen), (newer, buchental)):
        settle(thread, factories.person(municipality, Role.COORDINATOR))
    assert "app-empty" in client.get(reverse("remarks-questions")).content.decode()
    assert "app-empty" in client.get(reverse("remarks-questions") + "?show=all").content.decode()


def test_the_programmes_scope_cannot_write_remarks(assessment: Assessment) -> None:
    thread = begin(assessment, Kind.QUESTION)
    with pytest.raises(ProgrammingError), scope.enter(scope.programme()):
        Remark.objects.filter(pk=thread.pk).update(text="x")


# --- Costs ----


def test_pages_take_as_many_queries_for_many_remarks(
    municipality: Municipality, assessment: Assessment, staff: User
) -> None:
    coordinator = factories.person(municipality, Role.COORDINATOR)
    for number in range(4):
        thread = begin(assessment, Kind.QUESTION if number % 2 else Kind.COMMENT)
        for _turn in range(2):
            reply(thread, by=coordinator, side=Side.MUNICIPALITY)
    client, team = signed_in(coordinator), signed_in(staff)
    for who, address in (
        (client, page(assessment)),
        (client, url("remarks", assessment)),
        (team, reverse("remarks-questions")),
    ):
        who.get(address)
        with at_most(10):
            assert who.get(address).status_code == 200
