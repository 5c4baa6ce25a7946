"""Signing on paper or by a decision, and the summary that is signed."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from apps.assessments import queries
from apps.assessments.actions.assessments import (
    Incomplete,
    WrongState,
    record_signature,
    return_to_progress,
)
from apps.assessments.models import Assessment, Signature
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.files.models import StoredFile
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.test_pages import signed_in, url
from tests.factories import member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.in_review(municipality)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def scan(name: str = "unterschrift.png") -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("L", (40, 20), 255).save(picture, "PNG")
    return SimpleUploadedFile(name, picture.getvalue(), content_type="image/png")


def entry(kind: str = "decision", **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": "Ayşe Lindholm",
        "function": "Erste Beigeordnete",
        "reference": "Stadtratsbeschluss Nr. 12/2026",
        "signed_on": timezone.localdate().isoformat(),
        **more,
    }


def signature(assessment: Assessment) -> Signature | None:
    with scope.enter(scope.municipality(assessment.municipality)):
        found: Signature | None = Signature.objects.filter(assessment=assessment).select_related("document").first()
    return found


def state(assessment: Assessment) -> str:
    with scope.enter(scope.municipality(assessment.municipality)):
        return str(Assessment.objects.get(pk=assessment.pk).state)


def test_a_decision_is_put_on_record_by_its_reference(coordinator: Client, assessment: Assessment) -> None:
    response = coordinator.post(url("sign-record", assessment), entry())
    assert response.status_code == 303
    found = signature(assessment)
    assert found is not None
    assert (found.kind, found.name, found.reference) == ("decision", "Ayşe Lindholm", "Stadtratsbeschluss Nr. 12/2026")
    assert found.document is None
    assert found.account is None
    assert found.recorded_by == factories.person(assessment.municipality, Role.COORDINATOR)
    assert state(assessment) == "signed_off"
    with scope.enter(scope.municipality(assessment.municipality)):
        fresh = queries.assessments().get(pk=assessment.pk)
        assert len(queries.results_of(fresh)) == 10
    page = coordinator.get(url("result", assessment)).content.decode()
    assert "Stadtratsbeschluss Nr. 12/2026" in page
    assert "Ayşe Lindholm" in page


def test_a_paper_is_uploaded_and_comes_back_as_an_attachment(coordinator: Client, assessment: Assessment) -> None:
    response = coordinator.post(url("sign-record", assessment), entry("document", document=scan()))
    assert response.status_code == 303
    found = signature(assessment)
    assert found is not None
    assert found.kind == "document"
    assert found.document is not None
    address = url("signature-file", assessment, str(found.pk))
    assert address in coordinator.get(url("result", assessment)).content.decode()
    file = coordinator.get(address)
    assert file.status_code == 200
    assert file["Content-Disposition"].startswith("attachment")
    assert b"".join(file.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]


def test_the_audit_says_how_it_was_signed_and_no_more(coordinator: Client, assessment: Assessment) -> None:
    coordinator.post(url("sign-record", assessment), entry())
    with scope.enter(scope.municipality(assessment.municipality)):
        kept = AuditEntry.objects.filter(verb="assessment.signed_off").get()
    assert kept.data["kind"] == "decision"
    assert "Lindholm" not in str(kept.data)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "erforderlich"),
        ("function", "", "erforderlich"),
        ("reference", "", "erforderlich"),
        ("kind", "account", "gültige"),
    ],
)
def test_what_is_missing_or_impossible_is_said_at_its_field(
    coordinator: Client, assessment: Assessment, field: str, value: str, message: str
) -> None:
    response = coordinator.post(url("sign-record", assessment), entry(**{field: value}))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert signature(assessment) is None
    assert state(assessment) == "in_review"


@pytest.mark.parametrize(("days", "message"), [(1, "liegt noch in der Zukunft"), (-1, "wurde am")])
def test_it_is_signed_neither_tomorrow_nor_before_it_was_handed_in(
    coordinator: Client, assessment: Assessment, days: int, message: str
) -> None:
    signed_on = timezone.localdate() + timedelta(days=days)
    response = coordinator.post(url("sign-record", assessment), entry(signed_on=signed_on.isoformat()))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert signature(assessment) is None
    assert state(assessment) == "in_review"


def test_on_paper_needs_the_paper(coordinator: Client, assessment: Assessment) -> None:
    response = coordinator.post(url("sign-record", assessment), entry("document"))
    assert response.status_code == 422
    assert "Bitte wählen Sie das unterschriebene Dokument aus." in response.content.decode()
    assert signature(assessment) is None


def test_a_file_that_is_not_what_its_name_says_is_refused(coordinator: Client, assessment: Assessment) -> None:
    page = SimpleUploadedFile("beschluss.pdf", b"<html><script>1</script>", content_type="application/pdf")
    response = coordinator.post(url("sign-record", assessment), entry("document", document=page))
    assert response.status_code == 422
    assert signature(assessment) is None
    with scope.enter(scope.municipality(assessment.municipality)):
        assert not StoredFile.objects.exists()


def test_a_file_beside_a_decision_is_not_kept(coordinator: Client, assessment: Assessment) -> None:
    coordinator.post(url("sign-record", assessment), entry(document=scan()))
    with scope.enter(scope.municipality(assessment.municipality)):
        assert not StoredFile.objects.exists()
    found = signature(assessment)
    assert found is not None
    assert found.kind == "decision"


def test_a_second_record_is_told_that_it_came_too_late(coordinator: Client, assessment: Assessment) -> None:
    coordinator.post(url("sign-record", assessment), entry())
    response = coordinator.post(url("sign-record", assessment), entry(name="Jemand anderes"), follow=True)
    assert "nicht zur Unterschrift abgegeben" in response.content.decode()
    found = signature(assessment)
    assert found is not None
    assert found.name == "Ayşe Lindholm"


def test_only_coordination_and_signatory_put_a_signature_on_record(assessment: Assessment) -> None:
    for role, status in ((Role.CONTRIBUTOR, 403), (Role.EMPLOYEE, 403), (Role.SIGNATORY, 200)):
        client = signed_in(member(assessment.municipality, role))
        assert client.get(url("sign-record", assessment)).status_code == status


def test_nothing_is_sealed_that_is_incomplete_or_not_handed_in(municipality: Municipality) -> None:
    begun = factories.started(municipality)
    actor = factories.person(municipality, Role.COORDINATOR)
    given = {"name": "A", "function": "B", "reference": "C", "signed_on": timezone.localdate()}
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(WrongState):
            record_signature(actor=actor, assessment_id=begun.pk, **given)
        begun.state, begun.submitted_at, begun.submitted_by = "in_review", timezone.now(), actor
        begun.save()
        with pytest.raises(Incomplete):
            record_signature(actor=actor, assessment_id=begun.pk, **given)
        with pytest.raises(ValueError, match="signed before"):
            record_signature(
                actor=actor, assessment_id=begun.pk, **{**given, "signed_on": timezone.localdate() - timedelta(days=2)}
            )


def test_returning_revokes_it_and_is_audited_and_the_paper_stays_on_file(
    coordinator: Client, assessment: Assessment
) -> None:
    coordinator.post(url("sign-record", assessment), entry("document", document=scan()))
    signatory = member(assessment.municipality, Role.SIGNATORY)
    with scope.enter(scope.municipality(assessment.municipality)):
        return_to_progress(actor=signatory, assessment_id=assessment.pk, reason="Item 5.3 stimmt nicht")
        assert AuditEntry.objects.filter(verb="assessment.returned").get().data == {"from": "signed_off"}
        assert StoredFile.objects.count() == 1
    found = signature(assessment)
    assert found is not None
    assert found.revoked_at is not None


def test_the_summary_can_be_printed_and_signed(coordinator: Client, assessment: Assessment) -> None:
    with at_most(16):
        page = coordinator.get(url("summary", assessment)).content.decode()
    assert "Ort und Datum" in page
    with scope.enter(scope.municipality(assessment.municipality)):
        fresh = queries.assessments().get(pk=assessment.pk)
        from apps.assessments.content import content_hash

        assert content_hash(queries.contents_of(queries.answers_of(fresh))) in page


def test_another_municipality_gets_neither_summary_nor_paper(
    coordinator: Client, assessment: Assessment, other_municipality: Municipality
) -> None:
    coordinator.post(url("sign-record", assessment), entry("document", document=scan()))
    found = signature(assessment)
    assert found is not None
    stranger = signed_in(member(other_municipality, Role.COORDINATOR))
    for address in (url("summary", assessment), url("signature-file", assessment, str(found.pk))):
        assert stranger.get(address).status_code == 404
        elsewhere = address.replace(assessment.municipality.slug, other_municipality.slug)
        assert stranger.get(elsewhere).status_code == 404
