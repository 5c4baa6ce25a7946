"""Files of modules: what is taken and why not, who may have them, and films by parts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from apps.files.checks import Refused
from apps.files.storage import upload_storage
from apps.municipalities.middleware import SSO_MUNICIPALITY
from apps.training import files_checks
from apps.training.actions import files
from apps.training.actions.authoring import delete_unit, save_unit
from apps.training.actions.files import remove_file, sweep
from apps.training.actions.lifecycle import NotPossible, share_as_draft
from apps.training.files_checks import captions_problem, check
from apps.training.models import ModuleFile, ModuleVersion
from tests.factories import UserFactory
from tests.files import samples
from tests.recommendations.factories import bench_member, panel_member
from tests.training import factories
from tests.training.module_factories import CONTENTS, WEBVTT, authors, module_file, upload, version, version_in
from tests.training.test_authoring import page, signed_in


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    """Files of a test lie where nothing else is."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


def refusal(kind: str, name: str, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        check(kind, upload(kind, name, content))
    return str(refused.value)


class TestChecks:
    @pytest.mark.parametrize(
        ("kind", "name", "content", "media_type"),
        [
            ("video", "film.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(50), "video/mp4"),
            ("video", "Film.WEBM", b"\x1a\x45\xdf\xa3" + bytes(20) + b"webm" + bytes(50), "video/webm"),
            ("audio", "ton.mp3", b"ID3\x04" + bytes(50), "audio/mpeg"),
            ("audio", "ton.mp3", b"\xff\xfb\x90\x64" + bytes(50), "audio/mpeg"),
            ("audio", "ton.m4a", b"\x00\x00\x00\x18ftypM4A " + bytes(50), "audio/mp4"),
            ("audio", "ton.ogg", b"OggS" + bytes(50), "audio/ogg"),
            ("captions", "film.vtt", WEBVTT.encode(), "text/vtt"),
            ("document", "blatt.pdf", samples.pdf(), "application/pdf"),
        ],
    )
    def test_what_is_taken(self, kind: str, name: str, content: bytes, media_type: str) -> None:
        checked = check(kind, upload(kind, name, content))
        assert (checked.media_type, checked.size) == (media_type, len(content))
        assert checked.content.read() == content

    def test_pictures_lose_their_metadata(self) -> None:
        checked = check("image", upload("image", "bild.jpg", samples.picture("JPEG")))
        with Image.open(checked.content) as picture:
            assert not dict(picture.getexif())

    @pytest.mark.parametrize(
        ("kind", "name", "content", "why"),
        [
            ("video", "film.mp4", b"", "empty"),
            ("video", "film.avi", b"RIFF" + bytes(50), "MP4 and WebM"),
            ("video", "film.mkv", b"\x1a\x45\xdf\xa3" + b"matroska" + bytes(50), "MP4 and WebM"),
            ("video", "film.webm", CONTENTS["video"][1], "does not fit the content"),
            ("audio", "ton.wav", b"RIFF" + bytes(50), "MP3, M4A and OGG"),
            ("audio", "ton.mp3", b"\xff\xe0\x00" + bytes(50), "MP3, M4A and OGG"),
            ("audio", "ton.mp3", b"\xff", "MP3, M4A and OGG"),
            ("captions", "film.srt", WEBVTT.encode(), "ends in .vtt"),
            ("captions", "film.vtt", "WEBVTT\n\nÄ".encode("latin-1"), "UTF-8"),
            ("captions", "film.vtt", b"1\n", "WEBVTT"),
            ("image", "blatt.pdf", samples.pdf(), "no picture"),
            ("document", "bild.png", samples.picture("PNG"), "as an image"),
            ("document", "seite.html", b"<p>", "not taken"),
        ],
    )
    def test_what_is_refused_and_why(self, kind: str, name: str, content: bytes, why: str) -> None:
        assert why in refusal(kind, name, content)

    def test_what_is_too_large_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("MAX_VIDEO_BYTES", "MAX_AUDIO_BYTES", "MAX_CAPTIONS_BYTES"):
            monkeypatch.setattr(files_checks, name, 10)
        for kind, (name, content) in CONTENTS.items():
            assert "larger than" in refusal(kind, name, content)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (WEBVTT, ""),
            ("WEBVTT Titel\r\n\r\n00:01.000 --> 00:02.000\r\nJa.\r\n", ""),
            ("WEBVTT\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000\nJa.", ""),
            ("", "first line"),
            ("WEBVTTX\n", "first line"),
            ("WEBVTT\n\nNOTE nichts", "no caption"),
            ("WEBVTT\n\n00:01 --> 00:02\nJa.", "Line 3: a time"),
            ("WEBVTT\n\n1\n00:01,000 --> 00:02,000\nJa.", "Line 4: a time"),
            ("WEBVTT\n\n1", "Line 4: a time"),
            ("WEBVTT\n\n00:02.000 --> 00:01.000\nJa.", "Line 3: the caption ends"),
            ("WEBVTT\n\n00:05.000 --> 00:06.000\nJa.\n\n00:01.000 --> 00:02.000\nNein.", "Line 6: the caption begins"),
            ("WEBVTT\n\n00:01.000 --> 00:02.000\n", "Line 3: the caption has no text"),
        ],
    )
    def test_captions_are_read_line_by_line(self, text: str, problem: str) -> None:
        found = captions_problem(text)
        assert problem in found
        assert bool(problem) == bool(found)


