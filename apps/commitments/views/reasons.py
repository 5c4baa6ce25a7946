"""Why municipalities do not adopt: for the project team and the authors."""

import hashlib

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.commitments import reasons
from apps.commitments.actions.adoptions import record_reasons_export
from apps.commitments.documents.reasons_workbook import reasons_workbook
from apps.core import htmx
from apps.municipalities.requests import ProgrammeRequest

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
