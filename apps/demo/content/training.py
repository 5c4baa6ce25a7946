"""Fictional trainings: trainers, what panel and municipalities make of two modules, rooms, sessions, who takes part.

Days count from the day of seeding; what lies in the past is negative. People are named by municipality and last name.
Nobody is named in the empowerment session but one employee, whose own page alone shows it.
"""

from dataclasses import dataclass, field

from apps.demo.content.commitments import DemoPilot
from apps.demo.content.panel import DemoReview, DemoVote

DOMAIN = "multiplikation"
BASICS, DISCRETION, SELECTION, COMPLAINT, LEADING, EMPOWERMENT = range(1, 7)
Person = tuple[str, str]


@dataclass(frozen=True)
class DemoQualification:
    """For which module (its number) somebody is qualified; since, until: days from today."""

    module: int
    level: str
    since: int
    until: int
    text: str = ""


@dataclass(frozen=True)
class DemoTrainer:
    """A trainer; `function` is what the public reads of whoever is not named."""

    first_name: str
    last_name: str
    function: str
    organisation: str = ""
    is_named: bool = False
    qualifications: tuple[DemoQualification, ...] = ()


TRAINERS = (
    DemoTrainer(
        "Noura",
        "Feldhaus",
        "Multiplikatorin, Trainerin für Verwaltungen",
        "Werkstatt Lernende Verwaltung",
        True,
        (
            DemoQualification(BASICS, "lead", -380, 350, "Train-the-Trainer 2025, zwei Hospitationen"),
            DemoQualification(DISCRETION, "lead", -200, 500, "Juristin; Fortbildung Leichte Sprache"),
            DemoQualification(COMPLAINT, "lead", -200, 500, "Acht Jahre Beschwerdemanagement einer Großstadt"),
        ),
    ),
    DemoTrainer(
        "Jaspreet",
        "Wendt",
        "Multiplikator, Personalentwickler einer Landesverwaltung",
        "",
        False,
        (
            DemoQualification(BASICS, "co", -90, 640, "Train-the-Trainer 2026"),
            DemoQualification(SELECTION, "lead", -250, 480, "Eignungsdiagnostik nach DIN 33430"),
            DemoQualification(LEADING, "lead", -250, 480, "Führungskräfteentwicklung seit 2014"),
        ),
    ),
    DemoTrainer(
        "Milica",
        "Ostrowski",
        "Multiplikatorin mit Rassismuserfahrung, Empowerment-Trainerin",
        "Raum für uns e. V.",
        False,
        (
            DemoQualification(EMPOWERMENT, "lead", -300, 430, "Empowerment-Ausbildung, Supervision"),
            DemoQualification(BASICS, "lead", -742, -12, "Train-the-Trainer 2024; die Auffrischung steht aus"),
        ),
    ),
)

# --- Two modules on their way ---------------------------------------------------------------------------------------

#: Who writes them: a trainer, and a member of a bench (last names).
AUTHORS = {BASICS: ("Feldhaus", "Keller"), COMPLAINT: ("Feldhaus", "Marquardt")}

BASICS_FIRST = DemoReview(
    "Ist das Modul reif, um in zwei Kommunen erprobt zu werden?",
    14,
    (
        DemoVote("Radić", "yes", "Die Fälle zeigen Wirkung, ohne Betroffene vorzuführen."),
        DemoVote("Bergmann", "yes", "Freiwillig, in der Arbeitszeit und ohne Noten: So trägt es auch der Personalrat."),
        DemoVote("Wieczorek", "yes"),
    ),
    summary="Einstimmig zur Erprobung freigegeben.",
)
BASICS_FINAL = DemoReview(
    "Haben die Erprobungen gezeigt, dass das Modul Standard werden kann?",
    14,
    (
        DemoVote("Wieczorek", "yes", "Beide Kommunen erreichen ihr Ziel; die Ergänzung danach ist folgerichtig."),
        DemoVote("Radić", "yes"),
        DemoVote("Bergmann", "yes", "In Amt Schilfsee haben drei von vier Beschäftigten freiwillig teilgenommen."),
    ),
    summary="Zum Standard erklärt. Die Ergebnisse beider Erprobungen stehen beim Modul.",
)
COMPLAINT_FIRST = DemoReview(
    "Kann das Modul in den Beschwerdestellen erprobt werden?",
    14,
    (
        DemoVote("Arıkan", "yes", "Das Erstgespräch ist so beschrieben, wie es in der Beratung gelingt."),
        DemoVote("Fischer", "yes", "Beweislast und Fristen sind richtig wiedergegeben."),
        DemoVote("Oyelaran", "yes"),
    ),
    summary="Zur Erprobung freigegeben.",
)

