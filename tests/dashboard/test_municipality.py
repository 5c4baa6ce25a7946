"""A municipality's home: what is mine to do, and until when."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.assessments.actions.assessments import return_to_progress
from apps.assessments.models import Assessment
from apps.core import scope
from apps.municipalities.actions.invitations import invite
from apps.municipalities.models import Municipality
from apps.municipalities.models.invitation import Invitation
from apps.reports.actions import request_report
from tests.assessments import factories as assessments
from tests.dashboard.counting import queries_of
from tests.factories import member

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = []


def home_of(client: Client, municipality: Municipality, who: Any) -> str:
    """The page as `who` (a person, or a role somebody holds) sees it: the main part, links and words."""
    client.force_login(who if not isinstance(who, str) else assessments.person(municipality, who))
    response = client.get(reverse("dashboard-municipality", args=[municipality.slug]))
    assert response.status_code == 200
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<(?!a )[^>]+>", " ", main).split())


def link_to(name: str, assessment: Assessment, *more: str) -> str:
    return f'href="{reverse(name, args=[assessment.municipality.slug, assessment.pk, *more])}"'


def test_the_coordinator_sees_the_open_sections_with_deadline_and_links(
    client: Client, municipality: Municipality
) -> None:
    wave = assessments.wave(opens_on=TODAY - timedelta(days=3), closes_on=TODAY + timedelta(days=3))
    assessment = assessments.started(municipality, wave)
    assessments.save(assessment, {f"d10_0{number}": "1" for number in range(1, 5)})
    page = home_of(client, municipality, "coordinator")
    assert "Frist:" in page and "noch 3 Tage" in page
    assert link_to("assessments-section", assessment, "d1") in page
    assert "Leitbild, Steuerung, Ressourcen" in page
    assert "0 von 7 Pflichtfragen beantwortet" in page
    assert "1 vollständiger Abschnitt" in page
    assert "nichts zu tun" not in page


def test_an_assessment_that_has_not_begun_is_the_coordinators_to_begin(
    client: Client, municipality: Municipality
) -> None:
    coordinator = member(municipality, "coordinator")
    assessment = assessments.invited(municipality)
    page = home_of(client, municipality, coordinator)
    assert "Bereit zum Beginn" in page and link_to("assessments-detail", assessment) in page
    other = home_of(client, municipality, "contributor")
    assert "nichts zu tun" in other and "Bereit zum Beginn" not in other


def test_when_everything_is_answered_the_next_step_is_to_hand_in(client: Client, municipality: Municipality) -> None:
    assessment = assessments.answered(municipality)
    assert link_to("assessments-check", assessment) in home_of(client, municipality, "coordinator")
    assert link_to("assessments-check", assessment) not in home_of(client, municipality, "contributor")


def test_the_contributor_sees_the_sections_to_answer_and_whom_to_ask(
    client: Client, municipality: Municipality
) -> None:
    assessment = assessments.started(municipality)
    page = home_of(client, municipality, "contributor")
    assert link_to("assessments-section", assessment, "d3") in page
    assert assessments.person(municipality, "coordinator").email in page
    assert "Einladungen" not in page


def test_the_reason_of_a_return_is_shown_to_those_who_answer(client: Client, municipality: Municipality) -> None:
    assessment = assessments.in_review(municipality)
    signatory, reason = assessments.person(municipality, "signatory"), "Bitte Feld 5 mit dem Personalrat klären."
    with scope.enter(scope.municipality(municipality)):
        return_to_progress(
            actor=signatory, assessment_id=assessment.pk, reason="Bitte Feld 5 mit dem Personalrat klären."
        )
    assert reason in home_of(client, municipality, "coordinator")


def test_the_signatory_sees_what_waits_for_the_signature(client: Client, municipality: Municipality) -> None:
    signatory = member(municipality, "signatory")
    assessment = assessments.in_review(municipality)
    page = home_of(client, municipality, signatory)
    assert "Wartet auf Ihre Unterschrift" in page and link_to("assessments-review", assessment) in page
    waiting = home_of(client, municipality, "coordinator")
    assert "Wartet auf Unterschrift" in waiting and "Wartet auf Ihre Unterschrift" not in waiting


def test_while_others_answer_the_signatory_has_nothing_to_do(client: Client, municipality: Municipality) -> None:
    assessments.started(municipality)
    page = home_of(client, municipality, "signatory")
    assert "nichts zu tun" in page and "Andere arbeiten" in page


def test_a_coordinator_without_a_signatory_is_told_to_invite_one(client: Client, municipality: Municipality) -> None:
    assessments.in_review(municipality)
    page = home_of(client, municipality, "coordinator")
    assert "Noch kann niemand unterschreiben" in page
    assert reverse("municipalities-invitations", args=[municipality.slug]) in page


def test_a_signed_assessment_leads_to_its_result(client: Client, municipality: Municipality) -> None:
    assessment = assessments.signed(municipality)
    page = home_of(client, municipality, "coordinator")
    assert link_to("assessments-result", assessment) in page
    assert f"unterschrieben von {assessments.person(municipality, 'signatory')}" in page


def test_open_and_expired_invitations_are_shown_to_those_who_invite(client: Client, municipality: Municipality) -> None:
    coordinator = member(municipality, "coordinator")
    with scope.enter(scope.municipality(municipality)):
        for name in ("neu", "alt"):
            invite(
                actor=coordinator,
                municipality=municipality,
                email=f"{name}@kommune.example",
                role="contributor",
                base_url="https://kommunen.example",
            )
        Invitation.objects.filter(email="alt@kommune.example").update(expires_at=timezone.now() - timedelta(days=1))
    page = home_of(client, municipality, coordinator)
    assert "neu@kommune.example" in page and re.search(r"alt@kommune\.example .* abgelaufen", page)
    assert "neu@kommune.example" not in home_of(client, municipality, "contributor")


def test_reports_are_shown_to_those_who_may_request_them(client: Client, municipality: Municipality) -> None:
    assessment = assessments.started(municipality)
    coordinator = assessments.person(municipality, "coordinator")
    with scope.enter(scope.municipality(municipality)):
        job = request_report(actor=coordinator, kind="assessment", subject=assessment, key=uuid4())
    link = reverse("reports-job", args=[municipality.slug, job.pk])
    assert link in home_of(client, municipality, "coordinator")
    assert link in home_of(client, municipality, "signatory")
    assert link not in home_of(client, municipality, "contributor")


def test_an_employee_finds_a_calm_page_without_a_word_of_the_answers(
    client: Client, municipality: Municipality
) -> None:
    assessments.started(municipality)
    page = home_of(client, municipality, "employee")
    assert "nichts zu tun" in page
    assert assessments.person(municipality, "coordinator").email in page
    assert "Pflichtfragen" not in page and "assessments" not in page


def test_whoever_holds_two_roles_sees_the_tasks_of_both(client: Client, municipality: Municipality) -> None:
    both = member(municipality, "coordinator")
    member(municipality, "signatory", user=both)
    wave = assessments.wave()
    assessments.in_review(municipality, wave)
    second = assessments.wave("T1", instrument_version=wave.instrument_version)
    assessments.started(municipality, second)
    page = home_of(client, municipality, both)
    assert "Wartet auf Ihre Unterschrift" in page and "Offene Abschnitte" in page


def test_project_staff_are_told_that_their_visit_is_on_record(
    client: Client, municipality: Municipality, staff: AbstractBaseUser
) -> None:
    assessments.started(municipality)
    page = home_of(client, municipality, staff)
    assert "Sie sehen hier als Mitglied des Projektteams" in page and "Offene Abschnitte" in page


def test_nothing_of_another_municipality_is_shown(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    foreign = assessments.started(other_municipality)
    page = home_of(client, municipality, "coordinator")
    assert str(foreign.pk) not in page and "nichts zu tun" in page


def test_the_number_of_queries_is_small_and_does_not_grow(client: Client, municipality: Municipality) -> None:
    coordinator = member(municipality, "coordinator")
    client.force_login(coordinator)

    def queries() -> int:
        return queries_of(lambda: client.get(reverse("dashboard-municipality", args=[municipality.slug])))

    wave = assessments.wave()
    assessments.in_review(municipality, wave)
    few = queries()
    for number in (1, 2, 3):
        assessment = assessments.started(
            municipality, assessments.wave(f"T{number}", instrument_version=wave.instrument_version)
        )
        with scope.enter(scope.municipality(municipality)):
            request_report(actor=coordinator, kind="assessment", subject=assessment, key=uuid4())
            invite(
                actor=coordinator,
                municipality=municipality,
                email=f"{number}@kommune.example",
                role="employee",
                base_url="",
            )
    assert queries() == few <= 10
