"""What the views of assessments load first, with the answer to whom it is not for."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import get_language

from apps.accounts.policies import require
from apps.assessments import policies, queries, queries_delegations
from apps.assessments.models import Assessment
from apps.municipalities.requests import MunicipalityRequest


def language_of(request: MunicipalityRequest) -> str:
    """The language pages are shown in, as the form's texts are keyed."""
    return (get_language() or "de").partition("-")[0]


def load(request: MunicipalityRequest, assessment_id: UUID) -> Assessment:
    """The assessment; 403 for employees, 404 where there is none here."""
    require(policies.may_read(request.roles))
    assessment = queries.assessments().filter(pk=assessment_id).first()
    if assessment is None:
        raise Http404
    return assessment


def recipient_of(request: MunicipalityRequest) -> policies.Recipient | None:
    """Whose delegations limit what the signed-in person may see and answer; None: nobody's."""
    return queries_delegations.recipient(request.user, request.roles, request.memberships)


def access_of(request: MunicipalityRequest, assessment: Assessment) -> policies.SectionAccess:
    """Which sections of the assessment the signed-in person may see and answer."""
    return queries_delegations.access_for(assessment, recipient_of(request), request.roles)


def load_whole(request: MunicipalityRequest, assessment_id: UUID) -> Assessment:
    """As `load`, for pages that show something of every section: 403 for whom only some are meant."""
    assessment = load(request, assessment_id)
    require(not access_of(request, assessment).is_limited)
    return assessment
