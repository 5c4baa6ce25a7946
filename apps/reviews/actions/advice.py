"""The panel's own advice: drafted together, signed, given; answered by the project with reasons."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole
from apps.audit.actions import record
from apps.reviews import queries
from apps.reviews.actions.telling import tell
from apps.reviews.models import Advice, AdviceSigner
from apps.reviews.problems import Refused

State = Advice.State
SIGNERS_NEEDED = 2


def _draft(advice_id: UUID) -> Advice:
    advice = Advice.objects.select_for_update(of=("self",)).get(pk=advice_id)
    if advice.state != State.DRAFT:
        raise Refused(_("The advice has been given: it does not change any more."))
    return advice


@transaction.atomic
def draft_advice(*, actor: Any, member: ProgrammeRole, title: str, text: str) -> Advice:
    """Begin an advice; it gets the next number, and its author signs it first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reviews.draft_advice'))")
    last = Advice.objects.aggregate(last=Max("number"))["last"] or 0
    advice = Advice.objects.create(number=last + 1, title=title.strip(), text=_tidy(text), drafted_by=member)
    AdviceSigner.objects.create(advice=advice, member=member)
    record(actor=actor, verb="advice.drafted", target=advice)
    return advice


@transaction.atomic
def edit_advice(*, actor: Any, member: ProgrammeRole, advice_id: UUID, title: str, text: str) -> Advice:
    """Change a draft. Other words take away the signatures of all but the member who wrote them; Refused once given."""
    advice = _draft(advice_id)
    title, text = title.strip(), _tidy(text)
    if (advice.title, advice.text) == (title, text):
        return advice
    advice.title, advice.text = title, text
    advice.save(update_fields=["title", "text", "updated_at"])
    advice.signers.exclude(member=member).delete()
    AdviceSigner.objects.get_or_create(advice=advice, member=member)
    record(actor=actor, verb="advice.edited", target=advice)
    return advice


@transaction.atomic
def sign_advice(*, actor: Any, member: ProgrammeRole, advice_id: UUID, sign: bool) -> Advice:
    """Carry a draft, or take the signature back. Raises Refused once given."""
    advice = _draft(advice_id)
    if sign:
        AdviceSigner.objects.get_or_create(advice=advice, member=member)
    else:
        advice.signers.filter(member=member).delete()
    record(actor=actor, verb="advice.signed" if sign else "advice.signature_withdrawn", target=advice)
    return advice


@transaction.atomic
def give_advice(*, actor: Any, member: ProgrammeRole, advice_id: UUID, answer_due_on: date, base_url: str) -> Advice:
    """Give an advice to the project and ask for an answer until a day.

    Raises Refused where the member has not signed, fewer than two have, or the day has passed.
    """
    advice = _draft(advice_id)
    signers = set(advice.signers.values_list("member_id", flat=True))
    if member.pk not in signers:
        raise Refused(_("Please sign it first: only its signers give an advice."))
    if len(signers) < SIGNERS_NEEDED:
        raise Refused(_("At least two members of the panel must have signed it."))
    if answer_due_on <= timezone.localdate():
        raise Refused(_("The answer is wanted on a day to come."))
    advice.state, advice.given_at, advice.answer_due_on = State.GIVEN, timezone.now(), answer_due_on
    advice.save(update_fields=["state", "given_at", "answer_due_on", "updated_at"])
    record(actor=actor, verb="advice.given", target=advice)

    def words() -> tuple[str, str]:
        day = date_format(answer_due_on, "SHORT_DATE_FORMAT")
        return (
            _("The expert panel gives an advice; answer until %(day)s") % {"day": day},
            _("the expert panel has given the project an advice. Please answer it with reasons until %(day)s.")
            % {"day": day},
        )

    tell(
        queries.project_team(),
        kind="panel-advice-given",
        words=words,
        url=base_url + reverse("panel-advice-answer", args=[advice.pk]),
        dedupe_key=str(advice.pk),
    )
    return advice


@transaction.atomic
def answer_advice(*, actor: Any, advice_id: UUID, answer: str, reason: str, base_url: str) -> Advice:
    """Answer an advice with reasons, once. Raises Refused for a draft, without reasons, or where it is answered."""
    advice = Advice.objects.select_for_update(of=("self",)).get(pk=advice_id)
    if advice.state != State.GIVEN:
        raise Refused(_("Only an advice that was given and not answered yet can be answered."))
    if answer not in Advice.Answer.values or not reason.strip():
        raise Refused(_("Please give a reason."))
    advice.state, advice.answer, advice.answer_reason = State.ANSWERED, answer, _tidy(reason)
    advice.answered_by, advice.answered_at = actor, timezone.now()
    advice.save(update_fields=["state", "answer", "answer_reason", "answered_by", "answered_at", "updated_at"])
    record(actor=actor, verb="advice.answered", target=advice, data={"answer": answer})
    tell(
        [signer.member.user for signer in advice.signers.select_related("member__user")],
        kind="panel-advice-answered",
        words=lambda: (
            _("Your advice was answered"),
            _("the project has answered an advice of the expert panel with reasons:"),
        ),
        url=base_url + reverse("panel-advice", args=[advice.pk]),
        dedupe_key=str(advice.pk),
    )
    return advice


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
