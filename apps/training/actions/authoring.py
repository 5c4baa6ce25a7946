"""Writing a module: its fields, its units, its English.

Each step takes the version's lock, as freezing the text does; whether it may still be written in is looked at there.
Where the text was frozen to be offered as a draft, the first who writes on opens the next one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from itertools import count, product
from string import ascii_lowercase
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.core.entries import fingerprint
from apps.training import fields
from apps.training.actions.editions import open_next
from apps.training.actions.lifecycle import WRITABLE, NotPossible, locked
from apps.training.models import ModuleEdition, ModuleVersion, Unit
from apps.training.queries import open_edition
from apps.training.units import Audience, Content, UnitKind

_MAX_KEY = 60
LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "*": "", ":": " "})
UP, DOWN = "up", "down"
#: What a unit of a kind begins with.
_EMPTY: Mapping[str, Content] = {
    UnitKind.QUIZ: {"text": "", "pass_mark": 0, "attempts": 0, "questions": []},
    UnitKind.SCENARIO: {"text": "", "start": "a", "nodes": [{"key": "a", "text": "", "ending": "", "choices": []}]},
}


class TextFrozen(Exception):
    """The text is frozen: nothing is written now."""

    def __init__(self) -> None:
        super().__init__(_("The text is frozen: nothing can be written in it now."))


class ChangedMeanwhile(Exception):
    """Somebody else has changed it since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed this meanwhile. Below is what you entered; saving it now replaces theirs.")
        )


def is_writable(version: ModuleVersion, edition: ModuleEdition) -> bool:
    """Whether the latest text can be written in, or the next one opened by writing."""
    return edition.frozen_at is None or version.state in WRITABLE


def sign_of(unit: Unit) -> str:
    """By which a form notices that somebody else has changed the unit."""
    return fingerprint({"title": unit.title, "minutes": unit.minutes, "content": unit.content})


# --- Fields -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_fields(*, actor: Any, version_id: UUID, values: Mapping[str, Any], seen: str = "") -> ModuleEdition:
    """Write fields of the text; those not among `values` stay. English objectives follow their German sentences.

    seen: fingerprint of the same fields as the form was opened with; empty: whatever stands there. Raises
    TextFrozen, ChangedMeanwhile, NotPossible for values no text can hold, KeyError for a name that is none of
    fields.FIELDS.
    """
    if unknown := set(values) - set(fields.FIELDS):
        raise KeyError(", ".join(sorted(unknown)))
    version, edition = _writable(version_id)
    before = {name: getattr(edition, name) for name in values}
    if seen and fingerprint(before) != seen:
        raise ChangedMeanwhile
    if problems := fields.all_problems(values):
        raise NotPossible(*map(str, problems))
    changed = sorted(name for name in values if before[name] != values[name])
    if changed:
        for name in changed:
            setattr(edition, name, values[name])
        if "objectives" in changed:
            edition.words_en = fields.follow_objectives(edition.words_en, edition.objectives)
            changed.append("words_en")
        edition.save(update_fields=[*changed, "updated_at"])
        record(actor=actor, verb="module.fields_changed", target=version, data={"fields": changed})
    return edition


# --- Units ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_unit(*, actor: Any, version_id: UUID, kind: str, audience: str, title: str) -> Unit:
    """Add an empty unit at the end; its key is made of the title and was never another unit's in this module.

    Raises TextFrozen, NotPossible for a kind that trainers' material does not have, and for a learners' unit of an
    empowerment module.
    """
    version, edition = _writable(version_id)
    if audience == Audience.TRAINER and kind not in (UnitKind.TEXT, UnitKind.DOWNLOAD):
        raise NotPossible(_("Material for trainers is a text or a download."))
    if audience == Audience.LEARNER and version.module.is_empowerment:
        raise NotPossible(_("An empowerment module has no units for learners: it is led on site."))
    taken = Unit.objects.filter(edition__version__module=version.module_id).values_list("key", flat=True)
    last = edition.units.filter(audience=audience).order_by("-position").values_list("position", flat=True).first()
    unit = Unit.objects.create(
        edition=edition,
        key=free_key(title, set(taken)),
        audience=audience,
        position=0 if last is None else last + 1,
        kind=kind,
        title=title.strip(),
        content=deepcopy(dict(_EMPTY.get(kind, {}))),
    )
    record(actor=actor, verb="module.unit_added", target=version, data={"unit": unit.key, "kind": kind})
    return unit


