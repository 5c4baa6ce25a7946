"""Rules of its own that every package keeps before it is handed out. Each broken one is a sentence."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from apps.core.report_declaration import BuiltReport
from apps.training.models import Package
from apps.training.packages import html, manifest12, manifest2004
from apps.training.packages.source import Source, suspend_bound
from apps.training.units import UnitKind

SUSPEND_DATA = 4_096
LESSON_LOCATION = 255
MEGABYTE = 1_000_000
LARGEST = 200 * MEGABYTE
LARGEST_PAPER = 50 * MEGABYTE

#: What can send something out of a page, or ask for something: module.js has no use for any of it.
_REQUESTS = re.compile(
    r"\b(fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource|importScripts|localStorage|sessionStorage|indexedDB)\b"
    r"|\bimport\s*\(|document\.cookie"
)
_STYLE_REQUESTS = re.compile(r"@import|url\s*\(", re.IGNORECASE)
#: Attributes by which a page loads something without being asked; `href` does so on <link> only.
_LOADING = frozenset({"src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "manifest"})
_LINKS = frozenset({"https", "http", "mailto"})


# --- What it is made of -----------------------------------------------------------------------------------------------


def of_source(source: Source) -> list[str]:
    """What must be mended in the module before any package can be made of it."""
    return list(_source_problems(source))


def _source_problems(source: Source) -> Iterator[str]:
    if source.is_empowerment:
        yield _("There are no packages of this module.")
    if not source.title.strip():
        yield _("The module has no title.")
    if source.language not in ("de", "en"):
        yield _("The language of the package is not set.")
    if not source.units:
        yield _("The module has no units for learners: there is nothing to pack.")
    if any(not unit.title.strip() for unit in source.units):
        yield _("A unit has no title.")
    keys = [unit.key for unit in source.units]
    if len(set(keys)) < len(keys) or len({unit.short for unit in source.units}) < len(keys):
        yield _("Two units have the same key.")
    if any(len(f"u-{key}") > LESSON_LOCATION for key in keys):
        yield _("The key of a unit is too long.")
    bound = suspend_bound(source.units)
    if bound > SUSPEND_DATA:
        yield _(
            "The module has too many units: its progress could need %(bound)s characters, and learning platforms keep "
            "%(limit)s."
        ) % {"bound": bound, "limit": SUSPEND_DATA}
    for unit in source.units:
        wanted = [str(unit.content[name]) for name in ("file", "captions") if unit.content.get(name)]
        if any(name not in source.files for name in wanted):
            yield _("A file of the unit “%(unit)s” is missing.") % {"unit": unit.title}
    sheets = [html.sheet_path(unit) for unit in source.units if unit.kind == UnitKind.DOWNLOAD and _is_sheet(unit)]
    if len(set(sheets)) < len(sheets):
        yield _("Two work sheets have the same file name.")
    if sum(found.size for found in source.files.values()) > LARGEST:
        yield _too_large()


def _is_sheet(unit: object) -> bool:
    content = getattr(unit, "content", {})
    return not content.get("file")


def _for_trainers() -> str:
    return _("The package holds material that is for trainers only.")


def _too_large() -> str:
    return _("The package would be larger than %(limit)s MB. Please offer large videos by a link.") % {
        "limit": LARGEST // MEGABYTE
    }


# --- What came of it --------------------------------------------------------------------------------------------------


def of_paper(built: BuiltReport) -> list[str]:
    """Problems of a printed module."""
    problems = []
    if not built.content.startswith(b"%PDF-") or not built.pages:
        problems.append(_("The PDF is empty."))
    if len(built.content) > LARGEST_PAPER:
        problems.append(_("The PDF is too large."))
    return problems


def of_archive(content: bytes, source: Source, kind: str) -> list[str]:
    """Problems of a finished archive, read as a learning platform reads it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        names = archive.namelist()
    problems = list(_path_problems(names))
    if len(content) > LARGEST:
        problems.append(_too_large())
    digests = {hashlib.sha256(body).hexdigest() for body in files.values()}
    if digests & source.withheld:
        problems.append(_for_trainers())
    if html.PAGE not in files:
        return [*problems, _("The page of the module is missing.")]
    page = _read_page(files[html.PAGE].decode())
    problems += _page_problems(page, source, set(files))
    problems += _request_problems(files)
    problems += _unreferenced(files, page, kind)
    if kind in (Package.Kind.SCORM_12, Package.Kind.SCORM_2004):
        problems += _manifest_problems(files, source, kind)
    return problems


def _path_problems(names: Sequence[str]) -> Iterator[str]:
    if len({name.casefold() for name in names}) < len(names):
        yield _("Two files have the same name.")
    for name in names:
        parts = name.split("/")
        if name.startswith("/") or "\\" in name or ":" in name or ".." in parts or "" in parts or len(name) > 200:
            yield _("A path leads out of the package: %(path)s") % {"path": name[:80]}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.title = ""
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.inline = False
        self._in_title = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self._in_title = tag == "title"
        if tag == "html":
            self.language = values.get("lang", "")
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self.inline = True
        self.inline = self.inline or any(name.startswith("on") or name == "style" for name in values)
        for name, value in values.items():
            if name in _LOADING or (tag == "link" and name == "href") or (tag == "meta" and name == "http-equiv"):
                self.loads.append(value)
            elif name == "href":
                self.links.append(value)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False


