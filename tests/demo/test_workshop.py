"""The demo's workshop: recommendations in each state, with what people, panel and municipalities have made of them."""

from collections import Counter

import pytest
from django.utils import timezone

from apps.accounts.models import Bench, ProgrammeRole
from apps.commitments.models import (
    Adoption,
    AdoptionNeed,
    IndicatorValue,
    Measure,
    MeasureDependency,
    MeasureEvidence,
    MeasureNeed,
    Pilot,
    SelfCommitment,
    TenPointReport,
    TenPointSection,
)
from apps.core import scope
from apps.demo.content.workshop import MEMBERS
from apps.municipalities.models import Municipality
from apps.recommendations.models import (
    Comment,
    Contribution,
    ContributionSummary,
    Disposition,
    Edition,
    Expense,
    MappingRule,
    Recommendation,
    RecommendationVersion,
    Round,
    SectionCheckout,
    StateChange,
)
from apps.reviews.models import Advice, Meeting, MinorityStatement, Review, Vote

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
COMPLAINT, POINT_13, SELECTION, ROUTINES, LANGUAGE = 7, 6, 3, 9, 10


def version_of(number: int) -> RecommendationVersion:
    return RecommendationVersion.objects.get(recommendation__number=number)


def test_three_benches_and_a_panel_are_there(seeded: str) -> None:
    benches = Counter(ProgrammeRole.objects.exclude(bench="").values_list("bench", flat=True))
    assert set(benches) == set(Bench.values) and min(benches.values()) >= 3
    assert ProgrammeRole.objects.filter(role="panel_member").count() == 7
    assert len({member.last_name for member in MEMBERS}) == len(MEMBERS)  # the seeding finds them by last name


def test_the_library_is_there_and_five_of_it_are_on_their_way(seeded: str) -> None:
    states = dict(RecommendationVersion.objects.values_list("recommendation__number", "state"))
    on_their_way = {number: state for number, state in states.items() if state != "idea"}
    assert Recommendation.objects.count() >= 12 and MappingRule.objects.count() > 60
    assert on_their_way == {
        COMPLAINT: "standard",
        POINT_13: "panel_review",
        SELECTION: "piloting",
        ROUTINES: "draft",
        LANGUAGE: "round_open",
    }
    assert not RecommendationVersion.objects.filter(shared_as_draft_at=None).exists()


def test_the_complaint_procedure_went_the_whole_way_over_more_than_a_year(seeded: str) -> None:
    version = version_of(COMPLAINT)
    steps = list(StateChange.objects.filter(version=version).order_by("created_at"))
    assert [step.transition for step in steps] == [
        "begin",
        "open_round",
        "close_round",
        "submit",
        "release_for_piloting",
        "start_piloting",
        "conclude_piloting",
        "submit_finally",
        "standardise",
    ]
    assert (steps[-1].created_at - steps[0].created_at).days > 365
    about = Round.objects.get(version=version)
    outcomes = Counter(Disposition.objects.filter(comment__round=about).values_list("outcome", flat=True))
    assert set(outcomes) == set(Disposition.Outcome.values) and sum(outcomes.values()) == 12
    assert about.closed_at is not None and about.closed_at.date() <= about.deadline
    assert set(about.bench_words.values_list("kind", flat=True)) == {"consent", "conditional"}
    assert Edition.objects.filter(version=version).count() >= 4


def test_its_panel_reviews_show_named_votes_a_conflict_and_dissent(seeded: str) -> None:
    first, final = Review.objects.filter(subject_id=version_of(COMPLAINT).pk).order_by("decided_at")
    assert (first.outcome, final.outcome) == ("conditional", "accepted")
    assert set(Vote.objects.filter(assignment__review=first).values_list("choice", flat=True)) == {
        "yes",
        "conditional",
        "no",
    }
    conflicted = first.assignments.get(conflict=True)
    assert not hasattr(conflicted, "vote") and conflicted.conflict_note
    assert MinorityStatement.objects.get(review=first).signers.count() == 2
    assert not first.conditions.filter(confirmed_at=None).exists()


def test_a_vote_and_a_round_are_open(seeded: str) -> None:
    voting = Review.objects.get(state="voting")
    assert voting.subject_id == version_of(POINT_13).pk and voting.deadline > timezone.localdate()
    assert Vote.objects.filter(assignment__review=voting).count() == 2
    about = Round.objects.get(state="open")
    answered = Disposition.objects.filter(comment__round=about).count()
    assert about.version_id == version_of(LANGUAGE).pk and about.deadline > timezone.localdate()
    assert 0 < answered < Comment.objects.filter(round=about, thread=None).count()
    assert ContributionSummary.objects.get(round=about).rests_on == 3
    with scope.enter(scope.programme()):
        assert Contribution.objects.filter(round=about).count() == 4
    assert SectionCheckout.objects.get().edition.version_id == version_of(ROUTINES).pk
    assert set(Expense.objects.values_list("state", flat=True)) == {"noted", "approved", "paid"}


def test_pilots_are_planned_running_and_evaluated(seeded: str) -> None:
    with scope.enter(scope.programme()):
        found = Counter(Pilot.objects.filter(subject_kind="recommendation").values_list("subject_id", "state"))
        logs = [pilot.log.count() for pilot in Pilot.objects.filter(subject_kind="recommendation", state="evaluated")]
    assert found == {
        (version_of(COMPLAINT).pk, "evaluated"): 2,
        (version_of(SELECTION).pk, "running"): 1,
        (version_of(SELECTION).pk, "planned"): 1,
    }
    assert min(logs) >= 3


def test_municipalities_adopt_it_and_one_says_why_not(seeded: str) -> None:
    with scope.enter(scope.programme()):
        states = dict(Adoption.objects.filter(version=version_of(COMPLAINT)).values_list("municipality__slug", "state"))
        against = Adoption.objects.get(state="not_adopted")
        answers = AdoptionNeed.objects.filter(adoption__version=version_of(COMPLAINT)).count()
    assert states == {
        "lindenfurt": "in_progress",
        "landkreis-weisserlen": "planned",
        "ostermuenster": "adopted",
        "amt-schilfsee": "not_adopted",
    }
    assert (against.reason_kind, bool(against.reason)) == ("no_staff", True)
    assert answers >= 3


def test_lindenfurt_has_measures_in_every_state_with_what_belongs_to_them(seeded: str) -> None:
    with scope.enter(scope.municipality(Municipality.objects.get(slug="lindenfurt"))):
        found = list(Measure.objects.order_by("number"))
        assert {measure.state for measure in found} == {"planned", "in_progress", "waiting", "done", "dropped"}
        assert [measure.number for measure in found if measure.is_overdue] == [2]
        assert IndicatorValue.objects.count() >= 6 and MeasureEvidence.objects.get().url
        assert MeasureDependency.objects.count() == 2 and MeasureNeed.objects.exists()
        commitment = SelfCommitment.objects.get()
        assert (commitment.state, commitment.is_public) == ("in_force", True)
        sections = TenPointSection.objects.filter(report=TenPointReport.objects.get())
        assert sections.count() == 10 and sections.exclude(edited_at=None).count() == 1


def test_the_panel_has_met_and_given_advice(seeded: str) -> None:
    past, coming = Meeting.objects.order_by("starts_at")
    assert past.approved_at is not None and past.minutes and past.attendance.count() == 7
    assert coming.starts_at > timezone.now() and coming.agenda.count() == 3
    assert set(Advice.objects.values_list("state", flat=True)) == {"answered", "given", "draft"}
