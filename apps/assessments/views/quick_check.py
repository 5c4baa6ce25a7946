"""The quick check: public, without an account, and nothing of it is kept.

The answers travel in the body of the POST and come back in its response. Nothing is written: the transaction is READ
ONLY in PostgreSQL, the session is not touched, error reports leave the posted values out, no cache may keep the page.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.assessments.quick_check import PROFILE, Answers, QuickCheck
from apps.core import htmx, scope
from apps.instruments import definition
from apps.instruments.queries import load_compiled, published_versions

FORM, RESULT, CLOSED = (
    "assessments/quick_check/form.html",
    "assessments/quick_check/result.html",
    "assessments/quick_check/closed.html",
)


@sensitive_post_parameters()
@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def quick_check(request: HttpRequest) -> HttpResponse:
    """The questions; on POST the result, or the questions again with what is missing (422), or to change (`edit`)."""
    with scope.unscoped(read_only=True):
        check = _published()
        if check is None:
            return htmx.render_page(request, CLOSED)
        if request.method != "POST":
            return _form(request, check)
        answers = check.parse(request.POST)
        if "edit" in request.POST:
            return _form(request, check, answers)
        if not answers.complete:
            return _form(request, check, answers, status=422)
        context = {"check": check, "answers": answers, "result": check.result(answers.values)}
        return htmx.render_page(request, RESULT, context)


def _published() -> QuickCheck | None:
    """The quick check of the newest published questionnaire that has one, in the language of the page."""
    version = (
        published_versions()
        .filter(
            items__kind=definition.SELECT_ONE,
            items__list_name=definition.LEVEL_LIST,
            items__profiles__contains=[PROFILE],
        )
        .distinct()
        .first()
    )
    if version is None:
        return None
    return QuickCheck(load_compiled(version), (get_language() or "de").partition("-")[0])


def _form(
    request: HttpRequest, check: QuickCheck, answers: Answers | None = None, *, status: int = 200
) -> HttpResponse:
    groups = list(check.groups(answers, show_errors=status == 422))
    invalid = [question for group in groups for question in group.questions if question.errors]
    return htmx.render_page(request, FORM, {"check": check, "groups": groups, "invalid": invalid}, status=status)
