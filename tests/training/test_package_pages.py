"""Ordering packages in a municipality: who may, what becomes of an order, what is handed out, what has grown old."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.report_declaration import BuiltReport, Progress, ReportError
from apps.municipalities.models import Municipality, Role
from apps.training.actions import packages as actions
from apps.training.models import Module, ModuleEdition, Overlay, Package
from apps.training.packages.source import Source
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most
from tests.training import factories

pytestmark = pytest.mark.django_db
HEADERS = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    """Files of a test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


@pytest.fixture
def coordinator(municipality: Municipality) -> User:
    return member(municipality, Role.COORDINATOR)


@pytest.fixture
def module() -> Module:
    return factories.offered("Beschwerde führen")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(municipality: Municipality, module: Module) -> str:
    return reverse("packages-module", args=[municipality.slug, module.key])


def at_once(_source: Source, _kind: str, _progress: Progress) -> BuiltReport:
    """A package without the long work."""
    return BuiltReport(content=b"PK a package", pages=0)


def rows(municipality: Municipality) -> list[Package]:
    with scope.enter(scope.municipality(municipality)):
        return list(Package.objects.all())


def ordered(municipality: Municipality, actor: User, module: Module, **fields: Any) -> Package:
    values = {"kind": "scorm12", "language": "de", "with_overlay": False, **fields}
    with scope.enter(scope.municipality(municipality)):
        return actions.order_package(actor=actor, module_id=module.pk, **values)


def made(municipality: Municipality, package: Package, by: Any = at_once) -> bool:
    return actions.make_package(scope=scope.municipality(municipality), package_id=str(package.pk), by=by)


def addition(municipality: Municipality, module: Module) -> Overlay:
    with scope.enter(scope.municipality(municipality)):
        return Overlay.objects.create(
            module=module, title="Bei uns", text="Zimmer 12.", seen="0" * 64, seen_edition=module.offered
        )


