"""Comments, proposed wordings, replies, agreement, the benches' words; what the participants' pages show."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Bench, ProgrammeRole, User
from apps.core import scope
from apps.recommendations.actions import comments as actions
from apps.recommendations.actions import rounds
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import Agreement, BenchWord, Block, Comment, Participant, Round
from tests.factories import UserFactory
from tests.municipalities.counting import at_most
from tests.recommendations import factories
from tests.recommendations.test_rounds import (
    answered,
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
def participant(about: Round) -> Client:
    return signed_in(member_of(about))


def called_off(about: Round, staff: User) -> Round:
    with scope.enter(scope.programme()):
        return rounds.call_off(actor=staff, round_id=about.pk, reason="Fehler im Text.")


class TestCommenting:
    def test_on_a_paragraph_a_part_or_the_whole(self, about: Round) -> None:
        on_block = commented(about)
        on_part = commented(about, block_id=None, section="law")
        on_whole = commented(about, block_id=None)
        assert (on_block.section, on_block.block) == ("steps", paragraph(about))
        assert (on_part.section, on_part.block, on_whole.section) == ("law", None, "")

    def test_a_proposed_wording_needs_no_words_beside_it(self, about: Round) -> None:
        said = commented(about, text="", proposed_wording="Die Stelle wird im Beschluss benannt.")
        assert said.kind == Comment.Kind.PROPOSAL

    def test_the_text_as_it_stands_is_no_proposal(self, about: Round) -> None:
        said = commented(about, proposed_wording=paragraph(about).text)
        assert (said.kind, said.proposed_wording) == (Comment.Kind.COMMENT, "")
        with pytest.raises(NotPossible):
            commented(about, text=" ", proposed_wording=paragraph(about).text)

    def test_a_wording_is_proposed_for_a_paragraph_only(self, about: Round) -> None:
        with pytest.raises(NotPossible):
            commented(about, block_id=None, section="law", proposed_wording="Anders.")

    def test_nobody_comments_for_a_bench_without_an_invitation_for_it(self, about: Round) -> None:
        with pytest.raises(NotPossible):
            actions.comment(actor=member_of(about), round_id=about.pk, bench=Bench.SCIENCE, text="Zu vage.")
        with pytest.raises(NotPossible):
            actions.comment(actor=UserFactory(), round_id=about.pk, bench=Bench.SCIENCE, text="Zu vage.")

    def test_whose_role_has_ended_comments_no_more(self, about: Round) -> None:
        person = member_of(about)
        ProgrammeRole.objects.filter(user=person).update(ended_at=timezone.now())
        with pytest.raises(NotPossible):
            actions.comment(actor=person, round_id=about.pk, bench=Bench.CIVIL_SOCIETY, text="Zu vage.")

    def test_who_has_joined_the_writers_comments_no_more_but_replies(self, about: Round) -> None:
        said = commented(about, bench=Bench.SCIENCE)
        role = about.participants.get(role__bench=Bench.CIVIL_SOCIETY).role
        about.version.recommendation.team.create(role=role)
        with pytest.raises(NotPossible):
            commented(about)
        assert actions.reply(actor=role.user, comment_id=said.pk, text="Danke.").bench == ""

    def test_not_on_another_text(self, about: Round, staff: User) -> None:
        other = opened(staff)
        with pytest.raises(Block.DoesNotExist):
            commented(about, block_id=paragraph(other).pk)

    def test_not_in_a_round_that_has_ended(self, about: Round, staff: User) -> None:
        said = commented(about)
        called_off(about, staff)
        bench = Bench.CIVIL_SOCIETY
        other = member_of(about, Bench.SCIENCE)
        for step in (
            lambda: commented(about),
            lambda: actions.reply(actor=other, comment_id=said.pk, text="Danke."),
            lambda: actions.agree(actor=other, comment_id=said.pk, agrees=True),
            lambda: actions.withdraw(actor=said.author, comment_id=said.pk),
            lambda: actions.give_word(actor=said.author, round_id=about.pk, bench=bench, kind="consent", text="Ja."),
            lambda: actions.record_abstention(actor=staff, round_id=about.pk, bench=bench, reason="Keine Antwort."),
            lambda: answered(about, said, by=staff),
        ):
            with pytest.raises(NotPossible):
                step()


class TestSendingTwice:
    def test_the_same_request_makes_one_comment_and_one_record(self, about: Round) -> None:
        key = uuid4()
        first, second = commented(about, request_key=key), commented(about, request_key=key)
        assert first == second
        assert Comment.objects.count() == 1

    def test_the_same_words_in_another_form_are_another_comment(self, about: Round) -> None:
        assert commented(about, request_key=uuid4()) != commented(about, request_key=uuid4())

    def test_the_same_request_with_other_words_is_refused(self, about: Round) -> None:
        key = uuid4()
        commented(about, request_key=key)
        with pytest.raises(actions.AlreadySent):
            commented(about, request_key=key, text="Doch nicht.")

    def test_the_key_of_somebody_else_finds_nothing(self, about: Round) -> None:
        key = uuid4()
        mine, other = commented(about, request_key=key), commented(about, bench=Bench.SCIENCE, request_key=key)
        assert mine.author != other.author

    def test_a_double_click_shows_the_one_comment(self, participant: Client, about: Round) -> None:
        url = reverse("recommendations-round-block", args=[about.pk, paragraph(about).pk])
        sent = {"text": "Zu vage.", "request_key": str(participant.get(url).context["form"]["request_key"].value())}
        first, second = participant.post(url, sent), participant.post(url, sent)
        assert (first.status_code, first["Location"]) == (303, second["Location"])
        assert Comment.objects.count() == 1

    def test_back_and_changed_it_asks_and_takes_it_when_sent_once_more(self, participant: Client, about: Round) -> None:
        url = reverse("recommendations-round-block", args=[about.pk, paragraph(about).pk])
        key = str(uuid4())
        participant.post(url, {"text": "Zu vage.", "request_key": key})
        asked = participant.post(url, {"text": "Doch nicht.", "request_key": key})
        form = asked.context["form"]
        assert asked.status_code == 422
        assert "unterscheidet sich hiervon" in str(form.non_field_errors())
        assert form["text"].value() == "Doch nicht."
        assert form["request_key"].value() != key
        participant.post(url, {"text": "Doch nicht.", "request_key": form["request_key"].value()})
        assert set(Comment.objects.values_list("text", flat=True)) == {"Zu vage.", "Doch nicht."}

    def test_a_reply_too(self, participant: Client, about: Round) -> None:
        said = commented(about, bench=Bench.SCIENCE)
        url = reverse("recommendations-comment", args=[said.pk])
        sent = {"text": "Danke.", "request_key": str(uuid4())}
        assert [participant.post(url, sent).status_code for _time in range(2)] == [303, 303]
        assert participant.post(url, {**sent, "text": "Doch nicht."}).status_code == 422
        assert said.replies.count() == 1


class TestReplying:
    def test_participants_speak_for_their_bench_writers_and_staff_for_none(self, about: Round, staff: User) -> None:
        said = commented(about)
        replies = [
            actions.reply(actor=person, comment_id=said.pk, text="Danke.")
            for person in (member_of(about, Bench.SCIENCE), writer_of(about), staff)
        ]
        assert [reply.bench for reply in replies] == [Bench.SCIENCE, "", ""]

    def test_nobody_else_replies_and_nobody_to_a_reply(self, about: Round, staff: User) -> None:
        said = commented(about)
        reply = actions.reply(actor=staff, comment_id=said.pk, text="Danke.")
        with pytest.raises(NotPossible):
            actions.reply(actor=UserFactory(), comment_id=said.pk, text="Hallo.")
        with pytest.raises(NotPossible):
            actions.reply(actor=staff, comment_id=said.pk, text=" ")
        with pytest.raises(Comment.DoesNotExist):
            actions.reply(actor=staff, comment_id=reply.pk, text="Noch eins.")


class TestAgreeing:
    def test_once_and_undone(self, about: Round) -> None:
        said, other = commented(about), member_of(about, Bench.SCIENCE)
        for agrees, number in ((True, 1), (True, 1), (False, 0), (False, 0)):
            actions.agree(actor=other, comment_id=said.pk, agrees=agrees)
            assert Agreement.objects.count() == number

    def test_not_with_ones_own_or_a_withdrawn_one_and_not_as_a_writer(self, about: Round) -> None:
        said, other = commented(about), member_of(about, Bench.SCIENCE)
        with pytest.raises(NotPossible):
            actions.agree(actor=said.author, comment_id=said.pk, agrees=True)
        with pytest.raises(NotPossible):
            actions.agree(actor=writer_of(about), comment_id=said.pk, agrees=True)
        actions.withdraw(actor=said.author, comment_id=said.pk)
        with pytest.raises(NotPossible):
            actions.agree(actor=other, comment_id=said.pk, agrees=True)


class TestWithdrawing:
    def test_ones_own(self, about: Round) -> None:
        said = commented(about)
        with pytest.raises(NotPossible):
            actions.withdraw(actor=member_of(about, Bench.SCIENCE), comment_id=said.pk)
        first = actions.withdraw(actor=said.author, comment_id=said.pk).withdrawn_at
        assert actions.withdraw(actor=said.author, comment_id=said.pk).withdrawn_at == first


class TestTheWordOfABench:
    def give(self, about: Round, bench: str = Bench.SCIENCE, **given: Any) -> BenchWord:
        values = {"kind": "consent", "text": "Wir tragen das.", **given}
        return actions.give_word(actor=member_of(about, Bench.SCIENCE), round_id=about.pk, bench=bench, **values)

    def test_is_one_and_can_be_changed(self, about: Round) -> None:
        self.give(about)
        self.give(about, kind="conditional", text="Mit Vorbehalt.")
        assert BenchWord.objects.get(round=about).kind == "conditional"

    def test_is_given_with_reasons_by_the_bench_itself(self, about: Round) -> None:
        with pytest.raises(NotPossible):
            self.give(about, text=" ")
        with pytest.raises(NotPossible):
            self.give(about, bench=Bench.ADMINISTRATION)

    def test_the_page(self, about: Round, participant: Client) -> None:
        url = reverse("recommendations-round-word", args=[about.pk])
        assert participant.get(url).status_code == 200
        assert participant.post(url, {"kind": "consent"}).status_code == 422
        assert participant.post(url, {"kind": "dissent", "text": "So nicht."}).status_code == 303
        assert "So nicht." in participant.get(url).content.decode()
        assert signed_in(writer_of(about)).get(url).status_code == 403


class TestThePages:
    @pytest.fixture
    def full(self, about: Round, staff: User) -> Round:
        """With something on each kind of place, a reply, an answer, an agreement, a withdrawn one."""
        first = commented(about, text="Zu vage, bitte <b>genauer</b>.", proposed_wording="Die **Stelle** benennen.")
        actions.reply(actor=writer_of(about), comment_id=first.pk, text="Das nehmen wir auf.")
        actions.agree(actor=member_of(about, Bench.SCIENCE), comment_id=first.pk, agrees=True)
        answered(about, first, by=staff)
        commented(about, bench=Bench.SCIENCE, block_id=None, section="steps", text="Zum Teil.")
        commented(about, bench=Bench.ADMINISTRATION, block_id=None, text="Zum Ganzen.")
        gone = commented(about, text="Doch nicht.")
        actions.withdraw(actor=gone.author, comment_id=gone.pk)
        return about

    def test_the_list_says_what_is_new_and_until_when(self, full: Round, participant: Client) -> None:
        url = reverse("recommendations-rounds")
        (row,) = participant.get(url).context["open"]
        assert (row.pk, row.unseen, row.invited) == (full.pk, 3, True)
        opened(UserFactory(staff=True))
        with at_most(8):
            assert len(participant.get(url).context["open"]) == 1

    def test_the_list_of_staff_and_writers_holds_what_they_read(self, full: Round) -> None:
        for person in (writer_of(full), UserFactory(staff=True)):
            assert len(signed_in(person).get(reverse("recommendations-rounds")).context["open"]) == 1
        nobody = signed_in(factories.bench_member().user).get(reverse("recommendations-rounds"))
        assert not nobody.context["open"]

    def test_the_overview_counts_by_part(self, full: Round, participant: Client) -> None:
        url = reverse("recommendations-round", args=[full.pk])
        with at_most(15):
            response = participant.get(url)
        tallies = {part.section: part.tally for part in response.context["parts"]}
        assert (tallies["steps"].total, tallies["steps"].waiting, tallies["steps"].new) == (3, 1, 1)
        assert response.context["whole"].total == 1
        assert tallies["law"].total == 0

    def test_the_part_shows_each_paragraph_with_its_number_and_comments(self, full: Round, participant: Client) -> None:
        url = reverse("recommendations-round-section", args=[full.pk, "steps"])
        with at_most(15):
            response = participant.get(url)
        assert [line.numbered.number for line in response.context["lines"]] == ["3.1", "3.2", "3.3"]
        page = response.content.decode()
        assert "&lt;b&gt;genauer&lt;/b&gt;" in page
        assert "Mitglied der Bank civil_society" in page
        assert (
            participant.get(reverse("recommendations-round-section", args=[full.pk, "plain_language"])).status_code
            == 404
        )
        assert participant.get(reverse("recommendations-round-section", args=[full.pk, "nothing"])).status_code == 404

    def test_a_part_says_how_many_more_there_are_on_a_paragraph(self, full: Round, participant: Client) -> None:
        for number in range(4):
            commented(full, text=f"Nummer {number}")
        response = participant.get(reverse("recommendations-round-section", args=[full.pk, "steps"]))
        assert (len(response.context["lines"][0].threads), response.context["lines"][0].more) == (3, 3)

    def test_a_paragraphs_page_has_all_its_comments_with_replies(self, full: Round, participant: Client) -> None:
        url = reverse("recommendations-round-block", args=[full.pk, paragraph(full).pk])
        with at_most(15):
            response = participant.get(url)
        assert [len(thread.posts) for thread in response.context["threads"]] == [1, 0]
        assert response.context["form"].initial["proposed_wording"] == paragraph(full).text
        assert participant.get(reverse("recommendations-round-block", args=[full.pk, uuid4()])).status_code == 404

    def test_a_comment_is_written_there(self, full: Round, participant: Client) -> None:
        url = reverse("recommendations-round-block", args=[full.pk, paragraph(full).pk])
        unchanged = paragraph(full).text
        assert participant.post(url, {"text": "", "proposed_wording": unchanged}).status_code == 422
        with at_most(18):
            response = participant.post(url, {"text": "Und die Frist?", "proposed_wording": unchanged})
        assert response.status_code == 303
        said = Comment.objects.get(text="Und die Frist?")
        assert (said.kind, said.block_id, said.bench) == ("comment", paragraph(full).pk, Bench.CIVIL_SOCIETY)
        for name, args in (("section-comments", ["law"]), ("whole", [])):
            place = reverse(f"recommendations-round-{name}", args=[full.pk, *args])
            assert participant.get(place).status_code == 200
            assert participant.post(place, {"text": ""}).status_code == 422
            assert participant.post(place, {"text": "Hier."}).status_code == 303

    def test_who_speaks_for_two_benches_says_for_which(self, staff: User) -> None:
        person = UserFactory()
        roles = {bench: factories.bench_member(bench, person) for bench in (Bench.SCIENCE, Bench.CIVIL_SOCIETY)}
        about = opened(staff, {**roles, Bench.ADMINISTRATION: factories.bench_member()})
        url, client = reverse("recommendations-round-whole", args=[about.pk]), signed_in(person)
        assert client.post(url, {"text": "Hier."}).status_code == 422
        assert client.post(url, {"text": "Hier.", "bench": "science"}).status_code == 303
        assert Comment.objects.get().bench == "science"

    def test_writers_and_staff_find_no_form_to_comment(self, full: Round) -> None:
        for person in (writer_of(full), UserFactory(staff=True)):
            client = signed_in(person)
            url = reverse("recommendations-round-whole", args=[full.pk])
            assert client.get(url).context["form"] is None
            assert client.post(url, {"text": "Hier."}).status_code == 403

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", 4),
            ("?bench=science", 1),
            ("?section=steps", 3),
            ("?section=whole", 1),
            ("?state=open", 2),
            ("?state=answered", 1),
            ("?state=withdrawn", 1),
            ("?outcome=accepted", 1),
            ("?outcome=rejected", 0),
            ("?mine=on", 2),
            ("?new=on", 2),
            ("?bench=nobody&state=whatever", 4),
        ],
    )
    def test_comments_are_found_by_what_they_are(
        self, full: Round, participant: Client, query: str, found: int
    ) -> None:
        with at_most(15):
            response = participant.get(reverse("recommendations-round-comments", args=[full.pk]) + query)
        assert len(response.context["threads"]) == found

    def test_a_filter_asks_for_its_part_alone(self, full: Round, participant: Client) -> None:
        response = participant.get(
            reverse("recommendations-round-comments", args=[full.pk]), headers={"HX-Request": "true"}
        )
        assert "<html" not in response.content.decode()

    def test_a_comments_page_takes_replies(self, full: Round, participant: Client) -> None:
        said = Comment.objects.get(text="Zum Ganzen.")
        url = reverse("recommendations-comment", args=[said.pk])
        with at_most(15):
            assert participant.get(url).status_code == 200
        assert participant.post(url, {"text": " "}).status_code == 422
        assert participant.post(url, {"text": "Stimmt."}).status_code == 303
        assert said.replies.get().text == "Stimmt."

    def test_agreeing_leads_back_to_the_comment(self, full: Round, participant: Client) -> None:
        said = Comment.objects.get(text="Zum Teil.")
        url = reverse("recommendations-comment-agree", args=[said.pk])
        response = participant.post(url, {"agrees": "1"})
        assert response["Location"].endswith("/text/steps/comments/#comment-2")
        assert said.agreements.count() == 1
        participant.post(url, {"agrees": "0"})
        assert said.agreements.count() == 0
        mine = Comment.objects.filter(author=member_of(full), withdrawn_at=None)[0]
        assert participant.post(reverse("recommendations-comment-agree", args=[mine.pk])).status_code == 403

    def test_withdrawing_asks_first(self, full: Round, participant: Client) -> None:
        said = Comment.objects.get(text__startswith="Zu vage")
        url = reverse("recommendations-comment-withdraw", args=[said.pk])
        assert participant.get(url).status_code == 200
        assert participant.post(url).status_code == 303
        said.refresh_from_db()
        assert said.withdrawn_at is not None
        assert participant.get(url).status_code == 403
        other = Comment.objects.get(text="Zum Teil.")
        assert participant.get(reverse("recommendations-comment-withdraw", args=[other.pk])).status_code == 403

    def test_what_was_read_is_new_no_more(self, full: Round, participant: Client) -> None:
        assert participant.post(reverse("recommendations-round-seen", args=[full.pk])).status_code == 303
        assert participant.get(reverse("recommendations-round", args=[full.pk])).context["new"] == 0
        (row,) = participant.get(reverse("recommendations-rounds")).context["open"]
        assert row.unseen == 0
        Participant.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
        assert participant.get(reverse("recommendations-round", args=[full.pk])).context["new"] == 2

    def test_nobody_from_outside_finds_anything(self, full: Round) -> None:
        outsider = signed_in(factories.bench_member(Bench.SCIENCE).user)
        panel = signed_in(factories.panel_member().user)
        said = Comment.objects.filter(round=full)[0]
        for client in (outsider, panel):
            for name, key in (
                ("round", full.pk),
                ("round-whole", full.pk),
                ("comment", said.pk),
            ):
                assert client.get(reverse(f"recommendations-{name}", args=[key])).status_code == 404
            assert client.post(reverse("recommendations-round-xlsx", args=[full.pk])).status_code == 404

    def test_a_comment_that_is_not_there_is_not_found(self, participant: Client) -> None:
        assert participant.get(reverse("recommendations-comment", args=[uuid4()])).status_code == 404
        assert participant.get(reverse("recommendations-round", args=[uuid4()])).status_code == 404

    def test_an_ended_round_is_read_and_nothing_else(self, full: Round, staff: User, participant: Client) -> None:
        called_off(full, staff)
        page = participant.get(reverse("recommendations-round", args=[full.pk])).content.decode()
        assert "Fehler im Text." in page
        assert participant.get(reverse("recommendations-round-whole", args=[full.pk])).context["form"] is None
        assert participant.get(reverse("recommendations-round-word", args=[full.pk])).status_code == 403
        assert len(participant.get(reverse("recommendations-rounds")).context["ended"]) == 1
