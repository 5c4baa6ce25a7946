"""Work sheets as tagged PDFs, and the module on paper."""

import base64
from dataclasses import replace
from typing import Any

from apps.core.report_declaration import BuiltReport, Progress
from apps.reports.pdf import render_pdf
from apps.training.packages.html import UnitView, cover, markdown, views
from apps.training.packages.source import PackageUnit, Source
from apps.training.units import UnitKind

PICTURES = ("image/png", "image/jpeg")


def sheet(source: Source, unit: PackageUnit) -> bytes:
    """A download unit's text as a PDF of its own."""
    context = {"source": source, "title": unit.title, "text": markdown(unit.content["text"], level=2)}
    built = render_pdf("training/package/sheet.html", context, made_at=source.as_of, progress=_silent)
    return built.content


def paper(source: Source, progress: Progress) -> BuiltReport:
    """The whole module as a PDF: quizzes as exercises, their solutions at the end."""
    units = [_on_paper(unit) for unit in views(source)]
    context: dict[str, Any] = {
        **cover(source),
        "units": units,
        "quizzes": [unit for unit in units if unit.kind == UnitKind.QUIZ],
    }
    return render_pdf("training/package/print.html", context, made_at=source.as_of, progress=progress)


def _on_paper(unit: UnitView) -> UnitView:
    if unit.kind != UnitKind.IMAGE:
        return unit
    return replace(unit, parts={**unit.parts, "picture": _picture(unit.parts["file"])})


def _picture(found: Any) -> str:
    """The image inside the document: WeasyPrint is given no other way to it."""
    kind = found.media_type if found.media_type in PICTURES else PICTURES[0]
    return f"data:{kind};base64,{base64.b64encode(found.read()).decode()}"


def _silent(_percent: int) -> None:
    """A sheet is a small part of the work."""
