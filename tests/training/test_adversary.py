"""What somebody would try who wants a seat, a certificate or a name that is not theirs, and what they get instead."""

import io
import logging
import zipfile
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.reviews.problems import Refused
from apps.training import check_in, group_workbook, queries_certificates, queries_packages
from apps.training.actions import attendance, certificates, group, places, seats, sessions
from apps.training.actions.places import NotPossible
from apps.training.actions.sessions import Unfit
from apps.training.calendar import Item, Slot, invitation, uid_of
from apps.training.models import (
    Approver,
    Attendance,
    CertificateSeal,
    Completion,
    ConfidentialAttendance,
    ConfidentialPlace,
    Enrolment,
    GateDocument,
    MandatoryTraining,
    Module,
    Overlay,
    Package,
    Progress,
    Room,
    Session,
    SessionShare,
    TrainingOpening,
)
from apps.training.packages import build
from tests.assessments.test_concurrency import at_once
from tests.factories import MunicipalityFactory, UserFactory, member, org_unit
from tests.training.factories import empowerment, offered, seats_as_counted, session, trainer
from tests.training.mandatory_factories import mandatory
from tests.training.place_factories import employee, enrolled, filled, open_municipality, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return open_municipality()


@pytest.fixture
def person(town: Municipality) -> User:
    return employee(town)


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


class TestTheKeyOfAForm:
    """It is the sender's own; with one that was used before nothing happens a second time, and nothing breaks."""

    @pytest.mark.parametrize("make", [offered, empowerment])
    def test_used_for_another_session_is_refused_with_a_sentence(
        self, make: Any, person: User, town: Municipality
    ) -> None:
        module, key = make(), uuid4()
        first, second = session(module), session(module)
        enrolled(person, first, town, key)
        with pytest.raises(NotPossible):
            enrolled(person, second, town, key)

    def test_leaves_no_key_of_a_row_in_a_log(
        self, person: User, town: Municipality, caplog: pytest.LogCaptureFixture
    ) -> None:
        module, key = empowerment(), uuid4()
        enrolled(person, session(module), town, key)
        with caplog.at_level(logging.DEBUG):
            answer = signed_in(person).post(
                reverse("trainings-enrol"),
                {"session": session(module).pk, "municipality": town.pk, "request_key": key},
            )
        assert answer.status_code == 422
        assert str(key) not in caplog.text
        assert "confidential" not in caplog.text


