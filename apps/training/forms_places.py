"""Reading what the pages on places send."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.form_fields import RequestKeyField, field_of, set_choices
from apps.municipalities.forms.memberships import OrgUnitChoice
from apps.municipalities.models import Membership, Municipality, OrgUnit
from apps.training.models import Session

ACCEPT, DECLINE = "accept", "decline"
APPROVE, REFUSE = "approve", "refuse"


class SessionField(forms.Form):
    """Which session a page is about; it is never part of an address that changes a place."""

    session = forms.UUIDField(widget=forms.HiddenInput)


class PlaceField(forms.Form):
    """Which of one's places a page is about."""

    place = forms.UUIDField(widget=forms.HiddenInput)


class EnrolForm(SessionField):
    """Through which municipality somebody enrols; asked only where there are several."""

    municipality = forms.ChoiceField(
        label=_("Through which municipality?"),
        widget=forms.RadioSelect,
        help_text=_("Its seats and rules count."),
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, municipalities: Sequence[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "municipality", [(str(row.pk), row.name) for row in municipalities])
        if len(municipalities) == 1:
            self.fields["municipality"].widget = forms.HiddenInput()
            self.fields["municipality"].initial = str(municipalities[0].pk)


class AnswerForm(PlaceField):
    """The answer to an offered seat."""

    answer = forms.ChoiceField(choices=[(ACCEPT, ACCEPT), (DECLINE, DECLINE)])


class TitlesForm(forms.Form):
    """Whether calendar and mails may say what a training is about."""

    show_titles = forms.BooleanField(
        label=_("Show titles and places in my calendar"),
        required=False,
        help_text=_("Without it, calendar and mails say “Training” and nothing else. Some trainings never show more."),
    )


class SubstituteForm(forms.Form):
    """To whom a seat is handed on."""

    address = forms.EmailField(
        label=_("E-mail address of the colleague"), help_text=_("Somebody of your municipality with an account.")
    )


class MoveForm(forms.Form):
    """To which session somebody is moved."""

    session = forms.ChoiceField(label=_("To which date?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, sessions: Sequence[tuple[Session, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "session", [(str(row.pk), text) for row, text in sessions])


class DecisionForm(forms.Form):
    """Whether an enrolment is approved; a refusal has its reason."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(APPROVE, _("Approve")), (REFUSE, _("Do not approve"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where you do not approve. The person reads it."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == REFUSE and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Please give a reason."))
        return data


class ApproverForm(forms.Form):
    """Who approves enrolments, and of which department."""

    person = forms.ChoiceField(label=_("Person"))
    org_unit = OrgUnitChoice(
        label=_("Department"),
        empty_label=_("everybody without an approver of their own"),
        help_text=_("With all departments below it."),
    )

    def __init__(self, *args: Any, members: Collection[Membership], units: "list[OrgUnit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {str(row.user_id): f"{row.user.get_full_name()} ({row.user.email})" for row in members}
        set_choices(self, "person", [("", _("Please choose")), *people.items()])
        field_of(self, "org_unit", OrgUnitChoice).show(units)
