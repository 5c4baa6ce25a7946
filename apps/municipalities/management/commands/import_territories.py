from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import scope
from apps.municipalities.actions.territories import ImportRefused, ImportSummary, import_territories
from apps.municipalities.queries.territories import state_of_file
from apps.municipalities.register.cells import UnreadableValue, parse_day
from apps.municipalities.register.codes import TerritoryKind
from apps.municipalities.register.gvisys import Problem, RegisterFileError, read_register
from apps.municipalities.register.successions import read_successions


class Command(BaseCommand):
    help = "Takes over the official municipality register GV-ISys (CSV or XLSX), all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Register: official workbook, or CSV in UTF-8.")
        parser.add_argument(
            "--as-of",
            type=_day,
            help="Date of the territorial state. Default: the date in the workbook, or of an earlier import "
            "of the same file, or today.",
        )
        parser.add_argument(
            "--successors", type=Path, help="CSV with the columns ars, nachfolger_ars and, optionally, datum."
        )
        parser.add_argument(
            "--accept-closures", action="store_true", help="Accept that unusually many municipalities end."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 2, with file and line of every problem, when nothing was taken over."""
        file: Path = options["file"]
        successors: Path | None = options["successors"]
        try:
            register = read_register(file)
            successions, problems = read_successions(successors) if successors else ([], [])
            if problems:
                raise ImportRefused(
                    _("The file has rows that cannot be read."),
                    problems=register.problems,
                    succession_problems=problems,
                )
            with scope.enter(scope.programme()):
                as_of = options["as_of"] or register.as_of or state_of_file(register.sha256)
                summary = import_territories(
                    actor=None,
                    register=register,
                    as_of=as_of or timezone.localdate(),
                    file_name=file.name,
                    successions=successions,
                    accept_closures=options["accept_closures"],
                )
        except RegisterFileError as error:
            raise CommandError(str(error), returncode=2) from error
        except ImportRefused as refused:
            self._list(file, refused.problems)
            self._list(successors, refused.succession_problems)
            raise CommandError(f"{refused} {_('Nothing was taken over.')}", returncode=2) from refused
        self._report(summary)

    def _list(self, file: Path | None, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.stderr.write(f"{file}:{problem.line}: {problem.message}")

    def _report(self, summary: ImportSummary) -> None:
        write = self.stdout.write
        write(_("State of the register: %(date)s") % {"date": f"{summary.as_of:%d.%m.%Y}"})
        for kind in TerritoryKind:
            write(f"  {kind.label}: {summary.rows[kind]}")
        write(
            _("%(created)s created, %(changed)s changed (%(renamed)s renamed), %(closed)s closed, "
              "%(successions)s successors recorded.") % vars(summary)
        )  # fmt: skip
        if summary.tenants_to_check:
            names = ", ".join(summary.tenants_to_check)
            warning = _("The territory of these has ended, please check: %(names)s") % {"names": names}
            write(self.style.WARNING(warning))


def _day(text: str) -> date:
    try:
        day = parse_day(text)
    except UnreadableValue as error:
        raise CommandError(str(error), returncode=2) from error
    if day is None:
        raise CommandError(_("The date is missing."), returncode=2)
    return day