class TestSeats:
    def test_a_colleague_takes_no_seat_once_the_records_are_closed(self, person: User, town: Municipality) -> None:
        place, colleague = enrolled(person, session(), town), employee(town)
        TrainingOpening.objects.filter(of=town).update(closed_at=timezone.now() + timedelta(seconds=1))
        with scope.enter(scope.municipality(town)), pytest.raises(NotPossible):
            places.substitute(actor=UserFactory(), place_id=place.pk, address=colleague.email)
        assert state_of(place) == "enrolled"

    def test_a_quota_below_what_is_taken_lets_nobody_else_in(self, town: Municipality) -> None:
        about = session(capacity=10)
        for _number in range(3):
            enrolled(employee(town), about, town)
        Session.objects.filter(pk=about.pk).update(quota_each=2)
        assert enrolled(employee(town), about, town).state == "waiting"
        filled(about)
        assert enrolled(employee(town), about, town).state == "waiting"

    def test_a_quota_of_its_own_set_later_counts_who_is_there(self, town: Municipality) -> None:
        staff, about = UserFactory(staff=True), session(capacity=10)
        for _number in range(3):
            enrolled(employee(town), about, town)
        values = {"opens_to": "all", "capacity": 10}
        with scope.enter(scope.programme()), pytest.raises(Unfit):
            sessions.change_seats(actor=staff, session_id=about.pk, values=values, shares={town.pk: 2})
        with scope.enter(scope.programme()):
            sessions.change_seats(actor=staff, session_id=about.pk, values=values, shares={town.pk: 3})
        assert enrolled(employee(town), about, town).state == "waiting"

    def test_closing_a_session_to_others_does_not_forget_whom_it_has(self, town: Municipality) -> None:
        staff, about, other = UserFactory(staff=True), session(capacity=10), open_municipality()
        enrolled(employee(town), about, town)
        with scope.enter(scope.programme()):
            sessions.change_seats(
                actor=staff, session_id=about.pk, values={"opens_to": "some"}, shares={town.pk: None, other.pk: 4}
            )
        taken = dict(SessionShare.objects.filter(session=about).values_list("of", "taken"))
        assert taken == {town.pk: 1, other.pk: 0}

    def test_counters_equal_the_rows_after_every_way(self, person: User, town: Municipality) -> None:
        module = offered()
        here, there = session(module, capacity=2), session(module, capacity=2)
        waiting = [employee(town) for _number in range(3)]
        place = enrolled(person, here, town)
        others = [enrolled(one, here, town) for one in waiting]
        with scope.enter(scope.municipality(town)):
            moved = places.move(actor=person, place_id=place.pk, to_session_id=there.pk)
            back = places.move(actor=person, place_id=moved.pk, to_session_id=here.pk)
            places.substitute(actor=person, place_id=others[0].pk, address=employee(town).email)
        filled(here)
        with scope.enter(scope.person(person)):
            places.cancel(actor=person, place_id=back.pk)
        for about in (here, there):
            about.refresh_from_db()
            assert (about.taken, about.waiting) == seats_as_counted(about)
            shares = list(SessionShare.objects.filter(session=about).values_list("taken", flat=True))
            assert sum(shares) in (0, about.taken)

    def test_the_host_of_a_session_for_some_needs_no_leave_of_its_own(self, town: Municipality) -> None:
        other, about = open_municipality(), session(host=town, opens_to="some", capacity=10)
        enrolled(employee(town), about, town)
        with scope.enter(scope.municipality(town)):
            sessions.change_seats(
                actor=UserFactory(), session_id=about.pk, values={"opens_to": "some"}, shares={other.pk: 4}
            )
        assert enrolled(employee(town), about, town).state == "enrolled"


class TestWhatAMunicipalityCounts:
    def test_two_overlapping_duties_do_not_tell_how_far_the_few_others_are(self, town: Municipality) -> None:
        module, unit = offered(), org_unit(town, "Bürgeramt")
        inside = [member(town, Role.EMPLOYEE, org_unit=unit) for _number in range(20)]
        few = [member(town, Role.EMPLOYEE) for _number in range(2)]
        today = timezone.localdate()
        with scope.enter(scope.municipality(town)):
            for person in [*inside[:10], few[0]]:
                Completion.objects.create(
                    user=person, module=module, edition=module.offered, completed_on=today, minutes=30
                )
        mandatory(town, module=module)
        mandatory(town, module=module, org_unit=unit)
        page = signed_in(member(town, Role.COORDINATOR)).get(reverse("training-mandatory", args=[town.slug]))
        shown = [[number for _label, number in line.cells if number is not None] for line in page.context["lines"]]
        assert sorted(map(bool, shown)) == [False, True]


class TestCertificates:
    def test_are_not_for_who_gave_the_seat_back(self, person: User, town: Municipality) -> None:
        about = session(empowerment())
        place = enrolled(person, about, town)
        with scope.enter(scope.person(person)):
            ConfidentialAttendance.objects.create(
                municipality_id=town.pk, place=place, user=person, date=about.dates.get()
            )
            places.cancel(actor=person, place_id=place.pk)
        long_ago = timezone.now() - timedelta(days=9)
        Session.objects.filter(pk=about.pk).update(cancel_until=long_ago)
        about.dates.update(starts_at=long_ago, ends_at=long_ago + timedelta(hours=3))
        with scope.enter(scope.person(person)):
            assert queries_certificates.certifiable(person) == []


