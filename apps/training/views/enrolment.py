"""Enrolling oneself in a session."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core import htmx
from apps.core.requests import base_url
from apps.municipalities.models import Municipality
from apps.municipalities.requests import PersonRequest
from apps.training import pages_places, policies_places, queries_places
from apps.training.actions import places as actions
from apps.training.actions.places import NotPossible
from apps.training.forms_places import EnrolForm, SessionField
from apps.training.mails import title_of
from apps.training.models import Session, TrainingOpening
from apps.training.places import PlaceState


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: PersonRequest) -> HttpResponse:
    """What a session asks and offers, and the way in. The session stands in the form, as every training's does."""
    about = _session(request)
    municipalities = queries_places.municipalities_of(request.user)
    possible, obstacles, openings = _ways_in(about, municipalities)
    sent = request.POST if request.method == "POST" else None
    form = EnrolForm(sent, municipalities=possible, initial={"session": about.pk})
    if sent is not None and possible and form.is_valid():
        data = form.cleaned_data
        try:
            place = actions.enrol(
                actor=request.user,
                session_id=about.pk,
                municipality_id=data["municipality"],
                request_key=data["request_key"] or form.fields["request_key"].initial(),
                base_url=base_url(request),
            )
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            messages.success(request, _SAID[PlaceState(place.state)]())
            return htmx.see_other(request, "my-trainings")
    here = [openings[row.pk] for row in possible]
    context = {
        "about": about,
        "title": title_of(about),
        "facts": pages_places.facts(about),
        "form": form if possible else None,
        "obstacles": obstacles,
        "existing": next(
            (place for place in queries_places.my_open_places(request.user) if place.session_id == about.pk), None
        ),
        "overlaps": queries_places.overlapping(request.user, about),
        # Of a confidential session nobody learns from a page whether somebody has enrolled.
        "is_full": not about.confidential and (about.free <= 0 or about.waiting > 0),
        "is_approved": not about.confidential
        and any(opening.approval == TrainingOpening.Approval.REQUIRED for opening in here),
    }
    status = 422 if sent is not None else 200
    return htmx.render_page(request, "training/enrolment/enrol.html", context, status=status)


_SAID = {
    PlaceState.ENROLLED: lambda: _("You have a place. A mail with the date is on its way."),
    PlaceState.WAITING: lambda: _("You are on the waiting list. You will get a mail as soon as a seat is free."),
    PlaceState.REQUESTED: lambda: _("Your enrolment waits for approval. You will get a mail once it is decided."),
    PlaceState.OFFERED: lambda: _("A seat is offered to you: please answer."),
    PlaceState.CANCELLED: lambda: _("This enrolment was cancelled in the meantime."),
    PlaceState.REFUSED: lambda: _("This enrolment was not approved."),
    PlaceState.LAPSED: lambda: _("The offer of this enrolment was not answered in time."),
    PlaceState.ATTENDED: lambda: _("You have attended this training."),
    PlaceState.ABSENT: lambda: _("You have a place."),
}


def _session(request: PersonRequest) -> Session:
    asked = SessionField(request.POST if request.method == "POST" else request.GET)
    found = queries_places.session(asked.cleaned_data["session"]) if asked.is_valid() else None
    if found is None:
        raise Http404
    return found


def _ways_in(
    about: Session, municipalities: list[Municipality]
) -> tuple[list[Municipality], list[str], "dict[UUID, TrainingOpening]"]:
    """Municipalities through which the person can enrol; where there is none, what keeps the person from it."""
    if not municipalities:
        return [], [_("You have no role in a municipality yet.")], {}
    keys = [row.pk for row in municipalities]
    openings, here = queries_places.openings(keys), queries_places.open_to(about, keys)
    reasons = {
        row: policies_places.obstacles(
            about, records_open=row.pk in openings, is_open_here=row.pk in here, now=timezone.now()
        )
        for row in municipalities
    }
    possible = [row for row, found in reasons.items() if not found]
    obstacles = [] if possible else list(dict.fromkeys(found[0] for found in reasons.values()))
    return possible, obstacles, openings
