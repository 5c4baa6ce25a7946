"""Reads on rounds, their comments and what became of them. Shared tables: they run in any scope but the public's.

Confidential contributions are the exception: they are read in the programme's scope alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind, User
from apps.recommendations.models import (
    Agreement,
    Block,
    Comment,
    Contribution,
    Edition,
    Participant,
    RecommendationVersion,
    Round,
    SynopsisCopy,
    TeamMember,
)
from apps.recommendations.policies_rounds import Involvement

Kind = Comment.Kind
OPEN, ANSWERED, WITHDRAWN = "open", "answered", "withdrawn"
_STATES = {
    OPEN: Q(withdrawn_at=None, disposition=None),
    ANSWERED: Q(withdrawn_at=None, disposition__isnull=False),
    WITHDRAWN: Q(withdrawn_at__isnull=False),
}


# --- Rounds and who is in them ------------------------------------------------------------------------------------


def rounds() -> "QuerySet[Round]":
    """Rounds with their text, version and recommendation."""
    return Round.objects.select_related("version__recommendation", "edition")


def rounds_of(user: User, role_ids: Iterable[UUID]) -> "QuerySet[Round]":
    """The rounds in which one of the roles is invited or writes, for project staff all; open ones first, the nearest.

    Each with `invited` (bool) and `unseen`: how many comments and replies of others came since the person last said
    to have read them.
    """
    roles = list(role_ids)
    invited = Participant.objects.filter(round=OuterRef("pk"), role__in=roles)
    writes = TeamMember.objects.filter(recommendation=OuterRef("version__recommendation"), role__in=roles, left_at=None)
    found = rounds() if user.is_project_staff else rounds().filter(Exists(invited) | Exists(writes))
    seen = invited.order_by(F("last_seen_at").desc(nulls_last=True)).values("last_seen_at")[:1]
    found = found.annotate(invited=Exists(invited), seen_at=Coalesce(Subquery(seen), F("created_at")))
    new = Comment.objects.filter(round=OuterRef("pk"), created_at__gt=OuterRef("seen_at")).exclude(author=user)
    is_open = Case(When(state=Round.State.OPEN, then=0), default=1)
    return found.annotate(unseen=_number(new, "round")).order_by(is_open, "deadline", "pk")


def _number(rows: "QuerySet[Any]", by: str) -> Coalesce:
    """How many of `rows`, which refer outwards, as a column."""
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def involvement(about: Round, roles: Iterable[ProgrammeRole], *, is_staff: bool) -> Involvement:
    """What somebody with these roles is in the round; at most two queries."""
    ids = [role.pk for role in roles if role.role == ProgrammeRoleKind.BENCH_MEMBER]
    if not ids:
        return Involvement(is_staff=is_staff)
    own = tuple(about.participants.filter(role__in=ids).select_related("role"))
    writes = TeamMember.objects.filter(
        recommendation=about.version.recommendation_id, role__in=ids, left_at=None
    ).exists()
    return Involvement(own, writes, is_staff)


def participants(about: Round) -> "QuerySet[Participant]":
    """The invited with their role and person, by bench and name; also those whose role has ended since."""
    return about.participants.select_related("role__user").order_by(
        "role__bench", "role__user__last_name", "role__user__first_name"
    )


def writers(about: Round) -> "QuerySet[TeamMember]":
    """Everybody who writes the recommendation or has, with role and person."""
    return TeamMember.objects.filter(recommendation=about.version.recommendation_id).select_related("role__user")


def can_be_invited(version: RecommendationVersion) -> "QuerySet[ProgrammeRole]":
    """Members of the benches who do not write this recommendation in any of their roles, by bench and name."""
    team = TeamMember.objects.filter(recommendation=version.recommendation_id, left_at=None)
    return (
        ProgrammeRole.objects.filter(role=ProgrammeRoleKind.BENCH_MEMBER, ended_at=None, user__is_active=True)
        .exclude(user__in=team.values("role__user"))
        .select_related("user")
        .order_by("bench", "user__last_name", "user__first_name")
    )


def seen_until(own: Involvement) -> datetime | None:
    """When the person last said to have read everything; None where never, or where nobody asked."""
    times = [participant.last_seen_at for participant in own.participations if participant.last_seen_at]
    return max(times) if times else None


# --- Text and comments --------------------------------------------------------------------------------------------


def blocks(edition: Edition) -> list[Block]:
    """The blocks of a text, by section (in no order of the sections) and place."""
    return list(edition.blocks.order_by("section", "position"))


def numbers(about: Round) -> dict[UUID, int]:
    """The number by which people speak of a comment: its place in the round. Comments are never removed."""
    keys = about.comments.exclude(kind=Kind.REPLY).order_by("created_at", "pk").values_list("pk", flat=True)
    return {key: number for number, key in enumerate(keys, start=1)}


def comments(about: Round, user: User | None) -> "QuerySet[Comment]":
    """Comments and proposals, the oldest first, each with block and disposition.

    `agreed` and `replied` say how many did, `i_agree` whether the person did (None: nobody in particular).
    """
    agreements = Agreement.objects.filter(comment=OuterRef("pk"))
    replies = Comment.objects.filter(thread=OuterRef("pk"), withdrawn_at=None)
    found: QuerySet[Comment] = (
        Comment.objects.filter(round=about)
        .exclude(kind=Kind.REPLY)
        .select_related("author", "block", "disposition")
        .annotate(
            agreed=_number(agreements, "comment"),
            replied=_number(replies, "thread"),
            i_agree=Exists(agreements.filter(user=user)),
        )
        .order_by("created_at", "pk")
    )
    return found


def with_replies(found: "QuerySet[Comment]") -> "QuerySet[Comment]":
    """The same with their replies and those who wrote them in `all_replies`: one query more."""
    replies = Comment.objects.select_related("author").order_by("created_at", "pk")
    return found.prefetch_related(Prefetch("replies", queryset=replies, to_attr="all_replies"))


def first_of_each_block(found: "QuerySet[Comment]", number: int) -> "QuerySet[Comment]":
    """The first `number` on each block (and of those on the section as a whole)."""
    rank = Window(RowNumber(), partition_by="block_id", order_by=["created_at", "pk"])
    keys = found.order_by().annotate(rank=rank).filter(rank__lte=number).values("pk")
    return found.filter(pk__in=keys)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a round's comments is asked for; empty: all."""

    bench: str = ""
    section: str = ""
    block: UUID | None = None
    state: str = ""
    outcome: str = ""
    mine: bool = False
    new_since: datetime | None = None


