"""How five recommendations of the library are written together: teams, rounds with comments, what became of them.

The words of comments are invented; paragraphs are found by how they begin in apps/recommendations/library.
"""

from dataclasses import dataclass, field
from datetime import date

COMPLAINT, POINT_13, SELECTION, ROUTINES, LANGUAGE = 7, 6, 3, 9, 10


@dataclass(frozen=True)
class DemoAnswer:
    """What becomes of a comment. duplicate_of: place of the comment that answers it."""

    outcome: str
    reason: str
    duplicate_of: int | None = None


@dataclass(frozen=True)
class DemoComment:
    """A comment: by whom (last name), on which part, on the paragraph that `begins` so ("" the part as a whole)."""

    by: str
    section: str
    begins: str
    text: str
    wording: str = ""
    agree: tuple[str, ...] = ()
    replies: tuple[tuple[str, str], ...] = ()
    answer: DemoAnswer | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True)
class DemoRound:
    """A round: what is asked, days until the deadline, who is invited, comments and the benches' words."""

    introduction: str
    days: int
    invited: tuple[str, ...]
    comments: tuple[DemoComment, ...]
    #: Who speaks for a bench, position, reasons.
    words: tuple[tuple[str, str, str], ...]
    #: Confidential contributions by part of the text, and the summary of the first three.
    confidential: tuple[tuple[str, str], ...] = ()
    summary: tuple[str, str] | None = None


@dataclass(frozen=True)
class DemoRewrite:
    """A change of the text: in which part, which words, by which."""

    section: str
    old: str
    new: str


@dataclass(frozen=True)
class DemoText:
    """A recommendation in work: its number, the team (the first leads), its round, and how the text changed after."""

    number: int
    team: tuple[str, ...]
    round: DemoRound | None = None
    rewrites: tuple[DemoRewrite, ...] = field(default=())


