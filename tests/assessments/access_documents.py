"""Who gets the documents made from an assessment."""

from collections.abc import Mapping
from typing import Any

from tests.assessments import factories
from tests.consistency.access import Row, World


def begun(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.started(world.municipality).pk}


def _document() -> Row:
    return Row.in_municipality(coordinator=200, signatory=200, staff=200, method="post", kwargs=begun)


ACCESS = {
    "assessments-memo": _document(),
    "assessments-decision-paper": _document(),
    "assessments-workbook": _document(),
}
