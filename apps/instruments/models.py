"""Questionnaires as stored: an instrument, its versions, and each version's sections and items.

A version that is no longer a draft cannot change: the actions refuse, and so do triggers (migration 0002).
Texts are JSON objects from language code to text, as in `definition.Texts`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import SharedModel
from apps.instruments import definition
from apps.reports.models import MAX_ATTEMPTS, FileJob, state_is_whole

_SAME_FOR_ALL = "Reference data: a questionnaire is the same for every municipality."


class Instrument(SharedModel):
    """A questionnaire through all its versions; `key` is the form_id of its workbooks."""

    shared_because: ClassVar[str] = _SAME_FOR_ALL

    key = models.CharField(_("Key"), max_length=60, unique=True)
    title = models.CharField(_("Title"), max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "key"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")

    def __str__(self) -> str:
        return self.title


class InstrumentVersion(SharedModel):
    """One version: a draft until it is published, retired when no new wave shall use it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    shared_because: ClassVar[str] = _SAME_FOR_ALL

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(_("Version"), max_length=32)
    title = models.CharField(_("Title"), max_length=200)
    # [{"code": "de", "name": "Deutsch (de)"}, …], the default language first.
    languages = models.JSONField(_("Languages"))
    # {list: [{"name": …, "label": {…}, "columns": {…}}, …]}
    choice_lists = models.JSONField(_("Lists of choices"), default=dict, blank=True)
    # What the import had to say: columns that are not read, missing translations.
    warnings = models.JSONField(_("Notes of the import"), default=list, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(_("Published on"), null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        verbose_name = _("version of a questionnaire")
        verbose_name_plural = _("versions of questionnaires")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instrument", "version"], name="instrument_version_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "retired"]), name="instrument_version_state"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | (~Q(state="draft") & Q(published_at__isnull=False)),
                name="instrument_version_published_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class Workbook(SharedModel):
    """The workbook a version was read from, as it was handed in.

    In the database, not among the files: a backup of the database is complete by itself, and the same
    triggers keep it unchanged. A table of its own, so that no query on versions fetches megabytes.
    """

    shared_because: ClassVar[str] = _SAME_FOR_ALL

    version = models.OneToOneField(InstrumentVersion, on_delete=models.CASCADE, related_name="workbook")
    filename = models.CharField(_("File name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("workbook")
        verbose_name_plural = _("workbooks")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="workbook_sha256"),
        ]

    def __str__(self) -> str:
        return self.filename


