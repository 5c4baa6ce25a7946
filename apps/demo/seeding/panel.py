"""What the expert panel does: rules, reviews with named votes, meetings, advice."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from apps.accounts.models import User
from apps.core import scope
from apps.demo.content import panel as content
from apps.demo.content.panel import DemoAdvice, DemoMeeting, DemoReview, DemoVote
from apps.demo.seeding.clock import day, days_ago
from apps.demo.seeding.people import BASE_URL
from apps.demo.seeding.workshop import Members
from apps.recommendations.guards import KIND
from apps.reviews.actions import advice as advising
from apps.reviews.actions import meetings, reviews, statements, voting
from apps.reviews.actions.rules import record_rules
from apps.reviews.models import Advice, Condition, PanelRules, Review
from apps.reviews.rubric import criteria


def seed_panel_rules(staff: User) -> None:
    """How the panel votes, unless it is on record."""
    with scope.enter(scope.programme()):
        if not PanelRules.objects.exists():
            with days_ago(450):
                record_rules(
                    actor=staff,
                    quorum=content.QUORUM,
                    majority=content.MAJORITY,
                    decided_on=day(0),
                    reason=content.RULES_REASON,
                )


def seed_panel(staff: User, members: Members) -> None:
    """Meetings and advice, where there are none."""
    with scope.enter(scope.programme()):
        if Advice.objects.exists():
            return
        for place, wanted in enumerate(content.ADVICES):
            _advise(staff, members, wanted, begun=60 - 25 * place)
        for meeting in content.MEETINGS:
            _meet(staff, members, meeting)


# --- Reviews: called where the course of a text comes to them -------------------------------------------------------


def review(staff: User, members: Members, wanted: DemoReview, version_id: UUID, *, kind: str = KIND) -> Review:
    """Open a review of a version and have its members say what they are asked first: conflicts, then scores.

    kind: of what is reviewed; a recommendation, if nothing is said.
    """
    keys = [members[given.by].pk for given in wanted.votes]
    made = reviews.open_review(
        actor=staff,
        kind=kind,
        subject_id=version_id,
        members=keys,
        reporting=keys[0],
        deadline=day(wanted.days),
        question=wanted.question,
        base_url=BASE_URL,
    )
    for given in wanted.votes:
        if given.conflict or given.choice or given.scores:
            member = members[given.by]
            voting.declare_conflict(
                actor=member.user,
                member=member,
                review_id=made.pk,
                conflict=bool(given.conflict),
                note=given.conflict,
            )
            _score(members, given, made)
    return made


def _score(members: Members, given: DemoVote, made: Review) -> None:
    if not given.scores:
        return
    figures = {criterion.key: int(figure) for criterion, figure in zip(criteria(KIND), given.scores, strict=True)}
    scores = {key: (figure, content.SCORE_REASONS[key][figure]) for key, figure in figures.items()}
    member = members[given.by]
    voting.save_scores(actor=member.user, member=member, review_id=made.pk, scores=scores)


def vote(staff: User, members: Members, wanted: DemoReview, made: Review) -> None:
    """Open the vote and cast the votes; close it where everybody entitled has voted."""
    reviews.start_vote(actor=staff, review_id=made.pk, deadline=day(14))
    for given in wanted.votes:
        if given.choice:
            member = members[given.by]
            voting.cast_vote(
                actor=member.user,
                member=member,
                review_id=made.pk,
                choice=given.choice,
                reason=given.reason,
                conditions=given.conditions,
            )
    if wanted.minority is not None:
        text, author, signer = wanted.minority
        by, also = members[author], members[signer]
        statement = statements.write_statement(actor=by.user, member=by, review_id=made.pk, text=text, by_name=True)
        statements.sign_statement(actor=also.user, member=also, statement_id=statement.pk, by_name=False)
    if all(given.choice or given.conflict for given in wanted.votes):
        reviews.close_vote(actor=staff, review_id=made.pk, reason=wanted.summary)


def meet_conditions(staff: User, members: Members, wanted: DemoReview) -> None:
    """Say how the conditions were met; the panel confirms."""
    member = members[wanted.confirmed_by]
    for condition in Condition.objects.filter(confirmed_at=None, set_by=member):
        if condition.text in [text for given in wanted.votes for text in given.conditions]:
            statements.say_met(actor=staff, condition_id=condition.pk, note=wanted.met)
            statements.judge_condition(actor=member.user, member=member, condition_id=condition.pk, is_met=True)


# --- Meetings and advice --------------------------------------------------------------------------------------------


def _meet(staff: User, members: Members, wanted: DemoMeeting) -> None:
    """Called three weeks before; the minutes are approved some days after."""
    starts_at = timezone.localtime(timezone.now() + timedelta(days=wanted.days)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    with days_ago(21 - wanted.days):
        meeting = meetings.call_meeting(
            actor=staff,
            title=wanted.title,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            place=wanted.place,
            chair_id=members["Fischer"].pk,
            base_url=BASE_URL,
        )
        points = [
            (meetings.add_item(actor=staff, meeting_id=meeting.pk, title=title).pk, result)
            for title, result in wanted.points
        ]
    if not wanted.minutes:
        return
    with days_ago(-wanted.days - 4):
        meetings.save_minutes(
            actor=staff,
            meeting_id=meeting.pk,
            minutes=wanted.minutes,
            results=dict(points),
            attendance={members[name].pk: kind for name, kind in wanted.attendance.items()},
        )
        meetings.approve_minutes(actor=staff, meeting_id=meeting.pk)


def _advise(staff: User, members: Members, wanted: DemoAdvice, *, begun: int) -> None:
    author = members[wanted.by]
    with days_ago(begun):
        advice = advising.draft_advice(actor=author.user, member=author, title=wanted.title, text=wanted.text)
        for name in wanted.signers:
            signer = members[name]
            advising.sign_advice(actor=signer.user, member=signer, advice_id=advice.pk, sign=True)
    if not wanted.due:
        return
    with days_ago(begun - 6):
        advising.give_advice(
            actor=author.user,
            member=author,
            advice_id=advice.pk,
            answer_due_on=day(wanted.due),
            base_url=BASE_URL,
        )
    if wanted.answer:
        with days_ago(begun - 20):
            advising.answer_advice(
                actor=staff, advice_id=advice.pk, answer=wanted.answer, reason=wanted.reason, base_url=BASE_URL
            )
