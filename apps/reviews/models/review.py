from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel

PANEL_WORK = "Work of the expert panel, across all municipalities."


class Majority(models.TextChoices):
    SIMPLE = "simple", _("more yes than no")
    ABSOLUTE = "absolute", _("more than half of those entitled")
    TWO_THIRDS = "two_thirds", _("two thirds of yes and no")


class PanelRules(SharedModel):
    """How the panel votes, as decided. The latest row counts; a review keeps the rules it was begun with."""

    shared_because: ClassVar[str] = PANEL_WORK
    append_only: ClassVar[bool] = True

    #: Share of those entitled to vote who must have voted, in percent.
    quorum = models.PositiveSmallIntegerField(_("Quorum in percent"))
    majority = models.CharField(_("Majority"), max_length=10, choices=Majority.choices)
    decided_on = models.DateField(_("Decided on"))
    reason = models.TextField(_("Decision"), max_length=1_000)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(quorum__range=(1, 100)), name="panel_rules_quorum_is_percent"),
            models.CheckConstraint(condition=Q(majority__in=Majority.values), name="panel_rules_majority_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.quorum} % {self.majority}"


class Review(SharedModel):
    """The panel's review of a version's frozen text. Subject: see apps.core.reviewable_declaration.

    open (assigned, scored) → voting → decided, or called off. The outcome follows from the votes, nobody enters it.
    """

    shared_because: ClassVar[str] = PANEL_WORK

    class Stage(models.TextChoices):
        INITIAL = "initial", _("before piloting")
        FINAL = "final", _("final")

    class State(models.TextChoices):
        OPEN = "open", _("being reviewed")
        VOTING = "voting", _("being voted on")
        DECIDED = "decided", _("decided")
        CALLED_OFF = "called_off", _("called off")

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        CONDITIONAL = "conditional", _("accepted with conditions")
        RETURNED = "returned", _("returned to be revised")
        NO_QUORUM = "no_quorum", _("no quorum")

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    subject_title = models.CharField(max_length=200)
    text_id = models.UUIDField(null=True, blank=True)
    stage = models.CharField(max_length=7, choices=Stage.choices)
    question = models.TextField(_("What is to be decided"), max_length=2_000, blank=True)
    deadline = models.DateField(_("Deadline"))
    quorum = models.PositiveSmallIntegerField()
    majority = models.CharField(max_length=10, choices=Majority.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(max_length=11, choices=Outcome.choices, blank=True)
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    #: Scheme and host by which it was opened, for the links of reminders.
    site = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("Reason"), blank=True, max_length=2_000)

    class Meta:
        ordering: ClassVar[list[str]] = ["deadline", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(state__in=["open", "voting"]),
                name="review_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "voting"], outcome="", decided_at=None)
                | (Q(state="decided", decided_at__isnull=False) & ~Q(outcome=""))
                | (Q(state="called_off", outcome="", decided_at__isnull=False) & ~Q(reason="")),
                name="review_state_has_its_facts",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_kind", "subject_id"], name="review_of_subject"),
        ]

    def __str__(self) -> str:
        return self.subject_title


class Assignment(SharedModel):
    """That a member of the panel reviews something. Votes are named; a declared conflict of interest excludes from it.

    `conflict` is None until the member has said whether there is one; nobody votes before (trigger, migration 0002).
    """

    shared_because: ClassVar[str] = PANEL_WORK

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    member = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="assignments")
    due_on = models.DateField(_("Deadline"))
    reports = models.BooleanField(_("Reports to the panel"), default=False)
    conflict = models.BooleanField(_("Conflict of interest"), null=True, blank=True)
    conflict_note = models.TextField(_("What it consists in"), blank=True, max_length=1_000)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "member"], name="assignment_once"),
            models.CheckConstraint(
                condition=~Q(conflict=True) | ~Q(conflict_note=""), name="assignment_conflict_is_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.member_id}"

    @property
    def may_vote(self) -> bool:
        """Has said that there is no conflict of interest."""
        return self.conflict is False


class Score(SharedModel):
    """What a member gives for one criterion of the rubric (apps.reviews.rubric), 1 to 4, and why."""

    shared_because: ClassVar[str] = PANEL_WORK

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="scores", db_index=False)
    criterion = models.CharField(max_length=30)
    score = models.PositiveSmallIntegerField(_("Score"))
    reason = models.TextField(_("Reason"), max_length=2_000)

    class Meta:
        ordering: ClassVar[list[str]] = ["criterion"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(score__range=(1, 4)), name="score_is_1_to_4"),
            models.CheckConstraint(condition=~Q(reason=""), name="score_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.score}"


class Vote(SharedModel):
    """A named vote. Can be changed while the vote is open, not after (trigger)."""

    shared_because: ClassVar[str] = PANEL_WORK

    class Choice(models.TextChoices):
        YES = "yes", _("Yes")
        CONDITIONAL = "conditional", _("Yes, with conditions")
        NO = "no", _("No")
        ABSTAIN = "abstain", _("Abstention")

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="vote")
    choice = models.CharField(_("Vote"), max_length=11, choices=Choice.choices)
    reason = models.TextField(_("Reason"), max_length=2_000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(choice__in=["yes", "conditional", "no", "abstain"]), name="vote_choice_is_known"
            ),
            models.CheckConstraint(condition=~Q(choice="no", reason=""), name="vote_no_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.choice


class Condition(SharedModel):
    """What must be met before an acceptance counts."""

    shared_because: ClassVar[str] = PANEL_WORK

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="conditions")
    text = models.TextField(_("Condition"), max_length=2_000)
    set_by = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="+", db_index=False)
    met_at = models.DateTimeField(null=True, blank=True)
    met_note = models.TextField(_("How it was met"), blank=True, max_length=2_000)
    confirmed_by = models.ForeignKey(
        "accounts.ProgrammeRole", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(text=""), name="condition_says_something"),
            models.CheckConstraint(
                condition=Q(met_at=None, met_note="") | (Q(met_at__isnull=False) & ~Q(met_note="")),
                name="condition_met_says_how",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(met_at__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="condition_confirmed_after_it_was_met",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class MinorityStatement(SharedModel):
    """A statement of those who see it otherwise. Published with the version; each signer by name or by function."""

    shared_because: ClassVar[str] = PANEL_WORK

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="minority_statements")
    text = models.TextField(_("Minority statement"), max_length=6_000)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(text=""), name="minority_statement_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class MinoritySigner(SharedModel):
    """Who signs a minority statement; the first is its author. By name in public only where the signer chooses so."""

    shared_because: ClassVar[str] = PANEL_WORK

    statement = models.ForeignKey(MinorityStatement, on_delete=models.CASCADE, related_name="signers", db_index=False)
    member = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="+")
    by_name = models.BooleanField(_("By name"), default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["statement", "member"], name="minority_signer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}"

    @property
    def public_name(self) -> str:
        """How the public reads this signature."""
        return f"{self.member.user.get_full_name()}, {self.member.function}" if self.by_name else self.member.function
