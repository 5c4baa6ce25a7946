from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel, TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class Competence(models.TextChoices):
    """Legal competences that decide which items count for a municipality."""

    IMMIGRATION_AUTHORITY = "immigration_authority", _("Immigration authority")
    SOCIAL_SERVICES = "social_services", _("Social services")
    YOUTH_SERVICES = "youth_services", _("Youth services")
    PUBLIC_ORDER = "public_order", _("Public order")
    CITIZEN_SERVICES = "citizen_services", _("Citizens' services and registry office")
    HOUSING = "housing", _("Housing and accommodation")
    SCHOOLS = "schools", _("School authority")
    CULTURE = "culture", _("Culture")
    PROCUREMENT = "procurement", _("Procurement office")


class Municipality(SharedModel):
    """The tenant: a municipal administration that takes part. Not the same as one Gemeinde of the register."""

    shared_because: ClassVar[str] = "The tenant itself: looked up by its slug before a scope is taken."

    class Stage(models.TextChoices):
        MODEL = "model", _("Model municipality")
        COMPARISON = "comparison", _("Comparison municipality")
        ASSOCIATED = "associated", _("Associated municipality")
        INTERESTED = "interested", _("Interested municipality")

    class SizeClass(models.TextChoices):
        RURAL = "rural", _("Rural municipality (under 5,000)")
        SMALL_TOWN = "small_town", _("Small town (5,000 to under 20,000)")
        MEDIUM_TOWN = "medium_town", _("Medium-sized town (20,000 to under 100,000)")
        CITY = "city", _("City (100,000 and more)")

    class TypeClass(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality of a district")
        INDEPENDENT_CITY = "independent_city", _("City that is a district of its own")
        DISTRICT = "district", _("District (Landkreis)")
        ASSOCIATION = "association", _("Association of municipalities (Amt, Verband)")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    stage = models.CharField(_("Stage"), max_length=12, choices=Stage.choices, default=Stage.INTERESTED)
    eccar_member = models.BooleanField(_("Member of ECCAR"), default=False)
    size_class = models.CharField(_("Size class"), max_length=12, choices=SizeClass.choices, blank=True)
    type_class = models.CharField(_("Type"), max_length=20, choices=TypeClass.choices, blank=True)
    competences = models.JSONField(_("Legal competences"), default=list, blank=True)
    competences_confirmed_at = models.DateTimeField(null=True, blank=True)
    competences_confirmed_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    employees_count = models.PositiveIntegerField(
        _("Employees"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(competences_confirmed_at__isnull=True, competences_confirmed_by__isnull=True)
                | models.Q(competences_confirmed_at__isnull=False, competences_confirmed_by__isnull=False),
                name="municipality_competences_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrgUnit(TenantModel):
    """A department (Amt, Abteilung) in the tree of a municipality."""

    tenancy = Tenancy(programme="read")

    parent = TenantForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(_("Name"), max_length=160)
    short_name = models.CharField(_("Abbreviation"), max_length=30, blank=True)

    # Of departments as queries.org_units loads them.
    depth: int
    above: str | None
    people: int

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "parent", "name"],
                name="org_unit_name_unique_below_parent",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="org_unit_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name
