"""What a report says about one assessment: plain values, complete, nothing left to load.

`queries.report_data` fills it, `reports` turns it into pages. All texts are in the language asked for. Shares and
values of dimensions are fractions from 0 to 1; None where there is nothing to divide by.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ReportSignature:
    """Who signed: `kind` is account, document or decision; `reference` names the document or decision."""

    name: str
    function: str
    kind: str
    reference: str
    signed_at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True)
class ReportProfileRow:
    """One dimension: `value` with its bounds (unknown answers as 0 and as 4).

    coverage: share of the dimension's own denominator that has a level; unknown_share: share answered "unknown";
    evidence_share: share of the answers from level 3 on that name their evidence; previous: value of the wave before.
    counted: items in the denominator; answered: those of them with a level.
    """

    dimension: int
    label: str
    value: float | None
    lower: float | None
    upper: float | None
    coverage: float | None
    unknown_share: float | None
    evidence_share: float | None
    previous: float | None
    counted: int
    answered: int


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One level item with its answer.

    level: 0–4 or None; special: unknown, refused, not_competent, done_for_us, filtered or "" (all three empty: not
    answered). done_by: who does it, in words. descriptor: text of the level chosen. evidence: what the municipality
    named; evidence_asked: what the questionnaire asks for. target: the level aimed at; is_need: level below it, or
    unknown.
    """

    name: str
    number: str
    label: str
    level: int | None
    special: str
    done_by: str
    descriptor: str
    note: str
    evidence: str
    evidence_asked: str
    target: int
    weight: int
    is_need: bool
    source: str
    legal_basis: str
    legal_basis_date: date | None


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """A question beside the level items: its answer in words ("" where there is none)."""

    name: str
    label: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One section in the order of the questionnaire; `dimension` is None for the context section."""

    name: str
    dimension: int | None
    label: str
    hint: str
    items: tuple[ReportItem, ...]
    questions: tuple[ReportQuestion, ...]
    wishes: str
    obstacles: str


@dataclass(frozen=True, slots=True)
class ReportNeed:
    """A need: item below its target, or unknown; `rule` says in a sentence why it is one. Gravest first.

    priority: how urgent the municipality says it is, in words, with its reason; "" where it has not said. urgency: the
    same as a rank, 0 for high; 2 where nothing was said, between medium and low.
    """

    item: str
    number: str
    dimension: int
    label: str
    level: int | None
    special: str
    target: int
    weight: int
    rule: str
    priority: str = ""
    priority_reason: str = ""
    urgency: int = 2


@dataclass(frozen=True, slots=True)
class ReportMethod:
    """Facts for the chapter on method.

    Numbers of level items: asked (in the wave's profile), in the denominator, answered with a level, unknown,
    refused, not within competence, done by others, filtered by the logic.
    """

    profile: str
    asked: int
    counted: int
    answered: int
    unknown: int
    refused: int
    not_competent: int
    done_for_us: int
    filtered: int
    competences: tuple[str, ...]
    evidence_required: bool


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report of one assessment shows. `state` is the machine word, `state_label` the one people read."""

    assessment_id: str
    language: str
    municipality_name: str
    municipality_type: str
    municipality_size: str
    wave: str
    wave_opens_on: date | None
    wave_closes_on: date | None
    instrument_title: str
    instrument_version: str
    state: str
    state_label: str
    signature: ReportSignature | None
    profile: tuple[ReportProfileRow, ...]
    sections: tuple[ReportSection, ...]
    needs: tuple[ReportNeed, ...]
    method: ReportMethod
    generated_at: datetime
