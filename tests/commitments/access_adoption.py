"""Who gets what from the self-commitment, from adoptions and their papers, and from the reasons against."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from apps.commitments.models import Adoption, SelfCommitment
from apps.core import scope
from tests.commitments import factories
from tests.consistency.access import Row, World
from tests.recommendations.factories import version_in


def draft(world: World) -> Mapping[str, Any]:
    return {"commitment_id": factories.commitment(world.municipality, SelfCommitment.State.DRAFT).pk}


def in_force(world: World) -> Mapping[str, Any]:
    return {"commitment_id": factories.commitment(world.municipality).pk}


def public(world: World) -> Mapping[str, Any]:
    factories.commitment(world.municipality, is_public=True)
    return {}


def standard(world: World) -> Mapping[str, Any]:
    return {"version_id": version_in("standard").pk}


def considered(world: World) -> Mapping[str, Any]:
    return {"adoption_id": factories.adoption(world.municipality, state="considered").pk}


def considered_step(world: World) -> Mapping[str, Any]:
    return {**considered(world), "name": "adopt"}


def adopted(world: World) -> Mapping[str, Any]:
    return {"adoption_id": _adopted(world).pk}


def asked(world: World) -> Mapping[str, Any]:
    row = _adopted(world)
    factories.next_standard(row.version)
    return {"adoption_id": row.pk}


def _adopted(world: World) -> Adoption:
    return factories.adoption(world.municipality)


def with_document(world: World) -> Mapping[str, Any]:
    row, stored = _adopted(world), _stored(world)
    with scope.enter(scope.municipality(world.municipality)):
        Adoption.objects.filter(pk=row.pk).update(document=stored)
    return {"adoption_id": row.pk}


def commitment_with_document(world: World) -> Mapping[str, Any]:
    row = factories.commitment(world.municipality)
    with scope.enter(scope.municipality(world.municipality)):
        SelfCommitment.objects.filter(pk=row.pk).update(document=_stored(world))
    return {"commitment_id": row.pk}


def _stored(world: World) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from apps.files.actions import store_upload
    from apps.files.checks import check_upload
    from tests.files import samples

    with scope.enter(scope.municipality(world.municipality)):
        checked = check_upload(SimpleUploadedFile("Beschluss.pdf", samples.pdf(), "application/pdf"))
        return store_upload(actor=None, uploaded=checked)


class Today:
    """Today's date as forms send it, asked for when it is sent."""

    def __str__(self) -> str:
        return timezone.localdate().isoformat()


DECISION = {
    "decision_reference": "Vorlage 2026/117",
    "decided_on": Today(),
    "signatory_name": "Dr. Ada Beispiel",
    "signatory_function": "Bürgermeisterin",
}
TEXT = {"title": "Selbstverpflichtung", "text": "Wir wählen Personal strukturiert aus."}


def a_recommendation(world: World) -> Mapping[str, Any]:
    return {"recommendation_id": version_in("idea").recommendation_id}


ACCESS = {
    "commitments-commitment": Row.in_municipality(all_roles=200),
    "commitments-commitment-new": Row.in_municipality(coordinator=303, method="post", data=TEXT),
    "commitments-commitment-public": Row.for_all(kwargs=public),
    "commitments-commitment-detail": Row.in_municipality(all_roles=200, employee=403, kwargs=draft),
    "commitments-commitment-edit": Row.in_municipality(coordinator=303, method="post", kwargs=draft, data=TEXT),
    "commitments-commitment-in-force": Row.in_municipality(coordinator=200, signatory=200, kwargs=draft),
    "commitments-commitment-end": Row.in_municipality(
        coordinator=303, signatory=303, method="post", kwargs=in_force, data={"reason": "Aufgehoben."}
    ),
    "commitments-commitment-discard": Row.in_municipality(coordinator=303, method="post", kwargs=draft),
    "commitments-commitment-publicity": Row.in_municipality(
        coordinator=303, signatory=303, method="post", kwargs=in_force, data={"public": "1"}
    ),
    "commitments-commitment-document": Row.in_municipality(all_roles=200, kwargs=commitment_with_document),
    "commitments-adoptions": Row.in_municipality(all_roles=200, employee=403),
    "commitments-adoption-choose": Row.in_municipality(coordinator=200),
    "commitments-adoption-consider": Row.in_municipality(coordinator=303, method="post", kwargs=standard),
    "commitments-measures-plan": Row.in_municipality(all_roles=200, employee=403, method="post"),
    "commitments-adoption": Row.in_municipality(all_roles=200, employee=403, kwargs=adopted),
    "commitments-adoption-needs": Row.in_municipality(coordinator=303, method="post", kwargs=adopted),
    "commitments-adoption-step": Row.in_municipality(
        coordinator=303, signatory=303, method="post", kwargs=considered_step, data=DECISION
    ),
    "commitments-adoption-confirm": Row.in_municipality(
        coordinator=303, signatory=303, method="post", kwargs=asked, data=DECISION
    ),
    "commitments-adoption-keep": Row.in_municipality(
        coordinator=303, signatory=303, method="post", kwargs=asked, data={"reason": "Der Beschluss gilt noch."}
    ),
    "commitments-adoption-document": Row.in_municipality(all_roles=200, employee=403, kwargs=with_document),
    "commitments-adoption-memo": Row.in_municipality(all_roles=200, employee=403, method="post", kwargs=considered),
    "commitments-adoption-decision-paper": Row.in_municipality(
        all_roles=200, employee=403, method="post", kwargs=considered
    ),
    "commitments-reasons": Row.in_programme(),
    "commitments-reasons-workbook": Row.in_programme(method="post"),
    "commitments-reasons-pass-on": Row.in_programme(staff=303, method="post", kwargs=a_recommendation),
    "commitments-reasons-digest": Row.in_workshop(kwargs=a_recommendation),
}
