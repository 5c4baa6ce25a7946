"""The project team's table of needs over all municipalities, and what is decided from it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.forms import ChoiceField
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import policies
from apps.assessments.actions.priorities import NotDecided, decide_priority, record_export
from apps.assessments.models import Assessment, Wave
from apps.assessments.needs_table import queries
from apps.assessments.needs_table.filters import ALL, FilterForm, Filters
from apps.assessments.needs_table.forms import DecisionForm, SubjectForm
from apps.assessments.needs_table.table import Column, Row, Table
from apps.assessments.needs_table.workbook import workbook
from apps.assessments.queries import item_names
from apps.core import htmx
from apps.core.form_fields import field_of
from apps.municipalities.requests import ProgrammeRequest

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS_PER_PAGE = 20


@require_safe
def needs_table(request: ProgrammeRequest) -> HttpResponse:
    """Items × municipalities with how many are below the target."""
    waves, wave = _waves(request)
    if wave is None:
        return htmx.render_page(request, "assessments/needs_table/table.html", {"wave": None})
    filters = Filters.parse(request.GET)
    language = get_language() or ""
    assessments = queries.assessments_in(wave, filters)
    decided = queries.decisions(wave)
    table = queries.table(wave, assessments, filters, language)
    page = Paginator(table.columns, COLUMNS_PER_PAGE).get_page(request.GET.get("page"))
    names = item_names(wave.instrument_version_id)
    ranks = {queries.subject_key(decision, names): decision.rank for decision in queries.standing(decided)}
    context = {
        **_frame(waves, wave, filters, assessments, "table", len(queries.standing(decided))),
        "table": table,
        "page": page,
        "paging": filters.query(wave.pk) + "&",
        "columns": page.object_list,
        "rows": [_shown(row, table, list(page.object_list), ranks) for row in table.rows],
    }
    return htmx.render_page(request, "assessments/needs_table/table.html", context)


def _shown(row: Row, table: Table, columns: list[Column], ranks: dict[str, int | None]) -> dict[str, Any]:
    """A row with the cells of one page of columns, and its place in the order of writing."""
    start = table.columns.index(columns[0]) if columns else 0
    return {
        "row": row,
        "cells": row.cells[start : start + len(columns)],
        "rank": ranks.get(row.item.name),
        "dimension_rank": ranks.get(f"d{row.item.dimension}"),
    }


@require_safe
def needs_words(request: ProgrammeRequest) -> HttpResponse:
    """Wishes and obstacles by field of action, in the municipalities' own words."""
    waves, wave = _waves(request)
    if wave is None:
        return htmx.render_page(request, "assessments/needs_table/words.html", {"wave": None})
    filters = Filters.parse(request.GET)
    assessments = queries.assessments_in(wave, filters)
    context = {
        **_frame(waves, wave, filters, assessments, "words", len(queries.standing(queries.decisions(wave)))),
        "dimensions": queries.words(wave, assessments, filters, get_language() or ""),
    }
    return htmx.render_page(request, "assessments/needs_table/words.html", context)


