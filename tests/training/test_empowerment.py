"""Nobody but the person learns that somebody takes part in an empowerment training: shown over every URL there is.

Each page is asked for twice by those who could be curious, once without and once with a person who has enrolled, been
there, and had it certified. The two answers must be the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.notifications.actions import deliver
from apps.notifications.models import OutgoingMail
from apps.training import queries_empowerment as reads
from apps.training.actions import certificates, places
from apps.training.models import (
    ConfidentialAttendance,
    ConfidentialPlace,
    Session,
    SessionDate,
)
from tests.consistency.access import ROLES, Row, World
from tests.consistency.test_access_matrix import NAMES, ROWS
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.recommendations.factories import bench_member, panel_member
from tests.training.factories import empowerment, opened, session, trainer

pytestmark = pytest.mark.django_db
APPS = Path(__file__).resolve().parents[2] / "apps"
MARK = "Zzmarkiert"
#: Those who could be curious, the most powerful first: the first who may see a page looks at it.
CURIOUS = ("staff", "coordinator", "signatory", "panel", "bench", "employee")
_CHANGES_EACH_TIME = re.compile(
    r'(csrfmiddlewaretoken" value="|X-CSRFToken&quot;: &quot;|"X-CSRFToken": ")[A-Za-z0-9]{64}'
    r"|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"  # drawn at random: keys of requests
    r'|name="(?:request_)?key" value="[0-9a-f-]{36}"'
    r"|\d{1,2}:\d{2}(:\d{2})?"
)


def take_part(user: User, municipality: Municipality, about: Session) -> ConfidentialPlace:
    """Enrol, be at every date, have it certified: everything a person can leave behind."""
    with scope.enter(scope.person(user)):
        place = places.enrol(
            actor=user, session_id=about.pk, municipality_id=municipality.pk, request_key=uuid4(), base_url=""
        )
        assert isinstance(place, ConfidentialPlace)
        for day in about.dates.all():
            ConfidentialAttendance.objects.create(municipality_id=municipality.pk, place=place, user=user, date=day)
    return place


def certify(user: User, place: ConfidentialPlace) -> None:
    """Let the session be over, and have it certified."""
    earlier = timezone.now() - timedelta(days=20)
    Session.objects.filter(pk=place.session_id).update(cancel_until=earlier, enrol_until=earlier)
    for number, day in enumerate(SessionDate.objects.filter(session=place.session_id)):
        start = earlier + timedelta(days=number)
        SessionDate.objects.filter(pk=day.pk).update(starts_at=start, ends_at=start + timedelta(hours=3))
    with scope.enter(scope.person(user)):
        certificates.issue(actor=user, source=place.pk, neutral=False, verify_url="https://kommunen.example/verify/")


@pytest.fixture
def world(settings: Any) -> World:
    """A person in every role, a session that a trainer leads, and the marked person as a colleague like others."""
    settings.MFA_REQUIRED_ROLES = []
    municipality, other = MunicipalityFactory(), MunicipalityFactory()
    people = {role: member(municipality, role) for role in ROLES}
    people["staff"] = UserFactory(staff=True)
    people["stranger"] = member(other, "coordinator")
    people["bench"], people["panel"] = bench_member("civil_society").user, panel_member().user
    people["marked"] = member(municipality, Role.EMPLOYEE, UserFactory(last_name=MARK))
    return World(municipality, other, people)


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answer(client: Client, url: str) -> tuple[int, str]:
    """Status and text of a page, without what is new each time it is made."""
    cache.clear()
    response = client.get(url)
    kind = response.headers.get("Content-Type", "")
    if response.streaming or not kind.startswith(("text/", "application/json", "application/ld+json")):
        return response.status_code, kind
    return response.status_code, _CHANGES_EACH_TIME.sub("…", response.content.decode())


def looked_at() -> Mapping[Callable[[World], Mapping[str, Any]], list[tuple[str, Row, str]]]:
    """Function that makes what a URL needs → the pages that need it, with who looks at them."""
    found: dict[Any, list[tuple[str, Row, str]]] = {}
    for name, row in sorted(ROWS.items()):
        actor = next((actor for actor in CURIOUS if row.status[actor] == 200), None)
        if name == "demo":  # shows the mails of fictional people, and is there in the demo alone
            continue
        if name in NAMES and row.method == "get" and actor is not None:
            found.setdefault(row.kwargs, []).append((name, row, actor))
    return found


def test_no_page_differs_by_who_takes_part(world: World, client: Client) -> None:
    clients = {actor: Client(raise_request_exception=False) for actor in CURIOUS}
    for actor, browser in clients.items():
        browser.force_login(world.people[actor])
    about = session(empowerment(), days=2, led_by=[trainer()])
    opened(world.municipality)
    pages = looked_at()
    seen, differing = 0, []
    for kwargs, rows in pages.items():
        with undone():
            made = kwargs(world)
            if not Session.objects.filter(pk=about.pk, state="open").exists():
                continue
            urls = []
            for name, _row, actor in rows:
                slug = {"slug": world.municipality.slug} if NAMES[name] else {}
                urls.append((name, actor, reverse(name, kwargs={**slug, **made})))
            before = {name: answer(clients[actor], url) for name, actor, url in urls}
            take_part(world.people["marked"], world.municipality, about)
            for name, actor, url in urls:
                seen += 1
                after = answer(clients[actor], url)
                if after != before[name]:
                    differing.append(f"{name} as {actor}: {_difference(before[name][1], after[1])}")
    assert not differing, "\n".join(differing)
    assert seen == sum(len(rows) for rows in pages.values()) > 150


def _difference(before: str, after: str) -> str:
    """The first lines that are not the same in both, for whoever reads the failure."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    return next((f"{one.strip()[:160]} → {two.strip()[:160]}" for one, two in pairs if one != two), "other length")


