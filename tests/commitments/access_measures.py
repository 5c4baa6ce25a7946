"""Who gets what from the plan of measures."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.commitments.actions import calendar, measure_details
from apps.commitments.models import Measure
from apps.core import scope
from apps.files.checks import check
from tests.commitments import factories
from tests.consistency.access import Row, World

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def _measure(world: World, **fields: Any) -> Measure:
    return factories.measure(world.municipality, **fields)


def plan(world: World) -> Mapping[str, Any]:
    _measure(world, due_on=timezone.localdate() + timedelta(days=40))
    return {}


def one(world: World) -> Mapping[str, Any]:
    return {"measure_id": _measure(world).pk}


def with_indicator(world: World) -> Mapping[str, Any]:
    return {"measure_id": _measure(world, indicator="Tage bis zur Antwort").pk}


def with_value(world: World) -> Mapping[str, Any]:
    measure = _measure(world, indicator="Tage bis zur Antwort")
    with scope.enter(scope.municipality(world.municipality)):
        row = measure_details.add_value(
            actor=world.people["coordinator"], measure_id=measure.pk, measured_on=timezone.localdate(), value=3
        )
    return {"measure_id": measure.pk, "value_id": row.pk}


def with_evidence(world: World) -> Mapping[str, Any]:
    measure = _measure(world)
    with scope.enter(scope.municipality(world.municipality)):
        row = measure_details.add_evidence(
            actor=world.people["coordinator"],
            measure_id=measure.pk,
            title="Dienstanweisung",
            dated_on=timezone.localdate(),
            document=check("dienstanweisung.pdf", PDF),
        )
    return {"measure_id": measure.pk, "evidence_id": row.pk}


def with_dependency(world: World) -> Mapping[str, Any]:
    measure, after = _measure(world), _measure(world, title="Frist beschließen")
    with scope.enter(scope.municipality(world.municipality)):
        measure_details.add_dependency(actor=world.people["coordinator"], measure_id=measure.pk, after_id=after.pk)
    return {"measure_id": measure.pk, "after_id": after.pk}


def token(world: World) -> Mapping[str, Any]:
    with scope.enter(scope.municipality(world.municipality)):
        return {"token": calendar.create_address(actor=world.people["coordinator"], only_mine=False)}


READ: dict[str, Any] = {"all_roles": 200, "employee": 403}
MANAGE: dict[str, Any] = {"others": 403}

ACCESS = {
    "measures-board": Row.in_municipality(**READ, kwargs=plan),
    "measures-list": Row.in_municipality(**READ, kwargs=plan),
    "measures-timeline": Row.in_municipality(**READ, kwargs=plan),
    "measures-choose": Row.in_municipality(**MANAGE, coordinator=200),
    "measures-new": Row.in_municipality(**MANAGE, coordinator=200),
    "measures-export": Row.in_municipality(**READ, method="post", kwargs=plan),
    "measures-import": Row.in_municipality(**MANAGE, coordinator=200),
    "measures-import-apply": Row.in_municipality(**MANAGE, coordinator=422, method="post"),
    "measures-calendar": Row.in_municipality(**READ, staff=403),
    "measures-calendar-revoke": Row.in_municipality(all_roles=303, employee=403, staff=403, method="post"),
    "commitments-calendar-feed": Row.for_all(200, kwargs=token),
    "measures-detail": Row.in_municipality(**READ, kwargs=one),
    "measures-change": Row.in_municipality(**MANAGE, coordinator=200, kwargs=one),
    "measures-state": Row.in_municipality(**MANAGE, coordinator=200, kwargs=one),
    "measures-value-add": Row.in_municipality(
        **MANAGE,
        coordinator=303,
        method="post",
        kwargs=with_indicator,
        data={"measured_on": "2026-10-01", "value": "3"},
    ),
    "measures-value-remove": Row.in_municipality(**MANAGE, coordinator=200, kwargs=with_value),
    "measures-comment": Row.in_municipality(
        **MANAGE, coordinator=303, method="post", kwargs=one, data={"text": "Der Entwurf liegt beim Personalrat."}
    ),
    "measures-evidence-add": Row.in_municipality(**MANAGE, coordinator=200, kwargs=one),
    "measures-evidence-remove": Row.in_municipality(**MANAGE, coordinator=200, kwargs=with_evidence),
    "measures-evidence-file": Row.in_municipality(**READ, kwargs=with_evidence),
    "measures-dependency-add": Row.in_municipality(**MANAGE, coordinator=200, kwargs=one),
    "measures-dependency-remove": Row.in_municipality(**MANAGE, coordinator=303, method="post", kwargs=with_dependency),
}
