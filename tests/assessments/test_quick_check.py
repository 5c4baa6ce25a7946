"""The quick check: public, a result at once, and nothing of it is kept."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.db.utils import InternalError
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from apps.assessments import quick_check as pure
from apps.assessments.quick_check import QuickCheck, Reliability, Result
from apps.assessments.views import quick_check as view
from apps.instruments.actions import import_instrument, publish_version, retire_version
from apps.instruments.definition import Form
from apps.instruments.logic import compile_form
from apps.instruments.models import InstrumentVersion
from apps.instruments.queries import forget_compiled
from apps.instruments.scoring import Special
from tests.assessments import factories
from tests.browsing import browser, findings, in_browser
from tests.factories import UserFactory
from tests.instruments.forms import LEVELS, as_xlsx, group, level, read, row, sheets

__all__ = ["browser"]
URL = "/quick-check/"
GERMAN, ENGLISH = {"accept-language": "de"}, {"accept-language": "en"}

# Worked by hand. name, weight, target, answer; the last is not asked here.
#   d1_01  3 × (3 − 1) = 6        second
#   d1_02  2 × (4 − 0) = 8        first
#   d2_01  1 × (3 − 0) = 3        fourth: as much as d2_02, but of less weight
#   d2_02  3 × (3 − 2) = 3        third
#   d3_01  unknown                to be found out
#   d3_02  target reached
#   d4_01  outside the competence: does not count
#   d4_02  refused: open
ITEMS = (
    ("d1_01", 3, 3, "1"),
    ("d1_02", 2, 4, "0"),
    ("d2_01", 1, 3, "0"),
    ("d2_02", 3, 3, "2"),
    ("d3_01", 3, 3, "unknown"),
    ("d3_02", 3, 2, "2"),
    ("d4_01", 3, 3, "not_competent"),
    ("d4_02", 1, 3, "refused"),
)
FIRST_STEP = "Mit der Leitung einen Termin vereinbaren"  # of d1_01 alone
ANSWERS = {f"answer-{name}": answer for name, _weight, _target, answer in ITEMS}


def survey() -> list[Any]:
    def asked(name: str, weight: int, target: int, profile: str = "schnellcheck standard", **more: Any) -> Any:
        number = name.removeprefix("d").replace("_0", ".")
        return level(
            name,
            int(name[1]),
            label=None,
            weight=weight,
            target_level=target,
            profile=profile,
            required="yes",
            **{
                "label::Deutsch (de)": f"Frage {number}",
                "label::English (en)": f"Question {number}",
                **{f"level_{at}::Deutsch (de)": f"So sieht {number} auf Stufe {at} aus" for at in range(5)},
                **more,
            },
        )

    rows: list[Any] = [*group("profile", row("integer", "staff", "Wie viele?", profile="standard"))]
    for dimension in range(1, 5):
        own = [
            asked(name, weight, target, **({"first_step::Deutsch (de)": FIRST_STEP} if name == "d1_01" else {}))
            for name, weight, target, _answer in ITEMS
            if name[1] == str(dimension)
        ]
        if dimension == 4:
            own.append(asked("d4_03", 3, 3, "standard"))
        rows += group(f"d{dimension}", *own, label=f"Feld {dimension}")
    return rows


@cache
def workbook(version: str = "1") -> bytes:
    return as_xlsx(sheets(survey(), LEVELS, {"form_id": "probe", "version": version}))


def publish(content: bytes) -> InstrumentVersion:
    return publish_version(actor=None, version=import_instrument(actor=None, content=content, filename="probe.xlsx"))


@pytest.fixture(autouse=True)
def _no_compiled_forms_left() -> Iterator[None]:
    yield
    forget_compiled()


@pytest.fixture
def published(db: None) -> InstrumentVersion:
    return publish(workbook())


def form(**changes: Mapping[str, Any]) -> Form:
    """The questionnaire; `changes` replace fields of the items named."""
    found = read(*survey(), choices=LEVELS).form
    sections = tuple(
        replace(
            section,
            items=tuple(replace(item, **changes.get(item.name, {})) for item in section.items),
        )
        for section in found.sections
    )
    return replace(found, sections=sections)


def result(answers: Mapping[str, str], *, of: Form | None = None, language: str = "de") -> Result:
    check = QuickCheck(compile_form(of or form()), language)
    posted = QueryDict(mutable=True)
    posted.update(answers)
    parsed = check.parse(posted)
    assert parsed.complete
    return check.result(parsed.values)


def all_answers(answer: str) -> dict[str, str]:
    return dict.fromkeys(ANSWERS, answer)


# --- The reading: pure ---


def test_only_the_level_questions_of_its_profile_are_asked() -> None:
    check = QuickCheck(compile_form(form()), "de")
    assert [item.name for item in check.items] == [name for name, *_rest in ITEMS]
    assert check.full_count == 9


def test_a_question_without_any_profile_is_none_of_the_quick_check() -> None:
    check = QuickCheck(compile_form(form(d1_01={"profiles": ()})), "de")
    assert "d1_01" not in [item.name for item in check.items]


def test_a_question_is_asked_whatever_its_condition_says() -> None:
    check = QuickCheck(compile_form(form(d1_01={"relevant": "${staff} > 3"})), "de")
    groups = list(check.groups())
    assert [question.item.name for question in groups[0].questions] == ["d1_01", "d1_02"]


def test_the_three_gaps_are_those_of_the_worked_example() -> None:
    found = result(ANSWERS)
    assert [(gap.need.item, gap.line.gap) for gap in found.gaps] == [("d1_02", 4), ("d1_01", 2), ("d2_02", 1)]
    assert found.gap_count == 4
    assert [line.item.name for line in found.to_find_out] == ["d3_01"]


def test_every_answer_has_its_level_and_gap() -> None:
    lines = {line.item.name: (line.answer, line.gap) for line in result(ANSWERS).lines}
    assert lines == {
        "d1_01": (1, 2),
        "d1_02": (0, 4),
        "d2_01": (0, 3),
        "d2_02": (2, 1),
        "d3_01": (Special.UNKNOWN, None),
        "d3_02": (2, 0),
        "d4_01": (Special.NOT_COMPETENT, None),
        "d4_02": (Special.REFUSED, None),
    }


def test_the_basis_counts_what_is_open_and_what_does_not_concern() -> None:
    basis = result(ANSWERS).basis
    assert (basis.items, basis.known, basis.unknown, basis.refused, basis.outside) == (8, 5, 1, 1, 1)
    assert (basis.counted, basis.open) == (7, 2)
    assert basis.reliability is Reliability.LIMITED  # 2/7 is below a third


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"d3_01": "3", "d4_02": "0"}, Reliability.COMPLETE),
        ({"d2_01": "unknown"}, Reliability.WEAK),  # 3 of 7
        ({"d2_01": "done_for_us", "d4_02": "4"}, Reliability.LIMITED),  # 1 of 6
        ({"d2_01": "done_for_us"}, Reliability.WEAK),  # 2 of 6: exactly a third
    ],
)
def test_the_result_is_weak_from_a_third_without_a_level(changes: dict[str, str], expected: Reliability) -> None:
    answers = ANSWERS | {f"answer-{name}": answer for name, answer in changes.items()}
    assert result(answers).basis.reliability is expected


@pytest.mark.parametrize(("answer", "to_find_out"), [("unknown", 8), ("not_competent", 0), ("refused", 0)])
def test_without_any_level_there_is_no_gap_and_nothing_to_rest_on(answer: str, to_find_out: int) -> None:
    found = result(all_answers(answer))
    assert (found.gaps, len(found.to_find_out), found.basis.reliability) == ((), to_find_out, Reliability.NONE)


def test_where_every_target_is_reached_there_is_no_gap() -> None:
    found = result(all_answers("4"))
    assert (found.gaps, found.gap_count, {line.gap for line in found.lines}) == ((), 0, {0})


def test_the_next_level_says_what_it_looks_like() -> None:
    first = result(ANSWERS).gaps[0]
    assert (first.next_level, first.next_looks_like.text) == (1, "So sieht 1.2 auf Stufe 1 aus")
    assert not first.first_step


def test_the_first_step_and_the_measure_come_from_the_questionnaire() -> None:
    own = form(d1_02={"first_step": {"de": "Heute anrufen"}, "measure": {"de": "Stelle schaffen"}})
    first = result(ANSWERS, of=own).gaps[0]
    assert (first.first_step.text, first.measure.text) == ("Heute anrufen", "Stelle schaffen")


def test_without_descriptors_the_name_of_the_next_level_stands_in() -> None:
    first = result(ANSWERS, of=form(d1_02={"descriptors": {}})).gaps[0]
    assert first.next_looks_like.text == "1"


def test_a_text_in_another_language_than_asked_for_says_so() -> None:
    first = result(ANSWERS, language="en").gaps[0]
    assert (first.line.label.text, first.line.label.lang) == ("Question 1.2", "")
    assert (first.next_looks_like.text, first.next_looks_like.lang) == ("So sieht 1.2 auf Stufe 1 aus", "de")


# --- The page ---


def test_without_a_published_questionnaire_it_says_that_it_is_being_prepared(db: None, client: Client) -> None:
    for response in (client.get(URL, headers=ENGLISH), client.post(URL, ANSWERS, headers=ENGLISH)):
        assert response.status_code == 200
        assert "being prepared" in response.content.decode()


def test_a_draft_and_a_retired_version_are_not_asked(published: InstrumentVersion, client: Client) -> None:
    import_instrument(actor=None, content=workbook("2"), filename="probe.xlsx")
    assert client.get(URL).context["check"].compiled.form.version == "1"
    retire_version(actor=None, version=published)
    assert "check" not in client.get(URL).context


def test_the_newest_published_version_is_asked(published: InstrumentVersion, client: Client) -> None:
    publish(workbook("2"))
    assert client.get(URL).context["check"].compiled.form.version == "2"


def test_a_questionnaire_without_the_profile_is_passed_over(published: InstrumentVersion, client: Client) -> None:
    other = [*group("d1", level("d1_01", 1, profile="basis"))]
    publish(as_xlsx(sheets(other, LEVELS, {"form_id": "routine", "version": "7"})))
    assert client.get(URL).context["check"].compiled.form.key == "probe"


def test_the_form_posts_without_javascript(published: InstrumentVersion, client: Client) -> None:
    html = client.get(URL, headers=GERMAN).content.decode()
    assert '<form method="post" action="/quick-check/" novalidate autocomplete="off"' in html
    for name in ANSWERS:
        assert len(re.findall(rf'type="radio"\s+name="{name}"', html)) == 9
    assert "answer-d4_03" not in html
    assert "answer-staff" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", html)


def test_the_result_comes_with_the_response(published: InstrumentVersion, client: Client) -> None:
    response = client.post(URL, ANSWERS, headers=ENGLISH)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    assert response.status_code == 200
    assert text.index("1. Question 1.2") < text.index("2. Question 1.1") < text.index("3. Question 2.2")
    assert "The 3 most important gaps" in text
    assert "4 questions lie below their target." in text
    assert "4 levels below the target" in text
    assert "2 of 7 questions that concern you are open" in text
    assert "So sieht 1.2 auf Stufe 1 aus" in text
    assert text.count("This week") == 3
    assert text.count("talk with them about what is missing for the next level") == 2
    assert f'lang="de">{FIRST_STEP}<' in response.content.decode()
    assert "There is no league table" in text
    assert "The full assessment asks 9 questions." in text
    assert f'href="mailto:{project.ORGANISATION["email"]}"' in response.content.decode()


@pytest.mark.parametrize("answer", ["unknown", "refused", "not_competent", "done_for_us", "0", "4"])
def test_every_answer_of_the_scale_and_beside_it_gives_a_result(
    published: InstrumentVersion, client: Client, answer: str
) -> None:
    response = client.post(URL, all_answers(answer))
    assert response.status_code == 200
    assert "result" in response.context


def test_the_result_shows_neither_a_total_nor_a_share(published: InstrumentVersion, client: Client) -> None:
    html = client.post(URL, ANSWERS).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert "%" not in main


def test_missing_answers_are_named_and_what_was_chosen_is_kept(published: InstrumentVersion, client: Client) -> None:
    given = {name: answer for name, answer in ANSWERS.items() if name not in ("answer-d1_02", "answer-d4_01")}
    response = client.post(URL, given, headers=ENGLISH)
    html = response.content.decode()
    assert response.status_code == 422
    assert "2 questions still need an answer" in html
    assert [question.item.name for question in response.context["invalid"]] == ["d1_02", "d4_01"]
    assert 'href="#q-d1_02-0"' in html
    assert html.count(" checked") == len(given)
    assert re.search(r'id="q-d3_01-unknown" checked', html)


@pytest.mark.parametrize("wrong", [["5"], ["filtered"], ["0 1"], ["0", "1"], ["<b>"], ["x" * 10_000]])
def test_an_answer_that_is_not_offered_is_refused(
    published: InstrumentVersion, client: Client, wrong: list[str]
) -> None:
    response = client.post(URL, {**ANSWERS, "answer-d1_01": wrong})
    assert response.status_code == 422
    assert [question.item.name for question in response.context["invalid"]] == ["d1_01"]
    assert "<b>" not in response.content.decode().replace("&lt;b&gt;", "")


def test_from_the_result_the_answers_can_be_changed(published: InstrumentVersion, client: Client) -> None:
    shown = client.post(URL, ANSWERS).content.decode()
    again = dict(re.findall(r'<input type="hidden" name="(answer-[^"]+)" value="([^"]+)">', shown))
    assert again == ANSWERS
    response = client.post(URL, {**again, "edit": "1"})
    assert response.status_code == 200
    assert response.content.decode().count(" checked") == len(ANSWERS)
    assert response.context["invalid"] == []


def test_answers_in_the_address_are_not_read(published: InstrumentVersion, client: Client) -> None:
    query = "?" + "&".join(f"{name}={answer}" for name, answer in ANSWERS.items())
    assert " checked" not in client.get(URL + query).content.decode()
    assert client.post(URL + query).status_code == 422


def test_other_methods_are_refused(published: InstrumentVersion, client: Client) -> None:
    assert client.put(URL).status_code == 405


def test_it_is_protected_against_forgery_by_a_cookie_alone(published: InstrumentVersion) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, ANSWERS).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', strict.get(URL).content.decode())
    assert token
    assert strict.post(URL, {**ANSWERS, "csrfmiddlewaretoken": token[1]}).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_a_page_takes_at_most_eight_queries(published: InstrumentVersion, client: Client, who: str) -> None:
    if who == "somebody":
        client.force_login(UserFactory())
    for request in (lambda: client.get(URL), lambda: client.post(URL, ANSWERS)):
        forget_compiled()
        with CaptureQueriesContext(connection) as cold:
            request()
        with CaptureQueriesContext(connection) as warm:
            request()
        counted = [
            sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SET ")) for query in captured)
            for captured in (cold, warm)
        ]
        assert counted[0] <= 8
        assert counted[1] <= 3


def test_the_project_s_own_questionnaire_asks_twelve_questions(db: None, client: Client) -> None:
    factories.published_version()
    check = client.get(URL).context["check"]
    assert len(check.items) == 12
    assert check.full_count == 62
    response = client.post(URL, {f"answer-{item.name}": "0" for item in check.items}, headers=GERMAN)
    assert response.status_code == 200
    assert response.context["result"].gap_count == 12
    gravest = max(check.items, key=lambda item: item.weight * item.target_level)
    assert response.context["result"].gaps[0].need.item == gravest.name
    assert all(gap.next_looks_like for gap in response.context["result"].gaps)


# --- Nothing is kept ---


def everything() -> dict[str, int]:
    """Rows of every table, counted by the owner; refused by PostgreSQL where a policy would hide some."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET row_security = off")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
        cursor.execute("RESET row_security")
    return counts


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_no_table_has_a_row_more(client: Client, who: str) -> None:
    publish(workbook())
    if who == "somebody":
        client.force_login(UserFactory())
    before = everything()
    assert len(before) > 30
    client.get(URL)
    client.post(URL, ANSWERS)
    client.post(URL, {**ANSWERS, "edit": "1"})
    client.post(URL, {})
    assert everything() == before
    assert Session.objects.count() == (who == "somebody")


