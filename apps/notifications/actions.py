"""The outbox: writing a mail, claiming it, sending it."""

import logging
import re
from datetime import timedelta
from email.mime.text import MIMEText
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from apps.core import scope as scopes
from apps.core.scope import Scope
from apps.core.tasks import enqueue_in
from apps.notifications.models import OutgoingMail

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
#: Scopes that add mails without reading any.
_FROM_AFAR = (scopes.PERSON, scopes.ALLOCATION)
_METHOD = re.compile(r"^METHOD:([A-Z]+)", re.MULTILINE)
CLAIM_EXPIRES = timedelta(minutes=5)


def send(
    *,
    kind: str,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    language: str = "de",
    dedupe_key: str = "",
    calendar: str = "",
    forget_recipient: bool = False,
) -> OutgoingMail | None:
    """Put a mail rendered from `template` into the outbox; it leaves after the transaction has committed.

    dedupe_key: the event this mail tells of; a second mail of the same kind, recipient and event is not written, and
    None is returned. calendar: an iCalendar object to go with it. forget_recipient: the row keeps no address once the
    mail is sent, and knows the event by a keyed hash alone.
    """
    with translation.override(language):
        text = render_to_string(template, {**context, "ORGANISATION": settings.ORGANISATION})
    return send_text(
        kind=kind,
        to=to,
        subject=subject,
        text=text,
        dedupe_key=dedupe_key,
        calendar=calendar,
        forget_recipient=forget_recipient,
    )


def send_text(
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    dedupe_key: str = "",
    calendar: str = "",
    forget_recipient: bool = False,
) -> OutgoingMail | None:
    """As `send`, with the text itself. Outside a municipality's scope the mail belongs to none.

    From a person's scope, which may add mails and read none, a mail that was there already is returned as if new.
    """
    scope = scopes.current()
    from_afar = scope is not None and scope.name in _FROM_AFAR
    if forget_recipient and dedupe_key:
        dedupe_key = salted_hmac("notifications.event", f"{to} {dedupe_key}", algorithm="sha256").hexdigest()
    mail = OutgoingMail(
        kind=kind,
        to=to,
        subject=" ".join(subject.split()),
        text=text,
        calendar=calendar,
        forget_recipient=forget_recipient,
        dedupe_key=dedupe_key,
        send_after=timezone.now(),
    )
    if from_afar:
        mail.municipality_id = None
    (created,) = OutgoingMail._base_manager.bulk_create([mail], ignore_conflicts=from_afar or bool(dedupe_key))
    if dedupe_key and not from_afar and not OutgoingMail._base_manager.filter(pk=mail.pk).exists():
        return None
    if scope is None:
        enqueue_in(scopes.programme(), "notifications.deliver", mail_id=str(mail.pk))
    else:
        enqueue_in(_delivery_scope(scope), "notifications.deliver", mail_id=str(mail.pk))
    return created


def _delivery_scope(scope: Scope) -> Scope:
    return scope if scope.name == scopes.MUNICIPALITY else scopes.programme()


def deliver(*, scope: Scope, mail_id: str) -> bool:
    """Claim a waiting mail and hand it to the mail server; True where this call sent it.

    The claim is committed before the server is asked, so that two workers never send the same mail; between the
    server's word and ours a crash can still repeat one: the sweeper waits CLAIM_EXPIRES and tries again.
    """
    with scopes.enter(scope):
        claimed = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.WAITING).update(
            state=OutgoingMail.State.SENDING, claimed_at=timezone.now(), updated_at=timezone.now()
        )
        if not claimed:
            return False
        mail = OutgoingMail.objects.get(pk=mail_id)
    try:
        _message(mail).send()
    except (SMTPException, OSError) as error:
        logger.warning("Mail %s could not be handed over: %s", mail_id, type(error).__name__)
        _put_back(scope, mail)
        return False
    with scopes.enter(scope):
        OutgoingMail.objects.filter(pk=mail_id).update(
            state=OutgoingMail.State.SENT,
            sent_at=timezone.now(),
            text=mail.text if settings.DEMO else "",
            calendar="",
            to="" if mail.forget_recipient and not settings.DEMO else mail.to,
            updated_at=timezone.now(),
        )
    return True


def _message(mail: OutgoingMail) -> EmailMessage:
    message = EmailMessage(subject=mail.subject, body=mail.text, to=[mail.to])
    if mail.calendar:
        found = _METHOD.search(mail.calendar)
        part = MIMEText(mail.calendar, "calendar", "utf-8")
        part.set_param("method", found[1] if found else "PUBLISH")
        part.add_header("Content-Disposition", "attachment", filename="termin.ics")
        message.attach(part)
    return message


def _put_back(scope: Scope, mail: OutgoingMail) -> None:
    attempts = mail.attempts + 1
    gives_up = attempts >= MAX_ATTEMPTS
    forgotten = {"to": "", "text": "", "calendar": ""} if gives_up and mail.forget_recipient else {}
    with scopes.enter(scope):
        OutgoingMail.objects.filter(pk=mail.pk).update(
            attempts=attempts,
            state=OutgoingMail.State.FAILED if gives_up else OutgoingMail.State.WAITING,
            send_after=timezone.now() + timedelta(seconds=30 * 2**attempts),
            updated_at=timezone.now(),
            **forgotten,
        )


def sweep(*, scope: Scope) -> int:
    """Send again what waits longer than it should: the broker was away, or a worker died. Returns how many."""
    now = timezone.now()
    with scopes.enter(scope):
        OutgoingMail.objects.filter(state=OutgoingMail.State.SENDING, claimed_at__lt=now - CLAIM_EXPIRES).update(
            state=OutgoingMail.State.WAITING, updated_at=now
        )
        due = list(
            OutgoingMail.objects.filter(
                Q(state=OutgoingMail.State.WAITING), Q(send_after__lt=now - timedelta(seconds=20))
            ).values_list("pk", flat=True)[:500]
        )
    return sum(deliver(scope=scope, mail_id=str(mail_id)) for mail_id in due)
