"""Files as answers: a page for each question that asks for one, and the download; by account and by personal link."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.assessments import policies, policies_evidence, queries, queries_delegations
from apps.assessments.actions import upload_answers as actions
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem
from apps.assessments.content import content_of
from apps.assessments.forms import AttachForm
from apps.assessments.models import Answer, Assessment, DelegationLink
from apps.assessments.pages import Addresses, Block
from apps.assessments.policies import Recipient, SectionAccess
from apps.assessments.questionnaire import Reading
from apps.assessments.views.contribute import by_link
from apps.assessments.views.loading import access_of, language_of, load, recipient_of
from apps.assessments.views.sections import org_unit_of
from apps.core import htmx
from apps.files.views import download
from apps.instruments import definition
from apps.instruments.definition import Item
from apps.municipalities.requests import GuestRequest, MunicipalityRequest


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    """Attach the file that answers a question, replace it, or remove it after asking."""
    assessment = load(request, assessment_id)
    require(policies.may_answer(request.roles))
    desk = _desk(assessment, access_of(request, assessment), name, language_of(request))
    sender = {"actor": request.user, "only": recipient_of(request), "org_unit_id": org_unit_of(request)}
    addresses = Addresses.of_account(slug, assessment, desk.item.section)
    return _answer(request, desk, sender, addresses, "assessments/uploads/upload.html")


@require_safe
def file(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponseBase:
    """The file that answers a question, for those who see the question."""
    assessment = load(request, assessment_id)
    return _download(assessment, access_of(request, assessment), name)


# --- By personal link ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def contribute_upload(request: GuestRequest, link: DelegationLink, token: str, name: str) -> HttpResponse:
    """The same for a question of the section that the link opens."""
    assessment, only = link.delegation.assessment, Recipient(delegation_id=link.delegation_id)
    desk = _desk(assessment, queries_delegations.access_for(assessment, only), name, _language())
    addresses = Addresses.of_link(request.municipality.slug, token)
    template = "assessments/uploads/contribute_upload.html"
    return _answer(request, desk, {"actor": None, "only": only}, addresses, template)


@require_safe
@by_link
def contribute_file(request: GuestRequest, link: DelegationLink, token: str, name: str) -> HttpResponseBase:
    """The file that answers a question of the section that the link opens."""
    assessment = link.delegation.assessment
    access = queries_delegations.access_for(assessment, Recipient(delegation_id=link.delegation_id))
    return _download(assessment, access, name)


def _language() -> str:
    return (get_language() or "de").partition("-")[0]


# --- What the pages share ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the page needs: the assessment, the question, its answer as it stands."""

    assessment: Assessment
    reading: Reading
    item: Item
    answer: Answer | None
    language: str

    @property
    def label(self) -> str:
        return self.reading.questionnaire.compiled.text(self.item.label, self.reading.state, self.language)

    @property
    def hint(self) -> str:
        return self.reading.questionnaire.compiled.text(self.item.hint, self.reading.state, self.language)


def _desk(assessment: Assessment, access: SectionAccess, name: str, language: str) -> _Desk:
    """404 for what is no question for a file, or not asked; 403 where others answer it, or nobody may."""
    answers = queries.answers_of(assessment)
    reading = queries.reading_of(assessment, answers, language=language)
    item = reading.questionnaire.form.items.get(name)
    if item is None or not item.is_upload or not reading.is_asked(item) or not access.sees_item(item):
        raise Http404
    require(access.answers_item(item) and not reading.state[name].readonly)
    return _Desk(assessment, reading, item, answers.get(name), language)


def _answer(
    request: HttpRequest, desk: _Desk, sender: dict[str, Any], addresses: Addresses, template: str
) -> HttpResponse:
    back = f"{addresses.page}#{Block(desk.item.name).id}"
    values = {
        **sender,
        "assessment_id": desk.assessment.pk,
        "item": desk.item.name,
        "seen": request.POST.get("seen", ""),
        "language": desk.language,
    }
    form = AttachForm(request.POST or None, request.FILES or None, is_picture=desk.item.kind == definition.IMAGE)
    status = 200
    try:
        if not policies_evidence.is_open(desk.assessment):
            raise NotOpen(desk.assessment)
        if request.method == "POST" and "remove" in request.POST:
            actions.remove_upload(**values)
            messages.success(request, _("The file has been removed."))
            return htmx.see_other(request, back)
        if request.method == "POST" and form.is_valid():
            actions.upload_answer(uploaded=form.cleaned_data["file"], **values)
            messages.success(request, _("Saved."))
            return htmx.see_other(request, back)
        status = 422 if request.method == "POST" else 200
    except NotOpen:
        messages.error(request, _("Not saved: the assessment takes no answers now."))
        return htmx.see_other(request, back)
    except NotGiven:
        raise PermissionDenied from None
    except UnknownItem:
        raise Http404 from None
    except actions.ChangedMeanwhile:
        messages.error(request, _("Not saved: somebody else has changed the file meanwhile. Please look at it first."))
        return htmx.see_other(request, addresses.upload(desk.item.name))
    except actions.CannotStand as refused:
        form.add_error("file", list(refused.messages))
        status = 422
    return _page(request, desk, form, addresses, back, template, status)


def _page(
    request: HttpRequest, desk: _Desk, form: AttachForm, addresses: Addresses, back: str, template: str, status: int
) -> HttpResponse:
    stored = desk.answer.file if desk.answer is not None else None
    context = {
        "municipality": desk.assessment.municipality,
        "assessment": desk.assessment,
        "item": desk.item,
        "label": desk.label,
        "hint": desk.hint,
        "form": form,
        "file": stored,
        "seen": content_of(desk.answer).value,
        "asks_to_remove": stored is not None and request.method != "POST" and "remove" in request.GET,
        "file_lost": status != 200 and bool(request.FILES),
        "page": addresses.upload(desk.item.name),
        "file_url": addresses.file(desk.item.name),
        "back": back,
    }
    return htmx.render_page(request, template, context, status=status)


def _download(assessment: Assessment, access: SectionAccess, name: str) -> HttpResponseBase:
    item = queries.questionnaire_of(assessment).form.items.get(name)
    if item is None or not access.sees_item(item):
        raise Http404
    answer = Answer.objects.filter(assessment=assessment, item__name=name).select_related("file").first()
    if answer is None or answer.file is None:
        raise Http404
    return download(answer.file)
