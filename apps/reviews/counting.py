"""From votes to an outcome. Pure; nobody enters an outcome.

Entitled are the members a review was given to who have not declared a conflict of interest. Who has not said yet
whether there is one counts as entitled, and has not voted. Who has left the panel without having voted is not entitled.

1. Quorum: of those entitled, at least `quorum` percent have voted; an abstention is a vote. Where nobody is entitled,
   or nobody has voted, there is no quorum.
2. Majority, of what is for it (yes, and yes with conditions) against no:
   simple      more for than against; abstentions do not count
   absolute    for it are more than half of all those entitled; abstentions and missing votes count like a no
   two_thirds  for it are at least two thirds of those for and against; abstentions do not count
   A tie is no majority: the text is returned.
3. Conditions: where it is accepted, it is so with conditions if any were set, or if the plain yes alone would not
   carry.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from apps.reviews.models import Majority, Review, Vote

Choice, Outcome = Vote.Choice, Review.Outcome


@dataclass(frozen=True, slots=True)
class Count:
    """How many have voted how, of how many entitled."""

    entitled: int
    yes: int = 0
    conditional: int = 0
    no: int = 0
    abstain: int = 0

    @classmethod
    def of(cls, choices: Iterable[str], entitled: int) -> "Count":
        """The count of these votes."""
        by_choice = Counter(str(choice) for choice in choices)
        return cls(entitled, *(by_choice[choice.value] for choice in Choice))

    @property
    def voted(self) -> int:
        """All votes, abstentions included."""
        return self.yes + self.conditional + self.no + self.abstain

    def reaches(self, quorum: int) -> bool:
        """Whether at least `quorum` percent of those entitled have voted."""
        return self.voted > 0 and self.voted * 100 >= quorum * self.entitled

    def carries(self, majority: str, *, in_favour: int | None = None) -> bool:
        """Whether those in favour (with and without conditions, or as given) have `majority`."""
        for_it = self.yes + self.conditional if in_favour is None else in_favour
        if majority == Majority.SIMPLE:
            return for_it > self.no
        if majority == Majority.ABSOLUTE:
            return for_it * 2 > self.entitled
        if majority == Majority.TWO_THIRDS:
            return for_it > 0 and for_it * 3 >= (for_it + self.no) * 2
        raise ValueError(f"No such majority: {majority}")


def outcome(count: Count, *, quorum: int, majority: str, conditions: int) -> Review.Outcome:
    """What the panel has decided; `conditions`: how many were set. The rule stands above."""
    if not count.reaches(quorum):
        return Outcome.NO_QUORUM
    if not count.carries(majority):
        return Outcome.RETURNED
    plain = conditions == 0 and count.carries(majority, in_favour=count.yes)
    return Outcome.ACCEPTED if plain else Outcome.CONDITIONAL
