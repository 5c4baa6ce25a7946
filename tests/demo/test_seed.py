"""The demo programme: complete, fictional, the same each time."""

import csv
import time
from collections import Counter
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps as django_apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from pytest_django import Settings

from apps.accounts.models import ProgrammeInvitation, ProgrammeRole, User
from apps.assessments import queries
from apps.assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    AssessmentSection,
    Decision,
    Delegation,
    DelegationLink,
    DepartmentAnswer,
    Evidence,
    EvidenceUse,
    Need,
    OutsideReading,
    Profile,
    Remark,
    Routine,
    RoutineCheck,
    RoutineExample,
    RoutineKind,
    RoutineRelease,
    Signature,
    ThenRating,
    Wave,
)
from apps.commitments.models import CalendarToken, MeasureComment
from apps.core import scope
from apps.demo.content.municipalities import MUNICIPALITIES
from apps.demo.seeding import PASSWORD
from apps.demo.seeding.together import document
from apps.files.checks import DOCX, check
from apps.municipalities.models import Membership, Municipality, Role, Territory
from apps.municipalities.models.invitation import Invitation
from apps.municipalities.register import search
from apps.notifications.models import OutgoingMail
from apps.recommendations.models import Contribution
from apps.reports.models import ReportJob
from apps.training.models import (
    Approver,
    Certificate,
    ConfidentialAttendance,
    ConfidentialPlace,
    Overlay,
    Progress,
)

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOT_FOR_THE_PROGRAMME = (Approver, Certificate, ConfidentialAttendance, ConfidentialPlace, Overlay, Progress)
STANDS = {"signed_off": 4, "in_review": 2, "in_progress": 3, "invited": 1}


def of_the_workshop() -> list[type[Model]]:
    """Every kind of row of benches, panel, trainings and what municipalities make of recommendations."""
    apps_of_it = ("recommendations", "reviews", "commitments", "training")
    kinds = [model for name in apps_of_it for model in django_apps.get_app_config(name).get_models()]
    # Without a time, or not for the programme.
    hidden: list[type[Model]] = [Contribution, MeasureComment, CalendarToken, *NOT_FOR_THE_PROGRAMME]
    return [ProgrammeRole, ProgrammeInvitation, *(kind for kind in kinds if kind not in hidden)]


def everything() -> Counter[str]:
    """How many rows there are of each kind, and when the last of them was written."""
    counted: Counter[str] = Counter()
    with scope.enter(scope.programme()):
        for model in (
            Assessment,
            Answer,
            AnswerRevision,
            Signature,
            Delegation,
            Evidence,
            EvidenceUse,
            Decision,
            ThenRating,
            Remark,
            OutsideReading,
            Need,
            Routine,
            RoutineCheck,
            RoutineExample,
            Membership,
            Invitation,
            OutgoingMail,
            ReportJob,
            Municipality,
            User,
            Territory,
            *of_the_workshop(),
        ):
            counted[model.__name__] = model._base_manager.count()
            latest = model._base_manager.order_by("-updated_at").values_list("updated_at", flat=True).first()
            counted[f"{model.__name__} {latest}"] = 1
    return counted


def test_ten_model_municipalities_are_at_different_stands(seeded: str) -> None:
    with scope.enter(scope.programme()):
        first = Wave.objects.get(label="T0", profile=Profile.STANDARD, topic="")
        states = Counter(Assessment.objects.filter(wave=first).values_list("state", flat=True))
        second = Counter(Assessment.objects.filter(wave__label="T1").values_list("state", flat=True))
    assert Municipality.objects.filter(stage="model").count() == 10
    assert states == STANDS
    assert sum(second.values()) == 4 and second["in_progress"] == 2
    assert "gemeinsam" in seeded and "@lindenfurt.example" in seeded


def test_every_role_is_there_and_somebody_works_for_two_municipalities(seeded: str) -> None:
    with scope.enter(scope.programme()):
        roles = set(Membership.objects.values_list("role", flat=True))
        places: Counter[str] = Counter()
        for membership in Membership.objects.all():
            places[str(membership.user_id)] += 1
        invitations = Invitation.objects.filter(state="open").count()
    assert roles == set(Role.values)
    assert max(places.values()) == 2
    assert invitations == 2
    assert User.objects.filter(is_project_staff=True).count() == 2


