"""A text is taken back from the panel while its votes are being counted: one of the two is done, neither fails."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from apps.accounts.models import User
from apps.core import scope
from apps.recommendations.actions.lifecycle import NotPossible, advance
from apps.recommendations.guards import KIND
from apps.recommendations.models import RecommendationVersion
from apps.reviews.actions import reviews, voting
from apps.reviews.models import Review
from tests.factories import UserFactory
from tests.recommendations.factories import panel_member, version_in

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


def voted_on(version: RecommendationVersion, staff: User) -> Review:
    """A review of the version in which the only member has voted."""
    member, day = panel_member(), timezone.localdate() + timedelta(days=3)
    with scope.enter(scope.programme()):
        review = reviews.open_review(
            actor=staff,
            kind=KIND,
            subject_id=version.pk,
            members=[member.pk],
            reporting=None,
            deadline=day,
            question="",
            base_url="",
        )
        actor = member.user
        voting.declare_conflict(actor=actor, member=member, review_id=review.pk, conflict=False, note="")
        reviews.start_vote(actor=staff, review_id=review.pk, deadline=day)
        voting.cast_vote(actor=actor, member=member, review_id=review.pk, choice="yes")
    return review


def wait_until_somebody_waits() -> None:
    ends = time.monotonic() + SECONDS
    sql = """SELECT count(*) FROM pg_locks waiting
             JOIN pg_locks other USING (pid) JOIN pg_database ON oid = other.database
             WHERE NOT waiting.granted AND datname = current_database()"""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql)
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < ends, "nobody waits for the lock of the review"
            time.sleep(0.02)


def test_who_takes_a_text_back_waits_until_the_votes_are_counted() -> None:
    staff: User = UserFactory(staff=True)
    version = version_in("panel_review", staff=staff)
    review = voted_on(version, staff)

    def take_back() -> None:
        try:
            with scope.enter(scope.programme()):
                advance(actor=staff, version_id=version.pk, transition="return_to_draft", reason="Doch noch nicht.")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with scope.enter(scope.programme()):
            reviews.locked(review.pk)  # as whoever closes the vote does first
            taken_back = pool.submit(take_back)
            wait_until_somebody_waits()
            reviews.close_vote(actor=staff, review_id=review.pk)
        assert isinstance(taken_back.exception(timeout=SECONDS), NotPossible)
    version.refresh_from_db()
    review.refresh_from_db()
    assert (version.state, review.state) == ("pilot_ready", Review.State.DECIDED)
