"""Adopting recommendations: every step under the lock of its adoption, on record. Audit names states, no contents."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.assessments.models import Wave
from apps.assessments.queries import people_with_role
from apps.audit.actions import record
from apps.commitments import queries_adoption as queries
from apps.commitments.adoption_guards import obstacles
from apps.commitments.adoption_steps import BY_NAME, DECISION, PROOF, REASON, TEXT, Step
from apps.commitments.models import Adoption, AdoptionChange, AdoptionNeed, Measure
from apps.commitments.states import DECIDED, MEASURE_OPEN, AdoptionState
from apps.core import scope as scopes
from apps.core.scope import Scope
from apps.files.actions import store_upload
from apps.files.checks import Checked
from apps.municipalities.models import Municipality, Role
from apps.notifications.actions import send
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import RecommendationVersion
from apps.reviews.lifecycle import State

_DECISION_FIELDS = ("decision_reference", "decided_on", "signatory_name", "signatory_function", "document")


@dataclass(frozen=True, slots=True)
class Decision:
    """On what an adoption rests."""

    decision_reference: str
    decided_on: date
    signatory_name: str
    signatory_function: str
    document: Checked | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a step says beside itself; each step takes what its `asks` names."""

    reason: str = ""
    reason_kind: str = ""
    verified_on: date | None = None
    decision: Decision | None = None


NO_GROUNDS = Grounds()


def locked(adoption_id: UUID) -> Adoption:
    """The adoption under its row lock. Raises Adoption.DoesNotExist."""
    row: Adoption = (
        Adoption.objects.select_for_update(of=("self",)).select_related("version__recommendation").get(pk=adoption_id)
    )
    return row


@transaction.atomic
def consider(*, actor: Any, version_id: UUID, needs: Mapping[UUID, str]) -> Adoption:
    """Begin to consider a version; one that is there already is returned as it is.

    needs: the needs it answers, each with the sentence of the rule. Raises NotPossible where the municipality cannot
    take the version up.
    """
    if not queries.candidates().filter(pk=version_id).exists():
        # Asked in this order: whoever made it no candidate in the meantime has left an adoption to be found.
        there: Adoption | None = Adoption.objects.filter(version=version_id).first()
        if there is None:
            raise NotPossible(_("This version cannot be considered."))
        return there
    made, is_new = _begin(actor, version_id)
    if is_new:
        _answer(made, needs)
    return made


@transaction.atomic
def set_needs(*, actor: Any, adoption_id: UUID, needs: Mapping[UUID, str]) -> Adoption:
    """Say which needs an adoption answers; those that were named before keep their sentence.

    Raises Adoption.DoesNotExist.
    """
    row = locked(adoption_id)
    AdoptionNeed.objects.filter(adoption=row).exclude(need__in=list(needs)).delete()
    there = set(AdoptionNeed.objects.filter(adoption=row).values_list("need", flat=True))
    _answer(row, {need: because for need, because in needs.items() if need not in there})
    record(actor=actor, verb="adoption.needs_named", target=row, data={"needs": len(needs)})
    return row


@transaction.atomic
def take_step(*, actor: Any, adoption_id: UUID, step: str, grounds: Grounds = NO_GROUNDS) -> Adoption:
    """Take a step of `adoption_steps`; returns the adoption in its new state. A step taken already is not repeated.

    Raises Adoption.DoesNotExist, KeyError for no such step, NotPossible: not from this state, something is missing.
    """
    taken = BY_NAME[step]
    row = locked(adoption_id)
    if row.state == taken.target:
        return row
    if row.state not in taken.sources:
        raise NotPossible(_("From “%(state)s” this step is not possible.") % {"state": row.get_state_display()})
    if missing := [*obstacles(row, taken), *_owed(taken, grounds)]:
        raise NotPossible(*missing)
    _apply(actor, row, taken, grounds)
    return row


