"""Reading what the pages on writing send. The structured fields get their forms from `apps.recommendations.fields`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.entries import SLUG, with_dates
from apps.core.form_fields import area, day, set_choices
from apps.core.forms_entries import ItemsForm, NamesField, PartsForm, entry_formset
from apps.core.levels import LEVELS
from apps.recommendations.fields import ENTRIES, INDICATOR
from apps.recommendations.models import Edition, Effort
from apps.reviews.lifecycle import State

MAX_SECTION = 60_000
DOI = RegexValidator(r"^10\.\d{4,9}/\S+$", _("A DOI looks like 10.1234/abc."))


# --- Starting and steps -------------------------------------------------------------------------------------------


class StartForm(forms.Form):
    """A new recommendation. Without a decision that asks for it, it must be said why it is written."""

    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("What is to be done, in a few words."))
    dimension = forms.TypedChoiceField(label=_("Field of action"), coerce=int)
    items = forms.MultipleChoiceField(label=_("Items answered"), widget=forms.CheckboxSelectMultiple, required=False)
    started_because = forms.CharField(label=_("Why it is written"), max_length=2_000, widget=area(3))

    def __init__(
        self,
        *args: Any,
        dimensions: Mapping[int, str],
        items: Mapping[str, str],
        has_decision: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "dimension", list(dimensions.items()))
        set_choices(self, "items", list(items.items()))
        self.fields["started_because"].required = not has_decision
        if not items:
            del self.fields["items"]


class FilterForm(forms.Form):
    """Which recommendations the list shows. A value that means nothing is left out of account."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *State.choices])
    dimension = forms.TypedChoiceField(label=_("Field of action"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, dimensions: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("All")), *dimensions.items()]
        set_choices(self, "dimension", choices)

    def chosen(self) -> dict[str, Any]:
        """Lookups for the list."""
        self.is_valid()
        lookups = {"state": "state", "dimension": "recommendation__dimension"}
        return {lookup: self.cleaned_data[name] for name, lookup in lookups.items() if self.cleaned_data.get(name)}


class StepForm(forms.Form):
    """Taking a step of the lifecycle."""

    transition = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=area(3))

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]


class DoiForm(forms.Form):
    """The DOI of a version."""

    doi = forms.CharField(
        label="DOI",
        max_length=100,
        required=False,
        validators=[DOI],
        help_text=_("As the repository has given it, without https://doi.org/."),
    )


class SectionForm(forms.Form):
    """The Markdown of a section."""

    markdown = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_SECTION,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        help_text=_(
            "An empty line ends a paragraph. A line that begins with “### ” is a heading, one with “- ” a list entry."
        ),
    )


# --- Team and expenses --------------------------------------------------------------------------------------------


class MemberForm(forms.Form):
    """Somebody for the team."""

    role = forms.UUIDField(label=_("Member of a bench"), widget=forms.Select)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].widget.choices = [("", gettext("Please choose")), *choices]
        self.known = {key for group in choices for key, _label in group[1]}

    def clean_role(self) -> Any:
        """Raises ValidationError for somebody who is not offered."""
        if str(self.cleaned_data["role"]) not in self.known:
            raise ValidationError(_("This person cannot be chosen."))
        return self.cleaned_data["role"]


class ExpenseForm(forms.Form):
    """Time or money somebody has put in."""

    member = forms.TypedChoiceField(label=_("For which recommendation"), coerce=str)
    incurred_on = day(label=_("Date"))
    purpose = forms.CharField(label=_("What for"), max_length=200, help_text=_("Please name no people."))
    hours = forms.DecimalField(
        label=_("Hours"), required=False, min_value=0, max_digits=5, decimal_places=2, localize=True
    )
    amount = forms.DecimalField(
        label=_("Amount in euros"), required=False, min_value=0, max_digits=8, decimal_places=2, localize=True
    )

    def __init__(self, *args: Any, teams: Sequence[tuple[str, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        set_choices(self, "member", teams)

    def clean_incurred_on(self) -> date:
        """Raises ValidationError for a day to come."""
        incurred: date = self.cleaned_data["incurred_on"]
        if incurred > self.today:
            raise ValidationError(_("This day has not been yet."))
        return incurred

    def clean(self) -> dict[str, Any]:
        """Nothing and zero are the same; one of the two is needed."""
        cleaned = super().clean() or {}
        for name in ("hours", "amount"):
            cleaned[name] = cleaned.get(name) or None
        if not {"hours", "amount"} & set(self.errors) and cleaned["hours"] is None and cleaned["amount"] is None:
            self.add_error("hours", _("Please give hours or an amount."))
        return cleaned


class DecisionForm(forms.Form):
    """What becomes of an expense."""

    state = forms.ChoiceField(label=_("Decision"))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "state", choices)

    def clean(self) -> dict[str, Any]:
        """A refusal is reasoned."""
        cleaned = super().clean() or {}
        if cleaned.get("state") == "declined" and not cleaned.get("reason"):
            self.add_error("reason", _("Please give a reason."))
        return cleaned


# --- Structured fields --------------------------------------------------------------------------------------------


class BasicsForm(forms.Form):
    """Title, summary, target, effort."""

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"), max_length=600, required=False, widget=area(4), help_text=_("One to three sentences.")
    )
    target_level = forms.TypedChoiceField(
        label=_("Target level"), coerce=int, choices=[(level, f"{level}") for level in range(1, 5)]
    )
    effort = forms.ChoiceField(label=_("Effort"), choices=Effort.choices)
    effort_note = forms.CharField(
        label=_("Effort in detail"),
        max_length=2_000,
        required=False,
        widget=area(4),
        help_text=_("Who, how many days or weeks, which money; estimates marked as such."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(level, f"{level} – {LEVELS[level]}") for level in range(1, 5)]
        set_choices(self, "target_level", names)


def _module_problem(name: str) -> str:
    if SLUG.fullmatch(name):
        return ""
    return gettext("“%(name)s” is not the key of a module: small letters, digits and hyphens.") % {"name": name}


class TrainingForm(forms.Form):
    """The modules that go with a recommendation."""

    training = NamesField(
        _module_problem,
        label=_("Training modules"),
        required=False,
        widget=area(6),
        help_text=_("Keys of modules, one to a line. A module need not exist yet."),
    )


class IndicatorForm(PartsForm):
    """The one indicator."""

    parts = INDICATOR


@dataclass(frozen=True, slots=True)
class FieldPage:
    """A page of structured fields: its name in the URL, its title, the edition's fields it writes."""

    name: str
    title: str | Promise
    writes: tuple[str, ...]

    def is_filled(self, edition: Edition) -> bool:
        """Whether anything stands there; of the basics: the summary and the effort in words."""
        names = ("summary", "effort_note") if self.name == "basics" else self.writes
        return all(bool(getattr(edition, name)) for name in names)


_BASICS = ("title", "summary", "target_level", "effort", "effort_note")
FIELD_PAGES: Mapping[str, FieldPage] = {
    page.name: page
    for page in (
        FieldPage("basics", _("Title, summary, target and effort"), _BASICS),
        FieldPage("items", _("Items answered"), ("items",)),
        FieldPage("indicator", _("Indicator"), ("indicator",)),
        FieldPage("legal_bases", _("Legal bases"), ("legal_bases",)),
        FieldPage("variants", _("Variants"), ("variants",)),
        FieldPage("templates", _("Templates"), ("templates",)),
        FieldPage("measures", _("Template measures"), ("measures",)),
        FieldPage("sources", _("Sources"), ("sources",)),
        FieldPage("training", _("Training modules"), ("training",)),
    )
}  # fmt: skip


@dataclass
class FieldsInput:
    """The form or formset of a page of fields, whichever it has."""

    page: FieldPage
    form: Any
    is_formset: bool

    def is_valid(self) -> bool:
        return bool(self.form.is_valid())

    @property
    def values(self) -> dict[str, Any]:
        """The edition's fields as the page gives them. Of a valid form."""
        if self.is_formset:
            return {self.page.name: self.form.entries}
        if self.page.name == "indicator":
            return {"indicator": self.form.entry}
        return {name: self.form.cleaned_data[name] for name in self.page.writes}


def fields_input(page: FieldPage, edition: Edition, labels: Mapping[str, str], data: Any = None) -> FieldsInput:
    """The form of a page, with what stands in the edition or with what was sent."""
    if page.name in ENTRIES:
        given = [with_dates(ENTRIES[page.name], entry) for entry in getattr(edition, page.name)]
        rows = entry_formset(page.name, ENTRIES[page.name])
        return FieldsInput(page, rows(data, initial=given, prefix=page.name), True)
    initial = {name: getattr(edition, name) for name in page.writes}
    if page.name == "indicator":
        return FieldsInput(page, IndicatorForm(data, initial=edition.indicator), False)
    if page.name == "items":
        return FieldsInput(page, ItemsForm(data, labels=labels, initial=initial), False)
    form = {"basics": BasicsForm, "training": TrainingForm}[page.name]
    return FieldsInput(page, form(data, initial=initial), False)
