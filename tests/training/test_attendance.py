"""The list of who was there: ticking it, reading it, closing a session, corrections, the list on paper."""

from datetime import date, timedelta
from typing import Any

import page as pdf_validation
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import ProgrammeRole, User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality
from apps.reviews.problems import Refused
from apps.training import attendance_list
from apps.training.actions import attendance as actions
from apps.training.actions import certificates
from apps.training.models import Attendance, Certificate, Completion, Enrolment, Session, SessionDate
from tests.assessments.test_pages import signed_in
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, offered, opened, session, trainer

pytestmark = pytest.mark.django_db


@pytest.fixture
def municipality(db: None) -> Municipality:
    return opened(MunicipalityFactory())


@pytest.fixture
def role(db: None) -> ProgrammeRole:
    return trainer()


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(staff=True)


@pytest.fixture
def about(role: ProgrammeRole) -> Session:
    """A session of two dates of three hours; the second has just begun."""
    return session(
        starts=timezone.now() - timedelta(days=7, minutes=10), days=2, led_by=[role], attended_from=50, capacity=20
    )


def place(about: Session, municipality: Municipality, state: str = "enrolled", **person: Any) -> Enrolment:
    now = timezone.now()
    with scope.enter(scope.municipality(municipality)):
        made: Enrolment = Enrolment.objects.create(
            session=about,
            user=UserFactory(**person),
            state=state,
            state_since=now,
            entered_at=now,
            request_key=uuid7(),
            offer_until=now if state == "offered" else None,
        )
        return made


def dates(about: Session) -> list[SessionDate]:
    return list(about.dates.order_by("starts_at"))


def tick(actor: User, of: Enrolment, day: SessionDate, present: bool = True) -> None:
    with scope.enter(scope.programme()):
        actions.tick(actor=actor, session_id=of.session_id, enrolment_id=of.pk, date_id=day.pk, present=present)


def hold(actor: User, about: Session) -> Session:
    with scope.enter(scope.programme()):
        return actions.hold(actor=actor, session_id=about.pk)


def states(about: Session) -> dict[Any, str]:
    with scope.enter(scope.programme()):
        return dict(Enrolment.objects.filter(session=about).values_list("pk", "state"))


def completions() -> list[Completion]:
    with scope.enter(scope.programme()):
        return list(Completion.objects.order_by("created_at"))


# --- Ticking ----------------------------------------------------------------------------------------------------------


def test_a_tick_is_noted_once_and_taken_back(staff: User, about: Session, municipality: Municipality) -> None:
    one, day = place(about, municipality), dates(about)[0]

    tick(staff, one, day)
    tick(staff, one, day)
    with scope.enter(scope.programme()):
        assert list(Attendance.objects.values_list("enrolment", "date", "how")) == [(one.pk, day.pk, "list")]
        assert AuditEntry.objects.filter(verb="attendance.ticked", municipality=municipality).count() == 2
    tick(staff, one, day, present=False)

    with scope.enter(scope.programme()):
        assert not Attendance.objects.exists()


@pytest.mark.parametrize("state", ["waiting", "offered", "requested"])
def test_whoever_has_no_seat_is_not_on_the_list(
    staff: User, about: Session, municipality: Municipality, state: str
) -> None:
    one = place(about, municipality, state)

    with pytest.raises(Enrolment.DoesNotExist):
        tick(staff, one, dates(about)[0])


def test_a_date_to_come_is_not_ticked(staff: User, municipality: Municipality) -> None:
    to_come = session()

    with pytest.raises(Refused, match="kommt erst noch"):
        tick(staff, place(to_come, municipality), dates(to_come)[0])


def test_the_list_of_a_cancelled_session_is_not_kept(staff: User, about: Session, municipality: Municipality) -> None:
    one = place(about, municipality)
    Session.objects.filter(pk=about.pk).update(state="cancelled", cancelled_because="Sturm")

    with pytest.raises(Refused, match="nicht geführt"):
        tick(staff, one, dates(about)[0])


def test_the_date_of_another_session_is_refused(staff: User, about: Session, municipality: Municipality) -> None:
    with pytest.raises(SessionDate.DoesNotExist):
        tick(staff, place(about, municipality), dates(session())[0])


# --- Closing ----------------------------------------------------------------------------------------------------------


