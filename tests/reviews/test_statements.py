"""Minority statements, and conditions from met to confirmed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core import scope
from apps.notifications.models import OutgoingMail
from apps.reviews import queries
from apps.reviews.actions import statements
from apps.reviews.models import Condition, MinorityStatement, Review
from apps.reviews.problems import Refused
from tests.factories import UserFactory
from tests.recommendations.factories import bench_member
from tests.reviews.stand_in import Modules, decided, declare, open_review, panel, signed_in, start

pytestmark = pytest.mark.django_db

TEXT = "Wir halten die Belege für zu dünn."


def voting(kept: Modules, number: int = 3) -> tuple[Review, list]:  # type: ignore[type-arg]
    members = panel(number)
    review = open_review(kept, members)
    declare(review, *members)
    start(review)
    return review, members


def conditional(kept: Modules, number: int = 2) -> tuple[Review, list, Condition]:  # type: ignore[type-arg]
    members = panel(number)
    review = decided(kept, members, ("conditional", "Quelle ergänzen."), *[("yes",)] * (number - 1))
    assert review.outcome == "conditional"
    return review, members, Condition.objects.get()


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    moment = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: moment)


# --- Minority statements ---


def test_a_statement_is_written_and_signed_each_by_name_or_by_function(kept: Modules) -> None:
    review, (author, other, _third) = voting(kept)
    client = signed_in(author.user)
    url = reverse("panel-statement", args=[review.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"by_name": "yes"}).status_code == 422
    assert client.post(url, {"text": TEXT, "by_name": "yes"}).status_code == 303
    statement = MinorityStatement.objects.get()
    sign = reverse("panel-statement-sign", args=[statement.pk])
    assert signed_in(other.user).post(sign, {"by_name": "no"}).status_code == 303
    names = [signer.public_name for signer in statement.signers.all()]
    assert names == [f"{author.user.get_full_name()}, {author.function}", other.function]
    page = signed_in(other.user).get(reverse("panel-review", args=[review.pk])).content.decode()
    assert TEXT in page


def test_a_signer_changes_the_choice_at_any_time_and_signs_within_two_weeks_only(
    kept: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = panel(3)
    review = decided(kept, members, ("yes",), ("yes",), ("no",))
    statement = statements.write_statement(actor=None, member=members[2], review_id=review.pk, text=TEXT, by_name=False)
    later(monkeypatch, 13)
    statements.sign_statement(actor=None, member=members[1], statement_id=statement.pk, by_name=False)
    later(monkeypatch, 2)
    with pytest.raises(Refused):
        statements.sign_statement(actor=None, member=members[0], statement_id=statement.pk, by_name=False)
    with pytest.raises(Refused):
        statements.write_statement(actor=None, member=members[2], review_id=review.pk, text=TEXT, by_name=False)
    with pytest.raises(Refused):
        statements.withdraw_signature(actor=None, member=members[2], statement_id=statement.pk)
    statements.sign_statement(actor=None, member=members[1], statement_id=statement.pk, by_name=True)
    assert statement.signers.get(member=members[1]).by_name


def test_nobody_writes_a_statement_before_the_vote_or_with_a_conflict(kept: Modules) -> None:
    member, biased = members = panel(2)
    review = open_review(kept, members)
    declare(review, member)
    declare(review, biased, conflict=True)
    with pytest.raises(Refused):
        statements.write_statement(actor=None, member=member, review_id=review.pk, text=TEXT, by_name=False)
    start(review)
    with pytest.raises(Refused):
        statements.write_statement(actor=None, member=biased, review_id=review.pk, text=TEXT, by_name=False)
    url = reverse("panel-statement", args=[review.pk])
    assert signed_in(biased.user).get(url).status_code == 403


def test_the_text_changes_while_its_author_is_the_only_signer(kept: Modules) -> None:
    review, (author, other, third) = voting(kept)
    statement = statements.write_statement(actor=None, member=author, review_id=review.pk, text=TEXT, by_name=False)
    client, url = signed_in(author.user), reverse("panel-statement-edit", args=[statement.pk])
    assert TEXT in client.get(url).content.decode()
    assert client.post(url, {"text": "Anders.", "by_name": "yes"}).status_code == 303
    statement.refresh_from_db()
    assert (statement.text, statement.signers.get().by_name) == ("Anders.", True)
    statements.sign_statement(actor=None, member=other, statement_id=statement.pk, by_name=False)
    assert client.post(url, {"text": "Noch anders.", "by_name": "yes"}).status_code == 422
    assert signed_in(third.user).get(url).status_code == 403
    assert client.get(reverse("panel-statement-edit", args=[uuid4()])).status_code == 404


def test_a_statement_nobody_signs_any_more_is_gone(kept: Modules) -> None:
    review, (author, other, _third) = voting(kept)
    statement = statements.write_statement(actor=None, member=author, review_id=review.pk, text=TEXT, by_name=False)
    statements.sign_statement(actor=None, member=other, statement_id=statement.pk, by_name=False)
    url = reverse("panel-statement-unsign", args=[statement.pk])
    assert signed_in(author.user).post(url).status_code == 303
    assert statement.signers.get().member == other
    assert signed_in(other.user).post(url).status_code == 303
    assert not MinorityStatement.objects.exists()


def test_a_signature_without_a_choice_is_not_taken(kept: Modules) -> None:
    review, (author, other, _third) = voting(kept)
    statement = statements.write_statement(actor=None, member=author, review_id=review.pk, text=TEXT, by_name=False)
    url = reverse("panel-statement-sign", args=[statement.pk])
    assert signed_in(other.user).post(url, {}).status_code == 303
    assert statement.signers.count() == 1


def test_the_public_history_gets_decisions_with_statements(kept: Modules) -> None:
    members = panel(3)
    review = decided(kept, members, ("yes",), ("yes",), ("no",))
    statements.write_statement(actor=None, member=members[2], review_id=review.pk, text=TEXT, by_name=False)
    (found,) = queries.decided_reviews(review.subject_kind, review.subject_id)
    assert [statement.text for statement in found.minority_statements.all()] == [TEXT]


# --- Conditions ---


def test_a_condition_is_said_to_be_met_and_then_confirmed_by_the_panel(kept: Modules, staff: User) -> None:
    review, (_setter, confirmer), condition = conditional(kept)
    page = reverse("panel-condition", args=[condition.pk])
    client = signed_in(staff)
    assert client.get(page).status_code == 200
    met = reverse("panel-condition-met", args=[condition.pk])
    assert client.post(met, {"note": ""}).status_code == 422
    assert client.post(met, {"note": "In Abschnitt 2 ergänzt."}).status_code == 303
    assert queries.open_conditions(review.subject_kind, review.subject_id).count() == 1
    judge = reverse("panel-condition-judge", args=[condition.pk])
    assert client.post(judge, {"met": "yes"}).status_code == 403
    assert "In Abschnitt 2 ergänzt." in signed_in(confirmer.user).get(page).content.decode()
    assert signed_in(confirmer.user).post(judge, {"met": "yes"}).status_code == 303
    condition.refresh_from_db()
    assert condition.confirmed_by == confirmer
    assert not queries.open_conditions(review.subject_kind, review.subject_id).exists()
    with scope.enter(scope.programme()):
        assert OutgoingMail.objects.filter(kind="panel-conditions", to=staff.email).exists()
    assert client.post(met, {"note": "Noch einmal."}).status_code == 422


def test_a_condition_that_is_not_met_yet_is_open_again(kept: Modules) -> None:
    _review, (_setter, confirmer), condition = conditional(kept)
    judge = reverse("panel-condition-judge", args=[condition.pk])
    with pytest.raises(Refused):
        statements.judge_condition(actor=None, member=confirmer, condition_id=condition.pk, is_met=True)
    statements.say_met(actor=None, condition_id=condition.pk, note="Erledigt.")
    assert signed_in(confirmer.user).post(judge, {"met": "no"}).status_code == 303
    condition.refresh_from_db()
    assert (condition.met_at, condition.met_note) == (None, "")


def test_who_wrote_the_text_says_how_a_condition_was_met_and_nobody_else(kept: Modules) -> None:
    review, (setter, _other), condition = conditional(kept)
    author, stranger = bench_member(), bench_member()
    kept.authors[review.subject_id] = {author.user_id}
    page, met = (reverse(name, args=[condition.pk]) for name in ("panel-condition", "panel-condition-met"))
    assert signed_in(author.user).get(page).status_code == 200
    assert signed_in(author.user).post(met, {"note": "Ergänzt."}).status_code == 303
    assert signed_in(stranger.user).get(page).status_code == 403
    assert signed_in(stranger.user).post(met, {"note": "Ich auch."}).status_code == 403
    assert signed_in(setter.user).post(met, {"note": "Ich auch."}).status_code == 403
    assert signed_in(setter.user).get(reverse("panel-condition", args=[uuid4()])).status_code == 404


def test_only_who_was_entitled_confirms(kept: Modules) -> None:
    review, _members, condition = conditional(kept)
    (outsider,) = panel(1)
    statements.say_met(actor=None, condition_id=condition.pk, note="Erledigt.")
    with pytest.raises(Refused):
        statements.judge_condition(actor=None, member=outsider, condition_id=condition.pk, is_met=True)
    judge = reverse("panel-condition-judge", args=[condition.pk])
    assert signed_in(outsider.user).post(judge, {"met": "yes"}).status_code == 403
    assert review.conditions.get().confirmed_at is None


def test_conditions_of_a_text_that_was_returned_are_nothing_to_meet(kept: Modules) -> None:
    members = panel(3)
    decided(kept, members, ("conditional", "Quelle ergänzen."), ("no",), ("no",))
    condition = Condition.objects.get()
    with pytest.raises(Refused):
        statements.say_met(actor=None, condition_id=condition.pk, note="Erledigt.")
    assert not queries.conditions_in_work().exists()
    staff = UserFactory(staff=True)
    assert signed_in(staff).get(reverse("panel-condition", args=[condition.pk])).status_code == 200
