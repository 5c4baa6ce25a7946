"""The list of who was there, closing a session, the code in the room, and checking in with it.

The list is kept by trainers in the workshop, by the hosting municipality for its own people, and by the project team.
In the workshop no tenant's rows are to be seen: the view first makes sure that the trainer gives this session.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.accounts.rate_limit import is_exceeded
from apps.core import htmx, scope
from apps.core.error_views import too_many_requests
from apps.core.requests import base_url
from apps.municipalities.requests import MunicipalityRequest, PersonRequest, ProgrammeRequest, WorkshopRequest
from apps.reviews.problems import Refused
from apps.training import (
    attendance_list,
    check_in,
    pages_attendance,
    pages_sessions,
    policies_sessions,
    queries_attendance,
    queries_sessions,
)
from apps.training.actions import attendance as actions
from apps.training.attendance_list import Sheet
from apps.training.forms_attendance import CodeForm, TickForm
from apps.training.models import Enrolment, Session, SessionDate
from apps.training.pages_attendance import Keeper

TEMPLATES = "training/attendance"
TRIES_PER_MINUTE = 20
AnyRequest: TypeAlias = MunicipalityRequest | ProgrammeRequest | WorkshopRequest

# --- The list -------------------------------------------------------------------------------------------------------


@require_safe
def attendance(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """The list of an ordinary session, to be ticked date by date."""
    with _kept(request, session_id) as (keeper, session):
        _ordinary(session)
        return _list(request, keeper, session)


@require_POST
def tick(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """Note that somebody was there on a date, or was not."""
    with _kept(request, session_id) as (keeper, session):
        _ordinary(session)
        form = TickForm(request.POST)
        if not form.is_valid():
            raise Http404
        data = form.cleaned_data
        anchor = f"p-{data['enrolment']}"
        try:
            actions.tick(
                actor=request.user,
                session_id=session_id,
                enrolment_id=data["enrolment"],
                date_id=data["date"],
                present=data["present"] == "yes",
            )
        except (Enrolment.DoesNotExist, SessionDate.DoesNotExist) as missing:
            raise Http404 from missing
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            if htmx.is_fragment(request):
                response = _list(request, keeper, session)
                return htmx.focus(response, f"t-{data['enrolment']}-{data['date']}")
        return htmx.see_other(request, f"{keeper.url('attendance', session_id)}#{anchor}")


@require_safe
def list_file(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """The list as PDF."""
    with _kept(request, session_id) as (keeper, session):
        _ordinary(session)
        content = pages_attendance.list_pdf(session, _sheet(keeper, session)).content
    response = HttpResponse(content, content_type="application/pdf")
    day = timezone.localdate(session.first_starts_at) if session.first_starts_at else timezone.localdate()
    name = _("attendance-list-%(day)s.pdf") % {"day": day.isoformat()}
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """Ask, and close a session: from the list follows who has attended."""
    with _kept(request, session_id) as (keeper, session):
        problem = ""
        if request.method == "POST":
            try:
                actions.hold(actor=request.user, session_id=session_id)
            except Refused as refused:
                problem = str(refused)
            else:
                messages.success(request, _("The session is closed."))
                return htmx.see_other(request, keeper.url("detail", session_id))
        context = {
            **_about(keeper, session),
            "problem": problem,
            "absent": [] if session.confidential else _absent(keeper, session),
            "is_over": session.state != Session.State.OPEN,
        }
        return htmx.render_page(request, f"{TEMPLATES}/hold.html", context, status=422 if problem else 200)


def _list(request: AnyRequest, keeper: Keeper, session: Session) -> HttpResponse:
    sheet = _sheet(keeper, session)
    context = {
        **_about(keeper, session),
        "sheet": sheet,
        "columns": [(pages_sessions.period(column.date), column) for column in sheet.columns],
        "lines": [
            (line, [(pages_sessions.period(cell.date), cell) for cell in line.cells], line.enrolment.state)
            for line in sheet.lines
        ],
        "is_open": session.state == Session.State.OPEN,
        "is_held": session.state == Session.State.HELD,
    }
    return htmx.render_page(request, f"{TEMPLATES}/list.html", context, fragment=f"{TEMPLATES}/_list.html")


def _about(keeper: Keeper, session: Session) -> dict[str, Any]:
    return {
        "keeper": keeper,
        "links": keeper.links(session.pk),
        "session": session,
        "title": queries_sessions.title(session),
    }


def _sheet(keeper: Keeper, session: Session) -> Sheet:
    people = list(queries_attendance.participants(session))
    taken = session.taken if keeper.host is not None else None
    return attendance_list.sheet(people, list(session.dates.all()), timezone.now(), taken=taken)


def _absent(keeper: Keeper, session: Session) -> list[str]:
    """Who would count as absent if the session were closed now."""
    return [line.name for line in _sheet(keeper, session).lines if line.share < session.attended_from]


def _ordinary(session: Session) -> None:
    if session.confidential:
        raise Http404


@contextmanager
def _kept(request: AnyRequest, session_id: UUID) -> Iterator[tuple[Keeper, Session]]:
    """Who keeps the list, and the session; in the workshop inside the programme's scope. Raises Http404."""
    trainers = getattr(request, "programme_roles", None)
    if trainers is None:
        keeper = Keeper(host=getattr(request, "municipality", None))
        require(policies_sessions.may_plan(request.roles, keeper.host))
        own: dict[str, Any] = {"host": keeper.host} if keeper.host else {}
        session = queries_sessions.session(session_id, **own)
        if session is None:
            raise Http404
        yield keeper, session
        return
    session = _led(request, session_id)
    with scope.enter(scope.programme(), read_only=request.method != "POST"):
        yield Keeper(is_trainer=True), session


