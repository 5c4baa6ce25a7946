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

from apps.assessments.actions import delegations
from apps.assessments.actions.answers import Entry, save_answers
from apps.assessments.actions.assessments import return_to_progress
from apps.assessments.models import Assessment, Delegation
from apps.assessments.policies import Recipient
from apps.core import scope
from apps.municipalities.actions.invitations import invite
from apps.municipalities.models import Municipality
from apps.municipalities.models.invitation import Invitation
from apps.reports.actions import request_report
from tests.assessments import factories as assessments
from tests.dashboard.counting import queries_of
from tests.factories import member, org_unit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


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
    wave = assessments.wave(
        opens_on=timezone.localdate() - timedelta(days=3), closes_on=timezone.localdate() + timedelta(days=3)
    )
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


def give(assessment: Assessment, *sections: str, **fields: Any) -> list[Delegation]:
    """Give sections to a person or a department, due in five days."""
    municipality = assessment.municipality
    values = {"due_on": timezone.localdate() + timedelta(days=5), "base_url": "https://kommunen.example", **fields}
    with scope.enter(scope.municipality(municipality)):
        return delegations.give_sections(
            actor=assessments.person(municipality, "coordinator"),
            assessment_id=assessment.pk,
            sections=sections,
            **values,
        )


def act(action: Any, row: Delegation, **fields: Any) -> None:
    with scope.enter(scope.municipality(row.assessment.municipality)):
        action(delegation_id=row.pk, **fields)


def hand_back(row: Delegation) -> None:
    act(delegations.hand_back, row, actor=row.user, base_url="https://kommunen.example")


def test_a_contributor_sees_what_was_given_to_them_and_no_other_section(
    client: Client, municipality: Municipality
) -> None:
    assessment, contributor = assessments.started(municipality), member(municipality, "contributor")
    give(assessment, "d3", "d6", user=contributor)
    give(assessment, "d7", user=member(municipality, "contributor"))
    page = home_of(client, municipality, contributor)
    assert "Ihnen übergeben" in page and f"übergeben von {assessments.person(municipality, 'coordinator')}" in page
    assert page.count(link_to("assessments-section", assessment, "d3")) == 1
    assert page.count(link_to("assessments-section", assessment, "d6")) == 1
    assert f"fällig am {timezone.localdate() + timedelta(days=5):%d.%m.%Y}" in page
    assert "Leitbild" not in page and "Sprache und Kommunikation" not in page
    assert "nichts zu tun" not in page


def test_what_was_given_to_a_department_is_given_to_those_who_work_there(
    client: Client, municipality: Municipality
) -> None:
    unit = org_unit(municipality)
    contributor = member(municipality, "contributor", org_unit=unit)
    assessment = assessments.started(municipality)
    give(assessment, "d6", org_unit=unit)
    assert "Ihnen übergeben" in home_of(client, municipality, contributor)
    other = home_of(client, municipality, member(municipality, "contributor"))
    assert "Ihnen übergeben" not in other and link_to("assessments-section", assessment, "d1") in other


def test_a_due_date_that_has_passed_is_marked(client: Client, municipality: Municipality) -> None:
    assessment, contributor = assessments.started(municipality), member(municipality, "contributor")
    (row,) = give(assessment, "d3", user=contributor)
    with scope.enter(scope.municipality(municipality)):
        Delegation.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=2))
    assert f"überfällig seit {timezone.localdate() - timedelta(days=2):%d.%m.%Y}" in home_of(
        client, municipality, contributor
    )


def test_a_section_that_was_handed_back_is_only_to_be_looked_at(client: Client, municipality: Municipality) -> None:
    assessment, contributor = assessments.started(municipality), member(municipality, "contributor")
    (row,) = give(assessment, "d3", user=contributor)
    hand_back(row)
    page = home_of(client, municipality, contributor)
    assert "nichts zu tun" in page and "1 Abschnitt nur zum Ansehen" in page
    assert "Ihnen übergeben" not in page and link_to("assessments-section", assessment, "d3") in page


def test_a_section_given_once_more_says_why(client: Client, municipality: Municipality) -> None:
    assessment, contributor = assessments.started(municipality), member(municipality, "contributor")
    (row,) = give(assessment, "d3", user=contributor)
    hand_back(row)
    coordinator = assessments.person(municipality, "coordinator")
    act(delegations.give_back, row, actor=coordinator, reason="Es fehlen die Zahlen.", due_on=timezone.localdate())
    assert "Bitte noch einmal: Es fehlen die Zahlen." in home_of(client, municipality, contributor)