_COMPLAINT_ROUND = DemoRound(
    "Bitte lesen Sie vor allem die Schritte 2 bis 6: Sind die Fristen zu halten, auch in kleinen Verwaltungen? Was "
    "fehlt "
    "aus Sicht der Menschen, die sich beschweren? Wenn Sie etwas anders sagen würden, schlagen Sie bitte den Wortlaut "
    "vor.",
    21,
    (
        "Brandner",
        "Toprak",
        "Wolframm",
        "Carstens",
        "Sultanow",
        "Weisz",
        "Osman-Reiff",
        "Adomako",
        "Kara-Vogel",
    ),
    (
        DemoComment(
            "Wolframm",
            "law",
            "Art. 17 GG verlangt",
            "Bitte klarer trennen, was Pflicht ist (Annahme, Prüfung, Mitteilung) und was Selbstbindung (Frist, "
            "ausführliche Begründung). Wer den Absatz überfliegt, hält die sechs Wochen sonst für geltendes Recht.",
            agree=("Carstens", "Brandner"),
            answer=DemoAnswer(
                "accepted",
                "Der Absatz beginnt jetzt mit dem, was Pflicht ist. Selbstbindung und Gesetz stehen getrennt.",
            ),
        ),
        DemoComment(
            "Carstens",
            "steps",
            "Benannt werden eine Stelle",
            "In einem Amt mit 94 Beschäftigten gibt es niemanden „außerhalb“. Ohne diesen Satz legen wir das Papier "
            "weg.",
            wording="Benannt werden eine Stelle und eine Vertretung, beide außerhalb der Fachämter mit "
            "Publikumsverkehr "
            "und außerhalb der Personalverwaltung; kleine Verwaltungen benennen eine gemeinsame Stelle mit Nachbarn "
            "oder "
            "dem Kreis.",
            agree=("Toprak", "Adomako", "Osman-Reiff"),
            replies=(("Marquardt", "Sehr einverstanden. Die gemeinsame Stelle steht schon in den Varianten."),),
            answer=DemoAnswer(
                "modified",
                "Übernommen, als eigener Satz: Die gemeinsame Stelle gilt auch für Landkreise und ihre Gemeinden.",
            ),
        ),
        DemoComment(
            "Brandner",
            "steps",
            "Tag 1 bis 3 Bestätigung",
            "Zehn Arbeitstage für die Stellungnahme des Amtes sind in den Ferien nicht zu halten. Bitte 15 vorsehen.",
            agree=("Toprak",),
            replies=(
                ("Osman-Reiff", "Für Ratsuchende zählt der Tag der Antwort. Jede Woche mehr kostet Vertrauen."),
                ("Steinhoff", "Die Zwischennachricht fängt Ausnahmen auf; die Regel sollte bei zehn Tagen bleiben."),
            ),
            answer=DemoAnswer(
                "rejected",
                "Es bleibt bei zehn Arbeitstagen: Mit 15 wären die sechs Wochen nicht zu halten. Für Ausnahmen gibt "
                "es die "
                "Zwischennachricht mit Grund und neuem Datum (Baustein, Nummer 6).",
            ),
        ),
        DemoComment(
            "Sultanow",
            "steps",
            "Telefonnummer mit Rückrufzusage",
            "Viele kommen nicht ins Rathaus, um sich über das Rathaus zu beschweren.",
            wording="Telefonnummer mit Rückrufzusage, Postadresse, verschlüsseltes Online-Formular ohne Anmeldung, "
            "Sprechzeit außerhalb der Fachämter und einmal im Monat außerhalb des Rathauses, Sprachmittlung. Aushang "
            "in "
            "jedem Wartebereich und in Unterkünften. Mit der nächsten unabhängigen Beratungsstelle wird vereinbart, "
            "wie "
            "sie Ratsuchende begleitet und wie sie Muster ohne Namen melden kann.",
            agree=("Weisz", "Osman-Reiff", "Kara-Vogel", "Carstens"),
            answer=DemoAnswer(
                "accepted", "Wie vorgeschlagen: einmal im Monat eine Sprechzeit außerhalb des Rathauses."
            ),
        ),
        DemoComment(
            "Weisz",
            "problem",
            "Wer sich von einem Amt",
            "Sinti*zze und Rom*nja berichten, dass ihnen am Schalter der Missbrauch schon unterstellt wird, bevor sie "
            "etwas beantragen. Das Schweigen hat Gründe, die hier fehlen.",
            agree=("Sultanow", "Kara-Vogel"),
            answer=DemoAnswer(
                "modified",
                "Das Beispiel steht jetzt im ersten Absatz. Einzelne Gruppen nennen wir dort nicht, damit die übrigen "
                "nicht als Ausnahme erscheinen; die Quellen nennen sie.",
            ),
        ),
        DemoComment(
            "Osman-Reiff",
            "side_effects",
            "**Verdeckte Nachteile:**",
            "Drei Monate sind zu kurz. Die zweite Verlängerung oder der nächste Antrag kommt nach einem halben Jahr.",
            agree=("Weisz",),
            answer=DemoAnswer(
                "deferred",
                "Wird erprobt: Die Pilotkommunen fragen nach drei und nach neun Monaten. Danach entscheidet das Team.",
            ),
        ),
        DemoComment(
            "Adomako",
            "goal",
            "Bürger*innen wissen vor dem ersten Gespräch",
            "„… und werden dazu gefragt“ lässt offen, wann. Ohne festen Abstand fragt niemand.",
            answer=DemoAnswer("accepted", "Ergänzt: mindestens alle zwei Jahre."),
        ),
        DemoComment(
            "Kara-Vogel",
            "problem",
            "Der Vierte Gemeinsame Bericht",
            "Der Monitor befragt zu Ämtern allgemein, nicht zu Kommunen. Bitte nicht mehr sagen, als er zeigt.",
            agree=("Adomako",),
            answer=DemoAnswer(
                "accepted", "Geprüft: Der Satz sagt nur, wonach gefragt wird. Die Grenze steht jetzt dabei."
            ),
        ),
        DemoComment(
            "Toprak",
            "steps",
            "Die Auswertung folgt",
            "Noch ein Bericht. Kann die Auswertung nicht Teil des Personalberichts sein?",
            replies=(("Keller", "Im Personalbericht liest sie niemand, der betroffen ist."),),
            answer=DemoAnswer(
                "rejected",
                "Beschwerden von Bürger*innen gehören nicht in den Personalbericht. Der Aufwand bleibt klein: Bei "
                "weniger "
                "als zehn Fällen wird über drei Jahre oder gemeinsam mit Nachbarn ausgewertet.",
            ),
        ),
        DemoComment(
            "Osman-Reiff",
            "law",
            "**Mitteilungen an die Ausländerbehörde:**",
            "Wer das erst im Gespräch erfährt, hat schon zu viel gesagt.",
            wording="**Mitteilungen an die Ausländerbehörde:** § 87 Abs. 2 AufenthG gilt auch für die "
            "Beschwerdestelle. "
            "Deshalb kein Statusfeld im Formular und ein Hinweis auf unabhängige Beratung vor dem Gespräch, auf "
            "Formular, "
            "Aushang und Karte in den Sprachen, die vor Ort gesprochen werden.",
            agree=("Sultanow", "Weisz", "Adomako"),
            answer=DemoAnswer("accepted", "Übernommen."),
        ),
        DemoComment(
            "Kara-Vogel",
            "plain_language",
            "Die Stelle prüft, was passiert ist.",
            "„Nach sechs Wochen“ klingt, als dürfe sie erst dann antworten.",
            answer=DemoAnswer("accepted", "Jetzt: „Spätestens nach sechs Wochen“."),
        ),
        DemoComment(
            "Weisz",
            "steps",
            "",
            "Ein Formular im Netz reicht nicht. Die Stelle muss dorthin gehen, wo Menschen sind.",
            answer=DemoAnswer("duplicate", "Beantwortet mit dem Vorschlag zur Sprechzeit außerhalb des Rathauses.", 3),
        ),
        DemoComment(
            "Wolframm",
            "law",
            "**Mitbestimmung:**",
            "Hier fehlt das Landespersonalvertretungsgesetz.",
            is_withdrawn=True,
        ),
    ),
    (
        (
            "Carstens",
            "conditional",
            "Die Bank Verwaltung trägt das Verfahren mit. Vorbehalt: Die zehn Arbeitstage für die Stellungnahme der "
            "Ämter "
            "sind in kleinen Verwaltungen während der Ferien kaum zu halten. Das soll die Erprobung zeigen.",
        ),
        (
            "Sultanow",
            "consent",
            "Einstimmig. Entscheidend ist für uns, dass die Antwort nicht von dem Amt kommt, um das es geht.",
        ),
        (
            "Adomako",
            "consent",
            "Die Bank Wissenschaft stimmt zu. Der Indikator ist erhebbar, ohne Personen zu erfassen.",
        ),
    ),
)

