from django.http import HttpRequest

from apps.core import report_declaration
from apps.core.report_declaration import UnknownReport
from apps.reports.models import ReportJob


def may_see(request: HttpRequest, job: ReportJob) -> bool:
    """Whoever may request a report about this subject today may follow and download those made before."""
    try:
        definition = report_declaration.get(job.kind)
    except UnknownReport:
        return False
    subject = definition.subjects([job.subject_id]).get(job.subject_id)
    return subject is not None and definition.may_request(request, subject)
