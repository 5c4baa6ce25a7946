"""A round as its participants, the writing team and the project team read it, and what they say in it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Bench
from apps.accounts.policies import require
from apps.core.form_fields import REQUEST_KEY, with_new_key
from apps.core.htmx import render_page, see_other
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.requests import WorkshopRequest
from apps.recommendations import forms_rounds as forms
from apps.recommendations import pages_rounds as pages
from apps.recommendations import policies_rounds as policies
from apps.recommendations import queries_rounds as reads
from apps.recommendations.actions import comments as actions
from apps.recommendations.actions import rounds
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import Comment, Round, Section
from apps.recommendations.policies_rounds import Involvement
from apps.recommendations.queries_rounds import Chosen, Tally

PER_PAGE = 20
#: Comments beneath a paragraph on the page of a part; the others are on the paragraph's own page.
SHOWN_PER_BLOCK = 3


def load(request: WorkshopRequest, round_id: UUID) -> tuple[Round, Involvement]:
    """The round and what the person is in it; 404 for whom it is not meant."""
    about = reads.rounds().filter(pk=round_id).first()
    if about is None:
        raise Http404
    return about, involved(request, about)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing while it is only shown."""
    return request.POST if request.method == "POST" else None


def involved(request: WorkshopRequest, about: Round) -> Involvement:
    """What the person is in the round; 404 where nothing."""
    own = reads.involvement(about, request.programme_roles, is_staff=PROJECT_STAFF in request.roles)
    if not policies.may_read(own):
        raise Http404
    return own


@require_safe
def mine(request: WorkshopRequest) -> HttpResponse:
    """The rounds that are mine: until when, and what is new."""
    found = list(reads.rounds_of(request.user, [role.pk for role in request.programme_roles]))
    context = {
        "open": [about for about in found if about.is_open],
        "ended": [about for about in found if not about.is_open],
    }
    return render_page(request, "recommendations/rounds/list.html", context)


