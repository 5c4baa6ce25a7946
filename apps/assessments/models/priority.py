from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.wave import Wave
from apps.core.models import SharedModel

MAX_DECISION_REASON = 2_000
#: Fewer municipalities than this are no class: the needs assessment compares from five on.
MIN_CLASS = 5


class WritingPriority(SharedModel):
    """A decision of the project team: what is to be written first, about one item or a whole dimension, and why.

    Nothing is overwritten (PostgreSQL grants neither UPDATE nor DELETE): a new decision on the same subject supersedes
    the one before, and the one that nothing supersedes counts. Equal ranks are written side by side; a decision without
    a rank takes its subject off the list. `below` of `counted` says what it rested on: the levels below their target
    among those known when it was recorded.
    """

    shared_because: ClassVar[str] = "Decision of the programme over all municipalities; names none of them."
    append_only: ClassVar[bool] = True

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(
        "instruments.Item", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    dimension = models.PositiveSmallIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    rank = models.PositiveSmallIntegerField(_("Rank"), null=True, blank=True)
    reason = models.TextField(_("Reason"), max_length=MAX_DECISION_REASON)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_on = models.DateField(_("Decided on"))
    below = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-decided_on", "-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["wave", "item", "dimension", "revision"],
                name="writing_priority_revision_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                # NULL BETWEEN … is NULL, which a check constraint lets pass: say that there is a dimension.
                condition=Q(item__isnull=False, dimension=None)
                | Q(item=None, dimension__isnull=False, dimension__range=(1, 10)),
                name="writing_priority_on_an_item_or_a_dimension",
            ),
            models.CheckConstraint(
                condition=Q(revision=1, supersedes=None) | Q(revision__gt=1, supersedes__isnull=False),
                name="writing_priority_later_ones_supersede",
            ),
            models.CheckConstraint(
                condition=Q(rank=None) | Q(rank__gte=1), name="writing_priority_rank_counts_from_one"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="writing_priority_has_a_reason"),
            models.CheckConstraint(condition=Q(below__lte=F("counted")), name="writing_priority_below_within_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension or self.item_id} r{self.revision}: {self.rank}"


class ClassQuartiles(SharedModel):
    """The middle half of a dimension's results within one size and type class of a wave, rounded, as published.

    Of at least five municipalities; the value of none of them is kept here (see apps.assessments.quartiles).
    """

    shared_because: ClassVar[str] = "Published aggregate over at least five municipalities, for all of its class."

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+", db_index=False)
    size_class = models.CharField(max_length=12)
    type_class = models.CharField(max_length=20)
    dimension = models.PositiveSmallIntegerField()
    municipalities = models.PositiveIntegerField()
    lower = models.DecimalField(max_digits=3, decimal_places=2)
    median = models.DecimalField(max_digits=3, decimal_places=2)
    upper = models.DecimalField(max_digits=3, decimal_places=2)

    class Meta:
        ordering: ClassVar[list[str]] = ["dimension"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["wave", "size_class", "type_class", "dimension"], name="class_quartiles_once"
            ),
            models.CheckConstraint(condition=Q(municipalities__gte=MIN_CLASS), name="class_quartiles_of_at_least_five"),
            models.CheckConstraint(condition=~Q(size_class="") & ~Q(type_class=""), name="class_quartiles_of_a_class"),
            models.CheckConstraint(
                condition=Q(lower__gte=0, median__gte=F("lower"), upper__gte=F("median"), upper__lte=1),
                name="class_quartiles_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.size_class} {self.type_class} {self.dimension}"
