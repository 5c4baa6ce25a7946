"""PostgreSQL and Redis together: a private cluster, held by this process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.place import Place
from config.embedded.postgres import Postgres
from config.embedded.process import EmbeddedError
from config.embedded.redis_server import RedisServer


class Cluster:
    """The services on one directory. `postgres` and `redis` can be killed and started again one by one.

    `slot` numbers the users of a shared cluster: each has a database and a Redis database of its own.
    """

    def __init__(
        self,
        directory: Path | str,
        *,
        durable: bool = True,
        with_postgres: bool = True,
        with_redis: bool = True,
        slot: int = 0,
    ) -> None:
        self.place = Place(Path(directory))
        self.place.prepare(postgres=with_postgres)
        self.with_postgres, self.with_redis = with_postgres, with_redis
        self.postgres = Postgres(self.place, durable=durable)
        self.redis = RedisServer(self.place, durable=durable)
        self.slot = slot
        self.database = f"kfa_{slot}" if slot else "kfa"

    @property
    def database_url(self) -> str:
        """As the application role: no tenant's row without a scope."""
        return self.postgres.url("app", self.database)

    @property
    def database_owner_url(self) -> str:
        """As the owner, which migrates."""
        return self.postgres.url("owner", self.database)

    @property
    def redis_url(self) -> str:
        return self.redis.url(self.slot)

    def env(self) -> dict[str, str]:
        """The variables that the settings read, for the services that are here."""
        variables: dict[str, str] = {}
        if self.with_postgres:
            variables |= {"DATABASE_URL": self.database_url, "DATABASE_OWNER_URL": self.database_owner_url}
        if self.with_redis:
            variables |= {"REDIS_URL": self.redis_url}
        return variables

    def start(self) -> None:
        """Start the services, make roles and database; stops everything again when something fails."""
        try:
            if self.with_postgres:
                self.postgres.initialise()
                self.postgres.start()
                self.postgres.provision(self.database)
            if self.with_redis:
                self.redis.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both; the data stays."""
        self.redis.stop()
        self.postgres.stop()


@contextmanager
def exclusive(path: Path, *, message: str) -> Iterator[None]:
    """Hold a lock on `path` that the kernel lets go when this process ends, however it ends.

    Raises EmbeddedError with `message` when another process holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(message) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def cluster(
    directory: Path | str, *, durable: bool = True, with_postgres: bool = True, with_redis: bool = True
) -> Iterator[Cluster]:
    """A running cluster of one's own, stopped at the end of the block; its data stays for the next.

    `durable=False` gives safety against power cuts for speed. Raises EmbeddedError when another process uses
    the directory, or a service cannot start.
    """
    directory = Path(directory).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    with exclusive(directory / "cluster.lock", message=f"The cluster in {directory} is in use."):
        held = Cluster(directory, durable=durable, with_postgres=with_postgres, with_redis=with_redis)
        held.start()
        try:
            yield held
        finally:
            held.stop()