def _read_page(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    page.close()
    return page


def _page_problems(page: _Page, source: Source, names: set[str]) -> Iterator[str]:
    if page.language != source.language:
        yield _("The language of the page is not set.")
    if not page.title.strip():
        yield _("The page has no title.")
    if len(set(page.ids)) < len(page.ids):
        yield _("Two places of the page have the same identifier.")
    if page.inline:
        yield _("The page holds a script or a style inside, which learning platforms may refuse.")
    if {f"u-{key}" for key in source.withheld} & set(page.ids):
        yield _for_trainers()
    units = {f"u-{unit.key}" for unit in source.units}
    if not units <= set(page.ids):
        yield _("A unit is missing in the page.")
    for address in page.loads:
        if address.startswith("data:text/vtt;base64,"):
            continue
        if _is_outside(address) or unquote(address) not in names:
            yield _("The page asks for something from outside the package: %(address)s") % {"address": address[:80]}
    for address in page.links:
        parts = urlsplit(address)
        if parts.scheme in _LINKS:
            continue
        inside = unquote(parts.path)
        is_place = not inside and parts.fragment in page.ids
        if _is_outside(address) or not (is_place or inside in names):
            yield _("A link leads nowhere: %(address)s") % {"address": address[:80]}


def _is_outside(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc or address.startswith("/") or ".." in parts.path.split("/"))


def _request_problems(files: dict[str, bytes]) -> Iterator[str]:
    for name, content in files.items():
        if name.endswith(".js") and (found := _REQUESTS.search(content.decode())):
            yield _("The script could send or store something: %(word)s") % {"word": found.group()}
        if name.endswith(".css") and (found := _STYLE_REQUESTS.search(content.decode())):
            yield _("The style sheet asks for something: %(word)s") % {"word": found.group()}


def _unreferenced(files: dict[str, bytes], page: _Page, kind: str) -> Iterator[str]:
    used = {unquote(address) for address in (*page.loads, *page.links)} | {html.PAGE}
    if kind in (Package.Kind.SCORM_12, Package.Kind.SCORM_2004):
        used.add(manifest12.NAME)
    for name in sorted(set(files) - used):
        yield _("A file is used nowhere: %(path)s") % {"path": name[:80]}


# --- The manifest -----------------------------------------------------------------------------------------------------


def _manifest_problems(files: dict[str, bytes], source: Source, kind: str) -> Iterator[str]:
    if manifest12.NAME not in files:
        yield _("The manifest is missing.")
        return
    root = ElementTree.fromstring(files[manifest12.NAME])  # noqa: S314  # written by this package a moment ago
    old = kind == Package.Kind.SCORM_12
    space = manifest12.CP if old else manifest2004.CP
    sco = f"{{{manifest12.ADLCP}}}scormtype" if old else f"{{{manifest2004.ADLCP}}}scormType"
    named = [node.get("identifier") for node in root.iter() if node.get("identifier") is not None]
    if root.tag != f"{{{space}}}manifest" or "" in named or len(set(named)) < len(named):
        yield _("The identifiers of the manifest are not unique.")
    resources = {node.get("identifier"): node for node in root.iter(f"{{{space}}}resource")}
    for node in root.iter(f"{{{space}}}item"):
        if node.get("identifierref") not in resources:
            yield _("The manifest names a part that does not exist.")
    organizations = root.find(f"{{{space}}}organizations")
    found = [node.get("identifier") for node in root.iter(f"{{{space}}}organization")]
    if organizations is None or organizations.get("default") not in found:
        yield _("The manifest does not say what to begin with.")
    titles = [node.text or "" for node in root.iter(f"{{{space}}}title")]
    if len(titles) < 2 or not all(title.strip() for title in titles):
        yield _("A title is missing in the manifest.")
    if [node.get(sco) for node in resources.values()] != ["sco"]:
        yield _("The manifest must name exactly one part that reports to the platform.")
    listed = [node.get("href", "") for node in root.iter(f"{{{space}}}file")]
    if len(set(listed)) < len(listed) or set(listed) != set(files) - {manifest12.NAME}:
        yield _("The manifest and the files of the package differ.")
    if any(node.get("href") not in listed for node in resources.values()):
        yield _("The manifest does not say which page to open.")
    if any("masteryscore" in node.tag.lower() for node in root.iter()):
        yield _("The manifest would let the platform set the status by itself.")
    languages = [node.text for node in root.iter() if node.tag.rsplit("}")[-1] == "language"]
    if not languages or set(languages) != {source.language}:
        yield _("The language of the manifest is not set.")