class TestCheckingIn:
    def test_is_not_guessed_without_end_and_nobody_else_is_held_up(self, person: User, town: Municipality) -> None:
        cache.clear()
        url, browser = reverse("training-check-in"), signed_in(person)
        answers = [browser.post(url, {"code": "ABC DEF"}).status_code for _number in range(21)]
        assert answers == [422] * 20 + [429]
        assert browser.get(reverse("training-check-in-code", args=["A" * 24])).status_code == 429
        assert signed_in(employee(town)).post(url, {"code": "ABC DEF"}).status_code == 422

    def test_with_the_code_of_another_session_notes_nothing(self, person: User, town: Municipality) -> None:
        now = timezone.now()
        mine, other = (
            session(
                starts=now - timedelta(minutes=20),
                enrol_until=now + timedelta(hours=1),
                cancel_until=now - timedelta(hours=1),
            )
            for _n in range(2)
        )
        enrolled(person, mine, town)
        date = other.dates.select_related("session").get()
        with scope.enter(scope.person(person)), pytest.raises(Refused):
            attendance.check_in_with(actor=person, code=check_in.token_at(date, timezone.now()))
        with scope.enter(scope.person(person)):
            assert not Attendance.objects.exists()


EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&]]>"


class TestWordsThatAreCode:
    def evil(self) -> Module:
        quiz = {
            "text": "Text",
            "pass_mark": 0,
            "attempts": 0,
            "questions": [
                {
                    "key": "q1",
                    "type": "single",
                    "prompt": EVIL,
                    "points": 1,
                    "options": [
                        {"key": "a", "text": EVIL, "correct": True, "feedback": EVIL},
                        {"key": "b", "text": EVIL, "correct": False, "feedback": EVIL},
                    ],
                }
            ],
        }
        edition = {"summary": EVIL, "target_group": EVIL, "objectives": [EVIL]}
        return offered(EVIL, units=[("frage", "quiz", quiz)], edition=edition)

    def test_stay_words_in_player_catalogue_and_on_the_public_page(self, person: User, town: Municipality) -> None:
        module = self.evil()
        with scope.enter(scope.municipality(town)):
            Overlay.objects.create(
                module=module, unit_key="frage", title=EVIL, text="Text", seen="0" * 64, seen_edition=module.offered,
                edited_by=UserFactory(),
            )  # fmt: skip
        about = session(module)
        browser = signed_in(person)
        urls = [
            reverse("learning-overview", args=[town.slug, module.key]),
            reverse("learning-unit", args=[town.slug, module.key, "frage"]),
            reverse("training-module", args=[town.slug, module.key]),
            reverse("training-catalogue", args=[town.slug]) + "?q=alert",
            reverse("training-session", args=[town.slug, about.pk]),
            reverse("trainings-enrol") + f"?session={about.pk}",
            reverse("training-public", args=[module.number]),
        ]
        for url in urls:
            page = browser.get(url)
            assert page.status_code == 200, url
            text = page.content.decode()
            assert "<script>alert" not in text, url
            assert "<img src=x" not in text, url

    @pytest.mark.parametrize("kind", list(Package.Kind.values[:3]))
    def test_stay_words_in_a_package(self, kind: str, town: Municipality) -> None:
        module = self.evil()
        assert module.offered is not None
        with scope.enter(scope.municipality(town)):
            source = queries_packages.source(module.offered.pk, "de", with_overlay=False)
        with translation.override("de"):
            made = build.build(source, kind, lambda percent: None)
        with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
            for name in archive.namelist():
                assert not name.startswith("/") and ".." not in name
                text = archive.read(name).decode(errors="ignore")
                assert "<script>alert" not in text, name
                assert "<img src=x" not in text, name

    def test_in_the_calendar_add_no_line(self, person: User, town: Municipality) -> None:
        evil = "Titel\r\nEND:VEVENT\r\nATTENDEE:mailto:x@y.example"
        item = Item(uid_of("x"), evil, [Slot(timezone.now(), timezone.now())], timezone.now(), 0)
        text = invitation(item, method="REQUEST", organiser="a@b.example", attendee="c@d.example")
        assert text.count("END:VEVENT") - text.count("\\nEND:VEVENT") == 1
        assert "\r\nATTENDEE:mailto:x" not in text

    @pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    def test_in_a_sheet_are_no_formula(self, name: str) -> None:
        sheet = load_workbook(io.BytesIO(group_workbook.people([[name] * 5]))).worksheets[0]
        assert all(cell.data_type == "s" and str(cell.value)[0] not in "=+-@\t\r" for cell in sheet[2])


