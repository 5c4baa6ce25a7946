"""What other apps may react to."""

from django.dispatch import Signal

version_moved = Signal()
"""A version of a module has taken a step of its life.

Arguments: `version_id` (UUID) and `transition` (its name in apps.reviews.lifecycle). Sent once the transaction has
committed. No transaction is open then: a receiver enqueues a task, and the task looks at what it finds. What a receiver
raises is logged and reaches nobody.
"""
