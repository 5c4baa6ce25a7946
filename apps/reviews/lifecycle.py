"""The life of what the programme publishes, recommendations and training modules alike: one table, nothing else.

Pure: states, transitions, and by name what must be true before each. The app that owns the version evaluates the
guards, writes the change under a lock and keeps it on record; triggers of the database hold the same table against
everything else (a test compares the two).
"""

from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a version stands (domain.md, Recommendations)."""

    IDEA = "idea", _("Idea")
    DRAFT = "draft", _("Draft")
    ROUND_OPEN = "round_open", _("Round open")
    ROUND_ANSWERED = "round_answered", _("Round answered")
    PANEL_REVIEW = "panel_review", _("With the panel")
    PILOT_READY = "pilot_ready", _("Ready to be piloted")
    PILOTING = "piloting", _("Being piloted")
    PILOT_EVALUATED = "pilot_evaluated", _("Pilots evaluated")
    PANEL_FINAL = "panel_final", _("Final review")
    STANDARD = "standard", _("Standard")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: Nothing leads out of these.
FINAL = frozenset({State.SUPERSEDED, State.WITHDRAWN})
#: States in which a municipality can take a version up: to pilot it, or as the standard.
ADOPTABLE = frozenset({State.PILOT_READY, State.PILOTING, State.PILOT_EVALUATED, State.PANEL_FINAL, State.STANDARD})


@dataclass(frozen=True, slots=True)
class Transition:
    """A step: from one of `sources` to `target`, when all `guards` hold; with a reason where one is owed."""

    name: str
    sources: frozenset[State]
    target: State
    guards: tuple[str, ...] = ()
    needs_reason: bool = False


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


TRANSITIONS: tuple[Transition, ...] = (
    Transition("begin", _from(State.IDEA), State.DRAFT, ("team_of_all_benches",)),
    Transition("open_round", _from(State.DRAFT), State.ROUND_OPEN, ("text_is_written", "nothing_checked_out")),
    Transition("call_off_round", _from(State.ROUND_OPEN), State.DRAFT, (), needs_reason=True),
    Transition(
        "close_round", _from(State.ROUND_OPEN), State.ROUND_ANSWERED, ("benches_have_spoken", "comments_are_answered")
    ),
    Transition(
        "submit",
        _from(State.ROUND_ANSWERED),
        State.PANEL_REVIEW,
        ("round_was_closed", "text_is_written", "nothing_checked_out"),
    ),
    Transition(
        "release_for_piloting", _from(State.PANEL_REVIEW), State.PILOT_READY, ("panel_accepted", "nothing_checked_out")
    ),
    Transition("start_piloting", _from(State.PILOT_READY), State.PILOTING, ("pilot_is_running",)),
    Transition("conclude_piloting", _from(State.PILOTING), State.PILOT_EVALUATED, ("two_pilots_are_evaluated",)),
    Transition(
        "submit_finally",
        _from(State.PILOT_EVALUATED),
        State.PANEL_FINAL,
        ("two_pilots_are_evaluated", "text_is_written", "nothing_checked_out"),
    ),
    Transition(
        "standardise",
        _from(State.PANEL_FINAL),
        State.STANDARD,
        ("panel_accepted_finally", "two_pilots_are_evaluated", "nothing_checked_out"),
    ),
    Transition(
        "return_to_draft",
        _from(State.ROUND_ANSWERED, State.PANEL_REVIEW, State.PILOT_EVALUATED, State.PANEL_FINAL),
        State.DRAFT,
        (),
        needs_reason=True,
    ),
    Transition("supersede", _from(State.STANDARD), State.SUPERSEDED, ("successor_passes",)),
    Transition(
        "withdraw",
        frozenset(State) - FINAL - {State.ROUND_OPEN},
        State.WITHDRAWN,
        (),
        needs_reason=True,
    ),
)

#: Modules have no round: their authors hand them to the panel. Everything else is as it is for recommendations.
_OF_ROUNDS = frozenset({"open_round", "call_off_round", "close_round", "begin", "submit"})
MODULE_TRANSITIONS: tuple[Transition, ...] = (
    Transition("begin", _from(State.IDEA), State.DRAFT, ("has_authors",)),
    Transition("submit", _from(State.DRAFT), State.PANEL_REVIEW, ("text_is_written",)),
    *(
        replace(
            transition,
            sources=transition.sources - {State.ROUND_OPEN, State.ROUND_ANSWERED},
            guards=tuple(guard for guard in transition.guards if guard != "nothing_checked_out"),
        )
        for transition in TRANSITIONS
        if transition.name not in _OF_ROUNDS
    ),
)

BY_NAME = {transition.name: transition for transition in TRANSITIONS}
MODULE_BY_NAME = {transition.name: transition for transition in MODULE_TRANSITIONS}
GUARDS = frozenset(guard for transition in TRANSITIONS for guard in transition.guards)
#: What a trigger lets pass: every (from, to) of the table.
PAIRS = frozenset((source, transition.target) for transition in TRANSITIONS for source in transition.sources)
MODULE_PAIRS = frozenset(
    (source, transition.target) for transition in MODULE_TRANSITIONS for source in transition.sources
)


def leading_from(state: str) -> list[Transition]:
    """The transitions that lead out of `state`, in the table's order."""
    return [transition for transition in TRANSITIONS if state in transition.sources]
