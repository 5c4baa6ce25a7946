"""Generated from the models and PostgreSQL's catalogue: a new table is in here without anybody adding it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from celery import current_app
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, models, transaction

from apps.core import policies_sql, scope
from apps.core.checks import problems_of_application_role
from apps.core.isolation_report import verdicts
from apps.core.tenancy import tenancy_of, tenant_models
from apps.municipalities.models import Municipality
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

TENANT_MODELS = list(tenant_models())
IDS = [model._meta.label for model in TENANT_MODELS]


def test_every_table_is_tenant_owned_or_shared_with_a_reason_and_the_database_says_so() -> None:
    with connection.cursor() as cursor:
        holes = [f"{verdict.table}: {hole}" for verdict in verdicts(cursor) for hole in verdict.holes]
    assert holes == []


def test_the_application_role_is_bound_by_policies() -> None:
    assert problems_of_application_role() == []


def test_a_web_server_with_the_owners_connection_does_not_start() -> None:
    environment = {**os.environ, "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}
    started = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert started.returncode != 0
    assert "bypasses row-level security" in started.stderr


@pytest.mark.parametrize("model", TENANT_MODELS, ids=IDS)
class TestEveryTenantTable:
    def test_without_scope_is_refused_or_shows_nothing(self, model: type[models.Model]) -> None:
        table = model._meta.db_table
        if tenancy_of(model).unscoped:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE municipality_id IS NOT NULL')
                assert cursor.fetchone() == (0,)
            return
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')

    @pytest.mark.parametrize("name", scope.NAMES)
    def test_a_scope_has_what_is_declared_and_nothing_more(self, model: type[models.Model], name: str) -> None:
        rights = policies_sql.rights_per_role(tenancy_of(model))[scope.role_of(name)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT array_remove(ARRAY["
                + ", ".join(["CASE WHEN has_table_privilege(%s, %s, %s) THEN %s END"] * 5)
                + "], NULL)",
                [
                    value
                    for privilege in ("DELETE", "INSERT", "SELECT", "TRUNCATE", "UPDATE")
                    for value in (scope.role_of(name), f'"{model._meta.db_table}"', privilege, privilege)
                ],
            )
            (privileges,) = cursor.fetchone()
        assert tuple(privileges) == policies_sql.privileges_of(rights, append_only=tenancy_of(model).append_only)

    def test_a_municipality_without_rows_sees_none(self, model: type[models.Model], municipality: Municipality) -> None:
        if tenancy_of(model).municipality == "none":
            return
        with scope.enter(scope.municipality(municipality)), connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            assert cursor.fetchone() == (0,)

    def test_its_manager_refuses_to_work_without_a_scope(self, model: type[models.Model]) -> None:
        manager = getattr(model, "objects", None)
        if manager is None:
            return
        with pytest.raises(scope.ScopeError):
            manager.count()

    def test_unique_constraints_do_not_tell_of_other_municipalities(self, model: type[models.Model]) -> None:
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                assert constraint.fields and constraint.fields[0] == "municipality", constraint.name
        for field in model._meta.local_fields:
            assert not field.unique or field.primary_key, f"{field.name} is unique across municipalities"


def own_tasks() -> Iterator[tuple[str, object]]:
    current_app.loader.import_default_modules()
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    for name, task in current_app.tasks.items():
        if name.split(".")[0] in own:
            yield name, task


def test_every_task_carries_its_scope_and_fails_without() -> None:
    tasks = dict(own_tasks())
    assert tasks
    for name, task in tasks.items():
        assert getattr(getattr(task, "run", None), "carries_scope", False), f"{name} is no scoped_task"
        with pytest.raises(scope.ScopeError):
            task.run()  # type: ignore[attr-defined]


def test_scheduled_tasks_exist_and_carry_a_scope() -> None:
    names = {name for name, _task in own_tasks()}
    for entry in current_app.conf.beat_schedule.values():
        assert entry["task"] in names
        assert scope.Scope.from_json(entry["kwargs"]["scope"])


class TestCheckTenancy:
    def test_is_clean(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("check_tenancy")
        assert "0 holes" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("damage", "finding"),
        [
            ("ALTER TABLE municipalities_orgunit DISABLE ROW LEVEL SECURITY", "row-level security is not enabled"),
            ("ALTER TABLE municipalities_orgunit NO FORCE ROW LEVEL SECURITY", "not forced"),
            ("DROP POLICY scope_municipality ON municipalities_orgunit", "policy scope_municipality is missing"),
            ("CREATE POLICY mine ON municipalities_orgunit USING (true)", "policy mine is declared nowhere"),
            ("GRANT TRUNCATE ON municipalities_orgunit TO kfa_municipality", "kfa_municipality has"),
            ("GRANT SELECT ON municipalities_orgunit TO PUBLIC", "has rights on it"),
            ("CREATE VIEW everything AS SELECT * FROM municipalities_orgunit", "a view that no model declares"),
            ("CREATE TABLE forgotten (id int)", "a table that no model declares"),
        ],
    )
    @pytest.mark.django_db(databases=["default", "owner"], transaction=True)
    def test_finds_each_kind_of_hole(self, damage: str, finding: str) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(damage)
            try:
                with pytest.raises(CommandError, match=finding) as error:
                    call_command("check_tenancy")
                assert error.value.returncode == 1
            finally:
                cursor.execute("DROP VIEW IF EXISTS everything; DROP TABLE IF EXISTS forgotten")
                cursor.execute("DROP POLICY IF EXISTS mine ON municipalities_orgunit")
                cursor.execute("REVOKE ALL ON municipalities_orgunit FROM PUBLIC, kfa_municipality")
                cursor.execute("ALTER TABLE municipalities_orgunit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
                policies_sql.lay(cursor)
