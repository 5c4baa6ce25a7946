from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.instruments.description import describe
from apps.instruments.xlsform import read_workbook

LIBRARY = Path(__file__).resolve().parents[2] / "library"
WORKBOOKS = (
    "bedarfserhebung.xlsx",
    "basis.xlsx",
    "modul_wohnen.xlsx",
    "modul_bildung.xlsx",
    "modul_kultur.xlsx",
    "routinencheck.xlsx",
)
MARK = "<!-- From here on written by manage.py describe_library. -->\n"


class Command(BaseCommand):
    help = "Writes the questions of the library, with their sources, into the page of documentation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("page", help="The page; what stands after its mark is replaced.")
        parser.add_argument("--check", action="store_true", help="Only say whether the page is up to date.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where the page has no mark or, with --check, is not up to date."""
        page = Path(options["page"])
        before = page.read_text()
        text, mark, _rest = before.partition(MARK)
        if not mark:
            raise CommandError(f"{page} has no line “{MARK.strip()}”.")
        after = text + MARK + "\n" + described()
        if options["check"] and after != before:
            raise CommandError(f"{page} is not up to date: manage.py describe_library {page}")
        page.write_text(after)


def described() -> str:
    """The chapters on all workbooks of the library."""
    paths = [LIBRARY / name for name in WORKBOOKS]
    return describe(read_workbook(path.read_bytes(), path.name).form for path in paths)
