"""Declaring a report: an app says in its `reports.py` what can be reported; the engine apps.reports finds and makes it.

    report_declaration.register(
        ReportDefinition(
            kind="assessment",
            title=_("Report on the needs assessment"),
            subject_model_label="assessments.Assessment",
            may_request=may_request,
            read=read,
            render=render,
            filename=filename,
        )
    )

Reading and rendering are two steps on purpose: `read` runs inside one short READ ONLY transaction, `render` outside of
any, so that minutes of typesetting never hold a transaction open.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise

#: Told how far the work is, 0–100. May raise to stop work that somebody else has taken over.
Progress = Callable[[int], None]


class ReportError(Exception):
    """The report cannot be made, and trying again would not help. The message is shown: a sentence without content."""


class UnknownReport(LookupError):
    """No app declares this kind of report."""


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """A finished file: a PDF with its number of pages."""

    content: bytes
    pages: int


@dataclass(frozen=True)
class ReportDefinition:
    """One kind of report.

    kind: word for URLs and rows. title: lazy, what people read. subject_model_label: the model it is about.
    may_request(request, subject): policy; who may request may also see, follow and download. No query of its own.
    read(subject_id): everything the report says, as plain values; raises ReportError where there is nothing to report.
    render(data, progress): the file; touches no table.
    filename(subject): proposed name of the download, with ending.
    """

    kind: str
    title: str | Promise
    subject_model_label: str
    may_request: Callable[[HttpRequest, Any], bool]
    read: Callable[[UUID], Any]
    render: Callable[[Any, Progress], BuiltReport]
    filename: Callable[[Any], str]

    def subjects(self, ids: Iterable[UUID]) -> dict[UUID, models.Model]:
        """Those of the subjects that exist in the current scope, by key; one query."""
        from django.apps import apps

        found: dict[UUID, models.Model] = apps.get_model(self.subject_model_label)._default_manager.in_bulk(list(ids))
        return found


_definitions: dict[str, ReportDefinition] = {}


def register(*definitions: ReportDefinition) -> None:
    """Declare reports; called when an app's `reports.py` is imported. Raises ValueError for a kind declared twice."""
    for definition in definitions:
        if _definitions.setdefault(definition.kind, definition) is not definition:
            raise ValueError(f"The report {definition.kind!r} is declared twice.")


def get(kind: str) -> ReportDefinition:
    """The declaration of `kind`; raises UnknownReport."""
    try:
        return _definitions[kind]
    except KeyError:
        raise UnknownReport(kind) from None


def unregister(kind: str) -> None:
    """Take a declaration back (tests declare reports of their own)."""
    _definitions.pop(kind, None)
