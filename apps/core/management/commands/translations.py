"""Translation catalogues, one per app under locale/<app>/: extract, check, compile. Babel does the work.

No gettext tools are needed on the machine, and apps do not get in each other's way in one large file.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SHARED_TEMPLATES = {"layout", "components", "errors", "pages", "django"}
#: Templates of a package that speak for one of our apps.
FOREIGN_TEMPLATES = {"accounts": ("account", "mfa", "socialaccount", "usersessions", "allauth")}
HEADER = "# German catalogue of the app. Source strings are English.\n"


class Command(BaseCommand):
    help = "extract: bring catalogues up to the source · check: complete and up to date? · compile: .po to .mo"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["extract", "check", "compile"])
        parser.add_argument("apps", nargs="*", help="apps; all where none is named")

    def handle(self, *args: Any, what: str, apps: list[str], **options: Any) -> None:
        names = apps or [name.rpartition(".")[2] for name in settings.LOCAL_APPS]
        if "demo" not in names and not apps and (settings.BASE_DIR / "apps" / "demo" / "apps.py").exists():
            names.append("demo")
        problems = [problem for name in names for problem in getattr(self, f"_{what}")(name)]
        if what == "check":
            problems += clashes(names)
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems in the catalogues.")

    def _extract(self, app: str) -> list[str]:
        messages = extracted(app)
        path = catalogue_path(app)
        known = read(path)
        if not len(messages) and not path.exists():
            return []
        known.update(messages, no_fuzzy_matching=True)
        known.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        write_po(buffer, known, width=110, sort_output=True, omit_header=False, no_location=True)
        path.write_bytes(buffer.getvalue())
        missing = sum(1 for message in known if message.id and not is_translated(message))
        self.stdout.write(f"{app}: {len(known)} messages, {missing} without a translation")
        return []

    def _check(self, app: str) -> list[str]:
        path = catalogue_path(app)
        known = read(path)
        problems = []
        for message in extracted(app):
            if not message.id:
                continue
            entry = known.get(message.id, message.context)
            if entry is None or not is_translated(entry):
                problems.append(f"{path}: no translation of {message.id!r} ({message.locations[0][0]})")
                continue
            if entry.fuzzy:
                problems.append(f"{path}: {message.id!r} is marked fuzzy")
            problems += [f"{path}: {message.id!r}: {error}" for error in placeholder_errors(entry)]
        return problems

    def _compile(self, app: str) -> list[str]:
        path = catalogue_path(app)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as target:
                write_mo(target, read(path))
        return []


def catalogue_path(app: str) -> Path:
    """Path of an app's German catalogue."""
    return Path(settings.BASE_DIR / "locale" / app / "de" / "LC_MESSAGES" / "django.po")


def read(path: Path) -> Catalog:
    """The catalogue at `path`, empty where there is none."""
    if not path.exists():
        return Catalog(locale="de", project="Kommunen für alle", charset="utf-8", header_comment=HEADER)
    with path.open("rb") as source:
        return read_po(source, locale="de")


def is_translated(message: Any) -> bool:
    """Whether every form of a message has a text."""
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return bool(strings) and all(strings)


def clashes(apps: list[str]) -> Iterator[str]:
    """Messages that two catalogues translate differently: at run time all are one, and one of the two would win."""
    seen: dict[Any, tuple[str, Any]] = {}
    for app in apps:
        for message in read(catalogue_path(app)):
            if not message.id or not is_translated(message):
                continue
            key = (message.context, message.id)
            other, string = seen.setdefault(key, (app, message.string))
            if string != message.string:
                yield f"{message.id!r}: {string!r} in {other}, {message.string!r} in {app}: give one a context"


def placeholder_errors(message: Any) -> Iterator[str]:
    """Named placeholders of the source that the translation lacks or invents."""
    ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    wanted = {name for text in ids for name in placeholders(text)}
    for text in strings:
        if unknown := placeholders(text) - wanted:
            yield f"unknown placeholder {', '.join(sorted(unknown))}"
    if missing := wanted - {name for text in strings for name in placeholders(text)}:
        yield f"missing placeholder {', '.join(sorted(missing))}"


def placeholders(text: str) -> set[str]:
    """Names in %(name)s and {name}."""
    return set(re.findall(r"%\((\w+)\)[sd]", text)) | set(re.findall(r"\{(\w+)\}", text))


def sources(app: str) -> Iterator[Path]:
    """Python files and templates whose strings belong to the app's catalogue."""
    base = settings.BASE_DIR
    yield from sorted((base / "apps" / app).rglob("*.py"))
    templates = base / "templates"
    folders = [app, *FOREIGN_TEMPLATES.get(app, ())]
    if app == "core":
        folders += sorted(SHARED_TEMPLATES)
        yield from sorted(path for path in templates.glob("*.*") if path.suffix in {".html", ".txt"})
        yield base / "config" / "settings" / "base.py"
    for folder in folders:
        yield from sorted(path for path in (templates / folder).rglob("*") if path.suffix in {".html", ".txt"})


def extracted(app: str) -> Catalog:
    """All messages of the app's sources."""
    catalog = Catalog(locale="de", project="Kommunen für alle", charset="utf-8", header_comment=HEADER)
    for path in sources(app):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix in {".html", ".txt"}:
            # Blank lines of a template are letters to templatize; unindented they are valid tokens.
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
        relative = path.relative_to(settings.BASE_DIR)
        for line, message, comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
            catalog.add(message, locations=[(str(relative), line)], auto_comments=comments, context=context)
    return catalog
