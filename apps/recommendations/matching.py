"""From needs to suggestions: which recommendation answers what, and why. Pure.

A rule fits a need when all of this holds:

* it names the need's item in the same questionnaire;
* the level is at most the rule's threshold; where the level is not known (a need of kind "data"), the rule says that it
  also fits then. A finding of a routine check has no level: it is a gap by itself, so every rule for its question fits;
* the need was found in one of the rule's profiles, or the rule names none. A routine check has no profile: only rules
  without profiles fit it;
* the municipality has the rule's competence, or the rule names none, or nobody has confirmed the competences yet (then
  nothing is held back).

The rules that fit are gathered per recommendation, a rule without one per training module, so that nothing is suggested
twice. The order: the smallest priority of the fitting rules; how urgent the municipality itself calls the need; the
weight of the item; the distance from its target; the recommendation's number. Then every prerequisite is moved before
what builds on it. One that no need suggests by itself is added, with the needs of what builds on it as its reasons;
what it would rest on in turn is named by rules that do not fit, and is left out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from apps.assessments.models import Need
from apps.assessments.queries_needs import OpenNeed

#: The municipality's own order, as on its page of needs: "" is a need that nobody has decided on.
_URGENCY = {Need.Priority.HIGH: 0, Need.Priority.MEDIUM: 1, Need.Priority.LOW: 2, "": 3, Need.Priority.NOT_NOW: 4}


@dataclass(frozen=True, slots=True)
class Rule:
    """A mapping rule without its row; recommendation and prerequisite by number."""

    instrument: str
    item: str
    threshold: int
    on_unknown: bool = False
    profiles: tuple[str, ...] = ()
    competence: str = ""
    recommendation: int | None = None
    module: str = ""
    priority: int = 2
    prerequisite: int | None = None

    def fits(self, need: OpenNeed, *, competences: Collection[str] | None, profile: str) -> bool:
        """Whether the rule answers the need; competences: None where nobody has confirmed any."""
        if (self.instrument, self.item) != (need.instrument, need.item):
            return False
        if self.profiles and profile not in self.profiles:
            return False
        if self.competence and competences is not None and self.competence not in competences:
            return False
        if need.kind == Need.Kind.ROUTINE:
            return True
        return self.on_unknown if need.level is None else need.level <= self.threshold


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is suggested: a need and the rule that answers it.

    needed_for: number of the recommendation that the rule leads to, where this one is only what has to come before it.
    """

    need: OpenNeed
    rule: Rule
    needed_for: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A recommendation, or a training module alone, with every reason; the most pressing reason first.

    recommendation: its number, None for a module alone. modules: keys, each once. first: numbers of the recommendations
    that come before it, each of which stands earlier in the list.
    """

    recommendation: int | None
    reasons: tuple[Reason, ...]
    modules: tuple[str, ...] = ()
    first: tuple[int, ...] = ()

    @property
    def only_comes_before(self) -> bool:
        """Suggested for the sake of others alone."""
        return all(reason.needed_for is not None for reason in self.reasons)


Key = tuple[int | None, str]
Rank = tuple[int, int, int, int]


@dataclass(slots=True)
class _Gathered:
    reasons: list[Reason] = field(default_factory=list)
    first: set[int] = field(default_factory=set)


def suggest(
    needs: Iterable[OpenNeed],
    rules: Iterable[Rule],
    *,
    competences: Collection[str] | None,
    profiles: Mapping[UUID, str],
) -> list[Suggestion]:
    """What is suggested, in order (see above). profiles: in which profile each assessment was done."""
    gathered = _gather(needs, rules, competences=competences, profiles=profiles)
    for key, found in list(gathered.items()):
        for number in sorted(found.first):
            if (number, "") not in gathered or _only_before(gathered[number, ""]):
                before = gathered.setdefault((number, ""), _Gathered())
                before.reasons += [
                    Reason(reason.need, reason.rule, needed_for=key[0])
                    for reason in found.reasons
                    if reason.rule.prerequisite == number and reason.needed_for is None
                ]
    ordered = sorted(gathered, key=lambda key: (_rank(gathered[key].reasons), key[0] is None, key[0] or 0, key[1]))
    return [_suggestion(key, gathered[key]) for key in _prerequisites_first(ordered, gathered)]


def training_reasons(
    needs: Iterable[OpenNeed],
    rules: Iterable[Rule],
    *,
    competences: Collection[str] | None,
    profiles: Mapping[UUID, str],
) -> list[Reason]:
    """Every need with every fitting rule that names a training module, the most pressing first."""
    found = [
        Reason(need, rule)
        for rule in dict.fromkeys(rules)
        if rule.module
        for need in needs
        if rule.fits(
            need, competences=competences, profile=profiles.get(need.assessment_id, "") if need.assessment_id else ""
        )
    ]
    return sorted(found, key=lambda reason: (_reason_rank(reason), reason.need.item, reason.rule.module))


def unanswered(needs: Iterable[OpenNeed], suggestions: Iterable[Suggestion]) -> list[OpenNeed]:
    """The needs that no suggestion names."""
    answered = {reason.need.need_id for suggestion in suggestions for reason in suggestion.reasons}
    return [need for need in needs if need.need_id not in answered]


def _gather(
    needs: Iterable[OpenNeed],
    rules: Iterable[Rule],
    *,
    competences: Collection[str] | None,
    profiles: Mapping[UUID, str],
) -> dict[Key, _Gathered]:
    """The reasons of what the fitting rules lead to."""
    by_item: dict[tuple[str, str], list[Rule]] = {}
    for rule in dict.fromkeys(rules):
        by_item.setdefault((rule.instrument, rule.item), []).append(rule)
    gathered: dict[Key, _Gathered] = {}
    for need in needs:
        profile = profiles.get(need.assessment_id, "") if need.assessment_id else ""
        for rule in by_item.get((need.instrument, need.item), ()):
            if not rule.fits(need, competences=competences, profile=profile):
                continue
            key: Key = (rule.recommendation, "" if rule.recommendation is not None else rule.module)
            found = gathered.setdefault(key, _Gathered())
            found.reasons.append(Reason(need, rule))
            if rule.recommendation is not None and rule.prerequisite not in (None, rule.recommendation):
                assert rule.prerequisite is not None  # the line above
                found.first.add(rule.prerequisite)
    return gathered


def _only_before(found: _Gathered) -> bool:
    return all(reason.needed_for is not None for reason in found.reasons)


def _rank(reasons: Iterable[Reason]) -> Rank:
    """The most pressing of the reasons, the smallest first."""
    return min(_reason_rank(reason) for reason in reasons)


def _reason_rank(reason: Reason) -> Rank:
    need = reason.need
    distance = need.target - need.level if need.target is not None and need.level is not None else 0
    return (reason.rule.priority, _URGENCY[need.priority], -need.weight, -distance)


def _prerequisites_first(ordered: Iterable[Key], gathered: Mapping[Key, _Gathered]) -> list[Key]:
    """The same, each prerequisite before what builds on it. Should rules go round in a circle, nothing is lost."""
    places = {key: place for place, key in enumerate(ordered)}
    done: dict[Key, None] = {}
    begun: set[Key] = set()

    def place(key: Key) -> None:
        if key in begun:
            return
        begun.add(key)
        for before in sorted(((number, "") for number in gathered[key].first), key=places.__getitem__):
            place(before)
        done[key] = None

    for key in places:
        place(key)
    return list(done)


def _suggestion(key: Key, found: _Gathered) -> Suggestion:
    once: dict[tuple[UUID, int | None], Reason] = {}
    for reason in sorted(found.reasons, key=lambda reason: (_reason_rank(reason), reason.need.item)):
        once.setdefault((reason.need.need_id, reason.needed_for), reason)
    modules = dict.fromkeys(
        reason.rule.module for reason in found.reasons if reason.rule.module and reason.needed_for is None
    )
    return Suggestion(key[0], tuple(once.values()), tuple(modules), tuple(sorted(found.first)))
