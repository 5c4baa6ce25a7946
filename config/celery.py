"""The Celery application: JSON only, ids only, acknowledged late (docs/adr/0006-long-work.md)."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("kommunen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _refuse_unsafe_connection(**kwargs: object) -> None:
    from apps.core.checks import refuse_unsafe_connection

    refuse_unsafe_connection()
