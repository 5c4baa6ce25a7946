"""Passing on to the authors why municipalities decided against their recommendation."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.commitments import reasons
from apps.commitments.models import ReasonDigest
from apps.recommendations.actions.lifecycle import NotPossible

GERMAN = "de"


@transaction.atomic
def pass_on(*, actor: Any, recommendation_id: UUID) -> ReasonDigest:
    """Show the workshop the reasons as they stand now. In the programme's scope.

    Raises NotPossible while fewer than THRESHOLD municipalities have decided against it.
    """
    with translation.override(GERMAN):
        found = {row.recommendation_id: row for row in reasons.by_recommendation()}.get(recommendation_id)
    if found is None or not found.shows_texts:
        raise NotPossible(_("Too few municipalities have decided so: they could be guessed."))
    digest = ReasonDigest.objects.create(
        recommendation_id=recommendation_id,
        municipalities=found.against,
        kinds=[list(entry) for entry in found.kinds],
        texts=[list(entry) for entry in found.texts],
        passed_on_by=actor,
    )
    record(actor=actor, verb="adoption.reasons_passed_on", target=digest, data={"municipalities": found.against})
    return digest
