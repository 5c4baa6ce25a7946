"""Saving answers: the one path for a single answer as it is given and for a whole section by its button.

An answer acknowledged is an answer stored: the page is told "saved" only in the transaction that commits the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments import queries, queries_delegations
from apps.assessments.content import NOTHING_SEEN, Content, Seen, content_of, merge, normalized
from apps.assessments.models import Answer, Assessment, AssessmentSection, DoneBy, Special
from apps.assessments.models.answer import MAX_EVIDENCE, MAX_NOTE
from apps.assessments.policies import EVERYTHING, Recipient, SectionAccess
from apps.assessments.questionnaire import Progress, Reading
from apps.instruments.definition import Item
from apps.instruments.questions import parse_values, violation_messages


class NotOpen(Exception):
    """The assessment takes no answers: not started, handed in, signed, or its wave is not open."""

    def __init__(self, assessment: Assessment) -> None:
        super().__init__(assessment.state)
        self.assessment = assessment


class UnknownItem(KeyError):
    """The questionnaire has no such question, or none that takes an answer."""


class NotGiven(Exception):
    """The section has not been given to the sender, or has been handed back or withdrawn."""


class Outcome(StrEnum):
    """What became of one answer."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer as a page sends it. `values` as posted; None for a field that the page did not have."""

    item: str
    values: tuple[str, ...] = ()
    done_by: str | None = None
    note: str | None = None
    evidence: str | None = None
    seen: Seen = NOTHING_SEEN


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of an entry: `mine` is what was sent, `stored` what is in the database now.

    conflicts: fields on which somebody else has meanwhile said otherwise. errors: why the answer cannot stand; raw:
    what was typed, to be shown again. seen: what the page that sent the entry shows now; the next entry is compared
    with it. The page still has what was sent: a colleague's note that was kept stays unseen until the page is loaded
    anew, and nothing of it is overwritten by mistake.
    """

    item: str
    outcome: Outcome
    mine: Content
    stored: Content
    answer: Answer | None = None
    conflicts: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    raw: str = ""
    seen: Seen = NOTHING_SEEN

    @property
    def shown(self) -> Content:
        """What to show again where it was not saved: a conflict keeps mine on the fields in question only."""
        if self.outcome != Outcome.CONFLICT:
            return self.mine
        return replace(self.stored, **{name: getattr(self.mine, name) for name in self.conflicts})


@dataclass(frozen=True, slots=True)
class Saved:
    """The assessment after saving: its answers, their reading before and after, what became of each entry by item.

    access: which sections the sender may see and answer.
    """

    assessment: Assessment
    answers: Mapping[str, Answer]
    before: Reading
    reading: Reading
    results: Mapping[str, ItemResult]
    access: SectionAccess = EVERYTHING

    def with_outcome(self, outcome: Outcome) -> list[ItemResult]:
        return [result for result in self.results.values() if result.outcome == outcome]

    @property
    def status(self) -> int:
        """HTTP status: 409 where a conflict is to be decided, 422 where an answer cannot stand, else 200."""
        if self.with_outcome(Outcome.CONFLICT):
            return 409
        return 422 if self.with_outcome(Outcome.INVALID) else 200


def locked(assessment_id: UUID) -> Assessment:
    """The assessment, locked: its answers and its state change one after the other.

    NO KEY, so that rows which point at it can be added meanwhile. Raises Assessment.DoesNotExist.
    """
    found: Assessment = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("wave", "municipality")
        .get(pk=assessment_id)
    )
    return found


def save_answers(
    *,
    actor: Any,
    assessment_id: UUID,
    entries: Sequence[Entry],
    language: str = "",
    only: Recipient | None = None,
) -> Saved:
    """Store what has changed of `entries`; the number of queries does not grow with them.

    only: whose delegations limit what may be answered; with a personal link there is no actor.

    Each entry is stored, found unchanged, refused with its errors, or in conflict with what another person has
    stored since the page was shown; one of them does not keep the others from being stored.
    Raises Assessment.DoesNotExist, NotOpen, UnknownItem, NotGiven.
    """
    # Without a savepoint: nothing is written before everything has been checked, and nothing raised after.
    with transaction.atomic(savepoint=False):
        assessment = locked(assessment_id)
        if assessment.state != Assessment.State.IN_PROGRESS or not assessment.wave.is_open:
            raise NotOpen(assessment)
        # Under the lock: handing back and withdrawing take it too.
        access = EVERYTHING if only is None else queries_delegations.access_for(assessment, only)
        answers = queries.answers_of(assessment)
        before = queries.reading_of(assessment, answers, language=language)
        items = [_item(before, entry.item) for entry in entries]
        if not all(access.answers(item.section) for item in items):
            raise NotGiven
        results = {
            item.name: _examine(_is_own(answers.get(item.name), actor, only), entry, item, before, answers)
            for entry, item in zip(entries, items, strict=True)
        }
        after = _refuse_what_cannot_stand(before, results, language)
        changed = [result for result in results.values() if result.outcome == Outcome.SAVED]
        if changed:
            stored = _store(actor, only, assessment, after, answers, changed)
            answers = {**answers, **stored}
            for name, answer in stored.items():
                results[name] = replace(results[name], answer=answer)
            save_progress(assessment, before, after)
        for entry in entries:
            results[entry.item] = replace(results[entry.item], seen=_seen(entry, results[entry.item]))
        return Saved(assessment, answers, before, after, results, access)


def _seen(entry: Entry, result: ItemResult) -> Seen:
    """What the sender of an entry has seen once the answer to it arrives."""
    if result.outcome == Outcome.INVALID:
        return entry.seen
    seen = Seen.of(result.mine, result.answer.revision if result.answer else 0)
    # A conflict is shown: sending again overwrites knowingly.
    return seen.knowing(result.stored, result.conflicts)


def _item(reading: Reading, name: str) -> Item:
    item = reading.questionnaire.form.items.get(name)
    if item is None or not item.takes_answer or not reading.questionnaire.in_profile(item):
        raise UnknownItem(name)
    return item


def _is_own(answer: Answer | None, actor: Any, only: Recipient | None) -> bool:
    """Whether whoever sends this has stored the answer that is there."""
    if answer is None:
        return False
    if only is not None and only.delegation_id is not None:
        return bool(answer.delegation_id == only.delegation_id)
    return bool(answer.answered_by_id == actor.pk)


def _examine(own: bool, entry: Entry, item: Item, before: Reading, answers: Mapping[str, Answer]) -> ItemResult:
    """Read one entry and bring it together with what is stored."""
    answer = answers.get(item.name)
    stored = content_of(answer)
    if before.state[item.name].readonly:
        return ItemResult(item.name, Outcome.UNCHANGED, stored, stored, answer)
    parsed = parse_values(item, [value for value in map(str.strip, entry.values) if value])
    mine, errors = _mine(entry, item, parsed.value, stored)
    if parsed.error:
        errors = (parsed.error, *errors)
    if errors:
        return ItemResult(item.name, Outcome.INVALID, mine, stored, answer, errors=errors, raw=parsed.raw)
    merged = merge(stored=stored, seen=entry.seen, mine=mine, same_person=own)
    if merged.conflicts:
        return ItemResult(item.name, Outcome.CONFLICT, mine, stored, answer, conflicts=merged.conflicts, raw=parsed.raw)
    outcome = Outcome.UNCHANGED if merged.content == stored else Outcome.SAVED
    return ItemResult(item.name, outcome, mine, merged.content, answer, raw=parsed.raw)


def _mine(entry: Entry, item: Item, value: str, stored: Content) -> tuple[Content, tuple[str, ...]]:
    """The content an entry asks for, and what is wrong with the fields beside the answer itself."""
    if not item.is_level:
        return Content(value=value), ()
    texts = {
        "note": stored.note if entry.note is None else _tidy(entry.note),
        "evidence": stored.evidence if entry.evidence is None else _tidy(entry.evidence),
    }
    done_by = stored.done_by if entry.done_by is None else entry.done_by
    errors = []
    for name, limit in (("note", MAX_NOTE), ("evidence", MAX_EVIDENCE)):
        if len(texts[name]) > limit:
            values = {"limit": limit, "length": len(texts[name])}
            errors.append(_("Please write at most %(limit)d characters; these are %(length)d.") % values)
    if done_by and done_by not in DoneBy.values:
        errors.append(_("Please choose who does it."))
        done_by = ""
    return normalized(Content(value, done_by, texts["note"], texts["evidence"])), tuple(errors)


def _tidy(text: str) -> str:
    """Browsers send CRLF; PostgreSQL takes no NUL."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _refuse_what_cannot_stand(before: Reading, results: dict[str, ItemResult], language: str) -> Reading:
    """Evaluate the answers as they would be; entries that violate a constraint become INVALID and are left out.

    Leaving one out can only touch others that read it, so this ends after at most one round per entry.
    """
    while True:
        contents = {**before.contents, **{r.item: r.stored for r in results.values() if r.outcome == Outcome.SAVED}}
        after = before.questionnaire.read(contents, language=language, proven=before.proven, undecided=before.undecided)
        refused = [
            result
            for result in results.values()
            if result.outcome == Outcome.SAVED
            and after.state[result.item].violations
            and result.stored.value != before.content(result.item).value
        ]
        if not refused:
            return after
        for result in refused:
            messages = violation_messages(after.questionnaire.compiled, after.state[result.item], language)
            results[result.item] = replace(
                result,
                outcome=Outcome.INVALID,
                stored=before.content(result.item),
                errors=messages,
                raw=result.raw or result.mine.value,
            )


