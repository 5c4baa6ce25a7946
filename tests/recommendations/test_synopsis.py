"""A round as a table and on paper: complete, safe in a spreadsheet, made once, found again after a worker's death."""

import io
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import page
import pytest
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from apps.accounts.models import Bench, User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.report_declaration import BuiltReport, Progress
from apps.recommendations import synopsis
from apps.recommendations.actions import comments as comment_actions
from apps.recommendations.actions import contributions
from apps.recommendations.actions.lifecycle import advance
from apps.recommendations.actions.synopses import make_synopsis, order_synopsis, sweep_synopses
from apps.recommendations.models import Contribution, Round, SynopsisCopy
from apps.recommendations.queries_rounds import rounds
from apps.recommendations.synopsis import Synopsis
from tests.conftest import ROOT
from tests.municipalities.counting import at_most
from tests.recommendations.test_rounds import (
    all_benches_speak,
    answered,
    close,
    commented,
    member_of,
    opened,
    paragraph,
    signed_in,
)
from tests.reports.test_worker_crash import url_of_test_database

pytestmark = pytest.mark.django_db
PROGRAMME = scope.programme()


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Files of a test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return Path(settings.MEDIA_ROOT)


def taken(about: Round) -> list[tuple[Any, Any]]:
    """Who took the comments of the round away, and as what."""
    with scope.enter(PROGRAMME):
        found = AuditEntry.objects.filter(verb="round.downloaded", target_id=str(about.pk)).order_by("pk")
        return list(found.values_list("actor", "data"))


def full_round(staff: User) -> Round:
    """Closed, with the next text frozen: accepted, duplicate, withdrawn, on a part, a summary."""
    about = opened(staff)
    first = commented(about, text="=HYPERLINK(1)", proposed_wording="@Stelle benennen.")
    comment_actions.agree(actor=member_of(about, Bench.SCIENCE), comment_id=first.pk, agrees=True)
    second = commented(about, bench=Bench.SCIENCE, text="Wie Nummer 1.")
    on_part = commented(about, bench=Bench.SCIENCE, block_id=None, section="steps", text="Zu viele Schritte.")
    gone = commented(about, text="Doch nicht.")
    comment_actions.withdraw(actor=gone.author, comment_id=gone.pk)
    answered(about, first, on_part, by=staff)
    answered(about, second, by=staff, outcome="duplicate", duplicate_of=first.pk)
    for number in range(3):
        contributions.contribute(round_id=about.pk, section="steps", text=f"Vertraulich {number}")
    with scope.enter(PROGRAMME):
        keys = list(Contribution.objects.filter(round=about).values_list("pk", flat=True))
        contributions.summarise(
            actor=staff, round_id=about.pk, section="steps", text="Mehrere sehen Hürden.", contributions=keys
        )
    all_benches_speak(about)
    close(about, staff)
    new = about.version.editions.get(frozen_at=None).blocks.get(key=paragraph(about).key)
    new.text = "Die Stelle im Beschluss **benennen**."
    new.save()
    with scope.enter(PROGRAMME):
        advance(actor=staff, version_id=about.version_id, transition="submit")
    about.refresh_from_db()
    return about


@pytest.fixture
def full(staff: User) -> Round:
    return full_round(staff)


def at_once(_read: Synopsis, _progress: Progress) -> BuiltReport:
    """Typeset without the long work."""
    return BuiltReport(content=b"%PDF-1.7", pages=1)


def copy_now() -> SynopsisCopy:
    with scope.enter(PROGRAMME):
        return SynopsisCopy.objects.get()


class TestWhatItHolds:
    def test_each_paragraph_with_its_comments_answers_and_new_words(self, full: Round) -> None:
        read = synopsis.read(full)
        rows = {(row.part, row.number): row for row in read.rows}
        step = next(row for row in read.rows if row.number == "3.1")
        assert [(entry.number, entry.other, entry.is_withdrawn) for entry in step.entries] == [
            (1, 0, False),
            (2, 1, False),
            (4, 0, True),
        ]
        assert step.new == "Die Stelle im Beschluss benennen."
        assert step.entries[0].agreed == 1
        on_part = next(row for row in read.rows if row.entries and row.entries[0].text == "Zu viele Schritte.")
        assert (on_part.number, on_part.text) == ("", "")
        assert len(rows) == len(read.rows)
        assert (read.answered, read.comments, len(read.words)) == (3, 3, 3)

    def test_confidential_contributions_are_not_among_it_their_summary_is(self, staff: User) -> None:
        about = opened(staff)
        for number in range(3):
            contributions.contribute(round_id=about.pk, section="steps", text=f"Vertraulich {number}")
        assert "Vertraulich" not in repr(synopsis.read(about))
        read = synopsis.read(full_round(staff))
        assert [found.text for found in read.summaries] == ["Mehrere sehen Hürden."]

    def test_reading_it_costs_the_same_however_many_comments_there_are(self, full: Round, staff: User) -> None:
        about = rounds().get(pk=full.pk)
        with at_most(10):
            synopsis.read(about)


