"""Who gets what from the register of trainers, and from a trainer's own sessions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.training.models import TrainerQualification
from tests.consistency.access import Row, World
from tests.training.factories import offered, session, trainer


def a_trainer(world: World) -> Mapping[str, Any]:
    return {"role_id": trainer().pk}


def a_qualification(world: World) -> Mapping[str, Any]:
    today = timezone.localdate()
    made = TrainerQualification.objects.create(
        role=trainer(), module=offered(), since=today, valid_until=today + timedelta(days=365)
    )
    return {"qualification_id": made.pk}


def a_session(world: World) -> Mapping[str, Any]:
    return {"session_id": session().pk}


ACCESS = {
    "trainers-register": Row.in_programme(),
    "trainers-detail": Row.in_programme(kwargs=a_trainer),
    "trainers-qualify": Row.in_programme(kwargs=a_trainer),
    "trainers-renew": Row.in_programme(kwargs=a_qualification),
    "trainers-qualification-end": Row.in_programme(kwargs=a_qualification),
    "trainer-sessions-list": Row.in_workshop(bench=403, panel=403, trainer=200),
    "trainer-sessions-detail": Row.in_workshop(bench=404, panel=404, staff=404, kwargs=a_session),
    "trainer-sessions-material": Row.in_workshop(bench=404, panel=404, staff=404, kwargs=a_session),
}
