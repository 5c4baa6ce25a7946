"""The pages of the reports."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality, Role
from apps.reports import actions
from apps.reports.models import ReportJob
from tests.factories import UserFactory, member
from tests.reports import kinds

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def job(municipality: Municipality, coordinator: Any, kind: str) -> ReportJob:
    with scope.enter(scope.municipality(municipality)):
        return actions.request_report(actor=coordinator, kind=kind, subject=municipality, key=uuid7())


@pytest.fixture
def finished(job: ReportJob) -> ReportJob:
    actions.build_report(scope=scope.municipality(job.municipality_id), job_id=str(job.pk))
    return job


def address(municipality: Municipality, rest: str = "") -> str:
    return f"/k/{municipality.slug}/reports/{rest}"


def order(browser: Client, municipality: Municipality, **changes: Any) -> Any:
    data = {"kind": kinds.KIND, "subject": municipality.pk, "key": uuid7(), **changes}
    return browser.post(address(municipality, "request/"), data)


def test_the_button_leads_to_the_page_where_the_making_is_shown(
    browser: Client, municipality: Municipality, kind: str
) -> None:
    response = order(browser, municipality)
    assert response.status_code == 303
    page = browser.get(response["Location"])
    assert page.status_code == 200
    html = page.content.decode()
    assert "<progress" in html
    assert 'hx-trigger="every 1s"' in html
    assert "<noscript>" in html


def test_pressing_twice_orders_one_report(browser: Client, municipality: Municipality, kind: str) -> None:
    key = uuid7()
    first, second = order(browser, municipality, key=key), order(browser, municipality, key=key)
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"kind": "unheard-of"}, 404), ({"subject": uuid7()}, 404), ({"key": "x"}, 422), ({"subject": ""}, 422)],
)
def test_a_request_that_makes_no_sense_is_refused(
    browser: Client, municipality: Municipality, kind: str, changes: dict[str, Any], status: int
) -> None:
    assert order(browser, municipality, **changes).status_code == status


def test_the_fragment_stops_asking_and_speaks_when_the_report_is_finished(
    browser: Client, municipality: Municipality, job: ReportJob
) -> None:
    waiting = browser.get(address(municipality, f"{job.pk}/"), headers=FRAGMENT)
    assert "<html" not in waiting.content.decode()
    assert "HX-Trigger" not in waiting
    actions.build_report(scope=scope.municipality(municipality), job_id=str(job.pk))
    done = browser.get(address(municipality, f"{job.pk}/"), headers=FRAGMENT)
    assert "hx-trigger" not in done.content.decode()
    assert "app:announce" in done["HX-Trigger"]
    assert f"{job.pk}/download/" in done.content.decode()


def test_a_failed_report_says_why(browser: Client, municipality: Municipality, coordinator: Any, kind: str) -> None:
    with scope.enter(scope.municipality(municipality)):
        from apps.municipalities.models import OrgUnit

        OrgUnit.objects.all().delete()
        failed = actions.request_report(actor=coordinator, kind=kind, subject=municipality, key=uuid7())
    actions.build_report(scope=scope.municipality(municipality), job_id=str(failed.pk))
    assert "Es gibt noch kein Amt." in browser.get(address(municipality, f"{failed.pk}/")).content.decode()


def test_the_download_is_an_attachment_nobody_keeps_and_is_recorded(
    browser: Client, municipality: Municipality, finished: ReportJob, coordinator: Any
) -> None:
    response = browser.post(address(municipality, f"{finished.pk}/download/"))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="aemter-{municipality.slug}.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(kinds.PDF)
    with scope.enter(scope.municipality(municipality)):
        entry = AuditEntry.objects.get(verb="report.downloaded")
        assert (entry.actor, entry.target_id) == (coordinator, str(finished.pk))


def test_a_link_alone_downloads_nothing(browser: Client, municipality: Municipality, finished: ReportJob) -> None:
    assert browser.get(address(municipality, f"{finished.pk}/download/")).status_code == 405


def test_an_unfinished_report_cannot_be_downloaded(browser: Client, municipality: Municipality, job: ReportJob) -> None:
    assert browser.post(address(municipality, f"{job.pk}/download/")).status_code == 404


def test_a_file_that_has_vanished_is_said_in_a_sentence(
    browser: Client, municipality: Municipality, finished: ReportJob
) -> None:
    with scope.enter(scope.municipality(municipality)):
        stored = ReportJob.objects.get(pk=finished.pk)
        stored.file.storage.delete(stored.file.name)
    response = browser.post(address(municipality, f"{finished.pk}/download/"))
    assert response.status_code == 303
    assert "kern-alert--danger" in browser.get(response["Location"]).content.decode()
    with scope.enter(scope.municipality(municipality)):
        assert not AuditEntry.objects.filter(verb="report.downloaded").exists()


def test_the_archive_shows_reports_and_says_where_the_first_comes_from(
    browser: Client, municipality: Municipality, kind: str, coordinator: Any
) -> None:
    assert "app-empty" in browser.get(address(municipality)).content.decode()
    order(browser, municipality)
    html = browser.get(address(municipality)).content.decode()
    assert "Ämterbericht" in html
    assert str(coordinator) in html


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.EMPLOYEE])
def test_who_may_not_request_sees_and_downloads_nothing(
    client: Client, municipality: Municipality, finished: ReportJob, role: str
) -> None:
    client.force_login(member(municipality, role))
    assert order(client, municipality).status_code == 403
    assert "Ämterbericht" not in client.get(address(municipality)).content.decode()
    assert client.get(address(municipality, f"{finished.pk}/")).status_code == 403
    assert client.post(address(municipality, f"{finished.pk}/download/")).status_code == 403


def test_a_coordinator_of_another_municipality_finds_nothing_there_or_at_home(
    client: Client, municipality: Municipality, other_municipality: Municipality, finished: ReportJob
) -> None:
    client.force_login(member(other_municipality))
    for owner in (municipality, other_municipality):
        assert client.get(address(owner, f"{finished.pk}/")).status_code == 404
        assert client.post(address(owner, f"{finished.pk}/download/")).status_code == 404


def test_a_stranger_is_sent_to_sign_in(client: Client, municipality: Municipality, finished: ReportJob) -> None:
    response = client.post(address(municipality, f"{finished.pk}/download/"))
    assert response.status_code in {302, 303}
    client.force_login(UserFactory())
    assert client.get(address(municipality)).status_code == 404


def test_queries_do_not_grow_with_the_number_of_reports(
    browser: Client,
    municipality: Municipality,
    kind: str,
    coordinator: Any,
    django_assert_max_num_queries: Any,
) -> None:
    counts = []
    for _round in range(2):
        for _each in range(3):
            order(browser, municipality)
        with django_assert_max_num_queries(12) as captured:
            browser.get(address(municipality))
        counts.append(len([q for q in captured.captured_queries if not _is_frame(q["sql"])]))
    assert counts[0] == counts[1]
    assert counts[0] <= 8
    with scope.enter(scope.municipality(municipality)):
        job = ReportJob.objects.first()
    assert job is not None
    with django_assert_max_num_queries(14) as captured:
        browser.get(address(municipality, f"{job.pk}/"))
    assert len([q for q in captured.captured_queries if not _is_frame(q["sql"])]) <= 10


def _is_frame(sql: str) -> bool:
    """What belongs to the test's savepoints and to taking the scope, in production one round trip with BEGIN."""
    return bool(re.match(r"(SAVEPOINT|RELEASE|SET LOCAL|ROLLBACK)", sql))
