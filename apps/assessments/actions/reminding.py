"""What all reminders share."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from apps.core import scope as scopes
from apps.core.scope import Scope
from apps.municipalities.models import Municipality


def remind_in_each(scope: Scope, near: Callable[[], QuerySet[Any]], write: Callable[[], int]) -> int:
    """Write reminders municipality by municipality; returns how many mails.

    scope: the programme's, in which only the active municipalities are found that have a row in `near`. write: called
    in the scope of each of them; returns how many mails it has written.
    """
    with scopes.enter(scope):
        keys = set(near().order_by().values_list("municipality_id", flat=True))
        municipalities = list(Municipality.objects.filter(pk__in=keys, is_active=True))
    count = 0
    for municipality in municipalities:
        with scopes.enter(scopes.municipality(municipality)):
            count += write()
    return count
