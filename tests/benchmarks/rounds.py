"""Pages of a round with 500 comments: server time of the whole request."""

import statistics
import time
from collections.abc import Iterator

from django.test.utils import override_settings

from apps.core.benchmark import Figure
from tests.factories import UserFactory
from tests.recommendations.test_round_size import NUMBER, filled, pages
from tests.recommendations.test_rounds import member_of, opened, signed_in

AIM = 150


def measure() -> Iterator[Figure]:
    """Median of each page as a participant reads it."""
    with override_settings(MFA_REQUIRED_ROLES=[]):  # the second factor is asked once, at sign-in
        staff = UserFactory(staff=True)
        about = opened(staff)
        filled(about, staff)
        client = signed_in(member_of(about))
        for page in pages(about):
            times = []
            for _ in range(15):
                started = time.perf_counter()
                response = client.get(page)
                times.append(time.perf_counter() - started)
                assert response.status_code == 200, response.status_code
            value = statistics.median(times[5:]) * 1000
            name = page.replace(str(about.pk), "…")[:40]
            yield Figure(f"{NUMBER} comments: {name}", value, "ms", f"< {AIM} ms", value < AIM)
