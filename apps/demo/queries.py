"""What the demo's page shows: who can be signed in as, and the mails there are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ProgrammeRoleKind, User
from apps.accounts.queries import bearers
from apps.assessments.models import Assessment
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from apps.notifications.models import OutgoingMail

MAILS_SHOWN = 100

#: What a person in this role can show; `project_staff` beside the roles of a membership and of the programme.
CAN_SHOW = {
    "project_staff": _(
        "all municipalities at a glance, waves, questionnaires, questions on items, examples, register, project team; "
        "recommendations with rounds, panel, pilots and rules; modules, sessions and trainers"
    ),
    ProgrammeRoleKind.BENCH_MEMBER: _("writing a recommendation, or commenting on one in a round"),
    ProgrammeRoleKind.PANEL_MEMBER: _("reviews with scores and votes, meetings, advice to the project"),
    ProgrammeRoleKind.TRAINER: _("own sessions with lists and check-in codes, material for trainers, writing modules"),
    Role.COORDINATOR: _(
        "the assessment with all its sections, evidence and needs, routines, people and invitations, reports; "
        "recommendations with their adoption, pilots, measures; sessions, mandatory trainings, packages"
    ),
    Role.SIGNATORY: _("summary of the assessment with its changes, signing or returning it"),
    Role.CONTRIBUTOR: _("answering sections of the assessment for a department, checking its routines"),
    Role.EMPLOYEE: _(
        "finding trainings and enrolling, learning alone, my trainings with waiting list and certificates"
    ),
}

_URL = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Persona:
    """Somebody to sign in as: key, name, the role's label, department, and what can be shown as this person."""

    key: UUID
    name: str
    role: str
    unit: str
    shows: str


@dataclass(frozen=True)
class PersonasOf:
    """A municipality, how far it is in each wave, and the people in it; other groups have a title instead."""

    municipality: Municipality | None
    title: str = ""
    stands: list[str] = field(default_factory=list)
    people: list[Persona] = field(default_factory=list)


@dataclass(frozen=True)
class ShownMail:
    """A mail of the outbox: the row, and its text as HTML in which links lead to this site."""

    row: OutgoingMail
    html: SafeString


def personas() -> list[PersonasOf]:
    """Everybody who can be signed in as, in groups: the project team, benches, panel and trainers, the municipalities.

    Six queries.
    """
    team = User.objects.filter(is_project_staff=True, is_active=True)
    staff = [
        Persona(person.pk, person.get_full_name(), str(_("Project team")), "", str(CAN_SHOW["project_staff"]))
        for person in team
    ]
    groups: dict[UUID, PersonasOf] = {}
    with scope.enter(scope.programme(), read_only=True):
        members = Membership.objects.filter(ended_at=None, user__is_active=True, municipality__is_active=True)
        for member in members.select_related("user", "municipality", "org_unit").order_by(
            "municipality__name", "user__last_name", "user__first_name"
        ):
            group = groups.setdefault(member.municipality_id, PersonasOf(member.municipality))
            group.people.append(_persona(member))
        for assessment in Assessment.objects.select_related("wave").order_by("wave__label", "wave__topic"):
            if assessment.municipality_id in groups:
                wave = " · ".join(filter(None, (assessment.wave.label, assessment.wave.topic)))
                stand = f"{wave}: {assessment.get_state_display()}"
                groups[assessment.municipality_id].stands.append(stand)
    place = {str(label): number for number, label in enumerate(_roles_in_order())}
    for group in groups.values():
        group.people.sort(key=lambda persona: place[persona.role])
    return [PersonasOf(None, str(_("Project team")), people=staff), *_of_the_workshop(), *groups.values()]


def _of_the_workshop() -> Iterator[PersonasOf]:
    """The members of the benches, those of the panel, and the trainers, if there are any."""
    for kind, title in (
        (ProgrammeRoleKind.BENCH_MEMBER, _("Benches")),
        (ProgrammeRoleKind.PANEL_MEMBER, _("Expert panel")),
        (ProgrammeRoleKind.TRAINER, _("Trainers")),
    ):
        people = [
            Persona(
                role.user_id,
                role.user.get_full_name(),
                str(role.get_bench_display() if role.bench else role.get_role_display()),
                role.function,
                str(CAN_SHOW[kind]),
            )
            for role in bearers(kind)
        ]
        if people:
            yield PersonasOf(None, str(title), people=people)


def _roles_in_order() -> Iterator[object]:
    for role in (Role.COORDINATOR, Role.SIGNATORY, Role.CONTRIBUTOR, Role.EMPLOYEE):
        yield role.label


def _persona(member: Membership) -> Persona:
    role = Role(member.role)
    unit = str(member.org_unit) if member.org_unit else ""
    return Persona(member.user_id, member.user.get_full_name(), str(role.label), unit, str(CAN_SHOW[role]))


def roles_of(person: User) -> list[Membership]:
    """The roles a person holds, with municipality."""
    with scope.enter(scope.person(person), read_only=True):
        return list(
            Membership.objects.filter(user=person, ended_at=None, municipality__is_active=True).select_related(
                "municipality"
            )
        )


def mails() -> list[ShownMail]:
    """The latest mails of the outbox, newest first. One query."""
    with scope.enter(scope.programme(), read_only=True):
        rows = list(OutgoingMail.objects.order_by("-created_at")[:MAILS_SHOWN])
    return [ShownMail(row, linked(row.text)) for row in rows]


def linked(text: str) -> SafeString:
    """The text as HTML: its lines as lines, its addresses as links."""
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<a class="kern-link kern-link--no-visited-state" href="{}">{}</a>', path, part)
                if path
                else linebreaksbr(part, autoescape=True),
            )
            for part, path in pieces(text)
        ),
    )


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Cut `text` at its links: (text, "") and (address, path). The path leads to this site, whatever host is named."""
    position = 0
    for found in _URL.finditer(text):
        url = found.group().rstrip(".,;:!?)")
        if found.start() > position:
            yield text[position : found.start()], ""
        parts = urlsplit(url)
        yield url, parts._replace(scheme="", netloc="").geturl() or "/"
        position = found.start() + len(url)
    if position < len(text):
        yield text[position:], ""
