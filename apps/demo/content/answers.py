"""What the fictional administrations answer: levels around their maturity, notes, evidence, wishes and obstacles.

Invented, but the same on every machine: what looks like chance is a hash of municipality, wave and question.
"""

import hashlib
from collections.abc import Sequence

#: Per dimension: notes for levels 0–1, for level 2, for levels 3–4.
NOTES: dict[int, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    1: (
        (
            "Es gibt einzelne Stellungnahmen der Verwaltungsspitze, aber keinen Beschluss.",
            "Das Thema liegt bislang bei der Gleichstellungsstelle mit, ohne eigene Stunden.",
        ),
        ("Beschlossen im Herbst; die Stelle ist ausgeschrieben.", "Der Entwurf liegt im Verwaltungsvorstand."),
        ("Jährlicher Bericht im Hauptausschuss, zuletzt im März.", "Eigenes Budget seit dem Haushalt 2024."),
    ),
    2: (
        ("Daten liegen in den Fachverfahren, werden aber nicht ausgewertet.", "Dazu fehlen uns Zahlen."),
        ("Ein Konzept ist mit dem Datenschutz abgestimmt, die erste Erhebung folgt.",),
        ("Auswertung alle zwei Jahre, die Ergebnisse stehen im Intranet.",),
    ),
    3: (
        (
            "Ausschreibungen folgen noch dem alten Muster.",
            "Auswahlgespräche führt jedes Amt nach eigener Übung.",
        ),
        (
            "Strukturierte Interviews sind in zwei Ämtern erprobt, die Ausweitung ist beauftragt.",
            "Die Anforderungsprofile werden gerade überarbeitet.",
        ),
        ("Leitfaden gilt für alle Verfahren; Personalrat und Gleichstellung sind beteiligt.",),
    ),
    4: (
        ("Kolleg*innen tauschen sich privat aus, ein Rahmen dafür fehlt.",),
        ("Ein Netzwerk ist beschlossen, die Freistellung regelt eine Dienstvereinbarung im Entwurf.",),
        ("Das Netzwerk trifft sich vierteljährlich während der Arbeitszeit.",),
    ),
    5: (
        (
            "Die Beschwerdestelle ist benannt, aber kaum jemand kennt sie.",
            "Beschwerden von Bürger*innen laufen über das allgemeine Beschwerdemanagement, ohne eigene Auswertung.",
        ),
        ("Die Verfahrensordnung ist mit dem Personalrat verhandelt und tritt zum Jahreswechsel in Kraft.",),
        ("Eingangsbestätigung binnen einer Woche, Jahresauswertung an den Verwaltungsvorstand.",),
    ),
    6: (
        (
            "Ermessensentscheidungen werden nicht gesondert ausgewertet.",
            "Online-Formulare lassen derzeit keine Namen ohne Vornamen zu.",
        ),
        ("Der Leitfaden liegt vor, die Einführung in den Teams läuft.",),
        ("Stichproben je Quartal, besprochen in der Leitungsrunde.", "Termine auch telefonisch und ohne E-Mail."),
    ),
    7: (
        ("Häufig übersetzen Angehörige, manchmal auch Kinder.",),
        ("Ein Rahmenvertrag über Sprachmittlung ist ausgeschrieben.",),
        ("Rahmenvertrag seit 2023, Abruf durch alle Ämter ohne eigenes Budget.",),
    ),
    8: (
        ("Freiwillige Angebote mit wenigen Plätzen.", "Es gab 2022 einen einzelnen Vortrag."),
        ("Pflichtmodul für Führungskräfte ist beschlossen, die ersten Termine stehen.",),
        ("Grundschulung in der Einarbeitung, Auffrischung alle drei Jahre.",),
    ),
    9: (
        ("Kontakte bestehen, hängen aber an einzelnen Personen.",),
        ("Die Satzung des Beirats ist beraten; die Wahl steht an.",),
        ("Der Beirat nimmt zu Vorlagen Stellung; die Antworten der Verwaltung sind veröffentlicht.",),
    ),
    10: (
        ("Verträge enthalten nur die gesetzlichen Klauseln.",),
        ("Musterklausel liegt bei der Vergabestelle zur Abstimmung.",),
        ("Klausel in allen neuen Verträgen mit Sicherheits- und Betreiberdiensten.",),
    ),
}

EVIDENCE = (
    "Beschluss des Rates vom 14.03.2024, Vorlage 2024/031, S. 2",
    "Dienstanweisung 10/2023, Abschnitt 3",
    "Dienstvereinbarung vom 01.09.2024, § 4",
    "Jahresbericht 2025, S. 11–14",
    "Leitfaden Auswahlverfahren, Stand Mai 2025",
    "Protokoll der Amtsleitungsrunde vom 22.01.2026",
)

