"""Who sees, adds, changes and downloads evidence: by role, by given sections, by personal link."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessments.actions import delegations
from apps.assessments.actions import evidence as actions
from apps.assessments.actions.answers import NotGiven
from apps.assessments.actions.waves import close_wave
from apps.assessments.models import Assessment, Evidence
from apps.assessments.policies import Recipient
from apps.core import scope
from apps.files.models import StoredFile
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.test_delegation import BASE, act, give
from tests.assessments.test_delegation_links import latest_token, only, send_link
from tests.assessments.test_evidence import (
    add,
    assessment,
    audited,
    contributor,
    coordinator,
    does,
    pdf,
    posted,
    surroundings,
    uses,
)
from tests.assessments.test_pages import signed_in, url
from tests.factories import UserFactory, member
from tests.files import samples

__all__ = ["assessment", "contributor", "coordinator", "surroundings"]  # fixtures

pytestmark = pytest.mark.django_db


# --- Who may --------------------------------------------------------------------------------------------------------


def test_signatory_and_project_staff_read_and_download(municipality: Municipality, assessment: Assessment) -> None:
    piece = add(assessment, "d1_01", file="Beschluss.pdf")
    for person in (member(municipality, Role.SIGNATORY), UserFactory(staff=True)):
        client = signed_in(person)
        shown = client.get(url("evidence", assessment)).content.decode()
        assert url("evidence-file", assessment, str(piece.pk)) in shown
        assert url("evidence-change", assessment, str(piece.pk)) not in shown
        assert client.get(url("evidence-file", assessment, str(piece.pk))).status_code == 200
        for page in ("evidence-add", "evidence-choose"):
            assert client.get(url(page, assessment)).status_code == 403
        assert client.post(url("evidence-remove", assessment, str(piece.pk))).status_code == 403


def test_the_download_is_an_attachment(coordinator: Client, assessment: Assessment) -> None:
    piece = add(assessment, "d1_01", file="Haushalt für 2026.pdf")
    response = coordinator.get(url("evidence-file", assessment, str(piece.pk)))
    assert b"".join(response) == samples.pdf()  # type: ignore[arg-type]  # not asynchronous
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Haushalt%20f%C3%BCr%202026.pdf"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_another_municipality_finds_nothing(assessment: Assessment, other_municipality: Municipality) -> None:
    piece = add(assessment, "d1_01", file="Beschluss.pdf")
    theirs = factories.started(other_municipality, assessment.wave)
    client = signed_in(factories.person(other_municipality, Role.COORDINATOR))
    for page in ("evidence-file", "evidence-change", "evidence-remove"):
        assert client.get(url(page, assessment, str(piece.pk))).status_code == 404
        assert client.get(url(page, theirs, str(piece.pk))).status_code == 404
    slug = other_municipality.slug
    assert client.get(reverse("assessments-evidence", args=[slug, assessment.pk])).status_code == 404
    sent = {"evidence": str(piece.pk), "items": ["d1_01"]}
    assert client.post(url("evidence-choose", theirs), sent).status_code in (200, 422)
    assert uses(theirs) == {}
    with pytest.raises(Evidence.DoesNotExist):
        does(theirs, actions.use_evidence, piece, items=["d1_01"])


def test_a_contributor_sees_and_changes_only_what_stands_in_given_sections(
    assessment: Assessment, contributor: User
) -> None:
    give(assessment, "d1", user=contributor)
    both = add(assessment, "d1_01", "d2_01", title="Für beide", file="Beschluss.pdf")
    hidden = add(assessment, "d2_01", title="Nur für andere", file="Beschluss.pdf")
    client = signed_in(contributor)
    shown = client.get(url("evidence", assessment)).content.decode()
    assert "Für beide" in shown
    assert "Nur für andere" not in shown
    assert url("section", assessment, "d2") not in shown
    assert client.get(url("evidence-file", assessment, str(both.pk))).status_code == 200
    for page in ("evidence-file", "evidence-change", "evidence-remove"):
        assert client.get(url(page, assessment, str(hidden.pk))).status_code == 404
    assert 'value="d2_01"' not in client.get(url("evidence-add", assessment)).content.decode()
    assert client.post(url("evidence-add", assessment), posted(items=["d2_01"])).status_code == 422
    choice = client.get(url("evidence-choose", assessment)).content.decode()
    assert "Für beide" in choice
    assert "Nur für andere" not in choice

    change = client.get(url("evidence-change", assessment, str(both.pk)))
    assert not change.context["describes"]
    client.post(url("evidence-change", assessment, str(both.pk)), {"items": ["d1_02"], "page": "3"})
    assert uses(assessment)[("d1_02", "Für beide")] == "3"
    assert ("d2_01", "Für beide") in uses(assessment)
    client.post(url("evidence-remove", assessment, str(both.pk)))
    assert set(uses(assessment)) == {("d2_01", "Für beide"), ("d2_01", "Nur für andere")}


def test_the_actions_themselves_hold_a_contributor_to_given_sections(assessment: Assessment, contributor: User) -> None:
    row = give(assessment, "d1", user=contributor)
    mine = Recipient(user_id=contributor.pk)
    piece, hidden = add(assessment, "d2_01"), add(assessment, "d2_02", title="Nur für andere")
    own = add(assessment, "d1_01", title="Eigenes", actor=contributor, only=mine)
    with pytest.raises(NotGiven):
        add(assessment, "d1_01", "d2_01", actor=contributor, only=mine)
    with pytest.raises(NotGiven):
        does(assessment, actions.change_evidence, piece, pages={"d1_01": ""}, actor=contributor, only=mine)
    with pytest.raises(NotGiven):
        does(assessment, actions.remove_evidence, piece, actor=contributor, only=mine)
    with pytest.raises(Evidence.DoesNotExist):
        does(assessment, actions.use_evidence, hidden, items=["d1_01"], actor=contributor, only=mine)
    act(delegations.hand_back, row, actor=contributor, base_url=BASE)
    with pytest.raises(NotGiven):
        does(assessment, actions.remove_evidence, own, actor=contributor, only=mine)
    client = signed_in(contributor)
    assert client.get(url("evidence-add", assessment)).status_code == 403
    assert client.get(url("evidence-change", assessment, str(own.pk))).status_code == 403
    assert not client.get(url("evidence", assessment)).context["may_add"]


def test_single_items_that_were_given_alone_can_be_proved_alone(assessment: Assessment, contributor: User) -> None:
    row = give(assessment, "d1", user=contributor)
    with scope.enter(scope.municipality(assessment.municipality)):
        row.items = ["d1_02"]
        row.save(update_fields=["items"])
    shown = signed_in(contributor).get(url("evidence-add", assessment)).content.decode()
    assert 'value="d1_02"' in shown
    assert 'value="d1_01"' not in shown
    with pytest.raises(NotGiven):
        add(assessment, "d1_01", actor=contributor, only=Recipient(user_id=contributor.pk))


# --- By personal link ---------------------------------------------------------------------------------------------


@pytest.fixture
def token(municipality: Municipality, assessment: Assessment) -> str:
    send_link(assessment)
    return latest_token(municipality)


def address(municipality: Municipality, token: str, name: str, *more: str) -> str:
    return reverse(f"assessments-{name}", args=[municipality.slug, token, *more])


def test_by_link_a_piece_is_added_to_the_section_and_downloaded_again(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    here = address(municipality, token, "contribute-evidence") + "?item=d1_01"
    response = client.get(here)
    shown = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "strict-origin"
    assert 'value="d2_01"' not in shown
    assert f"/k/{municipality.slug}/assessments/" not in shown
    response = client.post(here, posted(url="", document=pdf()))
    assert response["Location"] == address(municipality, token, "contribute") + "#item-d1_01"
    assert client.post(here.partition("?")[0], posted(title="Ohne Frage"))["Location"] == address(
        municipality, token, "contribute"
    )
    with scope.enter(scope.municipality(municipality)):
        piece = Evidence.objects.exclude(document=None).get()
        document = StoredFile.objects.get()
    assert (piece.added_by, piece.delegation_id, document.uploaded_by) == (None, only(municipality).pk, None)
    assert audited(municipality)[0] == ("evidence.added", {"items": ["d1_01"], "by": "link"})
    download = client.get(address(municipality, token, "contribute-evidence-file", str(piece.pk)))
    assert b"".join(download) == samples.pdf()  # type: ignore[arg-type]  # not asynchronous
    assert download["Referrer-Policy"] == "strict-origin"
    assert "no-store" in download["Cache-Control"]


def test_by_link_nothing_of_other_sections_is_to_be_had(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    hidden = add(assessment, "d2_01", file="Beschluss.pdf")
    assert client.get(address(municipality, token, "contribute-evidence-file", str(hidden.pk))).status_code == 404
    response = client.post(address(municipality, token, "contribute-evidence"), posted(items=["d2_01"]))
    assert response.status_code == 422
    assert set(uses(assessment)) == {("d2_01", "Ratsbeschluss")}


def test_by_link_nothing_is_added_after_handing_back(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    piece = add(assessment, "d1_01", file="Beschluss.pdf")
    act(delegations.hand_back, only(municipality), actor=None, base_url=BASE)
    here = address(municipality, token, "contribute-evidence")
    assert client.get(here).status_code == 403
    assert client.post(here, posted()).status_code == 403
    assert client.get(address(municipality, token, "contribute-evidence-file", str(piece.pk))).status_code == 200
    act(delegations.revoke, only(municipality))
    for page in (here, address(municipality, token, "contribute-evidence-file", str(piece.pk))):
        assert client.get(page).status_code == 410


def test_by_link_nothing_is_added_once_the_assessment_is_closed_to_answers(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    with scope.enter(scope.programme()):
        close_wave(actor=None, wave=assessment.wave)
    here = address(municipality, token, "contribute-evidence")
    for response in (client.get(here), client.post(here, posted())):
        assert response["Location"] == address(municipality, token, "contribute")
    assert uses(assessment) == {}
