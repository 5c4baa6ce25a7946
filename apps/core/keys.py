"""Primary keys: UUIDv7 (RFC 9562), ordered by time, not to be guessed."""

from uuid import UUID

import uuid_utils
from django.db.models import Func, UUIDField


def uuid7() -> UUID:
    """A new UUIDv7 as the standard library's UUID."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


class Uuid7(Func):
    """PostgreSQL's own uuidv7(), for rows that raw SQL inserts."""

    function = "uuidv7"
    template = "%(function)s()"
    arity = 0
    output_field = UUIDField()
