"""Moving a version along its life: the only place that writes its state, and what is offered of its module."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.reviews.actions.reviews import call_off_open, lock_running
from apps.reviews.lifecycle import ADOPTABLE, MODULE_BY_NAME, State
from apps.reviews.problems import Refused
from apps.training.actions.editions import freeze, open_next, write_search
from apps.training.guards import KIND, missing_in, obstacles
from apps.training.models import Module, ModuleEdition, ModuleStateChange, ModuleVersion
from apps.training.queries import current_edition
from apps.training.signals import version_moved

#: Whoever has the text can write on: the next text is opened by the first who does.
WRITABLE = frozenset({State.IDEA, State.DRAFT, State.PILOT_EVALUATED})
#: These take a version back from the panel: a running review of it ends.
_LEAVES_PANEL = frozenset({"return_to_draft", "withdraw"})
_FREEZES_TEXT = frozenset({"submit", "release_for_piloting", "submit_finally", "standardise", "withdraw"})
#: After these people find the text in the catalogue.
_OFFERS_TEXT = frozenset({"release_for_piloting", "standardise"})
#: A draft is shown before the panel has it; what has been shown can be taken back while it has.
SHARABLE = frozenset({State.IDEA, State.DRAFT})
UNSHARABLE = SHARABLE | {State.PANEL_REVIEW}


class NotPossible(Refused):
    """A step of the lifecycle cannot be taken now."""


def locked(version_id: UUID) -> ModuleVersion:
    """The version under its row lock, its module locked first. Raises ModuleVersion.DoesNotExist."""
    locked_module(ModuleVersion.objects.values_list("module_id", flat=True).get(pk=version_id))
    return ModuleVersion.objects.select_for_update(of=("self",)).select_related("module__offered").get(pk=version_id)


def locked_module(module_id: UUID) -> Module:
    """The module under its row lock; sessions and places that only name it do not wait. Raises Module.DoesNotExist."""
    return Module.objects.select_for_update(of=("self",), no_key=True).get(pk=module_id)


@transaction.atomic
def advance(*, actor: Any, version_id: UUID, transition: str, reason: str = "") -> ModuleVersion:
    """Take the step `transition`; returns the version in its new state. actor: None for a scheduled task.

    Raises NotPossible where the state does not lead there, a guard does not hold, or a reason is owed. A step that has
    been taken already is not repeated.
    """
    step = MODULE_BY_NAME[transition]
    if transition in _LEAVES_PANEL:
        lock_running(subject_kind=KIND, subject_id=version_id)  # before the version, as whoever closes the vote does
    version = locked(version_id)
    if version.state == step.target and step.target not in step.sources:
        return version
    if version.state not in step.sources:
        raise NotPossible(_("From “%(state)s” this step is not possible.") % {"state": version.get_state_display()})
    if step.needs_reason and not reason.strip():
        raise NotPossible(_("Please give a reason."))
    if missing := obstacles(version, step):
        raise NotPossible(*missing)
    edition = freeze(version) if transition in _FREEZES_TEXT else current_edition(version)
    if transition == "standardise":
        _supersede_predecessor(actor, version)
        version.published_at = timezone.now()
    if transition in _LEAVES_PANEL:
        call_off_open(actor=actor, subject_kind=KIND, subject_id=version.pk, reason=reason)
    _write(actor, version, transition, step.target, reason, edition.pk)
    if transition in _OFFERS_TEXT:
        _offer(version.module, edition)
    elif transition == "withdraw" and _is_offered(version):
        _offer(version.module, _standard_text(version.module))
    return version


@transaction.atomic
def start_version(*, actor: Any, module_id: UUID) -> ModuleVersion:
    """Begin the next version of a module with the words of the last; NotPossible while one is in work."""
    module = locked_module(module_id)
    last = module.versions.order_by("-number").first()
    if last is None or last.state not in (State.STANDARD, State.SUPERSEDED, State.WITHDRAWN):
        raise NotPossible(_("A version of it is being worked on already."))
    version = ModuleVersion.objects.create(module=module, number=last.number + 1, state_since=timezone.now())
    open_next(version, like=current_edition(last))
    record(actor=actor, verb="module.version_started", target=version)
    return version


@transaction.atomic
def share_as_draft(*, actor: Any, version_id: UUID) -> ModuleVersion:
    """Offer the text as it stands as what it is, a draft: it is frozen, and whoever writes on opens the next one.

    Once more, it brings what is offered up to date; nothing to do where it is. Raises NotPossible past the draft, where
    something is missing in the text, and where the panel has released a text of the module, which a draft never covers.
    ModuleVersion.DoesNotExist.
    """
    version = locked(version_id)
    if version.state not in SHARABLE:
        raise NotPossible(_("From “%(state)s” this step is not possible.") % {"state": version.get_state_display()})
    offered = version.module.offered
    if offered is not None and offered.version_id != version.pk and offered.version.state in ADOPTABLE:
        raise NotPossible(_("A released text of this module is offered. A draft does not take its place."))
    edition = current_edition(version)
    if offered is not None and offered.pk == edition.pk and version.shared_as_draft_at:
        return version
    if missing := missing_in(edition, version):
        raise NotPossible(*missing)
    edition = freeze(version)
    _offer(version.module, edition)
    version.shared_as_draft_at = version.shared_as_draft_at or timezone.now()
    version.save(update_fields=["shared_as_draft_at", "updated_at"])
    record(actor=actor, verb="module.shared", target=version, data={"edition": edition.number})
    return version


@transaction.atomic
def stop_sharing(*, actor: Any, version_id: UUID) -> ModuleVersion:
    """Offer a draft no longer. Nothing to do where it is not offered as one. Raises ModuleVersion.DoesNotExist."""
    version = locked(version_id)
    if version.shared_as_draft_at is None or version.state not in UNSHARABLE:
        return version
    if _is_offered(version):
        _offer(version.module, _standard_text(version.module))
    version.shared_as_draft_at = None
    version.save(update_fields=["shared_as_draft_at", "updated_at"])
    record(actor=actor, verb="module.unshared", target=version)
    return version


def _is_offered(version: ModuleVersion) -> bool:
    return version.module.offered is not None and version.module.offered.version_id == version.pk


def _offer(module: Module, edition: ModuleEdition | None) -> None:
    module.offered = edition
    module.save(update_fields=["offered", "updated_at"])
    if edition is not None:
        write_search(edition)


def _standard_text(module: Module) -> ModuleEdition | None:
    """The text of the module's standard, which stays when a version beside it is taken back."""
    standard = module.versions.filter(state=State.STANDARD).first()
    return current_edition(standard) if standard is not None else None


