"""The demo's page: sign in as anybody with one click, read the mails, follow their links."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.queries import active_roles
from apps.audit.actions import record
from apps.core.htmx import render_page, see_other
from apps.demo import queries
from apps.demo.forms import SignInForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """Who can be signed in as, and the mails sent so far."""
    _only_in_the_demo()
    context = {
        "groups": queries.personas(),
        "mails": queries.mails(),
        "second_factor_is_off": not settings.MFA_REQUIRED_ROLES,
    }
    return render_page(request, "demo/demo.html", context)


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the person named, whoever was signed in before."""
    _only_in_the_demo()
    form = SignInForm(request.POST)
    if not form.is_valid():
        raise Http404
    person = get_object_or_404(User, pk=form.cleaned_data["person"], is_active=True)
    logout(request)
    login(request, person, backend=BACKEND)
    record(actor=person, verb="account.signed_in", target=person, data={"methods": ["demo"]})
    if person.is_project_staff:
        return see_other(request, "dashboard-cockpit")
    slugs = {membership.municipality.slug for membership in queries.roles_of(person)}
    if len(slugs) == 1:
        return see_other(request, "dashboard-municipality", slug=slugs.pop())
    if not slugs and active_roles(person).exists():
        return see_other(request, "workshop")
    return see_other(request, "my-page")


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404
