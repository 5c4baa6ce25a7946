"""Assessments at different stands: started, answered, handed in and signed by the application's own actions.

What looks like chance is the same on every machine (content.answers). Only the times are set afterwards: everything
happens in the same minute, and should look like the work of months.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.assessments import queries
from apps.assessments.actions.answers import Entry, Outcome, save_answers
from apps.assessments.actions.assessments import record_signature, sign_off, start_assessment, submit_for_review
from apps.assessments.models import Answer, AnswerRevision, Assessment, DoneBy, Signature, Wave
from apps.assessments.questionnaire import OBSTACLES, WISHES, Reading
from apps.core import scope
from apps.demo.content import answers as content
from apps.demo.content.municipalities import (
    CONTRIBUTOR,
    COORDINATOR,
    MUNICIPALITIES,
    SIGNATORY,
    DemoMunicipality,
    DemoPerson,
    Stand,
    address_of,
)
from apps.demo.seeding.people import BASE_URL
from apps.instruments.definition import INTEGER, SELECT_MULTIPLE, SELECT_ONE, TEXT, Item, Section
from apps.municipalities.models import Municipality

#: Answers can open further questions; two rounds reach those that hang on these.
ROUNDS = 3
UNKNOWN_SHARE, REFUSED_SHARE, NOTE_SHARE, EVIDENCE_SHARE, WORDS_SHARE = 0.07, 0.02, 0.5, 0.8, 0.6
#: How far the second wave lies above the first: what was begun goes on.
GROWTH = 0.5
DAY = timedelta(days=1)


def seed_assessments(waves: dict[str, Wave], municipalities: dict[str, Municipality]) -> int:
    """Bring the assessments that nobody has touched to their stand; returns how many there were to do."""
    with scope.enter(scope.programme()):
        untouched = set(
            Assessment.objects.filter(wave__in=waves.values(), state=Assessment.State.INVITED).values_list(
                "municipality_id", "wave_id"
            )
        )
    done = 0
    for place in MUNICIPALITIES:
        municipality = municipalities[place.slug]
        for wave, stand, share, maturity in _course(place, waves):
            if (municipality.pk, wave.pk) in untouched and stand != Stand.INVITED:
                with scope.enter(scope.municipality(municipality)):
                    _Course(place, municipality, wave, maturity).run(stand, share)
                done += 1
    return done


def _course(place: DemoMunicipality, waves: dict[str, Wave]) -> Iterator[tuple[Wave, Stand, float, float]]:
    """Wave, how far it is to come, how much is answered, and the level around which the answers lie."""
    yield waves["basis" if place.is_small else "T0"], place.stand, place.share, place.maturity
    if place.second_share:
        yield waves["T1"], Stand.IN_PROGRESS, place.second_share, place.maturity + GROWTH


class _Course:
    """One assessment on its way. Runs in the municipality's scope."""

    def __init__(self, place: DemoMunicipality, municipality: Municipality, wave: Wave, maturity: float) -> None:
        self.place, self.municipality, self.wave, self.maturity = place, municipality, wave, maturity
        self.seed = (place.slug, wave.label)
        self.key: UUID = Assessment.objects.get(wave=wave).pk
        began = wave.opens_on + timedelta(days=int(5 + 20 * content.draw("began", *self.seed)))
        self.began = min(began, timezone.localdate() - 2 * DAY)
        self.people = {person: User.objects.get(email=address_of(person)) for person in place.people}

    def run(self, stand: Stand, share: float) -> None:
        coordinator = self._with_role(COORDINATOR)[0]
        start_assessment(actor=coordinator, assessment_id=self.key)
        last_day = self._answer(share, stand)
        if stand in (Stand.IN_REVIEW, Stand.SIGNED_OFF):
            url = BASE_URL + reverse("assessments-detail", args=[self.municipality.slug, self.key])
            submit_for_review(actor=coordinator, assessment_id=self.key, url=url)
        if stand == Stand.SIGNED_OFF:
            self._sign()
        self._set_times(stand, last_day)

    def _with_role(self, role: str) -> list[User]:
        return [self.people[person] for person in self.place.people if person.role == role]

    def _signatory(self) -> DemoPerson:
        return next(person for person in self.place.people if person.role == SIGNATORY)

    def _sign(self) -> None:
        person = self._signatory()
        if self.place.decision:
            record_signature(
                actor=self._with_role(COORDINATOR)[0],
                assessment_id=self.key,
                name=f"{person.first_name} {person.last_name}",
                function=person.function,
                reference=self.place.decision,
                signed_on=timezone.localdate(),
            )
            return
        sign_off(
            actor=self.people[person],
            assessment_id=self.key,
            name=f"{person.first_name} {person.last_name}",
            function=person.function,
        )

    # --- Answers ----------------------------------------------------------------------------------------------------

    def _answer(self, share: float, stand: Stand) -> date:
        """Answer the first `share` of the sections, the last of them in part; returns the day of the last answer."""
        assessment = queries.assessments().get(pk=self.key)
        questionnaire = queries.questionnaire_of(assessment)
        chosen = list(self._chosen(questionnaire.sections, share))
        actors = [*self._with_role(COORDINATOR), *self._with_role(CONTRIBUTOR)]
        for number, actor in enumerate(actors):
            mine = [(section, part) for place, (section, part) in enumerate(chosen) if place % len(actors) == number]
            if mine:
                self._answer_as(actor, assessment, mine)
        return self._set_times_of_answers([section for section, _part in chosen], stand)

    def _chosen(self, sections: Sequence[Section], share: float) -> Iterator[tuple[Section, float]]:
        whole = share * len(sections)
        for place, section in enumerate(sections):
            if place < whole:
                yield section, min(1.0, whole - place)

    def _answer_as(self, actor: User, assessment: Assessment, mine: list[tuple[Section, float]]) -> None:
        reading = queries.read(assessment, language="de")
        for _round in range(ROUNDS):
            entries = [entry for section, part in mine for entry in self._entries(reading, section, part)]
            if not entries:
                return
            saved = save_answers(actor=actor, assessment_id=self.key, entries=entries, language="de")
            refused = saved.with_outcome(Outcome.INVALID)
            if refused:
                raise ValueError(f"{self.place.slug}: {[(result.item, result.errors) for result in refused]}")
            reading = saved.reading

    def _entries(self, reading: Reading, section: Section, part: float) -> Iterator[Entry]:
        """Entries for the questions of a section that are asked now and not answered yet."""
        items = [item for item in reading.asked_items(section) if item.takes_answer]
        for place, item in enumerate(items):
            if place < part * len(items) and reading.content(item.name).is_empty:
                entry = self._level(item) if item.is_level else self._other(reading, item)
                if entry is not None:
                    yield entry

    def _level(self, item: Item) -> Entry:
        if (fixed := content.FIXED.get((*self.seed, item.name))) is not None:
            return Entry(item.name, (str(fixed[0]),), note=fixed[1])
        draw = content.draw("special", item.name, *self.seed)
        if draw < UNKNOWN_SHARE:
            return Entry(item.name, ("unknown",), note="Dazu liegen uns keine Angaben vor.")
        if draw < UNKNOWN_SHARE + REFUSED_SHARE:
            return Entry(item.name, ("refused",))
        if self.place.employees < 200 and draw > 0.94:
            done_by = DoneBy.KREIS if self.place.kind == "municipality" else DoneBy.VERBAND
            if self.place.is_small:
                done_by = DoneBy.AMT
            return Entry(item.name, ("done_for_us",), done_by=done_by.value)
        level = content.level_of(self.maturity, item.name, *self.seed)
        dimension = item.dimension or content.dimension_of(item.section)
        note = evidence = None
        if content.draw("has note", item.name, *self.seed) < NOTE_SHARE:
            note = content.note_for(dimension, level, item.name, *self.seed)
        has_evidence = content.draw("has evidence", item.name, *self.seed) < EVIDENCE_SHARE
        if level >= 3 and (has_evidence or self.wave.evidence_required):
            evidence = content.pick(content.EVIDENCE, "evidence", item.name, *self.seed)
        return Entry(item.name, (str(level),), note=note, evidence=evidence)

    def _other(self, reading: Reading, item: Item) -> Entry | None:
        """An answer to a question of the context, to one that hangs on a level, or in free words."""
        known = self._known().get(item.name)
        if known is not None:
            return Entry(item.name, known)
        if item.name.endswith((WISHES, OBSTACLES)):
            return self._words(item)
        if item.kind == TEXT:
            return Entry(item.name, (content.TEXTS.get(item.name, content.ANY_TEXT),))
        if item.kind in (SELECT_ONE, SELECT_MULTIPLE):
            choices = reading.state[item.name].choices
            return Entry(item.name, (content.pick(choices, item.name, *self.seed),)) if choices else None
        if item.kind == INTEGER:
            return Entry(item.name, (str(int(10 + 60 * content.draw(item.name, *self.seed))),))
        return None

    def _known(self) -> dict[str, tuple[str, ...]]:
        contact = int(self.place.employees * (0.3 + 0.3 * content.draw("contact", self.place.slug)))
        return {
            "reference_date": (self.began.isoformat(),),
            "municipality_kind": (self.place.kind,),
            "size_class": (self.place.size_class,),
            "employees": (str(self.place.employees),),
            "contact_staff": (str(contact),),
            "staff_council": ("yes" if self.place.employees > 50 else "no",),
            "earlier_review": ("no",),
            "d1_03_fte": ("0,5",),
        }

    def _words(self, item: Item) -> Entry | None:
        if content.draw("words", item.name, *self.seed) > WORDS_SHARE:
            return None
        dimension = item.dimension or content.dimension_of(item.section)
        pool = content.WISHES if item.name.endswith(WISHES) else content.OBSTACLES
        return Entry(item.name, (content.pick(pool[dimension], item.name, *self.seed),))

    # --- Times ------------------------------------------------------------------------------------------------------

    def _set_times_of_answers(self, sections: Sequence[Section], stand: Stand) -> date:
        """Spread the answers over the days since the beginning, section by section; returns the last day.

        Work that goes on has been done in the last days, work that is finished was so some time ago.
        """
        yesterday = timezone.localdate() - DAY
        pace = content.draw("pace", *self.seed)
        span = max(1, (yesterday - self.began).days)
        end = (
            yesterday - int(9 * pace) * DAY
            if stand == Stand.IN_PROGRESS
            else self.began + int(span * (0.5 + 0.4 * pace)) * DAY
        )
        end = max(self.began, end)
        day = self.began
        for place, section in enumerate(sections, start=1):
            day = self.began + (end - self.began) * place // len(sections)
            for model in (Answer, AnswerRevision):
                model.objects.filter(assessment=self.key, item__section__name=section.name).update(
                    answered_at=_at(day, 9 + place % 7)
                )
        return day

    def _set_times(self, stand: Stand, last_day: date) -> None:
        submitted, signed = _at(last_day + 3 * DAY, 11), _at(last_day + 12 * DAY, 15)
        latest = timezone.now() - timedelta(minutes=5)
        times: dict[str, datetime] = {"started_at": _at(self.began, 9)}
        if stand in (Stand.IN_REVIEW, Stand.SIGNED_OFF):
            times["submitted_at"] = min(submitted, latest)
        if stand == Stand.SIGNED_OFF:
            times["signed_off_at"] = min(signed, latest)
            Signature.objects.filter(assessment=self.key).update(signed_at=min(signed, latest))
        Assessment.objects.filter(pk=self.key).update(**times, updated_at=F("updated_at"))


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, 20))
