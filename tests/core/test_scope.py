"""A scope is a transaction with a database role: what it shows, what it refuses, what it leaves behind."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import InternalError

from apps.core import scope
from apps.core.scope import Scope, ScopeError
from apps.municipalities.models import Membership, Municipality, OrgUnit
from tests.factories import UserFactory, member, org_unit

pytestmark = pytest.mark.django_db


def database_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def municipality_setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.municipality_id', true), '')")
        return str(cursor.fetchone()[0])


class TestEntering:
    def test_takes_the_role_and_gives_it_back(self, municipality: Municipality) -> None:
        before = database_role()
        with scope.enter(scope.municipality(municipality)):
            assert database_role() == "kfa_municipality"
            assert municipality_setting() == str(municipality.pk)
        assert database_role() == before
        assert municipality_setting() == ""
        assert scope.current() is None

    def test_gives_the_role_back_after_an_error_too(self, municipality: Municipality) -> None:
        before = database_role()
        with pytest.raises(ZeroDivisionError), scope.enter(scope.municipality(municipality)):
            raise ZeroDivisionError
        assert database_role() == before
        assert municipality_setting() == ""

    def test_the_same_scope_nests(self, municipality: Municipality) -> None:
        with scope.enter(scope.municipality(municipality)), scope.enter(scope.municipality(municipality)):
            assert database_role() == "kfa_municipality"

    def test_another_scope_inside_a_scope_is_refused(
        self, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        with (
            scope.enter(scope.municipality(municipality)),
            pytest.raises(ScopeError),
            scope.enter(scope.municipality(other_municipality)),
        ):
            pass

    def test_a_read_only_scope_cannot_write(self, municipality: Municipality) -> None:
        with (
            pytest.raises(InternalError, match="read-only transaction"),
            scope.enter(scope.municipality(municipality), read_only=True),
        ):
            OrgUnit.objects.create(name="Ordnungsamt")

    @pytest.mark.django_db(transaction=True)
    def test_begin_carries_the_scope_in_one_round_trip(
        self, municipality: Municipality, django_assert_num_queries: object
    ) -> None:
        with scope.enter(scope.municipality(municipality), read_only=True):
            assert database_role() == "kfa_municipality"
            with pytest.raises(InternalError), transaction.atomic():
                OrgUnit.objects.create(name="Ordnungsamt")
        assert database_role() == "kfa_app"
        assert municipality_setting() == ""


class TestWithoutScope:
    def test_a_query_on_a_tenants_table_raises_when_it_is_compiled(self) -> None:
        queryset = OrgUnit.objects.all()
        with pytest.raises(ScopeError):
            list(queryset)

    def test_postgresql_refuses_the_table(self) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM municipalities_orgunit")

    def test_a_row_cannot_be_created(self, municipality: Municipality) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            OrgUnit(name="Ordnungsamt", municipality=municipality).save(force_insert=True)


class TestMunicipalityScope:
    def test_shows_own_rows_only(self, municipality: Municipality, other_municipality: Municipality) -> None:
        org_unit(municipality, "Ordnungsamt")
        org_unit(other_municipality, "Sozialamt")
        with scope.enter(scope.municipality(municipality)):
            assert [unit.name for unit in OrgUnit.objects.all()] == ["Ordnungsamt"]

    def test_raw_sql_is_held_by_the_policy(self, municipality: Municipality, other_municipality: Municipality) -> None:
        org_unit(municipality, "Ordnungsamt")
        foreign = org_unit(other_municipality, "Sozialamt")
        with scope.enter(scope.municipality(municipality)), connection.cursor() as cursor:
            cursor.execute("SELECT name FROM municipalities_orgunit")
            assert cursor.fetchall() == [("Ordnungsamt",)]
            cursor.execute("UPDATE municipalities_orgunit SET name = 'x' WHERE id = %s", [foreign.pk])
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM municipalities_orgunit WHERE id = %s", [foreign.pk])
            assert cursor.rowcount == 0

    def test_a_row_of_another_municipality_cannot_be_written(
        self, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            scope.enter(scope.municipality(municipality)),
        ):
            OrgUnit.objects.create(name="Sozialamt", municipality=other_municipality)

    def test_a_row_cannot_point_at_a_parent_of_another_municipality(
        self, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        foreign = org_unit(other_municipality, "Sozialamt")
        with (
            pytest.raises(Exception, match="violates foreign key constraint"),
            scope.enter(scope.municipality(municipality)),
        ):
            OrgUnit.objects.create(name="Abteilung", parent_id=foreign.pk)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_the_application_role_cannot_truncate_or_switch_policies_off(self, municipality: Municipality) -> None:
        for statement in (
            "TRUNCATE municipalities_orgunit CASCADE",
            "ALTER TABLE municipalities_orgunit DISABLE ROW LEVEL SECURITY",
            "DROP POLICY scope_municipality ON municipalities_orgunit",
            "CREATE POLICY mine ON municipalities_orgunit USING (true)",
        ):
            with (
                pytest.raises(ProgrammingError),
                scope.enter(scope.municipality(municipality)),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


class TestPersonScope:
    def test_shows_the_persons_rows_across_municipalities(
        self, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        user = member(municipality)
        member(other_municipality, user=user)
        member(municipality, user=UserFactory())
        with scope.enter(scope.person(user)):
            found = {membership.municipality_id for membership in Membership.objects.all()}
        assert found == {municipality.pk, other_municipality.pk}

    def test_limited_to_one_municipality_shows_no_other(
        self, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        user = member(municipality)
        member(other_municipality, user=user)
        with scope.enter(scope.person(user, within=municipality)):
            assert [membership.municipality_id for membership in Membership.objects.all()] == [municipality.pk]

    def test_cannot_write_what_it_may_only_read(self, municipality: Municipality) -> None:
        user = member(municipality)
        with pytest.raises(ProgrammingError, match="permission denied"), scope.enter(scope.person(user)):
            Membership.objects.update(role="coordinator")


class TestProgrammeScope:
    def test_reads_across_municipalities_what_is_open_to_staff(
        self, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        org_unit(municipality, "Ordnungsamt")
        org_unit(other_municipality, "Sozialamt")
        with scope.enter(scope.programme()):
            assert {unit.name for unit in OrgUnit.objects.all()} == {"Ordnungsamt", "Sozialamt"}

    def test_cannot_write_what_is_only_readable(self, municipality: Municipality) -> None:
        org_unit(municipality, "Ordnungsamt")
        with pytest.raises(ProgrammingError, match="permission denied"), scope.enter(scope.programme()):
            OrgUnit.objects.update(name="x")


class TestCarriedScope:
    def test_survives_json(self, municipality: Municipality) -> None:
        for carried in (
            scope.municipality(municipality),
            scope.programme(),
            scope.person(UserFactory(), within=municipality),
            scope.public(),
        ):
            assert Scope.from_json(carried.as_json()) == carried

    @pytest.mark.parametrize(
        "values",
        [None, {}, {"name": "everything"}, {"name": "municipality"}, {"name": "person"}, "programme"],
    )
    def test_what_is_no_scope_is_refused(self, values: object) -> None:
        with pytest.raises(ScopeError):
            Scope.from_json(values)

    def test_a_forged_municipality_is_refused(self) -> None:
        with pytest.raises(ValueError, match="UUID"):
            Scope.from_json({"name": "municipality", "municipality_id": "'; DROP TABLE x; --"})
