"""Reads on what several departments answered. Each runs in the scope the caller entered."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BooleanField, Exists, F, JSONField, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from apps.assessments import queries
from apps.assessments.content import EMPTY, Content, Voice, content_of
from apps.assessments.models import (
    Answer,
    Assessment,
    Decision,
    Delegation,
    DelegationLink,
    DepartmentAnswer,
    EvidenceUse,
    Special,
)
from apps.assessments.policies import SectionAccess, hands_of
from apps.assessments.questionnaire import Reading
from apps.core import scope as scopes
from apps.core.levels import LEVELS
from apps.instruments.definition import Form, Item, localized
from apps.instruments.questions import shown_value

_REVOKED = Delegation.State.REVOKED


@dataclass(frozen=True)
class Together:
    """Who answers an assessment together: delegations (withdrawn ones too), what departments answered to items in
    several hands (one answer per department, withdrawn departments left out), decisions that stand; by item name.
    """

    delegations: tuple[Delegation, ...] = ()
    given: Mapping[str, tuple[DepartmentAnswer, ...]] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)

    def is_shared(self, item: Item) -> bool:
        """Is it in several hands, or has it been, and what a department answered still stands?"""
        # A file is nobody's alone: departments that are asked for one share it.
        return not item.is_upload and (item.name in self.given or len(hands_of(self.delegations, item)) > 1)

    def voice(self, access: SectionAccess, item: Item) -> Delegation | None:
        """As which delegation somebody answers an item that several departments answer; None: not as one of them."""
        return access.as_whom(item) if self.is_shared(item) else None

    def own(self, item: str, delegation: Delegation) -> DepartmentAnswer | None:
        """What the department of this delegation has answered."""
        return next((row for row in self.given.get(item, ()) if row.delegation.hand == delegation.hand), None)

    def is_guarded(self, item: str) -> bool:
        """Is its value a matter of the departments and of a decision, not of whoever else answers?"""
        return item in self.decisions or any(row.value for row in self.given.get(item, ()))

    @property
    def guarded(self) -> frozenset[str]:
        """All items of which `is_guarded` says so."""
        return frozenset(name for name in {*self.given, *self.decisions} if self.is_guarded(name))

    def undecided(self, contents: Mapping[str, Content]) -> frozenset[str]:
        """Items that departments answered differently, and nobody has decided: then there is no value."""
        return frozenset(
            name
            for name, rows in self.given.items()
            if not contents.get(name, EMPTY).value and any(row.value for row in rows)
        )

    def seen_by(self, access: SectionAccess, answers: Mapping[str, Answer], form: Form) -> Mapping[str, Answer]:
        """The answers as somebody sees them who answers as one of several departments: of the others nothing.

        The same object where nothing is shared.
        """
        voices = {item.name: voice for item in form.items.values() if (voice := self.voice(access, item)) is not None}
        if not voices:
            return answers
        seen = dict(answers)
        for name, voice in voices.items():
            row, common = self.own(name, voice), seen.pop(name, None)
            if row is not None:
                seen[name] = as_answer(row, form.items[name].is_level)
                seen[name].is_proven = common is not None and common.is_proven
                seen[name].is_undecided = False
        return seen


def as_answer(row: DepartmentAnswer, is_level: bool) -> Answer:
    """A department's answer as if it were the assessment's; never to be saved."""
    return Answer(
        municipality_id=row.municipality_id,
        assessment_id=row.assessment_id,
        item_id=row.item_id,
        done_by=row.done_by,
        note=row.note,
        evidence=row.evidence,
        revision=row.revision,
        answered_at=row.answered_at,
        **columns(row.value, is_level),
    )


def columns(value: str, is_level: bool) -> dict[str, Any]:
    """The columns of an Answer that hold a value as the instrument reads it."""
    if not is_level:
        return {"value": value}
    return {"special": value} if value in Special.values else {"level": int(value) if value else None}


def content_of_row(row: DepartmentAnswer) -> Content:
    """Content of a department's answer."""
    return Content(row.value, row.done_by, row.note, row.evidence)


def voices(rows: Iterable[DepartmentAnswer]) -> list[Voice]:
    """What departments say, each under its name, as they were given the item."""
    return [Voice(_unit_name(row.delegation), content_of_row(row)) for row in _in_order(rows)]


