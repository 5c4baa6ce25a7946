"""Declaring what the expert panel reviews and municipalities pilot: an app says so in its `reviewables.py`.

    register(ReviewableKind(kind="recommendation", label=_("Recommendation"), …))

The modules are found by themselves (apps.reviews), as Django's admin finds `admin.py`. A subject is a version, named
by its kind and its key; reviews and pilots know nothing else of it. The engine calls `decided` and `piloted` inside
its own transaction: what they raise undoes the decision.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

INITIAL = "initial"
FINAL = "final"


@dataclass(frozen=True, slots=True)
class Subject:
    """A version as reviews and pilots show it.

    stage: INITIAL or FINAL where it waits for the panel, else "". text_id: the frozen text that is before the panel.
    changed_at: when its text last changed, for "what has changed since I last looked". released_at: when it was last
    released for piloting: pilots evaluated before were of another text.
    """

    kind: str
    subject_id: UUID
    title: str
    url: str
    state_label: str
    stage: str = ""
    text_id: UUID | None = None
    changed_at: Any = None
    released_at: datetime | None = None


@dataclass(frozen=True)
class ReviewableKind:
    """One kind of subject.

    subjects(ids): those that exist, by key; one query. waiting(): those that wait for the panel. pilotable(): those a
    municipality can pilot now. concerned(user_id, subject_id): whether the person wrote it and is therefore no
    reviewer. decided(…) and piloted(…) let the owner move its version along the lifecycle.
    """

    kind: str
    label: str | Promise
    subjects: Callable[[Iterable[UUID]], Mapping[UUID, Subject]]
    waiting: Callable[[], list[Subject]]
    pilotable: Callable[[], list[Subject]]
    concerned: Callable[[UUID, UUID], bool]
    #: (actor, subject_id, stage, outcome, reason)
    decided: Callable[..., None]
    #: (actor, subject_id): a pilot has begun or was evaluated; the owner looks what follows.
    piloted: Callable[..., None]


_kinds: dict[str, ReviewableKind] = {}


def register(*kinds: ReviewableKind) -> None:
    """Declare kinds; called when an app's `reviewables.py` is imported. Raises ValueError for one declared twice."""
    for kind in kinds:
        if _kinds.setdefault(kind.kind, kind) is not kind:
            raise ValueError(f"The reviewable kind {kind.kind!r} is declared twice.")


def unregister(kind: str) -> None:
    """Forget a kind: for tests that declare one."""
    _kinds.pop(kind, None)


def get(kind: str) -> ReviewableKind:
    """The declaration of `kind`; raises LookupError."""
    return _kinds[kind]


def kinds() -> list[ReviewableKind]:
    """All declared kinds."""
    return list(_kinds.values())


@dataclass(frozen=True, slots=True)
class PilotEvidence:
    """In how many different municipalities a version is being piloted or was (`running`), and was evaluated.

    Counted since its text was released for piloting: what was tried out before was another text.
    """

    running: int
    evaluated: int


_pilot_evidence: list[Callable[[str, UUID, datetime | None], PilotEvidence]] = []


def provide_pilot_evidence(provider: Callable[[str, UUID, datetime | None], PilotEvidence]) -> None:
    """Say who knows of pilots; called once, by the app that keeps them."""
    _pilot_evidence[:] = [provider]


def pilot_evidence(kind: str, subject_id: UUID, since: datetime | None) -> PilotEvidence:
    """What is known of the pilots of a subject, released at `since`; nothing where no app keeps pilots."""
    return _pilot_evidence[0](kind, subject_id, since) if _pilot_evidence else PilotEvidence(0, 0)
