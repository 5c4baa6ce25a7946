from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel
from apps.reviews.lifecycle import State

PROGRAMME_WORK = "Work of the programme: recommendations are the same for every municipality."


class Section(models.TextChoices):
    """The parts of a recommendation's text, in their order; each is checked out and in by itself."""

    PROBLEM = "problem", _("Problem and evidence")
    GOAL = "goal", _("Goal")
    STEPS = "steps", _("Steps")
    LAW = "law", _("Legal framework")
    SIDE_EFFECTS = "side_effects", _("Side effects and limits")
    PLAIN_LANGUAGE = "plain_language", _("In plain language")


class Effort(models.TextChoices):
    SMALL = "small", _("small")
    MEDIUM = "medium", _("medium")
    LARGE = "large", _("large")


class Recommendation(SharedModel):
    """A recommendation through all its versions; number and key never change.

    `priority` is the recorded decision from the programme needs table that it is written for; where there is none,
    `started_because` says why it was begun all the same.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    number = models.PositiveIntegerField(_("Number"), unique=True)
    key = models.SlugField(_("Key"), max_length=60, unique=True)
    dimension = models.PositiveSmallIntegerField(_("Dimension"))
    priority = models.ForeignKey(
        "assessments.WritingPriority", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_because = models.TextField(_("Why it is written"), blank=True, max_length=2_000)
    started_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(dimension__range=(1, 10)), name="recommendation_dimension"),
            models.CheckConstraint(condition=Q(number__gte=1), name="recommendation_numbers_count_from_one"),
            models.CheckConstraint(
                condition=Q(priority__isnull=False) | ~Q(started_because=""), name="recommendation_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The stable number as people quote it: KfA-HE 7."""
        return f"KfA-HE {self.number}"


class RecommendationVersion(SharedModel):
    """One version on its way from idea to standard. `state` moves along apps.reviews.lifecycle only.

    A trigger refuses every other way (migration 0002). At most one version of a recommendation is being worked on, and
    at most one is standard.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("Version"))
    state = models.CharField(_("State"), max_length=16, choices=State.choices, default=State.IDEA)
    state_since = models.DateTimeField()
    #: Municipalities may read it as what it is, a draft of the project before anybody has taken part.
    shared_as_draft_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(_("Published on"), null=True, blank=True)
    doi = models.CharField("DOI", max_length=100, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["recommendation", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["recommendation", "number"], name="recommendation_version_once"),
            models.UniqueConstraint(
                fields=["recommendation"],
                condition=~Q(state__in=["standard", "superseded", "withdrawn"]),
                name="recommendation_one_version_in_work",
            ),
            models.UniqueConstraint(
                fields=["recommendation"], condition=Q(state="standard"), name="recommendation_one_standard"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="recommendation_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="standard") | Q(published_at__isnull=False), name="recommendation_standard_is_public"
            ),
            models.CheckConstraint(
                condition=Q(doi="") | Q(doi__regex=r"^10\.\d{4,9}/\S+$"), name="recommendation_doi_format"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation.code}, Version {self.number}"


class Edition(SharedModel):
    """The text and the fields of a version at one time. A frozen edition never changes again (trigger).

    The structured fields are lists of plain objects; `apps.recommendations.fields` says and checks their form:
    legal_bases [{norm, says, as_of, review_on, land}], variants [{where, text}], templates [{title, text}],
    measures [{title, description, months, unit, indicator, unit_of_value}], sources [{by, title, year, url}],
    indicator {name, definition, source, baseline, unit}, items [name of an item of the Standard questionnaire, …],
    training [key of a module, …], which may not exist yet.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    version = models.ForeignKey(RecommendationVersion, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("Title"), max_length=160)
    summary = models.TextField(_("Summary"), max_length=600, blank=True)
    items = models.JSONField(_("Items answered"), default=list, blank=True)
    target_level = models.PositiveSmallIntegerField(_("Target level"), default=3)
    effort = models.CharField(_("Effort"), max_length=6, choices=Effort.choices, default=Effort.MEDIUM)
    effort_note = models.TextField(_("Effort in detail"), max_length=2_000, blank=True)
    indicator = models.JSONField(_("Indicator"), default=dict, blank=True)
    legal_bases = models.JSONField(_("Legal bases"), default=list, blank=True)
    variants = models.JSONField(_("Variants"), default=list, blank=True)
    templates = models.JSONField(_("Templates"), default=list, blank=True)
    measures = models.JSONField(_("Template measures"), default=list, blank=True)
    sources = models.JSONField(_("Sources"), default=list, blank=True)
    training = models.JSONField(_("Training modules"), default=list, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "number"], name="edition_once"),
            models.UniqueConstraint(fields=["version"], condition=Q(frozen_at=None), name="edition_one_open"),
            models.CheckConstraint(condition=~Q(title=""), name="edition_has_a_title"),
            models.CheckConstraint(condition=Q(target_level__range=(1, 4)), name="edition_target_is_a_level"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Block(SharedModel):
    """A heading, paragraph or list entry. `key` stays the same through all editions and versions while the block lives.

    text: one line of Markdown without block markup. split_from: the key of the block this one was split off.
    absorbed: keys of blocks that were merged into this one in this edition or before; comments on them lead here.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    class Kind(models.TextChoices):
        HEADING = "heading", _("Heading")
        PARAGRAPH = "paragraph", _("Paragraph")
        ENTRY = "entry", _("List entry")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    section = models.CharField(max_length=14, choices=Section.choices)
    position = models.PositiveSmallIntegerField()
    key = models.UUIDField(default=uuid4)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.PARAGRAPH)
    text = models.TextField()
    split_from = models.UUIDField(null=True, blank=True)
    absorbed = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["edition", "section", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "key"], name="block_key_once_in_edition"),
            models.UniqueConstraint(
                fields=["edition", "section", "position"],
                name="block_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=~Q(text=""), name="block_says_something"),
            models.CheckConstraint(condition=Q(section__in=Section.values), name="block_section_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.position}"


class StateChange(SharedModel):
    """A step of a version's life: what happened, why, who did it. Never changed (PostgreSQL grants neither)."""

    shared_because: ClassVar[str] = PROGRAMME_WORK
    append_only: ClassVar[bool] = True

    version = models.ForeignKey(RecommendationVersion, on_delete=models.PROTECT, related_name="changes")
    transition = models.CharField(max_length=24)
    from_state = models.CharField(max_length=16, choices=State.choices)
    to_state = models.CharField(max_length=16, choices=State.choices)
    reason = models.TextField(blank=True, max_length=2_000)
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(from_state=F("to_state")), name="state_change_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
