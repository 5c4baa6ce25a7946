"""Mandatory trainings: who has to take what until when, and which numbers may be shown."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.core import scope
from apps.core.days import months_later
from apps.municipalities.models import Membership, Municipality, Role
from apps.training import queries_mandatory as reads
from apps.training.actions import mandatory as actions
from apps.training.models import Completion, MandatoryTraining, Module
from apps.training.small_counts import THRESHOLD, shown
from tests.factories import member, org_unit
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, offered, opened
from tests.training.mandatory_factories import mandatory, names_allowed

CELLS = st.dictionaries(st.sampled_from(["done", "expiring", "due", "overdue"]), st.integers(0, 40), min_size=2)


class TestSmallCounts:
    @given(CELLS)
    def test_show_no_small_number_and_none_that_gives_one_away(self, cells: Mapping[str, int]) -> None:
        counts = shown(cells)
        hidden = [name for name, number in counts.cells.items() if number is None]
        for name, number in counts.cells.items():
            assert number is None or number == cells[name] >= THRESHOLD
        if counts.total is None:
            assert sum(cells.values()) < THRESHOLD and len(hidden) == len(cells)
        elif hidden:
            left = counts.total - sum(number for number in counts.cells.values() if number is not None)
            assert len(hidden) > 1
            assert left >= THRESHOLD

    def test_hide_as_little_as_they_must(self) -> None:
        assert shown({"a": 20, "b": 30}).cells == {"a": 20, "b": 30}
        assert shown({"a": 20, "b": 30, "c": 3}).cells == {"a": None, "b": 30, "c": None}
        assert shown({"a": 20, "b": 6, "c": 6}).cells == {"a": 20, "b": None, "c": None}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 23), 14, date(2028, 1, 23)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def completed(municipality: Municipality, user: Any, module: Module, day: date) -> None:
    opened(municipality)
    with scope.enter(scope.municipality(municipality)):
        Completion.objects.create(user=user, module=module, edition=module.offered, completed_on=day, minutes=30)


def came(municipality: Municipality, user: Any, days_ago: int) -> None:
    with scope.enter(scope.municipality(municipality)):
        Membership.objects.filter(user=user).update(created_at=timezone.now() - timedelta(days=days_ago))


@pytest.mark.django_db
class TestDuties:
    def duty(self, municipality: Municipality, training: MandatoryTraining, user: Any) -> reads.Duty | None:
        with scope.enter(scope.municipality(municipality)):
            return next((d for d in reads.duties([training])[training.pk] if d.user_id == user.pk), None)

    @pytest.mark.parametrize(
        ("completed_days_ago", "came_days_ago", "status"),
        [
            (None, 10, "due"),
            (None, 400, "overdue"),
            (30, 400, "done"),
            (700, 900, "expiring"),
            (800, 900, "overdue"),
        ],
    )
    def test_follow_from_coming_and_from_the_last_completion(
        self, municipality: Municipality, completed_days_ago: int | None, came_days_ago: int, status: str
    ) -> None:
        today = timezone.localdate()
        training = mandatory(municipality, decided_on=today - timedelta(days=400))
        user = member(municipality, Role.EMPLOYEE)
        came(municipality, user, came_days_ago)
        if completed_days_ago is not None:
            completed(municipality, user, training.module, today - timedelta(days=completed_days_ago))
        duty = self.duty(municipality, training, user)
        assert duty is not None and duty.status == status

    def test_a_department_includes_those_below_it_and_nobody_else(self, municipality: Municipality) -> None:
        above = org_unit(municipality, "Dezernat")
        below = org_unit(municipality, "Bürgeramt", parent=above)
        training = mandatory(municipality, org_unit=above)
        inside = member(municipality, Role.EMPLOYEE, org_unit=below)
        outside = member(municipality, Role.EMPLOYEE, org_unit=org_unit(municipality, "Bauamt"))
        assert self.duty(municipality, training, inside) is not None
        assert self.duty(municipality, training, outside) is None

    def test_whoever_has_left_has_none(self, municipality: Municipality) -> None:
        training, user = mandatory(municipality), member(municipality, Role.EMPLOYEE)
        with scope.enter(scope.municipality(municipality)):
            Membership.objects.filter(user=user).update(ended_at=timezone.now())
        assert self.duty(municipality, training, user) is None

    def test_mine_are_mine_alone_the_urgent_first(self, municipality: Municipality) -> None:
        first, second = mandatory(municipality), mandatory(municipality, repeat_months=0)
        user = member(municipality, Role.EMPLOYEE)
        member(municipality, Role.EMPLOYEE)
        completed(municipality, user, second.module, timezone.localdate())
        with scope.enter(scope.municipality(municipality)):
            mine = reads.mine(user)
        assert [(duty.training.pk, duty.status) for duty in mine] == [(first.pk, "due"), (second.pk, "done")]


@pytest.mark.django_db
class TestPages:
    def url(self, name: str, municipality: Municipality, *args: Any) -> str:
        return reverse(name, args=[municipality.slug, *args])

    @pytest.fixture
    def coordinator(self, client: Client, municipality: Municipality) -> Client:
        client.force_login(member(municipality, Role.COORDINATOR))
        return client

    def test_a_coordinator_makes_one_mandatory_and_ends_it(
        self, coordinator: Client, municipality: Municipality
    ) -> None:
        module = offered("Grundlagen")
        values = {
            "module": module.pk,
            "within_months": 6,
            "repeat_months": 24,
            "decided_on": timezone.localdate().isoformat(),
            "reference": "DA 12",
        }
        new = self.url("training-mandatory-new", municipality)
        assert coordinator.post(new, values).status_code == 303
        again = coordinator.post(new, values)
        assert again.status_code == 422
        with scope.enter(scope.municipality(municipality)):
            row = MandatoryTraining.objects.get()
        assert "Grundlagen" in coordinator.get(self.url("training-mandatory", municipality)).content.decode()
        end = self.url("training-mandatory-end", municipality, row.pk)
        assert coordinator.get(end).status_code == 200
        assert coordinator.post(end).status_code == 303
        assert coordinator.get(end).status_code == 404

    def test_empowerment_is_never_mandatory(self, coordinator: Client, municipality: Municipality) -> None:
        led = empowerment()
        page = coordinator.get(self.url("training-mandatory-new", municipality))
        assert led not in page.context["form"].fields["module"].queryset
        with scope.enter(scope.municipality(municipality)), pytest.raises(actions.NotPossible):
            actions.decide(
                actor=None,
                module=led,
                org_unit=None,
                within_months=1,
                repeat_months=0,
                decided_on=timezone.localdate(),
                reference="DA",
            )

    def test_numbers_are_shown_from_ten_on(self, coordinator: Client, municipality: Municipality) -> None:
        mandatory(municipality)
        for _number in range(8):
            member(municipality, Role.EMPLOYEE)
        (line,) = coordinator.get(self.url("training-mandatory", municipality)).context["lines"]
        assert line.total is None
        for _number in range(8):
            member(municipality, Role.EMPLOYEE)
        (line,) = coordinator.get(self.url("training-mandatory", municipality)).context["lines"]
        assert line.total == 17
        assert [number for _label, number in line.cells if number is not None] == []

    def test_names_only_where_the_agreement_allows_them(self, client: Client, municipality: Municipality) -> None:
        training = mandatory(municipality)
        person = member(municipality, Role.EMPLOYEE)
        url = self.url("training-mandatory-people", municipality, training.pk)
        coordinator, signatory = member(municipality, Role.COORDINATOR), member(municipality, Role.SIGNATORY)
        client.force_login(coordinator)
        assert client.get(url).status_code == 403
        names_allowed(municipality)
        assert person.get_full_name() in client.get(url).content.decode()
        client.force_login(signatory)
        assert client.get(url).status_code == 403

    def test_asks_no_more_the_more_people_there_are(self, coordinator: Client, municipality: Municipality) -> None:
        mandatory(municipality)
        mandatory(municipality)
        for _number in range(12):
            member(municipality, Role.EMPLOYEE)
        with at_most(10):
            coordinator.get(self.url("training-mandatory", municipality))