@transaction.atomic
def confirm_version(
    *, actor: Any, adoption_id: UUID, version_id: UUID, decision: Decision, carry_over: Collection[UUID] = ()
) -> Adoption:
    """Decide on the newer standard: a new adoption, adopted, that follows the old one and answers the same needs.

    carry_over: open measures of the old adoption that go on under the new one; the others stay. Raises
    Adoption.DoesNotExist; NotPossible where the version does not wait for a word any more.
    """
    old = _asked(adoption_id, version_id)
    new = locked(_begin(actor, version_id)[0].pk)
    new.follows = old
    new.save(update_fields=["follows", "updated_at"])
    named = set(AdoptionNeed.objects.filter(adoption=new).values_list("need", flat=True))
    before = AdoptionNeed.objects.filter(adoption=old).exclude(need__in=named).values_list("need", "because")
    _answer(new, dict(before))
    step = BY_NAME["adopt"]
    if missing := obstacles(new, step):
        raise NotPossible(*missing)
    _apply(actor, new, step, Grounds(decision=decision))
    moved = Measure.objects.filter(adoption=old, pk__in=list(carry_over), state__in=MEASURE_OPEN).update(
        adoption=new, revision=F("revision") + 1, updated_at=timezone.now()
    )
    data = {"follows": str(old.pk), "measures": moved}
    record(actor=actor, verb="adoption.version_confirmed", target=new, data=data)
    return new


@transaction.atomic
def keep_version(*, actor: Any, adoption_id: UUID, version_id: UUID, reason: str) -> Adoption:
    """Stay with the version that was adopted, although `version_id` is the standard now.

    Raises Adoption.DoesNotExist; NotPossible without a reason, or where the version does not wait for a word any more.
    """
    row = _asked(adoption_id, version_id)
    if not reason.strip():
        raise NotPossible(_("Please give a reason."))
    row.kept_despite_id, row.kept_because = version_id, reason.strip()
    row.save(update_fields=["kept_despite", "kept_because", "updated_at"])
    record(actor=actor, verb="adoption.version_kept", target=row, data={"despite": str(version_id)})
    return row


def tell_of_new_version(*, scope: Scope, version_id: UUID, base_url: str = "") -> int:
    """Tell the coordinators that a new version waits for their confirmation, once; returns how many mails.

    scope: the programme's, in which only the municipalities are found; each one's mails are written in its own.
    base_url: scheme and host of this site; without it the site of the latest wave.
    """
    with scopes.enter(scope):
        version = RecommendationVersion.objects.select_related("recommendation").get(pk=version_id)
        older = Adoption.objects.filter(
            version__recommendation=version.recommendation_id, version__number__lt=version.number, state__in=DECIDED
        )
        keys = set(older.order_by().values_list("municipality_id", flat=True))
        if version.state != State.STANDARD:
            keys = set()
        municipalities = list(Municipality.objects.filter(pk__in=keys, is_active=True))
        site = base_url or Wave.objects.exclude(site="").order_by("-opens_on").values_list("site", flat=True).first()
    count = 0
    for municipality in municipalities:
        with scopes.enter(scopes.municipality(municipality)):
            if any(asked.newer.pk == version.pk for asked in queries.to_confirm()):
                count += _tell(municipality, version, site or "")
    return count


def _tell(municipality: Municipality, version: RecommendationVersion, site: str) -> int:
    page = reverse("commitments-adoptions", args=[municipality.slug])
    count = 0
    for person in people_with_role(Role.COORDINATOR):
        with translation.override(person.language):
            subject = _("%(municipality)s: a new version of %(code)s waits for your confirmation") % {
                "municipality": municipality.name,
                "code": version.recommendation.code,
            }
        mail = send(
            kind="adoption-new-version",
            to=person.email,
            subject=subject,
            template="commitments/adoption/mail_new_version.txt",
            context={
                "name": person.get_full_name(),
                "code": version.recommendation.code,
                "number": version.number,
                "url": site + page if site else "",
            },
            language=person.language,
            dedupe_key=str(version.pk),
        )
        count += mail is not None
    return count


