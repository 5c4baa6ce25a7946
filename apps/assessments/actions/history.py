"""What becomes of the history of answers; the history itself is written by the database."""

from django.db import transaction

from apps.assessments.models import Answer, AnswerRevision, Assessment


@transaction.atomic
def forget_people(assessment: Assessment) -> None:
    """Take out who gave which answer; what, when and from which department stays. To be called when it is signed."""
    for model in (AnswerRevision, Answer):
        model.objects.filter(assessment=assessment, answered_by__isnull=False).update(answered_by=None)
