"""Reads on places: a person's own in all municipalities, and of a municipality's people in ordinary sessions.

Confidential places are read in the person's scope alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from apps.accounts.models import User
from apps.municipalities.models import Membership, Municipality, OrgUnit
from apps.training.models import (
    Approver,
    ConfidentialPlace,
    Enrolment,
    Session,
    SessionDate,
    SessionShare,
    TrainingCalendar,
    TrainingOpening,
)
from apps.training.places import OVER, PlaceState

AnyPlace: TypeAlias = Enrolment | ConfidentialPlace

_STANDING = """
SELECT EXISTS (
    SELECT FROM municipalities_membership m JOIN municipalities_municipality of ON of.id = m.municipality_id
    WHERE m.user_id = %(person)s AND m.municipality_id = %(municipality)s AND m.ended_at IS NULL AND of.is_active
), (
    SELECT o.approval FROM training_trainingopening o WHERE o.of_id = %(municipality)s AND o.closed_at IS NULL
)
"""

#: In these a place is to come: a calendar shows those that are sure.
SURE = (PlaceState.ENROLLED, PlaceState.ATTENDED, PlaceState.ABSENT)


def dates() -> "Prefetch[str, QuerySet[SessionDate], str]":
    """A session's dates in their order, with rooms."""
    rows: QuerySet[SessionDate] = SessionDate.objects.select_related("room").order_by("starts_at")
    return Prefetch("dates", queryset=rows)


def sessions() -> "QuerySet[Session]":
    """Sessions with module, text, organiser and dates."""
    related = Session.objects.select_related("module__offered", "edition", "host")
    return related.prefetch_related(dates())


def session(key: UUID) -> Session | None:
    """One session with all that its pages show, once it has been planned to the end."""
    return sessions().filter(pk=key).exclude(state=Session.State.PLANNED).first()


def my_places(user: Any) -> list[AnyPlace]:
    """All places of the person, of every kind alike, the next training first. In the person's scope."""
    found: list[AnyPlace] = []
    for model in (Enrolment, ConfidentialPlace):
        rows = model.objects.filter(user=user).select_related(
            "municipality", "session__module__offered", "session__edition", "session__host"
        )
        found += rows.prefetch_related(
            Prefetch("session__dates", SessionDate.objects.select_related("room").order_by("starts_at"))
        )
    return sorted(found, key=lambda place: (place.session.first_starts_at or place.created_at, place.pk))


def my_place(user: Any, key: UUID) -> AnyPlace | None:
    """One place of the person with its session. In the person's scope."""
    for model in (Enrolment, ConfidentialPlace):
        found: AnyPlace | None = (
            model.objects.filter(user=user, pk=key)
            .select_related("session__module__offered", "session__edition", "municipality")
            .first()
        )
        if found is not None:
            return found
    return None


def positions(keys: Collection[UUID]) -> dict[UUID, int]:
    """Where the person's own waiting places stand in their lists, from 1. In the person's scope; others are left out.

    Those are counted too who may be passed over because their municipality's quota is full.
    """
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, training_position(key) FROM unnest(%s::uuid[]) AS asked (key)", [[str(key) for key in keys]]
        )
        return {key: number for key, number in cursor.fetchall() if number is not None}


def municipalities_of(user: Any) -> list[Municipality]:
    """Active municipalities the person has a role in. In the person's scope."""
    rows = Membership.objects.filter(user=user, ended_at=None, municipality__is_active=True)
    return list(Municipality.objects.filter(pk__in=rows.values("municipality_id")).order_by("name"))


def openings(keys: Iterable[UUID]) -> dict[UUID, TrainingOpening]:
    """Whether training records are open, and how enrolments are handled, per municipality."""
    rows = TrainingOpening.objects.filter(of__in=list(keys), closed_at=None)
    return {row.of_id: row for row in rows}


