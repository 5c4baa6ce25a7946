"""The whole way of a training, as an employee walks it: from a word in the catalogue to a certificate that is verified.

The session is full; a colleague cancels, and the seat is offered to whoever waits. After the session comes the module
at one's own pace, by keyboard alone. Other ways are walked in German; here everybody reads English.
"""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pypdf import PdfReader, PdfWriter

from tests.e2e.conftest import SECONDS_FOR_A_PAGE
from tests.e2e.demo_server import Demo
from tests.e2e.test_recommendation_path import follow, menu
from tests.e2e.test_whole_path import button, said, title
from tests.e2e.training_site import IS_ON, IS_OVER, Site, served_with_mails

TITLE, EMPLOYEE = "From the first letter to the answer", "Hülya Brandner"
WORD = "grievances"  # the summary has it in the singular
TABS = 80
FOCUSED = "one => one === document.activeElement"

Person = Callable[..., Page]


@pytest.fixture(scope="module")
def site(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo once more, with a worker that sends mails into files."""
    with served_with_mails(demo.database, tmp_path_factory.mktemp("training")) as found:
        yield found


@pytest.fixture(scope="module")
def person(site: Site, browser: Browser) -> Iterator[Person]:
    """The page of somebody on the way ("" for a guest), opened at an address."""
    contexts: list[BrowserContext] = []
    pages: dict[str, Page] = {}

    def open_page(who: str, address: str) -> Page:
        if who not in pages:
            context = browser.new_context(base_url=site.address, locale="en-GB", reduced_motion="reduce")
            context.set_default_timeout(SECONDS_FOR_A_PAGE * 1000)
            if who:
                context.add_cookies([{"name": "sessionid", "value": site.sessions[who], "url": site.address}])
            contexts.append(context)
            pages[who] = context.new_page()
        pages[who].goto(address)
        return pages[who]

    yield open_page
    for context in contexts:
        context.close()


def test_from_a_word_in_the_catalogue_to_a_verified_certificate(site: Site, person: Person, tmp_path: Path) -> None:
    employee = person("employee", "/k/lindenfurt/")
    find(employee)
    enter_the_waiting_list(employee, site)
    cancel(person("colleague", "/me/trainings/"), site)
    take_the_offered_seat(employee, site)

    site.let_pass(IS_ON)
    code = code_in_the_room(person("trainer", "/workshop/my-sessions/"))
    check_in(person("employee", "/me/check-in/"), code)
    site.let_pass(IS_OVER)
    close_the_session(person("trainer", "/workshop/my-sessions/"))
    expect(place(person("employee", "/me/trainings/"), "Over")).to_contain_text("attended")

    learn_by_keyboard(person("employee", "/k/lindenfurt/trainings/"))
    number, file = make_the_certificate(employee)
    verify(person("", "/verify/"), number, file, tmp_path)


# --- A seat -------------------------------------------------------------------------------------------------------


def find(page: Page) -> None:
    """The module by a word of its English text, then its session, which is full."""
    menu(page, "Trainings")
    page.get_by_label("Words").fill(WORD)
    button(page, "Search").click()
    expect(page).to_have_url(re.compile(f"words={WORD}"))
    follow(page, TITLE)
    expect(title(page)).to_have_text(TITLE)
    page.get_by_role("region", name="Sessions to come").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Ratssaal")
    expect(page.get_by_role("main")).to_contain_text("Waiting list")


def enter_the_waiting_list(page: Page, site: Site) -> None:
    """The page says before that all seats are taken, and after which place it is; so does a mail."""
    follow(page, "Enter the waiting list")
    expect(page.get_by_role("main")).to_contain_text("All seats are taken.")
    button(page, "^Onto the waiting list").click()
    expect(said(page)).to_contain_text("You are on the waiting list.")
    expect(place(page, "Not certain yet")).to_contain_text(re.compile(r"Your place in the waiting list\s+1\b"))
    assert calendar_of(neutral(site.mail("employee", "you are on the waiting list"))) is None


def cancel(page: Page, site: Site) -> None:
    """The colleague gives up the seat, and the date leaves the colleague's calendar."""
    place(page, "To come").get_by_role("link", name=re.compile("^Cancel my place")).click()
    expect(title(page)).to_have_text("Cancel my place?")
    button(page, "^Cancel my place").click()
    expect(said(page)).to_contain_text("Your place is cancelled.")
    entry = calendar_of(neutral(site.mail("colleague", "you have cancelled")))
    assert entry is not None
    assert entry["METHOD"] == "CANCEL"


def take_the_offered_seat(page: Page, site: Site) -> None:
    """The worker offers it; with the answer comes a mail that enters the date into the calendar, and says no title."""
    offer = neutral(site.mail("employee", "a seat is offered to you"))
    body = offer.get_body(("plain",))
    assert body is not None
    assert "Please answer by" in body.get_content()
    page.reload()
    offered = place(page, "Offered to you")
    expect(offered).to_contain_text("Please answer by")
    offered.get_by_role("button", name=re.compile("^Take the seat")).click()
    expect(said(page)).to_contain_text("The seat is yours.")
    expect(place(page, "To come")).to_contain_text("enrolled")

    entry = calendar_of(neutral(site.mail("employee", "you have a place")))
    assert entry is not None
    assert entry["METHOD"] == "REQUEST"
    (event,) = entry.walk("VEVENT")
    assert event["SUMMARY"] == "Training"
    assert "LOCATION" not in event


def place(page: Page, group: str) -> Locator:
    """The place in one's own list, in the group of this name."""
    return page.get_by_role("region", name=group, exact=True).get_by_role("article").filter(has_text=TITLE)


def neutral(mail: EmailMessage) -> EmailMessage:
    """The mail, which names no training."""
    assert TITLE.encode() not in mail.as_bytes()
    assert "Ratssaal" not in str(mail)
    return mail


def calendar_of(mail: EmailMessage) -> Calendar | None:
    """What comes with the mail for the calendar."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return Calendar.from_ical(parts[0].get_content()) if parts else None


# --- The session --------------------------------------------------------------------------------------------------


def code_in_the_room(page: Page) -> str:
    """What the trainer shows in the room."""
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name=re.compile("^Code in the room")).click()
    expect(page.get_by_role("img", name="QR code for checking in")).to_be_visible()
    return page.locator(".app-check-in__code").inner_text()


def check_in(page: Page, code: str) -> None:
    """A code that is mistyped is refused beside the field; the right one counts."""
    page.get_by_label("Code in the room").fill("ABC DEF" if code != "ABC DEF" else "ABC DEG")
    button(page, "^Check in").click()
    expect(page.get_by_label("Code in the room")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Code in the room").fill(code.lower())
    button(page, "^Check in").click()
    expect(said(page)).to_contain_text("You are checked in")


def close_the_session(page: Page) -> None:
    """The list knows who was there; closing it notes the completion."""
    page.get_by_role("link", name=TITLE).click()
    follow(page, "Attendance list")
    expect(page.get_by_role("listitem").filter(has_text=EMPLOYEE)).to_contain_text("100 %")
    follow(page, "Close the session")
    expect(page.get_by_role("main")).to_contain_text("By the list, everybody has attended")
    button(page, "^Close the session").click()
    expect(said(page)).to_contain_text("The session is closed.")


# --- At one's own pace, by keyboard alone -------------------------------------------------------------------------


def learn_by_keyboard(page: Page) -> None:
    """Nothing here is clicked: each control is reached by Tab."""
    main = page.get_by_role("main")
    press(page, main.get_by_role("link", name=TITLE))
    press(page, main.get_by_role("link", name="Learn now"))
    press(page, main.get_by_role("link", name="Begin", exact=True))
    expect(title(page)).to_have_text("Ein Fall")
    press(page, main.get_by_role("button", name="Done, next"))
    expect(title(page)).to_have_text("Prüfung")

    answer(page, "Sobald jemand Zeit hat", ("Antworten", "Prüfen", "Zuhören"))
    expect(page.get_by_role("group", name=re.compile("^Not passed yet"))).to_be_focused()
    expect(main).to_contain_text("Dann kommt sie oft nie.")
    answer(page, "Bis zur zugesagten Frist", ("Zuhören", "Prüfen", "Antworten"))
    expect(page.get_by_role("group", name="Passed with 100 percent.")).to_be_focused()

    press(page, main.get_by_role("link", name="To the overview"))
    press(page, main.get_by_role("button", name="Complete the module"))
    expect(said(page)).to_contain_text("You have completed the module.")
    expect(main).to_contain_text("Result of the quizzes: 100 percent.")
    press(page, main.get_by_role("link", name="To my certificates"))


def answer(page: Page, choice: str, order: tuple[str, ...]) -> None:
    """Choose one answer with the arrow keys, give each row its place by its number, and have them checked."""
    radio = page.get_by_role("radio", name=choice)
    reach(page, radio, "one => one.name === document.activeElement.name")
    for _step in range(2):
        if not radio.is_checked():
            page.keyboard.press("Space" if radio.evaluate(FOCUSED) else "ArrowDown")
    expect(radio).to_be_checked()
    rows = page.get_by_role("group", name=re.compile("In welcher Reihenfolge"))
    for row in rows.get_by_role("combobox").all():
        reach(page, row)
        name = row.evaluate("one => one.labels[0].innerText.trim()")
        page.keyboard.press(str(order.index(name) + 1))
    press(page, page.get_by_role("button", name=re.compile("^Check my answers")))


def press(page: Page, control: Locator) -> None:
    """Reach a link or button by Tab and press it."""
    reach(page, control)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def reach(page: Page, control: Locator, is_there: str = FOCUSED) -> None:
    for _step in range(TABS):
        if control.evaluate(is_there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{control} cannot be reached by Tab.")


# --- Proved -------------------------------------------------------------------------------------------------------


def make_the_certificate(page: Page) -> tuple[str, bytes]:
    """Number and PDF of the module's own certificate; the session has one too."""
    make = button(page, "^Make the certificate of")
    expect(make).to_have_count(2)
    make.first.click()
    expect(said(page)).to_contain_text("The certificate is ready.")
    expect(make).to_have_count(1)
    number = page.get_by_text(re.compile(r"^Number ")).inner_text().removeprefix("Number ")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"^Certificate of .* \(PDF\)$")).click()
    file = Path(download.value.path()).read_bytes()
    words = " ".join("".join(leaf.extract_text() for leaf in PdfReader(BytesIO(file)).pages).split())
    for word in (number, EMPLOYEE, TITLE):
        assert word in words
    return number, file


def verify(page: Page, number: str, file: bytes, folder: Path) -> None:
    """Everybody sees under the number what was issued, whether a file is the one that was, and that it was changed."""
    page.get_by_label("Number of the certificate").fill(number.lower().replace("-", " "))
    button(page, "^Verify").click()
    verdict = page.get_by_role("heading", level=2).first
    expect(verdict).to_have_text("Genuine.")
    for words in (EMPLOYEE, TITLE, number):
        expect(page.get_by_role("main")).to_contain_text(words)

    changed = PdfWriter(clone_from=BytesIO(file))
    changed.add_metadata({"/Author": "Somebody else"})
    as_changed = BytesIO()
    changed.write(as_changed)
    for content, words in (
        (file, "Genuine, and the PDF is unchanged."),
        (as_changed.getvalue(), "The PDF was changed."),
    ):
        path = folder / "Certificate.pdf"
        path.write_bytes(content)
        page.get_by_label("The PDF you were given").set_input_files(path)
        button(page, "^Verify").click()
        expect(verdict).to_have_text(words)
