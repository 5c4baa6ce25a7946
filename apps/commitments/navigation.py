from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.commitments import policies
from apps.core.navigation import MUNICIPALITY, PROGRAMME, NavItem, register


def _reads(request: HttpRequest) -> bool:
    return policies.may_read(getattr(request, "roles", ()))


def _sees_all_levels(request: HttpRequest) -> bool:
    return policies.may_see_all_levels(getattr(request, "roles", ()))


def _belongs_here(request: HttpRequest) -> bool:
    """Guests on a public page of the municipality get no way in."""
    return bool(getattr(request, "roles", ()))


register(
    NavItem(_("Self-commitment"), "commitments-commitment", area=MUNICIPALITY, order=28, visible=_belongs_here),
    NavItem(_("Recommendations adopted"), "commitments-adoptions", area=MUNICIPALITY, order=30, visible=_reads),
    NavItem(_("Measures"), "measures-board", area=MUNICIPALITY, order=32, visible=_reads),
    NavItem(_("From need to level"), "chain-list", area=MUNICIPALITY, order=34, visible=_sees_all_levels),
    NavItem(_("Pilots"), "pilots-list", area=MUNICIPALITY, order=36, visible=_reads),
    NavItem(_("Ten-Point Plan"), "ten-points-list", area=MUNICIPALITY, order=38, visible=_sees_all_levels),
    NavItem(_("Pilots"), "pilots-overview", area=PROGRAMME, order=44),
    NavItem(_("Reasons against"), "commitments-reasons", area=PROGRAMME, order=46),
)
