"""Signatures that were not given with an account: on paper, or by a decision; and the summary that is signed."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.assessments import policies, queries, queries_results
from apps.assessments.actions import assessments as actions
from apps.assessments.content import content_hash
from apps.assessments.forms_signing import RecordSignatureForm
from apps.assessments.models import Assessment, Signature
from apps.assessments.queries_previous import previous
from apps.assessments.questionnaire import Reading
from apps.assessments.summary import Summary, summary_of
from apps.assessments.views.loading import language_of, load_whole
from apps.core import htmx
from apps.files.actions import store_upload
from apps.files.views import download
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def summary(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """The result on one page, to be printed and signed."""
    assessment = load_whole(request, assessment_id)
    reading = queries.read(assessment, language=language_of(request))
    context = {
        "assessment": assessment,
        "municipality": request.municipality,
        "summary": load_summary(request, assessment, reading),
        "content_hash": content_hash(reading.contents),
        "signature": queries.valid_signature(assessment),
    }
    return htmx.render_page(request, "assessments/signing/summary.html", context)


def load_summary(request: MunicipalityRequest, assessment: Assessment, reading: Reading) -> Summary:
    """The summary of an assessment in the language of the page."""
    language = language_of(request)
    return summary_of(
        reading,
        previous(assessment, language=language),
        signed={row.dimension: row for row in queries.results_of(assessment)},
        earlier=queries_results.previous_results(assessment),
        language=language,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def record_signature(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Put a signature on paper, or a decision, on record."""
    require(policies.may_record_signature(request.roles))
    assessment = load_whole(request, assessment_id)
    if assessment.state != Assessment.State.IN_REVIEW:
        messages.error(request, _("The assessment has not been handed in for signature."))
        return htmx.see_other(request, "assessments-detail", slug, assessment_id)
    form = RecordSignatureForm(request.POST or None, request.FILES or None, assessment=assessment)
    if request.method == "POST" and form.is_valid():
        return _record(request, assessment, form)
    status = 422 if request.method == "POST" else 200
    context = {"assessment": assessment, "form": form}
    return htmx.render_page(request, "assessments/signing/record.html", context, status=status)


def _record(request: MunicipalityRequest, assessment: Assessment, form: RecordSignatureForm) -> HttpResponse:
    data, slug = dict(form.cleaned_data), request.municipality.slug
    upload = data.pop("document") if data.pop("kind") == Signature.Kind.DOCUMENT else None
    data.pop("document", None)
    try:
        document = store_upload(actor=request.user, uploaded=upload) if upload else None
        actions.record_signature(actor=request.user, assessment_id=assessment.pk, document=document, **data)
    except actions.Incomplete:
        messages.error(request, _("Something is missing; the assessment cannot be signed."))
        return htmx.see_other(request, "assessments-check", slug, assessment.pk)
    except actions.WrongState as error:
        messages.error(request, str(error))
        return htmx.see_other(request, "assessments-detail", slug, assessment.pk)
    messages.success(request, _("The assessment is signed off."))
    return htmx.see_other(request, "assessments-result", slug, assessment.pk)


@require_safe
def signature_file(request: MunicipalityRequest, slug: str, assessment_id: UUID, signature_id: UUID) -> FileResponse:
    """The signed document, as an attachment."""
    assessment = load_whole(request, assessment_id)
    found = Signature.objects.filter(pk=signature_id, assessment=assessment).select_related("document").first()
    if found is None or found.document is None:
        raise Http404
    return download(found.document)
