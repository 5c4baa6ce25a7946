"""The assessment before this one, item by item: what an answer can be compared with. In the municipality's scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from apps.assessments import queries
from apps.assessments.models import Answer, Assessment, Special
from apps.assessments.questionnaire import Reading
from apps.instruments.models import Concordance, InstrumentVersion
from apps.instruments.queries import predecessor_of

SAME, COMPARABLE = Concordance.Comparability.SAME, Concordance.Comparability.COMPARABLE
_PAIRS_KEPT = 64


@dataclass(frozen=True)
class Previous:
    """The assessment before, seen from the items of this one.

    earlier: name of the item before, by name of the item now; new items are not in it. comparability: SAME or
    COMPARABLE for each of them. answers and reading: of the assessment before, by its own names.
    """

    assessment: Assessment
    reading: Reading
    answers: Mapping[str, Answer]
    earlier: Mapping[str, str]
    comparability: Mapping[str, str]

    def answer(self, name: str) -> Answer | None:
        """The answer before to the item that is now called `name`."""
        return self.answers.get(self.earlier.get(name, ""))

    def rateable(self, reading: Reading) -> dict[str, Answer]:
        """The answers that can be rated again in hindsight, by the name of the item now, in its order.

        Those with a level, or unknown, to items that are asked in both waves.
        """
        return {
            item.name: answer
            for item in reading.questionnaire.form.level_items
            if (answer := self.answer(item.name)) is not None
            and (answer.level is not None or answer.special == Special.UNKNOWN)
            and reading.is_asked(item)
            and self.reading.is_asked(self.reading.questionnaire.form.items[self.earlier[item.name]])
        }


def earlier_assessments(assessment: Assessment) -> "QuerySet[Assessment]":
    """Signed assessments by the same questionnaire (whatever its version) in earlier waves, the latest first."""
    wave = assessment.wave
    return (
        queries.assessments()
        .filter(
            state__in=[Assessment.State.SIGNED_OFF, Assessment.State.CLOSED],
            wave__opens_on__lt=wave.opens_on,
            wave__topic=wave.topic,
            wave__instrument_version__instrument__versions=wave.instrument_version_id,
        )
        .exclude(pk=assessment.pk)
    )


def previous_assessment(assessment: Assessment) -> Assessment | None:
    """The last signed assessment by the same questionnaire (whatever its version) in an earlier wave, or None."""
    return earlier_assessments(assessment).first()


def previous(assessment: Assessment, *, language: str = "") -> Previous | None:
    """The assessment before with its answers; None where there is none. Two queries, more the first time."""
    before = previous_assessment(assessment)
    if before is None:
        return None
    ties = ties_between(assessment.wave.instrument_version_id, before.wave.instrument_version_id)
    answers = queries.answers_of(before)
    return Previous(
        assessment=before,
        reading=queries.reading_of(before, answers, language=language),
        answers=answers,
        earlier={name: earlier for name, (earlier, _comparability) in ties.items()},
        comparability={name: comparability for name, (_earlier, comparability) in ties.items()},
    )


@lru_cache(maxsize=_PAIRS_KEPT)
def ties_between(version_id: UUID, earlier_id: UUID) -> Mapping[str, tuple[str, str]]:
    """Item of a version → its predecessor in an earlier one and how comparable they are, over all versions between.

    The weakest tie of the chain counts; an item that was new on the way has none. Both versions are published, and
    what was decided at publication does not change.
    """
    ties = {name: (name, str(SAME)) for name in queries.item_keys(version_id)}
    current = InstrumentVersion.objects.get(pk=version_id)
    while current.pk != earlier_id:
        before = predecessor_of(current)
        if before is None:
            return {}
        rows = Concordance.objects.filter(version=current, predecessor=before).exclude(item="")
        step = {row.item: (row.predecessor_item, row.comparability) for row in rows if row.predecessor_item}
        ties = {
            name: (step[via][0], str(COMPARABLE if COMPARABLE in (comparability, step[via][1]) else SAME))
            for name, (via, comparability) in ties.items()
            if via in step
        }
        current = before
    return ties
