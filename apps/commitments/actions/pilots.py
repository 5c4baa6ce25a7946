"""Pilots: planning one in a municipality, its plan, beginning, its log, evaluating, calling off.

A pilot is planned in the programme's scope, everything else is the municipality's. Whoever owns the subject is told
when a pilot begins and when it is evaluated. The audit record and the mails carry no contents.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.assessments.queries import coordinators_by_municipality
from apps.audit.actions import record
from apps.commitments import queries_pilots
from apps.commitments.models import Pilot, PilotEntry
from apps.municipalities.models import Municipality
from apps.notifications.actions import send
from apps.recommendations.actions.lifecycle import NotPossible

_State = Pilot.State
_PLAN = ("plan", "org_unit", "starts_on", "ends_on", "indicator", "unit_of_value", "baseline", "target")
#: Without these a pilot does not begin.
_NEEDED = {"plan": gettext_lazy("Plan"), "starts_on": gettext_lazy("Begins"), "indicator": gettext_lazy("Indicator")}


@transaction.atomic
def plan_pilot(*, actor: Any, municipality: Municipality, subject_kind: str, subject_id: UUID, base_url: str) -> Pilot:
    """Plan a pilot of a subject in a municipality and tell its coordinators. In the programme's scope.

    base_url: scheme and host of this site, without a slash at the end. Raises NotPossible where the subject cannot be
    piloted now, or the municipality has a pilot of it already.
    """
    subject = queries_pilots.is_pilotable(subject_kind, subject_id)
    if subject is None:
        raise NotPossible(_("It cannot be piloted now."))
    free = queries_pilots.municipalities_without(subject_kind, subject_id, subject.released_at)
    if not free.filter(pk=municipality.pk).exists():
        raise NotPossible(_("%(municipality)s has a pilot of it already.") % {"municipality": municipality.name})
    pilot = Pilot(
        municipality=municipality,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_title=subject.title[:200],
        planned_by=actor,
    )
    # Somebody else may plan the same at this moment: the database keeps one of the two.
    Pilot.objects.bulk_create([pilot], ignore_conflicts=True)
    if not Pilot.objects.filter(pk=pilot.pk).exists():
        raise NotPossible(_("%(municipality)s has a pilot of it already.") % {"municipality": municipality.name})
    data = {"kind": subject_kind, "subject": str(subject_id)}
    record(actor=actor, verb="pilot.planned", target=pilot, municipality=municipality, data=data)
    _tell_coordinators(pilot, municipality, base_url)
    return pilot


@transaction.atomic
def write_plan(
    *,
    actor: Any,
    pilot_id: UUID,
    plan: str,
    org_unit: Any,
    starts_on: date | None,
    ends_on: date | None,
    indicator: str,
    unit_of_value: str,
    baseline: Decimal | None,
    target: Decimal | None,
) -> Pilot:
    """Write the plan of a pilot that has not begun. Raises Pilot.DoesNotExist, NotPossible once it has begun."""
    pilot = _locked(pilot_id)
    if pilot.state != _State.PLANNED:
        raise NotPossible(_("It has begun: the plan stays as it is. Note changes in the log."))
    values = (_tidy(plan), org_unit, starts_on, ends_on, indicator.strip(), unit_of_value.strip(), baseline, target)
    for name, value in zip(_PLAN, values, strict=True):
        setattr(pilot, name, value)
    pilot.save(update_fields=[*_PLAN, "updated_at"])
    record(actor=actor, verb="pilot.plan_written", target=pilot)
    return pilot


def missing(pilot: Pilot) -> list[str]:
    """What keeps a planned pilot from beginning, in sentences: its subject was withdrawn, the plan has gaps."""
    reasons = []
    if queries_pilots.is_pilotable(pilot.subject_kind, pilot.subject_id) is None:
        reasons.append(_("It cannot be piloted now."))
    found = [str(label) for name, label in _NEEDED.items() if not getattr(pilot, name)]
    if found:
        reasons.append(_("The plan is not complete yet: %(parts)s.") % {"parts": ", ".join(found)})
    if pilot.starts_on is not None and pilot.starts_on > timezone.localdate():
        day = date_format(pilot.starts_on, "SHORT_DATE_FORMAT")
        reasons.append(_("By its plan it begins on %(day)s.") % {"day": day})
    return reasons


@transaction.atomic
def begin_pilot(*, actor: Any, pilot_id: UUID) -> Pilot:
    """Begin a planned pilot. One that has begun is left as it is.

    Raises Pilot.DoesNotExist, NotPossible where it has ended, its plan is not complete, or its subject cannot be
    piloted (any more).
    """
    pilot = _locked(pilot_id)
    if pilot.state == _State.RUNNING:
        return pilot
    if pilot.state != _State.PLANNED:
        raise NotPossible(_("It has ended."))
    if reasons := missing(pilot):
        raise NotPossible(*reasons)
    pilot.state = _State.RUNNING
    pilot.save(update_fields=["state", "updated_at"])
    record(actor=actor, verb="pilot.begun", target=pilot)
    _tell_owner(actor, pilot)
    return pilot


@transaction.atomic
def add_entry(*, actor: Any, pilot_id: UUID, noted_on: date, kind: str, text: str) -> PilotEntry:
    """Note something in the log. Raises Pilot.DoesNotExist, NotPossible once the pilot has ended."""
    pilot = _locked(pilot_id)
    if pilot.state not in (_State.PLANNED, _State.RUNNING):
        raise NotPossible(_("It has ended: the log is closed."))
    entry = PilotEntry(pilot=pilot, noted_on=noted_on, kind=PilotEntry.Kind(kind), text=_tidy(text), author=actor)
    entry.save(force_insert=True)
    record(actor=actor, verb="pilot.noted", target=pilot, data={"kind": str(entry.kind)})
    return entry


@transaction.atomic
def evaluate_pilot(
    *,
    actor: Any,
    pilot_id: UUID,
    ends_on: date,
    result: Decimal | None,
    verdict: str,
    verdict_reason: str,
    changes_wanted: str = "",
) -> Pilot:
    """Evaluate a running pilot; after that nothing about it changes. One that is evaluated is left as it is.

    Raises Pilot.DoesNotExist, NotPossible where it is not running, ends before it began, or no reason is given.
    """
    pilot = _locked(pilot_id)
    if pilot.state == _State.EVALUATED:
        return pilot
    if pilot.state != _State.RUNNING:
        raise NotPossible(_("It is not running."))
    if pilot.starts_on is not None and ends_on < pilot.starts_on:
        raise NotPossible(_("The end lies before the beginning."))
    if not verdict_reason.strip():
        raise NotPossible(_("Please give a reason."))
    pilot.state, pilot.ends_on, pilot.result = _State.EVALUATED, ends_on, result
    pilot.verdict, pilot.verdict_reason = Pilot.Verdict(verdict), _tidy(verdict_reason)
    pilot.changes_wanted, pilot.evaluated_at = _tidy(changes_wanted), timezone.now()
    fields = ["state", "ends_on", "result", "verdict", "verdict_reason", "changes_wanted", "evaluated_at"]
    pilot.save(update_fields=[*fields, "updated_at"])
    record(actor=actor, verb="pilot.evaluated", target=pilot, data={"verdict": str(pilot.verdict)})
    _tell_owner(actor, pilot)
    return pilot


@transaction.atomic
def call_off_pilot(*, actor: Any, pilot_id: UUID, reason: str) -> Pilot:
    """End a pilot without a result. One that was called off is left as it is.

    Raises Pilot.DoesNotExist, NotPossible without a reason, or where it is evaluated.
    """
    pilot = _locked(pilot_id)
    if pilot.state == _State.CALLED_OFF:
        return pilot
    if pilot.state == _State.EVALUATED:
        raise NotPossible(_("It is evaluated: nothing about it changes any more."))
    if not reason.strip():
        raise NotPossible(_("Please give a reason."))
    pilot.state, pilot.called_off_because = _State.CALLED_OFF, _tidy(reason)
    pilot.save(update_fields=["state", "called_off_because", "updated_at"])
    record(actor=actor, verb="pilot.called_off", target=pilot)
    return pilot


def _locked(pilot_id: UUID) -> Pilot:
    found: Pilot = Pilot.objects.select_for_update(of=("self",)).get(pk=pilot_id)
    return found


def _tell_owner(actor: Any, pilot: Pilot) -> None:
    kind = queries_pilots.kind_of(pilot.subject_kind)
    if kind is not None:
        kind.piloted(actor, pilot.subject_id)


def _tell_coordinators(pilot: Pilot, municipality: Municipality, base_url: str) -> None:
    url = base_url + reverse("pilots-detail", args=[municipality.slug, pilot.pk])
    for person in coordinators_by_municipality([municipality]).get(municipality.pk, []):
        with translation.override(person.language):
            subject = _("%(municipality)s: a pilot has been planned") % {"municipality": municipality.name}
        send(
            kind="pilot-planned",
            to=person.email,
            subject=subject,
            template="commitments/pilots/mail_planned.txt",
            context={"name": person.get_full_name(), "municipality": municipality.name, "url": url},
            language=person.language,
            dedupe_key=str(pilot.pk),
        )


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
