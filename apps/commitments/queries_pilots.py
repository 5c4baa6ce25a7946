"""Reads on pilots. In the programme's scope of all municipalities, in a municipality's scope its own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from apps.commitments.models import Pilot, PilotEntry
from apps.core import reviewable_declaration
from apps.core.reviewable_declaration import PilotEvidence, ReviewableKind, Subject
from apps.municipalities.models import Municipality

_State = Pilot.State


def evidence(kind: str, subject_id: UUID, since: datetime | None) -> PilotEvidence:
    """In how many municipalities a version was piloted, of those that the scope sees.

    since: pilots evaluated earlier were of another text and do not count; None: all do.
    """
    evaluated = Q(state=Pilot.State.EVALUATED) & (Q(evaluated_at__gte=since) if since is not None else Q())
    found = Pilot.objects.filter(subject_kind=kind, subject_id=subject_id).aggregate(
        running=Count("municipality", distinct=True, filter=Q(state=Pilot.State.RUNNING) | evaluated),
        evaluated=Count("municipality", distinct=True, filter=evaluated),
    )
    return PilotEvidence(**found)


def pilots() -> "QuerySet[Pilot]":
    """The pilots of the scope with their municipality, the newest first."""
    found: QuerySet[Pilot] = Pilot.objects.select_related("municipality").order_by("-created_at")
    return found


def pilots_of(kind: str, subject_id: UUID) -> "QuerySet[Pilot]":
    """The pilots of one subject with municipality, department and log, in the order they were planned."""
    return (
        pilots()
        .filter(subject_kind=kind, subject_id=subject_id)
        .select_related("org_unit")
        .prefetch_related(_log())
        .order_by("created_at")
    )


def pilot(key: UUID) -> Pilot | None:
    """One pilot with its municipality, department and log."""
    return pilots().filter(pk=key).select_related("org_unit").prefetch_related(_log()).first()


def _log() -> "Prefetch[str, QuerySet[PilotEntry], str]":
    rows: QuerySet[PilotEntry] = PilotEntry.objects.select_related("author").order_by("noted_on", "created_at")
    return Prefetch("log", queryset=rows, to_attr="entries")


def kind_of(name: str) -> ReviewableKind | None:
    """The declaration of a kind; None where no app declares it any more."""
    return next((kind for kind in reviewable_declaration.kinds() if kind.kind == name), None)


def subject(name: str, subject_id: UUID) -> Subject | None:
    """One subject by its kind and key."""
    kind = kind_of(name)
    return kind.subjects([subject_id]).get(subject_id) if kind is not None else None


def is_pilotable(name: str, subject_id: UUID) -> Subject | None:
    """The subject, if a municipality can pilot it now."""
    kind = kind_of(name)
    found = kind.pilotable() if kind is not None else []
    return next((entry for entry in found if entry.subject_id == subject_id), None)


def pilotable() -> list[tuple[ReviewableKind, Subject]]:
    """All that can be piloted now, kind by kind."""
    return [(kind, found) for kind in reviewable_declaration.kinds() for found in kind.pilotable()]


def subjects(keys: Iterable[tuple[str, UUID]]) -> Mapping[tuple[str, UUID], Subject]:
    """Subjects by kind and key; one query a kind."""
    wanted: dict[str, set[UUID]] = {}
    for name, key in keys:
        wanted.setdefault(name, set()).add(key)
    found: dict[tuple[str, UUID], Subject] = {}
    for name, ids in wanted.items():
        kind = kind_of(name)
        if kind is not None:
            found |= {(name, key): entry for key, entry in kind.subjects(ids).items()}
    return found


def municipalities_without(kind: str, subject_id: UUID, since: datetime | None) -> "QuerySet[Municipality]":
    """Active municipalities that have no pilot of the subject, model municipalities first. In the programme's scope.

    since: when its text was released; who evaluated an earlier text can try out the new one.
    """
    earlier = Q(state=_State.EVALUATED, evaluated_at__lt=since) if since is not None else Q(pk__in=[])
    taken = Pilot.objects.filter(subject_kind=kind, subject_id=subject_id).exclude(Q(state=_State.CALLED_OFF) | earlier)
    return (
        Municipality.objects.filter(is_active=True)
        .exclude(pk__in=taken.values("municipality_id"))
        .order_by("-stage", "name")
    )
