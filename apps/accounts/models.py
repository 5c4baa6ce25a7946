from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
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
