"""The whole way of a recommendation, as those on it walk it: from the first draft to the level of the next wave.

Three benches write it and three others comment in a round; the panel votes without the member who declares a conflict
of interest; two municipalities try it out; the panel votes again; it is the standard. A municipality adopts it, copies
a measure from it, reports it done, signs the next wave, and reads in one chain what came of it.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import SECONDS_FOR_A_PAGE
from tests.e2e.demo_server import Demo
from tests.e2e.path_site import SECONDS_FOR_A_TASK, TITLE, Site, served_with_a_worker
from tests.e2e.test_whole_path import button, said, title

TOWN, NEIGHBOUR = "/k/ostermuenster/", "/k/landkreis-weisserlen/"
TEXT = {
    "Problem und Beleg": "Beschwerden werden an vielen Stellen angenommen.\n\nNiemand weiß, wie lange es dauert.",
    "Ziel": "Jede Beschwerde bekommt eine Antwort.",
    "Schritte": "- Eine Stelle benennen.\n- Innerhalb von sechs Wochen antworten.",
    "Rechtlicher Rahmen": "Art. 3 Abs. 1 und 3 GG binden jede Behörde.",
}
DEADLINE, SHORTER = "Innerhalb von sechs Wochen antworten.", "Innerhalb von vier Wochen antworten."
REWRITTEN = f"- Eine Stelle benennen, die weisungsfrei arbeitet.\n- {SHORTER}\n- Jährlich berichten."
TAKEN_OVER = "Vier Wochen sind üblich; die Frist steht jetzt so im Text."
CONFLICT = "Ich berate eine der Kommunen, die sie erproben."
MEASURE, INDICATOR = "Beschwerdefrist in die Dienstanweisung aufnehmen", "Tage bis zur Antwort"
STEPS = [
    *("begin", "open_round", "close_round", "submit", "release_for_piloting"),
    *("start_piloting", "conclude_piloting", "submit_finally", "standardise"),
]
ROUND = {  # who says what about which part: as a comment, or as a wording
    "office": ("Schritte", "Eine Stelle benennen.", "Die Stelle muss weisungsfrei arbeiten.", "", "stimmt zu"),
    "association": ("Schritte", DEADLINE, "Sechs Wochen sind zu lang.", SHORTER, "stimmt mit Vorbehalt zu"),
    "institute": ("Problem und Beleg", "Niemand weiß, wie lange es dauert.", "Das ist nicht belegt.", "", "stimmt zu"),
}
ANSWERS = (  # in the order in which the comments were made
    ("teilweise übernommen", "Die Stelle arbeitet weisungsfrei; mehr regelt die Dienstanweisung."),
    ("angenommen", TAKEN_OVER),
    ("nicht übernommen", "Eine Erhebung dazu gibt es nicht."),
)


@pytest.fixture(scope="module")
def site(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo once more, with a worker that does what is ordered."""
    with served_with_a_worker(demo.database, tmp_path_factory.mktemp("path")) as found:
        yield found


Person = Callable[..., Page]


@pytest.fixture(scope="module")
def person(site: Site, browser: Browser) -> Iterator[Person]:
    """The page of somebody on the way ("" for a guest), opened at an address the first time."""
    contexts: list[BrowserContext] = []
    pages: dict[str, Page] = {}

    def open_page(who: str = "", address: str = "") -> Page:
        if who not in pages:
            context = browser.new_context(base_url=site.address, locale="de-DE", reduced_motion="reduce")
            context.set_default_timeout(SECONDS_FOR_A_PAGE * 1000)
            if who:
                context.add_cookies([{"name": "sessionid", "value": site.sessions[who], "url": site.address}])
            contexts.append(context)
            pages[who] = context.new_page()
        if address:
            pages[who].goto(address)
        return pages[who]

    yield open_page
    for context in contexts:
        context.close()


