"""Three versions of a small questionnaire, and waves over them: what is the same, comparable, new, dropped, renamed.

version 1    version 2                      version 3
d5_01        same                           comparable: another wording
d5_02        comparable: another wording    same
d5_03        same, now called d5_13         same, now called d5_23
d5_04        dropped
d5_05        decided to be new              same
             d5_06 is new                   same
offers       same (several choices)         same
staff        same (a number)                same, but at least 100
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from apps.assessments import queries, queries_previous
from apps.assessments.models import Assessment, Wave
from apps.core import scope
from apps.instruments.actions import confirm_concordance, publish_version
from apps.instruments.models import InstrumentVersion
from apps.instruments.queries import compared, predecessor_of
from apps.municipalities.models import Municipality
from tests.assessments import factories
from tests.factories import UserFactory
from tests.instruments.forms import LEVELS, Row, as_xlsx, choice, group, level, row, sheets
from tests.instruments.imported import imported

WORDING = "label::Deutsch (de)"
OFFERS = [choice("offer", "training"), choice("offer", "advice")]
BEFORE = {"d5_01": "1", "d5_02": "2", "d5_03": "unknown", "d5_04": "3", "d5_05": "2"}
NOW = {"d5_01": "2", "d5_02": "1", "d5_13": "2", "d5_05": "4", "d5_06": "0"}


def _beside(least: int = 0) -> list[Row]:
    return [row("select_multiple offer", "offers"), row("integer", "staff", constraint=f". >= {least}")]


def _surveys() -> dict[str, list[Row]]:
    anders: Any = {WORDING: "Anders gefragt?"}
    one = [level("d5_01"), level("d5_02", weight=2), level("d5_03"), level("d5_04"), level("d5_05")]
    two = [
        level("d5_01"),
        level("d5_02", weight=2, **anders),
        level("d5_13", predecessor="d5_03"),
        level("d5_05", **{WORDING: "Ganz etwas anderes?"}),
        level("d5_06"),
    ]
    three = [level("d5_01", **anders), two[1], level("d5_23", predecessor="d5_13"), *two[3:]]
    return {"1": [*one, *_beside()], "2": [*two, *_beside()], "3": [*three, *_beside(100)]}


def version(number: str) -> InstrumentVersion:
    """Version 1, 2 or 3, published with all decisions taken; those before it have to be there."""
    with scope.enter(scope.programme()):
        draft = imported(actor=None, content=_workbook(number), filename=f"probe-{number}.xlsx")
        before = predecessor_of(draft)
        if before is not None:
            decisions = {pair.key: pair.proposal for pair in compared(draft, before) if pair.to_decide}
            if number == "2":
                decisions["item-d5_05"] = "new"
            confirm_concordance(actor=UserFactory(staff=True), version=draft, decisions=decisions)
        return publish_version(actor=None, version=draft)


@cache  # an XLSX file carries the time at which it was written
def _workbook(number: str) -> bytes:
    survey = group("d5", *_surveys()[number], label="Beschwerde und Schutz")
    return as_xlsx(sheets(survey, choices=[*LEVELS, *OFFERS], settings={"form_id": "probe", "version": number}))


def wave(label: str, of: InstrumentVersion, **fields: Any) -> Wave:
    """An open wave; T0 in 2025, T1 in 2026 and so on."""
    year = 2025 + int(label[1:])
    values = {"opens_on": date(year, 11, 1), "closes_on": date(year + 1, 1, 31), **fields}
    return factories.wave(label, instrument_version=of, **values)


def two_waves(municipality: Municipality, now: Mapping[str, Any] | None = None, **fields: Any) -> Assessment:
    """The assessment in T1 by version 2, begun and answered with `now`; T0 by version 1 is signed.

    fields: of the wave T1.
    """
    factories.signed(municipality, wave("T0", version("1")), answers=BEFORE)
    assessment = factories.started(municipality, wave("T1", version("2"), **fields))
    if now:
        factories.save(assessment, now)
    return fresh(assessment)


def fresh(assessment: Assessment) -> Assessment:
    """The assessment as it is stored now."""
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries.assessments().get(pk=assessment.pk)


def compare_with(assessment: Assessment) -> queries_previous.Previous | None:
    """The assessment before."""
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries_previous.previous(assessment)
