"""Reading what the pages on adoptions send."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.commitments.actions.adoptions import Decision, Grounds
from apps.commitments.adoption_steps import DECISION, PROOF, REASON, TEXT
from apps.commitments.models import Adoption, Measure
from apps.commitments.needs_answered import NeedOption
from apps.core.form_fields import set_choices
from apps.files.forms import UploadField


class PastDay(forms.DateField):
    """A day that is not still to come."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def clean(self, value: Any) -> date:
        day: date = super().clean(value)
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("The day is still to come."))
        return day


class NeedsForm(forms.Form):
    """Which needs it answers: those that fit or are named already, ticked; the others in a field of their own."""

    needs = forms.MultipleChoiceField(
        label=_("It answers these needs"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.MultipleChoiceField(label=_("Other needs"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, options: Sequence[NeedOption], ticked: Collection[UUID]) -> None:
        super().__init__(data, initial={"needs": [str(key) for key in ticked]})
        first = [option for option in options if option.fits or option.need_id in ticked]
        rest = [option for option in options if option not in first]
        for name, shown in (("needs", first), ("others", rest)):
            set_choices(self, name, [(str(option.need_id), _line(option)) for option in shown])
            if not shown:
                del self.fields[name]

    @property
    def chosen(self) -> list[str]:
        """The keys of all needs that were ticked, of a valid form."""
        return [*self.cleaned_data.get("needs", ()), *self.cleaned_data.get("others", ())]


def _line(option: NeedOption) -> str:
    return f"{option.number} {option.label} – {option.because}"


class StepForm(forms.Form):
    """A step that asks for nothing."""

    @property
    def grounds(self) -> Grounds:
        """What was entered, of a valid form."""
        return Grounds()


class DecisionForm(StepForm):
    """The decision to adopt."""

    decision_reference = forms.CharField(
        label=_("Reference of the decision"),
        max_length=120,
        help_text=_("As people find it again, for example “Council decision 2026/117”."),
    )
    decided_on = PastDay(label=_("Date of the decision"))
    signatory_name = forms.CharField(label=_("Signed by"), max_length=120)
    signatory_function = forms.CharField(
        label=_("Function"), max_length=120, help_text=_("For example: Lord Mayor, District Administrator.")
    )
    document = UploadField(label=_("The decision as a document"), required=False)

    @property
    def decision(self) -> Decision:
        """The decision, of a valid form."""
        names = ("decision_reference", "decided_on", "signatory_name", "signatory_function", "document")
        return Decision(**{name: self.cleaned_data[name] for name in names})

    @property
    def grounds(self) -> Grounds:
        return Grounds(decision=self.decision)


class ReasonForm(StepForm):
    """Why it is not adopted, or given up."""

    reason_kind = forms.ChoiceField(label=_("Reason"), choices=Adoption.ReasonKind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reasons"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What would have to be different? Please name no people."),
    )

    @property
    def grounds(self) -> Grounds:
        return Grounds(reason=self.cleaned_data["reason"], reason_kind=self.cleaned_data["reason_kind"])


class TextForm(StepForm):
    """Why it is taken up again, or why a municipality stays with a version."""

    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))

    @property
    def grounds(self) -> Grounds:
        return Grounds(reason=self.cleaned_data["reason"])


class ProofForm(StepForm):
    """What shows the effect."""

    verified_on = PastDay(label=_("Effect verified on"))
    reason = forms.CharField(
        label=_("What shows the effect"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    @property
    def grounds(self) -> Grounds:
        return Grounds(reason=self.cleaned_data["reason"], verified_on=self.cleaned_data["verified_on"])


FORMS: dict[str, type[StepForm]] = {DECISION: DecisionForm, REASON: ReasonForm, TEXT: TextForm, PROOF: ProofForm}


class ConfirmForm(DecisionForm):
    """The decision on a new version, and which open measures go on under it."""

    carry_over = forms.MultipleChoiceField(
        label=_("Open measures that go on under the new version"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked stays with the earlier version."),
    )

    def __init__(self, *args: Any, measures: Sequence[Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "carry_over", [(str(measure.pk), str(measure)) for measure in measures])
        if not measures:
            del self.fields["carry_over"]

    @property
    def chosen(self) -> list[UUID]:
        """The measures that were ticked, of a valid form."""
        return [UUID(key) for key in self.cleaned_data.get("carry_over", ())]
