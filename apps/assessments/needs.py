"""Needs in words: each with the rule that found it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.assessments.questionnaire import Reading
from apps.instruments.definition import Item, localized
from apps.instruments.scoring import DATA, Need


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A need as pages and reports show it: with its rule, a step for this week and a template measure, if written."""

    item: Item
    label: str
    need: Need
    rule: str
    first_step: str = ""
    measure: str = ""

    @property
    def answer(self) -> object:
        """Level, or the special answer, for the badge."""
        return "unknown" if self.need.kind == DATA else self.need.level


def rule_of(need: Need) -> str:
    """Why this is a need, in a sentence."""
    if need.kind == DATA:
        return _("Unknown: the first step is to find out how things stand (target: level %(target)s).") % {
            "target": need.target
        }
    return _("Level %(level)s is below the target of level %(target)s.") % {"level": need.level, "target": need.target}


def need_lines(reading: Reading, needs: Iterable[Need], language: str) -> list[NeedLine]:
    """The needs with their words, in the order they are given."""
    form, compiled = reading.questionnaire.form, reading.questionnaire.compiled
    return [
        NeedLine(
            item=form.items[need.item],
            label=compiled.text(form.items[need.item].label, reading.state, language)
            or localized(form.items[need.item].label, language, form.default_language),
            need=need,
            rule=rule_of(need),
            first_step=localized(form.items[need.item].first_step, language, form.default_language),
            measure=localized(form.items[need.item].measure, language, form.default_language),
        )
        for need in needs
    ]
