"""Evidence: documents and addresses for items, who sees and changes them, what they do to progress and handing in."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.assessments import queries, queries_evidence
from apps.assessments.actions import evidence as actions
from apps.assessments.actions.answers import NotOpen, UnknownItem
from apps.assessments.actions.assessments import Incomplete, submit_for_review
from apps.assessments.actions.waves import close_wave
from apps.assessments.models import Assessment, AssessmentSection, Evidence, EvidenceUse
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.files.checks import check
from apps.files.models import StoredFile
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.test_pages import signed_in, url
from tests.factories import member
from tests.files import samples
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

ADDRESS = "https://musterkommune.example/beschluss"
DAY = date(2026, 5, 4)
GUEST_PAGES = ["assessments-contribute", "assessments-contribute-evidence", "assessments-contribute-evidence-file"]


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.MUNICIPALITY_PAGES_FOR_GUESTS = sorted({*settings.MUNICIPALITY_PAGES_FOR_GUESTS, *GUEST_PAGES})


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


@pytest.fixture
def contributor(municipality: Municipality) -> User:
    return member(municipality, Role.CONTRIBUTOR)


def add(assessment: Assessment, *items: str, actor: Any = None, **fields: Any) -> Evidence:
    """Add a piece by the action: an address, or the document with the name given."""
    municipality = assessment.municipality
    values = {"title": "Ratsbeschluss", "dated_on": DAY, "url": ADDRESS, **fields}
    if name := values.pop("file", ""):
        values |= {"url": "", "document": check(name, samples.pdf())}
    actor = actor or factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        return actions.add_evidence(actor=actor, assessment_id=assessment.pk, items=items, **values)


def does(assessment: Assessment, action: Callable[..., Any], evidence: Evidence, **fields: Any) -> Any:
    municipality = assessment.municipality
    actor = fields.pop("actor", None) or factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        return action(actor=actor, assessment_id=assessment.pk, evidence_id=evidence.pk, **fields)


def uses(assessment: Assessment) -> dict[tuple[str, str], str]:
    """(item, title) → page."""
    with scope.enter(scope.municipality(assessment.municipality)):
        return {(use.item.name, use.evidence.title): use.page for use in queries_evidence.uses_of(assessment)}


def section(assessment: Assessment, name: str = "d1") -> AssessmentSection:
    with scope.enter(scope.municipality(assessment.municipality)):
        return AssessmentSection.objects.get(assessment=assessment, name=name)


def audited(municipality: Municipality) -> list[tuple[str, Any]]:
    with scope.enter(scope.municipality(municipality)):
        found = AuditEntry.objects.filter(verb__startswith="evidence.").order_by("created_at")
        return [(entry.verb, entry.data) for entry in found]


def posted(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Ratsbeschluss",
        "dated_on": "2026-05-04",
        "items": ["d1_01"],
        "page": "4",
        "url": ADDRESS,
        **fields,
    }


def pdf(name: str = "Beschluss.pdf", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or samples.pdf(), "application/x-whatever")


# --- Adding -------------------------------------------------------------------------------------------------------


def test_a_document_is_added_from_an_item_and_leads_back_to_it(coordinator: Client, assessment: Assessment) -> None:
    here = url("evidence-add", assessment) + "?item=d1_03"
    shown = coordinator.get(here).content.decode()
    assert re.search(r'value="d1_03"[^>]*checked', shown)
    assert not re.search(r'value="d1_01"[^>]*checked', shown)
    assert 'enctype="multipart/form-data"' in shown
    response = coordinator.post(here, posted(url="", document=pdf(), items=["d1_03", "d5_01"]))
    assert response.status_code == 303
    assert response["Location"] == url("section", assessment, "d1") + "#item-d1_03"
    assert uses(assessment) == {("d1_03", "Ratsbeschluss"): "4", ("d5_01", "Ratsbeschluss"): "4"}
    page = coordinator.get(url("section", assessment, "d1")).content.decode()
    with scope.enter(scope.municipality(assessment.municipality)):
        piece = Evidence.objects.select_related("document").get()
    assert url("evidence-file", assessment, str(piece.pk)) in page
    assert url("evidence-add", assessment) + "?item=d1_01" in page
    assert piece.document.name == "Beschluss.pdf"


def test_an_address_is_added_from_the_list_and_leads_back_there(coordinator: Client, assessment: Assessment) -> None:
    empty = coordinator.get(url("evidence", assessment)).content.decode()
    assert url("evidence-add", assessment) in empty
    response = coordinator.post(url("evidence-add", assessment), posted(page="§ 3"))
    assert response["Location"] == url("evidence", assessment)
    shown = coordinator.get(url("evidence", assessment)).content.decode()
    assert f'href="{ADDRESS}" rel="noopener noreferrer"' in shown
    assert ", § 3" in shown
    assert "04.05.2026" in shown


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": " "}, "title"),
        ({"dated_on": ""}, "dated_on"),
        ({"dated_on": "2999-01-01"}, "dated_on"),
        ({"items": []}, "items"),
        ({"items": ["d1_wishes"]}, "items"),
        ({"items": ["nothing"]}, "items"),
        ({"url": ""}, "document"),
        ({"document": "x"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "ftp://musterkommune.example/x"}, "url"),
        ({"url": "https://kim:geheim@musterkommune.example/"}, "url"),
        ({"url": "", "document": "html"}, "document"),
        ({"page": "x" * 61}, "page"),
    ],
)
def test_what_does_not_fit_is_shown_at_its_field(
    coordinator: Client, assessment: Assessment, fields: dict[str, Any], wrong: str
) -> None:
    files = {"x": pdf(), "html": pdf("Beschluss.pdf", b"<!doctype html><script>")}
    sent = posted(**fields)
    if "document" in sent:
        sent["document"] = files[sent["document"]]
    response = coordinator.post(url("evidence-add", assessment), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [wrong]
    assert response.context["file_lost"] == ("document" in fields)
    assert uses(assessment) == {}
    with scope.enter(scope.municipality(assessment.municipality)):
        assert not StoredFile.objects.exists()


def test_an_address_without_its_beginning_becomes_https(coordinator: Client, assessment: Assessment) -> None:
    coordinator.post(url("evidence-add", assessment), posted(url="musterkommune.example/beschluss"))
    with scope.enter(scope.municipality(assessment.municipality)):
        assert Evidence.objects.get().url == "https://musterkommune.example/beschluss"


def test_what_the_municipality_is_not_asked_cannot_be_chosen(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    factories.save(assessment, {**factories.CONTEXT, "competences": ("citizen_services",)})
    with scope.enter(scope.municipality(municipality)):
        reading = queries.read(queries.assessments().get(pk=assessment.pk))
    unasked = next(item for item in reading.questionnaire.form.level_items if not reading.is_asked(item))
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    assert f'value="{unasked.name}"' not in client.get(url("evidence-add", assessment)).content.decode()


def test_an_item_takes_only_so_many_pieces(
    coordinator: Client, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MAX_PIECES_PER_ITEM", 1)
    add(assessment, "d1_01")
    response = coordinator.post(url("evidence-add", assessment), posted(title="Noch einer"))
    assert response.status_code == 422
    assert "1.1" in str(response.context["form"].errors["items"])
    with scope.enter(scope.municipality(assessment.municipality)):
        assert Evidence.objects.count() == 1


@pytest.mark.parametrize("items", [("nothing",), ("d1_wishes",), ("reference_date",)])
def test_only_level_items_are_proved(assessment: Assessment, items: tuple[str, ...]) -> None:
    with pytest.raises(UnknownItem):
        add(assessment, *items)


def test_the_audit_names_the_items_and_nothing_of_the_content(assessment: Assessment) -> None:
    piece = add(assessment, "d1_02", "d1_01", title="Geheimer Titel", file="Geheimer Name.pdf")
    does(assessment, actions.change_evidence, piece, pages={"d1_01": "7"})
    does(assessment, actions.remove_evidence, piece)
    assert audited(assessment.municipality) == [
        ("evidence.added", {"items": ["d1_01", "d1_02"]}),
        ("evidence.changed", {"items": ["d1_01"]}),
        ("evidence.removed", {"items": ["d1_01"], "deleted": True}),
    ]


# --- The same piece again -----------------------------------------------------------------------------------------


def test_a_piece_of_an_earlier_wave_is_used_again_without_uploading_it(municipality: Municipality) -> None:
    before = factories.signed(municipality)
    with scope.enter(scope.programme()):
        close_wave(actor=None, wave=before.wave)
    with pytest.raises(NotOpen):
        add(before, "d1_01")
    now = factories.started(municipality, factories.wave("T1", instrument_version=before.wave.instrument_version))
    # As it would be had it been added while the first wave was open.
    piece = add(now, "d1_02", file="Beschluss.pdf")
    with scope.enter(scope.municipality(municipality)):
        EvidenceUse.objects.update(assessment=before)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    here = url("evidence-choose", now) + "?item=d1_01"
    assert "Ratsbeschluss (04.05.2026) – Beschluss.pdf" in client.get(here).content.decode()
    response = client.post(here, {"evidence": str(piece.pk), "items": ["d1_01", "d1_03"], "page": "2"})
    assert response["Location"] == url("section", now, "d1") + "#item-d1_01"
    assert uses(now) == {("d1_01", "Ratsbeschluss"): "2", ("d1_03", "Ratsbeschluss"): "2"}
    assert client.get(url("evidence-file", now, str(piece.pk))).status_code == 200
    assert client.get(url("evidence-file", before, str(piece.pk))).status_code == 200

    change = client.get(url("evidence-change", now, str(piece.pk)))
    assert not change.context["describes"], "the signed assessment names it as it is"
    with pytest.raises(actions.NotAlone):
        does(now, actions.change_evidence, piece, pages={"d1_01": "2"}, title="Anders")
    assert does(now, actions.remove_evidence, piece) is False
    assert uses(now) == {}
    assert uses(before) == {("d1_02", "Ratsbeschluss"): ""}


def test_used_again_it_keeps_the_page_it_has(coordinator: Client, assessment: Assessment) -> None:
    piece = add(assessment, "d1_01", page="4")
    does(assessment, actions.use_evidence, piece, items=["d1_01", "d1_02"], page="9")
    assert uses(assessment) == {("d1_01", "Ratsbeschluss"): "4", ("d1_02", "Ratsbeschluss"): "9"}
    does(assessment, actions.use_evidence, piece, items=["d1_01"], page="1")
    assert [verb for verb, _data in audited(assessment.municipality)] == ["evidence.added", "evidence.used"]


def test_with_nothing_to_choose_the_page_says_what_to_do_first(coordinator: Client, assessment: Assessment) -> None:
    shown = coordinator.get(url("evidence-choose", assessment)).content.decode()
    assert url("evidence-add", assessment) in shown
    assert "<select" not in re.sub(r"<header.*?</header>", "", shown, flags=re.S)


# --- Changing and removing ----------------------------------------------------------------------------------------


def test_uses_and_pages_are_changed_item_by_item(coordinator: Client, assessment: Assessment) -> None:
    piece = add(assessment, "d1_01", "d1_02", page="4")
    here = url("evidence-change", assessment, str(piece.pk))
    shown = coordinator.get(here).content.decode()
    assert 'name="page-d1_01"' in shown
    sent = {
        "title": "Ratsbeschluss 117",
        "dated_on": "2026-05-05",
        "items": ["d1_01", "d2_01"],
        "page-d1_01": "5",
        "page": "8",
    }
    assert coordinator.post(here, sent)["Location"] == url("evidence", assessment)
    assert uses(assessment) == {("d1_01", "Ratsbeschluss 117"): "5", ("d2_01", "Ratsbeschluss 117"): "8"}
    assert coordinator.post(here, {**sent, "items": []}).status_code == 422
    assert coordinator.post(here, {**sent, "dated_on": "2999-01-01"}).status_code == 422


def test_removing_asks_and_takes_document_and_file_with_it(
    coordinator: Client, assessment: Assessment, tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    piece = add(assessment, "d1_01", file="Beschluss.pdf")
    here = url("evidence-remove", assessment, str(piece.pk))
    assert "1.1" in coordinator.get(here).content.decode()
    assert uses(assessment)
    with django_capture_on_commit_callbacks(execute=True):
        assert coordinator.post(here)["Location"] == url("evidence", assessment)
    assert uses(assessment) == {}
    with scope.enter(scope.municipality(assessment.municipality)):
        assert not Evidence.objects.exists()
        assert not StoredFile.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert coordinator.post(here).status_code == 404


def test_a_change_without_any_item_is_none(assessment: Assessment) -> None:
    piece = add(assessment, "d1_01")
    with pytest.raises(UnknownItem):
        does(assessment, actions.change_evidence, piece, pages={})


def test_what_is_not_named_here_cannot_be_changed_here(municipality: Municipality, assessment: Assessment) -> None:
    other = factories.started(municipality, factories.wave("T9", instrument_version=assessment.wave.instrument_version))
    piece = add(other, "d1_01")
    for action, fields in ((actions.change_evidence, {"pages": {"d1_01": ""}}), (actions.remove_evidence, {})):
        with pytest.raises(Evidence.DoesNotExist):
            does(assessment, action, piece, **fields)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    for page in ("evidence-change", "evidence-remove", "evidence-file"):
        assert client.get(url(page, assessment, str(piece.pk))).status_code == 404


# --- Progress, warning, block ----------------------------------------------------------------------------------------


def test_missing_evidence_only_warns_at_t0(municipality: Municipality) -> None:
    assessment = factories.answered(municipality)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    before = len(client.get(url("check", assessment)).context["hints"])
    add(assessment, "d1_04")
    response = client.get(url("check", assessment))
    assert not response.context["missing"]
    assert len(response.context["hints"]) == before - 1
    with scope.enter(scope.municipality(municipality)):
        submit_for_review(
            actor=factories.person(municipality, Role.COORDINATOR),
            assessment_id=assessment.pk,
            url="https://x.example/",
        )


def test_missing_evidence_blocks_from_t1_until_it_is_there(municipality: Municipality) -> None:
    assessment = factories.started(municipality, factories.wave("T1", evidence_required=True))
    answers = {name: "1" if re.match(r"d\d+_\d\d", name) else value for name, value in factories.full_answers().items()}
    factories.save(assessment, {**answers, "d1_01": "3", "d1_02": "4"})
    coordinator = factories.person(municipality, Role.COORDINATOR)

    def submit() -> None:
        with scope.enter(scope.municipality(municipality)):
            submit_for_review(actor=coordinator, assessment_id=assessment.pk, url="https://x.example/")

    row = section(assessment)
    assert (row.invalid, row.state) == (2, "in_progress")
    with pytest.raises(Incomplete):
        submit()
    piece = add(assessment, "d1_01", "d1_02")
    assert (section(assessment).invalid, section(assessment).state) == (0, "complete")
    does(assessment, actions.change_evidence, piece, pages={"d1_02": ""})
    assert section(assessment).invalid == 1
    does(assessment, actions.use_evidence, piece, items=["d1_01"])
    assert section(assessment).invalid == 0
    does(assessment, actions.remove_evidence, piece)
    assert section(assessment).invalid == 2
    add(assessment, "d1_01", "d1_02")
    submit()
    with pytest.raises(NotOpen):
        add(assessment, "d1_01")


def test_after_handing_in_evidence_is_read_and_downloaded_only(municipality: Municipality) -> None:
    assessment = factories.answered(municipality)
    piece = add(assessment, "d1_01", file="Beschluss.pdf")
    coordinator = factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        submit_for_review(actor=coordinator, assessment_id=assessment.pk, url="https://x.example/")
    client = signed_in(coordinator)
    shown = client.get(url("evidence", assessment))
    assert not shown.context["may_add"]
    assert url("evidence-add", assessment) not in shown.content.decode()
    assert url("evidence-add", assessment) not in client.get(url("section", assessment, "d1")).content.decode()
    for page in ("evidence-add", "evidence-choose"):
        sent = posted(evidence=str(piece.pk))
        assert client.get(url(page, assessment))["Location"] == url("evidence", assessment)
        assert client.post(url(page, assessment), sent)["Location"] == url("evidence", assessment)
    for page in ("evidence-change", "evidence-remove"):
        here = url(page, assessment, str(piece.pk))
        assert client.get(here)["Location"] == url("evidence", assessment)
        assert client.post(here, posted())["Location"] == url("evidence", assessment)
    assert uses(assessment) == {("d1_01", "Ratsbeschluss"): ""}
    assert client.get(url("evidence-file", assessment, str(piece.pk))).status_code == 200


# --- Reading --------------------------------------------------------------------------------------------------------


def test_titles_for_reports_name_page_and_date(assessment: Assessment) -> None:
    add(assessment, "d1_01", page="4")
    add(assessment, "d1_01", "d1_02", title="Konzept", page="§ 3", dated_on=date(2025, 12, 1))
    with translation.override("en"), scope.enter(scope.municipality(assessment.municipality)):
        found = queries_evidence.titles_by_item(assessment)
    assert {name: [re.sub(r"\(.*\)", "(…)", title) for title in titles] for name, titles in found.items()} == {
        "d1_01": ["Ratsbeschluss, p. 4 (…)", "Konzept, § 3 (…)"],
        "d1_02": ["Konzept, § 3 (…)"],
    }
    with translation.override("de"), scope.enter(scope.municipality(assessment.municipality)):
        assert queries_evidence.titles_by_item(assessment)["d1_02"] == ["Konzept, § 3 (01.12.2025)"]


def test_the_pages_do_not_grow_with_the_evidence(coordinator: Client, assessment: Assessment) -> None:
    for number in range(12):
        add(assessment, "d1_01", "d1_02", "d5_01", title=f"Beschluss {number}", file="Beschluss.pdf")
    for page in (url("evidence", assessment), url("evidence-add", assessment)):
        coordinator.get(page)
        with at_most(12):
            assert coordinator.get(page).status_code == 200


def test_a_document_may_be_of_today_but_of_no_later_day(coordinator: Client, assessment: Assessment) -> None:
    here, today = url("evidence-add", assessment), timezone.localdate()
    assert coordinator.post(here, posted(dated_on=f"{today + timedelta(days=1)}")).status_code == 422
    assert coordinator.post(here, posted(dated_on=f"{today}")).status_code == 303