def _in_order(rows: Iterable[DepartmentAnswer]) -> list[DepartmentAnswer]:
    return sorted(rows, key=lambda row: (row.delegation.created_at, str(row.delegation.pk)))


def _unit_name(delegation: Delegation) -> str:
    return str(getattr(delegation, "unit_name", None) or "")


# --- Loading ----


def _objects(model: type[Model], found: "QuerySet[Any]", **more: Any) -> ArraySubquery:
    names = [column.attname for column in model._meta.concrete_fields]
    return ArraySubquery(found.order_by().values(data=JSONObject(**{name: F(name) for name in names}, **more)))


def _from_json(model: type[Any], data: Mapping[str, Any]) -> Any:
    concrete = model._meta.concrete_fields
    names = [column.attname for column in concrete]
    row = model.from_db("default", names, [column.to_python(data[column.attname]) for column in concrete])
    for name in data.keys() - set(names):
        setattr(row, name, data[name])
    return row


def _together() -> JSONObject:
    """Delegations, departments' answers and decisions of the assessment of an outer query, as one JSON value."""
    here = {"assessment": OuterRef("pk")}
    return JSONObject(
        delegations=_objects(
            Delegation,
            Delegation.objects.filter(**here).annotate(link_email=link_email()),
            link_email=F("link_email"),
            unit_name=F("org_unit__name"),
        ),
        given=_objects(DepartmentAnswer, DepartmentAnswer.objects.filter(**here)),
        decisions=_objects(Decision, Decision.objects.filter(**here, superseded_at=None)),
    )


def link_email() -> Subquery:
    """Whose personal link a delegation is: the same address is the same person."""
    return Subquery(DelegationLink.objects.filter(delegation=OuterRef("pk")).values("email")[:1])


def _read(data: Mapping[str, Any], version_id: UUID) -> Together:
    names = queries.item_names(version_id)
    delegations = {row.pk: row for row in (_from_json(Delegation, found) for found in data["delegations"])}
    given: dict[str, dict[Any, DepartmentAnswer]] = {}
    for found in data["given"]:
        row = _from_json(DepartmentAnswer, found)
        row.delegation = delegations[row.delegation_id]
        if row.delegation.state != _REVOKED:
            of_item = given.setdefault(names[row.item_id], {})
            before = of_item.get(row.delegation.hand)
            if before is None or before.answered_at < row.answered_at:
                of_item[row.delegation.hand] = row
    decisions = [_from_json(Decision, found) for found in data["decisions"]]
    return Together(
        delegations=tuple(sorted(delegations.values(), key=lambda row: (row.created_at, str(row.pk)))),
        given={name: tuple(_in_order(rows.values())) for name, rows in given.items()},
        decisions={names[decision.item_id]: decision for decision in decisions},
    )


def together(assessment: Assessment) -> Together:
    """Who answers the assessment together, and how; one query."""
    data = Assessment.objects.filter(pk=assessment.pk).values_list(_together(), flat=True).get()
    return _read(data, assessment.wave.instrument_version_id)


def standing(assessment: Assessment) -> tuple[dict[str, Answer], Together]:
    """The same with the answers (as `queries.answers_of`) in one query: saving one answer has few to spend."""
    names = queries.item_names(assessment.wave.instrument_version_id)
    found: dict[str, Answer] = {}
    data: Any = None
    columns = [column.attname for column in Answer._meta.concrete_fields]
    for *values, is_proven, beside in _standing_rows(assessment):
        if values[0] is None:  # the row without a key
            data = beside if isinstance(beside, Mapping) else json.loads(beside)
        else:
            row: Any = Answer.from_db(DEFAULT_DB_ALIAS, columns, values)
            row.is_proven = is_proven
            found[names[row.item_id]] = row
    assert data is not None  # the assessment is there: it is locked
    return found, _read(data, assessment.wave.instrument_version_id)


#: By whether a municipality is in scope: the text with named parameters, and the values that are always the same.
_statements: dict[bool, tuple[str, dict[str, Any]]] = {}


