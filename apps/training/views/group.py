"""People of a municipality in an ordinary session: the list, enrolling several, handing on, moving, cancelling."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.core.form_fields import REQUEST_KEY
from apps.core.keys import uuid7
from apps.core.requests import base_url
from apps.files.checks import XLSX
from apps.files.workbooks import UnreadableWorkbook
from apps.municipalities.requests import MunicipalityRequest
from apps.training import group_workbook, pages_places, policies_places, queries_places
from apps.training.actions import group as actions
from apps.training.actions import places
from apps.training.actions.seats import NotPossible
from apps.training.forms_group import PeopleForm, SearchForm, SheetForm
from apps.training.forms_places import MoveForm, SubstituteForm
from apps.training.mails import title_of
from apps.training.models import Enrolment, Session

SHOWN = 100
STANDS_FOR = 60 * 60  # seconds for which a check may be applied
_SALT = "training.group"


@require_safe
def people(request: MunicipalityRequest, slug: str, session_id: UUID) -> HttpResponse:
    """Who of the municipality is in a session, and what can be done."""
    require(policies_places.may_see_people(request.roles))
    about = _session(request, session_id)
    lines = pages_places.people(list(queries_places.people_of(about)), request.roles, about, now=timezone.now())
    context = {
        **_head(about),
        "lines": lines,
        "facts": pages_places.facts(about),
        "may_organise": policies_places.may_organise(request.roles),
        "takes_more": about.state == Session.State.OPEN and about.enrol_until > timezone.now(),
    }
    return htmx.render_page(request, "training/enrolment/people.html", context)


@require_safe
def export(request: MunicipalityRequest, slug: str, session_id: UUID) -> HttpResponse:
    """The list as an Excel file."""
    require(policies_places.may_organise(request.roles))
    about = _session(request, session_id)
    rows = list(queries_places.people_of(about))
    units = queries_places.departments_of({row.user_id for row in rows})
    return _excel(group_workbook.people(pages_places.sheet_rows(rows, units)), _("people"))


@require_safe
def template(request: MunicipalityRequest, slug: str, session_id: UUID) -> HttpResponse:
    """The empty sheet for a group enrolment."""
    require(policies_places.may_organise(request.roles))
    _session(request, session_id)
    return _excel(group_workbook.template(), _("group-enrolment"))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: MunicipalityRequest, slug: str, session_id: UUID) -> HttpResponse:
    """Choose people of the municipality and enrol them."""
    require(policies_places.may_organise(request.roles))
    about = _session(request, session_id)
    search = SearchForm(request.GET)
    wanted = search.cleaned_data["q"] if search.is_valid() else ""
    found = queries_places.not_in(about, wanted)
    sent = request.POST if request.method == "POST" else None
    form = PeopleForm(sent, members=found if sent is not None else found[:SHOWN])
    if form.is_valid():
        data = form.cleaned_data
        try:
            lines = actions.enrol_group(
                actor=request.user,
                session_id=about.pk,
                municipality=request.municipality,
                addresses=data["people"],
                request_key=data[REQUEST_KEY] or uuid7(),
                base_url=base_url(request),
            )
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            _say(request, lines)
            return htmx.see_other(request, "session-people", slug, session_id)
    context = {**_head(about), "form": form, "search": search, "more": max(len(found) - SHOWN, 0)}
    return htmx.render_page(request, "training/enrolment/add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_check(request: MunicipalityRequest, slug: str, session_id: UUID) -> HttpResponse:
    """Choose a file; then what each row would do. Nothing is stored."""
    require(policies_places.may_organise(request.roles))
    about = _session(request, session_id)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = group_workbook.read(form.cleaned_data["document"].content)
            pairs = [(row.row, row.address) for row in rows]
            lines = actions.check(session=about, municipality=request.municipality, rows=pairs)
        except UnreadableWorkbook as refused:
            form.add_error("document", str(refused))
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            addresses = [line.address for line in lines if line.comes_in]
            carried = {"addresses": addresses, "key": str(uuid7()), **_bound_to(request, session_id)}
            context = {
                **_head(about),
                "lines": lines,
                "entering": len(addresses),
                "carried": signing.dumps(carried, salt=_SALT, compress=True),
            }
            return htmx.render_page(request, "training/enrolment/import_preview.html", context)
    context = {**_head(about), "form": form}
    return htmx.render_page(request, "training/enrolment/import.html", context, status=422 if form.errors else 200)


@require_POST
def import_apply(request: MunicipalityRequest, slug: str, session_id: UUID) -> HttpResponse:
    """Enrol whom the check would."""
    require(policies_places.may_organise(request.roles))
    about = _session(request, session_id)
    try:
        carried: dict[str, Any] = signing.loads(request.POST.get("carried", ""), salt=_SALT, max_age=STANDS_FOR)
    except signing.BadSignature:
        carried = {}
    form = SheetForm()
    if all(carried.get(name) == value for name, value in _bound_to(request, session_id).items()):
        try:
            lines = actions.enrol_group(
                actor=request.user,
                session_id=about.pk,
                municipality=request.municipality,
                addresses=carried["addresses"],
                request_key=UUID(carried["key"]),
                base_url=base_url(request),
            )
        except NotPossible as error:
            problem = error.reasons[0]
        else:
            _say(request, lines)
            return htmx.see_other(request, "session-people", slug, session_id)
    else:
        problem = _("The check is too old. Please check the file again.")
    context = {**_head(about), "form": form, "problem": problem}
    return htmx.render_page(request, "training/enrolment/import.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request: MunicipalityRequest, slug: str, place_id: UUID) -> HttpResponse:
    """Hand on a seat to a colleague."""
    place = _place(request, place_id)
    form = SubstituteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            passed = places.substitute(
                actor=request.user, place_id=place_id, address=form.cleaned_data["address"], base_url=base_url(request)
            )
        except NotPossible as error:
            form.add_error("address", error.reasons)
        else:
            text = _("The seat is offered to %(name)s.") % {"name": passed.user.get_full_name()}
            messages.success(request, text)
            return htmx.see_other(request, "session-people", slug, place.session_id)
    context = {**_head(place.session), "place": place, "form": form}
    return htmx.render_page(request, "training/enrolment/substitute.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: MunicipalityRequest, slug: str, place_id: UUID) -> HttpResponse:
    """Move somebody to another date of the same training."""
    place = _place(request, place_id)
    others = queries_places.other_sessions(place.session, request.municipality.pk)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        sessions=[(row, pages_places.choice_of(row)) for row in others],
    )
    if form.is_valid():
        try:
            moved = places.move(
                actor=request.user,
                place_id=place_id,
                to_session_id=UUID(form.cleaned_data["session"]),
                base_url=base_url(request),
            )
        except NotPossible as error:
            form.add_error("session", error.reasons)
        else:
            text = _("%(name)s is moved: %(state)s.")
            values = {"name": place.user.get_full_name(), "state": moved.get_state_display()}
            messages.success(request, text % values)
            return htmx.see_other(request, "session-people", slug, place.session_id)
    context = {**_head(place.session), "place": place, "form": form if others else None}
    return htmx.render_page(request, "training/enrolment/move.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: MunicipalityRequest, slug: str, place_id: UUID) -> HttpResponse:
    """Ask, then cancel somebody's place."""
    place = _place(request, place_id)
    if request.method != "POST":
        url = reverse("session-people", args=[slug, place.session_id])
        context = {**_head(place.session), "place": place, "back": url}
        return htmx.render_page(request, "training/enrolment/cancel.html", context)
    try:
        places.cancel_for(actor=request.user, place_id=place_id, base_url=base_url(request))
    except NotPossible as error:
        messages.error(request, " ".join(error.reasons))
    else:
        messages.success(request, _("The place is cancelled; the person gets a mail."))
    return htmx.see_other(request, "session-people", slug, place.session_id)


