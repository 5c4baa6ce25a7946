"""The register of trainers for the project team, and a trainer's own sessions with their material."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import ProgrammeRole
from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.requests import ProgrammeRequest, WorkshopRequest
from apps.reviews.problems import Refused
from apps.training import (
    check_in,
    pages_attendance,
    pages_sessions,
    pages_units,
    policies_sessions,
    queries,
    queries_sessions,
    queries_trainers,
)
from apps.training.actions import trainers as actions
from apps.training.forms_trainers import QualificationForm
from apps.training.models import Session, TrainerQualification

TEMPLATES = "training/trainers"
MOST_OVER = 50

# --- The register ---------------------------------------------------------------------------------------------------


@require_safe
def register(request: ProgrammeRequest) -> HttpResponse:
    """All trainers, what they may give, and what has to be renewed."""
    people = list(queries_trainers.trainers())
    context = {"lines": _lines(people), "today": timezone.localdate()}
    return htmx.render_page(request, f"{TEMPLATES}/register.html", context)


@require_safe
def trainer(request: ProgrammeRequest, role_id: UUID) -> HttpResponse:
    """One trainer: qualifications, experience, sessions to come."""
    role = _role(role_id)
    ((_line, qualifications),) = _lines([role])
    now = timezone.now()
    sessions = queries_sessions.not_over(queries_trainers.sessions_of([role]), now)
    context = {
        "role": role,
        "qualifications": qualifications,
        "sessions": pages_sessions.rows(sessions, pages_sessions.Desk(None)),
    }
    return htmx.render_page(request, f"{TEMPLATES}/trainer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def qualify(request: ProgrammeRequest, role_id: UUID) -> HttpResponse:
    """Note that a trainer may give one more module."""
    role = _role(role_id)
    form = QualificationForm(
        request.POST if request.method == "POST" else None, modules=queries_trainers.modules_to_learn(role)
    )
    return _save(request, role, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: ProgrammeRequest, qualification_id: UUID) -> HttpResponse:
    """Renew a qualification, or change its level."""
    found = _qualification(qualification_id)
    initial = QualificationForm.initial_of(found)
    form = QualificationForm(request.POST if request.method == "POST" else None, initial=initial)
    return _save(request, found.role, form, found)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ProgrammeRequest, qualification_id: UUID) -> HttpResponse:
    """Ask, and take a qualification out of the register."""
    found = _qualification(qualification_id)
    if request.method == "POST":
        actions.end_qualification(actor=request.user, qualification_id=qualification_id)
        messages.success(request, _("The qualification has ended."))
        return htmx.see_other(request, "trainers-detail", found.role_id)
    return htmx.render_page(request, f"{TEMPLATES}/end.html", {"qualification": found, "role": found.role})


def _save(
    request: ProgrammeRequest, role: ProgrammeRole, form: QualificationForm, found: TrainerQualification | None
) -> HttpResponse:
    if form.is_valid():
        data = dict(form.cleaned_data)
        module = found.module if found is not None else data.pop("module")
        try:
            actions.qualify(actor=request.user, role=role, module=module, **data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The qualification is noted."))
            return htmx.see_other(request, "trainers-detail", role.pk)
    context = {"role": role, "form": form, "qualification": found}
    return htmx.render_page(request, f"{TEMPLATES}/qualify.html", context, status=422 if form.errors else 200)


def _lines(people: Sequence[ProgrammeRole]) -> list[tuple[ProgrammeRole, list[dict[str, Any]]]]:
    """Trainers with their qualifications: whether overdue, and how often they have led and co-taught."""
    known = queries_trainers.experience([role.pk for role in people])
    today = timezone.localdate()
    return [
        (
            role,
            [
                {
                    "row": row,
                    "title": row.module.offered.title if row.module.offered else "",
                    "is_overdue": row.valid_until < today,
                    "led": known.get((role.pk, row.module_id), (0, 0))[0],
                    "beside": known.get((role.pk, row.module_id), (0, 0))[1],
                }
                for row in role.qualifications.all()
            ],
        )
        for role in people
    ]


def _role(role_id: UUID) -> ProgrammeRole:
    found = queries_trainers.trainer(role_id)
    if found is None:
        raise Http404
    return found


def _qualification(qualification_id: UUID) -> TrainerQualification:
    found = queries_trainers.qualification(qualification_id)
    if found is None:
        raise Http404
    return found


# --- The trainer ----------------------------------------------------------------------------------------------------


@require_safe
def my_sessions(request: WorkshopRequest) -> HttpResponse:
    """The sessions that the person gives: to come, and over."""
    roles = policies_sessions.trainer_roles(request.programme_roles)
    require(bool(roles) or bool(request.roles))
    now = timezone.now()
    found = queries_trainers.sessions_of(roles)
    context = {
        "is_trainer": bool(roles),
        "to_come": _my_rows(queries_sessions.not_over(found, now)),
        "over": _my_rows(queries_sessions.over(found, now)[:MOST_OVER]),
    }
    return htmx.render_page(request, f"{TEMPLATES}/my_sessions.html", context)


@require_safe
def my_session(request: WorkshopRequest, session_id: UUID) -> HttpResponse:
    """One session of the person: dates with their codes, rooms, who else teaches; the list where there is one."""
    session = _given(request, session_id)
    now = timezone.now()
    keeper = pages_attendance.Keeper(is_trainer=True)
    is_open = session.state == Session.State.OPEN
    dates = [
        (pages_sessions.period(date), date, is_open and date.ends_at > now, check_in.is_open(date, now))
        for date in session.dates.all()
    ]
    context = {
        "session": session,
        "title": queries_sessions.title(session),
        "state_kind": pages_sessions.STATE_KINDS[Session.State(session.state)],
        "dates": dates,
        "facts": pages_sessions.facts(session),
        "links": keeper.links(session.pk),
        "has_list": not session.confidential and session.state in (Session.State.OPEN, Session.State.HELD),
        "can_close": is_open and all(date.starts_at <= now for date in session.dates.all()),
    }
    return htmx.render_page(request, f"{TEMPLATES}/my_session.html", context)


@require_safe
def material(request: WorkshopRequest, session_id: UUID) -> HttpResponse:
    """The module's material for trainers."""
    session = _given(request, session_id)
    edition = session.edition or session.module.offered
    language = (get_language() or "de")[:2]
    units = [
        pages_units.shown(unit, language=language, file_url=_file_url, seed=str(session.pk), level=3)
        for unit in (queries.trainer_units(edition) if edition else [])
    ]
    context = {"session": session, "title": queries_sessions.title(session), "units": units}
    return htmx.render_page(request, f"{TEMPLATES}/material.html", context)


def _file_url(file_id: str) -> str:
    return reverse("training-file", args=[file_id])


def _my_rows(found: Iterable[Session]) -> list[pages_sessions.Row]:
    now = timezone.now()
    return [
        pages_sessions.row(session, reverse("trainer-sessions-detail", args=[session.pk]), now) for session in found
    ]


def _given(request: WorkshopRequest, session_id: UUID) -> Session:
    mine = policies_sessions.trainer_roles(request.programme_roles)
    found = queries_sessions.session(session_id)
    if found is None or not {row.role_id for row in found.trainers.all()} & {role.pk for role in mine}:
        raise Http404
    return found