class Section(SharedModel):
    """A top-level group; the section of a dimension knows its number."""

    shared_because: ClassVar[str] = _SAME_FOR_ALL

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    label = models.JSONField(default=dict, blank=True)
    hint = models.JSONField(default=dict, blank=True)
    relevant = models.TextField(blank=True)
    dimension = models.PositiveSmallIntegerField(null=True, blank=True)
    row = models.PositiveIntegerField(default=0)
    # Nested groups: [{"name": …, "path": […], "label": {…}, "hint": {…}, "relevant": …, "row": …}, …]
    groups = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "position"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "name"], name="section_name_once_in_version"),
            models.UniqueConstraint(fields=["version", "position"], name="section_position_once_in_version"),
            models.CheckConstraint(
                condition=Q(dimension__isnull=True) | Q(dimension__range=(1, 10)), name="section_dimension"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Item(SharedModel):
    """One question, note or calculation; the fields are those of `definition.Item`."""

    shared_because: ClassVar[str] = _SAME_FOR_ALL

    class Kind(models.TextChoices):
        TEXT = definition.TEXT, _("Text")
        NOTE = definition.NOTE, pgettext_lazy("kind of question", "Note")
        INTEGER = definition.INTEGER, _("Whole number")
        DECIMAL = definition.DECIMAL, _("Number")
        DATE = definition.DATE, _("Date")
        TIME = definition.TIME, _("Time")
        DATE_TIME = definition.DATE_TIME, _("Date and time")
        RANGE = definition.RANGE, _("Number on a scale")
        ACKNOWLEDGE = definition.ACKNOWLEDGE, _("Acknowledgement")
        SELECT_ONE = definition.SELECT_ONE, _("One choice")
        SELECT_MULTIPLE = definition.SELECT_MULTIPLE, _("Several choices")
        CALCULATE = definition.CALCULATE, _("Calculation")
        HIDDEN = definition.HIDDEN, _("Hidden value")
        FILE = definition.FILE, _("File")
        IMAGE = definition.IMAGE, _("Image")

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="items")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    path = models.JSONField(default=list)
    row = models.PositiveIntegerField(default=0)
    list_name = models.CharField(max_length=100, blank=True)
    label = models.JSONField(default=dict, blank=True)
    hint = models.JSONField(default=dict, blank=True)
    guidance = models.JSONField(default=dict, blank=True)
    first_step = models.JSONField(default=dict, blank=True)
    measure = models.JSONField(default=dict, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    # {"0": {"de": …}, … "4": {…}}
    descriptors = models.JSONField(default=dict, blank=True)
    required = models.TextField(blank=True)
    required_message = models.JSONField(default=dict, blank=True)
    relevant = models.TextField(blank=True)
    readonly = models.TextField(blank=True)
    constraint = models.TextField(blank=True)
    constraint_message = models.JSONField(default=dict, blank=True)
    calculation = models.TextField(blank=True)
    choice_filter = models.TextField(blank=True)
    default = models.TextField(blank=True)
    default_is_expression = models.BooleanField(default=False)
    appearance = models.CharField(max_length=100, blank=True)
    rows = models.PositiveSmallIntegerField(default=0)
    # Of a range: {"start": "1", "end": "5", "step": "1"}
    scale = models.JSONField(null=True, blank=True)
    dimension = models.PositiveSmallIntegerField(null=True, blank=True)
    weight = models.PositiveSmallIntegerField(default=definition.DEFAULT_WEIGHT)
    target_level = models.PositiveSmallIntegerField(default=definition.DEFAULT_TARGET)
    competence = models.CharField(max_length=40, blank=True)
    profiles = models.JSONField(default=list, blank=True)
    source = models.TextField(blank=True)
    legal_basis = models.TextField(blank=True)
    legal_basis_date = models.DateField(null=True, blank=True)
    legal_basis_review = models.DateField(null=True, blank=True)
    predecessor = models.CharField(max_length=100, blank=True)
    comparability = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "position"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "name"], name="item_name_once_in_version"),
            models.UniqueConstraint(fields=["version", "position"], name="item_position_once_in_version"),
            models.CheckConstraint(condition=Q(kind__in=definition.KINDS), name="item_kind_is_known"),
            models.CheckConstraint(
                condition=Q(dimension__isnull=True) | Q(dimension__range=(1, 10)), name="item_dimension"
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="item_weight_at_least_1"),
            models.CheckConstraint(condition=Q(target_level__range=(0, 4)), name="item_target_is_a_level"),
            models.CheckConstraint(
                condition=Q(competence__in=["", *definition.COMPETENCES]), name="item_competence_is_known"
            ),
            models.CheckConstraint(
                condition=Q(comparability__in=["", *definition.COMPARABILITIES]),
                name="item_comparability_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind=definition.SELECT_ONE, list_name=definition.LEVEL_LIST) | Q(dimension__isnull=False),
                name="item_level_has_dimension",
            ),
            models.CheckConstraint(
                condition=Q(legal_basis="") | Q(legal_basis_date__isnull=False),
                name="item_legal_basis_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_level(self) -> bool:
        """Is this an item answered with a maturity level?"""
        return self.kind == self.Kind.SELECT_ONE and self.list_name == definition.LEVEL_LIST


class Concordance(SharedModel):
    """What ties an item to the one it follows in the version before, as the project team decided.

    `item` is empty for an item that was dropped, `predecessor_item` for a new one. `confirmed_by` is empty
    where nothing was to be decided, because nothing changed.
    """

    shared_because: ClassVar[str] = _SAME_FOR_ALL

    class Comparability(models.TextChoices):
        SAME = "same", _("Same")
        COMPARABLE = "comparable", _("Comparable")
        NEW = "new", _("New")
        DROPPED = "dropped", _("Dropped")

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="concordance")
    predecessor = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=100, blank=True)
    predecessor_item = models.CharField(max_length=100, blank=True)
    comparability = models.CharField(max_length=20, choices=Comparability.choices)
    confirmed_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "item", "predecessor_item"]
        verbose_name = _("concordance")
        verbose_name_plural = _("concordances")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "item"], condition=~Q(item=""), name="concordance_item_once"),
            models.UniqueConstraint(
                fields=["version", "predecessor_item"], condition=Q(item=""), name="concordance_dropped_once"
            ),
            models.CheckConstraint(
                condition=(Q(comparability__in=["same", "comparable"]) & ~Q(item="") & ~Q(predecessor_item=""))
                | (Q(comparability="new", predecessor_item="") & ~Q(item=""))
                | (Q(comparability="dropped", item="") & ~Q(predecessor_item="")),
                name="concordance_names_what_it_ties",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_item or '–'} → {self.item or '–'}"


class PaperCopy(SharedModel, FileJob):
    """A version typeset to be printed, in one language.

    A version's content does not change, not even that of a draft, so one copy per language is enough.
    """

    shared_because: ClassVar[str] = _SAME_FOR_ALL

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="paper_copies")
    language = models.CharField(_("Language"), max_length=10)
    state = models.CharField(_("State"), max_length=8, choices=FileJob.State.choices, default=FileJob.State.QUEUED)
    finished_at = models.DateTimeField(_("Made on"), null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "language"]
        verbose_name = _("printed questionnaire")
        verbose_name_plural = _("printed questionnaires")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "language"], name="paper_copy_once_per_language"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="paper_copy_progress_is_percent"),
            models.CheckConstraint(condition=Q(attempts__lte=MAX_ATTEMPTS), name="paper_copy_attempts_are_bounded"),
            models.CheckConstraint(condition=state_is_whole(), name="paper_copy_state_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.language} {self.state}"

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE
