from collections.abc import Sequence
from pathlib import Path

from apps.core.draft_files import Result
from apps.core.import_command import ImportCommand
from apps.recommendations.actions.importing import import_entries
from apps.recommendations.library import LIBRARY, Entry, read


class Command(ImportCommand):
    help = "Imports recommendations from TOML files, all or nothing; a second time nothing changes."
    library = LIBRARY

    def read(self, path: Path) -> Entry:
        return read(path)

    def store(self, drafts: Sequence[Entry]) -> list[Result]:
        return import_entries(actor=None, entries=drafts)
