"""Routines that fictional departments look at: forms, letters, decisions, service paths, and what they found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class DemoExample:
    """What is told to others about a check, without saying whose it is."""

    title: str
    found: str
    changed: str
    is_published: bool


@dataclass(frozen=True)
class DemoRoutine:
    """A routine and its check: answers by question; whatever a complete one does not name is answered well.

    unit: name of its department. answers None: never checked.
    """

    slug: str
    name: str
    kind: str
    unit: str
    description: str
    answers: Mapping[str, str] | None = None
    is_complete: bool = False
    example: DemoExample | None = field(default=None)


ROUTINES = (
    DemoRoutine(
        "lindenfurt",
        "Antrag auf Bewohnerparkausweis",
        "form",
        "Ordnungsamt",
        "Online-Formular und Papierfassung; etwa 9.000 Anträge im Jahr, vier Personen in der Sachbearbeitung.",
        {
            "routine_law": "§ 45 Abs. 1b StVO, Gebührensatzung der Stadt",
            "cases_per_year": "9000",
            "decided_by": "clerk",
            "r2_01": "3",
            "r2_02": "2",
            "r2_03": "1",
            "r2_04": "no",
            "r3_01": "1",
            "r3_02": "gender",
            "r3_03": "Die Anrede steht im Ausweis nicht. Sie wird nur für das Anschreiben gebraucht.",
            "r3_04": "no",
            "r3_05": "no",
            "r5_02": "partly",
            "r7_01": "0",
            "r7_change": "Das Pflichtfeld „Anrede“ entfällt, das Namensfeld nimmt alle Zeichen an.",
        },
        is_complete=True,
        example=DemoExample(
            "Parkausweis: Anrede gestrichen, Namensfeld geöffnet",
            "Das Online-Formular verlangte eine Anrede und wies Namen mit Sonderzeichen oder nur einem Namensteil "
            "zurück. Betroffene mussten persönlich vorsprechen; das waren im Jahr rund 240 Fälle.",
            "Das Pflichtfeld Anrede ist entfallen, das Namensfeld nimmt alle Zeichen an. In der Papierfassung steht "
            "nun eine Telefonnummer für Fragen. Aufwand: zwei Stunden beim Formularservice.",
            is_published=True,
        ),
    ),
    DemoRoutine(
        "lindenfurt",
        "Kita-Beiträge: Erlass in Härtefällen",
        "discretion",
        "Jugendamt",
        "Erlass nach § 90 Abs. 4 SGB VIII, wenn die Belastung nicht zuzumuten ist; etwa 420 Anträge im Jahr.",
        {
            "routine_law": "§ 90 Abs. 4 SGB VIII",
            "cases_per_year": "420",
            "decided_by": "clerk",
            "r2_01": "2",
            "r2_03": "1",
            "r2_04": "partly",
            "r4_room": "yes",
            "r4_01": "1",
            "r4_02": "no",
            "r4_03": "2",
            "r4_auto": "no",
            "r5_01": "1",
            "r6_01": "2",
            "r6_04": "no",
            "r7_01": "unknown",
            "r7_change": "Schriftliche Kriterien mit Beispielen, und jede Ablehnung liest eine zweite Person gegen.",
        },
        is_complete=True,
    ),
    DemoRoutine(
        "lindenfurt",
        "Einladung zur Vorsprache in der Ausländerbehörde",
        "letter",
        "Amt für Migration und Integration",
        "Serienbrief aus dem Fachverfahren, zuletzt 2017 überarbeitet.",
        {
            "routine_law": "§ 82 Abs. 4 AufenthG",
            "cases_per_year": "6500",
            "decided_by": "clerk",
            "r2_01": "1",
            "r2_03": "2",
            "r2_04": "partly",
        },
    ),
    DemoRoutine(
        "lindenfurt",
        "Empfang im Rathaus: Ticket, Aufruf, Auskunft",
        "service_path",
        "Personal- und Organisationsamt",
        "Vom Eingang bis zum Platz in der Sachbearbeitung; alle Ämter am Marktplatz.",
    ),
    DemoRoutine(
        "brueckmuende",
        "Erstausstattung der Wohnung: Entscheidung über den Umfang",
        "discretion",
        "Amt für Soziales",
        "Einmalige Leistung nach § 24 Abs. 3 SGB II und § 31 SGB XII; etwa 900 Entscheidungen im Jahr.",
        {
            "routine_law": "§ 31 Abs. 1 Nr. 1 SGB XII",
            "cases_per_year": "900",
            "decided_by": "two",
            "r4_room": "yes",
            "r4_01": "2",
            "r4_02": "no",
            "r4_auto": "no",
            "r5_02": "no",
            "r6_04": "partly",
            "r7_change": "Die Arbeitsanweisung nennt Merkmale, die bei der Entscheidung keine Rolle spielen dürfen.",
        },
        is_complete=True,
        example=DemoExample(
            "Erstausstattung: Fristen, die auch mit Übersetzung reichen",
            "Nachweise waren binnen zehn Tagen verlangt. Wer Rechnungen oder Mietverträge erst übersetzen ließ, "
            "verpasste die Frist; jede fünfte Ablehnung beruhte darauf.",
            "Die Frist beträgt jetzt vier Wochen und wird auf Anruf verlängert. Der Satz dazu steht in jedem Brief.",
            is_published=False,
        ),
    ),
)

#: Answers to what a complete check does not name: by list of choices, for levels, and for other questions.
WELL_BY_LIST = {"answer": "yes", "yes_no": "no", "decided_by": "two", "characteristics": "none"}
WELL_LEVEL = "3"
WELL_TEXT = "Siehe Vermerk des Amtes."
WELL_NUMBER = "100"
