"""What municipalities make of it: pilots, adoptions with measures, a commitment as employer, a report."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from apps.accounts.models import User
from apps.assessments.queries_needs import open_needs
from apps.commitments import needs_answered
from apps.commitments.actions import adoptions, commitments, measure_details, measures, pilots, ten_points
from apps.commitments.actions.adoptions import Decision, Grounds
from apps.commitments.models import Adoption, Measure, SelfCommitment, TenPointReport
from apps.commitments.queries_adoption import edition_of
from apps.commitments.queries_measure_templates import templates_of_adoptions
from apps.core import scope
from apps.demo.content import commitments as content
from apps.demo.content.commitments import DemoAdoption, DemoMeasure, DemoPilot
from apps.demo.seeding.clock import day, days_ago
from apps.demo.seeding.people import BASE_URL
from apps.demo.seeding.people_of import coordinator_of, person_of, place_of
from apps.municipalities.models import Municipality, OrgUnit
from apps.recommendations.guards import KIND
from apps.recommendations.models import RecommendationVersion

Municipalities = Mapping[str, Municipality]
_LINDENFURT = "lindenfurt"


# --- Pilots: called where the course of a text comes to them --------------------------------------------------------


def plan_pilots(
    staff: User, wanted: Sequence[DemoPilot], version_id: UUID, municipalities: Municipalities, *, kind: str = KIND
) -> list[UUID]:
    """Plan pilots of a version (of a recommendation, or of another kind), in the programme's scope; returns keys."""
    return [
        pilots.plan_pilot(
            actor=staff,
            municipality=municipalities[pilot.slug],
            subject_kind=kind,
            subject_id=version_id,
            base_url=BASE_URL,
        ).pk
        for pilot in wanted
    ]


def begin_pilot(wanted: DemoPilot, key: UUID, municipalities: Municipalities) -> None:
    """Write the plan, begin on the day it says, note in the log what has happened since."""
    actor, begins = coordinator_of(place_of(wanted.slug)), day(wanted.begins)
    with scope.enter(scope.municipality(municipalities[wanted.slug])):
        with days_ago(-wanted.begins):
            pilots.write_plan(
                actor=actor,
                pilot_id=key,
                plan=wanted.plan,
                org_unit=OrgUnit.objects.get(name=wanted.unit),
                starts_on=begins,
                ends_on=begins + timedelta(days=wanted.ends - wanted.begins),
                indicator=wanted.indicator,
                unit_of_value=wanted.unit_of_value,
                baseline=_decimal(wanted.baseline),
                target=_decimal(wanted.target),
            )
            pilots.begin_pilot(actor=actor, pilot_id=key)
        for offset, kind, text in wanted.log:
            noted_on = day(offset)
            with days_ago(-offset):
                pilots.add_entry(actor=actor, pilot_id=key, noted_on=noted_on, kind=kind, text=text)


def evaluate_pilot(wanted: DemoPilot, key: UUID, municipalities: Municipalities) -> None:
    """Say what came of it, on the day it ended."""
    ended = day(wanted.ends)
    with scope.enter(scope.municipality(municipalities[wanted.slug])), days_ago(-wanted.ends):
        pilots.evaluate_pilot(
            actor=coordinator_of(place_of(wanted.slug)),
            pilot_id=key,
            ends_on=ended,
            result=_decimal(wanted.result),
            verdict=wanted.verdict,
            verdict_reason=wanted.reason,
            changes_wanted=wanted.changes,
        )


# --- Adoptions and measures -----------------------------------------------------------------------------------------


def seed_commitments(municipalities: Municipalities) -> None:
    """Adoptions, measures, the commitment and the report of each municipality that has no adoption yet."""
    slugs = list(dict.fromkeys(wanted.slug for wanted in content.ADOPTIONS))
    with scope.enter(scope.programme()):
        there = set(Adoption.objects.order_by().values_list("municipality_id", flat=True).distinct())
        versions = {
            version.recommendation.number: version
            for version in RecommendationVersion.objects.select_related("recommendation")
        }
    for slug in slugs:
        municipality = municipalities[slug]
        if municipality.pk in there:
            continue
        with scope.enter(scope.municipality(municipality)):
            for adoption in content.ADOPTIONS:
                if adoption.slug == slug:
                    _adopt(municipality, adoption, versions[adoption.number])
            if slug == _LINDENFURT:
                _commit()
                _report()


