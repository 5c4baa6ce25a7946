"""The register of trainers: who may give what, until when; a trainer's own sessions and material; inviting trainers."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import ProgrammeInvitation, ProgrammeRole, User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.reviews.problems import Refused
from apps.training.actions import trainers as actions
from apps.training.models import Module, Session, SessionTrainer, TrainerQualification, Unit
from tests.assessments.test_pages import signed_in
from tests.factories import UserFactory
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, module, offered, session, trainer

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(staff=True)


def qualify(staff: User, role: ProgrammeRole, of: Module, **fields: Any) -> TrainerQualification:
    today = timezone.localdate()
    values = {
        "level": "lead",
        "qualification": "Zwei Jahre Erfahrung",
        "since": today - timedelta(days=400),
        "valid_until": today + timedelta(days=300),
        **fields,
    }
    with scope.enter(scope.programme()):
        return actions.qualify(actor=staff, role=role, module=of, **values)


def test_a_qualification_is_noted_renewed_and_ended(staff: User) -> None:
    role, of = trainer(), offered()

    first = qualify(staff, role, of, level="co")
    again = qualify(staff, role, of, level="lead")

    assert first.pk == again.pk
    assert TrainerQualification.objects.get().level == "lead"
    with scope.enter(scope.programme()):
        actions.end_qualification(actor=staff, qualification_id=first.pk)
        actions.end_qualification(actor=staff, qualification_id=first.pk)
        assert AuditEntry.objects.filter(verb="trainer.qualification_ended").count() == 1
    assert not TrainerQualification.objects.exists()


def test_a_span_without_length_and_a_role_that_has_ended_are_refused(staff: User) -> None:
    today = timezone.localdate()

    with pytest.raises(Refused, match="Zu erneuern ist sie nach"):
        qualify(staff, trainer(), offered(), since=today, valid_until=today)
    with pytest.raises(Refused, match="Rolle ist beendet"):
        qualify(staff, trainer(ended_at=timezone.now()), offered())


def test_the_register_marks_what_is_overdue_and_counts_what_was_given(staff: User) -> None:
    role, of = trainer(user=UserFactory(last_name="Yılmaz")), offered()
    qualify(staff, role, of, valid_until=timezone.localdate() - timedelta(days=1))
    for lead in (True, True, False):
        held = session(of, starts=timezone.now() - timedelta(days=3), state="held")
        SessionTrainer.objects.create(session=held, role=role, is_lead=lead)
    SessionTrainer.objects.create(session=session(of), role=role)

    page = signed_in(staff).get(reverse("trainers-register")).content.decode()
    detail = signed_in(staff).get(reverse("trainers-detail", args=[role.pk])).content.decode()

    assert "Yılmaz" in page
    assert "überfällig" in page
    assert "2-mal geleitet, 1-mal mitunterrichtet" in page
    assert "2-mal geleitet, 1-mal mitunterrichtet" in detail


def test_qualifications_are_noted_by_page(staff: User) -> None:
    role, of, client = trainer(), offered(), signed_in(staff)
    today = timezone.localdate()
    data = {"level": "lead", "since": today.isoformat(), "valid_until": (today + timedelta(days=500)).isoformat()}

    assert client.post(reverse("trainers-qualify", args=[role.pk]), data).status_code == 422
    noted = client.post(reverse("trainers-qualify", args=[role.pk]), {**data, "module": of.pk})
    found = TrainerQualification.objects.get()
    wrong = client.post(reverse("trainers-renew", args=[found.pk]), {**data, "valid_until": today.isoformat()})
    renewed = client.post(reverse("trainers-renew", args=[found.pk]), {**data, "level": "co"})

    assert [answer.status_code for answer in (noted, wrong, renewed)] == [303, 422, 303]
    assert "Zu erneuern ist sie nach" in wrong.content.decode()
    found.refresh_from_db()
    assert found.level == "co"
    assert client.get(reverse("trainers-qualification-end", args=[found.pk])).status_code == 200
    assert client.post(reverse("trainers-qualification-end", args=[found.pk])).status_code == 303
    assert not TrainerQualification.objects.exists()


def test_a_panel_role_is_no_trainer(staff: User) -> None:
    from tests.recommendations.factories import panel_member

    assert signed_in(staff).get(reverse("trainers-detail", args=[panel_member().pk])).status_code == 404


def test_the_project_team_invites_a_trainer(staff: User) -> None:
    client = signed_in(staff)
    data = {"email": "neu@kommune.example", "place": "trainer", "function": "Dialogbegleitung", "organisation": ""}

    assert client.post(reverse("municipalities-programme-people"), data).status_code == 303

    made = ProgrammeInvitation.objects.get()
    assert (made.role, made.bench) == ("trainer", "")
    trainer(user=UserFactory(last_name="Yılmaz"))
    assert "Yılmaz" in client.get(reverse("municipalities-programme-people")).content.decode()


@pytest.mark.parametrize("number", [1, 10])
def test_the_register_needs_few_queries_however_long(staff: User, number: int) -> None:
    for _i in range(number):
        qualify(staff, trainer(), offered())
    client = signed_in(staff)

    with at_most(6):
        assert client.get(reverse("trainers-register")).status_code == 200


# --- The trainer ------------------------------------------------------------------------------------------------------


def test_a_trainer_finds_the_own_sessions_and_no_others() -> None:
    role, other = trainer(), trainer()
    mine, past = session(offered("Beschwerde führen"), led_by=[role]), session(state="cancelled", led_by=[role])
    foreign = session(led_by=[other])
    client = signed_in(role.user)

    page = client.get(reverse("trainer-sessions-list")).content.decode()

    assert "Beschwerde führen" in page
    assert str(past.pk) in page
    assert str(foreign.pk) not in page
    assert client.get(reverse("trainer-sessions-detail", args=[mine.pk])).status_code == 200
    assert client.get(reverse("trainer-sessions-detail", args=[foreign.pk])).status_code == 404
    assert client.get(reverse("trainer-sessions-material", args=[foreign.pk])).status_code == 404


def test_a_role_that_has_ended_gives_no_sessions_any_more() -> None:
    role = trainer(ended_at=timezone.now())
    about = session(led_by=[role])

    assert signed_in(role.user).get(reverse("trainer-sessions-detail", args=[about.pk])).status_code == 404


def test_of_an_empowerment_session_a_trainer_sees_nothing_about_people() -> None:
    role = trainer()
    about = session(empowerment(), capacity=37, led_by=[role])
    Session.objects.filter(pk=about.pk).update(taken=19, waiting=23)
    client = signed_in(role.user)

    for address in (
        reverse("trainer-sessions-list"),
        reverse("trainer-sessions-detail", args=[about.pk]),
    ):
        page = client.get(address).content.decode().split("<main", 1)[1].split("</main", 1)[0]
        page = page.replace(str(about.pk), "")
        assert "37" in page
        assert "19 von" not in page
        assert "23 warten" not in page
        assert "Vergeben" not in page
        assert "Anwesenheitsliste" not in page


def test_the_material_for_trainers_is_read_by_them_alone(staff: User) -> None:
    text = module("Beschwerde führen")
    Unit.objects.create(
        edition=text,
        key="ablauf",
        audience="trainer",
        position=90,
        kind="text",
        title="Ablauf",
        content={"text": "Beginnen Sie mit der **Runde**."},
    )
    text.frozen_at = timezone.now()
    text.save()
    of = text.version.module
    of.offered = text
    of.save()
    role = trainer()
    about = session(of, led_by=[role])

    page = signed_in(role.user).get(reverse("trainer-sessions-material", args=[about.pk])).content.decode()

    assert "<strong>Runde</strong>" in page
    assert "Ankommen" not in page


def test_without_material_the_page_says_so() -> None:
    role = trainer()
    about = session(led_by=[role])

    page = signed_in(role.user).get(reverse("trainer-sessions-material", args=[about.pk])).content.decode()

    assert "Es gibt noch keine Schulungsunterlagen" in page


def test_my_sessions_need_few_queries_however_many() -> None:
    role = trainer()
    for _i in range(10):
        session(led_by=[role], days=2)
    client = signed_in(role.user)

    with at_most(8):
        assert client.get(reverse("trainer-sessions-list")).status_code == 200
