"""The plan as an Excel file: nothing runs in it, it is checked row by row, and imported as a whole or not at all."""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.commitments import measure_workbook
from apps.commitments.actions import measure_import as actions
from apps.commitments.measure_workbook import Unreadable, read_plan
from apps.commitments.models import Measure
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.commitments import factories
from tests.commitments.test_measures import signed_in, url
from tests.factories import UserFactory, member, org_unit

pytestmark = pytest.mark.django_db

HEAD = ["No.", "Title", "State", "Responsible department", "Responsible person", "Deadline", "Budget in euros"]


@pytest.fixture
def coordinator(municipality: Municipality) -> User:
    return member(municipality, Role.COORDINATOR)


@pytest.fixture
def client(coordinator: User) -> Client:
    return signed_in(coordinator)


def sheet(*rows: Any, head: list[str] | None = None) -> bytes:
    """A file with English headings, which are taken in every language."""
    book = Workbook()
    with translation.override("en"):
        book.worksheets[0].append(head if head is not None else HEAD)
    for row in rows:
        book.worksheets[0].append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(client: Client, municipality: Municipality, content: bytes, name: str = "plan.xlsx") -> Any:
    return client.post(url("import", municipality), {"document": SimpleUploadedFile(name, content)})


def problems(municipality: Municipality, content: bytes) -> list[tuple[int, str]]:
    """Where the file is refused: rows and columns."""
    with translation.override("en"), scope.enter(scope.municipality(municipality)), pytest.raises(Unreadable) as caught:
        actions.check(read_plan(content))
    return [(problem.row, problem.column) for problem in caught.value.problems]


def imported(client: Client, municipality: Municipality, content: bytes) -> Any:
    """Check the file and import it, as the preview page does."""
    response = upload(client, municipality, content)
    assert response.status_code == 200, response.context["problems"]
    return client.post(url("import-apply", municipality), {"carried": response.context["carried"]})


def all_measures(municipality: Municipality) -> list[Measure]:
    with scope.enter(scope.municipality(municipality)):
        return list(Measure.objects.select_related("responsible", "org_unit").order_by("number"))


def exported(client: Client, municipality: Municipality) -> bytes:
    response = client.post(url("export", municipality))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    return response.content


# --- Writing -------------------------------------------------------------------------------------------------------


def test_nothing_in_the_file_runs(municipality: Municipality, client: Client) -> None:
    factories.measure(municipality, title='=HYPERLINK("http://x.example")', description="@SUM(A1)", budget_note="+1")
    cells = [
        cell
        for row in load_workbook(io.BytesIO(exported(client, municipality))).worksheets[0].iter_rows(min_row=2)
        for cell in row
        if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} <= {"s", "d", "n"}
    assert not [cell for cell in cells if str(cell.value).startswith(("=", "@", "+"))]


def test_taking_the_plan_away_is_recorded(municipality: Municipality, client: Client) -> None:
    factories.measure(municipality)
    exported(client, municipality)
    with scope.enter(scope.municipality(municipality)):
        assert AuditEntry.objects.get(verb="measures.exported").data == {"measures": 1}


def test_what_was_exported_is_imported_as_it_was(municipality: Municipality, client: Client) -> None:
    """Names that are not unique, formulas, days, numbers and long texts come back the same."""
    unit, below = org_unit(municipality, "Ordnungsamt"), org_unit(municipality, "Bürgeramt")
    twin = org_unit(municipality, "Ordnungsamt", parent=below)
    person = member(municipality, "contributor", user=UserFactory(first_name="Kim", last_name="Doppelt"))
    namesake = member(municipality, "employee", user=UserFactory(first_name="Kim", last_name="Doppelt"))
    factories.measure(
        municipality,
        title="=1+1",
        description="Zeile eins\nZeile zwei",
        org_unit=unit,
        responsible=person,
        deputy=namesake,
        starts_on=date(2026, 12, 1),
        due_on=date(2027, 6, 30),
        budget=Decimal("12345.60"),
        indicator="Tage",
        baseline=Decimal("42.125"),
        target=Decimal(14),
    )
    factories.measure(municipality, org_unit=twin, state="waiting")
    factories.measure(municipality, state="done")
    content = exported(client, municipality)
    response = upload(client, municipality, content)
    assert response.status_code == 200, response.context["problems"]
    checked = response.context["checked"]
    assert [dict(line.values) for line in checked.changed] == []
    assert (len(checked.new), checked.unchanged) == (0, 3)


# --- Checking ------------------------------------------------------------------------------------------------------


def test_the_check_stores_nothing(municipality: Municipality, client: Client) -> None:
    response = upload(client, municipality, sheet([None, "Frist beschließen", None, None, None, None, None]))
    assert response.status_code == 200
    assert len(response.context["new"]) == 1
    assert all_measures(municipality) == []


