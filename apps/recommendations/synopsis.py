"""A round on paper and as a table: paragraph, comments, dispositions, new wording. Read once, written in two forms."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.core.prose import plain_text
from apps.recommendations import queries_rounds as queries
from apps.recommendations.anchoring import Places
from apps.recommendations.models import BenchWord, ContributionSummary, Disposition, Round, Section
from apps.recommendations.pages_rounds import Numbered, Voices, numbered


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment with what became of it. `new`: the words at the place named for it, "" where there are none.

    who: the name, "" for who has not chosen to be named: the files of a round leave it.
    """

    number: int
    who: str
    function: str
    bench: str
    kind: str
    said_at: datetime
    text: str
    wording: str
    agreed: int
    is_withdrawn: bool
    outcome: str
    reason: str
    other: int
    new: str


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph (or a part, or the whole text: without words) with its comments and its new wording."""

    number: str
    part: str
    text: str
    entries: list[Entry]
    new: str


@dataclass(frozen=True, slots=True)
class Word:
    """What a bench said to the whole."""

    bench: str
    position: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What several confidential contributions have in common."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Synopsis:
    """Everything of a round that may leave it. Confidential contributions are not among it, their summaries are."""

    title: str
    code: str
    version: int
    number: int
    introduction: str
    opened_on: date
    deadline: date
    state: str
    closed_on: date | None
    has_new_text: bool
    words: list[Word]
    rows: list[Row]
    summaries: list[Summary]
    comments: int
    answered: int


def read(about: Round) -> Synopsis:
    """The synopsis as things stand, in the language of the moment; the number of queries does not grow with it."""
    text = numbered(queries.blocks(about.edition))
    later = queries.new_wording(about)
    places = None
    if later is not None:
        places = Places(queries.blocks(later), [line.block for line in text])
    entries = _entries(about, places)
    answered, total = queries.progress(about)
    return Synopsis(
        title=about.edition.title,
        code=about.version.recommendation.code,
        version=about.version.number,
        number=about.number,
        introduction=about.introduction,
        opened_on=timezone.localdate(about.created_at),
        deadline=about.deadline,
        state=about.get_state_display(),
        closed_on=timezone.localdate(about.closed_at) if about.closed_at else None,
        has_new_text=later is not None,
        words=[
            Word(word.get_bench_display(), word.get_kind_display(), word.text)
            for word in BenchWord.objects.filter(round=about).order_by("bench")
        ],
        rows=_rows(text, entries, places),
        summaries=[
            Summary(str(Section(found.section).label) if found.section else "", found.text)
            for found in ContributionSummary.objects.filter(round=about)
        ],
        comments=total,
        answered=answered,
    )


def _rows(
    text: Sequence[Numbered], entries: Mapping[tuple[str, UUID | None], list[Entry]], places: Places | None
) -> list[Row]:
    """The whole text first; each part begins with what was said to it as a whole."""
    rows = []
    if ("", None) in entries:
        rows.append(Row("", "", "", entries["", None], ""))
    for section in Section:
        label = str(section.label)
        if (section.value, None) in entries:
            rows.append(Row("", label, "", entries[section.value, None], ""))
        rows += [
            Row(
                line.number,
                label,
                plain_text(line.block.text),
                entries.get((section.value, line.block.pk), []),
                _words_at(places, line.block.key),
            )
            for line in text
            if line.block.section == section
        ]
    return rows


def _words_at(places: Places | None, key: UUID | None) -> str:
    """The new words where `key` is found, the parts that were split off included; "" where it is lost."""
    if places is None or key is None:
        return ""
    found = places.find(key)
    blocks = [found.block, *(part for part in found.parts if part is not found.block)] if found.block else []
    return "\n".join(plain_text(block.text) for block in blocks)


def _entries(about: Round, places: Places | None) -> dict[tuple[str, UUID | None], list[Entry]]:
    voices, numbers = Voices(about), queries.numbers(about)
    entries: dict[tuple[str, UUID | None], list[Entry]] = defaultdict(list)
    row: Any  # a comment with `agreed`
    for row in queries.comments(about, None):  # nobody in particular: the synopsis is the same for everybody
        voice = voices.of(row)
        given: Disposition | None = getattr(row, "disposition", None)
        key = (given.place if given is not None else None) or (row.block.key if row.block is not None else None)
        entries[row.section, row.block_id].append(
            Entry(
                number=numbers[row.pk],
                who=voice.name if voice.is_named else "",
                function=voice.function,
                bench=voice.side,
                kind=row.get_kind_display(),
                said_at=row.created_at,
                text=row.text,
                wording=row.proposed_wording,
                agreed=row.agreed,
                is_withdrawn=row.withdrawn_at is not None,
                outcome=given.get_outcome_display() if given is not None else "",
                reason=given.reason if given is not None else "",
                other=numbers.get(given.duplicate_of_id, 0) if given is not None and given.duplicate_of_id else 0,
                new=_words_at(places, key),
            )
        )
    return dict(entries)
