"""Reading what the pages on delegated sections send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.assessments.models.delegation import MAX_NOTE
from apps.core.form_fields import field_of, set_choices, set_rows
from apps.municipalities.forms.memberships import OrgUnitChoice
from apps.municipalities.models import OrgUnit

PROPOSED_TERM = timedelta(days=14)
Choices = Sequence[tuple[str, str]]


class DueForm(forms.Form):
    """Until when: between today and the deadline of the wave."""

    due_on = forms.DateField(label=_("Answers due on"))

    def __init__(self, *args: Any, closes_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closes_on = closes_on
        self.fields["due_on"].initial = min(timezone.localdate() + PROPOSED_TERM, closes_on)

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("The day has passed already."))
        if day > self.closes_on:
            ends = date_format(self.closes_on, "SHORT_DATE_FORMAT")
            raise forms.ValidationError(_("The assessment ends on %(day)s."), params={"day": ends})
        return day


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is to be kept in mind. It stands in the mail and above the questions."),
    )


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """The questions of a section that can be given one by one: name and text."""

    section: str
    label: str
    items: tuple[tuple[str, str], ...]


class SingleItemsForm(DueForm):
    """Single questions instead of whole sections: below each section, folded."""

    items = forms.MultipleChoiceField(label=_("Single questions"), required=False)

    def __init__(self, *args: Any, items: Sequence[ItemGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = items
        set_choices(self, "items", [pair for group in items for pair in group.items])

    @property
    def item_groups(self) -> list[dict[str, Any]]:
        """For delegations/_items.html: per section its questions, and whether it is unfolded."""
        chosen = set(self["items"].value() or ())
        first = self.initial.get("sections") or [self.initial.get("section")]
        return [
            {
                "section": group.section,
                "label": group.label,
                "items": [(name, label, name in chosen) for name, label in group.items],
                "open": group.section in first or not chosen.isdisjoint(name for name, _label in group.items),
            }
            for group in self.groups
        ]

    def sections_of(self, items: Sequence[str]) -> list[str]:
        """The sections that these questions stand in."""
        return [group.section for group in self.groups if not {name for name, _label in group.items}.isdisjoint(items)]


class GiveForm(SingleItemsForm):
    """Which sections, or single questions of them, go to whom among those with an account."""

    sections = forms.MultipleChoiceField(
        label=_("Sections"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Whole sections; single questions can be chosen below."),
    )
    org_unit = OrgUnitChoice(
        label=_("Department"),
        empty_label=_("no department"),
        help_text=_("Without a person: all contributors of the department and of those below it."),
    )
    user = forms.ModelChoiceField(
        User.objects.none(), label=_("Person"), required=False, empty_label=_("nobody in particular")
    )
    deputy = forms.ModelChoiceField(User.objects.none(), label=_("Deputy"), required=False, empty_label=_("no deputy"))
    note = _note()
    field_order = ("sections", "org_unit", "user", "deputy", "due_on", "note")

    def __init__(
        self, *args: Any, sections: Choices, units: "list[OrgUnit]", people: "QuerySet[User]", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "sections", sections)
        field_of(self, "org_unit", OrgUnitChoice).show(units)
        for name in ("user", "deputy"):
            set_rows(self, name, people)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # Whoever ticks single questions of a section means these, whether its box is ticked or not.
        chosen = {*data.get("sections", ()), *self.sections_of(data.get("items", ()))}
        data["sections"] = [group.section for group in self.groups if group.section in chosen]
        if not chosen and "sections" not in self.errors:
            self.add_error("sections", _("Please choose a section, or single questions."))
        user, deputy = data.get("user"), data.get("deputy")
        if not self.errors and user is None and data.get("org_unit") is None:
            self.add_error("user", _("Please choose a person or a department."))
        if deputy is not None and (user is None or user == deputy):
            self.add_error("deputy", _("A deputy stands for another person: please choose both."))
        return data


class LinkForm(SingleItemsForm):
    """Which section, or which single questions of it, go to somebody without an account."""

    section = forms.ChoiceField(label=_("Section"))
    name = forms.CharField(label=_("Name of the person"), max_length=160)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    org_unit = OrgUnitChoice(label=_("Department"), empty_label=_("no department"))
    note = _note()
    field_order = ("section", "name", "email", "org_unit", "due_on", "note")

    def __init__(self, *args: Any, sections: Choices, units: "list[OrgUnit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "section", sections)
        field_of(self, "org_unit", OrgUnitChoice).show(units)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        elsewhere = set(self.sections_of(data.get("items", ()))) - {data.get("section")}
        if elsewhere and "section" not in self.errors:
            self.add_error(
                "section", _("The single questions stand in another section: a link opens one section only.")
            )
        return data


class GiveBackForm(DueForm):
    """Why a section that was handed back goes to the same people again, and until when."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands in the mail and above the questions."),
    )
    field_order = ("reason", "due_on")