def test_new_and_changed_rows_are_imported(municipality: Municipality, client: Client, coordinator: User) -> None:
    unit = org_unit(municipality, short_name="32")
    measure = factories.measure(municipality, description="Bleibt: die Spalte fehlt.", budget=Decimal(5))
    content = sheet(
        ["M1", "Neuer Titel", "done", "32", coordinator.email, date(2027, 1, 31), None],
        [None, "Zweite", None, unit.name, coordinator.get_full_name().upper(), "31.03.2027", "1.250,50 €"],
        [" ", "Dritte", "in progress", None, None, None, 7],
    )
    response = imported(client, municipality, content)
    assert response.status_code == 303
    first, second, third = all_measures(municipality)
    assert (first.pk, first.title, first.state, first.done_on) == (
        measure.pk,
        "Neuer Titel",
        "done",
        timezone.localdate(),
    )
    assert (first.description, first.budget, first.revision) == ("Bleibt: die Spalte fehlt.", None, 2)
    assert (second.number, second.responsible, second.org_unit) == (2, coordinator, unit)
    assert (second.due_on, second.budget) == (date(2027, 3, 31), Decimal("1250.50"))
    assert (third.number, third.state, third.budget) == (3, "in_progress", 7)
    with scope.enter(scope.municipality(municipality)):
        assert AuditEntry.objects.get(verb="measures.imported").data == {"new": 2, "changed": 1}


def test_what_is_unknown_is_named_with_its_row_and_column(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    stranger = member(other_municipality)
    factories.measure(municipality, state="done")
    content = sheet(
        ["M9", "A", None, None, None, None, None],
        ["x", "B", None, None, None, None, None],
        [None, None, None, None, None, None, 5],
        [None, "C", "fertig gedacht", None, None, None, None],
        [None, "D", None, "Weltraumamt", None, None, None],
        [None, "E", None, None, stranger.email, None, None],
        [None, "F", None, None, None, None, -3],
        ["M1", "G", "planned", None, None, None, None],
        ["1", "H", None, None, None, None, None],
        [None, "I", "waiting", None, None, None, None],
    )
    assert problems(municipality, content) == [
        (2, "No."),
        (3, "No."),
        (4, "Title"),
        (5, "State"),
        (6, "Responsible department"),
        (7, "Responsible person"),
        (8, "Budget in euros"),
        (9, "State"),
        (10, "No."),
        (11, "Reason"),
    ]


def test_values_of_the_wrong_kind_are_named_too(municipality: Municipality) -> None:
    content = sheet([None, "A", None, None, None, "bald", "viel"], [None, "B" * 161, None, None, None, None, True])
    assert problems(municipality, content) == [
        (2, "Deadline"),
        (2, "Budget in euros"),
        (3, "Title"),
        (3, "Budget in euros"),
    ]


def test_what_the_fields_are_to_each_other_is_checked_with_what_is_stored(municipality: Municipality) -> None:
    factories.measure(municipality, starts_on=date(2027, 1, 1))
    head = ["No.", "Title", "Deadline", "Starting value", "Target value", "Done on", "State", "Indicator"]
    rows = [
        ["M1", "A", date(2026, 1, 1), None, None, None, None, None],
        [None, "B", None, 3, None, None, None, "Tage"],
        [None, "C", None, None, 3, None, None, None],
        [None, "D", None, None, None, timezone.localdate() + timedelta(days=1), "done", None],
        [None, "E", None, None, None, timezone.localdate(), "planned", None],
    ]
    assert problems(municipality, sheet(*rows, head=head)) == [
        (2, "Deadline"),
        (3, "Measured on"),
        (4, "Indicator"),
        (5, "Done on"),
        (6, "Done on"),
    ]


def test_a_name_that_two_have_is_not_guessed(municipality: Municipality) -> None:
    for _twice in range(2):
        member(municipality, "contributor", user=UserFactory(first_name="Kim", last_name="Doppelt"))
    member_email = UserFactory(email="eindeutig@kommune.example")
    member(municipality, "contributor", user=member_email)
    content = sheet(
        [None, "A", None, None, "Kim Doppelt", None, None],
        [None, "B", None, None, "Eindeutig@Kommune.example", None, None],
    )
    assert problems(municipality, content) == [(2, "Responsible person")]


def test_the_page_shows_the_problems_and_nothing_is_stored(municipality: Municipality, client: Client) -> None:
    content = sheet(
        [None, "Gut", None, None, None, None, None], [None, "Schlecht", None, "Weltraumamt", None, None, None]
    )
    response = upload(client, municipality, content)
    assert response.status_code == 422
    assert "Weltraumamt" in response.content.decode()
    assert all_measures(municipality) == []


def test_another_municipalitys_measure_cannot_be_reached(
    municipality: Municipality, other_municipality: Municipality, client: Client
) -> None:
    for _number in range(3):
        factories.measure(other_municipality, title="Bleibt")
    factories.measure(municipality)
    assert problems(municipality, sheet(["M3", "Anders", None, None, None, None, None])) == [(2, "No.")]
    imported(client, municipality, sheet(["M1", "Anders", None, None, None, None, None]))
    assert {row.title for row in all_measures(other_municipality)} == {"Bleibt"}


# --- Files that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (["No.", "Title", "Colour"], [(1, "Colour")]),
        (["No.", "Title", "Title"], [(1, "Title")]),
        (["State"], [(1, "No."), (1, "Title")]),
    ],
)
def test_headings_that_do_not_fit_are_named(
    municipality: Municipality, head: list[str], expected: list[tuple[int, str]]
) -> None:
    assert problems(municipality, sheet(["M1", "A", "x"], head=head)) == expected


