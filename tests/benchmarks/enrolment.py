"""Enrolling: people per second in all, and what counting seats costs against a bare insert of the same row.

People enrol through PROCESSES processes, as a web server has them: one per core. "Spread" is many sessions, "hot" is
everybody at one. The bare insert goes into a copy of the table without triggers and without a session to count in;
both sides send their statements over the same connections.
"""

import json
import os
import statistics
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, connections
from django.utils import timezone

from apps.accounts.models import User
from apps.core import scope
from apps.core.benchmark import Figure
from apps.core.keys import uuid7
from apps.municipalities.models import Membership, Municipality, Role
from apps.training.actions import places, seats
from apps.training.models import Session
from tests.factories import MunicipalityFactory
from tests.training.factories import offered, opened, seats_as_counted, session

WRITERS = 4
PROCESSES = 2
SPREAD, PEOPLE, SEATS = 40, 400, 50
ROUNDS, ROWS = 7, 120
_COLUMNS = "id, created_at, updated_at, municipality_id, session_id, user_id, state, state_since, entered_at, "
_COLUMNS += "request_key, refused_because"
_VALUES = "%(id)s, now(), now(), %(town)s, %(session)s, %(user)s, %(state)s, %(at)s, %(at)s, %(key)s, ''"


def measure() -> Iterator[Figure]:
    """Figures for the whole action, and for the seat alone."""
    town = opened(MunicipalityFactory())
    module = offered()
    people = _people(town, PEOPLE)
    spread = [session(module, capacity=SEATS) for _ in range(SPREAD)]
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    yield from _enrolling("spread", people, town, lambda number: spread[number % SPREAD])
    hot = session(module, capacity=SEATS)
    yield from _enrolling("one hot session", people, town, lambda number: hot)
    taken, waiting = seats_as_counted(hot)
    yield Figure("seats given beyond those of the hot session", taken - SEATS, "seats", "0", taken == SEATS)
    yield Figure("people in it or in its list", taken + waiting, "people", str(PEOPLE), taken + waiting == PEOPLE)
    yield from _ratios(module, town, people)


def _people(town: Municipality, number: int) -> list[User]:
    people = User.objects.bulk_create(
        User(email=f"messung-{count}@kommune.example", last_name=str(count), password="!") for count in range(number)
    )
    with scope.enter(scope.municipality(town)):
        Membership.objects.bulk_create(Membership(user=person, role=Role.EMPLOYEE) for person in people)
    return people


def _enrolling(name: str, people: Sequence[User], town: Municipality, of: Callable[[int], Session]) -> Iterator[Figure]:
    def enrol(number: int) -> str:
        person = people[number]
        with scope.enter(scope.person(person)):
            place = places.enrol(
                actor=person,
                session_id=of(number).pk,
                municipality_id=town.pk,
                request_key=uuid4(),
                base_url="https://x",
            )
        return str(place.state)

    enrol(len(people) - 1)  # by whom the server has been used before: words and templates are loaded
    seconds, states = _by_processes(enrol, range(len(people) - 1))
    assert set(states) <= {"enrolled", "waiting"}
    rate = len(states) / seconds
    yield Figure(
        f"enrolments a second, {name}, {PROCESSES} processes, mail included", rate, "/s", "≥ 100 /s", rate >= 100
    )


def _by_processes(call: Callable[[int], str], numbers: Sequence[int]) -> tuple[float, list[str]]:
    """Wall time and results of the calls, divided among PROCESSES forked processes with a connection each."""
    connections.close_all()
    readers = []
    started = time.perf_counter()
    for part in range(PROCESSES):
        reader, writer = os.pipe()
        if os.fork() == 0:
            try:
                results = [call(number) for number in numbers[part::PROCESSES]]
                with os.fdopen(writer, "w") as out:
                    json.dump(results, out)
            except BaseException:
                traceback.print_exc()  # the parent finds nothing to read, and fails
            finally:
                os._exit(0)  # whatever happened: exit handlers and what stands above are the parent's
        os.close(writer)
        readers.append(reader)
    found: list[str] = []
    for reader in readers:
        with os.fdopen(reader) as answers:
            found += json.load(answers)
    seconds = time.perf_counter() - started
    for _part in range(PROCESSES):
        os.wait()
    return seconds, found


def _by_writers(call: Callable[[int], Any], numbers: Sequence[int]) -> tuple[float, list[Any]]:
    """Wall time and results of the calls, divided among WRITERS threads with a connection each."""
    with ThreadPoolExecutor(max_workers=WRITERS) as pool:
        list(pool.map(lambda _number: (connection.ensure_connection(), time.sleep(0.1)), range(WRITERS)))
        started = time.perf_counter()
        results = list(pool.map(call, numbers))
        seconds = time.perf_counter() - started
        list(pool.map(lambda _number: (connections.close_all(), time.sleep(0.1)), range(WRITERS)))
    return seconds, results


def _ratios(module: Any, town: Municipality, people: Sequence[User]) -> Iterator[Figure]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE bare_enrolment (LIKE training_enrolment INCLUDING ALL)")
        cursor.execute(f"GRANT INSERT ON bare_enrolment TO {scope.role_of(scope.PERSON)}")

    def insert(table: str, about: UUID, state: str, number: int) -> None:
        values = {
            "id": uuid7(), "town": town.pk, "session": about, "user": people[number].pk, "state": state,
            "at": timezone.now(), "key": uuid4(),
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({_COLUMNS}) VALUES ({_VALUES})", values)

    def bare(about: Sequence[UUID]) -> Callable[[int], None]:
        def call(number: int) -> None:
            with scope.enter(scope.person(people[number])):
                insert("bare_enrolment", about[number % len(about)], "enrolled", number)

        return call

    def with_seat(about: Sequence[UUID]) -> Callable[[int], None]:
        def call(number: int) -> None:
            with scope.enter(scope.person(people[number])):
                locked = seats.locked(about[number % len(about)])
                state = "enrolled" if locked.free > 0 and not locked.waiting else "waiting"
                insert("training_enrolment", locked.pk, state, number)

        return call

    for name, sessions, aim in (("spread", SPREAD, 0.85), ("one hot session", 1, 0.40)):
        found: list[float] = []
        for _round in range(ROUNDS):
            keys = [session(module, capacity=ROWS).pk for _ in range(sessions)]
            alone, _done = _by_writers(bare(keys), range(ROWS))
            counted, _done = _by_writers(with_seat(keys), range(ROWS))
            found.append(alone / counted)
        value = statistics.median(found)
        yield Figure(f"a seat against a bare insert, {name}", value, "×", f"≥ {aim:.2f} ×", value >= aim)
