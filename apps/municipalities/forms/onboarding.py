from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from apps.municipalities.actions.onboarding import TerritoryPeriod
from apps.municipalities.models.municipality import Competence, Municipality
from apps.municipalities.models.territory import Territory
from apps.municipalities.register import search
from apps.municipalities.register.codes import TypeCode

# Words with a meaning of their own in addresses.
_RESERVED_SLUGS = frozenset({"new", "admin", "demo", "programme", "me", "k", "api", "static"})

# Official German titles: the register leaves them out of the name, the letterhead does not.
_TITLES: dict[str, str] = {
    TypeCode.DISTRICT: "Kreis",
    TypeCode.RURAL_DISTRICT: "Landkreis",
    TypeCode.AMT: "Amt",
    TypeCode.SAMTGEMEINDE: "Samtgemeinde",
    TypeCode.VERBANDSGEMEINDE: "Verbandsgemeinde",
}


class MunicipalityForm(forms.Form):
    """A new tenant for territories that have been chosen; one date per territory."""

    name = forms.CharField(label=_("Name of the municipality"), max_length=120)
    slug = forms.CharField(
        label=_("Short name in addresses"),
        help_text=_("Small letters, digits and hyphens. It cannot be changed later."),
        max_length=60,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Only small letters, digits and single hyphens."))],
    )
    stage = forms.ChoiceField(label=_("Stage"), choices=Municipality.Stage.choices)
    eccar_member = forms.BooleanField(label=_("Member of ECCAR"), required=False)
    employees_count = forms.IntegerField(label=_("Employees"), required=False, min_value=1)

    def __init__(self, *args: Any, territories: Sequence[Territory], today: date, **kwargs: Any) -> None:
        self.territories = territories
        suggested = {"stage": Municipality.Stage.INTERESTED, **_suggested_name(territories)}
        kwargs["initial"] = {**suggested, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for territory in territories:
            self.fields[self._date_field(territory)] = forms.DateField(
                label=_("%(territory)s takes part from") % {"territory": territory.name},
                initial=today,
                widget=forms.DateInput(),
            )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug in _RESERVED_SLUGS:
            raise forms.ValidationError(_("This short name is reserved."))
        return slug

    def periods(self) -> list[TerritoryPeriod]:
        """The chosen territories with their dates; after validation."""
        return [
            TerritoryPeriod(territory, self.cleaned_data[self._date_field(territory)]) for territory in self.territories
        ]

    @staticmethod
    def _date_field(territory: Territory) -> str:
        return f"from_{territory.pk.hex}"


class CompetencesForm(forms.Form):
    """The legal competences, checked by a person."""

    competences = forms.MultipleChoiceField(
        label=_("This administration is competent for"),
        choices=Competence.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Items about something that is not ticked do not count for this municipality."),
    )
    checked = forms.BooleanField(label=_("I have checked this with the municipality or in its Land's law."))


def _suggested_name(territories: Sequence[Territory]) -> dict[str, str]:
    """Name and slug from the widest of the territories."""
    if not territories:
        return {}
    widest = min(territories, key=lambda territory: len(territory.ars))
    name = search.bare_name(widest.name)
    title = _TITLES.get(widest.type_code, "")
    # "Rhein-Sieg-Kreis", "Region Hannover", "Amt Süderbrarup" bring their title with them.
    if title and not any(word in name.casefold() for word in ("kreis", "region", f"{title.casefold()} ")):
        name = f"{title} {name}"
    return {"name": name, "slug": slugify(search.normalise(name))[:60].strip("-")}
