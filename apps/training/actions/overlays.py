"""What a municipality adds to a module: writing, confirming, moving and deleting it. In the municipality's scope.

Each step locks the row and looks again at the text beneath. The audit record carries no texts.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.training import queries_overlays
from apps.training.models import Module, ModuleEdition, Overlay
from apps.training.queries_overlays import Beneath


class NotPossible(Exception):
    """The step is not possible; the reason is a sentence to show."""


@transaction.atomic
def add(*, actor: Any, module: Module, unit_key: str, title: str, text: str) -> Overlay:
    """Add something at a unit, or at the module's beginning (unit_key "").

    Raises NotPossible where the module is not offered, the unit does not exist, or something stands there already.
    """
    edition, beneath = _beneath(module, unit_key)
    row = Overlay(
        module=module,
        unit_key=unit_key,
        title=title.strip(),
        text=_tidy(text),
        seen=beneath.sign,
        seen_edition=edition,
        edited_by=actor,
    )
    # A colleague may add at the same place at this moment: the database keeps one of the two.
    Overlay.objects.bulk_create([row], ignore_conflicts=True)
    if not Overlay.objects.filter(pk=row.pk).exists():
        raise NotPossible(_taken())
    record(actor=actor, verb="overlay.added", target=row, data=_data(module, unit_key))
    return row


@transaction.atomic
def change(*, actor: Any, module: Module, overlay_id: UUID, title: str, text: str) -> Overlay:
    """Write an addition anew. Whether it fits is not said by this. Raises Overlay.DoesNotExist."""
    row = _locked(module, overlay_id)
    row.title, row.text, row.edited_by = title.strip(), _tidy(text), actor
    row.save(update_fields=["title", "text", "edited_by", "updated_at"])
    record(actor=actor, verb="overlay.changed", target=row, data=_data(module, row.unit_key))
    return row


@transaction.atomic
def confirm(*, actor: Any, module: Module, overlay_id: UUID, sign: str) -> Overlay:
    """Say that an addition fits the text now offered.

    sign: of the text that was looked at. Raises Overlay.DoesNotExist, NotPossible where that has changed or is gone.
    """
    row = _locked(module, overlay_id)
    edition, beneath = _beneath(module, row.unit_key)
    if beneath.sign != sign:
        raise NotPossible(_("The text has been changed in the meantime. Please look at the difference once more."))
    if (row.seen, row.seen_edition_id) != (beneath.sign, edition.pk):
        row.seen, row.seen_edition = beneath.sign, edition
        row.save(update_fields=["seen", "seen_edition", "updated_at"])
        record(actor=actor, verb="overlay.confirmed", target=row, data=_data(module, row.unit_key))
    return row


@transaction.atomic
def move(*, actor: Any, module: Module, overlay_id: UUID, unit_key: str) -> Overlay:
    """Put an addition at another unit, or at the beginning; there it counts as confirmed.

    Raises Overlay.DoesNotExist, NotPossible where the unit does not exist or has an addition already.
    """
    row = _locked(module, overlay_id)
    edition, beneath = _beneath(module, unit_key)
    row.unit_key, row.seen, row.seen_edition = unit_key, beneath.sign, edition
    try:
        with transaction.atomic():
            row.save(update_fields=["unit_key", "seen", "seen_edition", "updated_at"])
    except IntegrityError as error:  # one addition a place: PostgreSQL says so whoever comes second
        raise NotPossible(_taken()) from error
    record(actor=actor, verb="overlay.moved", target=row, data=_data(module, unit_key))
    return row


@transaction.atomic
def delete(*, actor: Any, module: Module, overlay_id: UUID) -> None:
    """Delete an addition. Raises Overlay.DoesNotExist."""
    row = _locked(module, overlay_id)
    record(actor=actor, verb="overlay.deleted", target=row, data=_data(module, row.unit_key))
    row.delete()


def _locked(module: Module, overlay_id: UUID) -> Overlay:
    found: Overlay = Overlay.objects.select_for_update(of=("self",)).get(pk=overlay_id, module=module)
    return found


def _beneath(module: Module, unit_key: str) -> tuple[ModuleEdition, Beneath]:
    """The text offered now and its place; read anew, because it may have been exchanged since the page was made."""
    edition = ModuleEdition.objects.filter(pk__in=Module.objects.filter(pk=module.pk).values("offered_id")).first()
    if edition is None:
        raise NotPossible(_("The module is not offered at present."))
    found = queries_overlays.places_of(edition).get(unit_key)
    if found is None:
        raise NotPossible(_("This unit does not exist any more."))
    return edition, found


def _taken() -> str:
    return _("There is an addition at this place already. Please change that one.")


def _data(module: Module, unit_key: str) -> dict[str, Any]:
    return {"module": module.number, "unit": unit_key}


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