WISHES: dict[int, tuple[str, ...]] = {
    1: ("Eine Muster-Beschlussvorlage mit Zuständigkeit, Stunden und Budget.", "Argumente für den Haushalt."),
    2: ("Ein Muster für eine datenschutzgerechte Auswertung, die auch für kleine Ämter trägt.",),
    3: ("Bausteine für Anforderungsprofile und Interviewleitfäden.", "Austausch mit Kommunen ähnlicher Größe."),
    4: ("Beratung dazu, wie ein Netzwerk geschützt arbeiten kann.",),
    5: ("Eine Verfahrensordnung, die auch ohne eigene Rechtsabteilung eingeführt werden kann.",),
    6: ("Beispiele guter Leitlinien für Ermessensentscheidungen.", "Ein kurzer Check für Formulare."),
    7: ("Gemeinsame Ausschreibung von Sprachmittlung mit Nachbarkommunen.",),
    8: ("Schulungen, die auf den Arbeitsalltag im Bürgerbüro zugeschnitten sind.",),
    9: ("Hinweise, wie Mitwirkung vergütet werden kann.",),
    10: ("Muster für Vertragsklauseln samt Kontrolle.",),
}

OBSTACLES: dict[int, tuple[str, ...]] = {
    1: ("Haushaltssicherung; freiwillige Aufgaben stehen unter Vorbehalt.", "Das Thema gilt als Zusatzaufgabe."),
    2: ("Unsicherheit beim Datenschutz.", "Die Fachverfahren geben die nötigen Auswertungen nicht her."),
    3: ("Wenige Bewerbungen, hoher Zeitdruck bei der Besetzung.",),
    4: ("In kleinen Teams sind Betroffene sofort erkennbar.",),
    5: ("Sorge vor Mehrarbeit und vor falschen Verdächtigungen.",),
    6: ("Personalmangel in der Sachbearbeitung.", "Vorgaben des Landes lassen wenig Spielraum."),
    7: ("Sprachmittlung ist im Budget der Ämter nicht vorgesehen.",),
    8: ("Schichtdienst und unbesetzte Stellen erschweren die Teilnahme.",),
    9: ("Ehrenamtliche sind überlastet.",),
    10: ("Vergaberechtliche Unsicherheit.",),
}

#: Sections of the short questionnaire, whose items belong to no dimension: where their words are taken from.
DIMENSION_OF_SECTION = {"b1": 1, "b2": 3, "b3": 5, "b4": 6, "b5": 8, "b6": 9}

#: Answers to the questions that are no level items and that have a natural answer, by name of the question.
TEXTS = {
    "units_involved": "Hauptamt, Personal, Ordnungsamt, Soziales; abgestimmt in der Amtsleitungsrunde.",
    "d6_08_systems": "Chatbot im Bürgerservice, automatische Vorprüfung von Wohngeldanträgen.",
    "tasks_elsewhere": "Das Amt erledigt Personal, Kasse, Ordnung und Soziales; wir entscheiden über Räume und Geld.",
    "d9_01_example": "Die Öffnungszeiten der Ausländerbehörde wurden nach Stellungnahme des Beirats geändert.",
}
ANY_TEXT = "Siehe Vermerk des zuständigen Amtes vom 12.05.2026."


def draw(*parts: object) -> float:
    """A number from 0 to below 1, always the same for the same parts."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def pick(choices: Sequence[str], *parts: object) -> str:
    """One of `choices`, always the same for the same parts."""
    return choices[int(draw("pick", *parts) * len(choices))]


def level_of(maturity: float, *parts: object) -> int:
    """A level 0–4 around `maturity`: the sum of three draws lies near the middle, as answers do."""
    spread = sum(draw("level", turn, *parts) for turn in range(3)) - 1.5
    return max(0, min(4, round(maturity + 1.8 * spread)))


def dimension_of(section: str) -> int:
    """Which dimension's words fit a section: d1 … d10 say it themselves."""
    known = DIMENSION_OF_SECTION.get(section)
    return known if known is not None else int(section.removeprefix("d"))


def note_for(dimension: int, level: int, *parts: object) -> str:
    """A note that fits dimension and level."""
    low, middle, high = NOTES[dimension]
    return pick(low if level < 2 else middle if level == 2 else high, "note", *parts)


#: Answers that a story hangs on, by municipality, wave and item: level and note.
FIXED = {
    ("lindenfurt", "T0", "d5_06"): (
        1,
        "Beschwerden über Ämter gehen an das jeweilige Amt. Eine Frist gibt es nicht, eine Übersicht führt niemand.",
    ),
    ("lindenfurt", "T0", "d5_07"): (0, "Es gibt keine Auswertung, weil niemand die Eingänge zählt."),
    ("landkreis-weisserlen", "T0", "d5_06"): (1, "Geantwortet wird je nach Amt, meist ohne Begründung."),
}
