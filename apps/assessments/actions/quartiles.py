"""Publishing the quartiles of a class, in the programme's scope: municipalities cannot read each other's results."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from apps.assessments.models import Assessment, DimensionResult, Wave
from apps.assessments.models.priority import ClassQuartiles
from apps.assessments.quartiles import to_publish
from apps.core import scope
from apps.core.scope import Scope
from apps.core.tasks import enqueue_in
from apps.municipalities.models import Municipality


def publish_quartiles_later(*, wave_id: UUID, municipality: Municipality) -> None:
    """Have the quartiles of the municipality's class made once the transaction has committed.

    Called where an assessment is signed, returned or closed. Nothing to do for a municipality without a class.
    """
    if municipality.size_class and municipality.type_class:
        enqueue_in(
            scope.programme(),
            "assessments.publish_quartiles",
            wave_id=str(wave_id),
            size_class=municipality.size_class,
            type_class=municipality.type_class,
        )


def publish_quartiles_in(*, carried: Scope, wave_id: str, size_class: str, type_class: str) -> None:
    """As `publish_quartiles`, for the task: enters the scope that it carries."""
    with scope.enter(carried):
        publish_quartiles(wave_id=UUID(wave_id), size_class=size_class, type_class=type_class)


@transaction.atomic
def publish_quartiles(*, wave_id: UUID, size_class: str, type_class: str) -> None:
    """Bring the published quartiles of one class in one wave up to date, as far as they may change.

    Counts signed and closed assessments of active municipalities. Raises Wave.DoesNotExist.
    """
    Wave.objects.select_for_update(of=("self",), no_key=True).get(pk=wave_id)
    results = DimensionResult.objects.filter(
        assessment__wave_id=wave_id,
        assessment__state__in=(Assessment.State.SIGNED_OFF, Assessment.State.CLOSED),
        municipality__size_class=size_class,
        municipality__type_class=type_class,
        municipality__is_active=True,
        value__isnull=False,
    )
    values: dict[int, list[Decimal]] = {}
    for dimension, value in results.order_by().values_list("dimension", "value"):
        values.setdefault(dimension, []).append(value)
    of_class = ClassQuartiles.objects.filter(wave_id=wave_id, size_class=size_class, type_class=type_class)
    published = dict(of_class.values_list("dimension", "municipalities"))
    new, withdrawn = to_publish(values, published)
    of_class.filter(dimension__in=withdrawn).delete()
    for dimension, found in new.items():
        ClassQuartiles.objects.update_or_create(
            wave_id=wave_id,
            size_class=size_class,
            type_class=type_class,
            dimension=dimension,
            defaults={
                "municipalities": found.count,
                "lower": found.lower,
                "median": found.median,
                "upper": found.upper,
            },
        )
