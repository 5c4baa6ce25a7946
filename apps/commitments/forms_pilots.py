"""Reading what the pages on pilots send."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.commitments.models import Pilot, PilotEntry
from apps.core.form_fields import field_of, set_rows
from apps.municipalities.forms.memberships import OrgUnitChoice
from apps.municipalities.models import Municipality, OrgUnit


def _number(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, max_digits=14, decimal_places=3, localize=True, help_text=help_text
    )


def _text(label: Any, *, rows: int, maximum: int, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=maximum, required=required, widget=widget, help_text=help_text)


class MunicipalityForm(forms.Form):
    """Where a pilot is to be planned."""

    municipality = forms.ModelChoiceField(
        label=_("Municipality"), queryset=Municipality.objects.none(), empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, municipalities: "QuerySet[Municipality]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_rows(self, "municipality", municipalities)


class PlanForm(forms.Form):
    """The plan of a pilot. It can be saved before it is complete."""

    plan = _text(
        _("Plan"),
        rows=8,
        maximum=6_000,
        required=False,
        help_text=_("What is tried out, with whom, for how long, and who looks after it."),
    )
    org_unit = OrgUnitChoice(label=_("Where it is tried out"), empty_label=_("no department"))
    starts_on = forms.DateField(label=_("Begins"), required=False)
    ends_on = forms.DateField(label=_("Ends"), required=False)
    indicator = forms.CharField(
        label=_("Indicator"), required=False, max_length=200, help_text=_("By which one number will you see it?")
    )
    unit_of_value = forms.CharField(
        label=_("Unit"), required=False, max_length=40, help_text=_("For example: days, percent, cases.")
    )
    baseline = _number(_("Starting value"), _("What the indicator shows today."))
    target = _number(_("Target value"))

    def __init__(self, *args: Any, units: "list[OrgUnit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "org_unit", OrgUnitChoice).show(units)

    @classmethod
    def of(cls, pilot: Pilot, units: "list[OrgUnit]") -> "PlanForm":
        """The form with the plan as it is stored."""
        names = ("plan", "starts_on", "ends_on", "indicator", "unit_of_value")
        initial = {name: getattr(pilot, name) for name in names}
        initial |= {"baseline": _plain(pilot.baseline), "target": _plain(pilot.target), "org_unit": pilot.org_unit_id}
        return cls(units=units, initial=initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return data


class EntryForm(forms.Form):
    """An entry of the log."""

    noted_on = forms.DateField(label=_("Date"))
    kind = forms.ChoiceField(label=_("Kind"), choices=PilotEntry.Kind.choices, widget=forms.RadioSelect)
    text = _text(_("Entry"), rows=4, maximum=3_000, help_text=_("Please write about the matter and name no people."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["noted_on"].initial = timezone.localdate()

    def clean_noted_on(self) -> date:
        return _not_to_come(self.cleaned_data["noted_on"])


class EvaluationForm(forms.Form):
    """What a pilot has shown."""

    ends_on = forms.DateField(label=_("Ended on"))
    result = _number(_("Result"))
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Pilot.Verdict.choices, widget=forms.RadioSelect)
    verdict_reason = _text(_("Reasons"), rows=5, maximum=4_000, help_text=_("What makes you say so?"))
    changes_wanted = _text(
        _("What should change"),
        rows=5,
        maximum=4_000,
        required=False,
        help_text=_("What the authors should write differently before it becomes the standard."),
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot
        self.fields["ends_on"].initial = timezone.localdate()
        about = (pilot.indicator, pilot.unit_of_value)
        self.fields["result"].help_text = ", ".join(part for part in about if part)

    def clean_ends_on(self) -> date:
        day = _not_to_come(self.cleaned_data["ends_on"])
        if self.pilot.starts_on is not None and day < self.pilot.starts_on:
            raise forms.ValidationError(_("The end lies before the beginning."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        changed = data.get("verdict") == Pilot.Verdict.WORKS_CHANGED
        if changed and not data.get("changes_wanted") and "changes_wanted" not in self.errors:
            self.add_error("changes_wanted", _("Please say what should change."))
        return data


class CallOffForm(forms.Form):
    """Why a pilot ends without a result."""

    reason = _text(_("Reason"), rows=4, maximum=2_000)


def _plain(number: Decimal | None) -> Decimal | None:
    """Without the zeros that the database adds: 41, not 41.000."""
    return None if number is None else Decimal(format(number.normalize(), "f"))


def _not_to_come(day: date) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError(_("The day is still to come."))
    return day
