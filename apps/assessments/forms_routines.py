"""Reading what the pages on routines send."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.assessments.actions.routines import CheckEntry
from apps.assessments.models import RoutineKind
from apps.assessments.models.routine import MAX_TEXT
from apps.core.form_fields import field_of
from apps.instruments.questions import field_name
from apps.municipalities.forms.memberships import OrgUnitChoice
from apps.municipalities.models import OrgUnit

SEEN = "seen-"


def posted_check(posted: QueryDict) -> dict[str, CheckEntry]:
    """The answers of a page of a check: those whose `seen-…` came along."""
    names = [key.removeprefix(SEEN) for key in posted if key.startswith(SEEN)]
    return {
        name: CheckEntry(tuple(posted.getlist(field_name(name))), posted.get(f"{SEEN}{name}", "")) for name in names
    }


class RoutineForm(forms.Form):
    """What a routine is, and which department runs it.

    only: the departments a contributor may choose from, and then one must be chosen; None: all, or none.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_(
            "As it is called in the administration, for example “Application for a resident’s parking permit”."
        ),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=RoutineKind.choices, widget=forms.RadioSelect)
    org_unit = OrgUnitChoice(
        label=_("Department"),
        empty_label=_("no department"),
        help_text=_("The contributors of this department and of those above it check the routine."),
    )
    description = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Please name no people and no single cases."),
    )

    def __init__(self, *args: Any, units: "list[OrgUnit]", only: Collection[UUID] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = field_of(self, "org_unit", OrgUnitChoice)
        if only is not None:
            units = [unit for unit in units if unit.pk in only]
            field.required = True
            field.empty_label = None
            field.queryset = OrgUnit.objects.filter(pk__in=only)
        field.show(units)


class ReleaseForm(forms.Form):
    """What others are told about a routine."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("In general words, for example “Form for a permit”, not as the routine is called with you."),
    )
    found = forms.CharField(label=_("What was found"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 10}))
    changed = forms.CharField(
        label=_("What was changed"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What others can take over is worth most."),
    )


class DeclineForm(forms.Form):
    """Why an example is not published."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The municipality that proposed the example reads it. You do not learn which one that is."),
    )
