"""Reading what the project team's pages on waves send."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.assessments.models import Profile, Wave
from apps.core.form_fields import set_choices, set_rows
from apps.instruments.models import InstrumentVersion
from apps.municipalities.models import Municipality

MAX_REASON = 1_000
PROPOSED_EXTENSION = timedelta(days=28)


class WaveForm(forms.ModelForm[Wave]):
    """A new wave; only published questionnaires can be chosen."""

    class Meta:
        model = Wave
        fields = [
            "label",
            "instrument_version",
            "profile",
            "topic",
            "opens_on",
            "closes_on",
            "evidence_required",
            "then_test",
        ]

    def __init__(self, *args: Any, versions: "QuerySet[InstrumentVersion]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument_version"] = forms.ModelChoiceField(versions, label=_("Questionnaire"))
        set_choices(self, "profile", Profile.choices)

    def clean_topic(self) -> str:
        return " ".join(self.cleaned_data["topic"].split())


class InviteForm(forms.Form):
    """Which municipalities take part."""

    municipalities = forms.ModelMultipleChoiceField(
        Municipality.objects.none(), label=_("Municipalities"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, municipalities: "QuerySet[Municipality]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_rows(self, "municipalities", municipalities)


class ExtendForm(forms.Form):
    """A later deadline, and why. present: the one that holds now."""

    due_on = forms.DateField(label=_("New deadline"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands in the mail to the coordinators and in the record. Please name no people."),
    )

    def __init__(self, *args: Any, present: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        self.fields["due_on"].initial = present + PROPOSED_EXTENSION

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day <= self.present:
            params = {"day": date_format(self.present, "SHORT_DATE_FORMAT")}
            raise forms.ValidationError(
                _("Please name a day after %(day)s, the deadline that holds now."), params=params
            )
        return day
