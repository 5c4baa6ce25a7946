"""What row-level security costs: the same work in a scope and, as the owner, with a plain WHERE in a transaction."""

from collections.abc import Iterator

from django.db import connections, transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from apps.core import scope
from apps.core.benchmark import Figure, medians, ratio
from apps.core.keys import uuid7
from apps.municipalities.models import OrgUnit
from tests.factories import MunicipalityFactory, member

ROWS, MUNICIPALITIES, ROUNDS = 300, 40, 400


def measure() -> Iterator[Figure]:
    """Figures for list, detail and insert."""
    municipalities = [MunicipalityFactory() for _ in range(MUNICIPALITIES)]
    for municipality in municipalities:
        with scope.enter(scope.municipality(municipality)):
            OrgUnit.objects.bulk_create([OrgUnit(name=f"Amt {number}") for number in range(ROWS)])
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    connections["owner"].ensure_connection()
    one = municipalities[MUNICIPALITIES // 2]
    with scope.enter(scope.municipality(one)):
        key = OrgUnit.objects.order_by("name")[ROWS // 2].pk

    def isolated_list() -> None:
        with scope.enter(scope.municipality(one), read_only=True):
            list(OrgUnit.objects.order_by("name")[:50])

    def plain_list() -> None:
        with transaction.atomic(using="owner"):
            list(OrgUnit._base_manager.using("owner").filter(municipality_id=one.pk).order_by("name")[:50])

    def isolated_detail() -> None:
        with scope.enter(scope.municipality(one), read_only=True):
            OrgUnit.objects.get(pk=key)

    def plain_detail() -> None:
        with transaction.atomic(using="owner"):
            OrgUnit._base_manager.using("owner").get(municipality_id=one.pk, pk=key)

    def isolated_insert() -> None:
        with scope.enter(scope.municipality(one)):
            OrgUnit(name=f"Neu {uuid7()}").save(force_insert=True)

    def plain_insert() -> None:
        with transaction.atomic(using="owner"):
            OrgUnit(name=f"Neu {uuid7()}", municipality_id=one.pk).save(using="owner", force_insert=True)

    overhead = 0.0
    for name, isolated, plain in (
        ("list of 50 rows", isolated_list, plain_list),
        ("detail", isolated_detail, plain_detail),
        ("insert", isolated_insert, plain_insert),
    ):
        found = medians({"isolated": isolated, "plain": plain}, rounds=ROUNDS)
        yield Figure(f"{name}, with isolation", found["isolated"] * 1e6, "µs", "none", True)
        overhead = max(overhead, found["isolated"] - found["plain"])
        yield ratio(f"{name}: isolation against plain WHERE", found["isolated"], found["plain"], at_most=1.10)

    client = Client()
    client.force_login(member(one))
    with override_settings(MFA_REQUIRED_ROLES=[]):
        url = reverse("municipalities-org-units", args=[one.slug])
        request = medians({"request": lambda: client.get(url)}, rounds=20)["request"]
    # There is no application without isolation to compare with: the largest overhead above is taken off the request.
    yield ratio("a whole page: with isolation against without", request, request - overhead, at_most=1.10)
