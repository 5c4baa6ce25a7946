"""The printed questionnaire: ordered once, made by a worker, kept."""

import hashlib
import io
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import page
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.report_declaration import BuiltReport, Progress
from apps.instruments.actions import discard_draft, publish_version
from apps.instruments.actions_paper import (
    Typesetter,
    UnknownLanguage,
    order_paper,
    render_paper,
    sweep_papers,
    typeset,
)
from apps.instruments.logic import CompiledForm
from apps.instruments.models import InstrumentVersion, PaperCopy
from apps.reports.jobs import HEARTBEAT_SECONDS
from apps.reports.models import MAX_ATTEMPTS

pytestmark = pytest.mark.django_db
PROGRAMME = scope.programme()


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Files of a test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def client(client: Client, staff: Any) -> Client:
    client.force_login(staff)
    client.cookies.load({"django_language": "en"})
    return client


def ordered(version: InstrumentVersion, language: str = "de", **changes: Any) -> PaperCopy:
    """An ordered copy, its row changed as given."""
    with scope.enter(PROGRAMME):
        copy = order_paper(actor=None, version=version, language=language)
        if changes:
            PaperCopy.objects.filter(pk=copy.pk).update(**changes)
    return again(copy)


def again(copy: PaperCopy) -> PaperCopy:
    """The row as it is now."""
    with scope.enter(PROGRAMME):
        return PaperCopy.objects.get(pk=copy.pk)


def at_once(_copy: PaperCopy, _compiled: CompiledForm, _progress: Progress) -> BuiltReport:
    """Typeset without the long work."""
    return BuiltReport(content=b"%PDF-1.7", pages=1)


def while_(happens: Callable[[], object]) -> Typesetter:
    """Typeset, while something else happens."""

    def typeset(*given: Any) -> BuiltReport:
        happens()
        return at_once(*given)

    return typeset


def made(copy: PaperCopy, by: Typesetter = at_once) -> bool:
    return render_paper(scope=PROGRAMME, copy_id=str(copy.pk), by=by)


