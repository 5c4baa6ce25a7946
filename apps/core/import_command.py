"""The management command that takes drafts from files into the database."""

from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.core import scope
from apps.core.draft_files import InvalidFile, Result, claimed_twice, toml_files


class ImportCommand(BaseCommand, ABC):
    """To be subclassed with where the library is, how a file is read, and how what was read is stored."""

    library: ClassVar[Path]

    @abstractmethod
    def read(self, path: Path) -> Any:
        """What the file holds. Raises InvalidFile, OSError."""

    @abstractmethod
    def store(self, drafts: Sequence[Any]) -> Sequence[Result]:
        """Bring the database up to date with what was read. Raises InvalidFile."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", help="Files or folders; default: the library.")
        parser.add_argument("--check", action="store_true", help="Only report; store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError naming file and field of every problem; then nothing was stored."""
        drafts, problems = [], []
        for path in toml_files(options["paths"], self.library):
            try:
                drafts.append(self.read(path))
            except InvalidFile as error:
                problems.append(str(error))
            except OSError as error:
                problems.append(f"{path}: {error.strerror}")
        problems += claimed_twice(drafts)
        if problems:
            raise CommandError("\n".join(problems))
        with scope.enter(scope.programme()):
            try:
                results = self.store(drafts)
            except InvalidFile as error:
                raise CommandError(str(error)) from error
            if options["check"]:
                transaction.set_rollback(True)
        for result in results:
            self.stdout.write(str(result))
        if options["check"]:
            self.stdout.write("Nothing was stored: this was a check.")
