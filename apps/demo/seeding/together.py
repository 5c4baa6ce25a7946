"""What many hands do to one assessment: evidence, several departments, hindsight, remarks, a look from outside.

All by the application's own actions. Each part looks first whether anything of its kind has ever been there.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from django.utils import timezone
from docx import Document

from apps.accounts.models import User
from apps.assessments import queries, queries_departments
from apps.assessments.actions import outside, remarks
from apps.assessments.actions.answers import Entry, save_answers
from apps.assessments.actions.delegations import give_sections
from apps.assessments.actions.departments import decide
from apps.assessments.actions.evidence import add_evidence, change_evidence
from apps.assessments.actions.needs import set_priority
from apps.assessments.actions.previous import take_over
from apps.assessments.actions.then_test import Rating, save_ratings
from apps.assessments.content import Seen, content_of, voices_hash
from apps.assessments.models import (
    Assessment,
    Decision,
    Evidence,
    Need,
    OutsideReading,
    Remark,
    ThenRating,
    Wave,
)
from apps.assessments.policies import Recipient
from apps.core import scope
from apps.demo.content import together as content
from apps.demo.seeding.people import BASE_URL
from apps.demo.seeding.people_of import coordinator_of, person_of, place_of, unit_name_of
from apps.files.checks import check
from apps.municipalities.models import Municipality, OrgUnit


def seed_together(staff: User, waves: Mapping[str, Wave], municipalities: Mapping[str, Municipality]) -> None:
    """Lindenfurt's two waves, as far as each is in the state in which such things are done."""
    with scope.enter(scope.municipality(municipalities[content.SLUG])):
        found = {
            assessment.wave_id: assessment
            for assessment in queries.assessments().filter(wave__in=(waves["T0"], waves["T1"]))
        }
        first, second = (found.get(waves[key].pk) for key in ("T0", "T1"))
        place = place_of(content.SLUG)
        if second is not None and second.state == Assessment.State.IN_PROGRESS and second.wave.is_open:
            _work_on(second.pk, coordinator_of(place))
            _remarks(second.pk, staff, content.REMARKS)
        if first is not None and first.state == Assessment.State.SIGNED_OFF:
            _look_back_at(first.pk, coordinator_of(place))
            _remarks(first.pk, staff, (content.FEEDBACK,))


def _work_on(key: UUID, coordinator: User) -> None:
    if not Evidence.objects.exists():
        _take_over_and_prove(key, coordinator)
    if not Decision.objects.exists():
        _share(key, coordinator)
    if not ThenRating.objects.exists():
        ratings = {name: Rating(level, note) for name, level, note in content.HINDSIGHT}
        save_ratings(actor=coordinator, assessment_id=key, ratings=ratings)
    if not OutsideReading.objects.exists():
        _ask_outside(key, coordinator)


# --- Evidence, what has not changed, and what has been corrected ----------------------------------------------------


def _take_over_and_prove(key: UUID, coordinator: User) -> None:
    reading = queries.read(queries.assessments().get(pk=key))
    section = next(found for found in reading.questionnaire.sections if found.name == content.UNCHANGED_SECTION)
    for item in section.items:
        if item.is_level:
            take_over(actor=coordinator, assessment_id=key, item=item.name)
    for piece in content.EVIDENCE:
        evidence = add_evidence(
            actor=coordinator,
            assessment_id=key,
            items=[name for name, _page in piece.pages],
            title=piece.title,
            dated_on=piece.dated_on,
            document=None if piece.url else check(content.DOCUMENT_NAME, document()),
            url=piece.url,
        )
        change_evidence(actor=coordinator, assessment_id=key, evidence_id=evidence.pk, pages=dict(piece.pages))
    _correct(key, coordinator)