def _adopt(municipality: Municipality, wanted: DemoAdoption, version: RecommendationVersion) -> None:
    """Consider a version, then take the steps; measures come before the step that says they are planned."""
    actor = coordinator_of(place_of(wanted.slug))
    decided = wanted.decision[1] if wanted.decision else -2
    with days_ago(-decided + 5 if wanted.decision else 3):
        options = needs_answered.options(municipality, edition_of(version), wanted.number)
        needs = {option.need_id: option.because for option in options if option.fits}
        row = adoptions.consider(actor=actor, version_id=version.pk, needs=needs)
    for step in wanted.steps:
        if step == "plan":
            _plan(wanted, row)
        with days_ago(-decided - (0 if step == "adopt" else 1)):
            adoptions.take_step(actor=actor, adoption_id=row.pk, step=step, grounds=_grounds(wanted, step))


def _grounds(wanted: DemoAdoption, step: str) -> Grounds:
    if step == "decline":
        return Grounds(reason=wanted.reason, reason_kind=wanted.reason_kind)
    if step != "adopt" or wanted.decision is None:
        return Grounds()
    reference, _days, name, function = wanted.decision
    return Grounds(decision=Decision(reference, day(0), name, function))


def _plan(adoption: DemoAdoption, row: Adoption) -> None:
    """The measures of a municipality: made one after the other, then where they stand and what was written."""
    wanted = [measure for measure in content.MEASURES if measure.slug == adoption.slug]
    made = [_measure(measure, row) for measure in wanted]
    for measure, planned in zip(wanted, made, strict=True):
        if measure.waits_for is not None:
            measure_details.add_dependency(
                actor=_person(measure, ""), measure_id=planned.pk, after_id=made[measure.waits_for].pk
            )


def _measure(wanted: DemoMeasure, row: Adoption) -> Measure:
    actor = _person(wanted, "")
    values = {
        "title": wanted.title,
        "org_unit_id": OrgUnit.objects.get(name=wanted.unit).pk,
        "responsible_id": _person(wanted, wanted.responsible).pk if wanted.responsible else None,
        "deputy_id": _person(wanted, wanted.deputy).pk if wanted.deputy else None,
        "starts_on": day(wanted.starts) if wanted.starts else None,
        "due_on": day(wanted.due),
        "budget": _decimal(wanted.budget),
        "budget_note": wanted.budget_note,
        "baseline": _decimal(wanted.baseline),
        "baseline_on": day(wanted.starts) if wanted.baseline else None,
        "target": _decimal(wanted.target),
    }
    if wanted.template is not None:
        key = templates_of_adoptions(row.pk)[wanted.template].key
        made = measures.copy_template(actor=actor, key=key, values=values)
    else:
        values |= {
            "description": wanted.description,
            "indicator": wanted.indicator[0],
            "unit_of_value": wanted.indicator[1],
            "adoption_id": row.pk if wanted.number is not None else None,
        }
        needs = [need.need_id for need in open_needs() if need.item == wanted.need]
        made = measures.create(actor=actor, values=values, need_ids=needs)
    _follow(actor, wanted, made)
    return made


def _follow(actor: User, wanted: DemoMeasure, made: Measure) -> None:
    """Values, evidence, comments, and the state it is in today."""
    for offset, value, note in wanted.values:
        measure_details.add_value(
            actor=actor, measure_id=made.pk, measured_on=day(offset), value=Decimal(value), note=note
        )
    if wanted.evidence is not None:
        title, dated, url = wanted.evidence
        measure_details.add_evidence(actor=actor, measure_id=made.pk, title=title, dated_on=day(dated), url=url)
    for name, text in wanted.comments:
        measure_details.add_comment(actor=_person(wanted, name), measure_id=made.pk, text=text)
    if wanted.state != Measure._meta.get_field("state").default:
        done_on = day(wanted.done) if wanted.done else None
        measures.move(actor=actor, measure_id=made.pk, state=wanted.state, reason=wanted.reason, done_on=done_on)


def _commit() -> None:
    """The commitment as employer, in force and in public."""
    if SelfCommitment.objects.exists():
        return
    actor = coordinator_of(place_of(_LINDENFURT))
    decided, valid, until, again = day(-110), day(-90), day(640), day(275)
    with days_ago(110):
        draft = commitments.draft_commitment(actor=actor, title=content.COMMITMENT_TITLE, text=content.COMMITMENT_TEXT)
        commitments.put_in_force(
            actor=actor,
            commitment_id=draft.pk,
            decided_on=decided,
            valid_from=valid,
            valid_until=until,
            review_on=again,
            is_public=True,
            **content.COMMITMENT_DECISION,
        )


def _report() -> None:
    """The report on the Ten-Point Plan, drafted; one point is the city's own text."""
    if TenPointReport.objects.exists():
        return
    actor = coordinator_of(place_of(_LINDENFURT))
    report = ten_points.start_report(actor=actor, period_from=day(-700), period_to=day(30))
    ten_points.edit_point(actor=actor, report_id=report.pk, point=content.OWN_POINT, text=content.OWN_TEXT)


def _person(wanted: DemoMeasure, name: str) -> User:
    return person_of(place_of(wanted.slug), name)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
