"""What the pages on rounds show: numbered text, comments with those who wrote them, what became of one's own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.accounts.models import Bench, ProgrammeRole, User
from apps.core.prose import plain_text
from apps.recommendations import queries_rounds as queries
from apps.recommendations.anchoring import How, Places
from apps.recommendations.models import Block, Comment, Disposition, Round, Section
from apps.recommendations.policies_rounds import Involvement, may_agree, may_withdraw
from apps.recommendations.queries_rounds import Tally

Outcome = Disposition.Outcome
OUTCOME_KINDS = {
    Outcome.ACCEPTED: "success",
    Outcome.MODIFIED: "success",
    Outcome.REJECTED: "danger",
    Outcome.DEFERRED: "warning",
    Outcome.DUPLICATE: "info",
}
WORD_KINDS = {"consent": "success", "conditional": "warning", "dissent": "danger", "abstained": "neutral"}
_ORDER = {section.value: number for number, section in enumerate(Section, start=1)}


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words: name, function, and the bench or team they are said for.

    is_named: whether the person has chosen to be named outside the round too.
    """

    name: str
    function: str
    side: str
    is_named: bool = False


class Voices:
    """Everybody who can have said something in a round; three queries at most, when first asked."""

    def __init__(self, about: Round) -> None:
        self.about = about

    @cached_property
    def _roles(self) -> dict[tuple[UUID, str], ProgrammeRole]:
        return {(own.role.user_id, own.role.bench): own.role for own in queries.participants(self.about)}

    @cached_property
    def _writers(self) -> dict[UUID, ProgrammeRole]:
        return {member.role.user_id: member.role for member in queries.writers(self.about)}

    def of(self, said: Comment) -> Voice:
        """Who said it. A reply for no bench is the writing team's or the project team's."""
        name = said.author.get_full_name()
        if said.bench:
            role = self._roles.get((said.author_id, said.bench))
            side = str(Bench(said.bench).label)
            return Voice(name, role.function, side, role.is_named) if role else Voice(name, "", side)
        writer = self._writers.get(said.author_id)
        if writer is not None:
            return Voice(name, writer.function, _("Writing team"))
        return Voice(name, "", _("Project team"))


@dataclass(frozen=True, slots=True)
class Numbered:
    """A block with the number by which people speak of it: part and place, "3.2"."""

    block: Block
    number: str

    @property
    def label(self) -> str:
        """Number and the beginning of its words."""
        words = plain_text(self.block.text)
        return f"{self.number} {words[:60].rstrip()}…" if len(words) > 60 else f"{self.number} {words}"


def numbered(blocks: Iterable[Block]) -> list[Numbered]:
    """The blocks of a text in the order of its parts, with their numbers."""
    counted: dict[str, int] = defaultdict(int)
    found = []
    for block in sorted(blocks, key=lambda block: (_ORDER[block.section], block.position)):
        counted[block.section] += 1
        found.append(Numbered(block, f"{_ORDER[block.section]}.{counted[block.section]}"))
    return found


def place_label(section: str, block: UUID | None, text: Mapping[UUID, Numbered]) -> str:
    """Where a comment is: "3.2", the part of the text, or the whole of it."""
    if block is not None and block in text:
        return text[block].number
    return str(Section(section).label) if section else _("The whole text")