def test_from_the_list_follows_who_attended(staff: User, about: Session, municipality: Municipality) -> None:
    came, half, missed, waited, offered_one = (
        place(about, municipality, state) for state in ("enrolled", "enrolled", "enrolled", "waiting", "offered")
    )
    first, second = dates(about)
    for one, day in ((came, first), (came, second), (half, second)):
        tick(staff, one, day)

    hold(staff, about)
    hold(staff, about)

    assert states(about) == {
        came.pk: "attended",
        half.pk: "attended",
        missed.pk: "absent",
        waited.pk: "cancelled",
        offered_one.pk: "lapsed",
    }
    about.refresh_from_db()
    assert (about.state, about.taken, about.waiting) == ("held", 3, 0)
    assert [(row.user_id, row.minutes) for row in completions()] == [(came.user_id, 360), (half.user_id, 180)]
    assert {row.completed_on for row in completions()} == {timezone.localdate(second.ends_at)}


def test_below_the_share_nobody_has_attended(staff: User, municipality: Municipality) -> None:
    about = session(starts=timezone.now() - timedelta(days=7, minutes=10), days=2, attended_from=80)
    one = place(about, municipality)
    tick(staff, one, dates(about)[1])

    hold(staff, about)

    assert states(about) == {one.pk: "absent"}
    assert completions() == []


def test_a_completion_counts_as_long_as_the_text_says(staff: User, municipality: Municipality) -> None:
    about = session(offered(edition={"valid_months": 24}), starts=timezone.now() - timedelta(hours=5))
    one = place(about, municipality)
    tick(staff, one, dates(about)[0])

    hold(staff, about)

    (row,) = completions()
    assert row.municipality_id == municipality.pk
    assert row.expires_on == attendance_list.expiry(row.completed_on, 24)


def test_a_correction_after_closing_counts_at_once(staff: User, about: Session, municipality: Municipality) -> None:
    one = place(about, municipality)
    first, second = dates(about)
    hold(staff, about)
    assert states(about) == {one.pk: "absent"}

    tick(staff, one, first)
    assert states(about) == {one.pk: "attended"}
    (made,) = completions()
    tick(staff, one, second)
    ((again),) = completions()
    assert (made.minutes, again.minutes) == (180, 360)
    tick(staff, one, second, present=False)
    tick(staff, one, first, present=False)

    assert states(about) == {one.pk: "absent"}
    assert completions() == []


def certify(row: Completion) -> Certificate:
    with scope.enter(scope.person(row.user)):
        return certificates.issue(actor=row.user, source=row.pk, neutral=False, verify_url="https://x/")


def test_a_certificate_of_what_was_corrected_counts_no_more(
    staff: User, about: Session, municipality: Municipality, client: Client
) -> None:
    one, other = place(about, municipality), place(about, municipality)
    first, second = dates(about)
    for somebody in (one, other):
        tick(staff, somebody, first)
        tick(staff, somebody, second)
    hold(staff, about)
    issued = {row.user_id: certify(row) for row in completions()}

    tick(staff, one, first, present=False)
    tick(staff, one, second, present=False)

    def revoked(number: str) -> bool:
        return bool(client.get(reverse("training-verify-number", args=[number])).context["revoked_at"])

    assert revoked(issued[one.user_id].number)
    assert not revoked(issued[other.user_id].number)
    tick(staff, one, first)
    anew = certify(next(row for row in completions() if row.user_id == one.user_id))
    assert anew.number != issued[one.user_id].number
    assert not revoked(anew.number)
    assert anew.fields["minutes"] == 180
    tick(staff, one, second)
    assert revoked(anew.number), "its minutes are no longer what was attended"
    assert certify(next(row for row in completions() if row.user_id == one.user_id)).fields["minutes"] == 360


def test_a_session_closes_only_once_its_last_date_has_begun(staff: User, municipality: Municipality) -> None:
    about = session(starts=timezone.now() - timedelta(days=1), days=2)

    with pytest.raises(Refused, match="letzter Tag kommt erst noch"):
        hold(staff, about)


@pytest.mark.parametrize("state", ["planned", "cancelled"])
def test_a_session_that_was_not_open_is_not_closed(staff: User, state: str) -> None:
    about = session(starts=timezone.now() - timedelta(days=1), state=state)

    with pytest.raises(Refused, match="nicht offen"):
        hold(staff, about)


def test_closing_a_confidential_session_changes_the_session_alone(staff: User) -> None:
    about = session(empowerment(), starts=timezone.now() - timedelta(hours=5))

    assert hold(staff, about).state == "held"
    assert completions() == []


