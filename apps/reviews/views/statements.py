"""Minority statements, and conditions from met to confirmed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import ProgrammeRole
from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.requests import WorkshopRequest
from apps.reviews import policies, queries
from apps.reviews.actions import statements as actions
from apps.reviews.forms import MetForm, SignatureForm, StatementForm
from apps.reviews.models import Condition, MinorityStatement, Review
from apps.reviews.problems import Refused
from apps.reviews.views.loading import load, member_of, say


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: WorkshopRequest, review_id: UUID) -> HttpResponse:
    """Write a minority statement."""
    member, review = _entitled(request, review_id)
    form = StatementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_statement(
                actor=request.user,
                member=member,
                review_id=review_id,
                text=form.cleaned_data["text"],
                by_name=form.named,
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The minority statement has been saved. Other members can sign it."))
            return htmx.see_other(request, "panel-review", review_id)
    context = {"form": form, "review": review}
    return htmx.render_page(request, "reviews/member/statement.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def rewrite(request: WorkshopRequest, statement_id: UUID) -> HttpResponse:
    """Change a minority statement that nobody else has signed."""
    statement = _statement(statement_id)
    member, review = _entitled(request, statement.review_id)
    own = statement.signers.filter(member=member).first()
    require(own is not None)
    initial = {"text": statement.text, "by_name": "yes" if own is not None and own.by_name else "no"}
    form = StatementForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["text"]
            actions.rewrite_statement(actor=request.user, member=member, statement_id=statement_id, text=text)
            actions.sign_statement(actor=request.user, member=member, statement_id=statement_id, by_name=form.named)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The minority statement has been saved. Other members can sign it."))
            return htmx.see_other(request, "panel-review", review.pk)
    context = {"form": form, "review": review}
    return htmx.render_page(request, "reviews/member/statement.html", context, status=422 if form.errors else 200)


@require_POST
def sign(request: WorkshopRequest, statement_id: UUID) -> HttpResponse:
    """Sign a minority statement, or choose anew how the signature is published."""
    statement = _statement(statement_id)
    member, review = _entitled(request, statement.review_id)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose how your signature is published."))
        return htmx.see_other(request, "panel-review", review.pk)
    try:
        actions.sign_statement(actor=request.user, member=member, statement_id=statement_id, by_name=form.named)
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, _("Your signature has been saved."))
    return htmx.see_other(request, "panel-review", review.pk)


@require_POST
def unsign(request: WorkshopRequest, statement_id: UUID) -> HttpResponse:
    """Take a signature back."""
    statement = _statement(statement_id)
    member, review = _entitled(request, statement.review_id)
    try:
        actions.withdraw_signature(actor=request.user, member=member, statement_id=statement_id)
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, _("Your signature has been withdrawn."))
    return htmx.see_other(request, "panel-review", review.pk)


def _statement(statement_id: UUID) -> MinorityStatement:
    statement = MinorityStatement.objects.filter(pk=statement_id).first()
    if statement is None:
        raise Http404
    return statement


def _entitled(request: WorkshopRequest, review_id: UUID) -> tuple[ProgrammeRole, Review]:
    """The member and the review; 403 for whom it was not given to or who has a conflict of interest."""
    member, review = member_of(request), load(review_id)
    require(any(row.member_id == member.pk and row.may_vote for row in review.assignments.all()))
    return member, review


# --- Conditions ---------------------------------------------------------------------------------------------------


@require_safe
def condition(request: WorkshopRequest, condition_id: UUID) -> HttpResponse:
    """One condition: what it says, how it was met, whether the panel has confirmed it."""
    return _condition_page(request, _condition(request, condition_id))


def _condition_page(
    request: WorkshopRequest, found: Condition, form: MetForm | None = None, status: int = 200
) -> HttpResponse:
    member = policies.panel_role(request.programme_roles)
    own = queries.assignment_of(found.review_id, member.pk) if member is not None else None
    counts = found.review.outcome == Review.Outcome.CONDITIONAL
    may_say = counts and found.confirmed_at is None and policies.may_say_met(request.user, request.roles, found)
    context = {
        "condition": found,
        "subject": queries.subject(found.review.subject_kind, found.review.subject_id),
        "form": form or (MetForm(initial={"note": found.met_note}) if may_say else None),
        "may_judge": counts and own is not None and own.may_vote and found.met_at and not found.confirmed_at,
        "on_panel": member is not None,
        "counts": counts,
    }
    return htmx.render_page(request, "reviews/condition.html", context, status=status)


@require_POST
def say_met(request: WorkshopRequest, condition_id: UUID) -> HttpResponse:
    """Say how a condition was met."""
    found = _condition(request, condition_id)
    require(policies.may_say_met(request.user, request.roles, found))
    form = MetForm(request.POST)
    if form.is_valid():
        try:
            actions.say_met(actor=request.user, condition_id=condition_id, note=form.cleaned_data["note"])
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("It has been saved. The panel has been asked to confirm it."))
            return htmx.see_other(request, "panel-condition", condition_id)
    return _condition_page(request, found, form, status=422)


@require_POST
def judge(request: WorkshopRequest, condition_id: UUID) -> HttpResponse:
    """Confirm that a condition was met, or say that it is not yet."""
    member = member_of(request)
    found = _condition(request, condition_id)
    own = queries.assignment_of(found.review_id, member.pk)
    require(own is not None and own.may_vote)
    is_met = request.POST.get("met") == "yes"
    try:
        actions.judge_condition(actor=request.user, member=member, condition_id=condition_id, is_met=is_met)
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(
            request, _("The condition is confirmed as met.") if is_met else _("The condition is open again.")
        )
    return htmx.see_other(request, "panel-condition", condition_id)


def _condition(request: WorkshopRequest, condition_id: UUID) -> Condition:
    found = queries.condition(condition_id)
    if found is None:
        raise Http404
    member = policies.panel_role(request.programme_roles)
    require(policies.may_see_condition(request.user, request.roles, member, found))
    return found
