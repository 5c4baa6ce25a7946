"""What must be stored before training records of a municipality open."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.actions import gates
from apps.training.models import GateDocument, TrainingOpening
from tests.factories import UserFactory, member
from tests.files.samples import pdf
from tests.training.factories import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client: Client, municipality: Municipality) -> Client:
    client.force_login(member(municipality, Role.COORDINATOR))
    return client


def posted(kind: str, **fields: Any) -> dict[str, Any]:
    document = SimpleUploadedFile("Vereinbarung.pdf", pdf(), content_type="application/pdf")
    values: dict[str, Any] = {
        "kind": kind,
        "document": document,
        "signed_on": timezone.localdate().isoformat(),
        "stated_by_name": "Kim Beispiel, Hauptamt",
    }
    return {name: value for name, value in {**values, **fields}.items() if value is not None}


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(name, args=[municipality.slug, *args])


def test_a_coordinator_stores_what_is_needed_and_opens_the_records(
    coordinator: Client, municipality: Municipality
) -> None:
    assert len(coordinator.get(url("training-gate", municipality)).context["missing"]) == 2
    for values in (posted("data_protection"), posted("no_staff_council", document=None)):
        assert coordinator.post(url("training-gate-store", municipality), values).status_code == 303
    assert coordinator.post(url("training-gate-open", municipality)).status_code == 303
    opening = TrainingOpening.objects.get(of=municipality)
    assert opening.is_open
    with scope.enter(scope.municipality(municipality)):
        stored = GateDocument.objects.get(kind="data_protection")
        verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"training.document_stored", "training.records_opened"} <= verbs
    got = coordinator.get(url("training-gate-document", municipality, stored.pk))
    assert got["Content-Disposition"].startswith("attachment")


def test_without_the_documents_they_stay_closed(coordinator: Client, municipality: Municipality) -> None:
    coordinator.post(url("training-gate-store", municipality), posted("data_protection"))
    response = coordinator.post(url("training-gate-open", municipality), follow=True)
    assert "kern-alert--danger" in response.content.decode()
    assert not TrainingOpening.objects.filter(of=municipality).exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "data_protection", "document": None}, "document"),
        ({"kind": "works_agreement", "signed_on": "2999-01-01"}, "signed_on"),
        ({"kind": "works_agreement", "stated_by_name": None}, "stated_by_name"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_what_is_wrong_is_said_beside_its_cause(
    coordinator: Client, municipality: Municipality, values: dict[str, Any], field: str
) -> None:
    response = coordinator.post(url("training-gate-store", municipality), posted(**values))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_names_need_an_agreement_that_allows_them(coordinator: Client, municipality: Municipality) -> None:
    opened(municipality)
    values = {"approval": "required", "names_visible": "on"}
    response = coordinator.post(url("training-gate-configure", municipality), values)
    assert list(response.context["handling"].errors) == ["names_visible"]
    coordinator.post(url("training-gate-store", municipality), posted("names"))
    assert coordinator.post(url("training-gate-configure", municipality), values).status_code == 303
    opening = TrainingOpening.objects.get(of=municipality)
    assert (opening.approval, opening.names_visible) == ("required", True)


def test_records_are_closed_after_asking_and_opened_again(coordinator: Client, municipality: Municipality) -> None:
    assert coordinator.get(url("training-gate-close", municipality)).status_code == 404
    opened(municipality)
    assert coordinator.get(url("training-gate-close", municipality)).status_code == 200
    coordinator.post(url("training-gate-close", municipality))
    assert not TrainingOpening.objects.get(of=municipality).is_open
    coordinator.post(url("training-gate-open", municipality))
    assert TrainingOpening.objects.get(of=municipality).is_open


def test_a_newer_document_takes_the_place_of_an_older_one_which_stays(
    coordinator: Client, municipality: Municipality
) -> None:
    for _time in range(2):
        coordinator.post(url("training-gate-store", municipality), posted("data_protection"))
    context = coordinator.get(url("training-gate", municipality)).context
    assert len(context["rows"]) == 2
    assert context["newest"] == {context["rows"][0]}


def test_the_action_itself_refuses_what_the_form_would(municipality: Municipality) -> None:
    actor = UserFactory()
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(gates.NotPossible):
            gates.store(
                actor=actor,
                kind="data_protection",
                document=None,
                signed_on=timezone.localdate(),
                stated_by_name="Kim",
            )
        for step in (gates.open_records, gates.close_records):
            with pytest.raises(gates.NotPossible):
                step(actor=actor, municipality_id=municipality.pk)
