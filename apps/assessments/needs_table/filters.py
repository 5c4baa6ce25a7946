"""What of the needs table is shown, as the address says it. An unknown value counts as none."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessments.models import Assessment
from apps.assessments.needs_table.table import Sort
from apps.core.form_fields import set_choices
from apps.instruments.definition import DIMENSIONS
from apps.municipalities.models import Municipality

ALL = "all"
SIGNED = "signed"
WITH_REVIEW = "review"
BELOW = "below"

_State = Assessment.State
STATES_OF = {
    SIGNED: (_State.SIGNED_OFF, _State.CLOSED),
    WITH_REVIEW: (_State.SIGNED_OFF, _State.CLOSED, _State.IN_REVIEW),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """The choices; "all" is no restriction. basis: which assessments count. items: "all" or "below"."""

    dimension: str = ALL
    stage: str = Municipality.Stage.MODEL.value
    size: str = ALL
    type: str = ALL
    basis: str = SIGNED
    items: str = ALL
    sort: str = Sort.PRESSING.value

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> "Filters":
        """Read a query string or a posted form."""
        known = _known()
        chosen = {name: str(given.get(name, "")) for name in known}
        return cls(**{name: value for name, value in chosen.items() if value in known[name]})

    @property
    def states(self) -> tuple[str, ...]:
        """States of the assessments that count."""
        return STATES_OF[self.basis]

    @property
    def only_below(self) -> bool:
        return self.items == BELOW

    def has_dimension(self, dimension: int | None) -> bool:
        return self.dimension in (ALL, str(dimension))

    def query(self, wave_id: object) -> str:
        """The query string of a page with these filters."""
        return urlencode({"wave": str(wave_id), **asdict(self)})


def _known() -> dict[str, tuple[str, ...]]:
    return {
        "dimension": (ALL, *map(str, DIMENSIONS)),
        "stage": (ALL, *Municipality.Stage.values),
        "size": (ALL, *Municipality.SizeClass.values),
        "type": (ALL, *Municipality.TypeClass.values),
        "basis": (SIGNED, WITH_REVIEW),
        "items": (ALL, BELOW),
        "sort": tuple(Sort),
    }


class FilterForm(forms.Form):
    """The filters as fields; it shows what `Filters` has read and decides nothing."""

    dimension = forms.ChoiceField(label=_("Field of action"))
    stage = forms.ChoiceField(label=_("Stage"), choices=[(ALL, _("all stages")), *Municipality.Stage.choices])
    size = forms.ChoiceField(label=_("Size class"), choices=[(ALL, _("all sizes")), *Municipality.SizeClass.choices])
    type = forms.ChoiceField(label=_("Type"), choices=[(ALL, _("all types")), *Municipality.TypeClass.choices])
    basis = forms.ChoiceField(
        label=_("Assessments that count"),
        choices=[(SIGNED, _("signed off")), (WITH_REVIEW, _("signed off and in review"))],
    )
    items = forms.ChoiceField(
        label=_("Items"), choices=[(ALL, _("all items")), (BELOW, _("only those below their target somewhere"))]
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=[(Sort.PRESSING, _("most municipalities below the target, by weight")), (Sort.NUMBER, _("by number"))],
    )
    use_required_attribute = False

    def __init__(self, filters: Filters, dimensions: Mapping[int, str]) -> None:
        super().__init__(initial=asdict(filters), auto_id="filter_%s")
        choices = [(ALL, _("all fields of action")), *((str(key), f"{key} {name}") for key, name in dimensions.items())]
        set_choices(self, "dimension", choices)