def _session(request: MunicipalityRequest, session_id: UUID) -> Session:
    """An ordinary session that is open to the municipality, or in which somebody of it has a place."""
    found = queries_places.session(session_id)
    if found is None or found.confidential:
        raise Http404
    if not queries_places.open_to(found, {request.municipality.pk}) and not queries_places.people_of(found).exists():
        raise Http404
    return found


def _place(request: MunicipalityRequest, place_id: UUID) -> Enrolment:
    require(policies_places.may_organise(request.roles))
    found = queries_places.enrolment(place_id)
    if found is None:
        raise Http404
    return found


def _head(about: Session) -> dict[str, Any]:
    return {"about": about, "title": title_of(about)}


def _bound_to(request: MunicipalityRequest, session_id: UUID) -> dict[str, str]:
    """A check belongs to the municipality, the person and the session."""
    return {
        "municipality": str(request.municipality.pk),
        "person": str(request.user.pk),
        "session": str(session_id),
    }


def _say(request: MunicipalityRequest, lines: list[actions.Line]) -> None:
    """What came of it: in numbers, and who could not be enrolled."""
    entered = sum(line.comes_in for line in lines)
    text = _("Enrolled or waiting: %(entered)d of %(all)d.") % {"entered": entered, "all": len(lines)}
    (messages.success if entered == len(lines) else messages.warning)(request, text)
    for line in [line for line in lines if not line.comes_in][:10]:
        messages.warning(request, f"{line.name or line.address}: {line.outcome.label}")


def _excel(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX.media_type)
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx")
    assert disposition is not None  # an attachment always has one
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store, private"
    return response
