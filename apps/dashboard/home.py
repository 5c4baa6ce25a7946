"""What is mine to do in a municipality, and until when, by role. Runs in the municipality's scope.

One query per kind of thing, whatever number there is of it; what a role does not concern is not asked for.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from apps.accounts.models import User
from apps.assessments.models import Assessment, AssessmentSection, Signature
from apps.assessments.pages import SECTION_KINDS, STATE_KINDS
from apps.assessments.policies import may_answer, may_coordinate, may_read, may_sign
from apps.assessments.queries import people_with_role
from apps.instruments.definition import localized
from apps.instruments.models import Section
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role
from apps.municipalities.models.invitation import Invitation
from apps.municipalities.policies import may_manage_people
from apps.municipalities.queries.memberships import open_invitations
from apps.reports.models import ReportJob

REPORTS_SHOWN = 5
SOON = timedelta(days=14)
State = Assessment.State
#: Where an assessment is gone on with; the others on their overview.
PAGES = {
    State.IN_REVIEW: "assessments-review",
    State.SIGNED_OFF: "assessments-result",
    State.CLOSED: "assessments-result",
}


@dataclass(frozen=True)
class Work:
    """An assessment with its sections as entries of a task list. kind: of the badge that shows its state.

    days_left: until the deadline, negative once it has passed; only counted while something is to be done.
    """

    assessment: Assessment
    kind: str
    url: str
    required: int
    answered: int
    open_sections: list[dict[str, str]]
    complete_sections: list[dict[str, str]]
    days_left: int
    signed_by: str = ""

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def is_due_soon(self) -> bool:
        return 0 <= self.days_left <= SOON.days


@dataclass(frozen=True)
class Home:
    """Everything the page shows; a list is empty where there is nothing, or nothing for this person's roles."""

    to_start: list[Work] = field(default_factory=list)
    to_answer: list[Work] = field(default_factory=list)
    to_sign: list[Work] = field(default_factory=list)
    waiting_for_signature: list[Work] = field(default_factory=list)
    signed: list[Work] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    reports: list[ReportJob] = field(default_factory=list)
    contacts: list[User] = field(default_factory=list)
    signatories_missing: bool = False
    coordinates: bool = False
    answers: bool = False
    signs: bool = False
    reads: bool = False
    manages_people: bool = False
    looks_in: bool = False

    @property
    def is_calm(self) -> bool:
        """Nothing is to be done now by this person."""
        return not (
            (self.coordinates and (self.to_start or self.signatories_missing))
            or (self.answers and self.to_answer)
            or self.to_sign
        )


def home_of(request: HttpRequest) -> Home:
    """The home page of the signed-in person in the municipality of the request."""
    roles: Collection[str] = getattr(request, "roles", frozenset())
    slug = request.municipality.slug  # type: ignore[attr-defined]  # set by ScopeMiddleware
    looks_in = PROJECT_STAFF in roles
    coordinates = may_coordinate(roles)
    works = works_of(slug) if may_read(roles) else []

    def in_state(*states: str) -> list[Work]:
        return [work for work in works if work.assessment.state in states]

    in_review = in_state(State.IN_REVIEW)
    return Home(
        to_start=in_state(State.INVITED),
        to_answer=in_state(State.IN_PROGRESS),
        to_sign=in_review if may_sign(roles) else [],
        waiting_for_signature=[] if may_sign(roles) else in_review,
        signed=in_state(State.SIGNED_OFF, State.CLOSED),
        invitations=list(open_invitations()) if may_manage_people(roles) else [],
        reports=latest_reports() if _may_have_reports(roles) else [],
        contacts=[] if coordinates or looks_in else people_with_role(Role.COORDINATOR),
        signatories_missing=bool(coordinates and in_review and not people_with_role(Role.SIGNATORY)),
        coordinates=coordinates,
        answers=may_answer(roles),
        signs=may_sign(roles),
        reads=may_read(roles),
        manages_people=may_manage_people(roles),
        looks_in=looks_in,
    )


def _may_have_reports(roles: Collection[str]) -> bool:
    """As the declaration of the assessment's report says: who sees all sections."""
    return may_coordinate(roles) or may_sign(roles) or PROJECT_STAFF in roles


def latest_reports() -> list[ReportJob]:
    """The latest reports, finished or being made; the failed ones stand in the archive."""
    return list(ReportJob.objects.exclude(state=ReportJob.State.FAILED)[:REPORTS_SHOWN])


class SignedBy(TypedDict):
    """Name below the signature that stands."""

    signed_by: str | None


class Label(TypedDict):
    """Name of a section in each language."""

    label: dict[str, str] | None


def works_of(slug: str) -> list[Work]:
    """The assessments of the municipality, the nearest deadline first; two queries."""
    signature = Signature.objects.filter(assessment=OuterRef("pk"), revoked_at=None)
    assessments = list(
        Assessment.objects.select_related("wave")
        .annotate(signed_by=Subquery(signature.values("name")[:1]))
        .order_by("wave__closes_on", "wave__label")
    )
    label = Section.objects.filter(version=OuterRef("assessment__wave__instrument_version"), name=OuterRef("name"))
    sections: dict[Any, list[WithAnnotations[AssessmentSection, Label]]] = {}
    for section in AssessmentSection.objects.annotate(label=Subquery(label.values("label")[:1])).order_by(
        "assessment", "position"
    ):
        sections.setdefault(section.assessment_id, []).append(section)
    today = timezone.localdate()
    return [_work(assessment, sections.get(assessment.pk, []), slug, today) for assessment in assessments]


def _work(
    assessment: "WithAnnotations[Assessment, SignedBy]",
    sections: "list[WithAnnotations[AssessmentSection, Label]]",
    slug: str,
    today: date,
) -> Work:
    complete = AssessmentSection.State.COMPLETE
    return Work(
        assessment=assessment,
        kind=STATE_KINDS[State(assessment.state)],
        url=reverse(PAGES.get(State(assessment.state), "assessments-detail"), args=[slug, assessment.pk]),
        required=sum(section.required for section in sections),
        answered=sum(section.answered for section in sections),
        open_sections=_tasks((section for section in sections if section.state != complete), slug),
        complete_sections=_tasks((section for section in sections if section.state == complete), slug),
        days_left=(assessment.wave.closes_on - today).days,
        signed_by=assessment.signed_by or "",
    )


def _tasks(sections: "Iterable[WithAnnotations[AssessmentSection, Label]]", slug: str) -> list[dict[str, str]]:
    """Entries for components/task_list.html."""
    language = get_language() or settings.LANGUAGE_CODE
    return [
        {
            "label": localized(section.label or {}, language, settings.LANGUAGE_CODE) or section.name,
            "url": reverse(
                "assessments-section",
                args=[slug, section.assessment_id, section.name],
            ),
            "state": str(section.get_state_display()),
            "kind": SECTION_KINDS[AssessmentSection.State(section.state)],
            "hint": _("%(answered)s of %(required)s required questions answered")
            % {"answered": section.answered, "required": section.required},
        }
        for section in sections
    ]