#: After the pilots a sentence is added to this unit: (unit, old words, new words).
AFTER_THE_PILOTS = (
    "drei-fragen",
    "Drei Fragen genügen meist.",
    "Drei Fragen genügen meist. Schreiben Sie die Antworten in Stichworten auf, bevor Sie darüber sprechen.",
)

_FINISHED = "Anteil der Beschäftigten eines Bereichs, die das Modul abgeschlossen haben"
PILOTS = (
    DemoPilot(
        "lindenfurt",
        BASICS,
        "Zwei Durchgänge im Personal- und Organisationsamt: einer gemeinsam vor Ort, einer allein am Arbeitsplatz. "
        "Danach ein Gespräch darüber, was im Alltag geholfen hat.",
        "Personal- und Organisationsamt",
        -320,
        -125,
        _FINISHED,
        "Prozent",
        "",
        "70",
        (
            (-300, "experience", "Die Fälle werden am Mittagstisch weitererzählt. Das war nicht geplant und hilft."),
            (-210, "obstacle", "Wer im Schalterdienst arbeitet, braucht eine Vertretung für die 40 Minuten."),
        ),
        "74",
        "works_changed",
        "74 Prozent haben abgeschlossen. Wer die drei Fragen schriftlich beantwortet hat, ist in der Runde genauer "
        "geblieben.",
        "Der Hinweis, Antworten zuerst aufzuschreiben, gehört in den Text.",
    ),
    DemoPilot(
        "amt-schilfsee",
        BASICS,
        "Alle Beschäftigten der Bürgerdienste lernen allein, in der Arbeitszeit; die Amtsdirektorin beginnt.",
        "Bürgerdienste",
        -300,
        -130,
        _FINISHED,
        "Prozent",
        "",
        "60",
        ((-250, "experience", "Dass die Leitung zuerst da war, hat mehr bewirkt als jede Einladung."),),
        "75",
        "works",
        "Neun von zwölf haben freiwillig abgeschlossen. Der Aufwand war gering.",
        "",
    ),
    DemoPilot(
        "landkreis-weisserlen",
        COMPLAINT,
        "Die Beschwerdestelle und die Führungskräfte zweier Ämter nehmen gemeinsam teil. Geprüft wird, ob Vermerke und "
        "Antworten danach vollständiger sind.",
        "Haupt- und Personalamt",
        -50,
        110,
        "Anteil der Antworten mit Grund und Ergebnis",
        "Prozent",
        "40",
        "80",
        ((-30, "experience", "Das Erstgespräch wurde geübt, bevor die erste Beschwerde kam."),),
    ),
)

# --- What a municipality makes of it --------------------------------------------------------------------------------


@dataclass(frozen=True)
class DemoOverlay:
    """What Lindenfurt adds to a module at a unit ("": at its beginning); begun: days ago."""

    module: int
    unit: str
    title: str
    text: str
    begun: int


OVERLAYS = (
    DemoOverlay(
        BASICS,
        "",
        "Grundlagen in Lindenfurt",
        "Die Teilnahme ist **Arbeitszeit** (Dienstvereinbarung Fortbildung, § 4). Fragen beantwortet das Amt für "
        "Chancengleichheit, Zimmer 3.12.",
        300,
    ),
    DemoOverlay(
        BASICS,
        "drei-fragen",
        "Ein Fall aus unserem Haus",
        "In der Zulassungsstelle wurden Nachweise doppelt verlangt. Seit dem Aushang „Was Sie brauchen“ nicht mehr.",
        290,
    ),
    DemoOverlay(
        DISCRETION,
        "eigenes-schreiben",
        "Unsere Vorlagen",
        "Die geprüften Vorlagen liegen im Intranet unter *Schreiben, die man versteht*.",
        60,
    ),
)


