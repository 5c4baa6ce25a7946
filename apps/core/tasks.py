"""Tasks carry their scope. Actions enqueue by name, so that actions and tasks do not import each other."""

import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from celery import current_app, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.core import scope as scopes
from apps.core.scope import Scope

logger = logging.getLogger(__name__)


def scoped_task(*, name: str, **options: Any) -> Callable[[Callable[..., None]], Any]:
    """Register a task whose first argument is the scope it was enqueued in; without one it fails with ScopeError.

    The task is given the scope, not put into it: long work enters it for as short as it needs.
    """

    def register(function: Callable[..., None]) -> Any:
        @wraps(function)
        def run(scope: dict[str, str] | None = None, **kwargs: Any) -> None:
            function(Scope.from_json(scope), **kwargs)

        run.carries_scope = True  # type: ignore[attr-defined]  # read by the consistency test
        return shared_task(name=name, **options)(run)  # type: ignore[no-untyped-call]  # its stub lacks types

    return register


def enqueue(name: str, **kwargs: str) -> None:
    """Send the task `name` in the current scope once the transaction has committed. Arguments are ids and words.

    A broker that does not answer loses nothing: the row is the truth, and a sweeper sends the task again.
    """
    scope = scopes.require()
    transaction.on_commit(partial(_send, name, {"scope": scope.as_json(), **kwargs}))


def enqueue_in(scope: Scope, name: str, **kwargs: str) -> None:
    """As `enqueue`, for a caller that is in no scope itself (sign-in pages)."""
    transaction.on_commit(partial(_send, name, {"scope": scope.as_json(), **kwargs}))


def _send(name: str, kwargs: dict[str, Any]) -> None:
    try:
        current_app.send_task(name, kwargs=kwargs, retry=False)
    except OperationalError:
        logger.warning("The broker does not answer; %s waits for the sweeper.", name)
