"""Reading what the pages on measures send."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.assessments.forms_evidence import DayField, DocumentOrAddressForm
from apps.commitments.actions.measures import FIELDS, WITH_REASON
from apps.commitments.models import Adoption, Measure
from apps.commitments.pages_measures import adoption_label
from apps.commitments.states import MEASURE_STEPS, MeasureState
from apps.core.form_fields import RequestKeyField, field_of, set_choices
from apps.files.checks import XLSX
from apps.files.forms import UploadField
from apps.municipalities.forms.memberships import OrgUnitChoice
from apps.municipalities.models import OrgUnit

_LONG = {"rows": 4}
_FAR = 50


class _PersonField(forms.TypedChoiceField):
    """Somebody of the municipality; cleans to the key, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=UUID, empty_value=None, required=False, **kwargs)

    def offer(self, people: Sequence[User]) -> None:
        """Those who work here first, then employees."""
        groups = {False: [], True: []}  # type: dict[bool, list[tuple[str, str]]]
        for person in people:
            groups[bool(getattr(person, "is_employee", False))].append((str(person.pk), person.get_full_name()))
        self.choices = [
            ("", _("nobody yet")),
            *groups[False],
            *([(_("Employees"), groups[True])] if groups[True] else []),
        ]


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, **kwargs)


class NumberField(forms.DecimalField):
    """A number as people write it: 12.500,50 and 12 500,50 in German, 12,500.50 in English."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(localize=True, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stub takes it for an integer
        if isinstance(value, str):
            value = re.sub(r"[\s\u00a0\u202f€]", "", value)
            group, point = (r"\.", ",") if get_format("DECIMAL_SEPARATOR") == "," else (",", r"\.")
            if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{point}\d*)?", value):
                value = re.sub(group, "", value)
        return super().to_python(value)


def _number(label: Any, **kwargs: Any) -> NumberField:
    return NumberField(label=label, required=False, **kwargs)


class MeasureForm(forms.Form):
    """What the plan says of a measure. `values` has it by the names of actions.measures.FIELDS."""

    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("What is done, as a short sentence with a verb.")
    )
    description = forms.CharField(
        label=_("Description"), max_length=4_000, required=False, widget=forms.Textarea(attrs=_LONG)
    )
    adoption = forms.TypedChoiceField(
        label=_("Belongs to the recommendation"), coerce=UUID, empty_value=None, required=False
    )
    org_unit = OrgUnitChoice(label=_("Responsible department"), empty_label=_("none yet"))
    responsible = _PersonField(
        label=_("Responsible person"),
        help_text=_("Is reminded, and can say where the measure stands and add values and evidence."),
    )
    deputy = _PersonField(label=_("Deputy"))
    starts_on = _day(_("Begins"))
    due_on = _day(_("Deadline"))
    budget = _number(_("Budget in euros"), max_digits=12, decimal_places=2, min_value=0)
    budget_note = forms.CharField(
        label=_("Where the money comes from"),
        max_length=200,
        required=False,
        help_text=_("For example the budget line, or the grant."),
    )
    indicator = forms.CharField(
        label=_("Indicator"), max_length=200, required=False, help_text=_("By what it is seen that the measure works.")
    )
    indicator_definition = forms.CharField(
        label=_("How it is measured"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    unit_of_value = forms.CharField(
        label=_("Unit"), max_length=40, required=False, help_text=_("For example days, % or people.")
    )
    baseline = _number(_("Starting value"), max_digits=14, decimal_places=3)
    baseline_on = _day(_("Measured on"))
    target = _number(_("Target value"), max_digits=14, decimal_places=3)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    template = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    request_key = RequestKeyField()

    PLAN = ("title", "description", "adoption")
    CHARGE = ("org_unit", "responsible", "deputy")
    TIME = ("starts_on", "due_on", "budget", "budget_note")
    EFFECT = ("indicator", "indicator_definition", "unit_of_value", "baseline", "baseline_on", "target")

    def __init__(
        self,
        *args: Any,
        units: list[OrgUnit],
        people: Sequence[User],
        adoptions: Sequence[Adoption],
        measure: Measure | None = None,
        **kwargs: Any,
    ) -> None:
        if measure is not None:
            kwargs["initial"] = {**initial_of(measure), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.units, self.people, self.adoptions = units, people, adoptions
        field_of(self, "org_unit", OrgUnitChoice).show(units)
        field_of(self, "responsible", _PersonField).offer(people)
        field_of(self, "deputy", _PersonField).offer(people)
        choices = [(str(row.pk), adoption_label(row)) for row in adoptions]
        set_choices(self, "adoption", [("", _("no recommendation")), *choices])

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields below their headings."""
        headings = (
            (_("What is done"), self.PLAN),
            (_("Who is in charge"), self.CHARGE),
            (_("Until when, with which money"), self.TIME),
            (_("By what it is seen to work"), self.EFFECT),
        )
        return [(str(heading), [self[name] for name in names]) for heading, names in headings]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, due = data.get("starts_on"), data.get("due_on")
        if starts and due and due < starts:
            self.add_error("due_on", _("The deadline lies before the beginning."))
        for name in ("starts_on", "due_on"):
            if data.get(name) and abs(data[name].year - timezone.localdate().year) > _FAR:
                self.add_error(name, _("Please check the year."))
        if data.get("baseline") is not None and data.get("baseline_on") is None and "baseline_on" not in self.errors:
            self.add_error("baseline_on", _("A starting value has the day on which it was measured."))
        if (data.get("baseline") is not None or data.get("target") is not None) and not data.get("indicator"):
            self.add_error("indicator", _("Values belong to an indicator: please name it."))
        if data.get("responsible") is not None and data.get("responsible") == data.get("deputy"):
            self.add_error("deputy", _("The deputy is somebody else."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Of a valid form."""
        data = self.cleaned_data
        unit = data["org_unit"]
        named = {
            "org_unit_id": unit.pk if unit is not None else None,
            "responsible_id": data["responsible"],
            "deputy_id": data["deputy"],
            "adoption_id": data["adoption"],
        }
        return {name: named[name] if name in named else data[name] for name in FIELDS}


def initial_of(measure: Measure) -> dict[str, Any]:
    """A measure as the form shows it."""
    values = {name.removesuffix("_id"): getattr(measure, name) for name in FIELDS}
    for name in ("responsible", "deputy", "adoption"):
        values[name] = str(values[name]) if values[name] is not None else ""
    return {**values, "revision": measure.revision}


class StateForm(forms.Form):
    """Where a measure stands: one of the states that a step leads to."""

    state = forms.ChoiceField(label=_("New state"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for “waiting” and “given up”: what it waits for, or why it is given up."),
    )
    done_on = forms.DateField(
        label=_("Done on"), required=False, help_text=_("For “done”; today, if you leave it empty.")
    )

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "state", next_states(measure.state))

    def clean_done_on(self) -> date | None:
        day: date | None = self.cleaned_data["done_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("The day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("state") in WITH_REASON and not (data.get("reason") or "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Waiting and given up want a reason."))
        return data


def next_states(state: str) -> list[tuple[str, str]]:
    """The states that a step leads to, in their order, with their names."""
    return [(value, str(MeasureState(value).label)) for value in MeasureState.values if (state, value) in MEASURE_STEPS]


class ValueForm(forms.Form):
    """A measured value."""

    measured_on = forms.DateField(label=_("Measured on"))
    value = NumberField(label=_("Value"), max_digits=14, decimal_places=3)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def clean_measured_on(self) -> date:
        day: date = self.cleaned_data["measured_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day is still to come."))
        return day


class CommentForm(forms.Form):
    """A comment."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Seen by your municipality alone."),
    )


