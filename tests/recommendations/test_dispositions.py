"""Dispositions: answering comments one by one and together, duplicates, places in the new text, what became of mine."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Bench, User
from apps.core import scope
from apps.recommendations.actions import comments as actions
from apps.recommendations.actions.lifecycle import NotPossible, advance
from apps.recommendations.models import Block, Comment, Disposition, Edition, Round
from tests.factories import UserFactory
from tests.municipalities.counting import at_most
from tests.recommendations.test_rounds import (
    all_benches_speak,
    answered,
    close,
    commented,
    member_of,
    opened,
    paragraph,
    signed_in,
    writer_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(staff: User) -> Round:
    return opened(staff)


@pytest.fixture
def writer(about: Round) -> Client:
    return signed_in(writer_of(about))


def dispose(about: Round, *said: Comment, by: User, **given: Any) -> int:
    values = {"outcome": "rejected", "reason": "Steht schon im Gesetz.", **given}
    return actions.dispose(actor=by, round_id=about.pk, comment_ids=[row.pk for row in said], **values)


class TestAnswering:
    def test_writers_and_staff_answer_several_at_once_and_may_change_it(self, about: Round, staff: User) -> None:
        said = [commented(about, text=f"Nummer {number}") for number in range(3)]
        assert dispose(about, *said, by=writer_of(about)) == 3
        assert dispose(about, said[0], by=staff, outcome="modified", reason="Doch zum Teil.") == 1
        outcomes = Disposition.objects.order_by("comment__created_at").values_list("outcome", "reason")
        assert list(outcomes) == [
            ("modified", "Doch zum Teil."),
            ("rejected", "Steht schon im Gesetz."),
            ("rejected", "Steht schon im Gesetz."),
        ]

    def test_participants_do_not(self, about: Round) -> None:
        with pytest.raises(NotPossible):
            dispose(about, commented(about), by=member_of(about, Bench.SCIENCE))

    def test_a_reason_is_owed(self, about: Round, staff: User) -> None:
        with pytest.raises(NotPossible):
            dispose(about, commented(about), by=staff, reason=" ")
        with pytest.raises(NotPossible):
            dispose(about, by=staff)

    def test_no_reply_no_withdrawn_comment_none_of_another_round(self, about: Round, staff: User) -> None:
        said = commented(about)
        reply = actions.reply(actor=staff, comment_id=said.pk, text="Danke.")
        gone = commented(about)
        actions.withdraw(actor=gone.author, comment_id=gone.pk)
        other = commented(opened(staff))
        for wrong in (reply, gone, other):
            with pytest.raises(NotPossible):
                dispose(about, said, wrong, by=staff)
        assert not Disposition.objects.exists()


class TestDuplicates:
    def test_name_the_other(self, about: Round, staff: User) -> None:
        first, second = commented(about), commented(about)
        with pytest.raises(NotPossible):
            dispose(about, second, by=staff, outcome="duplicate")
        dispose(about, second, by=staff, outcome="duplicate", duplicate_of=first.pk)
        assert Disposition.objects.get(comment=second).duplicate_of_id == first.pk
        dispose(about, second, by=staff, outcome="accepted", duplicate_of=first.pk)
        assert Disposition.objects.get(comment=second).duplicate_of_id is None

    def test_never_themselves_nor_one_of_another_round(self, about: Round, staff: User) -> None:
        said = commented(about)
        for other in (said.pk, uuid4(), commented(opened(staff)).pk):
            with pytest.raises(NotPossible):
                dispose(about, said, by=staff, outcome="duplicate", duplicate_of=other)

    def test_no_circle_and_no_chain_comes_about(self, about: Round, staff: User) -> None:
        first, second, third = commented(about), commented(about), commented(about)
        dispose(about, second, by=staff, outcome="duplicate", duplicate_of=first.pk)
        with pytest.raises(NotPossible):
            dispose(about, first, by=staff, outcome="duplicate", duplicate_of=second.pk)
        with pytest.raises(NotPossible):
            dispose(about, first, by=staff, outcome="duplicate", duplicate_of=third.pk)
        with pytest.raises(NotPossible):
            dispose(about, third, by=staff, outcome="duplicate", duplicate_of=second.pk)


class TestThePage:
    def url(self, about: Round) -> str:
        return reverse("recommendations-round-dispositions", args=[about.pk])

    def test_begins_with_what_waits_and_counts_what_is_done(self, about: Round, staff: User, writer: Client) -> None:
        said = [commented(about, text=f"Nummer {number}") for number in range(4)]
        answered(about, said[0], by=staff)
        with at_most(15):
            response = writer.get(self.url(about))
        assert [thread.number for thread in response.context["threads"]] == [2, 3, 4]
        assert (response.context["answered"], response.context["total"]) == (1, 4)
        assert len(writer.get(self.url(about) + "?state=answered").context["threads"]) == 1

    def test_answers_the_chosen_ones(self, about: Round, writer: Client) -> None:
        said = [commented(about, text=f"Nummer {number}") for number in range(3)]
        sent = {"comments": [str(row.pk) for row in said[:2]], "outcome": "accepted", "reason": "Gut."}
        assert writer.post(self.url(about), {**sent, "reason": ""}).status_code == 422
        response = writer.post(self.url(about), {**sent, "comments": []})
        assert response.status_code == 422
        assert "Gut." in response.content.decode()
        assert writer.post(self.url(about) + "?section=steps", sent).status_code == 303
        assert Disposition.objects.count() == 2

    def test_names_a_duplicate_by_its_number(self, about: Round, writer: Client) -> None:
        first, second = commented(about), commented(about)
        sent = {"comments": [str(second.pk)], "outcome": "duplicate", "reason": "Siehe dort."}
        for wrong in ({}, {"duplicate_of": "9"}, {"duplicate_of": "2"}):
            assert writer.post(self.url(about), {**sent, **wrong}).status_code == 422
        assert writer.post(self.url(about), {**sent, "duplicate_of": "1"}).status_code == 303
        assert Disposition.objects.get(comment=second).duplicate_of_id == first.pk

    def test_is_not_for_participants(self, about: Round) -> None:
        participant, said = signed_in(member_of(about)), commented(about)
        assert participant.get(self.url(about)).status_code == 403
        url = reverse("recommendations-comment-disposition", args=[said.pk])
        assert participant.get(url).status_code == 403

    def test_one_comment_has_a_page_of_its_own_with_the_answer_given(
        self, about: Round, staff: User, writer: Client
    ) -> None:
        said = commented(about)
        answered(about, said, by=staff)
        url = reverse("recommendations-comment-disposition", args=[said.pk])
        assert writer.get(url).context["form"].initial["outcome"] == "accepted"
        assert writer.post(url, {"outcome": "deferred", "reason": "Später."}).status_code == 303
        assert Disposition.objects.get().outcome == "deferred"
        assert writer.post(url, {"outcome": "deferred"}).status_code == 422

    def test_an_ended_round_shows_its_answers_and_takes_none(self, about: Round, staff: User, writer: Client) -> None:
        all_benches_speak(about)
        said = commented(about)
        answered(about, said, by=staff)
        close(about, staff)
        response = writer.get(self.url(about) + "?state=answered")
        assert response.context["form"] is None
        sent = {"comments": [str(said.pk)], "outcome": "rejected", "reason": "Nein."}
        assert writer.post(self.url(about), sent).status_code == 403


@pytest.fixture
def closed(about: Round, staff: User) -> Round:
    """Closed, with a comment on each of the three steps, all answered."""
    for position in range(3):
        commented(about, block_id=paragraph(about, "steps", position).pk, text=f"Zu Schritt {position}")
    commented(about, block_id=None, text="Zum Ganzen")
    answered(about, *Comment.objects.filter(round=about), by=staff)
    all_benches_speak(about)
    close(about, staff)
    about.refresh_from_db()
    return about


def next_text(about: Round) -> Edition:
    return about.version.editions.get(frozen_at=None)


class TestThePlaceInTheNewText:
    def test_is_named_after_the_round(self, about: Round, closed: Round, staff: User) -> None:
        said = Comment.objects.get(text="Zu Schritt 0")
        other = next_text(about).blocks.get(section="goal", position=0)
        assert actions.set_place(actor=writer_of(about), comment_id=said.pk, place=other.key).place == other.key
        assert actions.set_place(actor=staff, comment_id=said.pk, place=None).place is None

    def test_is_a_block_of_the_new_text(self, about: Round, closed: Round, staff: User) -> None:
        said = Comment.objects.get(text="Zu Schritt 0")
        with pytest.raises(NotPossible):
            actions.set_place(actor=staff, comment_id=said.pk, place=uuid4())
        with pytest.raises(NotPossible):
            actions.set_place(actor=member_of(about), comment_id=said.pk, place=None)

    def test_is_not_named_before(self, about: Round, staff: User) -> None:
        said = commented(about)
        answered(about, said, by=staff)
        with pytest.raises(NotPossible):
            actions.set_place(actor=staff, comment_id=said.pk, place=None)

    def test_the_page_offers_the_paragraphs(self, about: Round, closed: Round, writer: Client) -> None:
        said = Comment.objects.get(text="Zu Schritt 0")
        url = reverse("recommendations-comment-disposition", args=[said.pk])
        form = writer.get(url).context["form"]
        assert len(form.fields["place"].choices) == 1 + next_text(about).blocks.count()
        assert form.initial["place"] == str(paragraph(about).key)
        other = next_text(about).blocks.get(section="goal", position=0)
        assert writer.post(url, {"place": str(uuid4())}).status_code == 422
        assert writer.post(url, {"place": str(other.key)}).status_code == 303
        assert Disposition.objects.get(comment=said).place == other.key


class TestWhatBecameOfMine:
    def lines(self, about: Round) -> Any:
        client = signed_in(member_of(about))
        with at_most(15):
            return client.get(reverse("recommendations-round-mine", args=[about.pk]))

    def test_shows_the_answers_and_waits_for_the_new_text(self, about: Round, closed: Round) -> None:
        response = self.lines(about)
        assert len(response.context["lines"]) == 4
        assert {line.thread.answer.reason for line in response.context["lines"]} == {"Gut begründet."}
        assert not any(line.how for line in response.context["lines"])

    def test_leads_to_the_paragraph_or_says_honestly_that_it_is_gone(self, closed: Round, staff: User) -> None:
        text = next_text(closed)
        kept, merged, lost = (text.blocks.get(section="steps", position=position) for position in range(3))
        kept.text = "Die zuständige Stelle im Beschluss benennen."
        kept.absorbed = [str(merged.key)]
        kept.save()
        merged.delete()
        lost.delete()
        Block.objects.create(edition=text, section="steps", position=1, text="Ganz neu.")
        with scope.enter(scope.programme()):
            advance(actor=staff, version_id=closed.version_id, transition="submit")
        response = self.lines(closed)
        became = {line.thread.text: line for line in response.context["lines"]}
        assert [became[f"Zu Schritt {number}"].how for number in range(3)] == ["kept", "merged", "lost"]
        assert became["Zu Schritt 1"].new.block.text == kept.text
        assert became["Zu Schritt 2"].new is None
        assert paragraph(closed, "steps", 2).text in response.content.decode()
        assert became["Zum Ganzen"].how == ""

    def test_shows_nothing_of_others(self, about: Round, closed: Round) -> None:
        other = signed_in(member_of(about, Bench.SCIENCE))
        response = other.get(reverse("recommendations-round-mine", args=[about.pk]))
        assert response.context["lines"] == []
        outsider = signed_in(UserFactory(staff=True)).get(reverse("recommendations-round-mine", args=[about.pk]))
        assert outsider.context["lines"] == []
