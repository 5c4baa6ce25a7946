"""The forms around rules: filters, one rule, a file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.wave import Profile
from apps.core.form_fields import set_choices
from apps.files.checks import XLSX, Checked
from apps.files.forms import UploadField
from apps.instruments.definition import DIMENSIONS, PROFILES
from apps.municipalities.models import Competence
from apps.recommendations import modules
from apps.recommendations.matching import Rule
from apps.recommendations.queries_rules import Place, PublishedItem, Titled
from apps.recommendations.rule_checks import MAX_MODULE, Known, problems
from apps.recommendations.rules_resource import Cells, NotATable, fingerprint, read_cells

_SALT = "recommendations.rules.import"
#: Seconds in which differences that were shown can be applied.
_OFFERED_FOR = 2 * 60 * 60


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rules are shown, as the address says it; "" is no restriction, an unknown value counts as none."""

    dimension: str = ""
    instrument: str = ""
    recommendation: str = ""

    @classmethod
    def parse(
        cls, given: Mapping[str, Any], instruments: Mapping[str, str], numbers: Mapping[int, Titled]
    ) -> "Filters":
        """Read a query string."""
        known = {
            "dimension": {str(number) for number in DIMENSIONS},
            "instrument": set(instruments),
            "recommendation": {*map(str, numbers), "none"},
        }
        return cls(**{name: value for name in known if (value := str(given.get(name, ""))) in known[name]})

    def shows(self, rule: Rule, dimension: int | None) -> bool:
        """Whether a rule, with the field of action it belongs to, is shown."""
        return (
            self.dimension in ("", str(dimension))
            and self.instrument in ("", rule.instrument)
            and self.recommendation in ("", str(rule.recommendation or "none"))
        )

    @property
    def query(self) -> str:
        """The query string of a page with these filters, "" for none."""
        return urlencode({name: value for name, value in asdict(self).items() if value})


class FilterForm(forms.Form):
    """The filters as fields; it shows what `Filters` has read and decides nothing."""

    dimension = forms.ChoiceField(label=_("Field of action"))
    instrument = forms.ChoiceField(label=_("Questionnaire"))
    recommendation = forms.ChoiceField(label=_("Recommendation"))
    use_required_attribute = False

    def __init__(
        self,
        filters: Filters,
        *,
        dimensions: Mapping[int, str],
        instruments: Mapping[str, str],
        titles: Mapping[int, Titled],
    ) -> None:
        super().__init__(initial=asdict(filters), auto_id="filter_%s")
        set_choices(
            self,
            "dimension",
            [("", _("all fields of action")), *((str(key), text) for key, text in dimensions.items())],
        )
        set_choices(self, "instrument", [("", _("all questionnaires")), *instruments.items()])
        named = [(str(number), str(title)) for number, title in titles.items()]
        set_choices(
            self,
            "recommendation",
            [("", _("all recommendations")), *named, ("none", _("none, only a training module"))],
        )


class CoverageFilterForm(forms.Form):
    """One field of action, or all."""

    dimension = forms.ChoiceField(label=_("Field of action"))
    use_required_attribute = False

    def __init__(self, chosen: int | None, *, dimensions: Mapping[int, str]) -> None:
        super().__init__(initial={"dimension": str(chosen or "")}, auto_id="filter_%s")
        set_choices(
            self,
            "dimension",
            [("", _("all fields of action")), *((str(key), text) for key, text in dimensions.items())],
        )


