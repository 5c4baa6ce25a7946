"""The panel's own advice: drafted, signed, given, answered, public."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import ProgrammeRole, User
from apps.core import scope
from apps.notifications.models import OutgoingMail
from apps.reviews.actions import advice as actions
from apps.reviews.models import Advice
from apps.reviews.problems import Refused
from tests.municipalities.counting import at_most
from tests.reviews.stand_in import BASE, panel, signed_in

pytestmark = pytest.mark.django_db

TEXT = "Die Erhebung fragt zu wenig nach Ermessen.\n\nBitte ergänzen."


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def drafted(member: ProgrammeRole) -> Advice:
    return actions.draft_advice(actor=member.user, member=member, title="Ermessen stärker fragen", text=TEXT)


def given(*members: ProgrammeRole, due: int = 28) -> Advice:
    advice = drafted(members[0])
    for member in members[1:]:
        actions.sign_advice(actor=member.user, member=member, advice_id=advice.pk, sign=True)
    return actions.give_advice(
        actor=members[0].user, member=members[0], advice_id=advice.pk, answer_due_on=day(due), base_url=BASE
    )


def url(name: str, advice: Advice) -> str:
    return reverse(name, args=[advice.pk])


def test_members_draft_together_and_other_words_take_signatures_away() -> None:
    first, second = panel(2)
    client = signed_in(first.user)
    new = reverse("panel-advice-new")
    assert client.get(new).status_code == 200
    assert client.post(new, {"title": "Nur ein Titel"}).status_code == 422
    assert client.post(new, {"title": "Ermessen", "text": TEXT}).status_code == 303
    advice = Advice.objects.get()
    assert (advice.number, advice.signers.get().member) == (1, first)
    other = signed_in(second.user)
    assert other.post(url("panel-advice-sign", advice), {"sign": "yes"}).status_code == 303
    assert advice.signers.count() == 2
    edit = url("panel-advice-edit", advice)
    assert TEXT.split("\n", maxsplit=1)[0] in other.get(edit).content.decode()
    assert other.post(edit, {"title": "Ermessen", "text": TEXT}).status_code == 303
    assert advice.signers.count() == 2
    assert other.post(edit, {"title": "Ermessen", "text": "Anders."}).status_code == 303
    assert advice.signers.get().member == second
    assert other.post(url("panel-advice-sign", advice), {"sign": "no"}).status_code == 303
    assert not advice.signers.exists()
    assert drafted(first).number == 2


def test_two_signers_are_needed_and_only_a_signer_gives(staff: User) -> None:
    first, second, third = panel(3)
    advice = drafted(first)
    give = url("panel-advice-give", advice)
    client = signed_in(first.user)
    assert client.get(give).status_code == 200
    assert client.post(give, {"answer_due_on": day(20).isoformat()}).status_code == 422
    actions.sign_advice(actor=None, member=second, advice_id=advice.pk, sign=True)
    assert signed_in(third.user).post(give, {"answer_due_on": day(20).isoformat()}).status_code == 422
    assert client.post(give, {"answer_due_on": day(0).isoformat()}).status_code == 422
    with pytest.raises(Refused):
        actions.give_advice(actor=None, member=first, advice_id=advice.pk, answer_due_on=day(0), base_url=BASE)
    assert client.post(give, {"answer_due_on": day(20).isoformat()}).status_code == 303
    advice.refresh_from_db()
    assert (advice.state, advice.answer_due_on) == ("given", day(20))
    with scope.enter(scope.programme()):
        (mail,) = OutgoingMail.objects.filter(kind="panel-advice-given")
    assert mail.to == staff.email
    assert "Ermessen" not in mail.text


def test_given_advice_does_not_change_even_by_sql() -> None:
    first, second = panel(2)
    advice = given(first, second)
    with pytest.raises(Refused):
        actions.edit_advice(actor=None, member=first, advice_id=advice.pk, title="Anders", text="Anders")
    with pytest.raises(Refused):
        actions.sign_advice(actor=None, member=first, advice_id=advice.pk, sign=False)
    for values in ({"text": "Anders"}, {"state": "draft", "given_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Advice.objects.update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        advice.delete()
    assert signed_in(first.user).post(url("panel-advice-edit", advice), {"title": "X", "text": "Y"}).status_code == 422
    assert signed_in(first.user).post(url("panel-advice-sign", advice), {"sign": "no"}).status_code == 303


def test_the_project_answers_with_reasons_once(staff: User) -> None:
    first, second = panel(2)
    advice = given(first, second)
    client, page = signed_in(staff), url("panel-advice-answer", advice)
    assert client.get(page).status_code == 200
    assert client.post(page, {"answer": "partly"}).status_code == 422
    assert client.post(page, {"answer": "partly", "reason": "In T1 wird danach gefragt."}).status_code == 303
    advice.refresh_from_db()
    assert (advice.state, advice.answer, advice.answered_by) == ("answered", "partly", staff)
    assert client.post(page, {"answer": "followed", "reason": "Doch."}).status_code == 422
    with scope.enter(scope.programme()):
        to = set(OutgoingMail.objects.filter(kind="panel-advice-answered").values_list("to", flat=True))
    assert to == {first.user.email, second.user.email}
    assert "In T1 wird danach gefragt." in signed_in(first.user).get(url("panel-advice", advice)).content.decode()


def test_an_answer_owes_reasons_and_a_draft_gets_none(staff: User) -> None:
    first, second = panel(2)
    draft = drafted(first)
    with pytest.raises(Refused):
        actions.answer_advice(actor=staff, advice_id=draft.pk, answer="followed", reason="Ja.", base_url=BASE)
    with pytest.raises(Refused):
        actions.answer_advice(
            actor=staff, advice_id=given(first, second).pk, answer="followed", reason=" ", base_url=BASE
        )
    client = signed_in(staff)
    assert client.get(url("panel-advice-answer", draft)).status_code == 404
    assert client.get(url("panel-advice", draft)).status_code == 403
    assert client.get(reverse("panel-advice-answer", args=[uuid4()])).status_code == 404


def test_the_public_reads_what_was_given_by_name_only_where_a_member_chose_so() -> None:
    named, other = panel(2)
    ProgrammeRole.objects.filter(pk=named.pk).update(is_named=True)
    given(named, other)
    drafted(other)
    page = Client().get(reverse("panel-advice-public"))
    words = page.content.decode()
    assert page.status_code == 200
    assert len(page.context["advice"]) == 1
    assert f"{named.user.get_full_name()}, {named.function}" in words
    assert other.user.get_full_name() not in words


def test_overdue_answers_are_shown_to_everybody_on_the_panel(staff: User) -> None:
    first, second = panel(2)
    advice = given(first, second)
    assert not signed_in(first.user).get(reverse("panel-home")).context["overdue"]
    later = timezone.now() + timedelta(days=60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", later.date)
        assert list(signed_in(first.user).get(reverse("panel-home")).context["overdue"]) == [advice]
        assert signed_in(staff).get(reverse("panel-staff")).context["advice"].overdue == 1


def test_lists_cost_the_same_however_much_advice_there_is(staff: User) -> None:
    members = panel(3)
    for _number in range(5):
        given(*members)
    member, team = signed_in(members[0].user), signed_in(staff)
    with at_most(6):
        assert member.get(reverse("panel-advice-list")).status_code == 200
    with at_most(6):
        assert team.get(reverse("panel-advice-staff")).status_code == 200
    with at_most(4):
        assert Client().get(reverse("panel-advice-public")).status_code == 200
