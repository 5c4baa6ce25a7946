"""From the button on the result page to the PDF, over the project's own questionnaire."""

import io
import time
from collections.abc import Mapping
from typing import Any

import page
import pytest
from django.test import Client
from pypdf import PdfReader

from apps.assessments.actions.answers import Entry
from apps.assessments.models import Assessment
from apps.core import scope
from apps.core.report_declaration import ReportError
from apps.municipalities.models import Municipality, Role
from apps.reports import actions
from apps.reports.models import ReportJob
from tests.assessments import factories
from tests.assessments.report_sample import NOTE
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def half_with_notes() -> Mapping[str, Any]:
    """An answer to each item, every second with a note, one unknown."""
    answers = dict(factories.full_answers())
    names = [name for name in answers if name not in factories.CONTEXT]
    for name in names[::2]:
        answers[name] = Entry(name, (answers[name],), note=NOTE, evidence="Dienstanweisung 12, Seite 3 (12.03.2026)")
    answers[names[1]] = "unknown"
    return answers


def request(browser: Client, municipality: Municipality, assessment: Assessment) -> ReportJob:
    """Press the button on the result page."""
    html = browser.get(f"/k/{municipality.slug}/assessments/{assessment.pk}/result/").content.decode()
    key = html.split('name="key" value="')[1].split('"')[0]
    data = {"kind": "assessment", "subject": assessment.pk, "key": key}
    response = browser.post(f"/k/{municipality.slug}/reports/request/", data)
    assert response.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        return ReportJob.objects.get()


def made(job: ReportJob) -> ReportJob:
    assert actions.build_report(scope=scope.municipality(job.municipality_id), job_id=str(job.pk))
    with scope.enter(scope.municipality(job.municipality_id)):
        return ReportJob.objects.get(pk=job.pk)


def test_a_signed_assessment_becomes_an_accessible_report(client: Client, municipality: Municipality) -> None:
    assessment = factories.signed(municipality, answers=half_with_notes())
    client.force_login(factories.person(municipality, Role.COORDINATOR))
    job = made(request(client, municipality, assessment))
    content = job.file.read()
    report = page.validate_pdf_bytes(content, profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]
    reader = PdfReader(io.BytesIO(content))
    assert reader.trailer["/Root"]["/Lang"] == "de"
    assert municipality.name in reader.pages[0].extract_text()
    assert "noch nicht unterzeichnet" not in reader.pages[0].extract_text()
    assert job.filename == f"bedarfserhebung-{municipality.slug}-t0.pdf"
    assert len(reader.pages) == job.pages


def test_an_assessment_in_progress_becomes_a_draft(client: Client, municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    client.force_login(factories.person(municipality, Role.COORDINATOR))
    job = made(request(client, municipality, assessment))
    reader = PdfReader(io.BytesIO(job.file.read()))
    assert "noch nicht unterzeichnet" in reader.pages[0].extract_text()


def test_a_full_report_takes_at_most_a_fifth_of_a_second_a_page(client: Client, municipality: Municipality) -> None:
    assessment = factories.answered(municipality, answers=half_with_notes())
    client.force_login(factories.person(municipality, Role.COORDINATOR))
    seconds = []
    for _round in range(2):  # the first warms the worker up
        with scope.enter(scope.municipality(municipality)):
            ReportJob.objects.all().delete()
        job = request(client, municipality, assessment)
        begun = time.process_time()
        pages = made(job).pages
        assert pages is not None
        seconds.append((time.process_time() - begun) / pages)
    assert min(seconds) <= 0.2


def test_an_invited_assessment_has_nothing_to_report_and_employees_may_not(
    client: Client, municipality: Municipality
) -> None:
    assessment = factories.invited(municipality)
    data = {"kind": "assessment", "subject": assessment.pk, "key": assessment.pk}
    for role in (Role.COORDINATOR, Role.EMPLOYEE):
        client.force_login(member(municipality, role))
        assert client.post(f"/k/{municipality.slug}/reports/request/", data).status_code == 403


def test_another_municipality_s_assessment_is_not_there(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    assessment = factories.started(other_municipality)
    data = {"kind": "assessment", "subject": assessment.pk, "key": assessment.pk}
    client.force_login(member(municipality))
    assert client.post(f"/k/{municipality.slug}/reports/request/", data).status_code == 404


def test_an_assessment_that_has_gone_is_said_in_a_sentence(municipality: Municipality) -> None:
    from apps.assessments import reports

    with scope.enter(scope.municipality(municipality)), pytest.raises(ReportError):
        reports.read(municipality.pk)
