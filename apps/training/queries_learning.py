"""Reads for learning at one's own pace. In the scope of a municipality; progress only ever of one's own."""

from typing import Any

from django.db.models import F

from apps.municipalities.models import Municipality
from apps.training.models import Completion, Module, ModuleEdition, Progress, TrainingOpening, Unit
from apps.training.units import Audience


def offered_units(key: str) -> list[Unit]:
    """The units of a module that everybody can learn alone, in their order, each with its text, version and module.

    One query, for steps that check all of it again; empty where there is no such module. `learnable` is for pages.
    """
    units = (
        Unit.objects.filter(
            edition=F("edition__version__module__offered"),
            edition__version__module__key=key,
            edition__version__module__is_empowerment=False,
            audience=Audience.LEARNER,
        )
        .select_related("edition__version__module")
        .order_by("position")
    )
    return [unit for unit in units if ModuleEdition.Delivery.SELF_PACED in unit.edition.delivery]


def learnable(key: str) -> ModuleEdition | None:
    """The offered text of a module that everybody can learn alone, with version and module; empowerment never is."""
    found = (
        ModuleEdition.objects.filter(
            version__module__key=key, version__module__offered=F("pk"), version__module__is_empowerment=False
        )
        .select_related("version__module")
        .first()
    )
    return found if found is not None and ModuleEdition.Delivery.SELF_PACED in found.delivery else None


def records_open(municipality: Municipality) -> bool:
    """Whether progress and completions of the municipality may be recorded."""
    return TrainingOpening.objects.filter(of=municipality, closed_at=None).exists()


def progress(user: Any, module: Module) -> Progress | None:
    """How far the person is in the module; None before the first step."""
    return Progress.objects.filter(user=user, module=module).first()


def completion(user: Any, module: Module) -> Completion | None:
    """The person's latest completion of the module in this municipality."""
    return Completion.objects.filter(user=user, module=module).order_by("-completed_on").first()
