from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        from apps.core import checks  # noqa: F401  # registers the system checks

        post_migrate.connect(lay_policies, sender=self)


def lay_policies(using: str, **kwargs: Any) -> None:
    """After `migrate --database owner`: grants and policies. A flush (tests) has no plan and changes no table."""
    if using != "owner" or "plan" not in kwargs:
        return
    from apps.core import policies_sql

    with connections[using].cursor() as cursor:
        policies_sql.lay(cursor)
