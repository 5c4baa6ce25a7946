"""Adopting recommendations: list, considering, steps, new versions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.commitments import needs_answered, pages_adoption
from apps.commitments import policies_adoption as policies
from apps.commitments import queries_adoption as queries
from apps.commitments.actions import adoptions as actions
from apps.commitments.adoption_guards import obstacles
from apps.commitments.adoption_steps import BY_NAME
from apps.commitments.forms_adoption import FORMS, ConfirmForm, NeedsForm, StepForm, TextForm
from apps.commitments.models import Adoption
from apps.commitments.policies import may_see_all_levels
from apps.commitments.queries_adoption import Confirmation
from apps.commitments.states import ENDED
from apps.core import htmx
from apps.files.views import download
from apps.municipalities.requests import MunicipalityRequest
from apps.recommendations.actions.lifecycle import NotPossible

DETAIL = "commitments-adoption"


@require_safe
def adoption_list(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What the municipality considers, has adopted, and has decided against, by state."""
    require(policies.may_read(request.roles))
    rows = list(queries.adoptions())
    newer = queries.newer_standards(row.version for row in rows) if rows else {}
    asked = queries.waiting(rows, newer)
    titles = queries.titles_of({row.version_id for row in rows} | {newer[row.version_id].pk for row in asked})
    context = {
        "groups": pages_adoption.groups(rows, titles, queries.replaced()),
        "confirmations": [Confirmation(row, newer[row.version_id], titles[newer[row.version_id].pk]) for row in asked],
        "may_steer": policies.may_steer(request.roles),
        "may_decide": policies.may_decide(request.roles),
    }
    return htmx.render_page(request, "commitments/adoption/list.html", context)