@require_POST
def needs_workbook(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """The table as an Excel file. By POST, because it is recorded who took it."""
    _all, wave = _wave(request, wave_id)
    filters = Filters.parse(request.POST)
    language = get_language() or ""
    assessments = queries.assessments_in(wave, filters)
    participation = queries.participation(assessments, filters)
    content = workbook(
        wave=wave,
        table=queries.table(wave, assessments, filters, language),
        words=queries.words(wave, assessments, filters, language),
        decisions=queries.decisions(wave),
        participation=participation,
        choices=_choices(wave, filters, language),
        names=item_names(wave.instrument_version_id),
        subjects=queries.subjects(wave, language),
        now=timezone.now(),
    )
    record_export(
        actor=request.user, wave=wave, municipalities=participation.counted, basis=filters.basis, content=content
    )
    response = HttpResponse(content, content_type=EXCEL)
    name = "-".join((_("needs-table"), slugify(str(wave)), f"{timezone.localdate():%Y-%m-%d}"))
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx")
    assert disposition is not None  # an attachment always has one
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store, private"
    return response


@require_safe
def needs_decisions(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """What is written first, and every decision that led there."""
    waves, wave = _wave(request, wave_id)
    filters, decided = Filters.parse(request.GET), queries.decisions(wave)
    names, subjects = item_names(wave.instrument_version_id), queries.subjects(wave, get_language() or "")

    def line(decision: Any) -> dict[str, Any]:
        key = queries.subject_key(decision, names)
        return {
            "decision": decision,
            "key": key,
            "subject": subjects.get(key, key),
            "superseded": queries.is_superseded(decision),
        }

    standing = queries.standing(decided)
    context = {
        "wave": wave,
        "wave_tabs": _wave_tabs(waves, wave, "decisions", filters),
        "tabs": _tabs(wave, filters, "decisions", len(standing)),
        "standing": [line(decision) for decision in standing],
        "history": [line(decision) for decision in decided],
    }
    return htmx.render_page(request, "assessments/needs_table/decisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def needs_decide(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """Record a decision, with its reason."""
    _all, wave = _wave(request, wave_id)
    subjects = queries.subjects(wave, get_language() or "")
    if request.method != "POST":
        return _decision_page(request, wave, _new_decision(request, wave, subjects))
    form = DecisionForm(request.POST, subjects=subjects)
    if form.is_valid():
        data = form.cleaned_data
        try:
            decide_priority(
                actor=request.user,
                wave=wave,
                subject=data["subject"],
                rank=data["rank"],
                reason=data["reason"],
                decided_on=data["decided_on"],
                seen=data["seen"],
            )
        except NotDecided as error:
            # The page shows the decision that counts now: whoever sends the form again has seen it.
            current = queries.current_decision(wave, data["subject"])
            posted = request.POST.copy()
            posted["seen"] = str(current.pk) if current else ""
            form = DecisionForm(posted, subjects=subjects)
            form.add_error(None, str(error))
        else:
            return htmx.see_other(request, "needs-decisions", wave.pk)
    return _decision_page(request, wave, form, status=422)


def _new_decision(request: ProgrammeRequest, wave: Wave, subjects: dict[str, str]) -> DecisionForm:
    """The form on the subject of the address, with the decision that counts now."""
    subject = request.GET.get("subject", "")
    current = queries.current_decision(wave, subject) if subject in subjects else None
    initial = {
        "subject": subject,
        "decided_on": timezone.localdate(),
        "rank": current.rank if current else None,
        "seen": current.pk if current else None,
    }
    return DecisionForm(initial=initial, subjects=subjects)


def _decision_page(request: ProgrammeRequest, wave: Wave, form: DecisionForm, status: int = 200) -> HttpResponse:
    """The form on a subject with what the decision rests on; without a subject the choice of one."""
    subject, subjects = str(form["subject"].value() or ""), form.subjects
    context: dict[str, Any] = {"wave": wave, "form": form, "subject": subjects.get(subject, ""), "key": subject}
    if subject in subjects:
        context["below"], context["counted"] = queries.basis_of(wave, subject)
        context["current"] = queries.current_decision(wave, subject)
    else:
        context["chooser"] = SubjectForm(subjects=subjects)
    return htmx.render_page(request, "assessments/needs_table/decide.html", context, status=status)


# --- What the pages have in common ----------------------------------------------------------------------------------


def _waves(request: ProgrammeRequest) -> tuple[list[Wave], Wave | None]:
    """All opened waves, and the one of the query string, else the newest that shows something.

    Raises Http404 for one that is not there.
    """
    require(policies.may_manage_waves(request.user))
    waves = queries.waves()
    key = request.GET.get("wave", "")
    return waves, _named(waves, key) if key else queries.newest_that_counts(waves)


def _wave(request: ProgrammeRequest, wave_id: UUID) -> tuple[list[Wave], Wave]:
    """All opened waves, and the one of the address. Raises Http404 for one that is not there."""
    require(policies.may_manage_waves(request.user))
    waves = queries.waves()
    return waves, _named(waves, str(wave_id))


def _named(waves: list[Wave], key: str) -> Wave:
    for wave in waves:
        if str(wave.pk) == key:
            return wave
    raise Http404


def _frame(
    waves: list[Wave], wave: Wave, filters: Filters, assessments: list[Assessment], view: str, decided: int
) -> dict[str, Any]:
    """Context of the table and of the wishes: wave, tabs, filters, who takes part."""
    dimensions = queries.dimension_names(queries.form_of(wave), get_language() or "")
    return {
        "wave": wave,
        "wave_tabs": _wave_tabs(waves, wave, view, filters),
        "tabs": _tabs(wave, filters, view, decided),
        "filters": filters,
        "form": FilterForm(filters, dimensions),
        "filtered": filters != Filters(),
        "participation": queries.participation(assessments, filters),
        "all_url": f"?{replace(filters, stage=ALL, size=ALL, type=ALL).query(wave.pk)}",
    }


def _wave_tabs(waves: list[Wave], wave: Wave, view: str, filters: Filters) -> list[dict[str, Any]]:
    return [{"label": str(each), "url": _address(each, filters, view), "current": each.pk == wave.pk} for each in waves]


def _tabs(wave: Wave, filters: Filters, view: str, decided: int) -> list[dict[str, Any]]:
    labels = {
        "table": (_("Table"), None), "words": (_("Wishes and obstacles"), None), "decisions": (_("Decisions"), decided)
    }  # fmt: skip
    return [
        {"label": label, "url": _address(wave, filters, key), "current": key == view, "count": count}
        for key, (label, count) in labels.items()
    ]


def _address(wave: Wave, filters: Filters, view: str) -> str:
    path = reverse("needs-decisions", args=[wave.pk]) if view == "decisions" else reverse(f"needs-{view}")
    return f"{path}?{filters.query(wave.pk)}"


def _choices(wave: Wave, filters: Filters, language: str) -> list[tuple[str, str]]:
    """The filters in words."""
    form = FilterForm(filters, queries.dimension_names(queries.form_of(wave), language))
    words = []
    for field in form:
        choices: Any = field_of(form, field.name, ChoiceField).choices  # pairs only, no groups
        words.append((str(field.label), str(dict(choices).get(field.value(), ""))))
    return words
