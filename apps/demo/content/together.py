"""What makes Lindenfurt's two waves the work of many: evidence, departments, remarks, a look from outside, needs.

Invented throughout. Items are those of the project's own questionnaire.
"""

from dataclasses import dataclass
from datetime import date

SLUG = "lindenfurt"

#: The section in which nothing has changed since the first wave: looked at and taken over.
UNCHANGED_SECTION = "d8"


@dataclass(frozen=True)
class DemoEvidence:
    """A piece of evidence: an address, or without one the document below; items with the page that proves them."""

    title: str
    dated_on: date
    pages: tuple[tuple[str, str], ...]
    url: str = ""


DOCUMENT = DemoEvidence(
    "Fortbildungskonzept „Verwaltung für alle“ 2026–2029",
    date(2026, 6, 18),
    (("d8_01", "1"), ("d8_02", "2"), ("d5_02", "2")),
)
DECISION = DemoEvidence(
    "Ratsbeschluss „Lindenfurt für alle“ mit Handlungsplan, Vorlage 2026/118",
    date(2026, 7, 9),
    (("d1_01", "1–2"), ("d1_02", "2"), ("d1_06", "Anlage 1, S. 4–11")),
    url="https://ratsinfo.lindenfurt.example/vorlagen/2026-118",
)
EVIDENCE = (DOCUMENT, DECISION)

#: The document: headings with their paragraphs.
DOCUMENT_NAME = "Fortbildungskonzept-2026-2029.docx"
DOCUMENT_PARTS = (
    (
        "1 Grundschulung für alle",
        "Alle Beschäftigten nehmen in den ersten sechs Monaten nach der Einstellung an der Grundschulung „Rassismus "
        "und Diskriminierungsschutz“ teil (acht Stunden, Arbeitszeit). Wer vor 2026 eingestellt wurde, holt sie bis "
        "31.12.2027 nach. Alle drei Jahre folgt eine Auffrischung von vier Stunden.",
        "Das Personal- und Organisationsamt führt die Teilnahme im Fortbildungsportal und meldet den Stand "
        "halbjährlich der Dezernatsrunde. Stand Juni 2026: 1.912 von 3.140 Beschäftigten.",
    ),
    (
        "2 Führungskräfte",
        "Führungskräfte aller Ebenen nehmen zusätzlich an einem zweitägigen Seminar teil: Vorfälle erkennen, "
        "Betroffene schützen, Beschwerden nach § 13 AGG weiterleiten, Nachteile verhindern.",
        "Jede Schulung stellt die Beschwerdestelle mit Namen, Sprechzeiten und Ablauf vor und händigt das Merkblatt "
        "über die Rechte nach dem AGG aus.",
    ),
    (
        "3 Qualität",
        "Trainer*innen arbeiten zu zweit; mindestens eine Person bringt eigene Rassismuserfahrung und eine "
        "methodische Ausbildung mit. Honorare richten sich nach der Honorarordnung der Stadt.",
        "Jede Reihe wird nach sechs Monaten ausgewertet: Was hat sich in der Sachbearbeitung verändert, was nicht?",
    ),
)


@dataclass(frozen=True)
class DemoVoice:
    """What a department answers to an item it shares with another."""

    item: str
    level: str
    note: str = ""
    evidence: str = ""


