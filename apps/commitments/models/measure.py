from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.commitments.models.adoption import Adoption
from apps.commitments.states import MEASURE_OPEN, MeasureState
from apps.core.keys import uuid7
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class Measure(TenantModel):
    """Something a municipality does: who, until when, with which money, and by what it is seen to work.

    `number` counts within the municipality and names the measure in lists and files. It belongs to an adoption, or
    answers a need directly, or stands by itself.
    """

    tenancy = Tenancy(programme="read")

    number = models.PositiveIntegerField()
    adoption = TenantForeignKey(
        Adoption, null=True, blank=True, on_delete=models.PROTECT, related_name="measures", db_index=False
    )
    title = models.CharField(_("Title"), max_length=160)
    description = models.TextField(_("Description"), max_length=4_000, blank=True)
    state = models.CharField(_("State"), max_length=11, choices=MeasureState.choices, default=MeasureState.PLANNED)
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Responsible department"),
    )  # fmt: skip
    responsible = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("Responsible person"),
    )  # fmt: skip
    deputy = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("Deputy")
    )
    starts_on = models.DateField(_("Begins"), null=True, blank=True)
    due_on = models.DateField(_("Deadline"), null=True, blank=True)
    done_on = models.DateField(_("Done on"), null=True, blank=True)
    budget = models.DecimalField(_("Budget in euros"), max_digits=12, decimal_places=2, null=True, blank=True)
    budget_note = models.CharField(_("Where the money comes from"), max_length=200, blank=True)
    indicator = models.CharField(_("Indicator"), max_length=200, blank=True)
    indicator_definition = models.TextField(_("How it is measured"), max_length=1_000, blank=True)
    unit_of_value = models.CharField(_("Unit"), max_length=40, blank=True)
    baseline = models.DecimalField(_("Starting value"), max_digits=14, decimal_places=3, null=True, blank=True)
    baseline_on = models.DateField(_("Measured on"), null=True, blank=True)
    target = models.DecimalField(_("Target value"), max_digits=14, decimal_places=3, null=True, blank=True)
    reason = models.TextField(_("Reason"), max_length=2_000, blank=True)
    #: Title of the template it was copied from, with the recommendation's number and version.
    copied_from = models.CharField(max_length=240, blank=True)
    #: Counts changes: a form that was opened before somebody else's change is told so.
    revision = models.PositiveIntegerField(default=1)
    #: Of the form it was added by, so that sending that twice adds one measure.
    request_key = models.UUIDField(default=uuid7)

    # Of measures as queries_measures.measures loads them.
    adoption_title: str | None
    # As queries_ten_points loads them.
    named_needs: "list[MeasureNeed]"
    all_values: "list[IndicatorValue]"

    class Meta:
        ordering = ["due_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "number"], name="measure_number_once"),
            models.UniqueConstraint(fields=["municipality", "request_key"], name="measure_once_per_request"),
            models.CheckConstraint(condition=~Q(title=""), name="measure_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=MeasureState.values), name="measure_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on=None)),
                name="measure_done_has_a_date",
            ),
            models.CheckConstraint(condition=~Q(state="dropped", reason=""), name="measure_dropped_with_a_reason"),
            models.CheckConstraint(condition=~Q(state="waiting", reason=""), name="measure_waiting_with_a_reason"),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(starts_on=None) | Q(due_on__gte=F("starts_on")),
                name="measure_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(budget=None) | Q(budget__gte=0), name="measure_budget_is_no_debt"),
            models.CheckConstraint(
                condition=Q(baseline=None) | Q(baseline_on__isnull=False), name="measure_baseline_has_a_date"
            ),
            models.CheckConstraint(
                condition=(Q(baseline=None) & Q(target=None)) | ~Q(indicator=""),
                name="measure_values_have_an_indicator",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "state", "due_on"], name="measure_board"),
            models.Index(fields=["municipality", "adoption"], name="measure_of_adoption"),
        ]

    def __str__(self) -> str:
        return f"M{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in MEASURE_OPEN

    @property
    def is_overdue(self) -> bool:
        """Open, and its deadline has passed."""
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()


class MeasureNeed(TenantModel):
    """That a measure answers a need."""

    tenancy = Tenancy(programme="read")

    measure = TenantForeignKey(Measure, on_delete=models.CASCADE, related_name="needs", db_index=False)
    need = TenantForeignKey("assessments.Need", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "measure", "need"], name="measure_need_once"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.need_id}"


class MeasureDependency(TenantModel):
    """That a measure can only be done after another. The action refuses circles."""

    tenancy = Tenancy(programme="read")

    measure = TenantForeignKey(Measure, on_delete=models.CASCADE, related_name="waits_for", db_index=False)
    after = TenantForeignKey(Measure, on_delete=models.CASCADE, related_name="before")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "measure", "after"], name="measure_dependency_once"),
            models.CheckConstraint(condition=~Q(measure=F("after")), name="measure_does_not_wait_for_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.after_id}"


class IndicatorValue(TenantModel):
    """A measured value of a measure's indicator."""

    tenancy = Tenancy(programme="read")

    measure = TenantForeignKey(Measure, on_delete=models.CASCADE, related_name="values", db_index=False)
    measured_on = models.DateField(_("Measured on"))
    value = models.DecimalField(_("Value"), max_digits=14, decimal_places=3)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["measured_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "measure", "measured_on"], name="indicator_value_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measured_on} {self.value}"


class MeasureEvidence(TenantModel):
    """What proves that a measure was done: a document or an address, with its date."""

    tenancy = Tenancy(programme="read")

    measure = TenantForeignKey(Measure, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(_("Title"), max_length=200)
    dated_on = models.DateField(_("Date of the document"))
    document = TenantForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(_("Address"), max_length=500, blank=True)
    added_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-dated_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(document__isnull=False, url="") | (Q(document=None) & ~Q(url=""))) & ~Q(title=""),
                name="measure_evidence_is_a_document_or_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MeasureComment(TenantModel):
    """A word on a measure, within the municipality."""

    tenancy = Tenancy(programme="none")

    measure = TenantForeignKey(Measure, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    text = models.TextField(_("Comment"), max_length=3_000)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="measure_comment_says_something")]

    def __str__(self) -> str:
        return self.text[:60]


class CalendarToken(TenantModel):
    """A personal address of the calendar of a municipality's deadlines. Only a hash of the token is kept."""

    tenancy = Tenancy()

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64)
    only_mine = models.BooleanField(_("Only measures I am responsible for"), default=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "token_hash"], name="calendar_token_once"),
            models.UniqueConstraint(
                fields=["municipality", "user"], condition=Q(revoked_at=None), name="calendar_one_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
