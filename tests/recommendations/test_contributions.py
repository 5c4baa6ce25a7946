"""Confidential contributions: no name anywhere, read by the project team alone, summed up, deleted with the round."""

from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.recommendations.actions import contributions as actions
from apps.recommendations.actions import rounds
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import Contribution, ContributionSummary, Round
from tests.municipalities.counting import at_most
from tests.recommendations.test_rounds import all_benches_speak, close, member_of, opened, signed_in, writer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(staff: User) -> Round:
    return opened(staff)


@pytest.fixture
def three(about: Round) -> Round:
    for number in range(3):
        actions.contribute(round_id=about.pk, section="steps", text=f"Bei uns geht das nicht, {number}.")
    return about


def url(about: Round) -> str:
    return reverse("recommendations-round-contributions", args=[about.pk])


def stored(about: Round) -> list[Contribution]:
    with scope.enter(scope.programme()):
        return list(Contribution.objects.filter(round=about))


def summarised(about: Round, staff: User, *, section: str = "steps", leave_out: int = 0) -> ContributionSummary:
    with scope.enter(scope.programme()):
        keys = list(Contribution.objects.filter(round=about).values_list("pk", flat=True))[leave_out:]
        return actions.summarise(
            actor=staff, round_id=about.pk, section=section, text="Mehrere sehen Hürden.", contributions=keys
        )


class TestHandingIn:
    def test_says_what_happens_keeps_no_name_and_shows_nothing_again(self, about: Round) -> None:
        client = signed_in(member_of(about))
        page = reverse("recommendations-round-contribute", args=[about.pk])
        assert client.get(page).status_code == 200
        with scope.enter(scope.programme()):
            before = AuditEntry.objects.count()
        assert client.post(page, {"section": "steps", "text": "Bei uns geht das nicht."}).status_code == 303
        (kept,) = stored(about)
        assert (kept.text, kept.section) == ("Bei uns geht das nicht.", "steps")
        assert {field.name for field in Contribution._meta.fields} == {"id", "round", "section", "text", "summary"}
        with scope.enter(scope.programme()):
            assert AuditEntry.objects.count() == before
        about.refresh_from_db()
        assert about.participants.get(role__user=member_of(about)).last_seen_at is None

    def test_its_key_tells_no_time(self, three: Round) -> None:
        assert {row.pk.version for row in stored(three)} == {4}

    def test_something_has_to_be_said(self, about: Round) -> None:
        client = signed_in(member_of(about))
        assert (
            client.post(reverse("recommendations-round-contribute", args=[about.pk]), {"text": " "}).status_code == 422
        )
        with pytest.raises(NotPossible):
            actions.contribute(round_id=about.pk, section="", text=" ")

    def test_is_for_the_invited(self, about: Round, staff: User) -> None:
        page = reverse("recommendations-round-contribute", args=[about.pk])
        for person in (staff, writer_of(about)):
            assert signed_in(person).get(page).status_code == 403

    def test_ends_with_the_round(self, about: Round, staff: User) -> None:
        with scope.enter(scope.programme()):
            rounds.call_off(actor=staff, round_id=about.pk, reason="Fehler im Text.")
        with pytest.raises(NotPossible):
            actions.contribute(round_id=about.pk, section="", text="Zu spät.")
        client = signed_in(member_of(about))
        assert client.get(reverse("recommendations-round-contribute", args=[about.pk])).status_code == 403


class TestReading:
    def test_the_database_lets_nobody_but_the_project_team_read_or_change_them(self, three: Round, staff: User) -> None:
        assert len(stored(three)) == 3
        for step in (
            lambda: list(Contribution.objects.all()),
            lambda: Contribution.objects.update(text="Anders."),
            lambda: Contribution.objects.all().delete(),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic(), scope.unscoped():
                step()

    def test_the_project_team_reads_them_on_its_page(self, three: Round, staff: User) -> None:
        client = signed_in(staff)
        with at_most(10):
            page = client.get(url(three))
        assert "Bei uns geht das nicht, 2." in page.content.decode()

    def test_the_benches_find_them_nowhere(self, three: Round) -> None:
        client = signed_in(member_of(three))
        pages = [
            reverse("recommendations-round", args=[three.pk]),
            reverse("recommendations-round-section", args=[three.pk, "steps"]),
            reverse("recommendations-round-comments", args=[three.pk]),
            reverse("recommendations-round-mine", args=[three.pk]),
        ]
        assert not any("Bei uns geht das nicht" in client.get(page).content.decode() for page in pages)


class TestSummingUp:
    def test_shows_the_benches_the_summary_in_its_part(self, three: Round, staff: User) -> None:
        summarised(three, staff)
        client = signed_in(member_of(three))
        part = client.get(reverse("recommendations-round-section", args=[three.pk, "steps"])).content.decode()
        assert "Mehrere sehen Hürden." in part
        other = client.get(reverse("recommendations-round-section", args=[three.pk, "law"])).content.decode()
        assert "Mehrere sehen Hürden." not in other

    def test_needs_three_none_of_them_twice(self, three: Round, staff: User) -> None:
        with pytest.raises(NotPossible):
            summarised(three, staff, leave_out=1)
        summarised(three, staff)
        with pytest.raises(NotPossible):
            summarised(three, staff)
        assert ContributionSummary.objects.count() == 1

    def test_is_about_the_part_they_are_about(self, three: Round, staff: User) -> None:
        with pytest.raises(NotPossible):
            summarised(three, staff, section="law")
        assert summarised(three, staff, section="").section == ""

    def test_takes_none_of_another_round(self, three: Round, staff: User) -> None:
        with scope.enter(scope.programme()), pytest.raises(NotPossible):
            actions.summarise(
                actor=staff, round_id=three.pk, section="", text="Hürden.", contributions=[uuid4() for _ in range(3)]
            )

    def test_the_page_keeps_what_was_typed_and_chosen(self, three: Round, staff: User) -> None:
        client, keys = signed_in(staff), [str(row.pk) for row in stored(three)]
        sent = {"section": "steps", "text": "Mehrere sehen Hürden.", "contributions": keys[:2]}
        response = client.post(url(three), sent)
        assert response.status_code == 422
        assert response.content.decode().count(" checked") == 2
        assert client.post(url(three), {**sent, "text": "", "contributions": keys}).status_code == 422
        assert client.post(url(three), {**sent, "contributions": keys}).status_code == 303
        assert "Mehrere sehen Hürden." in client.get(url(three)).content.decode()


class TestTheEnd:
    def test_closing_deletes_them_and_keeps_the_summaries(self, three: Round, staff: User) -> None:
        summarised(three, staff)
        all_benches_speak(three)
        close(three, staff)
        assert stored(three) == []
        assert ContributionSummary.objects.filter(round=three).exists()

    def test_calling_off_deletes_them(self, three: Round, staff: User) -> None:
        with scope.enter(scope.programme()):
            rounds.call_off(actor=staff, round_id=three.pk, reason="Fehler im Text.")
        assert stored(three) == []

    def test_before_closing_it_is_said_how_many_would_be_lost(self, three: Round, staff: User) -> None:
        all_benches_speak(three)
        page = signed_in(staff).get(reverse("recommendations-round-close", args=[three.pk]))
        assert page.context["contributions"] == 3


@pytest.fixture
def client(staff: User) -> Client:
    return signed_in(staff)


def test_nothing_to_sum_up_says_so(client: Client, about: Round) -> None:
    assert client.get(url(about)).status_code == 200
    assert client.get(reverse("recommendations-round-contributions", args=[uuid4()])).status_code == 404
