"""Triggers keep what is no longer a draft, whoever writes and however."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core import scope
from apps.instruments.actions import import_instrument, retire_version
from apps.instruments.models import InstrumentVersion, Item, Section, Workbook
from tests.instruments.conftest import workbook

pytestmark = pytest.mark.django_db


def refused(statement: str, *parameters: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE instruments_instrumentversion SET title = 'x'",
        "UPDATE instruments_instrumentversion SET choice_lists = '{}'",
        "UPDATE instruments_instrumentversion SET state = 'draft', published_at = NULL",
        "UPDATE instruments_instrumentversion SET published_at = now()",
        "DELETE FROM instruments_instrumentversion",
        "UPDATE instruments_item SET weight = 9",
        "UPDATE instruments_item SET label = '{}' WHERE name = 'staff'",
        "DELETE FROM instruments_item",
        "UPDATE instruments_section SET relevant = 'false()'",
        "DELETE FROM instruments_section",
        "UPDATE instruments_workbook SET content = 'x'",
        "DELETE FROM instruments_workbook",
    ],
)
@pytest.mark.parametrize("retired", [False, True], ids=["published", "retired"])
def test_a_version_in_use_cannot_be_changed_by_raw_sql(
    published: InstrumentVersion, statement: str, retired: bool
) -> None:
    if retired:
        retire_version(actor=None, version=published)
    refused(statement)


def test_nothing_can_be_added_to_a_version_in_use(published: InstrumentVersion) -> None:
    section = published.sections.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Section.objects.create(version=published, position=99, name="mehr")
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(version=published, section=section, position=99, name="mehr", kind="text")


def test_an_item_cannot_be_moved_into_a_version_in_use(published: InstrumentVersion) -> None:
    other = import_instrument(actor=None, content=workbook("2"), filename="probe.xlsx")
    refused("UPDATE instruments_item SET version_id = %s WHERE version_id = %s", published.pk, other.pk)


def test_an_item_lies_in_a_section_of_its_own_version(draft: InstrumentVersion) -> None:
    other = import_instrument(actor=None, content=workbook("2"), filename="probe.xlsx")
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(version=draft, section=other.sections.first(), position=99, name="x", kind="text")


def test_the_retirement_is_the_only_change(published: InstrumentVersion) -> None:
    retire_version(actor=None, version=published)
    refused("UPDATE instruments_instrumentversion SET state = 'published'")


def test_a_draft_can_be_changed(draft: InstrumentVersion) -> None:
    Item.objects.filter(name="staff").update(weight=2)
    Workbook.objects.update(filename="x.xlsx")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM instruments_item")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"weight": 0}, "item_weight_at_least_1"),
        ({"target_level": 5}, "item_target_is_a_level"),
        ({"dimension": 11}, "item_dimension"),
        ({"kind": "geopoint"}, "item_kind_is_known"),
        ({"competence": "zauberei"}, "item_competence_is_known"),
        ({"comparability": "so lala"}, "item_comparability_is_known"),
        ({"kind": "select_one", "list_name": "level", "dimension": None}, "item_level_has_dimension"),
        ({"legal_basis": "§ 13 AGG"}, "item_legal_basis_has_date"),
        ({"name": "staff"}, "item_name_once_in_version"),
    ],
)
def test_the_database_knows_what_must_be_true(
    draft: InstrumentVersion, fields: dict[str, object], constraint: str
) -> None:
    values = {"name": "neu", "kind": "text", "position": 99, **fields}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Item.objects.create(version=draft, section=draft.sections.first(), **values)


def test_municipalities_read_questionnaires(published: InstrumentVersion, in_municipality: object) -> None:
    assert InstrumentVersion.objects.get() == published
    assert scope.current() is not None
