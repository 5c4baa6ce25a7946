"""Who gets what from the pages of files as answers."""

from collections.abc import Mapping
from typing import Any

from tests.assessments.access import no_link
from tests.assessments.uploads import attach, begun
from tests.consistency.access import Row, World


def asked(world: World) -> Mapping[str, Any]:
    """A question for a file, not answered."""
    return {"assessment_id": begun(world.municipality).pk, "name": "plan"}


def attached(world: World) -> Mapping[str, Any]:
    """The same with a file."""
    assessment = begun(world.municipality)
    attach(assessment, "plan")
    return {"assessment_id": assessment.pk, "name": "plan"}


def by_link(world: World) -> Mapping[str, Any]:
    return {**no_link(world), "name": "plan"}


ACCESS = {
    "assessments-upload": Row.in_municipality(coordinator=200, contributor=200, kwargs=asked),
    "assessments-upload-file": Row.in_municipality(all_roles=200, employee=403, kwargs=attached),
    # The token is the key, whoever has it; without a valid one there is nothing for anybody.
    "assessments-contribute-upload": Row.for_all(404, kwargs=by_link),
    "assessments-contribute-upload-file": Row.for_all(404, kwargs=by_link),
}
