"""The code in the room: whom it lets in, when, and what it tells."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality
from apps.reviews.problems import Refused
from apps.training import check_in, queries_attendance
from apps.training.actions import attendance as actions
from apps.training.check_in import Verdict
from apps.training.models import (
    Attendance,
    ConfidentialAttendance,
    ConfidentialPlace,
    Enrolment,
    Session,
    SessionDate,
)
from tests.assessments.test_pages import signed_in
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, opened, session, trainer

pytestmark = pytest.mark.django_db

STARTS = datetime(2026, 12, 7, 9, 0, tzinfo=timezone.get_default_timezone())


def a_date(**fields: Any) -> SessionDate:
    values = {"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=3), **fields}
    return SessionDate(session=Session(check_in_key=uuid7()), **values)


def at(**delta: int) -> datetime:
    return STARTS + timedelta(**delta)


def enrolled(person: User, about: Session, municipality: Municipality, state: str = "enrolled") -> Any:
    model = ConfidentialPlace if about.confidential else Enrolment
    now = timezone.now()
    with scope.enter(scope.person(person)):
        return model.objects.create(
            municipality=municipality,
            session=about,
            user=person,
            state=state,
            state_since=now,
            entered_at=now,
            request_key=uuid7(),
        )


@pytest.fixture
def municipality(db: None) -> Municipality:
    return opened(MunicipalityFactory())


@pytest.fixture
def person(municipality: Municipality) -> User:
    return member(municipality, "employee")


@pytest.fixture
def running(db: None) -> Session:
    """A session whose only date is on."""
    return session(starts=timezone.now() - timedelta(minutes=20))


def code_of(about: Session, moment: datetime | None = None) -> str:
    date = about.dates.select_related("session").get()
    return check_in.code_of(check_in.token_at(date, moment or timezone.now()))


# --- What a code is worth ---------------------------------------------------------------------------------------------


def test_the_code_that_is_shown_counts_and_so_does_the_one_before() -> None:
    date = a_date()
    shown = check_in.token_at(date, at(minutes=25))

    assert check_in.read(shown, [date], at(minutes=25)) == check_in.Reading(Verdict.VALID, date)
    assert check_in.read(shown, [date], at(minutes=35)).verdict is Verdict.VALID
    assert check_in.read(shown, [date], at(minutes=45)).verdict is Verdict.REPLACED


def test_the_first_code_can_be_shown_before_but_counts_from_half_an_hour_ahead() -> None:
    date = a_date()
    early = check_in.token_at(date, at(hours=-2))

    assert check_in.read(early, [date], at(minutes=-31)).verdict is Verdict.EARLY
    assert check_in.read(early, [date], at(minutes=-30)).verdict is Verdict.VALID


def test_after_the_end_every_code_is_too_late() -> None:
    date = a_date()

    last = check_in.token_at(date, at(hours=3))

    assert check_in.read(last, [date], at(hours=3)).verdict is Verdict.VALID
    assert check_in.read(last, [date], at(hours=3, minutes=1)).verdict is Verdict.LATE


def test_a_code_that_nobody_has_seen_yet_is_unknown() -> None:
    date = a_date()

    assert check_in.read(check_in.token_at(date, at(hours=2)), [date], at(minutes=5)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("sent", ["", "ABC", "ABC DEF GHI", "!!!!!!", "Ä" * 6])
def test_anything_else_is_unknown(sent: str) -> None:
    assert check_in.read(sent, [a_date()], at(minutes=5)) == check_in.Reading(Verdict.UNKNOWN)


def test_typing_it_in_small_letters_with_spaces_or_a_dash_is_as_good() -> None:
    date = a_date()
    code = check_in.code_of(check_in.token_at(date, at(minutes=5)))

    for sent in (code.lower(), code.replace(" ", "-"), f" {code} "):
        assert check_in.read(sent, [date], at(minutes=5)).date is date


def test_codes_of_other_dates_and_sessions_are_others() -> None:
    one, other = a_date(), a_date()

    assert check_in.token_at(one, at(minutes=5)) != check_in.token_at(other, at(minutes=5))
    assert check_in.read(check_in.token_at(one, at(minutes=5)), [other, one], at(minutes=5)).date is one


def test_the_token_does_not_say_what_it_is_for() -> None:
    date = a_date()
    token = check_in.token_at(date, at(minutes=5))

    assert set(token) <= set(check_in.ALPHABET)
    assert date.pk.hex.upper() not in token


# --- Checking in ------------------------------------------------------------------------------------------------------


def test_somebody_who_is_enrolled_checks_in_once(person: User, municipality: Municipality, running: Session) -> None:
    place = enrolled(person, running, municipality)

    with scope.enter(scope.person(person)):
        actions.check_in_with(actor=person, code=code_of(running))
        actions.check_in_with(actor=person, code=code_of(running))

        assert queries_attendance.attended_share(place) == 100
    with scope.enter(scope.programme()):
        (row,) = Attendance.objects.all()
        assert (row.enrolment_id, row.user_id, row.how) == (place.pk, person.pk, "code")
        assert row.municipality_id == municipality.pk


def test_checking_in_to_a_confidential_session_only_the_person_can_read(
    person: User, municipality: Municipality
) -> None:
    about = session(empowerment(), starts=timezone.now() - timedelta(minutes=5))
    place = enrolled(person, about, municipality)
    before = AuditEntry._base_manager.count()

    with scope.enter(scope.person(person)):
        actions.check_in_with(actor=person, code=code_of(about))
        assert queries_attendance.attended_share(place) == 100
        assert ConfidentialAttendance.objects.count() == 1
    with scope.enter(scope.programme()):
        assert Attendance.objects.count() == 0
    with scope.enter(scope.person(UserFactory())):
        assert ConfidentialAttendance.objects.count() == 0
    assert AuditEntry._base_manager.count() == before


@pytest.mark.parametrize("state", ["waiting", "offered", "cancelled"])
def test_without_a_seat_nobody_checks_in(
    person: User, municipality: Municipality, running: Session, state: str
) -> None:
    place = enrolled(person, running, municipality, "waiting")
    with scope.enter(scope.person(person)):
        if state == "offered":
            place.offer_until = timezone.now()
        place.state = state
        place.save()

        with pytest.raises(Refused, match="nicht angemeldet"):
            actions.check_in_with(actor=person, code=code_of(running))


def test_what_is_said_of_a_code_that_does_not_count(person: User, municipality: Municipality, running: Session) -> None:
    enrolled(person, running, municipality)
    soon = session(starts=timezone.now() + timedelta(hours=2))
    past = session(starts=timezone.now() - timedelta(hours=4))
    shown_earlier = code_of(running, timezone.now() - timedelta(minutes=25))

    for code, said in (
        ("222222", "stimmt nicht"),
        (code_of(soon), "zu früh"),
        (code_of(past, timezone.now() - timedelta(hours=2)), "zu spät"),
        (shown_earlier, "wurde früher gezeigt"),
    ):
        with scope.enter(scope.person(person)), pytest.raises(Refused, match=said):
            actions.check_in_with(actor=person, code=code)


def test_a_closed_session_takes_nobody_in(person: User, municipality: Municipality, running: Session) -> None:
    enrolled(person, running, municipality)
    code, date = code_of(running), running.dates.get()
    Session.objects.filter(pk=running.pk).update(state="held")

    with scope.enter(scope.person(person)):
        with pytest.raises(Refused, match="stimmt nicht"):
            actions.check_in_with(actor=person, code=code)
        with pytest.raises(Refused, match="niemand einchecken"):
            actions.check_in_at(actor=person, date=date)


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_qr_code_asks_and_the_answer_checks_in(person: User, municipality: Municipality, running: Session) -> None:
    enrolled(person, running, municipality)
    date = running.dates.select_related("session").get()
    token = check_in.token_at(date, timezone.now())
    client = signed_in(person)

    asked = client.get(reverse("training-check-in-code", args=[token]))
    assert "Sind Sie im Raum?" in asked.content.decode()
    with scope.enter(scope.programme()):
        assert Attendance.objects.count() == 0

    answer = client.post(reverse("training-check-in"), {"code": token}, follow=True)

    assert "Sie sind eingecheckt" in answer.content.decode()
    with scope.enter(scope.programme()):
        assert Attendance.objects.count() == 1


def test_the_page_says_the_same_for_ordinary_and_confidential_sessions(
    person: User, municipality: Municipality, running: Session
) -> None:
    other = session(empowerment("Ein verräterischer Titel"), starts=timezone.now() - timedelta(minutes=20))
    pages = []
    for about in (running, other):
        enrolled(person, about, municipality)
        page = signed_in(person).post(reverse("training-check-in"), {"code": code_of(about)}, follow=True)
        pages.append(page.content.decode())
        assert "Titel" not in pages[-1].split("<main", 1)[1]

    said = [page.split('id="content"', 1)[1].split("<h1", 1)[0] for page in pages]
    assert said[0] == said[1]


def test_a_wrong_code_stays_in_the_field_and_is_said_beside_it(person: User) -> None:
    answer = signed_in(person).post(reverse("training-check-in"), {"code": "ABC-222"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Dieser Code stimmt nicht" in page
    assert 'value="ABC-222"' in page


def test_a_code_that_is_worth_nothing_shows_the_field(person: User) -> None:
    page = signed_in(person).get(reverse("training-check-in-code", args=["A" * 24])).content.decode()

    assert "Dieser Code stimmt nicht" in page
    assert 'name="code"' in page


def test_checking_in_needs_few_queries(person: User, municipality: Municipality, running: Session) -> None:
    enrolled(person, running, municipality)
    client, code = signed_in(person), code_of(running)

    with at_most(12):
        assert client.post(reverse("training-check-in"), {"code": code}).status_code == 303


def test_the_trainer_shows_the_code_and_nobody_else(running: Session) -> None:
    role, stranger = trainer(), trainer()
    running.trainers.create(role=role, is_lead=True)
    address = reverse("trainer-sessions-code", args=[running.pk, running.dates.get().pk])

    page = signed_in(role.user).get(address)

    assert code_of(running) in page.content.decode()
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode().split("<main", 1)[1].split("</main", 1)[0]
    assert page["Cache-Control"].startswith("max-age=0")
    assert signed_in(stranger.user).get(address).status_code == 404


def test_the_code_renews_itself_as_a_part_of_the_page(running: Session) -> None:
    role = trainer()
    running.trainers.create(role=role, is_lead=True)
    address = reverse("trainer-sessions-code", args=[running.pk, running.dates.get().pk])

    part = signed_in(role.user).get(address, headers={"HX-Request": "true"}).content.decode()

    assert part.strip().startswith("<div")
    assert 'hx-trigger="every 30s"' in part


def test_after_the_end_the_page_shows_no_code() -> None:
    role, past = trainer(), session(starts=timezone.now() - timedelta(hours=4))
    past.trainers.create(role=role, is_lead=True)

    page = signed_in(role.user).get(reverse("trainer-sessions-code", args=[past.pk, past.dates.get().pk]))

    assert "<svg" not in page.content.decode().split("<main", 1)[1]
    assert "Dieser Tag ist vorbei" in page.content.decode()
