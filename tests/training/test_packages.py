"""Packages of a module: complete, the same every time, silent towards everybody, and checked before they go out."""

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import page
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone, translation
from PIL import Image
from pypdf import PdfReader

from apps.core import scope
from apps.core.report_declaration import ReportError
from apps.files.storage import upload_storage
from apps.municipalities.models import Municipality
from apps.training import fields
from apps.training import queries_packages as queries
from apps.training.models import Module, ModuleFile, Overlay, Package, Unit
from apps.training.packages import build as building
from apps.training.packages import checks, html
from apps.training.packages.source import PackageUnit, Source, short_names, suspend_bound
from apps.training.units import UnitKind
from tests.factories import MunicipalityFactory
from tests.training import factories

pytestmark = pytest.mark.django_db
Kind = Package.Kind
SHEET = "arbeitsblatt"
ELECTRONIC = [Kind.SCORM_12, Kind.SCORM_2004, Kind.WEB]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    """Files of a test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory(name="Neustadt")


def stored(module: Module, name: str, kind: str, media_type: str, content: bytes, **fields: Any) -> ModuleFile:
    """A file of the module, in the storage."""
    path = f"training/{module.pk}/{name}"
    upload_storage()._save(path, ContentFile(content))
    digest = hashlib.sha256(content).hexdigest()
    return ModuleFile.objects.create(
        module=module,
        kind=kind,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=digest,
        file=path,
        **fields,
    )


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(stream, "PNG")
    return stream.getvalue()


def full_module() -> Module:
    """Every kind of unit, a matching and a reflection question, material for trainers."""
    text = factories.module("Beschwerde führen", units=())
    module = text.version.module
    image = stored(module, "Bild.png", "image", "image/png", png())
    video = stored(module, "film.mp4", "video", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + b"\0" * 64)
    captions = stored(module, "film.vtt", "captions", "text/vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n")
    sound = stored(module, "ton.mp3", "audio", "audio/mpeg", b"ID3" + b"\0" * 64)
    paper = stored(module, "Vordruck.pdf", "document", "application/pdf", b"%PDF-1.7 Vordruck")
    stored(module, "Leitfaden.pdf", "document", "application/pdf", b"%PDF-1.7 geheim", for_trainers=True)
    quiz = {
        **factories.QUIZ,
        "questions": [
            *factories.QUIZ["questions"],
            {
                "key": "q3",
                "type": "matching",
                "prompt": "Was gehört zusammen?",
                "points": 2,
                "feedback": "",
                "pairs": [{"key": key, "left": f"Links {key}", "right": f"Rechts {key}"} for key in "abc"],
            },
            {"key": "q4", "type": "reflection", "prompt": "Und Sie?", "points": 0, "hint": "Mut hilft."},
            {
                "key": "q5",
                "type": "multiple",
                "prompt": "Was gilt?",
                "points": 1,
                "options": [
                    {"key": "a", "text": "Art. 3 GG", "correct": True, "feedback": "Ja."},
                    {"key": "b", "text": "Bauchgefühl", "correct": False, "feedback": "Nein."},
                ],
            },
        ],
    }
    video_content = {"file": str(video.pk), "captions": str(captions.pk), "transcript": "Hallo."}
    rows: list[tuple[str, str, dict[str, Any]]] = [
        *factories.UNITS[:4],
        ("bild", "image", {"file": str(image.pk), "alt": "Ein Flur", "caption": "Flur", "decorative": False}),
        ("film", "video", video_content),
        ("draussen", "video", {"url": "https://video.example/1", "captions": "x", "transcript": "Draußen."}),
        ("ton", "audio", {"file": str(sound.pk), "transcript": "Guten Tag."}),
        ("vordruck", "download", {"file": str(paper.pk), "description": "Zum Ausfüllen <b>"}),
        ("pruefung", "quiz", quiz),
    ]
    for place, (key, kind, content) in enumerate(rows):
        if key == "draussen":
            content = {**content, "captions": ""}
        Unit.objects.create(edition=text, key=key, kind=kind, title=f"Einheit {key}", position=place, content=content)
    Unit.objects.create(
        edition=text, key="ablauf", kind="text", title="Ablauf", position=0, audience="trainer",
        content={"text": "Nur für Multiplikator*innen: Widerstand."},
    )  # fmt: skip
    text.frozen_at = timezone.now()
    text.save()
    module.offered = text
    module.save()
    return module


def source_of(module: Module, municipality: Municipality, *, language: str = "de", overlay: bool = False) -> Source:
    assert module.offered_id is not None
    with scope.enter(scope.municipality(municipality)):
        return queries.source(module.offered_id, language, with_overlay=overlay)


def built(source: Source, kind: str) -> bytes:
    with translation.override(source.language):
        return building.build(source, kind, lambda percent: None).content


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def whole(municipality: Municipality) -> Source:
    return source_of(full_module(), municipality)


@pytest.fixture
def source(whole: Source) -> Source:
    """Without the work sheet, which takes the longest to make."""
    return replace(whole, units=[unit for unit in whole.units if unit.key != SHEET])


class TestWhatItHolds:
    @pytest.mark.parametrize("kind", ELECTRONIC)
    def test_every_unit_for_learners_and_nothing_for_trainers(self, source: Source, kind: str) -> None:
        files = unpacked(built(source, kind))
        text = files[html.PAGE].decode()
        assert all(f'id="u-{unit.key}"' in text for unit in source.units)
        assert "Widerstand" not in text and "ablauf" not in text
        assert not any(b"geheim" in content for content in files.values())
        assert ("imsmanifest.xml" in files) == (kind != Kind.WEB)

    def test_what_somebody_wrote_is_text_and_never_markup(self, source: Source) -> None:
        text = unpacked(built(source, Kind.WEB))[html.PAGE].decode()
        assert "Zum Ausfüllen &lt;b&gt;" in text

    def test_captions_are_inside_the_page_and_the_transcript_beside_the_video(self, source: Source) -> None:
        text = unpacked(built(source, Kind.WEB))[html.PAGE].decode()
        assert 'src="data:text/vtt;base64,' in text
        assert "Hallo." in text
        assert '<a href="https://video.example/1" target="_blank" rel="noopener noreferrer">' in text

    def test_a_draft_says_that_it_is_one(self, source: Source) -> None:
        assert "noch kein Standard" in page_text(source) or "not a standard yet" in page_text(source)
        assert 'class="draft"' not in page_text(replace(source, is_draft=False))

    def test_the_municipalitys_additions_only_where_they_are_asked_for(self, municipality: Municipality) -> None:
        module = full_module()
        with scope.enter(scope.municipality(municipality)):
            for key, title in (("", "Bei uns"), ("ankommen", "Unser Bürgeramt")):
                Overlay.objects.create(
                    module=module, unit_key=key, title=title, text="Zimmer **12**.", seen="0" * 64,
                    seen_edition=module.offered,
                )  # fmt: skip
        with_them = page_text(source_of(module, municipality, overlay=True))
        assert "Bei uns" in with_them and "Unser Bürgeramt" in with_them
        assert "Zimmer <strong>12</strong>." in with_them and "Neustadt" in with_them
        without = page_text(source_of(module, municipality))
        assert "Bei uns" not in without and "Neustadt" not in without
        other = page_text(source_of(module, MunicipalityFactory(), overlay=True))
        assert "Bei uns" not in other

    def test_the_same_source_gives_the_same_bytes(self, source: Source) -> None:
        assert built(source, Kind.SCORM_12) == built(source, Kind.SCORM_12)

    def test_rows_of_an_ordering_never_stand_in_the_right_order(self, source: Source) -> None:
        quiz = next(unit for unit in html.views(source) if unit.key == "pruefung")
        ordering, matching = quiz.parts["questions"][1], quiz.parts["questions"][2]
        assert [entry.key for entry in ordering.entries] != ["a", "b", "c"]
        assert [right.key for right in matching.rights] != ["a", "b", "c"]


def page_text(source: Source) -> str:
    with translation.override(source.language):
        return html.render_page(source, standard="scorm12")


class TestNoRequestToAnywhere:
    @pytest.mark.parametrize("kind", ELECTRONIC)
    def test_no_file_asks_for_anything_outside_the_package(self, source: Source, kind: str) -> None:
        for name, content in unpacked(built(source, kind)).items():
            if name.endswith((".html", ".css", ".js")):
                text = content.decode()
                loaded = re.findall(r"<(?!a\b)[a-z]+[^>]*?\b(?:src|href|action|poster|data)=\"([^\"]*)\"", text)
                assert not [address for address in loaded if "//" in address and not address.startswith("data:")], name
                assert not re.search(r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|@import|url\(|setInterval", text), (
                    name
                )
            if name.endswith((".css", ".js")):
                assert "http" not in content.decode(), name

    def test_the_script_keeps_and_sends_no_free_text(self) -> None:
        script = building._own(html.SCRIPT).decode()
        assert "localStorage" not in script and "sessionStorage" not in script and "document.cookie" not in script
        assert "interactions" not in script
        assert "textarea" not in script.replace('form.querySelector("input, select, textarea").focus()', "")


class TestEnglish:
    def test_it_is_offered_only_once_every_word_has_its_english(self, municipality: Municipality) -> None:
        text = factories.module(units=(("ankommen", "text", {"text": "Hallo"}),))
        assert queries.languages(text) == ["de"]
        text.words_en = {path: {"text": f"EN {path}", "of": ""} for path in fields.edition_words(text)}
        text.save()
        assert queries.languages(text) == ["de"]
        unit = text.units.get()
        unit.words_en = {path: {"text": f"EN {path}", "of": ""} for path in fields.unit_words(unit)}
        unit.save()
        assert queries.languages(text) == ["de", "en"]
        text.frozen_at = timezone.now()
        text.save()
        with scope.enter(scope.municipality(municipality)):
            source = queries.source(text.pk, "en", with_overlay=False)
        written = page_text(source)
        assert '<html lang="en">' in written and "EN title" in written and "Learning objectives" in written


class TestChecks:
    def test_a_whole_package_breaks_no_rule(self, source: Source) -> None:
        for kind in ELECTRONIC:
            assert checks.of_archive(built(source, kind), source, kind) == []

    def test_nothing_is_built_of_an_empowerment_module(self, municipality: Municipality) -> None:
        module = factories.empowerment()
        with pytest.raises(ReportError, match=r"no packages|keine Pakete"):
            built(source_of(module, municipality), Kind.SCORM_12)

    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            ({"title": " "}, "no title"),
            ({"language": "fr"}, "language"),
            ({"units": ()}, "nothing to pack"),
            ({"files": {}}, "is missing"),
        ],
    )
    def test_a_source_that_breaks_a_rule_is_refused_with_a_sentence(
        self, source: Source, broken: dict[str, Any], said: str
    ) -> None:
        with translation.override("en"), pytest.raises(ReportError, match=said):
            building.build(replace(source, **broken), Kind.WEB, lambda percent: None)

    def test_too_many_units_for_what_a_platform_keeps(self, source: Source) -> None:
        def quizzes(count: int) -> list[PackageUnit]:
            short = short_names([f"q{number}" for number in range(count)])
            return [
                PackageUnit(key, short[key], UnitKind.QUIZ, key, 1, {"questions": [], "pass_mark": 50}) for key in short
            ]

        fits = next(count for count in range(400, 0, -1) if suspend_bound(quizzes(count)) <= checks.SUSPEND_DATA)
        with translation.override("en"):
            assert checks.of_source(replace(source, units=quizzes(fits))) == []
            assert "too many units" in checks.of_source(replace(source, units=quizzes(fits + 1)))[0]

    def test_two_units_with_one_key_two_sheets_with_one_name_and_too_much_to_carry(self, whole: Source) -> None:
        source = whole
        with translation.override("en"):
            twice = [*source.units, replace(source.units[3], key="noch-eins", short="ffff")]
            assert "same file name" in " ".join(checks.of_source(replace(source, units=twice)))
            assert "same key" in " ".join(checks.of_source(replace(source, units=[*source.units, source.units[0]])))
            first, *rest = source.files
            heavy = {first: replace(source.files[first], size=checks.LARGEST + 1)}
            heavy |= {key: source.files[key] for key in rest}
            assert "larger than 200 MB" in " ".join(checks.of_source(replace(source, files=heavy)))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"../boese.txt": b""}, "out of the package"),
            ({"/wurzel.txt": b""}, "out of the package"),
            ({"liegt-herum.txt": b""}, "used nowhere"),
            ({"INDEX.html": b""}, "same name"),
            ({"module.js": b"fetch('x')"}, "could send"),
            ({"style.css": b"@import 'x';"}, "asks for something"),
            ({"leitfaden.pdf": b"%PDF-1.7 geheim"}, "trainers only"),
            ({"imsmanifest.xml": None}, "manifest is missing"),
            ({"index.html": None}, "page of the module is missing"),
            (
                {"files/01.png": None, "files/01.pdf": None, "files/01.mp4": None, "files/01.mp3": None},
                "outside|nowhere",
            ),
        ],
    )
    def test_a_package_that_was_tampered_with_is_noticed(
        self, source: Source, change: dict[str, bytes | None], said: str
    ) -> None:
        files: dict[str, bytes] = unpacked(built(source, Kind.SCORM_12))
        for name, content in change.items():
            if content is None:
                files.pop(name, None)
            else:
                files[name] = content
        with translation.override("en"):
            problems = checks.of_archive(building.packed(files, source.as_of), source, Kind.SCORM_12)
        assert re.search(said, " ".join(problems)), problems

    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            (b'<html lang="de">', b"<html>", "language of the page"),
            (b"<title>", b"<title></title><title-x>", "page has no title"),
            (b'id="status"', b'id="menu"', "same identifier"),
            (b'<p id="status"', b'<p onclick="x()" id="status"', "script or a style inside"),
            (b'id="u-ankommen"', b'id="u-anders"', "unit is missing"),
            (b'id="the-start"', b'id="u-ablauf"', "trainers only"),
            (b'href="style.css"', b'href="https://cdn.example/style.css"', "from outside"),
            (b'<a href="#the-end"', b'<a href="fehlt.html"', "leads nowhere"),
        ],
    )
    def test_a_page_that_breaks_a_rule_is_noticed(self, source: Source, before: bytes, after: bytes, said: str) -> None:
        files = unpacked(built(source, Kind.WEB))
        assert before in files[html.PAGE]
        files[html.PAGE] = files[html.PAGE].replace(before, after, 1)
        with translation.override("en"):
            problems = checks.of_archive(building.packed(files, source.as_of), source, Kind.WEB)
        assert said in " ".join(problems), problems

    def test_names_for_progress_are_the_same_in_every_edition_and_differ(self) -> None:
        keys = [f"einheit-{number}" for number in range(300)]
        short = short_names(keys)
        assert len(set(short.values())) == 300
        assert short_names(keys[:1])[keys[0]] == short[keys[0]][:4]


def valid(content: bytes) -> bool:
    """Whether it is PDF/UA-1; says what is not."""
    report = page.validate_pdf_bytes(content, profile="ua1")
    print(report)
    return bool(report.is_compliant)


class TestPrint:
    def test_a_tagged_pdf_with_exercises_and_their_solutions_at_the_end(self, whole: Source) -> None:
        content = built(whole, Kind.PRINT)
        assert valid(content)
        reader = PdfReader(io.BytesIO(content))
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert reader.trailer["/Root"]["/Lang"] == "de"
        pages = [page.extract_text() for page in reader.pages]
        last = max(number for number, text in enumerate(pages) if "Art. 3 GG" in text)
        first = min(number for number, text in enumerate(pages) if "Art. 3 GG" in text)
        assert last > first
        assert "Widerstand" not in " ".join(pages)

    def test_work_sheets_are_tagged_pdfs_of_their_own(self, whole: Source) -> None:
        sheet = unpacked(built(whole, Kind.WEB))["sheets/arbeitsblatt.pdf"]
        assert valid(sheet)
        reader = PdfReader(io.BytesIO(sheet))
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert "Prüffragen" in reader.pages[0].extract_text()