def files(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def silent(seconds: int = 31) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


def test_the_pdf_is_tagged_and_says_every_question(draft: InstrumentVersion, media: Path) -> None:
    version = publish_version(actor=None, version=draft)
    copy = ordered(version)
    assert made(copy, typeset)
    copy = again(copy)
    content = copy.file.read()
    assert copy.state == PaperCopy.State.DONE and copy.progress == 100
    assert (copy.sha256, copy.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert files(media) == [f"{copy.pk}-1.pdf"]
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == copy.pages
    text = " ".join(" ".join(part.extract_text() for part in reader.pages).split())
    for words in (
        "Gibt es eine Beschwerdestelle?",
        "5.3",
        "So sieht Stufe 3 aus",
        "Dienstanweisung",
        "Warum?",
        "“Gibt es einen Personalrat?” = 'no'",
    ):
        assert words in text
    assert "Entwurf:" not in text
    report = page.validate_pdf_bytes(content, profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_a_draft_says_that_it_is_one_in_any_language_of_the_form(
    draft: InstrumentVersion,
) -> None:
    copy = ordered(draft, "en")
    assert made(copy, typeset)
    content = again(copy).file.read()
    text = " ".join(" ".join(part.extract_text() for part in PdfReader(io.BytesIO(content)).pages).split())
    assert "Is there an office?" in text and "Draft: this version is not published" in text


def test_a_second_order_gives_the_copy_that_is_there(
    draft: InstrumentVersion, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as sent:
        first = ordered(draft)
    assert len(sent) == 1
    with django_capture_on_commit_callbacks() as sent:
        assert ordered(draft).pk == first.pk
    assert sent == []
    assert made(first)
    assert ordered(draft).state == PaperCopy.State.DONE
    assert ordered(draft, "en").pk != first.pk
    with scope.enter(PROGRAMME):
        assert AuditEntry.objects.filter(verb="instrument.paper_ordered").count() == 2


def test_a_language_that_the_form_does_not_have_is_refused(draft: InstrumentVersion) -> None:
    with scope.enter(PROGRAMME), pytest.raises(UnknownLanguage):
        order_paper(actor=None, version=draft, language="fr")


def test_the_database_holds_one_copy_for_a_version_and_language(draft: InstrumentVersion) -> None:
    ordered(draft)
    with scope.enter(PROGRAMME), pytest.raises(IntegrityError), transaction.atomic():
        PaperCopy.objects.create(version=draft, language="de", heartbeat_at=timezone.now())


def test_what_is_done_or_being_made_is_left_alone(draft: InstrumentVersion) -> None:
    copy = ordered(draft)
    assert made(copy)
    assert not made(copy)
    PaperCopy.objects.filter(pk=copy.pk).update(
        state="running", attempts=2, file="", finished_at=None, heartbeat_at=timezone.now()
    )
    assert not made(copy)


def test_a_copy_whose_worker_died_is_sent_again_and_the_dead_one_writes_into_nothing(
    draft: InstrumentVersion, media: Path
) -> None:
    copy = ordered(draft)

    def meanwhile() -> None:
        PaperCopy.objects.filter(pk=copy.pk).update(heartbeat_at=silent())
        assert sweep_papers(scope=PROGRAMME) == 1
        assert made(copy)

    assert not made(copy, while_(meanwhile))
    assert (again(copy).state, again(copy).attempts) == ("done", 2)
    assert files(media) == [f"{copy.pk}-2.pdf"]


def test_a_worker_that_was_given_up_stops_when_it_tells_how_far_it_is(draft: InstrumentVersion, media: Path) -> None:
    copy = ordered(draft)

    def slow(_copy: PaperCopy, _compiled: CompiledForm, progress: Progress) -> BuiltReport:
        progress(40)
        assert again(copy).progress == 40
        PaperCopy.objects.filter(pk=copy.pk).update(attempts=2)
        time.sleep(HEARTBEAT_SECONDS)
        progress(50)
        raise AssertionError("It should have stopped.")

    assert not made(copy, slow)
    assert again(copy).progress == 40 and files(media) == []


def test_a_living_worker_is_not_disturbed(draft: InstrumentVersion) -> None:
    ordered(draft, state="running", attempts=1, heartbeat_at=silent(5))
    assert sweep_papers(scope=PROGRAMME) == 0


def test_an_unforeseen_error_gives_the_copy_back_until_its_attempts_are_used_up(draft: InstrumentVersion) -> None:
    copy = ordered(draft)

    def broken(*_given: Any) -> BuiltReport:
        raise OSError("disk full")

    for _attempt in range(MAX_ATTEMPTS):
        assert again(copy).state == PaperCopy.State.QUEUED
        with pytest.raises(OSError, match="disk full"):
            made(copy, broken)
    failed = again(copy)
    assert failed.state == PaperCopy.State.FAILED and failed.error and "disk" not in failed.error
    tried = ordered(draft)
    assert (tried.state, tried.attempts, tried.error) == ("queued", 0, "")


def test_the_sweeper_gives_up_what_killed_its_workers(draft: InstrumentVersion) -> None:
    copy = ordered(draft, state="running", attempts=MAX_ATTEMPTS, heartbeat_at=silent())
    assert sweep_papers(scope=PROGRAMME) == 0
    assert again(copy).state == PaperCopy.State.FAILED


def test_a_discarded_draft_takes_its_pdf_along(
    draft: InstrumentVersion, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made(ordered(draft))
    assert files(media)
    with django_capture_on_commit_callbacks(execute=True), scope.enter(PROGRAMME):
        discard_draft(actor=None, version=draft)
    assert files(media) == []
    assert not PaperCopy.objects.exists()


def test_a_draft_discarded_while_it_is_typeset_leaves_nothing(draft: InstrumentVersion, media: Path) -> None:
    copy = ordered(draft)
    assert not made(copy, while_(lambda: discard_draft(actor=None, version=draft)))
    assert files(media) == []


# The pages


def test_the_page_leads_from_the_order_to_the_download(client: Client, draft: InstrumentVersion) -> None:
    url = reverse("instruments-paper-pdf", args=[draft.pk])
    file = reverse("instruments-paper-file", args=[draft.pk, "en"])
    assert url in client.get(reverse("instruments-version", args=[draft.pk])).content.decode()
    assert "Make the PDF" in client.get(url).content.decode()
    assert client.get(file).status_code == 404
    response = client.post(url)
    assert (response.status_code, response["Location"]) == (303, f"{url}?language=en")
    waiting = client.get(response["Location"]).content.decode()
    assert "waiting for its turn" in waiting and "every 1s" in waiting and "noscript" in waiting
    copy = PaperCopy.objects.get()
    assert made(copy)
    part = client.get(f"{url}?language=en", headers={"HX-Request": "true"})
    assert "The PDF is finished." in part.content.decode() and "every 1s" not in part.content.decode()
    assert "<html" not in part.content.decode() and "The PDF is finished." in part["HX-Trigger"]
    download = client.get(file)
    assert b"".join(download) == b"%PDF-1.7"
    assert download["Content-Disposition"] == 'attachment; filename="probe-1-en.pdf"'
    assert "Make the PDF" in client.get(f"{url}?language=de").content.decode()


def test_a_failed_one_says_so_and_can_be_tried_again(client: Client, draft: InstrumentVersion) -> None:
    ordered(draft, "en", state="failed", error="Sorry.", finished_at=timezone.now())
    url = reverse("instruments-paper-pdf", args=[draft.pk])
    shown = client.get(url).content.decode()
    assert "Sorry." in shown and "Try again" in shown
    client.post(url)
    assert PaperCopy.objects.get().state == PaperCopy.State.QUEUED


def test_a_file_that_has_gone_is_not_found(client: Client, draft: InstrumentVersion) -> None:
    values = {"state": "done", "progress": 100, "finished_at": timezone.now(), "pages": 1, "size": 1}
    ordered(draft, "en", **values, file="instruments/paper/gone.pdf", sha256="0" * 64)
    assert client.get(reverse("instruments-paper-file", args=[draft.pk, "en"])).status_code == 404
