"""The register of trainers: for which module somebody is qualified, and until when."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole
from apps.audit.actions import record
from apps.reviews.problems import Refused
from apps.training.models import Module, TrainerQualification


@transaction.atomic
def qualify(
    *, actor: Any, role: ProgrammeRole, module: Module, level: str, qualification: str, since: date, valid_until: date
) -> TrainerQualification:
    """Note that a trainer may give a module, or renew it. In the programme's scope.

    Raises Refused where the span has no length or the role has ended.
    """
    if role.ended_at is not None:
        raise Refused(_("The role has ended."))
    if valid_until <= since:
        raise Refused(_("It is to be renewed after the day since when it counts."))
    values = {"level": level, "qualification": qualification.strip(), "since": since, "valid_until": valid_until}
    found, created = TrainerQualification.objects.select_for_update(of=("self",)).update_or_create(
        role=role, module=module, defaults=values
    )
    verb = "trainer.qualified" if created else "trainer.requalified"
    record(actor=actor, verb=verb, target=found, data={"level": level, "module": str(module.pk)})
    return found


@transaction.atomic
def end_qualification(*, actor: Any, qualification_id: UUID) -> None:
    """Take a qualification out of the register; sessions that were given stay. One that is gone is no error."""
    found = TrainerQualification.objects.select_for_update(of=("self",)).filter(pk=qualification_id).first()
    if found is not None:
        record(actor=actor, verb="trainer.qualification_ended", target=found, data={"module": str(found.module_id)})
        found.delete()