def _led(request: Any, session_id: UUID) -> Session:
    """The session, if the person is one of its trainers. Raises Http404."""
    session = queries_sessions.session(session_id)
    mine = {role.pk for role in policies_sessions.trainer_roles(request.programme_roles)}
    if session is None or not any(row.role_id in mine for row in session.trainers.all()):
        raise Http404
    return session


# --- The code in the room -------------------------------------------------------------------------------------------


@never_cache
@require_safe
def room_code(request: WorkshopRequest, session_id: UUID, date_id: UUID) -> HttpResponse:
    """The code of a date, large enough for a whole room; with JavaScript it renews itself."""
    session = _led(request, session_id)
    date = next((date for date in session.dates.all() if date.pk == date_id), None)
    if date is None or session.state != Session.State.OPEN:
        raise Http404
    date.session = session
    context = {
        "session": session,
        "title": queries_sessions.title(session),
        "date": date,
        "period": pages_sessions.period(date),
        "shown": pages_attendance.code(date, timezone.now(), base_url(request)),
    }
    return htmx.render_page(request, f"{TEMPLATES}/code.html", context, fragment=f"{TEMPLATES}/_code.html")


# --- Checking in ----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_page(request: PersonRequest) -> HttpResponse:
    """Type the code in the room. The same for every training: the page names none."""
    if request.method == "POST" and _tries_too_often(request):
        return too_many_requests(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            date = actions.check_in_with(actor=request.user, code=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", refused.reasons)
        else:
            messages.success(request, _("You are checked in: %(date)s.") % {"date": pages_sessions.period(date)})
            return htmx.see_other(request, "training-check-in")
    return htmx.render_page(request, f"{TEMPLATES}/check_in.html", {"form": form}, status=422 if form.errors else 200)


def _tries_too_often(request: PersonRequest) -> bool:
    """Whether somebody guesses codes. Counted per person: a whole room may come from one address."""
    return is_exceeded(request, action=f"check-in:{request.user.pk}", limit=TRIES_PER_MINUTE, seconds=60)


@never_cache
@require_safe
def check_in_code(request: PersonRequest, token: str) -> HttpResponse:
    """What the QR code leads to: asks, and sends the code to the page above."""
    if _tries_too_often(request):
        return too_many_requests(request)
    now = timezone.now()
    reading = check_in.read(token, queries_attendance.near_dates(now), now)
    context: dict[str, Any] = {"form": CodeForm(), "token": token}
    try:
        context["period"] = pages_sessions.period(actions.checked(reading))
    except Refused as refused:
        context["problem"] = str(refused)
    response = htmx.render_page(request, f"{TEMPLATES}/check_in.html", context)
    response["Referrer-Policy"] = "strict-origin"  # the address holds the token
    return response
