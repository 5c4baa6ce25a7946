"""Reading what the pages on reviews, votes and rules send."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ProgrammeRole
from apps.core.form_fields import set_choices
from apps.reviews.models import Majority, Vote
from apps.reviews.queries import Rules
from apps.reviews.rubric import SCORES, Criterion

USUAL_DAYS = 28


class FutureDateField(forms.DateField):
    """A day that is not over yet."""

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return day


def members_as_choices(members: Iterable[ProgrammeRole]) -> list[tuple[str, str]]:
    """Members of the panel by key, with what they are."""
    return [(str(member.pk), f"{member.user.get_full_name()}, {member.function}") for member in members]


class OpenReviewForm(forms.Form):
    """To whom a review is given, until when, and what is to be decided."""

    members = forms.MultipleChoiceField(
        label=_("Members who review it"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who took part in writing the text is not offered."),
    )
    reporting = forms.ChoiceField(label=_("Who reports to the panel"), required=False)
    deadline = FutureDateField(label=_("Deadline"), help_text=_("For reading and scoring; the vote gets its own."))
    question = forms.CharField(
        label=_("What is to be decided"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, members: Sequence[ProgrammeRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = members_as_choices(members)
        set_choices(self, "members", choices)
        set_choices(self, "reporting", [("", _("nobody in particular")), *choices])
        self.fields["deadline"].initial = lambda: timezone.localdate() + timedelta(days=USUAL_DAYS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reporting") and data["reporting"] not in data.get("members", []):
            self.add_error("reporting", _("Who reports must be among the members who review it."))
        return data

    @property
    def chosen(self) -> list[UUID]:
        """Keys of the members. Of a valid form."""
        return [UUID(key) for key in self.cleaned_data["members"]]

    @property
    def reporter(self) -> UUID | None:
        """Key of who reports, if anybody. Of a valid form."""
        return UUID(self.cleaned_data["reporting"]) if self.cleaned_data["reporting"] else None


class AssignForm(forms.Form):
    """One more member for a review."""

    member = forms.ChoiceField(label=_("Member"))
    reports = forms.BooleanField(label=_("Reports to the panel"), required=False)

    def __init__(self, *args: Any, members: Sequence[ProgrammeRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "member", members_as_choices(members))


class StartVoteForm(forms.Form):
    """Until when the vote is open."""

    vote_until = FutureDateField(label=_("The vote is open until"))


class ReasonForm(forms.Form):
    """A reason that is owed."""

    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class CloseVoteForm(forms.Form):
    """What those who wrote the text read beside the outcome."""

    reason = forms.CharField(
        label=_("Summary of the reasons"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Those who wrote the text read it. Without it they read the figures of the vote."),
    )


class RulesForm(forms.Form):
    """Quorum and majority, as decided."""

    quorum = forms.IntegerField(
        label=_("Quorum in percent"),
        min_value=1,
        max_value=100,
        help_text=_("Share of those entitled who must have voted."),
    )
    majority = forms.ChoiceField(label=_("Majority"), choices=Majority.choices, widget=forms.RadioSelect)
    decided_on = forms.DateField(label=_("Decided on"))
    reason = forms.CharField(
        label=_("Decision"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: “Rules of procedure of the panel, § 4, as decided in its first meeting”."),
    )

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"quorum": rules.quorum, "majority": rules.majority}

    def clean_decided_on(self) -> date:
        day: date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class ConflictForm(forms.Form):
    """Whether the member has a conflict of interest."""

    conflict = forms.ChoiceField(
        label=_("Do you have a conflict of interest in this matter?"),
        choices=[
            ("no", _("No, I have none")),
            ("yes", _("Yes – I take no part in scoring and vote")),
        ],
        widget=forms.RadioSelect,
        help_text=_("For example: you took part in it, are employed by or receive money from those it is about."),
    )
    note = forms.CharField(
        label=_("What it consists in"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed for a yes. The panel and the project team read it."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("conflict") == "yes" and not data.get("note"):
            self.add_error("note", _("Please say what the conflict of interest consists in."))
        return data


class ScoresForm(forms.Form):
    """A score with a reason for each criterion."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            numbered = zip(SCORES, criterion.meanings, strict=True)
            self.fields[f"score-{criterion.key}"] = forms.ChoiceField(
                label=str(criterion.question),
                choices=[(str(score), f"{score} – {meaning}") for score, meaning in numbered],
                widget=forms.RadioSelect,
            )
            self.fields[f"reason-{criterion.key}"] = forms.CharField(
                label=_("Reason for “%(criterion)s”") % {"criterion": criterion.label},
                max_length=2_000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def rows(self) -> Iterator[tuple[str | Promise, BoundField, BoundField]]:
        """Label of each criterion, with the fields of its score and its reason."""
        for criterion in self.criteria:
            yield criterion.label, self[f"score-{criterion.key}"], self[f"reason-{criterion.key}"]

    @property
    def scores(self) -> dict[str, tuple[int, str]]:
        """What was entered, by criterion. Of a valid form."""
        data = self.cleaned_data
        return {
            criterion.key: (int(data[f"score-{criterion.key}"]), data[f"reason-{criterion.key}"])
            for criterion in self.criteria
        }


class VoteForm(forms.Form):
    """A vote, with its reason, and with conditions."""

    choice = forms.ChoiceField(label=_("Your vote"), choices=Vote.Choice.choices, widget=forms.RadioSelect)
    conditions = forms.CharField(
        label=_("Conditions"),
        max_length=6_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only for “Yes, with conditions”: what must be changed before the acceptance counts, one a line."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed for a no."),
    )

    @property
    def texts(self) -> list[str]:
        """The conditions, one each. Of a valid form."""
        return [line.strip() for line in self.cleaned_data.get("conditions", "").splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        choice = data.get("choice")
        if choice == Vote.Choice.NO and not data.get("reason"):
            self.add_error("reason", _("Please give a reason for a no."))
        if choice == Vote.Choice.CONDITIONAL and not data.get("conditions"):
            self.add_error("conditions", _("Please write at least one condition."))
        if choice and choice != Vote.Choice.CONDITIONAL and data.get("conditions"):
            self.add_error("conditions", _("Conditions belong to “Yes, with conditions”, and only to it."))
        if any(len(line) > 2_000 for line in data.get("conditions", "").splitlines()):
            self.add_error("conditions", _("A condition has at most 2,000 characters."))
        return data


class SignatureForm(forms.Form):
    """How a signature is published."""

    by_name = forms.ChoiceField(
        label=_("How your signature is published"),
        choices=[("no", _("by function")), ("yes", _("by name and function"))],
        initial="no",
        widget=forms.RadioSelect,
    )

    @property
    def named(self) -> bool:
        """Whether by name. Of a valid form."""
        return bool(self.cleaned_data["by_name"] == "yes")


class StatementForm(SignatureForm):
    """A minority statement."""

    text = forms.CharField(
        label=_("Minority statement"),
        max_length=6_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("It is published with the version."),
    )
    field_order = ("text", "by_name")


class MetForm(forms.Form):
    """How a condition was met."""

    note = forms.CharField(
        label=_("How it was met"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example where in the text, and what has changed."),
    )
