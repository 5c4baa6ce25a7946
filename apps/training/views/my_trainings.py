"""One's own trainings: the list, giving up a place, answering an offer."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import htmx
from apps.core.requests import base_url
from apps.municipalities.requests import PersonRequest
from apps.training import pages_places, policies_places, queries_places
from apps.training.actions import places as actions
from apps.training.actions.places import NotPossible
from apps.training.forms_places import ACCEPT, AnswerForm, PlaceField
from apps.training.mails import title_of
from apps.training.queries_places import AnyPlace


@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """All places of the person: offers, what is to come, the waiting list, the past."""
    places = queries_places.my_places(request.user)
    positions = queries_places.positions([place.pk for place in places if place.state == "waiting"])
    context = {"mine": pages_places.mine(places, positions, now=timezone.now())}
    return htmx.render_page(request, "training/my/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: PersonRequest) -> HttpResponse:
    """Ask, then give up a place."""
    place = _place(request, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        try:
            actions.cancel(actor=request.user, place_id=place.pk, base_url=base_url(request))
        except NotPossible as error:
            messages.error(request, " ".join(error.reasons))
        else:
            messages.success(request, _("Your place is cancelled."))
        return htmx.see_other(request, "my-trainings")
    now = timezone.now()
    context = {
        "place": place,
        "title": title_of(place.session),
        "possible": policies_places.may_cancel(place, now),
        "late": place.state == "enrolled" and place.session.cancel_until < now,
        "until": pages_places.moment(place.session.cancel_until),
    }
    return htmx.render_page(request, "training/my/cancel.html", context)


@require_POST
def answer(request: PersonRequest) -> HttpResponse:
    """Take an offered seat, or leave it to the next person."""
    place = _place(request, request.POST)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say whether you take the seat."))
        return htmx.see_other(request, "my-trainings")
    accepts = form.cleaned_data["answer"] == ACCEPT
    act = actions.accept_offer if accepts else actions.decline_offer
    try:
        act(actor=request.user, place_id=place.pk, base_url=base_url(request))
    except NotPossible as error:
        messages.error(request, " ".join(error.reasons))
    else:
        messages.success(request, _("The seat is yours.") if accepts else _("The seat goes to the next person."))
    return htmx.see_other(request, "my-trainings")


def _place(request: PersonRequest, sent: QueryDict) -> AnyPlace:
    form = PlaceField(sent)
    key: UUID | None = form.cleaned_data["place"] if form.is_valid() else None
    found = queries_places.my_place(request.user, key) if key is not None else None
    if found is None:
        raise Http404
    return found
