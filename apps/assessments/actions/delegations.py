"""Giving sections, or single items of them, to departments and people, handing back, accepting, withdrawing.

Each step takes the assessment's lock, as saving answers does. The audit record names the section, never notes or
answers.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.assessments import queries, queries_delegations
from apps.assessments.actions.answers import UnknownItem, locked
from apps.assessments.actions.assessments import WrongState
from apps.assessments.actions.departments import keep_present_answers, settle_without
from apps.assessments.actions.reminding import remind_in_each
from apps.assessments.models import Assessment, Delegation, DelegationLink
from apps.audit.actions import record
from apps.core.scope import Scope
from apps.instruments.definition import localized
from apps.instruments.expressions import references
from apps.municipalities.actions.invitations import TOKEN_BYTES, hash_of
from apps.municipalities.models import OrgUnit, Role
from apps.notifications.actions import send

State = Delegation.State

#: A link outlives its due date by so many days: late is better than never.
LINK_GRACE = timedelta(days=7)


class NobodyThere(Exception):
    """There is no contributor with an account in this department, or the person is none."""


class AlreadyGiven(Exception):
    """The section is in these hands already."""

    def __init__(self, section: str) -> None:
        super().__init__(section)
        self.section = section


class UnknownSection(KeyError):
    """The questionnaire has no such section."""


@transaction.atomic
def give_sections(
    *,
    actor: Any,
    assessment_id: UUID,
    sections: Sequence[str],
    due_on: date,
    base_url: str,
    user: User | None = None,
    org_unit: OrgUnit | None = None,
    deputy: User | None = None,
    note: str = "",
    items: Collection[str] = (),
) -> list[Delegation]:
    """Give sections to a contributor, or to all contributors of a department, and tell them in one mail.

    items: names of single items; of a section with any of them these alone are given, with the questions that depend
    on them. base_url: scheme and host of this site, without a slash at the end. Raises Assessment.DoesNotExist,
    WrongState, UnknownSection, UnknownItem, NobodyThere, AlreadyGiven; then nothing is given.
    """
    assessment = _open(assessment_id)
    labels = _labels(assessment, sections)
    single = _single_items(assessment, sections, items)
    people = _recipients(user, org_unit, deputy)
    there = set(
        Delegation.objects.filter(
            assessment=assessment,
            user=user,
            org_unit=org_unit,
            by_link=False,
            section__in=labels,
            state__in=(State.GIVEN, State.HANDED_BACK),
        ).values_list("section", flat=True)
    )
    if there:
        raise AlreadyGiven(min(there, key=list(labels).index))
    slug = assessment.municipality.slug
    given = []
    for name in labels:
        row = Delegation(
            assessment=assessment,
            section=name,
            items=single.get(name, []),
            user=user,
            org_unit=org_unit,
            deputy=deputy,
            due_on=due_on,
            note=note.strip(),
            given_by=actor,
            page_url=base_url + reverse("assessments-section", args=[slug, assessment.pk, name]),
        )
        row.save(force_insert=True)
        record(actor=actor, verb="delegation.given", target=row, data=_data(row))
        given.append(row)
    keep_present_answers(assessment, given)
    url = given[0].page_url
    if len(given) > 1:
        url = base_url + reverse("assessments-detail", args=[slug, assessment.pk])
    for person in people:
        _tell(person, "given", given[0], [_title(row, assessment) for row in given], url)
    return given


@transaction.atomic
def give_by_link(
    *,
    actor: Any,
    assessment_id: UUID,
    section: str,
    due_on: date,
    base_url: str,
    name: str,
    email: str,
    org_unit: OrgUnit | None = None,
    note: str = "",
    items: Collection[str] = (),
) -> Delegation:
    """Give one section, or single items of it, to somebody without an account: a personal link by mail, which expires.

    Raises Assessment.DoesNotExist, WrongState, UnknownSection, UnknownItem, AlreadyGiven (to this address).
    """
    assessment = _open(assessment_id)
    _labels(assessment, [section])
    email = email.strip().lower()
    if Delegation.objects.filter(
        assessment=assessment,
        section=section,
        by_link=True,
        state__in=(State.GIVEN, State.HANDED_BACK),
        links__email=email,
        links__revoked_at=None,
    ).exists():
        raise AlreadyGiven(section)
    row = Delegation(
        assessment=assessment,
        section=section,
        items=_single_items(assessment, [section], items).get(section, []),
        org_unit=org_unit,
        by_link=True,
        due_on=due_on,
        note=note.strip(),
        given_by=actor,
    )
    row.save(force_insert=True)
    record(actor=actor, verb="delegation.given", target=row, data={**_data(row), "by": "link"})
    _send_link(row, name.strip(), email, base_url, _title(row, assessment))
    keep_present_answers(assessment, [row])
    return row


@transaction.atomic
def renew_link(*, actor: Any, delegation_id: UUID, base_url: str) -> Delegation:
    """Send a new link to the same person; the old one no longer works. Raises DoesNotExist, WrongState."""
    row = _locked(delegation_id)
    if not row.by_link or row.state not in (State.GIVEN, State.HANDED_BACK):
        raise WrongState(gettext("There is no link to be renewed."))
    old = DelegationLink.objects.filter(delegation=row).order_by("-created_at").first()
    if old is None:
        raise WrongState(gettext("There is no link to be renewed."))
    _revoke_links(row)
    record(actor=actor, verb="delegation.link_renewed", target=row, data={"section": row.section})
    _send_link(row, old.name, old.email, base_url, _title(row, row.assessment))
    return row


@transaction.atomic
def hand_back(*, actor: Any, delegation_id: UUID, base_url: str) -> Delegation:
    """The section goes back to the coordination, complete or not. Nothing to do where it has been handed back.

    actor: None for a personal link. Raises Delegation.DoesNotExist, WrongState.
    """
    row = _locked(delegation_id)
    if row.state in (State.HANDED_BACK, State.ACCEPTED):
        return row
    if row.state != State.GIVEN:
        raise WrongState(gettext("The section has been withdrawn."))
    row.state, row.handed_back_at = State.HANDED_BACK, timezone.now()
    row.save(update_fields=["state", "handed_back_at", "updated_at"])
    by = {"by": "link"} if row.by_link else {}
    record(actor=actor, verb="delegation.handed_back", target=row, data={"section": row.section, **by})
    link = DelegationLink.objects.filter(delegation=row, revoked_at=None).first() if row.by_link else None
    who = link.name if link else actor.get_full_name()
    label = [_title(row, row.assessment)]
    url = base_url + reverse("assessments-delegation", args=[row.assessment.municipality.slug, row.pk])
    coordinators = queries.people_with_role(Role.COORDINATOR)
    for person in [found for found in coordinators if found.pk == row.given_by_id] or coordinators:
        _tell(person, "handed_back", row, label, url, who=who, key=row.handed_back_at.isoformat())
    return row


@transaction.atomic
def accept(*, actor: Any, delegation_id: UUID) -> Delegation:
    """What was handed back is as it should be. A link ends with that. Raises Delegation.DoesNotExist, WrongState."""
    row = _locked(delegation_id)
    if row.state == State.ACCEPTED:
        return row
    if row.state != State.HANDED_BACK:
        raise WrongState(gettext("The section has not been handed back."))
    row.state, row.accepted_at = State.ACCEPTED, timezone.now()
    row.save(update_fields=["state", "accepted_at", "updated_at"])
    _revoke_links(row)
    record(actor=actor, verb="delegation.accepted", target=row, data={"section": row.section})
    return row


@transaction.atomic
def give_back(*, actor: Any, delegation_id: UUID, reason: str, due_on: date) -> Delegation:
    """Give a section that was handed back to the same people again, with a reason and a new due date.

    Raises Delegation.DoesNotExist, WrongState, ValueError for an empty reason.
    """
    reason = reason.strip()
    if not reason:
        raise ValueError("Giving back needs a reason.")
    row = _locked(delegation_id)
    if row.state != State.HANDED_BACK:
        raise WrongState(gettext("The section has not been handed back."))
    _open(row.assessment_id)
    row.state, row.handed_back_at, row.return_reason, row.due_on = State.GIVEN, None, reason, due_on
    row.save(update_fields=["state", "handed_back_at", "return_reason", "due_on", "updated_at"])
    if row.by_link:
        DelegationLink.objects.filter(delegation=row, revoked_at=None).update(
            expires_at=_expiry(due_on), updated_at=timezone.now()
        )
    record(actor=actor, verb="delegation.given_back", target=row, data={"section": row.section})
    label = [_title(row, row.assessment)]
    for person in recipients_of(row):
        _tell(person, "given_back", row, label, row.page_url, key=timezone.now().isoformat())
    return row


@transaction.atomic
def revoke(*, actor: Any, delegation_id: UUID) -> Delegation:
    """Take a section back and tell those who could answer it; answers that were given stay, a link ends.

    Where several departments answer, those of this one count no more. Raises Delegation.DoesNotExist, WrongState.
    """
    row = _locked(delegation_id)
    if row.state == State.REVOKED:
        return row
    if row.state == State.ACCEPTED:
        raise WrongState(gettext("What has been accepted cannot be withdrawn."))
    people = [person for person in recipients_of(row) if not getattr(person, "is_expired", False)]
    row.state, row.revoked_at = State.REVOKED, timezone.now()
    row.save(update_fields=["state", "revoked_at", "updated_at"])
    _revoke_links(row)
    settle_without(actor, row.assessment, row)
    for person in people:
        _tell(person, "revoked", row, [_title(row, row.assessment)], "", key=row.revoked_at.isoformat())
    record(actor=actor, verb="delegation.revoked", target=row, data={"section": row.section})
    return row


def remind(*, scope: Scope, today: date | None = None) -> int:
    """Mail those whose sections are due in a week, tomorrow, or overdue, once each; returns how many mails.

    scope: the programme's, in which only the municipalities are found; each one's mails are written in its own.
    """
    today = today or timezone.localdate()
    return remind_in_each(scope, partial(queries_delegations.near_deadlines, today), partial(_remind, today))


def _remind(today: date) -> int:
    return sum(_remind_of(row, today) for row in queries_delegations.to_remind_of(today))


def _remind_of(row: Any, today: date) -> int:
    stage = reminder_stage(row, today)
    if stage is None:
        return 0
    title = queries_delegations.title_by(row, "de")
    key = f"{row.pk}:{row.due_on.isoformat()}"
    return sum(
        _tell(person, stage, row, [title], row.page_url, key=key, template="reminder") for person in recipients_of(row)
    )


def reminder_stage(row: Delegation, today: date) -> str | None:
    """Which reminder the day asks for: due_soon (7 days before), due_tomorrow, overdue; None: none.

    A section that was given later than a reminder would have gone out is not reminded of at once.
    """
    given_on = timezone.localdate(row.created_at)
    if row.due_on < today:
        return "overdue"
    if today >= row.due_on - queries_delegations.DAY_BEFORE:
        return "due_tomorrow" if given_on < row.due_on - queries_delegations.DAY_BEFORE else None
    if today >= row.due_on - queries_delegations.WEEK_BEFORE:
        return "due_soon" if given_on < row.due_on - queries_delegations.WEEK_BEFORE else None
    return None


def recipients_of(row: Delegation) -> list[Any]:
    """Whom to write to: the person and the deputy, the department's contributors, or the holder of the link."""
    if row.by_link:
        return list(DelegationLink.objects.filter(delegation=row, revoked_at=None))
    if row.user is not None:
        return [person for person in (row.user, row.deputy) if person is not None and person.is_active]
    return queries_delegations.contributors_in(row.org_unit) if row.org_unit else []