def test_only_the_token_of_the_form_is_set_as_a_cookie(published: InstrumentVersion, client: Client) -> None:
    for response in (client.get(URL), client.post(URL, ANSWERS), client.post(URL, {})):
        assert set(response.cookies) <= {project.CSRF_COOKIE_NAME}
    assert set(client.cookies) == {project.CSRF_COOKIE_NAME}


def test_no_cache_may_keep_a_page(published: InstrumentVersion, client: Client) -> None:
    for response in (client.get(URL), client.post(URL, ANSWERS), client.post(URL, {})):
        assert "no-store" in response["Cache-Control"]


def test_the_session_of_somebody_signed_in_stays_as_it_was(published: InstrumentVersion, client: Client) -> None:
    client.force_login(UserFactory())
    before = dict(client.session.items())
    response = client.post(URL, ANSWERS)
    assert dict(client.session.items()) == before
    assert project.SESSION_COOKIE_NAME not in response.cookies


def test_the_database_itself_refuses_to_write_while_answers_are_read(
    published: InstrumentVersion, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_args: object, **_kwargs: object) -> None:
        published.instrument.save()

    monkeypatch.setattr(pure.QuickCheck, "result", write)
    with pytest.raises(InternalError, match="read-only"):
        client.post(URL, ANSWERS)


