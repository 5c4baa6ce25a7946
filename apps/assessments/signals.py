"""What other apps may react to."""

from django.dispatch import Signal

needs_recorded = Signal()
"""The needs of an assessment have been recorded anew, or one of them has been given a priority.

Arguments: `municipality_id` and `assessment_id` (UUIDs). Sent once the transaction has committed, not at all when it
is rolled back. No transaction is open then: a receiver reads nothing itself, it enqueues a task with
`apps.core.tasks.enqueue_in(scope.municipality(municipality_id), …)`, and that task reads
`apps.assessments.queries_needs.open_needs`. It says neither what has changed nor that anything has; the assessment need
not be signed, and it may be sent more than once: receivers compute what follows from the open needs and write only what
is new. What a receiver raises is logged and reaches nobody.
"""
