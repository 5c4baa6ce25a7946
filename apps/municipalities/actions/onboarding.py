"""Making a tenant of territories, and confirming what it is legally competent for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.municipalities.models.municipality import Competence, Municipality
from apps.municipalities.models.territory import MunicipalityTerritory, Territory
from apps.municipalities.queries.territories import units_of
from apps.municipalities.register import classes


class OnboardingRefused(Exception):
    """No municipality was made; the message says why, `field` which argument is to blame ("" for none)."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class TerritoryPeriod:
    """A territory and the days on which a municipality stands for it; valid_to None: until further notice."""

    territory: Territory
    valid_from: date
    valid_to: date | None = None


def create_municipality(
    *,
    actor: Any,
    name: str,
    slug: str,
    territories: Sequence[TerritoryPeriod],
    stage: str = Municipality.Stage.INTERESTED,
    eccar_member: bool = False,
    size_class: str | None = None,
    type_class: str | None = None,
    competences: Collection[str] | None = None,
    employees_count: int | None = None,
) -> Municipality:
    """Make a tenant for one or more territories: a city, a Landkreis, an Amt, an association, or several.

    size_class, type_class and competences come from the register where they are None; competences are
    suggestions until `confirm_competences`. Raises OnboardingRefused when the slug is taken, or a territory
    has ended, has no administration of its own, or belongs to another tenant in the same days.
    """
    with transaction.atomic():
        periods = _locked(territories)
        if Municipality.objects.filter(slug=slug).exists():
            raise OnboardingRefused(_("This short name is already in use."), field="slug")
        units = units_of([period.territory for period in periods])
        of_type = type_class or classes.type_class(units)
        population = classes.total_population(units)
        if size_class is None:
            size_class = classes.size_class(population) if population is not None else ""
        if competences is None:
            competences = [suggestion.competence for suggestion in classes.suggest_competences(units)]
        municipality = Municipality.objects.create(
            name=name,
            slug=slug,
            stage=stage,
            eccar_member=eccar_member,
            size_class=size_class,
            type_class=of_type,
            competences=_known(competences),
            employees_count=employees_count,
        )
        MunicipalityTerritory.objects.bulk_create(
            MunicipalityTerritory(
                municipality=municipality,
                territory=period.territory,
                valid_from=period.valid_from,
                valid_to=period.valid_to,
            )
            for period in periods
        )
        record(
            actor=actor,
            verb="municipality.created",
            target=municipality,
            municipality=municipality,
            data={"stage": stage, "territories": [period.territory.key for period in periods]},
        )
    return municipality


def confirm_competences(*, actor: Any, municipality: Municipality, competences: Collection[str]) -> Municipality:
    """Set the legal competences as a person has checked them. actor: that person.

    Raises ValueError for an unknown competence. Confirming again replaces date and person.
    """
    with transaction.atomic():
        locked = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
        before = locked.competences
        locked.competences = _known(competences)
        locked.competences_confirmed_at = timezone.now()
        locked.competences_confirmed_by = actor
        locked.save(
            update_fields=[
                "competences",
                "competences_confirmed_at",
                "competences_confirmed_by",
                "updated_at",
            ]
        )
        record(
            actor=actor,
            verb="municipality.competences_confirmed",
            target=locked,
            municipality=locked,
            data={"before": before, "after": locked.competences},
        )
    return locked


def _locked(periods: Sequence[TerritoryPeriod]) -> list[TerritoryPeriod]:
    """The periods with their territories locked and read anew, checked one by one."""
    if not periods:
        raise OnboardingRefused(_("Choose at least one territory."), field="territories")
    keys = [period.territory.pk for period in periods]
    locked = {
        territory.pk: territory
        for territory in Territory.objects.select_for_update(of=("self",))
        .select_related("parent__parent")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    links = MunicipalityTerritory.objects.filter(territory__in=keys).select_related("municipality")
    taken: dict[Any, list[MunicipalityTerritory]] = {key: [] for key in keys}
    for link in links:
        taken[link.territory_id].append(link)
    result = []
    for period in periods:
        territory = locked[period.territory.pk]
        _check(period, territory, taken[territory.pk])
        result.append(TerritoryPeriod(territory, period.valid_from, period.valid_to))
    return result


def _check(period: TerritoryPeriod, territory: Territory, links: Sequence[MunicipalityTerritory]) -> None:
    if not classes.can_be_tenant(territory.kind, territory.type_code):
        raise OnboardingRefused(
            _("%(territory)s has no administration of its own.") % {"territory": territory.name},
            field="territories",
        )
    if territory.valid_to is not None and (period.valid_to is None or period.valid_to > territory.valid_to):
        raise OnboardingRefused(_("%(territory)s has ended.") % {"territory": territory.name}, field="territories")
    if period.valid_to is not None and period.valid_to <= period.valid_from:
        raise OnboardingRefused(_("The last day lies before the first."), field="territories")
    for link in links:
        begins_before_link_ends = link.valid_to is None or period.valid_from < link.valid_to
        ends_after_link_begins = period.valid_to is None or period.valid_to > link.valid_from
        if begins_before_link_ends and ends_after_link_begins:
            raise OnboardingRefused(
                _("%(territory)s already belongs to %(municipality)s.")
                % {"territory": territory.name, "municipality": link.municipality.name},
                field="territories",
            )


def _known(competences: Collection[str]) -> list[str]:
    """The competences once each, in the order of `Competence`; raises ValueError for an unknown one."""
    wanted = {Competence(key) for key in competences}
    return [str(competence) for competence in Competence if competence in wanted]