def _store(
    actor: Any,
    only: Recipient | None,
    assessment: Assessment,
    reading: Reading,
    answers: Mapping[str, Answer],
    changed: Sequence[ItemResult],
) -> dict[str, Answer]:
    items = reading.questionnaire.form.items
    keys = queries.item_keys(assessment.wave.instrument_version_id)
    now = timezone.now()
    rows: dict[str, Answer] = {}
    for result in changed:
        old = answers.get(result.item)
        row = Answer(
            municipality_id=assessment.municipality_id,
            assessment=assessment,
            item_id=keys[result.item],
            revision=old.revision + 1 if old else 1,
            answered_by=actor,
            delegation_id=only.delegation_id if only is not None else None,
            answered_at=now,
            note=result.stored.note,
            done_by=result.stored.done_by,
            evidence=result.stored.evidence,
            **_columns(result.stored.value, items[result.item].is_level),
        )
        if old:
            row.pk = old.pk
        rows[result.item] = row
    Answer.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["municipality", "assessment", "item"],
        update_fields=[
            "value", "level", "special", "done_by", "note", "evidence", "revision", "answered_by", "delegation",
            "answered_at", "unchanged_at", "updated_at",
        ],
    )  # fmt: skip
    return rows


def _columns(value: str, is_level: bool) -> dict[str, Any]:
    if not is_level:
        return {"value": value}
    if value in Special.values:
        return {"special": value}
    return {"level": int(value) if value else None}


def save_progress(assessment: Assessment, before: Reading | None, after: Reading) -> None:
    """Keep the numbers of those sections whose progress has changed (all of them without `before`)."""
    rows = []
    for position, section in enumerate(after.questionnaire.sections):
        progress = after.progress(section)
        if before is not None and before.progress(section) == progress:
            continue
        rows.append(
            AssessmentSection(
                municipality_id=assessment.municipality_id,
                assessment=assessment,
                name=section.name,
                position=position,
                dimension=section.dimension,
                state=_section_state(progress),
                required=progress.required,
                answered=progress.answered,
                invalid=progress.invalid,
            )
        )
    if rows:
        AssessmentSection.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["municipality", "assessment", "name"],
            update_fields=["state", "required", "answered", "invalid", "updated_at"],
        )


def _section_state(progress: Progress) -> str:
    if progress.complete and (progress.touched or progress.required):
        return AssessmentSection.State.COMPLETE
    return AssessmentSection.State.IN_PROGRESS if progress.touched else AssessmentSection.State.NOT_STARTED
