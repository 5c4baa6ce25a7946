from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.navigation import (
    MUNICIPALITY,
    PERSON,
    PROGRAMME,
    WORKSHOP,
    NavItem,
    is_project_staff,
    register,
    signed_in,
)
from apps.municipalities.policies import may_configure_single_sign_on, may_manage_people


def _manages_people(request: HttpRequest) -> bool:
    return may_manage_people(getattr(request, "roles", ()))


def _configures_single_sign_on(request: HttpRequest) -> bool:
    return may_configure_single_sign_on(getattr(request, "roles", ()))


register(
    NavItem(_("My roles"), "workshop", area=WORKSHOP, order=10),
    NavItem(_("Cockpit"), "dashboard-cockpit", area=WORKSHOP, order=5, visible=is_project_staff),
    NavItem(_("Benches, panel and trainers"), "municipalities-programme-people", area=PROGRAMME, order=85),
    NavItem(_("My page"), "my-page", area=PERSON, order=10, visible=signed_in),
    NavItem(_("People"), "municipalities-members", area=MUNICIPALITY, order=70, visible=_manages_people),
    NavItem(_("Invitations"), "municipalities-invitations", area=MUNICIPALITY, order=71, visible=_manages_people),
    NavItem(_("Departments"), "municipalities-org-units", area=MUNICIPALITY, order=72, visible=_manages_people),
    NavItem(
        _("Register of territories"), "municipalities-territories", area=PROGRAMME, order=40, visible=is_project_staff
    ),
    NavItem(
        _("Single sign-on"),
        "municipalities-single-sign-on",
        area=MUNICIPALITY,
        order=90,
        visible=_configures_single_sign_on,
    ),
)
