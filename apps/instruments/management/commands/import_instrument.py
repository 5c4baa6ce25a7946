import glob
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import scope
from apps.instruments.actions import WrongState, import_instrument, publish_version
from apps.instruments.models import InstrumentVersion
from apps.instruments.workbook import InvalidWorkbook, refuse
from apps.instruments.xlsform import Reading, read_workbook


class Command(BaseCommand):
    help = "Imports questionnaires from XLSForm workbooks, all or nothing; exit status 2 when one is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="Workbook: .xlsx, .xls, .csv or .md.")
        parser.add_argument("--check", action="store_true", help="Only report; store nothing.")
        parser.add_argument("--json", action="store_true", help="Report as JSON.")
        parser.add_argument("--publish", action="store_true", help="Publish what was imported.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 2, with sheet and row of every problem, when nothing was stored."""
        files = [Path(name) for pattern in options["files"] for name in sorted(glob.glob(pattern)) or [pattern]]
        read: list[tuple[Path, bytes, Reading]] = []
        reports: list[dict[str, Any]] = []
        for file in files:
            try:
                content = _content(file)
                reading = read_workbook(content, file.name)
                read.append((file, content, reading))
                reports.append(_report(file, reading))
            except InvalidWorkbook as error:
                reports.append(_refusal(file, error))
        refused = [report for report in reports if not report["ok"]]
        if not refused and not options["check"]:
            refused = self._store(read, reports, publish=options["publish"])
        self._write(reports, as_json=options["json"], check=options["check"])
        if refused:
            raise CommandError(_("Nothing was stored."), returncode=2)

    def _store(
        self, read: list[tuple[Path, bytes, Reading]], reports: list[dict[str, Any]], *, publish: bool
    ) -> list[dict[str, Any]]:
        with scope.enter(scope.programme()), transaction.atomic():
            for place, (file, content, reading) in enumerate(read):
                try:
                    version = import_instrument(actor=None, content=content, filename=file.name, reading=reading)
                    if publish:
                        version = publish_version(actor=None, version=version)
                except (InvalidWorkbook, WrongState) as error:
                    problem = error if isinstance(error, InvalidWorkbook) else refuse(str(error))
                    reports[place] = _refusal(file, problem)
                    transaction.set_rollback(True)
                    return [reports[place]]
                reports[place]["state"] = InstrumentVersion.State(version.state).value
        return []

    def _write(self, reports: list[dict[str, Any]], *, as_json: bool, check: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(reports, ensure_ascii=False, indent=2))
            return
        for report in reports:
            for problem in report["problems"]:
                place = f":{problem['sheet']}" if problem["sheet"] else ""
                place += f":{problem['row']}" if problem["row"] else ""
                self.stderr.write(f"{report['file']}{place}: {problem['message']}")
            for warning in report["warnings"]:
                self.stdout.write(f"{report['file']}: {_('Note')}: {warning}")
            if report["ok"]:
                line = _("%(title)s, version %(version)s: %(sections)d sections, %(items)d items, of these "
                         "%(levels)d with levels")  # fmt: skip
                done = _("checked") if check else _("stored")
                self.stdout.write(f"{report['file']}: {line % report} – {done}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise refuse(_("the file cannot be read: %(reason)s") % {"reason": error.strerror}) from error


def _report(file: Path, reading: Reading) -> dict[str, Any]:
    form = reading.form
    return {
        "file": str(file),
        "ok": True,
        "key": form.key,
        "title": form.title,
        "version": form.version,
        "languages": [language.code for language in form.languages],
        "sections": sum(section.is_visible for section in form.sections),
        "items": len(form.items),
        "levels": len(form.level_items),
        "problems": [],
        "warnings": list(reading.warnings),
    }


def _refusal(file: Path, error: InvalidWorkbook) -> dict[str, Any]:
    problems = [{"sheet": problem.sheet, "row": problem.row, "message": problem.message} for problem in error.problems]
    return {"file": str(file), "ok": False, "problems": problems, "warnings": list(error.warnings)}
