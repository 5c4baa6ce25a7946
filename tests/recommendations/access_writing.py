"""Who gets what from starting and writing recommendations, their teams and expenses."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.accounts.models import Bench, ProgrammeRole
from apps.recommendations.actions import expenses, texts
from apps.recommendations.models import RecommendationVersion, TeamMember
from tests.consistency.access import Row, World
from tests.recommendations import factories


def _version(world: World) -> RecommendationVersion:
    """A version that the member of the bench of civil society writes and leads."""
    version = factories.recommendation()
    role = ProgrammeRole.objects.get(user=world.people["bench"], bench=Bench.CIVIL_SOCIETY)
    TeamMember.objects.create(recommendation=version.recommendation, role=role, leads=True)
    return version


def version(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk}


def goal(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk, "section": "goal"}


def goal_with_somebody_else(world: World) -> Mapping[str, Any]:
    made = _version(world)
    role = factories.bench_member(Bench.SCIENCE)
    TeamMember.objects.create(recommendation=made.recommendation, role=role)
    texts.check_out(actor=role.user, version_id=made.pk, section="goal")
    return {"pk": made.pk, "section": "goal"}


def variants(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk, "name": "variants"}


def member(world: World) -> Mapping[str, Any]:
    return {"member_id": _version(world).recommendation.team.get().pk}


def expense(world: World) -> Mapping[str, Any]:
    made = expenses.note_expense(
        actor=world.people["bench"],
        member_id=_version(world).recommendation.team.get().pk,
        incurred_on=timezone.localdate(),
        purpose="Sitzung",
        hours=Decimal(2),
    )
    return {"expense_id": made.pk}


ACCESS = {
    "recommendations-list": Row.in_programme(),
    "recommendations-start": Row.in_programme(),
    "recommendations-detail": Row.in_programme(kwargs=version),
    "recommendations-step": Row.in_programme(
        staff=303, method="post", kwargs=version, data={"transition": "withdraw", "reason": "Doppelt."}
    ),
    "recommendations-next-version": Row.in_programme(staff=409, method="post", kwargs=version),
    "recommendations-share": Row.in_programme(staff=303, method="post", kwargs=version, data={"shared": "yes"}),
    "recommendations-doi": Row.in_programme(staff=303, method="post", kwargs=version, data={"doi": "10.1234/x"}),
    "recommendations-team": Row.in_programme(kwargs=version),
    "recommendations-team-remove": Row.in_programme(staff=303, method="post", kwargs=member),
    "recommendations-team-lead": Row.in_programme(staff=303, method="post", kwargs=member),
    "recommendations-expenses-all": Row.in_programme(),
    "recommendations-expense-decide": Row.in_programme(
        staff=303, method="post", kwargs=expense, data={"state": "approved"}
    ),
    "recommendations-mine": Row.in_workshop(),
    "recommendations-write": Row.in_workshop(panel=403, kwargs=version),
    "recommendations-section": Row.in_workshop(panel=403, kwargs=goal),
    "recommendations-section-take": Row.in_workshop(bench=303, staff=303, panel=403, method="post", kwargs=goal),
    "recommendations-section-take-over": Row.in_workshop(panel=403, kwargs=goal_with_somebody_else),
    "recommendations-section-release": Row.in_workshop(bench=303, staff=303, panel=403, method="post", kwargs=goal),
    "recommendations-fields": Row.in_workshop(panel=403, kwargs=variants),
    "recommendations-expenses": Row.in_workshop(),
    "recommendations-expense-withdraw": Row.in_workshop(bench=303, staff=404, panel=404, method="post", kwargs=expense),
}