@dataclass(frozen=True, slots=True)
class Post:
    """A reply."""

    voice: Voice
    said_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a comment."""

    outcome: str
    kind: str
    reason: str
    #: Number of the comment with which it is answered; 0 where it is answered by itself.
    other: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment as shown, with what the person can do."""

    key: UUID
    number: int
    kind: str
    voice: Voice
    said_at: datetime
    text: str
    wording: str
    block: Block | None
    place: str
    is_withdrawn: bool
    is_new: bool
    is_mine: bool
    agreed: int
    replied: int
    i_agree: bool
    may_agree: bool
    may_withdraw: bool
    answer: Answer | None
    posts: list[Post] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Anchor of the comment in a page."""
        return f"comment-{self.number}"

    @property
    def state(self) -> str:
        """In a word."""
        if self.is_withdrawn:
            return _("withdrawn")
        return self.answer.outcome if self.answer else _("not answered yet")

    @property
    def state_kind(self) -> str:
        """Kind of the badge."""
        if self.is_withdrawn:
            return "neutral"
        return self.answer.kind if self.answer else "info"


class Reading:
    """A round as one person reads it: makes the threads of its pages."""

    def __init__(self, about: Round, own: Involvement, user: User) -> None:
        self.about, self.own, self.user = about, own, user
        self.since = queries.seen_until(own)
        self.voices = Voices(about)

    @cached_property
    def text(self) -> list[Numbered]:
        """The text with its numbers; one query."""
        return numbered(queries.blocks(self.about.edition))

    @cached_property
    def by_key(self) -> dict[UUID, Numbered]:
        return {line.block.pk: line for line in self.text}

    @cached_property
    def numbers(self) -> dict[UUID, int]:
        """Numbers of the comments; one query."""
        return queries.numbers(self.about)

    def threads(self, rows: Iterable[Comment]) -> list[Thread]:
        """The comments as shown; `rows` as queries_rounds.comments makes them."""
        return [self.thread(row) for row in rows]

    def thread(self, row: Any) -> Thread:
        row.round = self.about
        given = getattr(row, "disposition", None)
        return Thread(
            key=row.pk,
            number=self.numbers[row.pk],
            kind=row.get_kind_display(),
            voice=self.voices.of(row),
            said_at=row.created_at,
            text=row.text,
            wording=row.proposed_wording,
            block=row.block,
            place=place_label(row.section, row.block_id, self.by_key),
            is_withdrawn=row.withdrawn_at is not None,
            is_new=self._is_new(row),
            is_mine=row.author_id == self.user.pk,
            agreed=row.agreed,
            replied=row.replied,
            i_agree=row.i_agree,
            may_agree=may_agree(self.own, row, self.user.pk),
            may_withdraw=may_withdraw(row, self.user.pk),
            answer=self.answer(given) if given is not None else None,
            posts=[
                Post(self.voices.of(reply), reply.created_at, reply.text) for reply in getattr(row, "all_replies", ())
            ],
        )

    def answer(self, given: Disposition) -> Answer:
        other = self.numbers.get(given.duplicate_of_id, 0) if given.duplicate_of_id else 0
        return Answer(given.get_outcome_display(), OUTCOME_KINDS[Outcome(given.outcome)], given.reason, other)

    def _is_new(self, row: Comment) -> bool:
        return (
            bool(self.own.participations)
            and row.author_id != self.user.pk
            and (self.since is None or row.created_at > self.since)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text in the overview."""

    section: str
    label: str
    number: int
    blocks: int
    tally: Tally


def parts(text: Sequence[Numbered], tallies: Mapping[str, Tally]) -> list[Part]:
    """The parts of the text that have words, with their tallies."""
    counted: dict[str, int] = defaultdict(int)
    for line in text:
        counted[line.block.section] += 1
    return [
        Part(
            section.value,
            str(section.label),
            _ORDER[section.value],
            counted[section.value],
            tallies.get(section, Tally()),
        )
        for section in Section
        if counted[section.value] or section.value in tallies
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """A block with the comments that are shown beneath it; `more`: how many are not."""

    numbered: Numbered
    tally: Tally
    threads: list[Thread]

    @property
    def more(self) -> int:
        return self.tally.total - len(self.threads)


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one comment of mine."""

    thread: Thread
    #: Words of the block on which it was, "" where it was on no single one.
    old: str
    #: Where it is found in the new text, and how it came there; None where that cannot be said.
    new: Numbered | None
    how: str
    #: In a sentence.
    where: str
    parts: list[Numbered] = field(default_factory=list)


def became(reading: Reading, rows: Iterable[Any], after: Sequence[Block] | None) -> list[Became]:
    """My comments with what became of them. after: the blocks of the new text; None while it is not there."""
    before = [line.block for line in reading.text]
    places = Places(after, before) if after is not None else None
    text = {line.block.pk: line for line in numbered(after or ())}
    return [_became(reading.thread(row), row, places, text) for row in rows]


def _became(thread: Thread, row: Comment, places: Places | None, text: Mapping[UUID, Numbered]) -> Became:
    old = row.block.text if row.block is not None else ""
    if places is None or row.block is None:
        return Became(thread, old, None, "", "")
    given: Disposition | None = getattr(row, "disposition", None)
    found = places.find(given.place if given is not None and given.place else row.block.key)
    sentence = {
        How.KEPT: _("It is found at the same place."),
        How.MOVED: _("The paragraph has moved."),
        How.MERGED: _("The paragraph has been merged with another one."),
        How.SPLIT: _("The paragraph has been split."),
        How.LOST: _("The paragraph is not in the new text any more."),
    }[found.how]
    if found.block is None:
        return Became(thread, old, None, str(found.how), sentence)
    divided = [text[part.pk] for part in found.parts if part.pk in text]
    return Became(thread, old, text[found.block.pk], str(found.how), sentence, divided)
