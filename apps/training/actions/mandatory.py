"""Making a training mandatory, and ending that."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.municipalities.models import OrgUnit
from apps.training.models import MandatoryTraining, Module


class NotPossible(Exception):
    """It cannot be; the text is a sentence to show."""


def decide(
    *,
    actor: Any,
    module: Module,
    org_unit: OrgUnit | None,
    within_months: int,
    repeat_months: int,
    decided_on: date,
    reference: str,
) -> MandatoryTraining:
    """Make a module mandatory for everybody, or for a department and those below it. Raises NotPossible."""
    if module.is_empowerment:
        raise NotPossible(_("Empowerment is an offer. It cannot be made mandatory."))
    try:
        with transaction.atomic():
            row: MandatoryTraining = MandatoryTraining.objects.create(
                module=module,
                org_unit=org_unit,
                within_months=within_months,
                repeat_months=repeat_months,
                decided_on=decided_on,
                reference=reference,
                decided_by=actor,
            )
            record(actor=actor, verb="training.made_mandatory", target=row, data={"module": module.key})
    except IntegrityError as error:
        raise NotPossible(_("This is mandatory already.")) from error
    return row


@transaction.atomic
def end(*, actor: Any, training_id: UUID) -> MandatoryTraining:
    """It is mandatory no more; one that has ended stays so. Raises MandatoryTraining.DoesNotExist."""
    row: MandatoryTraining = MandatoryTraining.objects.select_for_update(of=("self",)).get(pk=training_id)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at", "updated_at"])
        record(actor=actor, verb="training.mandatory_ended", target=row)
    return row
