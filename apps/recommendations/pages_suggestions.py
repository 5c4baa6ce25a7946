"""What the pages on suggestions, rules and coverage show. No queries here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.models import Need
from apps.assessments.queries_needs import OpenNeed
from apps.core.module_declaration import ModuleFact
from apps.instruments.definition import DIMENSION_NAMES, localized
from apps.municipalities.models import Competence
from apps.recommendations import modules
from apps.recommendations.coverage import Coverage, by_module, by_questionnaire
from apps.recommendations.matching import Reason, Rule
from apps.recommendations.modules import NamedModule
from apps.recommendations.queries_rules import Place, PublishedItem, Successor, Titled, item_number
from apps.recommendations.queries_suggestions import Suggested
from apps.recommendations.sheets import Sheet, sheets_workbook
from apps.reviews.lifecycle import State

Labels = Mapping[tuple[UUID, str], str]
SHOWN_REASONS = 3


# --- Suggestions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Why something is suggested: a sentence, and the text of the item."""

    sentence: str
    label: str


@dataclass(frozen=True, slots=True)
class Card:
    """A suggestion as the page shows it.

    badge: the state of the version in words, with the kind of its badge. first: what comes before it, in words.
    reasons: the most pressing ones; more: the others.
    """

    suggested: Suggested
    title: str
    badge: str
    badge_kind: str
    first: tuple[str, ...]
    reasons: tuple[ReasonLine, ...]
    more: tuple[ReasonLine, ...]
    modules: tuple[NamedModule, ...]

    @property
    def anchor(self) -> str:
        suggestion = self.suggested.suggestion
        return f"suggestion-{suggestion.recommendation or suggestion.modules[0]}"


def because(need: OpenNeed) -> str:
    """Why a need calls for something, in the language of the moment: “because item 5.3 stands at level 1, target 3”."""
    values = {"number": item_number(need.item), "level": need.level, "target": need.target}
    if need.kind == Need.Kind.ROUTINE:
        return _("because a routine check did not answer item %(number)s with yes") % values
    if need.level is None:
        return _("because nothing is known about item %(number)s, target %(target)s") % values
    return _("because item %(number)s stands at level %(level)s, target %(target)s") % values


def sentence(reason: Reason) -> str:
    """Why something is suggested; says so where it only comes before something else."""
    text = because(reason.need)
    if reason.needed_for is None:
        return text
    return _("because KfA-HE %(number)s builds on it, %(because)s") % {"number": reason.needed_for, "because": text}


def cards(found: Iterable[Suggested], existing: Mapping[str, ModuleFact] | None = None) -> list[Card]:
    """The suggestions in their order. existing: the training modules there are, by key."""
    return [_card(each, existing or {}) for each in found]


def _card(each: Suggested, existing: Mapping[str, ModuleFact]) -> Card:
    lines = reason_lines(each.reasons, each.labels)
    named = modules.named(each.modules, existing)
    badge, kind = _badge(each, named)
    return Card(
        suggested=each,
        title=_title(each, named),
        badge=badge,
        badge_kind=kind,
        first=tuple(
            " ".join(filter(None, (f"KfA-HE {number}", there.title if there else ""))) for number, there in each.first
        ),
        reasons=tuple(lines[:SHOWN_REASONS]),
        more=tuple(lines[SHOWN_REASONS:]),
        modules=tuple(named),
    )


def reason_lines(reasons: Iterable[Reason], labels: Labels) -> list[ReasonLine]:
    """Each reason once: several routine checks may have found the same."""
    lines = [
        ReasonLine(sentence(reason), labels.get((reason.need.version_id, reason.need.item), "")) for reason in reasons
    ]
    return list(dict.fromkeys(lines))


def need_lines(needs: Iterable[OpenNeed], labels: Labels) -> list[str]:
    """Needs by number and text, each once."""
    lines = [
        " ".join(filter(None, (item_number(need.item), labels.get((need.version_id, need.item), "")))) for need in needs
    ]
    return list(dict.fromkeys(lines))


def _title(each: Suggested, named: Sequence[NamedModule]) -> str:
    number = each.suggestion.recommendation
    if number is None:
        return _("Training: %(title)s") % {"title": named[0].title}
    return f"{each.current.code} {each.current.title}" if each.current else f"KfA-HE {number}"


def _badge(each: Suggested, named: Sequence[NamedModule]) -> tuple[str, str]:
    if each.suggestion.recommendation is None:
        return str(named[0].state), "success" if named[0].is_offered else "neutral"
    if each.current is None:
        return _("not readable yet"), "neutral"
    if each.current.is_draft:
        return _("Draft, before participation"), "warning"
    return str(State(each.current.state).label), "success" if each.current.state == State.STANDARD else "info"


# --- Rules -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A row of the table of rules, in words; item_is_known: the published questionnaire has the item."""

    key: UUID
    rule: Rule
    item: str
    label: str
    item_is_known: bool
    questionnaire: str
    recommendation: str
    module: NamedModule | None
    competence: str
    prerequisite: str