@transaction.atomic
def save_unit(
    *, actor: Any, version_id: UUID, key: str, title: str, minutes: int, values: Mapping[str, Any], seen: str = ""
) -> Unit:
    """Write a unit's title, minutes and the parts of its content among `values`; other parts stay.

    seen: sign_of the unit as the form was opened with. Raises TextFrozen, ChangedMeanwhile, Unit.DoesNotExist.
    """
    version, unit = _unit(version_id, key, seen)
    unit.title, unit.minutes = title.strip(), minutes
    unit.content = {**unit.content, **values}
    _save(actor, version, unit)
    return unit


@transaction.atomic
def move_unit(*, actor: Any, version_id: UUID, key: str, direction: str) -> Unit:
    """Move a unit up or down among those of its audience; at the end nothing happens. Raises as save_unit."""
    version, unit = _unit(version_id, key)
    units = list(Unit.objects.filter(edition=unit.edition_id, audience=unit.audience).order_by("position"))
    ordered = _moved([one.key for one in units], key, direction)
    by_key = {one.key: one for one in units}
    for position, name in enumerate(ordered):
        if by_key[name].position != position:
            Unit.objects.filter(pk=by_key[name].pk).update(position=position)
    data = {"unit": key, "direction": direction}
    record(actor=actor, verb="module.unit_moved", target=version, data=data)
    return unit


@transaction.atomic
def delete_unit(*, actor: Any, version_id: UUID, key: str) -> None:
    """Remove a unit from the text; earlier texts keep it. Nothing to do where it has gone. Raises TextFrozen."""
    version, edition = _writable(version_id)
    unit = edition.units.filter(key=key).first()
    if unit is not None:
        unit.delete()
        record(actor=actor, verb="module.unit_removed", target=version, data={"unit": key})


# --- Questions of a quiz, places of a scenario ------------------------------------------------------------------------


@transaction.atomic
def save_part(
    *, actor: Any, version_id: UUID, key: str, part: Mapping[str, Any], seen: str = "", new_places: Sequence[str] = ()
) -> str:
    """Write a question of a quiz or a place of a scenario; one without a key is added at the end. Returns its key.

    new_places: keys of places to be made empty, because a choice leads there. Raises as save_unit.
    """
    version, unit = _unit(version_id, key, seen)
    parts = _parts(unit)
    made = dict(part)
    if not made.get("key"):
        made["key"] = next_key(str(one["key"]) for one in parts)
        parts.append(made)
    else:
        places = [place for place, one in enumerate(parts) if one["key"] == made["key"]]
        if not places:
            raise Unit.DoesNotExist
        parts[places[0]] = made
    if unit.kind == UnitKind.SCENARIO:
        there = {str(one["key"]) for one in parts}
        parts += [{"key": new, "text": "", "ending": "", "choices": []} for new in new_places if new not in there]
    _save(actor, version, unit)
    return str(made["key"])


@transaction.atomic
def move_part(*, actor: Any, version_id: UUID, key: str, part: str, direction: str) -> None:
    """Move a question or a place up or down. Raises as save_unit."""
    version, unit = _unit(version_id, key)
    parts = {str(one["key"]): one for one in _parts(unit)}
    if part not in parts:
        raise Unit.DoesNotExist
    _parts(unit)[:] = [parts[name] for name in _moved(list(parts), part, direction)]
    _save(actor, version, unit)