SHARED_SECTION = "d7"
SHARED_ITEMS = ("d7_01", "d7_02", "d7_03")
SHARED_NOTE = "Bitte jede und jeder für das eigene Amt; was nicht zusammenpasst, klären wir danach."
#: By last name of the department's contributor.
VOICES = {
    "Nguyen": (
        DemoVoice("d7_01", "1", "Im Außendienst und am Schalter gibt es keinen Abruf; meist übersetzen Angehörige."),
        DemoVoice("d7_02", "2", "Merkblätter zu Gewerbe und Bußgeld sind in sechs Sprachen beauftragt."),
        DemoVoice("d7_03", "1", "Bescheide kommen aus dem Fachverfahren; die Textbausteine sind von 2011."),
    ),
    "Wysocki": (
        DemoVoice(
            "d7_01",
            "3",
            "Abruf über den Rahmenvertrag, auch per Video; für das Amt kostenfrei.",
            "Rahmenvertrag Sprachmittlung vom 01.02.2025, § 3",
        ),
        DemoVoice("d7_02", "2", "Die Hinweise zur Vorsprache liegen in neun Sprachen im Entwurf."),
        DemoVoice(
            "d7_03", "2", "Standard „Verständliche Schreiben“ ist angeordnet, die Hälfte der Vorlagen ist umgestellt."
        ),
    ),
}
DECIDED_ITEM, DECIDED_LEVEL = "d7_03", "2"
DECIDED_REASON = (
    "Der Standard gilt nach der Dienstanweisung vom 01.09.2026 für alle Ämter. Im Ordnungsamt fehlt noch die "
    "Umstellung der Textbausteine; sie ist bis März terminiert. Das ist Stufe 2, nicht Stufe 1."
)

#: An answer that the coordination corrected after a talk with the department.
CORRECTED_ITEM, CORRECTED_LEVEL = "d1_03", "3"
CORRECTED_NOTE = (
    "Seit 01.10.2026 ist die zweite halbe Stelle besetzt; Aufgaben und Stunden stehen im Organisationsplan."
)
CORRECTED_EVIDENCE = "Organisationsverfügung 14/2026, Nr. 2"

#: How the first wave's answers look today: item, level (None: unknown), why.
HINDSIGHT: tuple[tuple[str, int | None, str], ...] = (
    ("d1_01", 2, "Der Beschluss galt der Stadtgesellschaft; die Verwaltung selbst war nicht genannt."),
    ("d1_02", 1, "Die Begriffsbestimmung stand in einem Projektantrag, den in den Ämtern niemand kannte."),
    ("d1_03", 2, ""),
    ("d1_04", 2, "Zugang gab es auf Zuruf, nicht geregelt."),
    ("d1_05", None, ""),
)


@dataclass(frozen=True)
class DemoRemark:
    """A thread: who begins it (last name; "" for the coordination), about what, and the reply of the other side."""

    item: str
    kind: str
    text: str
    reply: str = ""
    by: str = ""


REMARKS = (
    DemoRemark(
        "d3_05",
        "question",
        "Die Einordnung ausländischer Abschlüsse macht bei uns der Personalservice des Landkreises mit. Zählt das als "
        "eigenes Verfahren?",
        "Ja, wenn Sie das Verfahren schriftlich vereinbart haben und wissen, wie lange es dauert. Wird es ganz vom "
        "Landkreis verantwortet, wählen Sie bitte „Machen andere für uns“.",
    ),
    DemoRemark(
        "d6_08",
        "question",
        "Unser Terminportal schlägt Wartezeiten automatisch vor. Ist das schon ein automatisiertes Verfahren im Sinn "
        "dieser Frage?",
        by="Nguyen",
    ),
    DemoRemark(
        "d2_04",
        "comment",
        "Die Kund*innenbefragung des Bürgeramts fragt seit Mai nach Diskriminierung. Auswertung kommt im Februar, dann "
        "können wir hier antworten.",
        by="Demirci",
    ),
)
#: Of the project team, on the signed first wave, with the municipality's right of reply.
FEEDBACK = DemoRemark(
    "d5_03",
    "feedback",
    "Sie beschreiben ein eingespieltes Vorgehen, aber keine schriftliche Verfahrensordnung. Für Personen, die sich "
    "beschweren wollen, ist damit nicht absehbar, was geschieht. Wir empfehlen, die Muster-Verfahrensordnung mit dem "
    "Personalrat zu beraten.",
    "Einverstanden. Der Entwurf liegt dem Personalrat seit Oktober vor. Wir halten fest, dass die Stelle auch ohne "
    "Verfahrensordnung alle Beschwerden schriftlich beantwortet hat.",
)


@dataclass(frozen=True)
class DemoOrganisation:
    """An organisation invited to answer from outside; due: days from the day of seeding."""

    organisation: str
    contact: str
    email: str
    due: int
    note: str = ""
    answers: tuple[tuple[str, str, str], ...] = ()


