"""Questionnaires, rules and files with rules for tests."""

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from apps.assessments.models import Assessment, Need, Wave
from apps.core import scope
from apps.instruments import definition
from apps.instruments.models import Concordance, Instrument, InstrumentVersion, Item, Section
from apps.municipalities.models import Municipality
from apps.recommendations import queries_rules
from apps.recommendations.actions.rules import add_rule
from apps.recommendations.matching import Rule
from apps.recommendations.models import MappingRule
from apps.recommendations.rules_resource import COLUMNS
from tests.factories import UserFactory

PROBE = "probe"


def questionnaire(
    items: Mapping[str, int],
    *,
    key: str = PROBE,
    version: str = "1",
    questions: Sequence[str] = (),
    follows: InstrumentVersion | None = None,
    ties: Sequence[tuple[str, str, str]] = (),
) -> InstrumentVersion:
    """A published questionnaire: level items with their targets, by name (`d5_03` is in dimension 5).

    questions: such as become needs in a routine check, each with the note that says what to do. ties: item, its
    predecessor in the version that this one follows, comparability.
    """
    instrument, _new = Instrument.objects.get_or_create(key=key, defaults={"title": f"Fragebogen {key}"})
    made = InstrumentVersion.objects.create(
        instrument=instrument, version=version, title=instrument.title, languages=[{"code": "de", "name": "Deutsch"}]
    )
    section = Section.objects.create(version=made, position=0, name="d1")
    rows = [
        Item(
            version=made, section=section, position=place, name=name, kind=definition.SELECT_ONE,
            list_name=definition.LEVEL_LIST, label={"de": f"Frage {name}", "en": f"Question {name}"},
            dimension=dimension_of(name), target_level=target,
        )
        for place, (name, target) in enumerate(items.items())
    ]  # fmt: skip
    for place, name in enumerate(questions):
        rows.append(
            Item(version=made, section=section, position=1000 + 2 * place, name=name, kind="select_one", list_name="yn")
        )
        rows.append(Item(version=made, section=section, position=1001 + 2 * place, name=f"{name}_step", kind="note"))
    rows.append(Item(version=made, section=section, position=5000, name="remarks", kind="text"))
    Item.objects.bulk_create(rows)
    Concordance.objects.bulk_create(
        Concordance(version=made, predecessor=follows, item=item, predecessor_item=old, comparability=kind)
        for item, old, kind in ties
    )
    made.state, made.published_at = InstrumentVersion.State.PUBLISHED, timezone.now()
    made.save(update_fields=["state", "published_at"])
    return made


def dimension_of(name: str) -> int:
    """The dimension in an item's name, 1 where it says none."""
    match = definition.LEVEL_NAME.fullmatch(name)
    return int(match["dimension"]) if match else 1


def rule(item: str = "d5_03", **fields: Any) -> Rule:
    """A rule without its row: for the probe questionnaire, to level 1, leading to recommendation 1."""
    return Rule(**{"instrument": PROBE, "item": item, "threshold": 1, "recommendation": 1, **fields})


def stored(staff: Any, item: str = "d5_03", **fields: Any) -> MappingRule:
    """A stored rule, in the programme's scope or a test's transaction."""
    return add_rule(actor=staff, rule=rule(item, **fields))


def all_rules() -> list[Rule]:
    """The rules as they are stored."""
    return list(queries_rules.plain_rules().values())


def sheet(*rows: Mapping[str, Any], columns: Sequence[str] = COLUMNS) -> bytes:
    """An Excel file with these rows; what a row does not say of the probe questionnaire's d5_03 is as usual."""
    usual = {"instrument": PROBE, "item": "d5_03", "threshold": 1, "recommendation": 1}
    book = Workbook()
    page = book.worksheets[0]
    page.append(list(columns))
    for row in rows:
        page.append([{**usual, **row}.get(name) for name in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def needs(
    municipality: Municipality, version: InstrumentVersion, found: Mapping[str, int | None], **fields: Any
) -> list[Need]:
    """The needs of a signed assessment with this questionnaire: level by item, None where unknown."""
    now, signatory = timezone.now(), UserFactory()
    today = timezone.localdate()
    with scope.enter(scope.programme()):
        wave = Wave.objects.create(
            label="T0", instrument_version=version, profile=fields.pop("profile", "standard"), state=Wave.State.OPEN,
            opens_on=today - timedelta(days=30), closes_on=today + timedelta(days=30), opened_at=now,
        )  # fmt: skip
    with scope.enter(scope.municipality(municipality)):
        assessment = Assessment.objects.create(
            wave=wave, state=Assessment.State.SIGNED_OFF, started_at=now, submitted_at=now, submitted_by=signatory,
            signed_off_at=now,
        )  # fmt: skip
        items = {item.name: item for item in Item.objects.filter(version=version)}
        return Need.objects.bulk_create(
            Need(
                assessment=assessment,
                item=items[name],
                kind=Need.Kind.DATA if level is None else Need.Kind.GAP,
                dimension=items[name].dimension,
                level=level,
                target=items[name].target_level,
                **fields,
            )
            for name, level in found.items()
        )
