"""Who gets what from the pages on evidence."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from apps.assessments.actions.evidence import add_evidence
from apps.core import scope
from apps.municipalities.models import Role
from tests.assessments import factories
from tests.assessments.access import no_link
from tests.consistency.access import Row, World


def begun(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.started(world.municipality).pk}


def piece(world: World) -> Mapping[str, Any]:
    """An address that proves 1.1."""
    assessment = factories.started(world.municipality)
    with scope.enter(scope.municipality(world.municipality)):
        evidence = add_evidence(
            actor=factories.person(world.municipality, Role.COORDINATOR),
            assessment_id=assessment.pk,
            items=["d1_01"],
            title="Ratsbeschluss",
            dated_on=date(2026, 5, 4),
            url="https://musterkommune.example/beschluss",
        )
    return {"assessment_id": assessment.pk, "evidence_id": evidence.pk}


def proved(world: World) -> Mapping[str, Any]:
    """The assessment alone."""
    return {"assessment_id": piece(world)["assessment_id"]}


ACCESS = {
    "assessments-evidence": Row.in_municipality(all_roles=200, employee=403, kwargs=proved),
    "assessments-evidence-add": Row.in_municipality(coordinator=200, contributor=200, kwargs=begun),
    "assessments-evidence-choose": Row.in_municipality(coordinator=200, contributor=200, kwargs=proved),
    "assessments-evidence-change": Row.in_municipality(coordinator=200, contributor=200, kwargs=piece),
    "assessments-evidence-remove": Row.in_municipality(coordinator=200, contributor=200, kwargs=piece),
    # An address has no file to download, even for those who may; test_evidence.py has the rest.
    "assessments-evidence-file": Row.in_municipality(all_roles=404, employee=403, kwargs=piece),
    # The token is the key, whoever has it; without a valid one there is nothing for anybody.
    "assessments-contribute-evidence": Row.for_all(404, kwargs=no_link),
    "assessments-contribute-evidence-file": Row.for_all(
        404, kwargs=lambda world: {**no_link(world), "evidence_id": piece(world)["evidence_id"]}
    ),
}
