"""Naming evidence for items, changing and removing it.

Each step takes the assessment's lock, as saving answers does, and keeps the progress of its sections right: from the
wave on that requires evidence, a level without it is an answer that cannot stand. The audit record names the items,
never titles or addresses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.assessments import policies_evidence, queries, queries_delegations, queries_evidence
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem, locked, save_progress
from apps.assessments.models import Assessment, Evidence, EvidenceUse
from apps.assessments.policies import EVERYTHING, Recipient, SectionAccess
from apps.assessments.questionnaire import Questionnaire
from apps.audit.actions import record
from apps.files.actions import delete_file, store_upload
from apps.files.checks import Checked

MAX_PIECES_PER_ITEM = 20


class TooManyPieces(Exception):
    """An item has MAX_PIECES_PER_ITEM pieces already."""

    def __init__(self, item: str) -> None:
        super().__init__(item)
        self.item = item


class NotAlone(Exception):
    """Title and date belong to others too: the piece is named for items of others, or in another assessment."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """An assessment under its lock, open for changes; what the sender may see and prove there."""

    assessment: Assessment
    questionnaire: Questionnaire
    access: SectionAccess

    @property
    def keys(self) -> Mapping[str, UUID]:
        return queries.item_keys(self.assessment.wave.instrument_version_id)

    def may_prove(self, item: str) -> bool:
        return policies_evidence.may_prove(self.access, self.questionnaire.form.items[item])

    def check(self, items: Iterable[str]) -> None:
        """Raises UnknownItem for what is no level item asked in this profile, NotGiven for items of others."""
        for name in items:
            item = self.questionnaire.form.items.get(name)
            if item is None or not item.is_level or not self.questionnaire.in_profile(item):
                raise UnknownItem(name)
            if not self.may_prove(name):
                raise NotGiven

    def use(self, evidence: Evidence, pages: Mapping[str, str]) -> None:
        """Name a piece for these items, each with its page. Raises TooManyPieces."""
        numbers = queries_evidence.pieces_per_item(self.assessment)
        for name in pages:
            if numbers.get(self.keys[name], 0) >= MAX_PIECES_PER_ITEM:
                raise TooManyPieces(name)
        EvidenceUse.objects.bulk_create(
            EvidenceUse(
                municipality_id=self.assessment.municipality_id,
                assessment=self.assessment,
                item_id=self.keys[name],
                evidence=evidence,
                page=page.strip(),
            )
            for name, page in pages.items()
        )

    def finish(self, actor: Any, verb: str, evidence: Evidence, items: Iterable[str], **data: Any) -> None:
        """Record it, and bring the progress up to date."""
        by = {"by": "link"} if actor is None else {}
        record(actor=actor, verb=verb, target=evidence, data={"items": sorted(items), **data, **by})
        save_progress(self.assessment, None, queries.read(self.assessment))


def _desk(assessment_id: UUID, only: Recipient | None) -> _Desk:
    assessment = locked(assessment_id)
    if not policies_evidence.is_open(assessment):
        raise NotOpen(assessment)
    # Under the lock: handing back and withdrawing take it too.
    access = EVERYTHING if only is None else queries_delegations.access_for(assessment, only)
    return _Desk(assessment, queries.questionnaire_of(assessment), access)


@transaction.atomic
def add_evidence(
    *,
    actor: Any,
    assessment_id: UUID,
    items: Sequence[str],
    title: str,
    dated_on: date,
    page: str = "",
    document: Checked | None = None,
    url: str = "",
    only: Recipient | None = None,
) -> Evidence:
    """Add a document or an address (one of them) and name it for items, with a page that holds for all of them.

    only: whose delegations limit what may be proved; with a personal link there is no actor.
    Raises Assessment.DoesNotExist, NotOpen, UnknownItem, NotGiven, TooManyPieces; then nothing is stored.
    """
    desk = _desk(assessment_id, only)
    desk.check(items)
    evidence = Evidence(
        title=title.strip(),
        dated_on=dated_on,
        document=store_upload(actor=actor, uploaded=document) if document is not None else None,
        url=url,
        added_by=actor,
        delegation_id=only.delegation_id if only is not None else None,
    )
    evidence.save(force_insert=True)
    desk.use(evidence, dict.fromkeys(items, page))
    desk.finish(actor, "evidence.added", evidence, items)
    return evidence


@transaction.atomic
def use_evidence(
    *,
    actor: Any,
    assessment_id: UUID,
    evidence_id: UUID,
    items: Sequence[str],
    page: str = "",
    only: Recipient | None = None,
) -> Evidence:
    """Name a piece that is there already for items; those that have it keep their page.

    Raises as add_evidence, and Evidence.DoesNotExist for a piece the sender may not choose.
    """
    desk = _desk(assessment_id, only)
    desk.check(items)
    choice = queries_evidence.pieces_to_choose(desk.assessment, desk.questionnaire, desk.access, actor)
    evidence = _locked_piece(choice.values_list("pk", flat=True).get(pk=evidence_id))
    there = set(_uses(desk, evidence))
    added = [name for name in dict.fromkeys(items) if name not in there]
    if added:
        desk.use(evidence, dict.fromkeys(added, page))
        desk.finish(actor, "evidence.used", evidence, added)
    return evidence


@transaction.atomic
def change_evidence(
    *,
    actor: Any,
    assessment_id: UUID,
    evidence_id: UUID,
    pages: Mapping[str, str],
    title: str | None = None,
    dated_on: date | None = None,
    only: Recipient | None = None,
) -> Evidence:
    """Say anew what a piece proves: `pages` has every item it is to prove, with its page; at least one.

    Items that the sender may not answer stay as they are. title, dated_on: None leaves them; see `may_describe`.
    Raises as add_evidence, Evidence.DoesNotExist, NotAlone.
    """
    desk = _desk(assessment_id, only)
    desk.check(pages)
    evidence = _locked_piece(evidence_id)
    there = _uses(desk, evidence)
    own = {name: use for name, use in there.items() if desk.may_prove(name)}
    if not own:
        raise NotGiven if there else Evidence.DoesNotExist
    if not pages:
        raise UnknownItem("")
    _describe(desk, evidence, there, title, dated_on)
    gone = [use.pk for name, use in own.items() if name not in pages]
    EvidenceUse.objects.filter(pk__in=gone).delete()
    for name, use in own.items():
        if name in pages and use.page != pages[name].strip():
            use.page = pages[name].strip()
            use.save(update_fields=["page", "updated_at"])
    desk.use(evidence, {name: page for name, page in pages.items() if name not in there})
    desk.finish(actor, "evidence.changed", evidence, pages)
    return evidence


@transaction.atomic
def remove_evidence(*, actor: Any, assessment_id: UUID, evidence_id: UUID, only: Recipient | None = None) -> bool:
    """No longer name a piece in this assessment, as far as the sender may answer the items it is named for.

    Where nothing names it any more, here or in another assessment, it is deleted with its document: then True.
    Raises Assessment.DoesNotExist, Evidence.DoesNotExist, NotOpen, NotGiven.
    """
    desk = _desk(assessment_id, only)
    evidence = _locked_piece(evidence_id)
    there = _uses(desk, evidence)
    own = {name: use for name, use in there.items() if desk.may_prove(name)}
    if not own:
        raise NotGiven if there else Evidence.DoesNotExist
    EvidenceUse.objects.filter(pk__in=[use.pk for use in own.values()]).delete()
    is_last = not EvidenceUse.objects.filter(evidence=evidence).exists()
    desk.finish(actor, "evidence.removed", evidence, own, deleted=is_last)
    if is_last:
        document = evidence.document
        evidence.delete()
        if document is not None:
            delete_file(stored=document)
    return is_last


def may_describe(assessment: Assessment, access: SectionAccess, uses: Iterable[EvidenceUse]) -> bool:
    """May title and date of a piece be changed? Not where it stands for others as it is, or in another assessment."""
    form, uses = queries.questionnaire_of(assessment).form, list(uses)
    return all(policies_evidence.may_prove(access, form.items[use.item.name]) for use in uses) and not any(
        queries_evidence.used_elsewhere(assessment, key) for key in {use.evidence_id for use in uses}
    )


def _locked_piece(evidence_id: UUID) -> Evidence:
    """The piece, locked: naming it in one assessment and deleting it in another come one after the other."""
    found: Evidence = Evidence.objects.select_for_update(of=("self",)).select_related("document").get(pk=evidence_id)
    return found


def _uses(desk: _Desk, evidence: Evidence) -> dict[str, EvidenceUse]:
    found = EvidenceUse.objects.filter(assessment=desk.assessment, evidence=evidence).select_related("item")
    return {use.item.name: use for use in found}


def _describe(
    desk: _Desk, evidence: Evidence, uses: Mapping[str, EvidenceUse], title: str | None, dated_on: date | None
) -> None:
    new = (evidence.title if title is None else title.strip(), dated_on or evidence.dated_on)
    if new == (evidence.title, evidence.dated_on):
        return
    if not may_describe(desk.assessment, desk.access, uses.values()):
        raise NotAlone
    evidence.title, evidence.dated_on = new
    evidence.save(update_fields=["title", "dated_on", "updated_at"])
