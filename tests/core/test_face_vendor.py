"""Front-end files of others are what was pinned, and survive hashed file names."""

import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from django.test import override_settings

from apps.core import vendor_files


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in vendor_files.FOLDERS:
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder)
    return tmp_path


def test_the_repository_holds_what_was_pinned() -> None:
    assert list(vendor_files.problems(settings.BASE_DIR)) == []


def test_a_changed_file_is_found(copy: Path) -> None:
    (copy / "static/vendor/htmx/htmx.min.js").write_text("alert(1)")
    assert list(vendor_files.problems(copy)) == [
        "static/vendor/htmx/htmx.min.js (htmx.org) is not the file that was pinned."
    ]


def test_a_missing_file_is_found(copy: Path) -> None:
    (copy / "static/vendor/kern/kern.min.css").unlink()
    assert list(vendor_files.problems(copy)) == ["static/vendor/kern/kern.min.css (@kern-ux/native) is missing."]


def test_a_file_that_nobody_listed_is_found(copy: Path) -> None:
    (copy / "static/vendor/tracker.js").write_text("")
    assert list(vendor_files.problems(copy)) == ["static/vendor/tracker.js is not listed in static/vendor/vendor.toml."]


def test_the_command_fails_on_a_problem(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "static/vendor/tracker.js").write_text("")
    with override_settings(BASE_DIR=copy), pytest.raises(CommandError, match="1 problem"):
        call_command("check_vendor")
    assert "tracker.js" in capsys.readouterr().err


def test_the_command_is_content_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_vendor")
    assert "are as pinned" in capsys.readouterr().out


def test_nothing_is_loaded_from_elsewhere() -> None:
    own = sorted((settings.BASE_DIR / "static/css").glob("*.css"))
    found = finders.find("vendor/kern/kern.min.css")
    assert own and found
    for path in (*own, Path(found)):
        text = path.read_text()
        assert "@import" not in text
        assert 'url("http' not in text
        assert "url(http" not in text


def test_hashed_names_leave_no_broken_link(tmp_path: Path) -> None:
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    own_files_only = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path, STATICFILES_FINDERS=own_files_only):
        call_command("collectstatic", interactive=False, verbosity=0)
    fonts = next(tmp_path.glob("css/fonts.*.css"))
    names = re.findall(r'url\("([^"]+)"\)', fonts.read_text())
    assert len(names) == 8
    assert all((fonts.parent / name).resolve().is_file() for name in names)
    assert all(re.search(r"\.[0-9a-f]{12}\.woff2$", name) for name in names)
