"""What the reading pages show, made of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.prose import plain_text
from apps.core.word_comparison import Part, compare_words
from apps.recommendations.comparison import BlockChange, compare_blocks
from apps.recommendations.models import Block, Edition, RecommendationVersion, Section

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.de"


@dataclass(frozen=True, slots=True)
class SectionText:
    """A part of a text as it is read: its key and name, and its blocks in order."""

    key: str
    label: str
    blocks: list[Block]


def sections_of(edition: Edition) -> list[SectionText]:
    """The parts of a text that say something, in their order. Blocks are prefetched."""
    blocks = list(edition.blocks.all())
    found = [
        SectionText(section.value, str(section.label), [block for block in blocks if block.section == section.value])
        for section in Section
    ]
    return [section for section in found if section.blocks]


def citation(version: RecommendationVersion, title: str) -> str:
    """How a version is quoted, by the house style: body, year, title, number, version, DOI, licence."""
    when = version.published_at or version.state_since
    parts = [
        f"{settings.ORGANISATION['name']} ({when:%Y}): {title}.",
        _("Recommendation %(code)s, version %(number)s.")
        % {"code": version.recommendation.code, "number": version.number},
    ]
    if version.doi:
        parts.append(f"https://doi.org/{version.doi}.")
    return " ".join([*parts, f"{LICENCE}."])


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A structured field in both texts, compared word by word."""

    label: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts beside each other: fields and parts that changed, and how many blocks of each kind."""

    fields: list[FieldChange]
    sections: list[tuple[str, list[BlockChange]]]
    counts: dict[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.fields and not self.sections


def compare(old: Edition, new: Edition) -> Comparison:
    """What changed from `old` to `new`: only fields and parts in which something did."""
    changes = compare_blocks(_plain(old), _plain(new))
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.kind] = counts.get(change.kind, 0) + 1
    sections = []
    for section in Section:
        found = [change for change in changes if change.section == section.value]
        if any(change.changes for change in found):
            sections.append((str(section.label), found))
    return Comparison(_fields(old, new), sections, counts)


def _plain(edition: Edition) -> list[Block]:
    blocks = sorted(edition.blocks.all(), key=lambda block: (Section.values.index(block.section), block.position))
    return [
        Block(key=block.key, section=block.section, kind=block.kind, text=plain_text(block.text)) for block in blocks
    ]


def _fields(old: Edition, new: Edition) -> list[FieldChange]:
    changed = []
    for label, before, after in (
        (_("Title"), old.title, new.title),
        (_("Summary"), old.summary, new.summary),
        (_("Target level"), str(old.target_level), str(new.target_level)),
        (
            _("Effort"),
            f"{old.get_effort_display()}. {old.effort_note}",
            f"{new.get_effort_display()}. {new.effort_note}",
        ),
        (_("Items answered"), ", ".join(old.items), ", ".join(new.items)),
        (_("Indicator"), _listed([old.indicator]), _listed([new.indicator])),
        (_("Legal bases"), _listed(old.legal_bases), _listed(new.legal_bases)),
        (_("Variants"), _listed(old.variants), _listed(new.variants)),
        (_("Templates"), _listed(old.templates), _listed(new.templates)),
        (_("Template measures"), _listed(old.measures), _listed(new.measures)),
        (_("Sources"), _listed(old.sources), _listed(new.sources)),
        (_("Training modules"), ", ".join(old.training), ", ".join(new.training)),
    ):
        if before != after:
            changed.append(FieldChange(label, compare_words(before, after)))
    return changed


def _effort(edition: Edition) -> str:
    return f"{edition.get_effort_display()}. {edition.effort_note}"


def _listed(rows: Sequence[dict[str, Any]]) -> str:
    """Rows of a field as one text: values in their order, an entry a line."""
    return "\n".join(" · ".join(str(value) for value in row.values() if str(value).strip()) for row in rows if row)
