"""Pages that belong to no app: start, help, legal texts, easy language, theme, component gallery."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from apps.core import gallery, htmx

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
THEME_COOKIE_AGE = 60 * 60 * 24 * 365


def text_page(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """A view for the page `pages/<name>.<language>.html`; German where there is no translation."""

    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
        languages = [language, settings.LANGUAGE_CODE]
        return render(request, [f"pages/{name}.{code}.html" for code in languages])

    return page


accessibility = text_page("accessibility")
privacy = text_page("privacy")
imprint = text_page("imprint")
easy_language = text_page("easy_language")
help_page = text_page("help")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/start.html")


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie; anything else forgets the choice, and the system decides again."""
    back_to = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back_to, {request.get_host()}, require_https=request.is_secure()):
        back_to = "/"
    response = htmx.HttpResponseSeeOther(back_to)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=THEME_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    patch_vary_headers(response, ["Cookie"])
    return response


def component_gallery(request: HttpRequest) -> HttpResponse:
    """All components on one page, for those who build pages and for the browser tests. Not in production."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    if request.method == "POST":
        form = gallery.SampleForm(request.POST, request.FILES)
        return htmx.render_page(
            request, "pages/components.html", gallery.context(form), status=200 if form.is_valid() else 422
        )
    form = gallery.SampleForm(gallery.INCOMPLETE) if "errors" in request.GET else gallery.SampleForm()
    return htmx.render_page(request, "pages/components.html", gallery.context(form))
