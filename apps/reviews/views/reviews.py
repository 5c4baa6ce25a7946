"""The project team's pages: what waits for the panel, opening reviews, votes from start to outcome."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.core import reviewable_declaration as reviewables
from apps.core.requests import base_url
from apps.municipalities.requests import ProgrammeRequest
from apps.reviews import counting, pages, policies, queries, queries_meetings
from apps.reviews.actions import reviews as actions
from apps.reviews.forms import AssignForm, CloseVoteForm, OpenReviewForm, ReasonForm, StartVoteForm
from apps.reviews.models import Assignment, Review
from apps.reviews.problems import Refused
from apps.reviews.views.loading import load, say, sheet_of

SHOWN = 100


@require_safe
def overview(request: ProgrammeRequest) -> HttpResponse:
    """What waits for the panel, what it is working on, what is to be answered."""
    require(policies.may_manage_panel(request.roles))
    found = list(queries.latest()[:SHOWN])
    lines = pages.lines(found, queries.subjects_of(found))
    context = {
        "waiting": [(subject, queries.kind_label(subject.kind)) for subject in queries.waiting()],
        "running": [line for line in lines if line.review.decided_at is None],
        "ended": [line for line in lines if line.review.decided_at is not None],
        "conditions": queries.conditions_in_work(),
        "rules": queries.current_rules(),
        "members": queries.panel().count(),
        "advice": queries_meetings.waiting(timezone.localdate()),
    }
    return htmx.render_page(request, "reviews/staff/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_review(request: ProgrammeRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Begin the review of a version that waits, and give it to members."""
    require(policies.may_manage_panel(request.roles))
    subject = queries.subject(kind, subject_id)
    if subject is None or not subject.stage:
        raise Http404
    concerned = reviewables.get(kind).concerned
    members = [member for member in queries.panel() if not concerned(member.user_id, subject_id)]
    form = OpenReviewForm(request.POST if request.method == "POST" else None, members=members)
    if request.method == "POST" and form.is_valid():
        try:
            review = actions.open_review(
                actor=request.user,
                kind=kind,
                subject_id=subject_id,
                members=form.chosen,
                reporting=form.reporter,
                deadline=form.cleaned_data["deadline"],
                question=form.cleaned_data["question"],
                base_url=base_url(request),
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The review is open. The members have been told."))
            return htmx.see_other(request, "panel-review-staff", review.pk)
    context = {
        "form": form,
        "subject": subject,
        "kind": queries.kind_label(kind),
        "stage": Review.Stage(subject.stage).label,
        "members": members,
        "rules": queries.current_rules(),
    }
    return htmx.render_page(request, "reviews/staff/open.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request: ProgrammeRequest, review_id: UUID) -> HttpResponse:
    """One review: who has entered what, and the next step."""
    require(policies.may_manage_panel(request.roles))
    return _detail(request, load(review_id))


def _detail(
    request: ProgrammeRequest,
    review: Review,
    *,
    assign: AssignForm | None = None,
    start: StartVoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    is_open = review.state == Review.State.OPEN
    context = {
        "sheet": sheet_of(review, None),
        "outstanding": queries.outstanding(review),
        "assign": assign or (AssignForm(members=_free(review)) if is_open else None),
        "start": start or (StartVoteForm(initial={"vote_until": review.deadline}) if is_open else None),
        "closing_waits_for": actions.closing_waits_for(review, timezone.localdate()),
        "running": review.state in queries.RUNNING,
    }
    return htmx.render_page(request, "reviews/staff/detail.html", context, status=status)


def _free(review: Review) -> list[Any]:
    """Members who do not review it yet."""
    taken = {row.member_id for row in review.assignments.all()}
    return [member for member in queries.panel() if member.pk not in taken]


@require_POST
def assign(request: ProgrammeRequest, review_id: UUID) -> HttpResponse:
    """Give the review to one more member."""
    require(policies.may_manage_panel(request.roles))
    review = load(review_id)
    form = AssignForm(request.POST, members=_free(review))
    if form.is_valid():
        try:
            actions.assign(
                actor=request.user,
                review_id=review_id,
                member_id=UUID(form.cleaned_data["member"]),
                reports=form.cleaned_data["reports"],
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The member has been told."))
            return htmx.see_other(request, "panel-review-staff", review_id)
    return _detail(request, review, assign=form, status=422)


@require_POST
def unassign(request: ProgrammeRequest, assignment_id: UUID) -> HttpResponse:
    """Take the review back from a member who has not entered anything."""
    require(policies.may_manage_panel(request.roles))
    given = Assignment.objects.filter(pk=assignment_id).first()
    if given is None:
        raise Http404
    return _step(
        request,
        given.review_id,
        lambda: actions.unassign(actor=request.user, assignment_id=assignment_id),
        _("The member no longer reviews it."),
    )


@require_POST
def remind(request: ProgrammeRequest, review_id: UUID) -> HttpResponse:
    """Remind those whose word is missing."""
    require(policies.may_manage_panel(request.roles))
    load(review_id)
    number = actions.remind_outstanding(actor=request.user, review_id=review_id)
    if number:
        text = ngettext("One reminder has been sent.", "%(number)s reminders have been sent.", number)
        messages.success(request, text % {"number": number})
    else:
        messages.info(request, _("Nobody was left to be reminded today."))
    return htmx.see_other(request, "panel-review-staff", review_id)


@require_POST
def start_vote(request: ProgrammeRequest, review_id: UUID) -> HttpResponse:
    """Open the vote."""
    require(policies.may_manage_panel(request.roles))
    review = load(review_id)
    form = StartVoteForm(request.POST)
    if not form.is_valid():
        return _detail(request, review, start=form, status=422)
    deadline = form.cleaned_data["vote_until"]
    return _step(
        request,
        review_id,
        lambda: actions.start_vote(actor=request.user, review_id=review_id, deadline=deadline),
        _("The vote is open. The members entitled have been told."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close_vote(request: ProgrammeRequest, review_id: UUID) -> HttpResponse:
    """Close the vote: what the votes come to is shown before, and nobody enters it."""
    require(policies.may_manage_panel(request.roles))
    review = load(review_id)
    form = CloseVoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _step(
            request,
            review_id,
            lambda: actions.close_vote(actor=request.user, review_id=review_id, reason=form.cleaned_data["reason"]),
            _("The vote is closed. The members have been told."),
        )
    count = queries.count_of(review)
    result = counting.outcome(
        count, quorum=review.quorum, majority=review.majority, conditions=len(review.conditions.all())
    )
    context = {
        "form": form,
        "sheet": sheet_of(review, None),
        "waits_for": actions.closing_waits_for(review, timezone.localdate()),
        "count": count,
        "outcome": result.label,
    }
    return htmx.render_page(request, "reviews/staff/close.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: ProgrammeRequest, review_id: UUID) -> HttpResponse:
    """End the review without a result, with a reason."""
    require(policies.may_manage_panel(request.roles))
    review = load(review_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _step(
            request,
            review_id,
            lambda: actions.call_off(actor=request.user, review_id=review_id, reason=reason),
            _("The review has been called off."),
        )
    context = {"form": form, "sheet": sheet_of(review, None)}
    return htmx.render_page(request, "reviews/staff/call_off.html", context, status=422 if form.errors else 200)


def _step(request: ProgrammeRequest, review_id: UUID, step: Callable[[], Any], done: str) -> HttpResponse:
    """Take a step and go back to the review; what was refused is shown there."""
    try:
        step()
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, done)
    return htmx.see_other(request, "panel-review-staff", review_id)
