"""What stands beside a measure: values, evidence, comments, dependencies without circles."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.commitments.actions import measure_details as actions
from apps.commitments.models import IndicatorValue, Measure, MeasureDependency, MeasureEvidence
from apps.core import scope
from apps.files.models import StoredFile
from apps.municipalities.models import Municipality, Role
from tests.commitments import factories
from tests.commitments.access_measures import PDF
from tests.commitments.test_measures import signed_in, url
from tests.factories import UserFactory, member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(municipality: Municipality) -> User:
    return member(municipality, Role.COORDINATOR)


@pytest.fixture
def client(coordinator: User) -> Client:
    return signed_in(coordinator)


@pytest.fixture
def measure(municipality: Municipality) -> Measure:
    return factories.measure(municipality, indicator="Tage bis zur Antwort", unit_of_value="Tage")


def post(client: Client, name: str, measure: Measure, *args: Any, **data: Any) -> Any:
    municipality = Municipality.objects.get(pk=str(measure.municipality_id))
    return client.post(url(name, municipality, measure.pk, *args), data)


def rows(measure: Measure, model: Any) -> list[Any]:
    with scope.enter(scope.municipality(measure.municipality_id)):
        return list(model.objects.filter(measure=measure))


# --- Values --------------------------------------------------------------------------------------------------------


def test_a_value_is_added_shown_with_its_unit_and_removed(
    municipality: Municipality, client: Client, measure: Measure
) -> None:
    assert post(client, "value-add", measure, measured_on="2026-10-01", value="12,5", note="Median").status_code == 303
    (row,) = rows(measure, IndicatorValue)
    assert "12,5 Tage" in client.get(url("detail", municipality, measure.pk)).content.decode()
    assert "12,5 Tage" in client.get(url("value-remove", municipality, measure.pk, row.pk)).content.decode()
    assert post(client, "value-remove", measure, row.pk).status_code == 303
    assert rows(measure, IndicatorValue) == []
    with scope.enter(scope.municipality(municipality)):
        verbs = AuditEntry.objects.filter(verb__startswith="measure.value").order_by("created_at")
        assert [(entry.verb, entry.data) for entry in verbs] == [
            ("measure.value_added", {"number": 1}),
            ("measure.value_removed", {"number": 1}),
        ]


def test_a_value_that_cannot_stand_is_said_beside_its_field(client: Client, measure: Measure) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for data in ({"measured_on": tomorrow, "value": "1"}, {"measured_on": "2026-10-01", "value": "viel"}):
        response = post(client, "value-add", measure, note="Bleibt stehen.", **data)
        assert response.status_code == 422
        assert "Bleibt stehen." in response.content.decode()
    post(client, "value-add", measure, measured_on="2026-10-01", value="1")
    again = post(client, "value-add", measure, measured_on="2026-10-01", value="2")
    assert again.status_code == 422
    assert "measured_on" in again.context["value_form"].errors


def test_without_an_indicator_there_are_no_values(municipality: Municipality, client: Client) -> None:
    bare = factories.measure(municipality)
    assert post(client, "value-add", bare, measured_on="2026-10-01", value="1").status_code == 303
    assert rows(bare, IndicatorValue) == []


def test_whoever_is_in_charge_removes_their_own_values_only(
    municipality: Municipality, client: Client, measure: Measure
) -> None:
    person = member(municipality, "contributor")
    with scope.enter(scope.municipality(municipality)):
        Measure.objects.filter(pk=measure.pk).update(responsible=person)
    post(client, "value-add", measure, measured_on="2026-10-01", value="1")
    own = signed_in(person)
    post(own, "value-add", measure, measured_on="2026-10-02", value="2")
    theirs, mine = rows(measure, IndicatorValue)
    assert post(own, "value-remove", measure, theirs.pk).status_code == 403
    assert post(own, "value-remove", measure, mine.pk).status_code == 303


def test_a_value_of_another_measure_is_not_found(municipality: Municipality, client: Client, measure: Measure) -> None:
    post(client, "value-add", measure, measured_on="2026-10-01", value="1")
    (row,) = rows(measure, IndicatorValue)
    another = factories.measure(municipality)
    assert post(client, "value-remove", another, row.pk).status_code == 404


# --- Evidence ------------------------------------------------------------------------------------------------------


def document(name: str = "dienstanweisung.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_a_document_proves_is_downloaded_and_goes_with_its_evidence(
    municipality: Municipality, client: Client, measure: Measure
) -> None:
    response = post(client, "evidence-add", measure, document=document(), title="Anweisung", dated_on="2026-10-01")
    assert response.status_code == 303
    (row,) = rows(measure, MeasureEvidence)
    page = client.get(url("detail", municipality, measure.pk)).content.decode()
    address = url("evidence-file", municipality, measure.pk, row.pk)
    assert address in page
    assert b"".join(client.get(address)) == PDF  # type: ignore[arg-type]  # a streaming response
    assert signed_in(member(municipality, "employee")).get(address).status_code == 403
    assert client.get(url("evidence-remove", municipality, measure.pk, row.pk)).status_code == 200
    assert post(client, "evidence-remove", measure, row.pk).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        assert not StoredFile.objects.exists()


def test_an_address_proves_too_but_has_no_file(municipality: Municipality, client: Client, measure: Measure) -> None:
    post(client, "evidence-add", measure, url="https://rat.example/117", title="Beschluss", dated_on="2026-10-01")
    (row,) = rows(measure, MeasureEvidence)
    assert row.url == "https://rat.example/117"
    assert client.get(url("evidence-file", municipality, measure.pk, row.pk)).status_code == 404


@pytest.mark.parametrize(
    ("data", "at"),
    [
        ({}, "document"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://x.example", "dated_on": "2999-01-01"}, "dated_on"),
        ({"url": "https://x.example", "title": ""}, "title"),
    ],
)
def test_evidence_that_cannot_stand_is_said_beside_its_field(
    client: Client, measure: Measure, data: dict[str, str], at: str
) -> None:
    response = post(client, "evidence-add", measure, **{"title": "Beschluss", "dated_on": "2026-10-01", **data})
    assert response.status_code == 422
    assert at in response.context["form"].errors


def test_either_a_document_or_an_address(client: Client, measure: Measure) -> None:
    data = {"url": "https://x.example", "title": "T", "dated_on": "2026-10-01"}
    assert post(client, "evidence-add", measure, document=document(), **data).status_code == 422
    assert rows(measure, MeasureEvidence) == []


def test_there_is_an_end_to_evidence(client: Client, measure: Measure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAX_EVIDENCE", 1)
    data = {"url": "https://x.example", "title": "T", "dated_on": "2026-10-01"}
    assert post(client, "evidence-add", measure, **data).status_code == 303
    assert post(client, "evidence-add", measure, **data).status_code == 422


# --- Comments ------------------------------------------------------------------------------------------------------


def test_an_empty_comment_is_refused(client: Client, measure: Measure) -> None:
    assert post(client, "comment", measure, text="  ").status_code == 422
    with scope.enter(scope.municipality(measure.municipality_id)), pytest.raises(ValueError, match="says something"):
        actions.add_comment(actor=None, measure_id=measure.pk, text=" ")


# --- Dependencies --------------------------------------------------------------------------------------------------


def chain(municipality: Municipality, length: int) -> list[Measure]:
    """Measures of which each waits for the one before."""
    found = [factories.measure(municipality, title=f"Schritt {place}") for place in range(length)]
    with scope.enter(scope.municipality(municipality)):
        for before, row in pairwise(found):
            actions.add_dependency(actor=None, measure_id=row.pk, after_id=before.pk)
    return found


def test_a_dependency_is_added_shown_on_both_sides_and_removed(
    municipality: Municipality, client: Client, measure: Measure
) -> None:
    after = factories.measure(municipality, title="Frist beschließen", due_on=timezone.localdate())
    assert client.get(url("dependency-add", municipality, measure.pk)).status_code == 200
    for _twice in range(2):
        assert post(client, "dependency-add", measure, after=str(after.pk)).status_code == 303
    assert len(rows(measure, MeasureDependency)) == 1
    for one, other in ((measure, after), (after, measure)):
        text = client.get(url("detail", municipality, one.pk)).content.decode()
        assert url("detail", municipality, other.pk) in text
    assert post(client, "dependency-remove", measure, after.pk).status_code == 303
    assert post(client, "dependency-remove", measure, after.pk).status_code == 404
    assert rows(measure, MeasureDependency) == []


def test_measures_that_would_wait_for_each_other_are_refused_with_the_whole_chain(
    municipality: Municipality, client: Client
) -> None:
    first, _second, third = chain(municipality, 3)
    response = post(client, "dependency-add", first, after=str(third.pk))
    assert response.status_code == 422
    (error,) = response.context["form"].errors["after"]
    places = [error.index(text) for text in ("M1", "M3", "M2")]
    assert places == sorted(places)
    with scope.enter(scope.municipality(municipality)), pytest.raises(actions.Circle) as caught:
        actions.add_dependency(actor=None, measure_id=first.pk, after_id=third.pk)
    assert str(caught.value) == "M1 → M3 → M2 → M1"


def test_a_measure_does_not_wait_for_itself(municipality: Municipality, client: Client, measure: Measure) -> None:
    factories.measure(municipality)
    assert post(client, "dependency-add", measure, after=str(measure.pk)).status_code == 422
    with scope.enter(scope.municipality(municipality)), pytest.raises(actions.Circle):
        actions.add_dependency(actor=None, measure_id=measure.pk, after_id=measure.pk)


def test_the_database_refuses_a_circle_too(municipality: Municipality) -> None:
    first, second = chain(municipality, 2)
    with scope.enter(scope.municipality(municipality)), pytest.raises(IntegrityError), transaction.atomic():
        MeasureDependency.objects.create(measure=first, after=second)


def test_a_measure_of_another_municipality_cannot_be_waited_for(
    municipality: Municipality, other_municipality: Municipality, client: Client, measure: Measure
) -> None:
    foreign = factories.measure(other_municipality)
    assert post(client, "dependency-add", measure, after=str(foreign.pk)).status_code == 422
    with scope.enter(scope.municipality(municipality)), pytest.raises(Measure.DoesNotExist):
        actions.add_dependency(actor=None, measure_id=measure.pk, after_id=foreign.pk)


def test_only_the_coordination_changes_dependencies(municipality: Municipality, measure: Measure) -> None:
    person = member(municipality, "contributor")
    with scope.enter(scope.municipality(municipality)):
        Measure.objects.filter(pk=measure.pk).update(responsible=person)
    assert signed_in(person).get(url("dependency-add", municipality, measure.pk)).status_code == 403


# --- The page ------------------------------------------------------------------------------------------------------


def test_the_page_takes_few_queries_however_much_stands_beside_the_measure(
    municipality: Municipality, client: Client, coordinator: User
) -> None:
    unit_people = [UserFactory() for _number in range(3)]
    measure = factories.measure(
        municipality, indicator="Tage", responsible=coordinator, adoption=factories.adoption(municipality)
    )
    with scope.enter(scope.municipality(municipality)):
        for number in range(20):
            IndicatorValue.objects.create(
                measure=measure,
                measured_on=timezone.localdate() - timedelta(days=number),
                value=number,
                recorded_by=unit_people[number % 3],
            )
            actions.add_comment(actor=unit_people[number % 3], measure_id=measure.pk, text=f"Wort {number}")
            actions.add_evidence(
                actor=coordinator,
                measure_id=measure.pk,
                title=f"Beleg {number}",
                dated_on=timezone.localdate(),
                url="https://x.example/",
            )
        for row in [Measure(number=number + 50, title="Schritt") for number in range(10)]:
            row.save()
            MeasureDependency.objects.create(measure=measure, after=row)
    with at_most(10):
        response = client.get(url("detail", municipality, measure.pk))
    assert response.status_code == 200
    assert "<svg" in response.content.decode()