def _write(actor: Any, version: ModuleVersion, transition: str, target: State, reason: str, edition_id: UUID) -> None:
    before, version.state, version.state_since = version.state, target, timezone.now()
    version.save(update_fields=["state", "state_since", "published_at", "updated_at"])
    ModuleStateChange.objects.create(
        version=version,
        transition=transition,
        from_state=before,
        to_state=target,
        reason=reason.strip(),
        edition_id=edition_id,
        actor=actor,
    )
    data = {"transition": transition, "from": before, "to": str(target)}
    record(actor=actor, verb="module.moved", target=version, data=data)
    transaction.on_commit(partial(version_moved.send_robust, sender=None, version_id=version.pk, transition=transition))


def _supersede_predecessor(actor: Any, version: ModuleVersion) -> None:
    standard = version.module.versions.filter(state=State.STANDARD).first()
    if standard is not None:
        advance(actor=actor, version_id=standard.pk, transition="supersede")


#: Steps that pilots of a version allow by themselves.
_BY_PILOTS = ("start_piloting", "conclude_piloting")


@transaction.atomic
def follow_pilots(*, version_id: UUID) -> list[str]:
    """Take the steps that pilots allow now, and return their names; none where nothing follows.

    In the programme's scope: only there can pilots of different municipalities be counted. May run any number of times.
    """
    taken = []
    for name in _BY_PILOTS:
        step, version = MODULE_BY_NAME[name], locked(version_id)
        if version.state in step.sources and not obstacles(version, step):
            advance(actor=None, version_id=version_id, transition=name)
            taken.append(name)
    return taken
