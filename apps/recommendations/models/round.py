from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import Bench
from apps.core.keys import uuid7
from apps.core.models import SharedModel
from apps.recommendations.models.recommendation import (
    PROGRAMME_WORK,
    Block,
    Edition,
    RecommendationVersion,
    Section,
)
from apps.reports.models import MAX_ATTEMPTS, FileJob, state_is_whole

MAX_COMMENT = 5_000


class Round(SharedModel):
    """A round of comments on a frozen edition by three benches.

    It closes only when each bench has spoken or abstained on record, and each comment has a reasoned disposition; a
    trigger refuses otherwise (migration 0002). Once it is closed or called off nothing in it changes.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        CALLED_OFF = "called_off", _("called off")

    version = models.ForeignKey(RecommendationVersion, on_delete=models.PROTECT, related_name="rounds")
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="round")
    number = models.PositiveSmallIntegerField()
    introduction = models.TextField(_("What we ask"), max_length=3_000)
    deadline = models.DateField(_("Deadline"))
    # Scheme and host of the site on which it was opened, for links in mails that a task writes.
    site = models.URLField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    closed_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("Reason"), blank=True, max_length=2_000)

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "number"], name="round_once"),
            models.UniqueConstraint(fields=["version"], condition=Q(state="open"), name="round_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, closed_by=None)
                | Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                | (Q(state="called_off", closed_at__isnull=False, closed_by__isnull=False) & ~Q(reason="")),
                name="round_state_has_its_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Participant(SharedModel):
    """Somebody invited to a round, for a bench. Whoever writes the recommendation is not invited to comment on it."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="participants", db_index=False)
    role = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="rounds")
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["role__bench", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "role"], name="participant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.role_id}"


class BenchWord(SharedModel):
    """What a bench says to a text as a whole: its position, or that it abstains. Published with the version."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    class Kind(models.TextChoices):
        CONSENT = "consent", _("agrees")
        CONDITIONAL = "conditional", _("agrees with reservations")
        DISSENT = "dissent", _("does not agree")
        ABSTAINED = "abstained", _("abstains")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="bench_words", db_index=False)
    bench = models.CharField(_("Bench"), max_length=14, choices=Bench.choices)
    kind = models.CharField(_("Position"), max_length=11, choices=Kind.choices)
    text = models.TextField(_("Reasons"), max_length=5_000)
    given_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["bench"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "bench"], name="bench_speaks_once"),
            models.CheckConstraint(condition=Q(bench__in=Bench.values), name="bench_word_bench_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="bench_word_has_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.bench} {self.kind}"


class Comment(SharedModel):
    """A comment or a proposed wording, on a block, a section or the whole text; or a reply to one.

    bench: for which one it was written; empty for a reply of the writing team or the project team. request_key: of the
    form it came by, so that sending that twice makes one comment.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    class Kind(models.TextChoices):
        COMMENT = "comment", pgettext_lazy("round", "Comment")
        PROPOSAL = "proposal", _("Proposed wording")
        REPLY = "reply", _("Reply")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="comments", db_index=False)
    section = models.CharField(max_length=14, choices=Section.choices, blank=True)
    block = models.ForeignKey(Block, null=True, blank=True, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    bench = models.CharField(max_length=14, choices=Bench.choices, blank=True)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(pgettext_lazy("round", "Comment"), max_length=MAX_COMMENT)
    proposed_wording = models.TextField(_("Proposed wording"), max_length=MAX_COMMENT, blank=True)
    thread = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    request_key = models.UUIDField(default=uuid7)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "author", "request_key"], name="comment_once_per_request"),
            models.CheckConstraint(
                condition=Q(kind="reply", thread__isnull=False, proposed_wording="")
                | Q(kind="comment", thread=None, proposed_wording="")
                | (Q(kind="proposal", thread=None, block__isnull=False) & ~Q(proposed_wording="")),
                name="comment_kind_fits",
            ),
            models.CheckConstraint(condition=~Q(text="") | Q(kind="proposal"), name="comment_says_something"),
            models.CheckConstraint(condition=Q(kind="reply") | ~Q(bench=""), name="comment_is_of_a_bench"),
            models.CheckConstraint(condition=Q(block=None) | ~Q(section=""), name="comment_on_a_block_has_a_section"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["round", "section", "created_at"], name="comment_of_round"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Agreement(SharedModel):
    """That somebody agrees with a comment."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="agreements", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["comment", "user"], name="agreement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}"


class Disposition(SharedModel):
    """What became of a comment, and why. `place`: key of the block where it is found in the new text."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        MODIFIED = "modified", _("accepted in part")
        REJECTED = "rejected", _("not accepted")
        DEFERRED = "deferred", _("deferred")
        DUPLICATE = "duplicate", _("answered elsewhere")

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="disposition")
    outcome = models.CharField(_("Outcome"), max_length=9, choices=Outcome.choices)
    reason = models.TextField(_("Reason"), max_length=3_000)
    duplicate_of = models.ForeignKey(
        Comment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Answered with")
    )
    place = models.UUIDField(null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="disposition_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="duplicate", duplicate_of__isnull=False)
                | (~Q(outcome="duplicate") & Q(duplicate_of=None)),
                name="disposition_duplicate_names_the_other",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("comment")), name="disposition_not_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["accepted", "modified", "rejected", "deferred", "duplicate"]),
                name="disposition_outcome_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.outcome


class SynopsisCopy(SharedModel, FileJob):
    """The synopsis of a round, typeset: paragraph, comments, dispositions, new wording.

    What a copy shows is what stood there when it was made.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="synopses")
    language = models.CharField(max_length=10)
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["round", "language"],
                condition=Q(state__in=["queued", "running"]),
                name="synopsis_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100) & Q(attempts__lte=MAX_ATTEMPTS), name="synopsis_in_bounds"
            ),
            models.CheckConstraint(condition=state_is_whole(), name="synopsis_state_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.state}"