class TestOrdering:
    def test_a_coordinator_orders_and_a_worker_makes_it(
        self, municipality: Municipality, coordinator: User, module: Module, django_capture_on_commit_callbacks: Any
    ) -> None:
        client = signed_in(coordinator)
        with at_most(12), django_capture_on_commit_callbacks() as sent:
            response = client.post(url(municipality, module), {"kind": "scorm2004", "language": "de"})
        assert (response.status_code, len(sent)) == (303, 1)
        (row,) = rows(municipality)
        assert (row.kind, row.language, row.with_overlay, row.state) == ("scorm2004", "de", False, "queued")
        assert actions.make_package(scope=scope.municipality(municipality), package_id=str(row.pk))
        (row,) = rows(municipality)
        assert (row.state, row.progress, row.error) == ("done", 100, "")
        assert not made(municipality, row), "once is enough"

    def test_the_same_order_twice_is_one(self, municipality: Municipality, coordinator: User, module: Module) -> None:
        first = ordered(municipality, coordinator, module)
        assert ordered(municipality, coordinator, module) == first
        assert ordered(municipality, coordinator, module, kind="web") != first
        assert len(rows(municipality)) == 2

    def test_nobody_else_may_order(self, municipality: Municipality, module: Module) -> None:
        for person in (member(municipality, Role.CONTRIBUTOR), member(municipality, Role.EMPLOYEE)):
            assert signed_in(person).post(url(municipality, module), {"kind": "web"}).status_code == 403
        staff = signed_in(UserFactory(staff=True))
        assert staff.get(url(municipality, module)).status_code == 200
        assert staff.post(url(municipality, module), {"kind": "web", "language": "de"}).status_code == 403
        assert rows(municipality) == []

    def test_a_wrong_form_says_so_beside_the_field(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        response = signed_in(coordinator).post(url(municipality, module), {"kind": "docx", "language": "en"})
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"kind", "language"}

    def test_there_is_none_of_an_empowerment_module_nor_of_one_that_is_not_offered(
        self, municipality: Municipality, coordinator: User
    ) -> None:
        client = signed_in(coordinator)
        confidential, hidden = factories.empowerment(), factories.module().version.module
        for found in (confidential, hidden):
            assert client.get(url(municipality, found)).status_code == 404
            assert client.post(url(municipality, found), {"kind": "web", "language": "de"}).status_code == 404
            with pytest.raises(actions.NotPossible):
                ordered(municipality, coordinator, found)
        listing = client.get(reverse("packages-modules", args=[municipality.slug]))
        assert list(listing.context["modules"]) == []

    def test_a_language_that_is_not_complete_is_refused(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        with pytest.raises(actions.NotPossible):
            ordered(municipality, coordinator, module, language="en")

    def test_additions_are_packed_only_where_there_are_some(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        client = signed_in(coordinator)
        assert "with_overlay" not in client.get(url(municipality, module)).context["form"].fields
        assert not ordered(municipality, coordinator, module, with_overlay=True).with_overlay
        addition(municipality, module)
        assert client.get(url(municipality, module)).context["form"].fields["with_overlay"].initial
        assert ordered(municipality, coordinator, module, with_overlay=True).with_overlay


class TestMaking:
    def test_what_breaks_a_rule_fails_with_its_sentence_and_is_not_offered(
        self, municipality: Municipality, coordinator: User
    ) -> None:
        module = factories.offered(units=())
        package = ordered(municipality, coordinator, module)
        assert not actions.make_package(scope=scope.municipality(municipality), package_id=str(package.pk))
        (row,) = rows(municipality)
        assert (row.state, row.file.name) == ("failed", "")
        page = signed_in(coordinator).get(url(municipality, module)).content.decode()
        assert row.error in page and "download/" not in page

    def test_a_file_that_is_gone_fails_with_a_sentence(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        def without_file(_source: Source, _kind: str, _progress: Progress) -> BuiltReport:
            raise FileNotFoundError("geheim/pfad")

        assert not made(municipality, ordered(municipality, coordinator, module), by=without_file)
        assert rows(municipality)[0].state == "failed" and "geheim" not in rows(municipality)[0].error

    def test_an_error_nobody_foresaw_gives_it_back_until_the_attempts_are_used_up(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        def broken(_source: Source, _kind: str, _progress: Progress) -> BuiltReport:
            raise RuntimeError

        package = ordered(municipality, coordinator, module)
        for _attempt in range(5):
            with pytest.raises(RuntimeError):
                made(municipality, package, by=broken)
        assert rows(municipality)[0].state == "failed"

    def test_what_a_dead_worker_left_is_sent_again(
        self, municipality: Municipality, coordinator: User, module: Module, django_capture_on_commit_callbacks: Any
    ) -> None:
        package = ordered(municipality, coordinator, module)
        with scope.enter(scope.municipality(municipality)):
            Package.objects.update(state="running", attempts=1, heartbeat_at=timezone.now() - timedelta(hours=1))
        with django_capture_on_commit_callbacks() as sent:
            assert actions.sweep_packages(scope=scope.programme()) == 1
        assert len(sent) == 1
        assert made(municipality, package)

    def test_it_says_how_far_it_is(self, municipality: Municipality, coordinator: User, module: Module) -> None:
        client = signed_in(coordinator)
        seen: list[bool] = []

        def watched(_source: Source, _kind: str, progress: Progress) -> BuiltReport:
            progress(40)
            with scope.enter(scope.municipality(municipality)):
                seen.append(Package.objects.get().state == "running")
            raise ReportError("Es fehlt etwas.")

        ordered(municipality, coordinator, module)
        waiting = client.get(url(municipality, module), headers=HEADERS)
        assert b'hx-trigger="every 1s"' in waiting.content and b"<html" not in waiting.content
        made(municipality, rows(municipality)[0], by=watched)
        assert seen == [True]
        after = client.get(url(municipality, module), headers=HEADERS)
        assert b"every 1s" not in after.content and "app:announce" in after["HX-Trigger"]


class TestTaking:
    def test_it_is_handed_out_with_a_telling_name_and_recorded(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        package = ordered(municipality, coordinator, module)
        assert made(municipality, package)
        client = signed_in(coordinator)
        address = reverse("packages-download", args=[municipality.slug, module.key, package.pk])
        with at_most(12):
            response = client.post(address)
        assert b"".join(response.streaming_content) == b"PK a package"
        assert f"KfA-M-{module.number}-v1.1-SCORM-1.2-de.zip" in response["Content-Disposition"]
        assert response["Content-Type"] == "application/zip"
        with scope.enter(scope.municipality(municipality)):
            assert AuditEntry.objects.filter(verb="package.downloaded").count() == 1
        assert client.get(address).status_code == 405

    def test_paper_is_handed_out_as_a_pdf(self, municipality: Municipality, coordinator: User, module: Module) -> None:
        package = ordered(municipality, coordinator, module, kind="print")
        assert made(municipality, package)
        address = reverse("packages-download", args=[municipality.slug, module.key, package.pk])
        assert signed_in(coordinator).post(address)["Content-Type"] == "application/pdf"

    def test_not_before_it_is_finished_nor_by_others(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        package = ordered(municipality, coordinator, module)
        client = signed_in(coordinator)
        path = [municipality.slug, module.key]
        assert client.post(reverse("packages-download", args=[*path, package.pk])).status_code == 404
        assert made(municipality, package)
        assert client.post(reverse("packages-download", args=[*path, uuid4()])).status_code == 404
        other = MunicipalityFactory()
        stranger = signed_in(member(other, Role.COORDINATOR))
        foreign = reverse("packages-download", args=[other.slug, module.key, package.pk])
        assert stranger.post(foreign).status_code == 404
        assert stranger.get(url(other, module)).context["listed"] == []

    def test_a_file_that_is_gone_leads_back_with_a_word(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        package = ordered(municipality, coordinator, module)
        assert made(municipality, package)
        rows(municipality)[0].file.delete(save=False)
        client = signed_in(coordinator)
        response = client.post(reverse("packages-download", args=[municipality.slug, module.key, package.pk]))
        assert response.status_code == 303


class TestGrownOld:
    def outdated(self, municipality: Municipality, person: User, module: Module) -> list[bool]:
        listed = signed_in(person).get(url(municipality, module)).context["listed"]
        return [found.is_outdated for found in listed]

    def test_a_package_of_an_older_text_is_marked(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        ordered(municipality, coordinator, module)
        assert self.outdated(municipality, coordinator, module) == [False]
        old = module.offered
        assert old is not None
        new = ModuleEdition.objects.create(version=old.version, number=2, title="Neu", frozen_at=timezone.now())
        Module.objects.filter(pk=module.pk).update(offered=new)
        assert self.outdated(municipality, coordinator, module) == [True]

    def test_one_with_additions_is_marked_when_they_have_changed(
        self, municipality: Municipality, coordinator: User, module: Module
    ) -> None:
        found = addition(municipality, module)
        ordered(municipality, coordinator, module, with_overlay=True)
        ordered(municipality, coordinator, module)
        assert self.outdated(municipality, coordinator, module) == [False, False]
        with scope.enter(scope.municipality(municipality)):
            found.text = "Zimmer 13."
            found.save()
        assert self.outdated(municipality, coordinator, module) == [False, True]
        with scope.enter(scope.municipality(municipality)):
            found.delete()
        assert self.outdated(municipality, coordinator, module) == [False, True], "nor are they there any more"


def test_the_pages_need_few_queries_however_many_there_are(
    municipality: Municipality, coordinator: User, module: Module
) -> None:
    client = signed_in(coordinator)

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = (url(municipality, module), reverse("packages-modules", args=[municipality.slug]))
    before = [count(address) for address in addresses]
    for _number in range(4):
        factories.offered()
        for kind in ("web", "print"):
            made(municipality, ordered(municipality, coordinator, module, kind=kind))
    assert [count(address) for address in addresses] == before
    for address, most in zip(addresses, (10, 8), strict=True):
        with at_most(most):
            client.get(address)
