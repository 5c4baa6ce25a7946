"""Word files on adoptions and measures.

They are small and made at once. By POST, because a download is recorded and a GET may not write.
"""

import hashlib
from itertools import groupby
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.policies import require
from apps.assessments.documents.text import day
from apps.commitments import policies_adoption as policies
from apps.commitments import queries_adoption as queries
from apps.commitments.actions.adoptions import record_download
from apps.commitments.documents.data import paper_data, planned
from apps.commitments.documents.decision_paper import decision_paper as make_decision_paper
from apps.commitments.documents.memo import memo as make_memo
from apps.commitments.documents.plan import PlanPart
from apps.commitments.documents.plan import measures_plan as make_measures_plan
from apps.commitments.models import Adoption
from apps.municipalities.requests import MunicipalityRequest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GERMAN = "de"
"""Of the papers, whatever the language of the pages: they go to a German council."""


@require_POST
def memo(request: MunicipalityRequest, slug: str, adoption_id: UUID) -> HttpResponse:
    """The memo of one page on adopting a recommendation."""
    row = _load(request, adoption_id)
    with translation.override(GERMAN):
        content = make_memo(paper_data(row, request.municipality.name))
        return _handed_out(request, "memo", _name(_("memo"), slug, row), content, row)


@require_POST
def decision_paper(request: MunicipalityRequest, slug: str, adoption_id: UUID) -> HttpResponse:
    """The decision paper on adopting a recommendation."""
    row = _load(request, adoption_id)
    with translation.override(GERMAN):
        content = make_decision_paper(paper_data(row, request.municipality.name))
        return _handed_out(request, "decision_paper", _name(_("decision-paper"), slug, row), content, row)


@require_POST
def measures_plan(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The measures plan of the municipality."""
    require(policies.may_read(request.roles))
    with translation.override(GERMAN):
        content = make_measures_plan(request.municipality.name, timezone.now(), _parts())
        kind = _("measures-plan")
        return _handed_out(request, "measures_plan", f"{kind}-{slug}.docx", content, None)


def _parts() -> list[PlanPart]:
    measures = list(queries.all_measures())
    titles = queries.titles_of({measure.adoption.version_id for measure in measures if measure.adoption})
    parts = []
    for _key, found in groupby(measures, key=lambda measure: measure.adoption_id):
        group = list(found)
        row = group[0].adoption
        title = f"{row.version}: {titles[row.version_id]}" if row else ""
        decision = f"{row.decision_reference}, {day(row.decided_on)}" if row and row.decided_on else ""
        parts.append(PlanPart(title, decision, [planned(measure) for measure in group]))
    return parts


def _load(request: MunicipalityRequest, key: UUID) -> Adoption:
    require(policies.may_read(request.roles))
    row = queries.adoption(key)
    if row is None:
        raise Http404
    return row


def _name(kind: str, slug: str, row: Adoption) -> str:
    return f"{kind}-{slug}-he-{row.version.recommendation.number}.docx"


def _handed_out(
    request: MunicipalityRequest, document: str, name: str, content: bytes, row: Adoption | None
) -> HttpResponse:
    digest = hashlib.sha256(content).hexdigest()
    record_download(actor=request.user, document=document, target=row, sha256=digest)
    response = HttpResponse(content, content_type=WORD)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    assert disposition is not None  # an attachment always has one
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store, private"
    return response