def test_german_headings_are_taken_in_english_and_the_other_way_round(municipality: Municipality) -> None:
    for language in ("de", "en"):
        with translation.override(language):
            head = [measure_workbook.heading("number"), measure_workbook.heading("title")]
        with translation.override("en" if language == "de" else "de"):
            (row,) = read_plan(sheet([None, "A"], head=head))
        assert (row["row"], row["title"]) == (2, "A")


def test_a_sheet_without_rows_says_so(municipality: Municipality) -> None:
    assert problems(municipality, sheet()) == [(0, "")]
    assert problems(municipality, sheet(head=[])) == [(0, "")]


def test_there_is_an_end_to_rows(municipality: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure_workbook, "MAX_ROWS", 2)
    rows = [[None, f"Maßnahme {number}"] for number in range(3)]
    assert problems(municipality, sheet(*rows, head=["No.", "Title"])) == [(0, "")]
    with scope.enter(scope.municipality(municipality)):
        assert len(actions.check(read_plan(sheet(*rows[:2], head=["No.", "Title"]))).new) == 2


@pytest.mark.parametrize("content", [b"", b"No.;Title\n1;A\n", b"PK\x03\x04kaputt"])
def test_what_is_no_workbook_is_refused_at_the_field(
    municipality: Municipality, client: Client, content: bytes
) -> None:
    response = upload(client, municipality, content)
    assert response.status_code == 422
    assert "document" in response.context["form"].errors


def test_another_office_document_is_refused(municipality: Municipality, client: Client) -> None:
    from tests.commitments.access_measures import PDF

    response = upload(client, municipality, PDF, "plan.pdf")
    assert "document" in response.context["form"].errors


def test_a_workbook_that_declares_entities_is_refused() -> None:
    source, buffer = zipfile.ZipFile(io.BytesIO(sheet([None, "A"]))), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a "b">]>' + data
            target.writestr(name, data)
    with pytest.raises(Unreadable):
        read_plan(buffer.getvalue())


# --- Between check and import --------------------------------------------------------------------------------------


def test_a_measure_that_has_changed_since_the_check_stops_the_whole_import(
    municipality: Municipality, client: Client
) -> None:
    measure = factories.measure(municipality)
    content = sheet(["M1", "Anders", None, None, None, None, None], [None, "Neu", None, None, None, None, None])
    carried = upload(client, municipality, content).context["carried"]
    with scope.enter(scope.municipality(municipality)):
        Measure.objects.filter(pk=measure.pk).update(title="Inzwischen", revision=2)
    response = client.post(url("import-apply", municipality), {"carried": carried})
    assert response.status_code == 422
    assert [row.title for row in all_measures(municipality)] == ["Inzwischen"]


def test_a_check_cannot_be_forged_lent_or_kept(
    municipality: Municipality, other_municipality: Municipality, client: Client, coordinator: User
) -> None:
    carried = upload(client, municipality, sheet([None, "A", None, None, None, None, None])).context["carried"]
    elsewhere = signed_in(member(other_municipality))
    colleague = signed_in(member(municipality))
    assert elsewhere.post(url("import-apply", other_municipality), {"carried": carried}).status_code == 422
    assert colleague.post(url("import-apply", municipality), {"carried": carried}).status_code == 422
    assert client.post(url("import-apply", municipality), {"carried": carried[:-2]}).status_code == 422
    forged = signing.dumps({"rows": [], "revisions": {}, "municipality": "x"}, salt="commitments.plan", compress=True)
    assert client.post(url("import-apply", municipality), {"carried": forged}).status_code == 422
    assert all_measures(municipality) == all_measures(other_municipality) == []


def test_importing_twice_what_changes_is_refused_the_second_time(municipality: Municipality, client: Client) -> None:
    factories.measure(municipality)
    response = upload(client, municipality, sheet(["M1", "Anders", None, None, None, None, None]))
    data = {"carried": response.context["carried"]}
    assert client.post(url("import-apply", municipality), data).status_code == 303
    assert client.post(url("import-apply", municipality), data).status_code == 422
