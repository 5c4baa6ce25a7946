"""From an assessment and its reading to what a report says. Pure: everything is loaded before."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import SupportsFloat

from apps.assessments.models import Assessment, DimensionResult, DoneBy, Need, Signature
from apps.assessments.needs import need_lines
from apps.assessments.questionnaire import OBSTACLES, WISHES, Reading
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
from apps.instruments import definition
from apps.instruments.definition import Item, Section, localized
from apps.instruments.questions import shown_value
from apps.instruments.scoring import DATA
from apps.municipalities.models import Competence

#: In which order papers name the needs: what the municipality says comes before what is computed.
URGENCY = {"high": 0, "medium": 1, "": 2, "low": 3, "not_now": 4}


def build(
    *,
    assessment: Assessment,
    reading: Reading,
    signature: Signature | None,
    signed: Mapping[int, DimensionResult],
    previous: Mapping[int, DimensionResult],
    proofs: Mapping[str, Sequence[str]],
    priorities: Mapping[str, Need],
    files: Mapping[str, str],
    language: str,
    now: datetime,
) -> ReportData:
    """Put the report together in `language`; `wave` and `municipality` of the assessment are loaded.

    signed: results as they were signed, by dimension (none before that); previous: those of the wave before. proofs:
    pieces of evidence in words, priorities: needs with a row, files: names of those that answer questions, all by item
    name.
    """
    return _Builder(reading, language, proofs, priorities, files).build(assessment, signature, signed, previous, now)


class _Builder:
    def __init__(
        self,
        reading: Reading,
        language: str,
        proofs: Mapping[str, Sequence[str]],
        priorities: Mapping[str, Need],
        files: Mapping[str, str],
    ) -> None:
        self.reading = reading
        self.language = language
        self.proofs = proofs
        self.priorities = priorities
        self.files = files
        self.form = reading.questionnaire.form
        self.needs = {need.item for need in reading.needs}

    def build(
        self,
        assessment: Assessment,
        signature: Signature | None,
        signed: Mapping[int, DimensionResult],
        previous: Mapping[int, DimensionResult],
        now: datetime,
    ) -> ReportData:
        municipality, wave = assessment.municipality, assessment.wave
        return ReportData(
            assessment_id=str(assessment.pk),
            language=self.language,
            municipality_name=municipality.name,
            municipality_type=str(municipality.get_type_class_display()),
            municipality_size=str(municipality.get_size_class_display()),
            wave=str(wave),
            wave_opens_on=wave.opens_on,
            wave_closes_on=wave.closes_on,
            instrument_title=self.form.title,
            instrument_version=self.form.version,
            state=assessment.state,
            state_label=str(assessment.get_state_display()),
            signature=_signature(signature),
            profile=tuple(self._profile(signed, previous)),
            sections=tuple(self._section(section) for section in self.reading.questionnaire.sections),
            needs=tuple(self._needs()),
            method=self._method(assessment),
            generated_at=now,
        )

    def _text(self, texts: definition.Texts) -> str:
        return self.reading.questionnaire.compiled.text(texts, self.reading.state, self.language)

    def _profile(
        self, signed: Mapping[int, DimensionResult], previous: Mapping[int, DimensionResult]
    ) -> Iterator[ReportProfileRow]:
        labels = dimension_labels(self.reading, self.language)
        for score in self.reading.scores:
            kept, before = signed.get(score.dimension), previous.get(score.dimension)
            yield ReportProfileRow(
                dimension=score.dimension,
                label=labels.get(score.dimension, str(score.dimension)),
                value=number(kept.value if kept else score.value),
                lower=number(kept.lower if kept else score.low),
                upper=number(kept.upper if kept else score.high),
                coverage=number(kept.coverage if kept else score.coverage),
                unknown_share=number(kept.unknown_share if kept else score.share_unknown),
                evidence_share=number(kept.evidence_share if kept else score.share_with_evidence),
                previous=number(before.value) if before else None,
                counted=kept.counted if kept else score.counted,
                answered=kept.known if kept else score.known,
            )

    def _section(self, section: Section) -> ReportSection:
        free_words = {f"{section.name}{WISHES}", f"{section.name}{OBSTACLES}"}
        asked = self.reading.asked_items(section)
        items = [
            self._item(item) for item in section.items if item.is_level and self.reading.questionnaire.in_profile(item)
        ]
        questions = [
            self._question(item)
            for item in asked
            if not item.is_level and item.takes_answer and item.name not in free_words
        ]
        dimension = section.dimension
        return ReportSection(
            name=section.name,
            dimension=dimension,
            label=self._text(section.label),
            hint=self._text(section.hint),
            items=tuple(items),
            questions=tuple(questions),
            wishes=self.reading.words(section.name, WISHES),
            obstacles=self.reading.words(section.name, OBSTACLES),
        )

    def _item(self, item: Item) -> ReportItem:
        content = self.reading.content(item.name)
        asked = self.reading.is_asked(item)
        value = content.value if asked else "filtered"
        level = int(value) if value.isdigit() else None
        return ReportItem(
            name=item.name,
            number=item.number,
            label=self._text(item.label),
            level=level,
            special="" if level is not None else value,
            done_by=str(DoneBy(content.done_by).label) if content.done_by and asked else "",
            descriptor=localized(item.descriptors.get(value, {}), self.language, self.form.default_language),
            note=content.note if asked else "",
            evidence="; ".join(filter(None, (content.evidence, *self.proofs.get(item.name, ())))) if asked else "",
            evidence_asked=localized(item.evidence, self.language, self.form.default_language),
            target=item.target_level,
            weight=item.weight,
            is_need=item.name in self.needs,
            source=item.source,
            legal_basis=item.legal_basis,
            legal_basis_date=item.legal_basis_date,
        )

    def _question(self, item: Item) -> ReportQuestion:
        content = self.reading.content(item.name)
        choices = self.form.choices(item)
        return ReportQuestion(
            name=item.name,
            label=self._text(item.label),
            answer=shown_value(item, content.value, choices, self.language, file_name=self.files.get(item.name, "")),
            note=content.note,
        )

    def _needs(self) -> Iterator[ReportNeed]:
        for line in need_lines(self.reading, self.reading.needs, self.language):
            row = self.priorities.get(line.item.name)
            yield ReportNeed(
                item=line.item.name,
                number=line.item.number,
                dimension=line.need.dimension,
                label=line.label,
                level=line.need.level,
                special="unknown" if line.need.kind == DATA else "",
                target=line.need.target,
                weight=line.need.weight,
                rule=line.rule,
                priority=str(row.get_priority_display()) if row and row.priority else "",
                priority_reason=row.priority_reason if row else "",
                urgency=URGENCY[row.priority if row else ""],
            )

    def _method(self, assessment: Assessment) -> ReportMethod:
        scores = self.reading.scores
        held = self.reading.competences
        return ReportMethod(
            profile=str(assessment.wave.get_profile_display()),
            asked=sum(score.items for score in scores),
            counted=sum(score.counted for score in scores),
            answered=sum(score.known for score in scores),
            unknown=sum(score.unknown for score in scores),
            refused=sum(score.refused for score in scores),
            not_competent=sum(score.not_competent for score in scores),
            done_for_us=sum(score.done_for_us for score in scores),
            filtered=sum(score.filtered for score in scores),
            competences=tuple(str(Competence(name).label) for name in definition.COMPETENCES if name in (held or ())),
            evidence_required=assessment.wave.evidence_required,
        )


def dimension_labels(reading: Reading, language: str) -> dict[int, str]:
    """Name of each dimension: that of its section, or the project's own where a questionnaire has none for it."""
    compiled = reading.questionnaire.compiled
    return {
        dimension: compiled.text(texts, reading.state, language)
        for dimension, texts in reading.questionnaire.form.dimensions.items()
    }


def number(value: Fraction | SupportsFloat | None) -> float | None:
    """A share as a plain number for charts and tables."""
    return None if value is None else float(value)


def _signature(signature: Signature | None) -> ReportSignature | None:
    if signature is None:
        return None
    return ReportSignature(
        name=signature.name,
        function=signature.function,
        kind=signature.kind,
        reference=signature.reference,
        signed_at=signature.signed_at,
        content_hash=signature.content_hash,
    )
