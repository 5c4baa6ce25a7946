"""A package in a real runtime: what the platform is told, when, and by whose doing; and without a platform."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from apps.training import quiz
from apps.training.packages import build as building
from apps.training.packages import checks, html
from apps.training.packages.source import PackageUnit, short_names, suspend_bound
from apps.training.units import UnitKind
from tests.browsing import FURTHER, browser, findings, in_browser
from tests.factories import MunicipalityFactory
from tests.training import factories
from tests.training.scorm import visit
from tests.training.test_packages import built, full_module, media, source_of, unpacked

__all__ = ["browser", "media"]
pytestmark = in_browser
STANDARDS = ["scorm12", "scorm2004"]
STATUS = {"scorm12": "cmi.core.lesson_status", "scorm2004": "cmi.completion_status"}


def packed(standard: str, **edition: Any) -> dict[str, bytes]:
    """A module of five units, the last a quiz to be passed."""
    units = [unit for unit in factories.UNITS if unit[0] != "arbeitsblatt"]
    if "quiz" in edition:
        units = [*units[:-1], ("pruefung", "quiz", {**factories.QUIZ, **edition.pop("quiz")})]
    module = factories.offered(units=edition.pop("units", units), edition=edition)
    return unpacked(built(source_of(module, MunicipalityFactory()), standard))


def press(module: FrameLocator, key: str) -> None:
    """The button that leads on from a unit."""
    module.locator(f"#u-{key} .step button").last.click()


def read_on(module: FrameLocator) -> None:
    """Begin, and do everything before the quiz."""
    module.locator("#start-step button").click()
    press(module, "ankommen")
    module.locator("#u-gespraech summary").first.click()
    module.locator("#u-gespraech a[data-to]").first.click()
    press(module, "gespraech")
    press(module, "eigener-brief")
    expect(module.locator("#u-pruefung")).to_be_visible()


def answer(module: FrameLocator, single: str, order: str) -> Locator:
    """Fill the quiz and have it marked; returns where the result stands."""
    form = module.locator("#u-pruefung form")
    form.locator(f'input[value="{single}"]').check()
    for place, key in enumerate(order, 1):
        form.locator(f'select[data-entry="{key}"]').select_option(str(place))
    form.locator("button[type=submit]").click()
    return module.locator("#u-pruefung .result")


@pytest.mark.parametrize("standard", STANDARDS)
class TestInAPlatform:
    def test_it_begins_once_and_says_incomplete_and_nothing_else(self, browser: Browser, standard: str) -> None:
        with visit(browser, packed(standard), standard) as there:
            expect(there.module.locator("#status")).not_to_be_empty()
            assert len(there.calls("Initialize")) == 1
            assert there.said(STATUS[standard]) == ["incomplete"]
            assert there.calls("Commit") == []
            there.leave()
            assert there.said(STATUS[standard]) == ["incomplete"]
            assert len(there.calls("Terminate")) == 1

    def test_completion_score_and_time_reach_the_platform(self, browser: Browser, standard: str) -> None:
        with visit(browser, packed(standard), standard) as there:
            there.page.clock.install()
            there.page.reload()
            module = there.module
            read_on(module)
            expect(answer(module, "b", "cba")).to_be_focused()
            assert there.value("cmi.core.score.raw" if standard == "scorm12" else "cmi.score.raw") == "0"
            module.locator("#u-pruefung form .second").click()
            expect(answer(module, "a", "abc").locator(".right")).to_be_visible()
            press(module, "pruefung")
            assert there.said(STATUS[standard]) == ["incomplete"], "without the learner's action"
            there.page.clock.fast_forward("01:30:05")
            module.locator("#finish").click()
            expect(module.locator("#finish-result")).to_be_focused()
            if standard == "scorm12":
                assert there.value("cmi.core.lesson_status") == "passed"
                score = [there.value(f"cmi.core.score.{name}") for name in ("raw", "min", "max")]
                assert score == ["100", "0", "100"]
            else:
                assert there.value("cmi.completion_status") == "completed"
                assert there.value("cmi.success_status") == "passed"
                score = [there.value(f"cmi.score.{name}") for name in ("raw", "min", "max", "scaled")]
                assert score == ["100", "0", "100", "1"]
                assert there.said("cmi.progress_measure")[-1] == "1"
                assert all(float(value) < 1 for value in there.said("cmi.progress_measure")[:-1])
            there.leave()
            time = there.said("cmi.core.session_time" if standard == "scorm12" else "cmi.session_time")
            assert len(time) == 1
            assert re.fullmatch(r"0001:30:\d\d\.00" if standard == "scorm12" else r"PT1H30M\d+S", time[0])
            assert [call for call in there.calls("SetValue") if call[-1] != "true"] == []
            # One for each unit, each attempt, the end, and leaving.
            assert len(there.calls("Commit")) == 3 + 2 + 1 + 1

    def test_the_next_visit_goes_on_where_the_last_one_ended(self, browser: Browser, standard: str) -> None:
        files = packed(standard)
        with visit(browser, files, standard) as first:
            read_on(first.module)
            kept = first.leave()
        assert len(kept["suspend_data"]) <= checks.SUSPEND_DATA
        with visit(browser, files, standard, kept=kept) as second:
            module = second.module
            expect(module.locator("#u-pruefung")).to_be_visible()
            expect(module.locator("#u-ankommen")).to_be_hidden()
            expect(module.locator("[data-mark]").nth(2)).not_to_be_empty()
            expect(module.locator("[data-mark]").nth(3)).to_be_empty()
            expect(answer(module, "a", "abc")).to_be_focused()
            press(module, "pruefung")
            module.locator("#finish").click()
            done = second.leave()
        with visit(browser, files, standard, kept=done) as third:
            expect(third.module.locator("#finish")).to_be_disabled()
            assert third.said(STATUS[standard]) == [], "what is completed stays so"
            third.leave()
            assert third.said(STATUS[standard]) == []

    def test_attempts_that_are_used_up_end_without_a_pass_only_by_the_learner(
        self, browser: Browser, standard: str
    ) -> None:
        files = packed(standard, quiz={"attempts": 1})
        with visit(browser, files, standard) as there:
            module = there.module
            read_on(module)
            answer(module, "b", "cba")
            expect(module.locator("#u-pruefung button[type=submit]")).to_be_disabled()
            press(module, "pruefung")
            expect(module.locator("#finish")).to_be_disabled()
            assert there.said(STATUS[standard]) == ["incomplete"]
            module.locator("#end-unpassed").click()
            expect(module.locator("#finish-result")).to_be_focused()
            if standard == "scorm12":
                assert there.value("cmi.core.lesson_status") == "failed"
            else:
                assert there.value("cmi.success_status") == "failed"

    def test_a_module_without_a_quiz_to_pass_is_completed_without_a_score(
        self, browser: Browser, standard: str
    ) -> None:
        files = packed(standard, units=[("ankommen", "text", {"text": "Guten Tag."})])
        with visit(browser, files, standard) as there:
            there.module.locator("#start-step button").click()
            press(there.module, "ankommen")
            there.module.locator("#finish").click()
            expect(there.module.locator("#finish-result")).not_to_be_empty()
            status = there.value(STATUS[standard])
            assert status == "completed"
            assert not [call for call in there.calls("SetValue") if "score" in call[0]]

    def test_what_is_written_in_a_reflection_goes_nowhere(self, browser: Browser, standard: str) -> None:
        with visit(browser, packed(standard), standard) as there:
            there.module.locator("#start-step button").click()
            there.module.locator("#menu summary").click()
            there.module.locator('#menu a[href="#u-eigener-brief"]').click()
            there.module.locator("#u-eigener-brief textarea").fill("Mein Geheimnis")
            press(there.module, "eigener-brief")
            kept = there.leave()
            assert "Geheimnis" not in str(kept) + str(there.calls("SetValue"))

    def test_an_unanswered_question_costs_no_attempt(self, browser: Browser, standard: str) -> None:
        with visit(browser, packed(standard), standard) as there:
            read_on(there.module)
            there.module.locator("#u-pruefung button[type=submit]").click()
            expect(there.module.locator("#u-pruefung .result p")).to_have_count(2)
            answer(there.module, "a", "aac"[:2])
            expect(there.module.locator("#u-pruefung .result p")).to_have_count(1)
            assert not [call for call in there.calls("SetValue") if "score" in call[0]]


def test_a_platform_that_refuses_is_said_and_nothing_breaks(browser: Browser) -> None:
    with visit(browser, packed("scorm12"), "scorm12") as there:
        there.page.evaluate("window.API.LMSSetValue = () => 'false'")
        there.module.locator("#start-step button").click()
        before = there.module.locator("#status").text_content()
        press(there.module, "ankommen")
        expect(there.module.locator("#u-gespraech")).to_be_visible()
        assert there.module.locator("#status").text_content() != before


class TestWithoutAPlatform:
    def test_opened_as_a_file_it_works_and_says_that_nothing_is_kept(self, browser: Browser, tmp_path: Path) -> None:
        page = opened(browser, packed("web"), tmp_path)
        expect(page.locator("#status")).not_to_be_empty()
        module = page.locator("body")
        module.locator("#start-step button").click()
        expect(page.locator("#u-ankommen h2")).to_be_focused()
        expect(page.locator("#u-gespraech")).to_be_hidden()
        page.locator("#menu summary").click()
        page.locator('#menu a[href="#the-end"]').click()
        expect(page.locator("#finish")).to_be_disabled()
        expect(page.locator("#open-units a")).to_have_count(4)
        page.go_back()
        expect(page.locator("#u-ankommen")).to_be_visible()

    def test_without_scripts_everything_can_be_read(self, browser: Browser, tmp_path: Path) -> None:
        page = opened(browser, packed("web"), tmp_path, java_script_enabled=False)
        for key in ("ankommen", "gespraech", "eigener-brief", "pruefung"):
            expect(page.locator(f"#u-{key}")).to_be_visible()
        expect(page.locator("#u-pruefung noscript details")).to_be_visible()
        expect(page.locator("#u-pruefung button")).to_be_hidden()

    def test_a_scenario_can_be_walked_by_keyboard_and_begun_again(self, browser: Browser, tmp_path: Path) -> None:
        page = opened(browser, packed("web"), tmp_path)
        page.goto(page.url + "#u-gespraech")
        places = page.locator("#u-gespraech [data-place]")
        expect(places.nth(1)).to_be_hidden()
        page.locator("#u-gespraech summary").nth(1).press("Enter")
        page.locator("#u-gespraech details[open] a").press("Enter")
        expect(places.nth(2)).to_be_focused()
        page.locator("#u-gespraech .step button").first.press("Enter")
        expect(places.nth(2)).to_be_hidden()
        expect(places.nth(0)).to_be_focused()

    def test_axe_finds_nothing_in_any_unit(self, browser: Browser, tmp_path: Path) -> None:
        page = opened(browser, unpacked(built(source_of(full_module(), MunicipalityFactory()), "web")), tmp_path)
        found = []
        for key in page.evaluate("Array.from(document.querySelectorAll('main > section')).map(each => each.id)"):
            page.evaluate("id => { location.hash = id; }", key)
            expect(page.locator(f"#{key}")).to_be_visible()
            found += [f"{key}: {finding}" for finding in findings(page, FURTHER)]
        assert found == []


def opened(browser: Browser, files: dict[str, bytes], folder: Path, **options: Any) -> Page:
    """The package unpacked on a disk and opened from there, without a network."""
    for name, content in files.items():
        target = folder / "package" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    context = browser.new_context(offline=True, **options)
    page = context.new_page()
    page.goto((folder / "package" / html.PAGE).as_uri())
    return page


# --- The script's rules and those of the house ------------------------------------------------------------------------

KEYS = st.sampled_from("abcdefgh")
POINTS = st.integers(0, 4)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["single", "multiple", "ordering", "matching", "reflection"]))
    keys = draw(st.lists(KEYS, min_size=2, max_size=6, unique=True))
    question: dict[str, Any] = {"key": draw(st.text("xyz", min_size=1, max_size=6)), "type": kind, "prompt": "?"}
    question["points"] = 0 if kind == "reflection" else draw(POINTS)
    said = draw(st.sampled_from(["", "Genau.", "„Nein“"]))
    if kind in ("single", "multiple"):
        question["options"] = [
            {"key": key, "text": key, "correct": draw(st.booleans()), "feedback": f"F {key}"} for key in keys
        ]
    elif kind == "ordering":
        question |= {"feedback": said, "entries": [{"key": key, "text": key} for key in keys]}
    elif kind == "matching":
        question |= {"feedback": said, "pairs": [{"key": key, "left": key, "right": key * 2} for key in keys]}
    else:
        question["hint"] = said
    return question


@st.composite
def marked_quizzes(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """A quiz and answers to it: right ones, wrong ones, too many, none."""
    found = draw(st.lists(questions(), min_size=1, max_size=5, unique_by=lambda question: question["key"]))
    answers: dict[str, list[str]] = {}
    for question in found:
        rows = question.get("options") or question.get("entries") or question.get("pairs") or []
        right = [row["key"] for row in rows if row.get("correct", True)]
        given = draw(st.one_of(st.none(), st.just(right), st.permutations(right), st.lists(KEYS, max_size=6)))
        if given is not None:
            answers[question["key"]] = list(given)
    return {"questions": found, "pass_mark": draw(st.integers(0, 100))}, answers


@pytest.fixture(scope="module")
def script(browser: Browser) -> Page:
    """The script alone, without a module."""
    page = browser.new_page()
    page.add_script_tag(content=building._own(html.SCRIPT).decode())
    return page


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=marked_quizzes())
def test_the_script_marks_as_the_house_does(script: Page, found: tuple[dict[str, Any], dict[str, list[str]]]) -> None:
    content, answers = found
    result = quiz.mark(content, answers)
    read = script.evaluate("([content, answers]) => kfaModule.mark(content, answers)", [content, answers])
    assert (read["percent"], read["passed"]) == (result.percent, result.passed)
    assert read["questions"] == [
        {
            "key": one.key,
            "points": one.points,
            "possible": one.possible,
            "right": one.is_right,
            "feedback": list(one.feedback),
        }
        for one in result.questions
    ]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 120), attempts=st.integers(0, 10**7), best=st.integers(0, 100), passed=st.booleans())
def test_what_is_kept_is_never_longer_than_was_reckoned_and_is_read_back(
    script: Page, count: int, attempts: int, best: int, passed: bool
) -> None:
    short = short_names([f"einheit-{number}" for number in range(count)])
    units = [PackageUnit(key, short[key], UnitKind.QUIZ, key, 1, {}) for key in short]
    state = {
        "done": {unit.short: True for unit in units},
        "quizzes": {unit.short: {"attempts": attempts, "best": best, "passed": passed} for unit in units},
    }
    text = script.evaluate("state => kfaModule.remember(state)", state)
    assert len(text) <= suspend_bound(units)
    again = script.evaluate("([text, known]) => kfaModule.recall(text, known)", [text, list(short.values())])
    assert again["done"] == state["done"]
    assert all(quiz["attempts"] == min(attempts, 999) for quiz in again["quizzes"].values())


@pytest.mark.parametrize("text", ["", "garbage", "2|aaaa|", "1|aaaa", "1|zzzz|aaaa.1.1", "1|<script>|a.b.c.d", "null"])
def test_what_cannot_be_read_is_forgotten(script: Page, text: str) -> None:
    assert script.evaluate("text => kfaModule.recall(text, ['aaaa'])", text) in (
        {"done": {}, "quizzes": {}},
        {"done": {"aaaa": True}, "quizzes": {}},
    )


@pytest.mark.parametrize(
    ("seconds", "old", "new"),
    [(0, "0000:00:00.00", "PT0H0M0S"), (59.9, "0000:00:59.00", "PT0H0M59S"), (3661, "0001:01:01.00", "PT1H1M1S"),
     (-5, "0000:00:00.00", "PT0H0M0S"), (4e8, "9999:06:40.00", "PT9999H6M40S")],
)  # fmt: skip
def test_time_in_the_words_of_both_standards(script: Page, seconds: float, old: str, new: str) -> None:
    assert script.evaluate("seconds => kfaModule.timespan(seconds, 'scorm12')", seconds) == old
    assert script.evaluate("seconds => kfaModule.timespan(seconds, 'scorm2004')", seconds) == new