class TestTheSessionsOwnPages:
    def test_trainer_and_organiser_see_the_same_with_and_without_anybody(self, world: World) -> None:
        role = trainer()
        about = session(empowerment(), days=2, led_by=[role])
        opened(world.municipality)
        names = [
            name
            for name in NAMES
            if name.startswith("training-") and ROWS[name].method == "get" and _takes_a_session(name)
        ]
        assert names
        watching = {"staff": world.people["staff"], "trainer": role.user, "coordinator": world.people["coordinator"]}
        for actor, person in watching.items():
            browser = Client(raise_request_exception=False)
            browser.force_login(person)
            urls = [_session_url(name, world, about) for name in names]
            before = [answer(browser, url) for url in urls]
            with undone():
                take_part(world.people["marked"], world.municipality, about)
                after = [answer(browser, url) for url in urls]
            assert [url for url, one, two in zip(urls, before, after, strict=True) if one != two] == [], actor
            assert MARK not in "".join(text for _status, text in after)

    def test_the_person_sees_it(self, world: World, client: Client) -> None:
        person = world.people["marked"]
        about = session(empowerment())
        opened(world.municipality)
        client.force_login(person)
        before = answer(client, reverse("my-trainings"))
        take_part(person, world.municipality, about)
        assert answer(client, reverse("my-trainings")) != before


def _takes_a_session(name: str) -> bool:
    try:
        reverse(name, kwargs={"session_id": uuid4(), **({"slug": "x"} if NAMES[name] else {})})
    except NoReverseMatch:
        return False
    return True


def _session_url(name: str, world: World, about: Session) -> str:
    return reverse(name, kwargs={"session_id": about.pk, **({"slug": world.municipality.slug} if NAMES[name] else {})})


class TestWhatIsLeftBehind:
    def test_no_audit_row_and_a_mail_that_says_nothing_and_forgets_whom(self, world: World, settings: Any) -> None:
        settings.DEMO = False
        person = world.people["marked"]
        about = session(empowerment("Empowerment für Kolleg*innen"), days=2)
        opened(world.municipality)
        with scope.enter(scope.programme()):
            audited = set(AuditEntry.objects.values_list("pk", flat=True))
        place = take_part(person, world.municipality, about)
        certify(person, place)
        with scope.enter(scope.programme()):
            assert set(AuditEntry.objects.values_list("pk", flat=True)) == audited
            mails = list(OutgoingMail.objects.filter(to=person.email))
        assert mails
        for mail in mails:
            assert mail.municipality_id is None
            for text in (mail.subject, mail.text, mail.calendar, mail.kind, mail.dedupe_key):
                assert "mpower" not in text
                assert str(place.pk) not in text
                assert str(about.pk) not in text
            deliver(scope=scope.programme(), mail_id=str(mail.pk))
        with scope.enter(scope.programme()):
            left = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails])
            assert {(row.to, row.text, row.calendar) for row in left} == {("", "", "")}

    def test_the_scope_that_hands_out_seats_is_named_by_the_service_and_its_reminders_only(self) -> None:
        taking = {
            str(path.relative_to(APPS))
            for path in APPS.rglob("*.py")
            if re.search(r"\ballocation\(\)|scopes?\.ALLOCATION", path.read_text())
        }
        assert taking <= {
            "core/scope.py",
            "core/policies_sql.py",
            "notifications/actions.py",
            "training/actions/seats.py",
            "training/actions/reminders.py",  # tells people of their own places
        }


@pytest.mark.django_db(databases=["default", "owner"])
class TestProof:
    def count(self, year: int, people: int, municipality: Municipality) -> int | None:
        about = session(empowerment(), capacity=100)
        opened(municipality)
        for _number in range(people):
            take_part(member(municipality, Role.EMPLOYEE), municipality, about)
        start = timezone.make_aware(datetime(year, 6, 1, 9))
        Session.objects.filter(pk=about.pk).update(cancel_until=start, enrol_until=start)
        SessionDate.objects.filter(session=about).update(starts_at=start, ends_at=start + timedelta(hours=6))
        with scope.enter(scope.programme()):
            return dict(reads.yearly_counts()).get(year)

    @pytest.mark.parametrize(("people", "said"), [(0, None), (9, None), (10, 10), (14, 10)])
    def test_is_a_number_from_ten_on_in_fives(self, municipality: Municipality, people: int, said: int | None) -> None:
        assert self.count(timezone.localdate().year - 1, people, municipality) == said

    def test_the_year_that_runs_is_not_counted_even_when_asked_for(self, municipality: Municipality) -> None:
        year = timezone.localdate().year
        assert self.count(year, 12, municipality) is None
        with scope.enter(scope.programme()), connections["default"].cursor() as cursor:
            cursor.execute("SELECT training_empowerment_count(%s)", [year])
            assert cursor.fetchone() == (None,)

    def test_the_project_team_alone_may_ask(self, municipality: Municipality) -> None:
        for other in (scope.municipality(municipality), scope.person(UserFactory()), scope.allocation()):
            with pytest.raises(DatabaseError, match="permission denied"), scope.enter(other):
                reads.yearly_counts()

    def test_the_page_shows_it(self, client: Client, municipality: Municipality) -> None:
        self.count(timezone.localdate().year - 1, 10, municipality)
        client.force_login(UserFactory(staff=True))
        page = client.get(reverse("training-empowerment-proof"))
        assert page.status_code == 200
        assert next(count for _year, count in page.context["years"]) == 10
