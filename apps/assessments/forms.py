"""Reading what pages send."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.assessments.actions.answers import Entry
from apps.assessments.content import Seen
from apps.instruments.questions import field_name

SEEN, NOTE, EVIDENCE, DONE_BY = "seen-", "note-", "evidence-", "done_by-"
MAX_REASON = 2_000


def posted_entry(posted: QueryDict, name: str) -> Entry:
    """The answer to the item `name` as it was sent, whether by the form of the section or for itself."""
    return Entry(
        item=name,
        values=tuple(posted.getlist(field_name(name))),
        done_by=posted.get(DONE_BY + name),
        note=posted.get(NOTE + name),
        evidence=posted.get(EVIDENCE + name),
        seen=Seen.parse(posted.get(SEEN + name, "")),
    )


def posted_entries(posted: QueryDict) -> list[Entry]:
    """All answers of a section's form: those whose `seen-…` came along."""
    return [posted_entry(posted, key.removeprefix(SEEN)) for key in posted if key.startswith(SEEN)]


class SignForm(forms.Form):
    """Who signs, in which function. The name is the account's."""

    function = forms.CharField(
        label=_("Your function"), max_length=160, help_text=_("For example: Mayor, head of administration.")
    )
    confirmed = forms.BooleanField(label=_("I have seen the results and stand by these answers."))


class ReturnForm(forms.Form):
    """Why an assessment goes back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The coordinator and the contributors read it."),
    )
