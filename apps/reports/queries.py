from collections import defaultdict
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from apps.core import report_declaration
from apps.core.report_declaration import UnknownReport
from apps.reports.models import ReportJob


def job(job_id: UUID) -> ReportJob | None:
    """One job of the scope's municipality, with the person who asked for it."""
    return ReportJob.objects.select_related("requested_by").filter(pk=job_id).first()


def archive(request: HttpRequest) -> QuerySet[ReportJob]:
    """The jobs that `request` may see, newest first. One query for the subjects there are, and one per kind."""
    subjects: dict[str, list[UUID]] = defaultdict(list)
    for kind, subject_id in ReportJob.objects.order_by().values_list("kind", "subject_id").distinct():
        subjects[kind].append(subject_id)
    visible = Q(pk__in=[])
    for kind, ids in subjects.items():
        try:
            definition = report_declaration.get(kind)
        except UnknownReport:
            continue
        allowed = [key for key, subject in definition.subjects(ids).items() if definition.may_request(request, subject)]
        visible |= Q(kind=kind, subject_id__in=allowed)
    return ReportJob.objects.select_related("requested_by").filter(visible)
