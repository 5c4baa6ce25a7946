"""What a mapping rule must fulfil before it is stored: one place for form, import and action. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from apps.instruments.definition import COMPETENCES, PROFILES
from apps.recommendations.matching import Rule

THRESHOLDS = range(4)
PRIORITIES = range(1, 4)
MAX_MODULE = 60
_MODULE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

#: By what a rule is known, in files too: questionnaire, item, competence, number of the recommendation, module.
Natural = tuple[str, str, str, int | None, str]


def natural_key(rule: Rule) -> Natural:
    """What no two rules have in common."""
    return (rule.instrument, rule.item, rule.competence, rule.recommendation, rule.module)


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule is checked against.

    targets: the items of the published questionnaires; None for a question without levels. numbers: of all
    recommendations. rules: those that are stored, by key.
    """

    targets: Mapping[tuple[str, str], int | None]
    numbers: frozenset[int]
    rules: Mapping[UUID, Rule] = field(default_factory=dict)


def problems(rule: Rule, known: Known, *, own: UUID | None = None) -> dict[str, str]:
    """What is wrong, by field of the rule; empty where nothing is. own: the stored rule that is being changed."""
    found = {**_place(rule, known), **_answer(rule, known)}
    others = {key: other for key, other in known.rules.items() if key != own}
    if not found and natural_key(rule) in {natural_key(other) for other in others.values()}:
        found["item"] = _("There is a rule for this item with the same recommendation, module and competence already.")
    if not found and rule.prerequisite is not None and (circle := circle_of([rule, *others.values()])):
        found["prerequisite"] = circle_text(circle)
    return found


def _place(rule: Rule, known: Known) -> dict[str, str]:
    """Item, threshold, profiles and competence."""
    found = {}
    place = (rule.instrument, rule.item)
    if place not in known.targets:
        found["item"] = _("No published questionnaire “%(instrument)s” has an item “%(item)s”.") % {
            "instrument": rule.instrument,
            "item": rule.item,
        }
    if rule.threshold not in THRESHOLDS:
        found["threshold"] = _("A level from 0 to 3.")
    elif (target := known.targets.get(place)) is not None and rule.threshold >= target:
        found["threshold"] = _("The item's target level is %(target)s: the rule must end below it.") % {
            "target": target
        }
    if unknown := [profile for profile in rule.profiles if profile not in PROFILES]:
        found["profiles"] = _("Not a profile: %(names)s.") % {"names": ", ".join(unknown)}
    if rule.competence and rule.competence not in COMPETENCES:
        found["competence"] = _("Not a competence: %(name)s.") % {"name": rule.competence}
    return found


def _answer(rule: Rule, known: Known) -> dict[str, str]:
    """Recommendation, module, priority and prerequisite."""
    found = {}
    if rule.recommendation is None and not rule.module:
        found["recommendation"] = _("A rule leads to a recommendation, to a training module, or to both.")
    elif rule.recommendation is not None and rule.recommendation not in known.numbers:
        found["recommendation"] = _no_such_number(rule.recommendation)
    if rule.module and (len(rule.module) > MAX_MODULE or not _MODULE.fullmatch(rule.module)):
        found["module"] = _("The key of a module: small letters, digits and hyphens, for example “grundlagen”.")
    if rule.priority not in PRIORITIES:
        found["priority"] = _("A whole number from 1 to 3.")
    if rule.prerequisite is not None:
        if rule.recommendation is None:
            found["prerequisite"] = _("Only a recommendation can have another one before it.")
        elif rule.prerequisite == rule.recommendation:
            found["prerequisite"] = _("A recommendation cannot come before itself.")
        elif rule.prerequisite not in known.numbers:
            found["prerequisite"] = _no_such_number(rule.prerequisite)
    return found


def _no_such_number(number: int) -> str:
    return _("There is no recommendation with the number %(number)s.") % {"number": number}


def circle_of(rules: Iterable[Rule]) -> list[int]:
    """Numbers of recommendations of which each must come before the one that follows, the last before the first.

    Empty where there is no such circle.
    """
    before: dict[int, set[int]] = {}
    for rule in rules:
        if rule.recommendation is not None and rule.prerequisite is not None:
            before.setdefault(rule.recommendation, set()).add(rule.prerequisite)
    finished: set[int] = set()

    def walk(number: int, way: list[int]) -> list[int]:
        if number in way:
            return way[way.index(number) :][::-1]
        if number in finished:
            return []
        for previous in sorted(before.get(number, ())):
            if found := walk(previous, [*way, number]):
                return found
        finished.add(number)
        return []

    return next((found for number in sorted(before) if (found := walk(number, []))), [])


def circle_text(circle: list[int]) -> str:
    """A circle in words."""
    way = " → ".join(str(number) for number in [*circle, circle[0]])
    return _("These recommendations would wait for each other: %(way)s.") % {"way": way}
