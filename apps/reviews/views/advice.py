"""The panel's own advice: drafting, signing, giving; the project's answer; the public page."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.core.requests import base_url
from apps.municipalities.requests import ProgrammeRequest, WorkshopRequest
from apps.reviews import policies, queries_meetings
from apps.reviews.actions import advice as actions
from apps.reviews.forms_meetings import AdviceForm, AnswerForm, GiveAdviceForm
from apps.reviews.models import Advice
from apps.reviews.problems import Refused
from apps.reviews.views.loading import member_of, say


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """All advice given, with the answers, for everybody."""
    context = {"advice": queries_meetings.given_advice(), "today": timezone.localdate()}
    return htmx.render_page(request, "reviews/advice_public.html", context)


@require_safe
def member_list(request: WorkshopRequest) -> HttpResponse:
    """All advice; drafts for the panel alone."""
    member = policies.panel_role(request.programme_roles)
    require(policies.may_read_panel(request.roles, member))
    found = queries_meetings.advice() if member is not None else queries_meetings.given_advice()
    context = {"advice": found, "on_panel": member is not None, "today": timezone.localdate()}
    return htmx.render_page(request, "reviews/member/advice_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: WorkshopRequest) -> HttpResponse:
    """Begin an advice."""
    member = member_of(request)
    form = AdviceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.draft_advice(actor=request.user, member=member, **form.cleaned_data)
        messages.success(request, _("The draft has been saved. Every member of the panel can change and sign it."))
        return htmx.see_other(request, "panel-advice", made.pk)
    return htmx.render_page(
        request, "reviews/member/advice_form.html", {"form": form}, status=422 if form.errors else 200
    )


@require_safe
def detail(request: WorkshopRequest, advice_id: UUID) -> HttpResponse:
    """One advice, with its signers and the answer."""
    member = policies.panel_role(request.programme_roles)
    found = _load(advice_id)
    require(policies.may_read_advice(request.roles, member, found))
    signers = list(found.signers.all())
    context = {
        "advice": found,
        "on_panel": member is not None,
        "has_signed": member is not None and any(signer.member_id == member.pk for signer in signers),
        "enough": len(signers) >= actions.SIGNERS_NEEDED,
        "today": timezone.localdate(),
    }
    return htmx.render_page(request, "reviews/member/advice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: WorkshopRequest, advice_id: UUID) -> HttpResponse:
    """Change a draft."""
    member = member_of(request)
    found = _load(advice_id)
    form = AdviceForm(
        request.POST if request.method == "POST" else None, initial={"title": found.title, "text": found.text}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_advice(actor=request.user, member=member, advice_id=advice_id, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The draft has been saved. Every member of the panel can change and sign it."))
            return htmx.see_other(request, "panel-advice", advice_id)
    context = {"form": form, "advice": found}
    return htmx.render_page(request, "reviews/member/advice_form.html", context, status=422 if form.errors else 200)


@require_POST
def sign(request: WorkshopRequest, advice_id: UUID) -> HttpResponse:
    """Carry a draft, or take the signature back."""
    member = member_of(request)
    _load(advice_id)
    signs = request.POST.get("sign") != "no"
    try:
        actions.sign_advice(actor=request.user, member=member, advice_id=advice_id, sign=signs)
    except Refused as refused:
        say(request, refused)
    else:
        done = _("Your signature has been saved.") if signs else _("Your signature has been withdrawn.")
        messages.success(request, done)
    return htmx.see_other(request, "panel-advice", advice_id)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: WorkshopRequest, advice_id: UUID) -> HttpResponse:
    """Give an advice to the project."""
    member = member_of(request)
    found = _load(advice_id)
    form = GiveAdviceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_advice(
                actor=request.user,
                member=member,
                advice_id=advice_id,
                answer_due_on=form.cleaned_data["answer_due_on"],
                base_url=base_url(request),
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The advice is given and public. The project team has been told."))
            return htmx.see_other(request, "panel-advice", advice_id)
    context = {"form": form, "advice": found}
    return htmx.render_page(request, "reviews/member/advice_give.html", context, status=422 if form.errors else 200)


@require_safe
def staff_list(request: ProgrammeRequest) -> HttpResponse:
    """What the panel has advised, for the project team to answer."""
    require(policies.may_manage_panel(request.roles))
    context = {"advice": queries_meetings.given_advice(), "today": timezone.localdate()}
    return htmx.render_page(request, "reviews/staff/advice_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: ProgrammeRequest, advice_id: UUID) -> HttpResponse:
    """Read an advice and answer it with reasons."""
    require(policies.may_manage_panel(request.roles))
    found = _load(advice_id)
    if found.state == Advice.State.DRAFT:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_advice(
                actor=request.user, advice_id=advice_id, base_url=base_url(request), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The answer is given and public. The members have been told."))
            return htmx.see_other(request, "panel-advice-answer", advice_id)
    context = {"form": form, "advice": found, "today": timezone.localdate()}
    return htmx.render_page(request, "reviews/staff/advice.html", context, status=422 if form.errors else 200)


def _load(advice_id: UUID) -> Advice:
    found = queries_meetings.advice().filter(pk=advice_id).first()
    if found is None:
        raise Http404
    return found
