from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core import vendor_files


class Command(BaseCommand):
    help = "Compare the vendored front-end files with static/vendor/vendor.toml."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(vendor_files.problems(settings.BASE_DIR))
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"{len(found)} problem(s) with vendored files.")
        count = len(vendor_files.listed_files(settings.BASE_DIR))
        self.stdout.write(self.style.SUCCESS(f"{count} vendored files are as pinned."))
