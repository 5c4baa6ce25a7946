"""What the pages show of evidence. No queries here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from apps.assessments import policies_evidence
from apps.assessments.models import Assessment, Evidence, EvidenceUse
from apps.assessments.pages import Block, section_label
from apps.assessments.policies import SectionAccess
from apps.assessments.questionnaire import Reading
from apps.instruments.definition import Form, Item, localized


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """The items of one section that can be chosen: (name, label)."""

    section: str
    label: str
    items: tuple[tuple[str, str], ...]


def item_groups(
    reading: Reading, may_choose: Callable[[Item], bool], language: str, keep: Iterable[str] = ()
) -> list[ItemGroup]:
    """The level items that are asked, and those of `keep`, section by section, as far as they may be chosen."""
    compiled, kept = reading.questionnaire.compiled, set(keep)
    groups = []
    for section in reading.questionnaire.sections:
        items = tuple(
            (item.name, f"{item.number} {compiled.text(item.label, reading.state, language)}".strip())
            for item in section.items
            if item.is_level and (reading.is_asked(item) or item.name in kept) and may_choose(item)
        )
        if items:
            groups.append(ItemGroup(section.name, section_label(reading, section, language), items))
    return groups


@dataclass(frozen=True, slots=True)
class UseLine:
    """An item that a piece proves: its number (or its name), its text, where it stands, on which page."""

    short: str
    text: str
    url: str
    place: str


@dataclass(frozen=True, slots=True)
class PieceLine:
    """A piece of evidence in the list of an assessment."""

    evidence: Evidence
    uses: tuple[UseLine, ...]
    may_change: bool


def piece_lines(
    assessment: Assessment,
    form: Form,
    uses: Iterable[EvidenceUse],
    access: SectionAccess,
    *,
    editable: bool,
    language: str,
    slug: str,
) -> list[PieceLine]:
    """The pieces of an assessment by title, each with the items that may be seen."""
    found: dict[UUID, list[EvidenceUse]] = {}
    for use in uses:
        if policies_evidence.sees(access, form.items[use.item.name]):
            found.setdefault(use.evidence_id, []).append(use)
    places = {name: place for place, name in enumerate(form.items)}
    lines = []
    for rows in found.values():
        items = [form.items[use.item.name] for use in rows]
        lines.append(
            PieceLine(
                evidence=rows[0].evidence,
                uses=tuple(
                    UseLine(
                        short=item.number or item.name,
                        text=localized(item.label, language, form.default_language),
                        url=item_address(slug, assessment, item),
                        place=use.place,
                    )
                    for item, use in sorted(zip(items, rows, strict=True), key=lambda pair: places[pair[0].name])
                ),
                may_change=editable and any(policies_evidence.may_prove(access, item) for item in items),
            )
        )
    return sorted(lines, key=lambda line: line.evidence.title.casefold())


def item_address(slug: str, assessment: Assessment, item: Item) -> str:
    """Where an item stands on the page of its section."""
    return reverse("assessments-section", args=[slug, assessment.pk, item.section]) + f"#{Block(item.name).id}"
