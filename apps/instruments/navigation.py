from django.utils.translation import gettext_lazy as _

from apps.core.navigation import PROGRAMME, NavItem, register

register(NavItem(_("Questionnaires"), "instruments-list", area=PROGRAMME, order=40))
