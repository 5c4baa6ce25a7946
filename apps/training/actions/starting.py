"""Beginning a module, and naming who writes it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind, User
from apps.audit.actions import record
from apps.reviews import queries as reviews
from apps.training.actions.lifecycle import NotPossible, locked_module
from apps.training.guards import KIND
from apps.training.models import Module, ModuleAuthor, ModuleEdition, ModuleVersion


@transaction.atomic
def start_module(
    *, actor: Any, number: int, key: str, dimension: int, is_empowerment: bool, title: str
) -> ModuleVersion:
    """Begin a module: version 1 as an idea, with an empty text. Returns the version.

    Raises NotPossible where number or key belong to another module.
    """
    lock_numbers()
    if Module.objects.filter(number=number).exists():
        raise NotPossible(_("The number %(number)s belongs to another module.") % {"number": number})
    if Module.objects.filter(key=key).exists():
        raise NotPossible(_("The key “%(key)s” belongs to another module.") % {"key": key})
    delivery = [ModuleEdition.Delivery.ON_SITE.value] if is_empowerment else []
    return create(
        actor=actor,
        number=number,
        key=key,
        dimension=dimension,
        is_empowerment=is_empowerment,
        edition={"title": title.strip(), "delivery": delivery},
    )


def next_number() -> int:
    """The number after the last."""
    last = Module.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def lock_numbers() -> None:
    """Until the transaction ends nobody else begins a module."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('training.numbers'))")


def create(
    *, actor: Any, number: int, key: str, dimension: int, is_empowerment: bool, edition: Mapping[str, Any]
) -> ModuleVersion:
    """The rows of a new module: its first version, an idea, with an open text of these fields."""
    made = Module.objects.create(number=number, key=key, dimension=dimension, is_empowerment=is_empowerment)
    version = ModuleVersion.objects.create(module=made, number=1, state_since=timezone.now())
    ModuleEdition.objects.create(version=version, number=1, **edition)
    record(actor=actor, verb="module.started", target=version, data={"number": number})
    return version


@transaction.atomic
def add_author(*, actor: Any, module_id: UUID, user_id: UUID) -> ModuleAuthor:
    """Name somebody who writes the module; who does already stays as they are.

    Raises NotPossible for somebody who is neither of the project team nor of a bench nor a trainer, and for somebody
    who reviews it for the panel without having declared a conflict of interest. Module.DoesNotExist, User.DoesNotExist.
    """
    module = locked_module(module_id)
    user = User.objects.get(pk=user_id)
    if not user.is_active or not (user.is_project_staff or _writes(user)):
        raise NotPossible(_("Authors are members of the project team or of a bench, or trainers."))
    versions = module.versions.values_list("pk", flat=True)
    if reviews.is_reviewing(user.pk, KIND, list(versions)):
        raise NotPossible(
            _("This person is reviewing it for the expert panel and must declare a conflict of interest first.")
        )
    author = ModuleAuthor.objects.filter(module=module, user=user, left_at=None).first()
    if author is None:
        author = ModuleAuthor.objects.create(module=module, user=user)
        record(actor=actor, verb="module.author_named", target=author)
    return author


@transaction.atomic
def remove_author(*, actor: Any, author_id: UUID) -> ModuleAuthor:
    """Somebody writes the module no longer. Nothing to do where it is so. Raises ModuleAuthor.DoesNotExist."""
    locked_module(ModuleAuthor.objects.values_list("module_id", flat=True).get(pk=author_id))
    author = ModuleAuthor.objects.select_related("user").get(pk=author_id)
    if author.left_at is None:
        author.left_at = timezone.now()
        author.save(update_fields=["left_at", "updated_at"])
        record(actor=actor, verb="module.author_left", target=author)
    return author


def _writes(user: User) -> bool:
    kinds = (ProgrammeRoleKind.BENCH_MEMBER, ProgrammeRoleKind.TRAINER)
    return ProgrammeRole.objects.filter(user=user, ended_at=None, role__in=kinds).exists()