_LANGUAGE_ROUND = DemoRound(
    "Der Standard soll ohne neue Stelle zu erfüllen sein. Bitte sagen Sie uns, wo er Sie im Alltag trägt und wo nicht, "
    "und ob die Liste der Anlässe vollständig ist.",
    25,
    ("Marquardt", "Brandner", "Carstens", "Wolframm", "Keller", "Weisz", "Osman-Reiff", "Adomako", "Steinhoff"),
    (
        DemoComment(
            "Carstens",
            "steps",
            "Eine Seite regelt:",
            "Ein zentraler Ansatz setzt voraus, dass es eine Kämmerei gibt, die Ansätze verschieben kann. Bei uns "
            "entscheidet der Amtsausschuss. Bitte den Weg über den Rahmenvertrag des Kreises voranstellen.",
            agree=("Brandner",),
            replies=(("Toprak", "Guter Punkt: Schritt 3 könnte vor Schritt 2 stehen. Wir beraten das am Donnerstag."),),
        ),
        DemoComment(
            "Keller",
            "steps",
            "Zwei Wochen lang führt",
            "Gezählt wird nur, wer kommt. Wer wegbleibt, weil es keine Verständigung gibt, fehlt auf der Strichliste.",
            wording="Zwei Wochen lang führt jedes Amt mit Publikumsverkehr eine Strichliste: Verständigung schwierig, "
            "Sprache, wer hat übersetzt. Gefragt wird nach der Sprache des Gesprächs, nicht nach Herkunft. Dazu drei "
            "Leistungen mit den meisten Rückfragen je Amt und ein Gespräch mit zwei Beratungsstellen darüber, wer "
            "nicht "
            "mehr kommt.",
            agree=("Weisz", "Osman-Reiff", "Steinhoff"),
            answer=DemoAnswer("accepted", "Übernommen. Der Aufwand ist klein, der blinde Fleck groß."),
        ),
        DemoComment(
            "Steinhoff",
            "law",
            "**Fristen:**",
            "§ 23 Abs. 4 VwVfG gilt nur, wenn die Behörde eine Frist gesetzt hat. Das sollte der Satz sagen.",
            answer=DemoAnswer(
                "modified", "Der Satz nennt jetzt die gesetzte Frist; die Einzelheiten stehen beim Landesrecht."
            ),
        ),
        DemoComment(
            "Weisz",
            "side_effects",
            "**Unsichtbare Sprachen:**",
            "Romanes zu nennen ist richtig. Viele sagen am Schalter aber nicht, dass sie Romanes sprechen. Angeboten "
            "werden muss es, bevor jemand fragen muss.",
            agree=("Keller",),
        ),
        DemoComment(
            "Wolframm",
            "steps",
            "Je Amt die zehn häufigsten",
            "Zehn Vorlagen je Amt und Jahr schafft kein Rechtsamt. Fünf wären ehrlich.",
            agree=("Marquardt", "Carstens"),
            replies=(("Kara-Vogel", "Wären fünf im ersten und fünf im zweiten Jahr ein Weg?"),),
        ),
        DemoComment(
            "Adomako",
            "",
            "",
            "Insgesamt gut lesbar. Mir fehlt eine Kennzahl, die nicht nur Einsätze zählt, sondern abgelehnte Anfragen.",
        ),
    ),
    (
        (
            "Keller",
            "consent",
            "Der Standard beendet, dass Kinder dolmetschen. Wir tragen ihn mit und bitten um Mindesthonorare im "
            "Baustein.",
        ),
    ),
    (
        ("steps", "Bei uns wird der Abruf genehmigt, aber jede Rechnung nachgefragt. Danach ruft niemand mehr ab."),
        ("steps", "Ich dolmetsche seit Jahren nebenbei. Gesagt hat man mir, das sei „Ehrensache“."),
        ("steps", "Unsere Leitung möchte nicht, dass wir sagen, wie oft wir Angehörige übersetzen lassen."),
        ("law", "Unser Vertrag erlaubt Aufzeichnungen. Ob das jemand geprüft hat, weiß ich nicht."),
    ),
    (
        "steps",
        "Mehrere Beiträge beschreiben, dass Sprachmittlung auf dem Papier frei abrufbar ist, im Alltag aber Druck "
        "entsteht: "
        "durch Rückfragen zu Rechnungen, durch unbezahltes Dolmetschen von Kolleg*innen und durch die Erwartung, "
        "darüber "
        "nicht zu sprechen.",
    ),
)


