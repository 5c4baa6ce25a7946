"""Many people at one text, round or review at once, in transactions that really commit."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.accounts.models import Bench, ProgrammeRole, User
from apps.core import scope
from apps.recommendations.actions import comments, contributions, rounds, starting, texts
from apps.recommendations.actions.lifecycle import NotPossible, start_version
from apps.recommendations.models import (
    BenchWord,
    Comment,
    Contribution,
    Participant,
    RecommendationVersion,
    Round,
    SectionCheckout,
    StateChange,
)
from apps.reviews.actions import reviews, voting
from apps.reviews.models import Review
from tests.assessments.test_concurrency import at_once
from tests.factories import UserFactory
from tests.recommendations.factories import bench_member, open_round, panel_member, version_in

pytestmark = pytest.mark.django_db(transaction=True)

SEVERAL = 6


def in_programme(call: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with scope.enter(scope.programme()):
            return call()

    return run


@pytest.fixture
def staff() -> User:
    return UserFactory(staff=True)


@pytest.fixture
def invited() -> ProgrammeRole:
    return bench_member(Bench.CIVIL_SOCIETY)


@pytest.fixture
def about(staff: User, invited: ProgrammeRole) -> Round:
    """An open round in which all benches have spoken."""
    version = version_in("draft", staff=staff)
    with scope.enter(scope.programme()):
        made = open_round(version, staff)
        Participant.objects.create(round=made, role=invited)
        for bench in Bench.values:
            BenchWord.objects.create(round=made, bench=bench, kind="consent", text="Ja.", given_by=staff)
    return made


def test_a_round_is_closed_once(about: Round, staff: User) -> None:
    results = list(at_once([in_programme(lambda: rounds.close(actor=staff, round_id=about.pk))] * SEVERAL))
    assert [result.state for result in results] == [Round.State.CLOSED] * SEVERAL
    assert StateChange.objects.filter(version=about.version_id, transition="close_round").count() == 1
    assert RecommendationVersion.objects.get(pk=about.version_id).editions.count() == 2


def test_a_comment_sent_several_times_at_once_is_one(about: Round, invited: ProgrammeRole) -> None:
    key, bench = uuid4(), Bench.CIVIL_SOCIETY

    def say() -> Any:
        return comments.comment(actor=invited.user, round_id=about.pk, bench=bench, text="Zu vage.", request_key=key)

    results = list(at_once([say] * SEVERAL))
    assert len({said.pk for said in results}) == 1, results
    assert Comment.objects.filter(round=about).count() == 1


def test_a_comment_is_answered_before_the_round_closes_or_refused(
    about: Round, staff: User, invited: ProgrammeRole
) -> None:
    def say() -> Any:
        return comments.comment(actor=invited.user, round_id=about.pk, bench=Bench.CIVIL_SOCIETY, text="Noch etwas.")

    def confide() -> Any:
        return contributions.contribute(round_id=about.pk, section="", text="Vertraulich.")

    close = in_programme(lambda: rounds.close(actor=staff, round_id=about.pk))
    results = list(at_once([in_programme(say), close, in_programme(say), in_programme(confide), close]))
    assert all(isinstance(result, (Comment, Round, NotPossible)) or result is None for result in results), results
    about.refresh_from_db()
    if about.state == Round.State.CLOSED:
        assert not about.comments.exists()
        with scope.enter(scope.programme()):
            assert not Contribution.objects.filter(round=about).exists()


def test_a_round_is_not_both_closed_and_called_off(about: Round, staff: User) -> None:
    close = in_programme(lambda: rounds.close(actor=staff, round_id=about.pk))
    off = in_programme(lambda: rounds.call_off(actor=staff, round_id=about.pk, reason="Doch nicht."))
    results = list(at_once([close, off, close, off]))
    assert len({result.state for result in results}) == 1, results
    assert StateChange.objects.filter(version=about.version_id, from_state="round_open").count() == 1


def test_one_of_several_takes_a_section_in_hand(staff: User) -> None:
    version = version_in("draft", staff=staff)
    people = [UserFactory(staff=True) for _person in range(SEVERAL)]

    def take(person: User) -> Callable[[], Any]:
        return in_programme(lambda: texts.check_out(actor=person, version_id=version.pk, section="steps"))

    results = list(at_once([take(person) for person in people]))
    assert sum(isinstance(result, SectionCheckout) for result in results) == 1, results
    assert sum(isinstance(result, texts.NotInHand) for result in results) == SEVERAL - 1, results


def test_recommendations_begun_at_once_have_different_numbers(staff: User) -> None:
    def start() -> Any:
        return starting.start_recommendation(actor=staff, title="Gleich", dimension=3, started_because="Bedarf")

    results = list(at_once([in_programme(start)] * SEVERAL))
    assert sorted(made.recommendation.number for made in results) == list(range(1, SEVERAL + 1)), results


def test_the_next_version_begins_once(staff: User) -> None:
    version = version_in("withdrawn", staff=staff)

    def start() -> Any:
        return start_version(actor=staff, recommendation_id=version.recommendation_id)

    results = list(at_once([in_programme(start)] * SEVERAL))
    assert sum(isinstance(result, RecommendationVersion) for result in results) == 1, results
    assert version.recommendation.versions.count() == 2


def test_a_vote_is_counted_once_and_none_slips_in_afterwards(staff: User) -> None:
    version = version_in("panel_review", staff=staff)
    members = [panel_member() for _member in range(4)]
    with scope.enter(scope.programme()):
        review = reviews.open_review(
            actor=staff,
            kind="recommendation",
            subject_id=version.pk,
            members=[member.pk for member in members],
            reporting=None,
            deadline=timezone.localdate() + timedelta(days=3),
            question="",
            base_url="https://x.example",
        )
        for member in members:
            voting.declare_conflict(actor=member.user, member=member, review_id=review.pk, conflict=False, note="")
        reviews.start_vote(actor=staff, review_id=review.pk, deadline=timezone.localdate() + timedelta(days=3))
        for member in members[:3]:
            voting.cast_vote(actor=member.user, member=member, review_id=review.pk, choice="yes")

    def last() -> Any:
        return voting.cast_vote(
            actor=members[3].user, member=members[3], review_id=review.pk, choice="no", reason="Nein."
        )

    close = in_programme(lambda: reviews.close_vote(actor=staff, review_id=review.pk))
    list(at_once([close, in_programme(last), close, close]))
    with scope.enter(scope.programme()):
        final = reviews.close_vote(actor=staff, review_id=review.pk)
    assert (final.state, final.outcome) == (Review.State.DECIDED, Review.Outcome.ACCEPTED)
    assert StateChange.objects.filter(version=version.pk, transition="release_for_piloting").count() == 1
