from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Bench, ProgrammeRoleKind
from apps.core.navigation import (
    MUNICIPALITY,
    PROGRAMME,
    PUBLIC,
    WORKSHOP,
    NavItem,
    is_project_staff,
    register,
    signed_out,
)
from apps.recommendations.policies_rules import may_see_suggestions


def _on_bench(request: HttpRequest) -> bool:
    roles = getattr(request, "programme_roles", ())
    return is_project_staff(request) or any(role.role == ProgrammeRoleKind.BENCH_MEMBER for role in roles)


def _is_reimbursed(request: HttpRequest) -> bool:
    return any(role.bench == Bench.CIVIL_SOCIETY for role in getattr(request, "programme_roles", ()))


def _sees_suggestions(request: HttpRequest) -> bool:
    return may_see_suggestions(getattr(request, "roles", ()))


register(
    NavItem(
        _("Suggested for us"), "recommendations-suggestions", area=MUNICIPALITY, order=27, visible=_sees_suggestions
    ),
    NavItem(_("Mapping rules"), "rules-list", area=PROGRAMME, order=31),
    NavItem(_("What the rules cover"), "coverage", area=PROGRAMME, order=32),
    NavItem(_("Rounds of comments"), "recommendations-rounds", area=WORKSHOP, order=20, visible=_on_bench),
    NavItem(_("Recommendations"), "recommendations-public-list", area=PUBLIC, order=20, visible=signed_out),
    NavItem(_("Recommendations"), "recommendations-list", area=PROGRAMME, order=30),
    NavItem(_("Expenses of writing teams"), "recommendations-expenses-all", area=PROGRAMME, order=36),
    NavItem(_("Recommendations in writing"), "recommendations-mine", area=WORKSHOP, order=10, visible=_on_bench),
    NavItem(_("My expenses"), "recommendations-expenses", area=WORKSHOP, order=40, visible=_is_reimbursed),
)
