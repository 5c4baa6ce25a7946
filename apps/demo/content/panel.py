"""What the fictional expert panel decides: reviews with named votes, a meeting with minutes, advice of its own."""

from dataclasses import dataclass, field

QUORUM, MAJORITY = 60, "absolute"
RULES_REASON = (
    "Beschluss des Gremiums in der konstituierenden Sitzung: Beschlussfähig ist es, wenn 60 Prozent der "
    "Stimmberechtigten "
    "abgestimmt haben; angenommen ist, was mehr als die Hälfte aller Stimmberechtigten trägt."
)


@dataclass(frozen=True)
class DemoVote:
    """A member's part: last name, vote ("" none yet), reason, conditions; conflict: why the member takes no part.

    scores: one figure per criterion of the rubric, "" none.
    """

    by: str
    choice: str = ""
    reason: str = ""
    conditions: tuple[str, ...] = ()
    conflict: str = ""
    scores: str = ""


@dataclass(frozen=True)
class DemoReview:
    """A review: question, days until its deadline, members (the first reports), minority statement, summary."""

    question: str
    days: int
    votes: tuple[DemoVote, ...]
    #: Text, who writes it (by name), who signs it too (by function).
    minority: tuple[str, str, str] | None = None
    summary: str = ""
    is_voting: bool = True
    #: How each condition was met, and who confirms it.
    met: str = ""
    confirmed_by: str = ""


#: A reason for each criterion, by score.
SCORE_REASONS = {
    "evidence": {
        4: "Problem und Lösung sind getrennt belegt, die Erfahrungen Betroffener sind einbezogen.",
        3: "Gut belegt; zur Wirkung in kleinen Verwaltungen gibt es noch wenig Forschung.",
    },
    "law": {
        4: "Pflicht und Selbstbindung sind sauber getrennt, der Stand ist angegeben.",
        3: "Trägt. Das Personalvertretungsrecht der Länder bleibt naturgemäß offen.",
    },
    "feasibility": {
        4: "Die gemeinsame Stelle macht den Weg auch für Ämter frei.",
        3: "Machbar, wenn der Zeitanteil wirklich gegeben wird.",
        2: "Die Fristen sind ohne zusätzliche Stunden in kleinen Häusern kaum zu halten.",
    },
    "effect": {
        4: "Wer sich beschwert, erfährt Ergebnis und Grund. Das ist neu.",
        3: "Die Wirkung ist plausibel; viel hängt von der Person ab, die antwortet.",
    },
    "participation": {
        4: "Jeder Kommentar hat eine begründete Antwort, der Widerspruch ist nachzulesen.",
        3: "Beteiligung gelungen; jüdische Gemeinden fehlten in der Runde.",
    },
    "side_effects": {
        4: "Die Belastung der Beschäftigten ist mitgedacht, der Schutz vor Nachteilen geregelt.",
        3: "Bedacht. Die Wiedererkennbarkeit in kleinen Orten bleibt ein Risiko.",
    },
    "measurability": {
        4: "Der Indikator ist ohne Personendaten erhebbar und hat einen Ausgangswert.",
        3: "Erhebbar. Ob Vertrauen wächst, misst er nicht.",
    },
}

