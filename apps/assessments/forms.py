"""Reading what pages send."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.assessments.actions.answers import Entry
from apps.assessments.content import Seen
from apps.files.checks import JPEG, PNG, Checked
from apps.files.forms import UploadField
from apps.files.models import MAX_BYTES
from apps.instruments.questions import field_name

SEEN, NOTE, EVIDENCE, DONE_BY, KEPT = "seen-", "note-", "evidence-", "done_by-", "kept-"
MAX_REASON = 2_000
PICTURES = (PNG, JPEG)


def posted_entry(posted: QueryDict, name: str) -> Entry:
    """The answer to the item `name` as it was sent, whether by the form of the section or for itself."""
    return Entry(
        item=name,
        values=tuple(posted.getlist(field_name(name))),
        done_by=posted.get(DONE_BY + name),
        note=posted.get(NOTE + name),
        evidence=posted.get(EVIDENCE + name),
        seen=Seen.parse(posted.get(SEEN + name, "")),
        keeps_value=KEPT + name in posted,
    )


def posted_entries(posted: QueryDict) -> list[Entry]:
    """All answers of a section's form: those whose `seen-…` came along."""
    return [posted_entry(posted, key.removeprefix(SEEN)) for key in posted if key.startswith(SEEN)]


class AttachForm(forms.Form):
    """A file as the answer to a question; is_picture: only an image is taken."""

    file = UploadField(label=_("File"))

    def __init__(self, *args: Any, is_picture: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_picture = is_picture
        if is_picture:
            field = self.fields["file"]
            field.label = _("Image")
            field.help_text = _("PNG or JPEG, at most %(limit)d MB. Place and device are removed from it.") % {
                "limit": MAX_BYTES // 1024**2
            }
            field.widget.attrs["accept"] = ",".join(suffix for kind in PICTURES for suffix in kind.suffixes)

    def clean_file(self) -> Checked:
        uploaded: Checked = self.cleaned_data["file"]
        if self.is_picture and uploaded.kind not in PICTURES:
            raise forms.ValidationError(_("Please choose an image: PNG or JPEG."), code="refused")
        return uploaded


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
