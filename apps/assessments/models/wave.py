from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel


class Profile(models.TextChoices):
    """How much of an instrument is asked."""

    SCHNELLCHECK = "schnellcheck", _("Quick check")
    BASIS = "basis", _("Basic")
    STANDARD = "standard", _("Standard")
    VERTIEFT = "vertieft", _("In depth")


class Wave(SharedModel):
    """A round of the needs assessment: T0, T1, … – which questionnaire, from when until when.

    Two waves of one label may run side by side in different profiles: Basic for small administrations.
    """

    shared_because: ClassVar[str] = "A wave is the same for all municipalities that take part in it."

    class State(models.TextChoices):
        DRAFT = "draft", _("in preparation")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    label = models.CharField(
        _("Label"),
        max_length=10,
        validators=[RegexValidator(r"^T\d{1,2}$", _("T and a number, for example T0."))],
    )
    instrument_version = models.ForeignKey(
        "instruments.InstrumentVersion",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Questionnaire"),
    )
    profile = models.CharField(_("Profile"), max_length=12, choices=Profile.choices, default=Profile.STANDARD)
    topic = models.CharField(
        _("Module"),
        max_length=60,
        blank=True,
        help_text=_("Only for a wave with a module of its own, for example housing."),
    )
    opens_on = models.DateField(_("Opens on"))
    closes_on = models.DateField(_("Deadline"))
    evidence_required = models.BooleanField(
        _("Evidence is required from level 3 on"),
        default=False,
        help_text=_("Without it, missing evidence is only pointed out."),
    )
    then_test = models.BooleanField(
        _("Then-test"),
        default=False,
        help_text=_("Asks how the answers of the wave before would be given in hindsight."),
    )
    # Scheme and host of the site from which municipalities were invited, for links in mails that a task writes.
    site = models.URLField(blank=True)
    state = models.CharField(_("State"), max_length=6, choices=State.choices, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opens_on", "label", "profile"]
        constraints = [
            models.UniqueConstraint(
                fields=["label", "profile", "topic"],
                name="wave_once_per_label_profile_and_topic",
                violation_error_message=_("There is a wave with this label, profile and module already."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gt=F("opens_on")),
                name="wave_closes_after_it_opens",
                violation_error_message=_("The deadline must be later than the opening."),
            ),
            models.CheckConstraint(condition=Q(profile__in=Profile.values), name="wave_profile_is_known"),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at=None, closed_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="wave_state_has_its_times",
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.label, self.topic, str(self.get_profile_display()))))

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
