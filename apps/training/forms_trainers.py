"""Reading what the pages on the register of trainers send."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.form_fields import set_rows
from apps.training.forms_sessions import ModuleChoice
from apps.training.models import Module, TrainerQualification

VALID_YEARS = 2


class QualificationForm(forms.Form):
    """For which module a trainer is qualified, how, and until when; without `modules` one there is is renewed."""

    module = ModuleChoice(label=_("Module"), queryset=Module.objects.none(), empty_label=_("Please choose"))
    level = forms.ChoiceField(
        label=_("Level of qualification"), choices=TrainerQualification.Level.choices, widget=forms.RadioSelect
    )
    qualification = forms.CharField(
        label=_("Qualification"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the person brings along: trainings taken, experience, own perspective as far as agreed."),
    )
    since = forms.DateField(label=_("Since"))
    valid_until = forms.DateField(
        label=_("To be renewed by"), help_text=_("After this day nobody leads a session without being recertified.")
    )

    def __init__(self, *args: Any, modules: Any = None, **kwargs: Any) -> None:
        today = timezone.localdate()
        usual = {"since": today, "valid_until": today.replace(year=today.year + VALID_YEARS, day=min(today.day, 28))}
        kwargs["initial"] = {**usual, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if modules is None:
            del self.fields["module"]
        else:
            set_rows(self, "module", modules)

    @staticmethod
    def initial_of(found: TrainerQualification) -> dict[str, Any]:
        """What the form shows for a qualification there is."""
        return {name: getattr(found, name) for name in ("level", "qualification", "since", "valid_until")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("valid_until") and data["valid_until"] <= data["since"]:
            self.add_error("valid_until", _("It is to be renewed after the day since when it counts."))
        return data