@transaction.atomic
def delete_part(*, actor: Any, version_id: UUID, key: str, part: str) -> None:
    """Remove a question or a place; choices that led there lead nowhere: the unit's page says so. Raises as above."""
    version, unit = _unit(version_id, key)
    parts = _parts(unit)
    kept = [one for one in parts if one["key"] != part]
    if len(kept) != len(parts):
        parts[:] = kept
        _save(actor, version, unit)


# --- English ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_english(
    *,
    actor: Any,
    version_id: UUID,
    key: str,
    texts: Mapping[str, str],
    confirmed: Collection[str] = (),
    seen: str = "",
) -> None:
    """Write the English of a unit, or (no key) of the text's own fields: by path; an empty text is taken away.

    A text that stays the same stays one of the German text it was written for, and so marked as stale, unless its path
    is among `confirmed`. seen: fingerprint of words_en as the form was opened with.
    Raises TextFrozen, ChangedMeanwhile, Unit.DoesNotExist.
    """
    version, edition = _writable(version_id)
    target: ModuleEdition | Unit = edition.units.get(key=key) if key else edition
    german = fields.unit_words(target) if isinstance(target, Unit) else fields.edition_words(target)
    if seen and fingerprint(target.words_en) != seen:
        raise ChangedMeanwhile
    words_en = {path: found for path, found in target.words_en.items() if path in german}
    for path, text in texts.items():
        if path not in german:
            continue
        before = words_en.get(path)
        if not text.strip():
            words_en.pop(path, None)
        elif before is None or before.get("text") != text or path in confirmed:
            words_en[path] = fields.english(german[path], text)
    if words_en != target.words_en:
        target.words_en = words_en
        target.save(update_fields=["words_en", "updated_at"])
        record(actor=actor, verb="module.english_changed", target=version, data={"unit": key})


# --- Within -----------------------------------------------------------------------------------------------------------


def free_key(title: str, taken: set[str]) -> str:
    """A key of the words of a title that is not among `taken`."""
    base = slugify(title.casefold().translate(LETTERS))[: _MAX_KEY - 5].strip("-") or "einheit"
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if key not in taken)


def next_key(taken: Iterable[str]) -> str:
    """The first of a, b, … z, aa, ab, … that nobody has."""
    there = set(taken)
    letters = ("".join(found) for length in count(1) for found in product(ascii_lowercase, repeat=length))
    return next(key for key in letters if key not in there)


def _moved(keys: list[str], key: str, direction: str) -> list[str]:
    """The keys with one of them a place further up or down."""
    if direction not in (UP, DOWN):
        raise ValueError(f"There is no direction {direction!r}.")
    place = keys.index(key)
    other = place - 1 if direction == UP else place + 1
    if 0 <= other < len(keys):
        keys[place], keys[other] = keys[other], keys[place]
    return keys


def _writable(version_id: UUID) -> tuple[ModuleVersion, ModuleEdition]:
    """The version under its lock and its open text. Raises ModuleVersion.DoesNotExist, TextFrozen."""
    version = locked(version_id)
    edition = open_edition(version)
    if edition is None and version.state in WRITABLE:
        edition = open_next(version)
    if edition is None:
        raise TextFrozen
    return version, edition


def _unit(version_id: UUID, key: str, seen: str = "") -> tuple[ModuleVersion, Unit]:
    version, edition = _writable(version_id)
    unit = edition.units.get(key=key)
    if seen and sign_of(unit) != seen:
        raise ChangedMeanwhile
    return version, unit


def _parts(unit: Unit) -> list[dict[str, Any]]:
    """The questions or the places of a unit, to be changed in place. Raises Unit.DoesNotExist where it has none."""
    name = {UnitKind.QUIZ: "questions", UnitKind.SCENARIO: "nodes"}.get(UnitKind(unit.kind))
    if name is None:
        raise Unit.DoesNotExist
    parts: list[dict[str, Any]] = unit.content.setdefault(name, [])
    return parts


def _save(actor: Any, version: ModuleVersion, unit: Unit) -> None:
    unit.save(update_fields=["title", "minutes", "content", "updated_at"])
    record(actor=actor, verb="module.unit_changed", target=version, data={"unit": unit.key})
