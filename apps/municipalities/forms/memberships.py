from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name
from django.utils.translation import gettext_lazy as _

from apps.core.form_fields import field_of
from apps.municipalities.models import OrgUnit, Role
from apps.municipalities.models.single_sign_on import SingleSignOn
from apps.municipalities.queries.memberships import keys_below

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class OrgUnitChoice(forms.ModelChoiceField[OrgUnit]):
    """A department of the municipality, shown in its place in the tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=OrgUnit.objects.all(), required=False, **kwargs)

    def show(self, units: "list[OrgUnit]") -> None:
        """Offer `units` (as from queries.org_units) in their order, those below indented."""
        names = [(unit.pk, "\u2003" * unit.depth + unit.name) for unit in units]
        self.choices = [("", self.empty_label or ""), *names]


class InvitationForm(forms.Form):
    """Whom to invite, in which role."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.CONTRIBUTOR, widget=forms.RadioSelect)
    org_unit = OrgUnitChoice(
        label=_("Department"),
        empty_label=_("none"),
        help_text=_("Contributors answer for their department."),
    )

    def __init__(self, *args: Any, units: "list[OrgUnit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "org_unit", OrgUnitChoice).show(units)


class CoordinatorForm(forms.Form):
    """Whom to invite as a coordinator."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class OrgUnitForm(forms.ModelForm[OrgUnit]):
    """A department: its name and what it belongs to."""

    parent = OrgUnitChoice(label=_("Belongs to"), empty_label=_("directly to the administration"))

    class Meta:
        model = OrgUnit
        fields = ("name", "short_name", "parent")

    def __init__(self, *args: Any, units: "list[OrgUnit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        not_allowed = keys_below(self.instance, units) if not self.instance._state.adding else set()
        field_of(self, "parent", OrgUnitChoice).show([unit for unit in units if unit.pk not in not_allowed])
        self.units = units

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        name, parent = str(data.get("name", "")).casefold(), data.get("parent")
        for unit in self.units:
            is_beside = unit.pk != self.instance.pk and unit.parent_id == getattr(parent, "pk", None)
            if is_beside and unit.name.casefold() == name:
                self.add_error("name", _("There is a department of this name in the same place."))
        return data

    def _post_clean(self) -> None:
        """The constraints are the database's and the action's: the form only parses."""


class SingleSignOnForm(forms.ModelForm[SingleSignOn]):
    """A municipality's provider. The client secret is never shown again."""

    server_url = forms.URLField(
        label=_("Address of the provider (issuer)"),
        max_length=300,
        assume_scheme="https",
        help_text=_("The part before /.well-known/openid-configuration."),
    )
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=191,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Is stored encrypted and never shown. Leave it empty to keep the one that is stored."),
    )
    domains = forms.CharField(
        label=_("Own e-mail domains"),
        required=False,
        help_text=_(
            "Separated by commas, for example stadt-musterhausen.de. Addresses in these domains count as confirmed; "
            "people with other addresses confirm them by e-mail."
        ),
    )

    class Meta:
        model = SingleSignOn
        fields = (
            "name",
            "server_url",
            "client_id",
            "secret",
            "domains",
            "admits_employees",
            "demands_second_factor",
            "is_enabled",
        )
        help_texts = {
            "name": _("Shown on the button, for example “City account”."),
            "demands_second_factor": _("Then none is asked for here."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domains"].initial = ", ".join(self.instance.email_domains)

    def clean_server_url(self) -> str:
        url = str(self.cleaned_data["server_url"]).rstrip("/")
        parts = urlsplit(url)
        if parts.scheme != "https" and not (settings.DEMO and parts.hostname in LOOPBACK):
            raise ValidationError(_("The address must begin with https://."))
        return url

    def clean_domains(self) -> list[str]:
        domains = [part.strip().lower().removeprefix("@") for part in self.cleaned_data["domains"].split(",")]
        domains = [domain for domain in domains if domain]
        for domain in domains:
            validate_domain_name(domain)
        return domains

    def clean_secret(self) -> str:
        secret = str(self.cleaned_data["secret"])
        if not secret and self.instance._state.adding:
            raise ValidationError(_("The first time the client secret is needed."))
        return secret

    def values(self) -> dict[str, Any]:
        """Arguments for the action."""
        values = dict(self.cleaned_data)
        values["email_domains"] = values.pop("domains")
        return values

    def _post_clean(self) -> None:
        """The form only parses; the action writes."""
