"""Who gets what from the history of answers, and from comments, questions and feedback on items."""

from collections.abc import Mapping
from typing import Any

from apps.assessments.actions import remarks
from apps.assessments.models import Assessment, Remark
from apps.core import scope
from apps.municipalities.models import Role
from tests.assessments import factories
from tests.consistency.access import Row, World


def item(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.started(world.municipality).pk, "name": "d1_01"}


def answered(world: World) -> Mapping[str, Any]:
    assessment = factories.started(world.municipality)
    factories.save(assessment, {"d1_01": "2"})
    factories.save(assessment, {"d1_01": "3"})
    return {"assessment_id": assessment.pk, "name": "d1_01"}


def _begun(world: World, kind: str) -> tuple[Assessment, Remark]:
    assessment = factories.started(world.municipality)
    with scope.enter(scope.municipality(world.municipality)):
        thread = remarks.begin_thread(
            actor=factories.person(world.municipality, Role.COORDINATOR),
            assessment_id=assessment.pk,
            item="d1_01",
            kind=kind,
            text="Gilt das auch für Eigenbetriebe?",
            base_url="https://kommunen.example",
        )
    return assessment, thread


def with_question(world: World) -> Mapping[str, Any]:
    return {"assessment_id": _begun(world, Remark.Kind.QUESTION)[0].pk}


def question(world: World) -> Mapping[str, Any]:
    return {"remark_id": _begun(world, Remark.Kind.QUESTION)[1].pk}


TEXT = {"text": "Ja, wenn sie Personal einstellen."}

ACCESS = {
    "assessments-history": Row.in_municipality(all_roles=200, employee=403, kwargs=answered),
    "assessments-item-remarks": Row.in_municipality(all_roles=200, employee=403, kwargs=item),
    "assessments-remarks": Row.in_municipality(all_roles=200, employee=403, kwargs=with_question),
    "assessments-remark-reply": Row.in_municipality(
        all_roles=303, employee=403, method="post", kwargs=question, data=TEXT
    ),
    "assessments-remark-settle": Row.in_municipality(
        all_roles=303, employee=403, staff=403, method="post", kwargs=question
    ),
    "remarks-questions": Row.in_programme(),
}
