"""Mandatory trainings: what is mandatory, how far the municipality is, in numbers."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.models import OrgUnit
from apps.municipalities.requests import MunicipalityRequest
from apps.training import policies_mandatory as policies
from apps.training import queries, queries_gates
from apps.training import queries_mandatory as reads
from apps.training.actions import mandatory as actions
from apps.training.forms_mandatory import MandatoryForm
from apps.training.models import MandatoryTraining
from apps.training.small_counts import Counts, shown

HOME = "training-mandatory"
LABELS = {
    reads.DONE: gettext_lazy("Done"),
    reads.EXPIRING: gettext_lazy("Runs out within 60 days"),
    reads.DUE: gettext_lazy("Still to be done"),
    reads.OVERDUE: gettext_lazy("Overdue or run out"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A mandatory training with its numbers as they may be shown."""

    training: MandatoryTraining
    total: int | None
    cells: list[tuple[str, int | None]]


@require_safe
def overview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All mandatory trainings with their numbers."""
    require(policies.may_read(request.roles))
    trainings = list(reads.active())
    found = reads.duties(trainings)
    apart = _told_apart(trainings, found)
    lines = []
    for training in trainings:
        counts = _counts(found[training.pk])
        if training.pk not in apart:
            counts = Counts(counts.total, dict.fromkeys(counts.cells))
        cells = [(str(LABELS[status]), counts.cells[status]) for status in reads.STATUSES]
        lines.append(Line(training, counts.total, cells))
    context = {
        "lines": lines,
        "may_decide": policies.may_decide(request.roles),
        "may_see_names": policies.may_see_names(request.roles, queries_gates.opening_of(request.municipality)),
    }
    return htmx.render_page(request, "training/mandatory/overview.html", context)


def _told_apart(trainings: list[MandatoryTraining], found: dict[UUID, list[reads.Duty]]) -> set[UUID]:
    """Trainings whose numbers may stand beside each other.

    Where a module is mandatory for everybody and again for a department, the difference of two numbers would tell how
    far the few others are: of those that share a person only the widest shows numbers.
    """
    kept: set[UUID] = set()
    counted: dict[UUID, set[UUID]] = {}
    for training in sorted(trainings, key=lambda row: len(found[row.pk]), reverse=True):
        people = {duty.user_id for duty in found[training.pk]}
        there = counted.setdefault(training.module_id, set())
        if not people & there:
            kept.add(training.pk)
            there |= people
    return kept


def _counts(duties: list[reads.Duty]) -> Counts:
    number = Counter(duty.status for duty in duties)
    return shown({status: number[status] for status in reads.STATUSES})


@require_safe
def people(request: MunicipalityRequest, slug: str, training_id: UUID) -> HttpResponse:
    """Who has done it and who has not, where an agreement allows names."""
    require(policies.may_see_names(request.roles, queries_gates.opening_of(request.municipality)))
    training = get_object_or_404(reads.active(), pk=training_id)
    duties = reads.duties([training])[training.pk]
    users = reads.names(duty.user_id for duty in duties)
    rows = sorted(
        ((users[duty.user_id], str(LABELS[duty.status]), duty.until) for duty in duties),
        key=lambda row: (row[0].last_name, row[0].first_name),
    )
    return htmx.render_page(request, "training/mandatory/people.html", {"training": training, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Make a training mandatory."""
    require(policies.may_decide(request.roles))
    modules = queries.offered_modules().filter(is_empowerment=False)
    form = MandatoryForm(request.POST or None, modules=modules, units=OrgUnit.objects.order_by("name"))
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(actor=request.user, **form.cleaned_data)
        except actions.NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The training is mandatory."))
            return htmx.see_other(request, HOME, slug)
    status = 422 if form.errors else 200
    return htmx.render_page(request, "training/mandatory/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: MunicipalityRequest, slug: str, training_id: UUID) -> HttpResponse:
    """End it, after asking."""
    require(policies.may_decide(request.roles))
    training: Any = get_object_or_404(reads.active(), pk=training_id)
    if request.method == "POST":
        actions.end(actor=request.user, training_id=training.pk)
        messages.success(request, _("The training is mandatory no more."))
        return htmx.see_other(request, HOME, slug)
    return htmx.render_page(request, "training/mandatory/end.html", {"training": training})