def record_download(*, actor: Any, document: str, target: Adoption | None, sha256: str) -> None:
    """Record that somebody took a copy out of the house. document: memo, decision_paper, measures_plan."""
    record(actor=actor, verb="adoption.document_made", target=target, data={"document": document, "sha256": sha256})


def record_reasons_export(*, actor: Any, sha256: str) -> None:
    """Record that the reasons against recommendations were taken out as a file. In the programme's scope."""
    record(actor=actor, verb="adoption.reasons_exported", data={"sha256": sha256})


def _asked(adoption_id: UUID, version_id: UUID) -> Adoption:
    """The adoption under its lock, if the version waits for a word on it."""
    row = locked(adoption_id)
    if not any(asked.adoption.pk == row.pk and asked.newer.pk == version_id for asked in queries.to_confirm()):
        raise NotPossible(_("This version does not wait for your word any more."))
    return row


def _begin(actor: Any, version_id: UUID) -> tuple[Adoption, bool]:
    """The adoption of a version, and whether it is new; somebody else may begin it at the same time."""
    made: Adoption
    made, is_new = Adoption.objects.get_or_create(
        version_id=version_id, defaults={"state_since": timezone.now(), "started_by": actor}
    )
    if is_new:
        _on_record(actor, made, "", AdoptionState.CONSIDERED)
    return made, is_new


def _owed(step: Step, grounds: Grounds) -> list[str]:
    """What the step asks for and has not been given."""
    if step.asks == DECISION and grounds.decision is None:
        return [_("Please enter the decision.")]
    if step.asks == REASON and grounds.reason_kind not in Adoption.ReasonKind.values:
        return [_("Please choose a reason.")]
    if step.asks in (REASON, TEXT) and not grounds.reason.strip():
        return [_("Please give a reason.")]
    if step.asks == PROOF and (grounds.verified_on is None or not grounds.reason.strip()):
        return [_("Please say when the effect was verified, and by what.")]
    return []


def _apply(actor: Any, row: Adoption, step: Step, grounds: Grounds) -> None:
    before, row.state, row.state_since = row.state, step.target, timezone.now()
    fields = ["state", "state_since", "updated_at"]
    if grounds.decision is not None and step.asks == DECISION:
        given = grounds.decision
        document = store_upload(actor=actor, uploaded=given.document) if given.document is not None else None
        row.decision_reference, row.decided_on = given.decision_reference.strip(), given.decided_on
        row.signatory_name, row.signatory_function = given.signatory_name.strip(), given.signatory_function.strip()
        row.document = document
        fields += _DECISION_FIELDS
    if step.asks == REASON or step.name == "reconsider":
        row.reason_kind, row.reason = grounds.reason_kind, grounds.reason.strip()
        fields += ["reason_kind", "reason"]
    if step.asks == PROOF or row.verified_on is not None:
        row.verified_on = grounds.verified_on if step.asks == PROOF else None
        row.verified_note = grounds.reason.strip() if step.asks == PROOF else ""
        fields += ["verified_on", "verified_note"]
    row.save(update_fields=fields)
    _on_record(actor, row, before, step.target, grounds.reason.strip())


def _on_record(actor: Any, row: Adoption, before: str, after: str, reason: str = "") -> None:
    AdoptionChange(adoption=row, from_state=before, to_state=after, reason=reason, actor=actor).save(force_insert=True)
    record(actor=actor, verb="adoption.moved", target=row, data={"from": before, "to": str(after)})


def _answer(row: Adoption, needs: Mapping[UUID, str]) -> None:
    AdoptionNeed.objects.bulk_create(
        AdoptionNeed(municipality_id=row.municipality_id, adoption=row, need_id=need, because=because)
        for need, because in needs.items()
    )
