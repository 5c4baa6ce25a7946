from django.utils.translation import gettext_lazy as _

from apps.core.navigation import MUNICIPALITY, NavItem, has_role, register

register(
    NavItem(_("Reports"), "reports-list", area=MUNICIPALITY, order=60, visible=has_role("coordinator", "signatory"))
)