class TestTheWorkbook:
    def test_has_a_row_for_each_comment_and_no_formula(self, full: Round) -> None:
        client = signed_in(member_of(full))
        client.cookies.load({"django_language": "en"})
        response = client.post(reverse("recommendations-round-xlsx", args=[full.pk]))
        assert response.status_code == 200
        assert ".xlsx" in response["Content-Disposition"]
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        sheet = book["Comments"]
        heads = [cell.value for cell in sheet[1]]
        rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
        by_number = {row["No."]: row for row in rows}
        assert set(by_number) == {1, 2, 3, 4}
        assert by_number[1]["Comment"] == "'=HYPERLINK(1)"
        assert by_number[1]["Proposed wording"] == "'@Stelle benennen."
        assert by_number[1]["New wording"] == "Die Stelle im Beschluss benennen."
        assert by_number[1]["Agreements"] == 1
        assert by_number[2]["Answered with"] == 1
        assert by_number[4]["Outcome"] == "withdrawn"
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        assert book["Summaries"]["B2"].value == "Mehrere sehen Hürden."
        assert "Vertraulich" not in str([[cell.value for cell in row] for one in book for row in one.iter_rows()])

    def test_it_is_on_record_who_took_it(self, full: Round) -> None:
        person = member_of(full)
        client, url = signed_in(person), reverse("recommendations-round-xlsx", args=[full.pk])
        assert client.get(url).status_code == 405
        assert client.post(url).status_code == 200
        assert taken(full) == [(person.pk, {"kind": "xlsx"})]


class TestThePdf:
    @pytest.mark.parametrize("language", ["de", "en"])
    def test_is_tagged_and_says_everything(self, full: Round, staff: User, language: str) -> None:
        copy = order_synopsis(actor=staff, round_id=full.pk, language=language)
        assert make_synopsis(scope=PROGRAMME, copy_id=str(copy.pk))
        content = copy_now().file.read()
        text = " ".join(" ".join(part.extract_text() for part in PdfReader(io.BytesIO(content)).pages).split())
        for words in ("=HYPERLINK(1)", "@Stelle benennen.", "Gut begründet.", "Die Stelle im Beschluss", "Hürden"):
            assert words in text, words
        report = page.validate_pdf_bytes(content, profile="ua1")
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]

    def test_of_a_round_without_a_comment_is_made_too(self, staff: User) -> None:
        about = opened(staff)
        copy = order_synopsis(actor=staff, round_id=about.pk, language="de")
        assert make_synopsis(scope=PROGRAMME, copy_id=str(copy.pk))
        assert copy_now().state == "done"

    def test_is_ordered_followed_and_downloaded(self, full: Round, django_capture_on_commit_callbacks: Any) -> None:
        client = signed_in(member_of(full))
        url = reverse("recommendations-round-synopsis", args=[full.pk])
        assert client.get(url).context["copy"] is None
        file_url = reverse("recommendations-round-synopsis-file", args=[full.pk])
        assert client.post(file_url).status_code == 404
        with django_capture_on_commit_callbacks() as sent:
            assert client.post(url).status_code == 303
            assert client.post(url).status_code == 303
        assert len(sent) == 1
        assert "every 1s" in client.get(url).content.decode()
        assert make_synopsis(scope=PROGRAMME, copy_id=str(copy_now().pk), by=at_once)
        assert "every 1s" not in client.get(url, headers={"HX-Request": "true"}).content.decode()
        response = client.post(file_url)
        assert b"".join(response.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]  # a FileResponse
        assert client.post(url).status_code == 303
        assert full.synopses.count() == 2
        assert client.post(file_url).status_code == 200
        assert [data for _person, data in taken(full)] == [{"kind": "pdf"}] * 2

    def test_a_language_the_product_does_not_speak_is_german(self, full: Round, staff: User) -> None:
        with translation.override("fr"):
            assert order_synopsis(actor=staff, round_id=full.pk, language="fr").language == "de"

    def test_is_made_once(self, full: Round, staff: User) -> None:
        copy = order_synopsis(actor=staff, round_id=full.pk, language="de")
        assert make_synopsis(scope=PROGRAMME, copy_id=str(copy.pk), by=at_once)
        assert not make_synopsis(scope=PROGRAMME, copy_id=str(copy.pk), by=at_once)

    def test_an_unforeseen_error_gives_it_back_until_the_attempts_are_used_up(self, full: Round, staff: User) -> None:
        copy = order_synopsis(actor=staff, round_id=full.pk, language="de")

        def breaks(*_given: Any) -> BuiltReport:
            raise RuntimeError("nobody foresaw it")

        while copy_now().state == "queued":
            with pytest.raises(RuntimeError):
                make_synopsis(scope=PROGRAMME, copy_id=str(copy.pk), by=breaks)
        assert copy_now().state == "failed"
        client = signed_in(member_of(full))
        assert (
            copy_now().error in client.get(reverse("recommendations-round-synopsis", args=[full.pk])).content.decode()
        )
        assert order_synopsis(actor=staff, round_id=full.pk, language="de").pk != copy.pk

    def test_what_nobody_works_on_is_sent_again(
        self, full: Round, staff: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        copy = order_synopsis(actor=staff, round_id=full.pk, language="de")
        assert sweep_synopses(scope=PROGRAMME) == 0
        SynopsisCopy.objects.filter(pk=copy.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
        with django_capture_on_commit_callbacks() as sent:
            assert sweep_synopses(scope=PROGRAMME) == 1
        assert len(sent) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_synopsis_is_made_by_the_next_one(staff: User, settings: Any) -> None:
    about = opened(staff)
    with scope.enter(PROGRAMME):
        copy = order_synopsis(actor=staff, round_id=about.pk, language="de")
    environment = os.environ | {name: url_of_test_database(name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    command = [sys.executable, "-m", "tests.recommendations.slow_synopsis", str(copy.pk)]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        while copy_now().progress != 33 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert copy_now().state == "running"
        assert sweep_synopses(scope=PROGRAMME) == 0
    finally:
        worker.kill()
        worker.wait(timeout=10)
    settings.REPORT_STALE_SECONDS = 0
    assert sweep_synopses(scope=PROGRAMME) == 1
    assert make_synopsis(scope=PROGRAMME, copy_id=str(copy.pk), by=at_once)
    made = copy_now()
    assert (made.state, made.attempts) == ("done", 2)
