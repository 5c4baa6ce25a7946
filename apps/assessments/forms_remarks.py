"""Reading what the pages on remarks send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessments.models import Remark
from apps.assessments.models.remark import MAX_TEXT
from apps.core.form_fields import set_choices

Kind = Remark.Kind
#: Each kind with who will see it.
CHOICES = {
    Kind.COMMENT: _("Comment – seen by your municipality alone"),
    Kind.QUESTION: _("Question to the project team – seen by your municipality and the project team"),
}


class RemarkForm(forms.Form):
    """A new thread. The kind is asked for where there is a choice."""

    kind = forms.ChoiceField(label=_("What do you want to write?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Please write about the matter and name no people."),
    )

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        if len(kinds) > 1:
            set_choices(self, "kind", [(kind, CHOICES[Kind(kind)]) for kind in kinds])
        else:
            del self.fields["kind"]

    @property
    def chosen(self) -> str:
        """The kind that was chosen, or the only one there is. Of a valid form."""
        return str(self.cleaned_data.get("kind", self.kinds[0]))


class ReplyForm(forms.Form):
    """A reply to a thread."""

    text = forms.CharField(label=_("Your reply"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 3}))
