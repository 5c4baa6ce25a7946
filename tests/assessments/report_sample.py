"""A full assessment as plain values, for tests of the typesetting: 62 items answered, half of them with notes."""

from datetime import UTC, date, datetime

from apps.assessments.report_data import (
    ReportData,
    ReportItem,
    ReportMethod,
    ReportNeed,
    ReportProfileRow,
    ReportQuestion,
    ReportSection,
    ReportSignature,
)

DIMENSIONS = (
    ("Leitbild, Steuerung, Ressourcen", 7),
    ("Daten, Monitoring, Wirkung", 5),
    ("Personalgewinnung, Aufstieg, Repräsentation", 8),
    ("Arbeitsumfeld, Empowerment, Netzwerk", 6),
    ("Beschwerde und Schutz: Beschäftigte (§ 13 AGG), Bürger*innen, Hass und Gewalt", 8),
    ("Dienstleistung, Zugang, Ermessen", 8),
    ("Sprache und Kommunikation", 5),
    ("Fortbildung und Kompetenz", 6),
    ("Beteiligung und Zivilgesellschaft", 5),
    ("Vergabe, Zuwendungen, Beteiligungen", 4),
)
NOTE = (
    "Das Personalamt hat im Frühjahr eine Arbeitsgruppe eingerichtet, die das Verfahren mit der Gleichstellungsstelle, "
    "dem Personalrat und der Schwerbehindertenvertretung abstimmt.\nEine Dienstanweisung liegt im Entwurf vor; "
    "über die Mitzeichnung ist noch nicht entschieden."
)
LABEL = "Es gibt eine verantwortliche Stelle mit Stundenanteil, eigenem Budget und unmittelbarem Zugang zur Leitung."
DESCRIPTOR = (
    "Zuständigkeit und Verfahren sind schriftlich beschlossen, eine Person ist benannt, die Einführung in den Ämtern "
    "läuft und wird begleitet."
)
SPECIAL = {13: "unknown", 27: "not_competent", 41: "done_for_us", 55: "refused"}


def sample(*, signed: bool = True, name: str = "Musterstadt an der Łaba", note: str = NOTE) -> ReportData:
    """Report data of a fictional municipality."""
    sections = [
        ReportSection(
            name="context",
            dimension=None,
            label="Angaben zur Verwaltung",
            hint="",
            items=(),
            questions=(ReportQuestion("staff", "Wie viele Beschäftigte hat die Verwaltung?", "1.240", ""),),
            wishes="",
            obstacles="",
        )
    ]
    count = 0
    for dimension, (label, items) in enumerate(DIMENSIONS, start=1):
        made = []
        for place in range(1, items + 1):
            count += 1
            made.append(_item(count, dimension, place, note))
        sections.append(
            ReportSection(
                name=f"d{dimension}",
                dimension=dimension,
                label=label,
                hint="",
                items=tuple(made),
                questions=(),
                wishes="Mehr Zeit für die Kolleg*innen, die das neben ihrer eigentlichen Aufgabe leisten.",
                obstacles="Der Stellenplan lässt bis zum übernächsten Haushalt keine weitere Stelle zu.",
            )
        )
    needs = tuple(
        ReportNeed(
            item=item.name,
            number=item.number,
            dimension=section.dimension or 0,
            label=item.label,
            level=item.level,
            special=item.special,
            target=item.target,
            weight=item.weight,
            rule=f"Stufe {item.level} liegt unter der Zielstufe {item.target}.",
        )
        for section in sections
        for item in section.items
        if item.is_need
    )
    return ReportData(
        assessment_id="0197f3b4-0000-7000-8000-000000000001",
        language="de",
        municipality_name=name,
        municipality_type="Kreisangehörige Stadt",
        municipality_size="Mittelstadt",
        wave="Erste Erhebung (T0)",
        wave_opens_on=date(2026, 9, 1),
        wave_closes_on=date(2026, 12, 15),
        instrument_title="Bedarfserhebung Kommunen für alle",
        instrument_version="1.0",
        state="signed_off" if signed else "in_progress",
        state_label="unterzeichnet" if signed else "in Bearbeitung",
        signature=ReportSignature(
            "Dr. Alex Beispiel", "Bürgermeister*in", "account", "", datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "ab" * 32
        )
        if signed
        else None,
        profile=tuple(
            _profile(dimension, label, items) for dimension, (label, items) in enumerate(DIMENSIONS, start=1)
        ),
        sections=tuple(sections),
        needs=needs,
        method=ReportMethod(
            profile="Standard",
            asked=62,
            counted=60,
            answered=58,
            unknown=1,
            refused=1,
            not_competent=1,
            done_for_us=1,
            filtered=0,
            competences=("Ausländerbehörde", "Jugendamt"),
            evidence_required=False,
        ),
        generated_at=datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
    )


def _item(count: int, dimension: int, place: int, note: str) -> ReportItem:
    special = SPECIAL.get(count, "")
    level = None if special else count % 5
    return ReportItem(
        name=f"i{dimension}_{place}",
        number=f"{dimension}.{place}",
        label=LABEL,
        level=level,
        special=special,
        done_by="Landkreis Beispiel" if special == "done_for_us" else "",
        descriptor="" if special else DESCRIPTOR,
        note=note if count % 2 else "",
        evidence="Dienstanweisung 12/2025, Seite 3 (12.03.2025)" if level in (3, 4) else "",
        evidence_asked="Dienstanweisung",
        target=3,
        weight=1 + count % 3,
        is_need=special == "unknown" or (level is not None and level < 3),
        source="ECCAR P2",
        legal_basis="§ 13 AGG (Beschwerderecht)" if count % 4 == 0 else "",
        legal_basis_date=date(2026, 3, 1) if count % 4 == 0 else None,
    )


def _profile(dimension: int, label: str, items: int) -> ReportProfileRow:
    value = (dimension * 9) / 100
    return ReportProfileRow(
        dimension=dimension,
        label=label,
        value=value,
        lower=value - 0.04,
        upper=min(1.0, value + 0.07),
        coverage=0.93,
        unknown_share=0.02,
        evidence_share=0.5,
        previous=value - 0.05 if dimension % 2 else None,
        counted=items,
        answered=items,
    )
