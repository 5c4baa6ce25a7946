"""CPU per page of a full assessment's report, rendered again and again in one warm process, as a worker does."""

import gc
import resource
import statistics
import time
from collections.abc import Iterator

from django.utils import translation

from apps.assessments import queries_report
from apps.assessments.reports import render
from apps.core import scope
from apps.core.benchmark import Figure
from tests.assessments import factories
from tests.factories import MunicipalityFactory, member

ROUNDS = 5


def measure() -> Iterator[Figure]:
    """CPU-seconds per page (all 62 items answered, half with notes) and growth of memory per report."""
    municipality = MunicipalityFactory()
    member(municipality, "signatory")
    assessment = factories.answered(municipality, factories.wave("T8"))
    answers = factories.full_answers()
    for number, name in enumerate(answers):
        if number % 2 and name.startswith("d"):
            factories.save(assessment, {name: answers[name]}, note="Die Zuständigkeit ist seit 2025 geregelt. " * 4)
    with translation.override("de"):
        with scope.enter(scope.municipality(municipality), read_only=True):
            data = queries_report.report_data(assessment.pk)
        first = render(data, lambda percent: None)
        per_page, memory = [], []
        for _ in range(ROUNDS):
            gc.collect()
            started, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            built = render(data, lambda percent: None)
            per_page.append((time.process_time() - started) / built.pages)
            memory.append((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
    yield Figure("pages of a full report", first.pages, "pages", "none", True)
    median = statistics.median(per_page)
    yield Figure("CPU per page, warm", median, "s", "≤ 0.200 s", median <= 0.2)
    growth = statistics.mean(memory)
    yield Figure("growth of memory per report", growth, "MB", "≤ 1.0 MB", growth <= 1.0)