def test_the_host_closes_and_people_of_others_are_settled_by_the_programme(
    municipality: Municipality, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, Any]] = []
    monkeypatch.setattr(
        "apps.core.tasks.current_app.send_task", lambda name, kwargs, **_rest: sent.append((name, kwargs))
    )
    about = session(host=municipality, starts=timezone.now() - timedelta(hours=5), opens_to="all")
    own, foreign = place(about, municipality), place(about, opened(MunicipalityFactory()))

    with django_capture_on_commit_callbacks(execute=True), scope.enter(scope.municipality(municipality)):
        actions.hold(actor=member(municipality), session_id=about.pk)
    assert states(about) == {own.pk: "absent", foreign.pk: "enrolled"}
    assert [name for name, _kwargs in sent] == ["training.settle_held"]
    with scope.enter(scope.programme()):
        assert actions.settle_held() == 1
        assert actions.settle_held() == 0

    assert states(about) == {own.pk: "absent", foreign.pk: "absent"}


def test_another_municipality_closes_nothing(municipality: Municipality) -> None:
    about = session(host=MunicipalityFactory(), starts=timezone.now() - timedelta(hours=5))

    with scope.enter(scope.municipality(municipality)), pytest.raises(Session.DoesNotExist):
        actions.hold(actor=member(municipality), session_id=about.pk)


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        (date(2026, 12, 7), 0, None),
        (date(2026, 12, 7), 12, date(2027, 12, 7)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int, until: date | None
) -> None:
    assert attendance_list.expiry(day, months) == until


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_trainer_ticks_the_list_by_phone(role: ProgrammeRole, about: Session, municipality: Municipality) -> None:
    one = place(about, municipality, first_name="Ayşe", last_name="Yılmaz")
    client, day = signed_in(role.user), dates(about)[0]
    address = reverse("trainer-sessions-attendance", args=[about.pk])

    page = client.get(address).content.decode()
    answer = client.post(
        reverse("trainer-sessions-attendance-tick", args=[about.pk]),
        {"enrolment": one.pk, "date": day.pk, "present": "yes"},
    )

    assert "Ayşe Yılmaz" in page
    assert municipality.name in page
    assert answer.status_code == 303
    assert answer["Location"] == f"{address}#p-{one.pk}"
    assert "1 von 1 (100 %)" in client.get(address).content.decode()


def test_with_javascript_only_the_list_comes_back_and_the_focus_stays(
    role: ProgrammeRole, about: Session, municipality: Municipality
) -> None:
    one, day = place(about, municipality), dates(about)[0]

    answer = signed_in(role.user).post(
        reverse("trainer-sessions-attendance-tick", args=[about.pk]),
        {"enrolment": one.pk, "date": day.pk, "present": "yes"},
        headers={"HX-Request": "true"},
    )

    assert answer.content.decode().strip().startswith('<div id="attendance"')
    assert f"t-{one.pk}-{day.pk}" in answer["HX-Trigger"]


def test_a_trainer_sees_no_list_of_anybody_elses_session(about: Session, municipality: Municipality) -> None:
    one, client = place(about, municipality), signed_in(trainer().user)

    assert client.get(reverse("trainer-sessions-attendance", args=[about.pk])).status_code == 404
    assert client.get(reverse("trainer-sessions-attendance-pdf", args=[about.pk])).status_code == 404
    sent = {"enrolment": one.pk, "date": dates(about)[0].pk, "present": "yes"}
    assert client.post(reverse("trainer-sessions-attendance-tick", args=[about.pk]), sent).status_code == 404
    assert client.post(reverse("trainer-sessions-hold", args=[about.pk])).status_code == 404


@pytest.mark.parametrize("prefix", ["trainer-", "programme-"])
def test_there_is_no_list_of_a_confidential_session(role: ProgrammeRole, staff: User, prefix: str) -> None:
    about = session(empowerment(), starts=timezone.now() - timedelta(minutes=5), led_by=[role])
    client = signed_in(role.user if prefix == "trainer-" else staff)

    for name in ("attendance", "attendance-pdf"):
        assert client.get(reverse(f"{prefix}sessions-{name}", args=[about.pk])).status_code == 404
    sent = {"enrolment": uuid7(), "date": dates(about)[0].pk, "present": "yes"}
    assert client.post(reverse(f"{prefix}sessions-attendance-tick", args=[about.pk]), sent).status_code == 404


