from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel, TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class GateDocument(TenantModel):
    """What must be stored before training records of a municipality open.

    The data protection agreement (Art. 26 or 28 GDPR), and the Dienstvereinbarung with the Personalrat or the recorded
    fact that there is none. With NAMES, a Dienstvereinbarung that allows it, status lists may show names. A document is
    replaced by a newer row, never removed.
    """

    tenancy = Tenancy(programme="read", append_only=True)

    class Kind(models.TextChoices):
        DATA_PROTECTION = "data_protection", _("Data protection agreement (Art. 26 or 28 GDPR)")
        WORKS_AGREEMENT = "works_agreement", _("Agreement with the staff council (Dienstvereinbarung)")
        NO_STAFF_COUNCIL = "no_staff_council", _("There is no staff council")
        NAMES = "names", _("Agreement that status lists may show names")

    kind = models.CharField(_("Kind"), max_length=16, choices=Kind.choices)
    document = TenantForeignKey(
        "files.StoredFile",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Document"),
    )
    signed_on = models.DateField(_("Date"))
    reference = models.CharField(_("Reference"), max_length=160, blank=True)
    stated_by_name = models.CharField(_("Signed or stated by"), max_length=160)
    noted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind="no_staff_council") | Q(document__isnull=False), name="gate_has_its_document"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["data_protection", "works_agreement", "no_staff_council", "names"])
                & ~Q(stated_by_name=""),
                name="gate_says_who",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class TrainingOpening(SharedModel):
    """That training records of a municipality are open, and how it handles them. Opened only with the gate's documents.

    A trigger looks for the documents when it is opened, and every place anybody takes looks for it. names_visible: the
    municipality's status lists may show names; only with the document that allows it.
    """

    shared_because: ClassVar[str] = "Whoever offers sessions must know whose employees can enrol; it names no person."

    class Approval(models.TextChoices):
        NONE = "none", _("Nobody approves: employees enrol themselves")
        REQUIRED = "required", _("Enrolments are approved; time and cost are shown, nothing else")

    of = models.OneToOneField("municipalities.Municipality", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    approval = models.CharField(_("Approval"), max_length=8, choices=Approval.choices, default=Approval.NONE)
    names_visible = models.BooleanField(_("Status lists show names"), default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="training_opening_closes_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Approver(TenantModel):
    """Who approves enrolments: of a department and those below it, or (no department) of everybody without another."""

    tenancy = Tenancy()

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Department"),
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "user", "org_unit"], name="approver_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class Progress(TenantModel):
    """How far a person is in a module at one's own pace: which units are done, and results of quizzes; no answers.

    done: key of the unit → a short sign for the words it was done with, by which a changed unit is seen. quizzes: key
    of the unit → {"attempts": n, "best": percent, "passed": bool}. edition: the text last learned with. Pages show it
    to the person alone.
    """

    tenancy = Tenancy(programme="none", person="user_id", person_rights="read")

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    module = models.ForeignKey("training.Module", on_delete=models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey("training.ModuleEdition", on_delete=models.PROTECT, related_name="+", db_index=False)
    done = models.JSONField(default=dict)
    quizzes = models.JSONField(default=dict)
    last_unit = models.SlugField(max_length=60, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-updated_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["municipality", "user", "module"], name="progress_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.module_id}"


class Completion(TenantModel):
    """That a person has completed an ordinary module, in a session or alone. Never of empowerment (trigger).

    expires_on: until when it counts. Municipalities see numbers; names only where TrainingOpening.names_visible.
    """

    tenancy = Tenancy(programme="write", person="user_id", person_rights="read")

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey("training.Module", on_delete=models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey("training.ModuleEdition", on_delete=models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey(
        "training.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    completed_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    minutes = models.PositiveIntegerField()
    score = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])

    class Meta:
        ordering: ClassVar[list[str]] = ["-completed_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "user", "module", "completed_on"], name="completion_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=F("completed_on")), name="completion_expires_later"
            ),
            models.CheckConstraint(condition=Q(score=None) | Q(score__lte=100), name="completion_score_is_percent"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["municipality", "module", "user"], name="completion_of_module"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.module_id}"


class MandatoryTraining(TenantModel):
    """That a module must be taken: by everybody, or by a department and those below it.

    within_months: after somebody has come; repeat_months: after which a completion counts no more (0: always counts).
    """

    tenancy = Tenancy(programme="read")

    module = models.ForeignKey("training.Module", on_delete=models.PROTECT, related_name="+", db_index=False)
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Department"),
    )  # fmt: skip
    within_months = models.PositiveSmallIntegerField(_("To be taken within (months)"), default=6)
    repeat_months = models.PositiveSmallIntegerField(_("To be repeated after (months)"), default=0)
    decided_on = models.DateField(_("Decided on"))
    reference = models.CharField(_("Reference"), max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "module", "org_unit"], condition=Q(ended_at=None),
                name="mandatory_training_once", nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(within_months__range=(1, 60), repeat_months__range=(0, 120)) & ~Q(reference=""),
                name="mandatory_training_is_whole",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.module_id}"


class Certificate(TenantModel):
    """A certificate of the person: its fields as printed, their signature, and the PDF as it was issued.

    Only the person reads it. source: key of the completion or of the place it certifies. number: 128 random bits,
    printed and in the QR code; whoever has it can verify, and nobody else can find it (CertificateSeal).
    """

    tenancy = Tenancy(municipality="none", programme="none", person="user_id", person_rights="write")

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    source = models.UUIDField()
    number = models.CharField(max_length=40)
    fields = models.JSONField()
    signature = models.CharField(max_length=120)
    key_id = models.CharField(max_length=16)
    language = models.CharField(max_length=2, default="de")
    pdf = models.BinaryField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["municipality", "user", "source"], name="certificate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class CertificateSeal(SharedModel):
    """What the public verification needs, readable only with the certificate's number.

    lookup: SHA-256 of the number. sealed: fields, signature and hash of the PDF, encrypted under a key derived from the
    number; without it the row says nothing about anybody. origin: SHA-256 of the key of the completion, by which the
    seal is found when that is taken back; of a confidential place it is random.
    """

    shared_because: ClassVar[str] = "Verified by everybody who holds a certificate; unreadable without its number."

    lookup = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    origin = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.lookup[:8]
