"""The tests' shortcut makes what the action makes."""

from typing import Any

import pytest
from django.forms import model_to_dict

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.instruments.actions import discard_draft, publish_version
from apps.instruments.models import InstrumentVersion, Item, Section, Workbook
from apps.instruments.queries import load_form
from apps.instruments.workbook import InvalidWorkbook
from tests.factories import UserFactory
from tests.instruments.conftest import workbook
from tests.instruments.imported import imported

pytestmark = pytest.mark.django_db


def rows(version: InstrumentVersion) -> list[Any]:
    """All that is stored of a version, but for keys and times."""
    found: list[Any] = [version, *Section.objects.filter(version=version), *Item.objects.filter(version=version)]
    plain = [model_to_dict(row, exclude=("id", "version", "section")) for row in found]
    return [*plain, [item.section.name for item in Item.objects.filter(version=version).order_by("position")]]


def test_rows_laid_down_again_are_those_of_the_action_with_new_keys() -> None:
    with scope.enter(scope.programme()):
        first = imported(actor=None, content=workbook("7"), filename="probe.xlsx")
        form, stored, key = load_form(first), rows(first), first.pk
        items = set(Item.objects.values_list("pk", flat=True))
        discard_draft(actor=None, version=first)
        actor = UserFactory(staff=True)
        again = imported(actor=actor, content=workbook("7"), filename="probe.xlsx")
        assert again.pk != key and not items & set(Item.objects.values_list("pk", flat=True))
        assert rows(again) == stored
        assert load_form(again) == form
        assert bytes(Workbook.objects.get(version=again).content) == workbook("7")
        assert AuditEntry.objects.filter(verb="instrument.imported", target_id=str(again.pk), actor=actor).count() == 1
        assert publish_version(actor=None, version=again).is_published


def test_a_version_that_is_there_is_left_to_the_action() -> None:
    with scope.enter(scope.programme()):
        first = imported(actor=None, content=workbook("8"), filename="probe.xlsx")
        assert imported(actor=None, content=workbook("8"), filename="probe.xlsx") == first
        with pytest.raises(InvalidWorkbook):
            imported(actor=None, content=workbook("8", label="Anders?"), filename="probe.xlsx")
