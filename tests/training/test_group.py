"""Enrolling several people at once: what would happen, doing it, and the sheets. Ordinary sessions only."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.files.checks import XLSX
from apps.files.workbooks import UnreadableWorkbook
from apps.municipalities.models import Municipality, Role
from apps.training import group_workbook
from apps.training.actions import group
from apps.training.actions.seats import NotPossible
from apps.training.models import Enrolment, Session
from tests.factories import MunicipalityFactory, UserFactory, member, org_unit
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, offered, session
from tests.training.place_factories import employee, enrolled, now_as, open_municipality, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = []


@pytest.fixture
def town() -> Municipality:
    return open_municipality()


@pytest.fixture
def coordinator(town: Municipality, client: Client) -> User:
    person = member(town, Role.COORDINATOR, user=UserFactory(language="en"))
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


def sheet(*rows: Sequence[str]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("leute.xlsx", content, content_type=XLSX.media_type)


def doing(town: Municipality, about: Session, addresses: Sequence[str], actor: User, key: Any = None) -> list[str]:
    with scope.enter(scope.municipality(town)):
        lines = group.enrol_group(
            actor=actor, session_id=about.pk, municipality=town, addresses=addresses, request_key=key or uuid4()
        )
    return [str(line.outcome.value) for line in lines]


class TestEnrollingAGroup:
    def test_says_per_row_what_would_happen_and_then_does_it(self, town: Municipality, coordinator: User) -> None:
        about = session(capacity=2)
        people = [employee(town) for _ in range(3)]
        there = enrolled(employee(town), about, town)
        addresses = [
            people[0].email.upper(), people[1].email, people[0].email, there.user.email, "niemand@x.example", "",
        ]  # fmt: skip
        with scope.enter(scope.municipality(town)):
            lines = group.check(session=Session.objects.get(pk=about.pk), municipality=town, rows=enumerate(addresses))
        expected = ["enrolled", "waiting", "twice", "there", "unknown", "no_address"]
        assert [line.outcome.value for line in lines] == expected
        with scope.enter(scope.municipality(town)):
            assert Enrolment.objects.count() == 1
        assert doing(town, about, addresses, coordinator) == expected
        with scope.enter(scope.municipality(town)):
            place = Enrolment.objects.get(user=people[0])
            assert place.enrolled_by == coordinator
            assert AuditEntry.objects.get(verb="training.group_enrolled").data == {"people": 2}

    def test_sent_twice_is_done_once(self, town: Municipality, coordinator: User) -> None:
        about, key = session(), uuid4()
        addresses = [employee(town).email for _ in range(2)]
        assert doing(town, about, addresses, coordinator, key) == ["enrolled", "enrolled"]
        assert doing(town, about, addresses, coordinator, key) == ["enrolled", "enrolled"]
        with scope.enter(scope.municipality(town)):
            assert Enrolment.objects.count() == 2

    def test_reaches_nobody_of_another_municipality(self, town: Municipality, coordinator: User) -> None:
        stranger = employee(open_municipality())
        assert doing(town, session(), [stranger.email], coordinator) == ["unknown"]

    def test_waits_for_approval_where_the_municipality_wants_it(self, coordinator: User) -> None:
        careful = open_municipality(approval="required")
        assert doing(careful, session(), [employee(careful).email], coordinator) == ["requested"]

    def test_counts_the_quota(self, town: Municipality, coordinator: User) -> None:
        about = session(quota_each=1)
        addresses = [employee(town).email for _ in range(2)]
        with scope.enter(scope.municipality(town)):
            lines = group.check(session=about, municipality=town, rows=enumerate(addresses))
        assert [line.outcome.value for line in lines] == ["enrolled", "waiting"]
        assert doing(town, about, addresses, coordinator) == ["enrolled", "waiting"]

    def test_is_refused_where_nobody_can_enrol(self, town: Municipality, coordinator: User) -> None:
        closed = MunicipalityFactory()
        with pytest.raises(NotPossible, match="not open yet"):
            doing(closed, session(), [], coordinator)
        with pytest.raises(NotPossible, match="not open for enrolment"):
            doing(town, session(state="cancelled"), [], coordinator)

    def test_is_never_of_a_confidential_training(self, town: Municipality, coordinator: User) -> None:
        with pytest.raises(Session.DoesNotExist):
            doing(town, session(empowerment()), [employee(town).email], coordinator)


class TestSheets:
    def test_the_template_is_read_back(self) -> None:
        book = load_workbook(io.BytesIO(group_workbook.template()))
        book.worksheets[0]["A2"] = " kim@kommune.example "
        buffer = io.BytesIO()
        book.save(buffer)
        assert group_workbook.read(buffer.getvalue()) == [group_workbook.AddressRow(2, "kim@kommune.example")]

    def test_other_columns_and_either_language_do_no_harm(self) -> None:
        rows = group_workbook.read(sheet(["Name", "e-mail  address"], ["Kim", "kim@x.example"], ["", ""], ["Lu", ""]))
        assert [(row.row, row.address) for row in rows] == [(2, "kim@x.example"), (4, "")]

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"kein Excel", "cannot be read"),
            (sheet(["Name"], ["Kim"]), "no column"),
            (sheet(["E-mail address"]), "Below the headings"),
            (sheet(), "sheet is empty"),
            (sheet(["E-mail address"], *(["a@x.example"] for _ in range(501))), "more than 500"),
        ],
        ids=["no archive", "no column", "only a heading", "nothing", "too many"],
    )
    def test_what_cannot_be_read_is_refused_with_a_sentence(self, content: bytes, why: str) -> None:
        with pytest.raises(UnreadableWorkbook, match=why):
            group_workbook.read(content)

    def test_a_file_with_entities_or_damage_is_refused(self) -> None:
        for name, text, why in (
            ("xl/workbook.xml", "<!DOCTYPE x><x/>", "XML entities"),
            ("etwas.txt", "nichts", "cannot be read"),
        ):
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                archive.writestr(name, text)
            with pytest.raises(UnreadableWorkbook, match=why):
                group_workbook.read(buffer.getvalue())

    def test_no_name_becomes_a_formula(self) -> None:
        content = group_workbook.people([["=HYPERLINK(1)", "kim@x.example", "", "", ""]])
        cell = load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
        assert (cell.value, cell.data_type) == ("'=HYPERLINK(1)", "s")


class TestPages:
    def test_list_choose_and_enrol(self, client: Client, town: Municipality, coordinator: User) -> None:
        about = session(offered("Beschwerde führen"))
        unit = org_unit(town, "Bürgeramt")
        person = employee(town, org_unit=unit)
        url = reverse("session-people-add", args=[town.slug, about.pk])
        with at_most(14):
            assert person.get_full_name() in client.get(url, {"q": "bürgeramt"}).content.decode()
        assert "Nobody is found" in client.get(url, {"q": "gibt es nicht"}).content.decode()
        assert client.post(url, {"people": []}).status_code == 422
        key = str(uuid4())
        for _sent_twice in range(2):
            client.post(url, {"people": [person.email], "request_key": key})
        with at_most(14):
            page = client.get(reverse("session-people", args=[town.slug, about.pk])).content.decode()
        assert page.count(person.get_full_name()) >= 1 and "Beschwerde führen" in page
        with scope.enter(scope.municipality(town)):
            assert Enrolment.objects.filter(user=person).count() == 1

    def test_the_list_takes_as_many_queries_for_many_as_for_few(
        self, client: Client, town: Municipality, coordinator: User
    ) -> None:
        about = session(capacity=3)
        for _ in range(6):
            enrolled(employee(town), about, town)
        with at_most(14):
            client.get(reverse("session-people", args=[town.slug, about.pk]))

    def test_a_file_is_checked_shown_and_applied(self, client: Client, town: Municipality, coordinator: User) -> None:
        about, person = session(), employee(town)
        url = reverse("session-people-import", args=[town.slug, about.pk])
        content = sheet(["E-mail address"], [person.email], ["niemand@x.example"])
        page = client.post(url, {"document": upload(content)})
        assert page.status_code == 200 and b"niemand@x.example" in page.content
        carried = page.context["carried"]
        apply = reverse("session-people-import-apply", args=[town.slug, about.pk])
        for _sent_twice in range(2):
            assert client.post(apply, {"carried": carried}).status_code == 303
        with scope.enter(scope.municipality(town)):
            assert [row.user for row in Enrolment.objects.filter(session=about)] == [person]
        other = reverse("session-people-import-apply", args=[town.slug, session().pk])
        for wrong in ("", carried):
            assert client.post(other, {"carried": wrong}).status_code == 422

    def test_a_file_that_is_none_is_refused_beside_its_field(
        self, client: Client, town: Municipality, coordinator: User
    ) -> None:
        about = session()
        url = reverse("session-people-import", args=[town.slug, about.pk])
        page = client.post(url, {"document": upload(sheet(["Name"], ["Kim"]))})
        assert page.status_code == 422 and page.context["form"].errors["document"]
        Session.objects.filter(pk=about.pk).update(state="cancelled", cancelled_because="Zu wenige.")
        page = client.post(url, {"document": upload(sheet(["E-mail address"], ["kim@x.example"]))})
        assert page.status_code == 422 and page.context["form"].non_field_errors()

    def test_sheets_are_handed_out(self, client: Client, town: Municipality, coordinator: User) -> None:
        about = session()
        enrolled(employee(town), about, town)
        for name in ("session-people-export", "session-people-template"):
            response = client.get(reverse(name, args=[town.slug, about.pk]))
            assert response["Content-Type"] == XLSX.media_type and "attachment" in response["Content-Disposition"]

    def test_hand_on_move_and_cancel(self, client: Client, town: Municipality, coordinator: User) -> None:
        module = offered()
        about, other = session(module), session(module)
        first, second, third = (enrolled(employee(town), about, town) for _ in range(3))
        colleague = employee(town)
        hand_on = reverse("session-people-substitute", args=[town.slug, first.pk])
        assert client.get(hand_on).status_code == 200
        assert client.post(hand_on, {"address": "niemand@x.example"}).status_code == 422
        assert client.post(hand_on, {"address": colleague.email}).status_code == 303
        move = reverse("session-people-move", args=[town.slug, second.pk])
        assert client.get(move).status_code == 200
        assert client.post(move, {"session": str(uuid4())}).status_code == 422
        assert client.post(move, {"session": str(other.pk)}).status_code == 303
        cancel = reverse("session-people-cancel", args=[town.slug, third.pk])
        assert client.get(cancel).status_code == 200
        assert client.post(cancel).status_code == 303
        assert {state_of(place) for place in (first, second, third)} == {"cancelled"}
        assert now_as(first).session_id == about.pk

    def test_know_no_confidential_training(self, client: Client, town: Municipality, coordinator: User) -> None:
        about = session(empowerment())
        place = enrolled(employee(town), about, town)
        for name, key in (
            ("session-people", about.pk),
            ("session-people-add", about.pk),
            ("session-people-import", about.pk),
            ("session-people-export", about.pk),
            ("session-people-substitute", place.pk),
            ("session-people-move", place.pk),
            ("session-people-cancel", place.pk),
        ):
            assert client.get(reverse(name, args=[town.slug, key])).status_code == 404

    def test_are_not_there_for_a_session_that_is_not_open_to_the_municipality(
        self, client: Client, town: Municipality, coordinator: User
    ) -> None:
        about = session(host=open_municipality())
        assert client.get(reverse("session-people", args=[town.slug, about.pk])).status_code == 404