COMPLAINT_FIRST = DemoReview(
    "Ist der Text reif, um in zwei Kommunen erprobt zu werden?",
    14,
    (
        DemoVote("Fischer", "yes", "Rechtlich klar, praktisch brauchbar.", scores="4444343"),
        DemoVote(
            "Arıkan",
            "conditional",
            "Die Schwachstelle ist das Amt, das nicht antwortet.",
            ("Der Text sagt, was geschieht, wenn das betroffene Amt nicht fristgerecht Stellung nimmt.",),
            scores="4334444",
        ),
        DemoVote("Oyelaran", "yes", "Auch aus Sicht der Aufsicht umsetzbar.", scores="3444434"),
        DemoVote(
            "Le-Harms",
            "no",
            "Ohne Aussage zur Finanzierung bleibt der Zeitanteil eine Bitte. Kleine Verwaltungen werden die Frist "
            "verfehlen.",
            scores="3323333",
        ),
        DemoVote("Wieczorek", "yes", "Der Indikator erlaubt es, die Erprobung auszuwerten.", scores="3434433"),
        DemoVote(
            "Bergmann",
            conflict="Ich habe die Stadt Lindenfurt 2025 bei ihrer Dienstanweisung zu Beschwerden beraten.",
        ),
    ),
    (
        "Ich teile das Ziel, nicht den Weg dorthin. Eine Frist, die für die Hälfte der Kommunen ohne zusätzliche "
        "Stunden "
        "nicht zu halten ist, erzeugt Zwischennachrichten statt Antworten. Die Empfehlung sollte sagen, dass der "
        "Zeitanteil "
        "vor der Einführung beschlossen sein muss, und bis dahin acht Wochen vorsehen.",
        "Le-Harms",
        "Oyelaran",
    ),
    "Freigegeben zur Erprobung, sobald die Auflage erfüllt ist. Das Sondervotum zur Finanzierung wird mit "
    "veröffentlicht.",
    met="Schritt 6 sagt jetzt, dass die Stelle dann nach Aktenlage prüft und das in der Antwort sagt.",
    confirmed_by="Arıkan",
)

COMPLAINT_FINAL = DemoReview(
    "Haben die beiden Erprobungen gezeigt, dass der Text Standard werden kann?",
    21,
    (
        DemoVote("Wieczorek", "yes", "Beide Erprobungen erreichen ihr Ziel; die Änderung danach ist folgerichtig."),
        DemoVote("Fischer", "yes", "Die neue Nachfrage nach neun Monaten schließt die wichtigste Lücke."),
        DemoVote("Arıkan", "yes"),
        DemoVote("Oyelaran", "yes", "Ostermünster zeigt, dass es ohne neue Stelle geht."),
        DemoVote("Le-Harms", "abstain", "Mein Einwand zur Finanzierung steht; die Erprobung hat ihn kleiner gemacht."),
        DemoVote("Bergmann", conflict="Wie in der ersten Begutachtung: Beratung der Stadt Lindenfurt 2025."),
    ),
    summary="Zum Standard erklärt. Die Ergebnisse beider Erprobungen stehen bei der Empfehlung.",
)

SELECTION_FIRST = DemoReview(
    "Kann das Verfahren in zwei Personalämtern erprobt werden?",
    14,
    (
        DemoVote("Bergmann", "yes", "Der Personalrat ist an den richtigen Stellen beteiligt."),
        DemoVote("Fischer", "yes", "Art. 33 Abs. 2 GG ist durchgehend gewahrt."),
        DemoVote("Wieczorek", "yes"),
    ),
    summary="Einstimmig zur Erprobung freigegeben.",
)

#: The vote is open: two have voted, one has declared a conflict, two are still to say something.
POINT_13_OPEN = DemoReview(
    "Kann die Empfehlung zur Beschwerdestelle nach § 13 AGG erprobt werden, und welche Auflagen gelten dann?",
    9,
    (
        DemoVote("Fischer", "yes", "Alle Pflichten des AGG sind richtig wiedergegeben.", scores="4444434"),
        DemoVote(
            "Radić",
            "conditional",
            "Wer befristet angestellt ist, braucht mehr als ein Nachgespräch.",
            ("Der Text nennt eine unabhängige Beratung, die auch nach dem Ende des Vertrags offensteht.",),
            scores="4343343",
        ),
        DemoVote("Arıkan", scores="3443444"),
        DemoVote("Le-Harms"),
        DemoVote("Bergmann", conflict="Ich war an der Dienstvereinbarung beteiligt, auf die sich der Text stützt."),
    ),
)


