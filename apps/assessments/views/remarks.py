"""Comments, questions to the project team and its feedback: per item, over an assessment, over all municipalities."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import pages_remarks, policies, policies_remarks, queries, queries_remarks
from apps.assessments.actions import remarks as actions
from apps.assessments.actions.assessments import WrongState
from apps.assessments.forms_remarks import RemarkForm, ReplyForm
from apps.assessments.models import Assessment, Remark
from apps.assessments.pages import Block
from apps.assessments.views.loading import access_of, language_of, load
from apps.core import htmx
from apps.core.requests import base_url
from apps.instruments.definition import Item
from apps.instruments.queries import load_compiled
from apps.municipalities.requests import MunicipalityRequest, ProgrammeRequest

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def item_remarks(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    """What was said about one item, and a form to begin something new."""
    assessment = load(request, assessment_id)
    item = _item(request, assessment, name)
    kinds = policies_remarks.kinds_to_begin(request.roles, assessment)
    if request.method != "POST":
        return _item_page(request, assessment, item, RemarkForm(kinds=kinds) if kinds else None)
    require(bool(kinds))
    form = RemarkForm(request.POST, kinds=kinds)
    if not form.is_valid():
        return _item_page(request, assessment, item, form, status=422)
    try:
        actions.begin_thread(
            actor=request.user,
            assessment_id=assessment_id,
            item=name,
            kind=form.chosen,
            text=form.cleaned_data["text"],
            base_url=base_url(request),
        )
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It has been added."))
    return htmx.see_other(request, "assessments-item-remarks", slug, assessment_id, name)


@require_POST
def reply(request: MunicipalityRequest, slug: str, remark_id: UUID) -> HttpResponse:
    """Reply to a thread."""
    thread, item = _thread(request, remark_id)
    assessment = thread.assessment
    require(policies_remarks.may_reply(request.roles, thread, assessment))
    form = _reply_form(thread.pk, request.POST)
    if not form.is_valid():
        kinds = policies_remarks.kinds_to_begin(request.roles, assessment)
        begin = RemarkForm(kinds=kinds) if kinds else None
        return _item_page(request, assessment, item, begin, replies={thread.pk: form}, status=422)
    try:
        actions.reply(
            actor=request.user,
            thread_id=thread.pk,
            side=policies_remarks.side_of(request.roles),
            text=form.cleaned_data["text"],
            base_url=base_url(request),
        )
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your reply has been added."))
    return htmx.see_other(request, "assessments-item-remarks", slug, assessment.pk, item.name)


@require_POST
def settle(request: MunicipalityRequest, slug: str, remark_id: UUID) -> HttpResponse:
    """Nothing is left to be done about a thread."""
    thread, item = _thread(request, remark_id)
    require(policies_remarks.may_settle(request.roles, thread))
    actions.settle(actor=request.user, thread_id=thread.pk)
    messages.success(request, _("It is settled. A reply opens it again."))
    return htmx.see_other(request, "assessments-item-remarks", slug, thread.assessment_id, item.name)


@require_safe
def assessment_remarks(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Everything that was said about the items of an assessment, open threads first."""
    assessment = load(request, assessment_id)
    form = queries.questionnaire_of(assessment).form
    access = access_of(request, assessment)
    keys = queries.item_keys(assessment.wave.instrument_version_id)
    items = [keys[name] for name, item in form.items.items() if access.sees_item(item) and name in keys]
    found = queries_remarks.threads_of(
        assessment,
        comments=policies_remarks.sees_comments(request.roles),
        items=items if access.is_limited else None,
    )
    everything = request.GET.get("show") == "all"
    page = Paginator(found if everything else found.filter(settled_at=None), PER_PAGE).get_page(request.GET.get("page"))
    url = reverse("assessments-remarks", args=[slug, assessment_id])
    context = {
        "assessment": assessment,
        "threads": pages_remarks.threads(page, assessment, form, language_of(request), request.roles),
        "page": page,
        "paging": "show=all&" if everything else "",
        "everything": everything,
        "tabs": _tabs(url, everything, _("Not settled"), _("All")),
    }
    return htmx.render_page(request, "assessments/remarks/list.html", context)


@require_safe
def questions(request: ProgrammeRequest) -> HttpResponse:
    """Questions of all municipalities to the project team, the oldest first."""
    require(policies.may_manage_waves(request.user))
    everything = request.GET.get("show") == "all"
    found = queries_remarks.open_questions() if everything else queries_remarks.waiting_questions()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    language = (get_language() or "de").partition("-")[0]
    context = {
        "lines": pages_remarks.question_lines(
            page, lambda version: load_compiled(version).form, language, timezone.localdate()
        ),
        "page": page,
        "paging": "show=all&" if everything else "",
        "everything": everything,
        "tabs": _tabs(reverse("remarks-questions"), everything, _("Waiting for a reply"), _("All not settled")),
    }
    return htmx.render_page(request, "assessments/remarks/questions.html", context)


def _tabs(url: str, everything: bool, first: str, second: str) -> list[dict[str, Any]]:
    return [
        {"label": first, "url": url, "current": not everything},
        {"label": second, "url": f"{url}?show=all", "current": everything},
    ]


def _item(request: MunicipalityRequest, assessment: Assessment, name: str) -> Item:
    """The item; 404 where the questionnaire has none of this name, 403 for whom its section is not meant."""
    questionnaire = queries.questionnaire_of(assessment)
    item = questionnaire.form.items.get(name)
    if item is None or not item.takes_answer or not questionnaire.in_profile(item):
        raise Http404
    require(access_of(request, assessment).sees_item(item))
    return item


def _thread(request: MunicipalityRequest, key: UUID) -> tuple[Remark, Item]:
    require(policies.may_read(request.roles))
    thread = queries_remarks.thread(key, comments=policies_remarks.sees_comments(request.roles))
    if thread is None:
        raise Http404
    return thread, _item(request, thread.assessment, thread.item.name)


def _reply_form(key: UUID, data: Any = None) -> ReplyForm:
    return ReplyForm(data, auto_id=f"reply-{key}-%s")


def _item_page(
    request: MunicipalityRequest,
    assessment: Assessment,
    item: Item,
    form: RemarkForm | None,
    replies: dict[UUID, ReplyForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    questionnaire = queries.questionnaire_of(assessment).form
    language = language_of(request)
    found = queries_remarks.threads_of(
        assessment,
        comments=policies_remarks.sees_comments(request.roles),
        items=[queries.item_keys(assessment.wave.instrument_version_id)[item.name]],
    )
    forms = {
        row.pk: (replies or {}).get(row.pk) or _reply_form(row.pk)
        for row in found
        if policies_remarks.may_reply(request.roles, row, assessment)
    }
    context = {
        "assessment": assessment,
        "item": item,
        "anchor": Block(item.name).id,
        "label": pages_remarks.label_of(item, questionnaire, language),
        "threads": pages_remarks.threads(found, assessment, questionnaire, language, request.roles, forms),
        "form": form,
        "begins": form.kinds[0] if form is not None and len(form.kinds) == 1 else "",
    }
    return htmx.render_page(request, "assessments/remarks/item.html", context, status=status)
