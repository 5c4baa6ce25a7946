"""The outbox: a mail belongs to the transaction it tells of, leaves once, and survives a mail server that is away."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from apps.core import scope
from apps.municipalities.models import Municipality
from apps.notifications import actions
from apps.notifications.models import OutgoingMail

pytestmark = pytest.mark.django_db

Capture = Callable[..., AbstractContextManager[list[Any]]]


def write(**fields: Any) -> OutgoingMail | None:
    return actions.send_text(
        **{"kind": "test", "to": "kim@kommune.example", "subject": "Betreff", "text": "Text", **fields}
    )


def test_a_mail_is_delivered_once_however_often_the_task_runs(in_municipality: Municipality) -> None:
    written = write()
    assert written
    carried = scope.municipality(in_municipality)
    assert actions.deliver(scope=carried, mail_id=str(written.pk)) is True
    assert actions.deliver(scope=carried, mail_id=str(written.pk)) is False
    assert [message.subject for message in mail.outbox] == ["Betreff"]
    written.refresh_from_db()
    assert (written.state, written.sent_at is not None) == ("sent", True)


def test_the_text_is_erased_once_sent(in_municipality: Municipality, settings: Any) -> None:
    settings.DEMO = False
    written = write(text="https://kommunen.example/k/a/join/secret/")
    assert written
    actions.deliver(scope=scope.municipality(in_municipality), mail_id=str(written.pk))
    written.refresh_from_db()
    assert written.text == ""


def test_what_is_rolled_back_is_not_sent(in_municipality: Municipality) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write()
        raise ZeroDivisionError
    assert OutgoingMail.objects.count() == 0


def test_one_event_writes_one_mail_per_recipient(in_municipality: Municipality) -> None:
    assert write(dedupe_key="session-1") is not None
    assert write(dedupe_key="session-1") is None
    assert write(dedupe_key="session-1", to="noor@kommune.example") is not None
    assert OutgoingMail.objects.count() == 2


def test_one_event_writes_one_mail_outside_a_municipality_too() -> None:
    assert write(dedupe_key="reset-1") is not None
    assert write(dedupe_key="reset-1") is None


def test_it_is_enqueued_on_commit_in_its_scope(
    municipality: Municipality, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks() as callbacks, scope.enter(scope.municipality(municipality)):
        write()
    assert len(callbacks) == 1
    assert callbacks[0].args[0] == "notifications.deliver"
    assert callbacks[0].args[1]["scope"] == {"name": "municipality", "municipality_id": str(municipality.pk)}


def test_a_mail_server_that_is_away_delays_and_after_many_attempts_fails(
    in_municipality: Municipality, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens on discard
    written = write()
    assert written
    carried = scope.municipality(in_municipality)
    assert actions.deliver(scope=carried, mail_id=str(written.pk)) is False
    written.refresh_from_db()
    assert (written.state, written.attempts) == ("waiting", 1)
    assert written.send_after > timezone.now()
    OutgoingMail.objects.update(attempts=actions.MAX_ATTEMPTS - 1)
    actions.deliver(scope=carried, mail_id=str(written.pk))
    written.refresh_from_db()
    assert written.state == "failed"
    assert written.text == "Text", "a mail that was not sent keeps its text, so that it can be sent again"


class TestSweeper:
    def test_sends_what_the_broker_forgot(self, municipality: Municipality) -> None:
        with scope.enter(scope.municipality(municipality)):
            write()
            OutgoingMail.objects.update(send_after=timezone.now() - timedelta(minutes=1))
        assert actions.sweep(scope=scope.programme()) == 1
        assert len(mail.outbox) == 1

    def test_leaves_fresh_mail_to_its_task(self, municipality: Municipality) -> None:
        with scope.enter(scope.municipality(municipality)):
            write()
        assert actions.sweep(scope=scope.programme()) == 0

    def test_takes_over_what_a_dead_worker_held(self, municipality: Municipality) -> None:
        with scope.enter(scope.municipality(municipality)):
            write()
            long_ago = timezone.now() - timedelta(hours=1)
            OutgoingMail.objects.update(state="sending", claimed_at=long_ago, send_after=long_ago)
        assert actions.sweep(scope=scope.programme()) == 1
        assert len(mail.outbox) == 1


def test_a_municipality_does_not_see_the_mails_of_another_nor_of_nobody(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    write()
    with scope.enter(scope.municipality(other_municipality)):
        write()
    with scope.enter(scope.municipality(municipality)):
        assert OutgoingMail.objects.count() == 0