def test_from_the_first_draft_to_the_level_of_the_next_wave(site: Site, person: Person) -> None:
    version = start_with_three_benches(person("staff", "/programme/recommendations/"))
    write(person, site)
    open_the_round(person("staff", version), site)
    for who, what in ROUND.items():
        comment(person(who, "/workshop/rounds/"), *what)
    answer(person)
    close_the_round(person("staff"), site)
    rewrite(person("lead", "/workshop/recommendations/"))

    submit(person("staff", version), "Dem Expert*innengremium vorlegen", "Im Expert*innengremium")
    read_what_became_of_it(person("association"))
    decide(person, site)
    assert site.state() == "pilot_ready"

    plan_two_pilots(person("staff", "/programme/pilots/"))
    pilot(person("coordinator", f"{TOWN}pilots/"), site, "piloting", "23")
    pilot(person("neighbour", f"{NEIGHBOUR}pilots/"), site, "pilot_evaluated", "19")
    submit(person("staff", version), "Zur abschließenden Begutachtung vorlegen", "Abschließende Begutachtung")
    decide(person, site)
    assert site.state() == "standard"
    assert site.steps() == STEPS
    read_it_in_public(person("", "/recommendations/"))

    adopt(person("coordinator", TOWN), site)
    carry_out(person("coordinator"))
    sign_the_next_wave(person("signatory", TOWN))
    read_the_chain(person("coordinator", TOWN), site)


# --- Written together ---------------------------------------------------------------------------------------------


def start_with_three_benches(page: Page) -> str:
    """The project team starts it, puts the team together and begins; the address of the version."""
    follow(page, "Handlungsempfehlung anlegen")
    page.get_by_label("Titel").fill(TITLE)
    page.get_by_label("Handlungsfeld").select_option("5")
    page.get_by_label("Warum sie geschrieben wird").fill("Mehrere Kommunen haben danach gefragt.")
    button(page, "Handlungsempfehlung anlegen").click()
    expect(title(page)).to_have_text("Schreibteam")
    members = (
        ("Wiebke Thomsen", "Leiterin eines Bürgeramts"),
        ("Selin Arslan", "Antidiskriminierungsberaterin"),
        ("Jonas Weidlich", "Verwaltungswissenschaftler"),
    )
    for name, function in members:
        page.get_by_label("Mitglied einer Bank").select_option(label=f"{name}, {function}")
        button(page, "Zum Team hinzufügen").click()
        expect(page.get_by_role("row", name=re.compile(f"^{name}"))).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Alle drei Bänke schreiben mit.")
    button(page, "Leitung übertragen.*Wiebke Thomsen").click()
    expect(said(page)).to_contain_text("Wiebke Thomsen")

    version = page.url.removesuffix("team/")
    page.goto(version)
    button(page, "Mit dem Schreiben beginnen").click()
    expect(page.get_by_role("main")).to_contain_text("Entwurf")
    return version


def write(person: Person, site: Site) -> None:
    """Parts are checked out and in; what one has in hand the other cannot take. Then the fields."""
    lead, writer = person("lead", "/workshop/recommendations/"), person("writer", "/workshop/recommendations/")
    for page in (lead, writer):
        follow(page, TITLE)
    follow(lead, "Ziel")
    button(lead, "In Bearbeitung nehmen").click()
    follow(writer, "Ziel")
    expect(writer.get_by_role("main")).to_contain_text("Wiebke Thomsen hat diesen Teil")
    expect(button(writer, "In Bearbeitung nehmen")).to_have_count(0)
    check_in(lead, TEXT["Ziel"])

    writer.go_back()
    check_out(writer, "Problem und Beleg")
    check_in(writer, TEXT["Problem und Beleg"])
    for part in ("Schritte", "Rechtlicher Rahmen"):
        check_out(lead, part)
        check_in(lead, TEXT[part])

    follow(lead, "Beantwortete Items")
    lead.get_by_role("checkbox", name=re.compile(f"^{re.escape(site.item)} ")).check()
    button(lead, "^Speichern$").click()
    follow(lead, "Mustermaßnahmen")
    lead.get_by_label("Titel").fill(MEASURE)
    lead.get_by_label("Was getan wird").fill("Die Dienstanweisung nennt Stelle und Frist.")
    lead.get_by_label("Monate bis zur Erledigung").fill("6")
    lead.get_by_label("Üblicherweise zuständige Stelle").fill("Hauptamt")
    lead.get_by_label("Kennzahl").fill(INDICATOR)
    lead.get_by_label("Einheit des Werts").fill("Tage")
    button(lead, "^Speichern$").click()
    expect(lead.get_by_role("listitem").filter(has_text="Mustermaßnahmen")).to_contain_text("ausgefüllt")