class TestTheGate:
    def test_before_it_is_open_nothing_is_recorded_by_any_way(self) -> None:
        town = MunicipalityFactory()
        person, module = employee(town), offered()
        about, key = session(module), uuid4()
        with pytest.raises(NotPossible):
            enrolled(person, about, town)
        with scope.enter(scope.municipality(town)), pytest.raises(NotPossible):
            group.enrol_group(
                actor=person, session_id=about.pk, municipality=town, addresses=[person.email], request_key=key
            )
        browser = signed_in(person)
        for name, args in (("learning-done", ["ankommen"]), ("learning-finish", [])):
            browser.post(reverse(name, args=[town.slug, module.key, *args]))
        browser.post(
            reverse("learning-unit", args=[town.slug, module.key, "pruefung"]),
            {"pruefung.q1": "a", "pruefung.q2.a": "1", "pruefung.q2.b": "2", "pruefung.q2.c": "3", "attempt": 1},
        )
        with scope.enter(scope.municipality(town)):
            assert not Progress.objects.exists()
            assert not Completion.objects.exists()
            assert not Enrolment.objects.exists()


class TestSomebodyElses:
    """Keys of another municipality's rows, at one's own addresses."""

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_places_additions_papers_and_lists_are_not_there(self, method: str, town: Municipality) -> None:
        module, other = offered(), open_municipality()
        about = session(module, host=other)
        place = enrolled(employee(other), about, other)
        boss = employee(other)
        with scope.enter(scope.municipality(other)):
            addition = Overlay.objects.create(
                module=module, unit_key="ankommen", title="T", text="T", seen="0" * 64, seen_edition=module.offered,
                edited_by=boss,
            )  # fmt: skip
            package = Package.objects.create(
                edition=module.offered, kind="web", language="de", requested_by=boss, heartbeat_at=timezone.now()
            )
            approver = Approver.objects.create(user=boss)
            paper = GateDocument.objects.all()[0]
        room = Room.objects.create(host=other, name="Saal", address="Weg 1")
        duty = mandatory(other, module=module)
        urls = {
            "session-people": [about.pk],
            "session-people-export": [about.pk],
            "session-people-template": [about.pk],
            "session-people-add": [about.pk],
            "session-people-import": [about.pk],
            "session-people-substitute": [place.pk],
            "session-people-move": [place.pk],
            "session-people-cancel": [place.pk],
            "training-approvals-decide": [place.pk],
            "training-approver-remove": [approver.pk],
            "training-gate-document": [paper.pk],
            "training-mandatory-people": [duty.pk],
            "training-mandatory-end": [duty.pk],
            "overlays-change": [module.key, addition.pk],
            "overlays-confirm": [module.key, addition.pk],
            "overlays-move": [module.key, addition.pk],
            "overlays-delete": [module.key, addition.pk],
            "packages-download": [module.key, package.pk],
            "sessions-detail": [about.pk],
            "sessions-change": [about.pk],
            "sessions-seats": [about.pk],
            "sessions-trainers": [about.pk],
            "sessions-open": [about.pk],
            "sessions-cancel": [about.pk],
            "sessions-attendance": [about.pk],
            "sessions-attendance-tick": [about.pk],
            "sessions-attendance-pdf": [about.pk],
            "sessions-hold": [about.pk],
            "sessions-room": [room.pk],
        }
        browser = signed_in(member(town, Role.COORDINATOR))
        found = {}
        for name, args in urls.items():
            answer = getattr(browser, method)(reverse(name, args=[town.slug, *args]))
            if answer.status_code not in (404, 405):
                found[name] = answer.status_code
        # Names are for nobody without the agreement; what is decided or removed already is led back to its list.
        led_back = {"training-approvals-decide": 303, "training-approver-remove": 303} if method == "post" else {}
        assert found == {"training-mandatory-people": 403} if method == "get" else led_back
        with scope.enter(scope.municipality(other)):
            assert Enrolment.objects.get(pk=place.pk).state == "enrolled"
            assert Overlay.objects.filter(pk=addition.pk).exists()
            assert Approver.objects.filter(pk=approver.pk).exists()
            assert MandatoryTraining.objects.get(pk=duty.pk).ended_at is None

    def test_places_and_certificates_are_not_there_for_a_colleague(self, person: User, town: Municipality) -> None:
        about = session(empowerment())
        place = enrolled(person, about, town)
        browser = signed_in(employee(town))
        for sent in ({"place": place.pk}, {"place": uuid4()}):
            assert browser.post(reverse("my-trainings-cancel"), sent).status_code == 404
            answer = browser.post(reverse("my-trainings-answer"), {**sent, "answer": "accept"})
            assert answer.status_code == 404
        issued = browser.post(reverse("training-certificate-issue"), {"source": place.pk}, follow=True)
        assert "nothing to be certified" in issued.content.decode()
        assert state_of(place) == "enrolled"

    @pytest.mark.parametrize("confidential", [False, True])
    def test_sessions_give_a_trainer_of_another_one_neither_code_nor_list(self, confidential: bool) -> None:
        role, stranger = trainer(), trainer()
        about = session(empowerment() if confidential else offered(), led_by=[role])
        browser = signed_in(stranger.user)
        day = about.dates.get()
        asked = {
            "trainer-sessions-detail": [about.pk],
            "trainer-sessions-material": [about.pk],
            "trainer-sessions-code": [about.pk, day.pk],
            "trainer-sessions-attendance": [about.pk],
            "trainer-sessions-attendance-pdf": [about.pk],
            "trainer-sessions-hold": [about.pk],
        }
        assert {browser.get(reverse(name, args=args)).status_code for name, args in asked.items()} == {404}
        assert browser.post(reverse("trainer-sessions-hold", args=[about.pk])).status_code == 404
        own = session(led_by=[stranger])
        mixed = browser.get(reverse("trainer-sessions-code", args=[own.pk, day.pk]))
        assert mixed.status_code == 404

    def test_municipality_is_not_enrolled_through(self, person: User, town: Municipality) -> None:
        about, other = session(), open_municipality()
        answer = signed_in(person).post(
            reverse("trainings-enrol"), {"session": about.pk, "municipality": other.pk, "request_key": uuid4()}
        )
        assert answer.status_code == 422
        about.refresh_from_db()
        assert about.entries == 0


