"""What fictional municipalities make of the recommendations: pilots, adoptions, measures, a commitment as employer.

Days count from the day of seeding.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DemoPilot:
    """A pilot of a recommendation (its number): plan, log (days, kind, text), and the evaluation if there is one."""

    slug: str
    number: int
    plan: str = ""
    unit: str = ""
    begins: int = 0
    ends: int = 0
    indicator: str = ""
    unit_of_value: str = ""
    baseline: str = ""
    target: str = ""
    log: tuple[tuple[int, str, str], ...] = ()
    result: str = ""
    verdict: str = ""
    reason: str = ""
    changes: str = ""


_IN_TIME = "Anteil der Beschwerden mit begründeter Antwort in 42 Kalendertagen"

PILOTS = (
    DemoPilot(
        "lindenfurt",
        7,
        "Das Amt für Chancengleichheit nimmt Beschwerden über alle Ämter an und antwortet selbst. Erprobt werden die "
        "Fristen, "
        "die vier Ergebnisse und die Nachfrage nach drei und nach neun Monaten. Zeitanteil: eine halbe Stelle, "
        "befristet aus "
        "dem Stellenpool. Beteiligt sind Personalrat, Datenschutz und die Antidiskriminierungsberatung Lindenfurt.",
        "Amt für Chancengleichheit",
        -290,
        -20,
        _IN_TIME,
        "Prozent",
        "35",
        "80",
        (
            (
                -280,
                "experience",
                "Zwei Einweisungen im Ordnungsamt. Die häufigste Frage: Was steht danach in der Personalakte?",
            ),
            (
                -201,
                "obstacle",
                "Drei Stellungnahmen kamen zu spät. Seit das Dezernat in Kopie steht, kommen sie rechtzeitig.",
            ),
            (-150, "change", "Sprechzeit einmal im Monat im Stadtteilhaus Nord, weil ins Rathaus kaum jemand kam."),
            (-64, "experience", "Die Nachfrage nach neun Monaten zeigt zwei Fälle, in denen die Zusage vergessen war."),
        ),
        "83",
        "works_changed",
        "31 Beschwerden, davon 26 in der Frist beantwortet. Die Ämter haben die Anhörung als fair erlebt. Ohne die "
        "Nachfrage "
        "nach neun Monaten wären zwei Zusagen liegen geblieben.",
        "Die Nachfrage nach neun Monaten gehört in den Text, nicht nur in die Erprobung.",
    ),
    DemoPilot(
        "ostermuenster",
        7,
        "Das Hauptamt erprobt das Verfahren ohne neue Stelle: Eine Person hat vier Stunden in der Woche, eine zweite "
        "vertritt "
        "sie. Die Antwort unterschreibt der Oberbürgermeister, wenn das Hauptamt selbst betroffen ist.",
        "Hauptamt",
        -240,
        -25,
        _IN_TIME,
        "Prozent",
        "",
        "75",
        (
            (
                -215,
                "experience",
                "Erste Beschwerde über ein Telefonat. „Nicht aufklärbar“ war für beide Seiten annehmbar.",
            ),
            (
                -120,
                "obstacle",
                "Urlaub und Vertretung krank: zwei Zwischennachrichten. Die Vertretung ist jetzt geregelt.",
            ),
            (-40, "experience", "Der Aushang in der Unterkunft bringt mehr Eingänge als die Internetseite."),
        ),
        "78",
        "works",
        "Neun Beschwerden, sieben in der Frist. Der Aufwand lag bei etwa zwei Arbeitstagen je Fall.",
        "Ein Muster für die Vertretung in kleinen Häusern wäre hilfreich.",
    ),
    DemoPilot(
        "landkreis-weisserlen",
        3,
        "Drei Ausschreibungen im Jugendamt laufen mit Prüfbogen, Leitfaden und Bewertungsbogen. Das Haupt- und "
        "Personalamt "
        "liest danach die Akten nach und spricht mit den Kommissionen.",
        "Haupt- und Personalamt",
        -46,
        120,
        "Anteil der Auswahlverfahren mit vollständiger Akte",
        "Prozent",
        "20",
        "90",
        (
            (
                -38,
                "experience",
                "Der Prüfbogen hat aus elf Anforderungen sechs gemacht. Der Fachbereich fand das erst falsch.",
            ),
            (
                -9,
                "obstacle",
                "Die Kommission möchte weiter „frei“ fragen. Die Ankerbeispiele helfen im Gespräch darüber.",
            ),
        ),
    ),
    DemoPilot("brueckmuende", 3),
)


@dataclass(frozen=True)
class DemoAdoption:
    """An adoption: its steps, the decision (reference, days, who signed, function), or why it was not adopted."""

    slug: str
    number: int
    steps: tuple[str, ...] = ()
    decision: tuple[str, int, str, str] | None = None
    reason_kind: str = ""
    reason: str = ""


ADOPTIONS = (
    DemoAdoption(
        "lindenfurt",
        7,
        ("adopt", "plan", "begin"),
        ("Ratsbeschluss, Vorlage 2026/204", -70, "Henrike Vollmann", "Oberbürgermeisterin"),
    ),
    DemoAdoption(
        "landkreis-weisserlen",
        7,
        ("adopt", "plan"),
        ("Kreisausschuss, Drucksache 88/2026", -4, "Friederike Ahlers", "Landrätin"),
    ),
    DemoAdoption(
        "ostermuenster",
        7,
        ("adopt",),
        ("Stadtrat, Beschluss 2026/311", -3, "Bernd Kastner", "Oberbürgermeister"),
    ),
    DemoAdoption(
        "amt-schilfsee",
        7,
        ("decline",),
        reason_kind="no_staff",
        reason="Die gemeinsame Stelle mit dem Landkreis ist verabredet, aber noch nicht besetzt. Sobald sie arbeitet, "
        "beraten "
        "wir die Empfehlung neu.",
    ),
    DemoAdoption("lindenfurt", 3),
    DemoAdoption("lindenfurt", 10),
)


@dataclass(frozen=True)
class DemoMeasure:
    """A measure. template: place among the adoption's template measures, None for one of its own.

    state with reason where it owes one; values: (days, value, note); waits_for: place of another in MEASURES.
    """

    slug: str
    title: str
    template: int | None = None
    number: int | None = 7
    description: str = ""
    unit: str = ""
    responsible: str = ""
    deputy: str = ""
    starts: int = 0
    due: int = 0
    budget: str = ""
    budget_note: str = ""
    baseline: str = ""
    target: str = ""
    state: str = "planned"
    done: int = 0
    reason: str = ""
    values: tuple[tuple[int, str, str], ...] = ()
    evidence: tuple[str, int, str] | None = None
    comments: tuple[tuple[str, str], ...] = ()
    waits_for: int | None = None
    need: str = ""
    #: Name, unit of the indicator of a measure of its own.
    indicator: tuple[str, str] = ("", "")


_OFFICE = "Amt für Chancengleichheit"

MEASURES = (
    DemoMeasure(
        "lindenfurt",
        "Beschwerdeweg mit Frist einführen",
        template=0,
        unit=_OFFICE,
        responsible="Reuter",
        deputy="Demirci",
        starts=-66,
        due=-14,
        budget="4200",
        budget_note="Sachmittel Amt 16, Produkt 11.16.02",
        baseline="35",
        target="80",
        state="done",
        done=-16,
        values=(
            (-52, "61", "Auszug aus der Erprobung"),
            (-34, "72", "Dezernate stehen in Kopie"),
            (-16, "83", "Ende der Erprobung"),
        ),
        evidence=(
            "Dienstanweisung Beschwerden, Fassung vom 02.11.2026",
            -21,
            "https://ratsinfo.lindenfurt.example/dienstanweisung-beschwerden",
        ),
        comments=(("Demirci", "Personalrat hat am 28.10. zugestimmt; die Niederschrift liegt bei mir."),),
    ),
    DemoMeasure(
        "lindenfurt",
        "Beschwerdeweg bekannt machen",
        template=1,
        unit=_OFFICE,
        responsible="Reuter",
        deputy="Wysocki",
        starts=-60,
        due=-11,
        budget="6500",
        budget_note="Sachmittel Amt 16, Übersetzungen aus dem Integrationsbudget",
        baseline="0",
        target="100",
        state="in_progress",
        values=((-30, "25", "Rathaus und Stadtteilhaus"), (-5, "60", "Ordnungsamt und Jugendamt folgen")),
        comments=(
            ("Wysocki", "Die arabische Fassung ist geprüft, Tigrinya fehlt noch."),
            ("Nguyen", "Im Ordnungsamt hängen die Aushänge ab Montag."),
        ),
    ),
    DemoMeasure(
        "lindenfurt",
        "Jährliche Auswertung mit Folgerungen",
        template=2,
        unit=_OFFICE,
        responsible="Reuter",
        starts=60,
        due=150,
        target="80",
        waits_for=1,
    ),
    DemoMeasure(
        "lindenfurt",
        "Nachfrage nach drei und neun Monaten im Fachverfahren hinterlegen",
        description="Wiedervorlage je Beschwerde mit Hinweis, welche Zusage zu prüfen ist; ohne Namen der Beteiligten.",
        unit="Personal- und Organisationsamt",
        responsible="Demirci",
        starts=-20,
        due=45,
        budget="2800",
        budget_note="Haushaltsrest 2026",
        state="waiting",
        reason="Der Hersteller liefert die Erweiterung frühestens im Januar.",
        waits_for=0,
    ),
    DemoMeasure(
        "lindenfurt",
        "Sprechzeit im Stadtteilhaus Nord",
        description="Jeden ersten Dienstag von 15 bis 18 Uhr, mit Sprachmittlung auf Abruf.",
        unit=_OFFICE,
        responsible="Sommerfeld",
        deputy="Reuter",
        starts=-40,
        due=30,
        budget="1200",
        budget_note="Honorare Sprachmittlung",
        state="in_progress",
        indicator=("Gespräche je Sprechzeit", "Gespräche"),
        target="6",
        values=((-27, "3", ""), (-6, "5", "nach dem Aushang in der Unterkunft")),
    ),
    DemoMeasure(
        "lindenfurt",
        "Eigene Beschwerde-App",
        description="Vorschlag aus dem Ideenwettbewerb.",
        unit="Personal- und Organisationsamt",
        due=200,
        state="dropped",
        reason="Das Online-Formular erfüllt den Zweck; eine App schließt Menschen ohne Smartphone aus.",
    ),
    DemoMeasure(
        "lindenfurt",
        "Dolmetschabruf ohne eigenes Amtsbudget",
        number=None,
        description="Zentraler Ansatz im Haushalt 2027; der Abruf durch die Sachbearbeitung braucht keine "
        "Unterschrift mehr.",
        unit="Amt für Migration und Integration",
        responsible="Wysocki",
        starts=-10,
        due=38,
        budget="48000",
        budget_note="Haushalt 2027, angemeldet",
        state="in_progress",
        indicator=("Anteil der Anfragen, die erfüllt wurden", "Prozent"),
        baseline="58",
        target="95",
        need="d7_01",
    ),
    DemoMeasure(
        "landkreis-weisserlen",
        "Beschwerdeweg mit Frist einführen",
        template=0,
        unit="Haupt- und Personalamt",
        responsible="Brenneis",
        starts=10,
        due=130,
        budget="3500",
        budget_note="Kreishaushalt 2027",
    ),
)

COMMITMENT_TITLE = "Selbstverpflichtung der Stadt Lindenfurt als Arbeitgeberin"
COMMITMENT_TEXT = (
    "Die Stadt Lindenfurt will eine Arbeitgeberin sein, bei der niemand rassistisch benachteiligt wird. Sie "
    "verpflichtet sich:\n"
    "\n"
    "- Stellen so auszuschreiben und zu besetzen, dass allein Eignung, Befähigung und fachliche Leistung "
    "entscheiden, und das in der Akte nachvollziehbar zu machen.\n"
    "- Beschwerden von Beschäftigten nach § 13 AGG und von Bürger*innen binnen sechs Wochen begründet zu "
    "beantworten.\n"
    "- Beschäftigte, die Rassismus erleben, nach einem Vorfall nicht allein zu lassen und vor Nachteilen zu "
    "schützen.\n"
    "- Führungskräfte zuerst fortzubilden, danach alle Beschäftigten, in der Arbeitszeit.\n"
    "- Alle zwei Jahre zu erheben, wo sie steht, und das Ergebnis dem Rat vorzulegen.\n"
    "\n"
    "Diese Selbstverpflichtung gilt für alle Ämter und Eigenbetriebe. Sie wird jedes Jahr im Personalausschuss "
    "beraten.\n"
)
COMMITMENT_DECISION: dict[str, Any] = {
    "decided_by": "council",
    "reference": "Vorlage 2026/131, TOP 9",
    "signatory_name": "Henrike Vollmann",
    "signatory_function": "Oberbürgermeisterin",
}

#: A point of the report on the Ten-Point Plan that the city has written itself.
OWN_POINT, OWN_TEXT = (
    3,
    "Seit der Erprobung nimmt das Amt für Chancengleichheit Beschwerden über alle Ämter an. In neun Monaten gingen 31 "
    "Beschwerden ein, 26 wurden in der Frist von sechs Wochen begründet beantwortet. Einmal im Monat gibt es eine "
    "Sprechzeit "
    "im Stadtteilhaus Nord. Die Antidiskriminierungsberatung Lindenfurt begleitet Ratsuchende auf Wunsch.",
)
