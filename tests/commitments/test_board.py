"""The three views of the plan: board, list, timeline; their filters, orders, pages and numbers of queries."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.commitments import pages_measures, queries_measures
from apps.commitments.models import Measure, MeasureDependency, MeasureNeed
from apps.commitments.pages_measures import Chosen
from apps.commitments.states import MeasureState
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories as assessments
from tests.commitments import factories
from tests.commitments.test_measures import signed_in, url
from tests.factories import member, org_unit
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

VIEWS = ("board", "list", "timeline")


@pytest.fixture
def coordinator(municipality: Municipality) -> User:
    return member(municipality, Role.COORDINATOR)


@pytest.fixture
def client(coordinator: User) -> Client:
    return signed_in(coordinator)


def many(municipality: Municipality, count: int) -> list[Measure]:
    """A plan with everything that could cost a query per row."""
    today = timezone.localdate()
    units = [org_unit(municipality, f"Amt {number}") for number in range(5)]
    people = [member(municipality, "contributor") for _number in range(5)]
    adoption = factories.adoption(municipality)
    with scope.enter(scope.municipality(municipality)):
        rows = Measure.objects.bulk_create(
            Measure(
                number=number,
                title=f"Maßnahme {number}",
                state=MeasureState.values[number % 3] if number % 7 else "done",
                reason="Es fehlt Personal." if number % 3 == 2 and number % 7 else "",
                done_on=None if number % 7 else today,
                org_unit=units[number % 5],
                responsible=people[number % 5],
                deputy=people[(number + 1) % 5],
                adoption=adoption if number % 2 else None,
                starts_on=today - timedelta(days=number + 30),
                due_on=today + timedelta(days=number - 20) if number % 5 else None,
            )
            if number % 5
            else Measure(number=number, title=f"Maßnahme {number}")
            for number in range(1, count + 1)
        )
        MeasureDependency.objects.bulk_create(
            MeasureDependency(measure=row, after=before) for before, row in pairwise(rows)
        )
    return rows


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_takes_few_queries_however_many_measures_there_are(
    municipality: Municipality, client: Client, view: str
) -> None:
    many(municipality, 200)
    with at_most(8):
        response = client.get(url(view, municipality))
    assert response.status_code == 200


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_plan_says_what_to_do_first(municipality: Municipality, client: Client, view: str) -> None:
    text = client.get(url(view, municipality)).content.decode()
    assert url("choose", municipality) in text
    reader = signed_in(member(municipality, "signatory")).get(url(view, municipality)).content.decode()
    assert url("choose", municipality) not in reader


@pytest.mark.parametrize("view", VIEWS)
def test_filters_that_leave_nothing_say_so(municipality: Municipality, client: Client, view: str) -> None:
    factories.measure(municipality)
    response = client.get(url(view, municipality) + "?state=done")
    assert response.context["number"] == 0
    assert f'href="{url(view, municipality)}"' in response.content.decode()


def test_the_views_share_their_filters(municipality: Municipality, client: Client) -> None:
    factories.measure(municipality)
    text = client.get(url("board", municipality) + "?state=open&page=x").content.decode()
    for view in VIEWS:
        assert url(view, municipality) + "?state=open" in text


def test_the_board_has_a_column_per_state_and_a_form_per_card(municipality: Municipality, client: Client) -> None:
    measure = factories.measure(municipality, state="waiting")
    response = client.get(url("board", municipality))
    columns = response.context["columns"]
    assert [column.state for column in columns] == MeasureState.values
    assert [len(column.lines) for column in columns] == [0, 0, 1, 0, 0]
    text = response.content.decode()
    assert f'action="{url("state", municipality, measure.pk)}"' in text
    reader = signed_in(member(municipality, "contributor")).get(url("board", municipality)).content.decode()
    assert url("state", municipality, measure.pk) not in reader


def test_the_board_shows_the_latest_of_what_is_over_and_leads_to_the_rest(
    municipality: Municipality, client: Client
) -> None:
    for _number in range(12):
        factories.measure(municipality, state="done")
    column = client.get(url("board", municipality)).context["columns"][3]
    assert (len(column.lines), column.total, column.hidden) == (10, 12, 2)
    assert column.more_url == url("list", municipality) + "?state=done"


def test_what_is_overdue_says_so_everywhere(municipality: Municipality, client: Client) -> None:
    late = factories.measure(municipality, due_on=timezone.localdate() - timedelta(days=1))
    factories.measure(municipality, state="done", due_on=timezone.localdate() - timedelta(days=1))
    for name, args in (("board", ()), ("list", ()), ("timeline", ()), ("detail", (late.pk,))):
        text = client.get(url(name, municipality, *args), headers={"accept-language": "en"}).content.decode()
        assert "overdue" in text or "überfällig" in text
    assert client.get(url("list", municipality) + "?state=overdue").context["number"] == 1


def chosen(municipality: Municipality, query: str, user: User) -> list[int]:
    with scope.enter(scope.municipality(municipality)):
        plan = queries_measures.plan()
    found = pages_measures.chosen_measures(plan, Chosen.read(QueryDict(query)), user.pk)
    return [row.number for row in found]


def test_the_filters_leave_what_they_say(municipality: Municipality, coordinator: User) -> None:
    today = timezone.localdate()
    unit, other, adoption = org_unit(municipality), org_unit(municipality, "Hauptamt"), factories.adoption(municipality)
    factories.measure(municipality, org_unit=unit, responsible=coordinator, due_on=today - timedelta(days=2))
    factories.measure(municipality, org_unit=other, deputy=coordinator, state="done", due_on=today)
    factories.measure(municipality, adoption=adoption, due_on=today - timedelta(days=5))
    need = assessments.signed(municipality)
    last = factories.measure(municipality)
    with scope.enter(scope.municipality(municipality)):
        row = need.needs.filter(dimension=2).first()
        MeasureNeed.objects.create(measure=last, need=row)
    expected = {
        "": [3, 1, 2, 4],
        "state=open": [3, 1, 4],
        "state=overdue": [3, 1],
        "state=done": [2],
        f"unit={unit.pk}": [1],
        "person=me": [1, 2],
        f"person={coordinator.pk}": [1, 2],
        f"adoption={adoption.pk}": [3],
        "dimension=5": [3],
        "dimension=2": [4],
        "dimension=9": [],
        "state=nonsense&unit=x&person=y&adoption=z&dimension=-1&sort=w": [3, 1, 2, 4],
    }
    assert {query: chosen(municipality, query, coordinator) for query in expected} == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("due", [3, 2, 1]),
        ("number", [1, 2, 3]),
        ("title", [2, 3, 1]),
        ("unit", [2, 1, 3]),
        ("person", [1, 2, 3]),
        ("state", [3, 2, 1]),
    ],
)
def test_the_list_is_ordered_as_asked(
    municipality: Municipality, coordinator: User, sort: str, expected: list[int]
) -> None:
    today = timezone.localdate()
    person = member(municipality, "contributor")
    factories.measure(
        municipality, title="Zuständigkeit", org_unit=org_unit(municipality), responsible=person, state="waiting"
    )
    factories.measure(
        municipality, title="Antwort", org_unit=org_unit(municipality, "Amt"), due_on=today, state="in_progress"
    )
    factories.measure(municipality, title="Brief", due_on=today - timedelta(days=1))
    assert chosen(municipality, f"sort={sort}", coordinator) == expected


def test_the_list_comes_in_pages_that_keep_the_filters(municipality: Municipality, client: Client) -> None:
    many(municipality, 60)
    response = client.get(url("list", municipality) + "?sort=number&page=2")
    assert len(response.context["lines"]) == 10
    assert "?sort=number&amp;page=1" in response.content.decode()


def test_what_waits_says_for_what_and_warns_of_a_deadline_that_is_too_early(
    municipality: Municipality, client: Client
) -> None:
    today = timezone.localdate()
    first = factories.measure(municipality, due_on=today + timedelta(days=30))
    second = factories.measure(municipality, due_on=today + timedelta(days=10))
    with scope.enter(scope.municipality(municipality)):
        MeasureDependency.objects.create(measure=second, after=first)
    (_before, line) = sorted(client.get(url("list", municipality)).context["lines"], key=lambda row: row.measure.number)
    assert line.late_for == ("M1",)
    assert "M1" in line.waits[0]
    with scope.enter(scope.municipality(municipality)):
        Measure.objects.filter(pk=first.pk).update(state="done", done_on=today)
    (_before, line) = sorted(client.get(url("list", municipality)).context["lines"], key=lambda row: row.measure.number)
    assert (line.waits, line.late_for) == ((), ())


def test_titles_are_escaped_in_every_view(municipality: Municipality, client: Client) -> None:
    bad: dict[str, Any] = {"title": "<script>alert(1)</script>", "due_on": timezone.localdate()}
    measure = factories.measure(municipality, **bad)
    for name, args in (("board", ()), ("list", ()), ("timeline", ()), ("detail", (measure.pk,))):
        text = client.get(reverse(f"measures-{name}", args=[municipality.slug, *args])).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
