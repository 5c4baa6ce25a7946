"""Answering comments, and taking a round away as a file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.policies import require
from apps.core.htmx import announce, is_fragment, render_page, see_other
from apps.municipalities.requests import WorkshopRequest
from apps.recommendations import forms_rounds as forms
from apps.recommendations import pages_rounds as pages
from apps.recommendations import policies_rounds as policies
from apps.recommendations import queries_rounds as reads
from apps.recommendations import synopsis
from apps.recommendations.actions import comments as actions
from apps.recommendations.actions import synopses
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import Comment, Round, Section
from apps.recommendations.round_workbook import XLSX, workbook
from apps.recommendations.views.comments import PER_PAGE, asked_for, load, load_comment, paging, sent


@require_http_methods(["GET", "HEAD", "POST"])
def dispositions(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """The comments that wait for an answer, and the form to answer one or several at once."""
    about, own = load(request, round_id)
    require(policies.may_answer(own))
    reading = pages.Reading(about, own, request.user)
    known = {number: key for key, number in reading.numbers.items()}
    form = forms.DispositionForm(sent(request), known=known) if about.is_open else None
    picked = [key for key in reading.numbers if str(key) in request.POST.getlist("comments")]
    if request.method == "POST" and _answered(request, about, form, picked):
        return see_other(request, f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)
    asked = forms.FilterForm(request.GET if request.GET else {"state": reads.OPEN}, auto_id="filter-%s")
    found = reads.chosen(reads.comments(about, request.user), asked_for(asked, reading), request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    answered, total = reads.progress(about)
    context = {
        "about": about,
        "filter": asked,
        "form": form,
        "threads": reading.threads(page),
        "picked": picked,
        "page": page,
        "paging": paging(request.GET),
        "answered": answered,
        "total": total,
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "recommendations/rounds/dispositions.html", context, status=status)


def _answered(request: WorkshopRequest, about: Round, form: forms.DispositionForm | None, picked: list[UUID]) -> bool:
    """Give the answer that was sent; False where the form has to be shown again."""
    require(form is not None)
    if form is None or not form.is_valid():
        return False
    try:
        number = actions.dispose(
            actor=request.user,
            round_id=about.pk,
            comment_ids=picked,
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
            duplicate_of=form.cleaned_data["duplicate_of"],
        )
    except NotPossible as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Answered: %(number)s.") % {"number": number})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def disposition(request: WorkshopRequest, comment_id: UUID) -> HttpResponse:
    """The answer to one comment; once the round is closed, the place of it in the new text."""
    said, own = load_comment(request, comment_id)
    require(policies.may_answer(own))
    reading = pages.Reading(said.round, own, request.user)
    if said.round.state == Round.State.CLOSED:
        return _place(request, said, reading)
    known = {number: key for key, number in reading.numbers.items()}
    given = getattr(said, "disposition", None)
    initial: dict[str, Any] = {}
    if given is not None:
        other = reading.numbers.get(given.duplicate_of_id)
        initial = {"outcome": given.outcome, "reason": given.reason, "duplicate_of": other}
    form = None
    if said.round.is_open and said.withdrawn_at is None:
        form = forms.DispositionForm(sent(request), known=known, initial=initial)
    if request.method == "POST" and _answered(request, said.round, form, [said.pk]):
        return see_other(request, "recommendations-comment", said.pk)
    return _page(request, said, reading, {"form": form})


def _place(request: WorkshopRequest, said: Comment, reading: pages.Reading) -> HttpResponse:
    given = getattr(said, "disposition", None)
    later = reads.next_editions(said.round)
    if given is None or not later:
        return _page(request, said, reading, {})
    lines = pages.numbered(reads.blocks(later[-1]))
    places = [(str(line.block.key), f"{Section(line.block.section).label} · {line.label}") for line in lines]
    form = forms.PlaceForm(sent(request), places=places, initial={"place": str(given.place or "")})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_place(actor=request.user, comment_id=said.pk, place=form.chosen)
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The place is on record."))
            return see_other(request, "recommendations-comment", said.pk)
    return _page(request, said, reading, {"form": form, "is_place": True})


def _page(request: WorkshopRequest, said: Comment, reading: pages.Reading, more: dict[str, Any]) -> HttpResponse:
    context = {
        "about": said.round,
        "thread": reading.thread(said),
        "line": reading.by_key.get(said.block_id) if said.block_id else None,
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "recommendations/rounds/disposition.html", context, status=status)


# --- Files --------------------------------------------------------------------------------------------------------


@require_POST
def spreadsheet(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """All comments as an Excel workbook. By POST, because it is recorded who took it."""
    about, _own = load(request, round_id)
    content = workbook(synopsis.read(about), timezone.now())
    synopses.record_download(actor=request.user, about=about, kind="xlsx")
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(about)}.xlsx"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def synopsis_pdf(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """The synopsis as a PDF: what becomes of it; POST orders it."""
    about, _own = load(request, round_id)
    language = get_language() or "de"
    if request.method == "POST":
        synopses.order_synopsis(actor=request.user, round_id=about.pk, language=language)
        return see_other(request, "recommendations-round-synopsis", about.pk)
    copy = reads.synopsis_of(about, language)
    response = render_page(
        request,
        "recommendations/rounds/synopsis.html",
        {"about": about, "copy": copy, "is_open": copy is not None and copy.state in copy.OPEN},
        fragment="recommendations/rounds/_synopsis_copy.html",
    )
    if copy is not None and is_fragment(request) and copy.state not in copy.OPEN:
        announce(response, _("The PDF is finished.") if copy.file else _("The PDF could not be made."))
    return response


@require_POST
def synopsis_file(request: WorkshopRequest, round_id: UUID) -> HttpResponseBase:
    """The finished PDF, as an attachment. By POST, because it is recorded who took it."""
    about, _own = load(request, round_id)
    copy = about.synopses.filter(language=get_language() or "de", state="done").order_by("-created_at").first()
    if copy is None:
        raise Http404
    try:
        content = copy.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    synopses.record_download(actor=request.user, about=about, kind="pdf")
    name = f"{_file_name(about)}.pdf"
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _file_name(about: Round) -> str:
    code = about.version.recommendation.code.replace(" ", "-")
    return f"{code}-v{about.version.number}-{_('round')}-{about.number}"
