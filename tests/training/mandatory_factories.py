"""Mandatory trainings for tests."""

from typing import Any

from django.utils import timezone

from apps.core import scope
from apps.files.models import StoredFile
from apps.municipalities.models import Municipality
from apps.training.models import GateDocument, MandatoryTraining, TrainingOpening
from tests.factories import UserFactory
from tests.training.factories import offered, opened


def mandatory(municipality: Municipality, **fields: Any) -> MandatoryTraining:
    """A module that everybody of the municipality must take."""
    values = {
        "decided_on": timezone.localdate(),
        "reference": "Dienstanweisung 12",
        "within_months": 6,
        "repeat_months": 24,
        **fields,
    }
    values.setdefault("module", None)
    values["module"] = values["module"] or offered()
    with scope.enter(scope.municipality(municipality)):
        made: MandatoryTraining = MandatoryTraining.objects.create(decided_by=UserFactory(), **values)
    return made


def names_allowed(municipality: Municipality) -> Municipality:
    """The municipality with its records open, and the agreement that lets status lists show names."""
    opened(municipality)
    with scope.enter(scope.municipality(municipality)):
        GateDocument.objects.create(
            kind="names",
            document=StoredFile.objects.all()[0],
            signed_on=timezone.localdate(),
            stated_by_name="Kim Beispiel",
            noted_by=UserFactory(),
        )
        TrainingOpening.objects.filter(of=municipality).update(names_visible=True)
    return municipality
