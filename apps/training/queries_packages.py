"""Reads behind packages: modules that can be packed, packages of a municipality, and everything a package says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from apps.core.entries import as_date
from apps.files.storage import upload_storage
from apps.instruments.definition import DIMENSION_NAMES, localized
from apps.municipalities.models import Municipality
from apps.reviews.lifecycle import State
from apps.training import fields
from apps.training.models import Module, ModuleEdition, ModuleFile, Overlay, Package, Unit
from apps.training.packages.html import FILES
from apps.training.packages.source import Addition, PackageFile, PackageUnit, Source, short_names
from apps.training.queries import offered_modules
from apps.training.units import FILES as FILE_FIELDS
from apps.training.units import Audience, UnitKind, in_language

#: Packages shown of a module, the newest first; older ones stay stored with their rows.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """A package with whether what it says has changed since it was made."""

    package: Package
    is_outdated: bool


def packable_modules() -> "QuerySet[Module]":
    """Modules that packages can be made of: offered, and not of empowerment. By number."""
    return offered_modules().filter(is_empowerment=False)


def packable(key: str) -> Module | None:
    """One of them by its key, with the text that is offered."""
    return packable_modules().filter(key=key).first()


def languages(edition: ModuleEdition) -> list[str]:
    """In which languages a package can be made: English only where every word of the text has its English."""
    return ["de", "en"] if _is_english(edition) else ["de"]


def _is_english(edition: ModuleEdition) -> bool:
    said = [(fields.edition_words(edition), edition.words_en)]
    said += [(fields.unit_words(unit), unit.words_en) for unit in _units(edition, Audience.LEARNER)]
    return all(bool((english.get(path) or {}).get("text")) for german, english in said for path in german)


def additions_changed_at(module: Module) -> datetime | None:
    """When the scope's municipality last changed what it adds to the module; None where it adds nothing."""
    found: datetime | None = Overlay.objects.filter(module=module).aggregate(latest=Max("updated_at"))["latest"]
    return found


def packages_of(module: Module, changed_at: datetime | None) -> list[Listed]:
    """The municipality's packages of a module, the newest first. changed_at: as additions_changed_at says."""
    rows = Package.objects.filter(edition__version__module=module).select_related("requested_by")

    def is_outdated(row: Package) -> bool:
        is_older = changed_at is not None and changed_at > row.created_at
        return row.edition_id != module.offered_id or (row.with_overlay and (is_older or changed_at is None))

    return [Listed(row, is_outdated(row)) for row in rows[:SHOWN]]


def package(module: Module, key: UUID) -> Package | None:
    """One package of a module with its text, of the scope's municipality."""
    rows = Package.objects.filter(edition__version__module=module).select_related("edition__version__module")
    return rows.filter(pk=key).first()


# --- Everything a package says ----------------------------------------------------------------------------------------


def source(edition_id: UUID, language: str, *, with_overlay: bool) -> Source:
    """What a package of this text says, read in a municipality's scope. Files are read later, one by one.

    Raises ModuleEdition.DoesNotExist.
    """
    edition = ModuleEdition.objects.select_related("version__module").get(pk=edition_id)
    version, module = edition.version, edition.version.module
    units = _units(edition, Audience.LEARNER)
    trainers = _units(edition, Audience.TRAINER)
    rows = list(Overlay.objects.filter(module=module).select_related("municipality")) if with_overlay else []
    additions = {row.unit_key: Addition(row.title, row.text) for row in rows}
    said = fields.edition_in(edition, language)
    wanted = {str(unit.content[name]) for unit in units for name in _file_names(unit) if unit.content.get(name)}
    stored = ModuleFile.objects.filter(module=module)
    withheld = {unit.key for unit in trainers} | {row.sha256 for row in stored if row.for_trainers}
    dates = [edition.frozen_at or edition.updated_at, *(row.updated_at for row in rows)]
    short = short_names([unit.key for unit in units])
    of: Municipality | None = rows[0].municipality if rows else None
    return Source(
        code=module.code,
        key=module.key,
        number=module.number,
        version=version.number,
        edition=edition.number,
        is_draft=version.state != State.STANDARD,
        state=version.get_state_display(),
        language=language,
        title=said.title,
        summary=said.summary,
        target_group=said.target_group,
        prerequisites=said.prerequisites,
        minutes=edition.minutes,
        objectives=said.objectives,
        keywords=keywords(module, language),
        units=[_unit(unit, language, short[unit.key], additions.get(unit.key)) for unit in units],
        files=_files(row for row in stored if str(row.pk) in wanted and not row.for_trainers),
        sources=edition.sources,
        legal_bases=[{**entry, "as_of": as_date(entry.get("as_of"))} for entry in edition.legal_bases],
        as_of=max(dates),
        is_empowerment=module.is_empowerment,
        withheld=frozenset(withheld),
        addition=additions.get(""),
        municipality=of.name if of else "",
    )


def keywords(module: Module, language: str) -> list[str]:
    """Words under which a learning platform or a catalogue finds the module."""
    own = {"de": ["Rassismuskritik", "Kommunalverwaltung"], "en": ["anti-racism", "municipal administration"]}
    return [localized(DIMENSION_NAMES[module.dimension], language), *own[language]]


def _units(edition: ModuleEdition, audience: Audience) -> list[Unit]:
    return [unit for unit in edition.units.order_by("position") if unit.audience == audience]


def _file_names(unit: Unit) -> tuple[str, ...]:
    return FILE_FIELDS.get(UnitKind(unit.kind), ())


def _unit(unit: Unit, language: str, short: str, addition: Addition | None) -> PackageUnit:
    return PackageUnit(
        key=unit.key,
        short=short,
        kind=UnitKind(unit.kind),
        title=fields.unit_title(unit, language),
        minutes=unit.minutes,
        content=in_language(unit.kind, unit.content, unit.words_en, language),
        addition=addition,
    )


def _files(rows: Iterable[ModuleFile]) -> dict[str, PackageFile]:
    """Named by number and ending: what somebody called a file may mean anything to another system."""
    found: dict[str, PackageFile] = {}
    for number, row in enumerate(sorted(rows, key=lambda row: row.sha256), 1):
        ending = row.name.rpartition(".")[2].lower()
        suffix = f".{ending}" if ending.isascii() and ending.isalnum() and len(ending) <= 5 else ""
        path = f"{FILES}/{number:02}{suffix}"
        found[str(row.pk)] = PackageFile(path, row.name, row.media_type, row.size, _reader(row.file.name))
    return found


def _reader(name: Any) -> Callable[[], bytes]:
    return partial(_read, str(name))


def _read(name: str) -> bytes:
    with upload_storage().open(name) as stream:
        content: bytes = stream.read()
    return content