def chosen(found: "QuerySet[Comment]", what: Chosen, user: User) -> "QuerySet[Comment]":
    """Those of `found` that are asked for."""
    wanted = _STATES.get(what.state, Q())
    if what.bench:
        wanted &= Q(bench=what.bench)
    if what.section:
        wanted &= Q(section=what.section if what.section != "whole" else "")
    if what.block:
        wanted &= Q(block=what.block)
    if what.outcome:
        wanted &= Q(disposition__outcome=what.outcome)
    if what.mine:
        wanted &= Q(author=user)
    if what.new_since:
        wanted &= Q(created_at__gt=what.new_since) & ~Q(author=user)
    return found.filter(wanted)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many comments there are, still to be answered, and new to the person."""

    total: int = 0
    waiting: int = 0
    new: int = 0


def tally_by(field: str, about: Round, user: User, since: datetime | None) -> dict[Any, Tally]:
    """Tallies by `section` or `block_id`, for those with any; one query."""
    new = Q(created_at__gt=since or about.created_at) & ~Q(author=user)
    rows = (
        about.comments.exclude(kind=Kind.REPLY)
        .order_by()
        .values(field)
        .annotate(total=Count("pk"), waiting=Count("pk", filter=_STATES[OPEN]), new=Count("pk", filter=new))
    )
    return {row[field]: Tally(row["total"], row["waiting"], row["new"]) for row in rows}


def progress(about: Round) -> tuple[int, int]:
    """How many comments are answered, and how many there are to answer (withdrawn ones need no answer)."""
    counted = (
        about.comments.exclude(kind=Kind.REPLY)
        .filter(withdrawn_at=None)
        .aggregate(answered=Count("disposition"), total=Count("pk"))
    )
    return counted["answered"], counted["total"]


def comment(key: UUID, user: User) -> Comment | None:
    """One comment with everything beside it, its round and replies; None where there is none of this key."""
    about = Round.objects.filter(comments=key).select_related("version__recommendation", "edition").first()
    if about is None:
        return None
    found = with_replies(comments(about, user)).filter(pk=key).first()
    if found is not None:
        found.round = about
    return found


# --- What came of it ----------------------------------------------------------------------------------------------


def next_editions(about: Round) -> list[Edition]:
    """The texts of the version after the round's, in their order."""
    later = about.version.editions.filter(number__gt=about.edition.number).order_by("number")
    return list(later)


def new_wording(about: Round) -> Edition | None:
    """The text in which the answers to the round are found: the latest that is frozen. None while it is written."""
    later: Edition | None = (
        about.version.editions.filter(number__gt=about.edition.number, frozen_at__isnull=False)
        .order_by("-number")
        .first()
    )
    return later


def commenters(about: Round) -> list[User]:
    """Everybody who has left a comment standing, each once."""
    wrote = about.comments.exclude(kind=Kind.REPLY).filter(withdrawn_at=None).values("author")
    return list(User.objects.filter(pk__in=wrote, is_active=True).order_by("pk"))


def invited_people(about: Round) -> list[User]:
    """The invited who still are members of their bench, each once."""
    invited = about.participants.filter(role__ended_at=None).values("role__user")
    return list(User.objects.filter(pk__in=invited, is_active=True).order_by("pk"))


def closed_rounds_before(edition: Edition) -> list[Round]:
    """Closed rounds of the version on an earlier text than this, of which no text has been frozen in between."""
    found = rounds().filter(version=edition.version_id, state=Round.State.CLOSED, edition__number__lt=edition.number)
    between = Edition.objects.filter(
        version=edition.version_id,
        frozen_at__isnull=False,
        number__gt=OuterRef("edition__number"),
        number__lt=edition.number,
    )
    return list(found.exclude(Exists(between)))


def synopsis_of(about: Round, language: str) -> SynopsisCopy | None:
    """The latest copy in this language."""
    return about.synopses.filter(language=language).order_by("-created_at").first()


# --- Programme ----------------------------------------------------------------------------------------------------


def contributions(about: Round) -> "QuerySet[Contribution]":
    """The confidential contributions by section, in no order that tells of time. In the programme's scope."""
    return about.contributions.select_related("summary").order_by("section", "pk")