def _open(assessment_id: UUID) -> Assessment:
    assessment = locked(assessment_id)
    if assessment.state != Assessment.State.IN_PROGRESS or not assessment.wave.is_open:
        raise WrongState(gettext("The assessment is not being worked on."))
    return assessment


def _locked(delegation_id: UUID) -> Delegation:
    """The delegation, under its assessment's lock first, as saving answers takes it."""
    assessment_id = Delegation.objects.values_list("assessment_id", flat=True).get(pk=delegation_id)
    assessment = locked(assessment_id)
    row: Delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("user", "deputy", "org_unit")
        .get(pk=delegation_id)
    )
    row.assessment = assessment
    return row


def _labels(assessment: Assessment, names: Iterable[str]) -> dict[str, str]:
    """Titles of the sections in the order of the questionnaire; raises UnknownSection."""
    questionnaire = queries.questionnaire_of(assessment)
    wanted, form = set(names), questionnaire.form
    titles = {
        section.name: localized(section.label, "de", form.default_language) or section.name
        for section in questionnaire.sections
        if section.name in wanted
    }
    if not wanted or wanted - titles.keys():
        raise UnknownSection(", ".join(sorted(wanted - titles.keys())))
    return titles


def _single_items(assessment: Assessment, sections: Iterable[str], names: Collection[str]) -> dict[str, list[str]]:
    """Single items by section, in order, with the questions that are asked only because of them; raises UnknownItem."""
    form = queries.questionnaire_of(assessment).form
    found: dict[str, list[str]] = {}
    for section in form.sections:
        chosen: list[str] = []
        for item in section.items:
            depends = bool(item.relevant) and not references(item.relevant).isdisjoint(chosen)
            if item.takes_answer and (item.name in names or depends):
                chosen.append(item.name)
        if chosen and section.name in set(sections):
            found[section.name] = chosen
    unknown = set(names) - {name for chosen in found.values() for name in chosen}
    if unknown:
        raise UnknownItem(", ".join(sorted(unknown)))
    return found


def _title(row: Delegation, assessment: Assessment) -> str:
    form = queries.questionnaire_of(assessment).form
    return queries_delegations.title_of(row, form, "de")


def _data(row: Delegation) -> dict[str, Any]:
    """For the audit record: the section, and single items where it is not the whole."""
    return {"section": row.section, **({"items": row.items} if row.items else {})}


def _recipients(user: User | None, org_unit: OrgUnit | None, deputy: User | None) -> list[User]:
    """The people to tell; raises NobodyThere where somebody is no contributor, or a department has none."""
    if user is None:
        people = queries_delegations.contributors_in(org_unit) if org_unit is not None and deputy is None else []
    else:
        people = [person for person in (user, deputy) if person is not None]
        if not all(queries.holds_role(person, Role.CONTRIBUTOR) for person in people):
            raise NobodyThere
    if not people:
        raise NobodyThere
    return people


def _revoke_links(row: Delegation) -> None:
    now = timezone.now()
    DelegationLink.objects.filter(delegation=row, revoked_at=None).update(revoked_at=now, updated_at=now)


def _expiry(due_on: date) -> datetime:
    """The end of the day, some days after the due date, or after today where that has passed."""
    last = max(due_on, timezone.localdate()) + LINK_GRACE
    return timezone.make_aware(datetime.combine(last, time.max))


def _send_link(row: Delegation, name: str, email: str, base_url: str, title: str) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = DelegationLink(
        delegation=row, name=name, email=email, token_hash=hash_of(token), expires_at=_expiry(row.due_on)
    )
    link.save(force_insert=True)
    url = base_url + reverse("assessments-contribute", args=[row.assessment.municipality.slug, token])
    _tell(link, "link", row, [title], url, until=link.expires_at)


def _tell(
    person: Any,
    event: str,
    row: Delegation,
    titles: Sequence[str],
    url: str,
    *,
    key: str = "",
    template: str = "",
    **more: Any,
) -> bool:
    """Write one mail to a person with an account, or to the holder of a link; False where it was written before."""
    language = getattr(person, "language", "de")
    with translation.override(language):
        subject = {
            "given": gettext("%(municipality)s: please answer, until %(day)s"),
            "link": gettext("%(municipality)s: please answer, until %(day)s"),
            "handed_back": gettext("%(municipality)s: a section has been handed back"),
            "given_back": gettext("%(municipality)s: please answer again, until %(day)s"),
            "due_soon": gettext("Reminder – %(municipality)s: please answer until %(day)s"),
            "due_tomorrow": gettext("Reminder – %(municipality)s: please answer until %(day)s"),
            "revoked": gettext("%(municipality)s: your answers are no longer needed"),
            "overdue": gettext("Overdue – %(municipality)s: your answers were due on %(day)s"),
        }[event] % {"municipality": row.assessment.municipality.name, "day": f"{row.due_on:%d.%m.%Y}"}
    context = {
        "name": person.name if isinstance(person, DelegationLink) else person.get_full_name(),
        "delegation": row,
        "assessment": row.assessment,
        "municipality": row.assessment.municipality,
        "titles": titles,
        "url": url,
        "event": event,
        **more,
    }
    mail = send(
        kind=f"delegation-{event.replace('_', '-')}",
        to=person.email,
        subject=subject,
        template=f"assessments/mail/delegation_{template or event}.txt",
        context=context,
        language=language,
        dedupe_key=f"{row.pk}:{key}" if key and template == "" else key,
    )
    return mail is not None
