"""What the pages show of delegated sections. No queries here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.assessments.models import Delegation
from apps.assessments.pages import section_label_of
from apps.assessments.queries_delegations import with_items
from apps.instruments.definition import Form

State = Delegation.State
KINDS = {State.GIVEN: "info", State.HANDED_BACK: "warning", State.ACCEPTED: "success", State.REVOKED: "neutral"}


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A delegation in a list: what, to whom, how it stands."""

    delegation: Delegation
    label: str
    whom: str
    state: str
    kind: str


def whom(delegation: Delegation) -> str:
    """Who has the section, in words; people, department and `valid_links` are loaded."""
    parts = []
    if delegation.user is not None:
        parts.append(delegation.user.get_full_name())
    if delegation.by_link:
        links = getattr(delegation, "valid_links", [])
        parts.append(_("%(name)s (personal link)") % {"name": links[0].name} if links else _("personal link"))
    if delegation.org_unit is not None:
        parts.append(delegation.org_unit.name)
    if delegation.deputy is not None:
        parts.append(_("deputy: %(name)s") % {"name": delegation.deputy.get_full_name()})
    return ", ".join(parts)


def state_of(delegation: Delegation) -> tuple[str, str]:
    """The state in words and the kind of its badge; overdue is shown as such."""
    if delegation.is_overdue:
        return _("overdue"), "danger"
    return str(delegation.get_state_display()), KINDS[State(delegation.state)]


def lines(delegations: Iterable[Delegation], form: Form, language: str) -> list[DelegationLine]:
    """The list of all delegations of an assessment, in the order of the questionnaire."""
    order = {section.name: place for place, section in enumerate(form.sections)}
    labels: Mapping[str, str] = {s.name: section_label_of(form, s, language) for s in form.sections}
    found = sorted(delegations, key=lambda row: (order.get(row.section, len(order)), row.due_on))
    return [
        DelegationLine(
            row, with_items(labels.get(row.section, row.section), row, form, language), whom(row), *state_of(row)
        )
        for row in found
    ]


def hints(delegations: Iterable[Delegation], names_people: bool) -> dict[str, str]:
    """Per section, for the task list: who has it (for the coordination), until when, how it stands."""
    found: dict[str, list[str]] = {}
    for row in delegations:
        if row.state == State.REVOKED or (names_people and row.state == State.ACCEPTED):
            continue
        words = _("%(state)s, due %(day)s") % {
            "state": state_of(row)[0],
            "day": date_format(row.due_on, "SHORT_DATE_FORMAT"),
        }
        found.setdefault(row.section, []).append(f"{whom(row)}: {words}" if names_people else words)
    return {section: " · ".join(texts) for section, texts in found.items()}
