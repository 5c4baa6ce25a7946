from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.commitments import policies_chain, policies_ten_points
from apps.commitments.policies_adoption import may_read
from apps.core.navigation import MUNICIPALITY, PROGRAMME, NavItem, register


def _reads(request: HttpRequest) -> bool:
    return may_read(getattr(request, "roles", ()))


def _reads_chain(request: HttpRequest) -> bool:
    return policies_chain.may_read(getattr(request, "roles", ()))


def _reads_report(request: HttpRequest) -> bool:
    return policies_ten_points.may_read(getattr(request, "roles", ()))


def _belongs_here(request: HttpRequest) -> bool:
    """Guests on a public page of the municipality get no way in."""
    return bool(getattr(request, "roles", ()))


register(
    NavItem(_("Self-commitment"), "commitments-commitment", area=MUNICIPALITY, order=28, visible=_belongs_here),
    NavItem(_("Recommendations adopted"), "commitments-adoptions", area=MUNICIPALITY, order=30, visible=_reads),
    NavItem(_("Measures"), "measures-board", area=MUNICIPALITY, order=32, visible=_reads),
    NavItem(_("From need to level"), "chain-list", area=MUNICIPALITY, order=34, visible=_reads_chain),
    NavItem(_("Pilots"), "pilots-list", area=MUNICIPALITY, order=36, visible=_reads),
    NavItem(_("Ten-Point Plan"), "ten-points-list", area=MUNICIPALITY, order=38, visible=_reads_report),
    NavItem(_("Pilots"), "pilots-overview", area=PROGRAMME, order=44),
    NavItem(_("Reasons against"), "commitments-reasons", area=PROGRAMME, order=46),
)