class TestWhatIsLeftInLogs:
    def test_of_a_whole_confidential_journey_is_nothing_that_names_anybody(
        self,
        person: User,
        town: Municipality,
        caplog: pytest.LogCaptureFixture,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        now = timezone.now()
        full = session(empowerment(), capacity=1, starts=now + timedelta(days=3), enrol_until=now + timedelta(days=1))
        first = enrolled(employee(town), full, town)
        browser = signed_in(person)
        with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks() as sent:
            page = browser.get(reverse("trainings-enrol"), {"session": full.pk})
            key = page.context["form"]["request_key"].value()
            browser.post(reverse("trainings-enrol"), {"session": full.pk, "municipality": town.pk, "request_key": key})
            browser.post(
                reverse("trainings-enrol"), {"session": full.pk, "municipality": town.pk, "request_key": uuid4()}
            )
            browser.post(reverse("my-trainings-cancel"), {"place": uuid4()})
            browser.post(reverse("training-check-in"), {"code": "ABC DEF"})
            with scope.enter(scope.person(first.user_id)):
                places.cancel(actor=first.user, place_id=first.pk)
            filled(full)
            with scope.enter(scope.person(person)):
                place = ConfidentialPlace.objects.get(user=person)
            browser.post(reverse("my-trainings-answer"), {"place": place.pk, "answer": "accept"})
        assert state_of(place) == "enrolled"
        logged = "\n".join(
            row.getMessage() for row in caplog.records if not row.name.startswith(("django.db", "faker", "factory"))
        )
        carried = " ".join(str(getattr(call, "args", "")) for call in sent)
        for secret in (place.pk, first.pk, person.pk, person.email, person.last_name, town.slug):
            assert str(secret) not in logged
            assert str(secret) not in carried
        assert "mpowerment" not in logged + carried
        assert str(full.pk) not in logged


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """In transactions that really commit: whoever comes first, seats and rows agree afterwards."""

    def agrees(self, about: Session) -> bool:
        about.refresh_from_db()
        return (about.taken, about.waiting) == seats_as_counted(about, confidential=about.confidential)

    @pytest.mark.parametrize("make", [offered, empowerment])
    def test_a_session_is_cancelled_while_people_enrol(self, make: Any, town: Municipality) -> None:
        about, staff = session(make(), capacity=3), UserFactory(staff=True)
        people = [employee(town) for _number in range(5)]

        def cancelling() -> None:
            with scope.enter(scope.programme()):
                sessions.cancel(actor=staff, session_id=about.pk, reason="Krank")

        calls: list[Any] = [partial(enrolled, person, about, town) for person in people]
        results = list(at_once([*calls[:2], cancelling, *calls[2:]]))
        assert {type(result) for result in results if isinstance(result, Exception)} <= {NotPossible}
        with scope.enter(seats.scope_of(about)):
            seats.end_places(session_id=about.pk)
        assert self.agrees(about)
        assert (about.taken, about.waiting) == (0, 0)

    def test_seats_are_added_cancelled_handed_on_and_filled(self, town: Municipality) -> None:
        about, staff = session(capacity=3), UserFactory(staff=True)
        held = [enrolled(employee(town), about, town) for _number in range(3)]
        for _number in range(4):
            enrolled(employee(town), about, town)
        colleague = employee(town)

        def adding() -> None:
            with scope.enter(scope.programme()):
                sessions.raise_capacity(actor=staff, session_id=about.pk, capacity=4)

        def handing_on() -> None:
            with scope.enter(scope.municipality(town)):
                places.substitute(actor=staff, place_id=held[0].pk, address=colleague.email)

        def giving_back(place: Any) -> None:
            with scope.enter(scope.person(place.user_id)):
                places.cancel(actor=place.user, place_id=place.pk)

        calls = [adding, handing_on, partial(giving_back, held[0]), partial(giving_back, held[1])]
        results = list(at_once([*calls, partial(filled, about), partial(filled, about)]))
        assert {type(result) for result in results if isinstance(result, Exception)} <= {NotPossible}
        filled(about)
        assert self.agrees(about)
        assert about.taken == about.capacity == 4
        assert SessionShare.objects.get(session=about, of=town).taken == 4

    def test_a_certificate_is_asked_for_many_times(self, town: Municipality) -> None:
        person = employee(town)
        with scope.enter(scope.municipality(town)):
            module = offered()
            row = Completion.objects.create(
                user=person, module=module, edition=module.offered, completed_on=timezone.localdate(), minutes=30
            )

        def issuing() -> Any:
            with scope.enter(scope.person(person)):
                return certificates.issue(actor=person, source=row.pk, neutral=True, verify_url="https://k.example/").pk

        assert len(set(at_once([issuing] * 3))) == 1
        assert CertificateSeal.objects.count() == 1