def check_out(page: Page, part: str) -> None:
    follow(page, part)
    button(page, "In Bearbeitung nehmen").click()


def check_in(page: Page, text: str) -> None:
    page.get_by_role("textbox", name=re.compile("^Text")).fill(text)
    button(page, "In den Text aufnehmen").click()
    expect(said(page)).to_contain_text("aufgenommen")


# --- Commented on -------------------------------------------------------------------------------------------------


def open_the_round(page: Page, site: Site) -> None:
    """Three people of the benches are invited; the text is frozen, for the database too."""
    follow(page, "Beteiligungsrunde eröffnen")
    page.get_by_label("Worum wir bitten").fill("Bitte lesen Sie vor allem die Schritte.")
    for name in ("Dirk Hollmann", "Ngozi Eze", "Katharina Brückner"):
        page.get_by_role("checkbox", name=re.compile(f"^{name}")).check()
    expect(page.get_by_role("checkbox", name=re.compile("^Wiebke Thomsen"))).to_have_count(0)  # who writes
    button(page, "Beteiligungsrunde eröffnen und einladen").click()
    expect(said(page)).to_contain_text("Die Beteiligungsrunde ist offen")
    expect(page.get_by_role("main")).to_contain_text("haben sich weder geäußert noch enthalten")
    frozen = "SELECT frozen_at FROM recommendations_edition WHERE title = %s ORDER BY number DESC"
    assert site.rows(frozen, TITLE)[0][0] is not None


def comment(page: Page, part: str, paragraph: str, text: str, wording: str, position: str) -> None:
    """A bench member comments on a paragraph, or proposes a wording, and gives the word of the bench."""
    follow(page, re.compile(f": {TITLE}$"))
    overview = page.url
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^\\d+ {part}$")).click()
    here = page.locator(".app-round-line").filter(has_text=paragraph)
    here.get_by_role("link", name=re.compile("^Stellung nehmen oder Formulierung vorschlagen")).click()
    page.get_by_role("textbox", name=re.compile("^Stellungnahme")).fill(text)
    if wording:
        expect(page.get_by_label("Formulierungsvorschlag")).to_have_value(paragraph)
        page.get_by_label("Formulierungsvorschlag").fill(wording)
    button(page, "Stellungnahme senden").click()
    expect(said(page)).to_contain_text("Ihre Stellungnahme ist da")

    page.goto(overview)
    follow(page, "Position meiner Bank abgeben")
    page.get_by_role("radio", name=position, exact=True).check()
    page.get_by_label("Begründung").fill("Das wird gebraucht.")
    button(page, "Festhalten").click()
    expect(said(page)).to_contain_text("Die Position Ihrer Bank ist festgehalten")


def answer(person: Person) -> None:
    """The round cannot be closed with a comment unanswered; the writing team answers each, with a reason."""
    staff, lead = person("staff"), person("lead", "/workshop/rounds/")
    staff.reload()
    expect(staff.get_by_role("main")).to_contain_text("ohne Erwiderung: 3.")
    expect(staff.get_by_role("link", name="Beteiligungsrunde abschließen")).to_have_count(0)

    follow(lead, re.compile(f": {TITLE}$"))
    follow(lead, "Stellungnahmen beantworten (0 von 3)")
    for number, (outcome, reason) in enumerate(ANSWERS, start=1):
        lead.get_by_role("checkbox", name=re.compile(f" {number} – ")).check()
        lead.get_by_role("radio", name=outcome, exact=True).check()
        lead.get_by_label("Grund").fill(reason)
        if number < len(ANSWERS):
            button(lead, "Erwiderung festhalten").click()
            expect(lead.get_by_role("main")).to_contain_text(f"{number} von 3 beantwortet")
    lead.get_by_label("Grund").fill("")
    button(lead, "Erwiderung festhalten").click()
    expect(lead.get_by_label("Grund")).to_have_attribute("aria-invalid", "true")  # no answer without a reason
    lead.get_by_label("Grund").fill(ANSWERS[-1][1])
    button(lead, "Erwiderung festhalten").click()
    expect(lead.get_by_role("main")).to_contain_text("3 von 3 beantwortet")


