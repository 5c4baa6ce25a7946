"""Why municipalities do not adopt: for the project team and the authors."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.commitments import reasons
from apps.commitments.actions import reasons as actions
from apps.commitments.actions.adoptions import record_reasons_export
from apps.commitments.documents.reasons_workbook import reasons_workbook
from apps.commitments.models import ReasonDigest
from apps.core import htmx
from apps.municipalities.requests import ProgrammeRequest, WorkshopRequest
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import Recommendation

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def overview(request: ProgrammeRequest) -> HttpResponse:
    """The reasons by recommendation."""
    context = {"found": reasons.by_recommendation(), "threshold": reasons.THRESHOLD}
    return htmx.render_page(request, "commitments/reasons/overview.html", context)


@require_POST
def workbook(request: ProgrammeRequest) -> HttpResponse:
    """The same as an Excel file."""
    content = reasons_workbook(reasons.by_recommendation())
    record_reasons_export(actor=request.user, sha256=hashlib.sha256(content).hexdigest())
    response = HttpResponse(content, content_type=EXCEL)
    name = _("reasons-against")
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx")
    assert disposition is not None  # an attachment always has one
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
def pass_on(request: ProgrammeRequest, recommendation_id: UUID) -> HttpResponse:
    """Show the authors the reasons as they stand now."""
    found = get_object_or_404(Recommendation, pk=recommendation_id)
    try:
        actions.pass_on(actor=request.user, recommendation_id=found.pk)
    except NotPossible as problem:
        messages.error(request, " ".join(problem.reasons))
    else:
        messages.success(request, _("The authors can read the reasons in the workshop now."))
    return htmx.see_other(request, "commitments-reasons")


@require_safe
def digest(request: WorkshopRequest, recommendation_id: UUID) -> HttpResponse:
    """What was passed on last about a recommendation: for benches, panel and project team."""
    found = get_object_or_404(Recommendation, pk=recommendation_id)
    latest = ReasonDigest.objects.filter(recommendation=found).first()
    return htmx.render_page(request, "commitments/reasons/digest.html", {"recommendation": found, "digest": latest})