@require_safe
def overview(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """What is asked, the parts of the text with what was said to them, the benches' words."""
    about, own = load(request, round_id)
    reading = pages.Reading(about, own, request.user)
    tallies = reads.tally_by("section", about, request.user, reading.since)
    words = {word.bench: word for word in about.bench_words.all()}
    context = {
        **_frame(about, own),
        "parts": pages.parts(reading.text, {key: value for key, value in tallies.items() if key}),
        "whole": tallies.get("", Tally()),
        "total": sum(tally.total for tally in tallies.values()),
        "new": sum(tally.new for tally in tallies.values()),
        "words": [
            {"label": bench.label, "word": word, "kind": pages.WORD_KINDS[word.kind] if word else ""}
            for bench in Bench
            for word in (words.get(bench.value),)
        ],
        "summaries": about.summaries.filter(section=""),
        "progress": reads.progress(about),
    }
    return render_page(request, "recommendations/rounds/overview.html", context)


def _frame(about: Round, own: Involvement) -> dict[str, Any]:
    """What every page of a round needs."""
    return {
        "about": about,
        "own": own,
        "may_comment": policies.may_comment(own, about),
        "may_reply": policies.may_reply(own, about),
        "may_answer": policies.may_answer(own),
    }


@require_safe
def section(request: WorkshopRequest, round_id: UUID, name: str) -> HttpResponse:
    """One part of the text, each paragraph with its first comments."""
    about, own = load(request, round_id)
    if name not in Section.values:
        raise Http404
    reading = pages.Reading(about, own, request.user)
    tallies = reads.tally_by("block_id", about, request.user, reading.since)
    found = reads.comments(about, request.user).filter(section=name)
    by_block: dict[UUID | None, list[pages.Thread]] = {}
    for row in reads.first_of_each_block(found, SHOWN_PER_BLOCK):
        by_block.setdefault(row.block_id, []).append(reading.thread(row))
    lines = [
        pages.Line(line, tallies.get(line.block.pk, Tally()), by_block.get(line.block.pk, []))
        for line in reading.text
        if line.block.section == name
    ]
    if not lines:
        raise Http404
    order = list(dict.fromkeys(line.block.section for line in reading.text))
    place = order.index(name)
    context = {
        **_frame(about, own),
        "section": name,
        "label": Section(name).label,
        "lines": lines,
        "on_the_part": by_block.get(None, []),
        "on_the_part_total": found.filter(block=None).count(),
        "summaries": about.summaries.filter(section=name),
        "previous": Section(order[place - 1]) if place else None,
        "next": Section(order[place + 1]) if place + 1 < len(order) else None,
    }
    return render_page(request, "recommendations/rounds/section.html", context)


# --- A place of the text: its comments, and the form to write one -------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def whole(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """Comments on the whole text."""
    about, own = load(request, round_id)
    return _place(request, pages.Reading(about, own, request.user), "", None)


@require_http_methods(["GET", "HEAD", "POST"])
def section_comments(request: WorkshopRequest, round_id: UUID, name: str) -> HttpResponse:
    """Comments on a part of the text as a whole."""
    about, own = load(request, round_id)
    if name not in Section.values:
        raise Http404
    return _place(request, pages.Reading(about, own, request.user), name, None)


@require_http_methods(["GET", "HEAD", "POST"])
def block(request: WorkshopRequest, round_id: UUID, block_id: UUID) -> HttpResponse:
    """Comments on a paragraph."""
    about, own = load(request, round_id)
    reading = pages.Reading(about, own, request.user)
    line = reading.by_key.get(block_id)
    if line is None:
        raise Http404
    return _place(request, reading, line.block.section, line)


def _place(request: WorkshopRequest, reading: pages.Reading, name: str, line: pages.Numbered | None) -> HttpResponse:
    about, own, on = reading.about, reading.own, line.block if line else None
    form = None
    if policies.may_comment(own, about):
        form = forms.CommentForm(sent(request), block=on, benches=own.benches)
    if request.method == "POST":
        require(form is not None)
        assert form is not None  # required above
        if form.is_valid():
            try:
                said = actions.comment(
                    actor=request.user,
                    round_id=about.pk,
                    bench=form.chosen_bench,
                    text=form.cleaned_data["text"],
                    proposed_wording=form.cleaned_data["proposed_wording"],
                    block_id=on.pk if on else None,
                    section=name,
                    request_key=form.cleaned_data[REQUEST_KEY],
                )
            except NotPossible as refused:
                _refuse(request, form, refused)
            else:
                messages.success(request, _("Your comment is there. Everybody in the round can read it."))
                return see_other(request, "recommendations-comment", said.pk)
    found = reads.comments(about, request.user).filter(section=name, block=on)
    page = Paginator(reads.with_replies(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_frame(about, own),
        "section": name,
        "label": Section(name).label if name else _("The whole text"),
        "line": line,
        "threads": reading.threads(page),
        "page": page,
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "recommendations/rounds/place.html", context, status=status)


def _refuse(request: WorkshopRequest, form: forms.CommentForm | forms.ReplyForm, refused: NotPossible) -> None:
    """Show the form again with what was typed, and with why it was not taken."""
    form.add_error(None, str(refused))
    if isinstance(refused, actions.AlreadySent):
        form.data = with_new_key(request.POST)


# --- Finding comments ---------------------------------------------------------------------------------------------


@require_safe
def comment_list(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """All comments, filtered by part, paragraph, bench, state, outcome, mine, new."""
    about, own = load(request, round_id)
    reading = pages.Reading(about, own, request.user)
    form = forms.FilterForm(request.GET, auto_id="filter-%s")
    what = asked_for(form, reading)
    found = reads.chosen(reads.comments(about, request.user), what, request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_frame(about, own),
        "form": form,
        "is_filtered": what != Chosen(),
        "threads": reading.threads(page),
        "page": page,
        "paging": paging(request.GET),
    }
    return render_page(
        request, "recommendations/rounds/comments.html", context, fragment="recommendations/rounds/_found.html"
    )


def asked_for(form: forms.FilterForm, reading: pages.Reading) -> Chosen:
    """What a filter asks for; what is no choice of it is left out."""
    form.is_valid()
    data = form.cleaned_data
    return Chosen(
        bench=data.get("bench", ""),
        section=data.get("section", ""),
        state=data.get("state", ""),
        outcome=data.get("outcome", ""),
        mine=bool(data.get("mine")),
        new_since=(reading.since or reading.about.created_at) if data.get("new") else None,
    )


def paging(query: QueryDict) -> str:
    """The rest of the address for links to other pages."""
    kept = query.copy()
    kept.pop("page", None)
    return f"{kept.urlencode()}&" if kept else ""


# --- One comment --------------------------------------------------------------------------------------------------


def load_comment(request: WorkshopRequest, comment_id: UUID) -> tuple[Comment, Involvement]:
    """A comment and what the person is in its round; 404 for whom it is not meant."""
    said = reads.comment(comment_id, request.user)
    if said is None:
        raise Http404
    return said, involved(request, said.round)


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: WorkshopRequest, comment_id: UUID) -> HttpResponse:
    """A comment with its replies; POST replies."""
    said, own = load_comment(request, comment_id)
    form = forms.ReplyForm(sent(request)) if policies.may_reply(own, said.round) else None
    if request.method == "POST":
        require(form is not None)
        if form is not None and form.is_valid():
            text, key = form.cleaned_data["text"], form.cleaned_data[REQUEST_KEY]
            try:
                actions.reply(actor=request.user, comment_id=said.pk, text=text, request_key=key)
            except NotPossible as refused:
                _refuse(request, form, refused)
            else:
                messages.success(request, _("Your reply has been added."))
                return see_other(request, "recommendations-comment", said.pk)
    reading = pages.Reading(said.round, own, request.user)
    context = {
        **_frame(said.round, own),
        "thread": reading.thread(said),
        "line": reading.by_key.get(said.block_id) if said.block_id else None,
        "section": said.section,
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "recommendations/rounds/thread.html", context, status=status)


@require_POST
def agree(request: WorkshopRequest, comment_id: UUID) -> HttpResponse:
    """Agree with a comment, or no longer (agrees=0)."""
    said, own = load_comment(request, comment_id)
    require(policies.may_agree(own, said, request.user.pk))
    try:
        actions.agree(actor=request.user, comment_id=said.pk, agrees=request.POST.get("agrees") != "0")
    except NotPossible as refused:
        messages.error(request, str(refused))
    return see_other(request, f"{_back(said)}#comment-{reads.numbers(said.round)[said.pk]}")


def _back(said: Comment) -> str:
    """The page of the place where a comment stands."""
    if said.block_id:
        return reverse("recommendations-round-block", args=[said.round_id, said.block_id])
    if said.section:
        return reverse("recommendations-round-section-comments", args=[said.round_id, said.section])
    return reverse("recommendations-round-whole", args=[said.round_id])


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: WorkshopRequest, comment_id: UUID) -> HttpResponse:
    """Ask whether one's own comment is to be withdrawn; withdraw it."""
    said, own = load_comment(request, comment_id)
    require(policies.may_withdraw(said, request.user.pk))
    if request.method != "POST":
        number = reads.numbers(said.round)[said.pk]
        context = {**_frame(said.round, own), "said": said, "number": number}
        return render_page(request, "recommendations/rounds/withdraw.html", context)
    try:
        actions.withdraw(actor=request.user, comment_id=said.pk)
    except NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your comment has been withdrawn."))
    return see_other(request, "recommendations-comment", said.pk)


# --- The whole ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def word(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """What my bench says to the text as a whole."""
    about, own = load(request, round_id)
    require(policies.may_comment(own, about))
    given = about.bench_words.filter(bench=own.benches[0]).first() if len(own.benches) == 1 else None
    initial = {"kind": given.kind, "text": given.text} if given else None
    form = forms.WordForm(sent(request), benches=own.benches, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_word(
                actor=request.user,
                round_id=about.pk,
                bench=form.chosen_bench,
                kind=form.cleaned_data["kind"],
                text=form.cleaned_data["text"],
            )
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The word of your bench is on record. It can be changed until the round ends."))
            return see_other(request, "recommendations-round", about.pk)
    context = {**_frame(about, own), "form": form, "given": given}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "recommendations/rounds/word.html", context, status=status)


@require_POST
def seen(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """I have read what there is: only what follows is new."""
    about, own = load(request, round_id)
    rounds.note_seen(participants=own.participations)
    messages.success(request, _("From now on only what follows is marked as new."))
    return see_other(request, "recommendations-round", about.pk)


@require_safe
def became(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """What became of my comments: the answer with its reason, and the place in the new text."""
    about, own = load(request, round_id)
    reading = pages.Reading(about, own, request.user)
    later = reads.new_wording(about)
    rows = reads.comments(about, request.user).filter(author=request.user)
    context = {
        **_frame(about, own),
        "lines": pages.became(reading, rows, reads.blocks(later) if later is not None else None),
        "has_new_text": later is not None,
    }
    return render_page(request, "recommendations/rounds/mine.html", context)
