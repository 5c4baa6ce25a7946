"""What the panel looks at: criteria by kind of subject, each with what 1 to 4 mean. The key is what is stored."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCORES = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to judge. meanings: what a score of 1, 2, 3 and 4 says."""

    key: str
    label: str | Promise
    question: str | Promise
    meanings: tuple[str | Promise, str | Promise, str | Promise, str | Promise]


EVIDENCE = Criterion(
    "evidence",
    _("Evidence and sources"),
    _("Is the problem shown by evidence, and does the proposal rest on what is known to work?"),
    (
        _("Claims without sources"),
        _("Single sources, gaps in what matters"),
        _("Well founded, small gaps"),
        _("Founded throughout, experience of those affected included"),
    ),
)
LAW = Criterion(
    "law",
    _("Law"),
    _("Is the legal framework right, up to date, and complete for all Länder?"),
    (
        _("Wrong or missing in what matters"),
        _("Gaps that a municipality would stumble over"),
        _("Right, details to be added"),
        _("Right, complete, with its date"),
    ),
)
FEASIBILITY = Criterion(
    "feasibility",
    _("Feasibility in small administrations"),
    _("Can an administration with few staff and little money do it too?"),
    (
        _("Only with staff that few have"),
        _("Hard to do without outside help"),
        _("Can be done, with adjustments"),
        _("Can be done, the way for small administrations is shown"),
    ),
)
EFFECT = Criterion(
    "effect",
    _("Effect on those affected"),
    _("Will people affected by racism notice that something has changed?"),
    (
        _("No effect to be expected"),
        _("Effect uncertain or only indirect"),
        _("Effect plausible"),
        _("Effect likely and described from their point of view"),
    ),
)
PARTICIPATION = Criterion(
    "participation",
    _("Participation of those concerned"),
    _("Have those concerned taken part, and can one see what became of what they said?"),
    (
        _("Not visible"),
        _("Heard, without a trace in the text"),
        _("Taken up in part, with reasons"),
        _("Taken up throughout, dissent is shown"),
    ),
)
SIDE_EFFECTS = Criterion(
    "side_effects",
    _("Side effects"),
    _("Have risks been thought of: extra burden on those affected, exposure, data, defensive reactions?"),
    (_("Not thought of"), _("Named, without an answer"), _("Named, mostly with an answer"), _("Thought through")),
)
MEASURABILITY = Criterion(
    "measurability",
    _("Measurability"),
    _("Can one tell after two years whether it has worked?"),
    (
        _("Not measurable"),
        _("Only whether it was done"),
        _("An indicator, its source is open"),
        _("An indicator with source and baseline"),
    ),
)
OBJECTIVES = Criterion(
    "objectives",
    _("Learning objectives"),
    _("Are the learning objectives clear, and do the units lead to them?"),
    (
        _("Unclear"),
        _("Named, the units do not lead there"),
        _("Clear, single units do not fit"),
        _("Clear, and reached by the units"),
    ),
)
TEACHING = Criterion(
    "teaching",
    _("Teaching"),
    _("Do people practise what they are to do, with cases from their own work?"),
    (
        _("Talk only"),
        _("Few exercises, far from practice"),
        _("Exercises with cases from administration"),
        _("Practice throughout, transfer into work prepared"),
    ),
)
SAFETY = Criterion(
    "safety",
    _("Care for those affected"),
    _("Are participants affected by racism protected from harm in the training?"),
    (
        _("Not thought of"),
        _("Left to the trainer"),
        _("Rules and guidance are there"),
        _("Rules, guidance, and somebody to turn to"),
    ),
)
ACCESSIBILITY = Criterion(
    "accessibility",
    _("Accessibility"),
    _("Can everybody take part: language, captions, screen readers, time?"),
    (_("Many are shut out"), _("Some barriers in what matters"), _("Small barriers"), _("No barrier found")),
)

_RECOMMENDATION = (EVIDENCE, LAW, FEASIBILITY, EFFECT, PARTICIPATION, SIDE_EFFECTS, MEASURABILITY)
_BY_KIND: dict[str, tuple[Criterion, ...]] = {
    "module": (EVIDENCE, OBJECTIVES, TEACHING, SAFETY, ACCESSIBILITY, FEASIBILITY, MEASURABILITY),
}


def criteria(kind: str) -> tuple[Criterion, ...]:
    """The criteria for subjects of `kind`; those for recommendations where the kind has none of its own."""
    return _BY_KIND.get(kind, _RECOMMENDATION)
