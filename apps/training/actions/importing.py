"""Taking the project's drafts from files into the database, and again when the files change."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from apps.audit.actions import record
from apps.core.draft_files import InvalidFile, Outcome, Result
from apps.instruments.queries import load_compiled, published_versions
from apps.reviews.lifecycle import State
from apps.training.actions.editions import open_next
from apps.training.actions.lifecycle import NotPossible, locked, share_as_draft
from apps.training.actions.starting import create, lock_numbers
from apps.training.library import Entry
from apps.training.models import Module, ModuleAuthor, ModuleVersion, Unit
from apps.training.queries import current_edition
from apps.training.queries_modules import STANDARD_INSTRUMENT


@transaction.atomic
def import_entries(*, actor: Any, entries: Sequence[Entry]) -> list[Result]:
    """Bring the database up to date with files, all or nothing. A second time nothing changes.

    A new module becomes an idea whose text is offered as a draft. A changed file becomes the module's next text, as
    long as it is an idea that nobody has written on; else it is left. Raises InvalidFile where number and key belong
    to different modules, an item is not in the published questionnaire, or the text is not whole.
    """
    lock_numbers()
    _check_items(entries)
    known = {made.key: made for made in Module.objects.all()}
    return [_write(actor, entry, known) for entry in entries]


def _write(actor: Any, entry: Entry, known: dict[str, Module]) -> Result:
    made = known.get(entry.key)
    if made is None:
        if any(other.number == entry.number for other in known.values()):
            raise InvalidFile(entry.name, [f"number: {entry.number} belongs to another module."])
        version = create(
            actor=actor,
            number=entry.number,
            key=entry.key,
            dimension=entry.dimension,
            is_empowerment=entry.is_empowerment,
            edition={**entry.edition, "imported": entry.hash},
        )
        known[entry.key] = version.module
        _write_units(version, entry)
        _share(actor, version, entry)
        return Result(entry.name, Outcome.CREATED)
    if made.number != entry.number:
        raise InvalidFile(entry.name, [f"number: {entry.key} has the number {made.number}."])
    if made.is_empowerment != entry.is_empowerment:
        raise InvalidFile(entry.name, ["empowerment: a module stays what it is."])
    version = locked(made.versions.order_by("-number").values_list("pk", flat=True)[0])
    if why := _why_left(version):
        return Result(entry.name, Outcome.LEFT, why)
    if current_edition(version).imported == entry.hash and version.module.dimension == entry.dimension:
        return Result(entry.name, Outcome.UNCHANGED)
    _rewrite(version, entry)
    _share(actor, version, entry)
    record(actor=actor, verb="module.imported", target=version)
    return Result(entry.name, Outcome.UPDATED)


def _why_left(version: ModuleVersion) -> str:
    """Why the module is not brought up to date. What nobody has touched is the frozen text of the last import."""
    if version.state != State.IDEA or version.number > 1:
        return f"it is past being an idea ({version}, {version.state})"
    if ModuleAuthor.objects.filter(module=version.module_id).exists():
        return "it has authors"
    edition = current_edition(version)
    if edition.frozen_at is None or not edition.imported:
        return "somebody has written on it"
    return ""


def _rewrite(version: ModuleVersion, entry: Entry) -> None:
    if version.module.dimension != entry.dimension:
        version.module.dimension = entry.dimension
        version.module.save(update_fields=["dimension", "updated_at"])
    edition = open_next(version)
    for name, value in entry.edition.items():
        setattr(edition, name, value)
    edition.imported = entry.hash
    edition.save(update_fields=[*entry.edition, "imported", "updated_at"])
    _write_units(version, entry)


def _write_units(version: ModuleVersion, entry: Entry) -> None:
    """The units of the file as those of the open text; English words that somebody wrote stay with their keys."""
    edition = current_edition(version)
    words_en = dict(edition.units.values_list("key", "words_en"))
    edition.units.all().delete()
    positions: dict[str, int] = {}
    units = []
    for unit in entry.units:
        position = positions.get(unit.audience, 0)
        positions[unit.audience] = position + 1
        units.append(
            Unit(
                edition=edition,
                key=unit.key,
                audience=unit.audience,
                position=position,
                kind=unit.kind,
                title=unit.title,
                minutes=unit.minutes,
                content=unit.content,
                words_en=words_en.get(unit.key, {}),
            )
        )
    Unit.objects.bulk_create(units)


def _share(actor: Any, version: ModuleVersion, entry: Entry) -> None:
    try:
        share_as_draft(actor=actor, version_id=version.pk)
    except NotPossible as problem:
        raise InvalidFile(entry.name, problem.reasons) from problem


def _check_items(entries: Sequence[Entry]) -> None:
    """Raises InvalidFile for an item that the Standard questionnaire, where it is published, does not ask."""
    version = published_versions().filter(instrument__key=STANDARD_INSTRUMENT).first()
    if version is None:
        return
    asked = {item.name for item in load_compiled(version).form.level_items}
    for entry in entries:
        unknown: Mapping[int, str] = {
            number: name for number, name in enumerate(entry.edition["items"], 1) if name not in asked
        }
        if unknown:
            raise InvalidFile(
                entry.name,
                [f"items[{number}]: {STANDARD_INSTRUMENT} does not ask “{name}”." for number, name in unknown.items()],
            )
