"""Keeping the mapping rules: one by one, or from a file as a whole."""

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.recommendations import queries_rules, rules_resource
from apps.recommendations.matching import Rule
from apps.recommendations.models import MappingRule, Recommendation
from apps.recommendations.rule_checks import problems
from apps.recommendations.rules_resource import Cells, Plan

_FIELDS = ("instrument", "item", "threshold", "on_unknown", "competence", "module", "priority")
_WRITTEN = (*_FIELDS, "profiles", "recommendation", "prerequisite", "updated_at")


class RuleRefused(Exception):
    """The rule cannot be stored so. `problems`: what is wrong by field; "" for the rule as a whole."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class RulesHaveChanged(Exception):
    """Somebody changed rules after the differences were shown: they have to be looked at again."""


def _lock() -> None:
    """One transaction at a time changes rules: a circle can come about from two rules that are fine by themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('recommendations.rules'))")


@transaction.atomic
def add_rule(*, actor: Any, rule: Rule) -> MappingRule:
    """Store a new rule. Raises RuleRefused."""
    _lock()
    _check(rule)
    row = _filled(MappingRule(), rule)
    row.save(force_insert=True)
    record(actor=actor, verb="mapping_rule.added", target=row, data=_named(rule))
    return row


@transaction.atomic
def change_rule(*, actor: Any, rule_id: UUID, rule: Rule, seen: str) -> MappingRule:
    """Give a rule other values. seen: rules_resource.fingerprint of the rule that the person had before them.

    Raises RuleRefused, also where somebody else has changed it since; MappingRule.DoesNotExist.
    """
    _lock()
    row = _locked(rule_id)
    before = queries_rules.plain(row)
    if before == rule:
        return row
    if rules_resource.fingerprint([before]) != seen:
        raise RuleRefused({"": _("Somebody else has changed this rule meanwhile. Please look at it again.")})
    _check(rule, own=rule_id)
    _filled(row, rule).save(update_fields=_WRITTEN)
    record(actor=actor, verb="mapping_rule.changed", target=row, data=_named(rule))
    return row


@transaction.atomic
def delete_rule(*, actor: Any, rule_id: UUID) -> None:
    """Delete a rule; nothing happens where it is gone already."""
    _lock()
    row = queries_rules.rules().filter(pk=rule_id).first()
    if row is None:
        return
    record(actor=actor, verb="mapping_rule.deleted", target=row, data=_named(queries_rules.plain(row)))
    row.delete()


@transaction.atomic
def import_rules(*, actor: Any, cells: Cells, remove_missing: bool, state: str) -> Plan:
    """Bring the rules to what a file says, all of it or nothing; returns what was done.

    cells: as rules_resource.read_cells gives them. state: fingerprint of the rules with which the differences were
    shown. Raises RulesHaveChanged where they are others now, RuleRefused where the file has errors.
    """
    _lock()
    plan = rules_resource.plan(cells, remove_missing=remove_missing)
    if plan.state != state:
        raise RulesHaveChanged
    if plan.errors:
        raise RuleRefused({f"{error.row} {error.column}": error.message for error in plan.errors})
    if not plan.does_something:
        return plan
    MappingRule.objects.filter(pk__in=[row.pk for row in plan.removed]).delete()
    changed = [change.row for change in plan.changed]
    for row in changed:
        row.updated_at = timezone.now()
    MappingRule.objects.bulk_update(changed, _WRITTEN, batch_size=500)
    MappingRule.objects.bulk_create(plan.new, batch_size=500)
    counts = {"new": len(plan.new), "changed": len(changed), "removed": len(plan.removed)}
    record(actor=actor, verb="mapping_rule.imported", data=counts)
    return plan


def _locked(rule_id: UUID) -> MappingRule:
    return queries_rules.rules().select_for_update(of=("self",)).get(pk=rule_id)


def _check(rule: Rule, *, own: UUID | None = None) -> None:
    if wrong := problems(rule, queries_rules.known(), own=own):
        raise RuleRefused(wrong)


def _filled(row: MappingRule, rule: Rule) -> MappingRule:
    for name in _FIELDS:
        setattr(row, name, getattr(rule, name))
    row.profiles = list(rule.profiles)
    numbers = [number for number in (rule.recommendation, rule.prerequisite) if number is not None]
    found = {each.number: each for each in Recommendation.objects.filter(number__in=numbers)} if numbers else {}
    row.recommendation = found[rule.recommendation] if rule.recommendation is not None else None
    row.prerequisite = found[rule.prerequisite] if rule.prerequisite is not None else None
    return row


def _named(rule: Rule) -> dict[str, Any]:
    """What the audit record says of a rule: where it stands and where it leads. Programme data, nobody's answers."""
    return {
        "instrument": rule.instrument,
        "item": rule.item,
        "recommendation": rule.recommendation,
        "module": rule.module,
    }
