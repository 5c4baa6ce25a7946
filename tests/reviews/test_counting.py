"""From votes to an outcome: the rule as a table of examples."""

import pytest

from apps.reviews.counting import Count, outcome

#: votes (y yes, c with conditions, n no, a abstention), entitled, quorum, majority, conditions → outcome
EXAMPLES = [
    # Quorum
    ("", 5, 50, "simple", 0, "no_quorum"),
    ("", 0, 1, "simple", 0, "no_quorum"),
    ("yy", 5, 50, "simple", 0, "no_quorum"),
    ("yyy", 5, 50, "simple", 0, "accepted"),
    ("yy", 4, 50, "simple", 0, "accepted"),
    ("yyyy", 5, 100, "simple", 0, "no_quorum"),
    ("yyyyy", 5, 100, "simple", 0, "accepted"),
    ("yaa", 5, 60, "simple", 0, "accepted"),
    ("aaaaa", 5, 50, "simple", 0, "returned"),
    # Simple majority: abstentions do not count, a tie is none
    ("ynaaa", 5, 50, "simple", 0, "returned"),
    ("yynaa", 5, 50, "simple", 0, "accepted"),
    ("ynn", 5, 50, "simple", 0, "returned"),
    # More than half of those entitled: abstentions and missing votes count like a no
    ("yyaaa", 5, 50, "absolute", 0, "returned"),
    ("yyyaa", 5, 50, "absolute", 0, "accepted"),
    ("yyy", 6, 50, "absolute", 0, "returned"),
    ("yyyy", 6, 50, "absolute", 0, "accepted"),
    # Two thirds of yes and no
    ("yynaa", 5, 50, "two_thirds", 0, "accepted"),
    ("yyynn", 5, 50, "two_thirds", 0, "returned"),
    ("yyyynn", 6, 50, "two_thirds", 0, "accepted"),
    ("aaa", 3, 50, "two_thirds", 0, "returned"),
    # Conditions
    ("yyc", 3, 50, "absolute", 1, "conditional"),
    ("ycc", 3, 50, "absolute", 0, "conditional"),
    ("yyc", 3, 50, "absolute", 0, "accepted"),
    ("ynn", 3, 50, "absolute", 2, "returned"),
    ("c", 5, 50, "absolute", 1, "no_quorum"),
]
CHOICES = {"y": "yes", "c": "conditional", "n": "no", "a": "abstain"}


@pytest.mark.parametrize(("votes", "entitled", "quorum", "majority", "conditions", "expected"), EXAMPLES)
def test_the_outcome_follows_from_the_votes(
    votes: str, entitled: int, quorum: int, majority: str, conditions: int, expected: str
) -> None:
    count = Count.of([CHOICES[vote] for vote in votes], entitled)
    assert outcome(count, quorum=quorum, majority=majority, conditions=conditions) == expected


def test_an_unknown_majority_is_an_error() -> None:
    with pytest.raises(ValueError, match="whim"):
        outcome(Count.of(["yes"], 1), quorum=1, majority="whim", conditions=0)
