"""The embedded PostgreSQL and Redis: start, crash, stop; roles as config/provision.sql makes them."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.embedded import Cluster, EmbeddedError, cluster
from config.embedded.place import ELSEWHERE, Place

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("boot")

SCOPES = ["kfa_allocation", "kfa_municipality", "kfa_network", "kfa_person", "kfa_programme", "kfa_public"]
STATE = """
    SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls, '' AS grants
      FROM pg_roles WHERE rolname LIKE 'kfa_%'
    UNION ALL
    SELECT roleid::regrole::text, admin_option, inherit_option, set_option, NULL, NULL, NULL,
           member::regrole::text
      FROM pg_auth_members WHERE member = 'kfa_app'::regrole
    UNION ALL
    SELECT datname, NULL, NULL, NULL, NULL, NULL, NULL, datacl::text FROM pg_database WHERE datname = 'kfa'
    ORDER BY 1, 8
"""


def superuser(services: Cluster) -> psycopg.Connection:
    return psycopg.connect(services.postgres.url("superuser", "kfa"), autocommit=True)


def owner(services: Cluster) -> psycopg.Connection:
    return psycopg.connect(services.database_owner_url, autocommit=True)


@pytest.fixture
def application(services: Cluster) -> Iterator[psycopg.Connection]:
    with psycopg.connect(services.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def table(services: Cluster) -> Iterator[str]:
    """A table of which the municipality scope alone may read."""
    with owner(services) as connection:
        connection.execute("CREATE TABLE things (name text); GRANT SELECT ON things TO kfa_municipality")
        connection.execute("INSERT INTO things VALUES ('a thing')")
        yield "things"
        connection.execute("DROP TABLE things")


def test_the_server_is_version_18_or_newer(services: Cluster) -> None:
    with superuser(services) as connection:
        assert connection.info.server_version >= 180000


def test_upper_and_lower_case_know_umlauts(services: Cluster) -> None:
    with superuser(services) as connection:
        row = connection.execute("SELECT lower('ÄÖÜ'), upper('straße') COLLATE pg_unicode_fast").fetchone()
    assert row is not None
    assert row[0] == "äöü"


def test_provisioning_again_changes_nothing(services: Cluster) -> None:
    with superuser(services) as connection:
        before = connection.execute(STATE).fetchall()
        services.postgres.provision("kfa")
        assert connection.execute(STATE).fetchall() == before
    assert len(before) == 2 + len(SCOPES) + len(SCOPES) + 1


def test_provisioning_mends_what_somebody_has_loosened(services: Cluster) -> None:
    with superuser(services) as connection:
        before = connection.execute(STATE).fetchall()
        connection.execute("ALTER ROLE kfa_app SUPERUSER BYPASSRLS INHERIT CREATEDB")
        connection.execute("GRANT kfa_programme TO kfa_app WITH INHERIT TRUE")
        connection.execute("GRANT ALL ON DATABASE kfa TO PUBLIC")
        services.postgres.provision("kfa")
        assert connection.execute(STATE).fetchall() == before


def test_provisioning_without_passwords_is_refused(services: Cluster) -> None:
    env = os.environ | {"PGPASSWORD": services.place.passwords()["superuser"]}
    command = [str(services.place.binaries / "psql"), "-f", "config/provision.sql"]
    command += ["-h", "127.0.0.1", "-p", str(services.postgres.port), "-U", "postgres"]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert result.returncode != 0
    assert "KFA_OWNER_PASSWORD" in result.stderr


def test_no_password_reaches_the_server_log(services: Cluster) -> None:
    with superuser(services) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
        services.postgres.provision("kfa")
        connection.execute("ALTER SYSTEM RESET log_statement")
        connection.execute("SELECT pg_reload_conf()")
    log = (services.place.logs / "postgres.log").read_text()
    assert not [name for name, password in services.place.passwords().items() if password in log]


def test_the_application_reads_nothing_by_itself(application: psycopg.Connection, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("SELECT * FROM things")


@pytest.mark.parametrize("scope", SCOPES)
def test_the_application_may_take_every_scope(application: psycopg.Connection, scope: str) -> None:
    with application.transaction():
        application.execute(f"SET LOCAL ROLE {scope}")
        row = application.execute("SELECT current_user").fetchone()
    assert row == (scope,)


def test_a_scope_reads_what_is_granted_to_it_alone(application: psycopg.Connection, table: str) -> None:
    with application.transaction():
        application.execute("SET LOCAL ROLE kfa_municipality")
        assert application.execute("SELECT name FROM things").fetchall() == [("a thing",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
        application.execute("SET LOCAL ROLE kfa_person")
        application.execute("SELECT * FROM things")


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE kfa_owner",
        "SET ROLE postgres",
        "CREATE TABLE mine (x int)",
        "CREATE TEMPORARY TABLE mine (x int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "TRUNCATE things",
        "ALTER TABLE things DISABLE ROW LEVEL SECURITY",
        "ALTER ROLE kfa_app BYPASSRLS",
    ],
)
def test_the_application_role_may_not(application: psycopg.Connection, table: str, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


def test_only_a_test_cluster_lets_the_owner_make_databases(services: Cluster) -> None:
    with owner(services) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE DATABASE another")


def test_a_killed_postgresql_starts_again_with_what_was_committed(services: Cluster) -> None:
    with owner(services) as connection:
        connection.execute("CREATE TABLE kept (x int); INSERT INTO kept VALUES (1)")
        port = services.postgres.port
        services.postgres.kill()
        services.postgres.start()
    assert services.postgres.port == port
    with owner(services) as connection:
        assert connection.execute("SELECT x FROM kept").fetchall() == [(1,)]
        connection.execute("DROP TABLE kept")


def test_a_killed_redis_starts_again(services: Cluster) -> None:
    services.redis.kill()
    services.redis.start()
    with redis.Redis.from_url(services.redis_url) as connection:
        assert connection.ping()


def test_redis_wants_its_password(services: Cluster) -> None:
    once = Retry(NoBackoff(), 0)
    stranger = redis.Redis(port=services.redis.port, retry=once)
    with stranger as connection, pytest.raises(redis.AuthenticationError):
        connection.ping()


def test_starting_what_runs_does_nothing(services: Cluster) -> None:
    before = services.postgres.process
    services.postgres.start()
    assert services.postgres.process is before


def test_a_pid_file_left_behind_does_not_stop_a_start(services: Cluster) -> None:
    # The number now belongs to another process of the same user, which must stay unharmed.
    bystander = subprocess.Popen(["sleep", "60"])
    services.postgres.stop()
    (services.postgres.data / "postmaster.pid").write_text(f"{bystander.pid}\n{services.postgres.data}\n")
    services.postgres.start()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_cluster_has_one_holder(services: Cluster) -> None:
    with pytest.raises(EmbeddedError, match="in use"), cluster(services.place.directory):
        pass


def test_passwords_are_for_the_owner_alone(services: Cluster, processes_of: Callable[[Path], list[str]]) -> None:
    secret_files = [services.place.directory / "passwords.json", services.place.data / "redis.conf"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in secret_files] == [0o600, 0o600]
    commands = processes_of(services.place.directory)
    assert len(commands) > 2
    assert not [line for line in commands for secret in services.place.passwords().values() if secret in line]


def test_two_clusters_run_side_by_side(services: Cluster, clusters: Path) -> None:
    with cluster(clusters / "second", durable=False) as second:
        assert {second.postgres.port, second.redis.port}.isdisjoint({services.postgres.port, services.redis.port})
        assert second.place.passwords() != services.place.passwords()
        with owner(second) as connection:
            connection.execute("CREATE DATABASE test_kfa")
            connection.execute("DROP DATABASE test_kfa")


HOLDER = """
import sys, time
from config.embedded import cluster
with cluster(sys.argv[1], durable=False, with_redis=False) as services:
    print(services.database_url, flush=True)
    time.sleep(60)
"""


def test_nothing_outlives_a_killed_holder_and_the_next_takes_over(
    clusters: Path, processes_of: Callable[[Path], list[str]], soon: Callable[[Callable[[], bool]], bool]
) -> None:
    folder = clusters / "killed"
    command = [sys.executable, "-c", HOLDER, str(folder)]
    holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    url = holder.stdout.readline().strip()
    assert url.startswith("postgresql://")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with cluster(folder, durable=False, with_redis=False) as services:  # at once: the old server may still be ending
        psycopg.connect(services.database_url).close()
    assert soon(lambda: not processes_of(folder))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts services as another account")
def test_below_a_closed_home_data_and_binaries_lie_elsewhere() -> None:
    with tempfile.TemporaryDirectory(prefix="kfa-home-") as home:  # 0700, like /root
        folder = Path(home) / "checkout" / "var" / "demo"
        folder.mkdir(parents=True)
        with cluster(folder, durable=False) as services:
            assert services.place.data.is_relative_to(ELSEWHERE)
            assert services.postgres.data.stat().st_uid != 0
            psycopg.connect(services.database_url).close()
        with cluster(folder, durable=False) as again:
            assert again.place.data == services.place.data
        Place(folder).remove()
        assert not services.place.data.exists()
