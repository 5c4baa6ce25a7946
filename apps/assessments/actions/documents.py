"""Handing out documents."""

import hashlib

from apps.accounts.models import User
from apps.assessments.models import Assessment
from apps.audit.actions import record


def record_download(*, actor: User, assessment: Assessment, document: str, content: bytes) -> None:
    """Record that somebody took a copy out of the house, as for reports. document: memo, decision_paper, workbook."""
    digest = hashlib.sha256(content).hexdigest()
    record(
        actor=actor,
        verb="assessment.document_downloaded",
        target=assessment,
        data={"document": document, "sha256": digest},
    )
