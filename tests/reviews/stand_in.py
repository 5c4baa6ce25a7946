"""A kind of subject for tests: training modules as they may come, kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from apps.accounts.models import ProgrammeRole, User
from apps.core import reviewable_declaration as reviewables
from apps.core import scope
from apps.core.keys import uuid7
from apps.core.reviewable_declaration import ReviewableKind, Subject
from apps.reviews.actions import reviews, voting
from apps.reviews.models import Review
from apps.reviews.rubric import criteria
from tests.factories import UserFactory
from tests.recommendations.factories import panel_member

KIND = "stand_in"
BASE = "https://kommunen.example"
TITLE = "Modul 3, Version 2: Gespräche im Bürgeramt"


@dataclass
class Modules:
    """What waits, who wrote it, and what the panel said."""

    waiting: dict[UUID, Subject] = field(default_factory=dict)
    authors: dict[UUID, set[UUID]] = field(default_factory=dict)
    heard: list[tuple[Any, ...]] = field(default_factory=list)

    def submit(self, stage: str = "initial") -> UUID:
        """A version that waits for the panel."""
        key = uuid7()
        self.waiting[key] = Subject(
            kind=KIND,
            subject_id=key,
            title=TITLE,
            url=f"/modules/{key}/",
            state_label="Beim Gremium",
            stage=stage,
            changed_at=timezone.now() - timedelta(days=3),
        )
        return key


@contextmanager
def modules() -> Iterator[Modules]:
    """The kind, declared while the block runs."""
    kept = Modules()

    def decided(actor: Any, subject_id: UUID, stage: str, outcome: str, reason: str) -> None:
        kept.heard.append((subject_id, stage, outcome, reason))

    reviewables.register(
        ReviewableKind(
            kind=KIND,
            label="Schulungsmodul",
            subjects=lambda ids: {key: kept.waiting[key] for key in ids if key in kept.waiting},
            waiting=lambda: list(kept.waiting.values()),
            pilotable=list,
            concerned=lambda user_id, subject_id: user_id in kept.authors.get(subject_id, set()),
            decided=decided,
            piloted=lambda actor, subject_id: None,
        )
    )
    try:
        yield kept
    finally:
        reviewables.unregister(KIND)


def open_review(kept: Modules, members: list[ProgrammeRole], staff: User | None = None, **fields: Any) -> Review:
    """A review of a module, given to `members`, the first of whom reports."""
    values = {
        "kind": KIND,
        "subject_id": kept.submit(),
        "members": [member.pk for member in members],
        "reporting": members[0].pk if members else None,
        "deadline": timezone.localdate() + timedelta(days=14),
        "question": "Trägt das Modul?",
        "base_url": BASE,
        **fields,
    }
    with scope.enter(scope.programme()):
        return reviews.open_review(actor=staff or UserFactory(staff=True), **values)


def declare(review: Review, *members: ProgrammeRole, conflict: bool = False) -> None:
    """Each says whether there is a conflict of interest."""
    for member in members:
        note = "Mitautor*in" if conflict else ""
        voting.declare_conflict(actor=member.user, member=member, review_id=review.pk, conflict=conflict, note=note)


def start(review: Review, *, days: int = 7) -> None:
    """The vote begins."""
    with scope.enter(scope.programme()):
        reviews.start_vote(actor=None, review_id=review.pk, deadline=timezone.localdate() + timedelta(days=days))


def cast(review: Review, member: ProgrammeRole, choice: str, *conditions: str, reason: str = "") -> None:
    """One vote; a no gets a reason."""
    voting.cast_vote(
        actor=member.user,
        member=member,
        review_id=review.pk,
        choice=choice,
        reason=reason or ("Das trägt nicht." if choice == "no" else ""),
        conditions=conditions,
    )


def close(review: Review, reason: str = "") -> Review:
    """The vote is counted."""
    with scope.enter(scope.programme()):
        return reviews.close_vote(actor=UserFactory(staff=True), review_id=review.pk, reason=reason)


def scored(review: Review, member: ProgrammeRole, score: int = 3) -> None:
    """All criteria get `score`."""
    given = {criterion.key: (score, f"Begründung von {member.user.last_name}") for criterion in criteria(KIND)}
    voting.save_scores(actor=member.user, member=member, review_id=review.pk, scores=given)


def panel(number: int) -> list[ProgrammeRole]:
    """So many members of the panel."""
    return [panel_member() for _number in range(number)]


def decided(kept: Modules, members: list[ProgrammeRole], *votes: tuple[str, ...]) -> Review:
    """A review of which each member has voted as given (choice, conditions …), and which is decided."""
    review = open_review(kept, members)
    declare(review, *members)
    start(review)
    for member, vote in zip(members, votes, strict=True):
        cast(review, member, *vote)
    return close(review)


def signed_in(user: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def replace_changed(subject: Subject) -> Subject:
    """The same subject with a text changed just now."""
    return replace(subject, changed_at=timezone.now())
