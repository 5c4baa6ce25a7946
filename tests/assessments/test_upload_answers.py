"""Questions for a file: attached, replaced and removed on a page of their own, by account and by personal link."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.assessments.actions import delegations
from apps.assessments.actions import upload_answers as actions
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem, save_answers
from apps.assessments.actions.waves import close_wave
from apps.assessments.models import Answer, AnswerRevision, Assessment, AssessmentSection
from apps.assessments.policies import Recipient
from apps.assessments.queries_report import report_data
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.files.checks import check
from apps.files.models import StoredFile
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.test_delegation import act, give
from tests.assessments.test_delegation_links import address, latest_token, only, send_link
from tests.assessments.test_pages import HTMX, fields, signed_in, url
from tests.assessments.uploads import attach, begun, content_for, value_of
from tests.factories import UserFactory, member, org_unit
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return begun(municipality)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


@pytest.fixture
def contributor(municipality: Municipality) -> User:
    return member(municipality, Role.CONTRIBUTOR)


def sent(name: str = "Plan.pdf", seen: str = "", content: bytes = b"") -> dict[str, Any]:
    return {"seen": seen, "file": SimpleUploadedFile(name, content or content_for(name), "application/x-whatever")}


def answer(assessment: Assessment, item: str = "plan") -> Answer | None:
    with scope.enter(scope.municipality(assessment.municipality)):
        found: Answer | None = (
            Answer.objects.filter(assessment=assessment, item__name=item).select_related("file").first()
        )
        return found


def attached(assessment: Assessment, item: str = "plan") -> str:
    """Name of the file that answers an item, "" without one; value and file agree."""
    found = answer(assessment, item)
    file = found.file if found is not None else None
    assert (found.value if found is not None else "") == (str(file.pk) if file is not None else "")
    return file.name if file is not None else ""


def value(assessment: Assessment, item: str = "plan") -> str:
    with scope.enter(scope.municipality(assessment.municipality)):
        return value_of(assessment, item)


def files(assessment: Assessment) -> list[str]:
    with scope.enter(scope.municipality(assessment.municipality)):
        return sorted(StoredFile.objects.values_list("name", flat=True))


def progress(assessment: Assessment, name: str = "d1") -> tuple[int, int]:
    with scope.enter(scope.municipality(assessment.municipality)):
        row = AssessmentSection.objects.get(assessment=assessment, name=name)
    return row.answered, row.required


def does(assessment: Assessment, action: Any, item: str = "plan", **fields: Any) -> Any:
    municipality = assessment.municipality
    values: dict[str, Any] = {"actor": factories.person(municipality, Role.COORDINATOR), **fields}
    if action is actions.upload_answer:
        values.setdefault("uploaded", check("Plan.pdf", content_for("Plan.pdf")))
    with scope.enter(scope.municipality(municipality)):
        values.setdefault("seen", value_of(assessment, item))
        return action(assessment_id=assessment.pk, item=item, **values)


# --- Attaching ------------------------------------------------------------------------------------------------------


def test_a_file_is_attached_from_the_section_and_leads_back_to_the_question(
    coordinator: Client, assessment: Assessment
) -> None:
    section = url("section", assessment, "d1")
    here = url("upload", assessment, "plan")
    shown = coordinator.get(section).content.decode()
    assert f'href="{here}"' in shown
    assert "seen-plan" not in shown
    page = coordinator.get(here).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert ".docx" in page
    response = coordinator.post(here, sent("Organigramm 2026.pdf"))
    assert (response.status_code, response["Location"]) == (303, f"{section}#item-plan")
    assert attached(assessment) == "Organigramm 2026.pdf"
    shown = coordinator.get(section).content.decode()
    assert "Organigramm 2026.pdf" in shown
    assert f'href="{url("upload-file", assessment, "plan")}"' in shown
    assert value(assessment) not in shown


def test_a_required_file_is_missing_until_it_is_attached(coordinator: Client, assessment: Assessment) -> None:
    before = progress(assessment)
    missing = url("section", assessment, "d1") + "#item-plan"
    assert missing in coordinator.get(url("check", assessment)).content.decode()
    attach(assessment, "plan")
    assert progress(assessment) == (before[0] + 1, before[1])
    assert missing not in coordinator.get(url("check", assessment)).content.decode()


def test_what_depends_on_a_file_follows_it(coordinator: Client, assessment: Assessment) -> None:
    section = url("section", assessment, "d1")
    assert 'name="answer-why"' in coordinator.get(section).content.decode()
    attach(assessment, "plan")
    assert 'name="answer-why"' not in coordinator.get(section).content.decode()


def test_an_image_is_a_png_or_a_jpeg(coordinator: Client, assessment: Assessment) -> None:
    factories.save(assessment, {"sites": "2"})
    here = url("upload", assessment, "photo")
    page = coordinator.get(here).content.decode()
    assert 'accept=".png,.jpg,.jpeg"' in page
    refused = coordinator.post(here, sent("Plan.pdf"))
    assert refused.status_code == 422
    assert "PNG" in refused.context["form"].errors["file"][0]
    assert attached(assessment, "photo") == ""
    assert coordinator.post(here, sent("Eingang.jpg")).status_code == 303
    assert attached(assessment, "photo") == "Eingang.jpg"


def test_what_is_no_file_of_a_known_kind_is_refused_with_the_reason(
    coordinator: Client, assessment: Assessment
) -> None:
    here = url("upload", assessment, "plan")
    refused = coordinator.post(here, sent("Plan.exe", content=b"MZ" + bytes(200)))
    assert refused.status_code == 422
    assert refused.context["file_lost"]
    assert coordinator.post(here, {"seen": ""}).status_code == 422
    assert files(assessment) == []


def test_a_file_that_the_answers_do_not_allow_is_refused_with_the_authors_words(
    coordinator: Client, assessment: Assessment
) -> None:
    here = url("upload", assessment, "photo")
    refused = coordinator.post(here, sent("Eingang.png"))
    assert refused.status_code == 422
    assert refused.context["form"].errors["file"] == ["Erst die Standorte nennen."]
    assert (attached(assessment, "photo"), files(assessment)) == ("", [])
    factories.save(assessment, {"sites": "2"})
    assert coordinator.post(here, sent("Eingang.png")).status_code == 303


def test_only_questions_for_a_file_that_are_asked_have_such_a_page(coordinator: Client, assessment: Assessment) -> None:
    for name in ("sites", "d1_01", "nothing"):
        assert coordinator.get(url("upload", assessment, name)).status_code == 404
        assert coordinator.post(url("upload", assessment, name), sent()).status_code == 404
        with pytest.raises(UnknownItem):
            does(assessment, actions.upload_answer, name)
    assert coordinator.post(url("upload", assessment, "fixed"), sent()).status_code == 403
    with pytest.raises(NotGiven):
        does(assessment, actions.upload_answer, "fixed")
    assert url("upload", assessment, "fixed") not in coordinator.get(url("section", assessment, "d1")).content.decode()


# --- The section's form -----------------------------------------------------------------------------------------------


def test_saving_the_section_leaves_the_file_alone(coordinator: Client, assessment: Assessment) -> None:
    attach(assessment, "plan")
    section, stored = url("section", assessment, "d1"), value(assessment)
    shown = fields(coordinator, section)
    assert not [name for name in shown if name.endswith("-plan")]
    assert coordinator.post(section, {**shown, "answer-sites": "3"}).status_code == 303
    # Not even one made by hand.
    for given in ("", "0197a1b2-0000-7000-8000-000000000001"):
        by_hand = {**shown, "seen-plan": "1.-.-.-.-", "answer-plan": given}
        assert coordinator.post(section, by_hand).status_code == 303
        single = coordinator.post(url("answer", assessment, "plan"), by_hand, headers=HTMX)
        assert single.status_code == 200
    assert (attached(assessment), value(assessment)) == ("Plan.pdf", stored)
    assert value(assessment, "sites") == "3"


def test_an_answer_that_makes_a_question_for_a_file_appear_brings_the_way_to_attach_it(
    coordinator: Client, assessment: Assessment
) -> None:
    way = url("upload", assessment, "map")
    assert way not in coordinator.get(url("section", assessment, "d1")).content.decode()
    assert coordinator.get(way).status_code == 404
    response = coordinator.post(url("answer", assessment, "sites"), {"answer-sites": "6"}, headers=HTMX)
    assert way in response.content.decode()
    attach(assessment, "map", "Karte.pdf")
    coordinator.post(url("answer", assessment, "sites"), {"answer-sites": "1"}, headers=HTMX)
    response = coordinator.post(url("answer", assessment, "sites"), {"answer-sites": "7"}, headers=HTMX)
    assert "Karte.pdf" in response.content.decode()


def test_saving_an_answer_beside_a_file_costs_no_query_more(coordinator: Client, assessment: Assessment) -> None:
    attach(assessment, "plan")
    here = url("answer", assessment, "d1_01")
    coordinator.post(here, {"answer-d1_01": "1"}, headers=HTMX)
    found = answer(assessment, "d1_01")
    assert found is not None
    municipality = assessment.municipality
    actor = factories.person(municipality, Role.COORDINATOR)
    entry = factories.entry("d1_01", "2", found)
    with scope.enter(scope.municipality(municipality)), at_most(8):
        save_answers(actor=actor, assessment_id=assessment.pk, entries=[entry])


def test_files_cost_the_section_no_query(coordinator: Client, assessment: Assessment) -> None:
    section = url("section", assessment, "d1")
    factories.save(assessment, {"sites": "6"})
    coordinator.get(section)
    with CaptureQueriesContext(connection) as without:
        coordinator.get(section)
    attach(assessment, "plan")
    attach(assessment, "map", "Karte.pdf")
    with at_most(len(without)):
        assert "Karte.pdf" in coordinator.get(section).content.decode()


# --- Replacing and removing -------------------------------------------------------------------------------------------


def test_a_new_file_takes_the_place_of_the_old_one_which_is_deleted(
    coordinator: Client, assessment: Assessment, django_capture_on_commit_callbacks: Any, tmp_path: Path
) -> None:
    attach(assessment, "plan", "Alt.pdf")
    here = url("upload", assessment, "plan")
    page = coordinator.get(here)
    assert "Alt.pdf" in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert coordinator.post(here, sent("Neu.pdf", seen=page.context["seen"])).status_code == 303
    assert (attached(assessment), files(assessment)) == ("Neu.pdf", ["Neu.pdf"])
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_that_something_else_names_stays(assessment: Assessment) -> None:
    first = attach(assessment, "plan", "Gemeinsam.pdf")
    attach(assessment, "d2_file", "Eigenes.pdf")
    with scope.enter(scope.municipality(assessment.municipality)):
        Answer.objects.filter(assessment=assessment, item__name="d2_file").update(file=first.file)
    attach(assessment, "plan", "Neu.pdf")
    assert files(assessment) == ["Eigenes.pdf", "Gemeinsam.pdf", "Neu.pdf"]


def test_removing_asks_first_and_leaves_the_question_open(
    coordinator: Client, assessment: Assessment, django_capture_on_commit_callbacks: Any, tmp_path: Path
) -> None:
    open_before = progress(assessment)
    attach(assessment, "plan")
    here = url("upload", assessment, "plan")
    asking = coordinator.get(f"{here}?remove=1")
    assert asking.context["asks_to_remove"]
    assert attached(assessment) == "Plan.pdf"
    with django_capture_on_commit_callbacks(execute=True):
        response = coordinator.post(here, {"remove": "1", "seen": asking.context["seen"]})
    assert response["Location"] == url("section", assessment, "d1") + "#item-plan"
    assert (attached(assessment), files(assessment)) == ("", [])
    assert progress(assessment) == open_before
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    # Nothing is there any more: the page offers to attach one, and removing again changes nothing.
    assert not coordinator.get(f"{here}?remove=1").context["asks_to_remove"]
    revision = answer(assessment)
    assert coordinator.post(here, {"remove": "1", "seen": ""}).status_code == 303
    assert answer(assessment) == revision


def test_nobody_replaces_or_removes_a_file_they_have_not_seen(coordinator: Client, assessment: Assessment) -> None:
    here = url("upload", assessment, "plan")
    coordinator.get(here)
    attach(assessment, "plan", "Von jemand anderem.pdf")
    for what in (sent("Meins.pdf"), {"remove": "1", "seen": ""}):
        response = coordinator.post(here, what)
        assert (response.status_code, response["Location"]) == (303, here)
        assert attached(assessment) == "Von jemand anderem.pdf"
    with pytest.raises(actions.ChangedMeanwhile):
        does(assessment, actions.remove_upload, seen="")


def test_every_change_is_kept_in_the_history_and_recorded_without_names(
    coordinator: Client, assessment: Assessment
) -> None:
    attach(assessment, "plan", "Geheim.pdf")
    attach(assessment, "plan", "Neu.pdf")
    does(assessment, actions.remove_upload)
    with scope.enter(scope.municipality(assessment.municipality)):
        kept = AnswerRevision.objects.filter(assessment=assessment, item__name="plan").order_by("revision")
        assert [(row.revision, bool(row.value)) for row in kept] == [(1, True), (2, True), (3, False)]
        found = AuditEntry.objects.filter(verb__startswith="answer.").order_by("created_at")
        assert [(entry.verb, entry.data) for entry in found] == [
            ("answer.file_attached", {"item": "plan", "replaced": False}),
            ("answer.file_attached", {"item": "plan", "replaced": True}),
            ("answer.file_removed", {"item": "plan", "replaced": True}),
        ]
    history = coordinator.get(url("history", assessment, "plan"))
    assert history.status_code == 200
    assert not [row.value for row in kept if row.value and row.value in history.content.decode()]


# --- Who may ------------------------------------------------------------------------------------------------------


def test_the_download_is_an_attachment(coordinator: Client, assessment: Assessment) -> None:
    assert coordinator.get(url("upload-file", assessment, "plan")).status_code == 404
    attach(assessment, "plan", "Plan für 2026.pdf")
    response = coordinator.get(url("upload-file", assessment, "plan"))
    assert b"".join(response) == content_for("x.pdf")  # type: ignore[arg-type]  # not asynchronous
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert coordinator.get(url("upload-file", assessment, "sites")).status_code == 404


def test_signatory_and_project_staff_read_and_do_not_change(municipality: Municipality, assessment: Assessment) -> None:
    attach(assessment, "plan")
    for person in (member(municipality, Role.SIGNATORY), UserFactory(staff=True)):
        client = signed_in(person)
        shown = client.get(url("section", assessment, "d1")).content.decode()
        assert "Plan.pdf" in shown
        assert url("upload", assessment, "plan") not in shown
        assert client.get(url("upload-file", assessment, "plan")).status_code == 200
        assert client.get(url("upload", assessment, "plan")).status_code == 403
        assert client.post(url("upload", assessment, "plan"), sent(seen=value(assessment))).status_code == 403
    assert attached(assessment) == "Plan.pdf"


def test_another_municipality_finds_nothing(assessment: Assessment, other_municipality: Municipality) -> None:
    attach(assessment, "plan")
    theirs = factories.started(other_municipality, assessment.wave)
    client = signed_in(factories.person(other_municipality, Role.COORDINATOR))
    slug = other_municipality.slug
    for name in ("upload", "upload-file"):
        assert client.get(url(name, assessment, "plan")).status_code == 404
        assert client.get(reverse(f"assessments-{name}", args=[slug, assessment.pk, "plan"])).status_code == 404
    assert client.post(reverse("assessments-upload", args=[slug, assessment.pk, "plan"]), sent()).status_code == 404
    assert client.get(url("upload-file", theirs, "plan")).status_code == 404
    assert attached(assessment) == "Plan.pdf"


def test_a_contributor_attaches_files_in_given_sections_alone(assessment: Assessment, contributor: User) -> None:
    give(assessment, "d1", user=contributor)
    attach(assessment, "d2_file", "Bericht.pdf")
    client = signed_in(contributor)
    assert client.post(url("upload", assessment, "plan"), sent()).status_code == 303
    assert attached(assessment) == "Plan.pdf"
    for name in ("upload", "upload-file"):
        assert client.get(url(name, assessment, "d2_file")).status_code == 404
    assert client.post(url("upload", assessment, "d2_file"), sent()).status_code == 404
    with pytest.raises(NotGiven):
        does(assessment, actions.upload_answer, "d2_file", only=Recipient(user_id=contributor.pk))


def test_what_has_been_handed_back_is_read_and_not_changed(assessment: Assessment, contributor: User) -> None:
    row = give(assessment, "d1", user=contributor)
    attach(assessment, "plan")
    act(delegations.hand_back, row, base_url="https://kommunen.example", actor=contributor)
    client = signed_in(contributor)
    assert client.get(url("upload-file", assessment, "plan")).status_code == 200
    assert client.get(url("upload", assessment, "plan")).status_code == 403
    assert client.post(url("upload", assessment, "plan"), sent(seen=value(assessment))).status_code == 403


def test_departments_share_one_file(municipality: Municipality, assessment: Assessment, contributor: User) -> None:
    colleague = member(municipality, Role.CONTRIBUTOR)
    units = org_unit(municipality, "Bauamt"), org_unit(municipality, "Ordnungsamt")
    for person, unit in zip((contributor, colleague), units, strict=True):
        give(assessment, "d1", user=person, org_unit=unit)
    attach(assessment, "plan", "Bauamt.pdf", actor=contributor, only=Recipient(user_id=contributor.pk))
    found = answer(assessment)
    assert found is not None
    assert found.org_unit_id == units[0].pk
    attach(assessment, "plan", "Ordnungsamt.pdf", actor=colleague, only=Recipient(user_id=colleague.pk))
    assert (attached(assessment), files(assessment)) == ("Ordnungsamt.pdf", ["Ordnungsamt.pdf"])
    client = signed_in(contributor)
    assert client.get(url("upload-file", assessment, "plan")).status_code == 200
    assert "Ordnungsamt.pdf" in client.get(url("section", assessment, "d1")).content.decode()
    assert progress(assessment) == (1, 1)


def test_nothing_is_attached_once_no_answers_are_taken(coordinator: Client, assessment: Assessment) -> None:
    attach(assessment, "plan")
    with scope.enter(scope.programme()):
        close_wave(actor=None, wave=assessment.wave)
    here, section = url("upload", assessment, "plan"), url("section", assessment, "d1")
    for response in (
        coordinator.get(here),
        coordinator.post(here, sent(seen=value(assessment))),
        coordinator.post(here, {"remove": "1", "seen": value(assessment)}),
    ):
        assert (response.status_code, response["Location"]) == (303, f"{section}#item-plan")
    with pytest.raises(NotOpen):
        does(assessment, actions.upload_answer)
    shown = coordinator.get(section).content.decode()
    assert "Plan.pdf" in shown
    assert here not in shown


# --- By personal link ---------------------------------------------------------------------------------------------


def test_a_personal_link_attaches_and_downloads_in_its_section(
    municipality: Municipality, assessment: Assessment, client: Client
) -> None:
    send_link(assessment)
    token = latest_token(municipality)
    here = address(municipality, token, "contribute-upload", "plan")
    section = address(municipality, token)
    assert f'href="{here}"' in client.get(section).content.decode()
    page = client.get(here)
    assert page.status_code == 200
    assert f"/k/{municipality.slug}/assessments/" not in page.content.decode()
    response = client.post(here, sent())
    assert (response.status_code, response["Location"]) == (303, f"{section}#item-plan")
    found = answer(assessment)
    assert found is not None
    assert (found.answered_by_id, found.delegation_id) == (None, only(municipality).pk)
    file = address(municipality, token, "contribute-upload-file", "plan")
    assert f'href="{file}"' in client.get(section).content.decode()
    assert client.get(file).status_code == 200
    assert client.post(here, {"remove": "1", "seen": value(assessment)}).status_code == 303
    assert attached(assessment) == ""
    with scope.enter(scope.municipality(municipality)):
        assert {entry.data.get("by") for entry in AuditEntry.objects.filter(verb__startswith="answer.")} == {"link"}


def test_a_personal_link_reaches_no_other_section_and_nothing_once_withdrawn(
    municipality: Municipality, assessment: Assessment, client: Client
) -> None:
    send_link(assessment)
    token = latest_token(municipality)
    attach(assessment, "d2_file")
    attach(assessment, "plan")
    for name in ("contribute-upload", "contribute-upload-file"):
        assert client.get(address(municipality, token, name, "d2_file")).status_code == 404
        assert client.get(address(municipality, "nobody-was-sent-this", name, "plan")).status_code == 404
    assert client.post(address(municipality, token, "contribute-upload", "d2_file"), sent()).status_code == 404
    act(delegations.revoke, only(municipality))
    for name in ("contribute-upload", "contribute-upload-file"):
        assert client.get(address(municipality, token, name, "plan")).status_code == 410


def test_the_report_names_the_file(assessment: Assessment) -> None:
    attach(assessment, "plan", "Organigramm.pdf")
    with scope.enter(scope.municipality(assessment.municipality)):
        report = report_data(assessment.pk, language="de")
    answers = {question.name: question.answer for section in report.sections for question in section.questions}
    assert (answers["plan"], answers["fixed"]) == ("Organigramm.pdf", "")
