"""Evidence of an assessment: list, add, choose again, change, remove, download; by account and by personal link."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.assessments import pages_evidence, policies, policies_evidence, queries, queries_delegations, queries_evidence
from apps.assessments.actions import evidence as actions
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem
from apps.assessments.forms_evidence import AddForm, ChangeForm, ChooseForm, ItemsForm
from apps.assessments.models import Assessment, DelegationLink, Evidence, EvidenceUse
from apps.assessments.pages import Block
from apps.assessments.pages_evidence import ItemGroup
from apps.assessments.policies import Recipient, SectionAccess
from apps.assessments.questionnaire import Reading
from apps.assessments.views.contribute import by_link
from apps.assessments.views.loading import access_of, language_of, load, recipient_of
from apps.core import htmx
from apps.files.views import download
from apps.instruments.definition import Item
from apps.municipalities.requests import GuestRequest, MunicipalityRequest


@require_safe
def evidence_list(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """All pieces of an assessment, each with what it proves."""
    assessment = load(request, assessment_id)
    access = access_of(request, assessment)
    editable = policies_evidence.may_change(request.roles, assessment)
    context = {
        "assessment": assessment,
        "lines": pages_evidence.piece_lines(
            assessment,
            queries.questionnaire_of(assessment).form,
            queries_evidence.uses_of(assessment),
            access,
            editable=editable,
            language=language_of(request),
            slug=slug,
        ),
        "may_add": editable and access.answered != frozenset(),
    }
    return htmx.render_page(request, "assessments/evidence/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Add a document or an address, for one item or several."""
    desk = _desk(request, assessment_id)
    if desk is None:
        return _closed(request, slug, assessment_id)
    form = AddForm(request.POST or None, request.FILES or None, groups=desk.groups, initial=desk.initial(request))
    if request.method == "POST" and form.is_valid():
        done = _save(request, desk, form, actions.add_evidence, **form.cleaned_data)
        if done is not None:
            return done
    return _form_page(request, "assessments/evidence/add.html", desk, form)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Name a piece that is there already for further items."""
    desk = _desk(request, assessment_id)
    if desk is None:
        return _closed(request, slug, assessment_id)
    access = queries_delegations.access_for(desk.assessment, desk.only)
    pieces = queries_evidence.pieces_to_choose(desk.assessment, desk.reading.questionnaire, access, request.user)
    form = ChooseForm(request.POST or None, groups=desk.groups, initial=desk.initial(request), pieces=pieces)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "evidence_id": form.cleaned_data["evidence"].pk}
        del values["evidence"]
        done = _save(request, desk, form, actions.use_evidence, **values)
        if done is not None:
            return done
    return _form_page(request, "assessments/evidence/choose.html", desk, form)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MunicipalityRequest, slug: str, assessment_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Which items a piece proves, on which page; title and date."""
    desk, uses = _own(request, assessment_id, evidence_id)
    if desk is None:
        return _closed(request, slug, assessment_id)
    evidence = uses[0].evidence
    own = {name: use.page for use in uses if (name := use.item.name) in desk.names}
    describes = len(own) == len(uses) and actions.may_describe(desk.assessment, desk.access, uses)
    form = ChangeForm(request.POST or None, groups=desk.groups, evidence=evidence, pages=own, describes=describes)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data.get(name) for name in ("title", "dated_on")}
        values |= {"evidence_id": evidence.pk, "pages": form.pages}
        done = _save(request, desk, form, actions.change_evidence, **values)
        if done is not None:
            return done
    return _form_page(request, "assessments/evidence/change.html", desk, form, evidence=evidence, describes=describes)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: MunicipalityRequest, slug: str, assessment_id: UUID, evidence_id: UUID) -> HttpResponse:
    """No longer name a piece, after asking."""
    desk, uses = _own(request, assessment_id, evidence_id)
    if desk is None:
        return _closed(request, slug, assessment_id)
    if request.method == "POST":
        try:
            actions.remove_evidence(
                actor=request.user, assessment_id=assessment_id, evidence_id=evidence_id, only=desk.only
            )
        except NotOpen:
            return _closed(request, slug, assessment_id)
        except NotGiven:
            raise PermissionDenied from None
        except Evidence.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("The evidence has been removed."))
        return htmx.see_other(request, "assessments-evidence", slug, assessment_id)
    form = desk.reading.questionnaire.form
    own = [use for use in uses if policies_evidence.may_prove(desk.access, form.items[use.item.name])]
    stays = len(own) < len(uses) or queries_evidence.used_elsewhere(desk.assessment, evidence_id)
    context = {
        "assessment": desk.assessment,
        "evidence": uses[0].evidence,
        "numbers": [form.items[use.item.name].number or use.item.name for use in own],
        "stays": stays,
        "cancel_url": reverse("assessments-evidence", args=[slug, assessment_id]),
    }
    return htmx.render_page(request, "assessments/evidence/remove.html", context)


