"""Freezing a text, opening the next one with the same words and keys, and drawing the words for the search."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.utils import timezone

from apps.core.prose import plain_text
from apps.training import fields
from apps.training.models import ModuleEdition, ModuleVersion, Unit
from apps.training.queries import current_edition, open_edition
from apps.training.units import Audience


def freeze(version: ModuleVersion) -> ModuleEdition:
    """Freeze the open text, if there is one; returns the latest text. Call with the version locked."""
    edition = open_edition(version)
    if edition is None:
        return current_edition(version)
    edition.frozen_at = timezone.now()
    edition.save(update_fields=["frozen_at", "updated_at"])
    write_search(edition)
    return edition


def open_next(version: ModuleVersion, *, like: ModuleEdition | None = None) -> ModuleEdition:
    """The open text of a version; where all are frozen, a new one like its latest, or like that of another version.

    Units keep their keys, so that progress and additions find them again. Call with the version locked.
    """
    edition = open_edition(version)
    if edition is not None:
        return edition
    like = like or current_edition(version)
    edition = ModuleEdition.objects.create(
        version=version,
        number=version.editions.count() + 1,
        **{name: getattr(like, name) for name in fields.FIELDS},
    )
    copies = [Unit(edition=edition, **{name: getattr(unit, name) for name in UNIT_FIELDS}) for unit in like.units.all()]
    Unit.objects.bulk_create(copies)
    return edition


UNIT_FIELDS = ("key", "audience", "position", "kind", "title", "minutes", "content", "words_en")


def write_search(edition: ModuleEdition) -> None:
    """Draw the words by which the catalogue finds a text: its title first, then what it says of itself, then its units.

    English words count as the German ones do. What is for trainers only is not found by everybody.
    """
    said = fields.edition_words(edition)
    title = [said.pop("title", ""), *_english(edition.words_en, ["title"])]
    about = [*said.values(), *_english(edition.words_en, said)]
    inside: list[str] = []
    for unit in edition.units.filter(audience=Audience.LEARNER):
        words = fields.unit_words(unit)
        inside += [plain_text(text) for text in words.values()] + _english(unit.words_en, words)
    vector = (
        SearchVector(_value(title), config="german", weight="A")
        + SearchVector(_value(about), config="german", weight="B")
        + SearchVector(_value(inside), config="german", weight="C")
    )
    ModuleEdition.objects.filter(pk=edition.pk).update(search=vector)


def _english(words_en: Mapping[str, Any], paths: Iterable[str]) -> list[str]:
    return [str(words_en[path].get("text", "")) for path in paths if path in words_en]


def _value(texts: Iterable[str]) -> Value:
    return Value(" ".join(text for text in texts if text))
