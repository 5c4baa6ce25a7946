"""Planning sessions and rooms: in a municipality by its coordinators, in the programme by the project team.

Both have the same pages; the desk says whose they are.
"""

from typing import Any, TypeAlias
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.core.requests import base_url
from apps.municipalities.requests import MunicipalityRequest, ProgrammeRequest
from apps.reviews.problems import Refused
from apps.training import pages_sessions, policies_sessions, queries_sessions, queries_trainers
from apps.training.actions import sessions as actions
from apps.training.forms_sessions import (
    CancelForm,
    ChangeForm,
    PlanForm,
    RoomForm,
    SeatsForm,
    TrainersForm,
    date_formset,
    initial_dates,
    with_more_rows,
)
from apps.training.models import Session
from apps.training.pages_sessions import Desk

PER_PAGE = 50
TEMPLATES = "training/sessions"
AnyRequest: TypeAlias = MunicipalityRequest | ProgrammeRequest


def desk_of(request: AnyRequest) -> Desk:
    """Whose pages these are: the municipality's below /k/<slug>/, else the project team's."""
    return Desk(getattr(request, "municipality", None))


@require_safe
def session_list(request: AnyRequest, slug: str = "") -> HttpResponse:
    """Sessions by month: those to come, or `?over=1` those that are over. The project team sees all there are."""
    require(policies_sessions.may_read(request.roles))
    desk, now = desk_of(request), timezone.now()
    is_over = request.GET.get("over") == "1"
    found = queries_sessions.planned_by(desk.host) if desk.host else queries_sessions.sessions()
    chosen = (queries_sessions.over if is_over else queries_sessions.not_over)(found, now)
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "links": desk.base,
        "months": pages_sessions.by_month(pages_sessions.rows(page, desk)),
        "page": page,
        "query": "over=1&" if is_over else "",
        "may_plan": policies_sessions.may_plan(request.roles, desk.host),
        "tabs": [
            {"label": _("To come"), "url": desk.url("list"), "current": not is_over},
            {"label": _("Over"), "url": f"{desk.url('list')}?over=1", "current": is_over},
        ],
    }
    return htmx.render_page(request, f"{TEMPLATES}/list.html", context)


