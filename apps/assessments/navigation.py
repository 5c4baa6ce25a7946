from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.assessments.policies import may_read
from apps.core.navigation import MUNICIPALITY, PROGRAMME, PUBLIC, NavItem, register, signed_out


def _reads_assessments(request: HttpRequest) -> bool:
    return may_read(getattr(request, "roles", ()))


register(
    NavItem(_("Needs assessment"), "assessments-list", area=MUNICIPALITY, order=20, visible=_reads_assessments),
    NavItem(_("Routines"), "routines-list", area=MUNICIPALITY, order=25, visible=_reads_assessments),
    NavItem(_("Quick check"), "quick-check", area=PUBLIC, order=10, visible=signed_out),
    NavItem(_("Waves"), "waves-list", area=PROGRAMME, order=20),
    NavItem(_("Needs of all municipalities"), "needs-table", area=PROGRAMME, order=22),
    NavItem(_("Questions of the municipalities"), "remarks-questions", area=PROGRAMME, order=23),
    NavItem(_("Routine examples"), "routine-examples-review", area=PROGRAMME, order=24),
)