def test_reports_of_errors_leave_the_answers_out(published: InstrumentVersion, rf: Any) -> None:
    request = rf.post(URL, ANSWERS)
    request.session, request.user = {}, None
    with pytest.raises(RuntimeError), pytest.MonkeyPatch.context() as patch:
        patch.setattr(view, "_published", lambda: (_ for _ in ()).throw(RuntimeError()))
        view.quick_check(request)
    assert request.sensitive_post_parameters == "__ALL__"


def test_nothing_of_the_answers_is_logged(
    published: InstrumentVersion, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        client.post(URL, ANSWERS)
        client.post(URL, {**ANSWERS, "answer-d1_01": "nonsense"})
    assert "answer-" not in caplog.text
    assert "nonsense" not in caplog.text


# --- The way to it, and its words ---


def test_the_start_page_leads_to_it(db: None, client: Client) -> None:
    assert f'href="{URL}"' in client.get("/").content.decode()


# --- In a browser ---


def marked(test: Any) -> Any:
    for mark in in_browser:
        test = mark(test)
    return test


@marked
def test_axe_finds_nothing_on_the_way_through(browser: Browser, live_server: LiveServer) -> None:
    factories.published_version()
    context = browser.new_context(locale="de-DE", base_url=live_server.url)
    page = context.new_page()
    page.goto(URL)
    found = {"form": findings(page)}
    page.click("form[autocomplete=off] button[type=submit]")
    expect(page.locator(".app-error-summary")).to_be_focused()
    found["errors"] = findings(page)
    for number, control in enumerate(page.locator("fieldset[role=radiogroup]").all()):
        control.locator("input[type=radio]").nth(number % 9).check()
    page.click("form[autocomplete=off] button[type=submit]")
    expect(page.locator("#gaps")).to_be_visible()
    found["result"] = findings(page)
    context.close()
    assert found == {"form": [], "errors": [], "result": []}


@marked
def test_without_javascript_it_leads_to_the_same_result(browser: Browser, live_server: LiveServer) -> None:
    publish(workbook())
    context = browser.new_context(java_script_enabled=False, locale="en-GB", base_url=live_server.url)
    page = context.new_page()
    page.goto(URL)
    for name, answer in ANSWERS.items():
        page.check(f'input[name="{name}"][value="{answer}"]')
    page.click("form[autocomplete=off] button[type=submit]")
    assert page.url == live_server.url + URL
    assert page.locator("article h3").all_inner_texts() == ["1. Question 1.2", "2. Question 1.1", "3. Question 2.2"]
    page.click("button[name=edit]")
    assert page.locator("input[type=radio]:checked").count() == len(ANSWERS)
    cookies = {cookie["name"] for cookie in context.cookies()}
    context.close()
    assert cookies == {project.CSRF_COOKIE_NAME}


@marked
@pytest.mark.parametrize("theme", ["", "dark"])
def test_on_paper_the_result_stands_dark_on_white_without_menus_and_buttons(
    browser: Browser, live_server: LiveServer, theme: str
) -> None:
    publish(workbook())
    context = browser.new_context(locale="en-GB", base_url=live_server.url)
    if theme:
        context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page = context.new_page()
    page.goto(URL)
    for name, answer in ANSWERS.items():
        page.check(f'input[name="{name}"][value="{answer}"]')
    page.click("form[autocomplete=off] button[type=submit]")
    page.emulate_media(media="print")
    expect(page.locator("#gaps")).to_be_visible()
    expect(page.locator("#lines")).to_be_visible()
    expect(page.locator("button[name=edit]")).to_be_hidden()
    expect(page.locator(".app-quick-check__hint")).to_be_hidden()
    expect(page.locator(".app-shell__nav")).to_be_hidden()
    brightest = page.evaluate(
        """() => {
            const pen = document.createElement("canvas").getContext("2d");
            return Math.max(...["h1", "article h3", "dd", "td .app-level__name"].flatMap(selector => {
                pen.fillStyle = getComputedStyle(document.querySelector("main " + selector)).color;
                pen.fillRect(0, 0, 1, 1);
                return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
            }));
        }"""
    )
    context.close()
    assert brightest < 80
