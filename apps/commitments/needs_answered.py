"""Which open needs a recommendation answers, each with the sentence that says why."""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import translation

from apps.assessments.queries_needs import open_needs
from apps.municipalities.models import Municipality
from apps.recommendations.models import Edition
from apps.recommendations.pages_suggestions import because, sentence
from apps.recommendations.queries_rules import item_number
from apps.recommendations.queries_suggestions import all_suggestions

GERMAN = "de"
"""Of what is stored: the papers of the municipality quote it."""
LONGEST_REASON, LONGEST_LABEL = 300, 160


@dataclass(frozen=True, slots=True)
class NeedOption:
    """An open need: its item in words, and why the recommendation answers it.

    fits: a rule of the mapping leads from it to the recommendation; where none does from any need, its own items count.
    """

    need_id: UUID
    number: str
    label: str
    because: str
    fits: bool


def options(municipality: Municipality, edition: Edition, recommendation: int) -> list[NeedOption]:
    """The needs that stand in the municipality of the scope, those that fit first. recommendation: its number."""
    with translation.override(GERMAN):
        suggested = all_suggestions(municipality, GERMAN)
        by_rule = {
            reason.need.need_id: sentence(reason)
            for each in suggested.found
            if each.suggestion.recommendation == recommendation
            for reason in reversed(each.reasons)
        }
        found = [
            NeedOption(
                need_id=need.need_id,
                number=item_number(need.item),
                label=textwrap.shorten(
                    suggested.labels.get((need.version_id, need.item), ""), LONGEST_LABEL, placeholder=" …"
                ),
                because=by_rule.get(need.need_id, because(need))[:LONGEST_REASON],
                fits=need.need_id in by_rule or (not by_rule and need.item in edition.items),
            )
            for need in open_needs()
        ]
    return sorted(found, key=lambda option: not option.fits)


def reasons(found: Iterable[NeedOption], chosen: Iterable[str]) -> Mapping[UUID, str]:
    """The sentences of the needs that were chosen by their keys as text."""
    keys = set(chosen)
    return {option.need_id: option.because for option in found if str(option.need_id) in keys}