def _small_round(introduction: str, *comments: DemoComment) -> DemoRound:
    invited = ("Toprak", "Carstens", "Sultanow", "Weisz", "Adomako", "Kara-Vogel")
    words = (
        ("Toprak", "consent", "Machbar und konkret. Wir tragen den Text mit."),
        ("Weisz", "consent", "Einverstanden mit dem, was die Antworten auf unsere Kommentare zusagen."),
        ("Adomako", "consent", "Die Belege tragen die Schritte; der Indikator ist erhebbar."),
    )
    return DemoRound(introduction, 14, invited, comments, words)


_POINT_13_ROUND = _small_round(
    "Bitte prüfen Sie, ob der Ablauf Beschäftigte schützt, die nur befristet angestellt sind.",
    DemoComment(
        "Weisz",
        "steps",
        "",
        "Wer befristet ist, beschwert sich nicht drei Monate vor dem Ende des Vertrags. Bitte sagen, was dann hilft.",
        agree=("Sultanow", "Toprak"),
        answer=DemoAnswer("modified", "Die Nachgespräche gelten jetzt ausdrücklich auch nach dem Ende des Vertrags."),
    ),
    DemoComment(
        "Kara-Vogel",
        "problem",
        "",
        "Gut, dass mit den Beschäftigten begonnen wird, die keinen Bildschirm haben.",
        answer=DemoAnswer("accepted", "Danke. Der Absatz bleibt so."),
    ),
    DemoComment(
        "Carstens",
        "steps",
        "",
        "Bitte den Weg zur gemeinsamen Stelle mehrerer Verwaltungen auch hier nennen.",
        answer=DemoAnswer("accepted", "Steht jetzt in Schritt 1 und in den Varianten."),
    ),
)

_SELECTION_ROUND = _small_round(
    "Die fünf Stücke der Akte sind der Kern. Sind sie in Ihrem Haus zu führen, ohne ein neues Programm zu kaufen?",
    DemoComment(
        "Toprak",
        "steps",
        "",
        "Der Prüfbogen ist gut. Für Auszubildende brauchen wir eine kürzere Fassung.",
        agree=("Carstens",),
        answer=DemoAnswer(
            "deferred", "Die Erprobung zeigt, was die kurze Fassung braucht; dann kommt sie als Vorlage dazu."
        ),
    ),
    DemoComment(
        "Sultanow",
        "goal",
        "",
        "Stimmberechtigt nur, wer geschult ist: Das ist der wichtigste Satz. Bitte nicht abschwächen.",
        answer=DemoAnswer("accepted", "Der Satz bleibt."),
    ),
)

