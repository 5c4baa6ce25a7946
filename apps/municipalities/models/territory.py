from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import SharedModel
from apps.municipalities.register.codes import (
    ARS_LENGTH,
    LAND_NAMES,
    REPEATING_TYPE_CODES,
    TerritoryKind,
    TypeCode,
    Urbanisation,
)

_OPEN = Q(valid_to__isnull=True)


def _ars_has_the_length_of_its_kind() -> Q:
    condition = Q()
    for kind, length in ARS_LENGTH.items():
        condition |= Q(kind=kind, ars__regex=rf"^[0-9]{{{length}}}$")
    return condition


class Territory(SharedModel):
    """A territory of the official register: from a Land down to a single Gemeinde.

    The row stays the same while the territory exists, whatever it is called and whichever association it
    belongs to (TerritoryChange keeps that); a territory that ends gets `valid_to`. `valid_from` is None for
    those that were there when the register was first imported. Population and area of the upper levels are
    sums.
    """

    shared_because: ClassVar[str] = "Official register of all German municipalities, public data."

    kind = models.CharField(pgettext_lazy("register", "Level"), max_length=20, choices=TerritoryKind.choices)
    ars = models.CharField(_("Regional key (ARS)"), max_length=12)
    ags = models.CharField(  # noqa: DJ001  # NULL: no AGS, and unique
        _("Municipality key (AGS)"), max_length=8, null=True, blank=True
    )
    name = models.CharField(_("Name"), max_length=160)
    # Keys of the search, see register/search.py: "Lübeck, Hansestadt" → "luebeck" and "lubeck".
    search_name = models.TextField(editable=False)
    search_plain = models.TextField(editable=False)
    land = models.CharField(_("Land"), max_length=2)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("Part of"),
    )
    type_code = models.CharField(_("Type"), max_length=2, choices=TypeCode.choices, blank=True)
    population = models.PositiveIntegerField(_("Inhabitants"), null=True, blank=True)
    male = models.PositiveIntegerField(_("Male inhabitants"), null=True, blank=True)
    female = models.PositiveIntegerField(_("Female inhabitants"), null=True, blank=True)
    area = models.DecimalField(_("Area in km²"), max_digits=9, decimal_places=2, null=True, blank=True)
    postcode = models.CharField(_("Postcode of the administration"), max_length=5, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    urbanisation = models.CharField(_("Degree of urbanisation"), max_length=2, choices=Urbanisation.choices, blank=True)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Valid until"), null=True, blank=True)  # the first day on which it is no more
    as_of = models.DateField(_("State of the register"))
    successors: "models.ManyToManyField[Territory, TerritorySuccession]" = models.ManyToManyField(
        "self",
        through="TerritorySuccession",
        through_fields=("predecessor", "successor"),
        symmetrical=False,
        related_name="predecessors",
    )

    class Meta:
        ordering = ["search_name", "ars"]
        indexes = [
            models.Index(fields=["search_name"], opclasses=["text_pattern_ops"], name="territory_search_name"),
            models.Index(fields=["search_plain"], opclasses=["text_pattern_ops"], name="territory_search_plain"),
            models.Index(fields=["ars"], opclasses=["varchar_pattern_ops"], name="territory_ars_prefix"),
            models.Index(fields=["ags"], opclasses=["varchar_pattern_ops"], name="territory_ags_prefix"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "ars"], condition=_OPEN, name="territory_ars_once_valid"),
            models.UniqueConstraint(fields=["ags"], condition=_OPEN, name="territory_ags_once_valid"),
            models.CheckConstraint(condition=Q(kind__in=TerritoryKind.values), name="territory_kind_is_known"),
            models.CheckConstraint(condition=_ars_has_the_length_of_its_kind(), name="territory_ars_has_its_length"),
            models.CheckConstraint(
                condition=Q(kind=TerritoryKind.MUNICIPALITY, ags__isnull=False, ags__regex=r"^[0-9]{8}$")
                | (~Q(kind=TerritoryKind.MUNICIPALITY) & Q(ags__isnull=True)),
                name="territory_ags_for_municipalities",
            ),
            models.CheckConstraint(condition=Q(land__regex=r"^[0-9]{2}$"), name="territory_land_has_two_digits"),
            models.CheckConstraint(condition=Q(postcode__regex=r"^([0-9]{5})?$"), name="territory_postcode_format"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | _OPEN | Q(valid_to__gt=F("valid_from")),
                name="territory_ends_after_it_began",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="territory_is_not_part_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"

    @property
    def key(self) -> str:
        """AGS of a municipality, ARS of everything else: what the territory is called in figures."""
        return self.ags or self.ars

    @property
    def land_name(self) -> str:
        """Name of the Land."""
        return LAND_NAMES.get(self.land, self.land)

    @property
    def district(self) -> "Territory | None":
        """The district that a municipality or association lies in; None for others, independent cities
        included.

        Reads parents: fetch with select_related("parent__parent").
        """
        if self.kind not in (TerritoryKind.ASSOCIATION, TerritoryKind.MUNICIPALITY):
            return None
        above = self.parent
        while above is not None and above.kind != TerritoryKind.DISTRICT:
            above = above.parent
        return None if above is None or above.type_code in REPEATING_TYPE_CODES else above

    @property
    def association(self) -> "Territory | None":
        """The association, Amt or Samtgemeinde that a municipality belongs to, if any."""
        parent = self.parent
        if parent is None or parent.kind != TerritoryKind.ASSOCIATION:
            return None
        return None if parent.type_code == TypeCode.NO_ASSOCIATION else parent


class TerritorySuccession(SharedModel):
    """A territory that ended, and one of those it went to."""

    shared_because: ClassVar[str] = "Official register of all German municipalities, public data."

    predecessor = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="origins")
    date = models.DateField(_("Date"))

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="territory_succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="territory_does_not_succeed_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class TerritoryChange(SharedModel):
    """What a territory was before: its name, its type or its regional key (with it, its association)."""

    shared_because: ClassVar[str] = "Official register of all German municipalities, public data."

    class Field(models.TextChoices):
        NAME = "name", _("Name")
        TYPE_CODE = "type_code", _("Type")
        ARS = "ars", _("Regional key (ARS)")

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(_("What changed"), max_length=10, choices=Field.choices)
    old = models.CharField(_("Before"), max_length=160, blank=True)
    new = models.CharField(_("After"), max_length=160, blank=True)
    search_name = models.TextField(editable=False, blank=True)  # of a former name, to be found by it
    search_plain = models.TextField(editable=False, blank=True)
    date = models.DateField(_("Date"))

    class Meta:
        ordering = ["-date", "field"]
        constraints = [
            models.CheckConstraint(condition=Q(field__in=["name", "type_code", "ars"]), name="territory_change_field"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="territory_change_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id}: {self.old} → {self.new}"

    @property
    def old_display(self) -> str:
        """The former value as people read it."""
        return self._display(self.old)

    @property
    def new_display(self) -> str:
        """The later value as people read it."""
        return self._display(self.new)

    def _display(self, value: str) -> str:
        if self.field != self.Field.TYPE_CODE:
            return value
        return str(dict(TypeCode.choices).get(value, value))


class TerritoryImport(SharedModel):
    """A file of the register that was taken over: its date and what it changed."""

    shared_because: ClassVar[str] = "Official register of all German municipalities, public data."

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField(_("State of the register"))
    rows = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()

    class Meta:
        ordering = ["-as_of", "-created_at"]
        get_latest_by = ["as_of", "created_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.as_of:%Y-%m-%d})"


class MunicipalityTerritory(SharedModel):
    """The territories that a municipality (the tenant) administers, each with its days."""

    shared_because: ClassVar[str] = "Which territory a tenant stands for is public, as the tenant itself."

    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="territory_links"
    )
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="municipality_links")
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid until"), null=True, blank=True)

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory"], condition=_OPEN, name="territory_has_one_municipality_at_a_time"
            ),
            models.CheckConstraint(
                condition=_OPEN | Q(valid_to__gt=F("valid_from")),
                name="municipality_territory_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.territory_id}"
