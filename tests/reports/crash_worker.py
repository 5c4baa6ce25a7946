"""The Celery application of the crash test: the project's own, with a slow kind of report and short thresholds.

Started as `celery -A tests.reports.crash_worker worker --beat`.
"""

import os

from django.conf import settings

from config.celery import app

settings.MEDIA_ROOT = os.environ["KFA_TEST_MEDIA"]
settings.REPORT_STALE_SECONDS = 3
app.conf.beat_schedule = {
    "sweep": {"task": "reports.sweep", "schedule": 1.0, "kwargs": {"scope": {"name": "programme"}}}
}
app.conf.broker_transport_options = {"visibility_timeout": 3600}
app.loader.import_default_modules()

from tests.reports import kinds  # noqa: E402  # needs the applications loaded

kinds.declare(kind="slow", render=kinds.slow_render)

__all__ = ["app"]