@require_safe
def file(request: MunicipalityRequest, slug: str, assessment_id: UUID, evidence_id: UUID) -> HttpResponseBase:
    """The document of a piece, for those who see an item that it proves."""
    assessment = load(request, assessment_id)
    return _download(assessment, access_of(request, assessment), evidence_id)


# --- By personal link ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def contribute_add(request: GuestRequest, link: DelegationLink, token: str) -> HttpResponse:
    """Add a piece for items of the section that the link opens."""
    assessment, only = link.delegation.assessment, Recipient(delegation_id=link.delegation_id)
    page = reverse("assessments-contribute", args=[request.municipality.slug, token])
    access = queries_delegations.access_for(assessment, only)
    desk = _Desk.over(assessment, access, only, page)
    if request.method != "POST" and not policies_evidence.is_open(assessment):
        return htmx.see_other(request, page)
    require(bool(desk.groups))
    form = AddForm(request.POST or None, request.FILES or None, groups=desk.groups, initial=desk.initial(request))
    if request.method == "POST" and form.is_valid():
        done = _save(request, desk, form, actions.add_evidence, **form.cleaned_data)
        if done is not None:
            return done
    context = {"municipality": request.municipality}
    return _form_page(request, "assessments/evidence/contribute_add.html", desk, form, **context)


@require_safe
@by_link
def contribute_file(request: GuestRequest, link: DelegationLink, token: str, evidence_id: UUID) -> HttpResponseBase:
    """The document of a piece that is named in the section that the link opens."""
    assessment = link.delegation.assessment
    access = queries_delegations.access_for(assessment, Recipient(delegation_id=link.delegation_id))
    return _download(assessment, access, evidence_id)


def _download(assessment: Assessment, access: SectionAccess, evidence_id: UUID) -> HttpResponseBase:
    questionnaire = queries.questionnaire_of(assessment)
    uses = queries_evidence.uses_seen(assessment, questionnaire, access, evidence_id)
    if not uses or uses[0].evidence.document is None:
        raise Http404
    return download(uses[0].evidence.document)


# --- What the pages share ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the page of a form needs: the assessment, whose limits hold, which items can be chosen, where it leads."""

    assessment: Assessment
    reading: Reading
    access: SectionAccess
    only: Recipient | None
    groups: list[ItemGroup]
    page: str  # of the section, where there is but one; else ""

    @classmethod
    def over(
        cls, assessment: Assessment, access: SectionAccess, only: Recipient | None, page: str = "", keep: Any = ()
    ) -> "_Desk":
        language = (get_language() or "de").partition("-")[0]
        reading = queries.read(assessment, language=language)

        def may_prove(item: Item) -> bool:
            return policies_evidence.may_prove(access, item)

        groups = pages_evidence.item_groups(reading, may_prove, language, keep)
        return cls(assessment, reading, access, only, groups, page)

    @property
    def names(self) -> set[str]:
        return {name for group in self.groups for name, _label in group.items}

    def item(self, request: HttpRequest) -> Item | None:
        """The item whose page led here."""
        name = request.GET.get("item", "")
        return self.reading.questionnaire.form.items[name] if name in self.names else None

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        item = self.item(request)
        return {"items": [item.name] if item else []}

    def back(self, request: HttpRequest) -> str:
        """Where the page leads when it is done: the item it came from, else the list."""
        item = self.item(request)
        if self.page:
            return f"{self.page}#{Block(item.name).id}" if item else self.page
        slug = self.assessment.municipality.slug
        if item is not None:
            return pages_evidence.item_address(slug, self.assessment, item)
        return reverse("assessments-evidence", args=[slug, self.assessment.pk])


