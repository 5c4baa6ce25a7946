"""What the database holds whoever writes: states, frozen texts, seats, the gate before training records."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.utils import timezone

from apps.core import scope
from apps.municipalities.models import Municipality
from apps.reviews.lifecycle import MODULE_PAIRS, State
from apps.training.models import (
    Completion,
    ConfidentialPlace,
    Enrolment,
    Module,
    ModuleEdition,
    ModuleVersion,
    Place,
    Session,
    SessionShare,
    TrainingOpening,
    Unit,
)
from apps.training.places import FIRST, STEPS, PlaceState
from tests.factories import MunicipalityFactory, UserFactory
from tests.training.factories import empowerment, module, offered, opened, seats_as_counted, session

pytestmark = pytest.mark.django_db


def place_in(about: Session, municipality: Municipality, state: str = "enrolled", **fields: Any) -> Place:
    model = ConfidentialPlace if about.confidential else Enrolment
    user = fields.pop("user", None) or UserFactory()
    made: Place = model.objects.create(
        municipality_id=municipality.pk,
        session=about,
        user=user,
        state=state,
        state_since=timezone.now(),
        entered_at=timezone.now(),
        request_key=uuid4(),
        offer_until=timezone.now() + timedelta(days=1) if state == "offered" else None,
        **fields,
    )
    return made


def function_body(name: str) -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(databases=["default", "owner"])
class TestTables:
    def test_the_triggers_let_pass_what_the_lifecycle_says_and_nothing_else(self) -> None:
        body = function_body("training_check_state")
        for before in State:
            for after in State:
                assert (f"'{before.value} {after.value}'" in body) == ((before, after) in MODULE_PAIRS)

    def test_the_triggers_let_pass_what_the_steps_of_a_place_say_and_nothing_else(self) -> None:
        body = function_body("training_check_place")
        for before in PlaceState:
            for after in PlaceState:
                assert (f"'{before.value} {after.value}'" in body) == ((before, after) in STEPS)
        listed = ", ".join(f"'{state}'" for state in ("requested", "waiting", "offered", "enrolled"))
        assert f"NOT IN ({listed})" in body
        assert {"requested", "waiting", "offered", "enrolled"} == {state.value for state in FIRST}


class TestTexts:
    def test_a_version_begins_as_an_idea_and_leaves_it_by_the_table_alone(self) -> None:
        version = module().version
        with pytest.raises(IntegrityError, match="No way leads"), transaction.atomic():
            ModuleVersion.objects.filter(pk=version.pk).update(state="panel_review")
        with pytest.raises(IntegrityError, match="begins as an idea"), transaction.atomic():
            ModuleVersion.objects.create(
                module=Module.objects.create(number=99, key="neu", dimension=1),
                number=1,
                state="draft",
                state_since=timezone.now(),
            )

    def test_the_panel_cannot_be_passed_by(self) -> None:
        text = module()
        ModuleVersion.objects.filter(pk=text.version_id).update(state="draft")
        with pytest.raises(IntegrityError, match="not frozen"), transaction.atomic():
            ModuleVersion.objects.filter(pk=text.version_id).update(state="panel_review")
        ModuleEdition.objects.filter(pk=text.pk).update(frozen_at=timezone.now())
        ModuleVersion.objects.filter(pk=text.version_id).update(state="panel_review")
        with pytest.raises(IntegrityError, match="panel has not accepted"), transaction.atomic():
            ModuleVersion.objects.filter(pk=text.version_id).update(state="pilot_ready")

    def test_a_frozen_text_and_its_units_do_not_change_but_its_search_words_may(self) -> None:
        text = offered().offered
        assert text is not None
        for change in (
            lambda: ModuleEdition.objects.filter(pk=text.pk).update(title="Anders"),
            lambda: ModuleEdition.objects.filter(pk=text.pk)._raw_delete("default"),
            lambda: text.units.update(title="Anders"),
            lambda: text.units.all()[0].delete(),
            lambda: Unit.objects.create(edition=text, key="neu", kind="text", title="Neu", position=99),
        ):
            with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
                change()
        ModuleEdition.objects.filter(pk=text.pk).update(search="beschwerde:1")

    def test_only_a_frozen_text_of_the_module_is_offered(self) -> None:
        text, other = module(), offered()
        for wrong in (text, other.offered):
            with pytest.raises(IntegrityError, match="frozen text of the module"), transaction.atomic():
                Module.objects.filter(pk=text.version.module_id).update(offered=wrong)


class TestSeats:
    def test_are_counted_from_the_rows_and_never_one_too_many(self, municipality: Municipality) -> None:
        about = session(capacity=2)
        opened(municipality)
        with scope.enter(scope.municipality(municipality)):
            first, second = place_in(about, municipality), place_in(about, municipality, "offered")
            waiting = place_in(about, municipality, "waiting")
            about.refresh_from_db()
            assert (about.taken, about.waiting, about.entries) == (2, 1, 3)
            with pytest.raises(IntegrityError, match="never_a_seat_too_many"), transaction.atomic():
                place_in(about, municipality)
            first.state = "cancelled"
            first.save()
            waiting.state, waiting.offer_until = "offered", timezone.now() + timedelta(days=1)
            waiting.save()
            second.delete()
        about.refresh_from_db()
        assert (about.taken, about.waiting, about.entries) == (1, 0, 3)
        assert seats_as_counted(about) == (1, 0)

    def test_the_quota_of_a_municipality_holds(self, municipality: Municipality) -> None:
        about = session()
        SessionShare.objects.create(session=about, of=municipality, quota=1)
        opened(municipality)
        with scope.enter(scope.municipality(municipality)):
            place_in(about, municipality)
            with pytest.raises(IntegrityError, match="quota_holds"), transaction.atomic():
                place_in(about, municipality)

    def test_nobody_enrols_before_the_gate_is_open_or_where_no_seats_are_given(
        self, municipality: Municipality
    ) -> None:
        about = session()
        with (
            scope.enter(scope.municipality(municipality)),
            pytest.raises(IntegrityError, match="are not open"),
            transaction.atomic(),
        ):
            place_in(about, municipality)
        opened(municipality)
        over = session(state="cancelled")
        with scope.enter(scope.municipality(municipality)):
            for wrong in ((over, "enrolled"), (about, "attended")):
                with pytest.raises(IntegrityError, match="Nobody can enrol"), transaction.atomic():
                    place_in(wrong[0], municipality, wrong[1])

    def test_a_place_stays_the_persons_in_its_session_since_its_time(self, municipality: Municipality) -> None:
        about, other = session(), session()
        opened(municipality)
        with scope.enter(scope.municipality(municipality)):
            place = place_in(about, municipality)
            for change in ({"session": other}, {"user": UserFactory()}, {"entered_at": timezone.now()}):
                with pytest.raises(IntegrityError, match="stays the person"), transaction.atomic():
                    Enrolment.objects.filter(pk=place.pk).update(**change)
            with pytest.raises(IntegrityError, match="No way leads"), transaction.atomic():
                Enrolment.objects.filter(pk=place.pk).update(state="waiting")


class TestEmpowerment:
    def test_its_sessions_are_confidential_and_for_all(self, municipality: Municipality) -> None:
        led = empowerment()
        with pytest.raises(IntegrityError, match="confidential_is_for_all"), transaction.atomic():
            session(led, host=municipality)
        about = session(led)
        with pytest.raises(IntegrityError, match="confidential as its module"), transaction.atomic():
            Session.objects.filter(pk=about.pk).update(confidential=False)
        with pytest.raises(IntegrityError, match="stays what it is"), transaction.atomic():
            Module.objects.filter(pk=led.pk).update(is_empowerment=False)

    def test_its_places_are_the_persons_alone(self, municipality: Municipality) -> None:
        about, person, other = session(empowerment()), UserFactory(), UserFactory()
        opened(municipality)
        with scope.enter(scope.person(person)):
            place_in(about, municipality, user=person)
            assert ConfidentialPlace.objects.count() == 1
            with pytest.raises(IntegrityError, match="elsewhere"), transaction.atomic():
                Enrolment.objects.create(
                    municipality_id=municipality.pk,
                    session=about,
                    user=person,
                    state="enrolled",
                    state_since=timezone.now(),
                    entered_at=timezone.now(),
                    request_key=uuid4(),
                )
        with scope.enter(scope.person(other)):
            assert ConfidentialPlace.objects.count() == 0
        for closed in (scope.municipality(municipality), scope.programme(), scope.public()):
            with pytest.raises(DatabaseError, match="permission denied"), scope.enter(closed):
                ConfidentialPlace.objects.count()

    def test_nothing_else_is_recorded_of_it(self, municipality: Municipality) -> None:
        led = empowerment()
        with (
            scope.enter(scope.municipality(municipality)),
            pytest.raises(IntegrityError, match="no such record"),
            transaction.atomic(),
        ):
            Completion.objects.create(
                user=UserFactory(), module=led, edition=led.offered, completed_on=timezone.localdate(), minutes=60
            )


class TestGate:
    def test_records_open_only_with_the_documents(self, municipality: Municipality) -> None:
        with (
            scope.enter(scope.municipality(municipality)),
            pytest.raises(IntegrityError, match="documents before"),
            transaction.atomic(),
        ):
            TrainingOpening.objects.create(of=municipality, opened_at=timezone.now())
        opened(municipality)
        with (
            scope.enter(scope.municipality(municipality)),
            pytest.raises(IntegrityError, match="allows names"),
            transaction.atomic(),
        ):
            TrainingOpening.objects.filter(of=municipality).update(names_visible=True)

    def test_the_documents_of_another_municipality_do_not_open_it(self, municipality: Municipality) -> None:
        other = MunicipalityFactory()
        opened(other)
        with (
            scope.enter(scope.programme()),
            pytest.raises(IntegrityError, match="documents before"),
            transaction.atomic(),
        ):
            TrainingOpening.objects.create(of=municipality, opened_at=timezone.now())
