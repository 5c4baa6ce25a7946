"""Who gets the programme needs table: project staff, nobody else."""

from collections.abc import Mapping
from typing import Any

from tests.assessments import factories
from tests.consistency.access import Row, World


def signed(world: World) -> Mapping[str, Any]:
    return {"wave_id": factories.signed(world.municipality).wave_id}


DECISION = {"subject": "d1_01", "rank": "1", "decided_on": "2026-11-01", "reason": "Fehlt fast überall"}

ACCESS = {
    "needs-table": Row.in_programme(),
    "needs-words": Row.in_programme(),
    "needs-workbook": Row.in_programme(method="post", kwargs=signed),
    "needs-decisions": Row.in_programme(kwargs=signed),
    "needs-decide": Row.in_programme(staff=303, method="post", kwargs=signed, data=DECISION),
}
