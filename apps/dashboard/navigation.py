from django.utils.translation import gettext_lazy as _

from apps.core.navigation import MUNICIPALITY, PROGRAMME, NavItem, register

register(
    NavItem(_("Overview"), "dashboard-cockpit", area=PROGRAMME, order=10),
    NavItem(_("To do"), "dashboard-municipality", area=MUNICIPALITY, order=10),
)
