"""An assessment that asks for files, and files for it.

plan    a file, required
why     a text, asked while there is no plan
photo   an image, only where the number of `sites` is above 0
map     a file, asked from six sites on
fixed   a file that nobody may change
d2_file a file in another section
"""

from functools import cache
from typing import Any

from apps.assessments.actions.upload_answers import upload_answer
from apps.assessments.models import Answer, Assessment
from apps.assessments.policies import Recipient
from apps.core import scope
from apps.files.checks import check
from apps.instruments.actions import publish_version
from apps.instruments.models import InstrumentVersion
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.files import samples
from tests.instruments.forms import LEVELS, as_xlsx, group, level, row, sheets
from tests.instruments.imported import imported


def version() -> InstrumentVersion:
    """The questionnaire, imported and published."""
    with scope.enter(scope.programme()):
        draft = imported(actor=None, content=_workbook(), filename="uploads.xlsx")
        return publish_version(actor=None, version=draft)


@cache  # an XLSX file carries the time at which it was written
def _workbook() -> bytes:
    survey = [
        *group(
            "d1",
            level("d1_01", 1),
            row("file", "plan", "Organigramm", required="yes"),
            row("text", "why", "Warum nicht?", relevant="${plan} = ''"),
            row("integer", "sites", "Standorte"),
            row(
                "image",
                "photo",
                "Bild des Eingangs",
                constraint="${sites} > 0",
                **{"constraint_message::Deutsch (de)": "Erst die Standorte nennen."},
            ),
            row("file", "map", "Karte", relevant="${sites} > 5"),
            row("file", "fixed", "Vorgabe", readonly="yes"),
        ),
        *group("d2", level("d2_01", 2), row("file", "d2_file", "Bericht")),
    ]
    return as_xlsx(sheets(survey, LEVELS, {"form_id": "uploads", "version": "1"}))


def begun(municipality: Municipality) -> Assessment:
    """An assessment with these questions that the coordinator has begun."""
    return factories.started(municipality, factories.wave(instrument_version=version()))


def attach(assessment: Assessment, item: str, name: str = "Plan.pdf", **fields: Any) -> Answer:
    """Attach a file by the action: a PDF, or the picture that the name says."""
    municipality = assessment.municipality
    values: dict[str, Any] = {"actor": factories.person(municipality, Role.COORDINATOR), **fields}
    if isinstance(values.get("only"), Recipient) and values["only"].delegation_id:
        values["actor"] = None
    with scope.enter(scope.municipality(municipality)):
        values.setdefault("seen", value_of(assessment, item))
        uploaded = check(name, content_for(name))
        return upload_answer(assessment_id=assessment.pk, item=item, uploaded=uploaded, **values)


def content_for(name: str) -> bytes:
    return {"png": samples.picture("PNG"), "jpg": samples.picture()}.get(name.rpartition(".")[2]) or samples.pdf()


def value_of(assessment: Assessment, item: str) -> str:
    """What the answer says, "" without one; in the municipality's scope."""
    found = Answer.objects.filter(assessment=assessment, item__name=item).first()
    return found.value if found is not None else ""