def document() -> bytes:
    """The Word document that proves some answers."""
    paper = Document()
    paper.add_heading(content.DOCUMENT.title, level=0)
    paper.add_paragraph(f"Stadt Lindenfurt, Personal- und Organisationsamt, {content.DOCUMENT.dated_on:%d.%m.%Y}")
    for heading, *paragraphs in content.DOCUMENT_PARTS:
        paper.add_heading(heading, level=1)
        for text in paragraphs:
            paper.add_paragraph(text)
    stream = BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _correct(key: UUID, coordinator: User) -> None:
    """The coordination changes an answer that it has seen; the history keeps both."""
    answer = queries.answers_of(queries.assessments().get(pk=key))[content.CORRECTED_ITEM]
    entry = Entry(
        content.CORRECTED_ITEM,
        (content.CORRECTED_LEVEL,),
        note=content.CORRECTED_NOTE,
        evidence=content.CORRECTED_EVIDENCE,
        seen=Seen.of(content_of(answer), answer.revision),
    )
    save_answers(actor=coordinator, assessment_id=key, entries=[entry], language="de")


# --- Several departments --------------------------------------------------------------------------------------------


def _share(key: UUID, coordinator: User) -> None:
    """Two departments answer the same items; one difference is decided, one is still open."""
    place = place_of(content.SLUG)
    units = {name: OrgUnit.objects.get(name=unit_name_of(place, name)) for name in content.VOICES}
    for unit in units.values():
        give_sections(
            actor=coordinator,
            assessment_id=key,
            sections=[content.SHARED_SECTION],
            items=content.SHARED_ITEMS,
            due_on=timezone.localdate() + timedelta(days=14),
            base_url=BASE_URL,
            org_unit=unit,
            note=content.SHARED_NOTE,
        )
    for name, voices in content.VOICES.items():
        person = person_of(place, name)
        save_answers(
            actor=person,
            assessment_id=key,
            entries=[Entry(said.item, (said.level,), note=said.note, evidence=said.evidence) for said in voices],
            language="de",
            only=Recipient(user_id=person.pk, units=frozenset({units[name].pk})),
            org_unit_id=units[name].pk,
        )
    together = queries_departments.together(queries.assessments().get(pk=key))
    decide(
        actor=coordinator,
        assessment_id=key,
        item=content.DECIDED_ITEM,
        value=content.DECIDED_LEVEL,
        reason=content.DECIDED_REASON,
        seen=voices_hash(queries_departments.voices(together.given[content.DECIDED_ITEM])),
    )


# --- From outside, remarks, priorities ------------------------------------------------------------------------------


def _ask_outside(key: UUID, coordinator: User) -> None:
    for asked in content.ORGANISATIONS:
        row = outside.invite(
            actor=coordinator,
            assessment_id=key,
            organisation=asked.organisation,
            contact=asked.contact,
            email=asked.email,
            due_on=timezone.localdate() + timedelta(days=asked.due),
            base_url=BASE_URL,
            note=asked.note,
        )
        if asked.answers:
            outside.save(reading_id=row.pk, entries=[outside.Entry(*answer) for answer in asked.answers])
            outside.submit(reading_id=row.pk, base_url=BASE_URL)


def _remarks(key: UUID, staff: User, wanted: Sequence[content.DemoRemark]) -> None:
    """What was said about items of one assessment; feedback comes from the project team, all else goes to it."""
    if Remark.objects.filter(assessment=key).exists():
        return
    place = place_of(content.SLUG)
    for said in wanted:
        member = person_of(place, said.by)
        is_feedback = said.kind == Remark.Kind.FEEDBACK
        thread = remarks.begin_thread(
            actor=staff if is_feedback else member,
            assessment_id=key,
            item=said.item,
            kind=said.kind,
            text=said.text,
            base_url=BASE_URL,
        )
        if said.reply:
            remarks.reply(
                actor=member if is_feedback else staff,
                thread_id=thread.pk,
                side=Remark.Side.MUNICIPALITY if is_feedback else Remark.Side.PROJECT,
                text=said.reply,
                base_url=BASE_URL,
            )


def _look_back_at(key: UUID, coordinator: User) -> None:
    """How urgent the needs of a signed assessment are."""
    if Need.objects.filter(assessment=key).exclude(priority="").exists():
        return
    for item, priority, reason in content.PRIORITIES:
        set_priority(actor=coordinator, assessment_id=key, item=item, priority=priority, reason=reason)