class EvidenceForm(DocumentOrAddressForm):
    """What proves that the measure was done: a document or an address."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("What it is, so that others find it: for example “Council decision 2026/117”."),
    )
    dated_on = DayField()


class DependencyForm(forms.Form):
    """Which measure has to be done first."""

    after = forms.TypedChoiceField(label=_("It can only be done after"), coerce=UUID)

    def __init__(self, *args: Any, others: Sequence[Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "after", [("", "—"), *((str(row.pk), str(row)) for row in others)])


class AddressForm(forms.Form):
    """Which deadlines a calendar shows."""

    only_mine = forms.TypedChoiceField(
        label=_("Which deadlines?"),
        coerce=lambda value: value == "yes",
        choices=[("no", _("of all measures")), ("yes", _("of measures I am responsible for, or the deputy"))],
        initial="no",
        widget=forms.RadioSelect,
    )


class SheetForm(forms.Form):
    """The plan as an Excel file."""

    document = UploadField(
        label=_("Excel file"), kinds=(XLSX,), help_text=_("XLSX, with the headings of the file you can download.")
    )


class FilterForm(forms.Form):
    """The filters as fields; it shows what has been read and decides nothing."""

    state = forms.ChoiceField(label=_("State"), required=False)
    unit = forms.ChoiceField(label=_("Department"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    adoption = forms.ChoiceField(label=_("Recommendation"), required=False)
    dimension = forms.ChoiceField(label=_("Field of action"), required=False)
    use_required_attribute = False

    def __init__(self, chosen: Mapping[str, Any], choices: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        super().__init__(initial=dict(chosen), auto_id="filter_%s")
        for name, offered in choices.items():
            set_choices(self, name, [("", _("all")), *offered])