def close_the_round(page: Page, site: Site) -> None:
    page.reload()
    follow(page, "Beteiligungsrunde abschließen")
    button(page, "Beteiligungsrunde abschließen").click()
    expect(said(page)).to_contain_text("Die Beteiligungsrunde ist geschlossen")
    assert site.state() == "round_answered"


def rewrite(page: Page) -> None:
    follow(page, TITLE)
    check_out(page, "Schritte")
    check_in(page, REWRITTEN)


def submit(page: Page, step: str, state: str) -> None:
    button(page, re.escape(step)).click()
    expect(page.get_by_role("main")).to_contain_text(state)


def read_what_became_of_it(page: Page) -> None:
    """Who proposed the wording gets a mail, and is led to the place in the new text."""
    mail = page.locator("details").filter(has_text="ngozi.eze@").filter(has_text="Die neue Fassung liegt vor")
    ends = time.monotonic() + SECONDS_FOR_A_TASK
    page.goto("/demo/")
    while not mail.count():
        assert time.monotonic() < ends, "nobody was told of the new wording"
        time.sleep(0.5)
        page.reload()
    page.goto("/workshop/rounds/")
    follow(page, re.compile("^Was aus meinen Stellungnahmen geworden ist"))
    mine = page.get_by_role("region", name=re.compile("^Formulierungsvorschlag 2"))
    expect(mine).to_contain_text("angenommen")
    expect(mine).to_contain_text(TAKEN_OVER)
    expect(mine).to_contain_text(re.compile(rf"Im neuen Text.*{re.escape(SHORTER)}", re.DOTALL))


# --- Reviewed -----------------------------------------------------------------------------------------------------


def decide(person: Person, site: Site) -> None:
    """The panel reviews and votes; who declares a conflict of interest has no vote, however it is tried."""
    staff = person("staff", "/programme/panel/")
    staff.get_by_role("row", name=re.compile(TITLE)).get_by_role(
        "link", name=re.compile("^Begutachtung eröffnen")
    ).click()
    for name in ("Hanna Lindqvist", "Ulrike Sander", "Tarek Mansour"):
        staff.get_by_role("checkbox", name=re.compile(f"^{name}")).check()
    button(staff, "Begutachtung eröffnen").click()
    expect(title(staff)).to_contain_text(TITLE)

    conflicted = declare(person("conflicted", "/workshop/panel/"), CONFLICT)
    expect(conflicted.get_by_role("main")).to_contain_text("Sie haben Befangenheit erklärt")
    members = [declare(person(who, "/workshop/panel/")) for who in ("jurist", "practitioner")]
    for page in members:
        score(page)

    staff.reload()
    staff.get_by_label("Die Abstimmung ist geöffnet bis").fill((date.today() + timedelta(days=7)).isoformat())
    button(staff, "Abstimmung eröffnen").click()
    expect(staff.get_by_role("main")).to_contain_text("in Abstimmung")
    expect(button(staff, "Abstimmung schließen")).to_have_count(0)

    conflicted.reload()
    expect(conflicted.get_by_role("main").get_by_role("link", name="Abstimmen")).to_have_count(0)
    conflicted.goto(conflicted.url + "vote/")
    expect(conflicted.get_by_role("radio")).to_have_count(0)
    expect(conflicted.get_by_role("main")).to_contain_text("Befangenheit")
    for page in members:
        page.reload()
        follow(page, "Abstimmen")
        vote(page)
        expect(said(page)).to_contain_text("Ihre Stimme")

    staff.reload()
    expect(staff.get_by_role("row", name=re.compile("^Hanna Lindqvist"))).to_contain_text(CONFLICT)
    follow(staff, "Abstimmung schließen")
    expect(staff.get_by_role("main")).to_contain_text("Stimmberechtigt: 2. Ja: 2")
    button(staff, "Abstimmung schließen").click()
    expect(staff.get_by_role("main")).to_contain_text("angenommen")
    votes = """SELECT count(*) FROM reviews_vote vote JOIN reviews_assignment given ON given.id = vote.assignment_id
               WHERE given.conflict"""
    assert site.rows(votes) == [(0,)]