def rule_lines(
    rules: Mapping[UUID, Rule],
    items: Mapping[Place, PublishedItem],
    titles: Mapping[int, Titled],
    existing: Mapping[str, ModuleFact] | None = None,
) -> list[RuleLine]:
    """Rules in words, in their order. existing: the training modules there are, by key."""
    instruments = {item.instrument: item.instrument_title for item in items.values()}
    return [
        RuleLine(
            key=key,
            rule=rule,
            item=item_number(rule.item),
            label=item.label if (item := items.get((rule.instrument, rule.item))) else "",
            item_is_known=item is not None,
            questionnaire=instruments.get(rule.instrument, rule.instrument),
            recommendation=_titled(rule.recommendation, titles),
            module=next(iter(modules.named([rule.module], existing or {})), None),
            competence=competence_label(rule.competence),
            prerequisite=_titled(rule.prerequisite, titles),
        )
        for key, rule in rules.items()
    ]


def rule_words(rule: Rule) -> str:
    """A rule in one line: where it holds, and what it leads to."""
    place = f"{item_number(rule.item)} ({rule.instrument})"
    answer = f"KfA-HE {rule.recommendation}" if rule.recommendation is not None else ""
    leads_to = ", ".join(filter(None, (answer, modules.title_of(rule.module))))
    return _("%(item)s up to level %(level)s → %(answer)s") % {
        "item": place,
        "level": rule.threshold,
        "answer": leads_to,
    }


def column_words(columns: Iterable[str]) -> list[tuple[str, str]]:
    """What each column of the file holds, for those who write one."""
    words = {
        "instrument": _("Key of the questionnaire, for example kfa_bedarfserhebung."),
        "item": _("Name of the item, for example d5_03."),
        "threshold": _("0 to 3: the rule fits up to this level. It must be below the item's target level."),
        "on_unknown": _("yes or no: it also fits where the level is unknown."),
        "profiles": _("basis, standard, vertieft, schnellcheck with spaces between them; empty: all."),
        "competence": _("Key of a competence, for example housing; empty: every municipality."),
        "recommendation": _("Number of the recommendation, for example 7; empty: only a training module."),
        "module": _("Key of the training module, which need not exist yet; may be empty."),
        "priority": _("1 to 3, 1 first; empty: 2."),
        "prerequisite": _("Number of the recommendation that comes first; may be empty."),
    }
    return [(name, words[name]) for name in columns]


def competence_label(key: str) -> str:
    """A competence in words; "" for none."""
    return str(Competence(key).label) if key in Competence else key


def dimension_label(dimension: int, language: str) -> str:
    """A field of action by number and name."""
    return f"{dimension} {localized(DIMENSION_NAMES[dimension], language, 'de')}"


def _titled(number: int | None, titles: Mapping[int, Titled]) -> str:
    return str(titles.get(number, f"KfA-HE {number}")) if number is not None else ""


# --- Coverage --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module that nobody finds in the catalogue yet: its title, whether it is planned, how many rules name it."""

    key: str
    title: str
    is_planned: bool
    rules: int


def module_lines(found: Coverage) -> list[ModuleLine]:
    """The missing modules, each with the number of its rules."""
    return [
        ModuleLine(key, modules.title_of(key), key in modules.PLANNED, len(rows))
        for key, rows in by_module(found.missing_modules).items()
    ]


def item_groups(found: Coverage) -> list[tuple[str, list[PublishedItem], int]]:
    """Per questionnaire: title, its items without a recommendation, how many items it has."""
    without, everything = by_questionnaire(found.items_without), by_questionnaire(found.items)
    return [(title, without.get(title, []), len(rows)) for title, rows in everything.items()]


def successor_words(successor: Successor | None) -> str:
    """What became of an item, as the concordance says."""
    if successor is None:
        return _("not in a published questionnaire")
    return _("now %(item)s") % {"item": successor.item} if successor.item else _("dropped")


def coverage_workbook(found: Coverage, now: datetime) -> bytes:
    """The lists of the coverage view as an Excel file, in the language of the moment."""
    number, title = pgettext("workbook", "No."), _("Title")
    item_columns = (_("Questionnaire"), number, _("Item"), _("Field of action"), _("Target level"))
    widths = (34, 16, 70, 16, 12)
    return sheets_workbook(
        [
            Sheet(
                _("Items without"),
                item_columns,
                [
                    (item.instrument_title, item.number, item.label, item.dimension, item.target)
                    for item in found.items_without
                ],
                widths,
            ),
            Sheet(
                _("Without a rule"), (number, title), [(row.code, row.title) for row in found.without_rule], (16, 60)
            ),
            Sheet(
                _("Without training"),
                (number, title),
                [(row.code, row.title) for row in found.without_training],
                (16, 60),
            ),
            Sheet(
                _("Missing modules"),
                (_("Key"), title, _("Planned"), _("Rules")),
                [
                    (line.key, line.title, _("yes") if line.is_planned else _("no"), line.rules)
                    for line in module_lines(found)
                ],
                (30, 60, 12, 10),
            ),
            Sheet(
                _("Rules without their item"),
                (_("Questionnaire"), _("Item"), _("Recommendation"), _("Training module"), _("What became of it")),
                [
                    (
                        lost.stored.rule.instrument,
                        lost.stored.rule.item,
                        lost.stored.rule.recommendation,
                        lost.stored.rule.module,
                        successor_words(lost.successor),
                    )
                    for lost in found.lost
                ],
                (30, 16, 18, 30, 34),
            ),
        ],
        now=now,
    )
