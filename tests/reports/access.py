"""Who gets what from the pages of the reports."""

from collections.abc import Mapping
from typing import Any

from apps.core import report_declaration, scope
from apps.core.keys import uuid7
from apps.core.report_declaration import UnknownReport
from apps.reports.actions import request_report
from tests.consistency.access import Row, World
from tests.factories import org_unit
from tests.reports import kinds

KIND = "departments-for-the-matrix"


def job_of(world: World) -> Mapping[str, Any]:
    """A requested report of the municipality."""
    try:
        report_declaration.get(KIND)
    except UnknownReport:
        kinds.declare(kind=KIND)
    org_unit(world.municipality, f"Amt {uuid7()}")
    with scope.enter(scope.municipality(world.municipality)):
        job = request_report(actor=world.people["coordinator"], kind=KIND, subject=world.municipality, key=uuid7())
    return {"job_id": job.pk}


ACCESS = {
    "reports-list": Row.in_municipality(all_roles=200),
    # Without its fields the form is refused before anybody is asked; tests/reports/test_pages.py has the rest.
    "reports-request": Row.in_municipality(all_roles=422, method="post"),
    "reports-job": Row.in_municipality(coordinator=200, kwargs=job_of),
    # Not finished: nothing to download even for those who may.
    "reports-download": Row.in_municipality(coordinator=404, method="post", kwargs=job_of),
}