ORGANISATIONS = (
    DemoOrganisation(
        "Antidiskriminierungsberatung Lindenfurt e. V.",
        "Nuray Feldkamp",
        "beratung@adb-lindenfurt.example",
        due=21,
        note="Ihr Jahresbericht 2025 war für uns der Anlass, Sie zu fragen.",
        answers=(
            (
                "d1_01",
                "2",
                "Der Beschluss ist öffentlich. Dass er für die Verwaltung gilt, erfahren Ratsuchende nicht.",
            ),
            ("d1_02", "1", ""),
            ("d1_03", "3", "Die Stelle ist erreichbar und antwortet zuverlässig."),
            ("d1_04", "2", ""),
            ("d1_05", "unknown", ""),
            ("d1_06", "2", "Der Handlungsplan liegt vor; Fristen und Kennzahlen fehlen darin noch."),
            ("d2_01", "1", "Uns ist keine Untersuchung bekannt, an der Betroffene beteiligt waren."),
            (
                "d2_02",
                "1",
                "Wir erfassen 60 bis 80 Meldungen im Jahr; eine gemeinsame Stelle der Stadt kennen wir nicht.",
            ),
            ("d2_03", "unknown", ""),
            ("d2_04", "0", ""),
            ("d2_05", "2", "Der Bericht ist öffentlich, aber schwer zu finden."),
            ("d3_02", "2", ""),
            ("d3_03", "unknown", ""),
            ("d3_05", "3", "Unsere Ratsuchenden berichten von klaren Auskünften in vier Wochen."),
            ("d3_06", "3", "Die Praktikumswochen mit den Vereinen wirken über die Stadt hinaus."),
            ("d5_01", "2", "Es gibt die Stelle. Wer sie aufsucht, spricht mit dem Personalamt."),
            ("d5_06", "1", "Antworten kommen, aber oft nach Monaten."),
            ("d6_04", "1", "Termine gibt es fast nur online; wer keine E-Mail-Adresse hat, wartet vor dem Haus."),
            ("d6_06", "2", ""),
            ("d7_01", "1", "Unsere Ehrenamtlichen dolmetschen jede Woche in der Ausländerbehörde."),
            ("d7_02", "2", ""),
            ("d8_01", "3", "Wir haben selbst 14 Gruppen geschult; die Teilnahme ist verbindlich."),
            ("d8_02", "2", ""),
            ("d8_03", "1", "Am Schalter merkt man davon bislang wenig."),
            ("d8_05", "3", "Seit 2025 gehört ein Tag bei uns zur Ausbildung."),
            ("d9_02", "0", "Unsere Mitarbeit wird bis heute nicht vergütet."),
        ),
    ),
    DemoOrganisation(
        "Forum der Selbstorganisationen Lindenfurt",
        "Samuel Abebe",
        "forum@selbstorganisationen-lindenfurt.example",
        due=30,
        note="Sie müssen nicht alles beantworten; jede Antwort hilft.",
    ),
)

#: How urgent needs of the first wave are: item, priority, reason.
PRIORITIES = (
    (
        "d5_03",
        "high",
        "Niemand kann absehen, was nach einer Beschwerde geschieht. Auftrag des Verwaltungsvorstands vom 02.09.2026.",
    ),
    (
        "d5_04",
        "high",
        "Der Personalrat berichtet, dass Beschäftigte aus Sorge vor Nachteilen auf Beschwerden verzichten.",
    ),
    (
        "d7_01",
        "medium",
        "Der Rahmenvertrag ist geschlossen; jetzt müssen alle Ämter ihn ohne eigenes Budget abrufen können.",
    ),
    ("d1_05", "medium", "Die Kämmerei stellt zum Nachtragshaushalt fest, welche Mittel unbefristet sind."),
    ("d9_01", "not_now", "Der Beirat wird nach der Kommunalwahl neu gebildet; vorher ist die Satzung nicht zu ändern."),
)
