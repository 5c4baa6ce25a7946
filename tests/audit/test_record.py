"""The audit record belongs to the transaction of the deed and can only grow."""

import pytest
from django.db import ProgrammingError, transaction

from apps.audit.actions import record
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_says_who_did_what_to_what_in_which_municipality(in_municipality: Municipality) -> None:
    user = UserFactory()
    record(actor=user, verb="municipality.renamed", target=in_municipality, data={"field": "name"})
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.verb, entry.target_type) == (
        user.pk,
        "municipality.renamed",
        "municipalities.municipality",
    )
    assert entry.target_id == str(in_municipality.pk)
    assert entry.municipality_id == in_municipality.pk


def test_vanishes_with_the_deed_that_was_rolled_back(in_municipality: Municipality) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(actor=None, verb="test.happened")
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["municipality", "programme"])
def test_cannot_be_changed_or_deleted(municipality: Municipality, name: str) -> None:
    taken = scope.municipality(municipality) if name == "municipality" else scope.programme()
    with scope.enter(taken):
        record(actor=None, verb="test.happened")
    with pytest.raises(ProgrammingError, match="permission denied"), scope.enter(taken):
        AuditEntry.objects.update(verb="test.other")
    with pytest.raises(ProgrammingError, match="permission denied"), scope.enter(taken):
        AuditEntry.objects.all().delete()


def test_project_staff_read_all_and_a_municipality_its_own(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    record(actor=None, verb="account.signed_in")
    with scope.enter(scope.municipality(other_municipality)):
        record(actor=None, verb="test.elsewhere")
    with scope.enter(scope.municipality(municipality)):
        assert not AuditEntry.objects.exists()
    with scope.enter(scope.programme()):
        assert AuditEntry.objects.count() == 2


def test_staff_can_name_the_municipality_they_act_for(municipality: Municipality) -> None:
    with scope.enter(scope.programme()):
        record(actor=None, verb="municipality.created", target=municipality, municipality=municipality)
    with scope.enter(scope.municipality(municipality)):
        assert AuditEntry.objects.get().verb == "municipality.created"
