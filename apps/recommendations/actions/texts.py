"""Writing the text: sections checked out and in, drafts, and the structured fields.

Each step takes the version's lock, as freezing the text does; whether it may still be written in is looked at there.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.core.entries import Problem, fingerprint
from apps.core.prose import Words, parse, to_markdown
from apps.recommendations import fields
from apps.recommendations.actions.editions import FIELDS
from apps.recommendations.actions.lifecycle import locked
from apps.recommendations.anchoring import Anchored, carry_over, of_row, reclaim
from apps.recommendations.models import Block, Edition, RecommendationVersion, Section, SectionCheckout
from apps.recommendations.queries import open_edition
from apps.recommendations.queries_writing import base_blocks


class TextFrozen(Exception):
    """The text is frozen: nothing is written now."""

    def __init__(self) -> None:
        super().__init__(_("The text is frozen: nothing can be written in it now."))


class NotInHand(Exception):
    """Somebody else has the section in hand (`checkout`), or nobody has."""

    def __init__(self, checkout: SectionCheckout | None) -> None:
        super().__init__(
            _("%(name)s has this part in hand.") % {"name": checkout.user.get_full_name()}
            if checkout
            else _("You do not have this part in hand any more.")
        )
        self.checkout = checkout


class ChangedMeanwhile(Exception):
    """Somebody else has changed the fields since the form was opened."""


class InvalidFields(ValueError):
    """Values that no edition can hold; `problems` say where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = list(problems)


@transaction.atomic
def check_out(*, actor: Any, version_id: UUID, section: str) -> SectionCheckout:
    """Take a section in hand; the text as it stands becomes the draft. One's own checkout comes back as it is.

    Raises RecommendationVersion.DoesNotExist, ValueError for an unknown section, TextFrozen, NotInHand.
    """
    version, edition = _writable(version_id)
    held = _held(edition, section)
    if held is not None:
        if held.user_id != actor.pk:
            raise NotInHand(held)
        return held
    blocks = edition.blocks.filter(section=section).order_by("position")
    made = SectionCheckout.objects.create(edition=edition, section=section, user=actor, draft=to_markdown(blocks))
    record(actor=actor, verb="recommendation.section_checked_out", target=version, data={"section": section})
    return made


@transaction.atomic
def save_draft(*, actor: Any, version_id: UUID, section: str, markdown: str) -> SectionCheckout:
    """Keep what was typed, without checking it and without touching the text. Raises as check_out, NotInHand."""
    _version, edition = _writable(version_id)
    held = _in_hand(actor, edition, section)
    held.draft = markdown.replace("\r\n", "\n").replace("\x00", "")
    held.save(update_fields=["draft", "updated_at"])
    return held


@transaction.atomic
def check_in(*, actor: Any, version_id: UUID, section: str, markdown: str) -> Edition:
    """Make what was typed the text of the section, and give it out of hand. Keys are kept by apps…anchoring.

    Raises as save_draft, and text.NotAllowed naming the lines that hold what a section cannot.
    """
    version, edition = _writable(version_id)
    held = _in_hand(actor, edition, section)
    words = parse(markdown.replace("\r\n", "\n"))
    write_section(edition, section, words)
    held.delete()
    data = {"section": section, "blocks": len(words)}
    record(actor=actor, verb="recommendation.section_checked_in", target=version, data=data)
    return edition


@transaction.atomic
def release(*, actor: Any, version_id: UUID, section: str) -> None:
    """Give a section out of hand and forget its draft; the text stays as it was. Nothing to do where nobody has it.

    Also possible once the text is frozen. Raises RecommendationVersion.DoesNotExist, NotInHand for somebody else's.
    """
    version = locked(version_id)
    for held in SectionCheckout.objects.filter(edition__version=version, section=section).select_related("user"):
        if held.user_id != actor.pk:
            raise NotInHand(held)
        held.delete()
        record(actor=actor, verb="recommendation.section_released", target=version, data={"section": section})


