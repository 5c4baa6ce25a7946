from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.navigation import PROGRAMME, PUBLIC, WORKSHOP, NavItem, register, signed_out
from apps.reviews.policies import may_read_panel, panel_role


def _on_panel(request: HttpRequest) -> bool:
    return panel_role(getattr(request, "programme_roles", ())) is not None


def _reads_panel(request: HttpRequest) -> bool:
    roles: Any = getattr(request, "roles", ())
    return may_read_panel(roles, panel_role(getattr(request, "programme_roles", ())))


register(
    NavItem(_("Expert panel"), "panel-staff", area=PROGRAMME, order=40),
    NavItem(_("For the panel to review"), "panel-home", area=WORKSHOP, order=40, visible=_on_panel),
    NavItem(_("Meetings of the panel"), "panel-meetings", area=WORKSHOP, order=42, visible=_reads_panel),
    NavItem(_("Advice of the panel"), "panel-advice-list", area=WORKSHOP, order=44, visible=_reads_panel),
    NavItem(_("Advice of the expert panel"), "panel-advice-public", area=PUBLIC, order=60, visible=signed_out),
)