@dataclass(frozen=True)
class DemoGate:
    """What a municipality has stored before training records open: Dienstvereinbarung, or no Personalrat, or neither.

    approver: last name of who approves enrolments, "" for nobody.
    """

    slug: str
    agreement: str = ""
    no_council_stated_by: str = ""
    approver: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(self.agreement or self.no_council_stated_by)


GATES = (
    DemoGate("lindenfurt", "DV Fortbildung und Lernplattform vom März"),
    DemoGate("landkreis-weisserlen", "DV 7/2026 Fortbildung"),
    DemoGate("ostermuenster", "DV Schulungen"),
    DemoGate("amt-schilfsee", "DV 2/2026"),
    DemoGate("brueckmuende", "DV Personalentwicklung, Anlage 3", approver="Zieliński"),
    DemoGate("falkenmoor", "DV Fortbildung"),
    DemoGate("quellenrode", "DV 1/2026"),
    DemoGate("verbandsgemeinde-sonnenhang", "DV Fortbildung"),
    DemoGate("silberquell", no_council_stated_by="Birgit Seidl, Hauptverwaltung"),
    DemoGate("landkreis-moorwald"),  # still talks to its Personalrat
)
DATA_PROTECTION_SIGNED_BY = "Leitung der Verwaltung"


@dataclass(frozen=True)
class DemoMandatory:
    """A module that everybody of Lindenfurt must take."""

    module: int
    within_months: int
    repeat_months: int
    reference: str
    decided: int


MANDATORY = DemoMandatory(BASICS, 6, 36, "Dienstanweisung 12/2026, Ziffer 4", -80)

# --- Sessions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DemoRoom:
    """A room; host "" is the programme's."""

    key: str
    host: str
    name: str
    address: str
    seats: int
    step_free: bool = False
    accessible_toilet: bool = False
    hearing_loop: bool = False
    accessibility: str = ""


ROOMS = (
    DemoRoom(
        "programme",
        "",
        "Haus der Beteiligung, Raum 2.04",
        "Uferstraße 8, Lindenfurt",
        24,
        True,
        True,
        True,
        "Aufzug vom Hof aus, Türen 95 cm breit. Induktive Höranlage in den ersten vier Reihen. Ein Ruheraum liegt "
        "nebenan. Zwei Parkplätze für Menschen mit Behinderung vor dem Eingang.",
    ),
    DemoRoom(
        "cityhall",
        "lindenfurt",
        "Rathaus, Schulungsraum",
        "Markt 1, Lindenfurt",
        14,
        True,
        True,
        False,
        "Rampe am Seiteneingang, bitte klingeln. Gebärdensprachdolmetschung auf Anfrage bis zwei Wochen vorher.",
    ),
    DemoRoom("annex", "lindenfurt", "Nebengebäude, Dachgeschoss", "Markt 3, Lindenfurt", 10),
)


@dataclass(frozen=True)
class DemoSession:
    """A session: module, days of its dates (from 9 o'clock, `hours` long), trainers (the first leads), and who enrols.

    planned: days ago. shares: municipalities it is open to, with the seats each may take. enrolled: in this order.
    attended: of those enrolled, whoever was there on (days of) its dates; then it was held. gives_up: cancels again.
    """

    key: str
    module: int
    mode: str
    days: tuple[int, ...]
    trainers: tuple[str, ...]
    capacity: int
    host: str = ""
    opens_to: str = "all"
    room: str = ""
    hours: int = 3
    planned: int = 20
    minimum: int = 1
    offer_hours: int = 48
    cost: str = "0"
    online_url: str = ""
    notes: str = ""
    shares: dict[str, int | None] = field(default_factory=dict)
    enrolled: tuple[Person, ...] = ()
    attended: dict[Person, tuple[int, ...]] = field(default_factory=dict)
    gives_up: Person | None = None
    is_open: bool = True
    cancelled_because: str = ""

    @property
    def is_past(self) -> bool:
        return self.days[-1] < 0


