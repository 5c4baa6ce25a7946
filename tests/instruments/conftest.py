from collections.abc import Iterator
from functools import cache

import pytest

from apps.instruments.actions import import_instrument, publish_version
from apps.instruments.models import InstrumentVersion
from apps.instruments.queries import forget_compiled
from tests.instruments.forms import LEVELS, as_xlsx, choice, group, level, row, sheets

DESCRIPTORS = {f"level_{number}::Deutsch (de)": f"So sieht Stufe {number} aus" for number in range(5)}


@cache  # an XLSX file carries the time at which it was written
def workbook(version: str = "1", key: str = "probe", label: str = "Gibt es eine Beschwerdestelle?") -> bytes:
    """A questionnaire with a question of every kind, a nested group, a condition, a constraint and a filter."""
    survey = [
        *group(
            "profile",
            row("note", "intro", "Bitte lesen."),
            row("integer", "staff", "Wie viele Beschäftigte?", required="yes", constraint=". > 0",
                **{"constraint_message::Deutsch (de)": "Mehr als 0", "hint::Deutsch (de)": "Köpfe"}),
            row("decimal", "share", "Anteil in Prozent"),
            row("date", "day", "Stichtag"),
            row("select_one yn", "council", "Gibt es einen Personalrat?"),
            row("select_one yn", "again", "Und noch einer?", appearance="minimal"),
            row("select_multiple area", "areas", "Welche Bereiche?"),
            *group("inner", row("text", "why", "Warum?", appearance="multiline"), label="Nachfrage",
                   relevant="${council} = 'no'"),
            row("calculate", "double", calculation="${staff} * 2"),
            label="Rahmen",
        ),
        *group(
            "d5",
            level(**DESCRIPTORS, weight=2, source="ECCAR P3", legal_basis="§ 13 AGG", legal_basis_date="2025-01-01",
                  profile="standard", required="yes",
                  **{"label::Deutsch (de)": label, "label::English (en)": "Is there an office?",
                     "evidence::Deutsch (de)": "Dienstanweisung", "guidance_hint::Deutsch (de)": "Zum Beispiel so."}),
            label="Beschwerde",
        ),
    ]  # fmt: skip
    choices = [*LEVELS, choice("yn", "yes", "Ja"), choice("yn", "no", "Nein"), choice("area", "a"), choice("area", "b")]
    return as_xlsx(sheets(survey, choices, {"form_id": key, "version": version}))


@pytest.fixture(autouse=True)
def _no_compiled_forms_left() -> Iterator[None]:
    yield
    forget_compiled()


@pytest.fixture
def draft(db: None) -> InstrumentVersion:
    """A version just imported."""
    return import_instrument(actor=None, content=workbook(), filename="probe.xlsx")


@pytest.fixture
def published(draft: InstrumentVersion) -> InstrumentVersion:
    """A version that can be used."""
    return publish_version(actor=None, version=draft)
