"""Recording how the panel votes."""

from datetime import date
from typing import Any

from django.db import transaction

from apps.audit.actions import record
from apps.reviews.models import PanelRules


@transaction.atomic
def record_rules(*, actor: Any, quorum: int, majority: str, decided_on: date, reason: str) -> PanelRules:
    """Put quorum and majority on record as decided. They count for reviews opened from now on."""
    rules = PanelRules.objects.create(
        quorum=quorum, majority=majority, decided_on=decided_on, reason=reason.strip(), decided_by=actor
    )
    record(actor=actor, verb="panel.rules_recorded", target=rules, data={"quorum": quorum, "majority": majority})
    return rules
