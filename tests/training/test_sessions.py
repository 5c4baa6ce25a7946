"""Planning sessions: dates, seats, trainers, opening, changing, cancelling; whose pages show what."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

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
from apps.training import queries_sessions
from apps.training.actions import sessions as actions
from apps.training.actions.sessions import PlannedDate, Unfit
from apps.training.models import (
    Enrolment,
    Module,
    Room,
    Session,
    SessionDate,
    SessionShare,
    SessionTrainer,
    TrainerQualification,
)
from tests.assessments.test_pages import signed_in
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, offered, opened, session, trainer

#: Later than any session of these tests.
FAR_AWAY = datetime(2099, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def municipality(db: None) -> Municipality:
    return opened(MunicipalityFactory())


@pytest.fixture
def coordinator(municipality: Municipality) -> User:
    return member(municipality)


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(staff=True)


def in_weeks(weeks: int, hour: int = 9) -> datetime:
    day = timezone.localdate() + timedelta(weeks=weeks)
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def a_date(weeks: int = 6, hour: int = 9, **fields: Any) -> PlannedDate:
    return PlannedDate(in_weeks(weeks, hour), in_weeks(weeks, hour) + timedelta(hours=3), **fields)


def values(of: Module, **fields: Any) -> dict[str, Any]:
    return {
        "module": of,
        "mode": "online",
        "language": "de",
        "opens_to": "all",
        "capacity": 12,
        "minimum": 4,
        "quota_each": None,
        "offer_hours": 48,
        "enrol_until": None,
        "cancel_until": None,
        "attended_from": 80,
        "cost": 0,
        "online_url": "",
        "notes": "",
        **fields,
    }


def planned(
    actor: User, host: Municipality | None, of: Module | None = None, dates: Iterable[PlannedDate] = (), **fields: Any
) -> Session:
    with scope.enter(scope.municipality(host) if host else scope.programme()):
        return actions.plan(
            actor=actor, host=host, values=values(of or offered(), **fields), dates=list(dates) or [a_date()]
        )


def qualified(of: Module, until: date | None = None, level: str = "lead") -> ProgrammeRole:
    role = trainer()
    today = timezone.localdate()
    TrainerQualification.objects.create(
        role=role,
        module=of,
        level=level,
        since=today - timedelta(days=700),
        valid_until=until or today + timedelta(days=365),
    )
    return role


def ready(actor: User, host: Municipality | None, **fields: Any) -> Session:
    """A planned session that somebody may lead."""
    made = planned(actor, host, **fields)
    SessionTrainer.objects.create(session=made, role=qualified(made.module), is_lead=True)
    return made


def enrolled(about: Session, municipality: Municipality, people: int = 1) -> list[Enrolment]:
    now = timezone.now()
    with scope.enter(scope.municipality(municipality)):
        return [
            Enrolment.objects.create(
                session=about,
                user=UserFactory(),
                state="enrolled",
                state_since=now,
                entered_at=now,
                request_key=uuid7(),
            )
            for _person in range(people)
        ]


# --- Planning ---------------------------------------------------------------------------------------------------------


def test_a_planned_session_has_its_dates_and_deadlines_a_week_before(
    coordinator: User, municipality: Municipality
) -> None:
    module = offered()

    made = planned(coordinator, municipality, module, [a_date(8), a_date(6)], opens_to="one")

    assert (made.state, made.host, made.edition) == ("planned", municipality, module.offered)
    assert (made.first_starts_at, made.last_ends_at) == (in_weeks(6), in_weeks(8) + timedelta(hours=3))
    assert made.enrol_until == made.cancel_until == in_weeks(6) - timedelta(days=7)
    with scope.enter(scope.municipality(municipality)):
        assert AuditEntry.objects.filter(verb="session.planned", target_id=str(made.pk)).count() == 1


def test_deadlines_of_a_session_that_begins_soon_are_its_beginning(staff: User) -> None:
    soon = timezone.now().replace(microsecond=0) + timedelta(days=2)

    made = planned(staff, None, dates=[PlannedDate(soon, soon + timedelta(hours=1))])

    assert made.enrol_until == made.cancel_until == soon


def test_the_same_form_sent_twice_makes_one_session(staff: User) -> None:
    module, key = offered(), uuid7()

    with scope.enter(scope.programme()):
        first, second = (
            actions.plan(actor=staff, host=None, values=values(module), dates=[a_date()], key=key) for _i in range(2)
        )

    assert first.pk == second.pk
    assert (Session.objects.count(), SessionDate.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"minimum": 13}, "minimum"),
        ({"opens_to": "one"}, "opens_to"),
        ({"enrol_until": FAR_AWAY}, "enrol_until"),
        ({"cancel_until": FAR_AWAY}, "cancel_until"),
    ],
)
def test_what_cannot_be_is_said_of_its_field(staff: User, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Unfit) as refused:
        planned(staff, None, **fields)

    assert refused.value.field == field
    assert Session.objects.count() == 0


def test_a_session_without_a_date_is_refused(staff: User) -> None:
    with scope.enter(scope.programme()), pytest.raises(Unfit, match="mindestens einen Tag"):
        actions.plan(actor=staff, host=None, values=values(offered()), dates=[])


def test_only_the_project_team_plans_empowerment_for_all_and_on_site(
    coordinator: User, municipality: Municipality, staff: User
) -> None:
    module = empowerment()

    with pytest.raises(Unfit, match="allein das Projektteam"):
        planned(coordinator, municipality, module)
    with pytest.raises(Unfit, match="nur vor Ort"):
        planned(staff, None, module)
    with pytest.raises(Unfit, match="für alle Kommunen offen"):
        planned(staff, None, module, mode="on_site", opens_to="some")
    with pytest.raises(Unfit, match="Kontingent ist nicht möglich"):
        planned(staff, None, module, mode="on_site", quota_each=3)
    assert planned(staff, None, module, mode="on_site").confidential


# --- Opening ----------------------------------------------------------------------------------------------------------


def test_a_session_with_all_it_needs_is_opened(coordinator: User, municipality: Municipality) -> None:
    made = ready(coordinator, municipality, opens_to="one")

    with scope.enter(scope.municipality(municipality)):
        actions.open_for_enrolment(actor=coordinator, session_id=made.pk)
        actions.open_for_enrolment(actor=coordinator, session_id=made.pk)
        assert AuditEntry.objects.filter(verb="session.opened").count() == 1

    made.refresh_from_db()
    assert made.state == "open"
    assert list(queries_sessions.open_to(municipality)) == [made]


def test_everything_that_is_missing_is_said_at_once(staff: User) -> None:
    made = planned(staff, None, mode="on_site", opens_to="some")

    with scope.enter(scope.programme()), pytest.raises(Refused) as refused:
        actions.open_for_enrolment(actor=staff, session_id=made.pk)

    said = str(refused.value)
    assert all(part in said for part in ("braucht einen Raum", "noch ist keine ausgewählt", "Noch leitet ihn niemand"))


def test_a_municipality_whose_documents_are_missing_opens_no_session_of_its_own(db: None) -> None:
    closed = MunicipalityFactory()
    coordinator = member(closed)
    made = ready(coordinator, closed, opens_to="one")

    with scope.enter(scope.municipality(closed)), pytest.raises(Refused, match="noch nicht hinterlegt"):
        actions.open_for_enrolment(actor=coordinator, session_id=made.pk)


def test_a_session_at_ones_own_pace_needs_nobody_to_lead_it(staff: User) -> None:
    made = planned(staff, None, mode="self_paced")

    with scope.enter(scope.programme()):
        assert actions.open_for_enrolment(actor=staff, session_id=made.pk).state == "open"


def test_the_lead_must_be_qualified_on_the_first_day(staff: User) -> None:
    made = planned(staff, None)
    first_day = timezone.localdate(made.first_starts_at)
    cases = {
        qualified(made.module, until=first_day - timedelta(days=1)): "war bis",
        qualified(made.module, level="co"): "mitzuunterrichten, nicht",
        trainer(): "für dieses Modul nicht qualifiziert",
    }

    for role, said in cases.items():
        with scope.enter(scope.programme()), pytest.raises(Refused, match=said):
            actions.set_trainers(actor=staff, session_id=made.pk, leads=[role.pk], beside=[])
    until_then = qualified(made.module, until=first_day)
    with scope.enter(scope.programme()):
        actions.set_trainers(actor=staff, session_id=made.pk, leads=[until_then.pk], beside=[role.pk])

    assert set(made.trainers.values_list("role", "is_lead")) == {(until_then.pk, True), (role.pk, False)}


def test_an_open_session_is_never_left_without_a_lead(staff: User) -> None:
    made = ready(staff, None)
    with scope.enter(scope.programme()):
        actions.open_for_enrolment(actor=staff, session_id=made.pk)

        with pytest.raises(Refused, match="muss den Termin leiten"):
            actions.set_trainers(actor=staff, session_id=made.pk, leads=[], beside=[])


def test_dates_do_not_move_beyond_the_leads_qualification(staff: User) -> None:
    made = planned(staff, None)
    until = timezone.localdate(made.first_starts_at)
    SessionTrainer.objects.create(session=made, role=qualified(made.module, until=until), is_lead=True)
    with scope.enter(scope.programme()):
        actions.open_for_enrolment(actor=staff, session_id=made.pk)

    with scope.enter(scope.programme()), pytest.raises(Refused, match="war bis"):
        actions.change(actor=staff, session_id=made.pk, values={}, dates=[a_date(9)])


# --- Changing ---------------------------------------------------------------------------------------------------------


def test_dates_are_moved_swapped_added_and_removed(staff: User) -> None:
    made = planned(staff, None, dates=[a_date(6), a_date(7), a_date(8)])
    one, two, three = made.dates.order_by("starts_at")

    with scope.enter(scope.programme()):
        actions.change(
            actor=staff,
            session_id=made.pk,
            values={},
            dates=[a_date(7, key=one.pk), a_date(6, key=two.pk), a_date(12)],
        )

    assert dict(made.dates.values_list("pk", "starts_at"))[one.pk] == in_weeks(7)
    assert dict(made.dates.values_list("pk", "starts_at"))[two.pk] == in_weeks(6)
    assert not SessionDate.objects.filter(pk=three.pk).exists()
    made.refresh_from_db()
    assert made.last_ends_at == in_weeks(12) + timedelta(hours=3)


@pytest.mark.parametrize("weeks", [2, 12])
def test_a_whole_session_is_moved_with_its_deadlines(staff: User, weeks: int) -> None:
    made = planned(staff, None)

    with scope.enter(scope.programme()):
        moved = actions.change(
            actor=staff,
            session_id=made.pk,
            values={"enrol_until": None, "cancel_until": None},
            dates=[a_date(weeks, key=made.dates.get().pk)],
        )

    assert moved.first_starts_at == in_weeks(weeks)
    assert moved.cancel_until == in_weeks(weeks) - timedelta(days=7)


def test_a_new_date_at_the_time_of_a_removed_one_takes_its_place(staff: User) -> None:
    made = planned(staff, None, dates=[a_date(6), a_date(7)])

    with scope.enter(scope.programme()):
        actions.change(actor=staff, session_id=made.pk, values={}, dates=[a_date(6), a_date(7)])

    assert made.dates.count() == 2


def test_a_date_that_has_begun_stays_as_it_is(staff: User) -> None:
    made = session(starts=timezone.now() - timedelta(hours=1), days=2, mode="online")
    begun, to_come = made.dates.order_by("starts_at")
    kept = PlannedDate(begun.starts_at, begun.ends_at, key=begun.pk)

    with scope.enter(scope.programme()), pytest.raises(Unfit, match="begonnen hat"):
        actions.change(actor=staff, session_id=made.pk, values={}, dates=[a_date(6, key=to_come.pk)])
    SessionTrainer.objects.create(session=made, role=qualified(made.module), is_lead=True)
    with scope.enter(scope.programme()):
        actions.change(actor=staff, session_id=made.pk, values={}, dates=[kept, a_date(6, key=to_come.pk)])

    assert made.dates.get(pk=to_come.pk).starts_at == in_weeks(6)


def test_people_are_told_of_other_dates_and_not_of_another_note(
    staff: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("apps.core.tasks.current_app.send_task", lambda name, **_rest: sent.append(name))
    made = ready(staff, None)
    with scope.enter(scope.programme()):
        actions.open_for_enrolment(actor=staff, session_id=made.pk)
    day = made.dates.get()

    for notes, weeks in (("Bitte Laptop mitbringen.", 6), ("", 7)):
        with django_capture_on_commit_callbacks(execute=True), scope.enter(scope.programme()):
            actions.change(actor=staff, session_id=made.pk, values={"notes": notes}, dates=[a_date(weeks, key=day.pk)])

    assert sorted(sent) == ["notifications.deliver", "training.tell_of_change"]  # the first to who leads it


def test_a_session_that_is_over_does_not_change(staff: User) -> None:
    made = session(state="cancelled")

    with scope.enter(scope.programme()):
        with pytest.raises(Refused, match="ist vorbei"):
            actions.change(actor=staff, session_id=made.pk, values={}, dates=[a_date()])
        with pytest.raises(Refused, match="ist vorbei"):
            actions.change_seats(actor=staff, session_id=made.pk, values={}, shares={})
        with pytest.raises(Refused, match="ist vorbei"):
            actions.open_for_enrolment(actor=staff, session_id=made.pk)


def test_nobody_changes_the_session_of_another_host(coordinator: User, municipality: Municipality) -> None:
    foreign = session(host=MunicipalityFactory())

    with scope.enter(scope.municipality(municipality)), pytest.raises(Session.DoesNotExist):
        actions.cancel(actor=coordinator, session_id=foreign.pk, reason="Aus Versehen")
    with scope.enter(scope.programme()), pytest.raises(Session.DoesNotExist):
        actions.cancel(actor=coordinator, session_id=foreign.pk, reason="Aus Versehen")


# --- Seats ------------------------------------------------------------------------------------------------------------


def test_more_seats_are_offered_to_who_waits(
    staff: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("apps.core.tasks.current_app.send_task", lambda name, **_rest: sent.append(name))
    made = session(capacity=10)

    with django_capture_on_commit_callbacks(execute=True), scope.enter(scope.programme()):
        assert actions.raise_capacity(actor=staff, session_id=made.pk, capacity=11).capacity == 11

    assert sent == ["training.fill"]


def test_seats_that_are_taken_cannot_be_taken_away(staff: User, municipality: Municipality) -> None:
    made = session(capacity=10)
    enrolled(made, municipality, people=3)

    with scope.enter(scope.programme()):
        with pytest.raises(Unfit, match="3 Plätze sind schon") as refused:
            actions.raise_capacity(actor=staff, session_id=made.pk, capacity=2)
        assert refused.value.field == "capacity"
        assert actions.raise_capacity(actor=staff, session_id=made.pk, capacity=3).capacity == 3


def test_fewer_seats_of_a_confidential_session_are_refused_without_telling_a_number(staff: User) -> None:
    made = session(empowerment(), capacity=10)

    with scope.enter(scope.programme()), pytest.raises(Unfit, match="sieht niemand"):
        actions.raise_capacity(actor=staff, session_id=made.pk, capacity=9)


def test_quotas_of_single_municipalities_are_written_and_taken_back(staff: User, municipality: Municipality) -> None:
    made, other = session(capacity=10), MunicipalityFactory()

    def change(shares: dict[Any, int | None], **fields: Any) -> None:
        with scope.enter(scope.programme()):
            actions.change_seats(actor=staff, session_id=made.pk, values=fields, shares=shares)

    change({municipality.pk: 3, other.pk: None}, opens_to="some")
    enrolled(made, municipality, people=2)

    with pytest.raises(Unfit, match="hat schon 2 Plätze"):
        change({municipality.pk: 1, other.pk: None})
    with pytest.raises(Unfit, match="hat schon 2 Plätze"):
        change({other.pk: None})
    change({municipality.pk: 2})
    assert list(SessionShare.objects.values_list("of", "quota", "taken")) == [(municipality.pk, 2, 2)]
    change({}, opens_to="all")
    assert list(SessionShare.objects.values_list("of", "quota", "taken")) == [(municipality.pk, None, 2)]


# --- Cancelling -------------------------------------------------------------------------------------------------------


def test_cancelling_gives_a_reason_and_ends_the_places(
    staff: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("apps.core.tasks.current_app.send_task", lambda name, **_rest: sent.append(name))
    made = session()

    with django_capture_on_commit_callbacks(execute=True), scope.enter(scope.programme()):
        with pytest.raises(Refused, match="geben Sie einen Grund an"):
            actions.cancel(actor=staff, session_id=made.pk, reason="  ")
        for _twice in range(2):
            cancelled = actions.cancel(actor=staff, session_id=made.pk, reason="Zu wenige Anmeldungen.")

    assert (cancelled.state, cancelled.cancelled_because) == ("cancelled", "Zu wenige Anmeldungen.")
    assert sent == ["training.end_places"]


# --- Whom it is open to -----------------------------------------------------------------------------------------------


def test_open_to_a_municipality_are_its_own_those_for_all_and_those_it_was_chosen_for(
    municipality: Municipality,
) -> None:
    other = MunicipalityFactory()
    own, for_all, chosen = session(host=municipality), session(), session(opens_to="some")
    SessionShare.objects.create(session=chosen, of=municipality)
    session(host=other)
    SessionShare.objects.create(session=session(opens_to="some"), of=other)
    session(state="planned")
    session(state="cancelled")
    session(starts=timezone.now() - timedelta(days=3))

    assert set(queries_sessions.open_to(municipality)) == {own, for_all, chosen}


def test_reading_them_takes_the_same_queries_however_many(municipality: Municipality) -> None:
    for _i in range(12):
        session(days=2)

    with at_most(2):
        for found in queries_sessions.open_to(municipality):
            assert queries_sessions.title(found)
            assert [date.room for date in found.dates.all()] == [None, None]


# --- Pages ------------------------------------------------------------------------------------------------------------


def sent_dates(*rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {"dates-TOTAL_FORMS": len(rows), "dates-INITIAL_FORMS": initial}
    for place, row in enumerate(rows):
        data |= {f"dates-{place}-{name}": value for name, value in row.items()}
    return data


def row_of(weeks: int = 6, **fields: Any) -> dict[str, Any]:
    return {"day": in_weeks(weeks).date().isoformat(), "begins": "09:00", "ends": "12:00", **fields}


def sent_session(of: Module, **fields: Any) -> dict[str, Any]:
    blank = {name: "" if value is None else value for name, value in values(of).items()}
    return {**blank, "module": of.pk, **fields}


def test_a_coordinator_plans_leads_and_opens_a_session(coordinator: User, municipality: Municipality) -> None:
    module, client, slug = offered(), signed_in(coordinator), municipality.slug
    with scope.enter(scope.municipality(municipality)):
        room = actions.save_room(
            actor=coordinator,
            host=municipality,
            values={"name": "Ratssaal", "address": "Markt 1", "step_free": True},
        )
    lead = qualified(module)

    made_at = client.post(
        reverse("sessions-new", args=[slug]),
        {
            **sent_session(module, mode="on_site", opens_to="one", cost="12,50"),
            **sent_dates(row_of(6, room=room.pk), row_of(7, room=room.pk), {}),
        },
    )
    made = Session.objects.get()
    page = client.get(made_at["Location"]).content.decode()
    client.post(reverse("sessions-trainers", args=[slug, made.pk]), {"leads": [lead.pk]})
    client.post(reverse("sessions-open", args=[slug, made.pk]))

    assert made_at.status_code == 303
    assert "Noch leitet ihn niemand." in page
    assert "Ratssaal" in page
    made.refresh_from_db()
    assert (made.state, str(made.cost), made.dates.count()) == ("open", "12.50", 2)


def test_more_rows_lose_nothing_that_was_typed_and_judge_nothing_yet(staff: User) -> None:
    answer = signed_in(staff).post(
        reverse("programme-sessions-new"),
        {**sent_session(offered(), notes="Bitte klingeln"), **sent_dates(row_of(6), {}), "more": "dates"},
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Bitte klingeln" in page
    assert 'name="dates-4-day"' in page
    assert "kern-error" not in page
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "rows", "said"),
    [
        ({"capacity": 3}, [row_of(6)], "So viele Plätze gibt es nicht."),
        ({}, [{}], "Bitte geben Sie mindestens einen Tag an."),
        ({}, [row_of(6, ends="08:00")], "Das Ende muss nach dem Beginn liegen."),
        ({}, [row_of(6), row_of(6)], "Zwei Tage beginnen zur selben Zeit."),
        ({"opens_to": "one"}, [row_of(6)], ""),
        ({"enrol_until": "2020-01-01T09:00"}, [row_of(6)], "Dieser Zeitpunkt ist vorbei."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    staff: User, fields: dict[str, Any], rows: list[dict[str, Any]], said: str
) -> None:
    answer = signed_in(staff).post(
        reverse("programme-sessions-new"),
        {**sent_session(offered(), notes="Bitte klingeln", **fields), **sent_dates(*rows)},
    )

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Bitte klingeln" in answer.content.decode()
    assert Session.objects.count() == 0


def test_a_copy_begins_later_with_the_same_words_and_trainers(staff: User) -> None:
    role = trainer()
    source = session(led_by=[role], days=2, notes="Bitte klingeln", mode="online")
    address = f"{reverse('programme-sessions-new')}?copy={source.pk}"
    client = signed_in(staff)

    page = client.get(address).content.decode()
    client.post(address, {**sent_session(source.module, notes="Neu"), **sent_dates(row_of(9))})

    first = timezone.localdate(source.first_starts_at) + timedelta(weeks=1)
    assert "Bitte klingeln" in page
    assert first.isoformat() in page
    made = Session.objects.exclude(pk=source.pk).get()
    assert list(made.trainers.values_list("role", "is_lead")) == [(role.pk, True)]


def test_the_page_of_seats_refuses_fewer_than_are_taken(staff: User, municipality: Municipality) -> None:
    made = session(capacity=10)
    enrolled(made, municipality, people=2)
    data = {"opens_to": "all", "capacity": 1, "minimum": 1, "offer_hours": 48}

    answer = signed_in(staff).post(reverse("programme-sessions-seats", args=[made.pk]), data)

    assert answer.status_code == 422
    assert "2 Plätze sind schon vergeben." in answer.content.decode()


def test_chosen_municipalities_and_their_quotas_are_sent_by_the_page(staff: User, municipality: Municipality) -> None:
    made = session()
    data = {"opens_to": "some", "capacity": 10, "minimum": 1, "offer_hours": 48}
    address, client = reverse("programme-sessions-seats", args=[made.pk]), signed_in(staff)

    assert client.post(address, data).status_code == 422
    assert client.post(address, {**data, f"quota_{municipality.pk}": 4}).status_code == 422
    assert (
        client.post(address, {**data, f"of_{municipality.pk}": "on", f"quota_{municipality.pk}": 4}).status_code == 303
    )
    assert list(SessionShare.objects.values_list("of", "quota")) == [(municipality.pk, 4)]


def test_dates_and_words_are_changed_by_the_page(staff: User) -> None:
    made = planned(staff, None)
    day = made.dates.get()
    data = {
        "mode": "online",
        "language": "en",
        "enrol_until": "",
        "cancel_until": "",
        "attended_from": 50,
        "cost": "0",
        **sent_dates(row_of(8, key=day.pk), row_of(9), initial=1),
    }

    answer = signed_in(staff).post(reverse("programme-sessions-change", args=[made.pk]), data)

    assert answer.status_code == 303
    made.refresh_from_db()
    assert (made.language, made.attended_from, made.dates.count()) == ("en", 50, 2)
    assert made.first_starts_at == in_weeks(8)


def test_a_date_is_removed_by_ticking_it(staff: User) -> None:
    made = planned(staff, None, dates=[a_date(6), a_date(7)])
    one, two = made.dates.order_by("starts_at")
    data = {
        "mode": "online",
        "language": "de",
        "attended_from": 80,
        "cost": "0",
        **sent_dates(row_of(6, key=one.pk, DELETE="on"), row_of(7, key=two.pk), initial=2),
    }

    assert signed_in(staff).post(reverse("programme-sessions-change", args=[made.pk]), data).status_code == 303
    assert list(made.dates.values_list("pk", flat=True)) == [two.pk]


def test_a_session_that_may_fall_through_is_marked(coordinator: User, municipality: Municipality) -> None:
    soon = timezone.now() + timedelta(days=10)
    made = session(host=municipality, starts=soon, minimum=4, enrol_until=timezone.now() + timedelta(days=3))
    client = signed_in(coordinator)

    assert "Zu wenige" in client.get(reverse("sessions-list", args=[municipality.slug])).content.decode()
    page = client.get(reverse("sessions-detail", args=[municipality.slug, made.pk])).content.decode()
    assert "er findet ab 4 statt" in page


def test_nothing_is_said_of_the_people_of_a_confidential_session(staff: User, municipality: Municipality) -> None:
    made = session(
        empowerment(), capacity=37, minimum=5, starts=timezone.now() + timedelta(days=9), enrol_until=timezone.now()
    )
    Session.objects.filter(pk=made.pk).update(taken=3, waiting=29151)
    client = signed_in(staff)

    for name in ("detail", "seats"):
        page = client.get(reverse(f"programme-sessions-{name}", args=[made.pk])).content.decode()
        main = page.split("<main", 1)[1].split("</main", 1)[0]
        assert "29151" not in main.replace(".", "")
        assert "Warteliste" not in main.replace("Warteliste Zeit", "") or name == "seats"
    listed = client.get(reverse("programme-sessions-list")).content.decode()
    assert "3 von 37" not in listed
    assert "Zu wenige" not in listed


def test_a_coordinator_sees_the_sessions_of_the_own_municipality_only(
    coordinator: User, municipality: Municipality
) -> None:
    foreign = session(host=MunicipalityFactory())
    client = signed_in(coordinator)

    assert client.get(reverse("sessions-detail", args=[municipality.slug, foreign.pk])).status_code == 404
    assert str(foreign.pk) not in client.get(reverse("sessions-list", args=[municipality.slug])).content.decode()


def test_the_project_team_looks_at_a_municipalitys_session_and_changes_nothing(
    staff: User, municipality: Municipality
) -> None:
    made, client = session(host=municipality), signed_in(staff)

    assert client.get(reverse("programme-sessions-detail", args=[made.pk])).status_code == 200
    assert client.get(reverse("programme-sessions-change", args=[made.pk])).status_code == 404
    assert client.post(reverse("programme-sessions-cancel", args=[made.pk]), {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["change", "seats", "trainers"])
def test_a_session_that_is_over_has_no_pages_to_change_it(staff: User, name: str) -> None:
    made = session(state="cancelled")

    assert signed_in(staff).get(reverse(f"programme-sessions-{name}", args=[made.pk])).status_code == 404


def test_cancelling_asks_for_the_reason(staff: User) -> None:
    made, client = session(), signed_in(staff)
    address = reverse("programme-sessions-cancel", args=[made.pk])

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Zu wenige Anmeldungen."}).status_code == 303
    assert "Zu wenige Anmeldungen." in client.get(reverse("programme-sessions-detail", args=[made.pk])).content.decode()


def test_rooms_are_added_and_changed_with_what_people_need_to_know(
    coordinator: User, municipality: Municipality
) -> None:
    client, slug = signed_in(coordinator), municipality.slug
    foreign = Room.objects.create(host=None, name="Fremd", address="Weg 1")

    assert client.post(reverse("sessions-room-new", args=[slug]), {"name": "Saal"}).status_code == 422
    client.post(
        reverse("sessions-room-new", args=[slug]),
        {"name": "Saal", "address": "Markt 1", "hearing_loop": "on", "accessibility": "Aufzug 90 cm"},
    )
    room = Room.objects.get(host=municipality)
    client.post(reverse("sessions-room", args=[slug, room.pk]), {"name": "Großer Saal", "address": "Markt 1"})

    page = client.get(reverse("sessions-rooms", args=[slug])).content.decode()
    assert "Großer Saal" in page
    assert "Fremd" not in page
    assert client.get(reverse("sessions-room", args=[slug, foreign.pk])).status_code == 404


def fill_list(municipality: Municipality, number: int) -> None:
    room = Room.objects.create(host=municipality, name="Saal", address="Markt 1")
    for _i in range(number):
        made = session(host=municipality, days=2)
        made.dates.update(room=room)


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_needs_few_queries_however_long(coordinator: User, municipality: Municipality, number: int) -> None:
    fill_list(municipality, number)
    client: Client = signed_in(coordinator)

    with at_most(8):
        assert client.get(reverse("sessions-list", args=[municipality.slug])).status_code == 200


def test_pages_and_writes_need_few_queries(coordinator: User, municipality: Municipality) -> None:
    made = ready(coordinator, municipality, opens_to="one")
    client, slug = signed_in(coordinator), municipality.slug

    with at_most(10):
        client.get(reverse("sessions-detail", args=[slug, made.pk]))
    with at_most(12):
        assert client.post(reverse("sessions-open", args=[slug, made.pk])).status_code == 303
