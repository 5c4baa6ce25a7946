"""How a unit is shown: languages, files, mixed rows, what stands in the preview."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string

from apps.training import pages_units
from apps.training.units import fingerprint
from tests.training.factories import QUIZ, SCENARIO


def unit(kind: str, content: dict[str, Any], **fields: Any) -> Any:
    return SimpleNamespace(
        **{"key": "eins", "kind": kind, "title": "Eins", "minutes": 5, "words_en": {}, **fields}, content=content
    )


def shown(kind: str, content: dict[str, Any], *, language: str = "de", **fields: Any) -> pages_units.ShownUnit:
    return pages_units.shown(
        unit(kind, content, **fields), language=language, file_url=lambda key: f"/files/{key}/", seed="42"
    )


def page(what: pages_units.ShownUnit, **context: Any) -> str:
    return render_to_string("training/units/unit.html", {"unit": what, "level": 2, **context})


def english(german: str, text: str) -> dict[str, str]:
    return {"text": text, "of": fingerprint(german)}


class TestLanguages:
    def test_english_stands_where_there_is_some_and_german_says_that_it_is(self) -> None:
        content = {"task": "Lesen Sie.", "hint": "Wer liest?"}
        found = shown("reflection", content, language="en", words_en={"task": english("Lesen Sie.", "Please read.")})
        assert (found.task.html, found.task.lang) == ("<p>Please read.</p>", "")
        assert (found.hint.html, found.hint.lang) == ("<p>Wer liest?</p>", "de")
        assert found.title.lang == "de"

    def test_on_a_german_page_nothing_needs_to_be_said(self) -> None:
        assert shown("text", {"text": "Lesen Sie."}).text.lang == ""


class TestSafety:
    def test_plain_words_are_escaped(self) -> None:
        content = {**QUIZ, "questions": [{**QUIZ["questions"][0], "prompt": "<b>Wer?</b>"}]}
        assert "&lt;b&gt;Wer?" in page(shown("quiz", content))

    def test_a_draft_that_cannot_be_read_is_shown_as_it_was_typed(self) -> None:
        assert shown("text", {"text": "| a |\n|---|\n<script>"}).text.html == "<p>| a |<br>|---|<br>&lt;script&gt;</p>"


class TestMedia:
    def test_an_image_has_its_alternative_or_is_decoration(self) -> None:
        content = {"file": "x", "alt": "Ein Formular", "caption": "Das alte Formular"}
        found = page(shown("image", content))
        assert 'src="/files/x/" alt="Ein Formular"' in found
        assert "Das alte Formular</figcaption>" in found
        assert 'alt=""' in page(shown("image", {**content, "decorative": True}))

    def test_a_video_has_captions_and_a_transcript(self) -> None:
        found = page(shown("video", {"file": "v", "captions": "c", "transcript": "Frau A: Guten Tag."}))
        assert '<track kind="captions" src="/files/c/"' in found
        assert "<p>Frau A: Guten Tag.</p>" in found
        assert "<summary>" in found

    def test_a_recording_has_a_transcript(self) -> None:
        found = page(shown("audio", {"file": "v", "transcript": "Guten Tag."}))
        assert '<audio class="app-unit__audio" controls preload="metadata" src="/files/v/"' in found
        assert "Guten Tag." in found

    def test_a_video_elsewhere_is_a_link_that_says_where_it_leads(self) -> None:
        found = page(shown("video", {"url": "https://video.example.de/1", "transcript": "Guten Tag."}))
        assert "<video" not in found
        assert 'href="https://video.example.de/1"' in found
        assert "video.example.de" in found.replace("https://video.example.de/1", "")

    def test_an_address_that_is_none_is_no_link(self) -> None:
        assert "javascript:" not in page(shown("video", {"url": "javascript:alert(1)"}))

    def test_a_work_sheet_can_be_read_and_taken_along(self) -> None:
        found = pages_units.shown(
            unit("download", {"filename": "blatt.pdf", "text": "- Wer?"}),
            language="de",
            file_url=str,
            seed="",
            sheet_url="/sheet.pdf",
        )
        assert 'href="/sheet.pdf"' in page(found)
        assert "<li>Wer?</li>" in page(found)
        assert 'href="/files/f/"' in page(shown("download", {"file": "f", "description": "Ein Muster"}))


class TestQuiz:
    def test_rows_are_mixed_and_stay_so(self) -> None:
        first, second = shown("quiz", QUIZ), shown("quiz", QUIZ)
        keys = [row.key for row in first.questions[1].rows]
        assert sorted(keys) == ["a", "b", "c"]
        assert keys != ["a", "b", "c"]
        assert first == second

    def test_in_matching_the_right_sides_are_mixed(self) -> None:
        pairs = [{"key": str(number), "left": f"L{number}", "right": f"R{number}"} for number in range(4)]
        question = {"key": "q", "type": "matching", "prompt": "Was gehört wozu?", "points": 1, "pairs": pairs}
        (found,) = shown("quiz", {"questions": [question]}).questions
        assert [row.text.html for row in found.rows] == ["L0", "L1", "L2", "L3"]
        assert [option.text.html for option in found.rows[0].options] != ["R0", "R1", "R2", "R3"]

    def test_every_control_has_its_label(self) -> None:
        found = page(shown("quiz", QUIZ))
        for name in ("id_eins.q1_0", "id_eins.q1_1", "id_eins.q2.a", "id_eins.q2.b", "id_eins.q2.c"):
            assert f'id="{name}"' in found
            assert f'for="{name}"' in found

    def test_in_the_preview_nothing_can_be_sent_and_nothing_is_given_away(self) -> None:
        found = page(shown("quiz", QUIZ))
        assert "<form" not in found
        assert "Ja, für sie gilt das AGG." not in found


class TestScenario:
    def test_the_preview_shows_every_place_with_its_ways(self) -> None:
        found = page(shown("scenario", SCENARIO))
        assert 'href="#eins-b"' in found
        assert 'id="eins-b"' in found
        assert "Das hilft." in found
        assert "<form" not in found

    def test_a_way_ends_where_a_choice_leads_nowhere(self) -> None:
        found = shown("scenario", SCENARIO)
        walked = pages_units.way(found, "hoeren.nonsense.hoeren")
        assert (walked.here.key, walked.name, walked.before, walked.has_ended) == ("b", "hoeren", "", True)

    def test_a_way_in_circles_does_not_grow_without_end(self) -> None:
        circle = {
            "start": "a",
            "nodes": [{"key": "a", "text": "A", "choices": [{"key": "x", "text": "X", "feedback": "F", "to": "a"}]}],
        }
        walked = pages_units.way(shown("scenario", circle), ".".join(["x"] * 5_000))
        assert len(walked.steps) == pages_units.MOST_STEPS

    def test_a_scenario_without_a_beginning_has_no_way(self) -> None:
        with pytest.raises(KeyError):
            pages_units.way(shown("scenario", {"start": "z", "nodes": []}), "")
