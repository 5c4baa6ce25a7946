"""The pages that an invitation's link leads to, into a municipality or into the programme."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.accounts.models import ProgrammeInvitation
from apps.core.htmx import render_page
from apps.municipalities.models import Municipality
from apps.municipalities.models.invitation import Invitation


def join_page(
    request: HttpRequest,
    name: str,
    invitation: Invitation | ProgrammeInvitation,
    municipality: Municipality | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """One of the pages: accept, closed, new, sign_in, wrong_person. municipality: None where it is the programme's."""
    context = {"invitation": invitation, "municipality": municipality, **more}
    response = render_page(request, f"municipalities/join/{name}.html", context, status=status)
    # The address holds the token. Not "no-referrer": a plain form would then send "Origin: null", which is refused.
    response["Referrer-Policy"] = "strict-origin"
    return response