class RuleForm(forms.Form):
    """One rule. `rule` is what it says, of a valid form; `seen` the fingerprint of the rule as it was shown."""

    place = forms.ChoiceField(label=_("Item"))
    threshold = forms.TypedChoiceField(
        label=_("Up to level"),
        coerce=int,
        choices=[(number, str(number)) for number in range(4)],
        help_text=_("The rule fits where the item stands at this level or below. It must end below the target level."),
    )
    on_unknown = forms.BooleanField(
        label=_("Also where unknown"),
        required=False,
        help_text=_("It also fits where nobody knows how far the municipality is."),
    )
    profiles = forms.MultipleChoiceField(
        label=_("Profiles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )
    competence = forms.ChoiceField(
        label=_("Competence"), required=False, help_text=_("Only for municipalities that have it.")
    )
    recommendation = forms.TypedChoiceField(label=_("Recommendation"), required=False, coerce=int, empty_value=None)
    module = forms.CharField(label=_("Training module"), required=False, max_length=MAX_MODULE)
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        coerce=int,
        initial=2,
        choices=[(1, _("1 – first")), (2, _("2 – then")), (3, _("3 – later"))],
    )
    prerequisite = forms.TypedChoiceField(
        label=_("First"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("The recommendation that has to come before this one."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        items: Mapping[Place, PublishedItem],
        titles: Mapping[int, Titled],
        known: Known,
        own: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.own = known, own
        stored = known.rules.get(own) if own else None
        set_choices(self, "place", _places(items, stored))
        set_choices(self, "profiles", [(name, Profile(name).label) for name in PROFILES if name in Profile])
        set_choices(self, "competence", [("", _("every municipality")), *Competence.choices])
        named = [(number, str(title)) for number, title in titles.items()]
        set_choices(self, "recommendation", [("", _("none, only a training module")), *named])
        set_choices(self, "prerequisite", [("", _("no recommendation")), *named])
        keys = ", ".join(modules.PLANNED)
        self.fields["module"].help_text = _("Its stable key; the module need not exist yet. Planned: %(keys)s.") % {
            "keys": keys
        }

    @staticmethod
    def values(rule: Rule) -> dict[str, Any]:
        """A stored rule as initial values."""
        return {
            "place": f"{rule.instrument}:{rule.item}",
            "threshold": rule.threshold,
            "on_unknown": rule.on_unknown,
            "profiles": list(rule.profiles),
            "competence": rule.competence,
            "recommendation": rule.recommendation,
            "module": rule.module,
            "priority": rule.priority,
            "prerequisite": rule.prerequisite,
            "seen": fingerprint([rule]),
        }

    @property
    def rule(self) -> Rule:
        """What the form says; call it when each field by itself is valid."""
        data = self.cleaned_data
        instrument, _colon, item = data["place"].partition(":")
        return Rule(
            instrument=instrument,
            item=item,
            threshold=data["threshold"],
            on_unknown=data["on_unknown"],
            profiles=tuple(name for name in PROFILES if name in data["profiles"]),
            competence=data["competence"],
            recommendation=data["recommendation"],
            module=data["module"].strip(),
            priority=data["priority"],
            prerequisite=data["prerequisite"],
        )

    def clean(self) -> dict[str, Any]:
        """Check the rule as a whole; raises nothing, errors stand at their fields."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            self.refuse(problems(self.rule, self.known, own=self.own))
        return cleaned

    def refuse(self, wrong: Mapping[str, str]) -> None:
        """Show what is wrong with the rule at the fields that say it."""
        for name, message in wrong.items():
            field = {"item": "place", "instrument": "place", "": None}.get(name, name)
            self.add_error(field, message)


class ImportForm(forms.Form):
    """A file with rules; `cells` is what it holds, of a valid form."""

    file = UploadField(
        label=_("Excel file"), kinds=(XLSX,), help_text=_("An Excel file (.xlsx) with one rule per row.")
    )
    remove_missing = forms.BooleanField(
        label=_("Remove the rules that the file does not name"),
        required=False,
        help_text=_("Otherwise they stay as they are."),
    )

    def clean_file(self) -> Cells:
        """The rows of the file. Raises ValidationError where it is no table of rules."""
        checked: Checked = self.cleaned_data["file"]
        try:
            return read_cells(checked.content)
        except NotATable as error:
            raise ValidationError(str(error)) from None


class OfferForm(forms.Form):
    """Differences that were shown and are to be applied: signed, so that nothing else is applied than was shown."""

    offer = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, cells: Cells, *, remove_missing: bool, state: str) -> "OfferForm":
        """The form that goes with shown differences. state: fingerprint of the rules they were compared with."""
        offer = {"cells": cells, "remove_missing": remove_missing, "state": state}
        return cls(initial={"offer": signing.dumps(offer, salt=_SALT, compress=True)})

    def clean_offer(self) -> dict[str, Any]:
        """Cells, remove_missing and state. Raises ValidationError where they are not ours, or too old."""
        try:
            offer: dict[str, Any] = signing.loads(self.cleaned_data["offer"], salt=_SALT, max_age=_OFFERED_FOR)
        except signing.BadSignature:
            raise ValidationError(_("The differences are too old. Please choose the file again.")) from None
        return offer


def _places(items: Mapping[Place, PublishedItem], stored: Rule | None) -> list[Any]:
    """The items by questionnaire; the item of the stored rule too, where no questionnaire has it any more."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in items.values():
        label = f"{item.number} {item.label}"[:120]
        groups.setdefault(item.instrument_title, []).append((f"{item.instrument}:{item.name}", label))
    places: list[Any] = [("", _("Please choose")), *groups.items()]
    if stored is not None and (stored.instrument, stored.item) not in items:
        value = f"{stored.instrument}:{stored.item}"
        places.insert(1, (value, _("%(item)s – not in a published questionnaire") % {"item": value}))
    return places
