from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy


class SingleSignOn(TenantModel):
    """The OpenID Connect provider of a municipality; allauth's app is made from this row when its login is started.

    The provider's id in allauth is the municipality's key: unique everywhere, and a session shows where it may go.
    """

    tenancy = Tenancy()

    name = models.CharField(_("Name of the sign-in"), max_length=40)
    server_url = models.URLField(_("Address of the provider (issuer)"), max_length=300)
    client_id = models.CharField(_("Client ID"), max_length=191)
    encrypted_secret = models.TextField()
    email_domains = models.JSONField(_("Own e-mail domains"), default=list, blank=True)
    admits_employees = models.BooleanField(_("New people become employees"), default=True)
    demands_second_factor = models.BooleanField(_("The provider demands a second factor"), default=False)
    is_enabled = models.BooleanField(_("In use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality"], name="single_sign_on_once_per_municipality"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def provider_id(self) -> str:
        """Under which name allauth knows the provider."""
        return str(self.municipality_id)

    def vouches_for(self, email: str) -> bool:
        """Whether the address lies in a domain of the municipality's own: only there the provider's word counts."""
        return email.rpartition("@")[2].lower() in self.email_domains
