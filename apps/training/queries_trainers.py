"""Reads on trainers: the register, who may lead what, which sessions somebody gives. Shared tables only."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind
from apps.training.models import Module, Session, SessionDate, SessionTrainer, TrainerQualification

_Level = TrainerQualification.Level


def trainers() -> "QuerySet[ProgrammeRole]":
    """Everybody who is a trainer now, with the person and the qualifications, by name."""
    return (
        ProgrammeRole.objects.filter(role=ProgrammeRoleKind.TRAINER, ended_at=None, user__is_active=True)
        .select_related("user")
        .prefetch_related(Prefetch("qualifications", queryset=_qualifications()))
        .order_by("user__last_name", "user__first_name")
    )


def trainer(key: UUID) -> ProgrammeRole | None:
    """One trainer of the register, also one who has ended, with the person and the qualifications."""
    return (
        ProgrammeRole.objects.filter(pk=key, role=ProgrammeRoleKind.TRAINER)
        .select_related("user")
        .prefetch_related(Prefetch("qualifications", queryset=_qualifications()))
        .first()
    )


def _qualifications() -> "QuerySet[TrainerQualification]":
    return TrainerQualification.objects.select_related("module__offered").order_by("module__number")


def qualification(key: UUID) -> TrainerQualification | None:
    """One qualification with its module and trainer."""
    return TrainerQualification.objects.select_related("module__offered", "role__user").filter(pk=key).first()


def modules_to_learn(role: ProgrammeRole) -> "QuerySet[Module]":
    """Modules that the trainer has no qualification for yet and that people can find."""
    return (
        Module.objects.filter(offered__isnull=False)
        .exclude(Exists(TrainerQualification.objects.filter(module=OuterRef("pk"), role=role)))
        .select_related("offered")
    )


def experience(roles: Collection[UUID]) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    """How often each trainer has led and co-taught each module, of sessions that were held: (led, beside somebody)."""
    rows = (
        SessionTrainer.objects.filter(role__in=roles, session__state=Session.State.HELD)
        .order_by()
        .values("role_id", "session__module_id")
        .annotate(led=Count("pk", filter=Q(is_lead=True)), beside=Count("pk", filter=Q(is_lead=False)))
    )
    return {(row["role_id"], row["session__module_id"]): (row["led"], row["beside"]) for row in rows}


def leading_obstacles(session: Session, first_day: date, roles: Iterable[ProgrammeRole]) -> list[str]:
    """Why some of `roles` cannot lead the session on its first day, one sentence each; empty where all can."""
    found: Mapping[UUID, TrainerQualification] = {
        row.role_id: row
        for row in TrainerQualification.objects.filter(module=session.module_id, role__in=[r.pk for r in roles])
    }
    return list(filter(None, (_obstacle(role, found.get(role.pk), first_day) for role in roles)))


def _obstacle(role: ProgrammeRole, found: TrainerQualification | None, first_day: date) -> str:
    values = {"name": role.user.get_full_name()}
    if role.ended_at is not None:
        return _("%(name)s is no trainer of the programme any more.") % values
    if found is None:
        return _("%(name)s is not qualified for this module. Teaching beside somebody who leads is possible.") % values
    if found.level != _Level.LEAD:
        return _("%(name)s is qualified to teach this module beside somebody, not to lead it.") % values
    if found.valid_until < first_day:
        day = date_format(found.valid_until, "SHORT_DATE_FORMAT")
        return _("The qualification of %(name)s had to be renewed by %(day)s.") % {**values, "day": day}
    return ""


def sessions_of(roles: Collection[ProgrammeRole]) -> "QuerySet[Session]":
    """The sessions that a trainer leads or teaches in, with module, dates and rooms."""
    mine = SessionTrainer.objects.filter(session=OuterRef("pk"), role__in=list(roles))
    return (
        Session.objects.filter(Exists(mine))
        .select_related("module__offered", "edition", "host")
        .prefetch_related(Prefetch("dates", queryset=SessionDate.objects.select_related("room")))
    )
