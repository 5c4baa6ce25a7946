"""A member's pages: what is mine, one review, conflict of interest, scores, vote."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import ProgrammeRole
from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.requests import WorkshopRequest
from apps.reviews import pages, policies, queries, queries_meetings
from apps.reviews.actions import statements as statement_actions
from apps.reviews.actions import voting as actions
from apps.reviews.forms import ConflictForm, ScoresForm, SignatureForm, VoteForm
from apps.reviews.models import Assignment, Review, Vote
from apps.reviews.problems import Refused
from apps.reviews.rubric import criteria
from apps.reviews.views.loading import load, member_of, say, sheet_of

OTHERS_SHOWN = 30


@require_safe
def home(request: WorkshopRequest) -> HttpResponse:
    """What is mine, until when, what has changed; and what the others review."""
    member = member_of(request)
    mine = list(queries.mine(member.pk))
    own = {row.review_id for row in mine}
    others = list(queries.reviews().exclude(pk__in=own).order_by("-created_at")[:OTHERS_SHOWN])
    subjects = queries.subjects_of([*(row.review for row in mine), *others])
    context = {
        "tasks": pages.tasks(mine, subjects),
        "others": pages.lines(others, subjects),
        "meetings": queries_meetings.coming()[:3],
        "overdue": queries_meetings.overdue(timezone.localdate()),
        "rules": queries.current_rules(),
        "today": timezone.localdate(),
    }
    return htmx.render_page(request, "reviews/member/home.html", context)


@require_safe
def review(request: WorkshopRequest, review_id: UUID) -> HttpResponse:
    """One review as the member may see it."""
    member = policies.panel_role(request.programme_roles)
    require(policies.may_read_panel(request.roles, member))
    return _page(request, load(review_id), member)


def _page(
    request: WorkshopRequest,
    found: Review,
    member: ProgrammeRole | None,
    *,
    conflict_form: ConflictForm | None = None,
    status: int = 200,
) -> HttpResponse:
    sheet = sheet_of(found, member)
    running = found.state in queries.RUNNING
    if conflict_form is None and sheet.own is not None and running:
        declared = {True: "yes", False: "no"}.get(sheet.own.conflict) if sheet.own.conflict is not None else None
        conflict_form = ConflictForm(initial={"conflict": declared, "note": sheet.own.conflict_note})
    may_state = sheet.own is not None and sheet.own.may_vote and statement_actions.statements_open(found)
    context = {
        "sheet": sheet,
        "running": running,
        "conflict_form": conflict_form,
        "may_state": may_state,
        "statements": [
            (statement, _signature_form(statement) if statement.own is not None or may_state else None)
            for statement in sheet.statements
        ],
    }
    return htmx.render_page(request, "reviews/member/review.html", context, status=status)


def _signature_form(statement: pages.Statement) -> SignatureForm:
    chosen = "yes" if statement.own is not None and statement.own.by_name else "no"
    return SignatureForm(auto_id=f"sign-{statement.row.pk}-%s", initial={"by_name": chosen})


@require_POST
def seen(request: WorkshopRequest, review_id: UUID) -> HttpResponse:
    """Remember that the member has seen the review as it stands."""
    member = member_of(request)
    try:
        actions.mark_seen(actor=request.user, member=member, review_id=review_id)
    except (Assignment.DoesNotExist, Review.DoesNotExist):
        raise Http404 from None
    messages.success(request, _("You will see what changes from now on."))
    return htmx.see_other(request, "panel-home")


@require_POST
def conflict(request: WorkshopRequest, review_id: UUID) -> HttpResponse:
    """Say whether there is a conflict of interest."""
    member = member_of(request)
    found, _assignment = _mine(member, review_id)
    form = ConflictForm(request.POST)
    if not form.is_valid():
        return _page(request, load(review_id), member, conflict_form=form, status=422)
    try:
        actions.declare_conflict(
            actor=request.user,
            member=member,
            review_id=found.pk,
            conflict=form.cleaned_data["conflict"] == "yes",
            note=form.cleaned_data["note"],
        )
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, _("Your statement has been saved."))
    return htmx.see_other(request, "panel-review", review_id)


@require_http_methods(["GET", "HEAD", "POST"])
def scores(request: WorkshopRequest, review_id: UUID) -> HttpResponse:
    """The rubric: a score with a reason for each criterion."""
    member = member_of(request)
    found, assignment = _mine(member, review_id)
    wanted = criteria(found.subject_kind)
    why_not = ""
    if request.method == "POST":
        form = ScoresForm(request.POST, criteria=wanted)
        if form.is_valid():
            try:
                actions.save_scores(actor=request.user, member=member, review_id=review_id, scores=form.scores)
            except Refused as refused:
                form.add_error(None, refused.reasons)
            else:
                messages.success(request, _("Your scores have been saved. You now see those of the others."))
                return htmx.see_other(request, "panel-review", review_id)
    else:
        why_not = actions.why_no_scores(found, assignment)
        initial: dict[str, str] = {}
        for score in assignment.scores.all():
            initial |= {f"score-{score.criterion}": str(score.score), f"reason-{score.criterion}": score.reason}
        form = ScoresForm(criteria=wanted, initial=initial)
    context = {"form": form, "review": found, "why_not": why_not, "subject": _subject(found)}
    return htmx.render_page(request, "reviews/member/scores.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: WorkshopRequest, review_id: UUID) -> HttpResponse:
    """Vote, or change the vote while it is open."""
    member = member_of(request)
    found, assignment = _mine(member, review_id)
    why_not = ""
    if request.method == "POST":
        form = VoteForm(request.POST)
        if form.is_valid():
            try:
                actions.cast_vote(
                    actor=request.user,
                    member=member,
                    review_id=review_id,
                    choice=form.cleaned_data["choice"],
                    reason=form.cleaned_data["reason"],
                    conditions=form.texts,
                )
            except Refused as refused:
                form.add_error(None, refused.reasons)
            else:
                messages.success(request, _("Your vote has been saved. You can change it while the vote is open."))
                return htmx.see_other(request, "panel-review", review_id)
    else:
        why_not = actions.why_no_vote(found, assignment)
        form = VoteForm(initial=_vote_so_far(found, assignment, member))
    context = {"form": form, "review": found, "why_not": why_not, "subject": _subject(found)}
    return htmx.render_page(request, "reviews/member/vote.html", context, status=422 if form.errors else 200)


def _vote_so_far(found: Review, assignment: Assignment, member: ProgrammeRole) -> dict[str, str]:
    so_far: Vote | None = getattr(assignment, "vote", None)
    if so_far is None:
        return {}
    texts = found.conditions.filter(set_by=member).values_list("text", flat=True)
    return {"choice": so_far.choice, "reason": so_far.reason, "conditions": "\n".join(texts)}


def _subject(found: Review) -> object:
    return queries.subject(found.subject_kind, found.subject_id)


def _mine(member: ProgrammeRole, review_id: UUID) -> tuple[Review, Assignment]:
    """A review that was given to the member; 404 where there is none, 403 where it was given to others."""
    assignment = queries.assignment_of(review_id, member.pk)
    if assignment is None:
        if not Review.objects.filter(pk=review_id).exists():
            raise Http404
        raise PermissionDenied
    return assignment.review, assignment
