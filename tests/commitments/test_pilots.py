"""Pilots: planning, plan, beginning, log, evaluating, calling off; the comparison; what it counts for."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.commitments import queries_pilots
from apps.commitments.actions import pilots as actions
from apps.commitments.models import Pilot, PilotEntry
from apps.commitments.queries_pilots import evidence
from apps.core import reviewable_declaration, scope
from apps.core.reviewable_declaration import Subject
from apps.municipalities.models import Municipality, Role
from apps.notifications.models import OutgoingMail
from apps.recommendations.actions.lifecycle import NotPossible, advance
from apps.recommendations.actions.pilots import follow_pilots
from apps.recommendations.guards import KIND
from apps.recommendations.models import RecommendationVersion
from apps.recommendations.tasks import sweep_pilots
from tests.assessments.factories import person
from tests.assessments.test_pages import signed_in
from tests.commitments.pilot_subjects import MODULE, Subjects
from tests.factories import MunicipalityFactory, UserFactory, member, org_unit
from tests.municipalities.counting import at_most
from tests.recommendations.factories import version_in

pytestmark = pytest.mark.django_db

BASE = "https://kommunen.example"


@pytest.fixture
def subjects() -> Iterator[Subjects]:
    made = Subjects()
    reviewable_declaration.register(made.kind())
    yield made
    reviewable_declaration.unregister(MODULE)


@pytest.fixture
def subject(subjects: Subjects) -> Subject:
    return subjects.add()


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(staff=True)


def planned(subject: Subject, municipality: Municipality, staff: User) -> Pilot:
    with scope.enter(scope.programme()):
        return actions.plan_pilot(
            actor=staff,
            municipality=municipality,
            subject_kind=subject.kind,
            subject_id=subject.subject_id,
            base_url=BASE,
        )


def plan(**fields: Any) -> dict[str, Any]:
    return {
        "plan": "Ein halbes Jahr lang im Bürgeramt.",
        "org_unit": None,
        "starts_on": timezone.localdate() - timedelta(days=90),
        "ends_on": None,
        "indicator": "Tage bis zur Antwort",
        "unit_of_value": "Tage",
        "baseline": Decimal("41"),
        "target": Decimal("14"),
        **fields,
    }


def running(subject: Subject, municipality: Municipality, staff: User, **fields: Any) -> Pilot:
    pilot = planned(subject, municipality, staff)
    coordinator = person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        actions.write_plan(actor=coordinator, pilot_id=pilot.pk, **plan(**fields))
        return actions.begin_pilot(actor=coordinator, pilot_id=pilot.pk)


def verdict(**fields: Any) -> dict[str, Any]:
    return {
        "ends_on": timezone.localdate(),
        "result": Decimal("12.5"),
        "verdict": "works_changed",
        "verdict_reason": "Die Frist hielt, die Vorlage war zu lang.",
        "changes_wanted": "Vorlage auf eine Seite kürzen.",
        **fields,
    }


def evaluated(subject: Subject, municipality: Municipality, staff: User, **fields: Any) -> Pilot:
    pilot = running(subject, municipality, staff)
    with scope.enter(scope.municipality(municipality)):
        coordinator = person(municipality, Role.COORDINATOR)
        return actions.evaluate_pilot(actor=coordinator, pilot_id=pilot.pk, **verdict(**fields))


def note(pilot: Pilot, municipality: Municipality, text: str = "Die Ämter fragen nach der Frist.") -> PilotEntry:
    with scope.enter(scope.municipality(municipality)):
        return actions.add_entry(
            actor=person(municipality, Role.CONTRIBUTOR),
            pilot_id=pilot.pk,
            noted_on=timezone.localdate(),
            kind="experience",
            text=text,
        )


def url(name: str, municipality: Municipality, pilot: Pilot) -> str:
    return reverse(f"pilots-{name}", args=[municipality.slug, pilot.pk])


def coordinator_of(municipality: Municipality) -> Client:
    return signed_in(person(municipality, Role.COORDINATOR))


# --- Planning -----


def test_a_pilot_is_planned_and_the_coordination_told(
    subject: Subject, municipality: Municipality, staff: User
) -> None:
    coordinator = person(municipality, Role.COORDINATOR)
    response = signed_in(staff).post(
        reverse("pilots-plan-in", args=[MODULE, subject.subject_id]), {"municipality": municipality.pk}
    )
    assert response.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        pilot = Pilot.objects.get()
        assert AuditEntry.objects.filter(verb="pilot.planned", target_id=str(pilot.pk)).exists()
    assert (pilot.state, pilot.subject_title) == ("planned", subject.title)
    with scope.enter(scope.programme()):
        mail = OutgoingMail.objects.get(kind="pilot-planned")
    assert mail.to == coordinator.email
    assert subject.title not in mail.subject + mail.text
    assert url("detail", municipality, pilot) in mail.text


def test_a_municipality_pilots_a_subject_once(subject: Subject, municipality: Municipality, staff: User) -> None:
    planned(subject, municipality, staff)
    with pytest.raises(NotPossible):
        planned(subject, municipality, staff)
    response = signed_in(staff).post(
        reverse("pilots-plan-in", args=[MODULE, subject.subject_id]), {"municipality": municipality.pk}
    )
    assert response.status_code == 422


def test_it_can_be_planned_anew_where_it_was_called_off(
    subject: Subject, municipality: Municipality, staff: User
) -> None:
    pilot = planned(subject, municipality, staff)
    with scope.enter(scope.municipality(municipality)):
        actions.call_off_pilot(actor=None, pilot_id=pilot.pk, reason="Keine Stelle frei.")
    assert planned(subject, municipality, staff).pk != pilot.pk


def test_only_what_is_ready_can_be_planned(subjects: Subjects, municipality: Municipality, staff: User) -> None:
    waiting = subjects.add(ready=False)
    with pytest.raises(NotPossible):
        planned(waiting, municipality, staff)
    response = signed_in(staff).post(
        reverse("pilots-plan-in", args=[MODULE, waiting.subject_id]), {"municipality": municipality.pk}
    )
    assert response.status_code == 422
    for missing in ((MODULE, uuid4()), ("nothing", uuid4())):
        assert signed_in(staff).get(reverse("pilots-subject", args=missing)).status_code == 404


# --- Plan and beginning -----


def test_the_plan_is_written_and_the_pilot_begins(
    subjects: Subjects, subject: Subject, municipality: Municipality, staff: User
) -> None:
    unit = org_unit(municipality)
    pilot = planned(subject, municipality, staff)
    client = coordinator_of(municipality)
    form = {**plan(starts_on="2026-10-01", ends_on="", baseline="41", target="14"), "org_unit": unit.pk}
    assert client.post(url("plan", municipality, pilot), form).status_code == 303
    assert client.get(url("plan", municipality, pilot)).status_code == 200
    assert client.post(url("begin", municipality, pilot)).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        pilot.refresh_from_db()
    assert (pilot.state, pilot.org_unit_id, pilot.baseline) == ("running", unit.pk, Decimal("41"))
    assert [told for _actor, told in subjects.told] == [subject.subject_id]


def test_it_does_not_begin_without_a_complete_plan(
    subjects: Subjects, subject: Subject, municipality: Municipality, staff: User
) -> None:
    pilot = planned(subject, municipality, staff)
    client = coordinator_of(municipality)
    client.post(url("begin", municipality, pilot))
    tomorrow = timezone.localdate() + timedelta(days=1)
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(NotPossible) as refused:
            actions.begin_pilot(actor=staff, pilot_id=pilot.pk)
        assert len(refused.value.reasons) == 1
        actions.write_plan(actor=staff, pilot_id=pilot.pk, **plan(starts_on=tomorrow))
        with pytest.raises(NotPossible):
            actions.begin_pilot(actor=staff, pilot_id=pilot.pk)
        assert Pilot.objects.get().state == "planned"
    assert subjects.told == []


def test_it_does_not_begin_once_its_subject_cannot_be_piloted_any_more(
    subjects: Subjects, subject: Subject, municipality: Municipality, staff: User
) -> None:
    pilot = planned(subject, municipality, staff)
    with scope.enter(scope.municipality(municipality)):
        actions.write_plan(actor=staff, pilot_id=pilot.pk, **plan())
    subjects.ready.clear()
    client = coordinator_of(municipality)
    page = client.get(url("detail", municipality, pilot))
    assert page.context["missing"] == ["Eine Erprobung ist zurzeit nicht möglich."]
    assert url("begin", municipality, pilot) not in page.content.decode()
    client.post(url("begin", municipality, pilot))
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(NotPossible):
            actions.begin_pilot(actor=staff, pilot_id=pilot.pk)
        assert Pilot.objects.get().state == "planned"
    assert subjects.told == []


def test_a_withdrawn_recommendation_is_not_begun_to_be_piloted(municipality: Municipality, staff: User) -> None:
    version = version_in("pilot_ready", staff=staff)
    found = queries_pilots.is_pilotable("recommendation", version.pk)
    assert found is not None
    pilot = planned(found, municipality, staff)
    with scope.enter(scope.programme()):
        advance(actor=staff, version_id=version.pk, transition="withdraw", reason="Ein Urteil steht ihr entgegen.")
    with scope.enter(scope.municipality(municipality)):
        actions.write_plan(actor=staff, pilot_id=pilot.pk, **plan())
        with pytest.raises(NotPossible):
            actions.begin_pilot(actor=staff, pilot_id=pilot.pk)


def test_what_the_owner_refuses_is_undone(
    subjects: Subjects, subject: Subject, municipality: Municipality, staff: User
) -> None:
    pilot = planned(subject, municipality, staff)
    subjects.refuses = True
    with scope.enter(scope.municipality(municipality)):
        actions.write_plan(actor=staff, pilot_id=pilot.pk, **plan())
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.begin_pilot(actor=staff, pilot_id=pilot.pk)
        assert Pilot.objects.get().state == "planned"


def test_the_plan_of_a_running_pilot_stays(subject: Subject, municipality: Municipality, staff: User) -> None:
    pilot = running(subject, municipality, staff)
    client = coordinator_of(municipality)
    response = client.post(url("plan", municipality, pilot), plan(starts_on="2026-10-01", ends_on="", org_unit=""))
    assert response.status_code == 422
    assert client.get(url("plan", municipality, pilot)).status_code == 200


def test_a_plan_that_ends_before_it_begins_is_refused(
    subject: Subject, municipality: Municipality, staff: User
) -> None:
    pilot = planned(subject, municipality, staff)
    form = plan(starts_on="2026-10-01", ends_on="2026-09-01", org_unit="")
    response = coordinator_of(municipality).post(url("plan", municipality, pilot), form)
    assert response.status_code == 422
    assert "Ein halbes Jahr lang" in response.content.decode()


# --- Log -----


def test_the_log_is_kept_by_all_who_work_on_it(subject: Subject, municipality: Municipality, staff: User) -> None:
    pilot = running(subject, municipality, staff)
    contributor = signed_in(person(municipality, Role.CONTRIBUTOR))
    entry = {"noted_on": timezone.localdate().isoformat(), "kind": "obstacle", "text": "Kein Raum frei."}
    assert contributor.post(url("note", municipality, pilot), entry).status_code == 303
    page = contributor.get(url("detail", municipality, pilot)).content.decode()
    assert "Kein Raum frei." in page
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for wrong in ({**entry, "text": ""}, {**entry, "noted_on": tomorrow}):
        response = contributor.post(url("note", municipality, pilot), wrong)
        assert response.status_code == 422
    with scope.enter(scope.municipality(municipality)):
        (noted,) = AuditEntry.objects.filter(verb="pilot.noted")
    assert noted.data == {"kind": "obstacle"}


def test_the_log_closes_with_the_pilot(subject: Subject, municipality: Municipality, staff: User) -> None:
    pilot = evaluated(subject, municipality, staff)
    with pytest.raises(NotPossible):
        note(pilot, municipality)
    entry = {"noted_on": timezone.localdate().isoformat(), "kind": "change", "text": "Zu spät."}
    response = coordinator_of(municipality).post(url("note", municipality, pilot), entry)
    assert response.status_code == 422


# --- Evaluating and calling off -----


def test_a_running_pilot_is_evaluated(
    subjects: Subjects, subject: Subject, municipality: Municipality, staff: User
) -> None:
    pilot = running(subject, municipality, staff)
    client = coordinator_of(municipality)
    assert client.get(url("evaluate", municipality, pilot)).status_code == 200
    form = verdict(ends_on=timezone.localdate().isoformat(), result="12.5")
    assert client.post(url("evaluate", municipality, pilot), form).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        pilot.refresh_from_db()
    assert (pilot.state, pilot.verdict, pilot.result) == ("evaluated", "works_changed", Decimal("12.500"))
    assert len(subjects.told) == 2
    assert "Vorlage auf eine Seite" in client.get(url("detail", municipality, pilot)).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"verdict_reason": ""}, {"verdict": "perhaps"}, {"ends_on": "2020-01-01"}, {"changes_wanted": ""}],
)
def test_an_evaluation_says_when_what_and_why(
    subject: Subject, municipality: Municipality, staff: User, wrong: dict[str, str]
) -> None:
    pilot = running(subject, municipality, staff)
    form = {**verdict(ends_on=timezone.localdate().isoformat()), **wrong}
    assert coordinator_of(municipality).post(url("evaluate", municipality, pilot), form).status_code == 422
    with scope.enter(scope.municipality(municipality)):
        assert Pilot.objects.get().state == "running"


def test_only_a_running_pilot_is_evaluated_and_for_good(
    subject: Subject, municipality: Municipality, staff: User
) -> None:
    pilot = planned(subject, municipality, staff)
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(NotPossible):
            actions.evaluate_pilot(actor=staff, pilot_id=pilot.pk, **verdict())
        actions.write_plan(actor=staff, pilot_id=pilot.pk, **plan())
        actions.begin_pilot(actor=staff, pilot_id=pilot.pk)
        for wrong in ({"verdict_reason": " "}, {"ends_on": timezone.localdate() - timedelta(days=400)}):
            with pytest.raises(NotPossible):
                actions.evaluate_pilot(actor=staff, pilot_id=pilot.pk, **verdict(**wrong))
        actions.evaluate_pilot(actor=staff, pilot_id=pilot.pk, **verdict())
        actions.evaluate_pilot(actor=staff, pilot_id=pilot.pk, **verdict(verdict="works"))
        assert Pilot.objects.get().verdict == "works_changed"
        with pytest.raises(NotPossible):
            actions.call_off_pilot(actor=staff, pilot_id=pilot.pk, reason="Doch nicht.")
        with pytest.raises(NotPossible):
            actions.begin_pilot(actor=staff, pilot_id=pilot.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            Pilot.objects.filter(pk=pilot.pk).update(verdict="works")


def test_a_pilot_is_called_off_with_a_reason(subject: Subject, municipality: Municipality, staff: User) -> None:
    pilot = running(subject, municipality, staff)
    client = coordinator_of(municipality)
    assert client.get(url("call-off", municipality, pilot)).status_code == 200
    assert client.post(url("call-off", municipality, pilot), {"reason": ""}).status_code == 422
    assert client.post(url("call-off", municipality, pilot), {"reason": "Kein Personal."}).status_code == 303
    assert client.post(url("call-off", municipality, pilot), {"reason": "Noch einmal."}).status_code == 303
    assert "Kein Personal." in client.get(url("detail", municipality, pilot)).content.decode()
    with scope.enter(scope.municipality(municipality)), pytest.raises(NotPossible):
        actions.call_off_pilot(actor=staff, pilot_id=planned_again(subject, municipality, staff), reason=" ")


def planned_again(subject: Subject, municipality: Municipality, staff: User) -> Any:
    made = Pilot(
        subject_kind=subject.kind, subject_id=subject.subject_id, subject_title=subject.title, planned_by=staff
    )
    made.save(force_insert=True)
    return made.pk


# --- What it counts for -----


def test_evidence_counts_different_municipalities(subject: Subject, municipality: Municipality, staff: User) -> None:
    evaluated(subject, municipality, staff)
    running(subject, MunicipalityFactory(), staff)
    planned(subject, MunicipalityFactory(), staff)
    with scope.enter(scope.programme()):
        found = evidence(MODULE, subject.subject_id, None)
    assert (found.running, found.evaluated) == (2, 1)


def test_the_overview_says_how_many_are_still_needed(
    subjects: Subjects, subject: Subject, municipality: Municipality, staff: User
) -> None:
    client = signed_in(staff)
    page = client.get(reverse("pilots-overview")).content.decode()
    assert subject.title in page
    assert reverse("pilots-plan-in", args=[MODULE, subject.subject_id]) in page
    evaluated(subject, municipality, staff)
    done = subjects.add("Alt: Sprache im Amt")
    evaluated(done, municipality, staff)
    subjects.ready.discard(done.subject_id)
    page = client.get(reverse("pilots-overview")).content.decode()
    assert municipality.name in page
    assert "Alt: Sprache im Amt" in page
    assert reverse("pilots-plan-in", args=[MODULE, done.subject_id]) not in page


def test_the_comparison_stands_side_by_side_with_or_without_names(
    subject: Subject, municipality: Municipality, staff: User
) -> None:
    other = MunicipalityFactory(name="Buchental")
    pilot = evaluated(subject, other, staff)
    running(subject, municipality, staff)
    del pilot
    page = reverse("pilots-subject", args=[MODULE, subject.subject_id])
    html = signed_in(staff).get(page).content.decode()
    for words in ("Buchental", municipality.name, "12,5 Tage", "41 Tage", "Vorlage auf eine Seite"):
        assert words in html
    without = signed_in(staff).get(f"{page}?names=no").content.decode()
    assert "Vorlage auf eine Seite" in without
    assert "Buchental" not in without
    assert municipality.name not in without


def test_empty_pages_say_what_to_do(subjects: Subjects, municipality: Municipality, staff: User) -> None:
    subject = subjects.add()
    client = signed_in(staff)
    assert "app-empty" in client.get(reverse("pilots-subject", args=[MODULE, subject.subject_id])).content.decode()
    listed = coordinator_of(municipality).get(reverse("pilots-list", args=[municipality.slug]))
    assert "app-empty" in listed.content.decode()


def test_two_evaluated_pilots_move_a_recommendation_on(municipality: Municipality, staff: User) -> None:
    version = version_in("pilot_ready")
    found = queries_pilots.subject(KIND, version.pk)
    assert found is not None
    first = running(found, municipality, staff)
    assert state_after_pilots(version) == "piloting"
    evaluate(first, municipality)
    assert state_after_pilots(version) == "piloting"
    other = MunicipalityFactory()
    evaluated(found, other, staff)
    assert state_after_pilots(version) == "pilot_evaluated"
    assert "KfA-HE" in coordinator_of(other).get(reverse("pilots-list", args=[other.slug])).content.decode()


def test_a_lost_message_is_made_up_for(municipality: Municipality, staff: User) -> None:
    version, untouched = version_in("pilot_ready"), version_in("pilot_ready")
    found = queries_pilots.subject(KIND, version.pk)
    assert found is not None
    evaluated(found, municipality, staff)
    evaluated(found, MunicipalityFactory(), staff)
    for _time in range(2):
        sweep_pilots(scope=scope.programme().as_json())
    version.refresh_from_db()
    untouched.refresh_from_db()
    assert (version.state, untouched.state) == ("pilot_evaluated", "pilot_ready")


def state_after_pilots(version: RecommendationVersion) -> str:
    """The state once the task that a pilot sends has run."""
    with scope.enter(scope.programme()):
        follow_pilots(version_id=version.pk)
        version.refresh_from_db()
    return version.state


def evaluate(pilot: Pilot, municipality: Municipality) -> None:
    with scope.enter(scope.municipality(municipality)):
        coordinator = person(municipality, Role.COORDINATOR)
        actions.evaluate_pilot(actor=coordinator, pilot_id=pilot.pk, **verdict())


# --- Who may -----


def test_employees_see_no_pilots_and_contributors_do_not_steer(
    subject: Subject, municipality: Municipality, staff: User
) -> None:
    pilot = running(subject, municipality, staff)
    employee = signed_in(member(municipality, Role.EMPLOYEE))
    assert employee.get(url("detail", municipality, pilot)).status_code == 403
    contributor = signed_in(person(municipality, Role.CONTRIBUTOR))
    assert contributor.get(url("evaluate", municipality, pilot)).status_code == 403
    assert contributor.post(url("begin", municipality, pilot)).status_code == 403


def test_another_municipality_finds_nothing(subject: Subject, municipality: Municipality, staff: User) -> None:
    other = MunicipalityFactory()
    pilot = running(subject, other, staff)
    assert coordinator_of(municipality).get(url("detail", municipality, pilot)).status_code == 404


# --- Costs -----


def test_pages_take_as_many_queries_for_many_pilots(subject: Subject, municipality: Municipality, staff: User) -> None:
    pilot = running(subject, municipality, staff)
    for _number in range(3):
        note(pilot, municipality)
        evaluated(subject, MunicipalityFactory(), staff)
    client, team = coordinator_of(municipality), signed_in(staff)
    for who, page, maximum in (
        (client, reverse("pilots-list", args=[municipality.slug]), 8),
        (client, url("detail", municipality, pilot), 10),
        (team, reverse("pilots-overview"), 8),
        (team, reverse("pilots-subject", args=[MODULE, subject.subject_id]), 10),
    ):
        who.get(page)
        with at_most(maximum):
            assert who.get(page).status_code == 200
    entry = {"noted_on": timezone.localdate().isoformat(), "kind": "change", "text": "Eine Woche länger."}
    with at_most(12):
        assert client.post(url("note", municipality, pilot), entry).status_code == 303
