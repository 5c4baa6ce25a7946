"""Reading what the pages on the Ten-Point Plan send."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.commitments.ten_points import POINTS
from apps.core.form_fields import set_choices


class PeriodForm(forms.Form):
    """The period of a report: the last two whole years are proposed."""

    period_from = forms.DateField(label=_("From"))
    period_to = forms.DateField(label=_("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = timezone.localdate().year
        self.fields["period_from"].initial = date(year - 1, 1, 1)
        self.fields["period_to"].initial = date(year, 12, 31)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("period_from"), data.get("period_to")
        if begins and ends and ends <= begins:
            self.add_error("period_to", _("The end lies before the beginning."))
        return data


class PointForm(forms.Form):
    """The text on one point."""

    text = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text=_("An empty line begins a new paragraph, a dash at the beginning of a line an entry of a list."),
    )


class DraftAnewForm(forms.Form):
    """Which of the edited points may be overwritten."""

    overwrite = forms.TypedMultipleChoiceField(
        label=_("Overwrite these texts, which were edited"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked stays as you wrote it."),
    )

    def __init__(self, *args: Any, edited: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = {point.number: point.title for point in POINTS}
        if edited:
            set_choices(self, "overwrite", [(number, f"{number}. {titles[number]}") for number in edited])
        else:
            del self.fields["overwrite"]