def test_whose_sections_were_all_withdrawn_sees_nothing_of_the_assessment(
    client: Client, municipality: Municipality
) -> None:
    assessment, contributor = assessments.started(municipality), member(municipality, "contributor")
    (row,) = give(assessment, "d3", user=contributor)
    act(delegations.revoke, row, actor=assessments.person(municipality, "coordinator"))
    page = home_of(client, municipality, contributor)
    assert str(assessment.pk) not in page and "nichts zu tun" in page


@pytest.mark.parametrize(
    ("stand", "page_of_all"), [("in_review", "assessments-review"), ("signed", "assessments-result")]
)
def test_pages_that_show_every_section_are_not_linked_for_whom_some_are_meant(
    client: Client, municipality: Municipality, stand: str, page_of_all: str
) -> None:
    contributor = member(municipality, "contributor")
    assessment = getattr(assessments, stand)(municipality)
    assert link_to(page_of_all, assessment) in home_of(client, municipality, contributor)
    with scope.enter(scope.municipality(municipality)):
        Delegation.objects.create(
            assessment=assessment,
            section="d3",
            user=contributor,
            due_on=timezone.localdate(),
            given_by=assessments.person(municipality, "coordinator"),
        )
    page = home_of(client, municipality, contributor)
    assert link_to(page_of_all, assessment) not in page and link_to("assessments-detail", assessment) in page


def test_the_coordinator_is_asked_to_look_at_what_came_back(client: Client, municipality: Municipality) -> None:
    coordinator = member(municipality, "coordinator")
    assessment, contributor = assessments.started(municipality), member(municipality, "contributor")
    (row,) = give(assessment, "d3", user=contributor)
    link = reverse("assessments-delegation", args=[municipality.slug, row.pk])
    assert "bitte ansehen" not in home_of(client, municipality, coordinator)
    hand_back(row)
    page = home_of(client, municipality, coordinator)
    assert "Zurückgegeben – bitte ansehen" in page and link in page and str(contributor) in page
    assert "bitte ansehen" not in home_of(client, municipality, "signatory")
    act(delegations.accept, row, actor=coordinator)
    assert link not in home_of(client, municipality, coordinator)


def test_the_coordinator_sees_how_many_items_departments_answered_differently(
    client: Client, municipality: Municipality
) -> None:
    assessment = assessments.started(municipality)
    people = [
        member(municipality, "contributor", org_unit=org_unit(municipality, name)) for name in ("Bauamt", "Amt 5")
    ]
    everything = link_to("assessments-departments", assessment)
    for person, level in zip(people, ("1", "3"), strict=True):
        assert everything not in home_of(client, municipality, "coordinator")
        give(assessment, "d1", user=person)
        with scope.enter(scope.municipality(municipality)):
            recipient = Recipient(user_id=person.pk)
            save_answers(actor=person, assessment_id=assessment.pk, entries=[Entry("d1_01", (level,))], only=recipient)
    page = home_of(client, municipality, "coordinator")
    assert everything in page and "1 Frage zu entscheiden" in page
    assert everything not in home_of(client, municipality, people[0])


def test_what_came_back_by_a_personal_link_names_its_holder(client: Client, municipality: Municipality) -> None:
    coordinator = member(municipality, "coordinator")
    assessment = assessments.started(municipality)
    with scope.enter(scope.municipality(municipality)):
        row = delegations.give_by_link(
            actor=coordinator,
            assessment_id=assessment.pk,
            section="d5",
            due_on=timezone.localdate(),
            base_url="https://kommunen.example",
            name="Wiebke Larsson",
            email="personalrat@kommune.example",
        )
    act(delegations.hand_back, row, actor=None, base_url="https://kommunen.example")
    assert "Wiebke Larsson" in home_of(client, municipality, coordinator)


def test_the_number_of_queries_does_not_depend_on_delegations(client: Client, municipality: Municipality) -> None:
    coordinator, contributor = member(municipality, "coordinator"), member(municipality, "contributor")
    wave = assessments.wave()

    def queries(who: Any) -> int:
        client.force_login(who)
        return queries_of(lambda: client.get(reverse("dashboard-municipality", args=[municipality.slug])))

    def more(label: str) -> None:
        in_wave = assessments.wave(label, instrument_version=wave.instrument_version)
        rows = give(assessments.started(municipality, in_wave), "d1", "d2", "d3", user=contributor)
        hand_back(rows[0])

    more("T1")
    few = queries(coordinator), queries(contributor)
    more("T2")
    more("T3")
    assert (queries(coordinator), queries(contributor)) == few
    assert max(few) <= 17


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
    assert queries() == few <= 17
