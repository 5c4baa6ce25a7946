from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.core import scope
from apps.training.actions.importing import import_entries
from apps.training.library import Entry, InvalidFile, files, read


class Command(BaseCommand):
    help = "Imports training modules from TOML files, all or nothing; a second time nothing changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", help="Files or folders; default: the library.")
        parser.add_argument("--check", action="store_true", help="Only report; store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError naming file and field of every problem; then nothing was stored."""
        entries, problems = [], []
        for path in files(options["paths"]):
            try:
                entries.append(read(path))
            except InvalidFile as error:
                problems.append(str(error))
            except OSError as error:
                problems.append(f"{path}: {error.strerror}")
        problems += _twice(entries)
        if problems:
            raise CommandError("\n".join(problems))
        with scope.enter(scope.programme()):
            try:
                results = import_entries(actor=None, entries=entries)
            except InvalidFile as error:
                raise CommandError(str(error)) from error
            if options["check"]:
                transaction.set_rollback(True)
        for result in results:
            why = f": {result.why}" if result.why else ""
            self.stdout.write(f"{result.entry.name}: {result.outcome}{why}")
        if options["check"]:
            self.stdout.write("Nothing was stored: this was a check.")


def _twice(entries: list[Entry]) -> list[str]:
    """Numbers and keys that more than one file claims."""
    found = []
    seen: dict[object, str] = {}
    for entry in entries:
        for claim, what in ((entry.number, "number"), (entry.key, "key")):
            other = seen.setdefault((what, claim), entry.name)
            if other != entry.name:
                found.append(f"{entry.name}: {what}: {claim} is that of {other} too.")
    return found
