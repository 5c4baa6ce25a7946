"""How the panel votes: the decisions on record, and recording a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.requests import ProgrammeRequest
from apps.reviews import policies, queries
from apps.reviews.actions.rules import record_rules
from apps.reviews.forms import RulesForm


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: ProgrammeRequest) -> HttpResponse:
    """Quorum and majority: now, before, and as decided anew."""
    require(policies.may_manage_panel(request.roles))
    current = queries.current_rules()
    form = RulesForm(request.POST if request.method == "POST" else None, rules=current)
    if request.method == "POST" and form.is_valid():
        record_rules(actor=request.user, **form.cleaned_data)
        messages.success(request, _("It is on record and counts for reviews opened from now on."))
        return htmx.see_other(request, "panel-rules")
    context = {"form": form, "rules": current, "recorded": queries.recorded_rules()}
    return htmx.render_page(request, "reviews/staff/rules.html", context, status=422 if form.errors else 200)
