"""The steps of an adoption as people take them: one table over ADOPTION_STEPS. Pure."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.commitments.states import AdoptionState

_A = AdoptionState
#: What a step asks for: nothing, a decision, a kind of reason with its text, a text, or the proof of the effect.
NOTHING, DECISION, REASON, TEXT, PROOF = "nothing", "decision", "reason", "text", "proof"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name in addresses, where it leads from and to, what it asks for, and who takes it.

    button says what is done, explanation what follows. is_decision: taken by whoever may decide.
    """

    name: str
    sources: frozenset[AdoptionState]
    target: AdoptionState
    button: str | Promise
    explanation: str | Promise
    asks: str = NOTHING
    is_decision: bool = False


STEPS: tuple[Step, ...] = (
    Step(
        "adopt",
        frozenset({_A.CONSIDERED}),
        _A.ADOPTED,
        pgettext_lazy("recommendation", "Adopt it"),
        _("Please enter the decision: who decided when, where it can be found, and who signed it."),
        DECISION,
        is_decision=True,
    ),
    Step(
        "decline",
        frozenset({_A.CONSIDERED}),
        _A.NOT_ADOPTED,
        pgettext_lazy("recommendation", "Do not adopt it"),
        _("The reason goes, without the name of your municipality, to those who write the recommendation."),
        REASON,
        is_decision=True,
    ),
    Step(
        "reconsider",
        frozenset({_A.NOT_ADOPTED}),
        _A.CONSIDERED,
        pgettext_lazy("recommendation", "Consider it again"),
        _("It is being considered again. The earlier decision stays on record."),
    ),
    Step(
        "plan",
        frozenset({_A.ADOPTED}),
        _A.PLANNED,
        pgettext_lazy("recommendation", "The measures are planned"),
        _("It is clear which measures put it into practice, who is responsible, and until when."),
    ),
    Step(
        "begin",
        frozenset({_A.PLANNED}),
        _A.IN_PROGRESS,
        pgettext_lazy("recommendation", "Begin"),
        _("Work on the measures has begun."),
    ),
    Step(
        "implement",
        frozenset({_A.IN_PROGRESS}),
        _A.IMPLEMENTED,
        pgettext_lazy("recommendation", "It is implemented"),
        _("All measures are done or given up. Whether it works is verified separately."),
    ),
    Step(
        "verify",
        frozenset({_A.IMPLEMENTED}),
        _A.VERIFIED,
        pgettext_lazy("recommendation", "The effect is verified"),
        _("Please say what shows that it works: the values of the indicator, the next needs assessment, a survey."),
        PROOF,
    ),
    Step(
        "resume",
        frozenset({_A.IMPLEMENTED, _A.VERIFIED}),
        _A.IN_PROGRESS,
        pgettext_lazy("recommendation", "Take it up again"),
        _("Something is still to be done, or the effect has not lasted."),
        TEXT,
    ),
    Step(
        "lapse",
        frozenset({_A.CONSIDERED, _A.ADOPTED, _A.PLANNED, _A.IN_PROGRESS, _A.IMPLEMENTED}),
        _A.LAPSED,
        pgettext_lazy("recommendation", "Give it up"),
        _("It ends for good; its measures stay as they are. The reason goes, without the name of your municipality, "
          "to those who write the recommendation."),
        REASON,
        is_decision=True,
    ),
)  # fmt: skip

BY_NAME = {step.name: step for step in STEPS}
#: The way an adoption takes where nothing comes in between.
PATH = (_A.CONSIDERED, _A.ADOPTED, _A.PLANNED, _A.IN_PROGRESS, _A.IMPLEMENTED, _A.VERIFIED)


def steps_from(state: str, *, is_replaced: bool = False) -> list[Step]:
    """The steps that lead out of `state`; what a newer version has replaced can only be given up."""
    return [step for step in STEPS if state in step.sources and (not is_replaced or step.target == _A.LAPSED)]