def test_a_signed_assessment_is_whole_and_signed_by_its_signatory(seeded: str) -> None:
    lindenfurt = Municipality.objects.get(slug="lindenfurt")
    with scope.enter(scope.municipality(lindenfurt)):
        assessment = Assessment.objects.get(wave__label="T0", wave__topic="")
        signature = Signature.objects.get(assessment=assessment)
        answers = Answer.objects.filter(assessment=assessment)
        levels = answers.exclude(level=None).count()
        assert answers.exclude(note="").count() > 20
        assert answers.exclude(evidence="").count() > 3
        assert set(answers.values_list("special", flat=True)) >= {"unknown"}
        assert ReportJob.objects.count() == 1
    assert levels > 45
    assert (signature.name, signature.function) == ("Henrike Vollmann", "Oberbürgermeisterin")
    assert assessment.started_at and assessment.submitted_at and assessment.signed_off_at
    assert assessment.started_at < assessment.submitted_at < assessment.signed_off_at


def test_sections_of_the_second_wave_are_in_other_hands_in_each_stand(seeded: str) -> None:
    lindenfurt = Municipality.objects.get(slug="lindenfurt")
    with scope.enter(scope.municipality(lindenfurt)):
        found = {
            row.section: (row.state, row.by_link, row.user.last_name if row.user else "")
            for row in Delegation.objects.filter(assessment__wave__label="T1", items=[]).select_related("user")
        }
        assert DelegationLink.objects.get().name == "Wiebke Larsson"
    assert found == {
        "d2": ("handed_back", False, "Demirci"),
        "d5": ("given", True, ""),
        "d6": ("given", False, "Nguyen"),
    }


def test_what_was_done_with_the_sections_in_the_demo_stays_done(seeded: str) -> None:
    lindenfurt = Municipality.objects.get(slug="lindenfurt")
    with scope.enter(scope.municipality(lindenfurt)):
        Delegation.objects.filter(section__in=("d2", "d5")).delete()
        left = Delegation.objects.count()
    call_command("demo_seed", stdout=StringIO())
    with scope.enter(scope.municipality(lindenfurt)):
        assert Delegation.objects.count() == left


def in_lindenfurt() -> AbstractContextManager[object]:
    return scope.enter(scope.municipality(Municipality.objects.get(slug="lindenfurt")))


def test_the_history_of_answers_is_as_old_as_the_answers(seeded: str) -> None:
    with in_lindenfurt():
        first = Assessment.objects.get(wave__label="T0", wave__topic="")
        answered = dict(Answer.objects.filter(assessment=first).values_list("item_id", "answered_at"))
        revisions = dict(AnswerRevision.objects.filter(assessment=first).values_list("item_id", "answered_at"))
    assert revisions == answered and len(answered) > 60


def test_one_difference_between_departments_is_decided_and_one_is_open(seeded: str) -> None:
    with in_lindenfurt():
        voices: dict[str, set[str]] = {}
        for voice in DepartmentAnswer.objects.select_related("item"):
            voices.setdefault(voice.item.name, set()).add(voice.value)
        decision = Decision.objects.select_related("item").get()
        second = queries.assessments().get(wave__label="T1")
        open_ones = queries.read(second).undecided
    assert voices == {"d7_01": {"1", "3"}, "d7_02": {"2"}, "d7_03": {"1", "2"}}
    assert (decision.item.name, decision.value) == ("d7_03", "2") and decision.reason
    assert open_ones == {"d7_01"}


def test_answers_of_the_second_wave_are_proven_and_some_are_as_before(seeded: str) -> None:
    with in_lindenfurt():
        second = Assessment.objects.select_related("wave", "municipality").get(wave__label="T1")
        assert second.wave.evidence_required and second.wave.then_test
        unchanged = Answer.objects.filter(assessment=second).exclude(unchanged_at=None)
        assert unchanged.count() == 6
        assert Evidence.objects.exclude(url="").count() == Evidence.objects.exclude(document=None).count() == 1
        states = dict(AssessmentSection.objects.filter(assessment=second).values_list("name", "invalid"))
        corrected = AnswerRevision.objects.filter(assessment=second, item__name="d1_03").values_list("value", flat=True)
        assert list(corrected) == ["2", "3"]
        assert ThenRating.objects.count() == 5
    assert {name: number for name, number in states.items() if number} == {"d7": 1}  # what departments differ on


def test_organisations_the_project_team_and_the_municipality_talk_about_items(seeded: str) -> None:
    with in_lindenfurt():
        readings = dict(OutsideReading.objects.values_list("place", "state"))
        threads = Counter(Remark.objects.filter(thread=None).values_list("kind", flat=True))
        replies = Counter(Remark.objects.exclude(thread=None).values_list("side", flat=True))
    assert readings == {1: "submitted", 2: "invited"}
    assert threads == {"question": 2, "comment": 1, "feedback": 1}
    assert replies == {"project": 1, "municipality": 1}