@require_safe
def choose(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Versions that can be considered."""
    require(policies.may_steer(request.roles))
    versions = list(queries.candidates())
    editions = queries.editions_of({version.pk for version in versions})
    context = {"candidates": pages_adoption.candidates(versions, editions)}
    return htmx.render_page(request, "commitments/adoption/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def consider(request: MunicipalityRequest, slug: str, version_id: UUID) -> HttpResponse:
    """Begin to consider a version, for the needs it answers."""
    require(policies.may_steer(request.roles))
    version = queries.candidates().filter(pk=version_id).first()
    if version is None:
        there = queries.adoptions().filter(version=version_id).first()
        if there is None:
            raise Http404
        return htmx.see_other(request, DETAIL, slug, there.pk)
    edition = queries.edition_of(version)
    options = needs_answered.options(request.municipality, edition, version.recommendation.number)
    ticked = [option.need_id for option in options if option.fits]
    form = NeedsForm(request.POST if request.method == "POST" else None, options=options, ticked=ticked)
    if request.method == "POST" and form.is_valid():
        needs = needs_answered.reasons(options, form.chosen)
        try:
            made = actions.consider(actor=request.user, version_id=version_id, needs=needs)
        except NotPossible as error:
            _say(form, error)
        else:
            messages.success(request, _("It is being considered now."))
            return htmx.see_other(request, DETAIL, slug, made.pk)
    context = {"version": version, "edition": edition, "standing": pages_adoption.standing(version), "form": form}
    return _form_page(request, "consider", context)


@require_safe
def detail(request: MunicipalityRequest, slug: str, adoption_id: UUID) -> HttpResponse:
    """One adoption: where it stands, on what it rests, what it answers, its measures, what comes next."""
    row = _load(request, adoption_id)
    newer = queries.newer_standards([row.version]).get(row.version_id)
    is_replaced = queries.is_replaced(row)
    context = {
        "adoption": row,
        "edition": queries.edition_of(row.version),
        "standing": pages_adoption.standing(row.version),
        "kind": pages_adoption.KINDS[row.state],
        "path": pages_adoption.path_labels(),
        "place": pages_adoption.place_on_path(row.state),
        "needs": queries.needs_of(row),
        "measures": queries.measures_of(row),
        "changes": queries.changes_of(row),
        "newer": newer,
        "asks": queries.asks(row, newer),
        "is_replaced": is_replaced,
        "has_ended": row.state in ENDED,
        "steps": pages_adoption.offered(
            row,
            is_replaced=is_replaced,
            steers=policies.may_steer(request.roles),
            decides=policies.may_decide(request.roles),
        ),
        "may_steer": policies.may_steer(request.roles),
        "reads_chain": may_see_all_levels(request.roles),
        "may_decide": policies.may_decide(request.roles),
    }
    return htmx.render_page(request, "commitments/adoption/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: MunicipalityRequest, slug: str, adoption_id: UUID) -> HttpResponse:
    """Which needs an adoption answers."""
    row = _load(request, adoption_id)
    require(policies.may_steer(request.roles))
    edition = queries.edition_of(row.version)
    options = needs_answered.options(request.municipality, edition, row.version.recommendation.number)
    ticked = [named.need_id for named in queries.needs_of(row)]
    form = NeedsForm(request.POST if request.method == "POST" else None, options=options, ticked=ticked)
    if request.method == "POST" and form.is_valid():
        # Needs that no longer stand are not offered: they stay named.
        offered = {option.need_id for option in options}
        kept = {named.need_id: named.because for named in queries.needs_of(row) if named.need_id not in offered}
        chosen = needs_answered.reasons(options, form.chosen)
        actions.set_needs(actor=request.user, adoption_id=adoption_id, needs={**kept, **chosen})
        messages.success(request, _("Saved."))
        return htmx.see_other(request, DETAIL, slug, adoption_id)
    return _form_page(request, "needs", {"adoption": row, "edition": edition, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: MunicipalityRequest, slug: str, adoption_id: UUID, name: str) -> HttpResponse:
    """Take a step; says what is missing where it cannot be taken yet."""
    row = _load(request, adoption_id)
    taken = BY_NAME.get(name)
    if taken is None:
        raise Http404
    require(policies.may_decide(request.roles) if taken.is_decision else policies.may_steer(request.roles))
    if row.state == taken.target or row.state not in taken.sources:
        if row.state != taken.target:
            state = row.get_state_display()
            messages.error(request, _("From “%(state)s” this step is not possible.") % {"state": state})
        return htmx.see_other(request, DETAIL, slug, adoption_id)
    form = FORMS.get(taken.asks, StepForm)(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_step(actor=request.user, adoption_id=adoption_id, step=name, grounds=form.grounds)
        except NotPossible as error:
            _say(form, error)
        else:
            messages.success(request, _("Put on record."))
            return htmx.see_other(request, DETAIL, slug, adoption_id)
    context = {"adoption": row, "step": taken, "form": form, "edition": queries.edition_of(row.version)}
    if request.method != "POST":
        context["missing"] = obstacles(row, taken)
    return _form_page(request, "step", context)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: MunicipalityRequest, slug: str, adoption_id: UUID) -> HttpResponse:
    """Decide on the newer version: adopt it anew."""
    asked = _asked(request, adoption_id)
    measures = [measure for measure in queries.measures_of(asked.adoption) if measure.is_open]
    form = ConfirmForm(request.POST or None, request.FILES or None, measures=measures)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.confirm_version(
                actor=request.user,
                adoption_id=adoption_id,
                version_id=asked.newer.pk,
                decision=form.decision,
                carry_over=form.chosen,
            )
        except NotPossible as error:
            _say(form, error)
        else:
            messages.success(request, _("The new version has been adopted."))
            return htmx.see_other(request, DETAIL, slug, made.pk)
    return _form_page(request, "confirm", {"asked": asked, "adoption": asked.adoption, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: MunicipalityRequest, slug: str, adoption_id: UUID) -> HttpResponse:
    """Stay with the version that was adopted, with a reason."""
    asked = _asked(request, adoption_id)
    form = TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_version(
                actor=request.user,
                adoption_id=adoption_id,
                version_id=asked.newer.pk,
                reason=form.cleaned_data["reason"],
            )
        except NotPossible as error:
            _say(form, error)
        else:
            messages.success(request, _("You stay with the version adopted."))
            return htmx.see_other(request, DETAIL, slug, adoption_id)
    return _form_page(request, "keep", {"asked": asked, "adoption": asked.adoption, "form": form})


@require_safe
def document(request: MunicipalityRequest, slug: str, adoption_id: UUID) -> HttpResponseBase:
    """The decision as it was uploaded."""
    row = _load(request, adoption_id)
    if row.document is None:
        raise Http404
    return download(row.document)


def _load(request: MunicipalityRequest, key: UUID) -> Adoption:
    require(policies.may_read(request.roles))
    row = queries.adoption(key)
    if row is None:
        raise Http404
    return row


def _asked(request: MunicipalityRequest, key: UUID) -> Confirmation:
    """What a newer version asks of an adoption; 404 where none does (any more)."""
    _load(request, key)
    require(policies.may_decide(request.roles))
    asked = next((asked for asked in queries.to_confirm() if asked.adoption.pk == key), None)
    if asked is None:
        raise Http404
    return asked


def _say(form: Any, error: NotPossible) -> None:
    for reason in error.reasons:
        form.add_error(None, reason)


def _form_page(request: MunicipalityRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    shown = {"file_lost": bool(request.FILES), **context}
    return htmx.render_page(request, f"commitments/adoption/{page}.html", shown, status=status)
