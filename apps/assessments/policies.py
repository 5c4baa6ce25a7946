"""Who may do what with assessments. `roles` is what the middleware loaded: roles of memberships, or project staff."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.assessments.models import Assessment, Delegation
from apps.instruments.definition import Item, Section
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role

_State = Assessment.State


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who may have been given sections: by account (with the departments they belong to), or by a link."""

    user_id: UUID | None = None
    units: frozenset[UUID] = frozenset()
    delegation_id: UUID | None = None

    def condition(self) -> Q:
        """Which delegations are theirs."""
        if self.delegation_id is not None:
            return Q(pk=self.delegation_id)
        # A department that is named beside a person only says where the person works.
        return Q(user=self.user_id) | Q(deputy=self.user_id) | Q(user=None, by_link=False, org_unit__in=self.units)

    def holds(self, delegation: Delegation) -> bool:
        """The same of a delegation that is loaded."""
        if self.delegation_id is not None:
            return bool(delegation.pk == self.delegation_id)
        if self.user_id in (delegation.user_id, delegation.deputy_id):
            return True
        return delegation.user_id is None and not delegation.by_link and delegation.org_unit_id in self.units


@dataclass(frozen=True, slots=True)
class SectionAccess:
    """Which sections of an assessment, and which items of them, somebody may see and answer. None: all of them.

    held: the delegations that say so, one per section; mine: all of them; everybody: those of the others too, where
    they are known. Withdrawn ones are in none of these.
    """

    seen: frozenset[str] | None = None
    answered: frozenset[str] | None = None
    held: Mapping[str, Delegation] = field(default_factory=dict)
    mine: tuple[Delegation, ...] = ()
    everybody: tuple[Delegation, ...] = ()

    @property
    def is_limited(self) -> bool:
        """Whether there is anything that may not be seen."""
        return self.seen is not None

    def sees(self, section: str) -> bool:
        return self.seen is None or section in self.seen

    def answers(self, section: str) -> bool:
        return self.answered is None or section in self.answered

    def sees_item(self, item: Item) -> bool:
        """Its section, and where single items were given, the item itself."""
        return self.seen is None or any(row.covers(item.section, item.name) for row in self.mine)

    def answers_item(self, item: Item) -> bool:
        """The same of answering."""
        return self.answered is None or any(
            row.state == Delegation.State.GIVEN and row.covers(item.section, item.name) for row in self.mine
        )

    def as_whom(self, item: Item) -> Delegation | None:
        """The delegation by which somebody answers an item: one still open first, then the one that names the person,
        then the latest. None: by none."""
        found = [row for row in self.mine if row.covers(item.section, item.name)]
        return max(
            found,
            key=lambda row: (row.state == Delegation.State.GIVEN, row.user_id is not None, row.created_at),
            default=None,
        )

    def shares(self, item: Item) -> bool:
        """Is it in the hands of others too? Then nothing of what they answered is to be seen."""
        return self.as_whom(item) is not None and len(hands_of(self.everybody, item)) > 1

    def narrowed(self, section: Section) -> Section:
        """The section with those items only that may be seen; itself where these are all."""
        if self.seen is None or any(row.section == section.name and not row.items for row in self.mine):
            return section
        return replace(section, items=tuple(item for item in section.items if self.sees_item(item)))


EVERYTHING = SectionAccess()


def hands_of(delegations: Iterable[Delegation], item: Item) -> dict[tuple[str, object], Delegation]:
    """In whose hands an item is: by department or person the latest delegation that is not withdrawn.

    delegations: as they were given, the first one first.
    """
    return {
        row.hand: row
        for row in delegations
        if row.state != Delegation.State.REVOKED and row.covers(item.section, item.name)
    }


def is_limited_to_given_sections(roles: Collection[str]) -> bool:
    """A contributor answers what has been given to them; whoever coordinates too answers everything."""
    return Role.CONTRIBUTOR in roles and Role.COORDINATOR not in roles


def access_among(delegations: Collection[Delegation], only: Recipient, roles: Collection[str] = ()) -> SectionAccess:
    """What somebody may see and answer, given all delegations of the assessment, withdrawn ones included."""
    return access_by([row for row in delegations if only.holds(row)], roles, delegations)


def access_by(
    delegations: Collection[Delegation], roles: Collection[str], everybody: Iterable[Delegation] = ()
) -> SectionAccess:
    """What somebody may see and answer to whom these delegations, withdrawn ones included, have been given.

    Without any: everything. A withdrawn one opens nothing, and it never widens what could be seen before.
    A signatory sees every section. everybody: those given to others too.
    """
    if not delegations:
        return EVERYTHING
    held: dict[str, Delegation] = {}
    for delegation in delegations:
        if delegation.state != Delegation.State.REVOKED and (
            delegation.section not in held or delegation.state == Delegation.State.GIVEN
        ):
            held[delegation.section] = delegation
    seen = None if Role.SIGNATORY in roles else frozenset(held)
    given = frozenset(name for name, found in held.items() if found.state == Delegation.State.GIVEN)
    mine = tuple(row for row in delegations if row.state != Delegation.State.REVOKED)
    return SectionAccess(
        seen, given, held, mine, tuple(row for row in everybody if row.state != Delegation.State.REVOKED)
    )


def may_delegate(roles: Collection[str]) -> bool:
    """Give sections to departments and people, accept what comes back, withdraw."""
    return Role.COORDINATOR in roles


def may_hand_back(recipient: Recipient | None, delegation: Delegation) -> bool:
    """Whoever has been given the section, and the deputy."""
    return recipient is not None and recipient.holds(delegation)


def may_read(roles: Collection[str]) -> bool:
    """See the assessments of the municipality and their answers. Employees do not."""
    return not {Role.COORDINATOR, Role.CONTRIBUTOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)


def may_answer(roles: Collection[str]) -> bool:
    """Answer questions, whatever the state: the action looks at that under its lock."""
    return not {Role.COORDINATOR, Role.CONTRIBUTOR}.isdisjoint(roles)


def may_coordinate(roles: Collection[str]) -> bool:
    """Start an assessment and hand it in for signature."""
    return Role.COORDINATOR in roles


def may_sign(roles: Collection[str]) -> bool:
    """Sign off."""
    return Role.SIGNATORY in roles


def may_record_signature(roles: Collection[str]) -> bool:
    """Put on record what was signed on paper or decided elsewhere: those who know of it."""
    return not {Role.COORDINATOR, Role.SIGNATORY}.isdisjoint(roles)


def may_return(roles: Collection[str], assessment: Assessment) -> bool:
    """Put back to work: the signatory from review and after signing, the coordinator while nobody has signed."""
    if assessment.state == _State.IN_REVIEW:
        return not {Role.SIGNATORY, Role.COORDINATOR}.isdisjoint(roles)
    return assessment.state == _State.SIGNED_OFF and Role.SIGNATORY in roles


def may_report(roles: Collection[str]) -> bool:
    """Order the report, which shows every section."""
    return not {Role.COORDINATOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)


def may_manage_waves(user: Any) -> bool:
    """Create, open and close waves, invite municipalities: the project team."""
    return bool(user.is_authenticated and user.is_active and user.is_project_staff)
