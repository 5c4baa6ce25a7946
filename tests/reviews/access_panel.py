"""Who gets what from the pages of the expert panel."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import ProgrammeRole
from apps.core import scope
from apps.recommendations.guards import KIND
from apps.reviews.actions import advice as advice_actions
from apps.reviews.actions import meetings as meeting_actions
from apps.reviews.actions import reviews, statements, voting
from apps.reviews.models import Advice, Condition, Meeting, Review
from tests.consistency.access import Row, World
from tests.recommendations.factories import panel_member, version_in
from tests.reviews.stand_in import BASE, cast, close, declare, start

Kwargs = Callable[[World], Mapping[str, Any]]


def _member(world: World) -> ProgrammeRole:
    return ProgrammeRole.objects.get(user=world.people["panel"])


def _open(world: World) -> Review:
    member = _member(world)
    with scope.enter(scope.programme()):
        return reviews.open_review(
            actor=world.people["staff"],
            kind=KIND,
            subject_id=version_in("panel_review").pk,
            members=[member.pk, panel_member().pk],
            reporting=None,
            deadline=timezone.localdate() + timedelta(days=9),
            question="",
            base_url=BASE,
        )


def _voting(world: World) -> Review:
    review = _open(world)
    declare(review, *(given.member for given in review.assignments.select_related("member__user")))
    start(review)
    return review


def _condition(world: World) -> Condition:
    review = _voting(world)
    for given in review.assignments.select_related("member__user"):
        cast(review, given.member, "conditional", "Quelle ergänzen.")
    close(review)
    condition = review.conditions.first()
    assert condition is not None
    statements.say_met(actor=world.people["staff"], condition_id=condition.pk, note="Ergänzt.")
    return condition


def _statement(world: World) -> Any:
    return statements.write_statement(
        actor=None, member=_member(world), review_id=_voting(world).pk, text="Anders.", by_name=False
    )


def _meeting(world: World) -> Meeting:
    with scope.enter(scope.programme()):
        return meeting_actions.call_meeting(
            actor=world.people["staff"],
            title="Sitzung",
            starts_at=timezone.now() - timedelta(hours=1),
            ends_at=None,
            place="",
            chair_id=None,
            base_url=BASE,
        )


def _advice(world: World) -> Advice:
    member, other = _member(world), panel_member()
    advice = advice_actions.draft_advice(actor=None, member=member, title="Rat", text="Bitte prüfen.")
    return advice_actions.sign_advice(actor=None, member=other, advice_id=advice.pk, sign=True)


def _given(world: World) -> Advice:
    advice = _advice(world)
    return advice_actions.give_advice(
        actor=None,
        member=_member(world),
        advice_id=advice.pk,
        answer_due_on=timezone.localdate() + timedelta(days=9),
        base_url=BASE,
    )


def waiting(world: World) -> Mapping[str, Any]:
    return {"kind": KIND, "subject_id": version_in("panel_review").pk}


def opened(world: World) -> Mapping[str, Any]:
    return {"review_id": _open(world).pk}


def ready(world: World) -> Mapping[str, Any]:
    review = _open(world)
    voting.declare_conflict(actor=None, member=_member(world), review_id=review.pk, conflict=False, note="")
    return {"review_id": review.pk}


def in_vote(world: World) -> Mapping[str, Any]:
    return {"review_id": _voting(world).pk}


def assignment(world: World) -> Mapping[str, Any]:
    given = _open(world).assignments.first()
    assert given is not None
    return {"assignment_id": given.pk}


def condition(world: World) -> Mapping[str, Any]:
    return {"condition_id": _condition(world).pk}


def statement(world: World) -> Mapping[str, Any]:
    return {"statement_id": _statement(world).pk}


def meeting(world: World) -> Mapping[str, Any]:
    return {"meeting_id": _meeting(world).pk}


def item(world: World) -> Mapping[str, Any]:
    made = meeting_actions.add_item(actor=None, meeting_id=_meeting(world).pk, title="Punkt")
    return {"item_id": made.pk}


def draft(world: World) -> Mapping[str, Any]:
    return {"advice_id": _advice(world).pk}


def given(world: World) -> Mapping[str, Any]:
    return {"advice_id": _given(world).pk}


def _by_staff(kwargs: Kwargs, **fields: Any) -> Row:
    return Row.in_programme(staff=303, method="post", kwargs=kwargs, **fields)


def _of_members(kwargs: Kwargs, status: int = 200, **fields: Any) -> Row:
    return Row.in_workshop(panel=status, bench=403, staff=403, kwargs=kwargs, **fields)


DAY = "2999-01-01"

ACCESS = {
    "panel-staff": Row.in_programme(),
    "panel-open": Row.in_programme(kwargs=waiting),
    "panel-review-staff": Row.in_programme(kwargs=opened),
    "panel-assign": Row.in_programme(staff=422, method="post", kwargs=opened),
    "panel-unassign": _by_staff(assignment),
    "panel-remind": _by_staff(opened),
    "panel-start-vote": _by_staff(opened, data={"vote_until": DAY}),
    "panel-close-vote": Row.in_programme(kwargs=in_vote),
    "panel-call-off": _by_staff(opened, data={"reason": "Überholt."}),
    "panel-rules": Row.in_programme(),
    "panel-meetings-staff": Row.in_programme(),
    "panel-meeting-new": Row.in_programme(),
    "panel-meeting-staff": Row.in_programme(kwargs=meeting),
    "panel-meeting-edit": Row.in_programme(kwargs=meeting),
    "panel-agenda-add": _by_staff(meeting, data={"title": "Punkt"}),
    "panel-agenda-move": _by_staff(item),
    "panel-agenda-remove": _by_staff(item),
    "panel-minutes": Row.in_programme(kwargs=meeting),
    "panel-minutes-approve": Row.in_programme(kwargs=meeting),
    "panel-advice-staff": Row.in_programme(),
    "panel-advice-answer": Row.in_programme(kwargs=given),
    "panel-home": _of_members(lambda world: {}),
    "panel-review": Row.in_workshop(bench=403, kwargs=opened),
    "panel-seen": _of_members(opened, 303, method="post"),
    "panel-conflict": _of_members(opened, 303, method="post", data={"conflict": "no"}),
    "panel-scores": _of_members(ready),
    "panel-vote": _of_members(in_vote),
    "panel-statement": _of_members(in_vote),
    "panel-statement-edit": _of_members(statement),
    "panel-statement-sign": _of_members(statement, 303, method="post", data={"by_name": "yes"}),
    "panel-statement-unsign": _of_members(statement, 303, method="post"),
    "panel-condition": Row.in_workshop(bench=403, kwargs=condition),
    "panel-condition-met": Row.in_workshop(
        bench=403, panel=403, staff=303, method="post", kwargs=condition, data={"note": "Ergänzt."}
    ),
    "panel-condition-judge": _of_members(condition, 303, method="post", data={"met": "yes"}),
    "panel-meetings": Row.in_workshop(bench=403),
    "panel-meeting": Row.in_workshop(bench=403, kwargs=meeting),
    "panel-agenda-pdf": Row.in_workshop(bench=403, kwargs=meeting),
    "panel-minutes-pdf": Row.in_workshop(bench=403, kwargs=meeting),
    "panel-meeting-date": Row.in_workshop(bench=403, kwargs=meeting),
    "panel-advice-list": Row.in_workshop(bench=403),
    "panel-advice-new": _of_members(lambda world: {}),
    "panel-advice": Row.in_workshop(bench=403, kwargs=given),
    "panel-advice-edit": _of_members(draft),
    "panel-advice-sign": _of_members(draft, 303, method="post", data={"sign": "yes"}),
    "panel-advice-give": _of_members(draft),
    "panel-advice-public": Row.for_all(),
}
