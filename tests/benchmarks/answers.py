"""Saving one answer: server time of the whole request, alone and with twenty people writing at once."""

import statistics
import threading
import time
from collections.abc import Iterator

from django.db import connections
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from apps.core.benchmark import Figure
from tests.assessments import factories
from tests.factories import MunicipalityFactory, member

WRITERS, WRITES_EACH = 20, 10
PAUSE = 2.0  # seconds in which a person reads the next question; ten answers a second altogether
SECTION_ITEMS = {"d1": 7, "d3": 8, "d5": 8}


def measure() -> Iterator[Figure]:
    """Median alone; 95th percentile of the wall time at twenty writers in one process."""
    with override_settings(MFA_REQUIRED_ROLES=[]):  # the second factor is asked once, at sign-in
        yield from _measure()


def _measure() -> Iterator[Figure]:
    municipality = MunicipalityFactory()
    assessment = factories.started(municipality, factories.wave("T9"))
    items = [f"{section}_{number:02}" for section, count in SECTION_ITEMS.items() for number in range(1, count + 1)]
    clients = []
    for _ in range(WRITERS):
        client = Client()
        client.force_login(member(municipality))
        clients.append(client)

    def save(client: Client, item: str, level: int) -> float:
        url = reverse("assessments-answer", args=[municipality.slug, assessment.pk, item])
        started = time.perf_counter()
        response = client.post(url, {f"answer-{item}": str(level % 5)}, headers={"HX-Request": "true"})
        assert response.status_code in (200, 409), response.status_code
        return time.perf_counter() - started

    alone = [save(clients[0], items[number % len(items)], number) for number in range(60)][10:]
    yield Figure("save one answer, alone, median", statistics.median(alone) * 1000, "ms", "none", True)

    times: list[float] = []
    lock = threading.Lock()

    def write(number: int) -> None:
        time.sleep(number / WRITERS * PAUSE)
        for turn in range(WRITES_EACH):
            seconds = save(clients[number], items[number], turn)
            with lock:
                times.append(seconds)
            time.sleep(PAUSE)
        connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p95 = statistics.quantiles(times, n=20)[18] * 1000
    yield Figure(f"save one answer, {WRITERS} writers, 95th percentile", p95, "ms", "≤ 50 ms", p95 <= 50)
