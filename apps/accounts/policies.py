"""May this person do this? The policies of all apps are bool functions; only they ask guardian.

Roles of a municipality are memberships, loaded by the middleware as `request.roles`. Guardian holds what is granted on
a single object.
"""

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from guardian.shortcuts import get_objects_for_user, get_user_perms

Model = TypeVar("Model", bound=models.Model)


def require(allowed: bool) -> None:
    """Answer 403 unless `allowed`: raises PermissionDenied."""
    if not allowed:
        raise PermissionDenied


def may_manage_project_staff(user: Any) -> bool:
    """Who belongs to the project team is decided by the project team."""
    return bool(user.is_authenticated and user.is_active and user.is_project_staff)


def holds_grant(user: Any, permission: str, target: models.Model) -> bool:
    """Whether `permission` (codename) on this very object was granted to the person; a model-wide one is none."""
    if not user.is_authenticated or not user.is_active:
        return False
    return permission in get_user_perms(user, target)


def granted(user: Any, permission: str, objects: "models.QuerySet[Model]") -> "models.QuerySet[Model]":
    """Those of `objects` on which `permission` was granted to the person, never more: see the guardian pitfalls.

    `objects` is a queryset in the current scope, so that a grant never reaches beyond the tenant.
    """
    found: models.QuerySet[Model] = get_objects_for_user(
        user, permission, objects, use_groups=False, accept_global_perms=False, with_superuser=False
    )
    return found