@transaction.atomic
def take_over(*, actor: Any, version_id: UUID, section: str) -> SectionCheckout:
    """Take a section out of another's hand, with the draft that is in it: nothing typed and saved is lost.

    Where nobody has it any more, it is checked out. Raises as check_out.
    """
    version, edition = _writable(version_id)
    held = _held(edition, section)
    if held is None:
        return check_out(actor=actor, version_id=version_id, section=section)
    if held.user_id != actor.pk:
        held.user = actor
        held.save(update_fields=["user", "updated_at"])
        record(actor=actor, verb="recommendation.section_taken_over", target=version, data={"section": section})
    return held


@transaction.atomic
def save_fields(*, actor: Any, version_id: UUID, values: Mapping[str, Any], seen: str = "") -> Edition:
    """Write structured fields of the open text; those not among `values` stay.

    seen: fingerprint of the same fields as the form was opened with; empty: whatever stands there. Raises
    TextFrozen, ChangedMeanwhile, InvalidFields, KeyError for a name that is none of actions.editions.FIELDS.
    """
    if unknown := set(values) - set(FIELDS):
        raise KeyError(", ".join(sorted(unknown)))
    version, edition = _writable(version_id)
    before = {name: getattr(edition, name) for name in values}
    if seen and fingerprint(before) != seen:
        raise ChangedMeanwhile
    if problems := fields.all_problems(values):
        raise InvalidFields(problems)
    changed = sorted(name for name in values if before[name] != values[name])
    if changed:
        for name in changed:
            setattr(edition, name, values[name])
        edition.save(update_fields=[*changed, "updated_at"])
        record(actor=actor, verb="recommendation.fields_changed", target=version, data={"fields": changed})
    return edition


def write_section(edition: Edition, section: str, words: Sequence[Words]) -> bool:
    """Make `words` the blocks of a section of an open text, keys carried over. Returns whether anything changed.

    Call with the version locked.
    """
    rows = list(edition.blocks.order_by("section", "position"))
    old = [of_row(row) for row in rows if row.section == section]
    if [(block.kind, block.text) for block in old] == [(block.kind, block.text) for block in words]:
        return False
    new = [_in_section(block, section) for block in carry_over(old, words)]
    others = [of_row(row) for row in rows if row.section != section]
    everything = reclaim([of_row(block) for block in base_blocks(edition)], [*others, *new])
    edition.blocks.filter(section=section).delete()
    changed = [(before, after) for before, after in zip(others, everything, strict=False) if before != after]
    for before, after in changed:
        edition.blocks.filter(key=before.key).update(
            key=after.key, split_from=after.split_from, absorbed=[str(key) for key in after.absorbed]
        )
    Block.objects.bulk_create(
        Block(
            edition=edition,
            section=section,
            position=position,
            key=block.key,
            kind=block.kind,
            text=block.text,
            split_from=block.split_from,
            absorbed=[str(key) for key in block.absorbed],
        )
        for position, block in enumerate(everything[len(others) :])
    )
    return True


def _in_section(block: Anchored, section: str) -> Anchored:
    return Anchored(block.key, block.kind, block.text, block.split_from, block.absorbed, section)


def _writable(version_id: UUID) -> tuple[RecommendationVersion, Edition]:
    """The version under its lock and its open text. Raises RecommendationVersion.DoesNotExist, TextFrozen."""
    version = locked(version_id)
    edition = open_edition(version)
    if edition is None:
        raise TextFrozen
    return version, edition


def _held(edition: Edition, section: str) -> SectionCheckout | None:
    if section not in Section.values:
        raise ValueError(f"There is no part {section!r}.")
    return edition.checkouts.filter(section=section).select_related("user").first()


def _in_hand(actor: Any, edition: Edition, section: str) -> SectionCheckout:
    held = _held(edition, section)
    if held is None or held.user_id != actor.pk:
        raise NotInHand(held)
    return held
