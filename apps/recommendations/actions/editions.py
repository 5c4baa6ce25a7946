"""Freezing a text, and opening the next one with the same words and the same keys."""

from django.utils import timezone

from apps.recommendations.models import Block, Edition, RecommendationVersion
from apps.recommendations.queries import current_edition, open_edition

#: Structured fields of an edition, carried over to the next.
FIELDS = (
    "title",
    "summary",
    "items",
    "target_level",
    "effort",
    "effort_note",
    "indicator",
    "legal_bases",
    "variants",
    "templates",
    "measures",
    "sources",
    "training",
)


def freeze(version: RecommendationVersion) -> Edition:
    """Freeze the open text, if there is one; returns the latest text. Call with the version locked."""
    edition = open_edition(version)
    if edition is None:
        return current_edition(version)
    edition.frozen_at = timezone.now()
    edition.save(update_fields=["frozen_at", "updated_at"])
    return edition


def open_next(version: RecommendationVersion, *, like: Edition | None = None) -> Edition:
    """The open text of a version; where all are frozen, a new one like its latest, or like that of another version.

    Blocks keep their keys, so that comments find them again. Call with the version locked.
    """
    edition = open_edition(version)
    if edition is not None:
        return edition
    like = like or current_edition(version)
    number = version.editions.count() + 1
    edition = Edition.objects.create(
        version=version, number=number, **{field: getattr(like, field) for field in FIELDS}
    )
    Block.objects.bulk_create(
        [
            Block(
                edition=edition,
                section=block.section,
                position=block.position,
                key=block.key,
                kind=block.kind,
                text=block.text,
                split_from=block.split_from,
                absorbed=block.absorbed,
            )
            for block in like.blocks.all()
        ]
    )
    return edition
