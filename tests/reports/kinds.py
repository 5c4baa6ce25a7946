"""A kind of report for the tests of the engine: about a municipality, made of a sentence."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from apps.core.report_declaration import BuiltReport, Progress, ReportDefinition, ReportError, register
from apps.municipalities.models import Municipality, OrgUnit, Role

KIND = "departments"
PDF = b"%PDF-1.7 "


def may_request(request: HttpRequest, subject: Municipality) -> bool:
    return subject == request.municipality and Role.COORDINATOR in request.roles  # type: ignore[attr-defined]


def read(subject_id: UUID) -> list[str]:
    """Names of the departments that the scope shows."""
    names = list(OrgUnit.objects.order_by("name").values_list("name", flat=True))
    if not names:
        raise ReportError("Es gibt noch kein Amt.")
    return names


def render(data: list[str], progress: Progress) -> BuiltReport:
    progress(50)
    return BuiltReport(PDF + ", ".join(data).encode(), pages=len(data))


def slow_render(data: list[str], progress: Progress) -> BuiltReport:
    """Takes five seconds and leaves a line in a file for each start and each end."""
    journal = Path(settings.MEDIA_ROOT) / "journal"
    with journal.open("a") as lines:
        lines.write("begun\n")
    for step in range(50):
        time.sleep(0.1)
        progress(step * 2)
    with journal.open("a") as lines:
        lines.write("ended\n")
    return render(data, progress)


def definition(kind: str = KIND, **changes: Any) -> ReportDefinition:
    """The declaration, with some parts exchanged."""
    parts: dict[str, Callable[..., Any]] = {"may_request": may_request, "read": read, "render": render}
    return ReportDefinition(
        kind=kind,
        title="Ämterbericht",
        subject_model_label="municipalities.Municipality",
        filename=lambda subject: f"aemter-{subject.slug}.pdf",
        **{**parts, **changes},
    )


def declare(**changes: Any) -> ReportDefinition:
    """Register the kind and give it back."""
    made = definition(**changes)
    register(made)
    return made
