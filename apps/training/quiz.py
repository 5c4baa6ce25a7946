"""Marking a quiz. Pure; the packages' script marks by the same rules (a test compares the two)."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Marked:
    """One question marked. points: got; possible: at most; feedback: sentences to show, in the order of the answers."""

    key: str
    points: int
    possible: int
    is_right: bool
    feedback: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A quiz marked. percent: of the points, rounded down; 100 where no question gives points."""

    questions: tuple[Marked, ...]
    percent: int
    passed: bool


def mark(content: Mapping[str, Any], answers: Mapping[str, Sequence[str]]) -> Result:
    """Mark the answers: key of the question → keys chosen (single, multiple), in the order given (ordering), or for
    matching, for each pair in the order of the pairs, the key of the pair whose right side was chosen.

    A question is right as a whole or not at all. The quiz is passed from pass_mark percent of the points on; a quiz
    without a pass mark is passed by having been tried.
    """
    marked = tuple(_mark(question, list(answers.get(str(question["key"]), ()))) for question in content["questions"])
    possible = sum(question.possible for question in marked)
    percent = 100 * sum(question.points for question in marked) // possible if possible else 100
    return Result(marked, percent, percent >= int(content.get("pass_mark") or 0))


def _mark(question: Mapping[str, Any], given: list[str]) -> Marked:
    kind = question["type"]
    if kind in ("single", "multiple"):
        options = question["options"]
        right = {str(option["key"]) for option in options if option.get("correct")}
        is_right = set(given) == right
        feedback = tuple(str(option["feedback"]) for option in options if str(option["key"]) in given)
    elif kind in ("ordering", "matching"):
        rows = question["entries" if kind == "ordering" else "pairs"]
        is_right = given == [str(row["key"]) for row in rows]
        feedback = (str(question["feedback"]),) if question.get("feedback") else ()
    else:
        is_right, feedback = True, (str(question["hint"]),) if question.get("hint") else ()
    possible = int(question.get("points") or 0)
    return Marked(str(question["key"]), possible if is_right else 0, possible, is_right, feedback)


def shuffled(keys: Sequence[str], seed: str) -> list[str]:
    """The keys in an order that stays the same for the same seed and is never the given one, where others exist."""
    mixed = list(keys)
    random.Random(seed).shuffle(mixed)  # noqa: S311  # an order to show, no secret
    return mixed if mixed != list(keys) or len(mixed) < 2 else [*mixed[1:], mixed[0]]
