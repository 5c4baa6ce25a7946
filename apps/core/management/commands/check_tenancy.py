from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from apps.core.checks import problems_of_application_role
from apps.core.isolation_report import probe_without_scope, scope_roles_missing, verdicts


class Command(BaseCommand):
    help = (
        "Prints for each table whether PostgreSQL keeps the municipalities apart; exits with 1 where it finds a hole."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        holes = [f"connection: {problem}" for problem in problems_of_application_role()]
        with transaction.atomic(), connections["default"].cursor() as cursor:
            holes += [f"role {role} is missing" for role in scope_roles_missing(cursor)]
            found = verdicts(cursor)
            for verdict in found:
                if verdict.kind == "tenant" and not verdict.holes:
                    leak = probe_without_scope(cursor, verdict.table)
                    verdict.holes += [leak] if leak else []
        for verdict in found:
            state = self.style.ERROR("HOLE") if verdict.holes else self.style.SUCCESS("ok  ")
            self.stdout.write(f"{state} {verdict.kind:<7} {verdict.table:<45} {verdict.note}")
            for hole in verdict.holes:
                self.stdout.write(f"       - {hole}")
                holes.append(f"{verdict.table}: {hole}")
        tenant = sum(1 for verdict in found if verdict.kind == "tenant")
        self.stdout.write(f"{len(found)} tables, {tenant} tenant-owned, {len(holes)} holes")
        if holes:
            raise CommandError("\n".join(holes), returncode=1)