def declare(page: Page, conflict: str = "") -> Page:
    """Say whether there is a conflict of interest."""
    row = page.get_by_role("row").filter(has_text=TITLE).filter(has_not_text="entschieden").first
    row.get_by_role("link").click()
    page.get_by_role("radio", name=re.compile("^Ja" if conflict else "^Nein")).check()
    if conflict:
        page.get_by_label("Worin sie besteht").fill(conflict)
    button(page, "^Speichern$").click()
    expect(said(page)).to_contain_text("Ihre Angabe ist gespeichert")
    return page


def score(page: Page) -> None:
    """A score with a reason for every criterion."""
    follow(page, "Bewerten")
    for criterion in page.locator(".app-formset__row").all():
        criterion.get_by_role("radio", name=re.compile("^4")).check()
        criterion.get_by_role("textbox").fill("Mit Quellen, und für kleine Verwaltungen machbar.")
    button(page, "Bewertung speichern").click()
    expect(said(page)).to_contain_text("Ihre Bewertung")


def vote(page: Page) -> None:
    page.get_by_role("radio", name="Ja", exact=True).check()
    button(page, "Stimme speichern").click()


# --- Piloted ------------------------------------------------------------------------------------------------------


def plan_two_pilots(page: Page) -> None:
    for town in ("Ostermünster", "Landkreis Weißerlen"):
        page.goto("/programme/pilots/")
        page.get_by_role("row", name=re.compile(TITLE)).get_by_role(
            "link", name=re.compile("^Erprobung planen")
        ).click()
        page.get_by_label("Kommune").select_option(label=town)
        button(page, "Erprobung vormerken").click()
        expect(page.get_by_role("table")).to_contain_text(town)


def pilot(page: Page, site: Site, becomes: str, result: str) -> None:
    """The coordination plans, begins, notes and evaluates; the worker moves the version on."""
    follow(page, re.compile(TITLE))
    follow(page, "Plan schreiben")
    page.get_by_role("textbox", name=re.compile("^Plan")).fill("Im Bürgeramt, ein halbes Jahr lang.")
    page.get_by_label("Beginn").fill((date.today() - timedelta(days=180)).isoformat())
    page.get_by_label("Kennzahl").fill(INDICATOR)
    page.get_by_label("Einheit").fill("Tage")
    page.get_by_label("Ausgangswert").fill("41")
    button(page, "Plan speichern").click()
    button(page, "Erprobung beginnen").click()
    expect(said(page)).to_contain_text("Die Erprobung hat begonnen")
    site.wait_for("piloting")
    page.get_by_role("radio", name="Erfahrung").check()
    page.get_by_label("Eintrag").fill("Die Frist hilft auch den Fachämtern.")
    button(page, "Ins Protokoll aufnehmen").click()
    expect(said(page)).to_contain_text("Protokoll")
    follow(page, "Erprobung auswerten")
    page.get_by_label("Ergebnis").fill(result)
    page.get_by_role("radio", name="funktioniert", exact=True).check()
    page.get_by_label("Begründung").fill("Die Frist wurde eingehalten.")
    button(page, "Auswerten").click()
    expect(said(page)).to_contain_text("Die Erprobung ist ausgewertet")
    site.wait_for(becomes)


def read_it_in_public(page: Page) -> None:
    """Everybody reads the standard and its history; nobody is named who has not chosen so."""
    follow(page, TITLE)
    main = page.get_by_role("main")
    expect(main).to_contain_text(SHORTER)
    expect(main).to_contain_text("Leiterin eines Bürgeramts")
    expect(main).not_to_contain_text("Wiebke Thomsen")
    follow(page, "Alle Versionen und was sich geändert hat")
    version = page.get_by_role("region", name="Version 1")
    expect(version).to_contain_text("Zivilgesellschaft stimmt mit Vorbehalt zu")
    for stage in ("vor der Erprobung", "abschließend"):
        expect(version).to_contain_text(re.compile(f"angenommen \\({stage}"))


# --- Adopted ------------------------------------------------------------------------------------------------------


