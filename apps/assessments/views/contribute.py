"""Answering one section by a personal link, without an account.

The pages show that section and nothing else of the municipality.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.assessments import beside, pages, queries_delegations
from apps.assessments.actions import delegations as actions
from apps.assessments.actions.answers import NotGiven, NotOpen, Saved, UnknownItem, save_answers
from apps.assessments.actions.assessments import WrongState
from apps.assessments.forms import posted_entries, posted_entry
from apps.assessments.models import Assessment, Delegation, DelegationLink
from apps.assessments.policies import Recipient, SectionAccess
from apps.assessments.views.delegations import hand_back_context
from apps.assessments.views.personal_link import by_token
from apps.assessments.views.sections import answer_fragment, find_section, section_context, seen_answers
from apps.core import htmx
from apps.core.requests import base_url
from apps.municipalities.requests import GuestRequest

State = Delegation.State


def _closed_page(request: GuestRequest, link: DelegationLink) -> HttpResponse | None:
    """410 where the link has ended."""
    reason = _why_closed(link)
    if not reason:
        return None
    context = {"reason": reason, "municipality": request.municipality}
    return htmx.render_page(request, "assessments/contribute/closed.html", context, status=410)


def _why_closed(link: DelegationLink) -> str:
    state = link.delegation.state
    if state == State.ACCEPTED:
        return "accepted"
    if link.revoked_at is not None or state == State.REVOKED:
        return "revoked"
    return "expired" if link.is_expired else ""


#: The view is given the link to a delegated section.
by_link = by_token("contribute", queries_delegations.link_by, _closed_page)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def contribute(request: GuestRequest, link: DelegationLink, token: str) -> HttpResponse:
    """The section that was given: its questions, saved as a whole by the button."""
    slug, row = request.municipality.slug, link.delegation
    if request.method == "POST":
        saved = _save(link, posted_entries(request.POST))
        if isinstance(saved, Saved):
            if saved.status != 200:
                page = _page_of(saved.reading, saved.answers, row, slug, token, saved.access, results=saved.results)
                return _section_page(request, link, token, page, status=saved.status)
            messages.success(request, _("Saved."))
            if "hand_back" in request.POST:
                return htmx.see_other(request, "assessments-contribute-hand-back", slug, token)
        else:
            messages.error(request, _("Not saved: the assessment takes no answers now."))
        return htmx.see_other(request, "assessments-contribute", slug, token)
    access = queries_delegations.access_for(row.assessment, Recipient(delegation_id=row.pk))
    answers, reading = seen_answers(row.assessment, access, _language())
    return _section_page(request, link, token, _page_of(reading, answers, row, slug, token, access))


@require_POST
@by_link
def contribute_answer(request: GuestRequest, link: DelegationLink, token: str, name: str) -> HttpResponse:
    """One answer as it is given."""
    saved = _save(link, [posted_entry(request.POST, name)])
    if saved is None:
        raise PermissionDenied
    slug = request.municipality.slug
    row = link.delegation
    page = _page_of(saved.reading, saved.answers, row, slug, token, saved.access, results=saved.results)
    return answer_fragment(request, saved, page, name)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def contribute_hand_back(request: GuestRequest, link: DelegationLink, token: str) -> HttpResponse:
    """Hand the section back, after a look at what is missing."""
    slug, row = request.municipality.slug, link.delegation
    if request.method == "POST":
        try:
            actions.hand_back(actor=None, delegation_id=row.pk, base_url=base_url(request))
        except WrongState as error:
            messages.error(request, str(error))
        # The page it leads to says thank you, now and later.
        return htmx.see_other(request, "assessments-contribute", slug, token)
    cancel_url = reverse("assessments-contribute", args=[slug, token])
    context = {**hand_back_context(row, _language()), "cancel_url": cancel_url}
    return htmx.render_page(request, "assessments/contribute/hand_back.html", context)


def _save(link: DelegationLink, entries: list[Any]) -> Saved | None:
    """None where the assessment takes no answers; 403 for a section that is not (or no longer) this link's."""
    try:
        return save_answers(
            actor=None,
            assessment_id=link.delegation.assessment_id,
            entries=entries,
            language=_language(),
            only=Recipient(delegation_id=link.delegation_id),
        )
    except UnknownItem:
        raise Http404 from None
    except NotGiven:
        raise PermissionDenied from None
    except NotOpen:
        return None


def _language() -> str:
    return (get_language() or "de").partition("-")[0]


def _page_of(
    reading: Any, answers: Any, row: Delegation, slug: str, token: str, access: SectionAccess, **more: Any
) -> pages.SectionPage:
    section = access.narrowed(find_section(reading, row.section))
    addresses = pages.Addresses.of_link(slug, token)
    return pages.SectionPage(reading, section, answers, _language(), addresses=addresses, **more)


def _section_page(
    request: GuestRequest, link: DelegationLink, token: str, page: pages.SectionPage, status: int = 200
) -> HttpResponse:
    row = link.delegation
    assessment = row.assessment
    is_given = row.state == State.GIVEN
    page.beside = beside.load_by_link(assessment, page.reading, slug=request.municipality.slug, token=token)
    context = {
        **section_context(page, status=status),
        "municipality": request.municipality,
        "assessment": assessment,
        "link": link,
        "delegation": row,
        "hands_back": is_given,
        "editable": is_given and assessment.state == Assessment.State.IN_PROGRESS and assessment.wave.is_open,
    }
    return htmx.render_page(request, "assessments/contribute/section.html", context, status=status)
