from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import MunicipalityKey, Tenancy


class OutgoingMail(TenantModel):
    """Outbox: written in the transaction of the action it tells of, sent by a worker, never twice by two workers.

    waiting → sending (claimed by a conditional UPDATE) → sent | failed; after too long in `sending` the sweeper puts
    it back. Text and calendar are erased once sent: they may hold a link that opens something.
    """

    tenancy = Tenancy(programme="write", unscoped=True, added_from_afar=True)

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    municipality = MunicipalityKey(null=True, blank=True)
    kind = models.CharField(max_length=60)
    to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    #: An iCalendar object (RFC 5545) that goes with the mail; its METHOD is what the mail is announced with.
    calendar = models.TextField(blank=True)
    #: The address is erased too once the mail is sent: that somebody was written to says something about the person.
    forget_recipient = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    send_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "to", "dedupe_key"],
                condition=~models.Q(dedupe_key=""),
                nulls_distinct=False,
                name="mail_once_per_event_and_recipient",
            ),
            models.UniqueConstraint(
                fields=["municipality", "kind", "dedupe_key"],
                condition=models.Q(forget_recipient=True) & ~models.Q(dedupe_key=""),
                nulls_distinct=False,
                name="mail_once_where_the_recipient_is_forgotten",
            ),
            models.CheckConstraint(
                condition=~models.Q(to="") | models.Q(state__in=["sent", "failed"], forget_recipient=True),
                name="mail_has_a_recipient",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | ~models.Q(state="sent"),
                name="mail_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["send_after"], condition=models.Q(state="waiting"), name="mail_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
