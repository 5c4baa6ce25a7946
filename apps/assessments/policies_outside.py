"""Who may do what with readings from outside. `roles` is what the middleware loaded."""

from collections.abc import Collection

from django.utils import timezone

from apps.assessments.models import Assessment, OutsideReading
from apps.municipalities.models import Role

_INVITING = frozenset({Assessment.State.IN_PROGRESS, Assessment.State.IN_REVIEW})
# The municipality's signature does not end what an organisation has begun.
_ANSWERING = _INVITING | {Assessment.State.SIGNED_OFF}


def may_invite(roles: Collection[str]) -> bool:
    """Invite organisations, send new links, withdraw invitations, see the list of them."""
    return Role.COORDINATOR in roles


def accepts_invitations(assessment: Assessment) -> bool:
    """Can organisations be invited now? `wave` is loaded."""
    return assessment.state in _INVITING and assessment.wave.is_open and assessment.due_on >= timezone.localdate()


def takes_answers(reading: OutsideReading) -> bool:
    """Can the organisation answer and hand in now? Assessment and wave are loaded."""
    return (
        reading.state == OutsideReading.State.INVITED
        and not reading.is_expired
        and reading.assessment.state in _ANSWERING
        and reading.assessment.wave.is_open
    )