def _desk(request: MunicipalityRequest, assessment_id: UUID, keep: Any = ()) -> _Desk | None:
    """None for a page that has nothing to offer, as no evidence is taken now; 403 for whom no item can be proved.

    What is sent is decided by the action, under its lock.
    """
    assessment = load(request, assessment_id)
    require(policies.may_answer(request.roles))
    if request.method != "POST" and not policies_evidence.is_open(assessment):
        return None
    desk = _Desk.over(assessment, access_of(request, assessment), recipient_of(request), keep=keep)
    require(bool(desk.groups))
    return desk


def _own(
    request: MunicipalityRequest, assessment_id: UUID, evidence_id: UUID
) -> tuple[_Desk | None, list[EvidenceUse]]:
    """The desk, and all uses of a piece in the assessment; 404 for one that is not seen, 403 where all are others'."""
    assessment = load(request, assessment_id)
    access, questionnaire = access_of(request, assessment), queries.questionnaire_of(assessment)
    if not queries_evidence.uses_seen(assessment, questionnaire, access, evidence_id):
        raise Http404
    uses = [use for use in queries_evidence.uses_of(assessment) if use.evidence_id == evidence_id]
    items = [questionnaire.form.items[use.item.name] for use in uses]
    desk = _desk(request, assessment_id, keep=[item.name for item in items])
    require(desk is None or any(policies_evidence.may_prove(access, item) for item in items))
    return desk, uses


def _closed(request: HttpRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    messages.error(request, _("The assessment takes no answers now, and no evidence."))
    return htmx.see_other(request, "assessments-evidence", slug, assessment_id)


def _save(request: HttpRequest, desk: _Desk, form: ItemsForm, action: Any, **values: Any) -> HttpResponse | None:
    """Do it with these values: where to go then; None where the form has to be shown again."""
    actor = None if desk.only is not None and desk.only.delegation_id is not None else request.user
    try:
        action(actor=actor, assessment_id=desk.assessment.pk, only=desk.only, **values)
    except NotOpen:
        messages.error(request, _("The assessment takes no answers now, and no evidence."))
        return htmx.see_other(request, desk.back(request))
    except (NotGiven, UnknownItem):
        raise PermissionDenied from None
    except Evidence.DoesNotExist:
        raise Http404 from None
    except actions.TooManyPieces as error:
        number = desk.reading.questionnaire.form.items[error.item].number or error.item
        text = _("%(item)s has %(limit)d pieces of evidence already. Please remove one first.")
        form.add_error("items", text % {"item": number, "limit": actions.MAX_PIECES_PER_ITEM})
        return None
    except actions.NotAlone:
        form.add_error("title", _("It is named elsewhere by now; title and date can no longer be changed."))
        return None
    messages.success(request, _("Saved."))
    return htmx.see_other(request, desk.back(request))


def _form_page(request: HttpRequest, template: str, desk: _Desk, form: ItemsForm, **more: Any) -> HttpResponse:
    context = {
        "assessment": desk.assessment,
        "form": form,
        "item": desk.item(request),
        "back": desk.back(request),
        "file_lost": bool(request.FILES),
        **more,
    }
    return htmx.render_page(request, template, context, status=422 if request.method == "POST" else 200)
