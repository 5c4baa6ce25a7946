"""Reads on delegated sections. Each runs in the scope the caller entered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import get_language

from apps.accounts.models import User
from apps.assessments.models import Assessment, Delegation, DelegationLink
from apps.assessments.policies import (
    EVERYTHING,
    Recipient,
    SectionAccess,
    access_among,
    is_limited_to_given_sections,
)
from apps.assessments.queries_departments import link_email, numbers
from apps.instruments.definition import Form, localized
from apps.instruments.models import Section
from apps.instruments.queries import load_compiled
from apps.municipalities.models import Membership, OrgUnit, Role

#: A first reminder so long before the due date; a last one the day before.
WEEK_BEFORE, DAY_BEFORE = timedelta(days=7), timedelta(days=1)


def recipient(user: Any, roles: Collection[str], memberships: Iterable[Membership]) -> Recipient | None:
    """Whose delegations limit what this person may see and answer; None: nobody's.

    memberships: those of the person in the municipality of the scope, not ended. A query only where one of their
    departments lies below another: what a department was given is for those below it too.
    """
    if not is_limited_to_given_sections(roles):
        return None
    own = [found.org_unit for found in memberships if found.role == Role.CONTRIBUTOR and found.org_unit]
    units = {unit.pk for unit in own}
    if any(unit.parent_id for unit in own):
        above = dict(OrgUnit.objects.values_list("pk", "parent_id"))
        for unit in own:
            key: UUID | None = unit.parent_id
            while key is not None:
                units.add(key)
                key = above[key]
    return Recipient(user_id=user.pk, units=frozenset(units))


def access_for(assessment: Assessment, only: Recipient | None, roles: Collection[str] = ()) -> SectionAccess:
    """Which sections and items of the assessment may be seen and answered; one query, none for whom nothing limits."""
    if only is None:
        return EVERYTHING
    found = Delegation.objects.filter(assessment=assessment).select_related("given_by").order_by("created_at", "pk")
    return access_among(list(found.annotate(link_email=link_email())), only, roles)


def delegations_of(assessment: Assessment) -> list[Delegation]:
    """All delegations of an assessment with everybody named in them, by section and due date; two queries."""
    return list(_with_people(Delegation.objects.filter(assessment=assessment)).order_by("section", "due_on", "pk"))


def delegation(key: UUID) -> Delegation | None:
    """One delegation with everybody named in it, its assessment, wave and municipality."""
    return (
        _with_people(Delegation.objects.filter(pk=key))
        .select_related("assessment__wave", "assessment__municipality", "user", "deputy", "org_unit", "given_by")
        .first()
    )


def _with_people(found: "QuerySet[Delegation]") -> "QuerySet[Delegation]":
    links = DelegationLink.objects.filter(revoked_at=None)
    return found.select_related("user", "deputy", "org_unit", "given_by").prefetch_related(
        Prefetch("links", queryset=links, to_attr="valid_links")
    )


def link_by(token_hash: str) -> DelegationLink | None:
    """The personal link with this hash, revoked and expired ones included."""
    found: DelegationLink | None = (
        DelegationLink.objects.filter(token_hash=token_hash)
        .select_related("delegation__assessment__wave", "delegation__assessment__municipality", "delegation__given_by")
        .first()
    )
    return found


def contributors() -> "QuerySet[User]":
    """The people who can be given a section: contributors of the municipality with an account, by name."""
    keys = Membership.objects.filter(role=Role.CONTRIBUTOR, ended_at=None).values("user_id")
    return User.objects.filter(pk__in=keys, is_active=True).order_by("last_name", "first_name")


def contributors_in(unit: OrgUnit) -> list[User]:
    """The contributors of a department and of those below it."""
    return contributors_below(unit.pk)


def contributors_below(unit_id: UUID) -> list[User]:
    """The same by the department's key."""
    below: dict[UUID | None, list[UUID]] = {}
    for key, parent in OrgUnit.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(key)
    units, waiting = set(), [unit_id]
    while waiting:
        key = waiting.pop()
        units.add(key)
        waiting += below.get(key, [])
    keys = Membership.objects.filter(role=Role.CONTRIBUTOR, ended_at=None, org_unit__in=units).values("user_id")
    return list(User.objects.filter(pk__in=keys, is_active=True).order_by("last_name", "first_name"))


@dataclass(frozen=True, slots=True)
class GivenSection:
    """A section somebody is to answer, with its title in the language of the moment."""

    delegation: Delegation
    label: str


def title_of(row: Delegation, form: Form, language: str) -> str:
    """What was given, in words: the section, with the single items where it is not the whole."""
    label = next((section.label for section in form.sections if section.name == row.section), {})
    return with_items(localized(label, language, form.default_language) or row.section, row, form, language)


def with_items(title: str, row: Delegation, form: Form, language: str) -> str:
    """A section's title with the single items that were given of it, if not all of them."""
    return f"{title} ({numbers(form, row.items, language)})" if row.items else title


def delegations_for(user: Any, roles: Collection[str], memberships: Iterable[Membership]) -> list[GivenSection]:
    """What a contributor has been given and not handed back, in assessments being worked on; nearest due date first.

    Arguments as the middleware loaded them (`request.roles`, `request.memberships`); one query, see `recipient`.
    """
    whose = recipient(user, roles, memberships)
    if whose is None:
        return []
    language = get_language() or settings.LANGUAGE_CODE
    found = _labelled(
        Delegation.objects.filter(
            whose.condition(), state=Delegation.State.GIVEN, assessment__state=Assessment.State.IN_PROGRESS
        )
    ).select_related("assessment__wave", "given_by")
    return [GivenSection(row, title_by(row, language)) for row in found.order_by("due_on", "section")]


def title_by(row: Any, language: str) -> str:
    """As `title_of`, by the title that `_labelled` brought along; the questionnaire is read for single items alone."""
    title = localized(row.label or {}, language, settings.LANGUAGE_CODE) or row.section
    if not row.items:
        return title
    return with_items(title, row, load_compiled(row.assessment.wave.instrument_version_id).form, language)


def _labelled(found: "QuerySet[Delegation]") -> Any:
    section = Section.objects.filter(version=OuterRef("assessment__wave__instrument_version"), name=OuterRef("section"))
    return found.annotate(label=Subquery(section.values("label")[:1]))


def near_deadlines(today: date) -> "QuerySet[Delegation]":
    """What is to be answered within a week, or should have been."""
    found: QuerySet[Delegation] = Delegation.objects.filter(
        state=Delegation.State.GIVEN,
        due_on__lte=today + WEEK_BEFORE,
        assessment__state=Assessment.State.IN_PROGRESS,
        assessment__wave__state="open",
    )
    return found


def to_remind_of(today: date) -> list[Delegation]:
    """As `near_deadlines`, with all that a mail needs. In the municipality's scope."""
    found = _labelled(_with_people(near_deadlines(today))).select_related(
        "assessment__wave", "assessment__municipality", "user", "deputy", "org_unit", "given_by"
    )
    return list(found)