@pytest.mark.django_db
class TestStoring:
    def test_the_same_file_is_stored_once_and_kept_for_trainers_apart(self) -> None:
        made = version()
        first = module_file(made.module)
        assert module_file(made.module) == first
        assert module_file(made.module, for_trainers=True) != first
        assert upload_storage().exists(str(first.file.name))

    def test_a_file_that_any_text_names_stays(self, staff: Any, django_capture_on_commit_callbacks: Any) -> None:
        made = version(units=[("bild", "image", {"decorative": True}), ("lesen", "text", {"text": "Ja."})])
        file = module_file(made.module)
        save_unit(actor=staff, version_id=made.pk, key="bild", title="Bild", minutes=0, values={"file": str(file.pk)})
        share_as_draft(actor=staff, version_id=made.pk)
        delete_unit(actor=staff, version_id=made.pk, key="bild")
        with pytest.raises(NotPossible, match="uses this file"):
            remove_file(actor=staff, file_id=file.pk)
        unused = module_file(made.module, "document")
        with django_capture_on_commit_callbacks(execute=True):
            remove_file(actor=staff, file_id=unused.pk)
            remove_file(actor=staff, file_id=unused.pk)
        assert not upload_storage().exists(str(unused.file.name))

    def test_what_no_row_names_is_removed_after_a_day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kept = module_file(version().module)
        left = str(kept.file.name) + "-verloren"
        upload_storage().save(left, upload("captions"))
        assert sweep() == 0
        monkeypatch.setattr(files, "SWEEP_AFTER_SECONDS", -60)
        assert sweep() == 1
        assert upload_storage().exists(str(kept.file.name))


@pytest.fixture
def film(staff: Any) -> ModuleFile:
    """A film in a text that is offered."""
    made = version(units=[("film", "video", {"transcript": "Guten Tag."})])
    found, captions = module_file(made.module, "video"), module_file(made.module, "captions")
    values = {"file": str(found.pk), "captions": str(captions.pk)}
    save_unit(actor=staff, version_id=made.pk, key="film", title="Film", minutes=3, values=values)
    share_as_draft(actor=staff, version_id=made.pk)
    return found


def get(client: Client, file: ModuleFile, **headers: str) -> Any:
    return client.get(reverse("training-file", args=[file.pk]), headers=headers)


