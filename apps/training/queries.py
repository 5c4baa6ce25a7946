"""Reads on modules, their versions and texts that every feature of the app builds on."""

from datetime import datetime

from django.db.models import QuerySet

from apps.reviews.lifecycle import State
from apps.training.models import Module, ModuleEdition, ModuleStateChange, ModuleVersion, Unit
from apps.training.units import Audience


def current_edition(version: ModuleVersion) -> ModuleEdition:
    """The latest text of a version: the open one, or the last that was frozen."""
    return version.editions.order_by("-number")[0]


def open_edition(version: ModuleVersion) -> ModuleEdition | None:
    """The text that may be written in now; None while everything is frozen."""
    return version.editions.filter(frozen_at=None).first()


def offered_modules() -> "QuerySet[Module]":
    """What people find in the catalogue now, by number, with the text that is `offered` and its version."""
    return Module.objects.filter(offered__isnull=False).select_related("offered__version").order_by("number")


def released_at(version: ModuleVersion) -> datetime | None:
    """When the text of a version was last released for piloting; None where it never was."""
    released = ModuleStateChange.objects.filter(version=version.pk, to_state=State.PILOT_READY)
    return released.order_by("-created_at").values_list("created_at", flat=True).first()


def learner_units(edition: ModuleEdition) -> list[Unit]:
    """What learners work through, in its order."""
    return list(edition.units.filter(audience=Audience.LEARNER).order_by("position"))


def trainer_units(edition: ModuleEdition) -> list[Unit]:
    """The material for trainers, in its order: never in a package, never shown to learners."""
    return list(edition.units.filter(audience=Audience.TRAINER).order_by("position"))
