"""The whole path of a needs assessment, from the invitation to the papers for the council, as those on it walk it.

A small town answers the Basis questionnaire: the project team invites it; two departments answer the same section, one
with an account and one by a personal link; the coordination decides between them, adds evidence, answers the rest and
hands in; the mayor signs; then come profile, priorities, PDF and Word.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Download, Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong
from pypdf import PdfReader, PdfWriter

from tests.e2e.demo_server import ROOT, Demo, of_database
from tests.e2e.settings import MEDIA_ROOT

WAVE = "T8"
HOME, TOWN = "/k/falkenmoor/", "Falkenmoor"
STAFF = "miriam.osei-lindner@projektteam.example"
COORDINATOR = "stefan.markovic@falkenmoor.example"
CONTRIBUTOR = "samira.haddad@quellenrode.example"
MAYOR = "annegret.poppe@falkenmoor.example"
WITHOUT_ACCOUNT = "rolf.ebner@falkenmoor.example"
SECTION = "Auftrag und Zuständigkeit"
NOTE = "Bitte den Ratsbeschluss heranziehen."
REASON = "Der Beschluss steht auf der Internetseite und wird bei Vorhaben herangezogen."
WHY_URGENT = "Ohne Regel wissen Vorgesetzte nicht, was zu tun ist."
DOCUMENT = "Ratsbeschluss Nr. 117"
PAPER = "Ratsbeschluss 2026-117.pdf"

#: What the two departments say about their section: apart from its first question they agree.
BY_ACCOUNT = {"B1.1": "3", "B1.2": "2", "B1.3": "2", "B1.4": "1"}
BY_LINK = BY_ACCOUNT | {"B1.1": "1"}
#: What the coordination answers, section after section.
THE_REST: Sequence[Mapping[str, str]] = (
    {"B2.1": "1", "B2.2": "2", "B2.3": "0"},
    {"B3.1": "3", "B3.2": "2", "B3.3": "1", "B3.4": "unknown", "B3.5": "0"},
    {"B4.1": "2", "B4.2": "2", "B4.3": "3", "B4.4": "1", "B4.5": "0"},
    {"B5.1": "0", "B5.2": "1"},
    {"B6.1": "2", "B6.2": "4", "B6.3": "1", "B6.4": "not_competent"},
)
NEEDS = 13
SECONDS_FOR_A_REPORT = 60


@pytest.fixture(scope="module")
def worker(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A worker beside the demo; its log. The demo's broker forgets every task: what is ordered, the sweeper finds."""
    environment = os.environ | of_database(demo.database)
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.e2e.settings", "KFA_TEST_MEDIA": str(MEDIA_ROOT)}
    broker = urlsplit(os.environ["REDIS_URL"])._replace(path="/9").geturl()  # nobody else's messages
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "tests.reports.crash_worker", "-b", broker, "worker", "--beat"]
    options = ["--concurrency=1", "--without-gossip", "--without-mingle", f"--schedule={log}.beat"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    yield log
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def test_from_the_invitation_to_the_papers_for_the_council(
    context_of: Callable[..., BrowserContext], demo: Demo, worker: Path
) -> None:
    def person(address: str, home: str = HOME) -> Page:
        page = context_of(accept_downloads=True).new_page()
        sign_in(page, address, demo, home)
        return page

    invite(person(STAFF, "/programme/waves/"))

    coordinator = person(COORDINATOR)
    assessment = begin_and_give_the_same_section_twice(coordinator)
    answer_with_an_account(person(CONTRIBUTOR))
    answer_by_personal_link(context_of().new_page())

    decide_between_the_departments(coordinator, assessment)
    accept_what_came_back(coordinator)
    prove_two_answers_with_one_document(coordinator, assessment)
    answer_the_rest_and_hand_in(coordinator, assessment)
    sign(person(MAYOR))

    read_the_results(coordinator, assessment)
    set_a_priority(coordinator)
    take_the_word_and_excel_files(coordinator, assessment)
    order_the_report(coordinator, assessment, worker)


def invite(page: Page) -> None:
    """The project team prepares a wave, opens it and invites the town."""
    page.get_by_role("link", name="Welle vorbereiten").click()
    page.get_by_label("Bezeichnung").fill(WAVE)
    questionnaires = page.get_by_label("Fragebogen").locator("option")
    basis = questionnaires.filter(has_text="Basis").first.get_attribute("value")
    page.get_by_label("Fragebogen").select_option(basis)
    page.get_by_label("Profil").select_option(label="Basis")
    page.get_by_label("Öffnet am").fill(date.today().isoformat())
    page.get_by_label("Frist").fill((date.today() + timedelta(days=40)).isoformat())
    button(page, "Welle anlegen").click()
    expect(title(page)).to_contain_text(WAVE)

    page.get_by_role("link", name="Welle öffnen").click()
    button(page, "Welle öffnen").click()
    page.get_by_role("checkbox", name=TOWN).check()
    button(page, "^Einladen").click()
    expect(said(page)).to_contain_text("1 Kommune wurde eingeladen")
    expect(page.get_by_role("row", name=re.compile(f"^{TOWN}"))).to_contain_text("eingeladen")


def begin_and_give_the_same_section_twice(page: Page) -> str:
    """The coordination begins, gives a section to a contributor and to somebody without an account; the address."""
    page.get_by_role("link", name=re.compile(f"Zur Bedarfserhebung {WAVE}")).click()
    button(page, "Bedarfserhebung beginnen").click()
    expect(page.get_by_role("main")).to_contain_text("in Arbeit")
    assessment = page.url
    expect(page.get_by_text("0 von 27", exact=True)).to_be_visible()

    page.get_by_role("link", name="Abschnitte an andere übergeben").click()
    page.get_by_role("link", name="Abschnitte übergeben").click()
    page.get_by_role("checkbox", name=SECTION, exact=True).check()
    page.get_by_role("combobox", name=re.compile("^Person")).select_option(label="Samira Haddad")
    button(page, "Abschnitte übergeben").click()
    expect(said(page)).to_contain_text("1 Abschnitt wurde übergeben")

    page.get_by_role("link", name="Persönlichen Link schicken").click()
    page.get_by_role("combobox", name=re.compile("^Abschnitt")).select_option(label=SECTION)
    page.get_by_label("Name der Person").fill("Rolf Ebner")
    page.get_by_label("E-Mail-Adresse").fill(WITHOUT_ACCOUNT)
    page.get_by_label(re.compile("^Anmerkung")).fill(NOTE)
    button(page, "Link schicken").click()
    expect(said(page)).to_contain_text(WITHOUT_ACCOUNT)
    expect(page.get_by_role("row", name=re.compile(f"^{SECTION}"))).to_have_count(2)
    return assessment


def answer_with_an_account(page: Page) -> None:
    """The contributor sees the one section that was given, answers it and hands it back."""
    page.get_by_role("link", name=SECTION, exact=True).click()
    expect(title(page)).to_have_text(SECTION)
    for number, level in BY_ACCOUNT.items():
        choose(page, number, level)
    expect(page.get_by_text("4 von 4", exact=True)).to_be_visible()
    button(page, "Speichern und zurückgeben").click()
    button(page, "Zurückgeben").click()
    expect(said(page)).to_contain_text("Die Koordination wurde benachrichtigt")
    sections = page.get_by_role("list", name="Abschnitte").get_by_role("link")
    expect(sections).to_have_count(1)


def answer_by_personal_link(page: Page) -> None:
    """Somebody without an account follows the link of the mail, sees nothing of the other answers, hands back."""
    page.goto("/demo/")
    mail = page.locator("details").filter(has_text=WITHOUT_ACCOUNT).first
    mail.locator("summary").click()
    expect(mail).to_contain_text(NOTE)
    mail.get_by_role("link").first.click()
    expect(title(page)).to_have_text(SECTION)
    expect(page.get_by_role("main")).to_contain_text("Diese Seite ist für Rolf Ebner bestimmt")
    expect(page.get_by_text("0 von 4", exact=True)).to_be_visible()
    for number, level in BY_LINK.items():
        expect(question(page, number).locator("input:checked")).to_have_count(0)
        choose(page, number, level)
    button(page, "Speichern und zurückgeben").click()
    button(page, "Zurückgeben").click()
    expect(page.get_by_role("main")).to_contain_text("Sie haben diesen Abschnitt zurückgegeben")
    expect(question(page, "B1.1").locator('input[value="1"]')).to_be_disabled()


def decide_between_the_departments(page: Page, assessment: str) -> None:
    """Three answers agree and count; the fourth is decided with a reason, and both answers are kept."""
    page.goto(assessment)
    ways = page.get_by_role("link", name="Antworten mehrerer Ämter").locator("..")
    expect(ways).to_contain_text(re.compile(r"1 \w+ zu entscheiden"))
    page.get_by_role("link", name=SECTION).click()
    expect(page.get_by_text("3 von 4", exact=True)).to_be_visible()
    differing = page.locator(".app-answer").filter(has=question(page, "B1.1"))
    expect(differing).to_contain_text("2 Ämter haben unterschiedlich geantwortet")
    differing.get_by_role("link", name=re.compile("entscheiden")).click()

    for whom, said in {"Samira Haddad": "3 etabliert", "Rolf Ebner": "1 begonnen"}.items():
        expect(page.get_by_role("region", name=re.compile(whom))).to_contain_text(said)
    page.get_by_role("radio", name=re.compile("^3 – etabliert")).check()
    decide = button(page, "Mit diesem Grund entscheiden")
    decide.click()
    reason = page.get_by_role("textbox", name="Grund")
    expect(reason).to_have_attribute("aria-invalid", "true")  # nothing is decided without one
    reason.fill(REASON)
    decide.click()
    row = page.get_by_role("row", name=re.compile("^B1.1"))
    expect(row).to_contain_text("entschieden")
    expect(row).to_contain_text("3 – etabliert")
    expect(row).to_contain_text(REASON)
    agreed = page.get_by_role("row", name=re.compile("^B1.2"))
    expect(agreed).to_contain_text("übereinstimmend")
    expect(agreed).to_contain_text("2 – beauftragt")


def accept_what_came_back(page: Page) -> None:
    """Both sections wait on the page of the municipality until they are accepted."""
    for whom in ("Samira Haddad", "Rolf Ebner"):
        page.goto(HOME)
        page.get_by_role("link", name=re.compile(f"^{SECTION} – {whom}")).click()
        button(page, "Annehmen").click()
        expect(page.get_by_role("main")).to_contain_text("angenommen")
    page.goto(HOME)
    expect(page.get_by_role("heading", name=re.compile("^Zurückgegeben"))).to_have_count(0)


def prove_two_answers_with_one_document(page: Page, assessment: str) -> None:
    """One PDF stands for two questions; it comes back byte by byte."""
    page.goto(assessment)
    page.get_by_role("link", name="Belege", exact=True).click()
    page.get_by_role("link", name="Beleg hinzufügen").click()
    content = paper()
    page.locator('input[type="file"]').set_input_files(
        {"name": PAPER, "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("textbox", name=re.compile("^Titel")).fill(DOCUMENT)
    page.get_by_label("Datum des Dokuments").fill("2026-03-12")
    page.get_by_role("group").filter(has_text=SECTION).locator("summary").filter(has_text=SECTION).click()
    page.get_by_role("checkbox", name=re.compile("^B1.1")).check()
    page.get_by_role("checkbox", name=re.compile("^B1.3")).check()
    button(page, "Beleg hinzufügen").click()

    row = page.get_by_role("row", name=re.compile(f"^{DOCUMENT}"))
    expect(row.get_by_role("link", name=re.compile("^B1.[13]"))).to_have_count(2)
    with page.expect_download() as found:
        row.get_by_role("link", name=PAPER).click()
    assert found.value.suggested_filename == PAPER
    assert content_of(found.value) == content

    row.get_by_role("link", name=re.compile("^B1.3")).click()
    proven = page.locator(".app-answer").filter(has=question(page, "B1.3"))
    expect(proven.get_by_role("link", name=re.compile(f"^{DOCUMENT}"))).to_be_visible()


def answer_the_rest_and_hand_in(page: Page, assessment: str) -> None:
    """Section by section; the check finds what was left out, and hands in once nothing is missing."""
    page.goto(assessment)
    page.get_by_role("link", name="Rahmendaten").click()
    page.get_by_label("Stichtag der Angaben").fill("2026-10-01")
    page.get_by_role("radio", name="Kreisangehörige Stadt oder Gemeinde").check()
    page.get_by_role("radio", name="unter 5 000").check()  # asked because of the answer before
    page.get_by_label(re.compile("^Zahl der Beschäftigten")).fill("25")
    button(page, "Speichern und weiter").click()
    expect(title(page)).to_have_text(SECTION)
    button(page, "Speichern und weiter").click()
    for answers in THE_REST:
        for number, level in answers.items():
            choose(page, number, level)
        expect(page.locator("#section-progress")).to_contain_text(f"{len(answers)} von {len(answers)}")
        button(page, "Speichern und weiter").click()

    expect(title(page)).to_have_text("Vollständigkeit prüfen")
    expect(page.get_by_role("main")).to_contain_text("Besteht ein Personalrat?")
    expect(button(page, "Zur Unterschrift")).to_have_count(0)
    page.get_by_role("link", name="Besteht ein Personalrat?").click()
    page.get_by_role("radio", name="Nein", exact=True).check()
    button(page, "^Speichern$").click()
    page.goto(assessment)
    page.get_by_role("link", name="Prüfen und abgeben").click()
    expect(page.get_by_role("main")).to_contain_text("Es fehlt nichts")
    button(page, "Zur Unterschrift").click()
    expect(page.get_by_role("main")).to_contain_text("in Prüfung")


def sign(page: Page) -> None:
    """The mayor reads the summary and signs."""
    page.get_by_role("link", name=re.compile(f"Prüfen und unterschreiben.*{WAVE}")).click()
    expect(page.get_by_role("table", name="Profil")).to_contain_text("Beschwerde und Schutz")
    page.get_by_label("Ihre Funktion").fill("Bürgermeisterin")
    page.get_by_role("checkbox").check()
    button(page, "^Unterschreiben").click()
    expect(page.get_by_role("main")).to_contain_text("Unterschrieben von Annegret Poppe, Bürgermeisterin")


def read_the_results(page: Page, assessment: str) -> None:
    """Profile as bars and, by choice, as a radar, the numbers beside it; needs with the rule that found them."""
    page.goto(assessment)
    page.get_by_role("link", name="Ergebnisse", exact=True).click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Unterschrieben von Annegret Poppe")
    expect(main.get_by_role("img")).to_contain_text("Beschwerde und Schutz")
    first = page.get_by_role("table", name="Das Profil in Zahlen").get_by_role("row", name=re.compile("^1 "))
    expect(first).to_contain_text("50 %")  # of B1.1 to B1.4, with what was decided
    expect(main.get_by_role("listitem").filter(has_text="B2.3").first).to_contain_text("liegt unter der Zielstufe 2")
    expect(main.get_by_role("listitem").filter(has_text="B3.4").first).to_contain_text("Unbekannt")

    page.get_by_role("link", name="Netzdiagramm").click()
    expect(main.get_by_role("img", name=re.compile("^Profil als Netzdiagramm"))).to_be_visible()
    expect(page.get_by_role("table", name="Das Profil in Zahlen")).to_be_visible()


def set_a_priority(page: Page) -> None:
    """A need gets a priority, with a reason."""
    page.get_by_role("link", name="Alle Bedarfe als Tabelle").click()
    needs = page.locator("#needs").get_by_role("row")
    expect(needs).to_have_count(NEEDS + 1)
    page.get_by_role("link", name="Priorität festlegen B2.3").click()
    page.get_by_role("radio", name="hoch", exact=True).check()
    page.get_by_role("textbox", name="Grund").fill(WHY_URGENT)
    button(page, "Priorität speichern").click()
    row = needs.filter(has_text="B2.3")
    expect(row).to_contain_text("hoch")
    expect(row).to_contain_text(WHY_URGENT)


def take_the_word_and_excel_files(page: Page, assessment: str) -> None:
    """Memo and decision paper are Word files that name the town; the own data are a workbook."""
    page.goto(assessment + "result/")
    for name in ("Vermerk", "Beschlussvorlage"):
        file = downloaded(page, button(page, f"{name} herunterladen"))
        assert re.fullmatch(rf"{name.lower()}-falkenmoor-.*\.docx", file.suggested_filename)
        words = "\n".join(Document(BytesIO(content_of(file))).element.body.itertext())
        assert TOWN in words
    workbook = load_workbook(BytesIO(content_of(downloaded(page, button(page, "Excel-Datei herunterladen")))))
    cells = {cell for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {TOWN, "B1.1"} <= cells


def order_the_report(page: Page, assessment: str, worker: Path) -> None:
    """The PDF is ordered, made by the worker while the page waits, and downloaded."""
    page.goto(assessment + "result/")
    button(page, "^Bericht erstellen").last.click()
    expect(title(page)).to_have_text("Bericht zur Bedarfserhebung")
    ready = page.get_by_role("heading", name="Der Bericht ist fertig")
    try:
        ready.wait_for(timeout=SECONDS_FOR_A_REPORT * 1000)
    except TookTooLong as error:
        raise AssertionError(worker.read_text()[-3000:]) from error
    report = PdfReader(BytesIO(content_of(downloaded(page, button(page, "Herunterladen")))))
    assert report.metadata is not None
    assert TOWN in str(report.metadata.title)
    cover = report.pages[0].extract_text()
    assert TOWN in cover
    assert "noch nicht unterzeichnet" not in cover
    words = unbroken("\n".join(leaf.extract_text() for leaf in report.pages))
    assert unbroken(DOCUMENT) in words
    assert unbroken(WHY_URGENT) in words
    page.get_by_role("link", name="Alle Berichte").click()
    expect(page.get_by_role("table")).to_contain_text(WAVE)


def sign_in(page: Page, address: str, demo: Demo, home: str) -> None:
    page.goto(f"/accounts/login/?next={home}")
    page.get_by_label("E-Mail-Adresse").fill(address)
    page.get_by_label("Passwort", exact=True).fill(demo.password)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_url(re.compile(f"{home}$"))


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def said(page: Page) -> Locator:
    """What the page says about the step before."""
    return page.get_by_role("main").get_by_role("status")


def button(page: Page, name: str) -> Locator:
    """The button whose name holds the words or matches the expression."""
    return page.get_by_role("main").get_by_role("button", name=re.compile(name))


def question(page: Page, number: str) -> Locator:
    """The radio buttons of a question by its number."""
    return page.get_by_role("radiogroup", name=re.compile(f"^{re.escape(number)} "))


def choose(page: Page, number: str, value: str) -> None:
    """Choose a level, or an answer apart from the scale; it is saved at once."""
    with page.expect_response(re.compile("/answers/")) as saved:
        question(page, number).locator(f'input[value="{value}"]').check()
    assert saved.value.status == 200, number


def unbroken(text: str) -> str:
    """The text without spaces and without the hyphens at the ends of its lines."""
    return re.sub(r"[-‐\u00ad]?\s+", "", text)


def paper() -> bytes:
    """A PDF of one page."""
    writer, stream = PdfWriter(), BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(stream)
    return stream.getvalue()


def downloaded(page: Page, control: Locator) -> Download:
    with page.expect_download() as found:
        control.click()
    return found.value


def content_of(file: Download) -> bytes:
    return Path(file.path()).read_bytes()