_LINDENFURT, _WEISSERLEN, _OSTERMUENSTER, _BRUECKMUENDE = (
    "lindenfurt",
    "landkreis-weisserlen",
    "ostermuenster",
    "brueckmuende",
)
NGUYEN, DEMIRCI, WYSOCKI, SOMMERFELD = (
    (_LINDENFURT, name) for name in ("Nguyen", "Demirci", "Wysocki", "Sommerfeld")
)  # fmt: skip
PETROVIC, AKSOY = (_WEISSERLEN, "Petrović"), (_WEISSERLEN, "Aksoy")
MEHTA, HOFER, TRAN = (_OSTERMUENSTER, "Mehta"), (_OSTERMUENSTER, "Hofer"), (_BRUECKMUENDE, "Tran")
DIALLO, ODUYA = ("amt-schilfsee", "Diallo"), ("falkenmoor", "Oduya")

SESSIONS = (
    DemoSession(
        "held",
        BASICS,
        "on_site",
        (-37, -30),
        ("Feldhaus", "Wendt"),
        12,
        room="programme",
        planned=80,
        enrolled=(NGUYEN, DEMIRCI, WYSOCKI, SOMMERFELD, PETROVIC, MEHTA, DIALLO),
        attended={
            NGUYEN: (-37, -30),
            DEMIRCI: (-37, -30),
            SOMMERFELD: (-37, -30),
            PETROVIC: (-37, -30),
            DIALLO: (-37, -30),
            MEHTA: (-37,),
        },
    ),
    DemoSession(
        "free",
        BASICS,
        "online",
        (20,),
        ("Feldhaus",),
        20,
        minimum=5,
        online_url="https://konferenz.example/grundlagen",
        notes="Bitte prüfen Sie vorher Ton und Bild. Untertitel sind eingeschaltet.",
        enrolled=(HOFER, AKSOY, TRAN, ODUYA),
    ),
    DemoSession(
        "full",
        COMPLAINT,
        "on_site",
        (31, 38),
        ("Feldhaus",),
        4,
        room="programme",
        offer_hours=168,
        cost="45",
        notes="Mittagessen gibt es im Haus, auch vegan und halal.",
        enrolled=(NGUYEN, DEMIRCI, PETROVIC, AKSOY, SOMMERFELD, MEHTA, DIALLO),
        gives_up=DEMIRCI,
    ),
    DemoSession(
        "quota",
        DISCRETION,
        "hybrid",
        (26,),
        ("Feldhaus",),
        12,
        host=_LINDENFURT,
        opens_to="some",
        room="cityhall",
        online_url="https://konferenz.example/ermessen",
        shares={_WEISSERLEN: 2, _OSTERMUENSTER: 3},
        enrolled=(WYSOCKI, PETROVIC, AKSOY),
    ),
    DemoSession(
        "being-planned",
        SELECTION,
        "on_site",
        (54,),
        ("Wendt",),
        10,
        host=_LINDENFURT,
        opens_to="one",
        room="annex",
        is_open=False,
    ),
    DemoSession(
        "cancelled",
        LEADING,
        "online",
        (15,),
        ("Wendt",),
        16,
        minimum=8,
        online_url="https://konferenz.example/fuehren",
        enrolled=(HOFER,),
        cancelled_because="Es haben sich zu wenige angemeldet. Ein neuer Termin folgt im Frühjahr.",
    ),
    DemoSession(
        "cohort",
        SELECTION,
        "self_paced",
        (10, 24),
        (),
        40,
        hours=1,
        online_url="https://konferenz.example/auswahl",
        notes="Sie lernen allein; an beiden Tagen tauschen wir uns eine Stunde lang aus.",
        enrolled=(DEMIRCI,),
    ),
    DemoSession(
        "empowerment",
        EMPOWERMENT,
        "on_site",
        (45,),
        ("Ostrowski",),
        12,
        room="programme",
        hours=7,
        enrolled=(SOMMERFELD,),
    ),
)

# --- Learning alone -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DemoLearning:
    """How far somebody is in a module: the first `units` are done; None: all, and finished. score: of its quizzes."""

    who: Person
    module: int
    units: int | None
    score: int = 85


LEARNING = (
    DemoLearning(SOMMERFELD, DISCRETION, 4),
    DemoLearning(NGUYEN, COMPLAINT, 7),
    DemoLearning(DEMIRCI, LEADING, None, 90),
    DemoLearning(MEHTA, SELECTION, None, 78),
)


@dataclass(frozen=True)
class DemoPackage:
    """A package that Lindenfurt has ordered; the worker makes it."""

    module: int
    kind: str
    language: str
    with_overlay: bool


PACKAGE = DemoPackage(BASICS, "scorm12", "de", True)
