"""Reads on certificates: what a person can have certified, and what has been. In the person's scope."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from apps.training import certificates as paper
from apps.training.fields import edition_in
from apps.training.models import (
    Attendance,
    Certificate,
    CertificateSeal,
    Completion,
    ConfidentialAttendance,
    ConfidentialPlace,
    SessionDate,
)
from apps.training.places import PlaceState


@dataclass(frozen=True, slots=True)
class Certifiable:
    """Something a certificate can be issued for.

    title: in the language of the moment; "" where it bears a neutral one, whatever is asked. revoked_at: since when its
    certificate counts no more.
    """

    source: UUID
    municipality_id: UUID | None
    title: str
    days: tuple[date, ...]
    minutes: int
    completed_on: date
    expires_on: date | None
    host: str
    certificate: Certificate | None
    revoked_at: datetime | None = None


def certificates(user: Any) -> "QuerySet[Certificate]":
    """The person's certificates, without the files."""
    return Certificate.objects.filter(user=user).defer("pdf")


def seal_of(lookup: str) -> CertificateSeal | None:
    """The seal under a lookup, or None."""
    return CertificateSeal.objects.filter(lookup=lookup).first()


def certifiable(user: Any) -> list[Certifiable]:
    """What the person has completed, newest first; the number of queries does not grow with it."""
    issued = {certificate.source: certificate for certificate in certificates(user)}
    completions = list(
        Completion.objects.filter(user=user).select_related("edition", "session__host").order_by("-completed_on")
    )
    places = list(
        ConfidentialPlace.objects.filter(
            user=user,
            state__in=[PlaceState.ENROLLED, PlaceState.ATTENDED],
            session__last_ends_at__lt=timezone.now(),
        ).select_related("session")
    )
    dates = _dates([row.session_id for row in [*completions, *places] if row.session_id])
    there = _attended(user, completions)
    found = [_of_completion(row, dates, there, issued) for row in completions]
    found += _of_places(places, dates, issued)
    return sorted(_with_revocations(found), key=lambda entry: entry.completed_on, reverse=True)


def _with_revocations(entries: list[Certifiable]) -> list[Certifiable]:
    lookups = {entry.source: paper.lookup_of(entry.certificate.number) for entry in entries if entry.certificate}
    seals = CertificateSeal.objects.filter(lookup__in=lookups.values(), revoked_at__isnull=False)
    revoked = dict(seals.values_list("lookup", "revoked_at"))
    return [replace(entry, revoked_at=revoked.get(lookups.get(entry.source, ""))) for entry in entries]


def _dates(sessions: Iterable[UUID]) -> Mapping[UUID, list[SessionDate]]:
    found: dict[UUID, list[SessionDate]] = defaultdict(list)
    for row in SessionDate.objects.filter(session__in=set(sessions)).order_by("starts_at"):
        found[row.session_id].append(row)
    return found


def _attended(user: Any, completions: list[Completion]) -> set[UUID]:
    if not any(row.session_id for row in completions):
        return set()
    return set(Attendance.objects.filter(user=user).values_list("date", flat=True))


def _of_completion(
    row: Completion, dates: Mapping[UUID, list[SessionDate]], there: set[UUID], issued: Mapping[UUID, Certificate]
) -> Certifiable:
    days = [date.starts_at for date in dates.get(row.session_id, ()) if date.pk in there] if row.session_id else []
    return Certifiable(
        source=row.pk,
        municipality_id=row.municipality_id,
        title=edition_in(row.edition, get_language() or "").title,
        days=tuple(timezone.localdate(moment) for moment in days) or (row.completed_on,),
        minutes=row.minutes,
        completed_on=row.completed_on,
        expires_on=row.expires_on,
        host=row.session.host.name if row.session and row.session.host else "",
        certificate=issued.get(row.pk),
    )


def _of_places(
    places: list[ConfidentialPlace], dates: Mapping[UUID, list[SessionDate]], issued: Mapping[UUID, Certificate]
) -> list[Certifiable]:
    there: dict[UUID, set[UUID]] = defaultdict(set)
    for row in ConfidentialAttendance.objects.filter(place__in=[place.pk for place in places]) if places else ():
        there[row.place_id].add(row.date_id)
    found = []
    for place in places:
        all_dates = dates.get(place.session_id, [])
        attended = [date for date in all_dates if date.pk in there[place.pk]]
        minutes, possible = sum(date.minutes for date in attended), sum(date.minutes for date in all_dates)
        if not attended or 100 * minutes < place.session.attended_from * possible:
            continue
        days = tuple(timezone.localdate(date.starts_at) for date in attended)
        found.append(
            Certifiable(
                source=place.pk,
                municipality_id=place.municipality_id,
                title="",
                days=days,
                minutes=minutes,
                completed_on=days[-1],
                expires_on=None,
                host="",
                certificate=issued.get(place.pk),
            )
        )
    return found
