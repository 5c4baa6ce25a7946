"""The catalogue with a hundred modules and five thousand sessions: queries of each page, server time of the search."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from apps.core import scope
from apps.core.benchmark import Figure, medians
from apps.municipalities.models import Municipality, Role
from apps.training import pages_catalogue
from apps.training import queries_catalogue as queries
from apps.training.actions.editions import write_search
from apps.training.models import Module, Session, SessionDate
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.training import factories

MODULES, SESSIONS, ROUNDS = 100, 5_000, 40
SUBJECTS = ("Beschwerde", "Ermessen", "Auswahlgespräch", "Sprache", "Vergabe", "Beteiligung", "Führung", "Daten")


def measure() -> Iterator[Figure]:
    """Queries per page (fewer than twelve), and the median time of a search (below 50 ms)."""
    with override_settings(MFA_REQUIRED_ROLES=[]):  # the second factor is asked once, at sign-in
        yield from _measure()


def _measure() -> Iterator[Figure]:
    municipality = factories.opened(MunicipalityFactory())
    modules = [_module(number) for number in range(MODULES)]
    session = _sessions(modules)[0]
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(member(municipality, Role.EMPLOYEE))
    pages = _pages(municipality, modules[0], session)
    for name, url in pages.items():
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
        assert response.status_code == 200, (name, response.status_code)
        # BEGIN with its scope is one round trip and no query of the page.
        number = sum(not query["sql"].startswith(("BEGIN", "COMMIT", "SET ")) for query in captured.captured_queries)
        yield Figure(f"{name}, queries", number, "", "< 12", number < 12)
    reads = medians({"search": lambda: _search(municipality)}, rounds=ROUNDS)["search"]
    yield Figure("search, its reads alone, median", reads * 1000, "ms", "≤ 50 ms", reads <= 0.05)
    times = medians({name: _visit(client, url) for name, url in pages.items()}, rounds=ROUNDS)
    for name, seconds in times.items():
        aim = "≤ 50 ms" if "search" in name else "none"
        yield Figure(f"{name}, server time, median", seconds * 1000, "ms", aim, aim == "none" or seconds <= 0.05)


def _search(municipality: Municipality) -> object:
    """What a search reads: how many there are, a page of them, the words marked, their sessions to come."""
    wanted = queries.Wanted(words="Fall Beschw")
    with scope.enter(scope.municipality(municipality), read_only=True):
        found = queries.modules(wanted, within=municipality)
        rows = list(found[:12])
        marked = queries.highlighted(pages_catalogue.said(rows, "de"), wanted.words, "de")
        return found.count(), marked, queries.upcoming(municipality, [row.pk for row in rows])


def _pages(municipality: Municipality, module: Module, session: Session) -> dict[str, str]:
    slug = municipality.slug
    modules, sessions = reverse("training-catalogue", args=[slug]), reverse("training-sessions", args=[slug])
    month = timezone.localtime(session.first_starts_at)
    return {
        "catalogue": modules,
        "search, one word": f"{modules}?words=Beschwerde",
        "search, beginning of the last of two words": f"{modules}?words=Fall+Beschw",
        "search, with filters and a session to come": f"{modules}?words=Ermessen&dimension=2&sessions=on",
        "sessions": sessions,
        "sessions of a month": f"{sessions}?month={month:%Y-%m}",
        "a module": reverse("training-module", args=[slug, module.key]),
        "a session": reverse("training-session", args=[slug, session.pk]),
        "recommended": reverse("training-recommended", args=[slug]),
        "public search": f"{reverse('training-public-list')}?words=Beschwerde",
    }


def _visit(client: Client, url: str) -> Callable[[], object]:
    return lambda: client.get(url)


def _module(number: int) -> Module:
    subject = SUBJECTS[number % len(SUBJECTS)]
    made = factories.offered(
        f"{subject} {number}", dimension=1 + number % 10, edition={"summary": f"Ein Fall zu {subject}. " * 8}
    )
    assert made.offered is not None
    write_search(made.offered)
    return made


def _sessions(modules: list[Module]) -> list[Session]:
    """Open to all, on two days each, over two years."""
    staff, begins = UserFactory(staff=True), timezone.now().replace(microsecond=0) + timedelta(days=3)
    made = Session.objects.bulk_create(
        Session(
            module=modules[number % MODULES],
            edition=modules[number % MODULES].offered,
            opens_to=Session.OpensTo.ALL,
            mode=Session.Mode.ON_SITE,
            capacity=20,
            enrol_until=begins + timedelta(hours=3 * number),
            cancel_until=begins + timedelta(hours=3 * number),
            created_by=staff,
        )
        for number in range(SESSIONS)
    )
    SessionDate.objects.bulk_create(
        SessionDate(
            session=session,
            starts_at=session.enrol_until + timedelta(days=2 + day),
            ends_at=session.enrol_until + timedelta(days=2 + day, hours=3),
        )
        for session in made
        for day in (0, 7)
    )
    Session.objects.filter(pk__in=[session.pk for session in made]).update(state=Session.State.OPEN)
    return list(Session.objects.order_by("first_starts_at")[:1])
