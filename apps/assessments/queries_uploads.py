"""Reads on files as answers. Each runs in the scope the caller entered."""

from apps.assessments.models import Answer, Assessment


def file_names(assessment: Assessment) -> dict[str, str]:
    """What the files are called that answer questions, by item name; one query."""
    found = Answer.objects.filter(assessment=assessment, file__isnull=False).order_by()
    return dict(found.values_list("item__name", "file__name"))