@require_safe
def detail(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """One session: its facts, dates, trainers, what is missing, and what can be done."""
    desk = desk_of(request)
    session = _session(request, desk, session_id)
    steps = policies_sessions.steps(request.roles, desk.host, session)
    context = {
        **_about(desk, session),
        "steps": steps,
        "state_kind": pages_sessions.STATE_KINDS[Session.State(session.state)],
        "facts": pages_sessions.facts(session),
        "dates": [(pages_sessions.period(date), date) for date in session.dates.all()],
        "obstacles": queries_sessions.obstacles(session) if "open" in steps else [],
        "warnings": pages_sessions.warnings(session, timezone.now()) if steps else [],
        "shares": pages_sessions.shares(session),
        "list_url": _list_url(request, desk, session),
        "people_url": _people_url(request, desk, session),
    }
    return htmx.render_page(request, f"{TEMPLATES}/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AnyRequest, slug: str = "") -> HttpResponse:
    """Plan a session; `?copy=<key>` begins with another one's words, seats and trainers."""
    desk = desk_of(request)
    require(policies_sessions.may_plan(request.roles, desk.host))
    source = _source(request, desk)
    rooms, modules = queries_sessions.rooms(desk.host), queries_sessions.modules_to_plan(desk.host)
    wants_rows = "more" in request.POST
    data = with_more_rows(request.POST) if wants_rows else request.POST if request.method == "POST" else None
    shift = pages_sessions.shift_to_come(source, timezone.now()) if source else None
    form = PlanForm(data, modules=modules, host=desk.host, initial=pages_sessions.copied(source) if source else {})
    dates = date_formset(data, rooms=rooms, initial=initial_dates(source, shifted=shift) if source else ())
    if data is not None and not wants_rows and _are_valid(form, dates):
        trainers = {row.role_id: row.is_lead for row in source.trainers.all()} if source else {}
        try:
            made = actions.plan(
                actor=request.user,
                host=desk.host,
                values=form.values,
                dates=dates.planned,
                trainers=trainers,
                key=form.cleaned_data["request_key"],
            )
        except Refused as refused:
            _say(form, dates, refused)
        else:
            messages.success(request, _("The session is planned. Nobody can enrol before you open it."))
            return htmx.see_other(request, desk.url("detail", made.pk))
    context = {"desk": desk, "links": desk.base, "form": form, "dates": dates, "source": source}
    return htmx.render_page(request, f"{TEMPLATES}/new.html", context, status=_status(form, dates, wants_rows))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """Change a session's dates and words."""
    desk = desk_of(request)
    session = _session(request, desk, session_id, step="change")
    wants_rows = "more" in request.POST
    data = with_more_rows(request.POST) if wants_rows else request.POST if request.method == "POST" else None
    form = ChangeForm(data, session=session)
    dates = date_formset(data, rooms=queries_sessions.rooms(desk.host), initial=initial_dates(session))
    if data is not None and not wants_rows and _are_valid(form, dates):
        try:
            actions.change(
                actor=request.user,
                session_id=session_id,
                values=form.values,
                dates=dates.planned,
                base_url=base_url(request),
            )
        except Refused as refused:
            _say(form, dates, refused)
        else:
            messages.success(request, _("The session is changed."))
            return htmx.see_other(request, desk.url("detail", session_id))
    context = {**_about(desk, session), "form": form, "dates": dates}
    return htmx.render_page(request, f"{TEMPLATES}/change.html", context, status=_status(form, dates, wants_rows))


@require_http_methods(["GET", "HEAD", "POST"])
def seats(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """Change how many seats there are, and for whom."""
    desk = desk_of(request)
    session = _session(request, desk, session_id, step="seats")
    form = SeatsForm(
        request.POST if request.method == "POST" else None,
        session=session,
        host=desk.host,
        municipalities=queries_sessions.municipalities(),
    )
    if form.is_valid():
        try:
            actions.change_seats(actor=request.user, session_id=session_id, values=form.values, shares=form.shares)
        except Refused as refused:
            _say(form, None, refused)
        else:
            messages.success(request, _("The seats are changed. Free seats are offered to the waiting list."))
            return htmx.see_other(request, desk.url("detail", session_id))
    context = {**_about(desk, session), "form": form}
    return htmx.render_page(request, f"{TEMPLATES}/seats.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def trainers(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """Say who leads a session and who teaches beside them."""
    desk = desk_of(request)
    session = _session(request, desk, session_id, step="trainers")
    people = list(queries_trainers.trainers())
    form = TrainersForm(request.POST if request.method == "POST" else None, session=session, trainers=people)
    if form.is_valid():
        try:
            actions.set_trainers(
                actor=request.user, session_id=session_id, base_url=base_url(request), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error("leads", refused.reasons)
        else:
            messages.success(request, _("Saved."))
            return htmx.see_other(request, desk.url("detail", session_id))
    context = {**_about(desk, session), "form": form, "trainers": people}
    return htmx.render_page(request, f"{TEMPLATES}/trainers.html", context, status=422 if form.errors else 200)


@require_POST
def open_for_enrolment(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """Open a planned session for enrolment."""
    desk = desk_of(request)
    require(policies_sessions.may_plan(request.roles, desk.host))
    try:
        actions.open_for_enrolment(actor=request.user, session_id=session_id)
    except Session.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, _("The session is open: people find it and can enrol."))
    return htmx.see_other(request, desk.url("detail", session_id))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AnyRequest, session_id: UUID, slug: str = "") -> HttpResponse:
    """Cancel a session; asks for the reason."""
    desk = desk_of(request)
    session = _session(request, desk, session_id, step="cancel", or_done=Session.State.CANCELLED)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.cancel(
                actor=request.user,
                session_id=session_id,
                reason=form.cleaned_data["reason"],
                base_url=base_url(request),
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The session is cancelled. Everybody concerned gets a mail."))
            return htmx.see_other(request, desk.url("detail", session_id))
    context = {**_about(desk, session), "form": form}
    return htmx.render_page(request, f"{TEMPLATES}/cancel.html", context, status=422 if form.errors else 200)


# --- Rooms ----------------------------------------------------------------------------------------------------------


@require_safe
def rooms(request: AnyRequest, slug: str = "") -> HttpResponse:
    """The rooms of the municipality, or of the programme."""
    require(policies_sessions.may_read(request.roles))
    desk = desk_of(request)
    found = [
        (room, pages_sessions.features(room), desk.url("room", room.pk)) for room in queries_sessions.rooms(desk.host)
    ]
    context = {
        "desk": desk,
        "links": desk.base,
        "rooms": found,
        "may_plan": policies_sessions.may_plan(request.roles, desk.host),
    }
    return htmx.render_page(request, f"{TEMPLATES}/rooms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: AnyRequest, room_id: UUID | None = None, slug: str = "") -> HttpResponse:
    """Add a room, or change one."""
    desk = desk_of(request)
    require(policies_sessions.may_plan(request.roles, desk.host))
    there = queries_sessions.rooms(desk.host).filter(pk=room_id).first() if room_id else None
    if room_id is not None and there is None:
        raise Http404
    form = RoomForm(request.POST) if request.method == "POST" else RoomForm.of(there) if there else RoomForm()
    if form.is_valid():
        actions.save_room(actor=request.user, host=desk.host, values=form.cleaned_data, room_id=room_id)
        messages.success(request, _("The room is saved."))
        return htmx.see_other(request, desk.url("rooms"))
    context: dict[str, Any] = {"desk": desk, "links": desk.base, "form": form, "room": there}
    return htmx.render_page(request, f"{TEMPLATES}/room.html", context, status=422 if form.errors else 200)


# --- What they share ------------------------------------------------------------------------------------------------


def _session(request: AnyRequest, desk: Desk, session_id: UUID, *, step: str = "", or_done: str = "") -> Session:
    """The session, if the desk may see it; for a `step`, only while that is possible (or it has been done already)."""
    require(policies_sessions.may_read(request.roles))
    own: dict[str, Any] = {"host": desk.host} if desk.host is not None else {}
    session = queries_sessions.session(session_id, **own)
    if session is None:
        raise Http404
    if step:
        require(policies_sessions.may_plan(request.roles, desk.host))
        possible = step in policies_sessions.steps(request.roles, desk.host, session)
        if not possible and (not or_done or session.state != or_done):
            raise Http404
    return session


def _source(request: AnyRequest, desk: Desk) -> Session | None:
    try:
        key = UUID(request.GET.get("copy", ""))
    except ValueError:
        return None
    return queries_sessions.session(key, host=desk.host)


def _about(desk: Desk, session: Session) -> dict[str, Any]:
    names = ("detail", "change", "seats", "trainers", "open", "cancel")
    links = {**desk.base, **desk.links(*names, about=session.pk)}
    return {
        "desk": desk,
        "links": {**links, "copy": f"{desk.url('new')}?copy={session.pk}"},
        "session": session,
        "title": queries_sessions.title(session),
    }


def _list_url(request: AnyRequest, desk: Desk, session: Session) -> str:
    is_kept = session.state in (Session.State.OPEN, Session.State.HELD)
    if not is_kept or not policies_sessions.may_keep_list(request.roles, desk.host, session):
        return ""
    return desk.url("attendance", session.pk)


def _people_url(request: AnyRequest, desk: Desk, session: Session) -> str:
    """Where a municipality sees who of its own people is enrolled: of an ordinary session."""
    if desk.host is None or not policies_sessions.may_keep_list(request.roles, desk.host, session):
        return ""
    return reverse("session-people", args=[desk.host.slug, session.pk])


def _are_valid(form: Any, dates: Any) -> bool:
    """Both are read, so that all errors show at once."""
    return all([form.is_valid(), dates.is_valid()])


def _say(form: Any, dates: Any, refused: Refused) -> None:
    field = refused.field if isinstance(refused, actions.Unfit) else ""
    if field == "dates" and dates is not None:
        dates.non_form_errors().extend(refused.reasons)
    else:
        form.add_error(field if field in form.fields else None, refused.reasons)


def _status(form: Any, dates: Any, wants_rows: bool) -> int:
    if not form.is_bound:
        return 200
    if wants_rows:
        # Nothing is judged yet: only more rows were asked for.
        for part in (form, *dates.forms):
            part.errors.clear()
        dates.non_form_errors().clear()
        return 200
    return 422 if form.errors or not dates.is_valid() or dates.non_form_errors() else 200
