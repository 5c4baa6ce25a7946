from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel, TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey
from apps.training.places import HOLDING, OVER, PlaceState

_KNOWN = Q(state__in=PlaceState.values)
_OFFER = Q(state="offered", offer_until__isnull=False) | ~Q(state="offered") & Q(offer_until=None)


class Place(TenantModel):
    """Somebody's place in a session: asked for, waiting, offered, taken, used. Steps: apps.training.places.

    entered_at: when the person asked, taken under the session's lock; the waiting list is strictly by it and the key.
    request_key: of the form that asked, so that sending it twice makes one place.
    """

    session = models.ForeignKey("training.Session", on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=9, choices=PlaceState.choices)
    state_since = models.DateTimeField()
    entered_at = models.DateTimeField()
    offer_until = models.DateTimeField(null=True, blank=True)
    request_key = models.UUIDField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.state

    @property
    def holds_a_seat(self) -> bool:
        """Whether a seat is kept for the person."""
        return self.state in HOLDING


class Enrolment(Place):
    """A place in an ordinary session. The municipality and the session's organiser may see it, and the person.

    decided_by: who approved or refused, where the municipality wants that; they saw time and cost only. enrolled_by:
    who enrolled the person, if another. replaces: the enrolment whose seat was handed on to this person.
    """

    tenancy = Tenancy(programme="write", person="user_id", person_rights="write")

    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.TextField(max_length=600, blank=True)
    enrolled_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    replaces = TenantForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        ordering: ClassVar[list[str]] = ["session", "entered_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "session", "user"],
                condition=~Q(state__in=sorted(OVER)),
                name="enrolment_once_per_person",
            ),
            models.UniqueConstraint(fields=["municipality", "request_key"], name="enrolment_once_per_request"),
            models.CheckConstraint(condition=_KNOWN, name="enrolment_state_is_known"),
            models.CheckConstraint(condition=_OFFER, name="enrolment_offer_has_a_deadline"),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(decided_by__isnull=False) & ~Q(refused_because=""),
                name="enrolment_refused_with_a_reason",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "state", "entered_at", "id"], name="enrolment_in_order"),
        ]


class ConfidentialPlace(Place):
    """A place in an empowerment session. Nobody but the person may read it: no municipality, no project team.

    The scope that hands out seats reads it for that alone (apps.training.actions.seats); no page takes that scope.
    """

    tenancy = Tenancy(
        municipality="none", programme="none", person="user_id", person_rights="write", allocation="write"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["session", "entered_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "session", "user"],
                condition=~Q(state__in=sorted(OVER)),
                name="confidential_place_once_per_person",
            ),
            models.UniqueConstraint(fields=["municipality", "request_key"], name="confidential_place_once_per_request"),
            models.CheckConstraint(
                condition=_KNOWN & ~Q(state__in=["requested", "refused"]), name="confidential_place_state_is_known"
            ),
            models.CheckConstraint(condition=_OFFER, name="confidential_place_offer_has_a_deadline"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "state", "entered_at", "id"], name="confidential_place_in_order"),
        ]


class Attendance(TenantModel):
    """That somebody was there on a date: ticked by trainer or organiser, or checked in with the code in the room."""

    tenancy = Tenancy(programme="write", person="user_id", person_rights="write")

    class How(models.TextChoices):
        LIST = "list", _("by the list")
        CODE = "code", _("by code")

    enrolment = TenantForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    date = models.ForeignKey("training.SessionDate", on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=4, choices=How.choices)

    class Meta:
        ordering: ClassVar[list[str]] = ["date", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["municipality", "enrolment", "date"], name="training_attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.date_id}"


class ConfidentialAttendance(TenantModel):
    """That the person was at a date of an empowerment session, checked in by the person with the code in the room."""

    tenancy = Tenancy(municipality="none", programme="none", person="user_id", person_rights="write")

    place = TenantForeignKey(ConfidentialPlace, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    date = models.ForeignKey("training.SessionDate", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["municipality", "place", "date"], name="confidential_attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.date_id}"


class TrainingCalendar(SharedModel):
    """A person's calendar of trainings under a secret address, and whether entries and mails may bear titles.

    Only the hash of the address's token is kept. Without show_titles every entry reads "Fortbildung", whatever it is.
    """

    shared_because: ClassVar[str] = "A person's own setting; the calendar's address is read before any scope is taken."

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, blank=True)
    show_titles = models.BooleanField(_("Show titles and places in my calendar"), default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="training_calendar_address_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