def _standing_rows(assessment: Assessment) -> list[tuple[Any, ...]]:
    """Run the statement of `_standing`. Django takes longer to write it than PostgreSQL to answer it, so the text is
    kept, once for a municipality's scope and once for the programme's, whose statement names no municipality.
    """
    municipality_id = scopes.require().municipality_id
    ids = {"assessment": assessment.pk, "municipality": municipality_id}
    if (municipality_id is None) not in _statements:
        sql, params = _standing(assessment).query.sql_with_params()
        named = {value: name for name, value in ids.items()}
        names = [named[value] if isinstance(value, UUID) else f"constant_{place}" for place, value in enumerate(params)]
        text = sql % tuple(f"%({name})s" for name in names)
        _statements[municipality_id is None] = text, dict(zip(names, params, strict=True))
    text, constants = _statements[municipality_id is None]
    with connection.cursor() as cursor:
        cursor.execute(text, {**constants, **ids})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _standing(assessment: Assessment) -> "QuerySet[Any]":
    """The answers, and one more row without a key that carries what `_together` says."""
    uses = EvidenceUse.objects.filter(assessment=OuterRef("assessment"), item=OuterRef("item"))
    answers = (
        Answer.objects.filter(assessment=assessment)
        .annotate(is_proven=Exists(uses), together=Value(None, output_field=JSONField()))
        .order_by()
    )
    nothing = {
        f"no_{column.attname}": Value(None, output_field=_plain(column)) for column in Answer._meta.concrete_fields
    }
    beside = (
        Assessment.objects.filter(pk=assessment.pk)
        .order_by()
        .annotate(**nothing, is_proven=Value(False, output_field=BooleanField()), together=_together())
        .values_list(*nothing, "is_proven", "together")
    )
    both: QuerySet[Any] = answers.union(beside, all=True)
    return both


def _plain(column: Any) -> Any:
    """The field itself, or of a foreign key the one it points at."""
    return column.target_field if column.is_relation else column


def reading_of(
    assessment: Assessment, answers: Mapping[str, Answer], found: Together, *, language: str = ""
) -> Reading:
    """The assessment's questionnaire over its answers, undecided items known."""
    contents = queries.contents_of(answers)
    return queries.questionnaire_of(assessment).read(
        contents,
        language=language,
        proven=[name for name, answer in answers.items() if answer.is_proven],
        undecided=found.undecided(contents),
    )


# --- For pages ----


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """How an item stands that several departments answer. decided: the answer decided, in words; "": none."""

    hands: int
    answered: int
    is_undecided: bool
    decided: str

    @property
    def is_guarded(self) -> bool:
        """As Together.is_guarded."""
        return bool(self.answered or self.decided)


def lines_by_item(assessment: Assessment, language: str) -> dict[str, DepartmentLine]:
    """By item name: how the departments answered that were given it, and what was decided."""
    found, form = together(assessment), queries.questionnaire_of(assessment).form
    if not found.delegations:
        return {}
    rows = Answer.objects.filter(assessment=assessment).order_by() if found.given else []
    names = queries.item_names(assessment.wave.instrument_version_id)
    open_items = found.undecided({names[row.item_id]: content_of(row) for row in rows})
    lines = {}
    for name, item in form.items.items():
        hands = hands_of(found.delegations, item)
        decision = found.decisions.get(name)
        if not item.takes_answer or item.is_upload or (len(hands) < 2 and name not in found.given and decision is None):
            continue
        lines[name] = DepartmentLine(
            hands=len(hands),
            answered=sum(bool(row.value) for row in found.given.get(name, ())),
            is_undecided=name in open_items,
            decided=words(item, form, decision.value, language) if decision else "",
        )
    return lines


def words(item: Item, form: Form, value: str, language: str) -> str:
    """An answer in words: a level with its name, a special answer, the labels of choices, a text."""
    if item.is_level and value.isdigit():
        return f"{value} – {LEVELS[int(value)]}"
    if item.is_level and value:
        return str(Special(value).label)
    return shown_value(item, value, form.choices(item), language)


def numbers(form: Form, items: Iterable[str], language: str) -> str:
    """Single items for lists and mails: “5.1, 5.3”; an item without a number by its text."""
    found = [form.items[name] for name in form.items if name in set(items)]
    return ", ".join(
        item.number or localized(item.label, language, form.default_language) or item.name for item in found
    )


def decisions_of(assessment: Assessment, item: str) -> list[Decision]:
    """All decisions on an item, the one that stands first, with who decided; one query."""
    key = queries.item_keys(assessment.wave.instrument_version_id)[item]
    found = Decision.objects.filter(assessment=assessment, item=key).select_related("decided_by")
    return sorted(found.order_by("-created_at"), key=lambda row: row.superseded_at is not None)
