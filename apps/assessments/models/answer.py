from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.assessment import Assessment
from apps.assessments.models.delegation import Delegation
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_NOTE = 5_000
MAX_EVIDENCE = 2_000


class Special(models.TextChoices):
    """Answers apart from the scale."""

    UNKNOWN = "unknown", _("We do not know")
    REFUSED = "refused", _("No answer")
    NOT_COMPETENT = "not_competent", _("Not within our competence")
    DONE_FOR_US = "done_for_us", _("Done for us by others")


class DoneBy(models.TextChoices):
    """Who does it for a municipality that answers "done for us"."""

    AMT = "amt", _("The joint administration (Amt)")
    KREIS = "kreis", _("The district (Kreis)")
    VERBAND = "verband", _("An association (Verband)")
    OTHER = "other", _("Another body")


class Answer(TenantModel):
    """The answer of an assessment to one item, with what was noted about it.

    A level item has a level or a special answer, every other item a `value` as the instrument reads it: text, numbers
    and dates in ISO form, choices separated by spaces. A row without any of them carries only a note. `revision` counts
    the changes.
    """

    tenancy = Tenancy(programme="read")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    value = models.TextField(blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    special = models.CharField(max_length=13, choices=Special.choices, blank=True)
    done_by = models.CharField(max_length=7, choices=DoneBy.choices, blank=True)
    note = models.TextField(_("Note"), blank=True, max_length=MAX_NOTE)
    evidence = models.TextField(_("Evidence"), blank=True, max_length=MAX_EVIDENCE)
    revision = models.PositiveIntegerField(default=1)
    answered_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # Whose personal link the answer came by; then there is no account.
    delegation = TenantForeignKey(
        Delegation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField()
    # The department it came from, where it is known.
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # When somebody looked at the answer of the wave before and found that it still holds; gone with the next change.
    unchanged_at = models.DateTimeField(null=True, blank=True)
    # What was uploaded as the answer to a question for a file or an image.
    file = TenantForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    # Of answers as queries.answers_of loads them; queries_departments.standing says the first alone.
    is_proven: bool
    is_undecided: bool

    class Meta:
        ordering = ["assessment_id", "item_id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "assessment", "item"], name="answer_once_per_item"),
            models.CheckConstraint(
                condition=Q(level=None, special="")
                | Q(level__isnull=False, special="", value="")
                | (Q(level=None, value="") & ~Q(special="")),
                name="answer_has_a_level_or_a_special_answer_or_a_value",
            ),
            models.CheckConstraint(condition=Q(level=None) | Q(level__lte=4), name="answer_level_is_on_the_scale"),
            models.CheckConstraint(
                condition=Q(special="") | Q(special__in=Special.values), name="answer_special_is_known"
            ),
            models.CheckConstraint(
                condition=Q(done_by="") | Q(done_by__in=DoneBy.values, special="done_for_us"),
                name="answer_done_by_only_where_done_for_us",
            ),
            models.CheckConstraint(
                condition=Q(delegation=None) | Q(answered_by=None), name="answer_by_account_or_by_link"
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="answer_revision_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} r{self.revision}"

    @property
    def plain(self) -> str:
        """The answer as the instrument's logic reads it."""
        return str(self.level) if self.level is not None else self.special or self.value