def test_needs_of_the_signed_wave_have_priorities_with_reasons(seeded: str) -> None:
    with in_lindenfurt():
        weighed = Need.objects.filter(assessment__wave__label="T0", lapsed_at=None).exclude(priority="")
        assert weighed.exclude(priority_reason="").count() == 5
        assert set(weighed.values_list("priority", flat=True)) == {"high", "medium", "not_now"}


def test_routines_are_in_each_state_and_examples_proposed_and_published(seeded: str) -> None:
    with in_lindenfurt():
        checks = dict(RoutineCheck.objects.values_list("routine__name", "state"))
        assert Routine.objects.count() == 4 and Counter(checks.values()) == {"completed": 2, "in_progress": 1}
        assert set(Routine.objects.values_list("kind", flat=True)) == set(RoutineKind.values)
        assert Need.objects.filter(kind="routine").count() > 8
        assert RoutineRelease.objects.count() == 1
    assert Counter(RoutineExample.objects.values_list("state", flat=True)) == {"published": 1, "proposed": 1}


def test_small_administrations_answer_the_short_questionnaire(seeded: str) -> None:
    with scope.enter(scope.programme()):
        found = Assessment.objects.filter(wave__profile=Profile.BASIS)
        states = dict(found.values_list("municipality__slug", "state"))
        levels = Answer.objects.filter(assessment__in=found).exclude(level=None).count()
    assert states == {"hagenmoor": "in_progress", "birkenmuende": "invited"}
    assert 5 < levels < 15
    assert set(Municipality.objects.filter(slug__in=states).values_list("stage", flat=True)) == {"associated"}


def test_a_decision_can_stand_for_a_signature(seeded: str) -> None:
    with scope.enter(scope.programme()):
        signature = Signature.objects.get(assessment__municipality__slug="amt-schilfsee")
    assert signature.kind == "decision" and "Amtsausschuss" in signature.reference


def test_the_document_that_is_uploaded_is_one() -> None:
    assert check("Konzept.docx", document()).kind == DOCX


def test_seeding_takes_less_than_half_a_minute(seeding_seconds: float) -> None:
    assert seeding_seconds < 30


def test_a_second_run_changes_nothing_and_is_fast(seeded: str) -> None:
    before = everything()
    began = time.monotonic()
    call_command("demo_seed", stdout=StringIO())
    assert time.monotonic() - began < 2
    assert everything() == before


def test_a_role_that_was_ended_in_the_demo_stays_ended(seeded: str) -> None:
    silberquell = Municipality.objects.get(slug="silberquell")
    with scope.enter(scope.municipality(silberquell)):
        Membership.objects.filter(role=Role.EMPLOYEE).delete()
    call_command("demo_seed", stdout=StringIO())
    with scope.enter(scope.municipality(silberquell)):
        assert not Membership.objects.filter(role=Role.EMPLOYEE).exists()


def test_people_can_sign_in_with_the_password_that_is_printed(seeded: str) -> None:
    assert User.objects.get(email="amina.reuter@lindenfurt.example").check_password(PASSWORD)


def test_seeding_is_refused_outside_a_demo(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off"):
        call_command("demo_seed")


def test_the_fictional_land_is_a_register_of_its_own(seeded: str) -> None:
    territories = Territory.objects.filter(land="99")
    assert all(ags.startswith("99") for ags in territories.exclude(ags=None).values_list("ags", flat=True))
    assert {place.get_type_class_display() for place in Municipality.objects.all()} == {
        str(Municipality.TypeClass(value).label) for value in Municipality.TypeClass.values
    }
    assert {place.size_class for place in Municipality.objects.all()} >= {"rural", "small_town", "medium_town", "city"}


def test_no_name_of_the_demo_is_a_real_place(seeded: str, shared_data: Path) -> None:
    with (shared_data / "gv-isys-2021.csv").open(encoding="utf-8-sig", newline="") as source:
        real = {
            search.normalise(search.bare_name(row["gemeindename"], drop_titles=True)) for row in csv.DictReader(source)
        }
    names = [place.name for place in MUNICIPALITIES]
    names += list(Territory.objects.filter(land="99").values_list("name", flat=True))
    assert not {search.normalise(search.bare_name(name, drop_titles=True)) for name in names} & real


def test_seeding_stays_within_a_few_queries_when_there_is_nothing_to_do(seeded: str) -> None:
    connection.force_debug_cursor = True
    before = len(connection.queries)
    call_command("demo_seed", stdout=StringIO())
    connection.force_debug_cursor = False
    assert len(connection.queries) - before < 110
