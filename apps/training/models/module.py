from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import SharedModel
from apps.files.storage import upload_storage
from apps.reviews.lifecycle import State
from apps.training.units import Audience, UnitKind

PROGRAMME_WORK = "Work of the programme: modules are the same for every municipality."


class Module(SharedModel):
    """A training module through all its versions; number and key never change.

    `offered` is the text that people find in the catalogue now; empty while nothing is to be seen.
    An empowerment module is led on site by trainers with experience of racism; it has material for trainers only, and
    nobody but the person sees who takes part.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    number = models.PositiveIntegerField(pgettext_lazy("module", "Number"), unique=True)
    key = models.SlugField(_("Key"), max_length=60, unique=True)
    dimension = models.PositiveSmallIntegerField(_("Dimension"))
    is_empowerment = models.BooleanField(_("Empowerment"), default=False)
    offered = models.ForeignKey(
        "training.ModuleEdition", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(dimension__range=(1, 10)), name="module_dimension"),
            models.CheckConstraint(condition=Q(number__gte=1), name="modules_count_from_one"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The stable number as people quote it: KfA-M 3."""
        return f"KfA-M {self.number}"


class ModuleVersion(SharedModel):
    """One version on its way from idea to standard. `state` moves along apps.reviews.lifecycle.MODULE_TRANSITIONS only.

    A trigger refuses every other way (migration 0002). At most one version of a module is being worked on, and at most
    one is standard.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("Version"))
    state = models.CharField(_("State"), max_length=16, choices=State.choices, default=State.IDEA)
    state_since = models.DateTimeField()
    #: Offered as what it is, a draft of the project that nobody has approved.
    shared_as_draft_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(_("Published on"), null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["module", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["module", "number"], name="module_version_once"),
            models.UniqueConstraint(
                fields=["module"],
                condition=~Q(state__in=["standard", "superseded", "withdrawn"]),
                name="module_one_version_in_work",
            ),
            models.UniqueConstraint(fields=["module"], condition=Q(state="standard"), name="module_one_standard"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="module_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="standard") | Q(published_at__isnull=False), name="module_standard_is_public"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module.code}, Version {self.number}"


class ModuleEdition(SharedModel):
    """The content of a version at one time. A frozen edition and its units never change again (trigger).

    Words are German; `words_en` holds the English ones by path (apps.training.units says which). items: names of items
    of the Standard questionnaire that it answers. delivery: how it can be given. valid_months: after how long it should
    be taken again, 0 for never. sources and legal_bases: as apps.training.fields says. search: its words, for the
    catalogue's search; written when the text is frozen or offered. imported: hash of the file whose words these are.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    class Delivery(models.TextChoices):
        SELF_PACED = "self_paced", _("self-paced")
        ONLINE = "online", _("online")
        ON_SITE = "on_site", _("on site")

    version = models.ForeignKey(ModuleVersion, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("Title"), max_length=160)
    summary = models.TextField(_("Summary"), max_length=600, blank=True)
    target_group = models.CharField(_("Target group"), max_length=400, blank=True)
    prerequisites = models.CharField(_("Prerequisites"), max_length=400, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Duration in minutes"), default=30)
    objectives = models.JSONField(_("Learning objectives"), default=list, blank=True)
    items = models.JSONField(_("Items answered"), default=list, blank=True)
    delivery = models.JSONField(_("How it can be given"), default=list, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("To be repeated after (months)"), default=0)
    sources = models.JSONField(_("Sources"), default=list, blank=True)
    legal_bases = models.JSONField(_("Legal bases"), default=list, blank=True)
    words_en = models.JSONField(default=dict, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    search = SearchVectorField(null=True, editable=False)
    imported = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "number"], name="module_edition_once"),
            models.UniqueConstraint(fields=["version"], condition=Q(frozen_at=None), name="module_edition_one_open"),
            models.CheckConstraint(condition=~Q(title=""), name="module_edition_has_a_title"),
        ]
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["search"], name="module_edition_search")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Unit(SharedModel):
    """A piece of a module: something to read, look at, try or think about; apps.training.units says what `content` is.

    `key` stays the same through all editions and versions while the unit lives: progress and a municipality's own
    additions hang on it. Units for trainers are no part of any package.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    edition = models.ForeignKey(ModuleEdition, on_delete=models.CASCADE, related_name="units", db_index=False)
    key = models.SlugField(_("Key"), max_length=60)
    audience = models.CharField(_("For whom"), max_length=7, choices=Audience.choices, default=Audience.LEARNER)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("Kind"), max_length=10, choices=UnitKind.choices)
    title = models.CharField(_("Title"), max_length=160)
    minutes = models.PositiveSmallIntegerField(_("Duration in minutes"), default=0)
    content = models.JSONField(default=dict)
    words_en = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["edition", "audience", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "key"], name="unit_key_once_in_edition"),
            models.UniqueConstraint(
                fields=["edition", "audience", "position"],
                name="unit_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(key=""), name="unit_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_is_known"),
            models.CheckConstraint(
                condition=Q(audience="learner") | Q(audience="trainer", kind__in=["text", "download"]),
                name="unit_for_trainers_is_text_or_file",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ModuleFile(SharedModel):
    """A file that units show or hand out: checked, stored outside the web root, kept as long as its module."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    class Kind(models.TextChoices):
        IMAGE = "image", _("Image")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Audio")
        CAPTIONS = "captions", _("Captions (WebVTT)")
        DOCUMENT = "document", _("Document")

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    for_trainers = models.BooleanField(default=False)
    name = models.CharField(_("File name"), max_length=160)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=upload_storage, max_length=200)
    uploaded_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["module", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(size__gte=1, sha256__regex=r"^[0-9a-f]{64}$") & ~Q(name="") & ~Q(file=""),
                name="module_file_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ModuleStateChange(SharedModel):
    """A step of a version's life: what happened, why, who did it. Never changed (PostgreSQL grants neither)."""

    shared_because: ClassVar[str] = PROGRAMME_WORK
    append_only: ClassVar[bool] = True

    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="changes")
    transition = models.CharField(max_length=24)
    from_state = models.CharField(max_length=16, choices=State.choices)
    to_state = models.CharField(max_length=16, choices=State.choices)
    reason = models.TextField(blank=True, max_length=2_000)
    edition = models.ForeignKey(ModuleEdition, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(from_state=F("to_state")), name="module_state_change_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class ModuleAuthor(SharedModel):
    """Who writes a module: a member of a bench, a trainer, or somebody of the project team."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="authors")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["module", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["module", "user"], condition=Q(left_at=None), name="module_author_once"),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} {self.user_id}"


class TrainerQualification(SharedModel):
    """That a trainer may give a module: alone, or beside somebody who may. Ends when it is not renewed in time."""

    shared_because: ClassVar[str] = "The register of trainers: they work for all municipalities."

    class Level(models.TextChoices):
        CO = "co", _("co-teaching")
        LEAD = "lead", _("leading")

    role = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="qualifications")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="qualifications")
    level = models.CharField(pgettext_lazy("trainer", "Level"), max_length=4, choices=Level.choices, default=Level.CO)
    qualification = models.TextField(_("Qualification"), max_length=1_000, blank=True)
    since = models.DateField(_("Since"))
    valid_until = models.DateField(_("To be renewed by"))

    class Meta:
        ordering: ClassVar[list[str]] = ["module", "role"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["role", "module"], name="trainer_qualified_once"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("since")), name="trainer_qualification_has_a_span"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.module_id} {self.level}"
