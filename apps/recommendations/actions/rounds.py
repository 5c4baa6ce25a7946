"""Opening a round, inviting to it, extending and ending it, and the mails around it.

Mails say that there is something and where; audit entries name no content and nobody who contributed in confidence.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import Bench, ProgrammeRole, User
from apps.audit.actions import record
from apps.core import scope as scopes
from apps.core.scope import Scope
from apps.notifications.actions import send
from apps.recommendations import queries_rounds as queries
from apps.recommendations.actions import lifecycle
from apps.recommendations.actions.editions import freeze
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.guards import obstacles
from apps.recommendations.models import Comment, Contribution, Disposition, Edition, Participant, Round
from apps.reviews.lifecycle import BY_NAME

#: Days before the deadline on which the invited are reminded.
REMINDERS = (7, 2)


def locked(round_id: UUID) -> Round:
    """The round under its lock, with its text. Raises Round.DoesNotExist."""
    return (
        Round.objects.select_for_update(of=("self",))
        .select_related("edition", "version__recommendation")
        .get(pk=round_id)
    )


def must_be_open(about: Round) -> None:
    """Raises NotPossible where the round has ended."""
    if not about.is_open:
        raise NotPossible(_("The round has ended: nothing in it changes any more."))


@transaction.atomic
def open_round(
    *, actor: Any, version_id: UUID, introduction: str, deadline: date, roles: Collection[UUID], base_url: str
) -> Round:
    """Freeze the text, open a round on it and invite to it; the version is then `round_open`.

    roles: members of the benches, at least one of each. base_url: scheme and host of this site. Raises NotPossible,
    saying what is missing: the text, a bench, a day that is still to come.
    """
    version = lifecycle.locked(version_id)
    step = BY_NAME["open_round"]
    if version.state not in step.sources:
        raise NotPossible(_("A round is opened on a draft."))
    if missing := obstacles(version, step):
        raise NotPossible(*missing)
    _must_be_ahead(deadline)
    if not introduction.strip():
        raise NotPossible(_("Please say what you ask for."))
    about = Round(
        version=version,
        edition=freeze(version),
        number=version.rounds.count() + 1,
        introduction=introduction.strip(),
        deadline=deadline,
        site=base_url,
        opened_by=actor,
    )
    about.save(force_insert=True)
    invited = _invite(about, roles)
    here = {role.bench for role in invited}
    if absent := [str(bench.label) for bench in Bench if bench.value not in here]:
        raise NotPossible(_("Nobody is invited from: %(benches)s.") % {"benches": ", ".join(absent)})
    lifecycle.advance(actor=actor, version_id=version.pk, transition="open_round")
    record(actor=actor, verb="round.opened", target=about, data={"invited": len(invited)})
    return about


@transaction.atomic
def invite(*, actor: Any, round_id: UUID, roles: Collection[UUID]) -> int:
    """Invite further members of the benches; returns how many are new. Raises NotPossible."""
    about = locked(round_id)
    must_be_open(about)
    invited = _invite(about, roles)
    if invited:
        record(actor=actor, verb="round.invited", target=about, data={"invited": len(invited)})
    return len(invited)


def _invite(about: Round, roles: Collection[UUID]) -> list[ProgrammeRole]:
    """Add participants and write to them; those who are invited already are left as they are."""
    possible = {role.pk: role for role in queries.can_be_invited(about.version)}
    if any(key not in possible for key in roles):
        raise NotPossible(
            _("Somebody cannot be invited: whoever writes the recommendation, or is no member of a bench any more.")
        )
    there = set(about.participants.values_list("role", flat=True))
    new = [possible[key] for key in dict.fromkeys(roles) if key not in there]
    Participant.objects.bulk_create([Participant(round=about, role=role) for role in new])
    tell(about, "invited", [role.user for role in new])
    return new


@transaction.atomic
def extend(*, actor: Any, round_id: UUID, deadline: date) -> Round:
    """Set a later deadline and tell the invited. Raises NotPossible for an earlier one, or for a round that ended."""
    about = locked(round_id)
    must_be_open(about)
    _must_be_ahead(deadline)
    if deadline == about.deadline:
        return about
    if deadline < about.deadline:
        raise NotPossible(_("The deadline can only be moved to a later day."))
    about.deadline = deadline
    about.save(update_fields=["deadline", "updated_at"])
    record(actor=actor, verb="round.extended", target=about, data={"deadline": deadline.isoformat()})
    tell(about, "extended", queries.invited_people(about), event=deadline.isoformat())
    return about


@transaction.atomic
def close(*, actor: Any, round_id: UUID) -> Round:
    """Close a round: the version moves on, confidential contributions are deleted, commenters are told.

    In the programme's scope. Raises NotPossible, saying what is missing. One that has ended is left as it is.
    """
    if not locked(round_id).is_open:
        return locked(round_id)
    lifecycle.close_round(actor=actor, round_id=round_id)
    about = locked(round_id)
    _forget_contributions(about)
    # Until the new text says otherwise an answer is found where the comment was.
    where = Comment.objects.filter(pk=OuterRef("comment_id")).values("block__key")[:1]
    Disposition.objects.filter(comment__round=about, comment__block__isnull=False, place=None).update(
        place=Subquery(where), updated_at=timezone.now()
    )
    tell(about, "closed", queries.commenters(about))
    return about


@transaction.atomic
def call_off(*, actor: Any, round_id: UUID, reason: str) -> Round:
    """End a round without a result, with a reason; the version is a draft again. The invited are told.

    In the programme's scope. Raises NotPossible without a reason. One that has ended is left as it is.
    """
    if not locked(round_id).is_open:
        return locked(round_id)
    lifecycle.call_off_round(actor=actor, round_id=round_id, reason=reason)
    about = locked(round_id)
    _forget_contributions(about)
    tell(about, "called_off", queries.invited_people(about))
    return about


def _forget_contributions(about: Round) -> None:
    Contribution.objects.filter(round=about).delete()


@transaction.atomic
def note_seen(*, participants: Iterable[Participant]) -> None:
    """The person says to have read what there is: from now on only what follows is new."""
    Participant.objects.filter(pk__in=[own.pk for own in participants]).update(last_seen_at=timezone.now())


def tell_of_new_wording(*, version_id: UUID) -> int:
    """Tell those who commented that the new wording is there; call it in the transaction that freezes the text.

    Returns how many mails were written; each is written once per round and text. Nothing happens where no round was
    closed before the latest frozen text.
    """
    edition = Edition.objects.filter(version=version_id, frozen_at__isnull=False).order_by("-number").first()
    if edition is None:
        return 0
    return sum(
        tell(about, "new_wording", queries.commenters(about), event=str(edition.pk))
        for about in queries.closed_rounds_before(edition)
    )


def remind(*, scope: Scope, today: date | None = None) -> int:
    """Remind the invited of rounds that end soon, once for each of REMINDERS and deadline; returns how many mails."""
    today = today or timezone.localdate()
    written = 0
    with scopes.enter(scope):
        soon = queries.rounds().filter(
            state=Round.State.OPEN, deadline__gte=today, deadline__lte=today + timedelta(days=max(REMINDERS))
        )
        for about in soon:
            days = min(days for days in REMINDERS if about.deadline <= today + timedelta(days=days))
            began = about.deadline - timedelta(days=days)
            # Who was invited after the reminder would have gone out is not reminded at once.
            late = {
                own.role.user_id for own in queries.participants(about) if timezone.localdate(own.created_at) >= began
            }
            people = [person for person in queries.invited_people(about) if person.pk not in late]
            written += tell(about, "reminder", people, event=f"{about.deadline.isoformat()}:{days}")
    return written


def tell(about: Round, what: str, people: Iterable[User], *, event: str = "") -> int:
    """One mail to each, never twice of the same event; returns how many were written."""
    page = "recommendations-round-mine" if what in ("closed", "new_wording") else "recommendations-round"
    url = about.site + reverse(page, args=[about.pk])
    written = 0
    for person in people:
        with translation.override(person.language):
            values = {
                "code": about.version.recommendation.code,
                "day": date_format(about.deadline, "SHORT_DATE_FORMAT"),
            }
            subject = _subject(what) % values
        mail = send(
            kind=f"round-{what.replace('_', '-')}",
            to=person.email,
            subject=subject,
            template=f"recommendations/mail/round_{what}.txt",
            context={"name": person.get_full_name(), "url": url, **values},
            language=person.language,
            dedupe_key=f"{about.pk}:{event}",
        )
        written += mail is not None
    return written


def _subject(what: str) -> str:
    return {
        "invited": _("%(code)s: you are invited to a round of comments until %(day)s"),
        "extended": _("%(code)s: the round of comments is open until %(day)s"),
        "reminder": _("%(code)s: the round of comments ends on %(day)s"),
        "closed": _("%(code)s: your comments have been answered"),
        "called_off": _("%(code)s: the round of comments has been called off"),
        "new_wording": _("%(code)s: the new wording is there"),
    }[what]


def _must_be_ahead(deadline: date) -> None:
    if deadline <= timezone.localdate():
        raise NotPossible(_("The deadline must be a day to come."))
