"""What becomes of the history of answers; the history itself is written by the database."""

from django.db import transaction

from apps.assessments.models import Answer, AnswerRevision, Assessment, Decision


@transaction.atomic
def forget_people(assessment: Assessment) -> None:
    """Take out who gave which answer and who decided between departments; what, when, why and from which department
    stays. To be called when it is signed.
    """
    for model in (AnswerRevision, Answer):
        model.objects.filter(assessment=assessment, answered_by__isnull=False).update(answered_by=None)
    Decision.objects.filter(assessment=assessment, decided_by__isnull=False).update(decided_by=None)
