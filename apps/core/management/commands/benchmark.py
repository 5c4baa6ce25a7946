import importlib
import pkgutil
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.test.utils import setup_databases, teardown_databases

from apps.core.benchmark import Figure


class Command(BaseCommand):
    help = "Measures what docs/performance.md promises, in a database of its own. Figures are ratios where they can be."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="modules of tests/benchmarks; all where none is named")
        parser.add_argument("--strict", action="store_true", help="exit with 1 where an aim is missed")

    def handle(self, *args: Any, names: list[str], strict: bool, **options: Any) -> None:
        try:
            package = importlib.import_module("tests.benchmarks")
        except ModuleNotFoundError:
            raise CommandError("tests/benchmarks is not there: run this in a checkout.") from None
        available = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
        if unknown := set(names) - set(available):
            raise CommandError(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(available)}.")
        old = setup_databases(
            verbosity=0, interactive=False, aliases={"owner": None, "default": None}, serialized_aliases=[]
        )
        missed: list[Figure] = []
        try:
            for name in names or available:
                self.stdout.write(self.style.MIGRATE_HEADING(name))
                for figure in importlib.import_module(f"tests.benchmarks.{name}").measure():
                    self._show(figure)
                    if not figure.holds:
                        missed.append(figure)
        finally:
            connections.close_all()  # the mirror's connection would keep the database from being dropped
            teardown_databases(old, verbosity=0)
        if missed and strict:
            raise CommandError(f"{len(missed)} aims are missed.", returncode=1)

    def _show(self, figure: Figure) -> None:
        mark = self.style.SUCCESS("holds ") if figure.holds else self.style.WARNING("missed")
        self.stdout.write(f"  {mark} {figure.name:<62} {figure.value:10.3f} {figure.unit:<10} aim {figure.aim}")
