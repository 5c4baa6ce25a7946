from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel
from apps.reviews.models.review import PANEL_WORK, Review


class Meeting(SharedModel):
    """A meeting of the panel: agenda before, minutes after; approved minutes no longer change."""

    shared_because: ClassVar[str] = PANEL_WORK

    title = models.CharField(_("Title"), max_length=160)
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"), null=True, blank=True)
    place = models.CharField(_("Place or address of the video conference"), max_length=300, blank=True)
    chair = models.ForeignKey(
        "accounts.ProgrammeRole", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    minutes = models.TextField(_("Course of the meeting"), blank=True, max_length=20_000)
    approved_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(SharedModel):
    """A point of the agenda, about a review, an advice, or anything else; with its result afterwards."""

    shared_because: ClassVar[str] = PANEL_WORK

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda", db_index=False)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("Title"), max_length=200)
    review = models.ForeignKey(Review, null=True, blank=True, on_delete=models.SET_NULL, related_name="agenda_items")
    advice = models.ForeignKey(
        "reviews.Advice", null=True, blank=True, on_delete=models.SET_NULL, related_name="agenda_items"
    )
    result = models.TextField(_("Result"), blank=True, max_length=5_000)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="agenda_place_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(review=None) | Q(advice=None), name="agenda_item_about_one_thing"),
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(SharedModel):
    """Who was at a meeting."""

    shared_because: ClassVar[str] = PANEL_WORK

    class Kind(models.TextChoices):
        PRESENT = "present", _("present")
        REMOTE = "remote", _("by video")
        EXCUSED = "excused", _("excused")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance", db_index=False)
    member = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind.choices)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once"),
        ]

    def __str__(self) -> str:
        return self.kind


class Advice(SharedModel):
    """Advice the panel gives of its own, at any time. The project answers with reasons, until a deadline.

    draft → given → answered. Any of its signers gives it, once at least two members have signed; who signs stands
    beside it.
    """

    shared_because: ClassVar[str] = PANEL_WORK

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        GIVEN = "given", _("given")
        ANSWERED = "answered", _("answered")

    class Answer(models.TextChoices):
        FOLLOWED = "followed", _("is followed")
        PARTLY = "partly", _("is followed in part")
        NOT_FOLLOWED = "not_followed", _("is not followed")

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(_("Title"), max_length=160)
    text = models.TextField(_("Advice"), max_length=10_000)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    drafted_by = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(null=True, blank=True)
    answer_due_on = models.DateField(_("Answer wanted until"), null=True, blank=True)
    answer = models.CharField(_("The project's answer"), max_length=12, choices=Answer.choices, blank=True)
    answer_reason = models.TextField(_("Reasons"), blank=True, max_length=6_000)
    answered_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state="draft", given_at=None, answer="", answered_at=None)
                | Q(state="given", given_at__isnull=False, answer_due_on__isnull=False, answer="", answered_at=None)
                | (
                    Q(state="answered", given_at__isnull=False, answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                    & ~Q(answer_reason="")
                ),
                name="advice_state_has_its_facts",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AdviceSigner(SharedModel):
    """A member of the panel who carries an advice."""

    shared_because: ClassVar[str] = PANEL_WORK

    advice = models.ForeignKey(Advice, on_delete=models.CASCADE, related_name="signers", db_index=False)
    member = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["advice", "member"], name="advice_signer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.advice_id}"
