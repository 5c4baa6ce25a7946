"""Reads on remarks. Each runs in the scope the caller entered; comments are left out unless they are asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.accounts.models import User
from apps.assessments.models import Assessment, Remark
from apps.municipalities.models import Membership

Kind = Remark.Kind


@dataclass(frozen=True, slots=True)
class RemarkCount:
    """How many threads an item has, and how many of them are still open."""

    threads: int
    open: int


def _threads(*, comments: bool) -> "QuerySet[Remark]":
    found: QuerySet[Remark] = Remark.objects.filter(thread=None)
    return found if comments else found.exclude(kind=Kind.COMMENT)


def counts_by_item(assessment: Assessment, *, comments: bool = False) -> dict[str, RemarkCount]:
    """By item name, for those with any; one query. comments: for people of the municipality."""
    rows = (
        _threads(comments=comments)
        .filter(assessment=assessment)
        .order_by()
        .values("item__name")
        .annotate(threads=Count("pk"), open=Count("pk", filter=Q(settled_at=None)))
    )
    return {row["item__name"]: RemarkCount(row["threads"], row["open"]) for row in rows}


def threads_of(assessment: Assessment, *, comments: bool, items: Collection[UUID] | None = None) -> "QuerySet[Remark]":
    """Threads with their replies in `all_replies` and all authors: open ones first, the newest first; two queries.

    comments: for people of the municipality. items: those of these items; None: of all.
    """
    found = _threads(comments=comments).filter(assessment=assessment)
    if items is not None:
        found = found.filter(item__in=items)
    replies = Remark.objects.select_related("author").order_by("created_at")
    return (
        found.select_related("author", "item")
        .prefetch_related(Prefetch("replies", queryset=replies, to_attr="all_replies"))
        .order_by(F("settled_at").asc(nulls_first=True), "-created_at")
    )


def thread(key: UUID, *, comments: bool) -> Remark | None:
    """One thread with its item, its assessment, wave and municipality."""
    return (
        _threads(comments=comments)
        .filter(pk=key)
        .select_related("item", "assessment__wave", "assessment__municipality")
        .first()
    )


def is_member(user: User) -> bool:
    """Is the person still somebody in the municipality of the scope?"""
    return user.is_active and bool(Membership.objects.filter(user=user, ended_at=None).exists())


def project_team() -> list[User]:
    """The active project staff."""
    return list(User.objects.filter(is_project_staff=True, is_active=True).order_by("last_name", "first_name"))


def project_people_in(thread: Remark) -> list[User]:
    """The active project staff who have written in a thread."""
    wrote = Remark.objects.filter(Q(pk=thread.pk) | Q(thread=thread), side=Remark.Side.PROJECT).values("author")
    return list(User.objects.filter(pk__in=wrote, is_project_staff=True, is_active=True).order_by("last_name"))


# --- Programme ----------------------------------------------------------------------------------------------------


def open_questions() -> "QuerySet[Remark]":
    """Questions of all municipalities that are not settled, the oldest first, each with `last_side`: who wrote last.

    In the programme's scope. `last_side` is None where nobody has replied yet.
    """
    replies = Remark.objects.filter(thread=OuterRef("pk")).order_by("-created_at")
    found: QuerySet[Remark] = (
        Remark.objects.filter(kind=Kind.QUESTION, settled_at=None)
        .annotate(last_side=Subquery(replies.values("side")[:1]))
        .select_related("municipality", "assessment__wave", "item")
        .order_by("created_at")
    )
    return found


def waiting_questions() -> "QuerySet[Remark]":
    """Those of `open_questions` in which the project team has not had the last word."""
    return open_questions().filter(Q(last_side=None) | Q(last_side=Remark.Side.MUNICIPALITY))
