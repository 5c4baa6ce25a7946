"""Reviews from opening to outcome, on a kind that is no recommendation."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.notifications.models import OutgoingMail
from apps.reviews import queries
from apps.reviews.actions import reviews, rules, statements, voting
from apps.reviews.models import Assignment, Condition, PanelRules, Review, Score, Vote
from apps.reviews.problems import Refused
from apps.reviews.rubric import criteria
from apps.reviews.tasks import remind
from tests.municipalities.counting import at_most
from tests.recommendations.factories import bench_member, panel_member
from tests.reviews import stand_in
from tests.reviews.stand_in import KIND, Modules, cast, close, declare, open_review, panel, scored, signed_in, start

pytestmark = pytest.mark.django_db


def mails(kind: str) -> list[OutgoingMail]:
    with scope.enter(scope.programme()):
        return list(OutgoingMail.objects.filter(kind=kind).order_by("to"))


def staff_url(name: str, review: Review) -> str:
    return reverse(name, args=[review.pk])


# --- Opening ---


def test_what_waits_is_opened_for_members_who_are_told(kept: Modules, staff: User) -> None:
    key, members = kept.submit(), panel(2)
    client = signed_in(staff)
    assert stand_in.TITLE in client.get(reverse("panel-staff")).content.decode()
    url = reverse("panel-open", args=[KIND, key])
    data = {
        "members": [str(member.pk) for member in members],
        "reporting": str(members[1].pk),
        "deadline": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "question": "Trägt es?",
    }
    assert client.post(url, data).status_code == 303
    review = Review.objects.get()
    assert (review.subject_title, review.stage, review.quorum, review.majority) == (
        stand_in.TITLE, "initial", 50, "absolute",
    )  # fmt: skip
    assert Assignment.objects.get(reports=True).member == members[1]
    assert [mail.to for mail in mails("panel-assigned")] == sorted(member.user.email for member in members)
    assert f"/workshop/panel/{review.pk}/" in mails("panel-assigned")[0].text
    assert stand_in.TITLE not in mails("panel-assigned")[0].text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Bitte"),
        ({"deadline": "2020-01-01"}, ""),
        ({"reporting": "other"}, ""),
    ],
)
def test_a_form_that_is_not_complete_is_shown_again(
    kept: Modules, staff: User, data: dict[str, str], message: str
) -> None:
    members = panel(2)
    url = reverse("panel-open", args=[KIND, kept.submit()])
    values = {"members": [str(members[0].pk)], "deadline": "2999-01-01", "question": "Bleibt stehen", **data}
    if values.get("reporting") == "other":
        values["reporting"] = str(members[1].pk)
    if not data:
        del values["members"]
    response = signed_in(staff).post(url, values)
    assert response.status_code == 422
    assert "Bleibt stehen" in response.content.decode()
    assert not Review.objects.exists()


def test_who_wrote_it_is_not_offered_and_cannot_be_assigned(kept: Modules, staff: User) -> None:
    key, (author, other) = kept.submit(), panel(2)
    kept.authors[key] = {author.user_id}
    page = signed_in(staff).get(reverse("panel-open", args=[KIND, key])).content.decode()
    assert str(other.pk) in page
    assert str(author.pk) not in page
    with pytest.raises(Refused):
        open_review(kept, [author], staff, subject_id=key)
    assert not Review.objects.exists()
    review = open_review(kept, [other], staff, subject_id=key)
    with pytest.raises(Refused):
        reviews.assign(actor=staff, review_id=review.pk, member_id=author.pk, reports=False)


def test_a_text_is_reviewed_once_at_a_time_and_only_where_it_waits(kept: Modules, staff: User) -> None:
    members = panel(1)
    review = open_review(kept, members, staff)
    with pytest.raises(Refused):
        open_review(kept, members, staff, subject_id=review.subject_id)
    with pytest.raises(Refused):
        open_review(kept, members, staff, subject_id=kept.submit(stage=""))
    with pytest.raises(Refused):
        open_review(kept, [], staff)
    with pytest.raises(LookupError):
        open_review(kept, members, staff, kind="poem")
    assert signed_in(staff).get(reverse("panel-open", args=["poem", uuid4()])).status_code == 404


def test_members_are_added_and_taken_out_until_they_have_entered_something(kept: Modules, staff: User) -> None:
    first, second, third = panel(3)
    review = open_review(kept, [first], staff)
    client = signed_in(staff)
    for member in (second, third):
        response = client.post(staff_url("panel-assign", review), {"member": str(member.pk)})
        assert response.status_code == 303
    assert client.post(staff_url("panel-assign", review), {"member": str(bench_member().pk)}).status_code == 422
    declare(review, second)
    removal = {
        member: reverse("panel-unassign", args=[review.assignments.get(member=member).pk]) for member in (second, third)
    }
    for url in removal.values():
        assert client.post(url).status_code == 303
    assert set(review.assignments.values_list("member", flat=True)) == {first.pk, second.pk}
    start(review)
    with pytest.raises(Refused):
        reviews.assign(actor=staff, review_id=review.pk, member_id=third.pk, reports=False)
    with pytest.raises(Refused):
        reviews.unassign(actor=staff, assignment_id=review.assignments.get(member=first).pk)


# --- Conflict of interest ---


def test_nobody_scores_or_votes_before_saying_whether_there_is_a_conflict(kept: Modules) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    with pytest.raises(Refused):
        scored(review, member)
    start(review)
    with pytest.raises(Refused):
        cast(review, member, "yes")


def test_a_declared_conflict_excludes_from_scores_and_vote(kept: Modules) -> None:
    biased, other = panel(2)
    review = open_review(kept, [biased, other])
    declare(review, biased, conflict=True)
    declare(review, other)
    start(review)
    with pytest.raises(Refused):
        scored(review, biased)
    with pytest.raises(Refused):
        cast(review, biased, "yes")
    assert not mails("panel-vote-open")[1:]
    cast(review, other, "yes")
    assert close(review).outcome == "accepted"
    assert queries.count_of(queries.reviews().get(pk=review.pk)).entitled == 1


@pytest.mark.parametrize("conflict", [None, True])
def test_even_sql_lets_nobody_vote_or_score_who_has_not_ruled_out_a_conflict(
    kept: Modules, conflict: bool | None
) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    if conflict:
        declare(review, member, conflict=True)
        other = panel_member()
        reviews.assign(actor=None, review_id=review.pk, member_id=other.pk, reports=False)
    start(review)
    given = review.assignments.get(member=member)
    with pytest.raises(IntegrityError, match="conflict"), transaction.atomic():
        Vote.objects.create(assignment=given, choice="yes")
    with pytest.raises(IntegrityError, match="conflict"), transaction.atomic():
        Score.objects.create(assignment=given, criterion="law", score=3, reason="Gut.")


def test_sql_cannot_declare_a_conflict_and_keep_the_vote(kept: Modules) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    declare(review, member)
    start(review)
    cast(review, member, "yes")
    given = review.assignments.get()
    given.conflict, given.conflict_note = True, "Doch."
    with pytest.raises(IntegrityError, match="Withdraw"), transaction.atomic():
        given.save()


def test_a_conflict_found_later_takes_scores_vote_and_conditions_back(kept: Modules) -> None:
    (member, _other) = members = panel(2)
    review = open_review(kept, members)
    declare(review, *members)
    scored(review, member)
    start(review)
    cast(review, member, "conditional", "Quelle ergänzen.")
    declare(review, member, conflict=True)
    given = review.assignments.get(member=member)
    assert (given.conflict, given.scored_at) == (True, None)
    assert not Vote.objects.exists()
    assert not Score.objects.exists()
    assert not Condition.objects.exists()


def test_a_conflict_is_explained(kept: Modules) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    with pytest.raises(Refused):
        voting.declare_conflict(actor=member.user, member=member, review_id=review.pk, conflict=True, note=" ")
    response = signed_in(member.user).post(reverse("panel-conflict", args=[review.pk]), {"conflict": "yes"})
    assert response.status_code == 422
    response = signed_in(member.user).post(reverse("panel-conflict", args=[review.pk]), {"conflict": "no"})
    assert response.status_code == 303
    assert review.assignments.get().conflict is False


# --- Scores ---


def score_data(**changes: str) -> dict[str, str]:
    data = {}
    for criterion in criteria(KIND):
        data |= {f"score-{criterion.key}": "3", f"reason-{criterion.key}": f"Zu {criterion.key}"}
    return {**data, **changes}


def test_scores_are_saved_together_and_nothing_typed_is_lost(kept: Modules) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    declare(review, member)
    client, url = signed_in(member.user), reverse("panel-scores", args=[review.pk])
    response = client.post(url, score_data(**{"score-effect": ""}))
    assert response.status_code == 422
    assert "Zu law" in response.content.decode()
    assert not Score.objects.exists()
    assert client.post(url, score_data()).status_code == 303
    assert client.post(url, score_data(**{"score-effect": "1"})).status_code == 303
    assert {score.criterion: score.score for score in Score.objects.all()} == {
        criterion.key: 1 if criterion.key == "effect" else 3 for criterion in criteria(KIND)
    }
    assert "Zu law" in client.get(url).content.decode()


def test_scores_that_do_not_fit_the_rubric_are_an_error(kept: Modules) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    declare(review, member)
    with pytest.raises(ValueError, match="criterion"):
        voting.save_scores(actor=None, member=member, review_id=review.pk, scores={"beauty": (4, "Schön.")})


def test_the_scores_of_others_are_seen_once_the_own_ones_are_in(kept: Modules) -> None:
    first, second = members = panel(2)
    review = open_review(kept, members)
    declare(review, *members)
    scored(review, first)
    client, url = signed_in(second.user), reverse("panel-review", args=[review.pk])
    words = f"Begründung von {first.user.last_name}"
    assert words not in client.get(url).content.decode()
    scored(review, second)
    assert words in client.get(url).content.decode()


def test_a_member_with_a_conflict_sees_scores_and_votes_once_it_has_ended(kept: Modules) -> None:
    biased, other = members = panel(2)
    review = open_review(kept, members)
    declare(review, biased, conflict=True)
    declare(review, other)
    scored(review, other)
    client, url = signed_in(biased.user), reverse("panel-review", args=[review.pk])
    words = f"Begründung von {other.user.last_name}"
    assert words not in client.get(url).content.decode()
    start(review)
    cast(review, other, "yes")
    close(review)
    assert words in client.get(url).content.decode()


# --- Vote ---


def test_votes_are_named_and_seen_by_the_panel_after_the_own_vote(kept: Modules) -> None:
    first, second = members = panel(2)
    reader = panel_member()
    review = open_review(kept, members)
    declare(review, *members)
    start(review)
    url = reverse("panel-vote", args=[review.pk])
    page = reverse("panel-review", args=[review.pk])
    response = signed_in(first.user).post(url, {"choice": "no", "reason": "Zu dünn belegt."})
    assert response.status_code == 303
    assert "Zu dünn belegt." not in signed_in(second.user).get(page).content.decode()
    assert "Zu dünn belegt." in signed_in(reader.user).get(page).content.decode()
    signed_in(second.user).post(url, {"choice": "abstain"})
    assert "Zu dünn belegt." in signed_in(second.user).get(page).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Bleibt"),
        ({"choice": "no"}, ""),
        ({"choice": "conditional"}, ""),
        ({"choice": "yes", "conditions": "Bleibt"}, "Bleibt"),
        ({"choice": "conditional", "conditions": "x" * 2_001}, ""),
    ],
)
def test_a_vote_that_does_not_fit_is_shown_again(kept: Modules, data: dict[str, str], words: str) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    declare(review, member)
    start(review)
    values = data or {"reason": words}
    response = signed_in(member.user).post(reverse("panel-vote", args=[review.pk]), values)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Vote.objects.exists()


@pytest.mark.parametrize(
    "vote", [{"choice": "no"}, {"choice": "conditional"}, {"choice": "yes", "conditions": ["Doch eine"]}]
)
def test_the_action_refuses_the_same(kept: Modules, vote: dict[str, Any]) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    declare(review, member)
    start(review)
    with pytest.raises(Refused):
        voting.cast_vote(actor=member.user, member=member, review_id=review.pk, **vote)


def test_a_vote_and_its_conditions_can_be_changed_while_it_is_open_and_not_after(kept: Modules) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    declare(review, member)
    with pytest.raises(Refused):
        cast(review, member, "yes")
    start(review)
    cast(review, member, "conditional", "Erstens.", "Zweitens.")
    assert Condition.objects.count() == 2
    page = signed_in(member.user).get(reverse("panel-vote", args=[review.pk])).content.decode()
    assert "Zweitens." in page
    cast(review, member, "yes")
    assert not Condition.objects.exists()
    close(review)
    with pytest.raises(Refused):
        cast(review, member, "no")
    with pytest.raises(IntegrityError, match="not open"), transaction.atomic():
        Vote.objects.update(choice="no", reason="Zu spät.")


def test_whoever_has_a_conflict_of_interest_reads_why_there_is_no_form(kept: Modules) -> None:
    first, second = panel(2)
    review = open_review(kept, [first, second])
    declare(review, first)
    voting.declare_conflict(
        actor=second.user, member=second, review_id=review.pk, conflict=True, note="Ich habe beraten."
    )
    start(review)
    for name in ("panel-vote", "panel-scores"):
        url = reverse(name, args=[review.pk])
        refused, offered = signed_in(second.user).get(url), signed_in(first.user).get(url)
        assert "Sie haben Befangenheit erklärt" in refused.content.decode()
        assert '<button class="kern-btn kern-btn--primary" type="submit"' not in refused.content.decode()
        assert (refused.context["why_not"] != "", offered.context["why_not"]) == (True, "")


def test_the_pages_say_what_else_is_in_the_way(kept: Modules) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    client = signed_in(member.user)

    def why(name: str) -> str:
        return str(client.get(reverse(name, args=[review.pk])).context["why_not"])

    assert why("panel-scores") == "Bitte geben Sie zuerst an, ob Sie befangen sind."
    assert why("panel-vote") == "Die Abstimmung ist nicht geöffnet."
    declare(review, member)
    start(review)
    Review.objects.filter(pk=review.pk).update(deadline=timezone.localdate() - timedelta(days=1))
    assert why("panel-vote").startswith("Die Abstimmung war bis")
    cast_anyway = client.post(reverse("panel-vote", args=[review.pk]), {"choice": "no", "reason": "Zu dünn belegt."})
    assert cast_anyway.status_code == 422
    assert "Zu dünn belegt." in cast_anyway.content.decode()
    close(review)
    assert why("panel-scores") == "Die Begutachtung ist beendet."


def test_the_vote_starts_with_somebody_entitled_only(kept: Modules, staff: User) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member], staff)
    declare(review, member, conflict=True)
    with pytest.raises(Refused):
        start(review)
    client = signed_in(staff)
    assert client.post(staff_url("panel-start-vote", review), {"vote_until": "2020-01-01"}).status_code == 422
    day = (timezone.localdate() + timedelta(days=5)).isoformat()
    assert client.post(staff_url("panel-start-vote", review), {"vote_until": day}).status_code == 303
    review.refresh_from_db()
    assert review.state == "open"


# --- Outcome ---


def test_nobody_enters_the_outcome_it_is_counted_and_the_owner_is_told(kept: Modules, staff: User) -> None:
    first, second, third = members = panel(3)
    review = open_review(kept, members, staff)
    declare(review, *members)
    start(review)
    for member, choice in ((first, "yes"), (second, "yes"), (third, "no")):
        cast(review, member, choice)
    client, url = signed_in(staff), staff_url("panel-close-vote", review)
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "Zwei zu eins.", "outcome": "returned"}).status_code == 303
    review.refresh_from_db()
    assert (review.state, review.outcome) == ("decided", "accepted")
    assert kept.heard == [(review.subject_id, "initial", "accepted", "Zwei zu eins.")]
    assert len(mails("panel-decided")) == 3
    assert client.post(url, {}).status_code == 303
    assert len(kept.heard) == 1


def test_the_vote_is_not_closed_while_votes_are_missing_before_the_deadline(kept: Modules, staff: User) -> None:
    first, second = members = panel(2)
    review = open_review(kept, members, staff)
    with pytest.raises(Refused):
        close(review)
    declare(review, first)
    start(review)
    cast(review, first, "yes")
    with pytest.raises(Refused):
        close(review)
    assert signed_in(staff).post(staff_url("panel-close-vote", review), {}).status_code == 303
    assert not kept.heard
    Review.objects.filter(pk=review.pk).update(deadline=timezone.localdate() - timedelta(days=1))
    assert close(review).outcome == "returned"
    assert "1" in kept.heard[0][3]
    assert second.assignments.get().conflict is None


def test_after_the_last_day_nobody_votes_or_changes_a_vote_although_it_is_not_closed_yet(kept: Modules) -> None:
    first, second = members = panel(2)
    review = open_review(kept, members)
    declare(review, *members)
    start(review)
    cast(review, first, "yes")
    Review.objects.filter(pk=review.pk).update(deadline=timezone.localdate() - timedelta(days=1))
    for member in members:
        with pytest.raises(Refused):
            cast(review, member, "no")
    answer = signed_in(second.user).post(
        reverse("panel-vote", args=[review.pk]), {"choice": "no", "reason": "Zu spät."}
    )
    assert answer.status_code == 422
    assert "Zu spät." in answer.content.decode()
    assert first.assignments.get().vote.choice == "yes"
    assert not Vote.objects.filter(assignment__member=second).exists()


def test_without_a_quorum_the_text_waits_again(kept: Modules) -> None:
    members = panel(3)
    review = open_review(kept, members)
    declare(review, members[0])
    start(review)
    cast(review, members[0], "yes")
    Review.objects.filter(pk=review.pk).update(deadline=timezone.localdate() - timedelta(days=1))
    assert close(review).outcome == "no_quorum"
    assert open_review(kept, members, subject_id=review.subject_id).state == "open"


def test_what_the_owner_refuses_undoes_the_decision(kept: Modules) -> None:
    (member,) = panel(1)
    review = open_review(kept, [member])
    declare(review, member)
    start(review)
    cast(review, member, "yes")

    class Full(list[Any]):
        def append(self, item: Any) -> None:
            raise Refused("Das geht nicht.")

    kept.heard = Full()
    with pytest.raises(Refused, match="Das geht nicht"):
        close(review)
    review.refresh_from_db()
    assert review.state == "voting"


def test_a_decided_review_does_not_change_even_by_sql(kept: Modules) -> None:
    review = stand_in.decided(kept, panel(1), ("yes",))
    with pytest.raises(IntegrityError, match="ended"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(outcome="returned")


def test_a_review_is_called_off_with_a_reason(kept: Modules, staff: User) -> None:
    members = panel(2)
    review = open_review(kept, members, staff)
    client, url = signed_in(staff), staff_url("panel-call-off", review)
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 422
    with pytest.raises(Refused):
        reviews.call_off(actor=staff, review_id=review.pk, reason=" ")
    assert client.post(url, {"reason": "Zurückgezogen."}).status_code == 303
    review.refresh_from_db()
    assert (review.state, review.reason) == ("called_off", "Zurückgezogen.")
    assert len(mails("panel-called-off")) == 2
    assert not kept.heard
    with pytest.raises(Refused):
        scored(review, members[0])


def test_the_owner_calls_off_what_is_running(kept: Modules) -> None:
    review = open_review(kept, panel(1))
    with scope.enter(scope.programme()):
        called = reviews.call_off_open(
            actor=None, subject_kind=KIND, subject_id=review.subject_id, reason="Zurück in den Entwurf."
        )
        again = reviews.call_off_open(actor=None, subject_kind=KIND, subject_id=review.subject_id, reason="Noch mal.")
    assert called is not None
    assert called.state == "called_off"
    assert again is None
    with pytest.raises(Refused):
        reviews.call_off(actor=None, review_id=stand_in.decided(kept, panel(1), ("yes",)).pk, reason="Zu spät.")


def test_who_has_left_the_panel_without_a_vote_is_not_waited_for(kept: Modules) -> None:
    voter, left = members = panel(2)
    review = open_review(kept, members)
    declare(review, *members)
    start(review)
    cast(review, voter, "yes")
    left.ended_at = timezone.now()
    left.save()
    assert close(review).outcome == "accepted"


# --- Reminders ---


def test_members_are_reminded_three_days_before_and_once(kept: Modules) -> None:
    done, late = members = panel(2)
    review = open_review(kept, members, deadline=timezone.localdate() + timedelta(days=4))
    declare(review, *members)
    scored(review, done)
    with scope.enter(scope.programme()):
        assert reviews.remind() == 0
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert reviews.remind(today=tomorrow) == 1
        assert reviews.remind(today=tomorrow + timedelta(days=1)) == 0
    assert [mail.to for mail in mails("panel-reminder")] == [late.user.email]
    start(review, days=2)
    remind(scope=scope.programme().as_json())
    assert len(mails("panel-reminder")) == 3


def test_staff_remind_by_hand_once_a_day(kept: Modules, staff: User) -> None:
    review = open_review(kept, panel(2), staff)
    client = signed_in(staff)
    for _time in range(2):
        assert client.post(staff_url("panel-remind", review)).status_code == 303
    assert len(mails("panel-reminder")) == 2


# --- Rules ---


def test_rules_are_recorded_as_decided_and_a_review_keeps_those_it_was_opened_with(kept: Modules, staff: User) -> None:
    before = open_review(kept, panel(1), staff)
    client, url = signed_in(staff), reverse("panel-rules")
    assert client.get(url).status_code == 200
    assert client.post(url, {"quorum": "0", "majority": "simple", "decided_on": "2999-01-01"}).status_code == 422
    today = timezone.localdate().isoformat()
    data = {"quorum": "75", "majority": "two_thirds", "decided_on": today, "reason": "Geschäftsordnung, § 4"}
    assert client.post(url, data).status_code == 303
    after = open_review(kept, panel(1), staff)
    assert (before.quorum, before.majority) == (50, "absolute")
    assert (after.quorum, after.majority) == (75, "two_thirds")
    assert "Geschäftsordnung, § 4" in client.get(url).content.decode()


def test_recorded_rules_never_change(staff: User) -> None:
    rules.record_rules(
        actor=staff, quorum=60, majority="simple", decided_on=timezone.localdate(), reason="Beschluss vom Herbst"
    )
    with pytest.raises(ProgrammingError), transaction.atomic():
        PanelRules.objects.update(quorum=1)


# --- What a member sees ---


def test_a_member_sees_what_is_mine_until_when_and_what_has_changed(kept: Modules) -> None:
    member, other = panel(2)
    review = open_review(kept, [member])
    open_review(kept, [other])
    client, home = signed_in(member.user), reverse("panel-home")
    context = client.get(home).context
    (task,) = context["tasks"]
    assert (task.review, len(context["others"])) == (review, 1)
    assert task.todo
    assert task.changed
    assert client.post(reverse("panel-seen", args=[review.pk])).status_code == 303
    (task,) = client.get(home).context["tasks"]
    assert task.changed == []
    kept.waiting[review.subject_id] = stand_in.replace_changed(kept.waiting[review.subject_id])
    (task,) = client.get(home).context["tasks"]
    assert len(task.changed) == 1
    start(review)
    (task,) = client.get(home).context["tasks"]
    assert len(task.changed) == 2


def test_only_the_members_of_a_review_enter_something_in_it(kept: Modules) -> None:
    member, other = panel(2)
    review = open_review(kept, [member])
    client = signed_in(other.user)
    assert client.get(reverse("panel-review", args=[review.pk])).status_code == 200
    for name in ("panel-scores", "panel-vote"):
        assert client.get(reverse(name, args=[review.pk])).status_code == 403
    assert client.post(reverse("panel-conflict", args=[review.pk]), {"conflict": "no"}).status_code == 403
    assert client.post(reverse("panel-seen", args=[review.pk])).status_code == 404
    assert client.get(reverse("panel-review", args=[uuid4()])).status_code == 404


def test_the_record_names_steps_and_no_contents(kept: Modules) -> None:
    stand_in.decided(kept, panel(2), ("yes",), ("no",))
    with scope.enter(scope.programme()):
        entries = list(AuditEntry.objects.filter(target_type="reviews.review"))
    verbs = {entry.verb for entry in entries}
    assert {"review.opened", "review.conflict_declared", "review.voted", "review.decided"} <= verbs
    assert "trägt nicht" not in str([entry.data for entry in entries])


# --- Queries ---


def test_the_pages_cost_the_same_however_much_there_is(kept: Modules, staff: User) -> None:
    members = panel(5)
    for _number in range(4):
        review = open_review(kept, members, staff)
        declare(review, *members)
        for member in members:
            scored(review, member)
        start(review)
        for member in members:
            cast(review, member, "conditional", "Erstens.")
    client = signed_in(staff)
    with at_most(12):
        assert client.get(reverse("panel-staff")).status_code == 200
    with at_most(12):
        assert client.get(staff_url("panel-review-staff", review)).status_code == 200
    client = signed_in(members[0].user)
    with at_most(12):
        assert client.get(reverse("panel-home")).status_code == 200
    with at_most(11):
        assert client.get(reverse("panel-review", args=[review.pk])).status_code == 200


def test_entering_something_costs_few_queries(kept: Modules) -> None:
    members = panel(3)
    review = open_review(kept, members)
    client = signed_in(members[0].user)
    with at_most(10):
        client.post(reverse("panel-conflict", args=[review.pk]), {"conflict": "no"})
    with at_most(12):
        client.post(reverse("panel-scores", args=[review.pk]), score_data())
    start(review)
    with at_most(12):
        client.post(reverse("panel-vote", args=[review.pk]), {"choice": "yes"})
    assert Vote.objects.count() == 1
    assert Score.objects.count() == len(criteria(KIND))


def test_a_member_who_may_still_be_given_the_review_does_not_see_scores_before(kept: Modules, staff: User) -> None:
    given, later = panel(2)
    review = open_review(kept, [given], staff)
    declare(review, given)
    scored(review, given)
    client, url = signed_in(later.user), reverse("panel-review", args=[review.pk])
    words = f"Begründung von {given.user.last_name}"
    assert words not in client.get(url).content.decode()
    start(review)
    assert words in client.get(url).content.decode()


def test_a_member_who_wrote_the_text_sees_votes_on_it_once_the_review_has_ended(kept: Modules) -> None:
    voter, author = panel(2)
    review = open_review(kept, [voter])
    kept.authors[review.subject_id] = {author.user_id}
    declare(review, voter)
    start(review)
    cast(review, voter, "no", reason="Zu dünn belegt.")
    statements.write_statement(actor=None, member=voter, review_id=review.pk, text="Anders gesehen.", by_name=False)
    client, url = signed_in(author.user), reverse("panel-review", args=[review.pk])
    page = client.get(url).content.decode()
    assert "Zu dünn belegt." not in page
    assert "Anders gesehen." not in page
    close(review)
    assert "Zu dünn belegt." in client.get(url).content.decode()
