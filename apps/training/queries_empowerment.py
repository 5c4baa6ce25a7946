"""The one number there is about empowerment trainings."""

from django.db import connection
from django.utils import timezone

YEARS = 5


def yearly_counts() -> list[tuple[int, int | None]]:
    """(year, people who took part) of the last calendar years that are over, newest first; None: fewer than 10.

    The number is rounded down to fives. PostgreSQL computes it and gives out nothing else.
    """
    years = [timezone.localdate().year - number for number in range(1, YEARS + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT y, training_empowerment_count(y) FROM unnest(%s) WITH ORDINALITY AS t(y, n) ORDER BY n", [years]
        )
        return [(year, count) for year, count in cursor.fetchall()]