@dataclass(frozen=True)
class DemoMeeting:
    """A meeting: days from today, points with their results, minutes and attendance where it has taken place."""

    title: str
    days: int
    place: str
    points: tuple[tuple[str, str], ...]
    minutes: str = ""
    attendance: dict[str, str] = field(default_factory=dict)


MEETINGS = (
    DemoMeeting(
        "3. Sitzung des Expert*innengremiums",
        -19,
        "Lindenfurt, Haus der Beteiligung, Raum 2.04",
        (
            ("Niederschrift der 2. Sitzung", "Ohne Änderung genehmigt."),
            (
                "Bürgerbeschwerde mit Frist: Bericht aus den Erprobungen",
                "Das Gremium nimmt die Berichte zur Kenntnis. Die Nachfrage nach neun Monaten soll in den Text.",
            ),
            (
                "Rat des Gremiums: Beteiligung jüdischer Gemeinden",
                "Frau Radić und Herr Arıkan legen bis zur nächsten Sitzung einen Entwurf vor.",
            ),
        ),
        "Die Vorsitzende eröffnet die Sitzung um 10 Uhr und stellt fest, dass das Gremium beschlussfähig ist.\n\n"
        "Frau Reuter (Lindenfurt) und Frau Adeyemi (Ostermünster) berichten aus den Erprobungen. Rückfragen gelten dem "
        "Aufwand: In Ostermünster waren es im Mittel zwei Arbeitstage je Beschwerde, in Lindenfurt etwas mehr. Herr "
        "Le-Harms hält seinen Einwand zur Finanzierung aufrecht.\n\n"
        "Die nächste Sitzung findet als Videokonferenz statt.",
        {
            "Fischer": "present",
            "Arıkan": "present",
            "Oyelaran": "remote",
            "Le-Harms": "present",
            "Bergmann": "excused",
            "Wieczorek": "remote",
            "Radić": "present",
        },
    ),
    DemoMeeting(
        "4. Sitzung des Expert*innengremiums",
        17,
        "https://konferenz.example/gremium",
        (
            ("Niederschrift der 3. Sitzung", ""),
            ("Eine § 13-Stelle, die genutzt wird: Aussprache vor dem Ende der Abstimmung", ""),
            ("Verschiedenes", ""),
        ),
    ),
)


@dataclass(frozen=True)
class DemoAdvice:
    """Advice: who drafts and who signs it, and the project's answer; not given: a draft."""

    title: str
    text: str
    by: str
    signers: tuple[str, ...] = ()
    due: int = 0
    answer: str = ""
    reason: str = ""


ADVICES = (
    DemoAdvice(
        "Sondervoten gehören auf die erste Seite",
        "Wer eine Empfehlung öffentlich liest, soll sofort sehen, dass es ein Sondervotum gibt, und nicht erst im "
        "Verlauf "
        "danach suchen. Wir raten, den Hinweis in den Kopf jeder veröffentlichten Fassung zu setzen.",
        "Oyelaran",
        ("Fischer", "Le-Harms"),
        30,
        "followed",
        "Wir folgen dem Rat. Die öffentliche Seite nennt Sondervoten im Kopf und führt mit einem Link dorthin. Für "
        "Fassungen, "
        "die schon veröffentlicht sind, gilt das ebenso.",
    ),
    DemoAdvice(
        "Jüdische Gemeinden und Selbstorganisationen früher einladen",
        "In zwei von drei Runden fehlten jüdische Gemeinden. Antisemitismus und Rassismus sind verschieden und "
        "treffen sich "
        "am Schalter. Wir raten, vor der Eröffnung jeder Runde zu prüfen, wer fehlt, und dafür Reisekosten und "
        "Honorare "
        "vorzusehen.",
        "Radić",
        ("Arıkan",),
        50,
    ),
    DemoAdvice(
        "Nachfrage ein Jahr nach der Übernahme",
        "Kommunen, die eine Empfehlung übernommen haben, sollten nach einem Jahr gefragt werden, was sie daran "
        "geändert haben.",
        "Wieczorek",
    ),
)
