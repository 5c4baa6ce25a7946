"""PostgreSQL 18 and Redis for a machine that has none: for demonstrations, tests and development.

with embedded.cluster(path) as services:       # one's own
    services.database_url, services.database_owner_url, services.redis_url, services.env()
    services.postgres.kill()                   # as a crash would
    services.postgres.start()                  # same data, same port

with embedded.shared(path, separate=True) as services:     # one server for several runs at once

`python -m config.embedded run --dir var/test -- COMMAND …` does the latter for a command.
"""

from config.embedded.cluster import Cluster, cluster
from config.embedded.process import EmbeddedError
from config.embedded.supervisor import reset, shared

__all__ = ["Cluster", "EmbeddedError", "cluster", "reset", "shared"]
