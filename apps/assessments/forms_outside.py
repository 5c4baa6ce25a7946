"""Reading what the pages on readings from outside send."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessments.actions.outside import OFFERED, Entry
from apps.assessments.content import Seen
from apps.assessments.forms import NOTE, SEEN
from apps.assessments.forms_delegations import DueForm
from apps.assessments.models.outside import MAX_NOTE
from apps.instruments.definition import Item
from apps.instruments.questions import field_name


class InviteForm(DueForm):
    """Which organisation is invited, who there gets the link, until when."""

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        help_text=_("For example an advice centre, a self-organisation, the advisory council on migration."),
    )
    contact = forms.CharField(label=_("Contact person"), max_length=160)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("The personal link goes there."))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is to be kept in mind. It stands in the mail and above the questions."),
    )
    field_order = ("organisation", "contact", "email", "due_on", "note")


class SectionForm(forms.Form):
    """The answers to the items of one section; the page renders the questions itself."""

    def __init__(self, *args: Any, items: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = tuple(items)
        for item in self.items:
            self.fields[field_name(item.name)] = forms.ChoiceField(
                choices=[(value, value) for value in OFFERED],
                required=False,
                error_messages={"invalid_choice": _("Please choose one of the answers offered.")},
            )
            self.fields[NOTE + item.name] = forms.CharField(required=False, max_length=MAX_NOTE)
            self.fields[SEEN + item.name] = forms.CharField(required=False, max_length=200)

    def entries(self) -> list[Entry]:
        """The answers of a valid form: of the items that were on the page that was sent."""
        data = self.cleaned_data
        return [
            Entry(
                item=item.name,
                value=data[field_name(item.name)],
                note=data[NOTE + item.name].replace("\r\n", "\n"),
                seen=Seen.parse(data[SEEN + item.name]),
            )
            for item in self.items
            if SEEN + item.name in self.data
        ]
