"""Mails to trainers: each once per event, the same for every training, with a calendar file that follows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from apps.accounts.models import ProgrammeRole, User
from apps.core import scope
from apps.notifications.models import OutgoingMail
from apps.training.actions import sessions as actions
from apps.training.actions.sessions import PlannedDate
from apps.training.models import Session, TrainerQualification
from tests.factories import UserFactory
from tests.training.factories import empowerment, offered, session, trainer

TITLE = "Auswahlgespräch"
SITE = "https://kommunen.example"


@pytest.fixture(params=[False, True], ids=["ordinary", "confidential"])
def about(request: pytest.FixtureRequest, db: None) -> Iterator[Session]:
    yield session(empowerment(TITLE) if request.param else offered(TITLE), days=2)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(staff=True)


def qualified(about: Session, level: str = "lead") -> ProgrammeRole:
    role, today = trainer(), timezone.localdate()
    TrainerQualification.objects.create(
        role=role, module=about.module, level=level, since=today, valid_until=today + timedelta(days=365)
    )
    return role


def mails_to(role: ProgrammeRole) -> list[OutgoingMail]:
    with scope.enter(scope.programme()):
        return list(OutgoingMail.objects.filter(to=role.user.email).order_by("created_at", "pk"))


def set_trainers(staff: User, about: Session, *roles: ProgrammeRole) -> None:
    with scope.enter(scope.programme()):
        leads = [role.pk for role in roles]
        actions.set_trainers(actor=staff, session_id=about.pk, leads=leads, beside=[], base_url=SITE)


def test_they_are_told_when_named_when_it_changes_and_when_they_are_released(staff: User, about: Session) -> None:
    first, second = qualified(about), qualified(about)
    set_trainers(staff, about, first)
    set_trainers(staff, about, first)
    later = [
        PlannedDate(date.starts_at + timedelta(days=1), date.ends_at + timedelta(days=1), key=date.pk)
        for date in about.dates.all()
    ]
    with scope.enter(scope.programme()):
        actions.change(actor=staff, session_id=about.pk, values={}, dates=later, base_url=SITE)
        actions.change(actor=staff, session_id=about.pk, values={"notes": "Bitte läuten."}, dates=later)
    set_trainers(staff, about, second)
    with scope.enter(scope.programme()):
        actions.cancel(actor=staff, session_id=about.pk, reason="Erkrankt", base_url=SITE)

    assert [mail.subject for mail in mails_to(first)] == [
        "Sie leiten eine Fortbildung",
        "Eine Fortbildung, die Sie leiten, hat sich geändert",
        "Sie leiten eine Fortbildung nicht mehr",
    ]
    assert [mail.subject for mail in mails_to(second)] == [
        "Sie leiten eine Fortbildung",
        "Eine Fortbildung, die Sie leiten sollten, findet nicht statt",
    ]
    calendars = [Calendar.from_ical(mail.calendar) for mail in mails_to(first)]
    assert [str(found["method"]) for found in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    events = [found.walk("VEVENT")[0] for found in calendars]
    assert len({str(event["uid"]) for event in events}) == 1
    assert events[1].decoded("dtstart") - events[0].decoded("dtstart") == timedelta(days=1)
    assert all(f"{SITE}/workshop/" in mail.text for mail in mails_to(first))


def test_they_name_neither_module_nor_session(staff: User, about: Session) -> None:
    role = qualified(about)
    set_trainers(staff, about, role)
    (mail,) = mails_to(role)
    for told in (mail.subject, mail.text, mail.calendar):
        assert TITLE not in told
        assert str(about.pk) not in told
    assert mail.forget_recipient


def test_nobody_is_told_where_nothing_is_done(staff: User, about: Session) -> None:
    role = qualified(about, level="co")
    with scope.enter(scope.programme()), pytest.raises(actions.Refused):
        actions.set_trainers(actor=staff, session_id=about.pk, leads=[role.pk], beside=[])
    assert mails_to(role) == []
