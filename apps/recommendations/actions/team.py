"""Who writes a recommendation: joining, leaving, leading. Each step takes the recommendation's lock."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind
from apps.audit.actions import record
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.guards import KIND
from apps.recommendations.models import Participant, Recommendation, Round, TeamMember
from apps.reviews import queries as reviews


@transaction.atomic
def add_member(*, actor: Any, recommendation_id: UUID, role_id: UUID) -> TeamMember:
    """Add a member of a bench to the team; who is on it already stays as they are.

    Raises NotPossible for a role that has ended or is none of a bench, for somebody who takes part in the open round:
    whoever writes does not comment, and for somebody who reviews it for the panel without having declared a conflict
    of interest. Recommendation.DoesNotExist, ProgrammeRole.DoesNotExist.
    """
    recommendation = _locked(recommendation_id)
    role = ProgrammeRole.objects.get(pk=role_id)
    if role.role != ProgrammeRoleKind.BENCH_MEMBER or role.ended_at is not None:
        raise NotPossible(_("Only members of a bench can write."))
    if Participant.objects.filter(
        round__version__recommendation=recommendation, round__state=Round.State.OPEN, role__user=role.user_id
    ).exists():
        raise NotPossible(_("This person is invited to the open round and comments on the text there."))
    versions = recommendation.versions.values_list("pk", flat=True)
    if reviews.is_reviewing(role.user_id, KIND, list(versions)):
        raise NotPossible(
            _("This person is reviewing it for the expert panel and must declare a conflict of interest first.")
        )
    member = TeamMember.objects.filter(recommendation=recommendation, role=role, left_at=None).first()
    if member is None:
        member = TeamMember.objects.create(recommendation=recommendation, role=role)
        record(actor=actor, verb="recommendation.team_joined", target=member, data={"bench": role.bench})
    return member


@transaction.atomic
def remove_member(*, actor: Any, member_id: UUID) -> TeamMember:
    """End a membership. What the person has in hand stays there until somebody takes it over.

    Nothing to do where it has ended. Raises TeamMember.DoesNotExist.
    """
    member = _member(member_id)
    if member.left_at is None:
        member.left_at, member.leads = timezone.now(), False
        member.save(update_fields=["left_at", "leads", "updated_at"])
        record(actor=actor, verb="recommendation.team_left", target=member, data={"bench": member.role.bench})
    return member


@transaction.atomic
def make_lead(*, actor: Any, member_id: UUID) -> TeamMember:
    """Have a member lead the team in place of whoever did. Raises TeamMember.DoesNotExist, NotPossible once left."""
    member = _member(member_id)
    if member.left_at is not None:
        raise NotPossible(_("This person is no longer on the team."))
    if not member.leads:
        TeamMember.objects.filter(recommendation=member.recommendation_id, leads=True).update(leads=False)
        member.leads = True
        member.save(update_fields=["leads", "updated_at"])
        record(actor=actor, verb="recommendation.team_led", target=member, data={"bench": member.role.bench})
    return member


def _locked(recommendation_id: UUID) -> Recommendation:
    return Recommendation.objects.select_for_update(of=("self",)).get(pk=recommendation_id)


def _member(member_id: UUID) -> TeamMember:
    """A membership under the lock of its recommendation."""
    _locked(TeamMember.objects.values_list("recommendation_id", flat=True).get(pk=member_id))
    return TeamMember.objects.select_related("role").get(pk=member_id)
