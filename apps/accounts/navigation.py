from django.utils.translation import gettext_lazy as _

from apps.core.navigation import PERSON, PROGRAMME, NavItem, register, signed_in

register(
    NavItem(_("My details"), "accounts-profile", area=PERSON, order=80, visible=signed_in),
    NavItem(_("Sign-in and security"), "account_security", area=PERSON, order=90, visible=signed_in),
    NavItem(_("Project team"), "accounts-project-staff", area=PROGRAMME, order=90),
)
