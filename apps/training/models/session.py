from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.keys import uuid7
from apps.core.models import SharedModel

#: A session may take people of several municipalities, whose seats are counted together.
SEATS_ARE_SHARED = "Seats are counted across municipalities; the row names nobody who takes part."


class Room(SharedModel):
    """A place for sessions, with what people need to know to get in, hear and see. host: whose it is, or nobody's."""

    shared_because: ClassVar[str] = SEATS_ARE_SHARED

    host = models.ForeignKey(
        "municipalities.Municipality", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("Name"), max_length=160)
    address = models.CharField(_("Address"), max_length=240)
    seats = models.PositiveSmallIntegerField(_("Seats"), null=True, blank=True)
    step_free = models.BooleanField(_("Step-free"), default=False)
    accessible_toilet = models.BooleanField(_("Accessible toilet"), default=False)
    hearing_loop = models.BooleanField(_("Hearing loop"), default=False)
    accessibility = models.TextField(_("Accessibility in detail"), max_length=1_000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Session(SharedModel):
    """A training that takes place: one or several dates, seats, deadlines.

    host: the municipality that organises it; empty: the project team. opens_to: whom it is open to; SOME and a quota
    are said by SessionShare. `taken`, `waiting` and `entries` are kept by triggers from the rows of those who enrol,
    and `taken <= capacity` is a constraint: nothing can give a seat too many. confidential: of an empowerment module;
    its seats are in a table of their own that only the person reads, it is open to all, and it is organised by the
    project team.
    """

    shared_because: ClassVar[str] = SEATS_ARE_SHARED

    class Mode(models.TextChoices):
        ONLINE = "online", _("online")
        ON_SITE = "on_site", _("on site")
        HYBRID = "hybrid", _("on site and online")
        SELF_PACED = "self_paced", _("self-paced, together")

    class OpensTo(models.TextChoices):
        ONE = "one", _("the organising municipality")
        SOME = "some", _("chosen municipalities")
        ALL = "all", _("all municipalities")

    class State(models.TextChoices):
        PLANNED = "planned", _("being planned")
        OPEN = "open", _("open for enrolment")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    module = models.ForeignKey("training.Module", on_delete=models.PROTECT, related_name="sessions")
    edition = models.ForeignKey(
        "training.ModuleEdition", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    host = models.ForeignKey(
        "municipalities.Municipality", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opens_to = models.CharField(_("Open to"), max_length=4, choices=OpensTo.choices, default=OpensTo.ONE)
    mode = models.CharField(_("Form"), max_length=10, choices=Mode.choices)
    language = models.CharField(
        _("Language"), max_length=2, choices=[("de", _("German")), ("en", _("English"))], default="de"
    )
    state = models.CharField(_("State"), max_length=9, choices=State.choices, default=State.PLANNED)
    confidential = models.BooleanField(default=False)
    capacity = models.PositiveSmallIntegerField(_("Seats"), validators=[MinValueValidator(1), MaxValueValidator(5_000)])
    minimum = models.PositiveSmallIntegerField(_("Takes place from (people)"), default=1)
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    waiting = models.PositiveSmallIntegerField(default=0, editable=False)
    entries = models.PositiveIntegerField(default=0, editable=False)
    quota_each = models.PositiveSmallIntegerField(_("Seats per municipality at most"), null=True, blank=True)
    enrol_until = models.DateTimeField(_("Enrolment until"))
    cancel_until = models.DateTimeField(_("Cancellation without a note until"))
    #: How long an offered seat waits for an answer, in hours.
    offer_hours = models.PositiveSmallIntegerField(_("An offered seat waits (hours)"), default=48)
    #: From which share of the dates somebody has attended, in percent.
    attended_from = models.PositiveSmallIntegerField(
        _("Attended from (percent of the time)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    first_starts_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: When something changed that whoever has a seat is still to be told of.
    change_to_tell = models.DateTimeField(null=True, blank=True, editable=False)
    cost = models.DecimalField(_("Cost per person in euros"), max_digits=8, decimal_places=2, default=0)
    online_url = models.URLField(_("Address of the meeting"), max_length=300, blank=True)
    notes = models.TextField(_("Notes for participants"), max_length=2_000, blank=True)
    #: What the check-in codes of its dates are derived from.
    check_in_key = models.UUIDField(default=uuid7, editable=False)
    cancelled_because = models.TextField(max_length=1_000, blank=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["first_starts_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="session_never_a_seat_too_many"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="session_has_seats"),
            models.CheckConstraint(condition=Q(minimum__lte=F("capacity")), name="session_minimum_can_be_reached"),
            models.CheckConstraint(
                condition=~Q(opens_to="one") | Q(host__isnull=False), name="session_of_one_has_a_host"
            ),
            models.CheckConstraint(
                condition=Q(confidential=False) | Q(host=None, opens_to="all", quota_each=None, mode="on_site"),
                name="session_confidential_is_for_all",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "held"]) | Q(first_starts_at__isnull=False, last_ends_at__isnull=False),
                name="session_open_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") & ~Q(cancelled_because="")
                | ~Q(state="cancelled") & Q(cancelled_because=""),
                name="session_cancelled_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(first_starts_at=None) | Q(cancel_until__lte=F("first_starts_at")),
                name="session_cancellation_before_it_begins",
            ),
            models.CheckConstraint(condition=Q(attended_from__range=(1, 100)), name="session_attended_is_percent"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "first_starts_at"], name="session_upcoming"),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} {self.first_starts_at}"

    @property
    def free(self) -> int:
        """Seats nobody has."""
        return self.capacity - self.taken


class SessionDate(SharedModel):
    """One of a session's dates; room: where, for the part on site."""

    shared_because: ClassVar[str] = SEATS_ARE_SHARED

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    room = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Room")
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["session", "starts_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_date_ends_after_it_begins"),
            models.UniqueConstraint(fields=["session", "starts_at"], name="session_date_once"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}"

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class SessionShare(SharedModel):
    """That a session is open to a municipality, and how many seats it may take at most (None: no limit of its own).

    taken: kept by triggers, as the session's: there is a row of every municipality that has, or had, a seat.
    """

    shared_because: ClassVar[str] = SEATS_ARE_SHARED

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="shares", db_index=False)
    of = models.ForeignKey("municipalities.Municipality", on_delete=models.PROTECT, related_name="+")
    quota = models.PositiveSmallIntegerField(_("Seats at most"), null=True, blank=True)
    taken = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["session", "of__name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "of"], name="session_share_once"),
            models.CheckConstraint(
                condition=Q(quota=None) | Q(taken__lte=F("quota")), name="session_share_quota_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.of_id}"


class SessionTrainer(SharedModel):
    """Who leads a session, or teaches beside somebody who leads."""

    shared_because: ClassVar[str] = "The register of trainers: they work for all municipalities."

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="trainers")
    role = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField(_("leads"), default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["session", "-is_lead"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "role"], name="session_trainer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.role_id}"