def standing(user: Any, municipality_id: UUID) -> tuple[bool, str | None]:
    """Whether the person belongs to the municipality, and how it handles enrolments (TrainingOpening.Approval).

    The latter is None where it keeps no training records. One statement: every enrolment begins with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"person": user.pk, "municipality": municipality_id})
        belongs, approval = cursor.fetchone()
    return belongs, approval


def entered(model: type[AnyPlace], user: Any, about: Session, request_key: UUID) -> list[AnyPlace]:
    """What the person has, or had, in the session, and whatever was made with this key. In no order.

    Written out, as is all that is done while the session is locked: half of the time is otherwise spent on making SQL.
    """
    table = model._meta.db_table
    rows = model._base_manager.raw(
        f"SELECT * FROM {table} WHERE user_id = %s AND (session_id = %s OR request_key = %s)",  # noqa: S608  # a table
        [user.pk, about.pk, request_key],
    )
    return list(rows)


def open_to(about: Session, keys: Collection[UUID]) -> set[UUID]:
    """Which of these municipalities the session is open to."""
    if about.opens_to == Session.OpensTo.ALL:
        return set(keys)
    found = {about.host_id} if about.host_id is not None else set()
    if about.opens_to == Session.OpensTo.SOME:
        found |= set(SessionShare.objects.filter(session=about, of__in=list(keys)).values_list("of_id", flat=True))
    return found.intersection(keys)


def my_open_places(user: Any) -> list[AnyPlace]:
    """Places of the person that are not over, of every kind. In the person's scope."""
    found: list[AnyPlace] = []
    for model in (Enrolment, ConfidentialPlace):
        found += model.objects.filter(user=user).exclude(state__in=sorted(OVER))
    return found


def overlapping(user: Any, about: Session) -> bool:
    """Whether the person has a place in another session at the same time. In the person's scope."""
    others = {place.session_id for place in my_open_places(user)} - {about.pk}
    if not others:
        return False
    at_once = Q()
    for date in about.dates.all():
        at_once |= Q(starts_at__lt=date.ends_at, ends_at__gt=date.starts_at)
    return bool(at_once) and SessionDate.objects.filter(at_once, session__in=others).exists()


def quota_of(about: Session, municipality_id: UUID) -> int | None:
    """How many seats the municipality may still take; None: no limit of its own."""
    share = SessionShare.objects.filter(session=about, of=municipality_id).first()
    quota = about.quota_each if share is None or share.quota is None else share.quota
    return None if quota is None else quota - (share.taken if share is not None else 0)


def people_of(about: Session) -> "QuerySet[Enrolment]":
    """The places of an ordinary session that the scope sees, by name within their order of entering."""
    rows: QuerySet[Enrolment] = Enrolment.objects.filter(session=about).select_related(
        "user", "municipality", "session"
    )
    return rows.order_by("entered_at", "id")


def enrolment(key: UUID) -> Enrolment | None:
    """One place of an ordinary session, as the scope sees it, with person and session."""
    found: Enrolment | None = (
        Enrolment.objects.filter(pk=key)
        .select_related("user", "municipality", "session__module__offered", "session__edition")
        .first()
    )
    return found


def members() -> "QuerySet[Membership]":
    """Roles of the municipality of the scope that have not ended, of people who can sign in, by name."""
    rows: QuerySet[Membership] = Membership.objects.filter(ended_at=None, user__is_active=True)
    return rows.select_related("user", "org_unit").order_by("user__last_name", "user__first_name", "user__email")


def not_in(about: Session, wanted: str = "") -> list[Membership]:
    """One role each of people of the municipality who have no place in the session, by name.

    wanted: words that stand in name, address or department.
    """
    there = Enrolment.objects.filter(session=about).exclude(state__in=sorted(OVER))
    rows = members().exclude(user__in=there.values("user_id"))
    for word in wanted.split():
        rows = rows.filter(
            Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__email__icontains=word)
            | Q(org_unit__name__icontains=word)
        )
    found: dict[UUID, Membership] = {}
    for row in rows:
        if row.user_id not in found or found[row.user_id].org_unit is None:
            found[row.user_id] = row
    return list(found.values())


def departments_of(users: Collection[UUID]) -> dict[UUID, str]:
    """Names of the departments people belong to, as far as they belong to one."""
    rows = members().filter(user__in=users, org_unit__isnull=False)
    return {row.user_id: row.org_unit.name for row in rows}


