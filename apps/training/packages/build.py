"""Putting a package together: always the same bytes from the same source, and checked before anybody gets it."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils import timezone

from apps.core.report_declaration import BuiltReport, Progress, ReportError
from apps.training.models import Package
from apps.training.packages import checks, html, manifest12, manifest2004, sheets
from apps.training.packages.source import Source
from apps.training.units import UnitKind

Kind = Package.Kind
Manifest = Callable[[Source, Sequence[str]], bytes]

_MANIFESTS: Mapping[str, Manifest] = {Kind.SCORM_12: manifest12.manifest, Kind.SCORM_2004: manifest2004.manifest}
_STANDARDS = {Kind.SCORM_12: "scorm12", Kind.SCORM_2004: "scorm2004"}


def build(source: Source, kind: str, progress: Progress) -> BuiltReport:
    """The package in the language of the moment, which is the source's.

    Raises ReportError naming the first rule that it breaks: such a package is not handed out.
    """
    _refuse(checks.of_source(source))
    if kind == Kind.PRINT:
        built = sheets.paper(source, progress)
        _refuse(checks.of_paper(built))
        return built
    progress(10)
    files = contents(source, kind, progress)
    content = packed(files, source.as_of)
    progress(90)
    _refuse(checks.of_archive(content, source, kind))
    return BuiltReport(content=content, pages=len(source.units))


def contents(source: Source, kind: str, progress: Progress) -> dict[str, bytes]:
    """The files of a package by their path, the manifest first."""
    files: dict[str, bytes] = {
        html.PAGE: html.render_page(source, standard=_STANDARDS.get(Kind(kind), "")).encode(),
        html.SCRIPT: _own(html.SCRIPT),
        html.STYLE: _own(html.STYLE),
    }
    for name in sorted(_shown(source)):
        files[source.files[name].path] = source.files[name].read()
    made = [unit for unit in source.units if unit.kind == UnitKind.DOWNLOAD and not unit.content.get("file")]
    for number, unit in enumerate(made, 1):
        files[html.sheet_path(unit)] = sheets.sheet(source, unit)
        progress(10 + 75 * number // len(made))
    names = sorted(files)
    ordered = {name: files[name] for name in names}
    if kind in _MANIFESTS:
        return {manifest12.NAME: _MANIFESTS[kind](source, names), **ordered}
    return ordered


def packed(files: Mapping[str, bytes], moment: datetime) -> bytes:
    """The files as a ZIP whose bytes depend on nothing but them and `moment`."""
    local = timezone.localtime(moment)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that the rights below are read
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()


def _shown(source: Source) -> set[str]:
    """Ids of the files that lie in the package; captions are inside the page."""
    return {str(unit.content["file"]) for unit in source.units if unit.content.get("file")}


def _own(name: str) -> bytes:
    found = finders.find(f"training/package/{name}")
    assert isinstance(found, str)  # part of the product
    return Path(found).read_bytes()


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise ReportError(problems[0])
