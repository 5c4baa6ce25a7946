"""Loading what the panel's pages are about: 404 where it is not there, 403 where the person may not."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404

from apps.accounts.models import ProgrammeRole
from apps.accounts.policies import require
from apps.municipalities.requests import PersonRequest, WorkshopRequest
from apps.reviews import pages, policies, queries
from apps.reviews.models import Review
from apps.reviews.problems import Refused


def load(review_id: UUID) -> Review:
    """The review with everything entered in it; 404 otherwise."""
    review = queries.review(review_id)
    if review is None:
        raise Http404
    return review


def member_of(request: WorkshopRequest) -> ProgrammeRole:
    """The person's role on the panel; 403 for everybody else."""
    member = policies.panel_role(request.programme_roles)
    require(member is not None)
    assert member is not None
    return member


def sheet_of(review: Review, member: ProgrammeRole | None) -> pages.Sheet:
    """The review as the person may see it."""
    return pages.sheet(review, queries.subject(review.subject_kind, review.subject_id), member)


def say(request: PersonRequest, refused: Refused) -> None:
    """Show why a step was refused."""
    for reason in refused.reasons:
        messages.error(request, reason)
