"""Rounds of comments: opening, inviting, ending them, and the mails around them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Bench, ProgrammeRole, User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.notifications.models import OutgoingMail
from apps.recommendations.actions import comments as comment_actions
from apps.recommendations.actions import rounds as actions
from apps.recommendations.actions.lifecycle import NotPossible, advance
from apps.recommendations.models import BenchWord, Block, Comment, Disposition, Participant, Round, TeamMember
from tests.factories import UserFactory
from tests.municipalities.counting import at_most
from tests.recommendations import factories

pytestmark = pytest.mark.django_db
BASE = "https://kommunen.example"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def people() -> dict[str, ProgrammeRole]:
    """A member of each bench, by bench."""
    return {
        bench.value: factories.bench_member(bench, UserFactory(first_name="Alex", last_name=f"von {bench.value}"))
        for bench in Bench
    }


def opened(staff: User, roles: dict[str, ProgrammeRole] | None = None, **given: Any) -> Round:
    """An open round with a participant of each bench (`roles`)."""
    version = factories.version_in("draft", staff=staff)
    values = {
        "introduction": "Bitte vor allem die Schritte.",
        "deadline": timezone.localdate() + timedelta(days=21),
        "roles": [role.pk for role in (roles or people()).values()],
        "base_url": BASE,
        **given,
    }
    with scope.enter(scope.programme()):
        return actions.open_round(actor=staff, version_id=version.pk, **values)


def member_of(about: Round, bench: str = Bench.CIVIL_SOCIETY) -> User:
    """The participant of a bench."""
    return about.participants.get(role__bench=bench).role.user


def writer_of(about: Round) -> User:
    """Somebody of the writing team."""
    found = TeamMember.objects.filter(recommendation=about.version.recommendation_id, left_at=None).first()
    assert found is not None
    return found.role.user


def paragraph(about: Round, section: str = "steps", position: int = 0) -> Block:
    return about.edition.blocks.get(section=section, position=position)


def commented(about: Round, *, bench: str = Bench.CIVIL_SOCIETY, text: str = "Zu vage.", **given: Any) -> Comment:
    values: dict[str, Any] = {"block_id": paragraph(about).pk, **given}
    return comment_actions.comment(actor=member_of(about, bench), round_id=about.pk, bench=bench, text=text, **values)


def answered(about: Round, *said: Comment, outcome: str = "accepted", by: User, **given: Any) -> None:
    comment_actions.dispose(
        actor=by,
        round_id=about.pk,
        comment_ids=[row.pk for row in said],
        outcome=outcome,
        reason="Gut begründet.",
        **given,
    )


def all_benches_speak(about: Round) -> None:
    for bench in Bench.values:
        comment_actions.give_word(
            actor=member_of(about, bench), round_id=about.pk, bench=bench, kind="consent", text="Wir tragen das."
        )


def close(about: Round, staff: User) -> Round:
    with scope.enter(scope.programme()):
        return actions.close(actor=staff, round_id=about.pk)


def mails(kind: str) -> list[str]:
    with scope.enter(scope.programme()):
        return sorted(OutgoingMail.objects.filter(kind=kind).values_list("to", flat=True))


@pytest.fixture
def about(staff: User) -> Round:
    return opened(staff)


@pytest.fixture
def team(staff: User) -> Iterator[Client]:
    yield signed_in(staff)


class TestOpening:
    def test_it_freezes_the_text_moves_the_version_and_invites_by_mail(self, staff: User) -> None:
        roles = people()
        about = opened(staff, roles)
        about.version.refresh_from_db()
        about.edition.refresh_from_db()
        assert about.version.state == "round_open"
        assert about.edition.frozen_at is not None
        assert about.number == 1
        assert about.site == BASE
        assert mails("round-invited") == sorted(role.user.email for role in roles.values())

    def test_its_mail_says_where_and_until_when_and_nothing_of_the_content(self, about: Round) -> None:
        with scope.enter(scope.programme()):
            mail = OutgoingMail.objects.filter(kind="round-invited").first()
        assert mail is not None
        assert f"{BASE}{reverse('recommendations-round', args=[about.pk])}" in mail.text
        assert about.edition.title not in mail.text + mail.subject
        assert about.introduction not in mail.text

    def test_somebody_of_each_bench_is_invited(self, staff: User) -> None:
        roles = people()
        with pytest.raises(NotPossible, match=r"Wissenschaft|Science"):
            opened(staff, {bench: role for bench, role in roles.items() if bench != Bench.SCIENCE})
        assert not Round.objects.exists()
        assert not mails("round-invited")

    def test_whoever_writes_it_is_not_invited_in_any_role(self, staff: User) -> None:
        version = factories.version_in("draft", staff=staff)
        writer = version.recommendation.team.all()[0].role.user
        other_bench = next(bench for bench in Bench.values if bench != version.recommendation.team.all()[0].role.bench)
        roles = [*people().values(), factories.bench_member(other_bench, writer)]
        with scope.enter(scope.programme()), pytest.raises(NotPossible):
            actions.open_round(
                actor=staff,
                version_id=version.pk,
                introduction="Bitte lesen.",
                deadline=timezone.localdate() + timedelta(days=14),
                roles=[role.pk for role in roles],
                base_url=BASE,
            )

    def test_whose_role_has_ended_is_not_invited(self, staff: User) -> None:
        roles = people()
        gone = factories.bench_member(Bench.SCIENCE, ended_at=timezone.now())
        with pytest.raises(NotPossible):
            opened(staff, {**roles, "gone": gone})

    @pytest.mark.parametrize("days", [0, -1])
    def test_its_deadline_is_a_day_to_come(self, staff: User, days: int) -> None:
        with pytest.raises(NotPossible):
            opened(staff, deadline=timezone.localdate() + timedelta(days=days))

    def test_it_says_what_it_asks(self, staff: User) -> None:
        with pytest.raises(NotPossible):
            opened(staff, introduction="  ")

    @pytest.mark.parametrize("state", ["idea", "round_open", "round_answered", "panel_review"])
    def test_it_is_opened_on_a_draft_only(self, staff: User, state: str) -> None:
        version = factories.version_in(state, staff=staff)
        before = version.rounds.count()
        with scope.enter(scope.programme()), pytest.raises(NotPossible):
            actions.open_round(
                actor=staff,
                version_id=version.pk,
                introduction="Bitte lesen.",
                deadline=timezone.localdate() + timedelta(days=14),
                roles=[role.pk for role in people().values()],
                base_url=BASE,
            )
        assert version.rounds.count() == before

    def test_a_text_that_is_not_written_is_not_put_to_a_round(self, staff: User) -> None:
        version = factories.version_in("draft", staff=staff)
        version.editions.get().blocks.filter(section="law").delete()
        with (
            scope.enter(scope.programme()),
            pytest.raises(NotPossible, match=r"Recht|Legal"),
        ):
            actions.open_round(
                actor=staff,
                version_id=version.pk,
                introduction="Bitte lesen.",
                deadline=timezone.localdate() + timedelta(days=14),
                roles=[role.pk for role in people().values()],
                base_url=BASE,
            )


class TestThePageToOpenOne:
    def url(self, version_id: UUID) -> str:
        return reverse("recommendations-round-open", args=[version_id])

    def sent(self, roles: dict[str, ProgrammeRole], **given: Any) -> dict[str, Any]:
        return {
            "introduction": "Bitte lesen.",
            "deadline": (timezone.localdate() + timedelta(days=14)).isoformat(),
            "roles": [str(role.pk) for role in roles.values()],
            **given,
        }

    def test_opens_it_and_leads_to_its_page(self, team: Client, staff: User) -> None:
        version, roles = factories.version_in("draft", staff=staff), people()
        assert team.get(self.url(version.pk)).status_code == 200
        response = team.post(self.url(version.pk), self.sent(roles))
        about = version.rounds.get()
        assert (response.status_code, response["Location"]) == (
            303,
            reverse("recommendations-round-manage", args=[about.pk]),
        )
        assert team.get(response["Location"]).status_code == 200
        assert team.get(self.url(version.pk)).status_code == 303

    def test_keeps_what_was_typed_and_says_whats_wrong_beside_it(self, team: Client, staff: User) -> None:
        version, roles = factories.version_in("draft", staff=staff), people()
        roles.pop(Bench.SCIENCE)
        response = team.post(self.url(version.pk), self.sent(roles, deadline="2020-01-01"))
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"deadline", "roles"}
        assert "Bitte lesen." in response.content.decode()

    def test_says_what_is_missing_first(self, team: Client, staff: User) -> None:
        version = factories.version_in("idea", staff=staff)
        response = team.get(self.url(version.pk))
        assert response.context["missing"]
        response = team.post(self.url(version.pk), self.sent(people()))
        assert response.status_code == 422

    def test_there_is_none_for_a_version_that_is_not_there(self, team: Client) -> None:
        assert team.get(self.url(uuid4())).status_code == 404


class TestInvitingMore:
    def test_only_new_ones_get_a_mail(self, about: Round, staff: User) -> None:
        new = factories.bench_member(Bench.SCIENCE)
        there = about.participants.all()[0].role
        with scope.enter(scope.programme()):
            assert actions.invite(actor=staff, round_id=about.pk, roles=[new.pk, there.pk]) == 1
            assert actions.invite(actor=staff, round_id=about.pk, roles=[new.pk]) == 0
        assert mails("round-invited").count(new.user.email) == 1
        assert mails("round-invited").count(there.user.email) == 1

    def test_nobody_is_invited_to_a_round_that_has_ended(self, about: Round, staff: User) -> None:
        with scope.enter(scope.programme()):
            actions.call_off(actor=staff, round_id=about.pk, reason="Fehler im Text.")
            with pytest.raises(NotPossible):
                actions.invite(actor=staff, round_id=about.pk, roles=[factories.bench_member().pk])

    def test_the_form_does_it(self, about: Round, team: Client) -> None:
        new = factories.bench_member(Bench.SCIENCE)
        url = reverse("recommendations-round-invite", args=[about.pk])
        assert team.post(url, {"invite-roles": [str(new.pk)]}).status_code == 303
        assert about.participants.filter(role=new).exists()
        assert team.post(url, {}).status_code == 422


class TestTheDeadline:
    def test_it_moves_to_a_later_day_and_the_invited_are_told(self, about: Round, staff: User) -> None:
        later = about.deadline + timedelta(days=7)
        with scope.enter(scope.programme()):
            actions.extend(actor=staff, round_id=about.pk, deadline=later)
            actions.extend(actor=staff, round_id=about.pk, deadline=later)
        about.refresh_from_db()
        assert about.deadline == later
        assert len(mails("round-extended")) == 3

    def test_it_never_moves_to_an_earlier_one(self, about: Round, staff: User, team: Client) -> None:
        earlier = about.deadline - timedelta(days=1)
        with scope.enter(scope.programme()), pytest.raises(NotPossible):
            actions.extend(actor=staff, round_id=about.pk, deadline=earlier)
        url = reverse("recommendations-round-extend", args=[about.pk])
        assert team.post(url, {"deadline-deadline": earlier.isoformat()}).status_code == 422
        assert team.post(url, {"deadline-deadline": about.deadline.isoformat()}).status_code == 303

    def test_the_invited_are_reminded_a_week_and_two_days_before_once_each(self, about: Round) -> None:
        Participant.objects.update(created_at=timezone.now() - timedelta(days=1))
        written = [
            actions.remind(scope=scope.programme(), today=about.deadline - timedelta(days=days))
            for days in (8, 7, 6, 2, 1, 0, -1)
        ]
        assert written == [0, 3, 0, 3, 0, 0, 0]

    def test_who_was_invited_late_is_not_reminded_at_once(self, staff: User) -> None:
        about = opened(staff, deadline=timezone.localdate() + timedelta(days=5))
        assert actions.remind(scope=scope.programme()) == 0
        assert actions.remind(scope=scope.programme(), today=about.deadline - timedelta(days=2)) == 3

    def test_nobody_is_reminded_of_a_round_that_has_ended(self, about: Round, staff: User) -> None:
        Participant.objects.update(created_at=timezone.now() - timedelta(days=1))
        with scope.enter(scope.programme()):
            actions.call_off(actor=staff, round_id=about.pk, reason="Fehler im Text.")
        assert actions.remind(scope=scope.programme(), today=about.deadline) == 0


class TestClosing:
    def test_each_bench_has_to_speak_first(self, about: Round, staff: User) -> None:
        with pytest.raises(NotPossible) as refused:
            close(about, staff)
        assert len(refused.value.reasons) == 1

    def test_each_comment_has_to_be_answered_first(self, about: Round, staff: User) -> None:
        all_benches_speak(about)
        said = commented(about)
        with pytest.raises(NotPossible, match="1"):
            close(about, staff)
        answered(about, said, by=staff)
        assert close(about, staff).state == "closed"

    def test_the_version_moves_on_and_the_next_text_is_opened(self, about: Round, staff: User) -> None:
        all_benches_speak(about)
        close(about, staff)
        about.version.refresh_from_db()
        assert about.version.state == "round_answered"
        opened_text = about.version.editions.get(frozen_at=None)
        assert set(opened_text.blocks.values_list("key", flat=True)) == set(
            about.edition.blocks.values_list("key", flat=True)
        )

    def test_everybody_who_commented_gets_one_mail_that_leads_to_what_became_of_it(
        self, about: Round, staff: User
    ) -> None:
        all_benches_speak(about)
        said = [commented(about), commented(about, text="Noch etwas."), commented(about, bench=Bench.SCIENCE)]
        withdrawn = commented(about, bench=Bench.ADMINISTRATION)
        comment_actions.withdraw(actor=withdrawn.author, comment_id=withdrawn.pk)
        answered(about, *said, by=staff)
        close(about, staff)
        close(about, staff)
        assert mails("round-closed") == sorted({member_of(about).email, member_of(about, Bench.SCIENCE).email})
        with scope.enter(scope.programme()):
            mail = OutgoingMail.objects.filter(kind="round-closed")[0]
        assert reverse("recommendations-round-mine", args=[about.pk]) in mail.text

    def test_a_place_is_proposed_for_each_answer_and_kept_where_it_is_named_later(
        self, about: Round, staff: User
    ) -> None:
        all_benches_speak(about)
        said = commented(about)
        answered(about, said, by=staff)
        close(about, staff)
        assert Disposition.objects.get(comment=said).place == paragraph(about).key

    def test_the_page_asks_and_then_closes(self, about: Round, team: Client) -> None:
        url = reverse("recommendations-round-close", args=[about.pk])
        assert team.get(url).context["missing"]
        assert team.post(url).status_code == 303
        about.refresh_from_db()
        assert about.is_open
        all_benches_speak(about)
        assert not team.get(url).context["missing"]
        assert team.post(url).status_code == 303
        about.refresh_from_db()
        assert about.state == "closed"
        assert team.get(url).status_code == 303

    def test_the_new_wording_is_told_of_once_when_it_is_frozen(self, about: Round, staff: User) -> None:
        all_benches_speak(about)
        answered(about, commented(about), by=staff)
        close(about, staff)
        with scope.enter(scope.programme()):
            assert actions.tell_of_new_wording(version_id=about.version_id) == 0
            advance(actor=staff, version_id=about.version_id, transition="submit")
            actions.tell_of_new_wording(version_id=about.version_id)
            assert actions.tell_of_new_wording(version_id=about.version_id) == 0
        assert mails("round-new-wording") == [member_of(about).email]

    def test_nobody_is_told_of_a_text_nobody_commented(self, staff: User) -> None:
        version = factories.version_in("draft", staff=staff)
        assert actions.tell_of_new_wording(version_id=version.pk) == 0


class TestCallingOff:
    def test_the_version_is_a_draft_again_and_the_invited_are_told(self, about: Round, staff: User) -> None:
        commented(about)
        with scope.enter(scope.programme()):
            actions.call_off(actor=staff, round_id=about.pk, reason="Fehler im Text.")
            actions.call_off(actor=staff, round_id=about.pk, reason="Noch einmal.")
        about.refresh_from_db()
        about.version.refresh_from_db()
        assert (about.state, about.reason, about.version.state) == ("called_off", "Fehler im Text.", "draft")
        assert len(mails("round-called-off")) == 3

    def test_it_needs_a_reason(self, about: Round, team: Client) -> None:
        url = reverse("recommendations-round-call-off", args=[about.pk])
        assert team.get(url).status_code == 200
        assert team.post(url, {"reason": " "}).status_code == 422
        assert team.post(url, {"reason": "Fehler im Text."}).status_code == 303
        assert team.get(url).status_code == 303

    def test_a_new_round_can_be_opened_on_the_text_written_since(self, about: Round, staff: User) -> None:
        with scope.enter(scope.programme()):
            actions.call_off(actor=staff, round_id=about.pk, reason="Fehler im Text.")
            again = actions.open_round(
                actor=staff,
                version_id=about.version_id,
                introduction="Noch einmal.",
                deadline=timezone.localdate() + timedelta(days=14),
                roles=[own.role_id for own in about.participants.all()],
                base_url=BASE,
            )
        assert again.number == 2
        assert again.edition_id != about.edition_id


class TestAbstentions:
    def test_are_recorded_with_a_reason_and_give_way_to_a_word(self, about: Round, staff: User, team: Client) -> None:
        url = reverse("recommendations-round-abstain", args=[about.pk])
        assert team.post(url, {"abstention-bench": "science"}).status_code == 422
        sent = {"abstention-bench": "science", "abstention-reason": "Dreimal gefragt, keine Antwort."}
        assert team.post(url, sent).status_code == 303
        assert BenchWord.objects.get(round=about).kind == "abstained"
        comment_actions.give_word(
            actor=member_of(about, "science"), round_id=about.pk, bench="science", kind="dissent", text="Doch."
        )
        assert BenchWord.objects.get(round=about).kind == "dissent"
        team.post(url, sent)
        assert BenchWord.objects.get(round=about).kind == "dissent"


def test_what_is_done_is_on_record_without_what_was_said(about: Round, staff: User) -> None:
    all_benches_speak(about)
    answered(about, commented(about, text="Geheimes Wort"), by=staff)
    close(about, staff)
    with scope.enter(scope.programme()):
        entries = list(AuditEntry.objects.filter(verb__startswith="round."))
    verbs = {entry.verb for entry in entries}
    assert verbs >= {"round.opened", "round.commented", "round.bench_spoke", "round.answered", "round.closed"}
    assert not any("Geheimes" in str(entry.data) or "begründet" in str(entry.data) for entry in entries)


def test_the_project_teams_page_of_a_round_costs_few_queries(about: Round, team: Client) -> None:
    for _number in range(10):
        factories.bench_member(Bench.SCIENCE)
    url = reverse("recommendations-round-manage", args=[about.pk])
    team.get(url)
    with at_most(14):
        assert team.get(url).status_code == 200
