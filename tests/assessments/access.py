"""Who gets what from the pages of the assessments."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.assessments.actions import delegations
from apps.assessments.models import Assessment
from apps.core import scope
from apps.municipalities.models import Role
from tests.assessments import factories
from tests.consistency.access import Row, World


def begun(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.started(world.municipality).pk}


def invited(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.invited(world.municipality).pk}


def handed_in(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.in_review(world.municipality).pk}


def section(world: World) -> Mapping[str, Any]:
    return {**begun(world), "name": "d1"}


def item(world: World) -> Mapping[str, Any]:
    return {**begun(world), "name": "d1_01"}


def wave(world: World) -> Mapping[str, Any]:
    return {"wave_id": factories.wave().pk}


def signed(world: World) -> Mapping[str, Any]:
    assessment = factories.signed(world.municipality)
    return {"wave_id": assessment.wave_id, "assessment_id": assessment.pk}


def _act(assessment: Assessment, action: Callable[..., Any], **fields: Any) -> Any:
    municipality = assessment.municipality
    actor = factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        return action(actor=actor, **fields)


def delegated(world: World) -> Mapping[str, Any]:
    row = _act(
        assessment := factories.started(world.municipality),
        delegations.give_sections,
        assessment_id=assessment.pk,
        sections=["d1"],
        user=world.people["contributor"],
        due_on=timezone.localdate() + timedelta(days=3),
        base_url="https://kommunen.example",
    )[0]
    return {"delegation_id": row.pk}


def no_link(world: World) -> Mapping[str, Any]:
    return {"token": "nobody-was-ever-sent-this"}


SIGNING = {"function": "Bürgermeisterin", "confirmed": "on"}

ACCESS = {
    "assessments-list": Row.in_municipality(all_roles=200, employee=403),
    "assessments-detail": Row.in_municipality(all_roles=200, employee=403, kwargs=begun),
    "assessments-check": Row.in_municipality(all_roles=200, employee=403, kwargs=begun),
    "assessments-review": Row.in_municipality(all_roles=200, employee=403, kwargs=handed_in),
    "assessments-result": Row.in_municipality(all_roles=200, employee=403, kwargs=begun),
    "assessments-section": Row.in_municipality(all_roles=200, employee=403, kwargs=section),
    "assessments-answer": Row.in_municipality(
        coordinator=200, contributor=200, method="post", kwargs=item, data={"answer-d1_01": "2"}
    ),
    "assessments-start": Row.in_municipality(coordinator=303, method="post", kwargs=invited),
    "assessments-submit": Row.in_municipality(coordinator=303, method="post", kwargs=begun),
    "assessments-sign": Row.in_municipality(signatory=303, method="post", kwargs=handed_in, data=SIGNING),
    "assessments-return": Row.in_municipality(
        signatory=303, coordinator=303, method="post", kwargs=handed_in, data={"reason": "Bitte prüfen"}
    ),
    "assessments-delegations": Row.in_municipality(coordinator=200, kwargs=begun),
    "assessments-delegation-give": Row.in_municipality(coordinator=200, kwargs=begun),
    "assessments-delegation-link": Row.in_municipality(coordinator=200, kwargs=begun),
    "assessments-delegation": Row.in_municipality(coordinator=200, kwargs=delegated),
    "assessments-delegation-revoke": Row.in_municipality(coordinator=200, kwargs=delegated),
    "assessments-delegation-accept": Row.in_municipality(coordinator=303, method="post", kwargs=delegated),
    "assessments-delegation-give-back": Row.in_municipality(coordinator=422, method="post", kwargs=delegated),
    "assessments-delegation-renew": Row.in_municipality(coordinator=303, method="post", kwargs=delegated),
    "assessments-delegation-hand-back": Row.in_municipality(contributor=200, kwargs=delegated),
    # The token is the key, whoever has it; without a valid one there is nothing for anybody.
    "assessments-contribute": Row.for_all(404, kwargs=no_link),
    "assessments-contribute-answer": Row.for_all(
        404, method="post", kwargs=lambda world: {**no_link(world), "name": "d1_01"}
    ),
    "assessments-contribute-hand-back": Row.for_all(404, kwargs=no_link),
    "waves-list": Row.in_programme(),
    "waves-new": Row.in_programme(),
    "waves-detail": Row.in_programme(kwargs=wave),
    "waves-open": Row.in_programme(kwargs=wave),
    "waves-close": Row.in_programme(kwargs=wave),
    "waves-invite": Row.in_programme(staff=422, method="post", kwargs=wave),
    "waves-assessment-close": Row.in_programme(staff=303, method="post", kwargs=signed),
}