@pytest.mark.django_db
class TestServing:
    def test_what_learners_are_offered_everybody_may_have(self, film: ModuleFile) -> None:
        response = get(Client(), film)
        assert response.status_code == 200
        assert b"".join(response.streaming_content) == CONTENTS["video"][1]
        assert response["Content-Type"] == "video/mp4"
        assert response["Accept-Ranges"] == "bytes"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "max-age" in response["Cache-Control"]
        captions = ModuleFile.objects.get(kind="captions")
        assert get(Client(), captions)["Content-Type"] == "text/vtt; charset=utf-8"

    @pytest.mark.parametrize(
        ("asked", "status", "first", "last"),
        [
            ("bytes=0-9", 206, 0, 9),
            ("bytes=100-", 206, 100, None),
            ("bytes=-20", 206, -20, None),
            ("bytes=0-99999999", 206, 0, None),
            ("bytes=-99999999", 206, 0, None),
            ("bytes=0-1,5-6", 200, 0, None),
            ("bytes=-", 200, 0, None),
            ("seconds=1-2", 200, 0, None),
        ],
    )
    def test_a_film_is_given_by_parts(
        self, film: ModuleFile, asked: str, status: int, first: int, last: int | None
    ) -> None:
        content = CONTENTS["video"][1]
        wanted = content[first:] if last is None else content[first : last + 1]
        response = get(Client(), film, range=asked)
        assert response.status_code == status
        assert b"".join(response.streaming_content) == wanted
        assert response["Content-Length"] == str(len(wanted))
        if status == 206:
            start = len(content) - len(wanted) if first < 0 or last is None else first
            assert response["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(content)}"

    @pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=5-4", "bytes=-0"])
    def test_a_part_that_is_not_there_is_refused(self, film: ModuleFile, asked: str) -> None:
        response = get(Client(), film, range=asked)
        assert response.status_code == 416
        assert response["Content-Range"] == f"bytes */{film.size}"

    def test_a_part_of_another_file_than_begun_is_the_whole(self, film: ModuleFile) -> None:
        tag = get(Client(), film)["ETag"]
        assert get(Client(), film, range="bytes=0-9", if_range=tag).status_code == 206
        assert get(Client(), film, range="bytes=0-9", if_range='"anders"').status_code == 200

    def test_documents_are_attachments_and_images_are_shown(self, staff: Any) -> None:
        made = version()
        client = signed_in(staff)
        for kind, disposition in (("document", "attachment"), ("image", "inline")):
            response = get(client, module_file(made.module, kind))
            assert response["Content-Disposition"].startswith(disposition)
            assert "no-store" in response["Cache-Control"]

    def test_a_file_of_a_draft_is_for_the_workshop_alone(self, staff: Any) -> None:
        made = version()
        file = module_file(made.module)
        for person in (staff, bench_member().user, panel_member().user, factories.trainer().user):
            assert get(signed_in(person), file).status_code == 200
        assert get(signed_in(UserFactory()), file).status_code == 404
        assert get(Client(), file).status_code == 404

    def test_material_for_trainers_is_for_trainers_authors_and_the_project_team(self, staff: Any) -> None:
        made = version()
        file = module_file(made.module, "document", for_trainers=True)
        writers = authors(made.module)
        share_as_draft(actor=staff, version_id=made.pk)
        for person in (staff, factories.trainer().user, *writers):
            assert get(signed_in(person), file).status_code == 200
        for person in (bench_member().user, panel_member().user, UserFactory()):
            assert get(signed_in(person), file).status_code == 404
        assert get(Client(), file).status_code == 404

    def test_the_panel_has_all_of_it_while_it_reviews(self, staff: Any) -> None:
        made = version_in("panel_review", staff=staff)
        file = module_file(made.module, "document", for_trainers=True)
        assert get(signed_in(panel_member().user), file).status_code == 200

    def test_whoever_came_through_a_municipality_sees_only_what_is_offered(self, film: ModuleFile) -> None:
        client = signed_in(bench_member().user)
        file = module_file(film.module, "document")
        session = client.session
        session[SSO_MUNICIPALITY] = str(uuid4())
        session.save()
        assert get(client, film).status_code == 200
        assert get(client, file).status_code == 404

    def test_what_is_gone_is_not_found(self, staff: Any) -> None:
        file = module_file(version().module)
        upload_storage().delete(str(file.file.name))
        client = signed_in(staff)
        assert get(client, file).status_code == 404
        assert get(client, file, range="bytes=0-1").status_code == 404
        assert client.get(reverse("training-file", args=[uuid4()])).status_code == 404


@pytest.mark.django_db
class TestPages:
    def test_a_file_is_uploaded_chosen_and_named_where_it_is_used(self, staff: Any) -> None:
        made = version(units=[("bild", "image", {"decorative": True})])
        client = signed_in(staff)
        address = reverse("modules-files", args=[made.pk])
        assert "There is no file yet" in page(client, address)
        response = client.post(address, {"kind": "image", "file": upload("image")})
        assert response.status_code == 303
        file = ModuleFile.objects.get()
        assert (file.name, file.for_trainers) == ("bild.png", False)
        unit_page = reverse("modules-unit", args=[made.pk, "bild"])
        assert str(file.pk) in page(client, unit_page)
        client.post(unit_page, {"title": "Bild", "minutes": "0", "file": str(file.pk), "decorative": "on"})
        html = page(client, address)
        assert unit_page in html
        assert reverse("modules-file-remove", args=[made.pk, file.pk]) not in html

    def test_a_refusal_stands_at_the_field(self, staff: Any) -> None:
        made = version()
        address = reverse("modules-files", args=[made.pk])
        bad = SimpleUploadedFile("film.exe", b"MZ" + bytes(50))
        response = signed_in(staff).post(address, {"kind": "video", "file": bad})
        assert response.status_code == 422
        assert "Possible are MP4 and WebM" in response.content.decode()
        assert signed_in(staff).post(address, {"kind": "video"}).status_code == 422
        assert not ModuleFile.objects.exists()

    def test_every_file_of_an_empowerment_module_is_for_trainers(self, staff: Any) -> None:
        made = version(is_empowerment=True, units=())
        client = signed_in(staff)
        client.post(reverse("modules-files", args=[made.pk]), {"kind": "document", "file": upload("document")})
        assert ModuleFile.objects.get().for_trainers

    def test_an_unused_file_is_removed_after_asking(self, staff: Any) -> None:
        made: ModuleVersion = version()
        file = module_file(made.module)
        client = signed_in(staff)
        address = reverse("modules-file-remove", args=[made.pk, file.pk])
        assert "Remove “bild.png”?" in page(client, address)
        assert client.post(address).status_code == 303
        assert not ModuleFile.objects.exists()
        assert client.get(address).status_code == 404

    def test_a_used_file_is_not(self, film: ModuleFile, staff: Any) -> None:
        client = signed_in(staff)
        address = reverse("modules-file-remove", args=[film.module.versions.get().pk, film.pk])
        assert "cannot be removed" in page(client, address)
        assert client.post(address).status_code == 409
