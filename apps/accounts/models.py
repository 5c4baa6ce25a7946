from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address. People are created by invitation or single sign-on, see actions.py."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, is_staff=True, is_project_staff=True, **fields)


class User(SharedModel, AbstractBaseUser, PermissionsMixin):
    """A person with an account. Roles in a municipality are memberships; a network member is never one of these."""

    shared_because: ClassVar[str] = "A person may work in several municipalities."

    email = models.EmailField(_("E-mail address"), unique=True)
    first_name = models.CharField(_("First name"), max_length=80, blank=True)
    last_name = models.CharField(_("Last name"), max_length=80, blank=True)
    language = models.CharField(
        _("Language"), max_length=2, choices=[("de", _("German")), ("en", _("English"))], default="de"
    )
    is_project_staff = models.BooleanField(_("Project team"), default=False)
    is_staff = models.BooleanField(_("May use the administration pages"), default=False)
    is_active = models.BooleanField(_("Active"), default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["last_name", "first_name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """First and last name, or the address where a person has given none."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        """First name, or the address."""
        return self.first_name or self.email


class Bench(models.TextChoices):
    """The three sides that write and comment on recommendations."""

    ADMINISTRATION = "administration", _("Administration")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    SCIENCE = "science", _("Science")


class ProgrammeRoleKind(models.TextChoices):
    """Roles in the whole programme besides the project team, which is a field of the person."""

    PANEL_MEMBER = "panel_member", _("Member of the expert panel")
    BENCH_MEMBER = "bench_member", _("Member of a bench")
    TRAINER = "trainer", _("Trainer")


def _bench_fits_the_role() -> Q:
    return Q(role__in=[ProgrammeRoleKind.PANEL_MEMBER, ProgrammeRoleKind.TRAINER], bench="") | Q(
        role=ProgrammeRoleKind.BENCH_MEMBER, bench__in=Bench.values
    )


class ProgrammeRole(SharedModel):
    """One role of one person in the whole programme.

    `function` is what the public reads where the person has not chosen to be named (`is_named`), which only the person
    can do. A role that has ended keeps what was done in it.
    """

    shared_because: ClassVar[str] = "A role across all municipalities; its bearers belong to none of them."

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="programme_roles")
    role = models.CharField(_("Role"), max_length=12, choices=ProgrammeRoleKind.choices)
    bench = models.CharField(_("Bench"), max_length=14, choices=Bench.choices, blank=True)
    function = models.CharField(_("Function"), max_length=160)
    organisation = models.CharField(_("Organisation"), max_length=160, blank=True)
    is_named = models.BooleanField(_("May be named in public"), default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["role", "bench", "user__last_name", "user__first_name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "role", "bench"], condition=Q(ended_at=None), name="programme_role_once"
            ),
            models.CheckConstraint(condition=_bench_fits_the_role(), name="programme_role_bench_fits"),
            models.CheckConstraint(condition=~Q(function=""), name="programme_role_has_a_function"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.bench}"

    @property
    def public_name(self) -> str:
        """What the public reads: the name where the person has chosen so, otherwise the function."""
        return f"{self.user.get_full_name()}, {self.function}" if self.is_named else self.function


class ProgrammeInvitation(SharedModel):
    """A role in the programme, offered to one address. The link's token is kept as a hash only.

    open → accepted | revoked, as an invitation into a municipality.
    """

    shared_because: ClassVar[str] = "A role across all municipalities is offered before anybody is signed in."

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("withdrawn")

    email = models.EmailField(_("E-mail address"))
    role = models.CharField(_("Role"), max_length=12, choices=ProgrammeRoleKind.choices)
    bench = models.CharField(_("Bench"), max_length=14, choices=Bench.choices, blank=True)
    function = models.CharField(_("Function"), max_length=160)
    organisation = models.CharField(_("Organisation"), max_length=160, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    accepted_as = models.OneToOneField(
        ProgrammeRole, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["email", "role", "bench"],
                condition=Q(state="open"),
                name="programme_invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="programme_invitation_email_is_lower_case"),
            models.CheckConstraint(condition=_bench_fits_the_role(), name="programme_invitation_bench_fits"),
            models.CheckConstraint(
                condition=Q(state="open", accepted_as=None, closed_at=None)
                | Q(state="accepted", accepted_as__isnull=False, closed_at__isnull=False)
                | Q(state="revoked", accepted_as=None, closed_at__isnull=False),
                name="programme_invitation_state_has_its_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.state}"

    @property
    def is_acceptable(self) -> bool:
        """Open and in time."""
        return self.state == self.State.OPEN and self.expires_at > timezone.now()
