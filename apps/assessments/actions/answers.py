"""Saving answers: the one path for a single answer as it is given and for a whole section by its button.

An answer acknowledged is an answer stored: the page is told "saved" only in the transaction that commits the row.

An item in the hands of several departments: each has an answer of its own (DepartmentAnswer) and sees no other's. What
they agree on is the assessment's answer; where they differ it has none, until the coordination decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments import queries, queries_departments
from apps.assessments.actions.storing import replace_contents, store, store_department_answers
from apps.assessments.actions.storing import save_progress as save_progress
from apps.assessments.content import NOTHING_SEEN, Content, Seen, content_of, merge, normalized, settle
from apps.assessments.models import (
    Answer,
    Assessment,
    Decision,
    Delegation,
    DepartmentAnswer,
    DoneBy,
)
from apps.assessments.models.answer import MAX_EVIDENCE, MAX_NOTE
from apps.assessments.policies import EVERYTHING, Recipient, SectionAccess, access_among
from apps.assessments.queries_departments import Together
from apps.assessments.questionnaire import Reading
from apps.instruments.definition import Item
from apps.instruments.questions import ParsedAnswer, parse_values, violation_messages


class NotOpen(Exception):
    """The assessment takes no answers: not started, handed in, signed, or its wave is not open."""

    def __init__(self, assessment: Assessment) -> None:
        super().__init__(assessment.state)
        self.assessment = assessment


class UnknownItem(KeyError):
    """The questionnaire has no such question, or none that takes an answer."""


class NotGiven(Exception):
    """The item has not been given to the sender, or has been handed back or withdrawn."""


class Outcome(StrEnum):
    """What became of one answer."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer as a page sends it. `values` as posted; None for a field that the page did not have.

    keeps_value: the page has shown the answer without asking for it; whatever is stored stays.
    """

    item: str
    values: tuple[str, ...] = ()
    done_by: str | None = None
    note: str | None = None
    evidence: str | None = None
    seen: Seen = NOTHING_SEEN
    keeps_value: bool = False


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
    """The assessment after saving, as the sender sees it: answers, their reading before and after, what became of each
    entry by item.

    access: which sections and items the sender may see and answer. guarded: items that departments have answered, of
    which the sender is none: note and evidence are theirs to change, the answer is not.
    """

    assessment: Assessment
    answers: Mapping[str, Answer]
    before: Reading
    reading: Reading
    results: Mapping[str, ItemResult]
    access: SectionAccess = EVERYTHING
    guarded: frozenset[str] = frozenset()

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


@dataclass(frozen=True, slots=True)
class _Sender:
    """Who sends answers: an account or a link (only.delegation_id), with the department where no delegation says it."""

    actor: Any
    only: Recipient | None
    access: SectionAccess
    org_unit_id: UUID | None = None

    def org_unit_for(self, item: Item) -> UUID | None:
        """The department an answer comes from."""
        given = self.access.as_whom(item)
        return (given.org_unit_id if given is not None else None) or self.org_unit_id


def save_answers(
    *,
    actor: Any,
    assessment_id: UUID,
    entries: Sequence[Entry],
    language: str = "",
    only: Recipient | None = None,
    org_unit_id: UUID | None = None,
) -> Saved:
    """Store what has changed of `entries`; the number of queries does not grow with them.

    only: whose delegations limit what may be answered; with a personal link there is no actor. org_unit_id: the
    sender's department, for answers that no delegation to a department stands for.

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
        present, together = queries_departments.standing(assessment)
        access = EVERYTHING if only is None else access_among(together.delegations, only)
        sender = _Sender(actor, only, access, org_unit_id)
        before = queries_departments.reading_of(assessment, present, together, language=language)
        items = [_item(before, entry.item) for entry in entries]
        if not all(access.answers_item(item) for item in items):
            raise NotGiven
        answers = together.seen_by(access, present, before.questionnaire.form)
        seen = before if answers is present else _seen_reading(before, answers, language)
        results = {
            item.name: _guarded(
                _examine(_is_own(answers.get(item.name), sender), entry, item, seen, answers), sender, together
            )
            for entry, item in zip(entries, items, strict=True)
        }
        after = _refuse_what_cannot_stand(seen, results, language)
        changed = [result for result in results.values() if result.outcome == Outcome.SAVED]
        if changed:
            stored = _store_changed(sender, assessment, together, before, present, changed, language)
            answers = {**answers, **stored}
            for result in changed:
                results[result.item] = replace(result, answer=stored[result.item])
        for entry in entries:
            results[entry.item] = replace(results[entry.item], seen=_seen(entry, results[entry.item]))
        guarded = frozenset() if access.mine else together.guarded
        return Saved(assessment, answers, seen, after, results, access, guarded)


def _seen_reading(before: Reading, answers: Mapping[str, Answer], language: str) -> Reading:
    """The questionnaire over the answers as one of several departments sees them."""
    undecided = {name for name in before.undecided if answers.get(name) is not None and not answers[name].plain}
    return before.questionnaire.read(
        queries.contents_of(answers), language=language, proven=before.proven, undecided=undecided
    )


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


def _is_own(answer: Answer | None, sender: _Sender) -> bool:
    """Whether whoever sends this has stored the answer that is there."""
    if answer is None:
        return False
    if sender.only is not None and sender.only.delegation_id is not None:
        return bool(answer.delegation_id == sender.only.delegation_id)
    return bool(answer.answered_by_id == sender.actor.pk)


def _guarded(result: ItemResult, sender: _Sender, together: Together) -> ItemResult:
    """Refuse another value for what departments have answered, from whoever is none of them: that is a decision.

    Note and evidence can be changed.
    """
    if sender.access.mine or not together.is_guarded(result.item):
        return result
    before, value = content_of(result.answer), {"value", "done_by"}
    touched = value & set(result.conflicts) or (
        result.outcome == Outcome.SAVED
        and (result.stored.value, result.stored.done_by) != (before.value, before.done_by)
    )
    if not touched:
        return result
    return replace(
        result,
        outcome=Outcome.INVALID,
        stored=before,
        conflicts=(),
        errors=(_("Departments have answered this: please decide between their answers, with a reason."),),
        raw=result.raw or result.mine.value,
    )


def _examine(own: bool, entry: Entry, item: Item, before: Reading, answers: Mapping[str, Answer]) -> ItemResult:
    """Read one entry and bring it together with what is stored."""
    answer = answers.get(item.name)
    stored = content_of(answer)
    # A file is attached on a page of its own: no form of answers changes or empties it.
    if before.state[item.name].readonly or item.is_upload:
        return ItemResult(item.name, Outcome.UNCHANGED, stored, stored, answer)
    if entry.keeps_value:
        parsed = ParsedAnswer(stored.value, stored.value)
    else:
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
        # What several departments wrote, joined, may be longer: it stays as long as nobody touches it.
        if len(texts[name]) > limit and texts[name] != getattr(stored, name):
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


def _store_changed(
    sender: _Sender,
    assessment: Assessment,
    together: Together,
    before: Reading,
    present: Mapping[str, Answer],
    changed: Sequence[ItemResult],
    language: str,
) -> dict[str, Answer]:
    """Store what has changed, as the answer or as the department's; returns what the sender now sees of each item."""
    items = before.questionnaire.form.items
    departments = {
        result.item: voice
        for result in changed
        if (voice := together.voice(sender.access, items[result.item])) is not None
    }
    contents = {result.item: result.stored for result in changed if result.item not in departments}
    new_values = {
        result.item: (result.stored.value, result.stored.done_by)
        for result in changed
        if result.item in together.decisions and sender.access.mine
    }
    over = {name for name, said in new_values.items() if _overturns(said, name, sender, together, present, items[name])}
    rows: dict[str, DepartmentAnswer] = {}
    if departments:
        rows = _store_departments(assessment, together, departments, changed)
        settled = {name: _settled(rows[name], name, together, present, name not in over) for name in rows}
        contents |= {
            name: content
            for name, content in settled.items()
            if name not in present or content != content_of(present[name])
        }
    if over:
        now = timezone.now()
        Decision.objects.filter(pk__in=[together.decisions[name].pk for name in over]).update(
            superseded_at=now, updated_at=now
        )
    stored = store(
        assessment,
        contents,
        items,
        present,
        actor=sender.actor,
        delegation_id=sender.only.delegation_id if sender.only is not None else None,
        org_units={name: sender.org_unit_for(items[name]) for name in contents},
    )
    after = replace_contents(before, contents, language)
    undecided = {name for name in before.undecided if name not in rows} | {
        name for name in rows if not after.content(name).value and _anybody_said(rows[name], name, together)
    }
    save_progress(assessment, before, replace(after, undecided=frozenset(undecided)))
    return stored | {name: queries_departments.as_answer(row, items[name].is_level) for name, row in rows.items()}


def _overturns(
    said: tuple[str, str], name: str, sender: _Sender, together: Together, present: Mapping[str, Answer], item: Item
) -> bool:
    """Does a department's new answer end the decision that stands? Another one than it gave before and than decided."""
    voice = together.voice(sender.access, item)
    own = together.own(name, voice) if voice is not None else None
    if not said[0] or (own is not None and said == (own.value, own.done_by)):
        return False
    decided = content_of(present.get(name))
    return said != (decided.value, decided.done_by)


def _store_departments(
    assessment: Assessment,
    together: Together,
    departments: Mapping[str, Delegation],
    changed: Sequence[ItemResult],
) -> dict[str, DepartmentAnswer]:
    keys, now = queries.item_keys(assessment.wave.instrument_version_id), timezone.now()
    rows = {}
    for result in changed:
        if (voice := departments.get(result.item)) is None:
            continue
        old = together.own(result.item, voice)
        rows[result.item] = DepartmentAnswer(
            municipality_id=assessment.municipality_id,
            assessment=assessment,
            item_id=keys[result.item],
            delegation=voice,
            value=result.stored.value,
            done_by=result.stored.done_by,
            note=result.stored.note,
            evidence=result.stored.evidence,
            revision=old.revision + 1 if old is not None else 1,
            answered_at=now,
        )
    store_department_answers(rows.values())
    return rows


def _with(row: DepartmentAnswer, name: str, together: Together) -> list[DepartmentAnswer]:
    """What all departments have answered, with the new row in the place of its department's former one."""
    return [old for old in together.given.get(name, ()) if old.delegation.hand != row.delegation.hand] + [row]


def _anybody_said(row: DepartmentAnswer, name: str, together: Together) -> bool:
    return any(found.value for found in _with(row, name, together))


def _settled(
    row: DepartmentAnswer, name: str, together: Together, present: Mapping[str, Answer], may_stand: bool
) -> Content:
    return settle(
        content_of(present.get(name)),
        queries_departments.voices(together.given.get(name, ())),
        queries_departments.voices(_with(row, name, together)),
        decided=may_stand and name in together.decisions,
    )
