"""Recommendations before the panel: what the decision does to the version."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import ProgrammeRole, User
from apps.core import reviewable_declaration as reviewables
from apps.core import scope
from apps.municipalities.models import Municipality
from apps.recommendations.actions.lifecycle import NotPossible, advance
from apps.recommendations.actions.pilots import follow_pilots
from apps.recommendations.guards import KIND
from apps.recommendations.models import RecommendationVersion, StateChange, TeamMember
from apps.recommendations.queries import open_edition
from apps.reviews import queries
from apps.reviews.actions import reviews, statements
from apps.reviews.models import Review
from apps.reviews.problems import Refused
from tests.factories import MunicipalityFactory
from tests.recommendations.factories import evaluated_pilot, version_in
from tests.reviews.stand_in import BASE, cast, close, declare, panel, start

pytestmark = pytest.mark.django_db


def before_the_panel(version: RecommendationVersion, members: list[ProgrammeRole], staff: User) -> Review:
    with scope.enter(scope.programme()):
        review = reviews.open_review(
            actor=staff,
            kind=KIND,
            subject_id=version.pk,
            members=[member.pk for member in members],
            reporting=None,
            deadline=timezone.localdate() + timedelta(days=14),
            question="",
            base_url=BASE,
        )
    declare(review, *members)
    start(review)
    return review


def voted(version: RecommendationVersion, staff: User, *votes: tuple[str, ...]) -> Review:
    members = panel(len(votes))
    review = before_the_panel(version, members, staff)
    for member, vote in zip(members, votes, strict=True):
        cast(review, member, *vote)
    return close(review, reason="Wie in der Sitzung besprochen.")


def state(version: RecommendationVersion) -> str:
    return RecommendationVersion.objects.get(pk=version.pk).state


def is_waiting(version: RecommendationVersion) -> bool:
    return version.pk in {subject.subject_id for subject in queries.waiting()}


def test_a_version_waits_for_the_panel_until_a_review_is_open(staff: User) -> None:
    version = version_in("panel_review")
    assert is_waiting(version)
    before_the_panel(version, panel(1), staff)
    assert not is_waiting(version)
    assert not is_waiting(version_in("draft"))


def test_the_subject_shows_number_title_frozen_text_and_where_to_read_it() -> None:
    version = version_in("panel_review")
    subject = reviewables.get(KIND).subjects([version.pk])[version.pk]
    edition = version.editions.order_by("-number")[0]
    assert subject.text_id == edition.pk
    assert subject.changed_at == edition.frozen_at
    assert (subject.stage, subject.title) == ("initial", f"{version}: {edition.title}")
    assert subject.url == f"/workshop/recommendations/{version.pk}/read/"


def test_acceptance_releases_for_piloting(staff: User) -> None:
    version = version_in("panel_review")
    assert voted(version, staff, ("yes",), ("yes",)).outcome == "accepted"
    assert state(version) == "pilot_ready"
    assert version.pk in {subject.subject_id for subject in reviewables.get(KIND).pilotable()}


def test_final_acceptance_makes_it_standard(staff: User) -> None:
    version = version_in("panel_final")
    voted(version, staff, ("yes",))
    assert state(version) == "standard"


def test_conditions_open_the_text_and_hold_the_version_until_the_panel_confirms(staff: User) -> None:
    version = version_in("panel_review")
    review = voted(version, staff, ("conditional", "Quelle ergänzen."), ("yes",))
    assert (review.outcome, state(version)) == ("conditional", "panel_review")
    assert open_edition(version) is not None
    assert not is_waiting(version)
    with scope.enter(scope.programme()), pytest.raises(NotPossible):
        advance(actor=staff, version_id=version.pk, transition="release_for_piloting")
    condition = review.conditions.get()
    confirmer = review.assignments.exclude(member=condition.set_by).get().member
    statements.say_met(actor=staff, condition_id=condition.pk, note="Ergänzt.")
    statements.judge_condition(actor=None, member=confirmer, condition_id=condition.pk, is_met=True)
    with scope.enter(scope.programme()):
        advance(actor=staff, version_id=version.pk, transition="release_for_piloting")
    assert state(version) == "pilot_ready"


def test_what_is_returned_is_a_draft_again_with_the_reason_on_record(staff: User) -> None:
    version = version_in("panel_review")
    voted(version, staff, ("no",), ("no",))
    assert state(version) == "draft"
    change = StateChange.objects.get(version=version, transition="return_to_draft")
    assert change.reason == "Wie in der Sitzung besprochen."


def test_without_a_quorum_it_stays_and_waits_again(staff: User) -> None:
    version = version_in("panel_review")
    review = before_the_panel(version, panel(3), staff)
    Review.objects.filter(pk=review.pk).update(deadline=timezone.localdate() - timedelta(days=1))
    assert close(review).outcome == "no_quorum"
    assert state(version) == "panel_review"
    assert is_waiting(version)


def test_who_writes_or_wrote_it_is_concerned(staff: User) -> None:
    version = version_in("panel_review")
    writer = TeamMember.objects.filter(recommendation=version.recommendation)[0]
    writer.left_at = timezone.now()
    writer.save()
    kind = reviewables.get(KIND)
    assert kind.concerned(writer.role.user_id, version.pk)
    assert not kind.concerned(staff.pk, version.pk)


def test_a_decision_the_version_cannot_follow_is_refused_with_the_reason(staff: User) -> None:
    version = version_in("draft")
    with scope.enter(scope.programme()), pytest.raises(Refused) as refused:
        reviewables.get(KIND).decided(staff, version.pk, "initial", "accepted", "")
    assert refused.value.reasons


# --- Pilots ---


def test_pilots_move_the_version_on_as_the_guards_allow(municipality: Municipality, staff: User) -> None:
    version = version_in("pilot_ready")
    with scope.enter(scope.programme()):
        assert follow_pilots(version_id=version.pk) == []
        evaluated_pilot(
            version.pk, municipality, staff, state="running", verdict="", verdict_reason="", evaluated_at=None
        )
        assert follow_pilots(version_id=version.pk) == ["start_piloting"]
        assert follow_pilots(version_id=version.pk) == []
        for _number in range(2):
            evaluated_pilot(version.pk, MunicipalityFactory(), staff)
        assert follow_pilots(version_id=version.pk) == ["conclude_piloting"]
    assert state(version) == "pilot_evaluated"
