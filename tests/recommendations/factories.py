"""Recommendations for tests: people of benches and panel, and versions in any state.

`version_in` takes the steps of the lifecycle through `advance`, with the facts each guard wants made beside it.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from apps.accounts.models import Bench, ProgrammeRole, ProgrammeRoleKind, User
from apps.commitments.models import Pilot
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality
from apps.recommendations.actions.editions import freeze
from apps.recommendations.actions.lifecycle import advance, close_round
from apps.recommendations.guards import KIND
from apps.recommendations.models import (
    BenchWord,
    Block,
    Edition,
    Recommendation,
    RecommendationVersion,
    Round,
    TeamMember,
)
from apps.reviews.models import Condition, Review
from tests.factories import MunicipalityFactory, UserFactory

TEXT = {
    "problem": ["Beschwerden werden an vielen Stellen angenommen.", "Niemand weiß, wie lange es dauert."],
    "goal": ["Jede Beschwerde hat eine Frist und eine Antwort."],
    "steps": ["Zuständige Stelle benennen.", "Frist beschließen.", "Jährlich berichten."],
    "law": ["Art. 3 Abs. 1 und 3 GG binden jede Behörde."],
}


def bench_member(bench: str = Bench.ADMINISTRATION, user: User | None = None, **fields: Any) -> ProgrammeRole:
    """A member of a bench."""
    values = {"function": f"Mitglied der Bank {Bench(bench).value}", **fields}
    return ProgrammeRole.objects.create(
        user=user or UserFactory(), role=ProgrammeRoleKind.BENCH_MEMBER, bench=bench, **values
    )


def panel_member(user: User | None = None, **fields: Any) -> ProgrammeRole:
    """A member of the expert panel."""
    values = {"function": "Mitglied des Gremiums", **fields}
    return ProgrammeRole.objects.create(user=user or UserFactory(), role=ProgrammeRoleKind.PANEL_MEMBER, **values)


def recommendation(title: str = "Bürgerbeschwerde mit Frist", **fields: Any) -> RecommendationVersion:
    """A new recommendation: version 1 as an idea, with an open text; returns the version."""
    last = Recommendation.objects.order_by("-number").values_list("number", flat=True).first() or 0
    values = {
        "number": last + 1,
        "key": f"empfehlung-{uuid4().hex[:8]}",
        "dimension": 5,
        "started_because": "Wird gebraucht.",
        **fields,
    }
    made = Recommendation.objects.create(**values)
    version = RecommendationVersion.objects.create(recommendation=made, number=1, state_since=timezone.now())
    edition = Edition.objects.create(version=version, number=1, title=title, items=["d5_03", "d5_04"], target_level=3)
    write(edition, TEXT)
    return version


def write(edition: Edition, text: dict[str, list[str]]) -> list[Block]:
    """Give an open edition these paragraphs by section."""
    return Block.objects.bulk_create(
        Block(edition=edition, section=section, position=position, text=words)
        for section, paragraphs in text.items()
        for position, words in enumerate(paragraphs)
    )


def team(version: RecommendationVersion, benches: Iterable[str] = Bench.values) -> list[TeamMember]:
    """A writing team with somebody from each of `benches`; the first leads."""
    return [
        TeamMember.objects.create(recommendation=version.recommendation, role=bench_member(bench), leads=number == 0)
        for number, bench in enumerate(benches)
    ]


def open_round(version: RecommendationVersion, staff: User) -> Round:
    """A round on the version's text, which is frozen."""
    edition = freeze(version)
    made = Round.objects.create(
        version=version,
        edition=edition,
        number=version.rounds.count() + 1,
        introduction="Bitte lesen Sie vor allem die Schritte.",
        deadline=timezone.localdate() + timedelta(days=21),
        opened_by=staff,
    )
    advance(actor=staff, version_id=version.pk, transition="open_round")
    return made


def answer(made: Round, staff: User) -> None:
    """All benches speak, the round closes, the version is round_answered."""
    for bench in Bench.values:
        BenchWord.objects.create(round=made, bench=bench, kind="consent", text="Wir tragen das mit.", given_by=staff)
    close_round(actor=staff, round_id=made.pk)


def decided_review(
    version: RecommendationVersion,
    staff: User,
    *,
    stage: str = "initial",
    outcome: str = "accepted",
    condition: tuple[str, ProgrammeRole] | None = None,
) -> Review:
    """A review the panel has decided, made without its members."""
    review = Review.objects.create(
        subject_kind=KIND,
        subject_id=version.pk,
        subject_title=str(version),
        stage=stage,
        deadline=timezone.localdate() + timedelta(days=14),
        quorum=50,
        majority="absolute",
        opened_by=staff,
    )
    if condition is not None:
        Condition.objects.create(review=review, text=condition[0], set_by=condition[1])
    review.state, review.outcome, review.decided_at = Review.State.DECIDED, outcome, timezone.now()
    review.save(update_fields=["state", "outcome", "decided_at"])
    return review


def evaluated_pilot(version_id: UUID, municipality: Municipality, staff: User, **fields: Any) -> Any:
    """A pilot of the version in `municipality`, evaluated (or in the state of `fields`). In the programme's scope."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "state": "evaluated",
        "plan": "Ein halbes Jahr lang im Bürgeramt.",
        "starts_on": today - timedelta(days=180),
        "ends_on": today,
        "indicator": "Tage bis zur Antwort",
        "verdict": "works",
        "verdict_reason": "Die Frist wurde eingehalten.",
        "evaluated_at": timezone.now(),
        **fields,
    }
    pilot = Pilot(
        id=uuid7(), municipality=municipality, subject_kind=KIND, subject_id=version_id, subject_title="Erprobt",
        planned_by=staff, **values,
    )  # fmt: skip
    pilot.save(force_insert=True)
    return pilot


def version_in(state: str, *, staff: User | None = None, **fields: Any) -> RecommendationVersion:
    """A version in `state` of the main path (idea … standard, withdrawn). Not within a scope of another kind."""
    staff = staff or UserFactory(staff=True)
    with scope.enter(scope.programme()):
        version = recommendation(**fields)
        made: Round | None = None
        for step, reached in _PATH:
            if version.state == state or (state == "withdrawn" and version.state == "draft"):
                break
            if step == "open_round":
                made = open_round(version, staff)
            elif step == "close_round":
                assert made is not None
                answer(made, staff)
            else:
                _prepare(step, version, staff)
                advance(actor=staff, version_id=version.pk, transition=step)
            version.refresh_from_db()
            assert version.state == reached
        if state == "withdrawn":
            advance(actor=staff, version_id=version.pk, transition="withdraw", reason="Wird nicht mehr gebraucht.")
            version.refresh_from_db()
        assert version.state == state, f"{state} is not on the path"
        return version


_PATH = (
    ("begin", "draft"),
    ("open_round", "round_open"),
    ("close_round", "round_answered"),
    ("submit", "panel_review"),
    ("release_for_piloting", "pilot_ready"),
    ("start_piloting", "piloting"),
    ("conclude_piloting", "pilot_evaluated"),
    ("submit_finally", "panel_final"),
    ("standardise", "standard"),
)


def _prepare(step: str, version: RecommendationVersion, staff: User) -> None:
    if step == "begin":
        team(version)
    elif step == "release_for_piloting":
        decided_review(version, staff)
    elif step == "start_piloting":
        evaluated_pilot(version.pk, MunicipalityFactory(), staff)
        evaluated_pilot(version.pk, MunicipalityFactory(), staff)
    elif step == "standardise":
        decided_review(version, staff, stage="final")
