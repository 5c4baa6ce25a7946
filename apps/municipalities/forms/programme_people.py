from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Bench, ProgrammeRoleKind

#: Roles without a bench.
OTHERS = (ProgrammeRoleKind.PANEL_MEMBER, ProgrammeRoleKind.TRAINER)


class ProgrammeInvitationForm(forms.Form):
    """Whom to invite into which role of the programme."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    place = forms.ChoiceField(
        label=_("Role"),
        choices=[
            *((bench.value, _("Bench: %(bench)s") % {"bench": bench.label}) for bench in Bench),
            *((role.value, role.label) for role in OTHERS),
        ],
        widget=forms.RadioSelect,
    )
    function = forms.CharField(
        label=_("Function"),
        max_length=160,
        help_text=_("What the public reads instead of the name, for example “integration officer of a large city”."),
    )
    organisation = forms.CharField(label=_("Organisation"), max_length=160, required=False)

    def values(self) -> dict[str, Any]:
        """Arguments for the action."""
        values = dict(self.cleaned_data)
        place = values.pop("place")
        if place in OTHERS:
            return {**values, "role": place, "bench": ""}
        return {**values, "role": ProgrammeRoleKind.BENCH_MEMBER.value, "bench": place}
