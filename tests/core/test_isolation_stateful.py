"""Two municipalities, every way to a row, and never a row of the other one.

A state machine keeps its own book of what each municipality must hold and compares after each step what the database
shows in each scope. Ways in: ORM, bulk operations, raw SQL, import-export, a task.
"""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from import_export import fields, resources
from tablib import Dataset

from apps.core import scope
from apps.core.keys import uuid7
from apps.core.scope import Scope
from apps.core.tasks import scoped_task
from apps.municipalities.models import OrgUnit
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db

SIDES = st.sampled_from([0, 1])


class OrgUnitResource(resources.ModelResource):
    """As an import of a small list would be: rows are found by id, within the scope's queryset."""

    id = fields.Field(attribute="id", column_name="id")
    name = fields.Field(attribute="name", column_name="name")

    class Meta:
        model = OrgUnit
        fields = ("id", "name")
        import_id_fields = ("id",)


@scoped_task(name="tests.rename_units")
def rename_units(carried: Scope, *, name: str) -> None:
    with scope.enter(carried):
        for unit in OrgUnit.objects.all():
            unit.name = f"{name} {unit.pk}"
            unit.save(update_fields=["name"])


class TwoMunicipalities(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.sides = [MunicipalityFactory(), MunicipalityFactory()]
        self.book: list[dict[UUID, str]] = [{}, {}]
        self.counter = 0

    def _name(self) -> str:
        self.counter += 1
        return f"Amt {self.counter}"

    def _scope(self, side: int) -> Any:
        return scope.enter(scope.municipality(self.sides[side]))

    def _any_id(self, side: int, data: Any) -> UUID:
        """An id of either side: code that was handed a foreign id must be as harmless as any."""
        ids = sorted([*self.book[0], *self.book[1]]) or [uuid7()]
        return data.draw(st.sampled_from(ids))

    @rule(side=SIDES)
    def create_by_orm(self, side: int) -> None:
        with self._scope(side):
            unit = OrgUnit.objects.create(name=self._name())
        self.book[side][unit.pk] = unit.name

    @rule(side=SIDES, count=st.integers(1, 4))
    def create_in_bulk(self, side: int, count: int) -> None:
        with self._scope(side):
            units = OrgUnit.objects.bulk_create([OrgUnit(name=self._name()) for _ in range(count)])
        self.book[side].update({unit.pk: unit.name for unit in units})

    @rule(side=SIDES)
    def create_by_sql(self, side: int) -> None:
        name = self._name()
        with self._scope(side), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO municipalities_orgunit (municipality_id, name, short_name, created_at, updated_at)"
                " VALUES (%s, %s, '', now(), now()) RETURNING id",
                [self.sides[side].pk, name],
            )
            self.book[side][cursor.fetchone()[0]] = name

    @rule(side=SIDES)
    def creating_for_the_other_is_refused(self, side: int) -> None:
        with pytest.raises(DatabaseError), self._scope(side):
            OrgUnit.objects.create(name=self._name(), municipality=self.sides[1 - side])

    @rule(side=SIDES, data=st.data())
    def update_by_orm(self, side: int, data: Any) -> None:
        pk, name = self._any_id(side, data), self._name()
        with self._scope(side):
            changed = OrgUnit.objects.filter(pk=pk).update(name=name)
        assert changed == (1 if pk in self.book[side] else 0)
        if changed:
            self.book[side][pk] = name

    @rule(side=SIDES, data=st.data())
    def update_by_base_manager(self, side: int, data: Any) -> None:
        pk, name = self._any_id(side, data), self._name()
        with self._scope(side):
            changed = OrgUnit._base_manager.filter(pk=pk).update(name=name)
        assert changed == (1 if pk in self.book[side] else 0)
        if changed:
            self.book[side][pk] = name

    @rule(side=SIDES, data=st.data())
    def update_by_sql(self, side: int, data: Any) -> None:
        pk, name = self._any_id(side, data), self._name()
        with self._scope(side), connection.cursor() as cursor:
            cursor.execute("UPDATE municipalities_orgunit SET name = %s WHERE id = %s", [name, pk])
            changed = cursor.rowcount
        assert changed == (1 if pk in self.book[side] else 0)
        if changed:
            self.book[side][pk] = name

    @precondition(lambda self: any(self.book))
    @rule(side=SIDES, data=st.data())
    def take_over_by_changing_the_municipality(self, side: int, data: Any) -> None:
        pk = self._any_id(side, data)
        if pk in self.book[side]:
            with pytest.raises(DatabaseError), self._scope(side):
                OrgUnit._base_manager.filter(pk=pk).update(municipality=self.sides[1 - side])
        else:
            with self._scope(side):
                assert OrgUnit._base_manager.filter(pk=pk).update(municipality=self.sides[side]) == 0

    @rule(side=SIDES, data=st.data())
    def hang_below(self, side: int, data: Any) -> None:
        pk = self._any_id(side, data)
        if pk in self.book[side] or pk not in self.book[1 - side]:
            return
        with pytest.raises(DatabaseError), self._scope(side), transaction.atomic():
            OrgUnit.objects.create(name=self._name(), parent_id=pk)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    @rule(side=SIDES, data=st.data())
    def import_rows(self, side: int, data: Any) -> None:
        pk, name = self._any_id(side, data), self._name()
        with self._scope(side), transaction.atomic():
            result = OrgUnitResource().import_data(Dataset([pk, name], headers=["id", "name"]), use_transactions=True)
        if pk in self.book[1 - side]:
            assert result.has_errors()
        else:
            assert not result.has_errors()
            self.book[side][pk] = name

    @rule(side=SIDES, data=st.data())
    def export_rows(self, side: int, data: Any) -> None:
        with self._scope(side):
            exported = OrgUnitResource().export()
        assert set(exported["name"]) == set(self.book[side].values())

    @rule(side=SIDES)
    def run_a_task(self, side: int) -> None:
        name = self._name()
        carried = scope.municipality(self.sides[side]).as_json()
        rename_units.run(scope=carried, name=name)
        self.book[side] = {pk: f"{name} {pk}" for pk in self.book[side]}

    @rule(side=SIDES, data=st.data())
    def delete(self, side: int, data: Any) -> None:
        pk = self._any_id(side, data)
        with self._scope(side):
            deleted, _ = OrgUnit._base_manager.filter(pk=pk).delete()
        assert deleted == (1 if pk in self.book[side] else 0)
        self.book[side].pop(pk, None)

    @invariant()
    def each_sees_its_own_and_nothing_else(self) -> None:
        for side in (0, 1):
            with self._scope(side):
                assert dict(OrgUnit.objects.values_list("pk", "name")) == self.book[side]
                with connection.cursor() as cursor:
                    cursor.execute("SELECT id, name FROM municipalities_orgunit")
                    assert dict(cursor.fetchall()) == self.book[side]


def test_no_way_leads_to_a_row_of_the_other_municipality() -> None:
    run_state_machine_as_test(
        TwoMunicipalities,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
