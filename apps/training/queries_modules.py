"""Reads behind writing modules: lists, a version with its texts and authors, files, names of items and dimensions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind, User
from apps.instruments.definition import DIMENSION_NAMES, Form, localized
from apps.instruments.queries import load_compiled, published_versions
from apps.training.models import (
    Module,
    ModuleAuthor,
    ModuleEdition,
    ModuleFile,
    ModuleStateChange,
    ModuleVersion,
    Session,
    Unit,
)
from apps.training.units import FILES, Audience, UnitKind

STANDARD_INSTRUMENT = "kfa_bedarfserhebung"
_DONE = ("superseded", "withdrawn")


# --- Versions ---------------------------------------------------------------------------------------------------------


def listed_versions() -> "QuerySet[ModuleVersion]":
    """All versions by number with their module, each with `title` of its latest text and whether it `is_offered`."""
    latest = ModuleEdition.objects.filter(version=OuterRef("pk")).order_by("-number")
    offered = Module.objects.filter(offered__version=OuterRef("pk"))
    return (
        ModuleVersion.objects.select_related("module")
        .annotate(title=Subquery(latest.values("title")[:1]), is_offered=Exists(offered))
        .order_by("module__number", "-number")
    )


def versions_in_work(user: User | None = None) -> "QuerySet[ModuleVersion]":
    """Those of `listed_versions` that can still change: all, or those that the person writes."""
    found = listed_versions().exclude(state__in=_DONE)
    if user is None:
        return found
    return found.filter(Exists(ModuleAuthor.objects.filter(module=OuterRef("module"), user=user, left_at=None)))


def version(key: UUID) -> ModuleVersion | None:
    """One version with its module, its latest `title` and whether it `is_offered`."""
    return listed_versions().filter(pk=key).first()


def history(version: ModuleVersion) -> "QuerySet[ModuleStateChange]":
    """The steps of a version with who took them, the latest first."""
    return version.changes.select_related("actor").order_by("-created_at")


def other_versions(version: ModuleVersion) -> "QuerySet[ModuleVersion]":
    """The other versions of the same module, the newest first."""
    return version.module.versions.exclude(pk=version.pk).order_by("-number")


def newest_version_id(module_id: UUID) -> UUID | None:
    """The key of the version with the highest number."""
    found = ModuleVersion.objects.filter(module=module_id).order_by("-number")
    return found.values_list("pk", flat=True).first()


# --- Texts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """The latest text of a version with its units in order, and the module's files by key."""

    edition: ModuleEdition
    units: tuple[Unit, ...] = ()
    files: Mapping[str, ModuleFile] = field(default_factory=dict)

    def of(self, audience: str) -> list[Unit]:
        """The units for learners or for trainers."""
        return [unit for unit in self.units if unit.audience == audience]

    def unit(self, key: str) -> Unit | None:
        """One unit by its key."""
        return next((unit for unit in self.units if unit.key == key), None)


def text_of(version: ModuleVersion) -> Text:
    """The latest text with its units and files: three queries."""
    edition = version.editions.order_by("-number")[0]
    units = tuple(edition.units.order_by("audience", "position"))
    files = {str(file.pk): file for file in ModuleFile.objects.filter(module=version.module_id)}
    return Text(edition, units, files)


# --- People -----------------------------------------------------------------------------------------------------------


def authors_of(module_id: UUID) -> list[ModuleAuthor]:
    """Who writes a module now, with the person; by name."""
    return list(
        ModuleAuthor.objects.filter(module=module_id, left_at=None)
        .select_related("user")
        .order_by("user__last_name", "user__first_name")
    )


def roles_of_writers() -> dict[UUID, list[ProgrammeRole]]:
    """By person: the roles that make somebody a possible author, besides belonging to the project team."""
    found: dict[UUID, list[ProgrammeRole]] = {}
    kinds = (ProgrammeRoleKind.BENCH_MEMBER, ProgrammeRoleKind.TRAINER)
    for role in ProgrammeRole.objects.filter(role__in=kinds, ended_at=None, user__is_active=True):
        found.setdefault(role.user_id, []).append(role)
    return found


def possible_authors() -> "QuerySet[User]":
    """Everybody who can be named as an author: project team, benches, trainers."""
    kinds = (ProgrammeRoleKind.BENCH_MEMBER, ProgrammeRoleKind.TRAINER)
    roles = ProgrammeRole.objects.filter(user=OuterRef("pk"), role__in=kinds, ended_at=None)
    return User.objects.filter(Q(is_project_staff=True) | Exists(roles), is_active=True).order_by(
        "last_name", "first_name"
    )


# --- Files ------------------------------------------------------------------------------------------------------------


def file_with_module(key: UUID) -> ModuleFile | None:
    """One file with its module."""
    return ModuleFile.objects.select_related("module").filter(pk=key).first()


def is_public(file: ModuleFile) -> bool:
    """Whether everybody may have it: a learners' unit shows it in the text that is offered, or that a session uses."""
    if file.for_trainers or file.module.offered_id is None:
        return False
    names = Q(content__file=str(file.pk)) | Q(content__captions=str(file.pk))
    used = Session.objects.filter(module=file.module_id, edition=OuterRef("edition"))
    shown = Q(edition=file.module.offered_id) | Exists(used)
    return Unit.objects.filter(names, shown, audience=Audience.LEARNER).exists()


def used_files(units: "tuple[Unit, ...]") -> dict[str, list[Unit]]:
    """By key of a file: the units that name it."""
    found: dict[str, list[Unit]] = {}
    for unit in units:
        for name in FILES.get(UnitKind(unit.kind), ()):
            if key := unit.content.get(name):
                found.setdefault(str(key), []).append(unit)
    return found


# --- Names ------------------------------------------------------------------------------------------------------------


def dimension_name(dimension: int, language: str) -> str:
    """Number and name of a field of action."""
    return f"{dimension} {localized(DIMENSION_NAMES[dimension], language, 'de')}"


def dimension_names(language: str) -> dict[int, str]:
    """All fields of action by number."""
    return {dimension: dimension_name(dimension, language) for dimension in DIMENSION_NAMES}


def standard_form() -> Form | None:
    """The Standard questionnaire as published last; None where none is. It is kept in the process."""
    version = published_versions().filter(instrument__key=STANDARD_INSTRUMENT).first()
    return load_compiled(version).form if version else None


def item_labels(language: str) -> Mapping[str, str]:
    """Number and label of the Standard questionnaire's level items, in its order.

    Empty where no Standard questionnaire is published.
    """
    form = standard_form()
    if form is None:
        return {}
    return {
        item.name: f"{item.number} {localized(item.label, language, form.default_language)}".strip()
        for item in form.level_items
    }
