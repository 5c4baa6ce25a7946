"""Who prints the summary, and who puts a signature on record."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from tests.assessments.access import begun, handed_in
from tests.consistency.access import Row, World


def no_paper(world: World) -> Mapping[str, Any]:
    return {**handed_in(world), "signature_id": uuid4()}


ACCESS = {
    "assessments-summary": Row.in_municipality(all_roles=200, employee=403, kwargs=begun),
    "assessments-sign-record": Row.in_municipality(coordinator=200, signatory=200, kwargs=handed_in),
    "assessments-signature-file": Row.in_municipality(all_roles=404, employee=403, kwargs=no_paper),
}
