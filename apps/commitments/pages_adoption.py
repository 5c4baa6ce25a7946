"""What the pages on adoptions show. No queries here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.commitments.adoption_steps import PATH, Step, steps_from
from apps.commitments.models import Adoption
from apps.commitments.states import AdoptionState
from apps.recommendations.models import Edition, RecommendationVersion
from apps.reviews.lifecycle import State

_A = AdoptionState
KINDS: dict[str, str] = {
    _A.CONSIDERED: "info",
    _A.ADOPTED: "info",
    _A.PLANNED: "info",
    _A.IN_PROGRESS: "info",
    _A.IMPLEMENTED: "success",
    _A.VERIFIED: "success",
    _A.NOT_ADOPTED: "neutral",
    _A.LAPSED: "neutral",
}
_PILOTED = frozenset({State.PILOT_READY, State.PILOTING, State.PILOT_EVALUATED, State.PANEL_FINAL})
EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a version stands, as municipalities need to know it: text and kind of its badge."""

    text: str | Promise
    kind: str


def standing(version: RecommendationVersion) -> Standing:
    """Standard, being piloted, a draft, or no longer valid."""
    if version.state == State.STANDARD:
        return Standing(_("Standard"), "success")
    if version.state in _PILOTED:
        return Standing(_("Being piloted"), "info")
    if version.state == State.SUPERSEDED:
        return Standing(_("Superseded by a newer version"), "warning")
    if version.state == State.WITHDRAWN:
        return Standing(_("Withdrawn"), "warning")
    return Standing(_("Draft of the project, before anybody took part"), "warning")


@dataclass(frozen=True, slots=True)
class Line:
    """An adoption in the list."""

    adoption: Adoption
    title: str
    standing: Standing
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """The adoptions in one state."""

    key: str
    label: str | Promise
    lines: list[Line]


def groups(rows: Iterable[Adoption], titles: Mapping[UUID, str], replaced: Collection[UUID]) -> list[Group]:
    """The adoptions by state along the way, then what ended, then what a newer version has replaced; no empty ones."""
    order = (*PATH, _A.NOT_ADOPTED, _A.LAPSED)
    found: dict[str, list[Line]] = {}
    for row in rows:
        line = Line(row, titles.get(row.version_id, ""), standing(row.version), KINDS[row.state])
        found.setdefault(EARLIER if row.pk in replaced else row.state, []).append(line)
    made = [Group(state, state.label, found[state]) for state in order if state in found]
    if EARLIER in found:
        made.append(Group(EARLIER, _("replaced by a newer version"), found[EARLIER]))
    return made


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that can be considered."""

    version: RecommendationVersion
    edition: Edition
    standing: Standing


def candidates(versions: Iterable[RecommendationVersion], editions: Mapping[UUID, Edition]) -> list[Candidate]:
    """The versions with what a municipality reads of them first."""
    return [Candidate(version, editions[version.pk], standing(version)) for version in versions]


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step on the page of an adoption: the first forward one is the primary action, ends stand last."""

    step: Step
    kind: str


def offered(row: Adoption, *, is_replaced: bool, steers: bool, decides: bool) -> list[OfferedStep]:
    """The steps that may be taken now by somebody with these rights."""
    steps = [
        step for step in steps_from(row.state, is_replaced=is_replaced) if (decides if step.is_decision else steers)
    ]
    kinds = ["primary" if place == 0 and step.target in PATH else "secondary" for place, step in enumerate(steps)]
    return [
        OfferedStep(step, "tertiary" if step.target == _A.LAPSED else kind)
        for step, kind in zip(steps, kinds, strict=True)
    ]


def path_labels() -> Sequence[str]:
    """The states of the way, for the stepper."""
    return [str(state.label) for state in PATH]


def place_on_path(state: str) -> int:
    """The number of a state on the way, from 1; 0 off the way."""
    return PATH.index(_A(state)) + 1 if state in PATH else 0