TEXTS = (
    DemoText(
        COMPLAINT,
        ("Marquardt", "Keller", "Steinhoff"),
        _COMPLAINT_ROUND,
        (
            DemoRewrite(
                "problem",
                "Auch der Nationale Diskriminierungs- und Rassismusmonitor befragt Menschen zu Erfahrungen mit Ämtern "
                "und "
                "Behörden.",
                "Auch der Nationale Diskriminierungs- und Rassismusmonitor befragt Menschen zu Erfahrungen mit Ämtern "
                "und "
                "Behörden; zu einzelnen Kommunen sagt er nichts.",
            ),
            DemoRewrite(
                "problem",
                "nicht gegen den Ton am Schalter, die verweigerte Auskunft oder die dritte Nachforderung.",
                "nicht gegen den Ton am Schalter, den unterstellten Missbrauch, die verweigerte Auskunft oder die "
                "dritte "
                "Nachforderung.",
            ),
            DemoRewrite("goal", "und werden dazu gefragt.", "und werden dazu mindestens alle zwei Jahre gefragt."),
            DemoRewrite(
                "steps",
                "beide außerhalb der Fachämter mit Publikumsverkehr und außerhalb der Personalverwaltung.",
                "beide außerhalb der Fachämter mit Publikumsverkehr und außerhalb der Personalverwaltung. Kleine "
                "Verwaltungen, Landkreise und ihre Gemeinden können eine gemeinsame Stelle benennen.",
            ),
            DemoRewrite(
                "steps",
                "Sprechzeit außerhalb der Fachämter, Sprachmittlung.",
                "Sprechzeit außerhalb der Fachämter und einmal im Monat außerhalb des Rathauses, Sprachmittlung.",
            ),
            DemoRewrite(
                "law",
                "Art. 17 GG verlangt Annahme, sachliche Prüfung und schriftliche Mitteilung der Erledigung.",
                "**Was Pflicht ist:** Art. 17 GG verlangt Annahme, sachliche Prüfung und schriftliche Mitteilung der "
                "Erledigung; eine Frist und eine ausführliche Begründung verlangt er nicht.",
            ),
            DemoRewrite(
                "law",
                "ein Hinweis auf unabhängige Beratung vor dem Gespräch.",
                "ein Hinweis auf unabhängige Beratung vor dem Gespräch, auf Formular, Aushang und Karte in den "
                "Sprachen, "
                "die vor Ort gesprochen werden.",
            ),
            DemoRewrite(
                "plain_language",
                "Nach sechs Wochen bekommen Sie eine Antwort.",
                "Spätestens nach sechs Wochen bekommen Sie eine Antwort.",
            ),
        ),
    ),
    DemoText(POINT_13, ("Brandner", "Osman-Reiff", "Steinhoff"), _POINT_13_ROUND),
    DemoText(SELECTION, ("Brandner", "Keller", "Steinhoff"), _SELECTION_ROUND),
    DemoText(LANGUAGE, ("Sultanow", "Toprak", "Kara-Vogel"), _LANGUAGE_ROUND),
    DemoText(ROUTINES, ("Wolframm", "Keller", "Adomako")),
)

#: What the panel's condition and the two pilots changed in the complaint procedure.
AFTER_THE_CONDITION = DemoRewrite(
    "steps",
    "bis Tag 18 Stellungnahme des Amtes und Gespräch mit den Beschäftigten,",
    "bis Tag 18 Stellungnahme des Amtes (bleibt sie aus, prüft die Stelle nach Aktenlage und sagt das in der Antwort) "
    "und "
    "Gespräch mit den Beschäftigten,",
)
AFTER_THE_PILOTS = DemoRewrite(
    "steps",
    "Drei Monate danach fragt die Stelle nach,",
    "Drei und neun Monate danach fragt die Stelle nach,",
)

#: Expenses of a member from civil society: last name, date, purpose, hours, amount, what was decided.
EXPENSES = (
    ("Keller", date(2026, 9, 14), "Teamtreffen in Lindenfurt mit An- und Abreise", "6.5", "48.20", "paid"),
    ("Keller", date(2026, 10, 8), "Abschnitt „Problem und Belege“ gelesen und überarbeitet", "4", "", "approved"),
    ("Keller", date(2026, 11, 3), "Videokonferenz mit drei Beratungsstellen zu Routinen am Schalter", "2", "", "noted"),
)
