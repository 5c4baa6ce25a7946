"""Measures: numbers, adding, changing at the same time, where they stand, copying templates, who may what."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.commitments import queries_measure_templates, queries_measures
from apps.commitments.actions import measures as actions
from apps.commitments.models import Adoption, AdoptionNeed, Measure, MeasureNeed
from apps.commitments.states import MEASURE_STEPS, MeasureState
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from apps.recommendations.actions.lifecycle import advance, start_version
from apps.recommendations.models import Edition, RecommendationVersion
from tests.assessments import factories as assessments
from tests.commitments import factories
from tests.factories import UserFactory, member, org_unit
from tests.municipalities.counting import at_most
from tests.recommendations.factories import _PATH, _prepare, answer, open_round, version_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def coordinator(municipality: Municipality) -> User:
    return member(municipality, Role.COORDINATOR)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(f"measures-{name}", args=[municipality.slug, *args])


def stored(measure: Measure) -> Measure:
    with scope.enter(scope.municipality(measure.municipality_id)):
        return Measure.objects.select_related("responsible", "org_unit").get(pk=measure.pk)


def create(municipality: Municipality, by: User, **values: Any) -> Measure:
    with scope.enter(scope.municipality(municipality)):
        return actions.create(actor=by, values={"title": "Frist beschließen", **values})


def form_of(measure: Measure | None = None, **fields: Any) -> dict[str, Any]:
    """What a browser sends of the form."""
    values = {"title": "Frist beschließen", "revision": str(measure.revision) if measure else ""}
    return {**values, **fields}


def move(measure: Measure, by: User, state: str, **fields: Any) -> Measure:
    with scope.enter(scope.municipality(measure.municipality_id)):
        return actions.move(actor=by, measure_id=measure.pk, state=state, **fields)


# --- Adding --------------------------------------------------------------------------------------------------------


def test_measures_are_numbered_within_their_municipality(
    municipality: Municipality, other_municipality: Municipality, coordinator: User
) -> None:
    first, second = create(municipality, coordinator), create(municipality, coordinator)
    elsewhere = create(other_municipality, member(other_municipality))
    assert [first.number, second.number, elsewhere.number] == [1, 2, 1]


def test_sending_the_form_twice_adds_one_measure(municipality: Municipality, coordinator: User) -> None:
    client, address = signed_in(coordinator), url("new", municipality)
    sent = form_of(
        request_key=str(client.get(address).context["form"]["request_key"].value()), target="", budget="12,50"
    )
    first, second = client.post(address, sent), client.post(address, sent)
    assert (first.status_code, first["Location"]) == (303, second["Location"])
    with scope.enter(scope.municipality(municipality)):
        assert Measure.objects.count() == 1
        assert AuditEntry.objects.filter(verb="measure.created").count() == 1


def test_sent_again_with_other_values_it_asks_and_then_adds(municipality: Municipality, coordinator: User) -> None:
    client, address, key = signed_in(coordinator), url("new", municipality), str(uuid4())
    client.post(address, form_of(request_key=key))
    asked = client.post(address, form_of(request_key=key, title="Gebühr senken"))
    form = asked.context["form"]
    assert asked.status_code == 422
    assert "M1 Frist beschließen" in str(form.non_field_errors())
    assert form["title"].value() == "Gebühr senken"
    client.post(address, form_of(request_key=form["request_key"].value(), title="Gebühr senken"))
    with scope.enter(scope.municipality(municipality)):
        assert sorted(Measure.objects.values_list("title", flat=True)) == ["Frist beschließen", "Gebühr senken"]


def test_a_form_without_a_key_adds_each_time(municipality: Municipality, coordinator: User) -> None:
    client = signed_in(coordinator)
    for _time in range(2):
        assert client.post(url("new", municipality), form_of()).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        assert Measure.objects.count() == 2


def test_the_coordination_adds_a_measure_with_everything(municipality: Municipality, coordinator: User) -> None:
    unit, person, deputy = org_unit(municipality), member(municipality, "contributor"), member(municipality, "employee")
    adoption = factories.adoption(municipality)
    response = signed_in(coordinator).post(
        url("new", municipality),
        {
            "title": "Frist beschließen",
            "description": "Im Hauptausschuss.",
            "adoption": str(adoption.pk),
            "org_unit": str(unit.pk),
            "responsible": str(person.pk),
            "deputy": str(deputy.pk),
            "starts_on": "2026-12-01",
            "due_on": "2027-03-31",
            "budget": "12.500,50",
            "budget_note": "Haushaltsstelle 12",
            "indicator": "Tage bis zur Antwort",
            "indicator_definition": "Median",
            "unit_of_value": "Tage",
            "baseline": "42",
            "baseline_on": "2026-11-01",
            "target": "14",
        },
    )
    assert response.status_code == 303, response.content.decode()
    with scope.enter(scope.municipality(municipality)):
        (measure,) = Measure.objects.all()
        assert AuditEntry.objects.get(verb="measure.created").data == {"number": 1}
    assert (measure.responsible_id, measure.deputy_id, measure.org_unit_id) == (person.pk, deputy.pk, unit.pk)
    assert (measure.budget, measure.target, measure.adoption_id) == (Decimal("12500.50"), 14, adoption.pk)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"title": ""}, "title"),
        ({"starts_on": "2027-03-31", "due_on": "2026-12-01"}, "due_on"),
        ({"due_on": "0206-12-01"}, "due_on"),
        ({"baseline": "3", "indicator": "Tage"}, "baseline_on"),
        ({"target": "3"}, "indicator"),
        ({"budget": "-1"}, "budget"),
        ({"responsible": "00000000-0000-7000-8000-000000000000"}, "responsible"),
    ],
)
def test_what_cannot_stand_is_said_beside_its_field_and_nothing_typed_is_lost(
    municipality: Municipality, coordinator: User, fields: dict[str, str], at: str
) -> None:
    data = {**form_of(description="Steht noch da."), **fields}
    response = signed_in(coordinator).post(url("new", municipality), data)
    assert response.status_code == 422
    assert at in response.context["form"].errors
    assert "Steht noch da." in response.content.decode()


def test_the_deputy_is_somebody_else(municipality: Municipality, coordinator: User) -> None:
    data = form_of(responsible=str(coordinator.pk), deputy=str(coordinator.pk))
    response = signed_in(coordinator).post(url("new", municipality), data)
    assert "deputy" in response.context["form"].errors


def test_nobody_from_elsewhere_can_be_in_charge(
    municipality: Municipality, other_municipality: Municipality, coordinator: User
) -> None:
    stranger = member(other_municipality)
    with pytest.raises(actions.NotAMember) as caught:
        create(municipality, coordinator, responsible_id=stranger.pk)
    assert caught.value.field == "responsible"


def test_a_measure_belongs_to_no_adoption_that_has_ended(municipality: Municipality, coordinator: User) -> None:
    adoption = factories.adoption(municipality, state="not_adopted")
    with pytest.raises(Adoption.DoesNotExist):
        create(municipality, coordinator, adoption_id=adoption.pk)


def test_only_fields_of_the_plan_can_be_set(municipality: Municipality, coordinator: User) -> None:
    with pytest.raises(ValueError, match="state"):
        create(municipality, coordinator, state="done")


# --- Changing ------------------------------------------------------------------------------------------------------


def test_a_change_is_stored_and_recorded_without_its_contents(municipality: Municipality, coordinator: User) -> None:
    measure = create(municipality, coordinator)
    response = signed_in(coordinator).post(
        url("change", municipality, measure.pk), form_of(measure, title="Frist und Zuständigkeit beschließen")
    )
    assert response.status_code == 303
    assert stored(measure).title == "Frist und Zuständigkeit beschließen"
    assert stored(measure).revision == 2
    with scope.enter(scope.municipality(municipality)):
        assert AuditEntry.objects.get(verb="measure.changed").data == {"number": 1, "fields": ["title"]}


def test_saving_what_is_stored_is_no_change(municipality: Municipality, coordinator: User) -> None:
    measure = create(municipality, coordinator, budget=Decimal("10.00"))
    signed_in(coordinator).post(url("change", municipality, measure.pk), form_of(measure, budget="10"))
    assert stored(measure).revision == 1


def test_who_opened_the_form_before_somebody_elses_change_is_told_and_loses_nothing(
    municipality: Municipality, coordinator: User
) -> None:
    measure = create(municipality, coordinator)
    with scope.enter(scope.municipality(municipality)):
        actions.change(actor=coordinator, measure_id=measure.pk, revision=1, values={"title": "Frist von 14 Tagen"})
    client = signed_in(coordinator)
    response = client.post(url("change", municipality, measure.pk), form_of(measure, title="Frist von 7 Tagen"))
    text = response.content.decode()
    assert response.status_code == 422
    assert "Frist von 14 Tagen" in text
    assert 'value="Frist von 7 Tagen"' in text
    assert stored(measure).title == "Frist von 14 Tagen"
    again = client.post(url("change", municipality, measure.pk), form_of(stored(measure), title="Frist von 7 Tagen"))
    assert again.status_code == 303
    assert 'name="revision" value="2"' in text
    assert stored(measure).title == "Frist von 7 Tagen"


def test_the_form_shows_what_is_stored(municipality: Municipality, coordinator: User) -> None:
    measure = create(municipality, coordinator, responsible_id=coordinator.pk, budget=Decimal("1234.50"))
    text = signed_in(coordinator).get(url("change", municipality, measure.pk)).content.decode()
    assert f'<option value="{coordinator.pk}" selected>' in text
    assert 'name="revision" value="1"' in text
    assert "1234,50" in text


# --- Where it stands -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", MeasureState.values)
@pytest.mark.parametrize("after", MeasureState.values)
def test_only_the_steps_of_the_table_lead_anywhere(
    municipality: Municipality, coordinator: User, before: str, after: str
) -> None:
    measure = factories.measure(municipality, state=before)
    if before == after:
        assert move(measure, coordinator, after).revision == measure.revision
    elif (before, after) in MEASURE_STEPS:
        moved = move(measure, coordinator, after, reason="Der Rat tagt erst im März.")
        assert moved.state == after
        assert (moved.done_on is not None) == (after == "done")
        assert bool(moved.reason) == (after in ("waiting", "dropped"))
    else:
        with pytest.raises(actions.WrongStep):
            move(measure, coordinator, after, reason="Doch.")


@pytest.mark.parametrize("state", ["waiting", "dropped"])
def test_waiting_and_given_up_want_a_reason(municipality: Municipality, coordinator: User, state: str) -> None:
    measure = factories.measure(municipality)
    with pytest.raises(ValueError, match="reason"):
        move(measure, coordinator, state, reason=" ")
    response = signed_in(coordinator).post(url("state", municipality, measure.pk), {"state": state, "from": "board"})
    assert response.status_code == 422
    assert "reason" in response.context["form"].errors
    assert 'name="from" value="board"' in response.content.decode()


def test_done_has_its_day_and_not_one_to_come(municipality: Municipality, coordinator: User) -> None:
    measure = factories.measure(municipality)
    tomorrow = TODAY() + timedelta(days=1)
    with pytest.raises(ValueError, match="still to come"):
        move(measure, coordinator, "done", done_on=tomorrow)
    response = signed_in(coordinator).post(
        url("state", municipality, measure.pk), {"state": "done", "done_on": tomorrow.isoformat()}
    )
    assert "done_on" in response.context["form"].errors
    assert move(measure, coordinator, "done").done_on == TODAY()


def test_a_move_from_the_board_leads_back_to_its_card(municipality: Municipality, coordinator: User) -> None:
    measure = factories.measure(municipality)
    response = signed_in(coordinator).post(
        url("state", municipality, measure.pk), {"state": "in_progress", "from": "board"}
    )
    assert response["Location"] == url("board", municipality) + f"#measure-{measure.pk}"
    with scope.enter(scope.municipality(municipality)):
        data = AuditEntry.objects.get(verb="measure.moved").data
    assert data == {"number": 1, "from": "planned", "to": "in_progress"}


def test_who_says_what_another_has_said_already_is_no_error(municipality: Municipality, coordinator: User) -> None:
    measure = factories.measure(municipality, state="in_progress")
    response = signed_in(coordinator).post(url("state", municipality, measure.pk), {"state": "in_progress"})
    assert response.status_code == 303


def test_a_step_that_is_none_is_refused_on_the_page(municipality: Municipality, coordinator: User) -> None:
    measure = factories.measure(municipality, state="done")
    response = signed_in(coordinator).post(url("state", municipality, measure.pk), {"state": "planned"})
    assert response.status_code == 422


# --- Who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["contributor", "signatory", "employee"])
@pytest.mark.parametrize("place", ["responsible", "deputy"])
def test_whoever_is_in_charge_works_on_the_measure_whatever_the_role(
    municipality: Municipality, role: str, place: str
) -> None:
    person = member(municipality, role)
    measure = factories.measure(municipality, **{place: person}, indicator="Tage")
    client = signed_in(person)
    assert client.get(url("detail", municipality, measure.pk)).status_code == 200
    assert client.post(url("state", municipality, measure.pk), {"state": "in_progress"}).status_code == 303
    value = {"measured_on": "2026-10-01", "value": "3"}
    assert client.post(url("value-add", municipality, measure.pk), value).status_code == 303
    assert client.post(url("comment", municipality, measure.pk), {"text": "Läuft."}).status_code == 303
    assert client.get(url("change", municipality, measure.pk)).status_code == 403
    another = factories.measure(municipality)
    assert client.post(url("state", municipality, another.pk), {"state": "in_progress"}).status_code == 403


def test_project_staff_look_in_and_see_no_comments(municipality: Municipality, coordinator: User) -> None:
    measure = factories.measure(municipality)
    signed_in(coordinator).post(url("comment", municipality, measure.pk), {"text": "Nur unter uns."})
    staff = signed_in(UserFactory(staff=True))
    text = staff.get(url("detail", municipality, measure.pk)).content.decode()
    assert measure.title in text
    assert "Nur unter uns." not in text
    assert url("state", municipality, measure.pk) not in text
    assert "Nur unter uns." in signed_in(coordinator).get(url("detail", municipality, measure.pk)).content.decode()


def test_a_measure_of_another_municipality_is_not_found(
    municipality: Municipality, other_municipality: Municipality, coordinator: User
) -> None:
    foreign = factories.measure(other_municipality)
    client = signed_in(coordinator)
    for name in ("detail", "change", "state"):
        assert client.get(url(name, municipality, foreign.pk)).status_code == 404
    assert client.get(url("detail", municipality, uuid4())).status_code == 404


def test_who_has_left_is_no_longer_in_charge(municipality: Municipality) -> None:
    person = member(municipality, "contributor")
    measure = factories.measure(municipality, responsible=person)
    with scope.enter(scope.municipality(municipality)):
        Membership.objects.filter(user=person).update(ended_at=timezone.now())
    assert signed_in(person).get(url("detail", municipality, measure.pk)).status_code == 404


# --- Templates -----------------------------------------------------------------------------------------------------

ENTRY = {
    "title": "Beschwerdestelle benennen",
    "description": "Eine Stelle, eine Adresse.",
    "months": 6,
    "unit": "Hauptamt",
    "indicator": "Tage bis zur Antwort",
    "unit_of_value": "Tage",
}


@pytest.fixture
def adopted(municipality: Municipality) -> Adoption:
    """An adopted recommendation that proposes two measures, one of them written carelessly."""
    before = version_in("standard")
    staff = UserFactory(staff=True)
    with scope.enter(scope.programme()):
        newer = start_version(actor=staff, recommendation_id=before.recommendation_id)
        edition = Edition.objects.get(version=newer, frozen_at=None)
        edition.measures = [ENTRY, {"title": "Frist", "months": "bald"}, {"x": 1}]
        edition.save()
    return factories.adoption(municipality, to_standard(newer, staff))


def to_standard(version: RecommendationVersion, staff: User) -> RecommendationVersion:
    """The version, taken from idea to standard."""
    with scope.enter(scope.programme()):
        for step, _reached in _PATH:
            if step == "open_round":
                made = open_round(version, staff)
            elif step == "close_round":
                answer(made, staff)
            else:
                if step != "begin":  # the team is there from the version before
                    _prepare(step, version, staff)
                advance(actor=staff, version_id=version.pk, transition=step)
            version.refresh_from_db()
    return version


def test_an_adopted_recommendation_proposes_its_measures(municipality: Municipality, adopted: Adoption) -> None:
    factories.adoption(municipality, version_in("standard", title="Noch nicht beschlossen"), state="considered")
    with scope.enter(scope.municipality(municipality)), at_most(3):
        first, second = queries_measure_templates.templates_of_adoptions()
    assert (first.title, first.months, first.indicator) == ("Beschwerdestelle benennen", 6, "Tage bis zur Antwort")
    assert "Hauptamt" in first.description
    assert (second.title, second.months) == ("Frist", None)


def test_a_template_fills_the_form_and_says_where_it_came_from(
    municipality: Municipality, coordinator: User, adopted: Adoption
) -> None:
    unit = org_unit(municipality, "Hauptamt")
    assessment = assessments.signed(municipality)
    with scope.enter(scope.municipality(municipality)):
        need = assessment.needs.first()
        AdoptionNeed.objects.create(adoption=adopted, need=need, because="weil Item 5.3 auf Stufe 0 steht")
    client = signed_in(coordinator)
    key = f"adoption:{adopted.pk}:0"
    page = client.get(url("choose", municipality)).content.decode()
    assert "Beschwerdestelle benennen" in page
    form = client.get(url("new", municipality) + f"?template={key}").context["form"]
    assert form.initial["org_unit"] == unit.pk
    assert form.initial["due_on"] > TODAY() + timedelta(days=170)
    response = client.post(
        url("new", municipality), form_of(title="Stelle benennen", template=key, adoption=str(adopted.pk))
    )
    assert response.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        measure = Measure.objects.get()
        assert measure.title == "Stelle benennen"
        assert "Beschwerdestelle benennen" in measure.copied_from
        assert MeasureNeed.objects.get(measure=measure).need_id == need.pk
    assert need.item.name


def test_a_need_proposes_what_the_questionnaire_says(municipality: Municipality, coordinator: User) -> None:
    assessments.signed(municipality)
    with scope.enter(scope.municipality(municipality)):
        templates = queries_measure_templates.templates_of_needs()
        assert len(templates) > 10
        template = templates[0]
        measure = actions.copy_template(actor=coordinator, key=template.key)
        assert measure.title == template.title
        assert 0 < len(measure.title) <= 160
        assert MeasureNeed.objects.get(measure=measure).need_id in template.need_ids
    client = signed_in(coordinator)
    with at_most(10):
        assert template.group in client.get(url("detail", municipality, measure.pk)).content.decode()
    assert client.get(url("new", municipality) + f"?template={template.key}").status_code == 200
    with at_most(12):
        assert client.get(url("choose", municipality)).status_code == 200


@pytest.mark.parametrize("key", ["adoption:x:0", "need:x", "nichts", "adoption:00000000-0000-7000-8000-000000000000:0"])
def test_a_template_that_is_gone_leads_back_to_the_choice(
    municipality: Municipality, coordinator: User, key: str
) -> None:
    client = signed_in(coordinator)
    assert client.get(url("new", municipality) + f"?template={key}")["Location"] == url("choose", municipality)
    response = client.post(url("new", municipality), form_of(template=key))
    assert response.status_code == 422
    assert 'value="Frist beschließen"' in response.content.decode()
    with scope.enter(scope.municipality(municipality)), pytest.raises(actions.UnknownTemplate):
        actions.copy_template(actor=coordinator, key=key)


# --- Figures -------------------------------------------------------------------------------------------------------


def test_the_overview_counts(municipality: Municipality, other_municipality: Municipality, coordinator: User) -> None:
    today = TODAY()
    factories.measure(municipality, due_on=today - timedelta(days=1), responsible=coordinator)
    factories.measure(municipality, due_on=today + timedelta(days=30), deputy=coordinator)
    factories.measure(municipality, due_on=today + timedelta(days=31))
    factories.measure(municipality, state="done", due_on=today - timedelta(days=9), responsible=coordinator)
    factories.measure(other_municipality)
    with scope.enter(scope.municipality(municipality)), at_most(1):
        found = queries_measures.overview(today=today, user_id=coordinator.pk)
    assert found == queries_measures.Overview(total=4, open=3, overdue=1, soon=1, done=1, mine=2, mine_overdue=1)
    with scope.enter(scope.programme()), at_most(1):
        everywhere = queries_measures.overview_by_municipality(today=today)
    assert {key: row.total for key, row in everywhere.items()} == {municipality.pk: 4, other_municipality.pk: 1}
