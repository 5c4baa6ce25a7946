"""Storing, handing out, removing: outside the web root, for one municipality alone, never half."""

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404

from apps.core import scope
from apps.core.scope import ScopeError
from apps.files import actions, tasks
from apps.files.checks import check
from apps.files.models import StoredFile
from apps.files.views import download
from apps.municipalities.models import Municipality
from tests.factories import UserFactory
from tests.files import samples

pytestmark = pytest.mark.django_db
DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def stored(municipality: Municipality, name: str = "Beschluss.pdf", **fields: Any) -> StoredFile:
    with scope.enter(scope.municipality(municipality)):
        return actions.store_upload(actor=fields.pop("actor", None), uploaded=check(name, samples.pdf()))


def files(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())


def aged(path: Path, seconds: float = DAY + 60) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


def test_a_file_lies_under_ids_alone_readable_by_the_application_alone(
    municipality: Municipality, place: Path, settings: Any
) -> None:
    person = UserFactory()
    row = stored(municipality, "Geheimer Plan.pdf", actor=person)
    (path,) = files(place)
    assert path == place / "uploads" / str(municipality.pk) / str(row.pk)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_bytes() == samples.pdf()
    assert (row.name, row.size, row.uploaded_by) == ("Geheimer Plan.pdf", len(samples.pdf()), person)
    assert not settings.MEDIA_URL.strip("/"), "no URL serves uploads"
    assert Path(settings.STATIC_ROOT) not in path.parents


def test_uploads_belong_to_one_municipality(municipality: Municipality, other_municipality: Municipality) -> None:
    row = stored(municipality)
    with scope.enter(scope.municipality(other_municipality)):
        assert not StoredFile.objects.filter(pk=row.pk).exists()
    with scope.enter(scope.programme()), pytest.raises(ScopeError):
        actions.store_upload(actor=None, uploaded=check("Beschluss.pdf", samples.pdf()))


def test_a_download_is_an_attachment_that_no_browser_runs_or_keeps(municipality: Municipality) -> None:
    response = download(stored(municipality, "Haushalt für 2026.pdf"))
    assert b"".join(response) == samples.pdf()  # type: ignore[arg-type]  # not asynchronous
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Haushalt%20f%C3%BCr%202026.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "no-store, private"


def test_a_file_that_is_gone_is_not_found(municipality: Municipality, place: Path) -> None:
    row = stored(municipality)
    files(place)[0].unlink()
    with pytest.raises(Http404):
        download(row)


def test_removing_takes_the_file_once_the_row_is_certainly_gone(
    municipality: Municipality, place: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    row = stored(municipality)
    with django_capture_on_commit_callbacks() as callbacks, scope.enter(scope.municipality(municipality)):
        actions.delete_file(stored=row)
        assert not StoredFile.objects.exists()
        assert files(place)
    for callback in callbacks:
        callback()
    assert not files(place)


def test_what_was_not_committed_leaves_a_file_that_is_swept_a_day_later(
    municipality: Municipality, other_municipality: Municipality, place: Path
) -> None:
    kept = [aged(Path(stored(each).file.path)) for each in (municipality, other_municipality)]
    with pytest.raises(RuntimeError, match="killed"), scope.enter(scope.municipality(municipality)):
        actions.store_upload(actor=None, uploaded=check("Beschluss.pdf", samples.pdf()))
        raise RuntimeError("killed between the file and the commit of its row")
    (orphan,) = set(files(place)) - set(kept)
    half = kept[1].with_name("half.part")
    half.write_bytes(b"half")
    assert actions.sweep(scope=scope.programme()) == 0, "its row may still come"
    aged(orphan)
    aged(half)
    assert actions.sweep(scope=scope.municipality(municipality)) == 1
    assert half.exists(), "the other municipality's is its own"
    tasks.sweep(scope=scope.programme().as_json())
    assert files(place) == sorted(kept)


def test_with_nothing_stored_there_is_nothing_to_sweep(municipality: Municipality) -> None:
    assert actions.sweep(scope=scope.programme()) == 0
    assert actions.sweep(scope=scope.municipality(municipality)) == 0
