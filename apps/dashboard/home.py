"""What is mine to do in a municipality, and until when, by role. Runs in the municipality's scope.

One query per kind of thing, whatever number there is of it; what a role does not concern is not asked for.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from apps.accounts.models import User
from apps.assessments.models import Assessment, AssessmentSection, Delegation, DelegationLink, Signature
from apps.assessments.pages import SECTION_KINDS, STATE_KINDS
from apps.assessments.pages_delegations import whom
from apps.assessments.policies import (
    EVERYTHING,
    Recipient,
    SectionAccess,
    access_by,
    may_answer,
    may_coordinate,
    may_delegate,
    may_read,
    may_sign,
)
from apps.assessments.queries import people_with_role
from apps.assessments.queries_delegations import GivenSection, delegations_for, recipient
from apps.assessments.queries_overview import number_undecided
from apps.instruments.definition import localized
from apps.instruments.models import Section
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role
from apps.municipalities.models.invitation import Invitation
from apps.municipalities.policies import may_manage_people
from apps.municipalities.queries.memberships import open_invitations
from apps.municipalities.requests import MunicipalityRequest
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
    to_decide: how many items departments answered differently.
    access: which sections this person sees and answers; what has been given to them stands in `Home.given`, and what
    they no longer answer among the complete ones.
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
    to_decide: int = 0
    access: SectionAccess = EVERYTHING

    @property
    def is_limited(self) -> bool:
        """Whether the pages that show every section are closed to this person."""
        return self.access.is_limited

    @property
    def is_answered_as_given(self) -> bool:
        """Whether this person answers what has been given to them, and nothing else."""
        return self.access.answered is not None

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def is_due_soon(self) -> bool:
        return 0 <= self.days_left <= SOON.days


@dataclass(frozen=True)
class HandedBack:
    """A section that came back to the coordination, with its title and whose it was in words."""

    delegation: Delegation
    label: str
    whom: str


@dataclass(frozen=True)
class Home:
    """Everything the page shows; a list is empty where there is nothing, or nothing for this person's roles.

    given: sections this person is to answer. to_accept: sections that came back to the coordination.
    """

    given: list[GivenSection] = field(default_factory=list)
    to_accept: list[HandedBack] = field(default_factory=list)
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
            or (self.answers and any(not work.is_answered_as_given for work in self.to_answer))
            or self.given
            or self.to_accept
            or self.to_sign
        )


def home_of(request: MunicipalityRequest) -> Home:
    """The home page of the signed-in person in the municipality of the request."""
    roles = request.roles
    slug = request.municipality.slug
    looks_in = PROJECT_STAFF in roles
    coordinates = may_coordinate(roles)
    only = recipient(request.user, roles, request.memberships)
    works = works_of(slug, only, roles) if may_read(roles) else []

    def in_state(*states: str) -> list[Work]:
        return [work for work in works if work.assessment.state in states]

    in_review = in_state(State.IN_REVIEW)
    return Home(
        given=delegations_for(request.user, roles, request.memberships),
        to_accept=handed_back_sections() if may_delegate(roles) else [],
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


def handed_back_sections() -> list[HandedBack]:
    """What waits to be accepted or given back, the longest waiting first; two queries, one where nothing does."""
    links = DelegationLink.objects.filter(revoked_at=None)
    label = Section.objects.filter(version=OuterRef("assessment__wave__instrument_version"), name=OuterRef("section"))
    found: QuerySet[WithAnnotations[Delegation, Label]] = (
        Delegation.objects.filter(state=Delegation.State.HANDED_BACK)
        .annotate(label=Subquery(label.values("label")[:1]))
        .select_related("assessment__wave", "user", "deputy", "org_unit")
        .prefetch_related(Prefetch("links", queryset=links, to_attr="valid_links"))
        .order_by("handed_back_at")
    )
    return [HandedBack(row, _title(row.label, row.section), whom(row)) for row in found]


class Standing(TypedDict):
    """Name below the signature that stands; how many items are to be decided between departments."""

    signed_by: str | None
    undecided: int | None


class Label(TypedDict):
    """Name of a section in each language."""

    label: dict[str, str] | None


def works_of(slug: str, only: Recipient | None, roles: Collection[str]) -> list[Work]:
    """The assessments of the municipality, the nearest deadline first; two queries, three where delegations limit.

    Where a person whose sections were all withdrawn sees nothing of an assessment, it is left out.
    """
    signature = Signature.objects.filter(assessment=OuterRef("pk"), revoked_at=None)
    assessments = list(
        Assessment.objects.select_related("wave")
        .annotate(signed_by=Subquery(signature.values("name")[:1]), undecided=number_undecided())
        .order_by("wave__closes_on", "wave__label")
    )
    access = _access(only, roles)
    label = Section.objects.filter(version=OuterRef("assessment__wave__instrument_version"), name=OuterRef("name"))
    sections: dict[Any, list[WithAnnotations[AssessmentSection, Label]]] = {}
    for section in AssessmentSection.objects.annotate(label=Subquery(label.values("label")[:1])).order_by(
        "assessment", "position"
    ):
        if access.get(section.assessment_id, EVERYTHING).sees(section.name):
            sections.setdefault(section.assessment_id, []).append(section)
    today = timezone.localdate()
    return [
        _work(assessment, sections.get(assessment.pk, []), access.get(assessment.pk, EVERYTHING), slug, today)
        for assessment in assessments
        if not access.get(assessment.pk, EVERYTHING).is_limited or assessment.pk in sections
    ]


def _access(only: Recipient | None, roles: Collection[str]) -> dict[Any, SectionAccess]:
    """What the person sees and answers, by assessment, where delegations limit it."""
    if only is None:
        return {}
    held: dict[Any, list[Delegation]] = {}
    for delegation in Delegation.objects.filter(only.condition()):
        held.setdefault(delegation.assessment_id, []).append(delegation)
    return {key: access_by(found, roles) for key, found in held.items()}


def _work(
    assessment: "WithAnnotations[Assessment, Standing]",
    sections: "list[WithAnnotations[AssessmentSection, Label]]",
    access: SectionAccess,
    slug: str,
    today: date,
) -> Work:
    complete = AssessmentSection.State.COMPLETE
    page = "assessments-detail" if access.is_limited else PAGES.get(State(assessment.state), "assessments-detail")
    if access.answered is None:
        to_do = [section for section in sections if section.state != complete]
        done = [section for section in sections if section.state == complete]
    else:
        to_do, done = [], [section for section in sections if not access.answers(section.name)]
    return Work(
        assessment=assessment,
        kind=STATE_KINDS[State(assessment.state)],
        url=reverse(page, args=[slug, assessment.pk]),
        required=sum(section.required for section in sections),
        answered=sum(section.answered for section in sections),
        open_sections=_tasks(to_do, slug),
        complete_sections=_tasks(done, slug),
        days_left=(assessment.due_on - today).days,
        signed_by=assessment.signed_by or "",
        to_decide=assessment.undecided or 0,
        access=access,
    )


def _title(label: dict[str, str] | None, name: str) -> str:
    language = get_language() or settings.LANGUAGE_CODE
    return localized(label or {}, language, settings.LANGUAGE_CODE) or name


def _tasks(sections: "Iterable[WithAnnotations[AssessmentSection, Label]]", slug: str) -> list[dict[str, str]]:
    """Entries for components/task_list.html."""
    return [
        {
            "label": _title(section.label, section.name),
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