def member_by_address(address: str) -> Membership | None:
    """Somebody of the municipality of the scope by the e-mail address."""
    return members().filter(user__email=address.strip().lower()).first()


def other_sessions(about: Session, municipality_id: UUID) -> list[Session]:
    """Open sessions of the same module that the municipality's people can be moved to, the next first."""
    found = sessions().filter(module=about.module_id, state=Session.State.OPEN).exclude(pk=about.pk)
    return [row for row in found.order_by("first_starts_at") if open_to(row, {municipality_id})]


def calendar_of(user: Any) -> TrainingCalendar | None:
    """The person's calendar settings, if there are any."""
    return TrainingCalendar.objects.filter(user=user).first()


def calendar_by_hash(token_hash: str) -> TrainingCalendar | None:
    """Whose calendar has the address with this hash; nobody's while the person cannot sign in."""
    rows = TrainingCalendar.objects.filter(token_hash=token_hash, user__is_active=True)
    return rows.exclude(token_hash="").select_related("user").first()


def calendar_places(user: Any) -> list[AnyPlace]:
    """What a person's calendar shows: places that are sure. In the person's scope."""
    return [
        place
        for place in my_places(user)
        if place.state in SURE and place.session.state != Session.State.CANCELLED
    ]  # fmt: skip


def approvers() -> "QuerySet[Approver]":
    """Who approves enrolments in the municipality of the scope, by department and name."""
    rows: QuerySet[Approver] = Approver.objects.select_related("user", "org_unit")
    return rows.order_by("org_unit__name", "user__last_name", "user__first_name")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An enrolment that waits for approval, and the department of the person."""

    place: Enrolment
    unit: OrgUnit | None


def waiting_for(user: Any) -> list[Waiting]:
    """Enrolments that wait for the person's approval, the one that has waited longest first.

    A request is decided by the approver of the department of the person, or of the next one above that has one; of
    those who have none, by the approvers of all the others. Nobody decides about oneself.
    """
    named = list(approvers())
    if not any(row.user_id == user.pk for row in named):
        return []
    rows = list(Enrolment.objects.filter(state=PlaceState.REQUESTED).select_related("user", "session"))
    units = _units_of(rows)
    deciding = _deciding(rows, units, named)
    found = [Waiting(place, units.get(place.user_id)) for place in rows if user.pk in deciding[place.pk]]
    return sorted(found, key=lambda asked: (asked.place.entered_at, asked.place.pk))


def deciding_about(place: Enrolment) -> list[User]:
    """Who decides about a request, in the municipality's scope."""
    named = list(approvers())
    keys = _deciding([place], _units_of([place]), named)[place.pk]
    return list({row.user_id: row.user for row in named if row.user_id in keys and row.user.is_active}.values())


def _units_of(rows: list[Enrolment]) -> dict[UUID, OrgUnit]:
    asked = Membership.objects.filter(user__in={row.user_id for row in rows}, ended_at=None, org_unit__isnull=False)
    return {row.user_id: row.org_unit for row in asked.select_related("org_unit")}


def _deciding(rows: list[Enrolment], units: Mapping[UUID, OrgUnit], named: list[Approver]) -> dict[UUID, set[UUID]]:
    """By request, keys of those who decide: the nearest above the person's department."""
    parents = dict(OrgUnit.objects.values_list("pk", "parent_id"))
    by_unit: dict[UUID | None, set[UUID]] = {}
    for approver in named:
        by_unit.setdefault(approver.org_unit_id, set()).add(approver.user_id)
    found = {}
    for place in rows:
        unit: UUID | None = units[place.user_id].pk if place.user_id in units else None
        while unit is not None and not by_unit.get(unit, set()) - {place.user_id}:
            unit = parents.get(unit)
        found[place.pk] = by_unit.get(unit, set()) - {place.user_id}
    return found


def dates_of(keys: Collection[UUID]) -> dict[UUID, list[SessionDate]]:
    """The dates of sessions by the session's key, without rooms."""
    found: dict[UUID, list[SessionDate]] = {}
    for date in SessionDate.objects.filter(session__in=keys).order_by("starts_at"):
        found.setdefault(date.session_id, []).append(date)
    return found