def test_the_host_sees_its_own_people_and_of_others_the_number(municipality: Municipality) -> None:
    about = session(host=municipality, starts=timezone.now() - timedelta(minutes=5), opens_to="all")
    place(about, municipality, first_name="Eigene", last_name="Person")
    place(about, opened(MunicipalityFactory()), first_name="Fremde", last_name="Person")

    page = (
        signed_in(member(municipality))
        .get(reverse("sessions-attendance", args=[municipality.slug, about.pk]))
        .content.decode()
    )

    assert "Eigene Person" in page
    assert "Fremde" not in page
    assert "1 Person aus einer anderen Kommune" in page


def test_a_municipality_that_does_not_host_sees_no_list(about: Session, municipality: Municipality) -> None:
    place(about, municipality)

    answer = signed_in(member(municipality)).get(reverse("sessions-attendance", args=[municipality.slug, about.pk]))

    assert answer.status_code == 404


def test_a_tick_that_is_not_possible_is_said(role: ProgrammeRole, municipality: Municipality) -> None:
    about = session(led_by=[role])
    one = place(about, municipality)

    page = signed_in(role.user).post(
        reverse("trainer-sessions-attendance-tick", args=[about.pk]),
        {"enrolment": one.pk, "date": dates(about)[0].pk, "present": "yes"},
        follow=True,
    )

    assert "Dieser Tag kommt erst noch." in page.content.decode()


@pytest.mark.parametrize("sent", [{}, {"enrolment": "x", "date": "y", "present": "yes"}])
def test_a_tick_of_nothing_is_not_found(role: ProgrammeRole, about: Session, sent: dict[str, str]) -> None:
    address = reverse("trainer-sessions-attendance-tick", args=[about.pk])

    assert signed_in(role.user).post(address, sent).status_code == 404


def test_closing_asks_and_names_who_would_be_absent(
    role: ProgrammeRole, about: Session, municipality: Municipality
) -> None:
    place(about, municipality, first_name="Fehlende", last_name="Person")
    client, address = signed_in(role.user), reverse("trainer-sessions-hold", args=[about.pk])

    assert "Fehlende Person" in client.get(address).content.decode()
    assert client.post(address).status_code == 303
    about.refresh_from_db()
    assert about.state == "held"
    assert "nicht möglich" in client.get(address).content.decode()


def test_a_trainer_closes_a_confidential_session_without_seeing_anybody(role: ProgrammeRole) -> None:
    about = session(empowerment(), starts=timezone.now() - timedelta(hours=5), led_by=[role])
    client, address = signed_in(role.user), reverse("trainer-sessions-hold", args=[about.pk])

    page = client.get(address).content.decode()

    assert "sehen nur die Menschen selbst" in page
    assert client.post(address).status_code == 303
    about.refresh_from_db()
    assert about.state == "held"


def test_closing_too_early_is_refused_on_the_page(role: ProgrammeRole) -> None:
    about = session(led_by=[role])

    answer = signed_in(role.user).post(reverse("trainer-sessions-hold", args=[about.pk]))

    assert answer.status_code == 422
    assert "Sein letzter Tag kommt erst noch." in answer.content.decode()


def test_the_list_on_paper_is_an_accessible_pdf(
    role: ProgrammeRole, about: Session, municipality: Municipality
) -> None:
    for _i in range(3):
        place(about, municipality)

    answer = signed_in(role.user).get(reverse("trainer-sessions-attendance-pdf", args=[about.pk]))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "anwesenheitsliste" in answer["Content-Disposition"]
    report = pdf_validation.validate_pdf_bytes(answer.content, profile="ua1")
    assert report.is_compliant, report


@pytest.mark.parametrize("people", [1, 12])
def test_the_list_needs_few_queries_however_long(
    role: ProgrammeRole, about: Session, municipality: Municipality, people: int
) -> None:
    for _i in range(people):
        tick(role.user, place(about, municipality), dates(about)[0])
    client = signed_in(role.user)

    with at_most(10):
        assert client.get(reverse("trainer-sessions-attendance", args=[about.pk])).status_code == 200


def test_the_list_tells_the_empty_room(role: ProgrammeRole, about: Session) -> None:
    page = signed_in(role.user).get(reverse("trainer-sessions-attendance", args=[about.pk])).content.decode()

    assert "Auf der Liste steht niemand." in page
