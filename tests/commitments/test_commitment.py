"""The self-commitment as employer: drafting, putting in force, the public page, ending."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.commitments import queries_commitment
from apps.commitments.actions import commitments as actions
from apps.commitments.models import SelfCommitment
from apps.commitments.plain_text import HEADING, LIST, PARAGRAPH, parts
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.recommendations.actions.lifecycle import NotPossible
from tests.assessments.factories import person
from tests.assessments.test_pages import signed_in
from tests.commitments import factories
from tests.factories import UserFactory
from tests.files import samples
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db
State = SelfCommitment.State


def client_of(municipality: Municipality, role: str = Role.COORDINATOR) -> Client:
    return signed_in(person(municipality, role))


def url(name: str, municipality: Municipality, row: SelfCommitment | None = None) -> str:
    full = f"commitments-commitment-{name}" if name else "commitments-commitment"
    return reverse(full, args=[municipality.slug, *([row.pk] if row else [])])


def stored(row: SelfCommitment, municipality: Municipality) -> SelfCommitment:
    with scope.enter(scope.municipality(municipality)):
        return SelfCommitment.objects.select_related("document").get(pk=row.pk)


def decision(**fields: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "decided_by": "council",
        "reference": "Vorlage 2026/120",
        "decided_on": today,
        "signatory_name": "Dr. Ada Beispiel",
        "signatory_function": "Bürgermeisterin",
        "valid_from": today,
        **fields,
    }


def test_a_coordinator_begins_with_the_proposal(municipality: Municipality) -> None:
    client = client_of(municipality)
    page = client.get(url("new", municipality)).content.decode()
    assert "§ 13 AGG" in page and "Führungskräfte zuerst" in page
    response = client.post(url("new", municipality), {"title": "Wir verpflichten uns", "text": "Wir tun das."})
    assert response.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        row = SelfCommitment.objects.get()
        assert (row.state, row.title, row.text, row.follows) == (
            State.DRAFT,
            "Wir verpflichten uns",
            "Wir tun das.",
            None,
        )
        assert AuditEntry.objects.filter(verb="commitment.drafted").count() == 1
    assert "Wir tun das." in client.get(response.url).content.decode()


def test_there_is_one_draft_at_a_time_and_nothing_typed_is_lost(municipality: Municipality) -> None:
    factories.commitment(municipality, State.DRAFT)
    response = client_of(municipality).post(url("new", municipality), {"title": "Noch eine", "text": "Langer Text."})
    assert response.status_code == 422
    assert "Langer Text." in response.content.decode()


def test_the_proposal_cannot_go_in_force_with_gaps(municipality: Municipality) -> None:
    text = queries_commitment.starting_text()
    assert len(text) < 20_000
    row = factories.commitment(municipality, State.DRAFT, text=text)
    response = client_of(municipality, Role.SIGNATORY).post(url("in-force", municipality, row), decision())
    assert response.status_code == 422
    assert "[Anzahl]" in response.content.decode()
    assert stored(row, municipality).state == State.DRAFT


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SIGNATORY])
def test_a_decision_puts_it_in_force(municipality: Municipality, role: str) -> None:
    row = factories.commitment(municipality, State.DRAFT)
    file = SimpleUploadedFile("Beschluss.pdf", samples.pdf(), "application/pdf")
    client = client_of(municipality, role)
    with at_most(12):
        response = client.post(url("in-force", municipality, row), decision(document=file, is_public="on"))
    assert response.status_code == 303
    now = stored(row, municipality)
    assert now.state == State.IN_FORCE and now.is_public and now.document.name == "Beschluss.pdf"
    with scope.enter(scope.municipality(municipality)):
        entry = AuditEntry.objects.get(verb="commitment.in_force")
    assert entry.data == {"decided_by": "council", "public": True}
    answer = client_of(municipality, Role.EMPLOYEE).get(url("document", municipality, row))
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("field", "days"), [("decided_on", 1), ("valid_from", 1), ("valid_until", -1), ("review_on", 0)]
)
def test_days_that_cannot_be_are_refused_beside_their_field(municipality: Municipality, field: str, days: int) -> None:
    row = factories.commitment(municipality, State.DRAFT)
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    response = client_of(municipality).post(url("in-force", municipality, row), decision(**{field: day}))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}


def test_a_new_one_ends_the_one_before_and_follows_it(municipality: Municipality) -> None:
    before = factories.commitment(municipality, is_public=True)
    client = client_of(municipality)
    assert "Wir wählen Personal aus." in client.get(url("new", municipality)).content.decode()
    client.post(url("new", municipality), {"title": "Neue Fassung", "text": "Wir tun mehr."})
    with scope.enter(scope.municipality(municipality)):
        row = SelfCommitment.objects.get(state=State.DRAFT)
    assert client.post(url("in-force", municipality, row), decision()).status_code == 303
    ended, now = stored(before, municipality), stored(row, municipality)
    assert (ended.state, ended.is_public, ended.ended_on) == (State.ENDED, False, timezone.localdate())
    assert "Neue Fassung" in ended.ended_because
    assert (now.state, now.follows_id) == (State.IN_FORCE, before.pk)


def test_text_and_decision_of_what_is_in_force_cannot_be_changed_even_by_sql(municipality: Municipality) -> None:
    row = factories.commitment(municipality)
    for change in ({"text": "Anders"}, {"reference": "Anders"}, {"state": State.DRAFT}):
        with (
            pytest.raises(IntegrityError),
            scope.enter(scope.municipality(municipality)),
            transaction.atomic(),
        ):
            SelfCommitment.objects.filter(pk=row.pk).update(**change)
    with scope.enter(scope.municipality(municipality)), pytest.raises(NotPossible):
        actions.edit_commitment(actor=None, commitment_id=row.pk, title="Anders", text="Anders")


def test_it_ends_with_a_reason(municipality: Municipality) -> None:
    row = factories.commitment(municipality, is_public=True)
    client = client_of(municipality, Role.SIGNATORY)
    assert client.post(url("end", municipality, row), {"reason": " "}).status_code == 422
    assert client.post(url("end", municipality, row), {"reason": "Aufgehoben."}).status_code == 303
    now = stored(row, municipality)
    assert (now.state, now.ended_because, now.is_public) == (State.ENDED, "Aufgehoben.", False)
    assert client.get(url("end", municipality, row)).status_code == 404
    with scope.enter(scope.municipality(municipality)):
        again = actions.end_commitment(actor=None, commitment_id=row.pk, reason="Noch einmal.")
        assert again.ended_because == "Aufgehoben."


def test_a_draft_is_edited_and_discarded(municipality: Municipality) -> None:
    row = factories.commitment(municipality, State.DRAFT)
    client = client_of(municipality)
    client.post(url("edit", municipality, row), {"title": "Titel", "text": "Neu"})
    assert stored(row, municipality).text == "Neu"
    assert client.get(url("discard", municipality, row)).status_code == 200
    assert client.post(url("discard", municipality, row)).status_code == 303
    assert client.get(url("detail", municipality, row)).status_code == 404


def test_a_draft_neither_ends_nor_goes_public(municipality: Municipality) -> None:
    row = factories.commitment(municipality, State.DRAFT)
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(NotPossible):
            actions.end_commitment(actor=None, commitment_id=row.pk, reason="Weil.")
        with pytest.raises(NotPossible):
            actions.show_in_public(actor=None, commitment_id=row.pk, is_public=True)
        with pytest.raises(SelfCommitment.DoesNotExist):
            actions.discard_draft(actor=None, commitment_id=UserFactory().pk)


def test_employees_read_what_is_in_force_but_no_draft(municipality: Municipality) -> None:
    row = factories.commitment(municipality)
    draft = factories.commitment(municipality, State.DRAFT, title="Entwurf der neuen Fassung")
    client = client_of(municipality, Role.EMPLOYEE)
    page = client.get(url("", municipality)).content.decode()
    assert row.title in page and draft.title not in page
    assert client.get(url("detail", municipality, draft)).status_code == 403


def test_the_page_says_when_its_time_has_passed(municipality: Municipality) -> None:
    today = timezone.localdate()
    past = {"valid_from": today - timedelta(days=30), "valid_until": today - timedelta(days=1)}
    factories.commitment(municipality, is_public=True, **past)
    client = client_of(municipality)
    with at_most(8):
        page = client.get(url("", municipality)).content.decode()
    assert "kern-alert--warning" in page
    assert Client().get(url("public", municipality)).status_code == 404


def test_everybody_reads_the_public_page_and_nothing_else(municipality: Municipality) -> None:
    row = factories.commitment(
        municipality, text="Präambel\n\n- Erstens <b>fett</b>\n- Zweitens", written_by=UserFactory()
    )
    public = url("public", municipality)
    assert Client().get(public).status_code == 404
    client = client_of(municipality)
    client.post(url("publicity", municipality, row), {"public": "1"})
    page = Client().get(public)
    assert page.status_code == 200
    words = page.content.decode()
    assert "Dr. Ada Beispiel, Bürgermeisterin" in words and "Vorlage 2026/120" in words
    assert "&lt;b&gt;fett&lt;/b&gt;" in words and "<b>fett" not in words
    assert not re.search(r"Kim|kommune\.example", words)
    assert url("", municipality) + '"' not in words
    client.post(url("publicity", municipality, row), {"public": "0"})
    assert Client().get(public).status_code == 404


def test_a_text_is_headings_paragraphs_and_lists() -> None:
    found = parts("1. Personal\n\nWir wählen aus.\nUnd begründen.\n\n- eins\n- zwei\n  weiter\n\nSchluss:\n* drei")
    assert [(part.kind, part.text, part.entries) for part in found] == [
        (HEADING, "1. Personal", []),
        (PARAGRAPH, "Wir wählen aus. Und begründen.", []),
        (LIST, "", ["eins", "zwei weiter"]),
        (PARAGRAPH, "Schluss:", []),
        (LIST, "", ["drei"]),
    ]
    assert parts("  \r\n ") == []
