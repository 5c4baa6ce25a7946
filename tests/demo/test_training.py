"""The demo's trainings: two modules on their way, sessions in each state, places, gates, learning alone."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import ProgrammeRole, User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.demo.content import training as content
from apps.municipalities.models import Municipality
from apps.training import queries_certificates, queries_overlays, queries_places
from apps.training.models import (
    Approver,
    Attendance,
    Completion,
    ConfidentialPlace,
    Enrolment,
    GateDocument,
    MandatoryTraining,
    Module,
    ModuleVersion,
    Overlay,
    Package,
    Progress,
    Room,
    Session,
    SessionShare,
    TrainerQualification,
    TrainingOpening,
)

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LEA = "lea.sommerfeld@lindenfurt.example"


def session_of(number: int, **of: object) -> Session:
    return Session.objects.get(module__number=number, **of)


def lindenfurt() -> Municipality:
    return Municipality.objects.get(slug="lindenfurt")


def test_six_modules_are_offered_one_as_the_standard_and_one_being_piloted(seeded: str) -> None:
    states = dict(ModuleVersion.objects.values_list("module__number", "state"))
    assert states == {1: "standard", 2: "idea", 3: "idea", 4: "piloting", 5: "idea", 6: "idea"}
    assert not Module.objects.filter(offered=None).exists()
    assert not ModuleVersion.objects.filter(shared_as_draft_at=None).exists()
    basics = Module.objects.select_related("offered").get(number=content.BASICS)
    assert basics.offered is not None and basics.offered.number > 1  # changed after the pilots


def test_the_standard_was_reviewed_twice_and_took_most_of_a_year(seeded: str) -> None:
    steps = list(ModuleVersion.objects.get(module__number=content.BASICS).changes.order_by("created_at"))
    assert [step.to_state for step in steps] == [
        "draft",
        "panel_review",
        "pilot_ready",
        "piloting",
        "pilot_evaluated",
        "panel_final",
        "standard",
    ]
    assert (steps[-1].created_at - steps[0].created_at).days > 250


def test_three_trainers_one_of_them_named_and_one_overdue(seeded: str) -> None:
    trainers = ProgrammeRole.objects.filter(role="trainer")
    assert trainers.count() == 3 and trainers.filter(is_named=True).count() == 1
    assert TrainerQualification.objects.filter(valid_until__lt=timezone.localdate()).count() == 1


def test_records_are_open_where_the_documents_are_stored_and_one_shows_what_is_missing(seeded: str) -> None:
    opened = set(TrainingOpening.objects.filter(closed_at=None).values_list("of__slug", flat=True))
    with scope.enter(scope.programme()):
        begun = set(GateDocument.objects.values_list("municipality__slug", flat=True))
    assert len(opened) == 9 and begun - opened == {"landkreis-moorwald"}


def test_sessions_are_in_each_state_with_rooms_that_say_how_to_get_in(seeded: str) -> None:
    states = Counter(Session.objects.values_list("state", flat=True))
    assert states == {"open": 5, "held": 1, "planned": 1, "cancelled": 1}
    assert Room.objects.count() == 3 and Room.objects.filter(step_free=True).exclude(accessibility="").count() == 2
    shares = SessionShare.objects.filter(session=session_of(content.DISCRETION)).exclude(quota=None)
    assert set(shares.values_list("quota", "taken")) == {(2, 2), (3, 0)}


def test_the_full_session_has_an_offer_open_and_people_waiting(seeded: str) -> None:
    full = session_of(content.COMPLAINT)
    with scope.enter(scope.programme()):
        states = Counter(Enrolment.objects.filter(session=full).values_list("state", flat=True))
        offered = Enrolment.objects.select_related("user").get(session=full, state="offered")
    assert states == {"enrolled": 3, "offered": 1, "waiting": 2, "cancelled": 1}
    assert (full.free, full.waiting, offered.user.email) == (0, 2, LEA)


def test_who_was_there_often_enough_has_completed_the_module(seeded: str) -> None:
    held = session_of(content.BASICS, state="held")
    with scope.enter(scope.programme()):
        states = Counter(Enrolment.objects.filter(session=held).values_list("state", flat=True))
        assert Attendance.objects.filter(enrolment__session=held).count() == 11
        assert Completion.objects.filter(session=held).count() == 5
    assert states == {"attended": 5, "absent": 2}


def test_an_enrolment_waits_for_its_approver(seeded: str) -> None:
    with scope.enter(scope.municipality(Municipality.objects.get(slug="brueckmuende"))):
        asked = Enrolment.objects.select_related("user").get(state="requested")
        approver = Approver.objects.select_related("user").get()
    assert (asked.user.last_name, approver.user.last_name) == ("Tran", "Zieliński")


def test_lindenfurt_adds_to_a_module_requires_it_and_orders_a_package(seeded: str) -> None:
    with scope.enter(scope.municipality(lindenfurt())):
        basics = queries_overlays.module_with_additions("grundlagen")
        assert basics is not None and basics.offered is not None
        beneath = queries_overlays.places_of(basics.offered)
        changed = {
            row.unit_key for row in Overlay.objects.filter(module=basics) if row.seen != beneath[row.unit_key].sign
        }
        assert changed == {"drei-fragen"} and Overlay.objects.count() == 3
        assert MandatoryTraining.objects.get().module_id == basics.pk
        assert Package.objects.get().state == "queued"
        progress = {row.module.number: bool(row.finished_at) for row in Progress.objects.select_related("module")}
    assert progress == {content.DISCRETION: False, content.COMPLAINT: False, content.LEADING: True}


def test_somebody_can_have_what_was_completed_certified(seeded: str) -> None:
    person = User.objects.get(email=LEA)
    with scope.enter(scope.person(person)):
        (found,) = queries_certificates.certifiable(person)
        states = Counter(place.state for place in queries_places.my_places(person))
    assert found.certificate is None and len(found.days) == 2 and found.minutes == 360
    assert states == {"attended": 1, "offered": 1, "enrolled": 1}


def test_only_the_person_sees_the_place_in_the_empowerment_session(seeded: str, client: Client) -> None:
    person, about = User.objects.get(email=LEA), session_of(content.EMPOWERMENT)
    for asked in (scope.programme(), scope.municipality(lindenfurt())):
        with scope.enter(asked):
            assert not AuditEntry.objects.filter(target_id=str(about.pk), actor=person).exists()
    with scope.enter(scope.person(person)):
        place = ConfidentialPlace.objects.get()
    assert place.session_id == about.pk
    client.force_login(person)
    assert str(place.pk) in client.get(reverse("my-trainings")).content.decode()


def test_the_host_of_a_session_for_chosen_municipalities_finds_it_in_its_own_catalogue(
    seeded: str, client: Client
) -> None:
    about = session_of(content.DISCRETION)
    client.force_login(User.objects.get(email=LEA))
    page = client.get(reverse("training-session", args=["lindenfurt", about.pk]))
    assert page.status_code == 200
    assert str(about.pk) in client.get(reverse("training-sessions", args=["lindenfurt"])).content.decode()