def adopt(page: Page, site: Site) -> None:
    """The coordination considers it for the need it answers, then enters the decision of the council."""
    menu(page, "Übernommene Handlungsempfehlungen")
    page.get_by_role("main").get_by_role("link", name="Handlungsempfehlung prüfen").first.click()
    page.get_by_role("main").get_by_role("link", name=re.compile(TITLE)).click()
    expect(page.get_by_role("checkbox", name=re.compile(f"^{re.escape(site.item)} "))).to_be_checked()
    button(page, "Prüfen").click()
    expect(page.get_by_role("main")).to_contain_text("in Prüfung")
    follow(page, "Übernehmen")
    page.get_by_label("Fundstelle des Beschlusses").fill("Vorlage 2026/117")
    page.get_by_label("Datum des Beschlusses").fill(date.today().isoformat())
    page.get_by_label("Unterschrieben von").fill("Bernd Kastner")
    page.get_by_label("Funktion").fill("Oberbürgermeister")
    button(page, "Übernehmen").click()
    expect(page.get_by_role("main")).to_contain_text("Vorlage 2026/117")


def carry_out(page: Page) -> None:
    """A measure is copied from the recommendation, gets a value of its indicator, and is done."""
    menu(page, "Maßnahmen")
    follow(page, "Neue Maßnahme")
    follow(page, MEASURE)
    expect(page.get_by_label("Kennzahl")).to_have_value(INDICATOR)
    page.get_by_label("Ausgangswert").fill("41")
    page.get_by_label("Gemessen am").fill((date.today() - timedelta(days=200)).isoformat())
    page.get_by_label("Zielwert").fill("28")
    button(page, "Maßnahme hinzufügen").click()
    expect(title(page)).to_contain_text(MEASURE)
    page.locator("summary").filter(has_text="Wert hinzufügen").click()
    page.get_by_label("Gemessen am").fill(date.today().isoformat())
    page.get_by_role("textbox", name=re.compile("^Wert")).fill("23")
    button(page, "Wert speichern").click()
    expect(page.get_by_role("table", name="Gemessene Werte")).to_contain_text("23")
    follow(page, "Stand angeben")
    page.get_by_label("Neuer Stand").select_option(label="erledigt")
    button(page, "^Speichern$").click()
    expect(page.get_by_role("main")).to_contain_text("erledigt")


def sign_the_next_wave(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Prüfen und unterschreiben.*T2")).click()
    page.get_by_label("Ihre Funktion").fill("Oberbürgermeister")
    page.get_by_role("checkbox").check()
    button(page, "^Unterschreiben").click()
    expect(page.get_by_role("main")).to_contain_text("Unterschrieben von Bernd Kastner")


def read_the_chain(page: Page, site: Site) -> None:
    """One page from the need to the level of the next wave, in both directions."""
    menu(page, "Vom Bedarf zum Reifegrad")
    expect(page.get_by_role("row", name=re.compile("^und einem höheren Reifegrad"))).to_contain_text(
        re.compile("[1-9]")
    )
    follow(page, re.compile(f"^{re.escape(site.item)} "))
    expect(page).to_have_url(re.compile(site.need))
    expect(page.get_by_role("main")).to_contain_text("Die letzte Welle findet diesen Bedarf nicht mehr.")
    stages = page.get_by_role("table", name="Dasselbe als Tabelle").get_by_role("row")
    expect(stages.filter(has_text=f"Gefunden in {site.wave}")).to_contain_text("1 begonnen")
    expect(stages.filter(has_text=TITLE)).to_contain_text("übernommen")
    expect(stages.filter(has_text=MEASURE)).to_contain_text("erledigt")
    levels = stages.last
    expect(levels).to_contain_text(re.compile(rf"{site.wave} .*1 begonnen.*T2 .*3 etabliert", re.DOTALL))
    page.get_by_role("navigation", name="Richtung").get_by_role("link").last.click()
    expect(stages.nth(1)).to_contain_text("T2")
    expect(stages.last).to_contain_text(f"Gefunden in {site.wave}")


# --- Moving about -------------------------------------------------------------------------------------------------


def follow(page: Page, name: "str | re.Pattern[str]") -> None:
    """Follow the link of the page; a text has to be its whole name."""
    page.get_by_role("main").get_by_role("link", name=name, exact=isinstance(name, str)).first.click()


def menu(page: Page, name: str) -> None:
    """Follow the link of the navigation."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()
