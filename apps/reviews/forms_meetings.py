"""Reading what the pages on meetings and advice send."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ProgrammeRole
from apps.core.form_fields import set_choices
from apps.reviews.forms import FutureDateField, members_as_choices
from apps.reviews.models import Advice, AgendaItem, Attendance, Meeting, Review

ANSWER_DAYS = 28


class MeetingForm(forms.Form):
    """Title, time, place and chair of a meeting."""

    title = forms.CharField(label=_("Title"), max_length=160)
    starts_at = forms.DateTimeField(label=_("Begins"))
    ends_at = forms.DateTimeField(label=_("Ends"), required=False)
    place = forms.CharField(label=_("Place or address of the video conference"), max_length=300, required=False)
    chair = forms.ChoiceField(label=_("Chair"), required=False)

    def __init__(self, *args: Any, members: Sequence[ProgrammeRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("not decided yet")), *members_as_choices(members)]
        set_choices(self, "chair", choices)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("It ends after it begins."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the actions take. Of a valid form."""
        data = dict(self.cleaned_data)
        chair = data.pop("chair")
        return {**data, "chair_id": UUID(chair) if chair else None}

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        """What the form shows for a meeting there is."""
        return {
            "title": meeting.title,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "place": meeting.place,
            "chair": str(meeting.chair_id or ""),
        }


class AgendaItemForm(forms.Form):
    """A point of the agenda."""

    title = forms.CharField(label=_("Point of the agenda"), max_length=200)
    about = forms.ChoiceField(label=_("Is about"), required=False)

    def __init__(self, *args: Any, reviews: Sequence[Review], advice: Sequence[Advice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subjects = [
            ("", _("something else")),
            *((f"review:{review.pk}", review.subject_title) for review in reviews),
            *((f"advice:{row.pk}", _("Advice no. %(number)s: %(title)s") % _named(row)) for row in advice),
        ]
        set_choices(self, "about", subjects)

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes. Of a valid form."""
        kind, _colon, key = self.cleaned_data["about"].partition(":")
        return {"title": self.cleaned_data["title"], **({f"{kind}_id": UUID(key)} if key else {})}


def _named(advice: Advice) -> dict[str, Any]:
    return {"number": advice.number, "title": advice.title}


class MinutesForm(forms.Form):
    """Attendance of each member, result of each point, course of the meeting."""

    def __init__(
        self, *args: Any, meeting: Meeting, items: Sequence[AgendaItem], members: Sequence[ProgrammeRole], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.members = items, members
        present = {row.member_id: row.kind for row in meeting.attendance.all()}
        for member in members:
            self.fields[f"member-{member.pk}"] = forms.ChoiceField(
                label=f"{member.user.get_full_name()}, {member.function}",
                choices=[("", _("not noted")), *Attendance.Kind.choices],
                initial=present.get(member.pk, ""),
                required=False,
            )
        for item in items:
            self.fields[f"item-{item.pk}"] = forms.CharField(
                label=_("Result of “%(point)s”") % {"point": item.title},
                initial=item.result,
                max_length=5_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.fields["minutes"] = forms.CharField(
            label=_("Course of the meeting"),
            initial=meeting.minutes,
            max_length=20_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 8}),
        )

    def of_members(self) -> Iterator[BoundField]:
        """The fields of attendance."""
        return (self[f"member-{member.pk}"] for member in self.members)

    def of_items(self) -> Iterator[BoundField]:
        """The fields of results."""
        return (self[f"item-{item.pk}"] for item in self.items)

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes. Of a valid form."""
        data = self.cleaned_data
        return {
            "minutes": data["minutes"],
            "results": {item.pk: data[f"item-{item.pk}"] for item in self.items},
            "attendance": {member.pk: data[f"member-{member.pk}"] for member in self.members},
        }


class AdviceForm(forms.Form):
    """An advice in draft."""

    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(label=_("Advice"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12}))


class GiveAdviceForm(forms.Form):
    """Until when the answer is wanted."""

    answer_due_on = FutureDateField(label=_("Answer wanted until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer_due_on"].initial = lambda: timezone.localdate() + timedelta(days=ANSWER_DAYS)

    def clean_answer_due_on(self) -> date:
        day: date = self.cleaned_data["answer_due_on"]
        if day == timezone.localdate():
            raise forms.ValidationError(_("The answer is wanted on a day to come."))
        return day


class AnswerForm(forms.Form):
    """The project's answer to an advice."""

    answer = forms.ChoiceField(label=_("The project's answer"), choices=Advice.Answer.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reasons"),
        max_length=6_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Advice and answer are public."),
    )
