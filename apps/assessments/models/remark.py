from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.assessment import Assessment
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_TEXT = 3_000


class Remark(TenantModel):
    """A word on an item of an assessment, and what was replied to it.

    comment: within the municipality. question: to the project team. feedback: of the project team on an assessment
    handed in, to which the municipality may reply at any time, also after it has been closed. reply: to one of these.
    """

    # The programme's scope only looks for open questions; the project team writes in the municipality's.
    tenancy = Tenancy(programme="read")

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comment")
        QUESTION = "question", _("Question to the project team")
        FEEDBACK = "feedback", _("Feedback of the project team")
        REPLY = "reply", _("Reply")

    class Side(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality")
        PROJECT = "project", _("Project team")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="remarks", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    side = models.CharField(max_length=12, choices=Side.choices)
    thread = TenantForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(_("Text"), max_length=MAX_TEXT)
    author = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reply", thread__isnull=False, settled_at=None) | (Q(thread=None) & ~Q(kind="reply")),
                name="remark_reply_belongs_to_a_thread",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["comment", "question"], side="municipality")
                | Q(kind="feedback", side="project")
                | Q(kind="reply"),
                name="remark_kind_fits_its_side",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
        ]
        indexes = [
            models.Index(fields=["municipality", "assessment", "item"], name="remark_of_item"),
            models.Index(
                fields=["created_at"], condition=Q(kind="question", settled_at=None), name="remark_open_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"
