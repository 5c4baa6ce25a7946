"""Ways round what a round, a team and an export promise: each of them once led through."""

import io

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Bench, User
from apps.commitments.actions import pilots
from apps.core import scope
from apps.recommendations import synopsis
from apps.recommendations.actions import comments, rounds, team
from apps.recommendations.actions.lifecycle import NotPossible, advance
from apps.recommendations.actions.pilots import follow_pilots
from apps.recommendations.models import Disposition, RecommendationVersion, Round
from apps.recommendations.queries_reading import minority_statements
from apps.recommendations.round_workbook import workbook
from apps.reviews.actions import reviews, statements, voting
from apps.reviews.models import Condition, Review
from tests.factories import MunicipalityFactory, member
from tests.recommendations.factories import (
    answer,
    bench_member,
    decided_review,
    evaluated_pilot,
    open_round,
    panel_member,
    version_in,
)
from tests.recommendations.test_rounds import all_benches_speak, answered, close, commented, member_of, opened, people
from tests.reviews.stand_in import cast
from tests.reviews.test_recommendations import before_the_panel

pytestmark = pytest.mark.django_db


def closed_then_open_again(staff: User) -> Round:
    """The second round of a version whose first was closed, with a comment nobody has answered."""
    first = opened(staff)
    answered(first, commented(first), by=staff)
    all_benches_speak(first)
    close(first, staff)
    with scope.enter(scope.programme()):
        advance(actor=staff, version_id=first.version_id, transition="return_to_draft", reason="Noch einmal.")
        second = rounds.open_round(
            actor=staff,
            version_id=first.version_id,
            introduction="Noch einmal.",
            deadline=first.deadline,
            roles=[role.pk for role in people().values()],
            base_url="https://kommunen.example",
        )
    commented(second, text="Noch offen.")
    return second


def test_sql_does_not_call_a_version_answered_whose_last_round_was_called_off(staff: User) -> None:
    about = closed_then_open_again(staff)
    Round.objects.filter(pk=about.pk).update(
        state="called_off", reason="Grund.", closed_by=staff, closed_at=timezone.now()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        RecommendationVersion.objects.filter(pk=about.version_id).update(state="round_answered")


def test_sql_does_not_take_an_answer_out_of_a_round_that_has_ended(staff: User) -> None:
    about = closed_then_open_again(staff)
    open_comment = about.comments.get()
    given = Disposition.objects.exclude(comment__round=about)
    with pytest.raises(IntegrityError), transaction.atomic():
        given.update(comment=open_comment)


def test_who_was_answered_with_a_comment_that_is_withdrawn_waits_for_an_answer_again(staff: User) -> None:
    about = opened(staff)
    first, second = commented(about), commented(about, bench=Bench.SCIENCE, text="Ebenso.")
    answered(about, first, by=staff)
    answered(about, second, by=staff, outcome="duplicate", duplicate_of=first.pk)
    comments.withdraw(actor=first.author, comment_id=first.pk)
    all_benches_speak(about)
    with pytest.raises(NotPossible):
        close(about, staff)
    answered(about, second, by=staff)
    assert close(about, staff).state == Round.State.CLOSED


def test_a_file_of_a_round_names_only_who_chose_to_be_named(staff: User) -> None:
    roles = people()
    roles[Bench.SCIENCE].is_named = True
    roles[Bench.SCIENCE].save()
    about = opened(staff, roles)
    silent, named = commented(about), commented(about, bench=Bench.SCIENCE)
    entries = {entry.number: entry for row in synopsis.read(about).rows for entry in row.entries}
    assert (entries[1].who, entries[1].function) == ("", "Mitglied der Bank civil_society")
    assert entries[2].who == named.author.get_full_name()
    book = openpyxl.load_workbook(io.BytesIO(workbook(synopsis.read(about), timezone.now())))
    values = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not any(silent.author.get_full_name() in value for value in values)
    assert member_of(about, Bench.SCIENCE).get_full_name() in values


def test_who_reviews_a_version_for_the_panel_does_not_begin_to_write_it(staff: User) -> None:
    version, reviewer = version_in("panel_review", staff=staff), panel_member()
    review = before_the_panel(version, [reviewer, panel_member()], staff)
    role = bench_member(Bench.SCIENCE, reviewer.user)
    with pytest.raises(NotPossible):
        team.add_member(actor=staff, recommendation_id=version.recommendation_id, role_id=role.pk)
    voting.declare_conflict(
        actor=reviewer.user, member=reviewer, review_id=review.pk, conflict=True, note="Schreibt mit."
    )
    team.add_member(actor=staff, recommendation_id=version.recommendation_id, role_id=role.pk)


def test_a_statement_in_a_review_without_a_decision_is_not_published(staff: User) -> None:
    version = version_in("panel_review", staff=staff)
    members = [panel_member(), panel_member()]
    review = before_the_panel(version, members, staff)
    cast(review, members[0], "no")
    statements.write_statement(
        actor=None, member=members[0], review_id=review.pk, text="Noch nicht entschieden.", by_name=False
    )
    assert not minority_statements([version.pk])
    with scope.enter(scope.programme()):
        reviews.call_off(actor=staff, review_id=review.pk, reason="Zurückgezogen.")
    assert not minority_statements([version.pk])


def test_a_text_whose_pilots_are_running_is_withdrawn_and_they_end_without_moving_it(staff: User) -> None:
    municipality = MunicipalityFactory()
    version, person = version_in("pilot_ready", staff=staff), member(municipality)
    with scope.enter(scope.programme()):
        for place in (municipality, MunicipalityFactory()):
            pilot = evaluated_pilot(
                version.pk, place, staff, state="running", verdict="", verdict_reason="", evaluated_at=None,
                ends_on=None,
            )  # fmt: skip
            if place == municipality:
                own = pilot
        follow_pilots(version_id=version.pk)
        advance(actor=staff, version_id=version.pk, transition="withdraw", reason="Überholt.")
    with scope.enter(scope.municipality(municipality)):
        pilots.evaluate_pilot(
            actor=person, pilot_id=own.pk, ends_on=timezone.localdate(), result=None, verdict="works",
            verdict_reason="Es trägt.",
        )  # fmt: skip
    with scope.enter(scope.programme()):
        assert follow_pilots(version_id=version.pk) == []
    version.refresh_from_db()
    assert version.state == "withdrawn"
    client = Client()
    client.force_login(person)
    assert client.get(reverse("pilots-detail", args=[municipality.slug, own.pk])).status_code == 200


def test_what_is_returned_goes_into_a_new_round_and_earlier_comments_are_still_found(staff: User) -> None:
    about = closed_then_open_again(staff)
    first = Round.objects.get(version=about.version_id, number=1)
    said = first.comments.get()
    client = Client()
    client.force_login(said.author)
    page = client.get(reverse("recommendations-round-mine", args=[first.pk]))
    assert page.status_code == 200
    assert said.text in page.content.decode()
    assert client.get(reverse("recommendations-round", args=[about.pk])).status_code == 404  # not invited to this one


def test_pilots_of_a_text_that_was_returned_are_no_evidence_for_the_next(staff: User) -> None:
    version = version_in("pilot_evaluated", staff=staff)
    with scope.enter(scope.programme()):
        advance(actor=staff, version_id=version.pk, transition="return_to_draft", reason="Ganz neu.")
        again = open_round(version, staff)
        answer(again, staff)
        advance(actor=staff, version_id=version.pk, transition="submit")
        decided_review(version, staff)
        advance(actor=staff, version_id=version.pk, transition="release_for_piloting")
        with pytest.raises(NotPossible):
            advance(actor=staff, version_id=version.pk, transition="start_piloting")
        evaluated_pilot(version.pk, MunicipalityFactory(), staff)
        advance(actor=staff, version_id=version.pk, transition="start_piloting")
        with pytest.raises(NotPossible, match="1"):
            advance(actor=staff, version_id=version.pk, transition="conclude_piloting")
        with pytest.raises(IntegrityError), transaction.atomic():
            RecommendationVersion.objects.filter(pk=version.pk).update(state="pilot_evaluated")
        evaluated_pilot(version.pk, MunicipalityFactory(), staff)
        advance(actor=staff, version_id=version.pk, transition="conclude_piloting")


def test_sql_does_not_take_a_condition_out_of_a_decision(staff: User) -> None:
    version = version_in("panel_review", staff=staff)
    with scope.enter(scope.programme()):
        review = Review.objects.create(
            subject_kind="recommendation", subject_id=version.pk, subject_title="Text", stage="initial",
            deadline=timezone.localdate(), quorum=50, majority="absolute", opened_by=staff,
        )  # fmt: skip
        condition = Condition.objects.create(review=review, text="Kürzer.", set_by=panel_member())
        review.state, review.outcome, review.decided_at = "decided", "conditional", timezone.now()
        review.save(update_fields=["state", "outcome", "decided_at"])
        for change in (
            lambda: Condition.objects.filter(pk=condition.pk).delete(),
            lambda: Condition.objects.filter(pk=condition.pk).update(text="Länger."),
            lambda: Condition.objects.create(review=review, text="Mehr.", set_by=condition.set_by),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
