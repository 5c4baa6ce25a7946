"""The table of mapping rules: shown, filtered, added, changed, deleted, and what is refused beside its field."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.recommendations import queries_rules
from apps.recommendations.actions.rules import RuleRefused, add_rule, change_rule, delete_rule
from apps.recommendations.models import MappingRule
from apps.recommendations.rule_checks import Known, circle_of, problems
from apps.recommendations.rules_resource import fingerprint
from tests.municipalities.counting import at_most
from tests.recommendations.factories import recommendation
from tests.recommendations.rule_factories import PROBE, all_rules, questionnaire, rule, stored

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KNOWN = Known({(PROBE, "d5_03"): 3, (PROBE, "d5_04"): 2, (PROBE, "q_01"): None}, frozenset({1, 2, 3}))


@pytest.fixture
def team(staff: Any) -> Client:
    client = Client()
    client.force_login(staff, backend=BACKEND)
    return client


@pytest.fixture
def world() -> None:
    """A published questionnaire and three recommendations."""
    questionnaire({"d5_03": 3, "d5_04": 2, "d6_01": 3}, questions=["q_01"])
    for title in ("Mandat", "Lagebild", "Auswahl"):
        recommendation(title)


def posted(**fields: Any) -> dict[str, Any]:
    return {
        "place": f"{PROBE}:d5_03",
        "threshold": "1",
        "profiles": [],
        "competence": "",
        "recommendation": "1",
        "module": "",
        "priority": "2",
        "prerequisite": "",
        **fields,
    }


# --- What a rule must fulfil ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"item": "d9_09"}, "item", "d9_09"),
        ({"instrument": "other"}, "item", "other"),
        ({"threshold": 4}, "threshold", "0"),
        ({"threshold": -1}, "threshold", "0"),
        ({"threshold": 3}, "threshold", "3"),
        ({"item": "d5_04", "threshold": 2}, "threshold", "2"),
        ({"profiles": ("standard", "huge")}, "profiles", "huge"),
        ({"competence": "moon"}, "competence", "moon"),
        ({"recommendation": None, "module": ""}, "recommendation", ""),
        ({"recommendation": 9}, "recommendation", "9"),
        ({"module": "Nicht so"}, "module", "grundlagen"),
        ({"module": "a" * 61}, "module", "grundlagen"),
        ({"priority": 4}, "priority", "3"),
        ({"prerequisite": 1}, "prerequisite", ""),
        ({"prerequisite": 9}, "prerequisite", "9"),
        ({"recommendation": None, "module": "grundlagen", "prerequisite": 1}, "prerequisite", ""),
    ],
)
def test_what_is_refused_and_at_which_field(fields: dict[str, Any], field: str, says: str) -> None:
    found = problems(rule(**fields), KNOWN)
    assert list(found) == [field]
    assert says in found[field]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"threshold": 2, "on_unknown": True, "profiles": ("basis",), "competence": "housing"},
        {"recommendation": None, "module": "noch-nicht-da"},
        {"item": "q_01", "threshold": 3},
        {"prerequisite": 2},
    ],
)
def test_what_is_taken(fields: dict[str, Any]) -> None:
    assert problems(rule(**fields), KNOWN) == {}


def test_two_rules_for_the_same_are_refused_but_not_the_rule_itself() -> None:
    key = uuid4()
    known = Known(KNOWN.targets, KNOWN.numbers, {key: rule()})
    assert list(problems(rule(threshold=0), known)) == ["item"]
    assert problems(rule(threshold=0), known, own=key) == {}
    assert problems(rule(module="grundlagen"), known) == {}


def test_prerequisites_may_not_go_round_in_a_circle() -> None:
    others = {uuid4(): rule(prerequisite=2), uuid4(): rule("d5_04", recommendation=2, prerequisite=3)}
    known = Known(KNOWN.targets, KNOWN.numbers, others)
    found = problems(rule("q_01", recommendation=3, prerequisite=1), known)
    assert "→" in found["prerequisite"]
    assert problems(rule("q_01", recommendation=1, prerequisite=3), known) == {}


def test_a_circle_is_named_in_the_order_of_its_steps() -> None:
    rules = [rule(recommendation=after, prerequisite=before) for before, after in ((1, 2), (2, 3), (3, 1), (1, 9))]
    circle = circle_of(rules)
    assert sorted(circle) == [1, 2, 3]
    assert [circle[(circle.index(number) + 1) % 3] for number in (1, 2, 3)] == [2, 3, 1]
    assert circle_of(rules[:2]) == []


# --- Actions -------------------------------------------------------------------------------------------------------


def test_adding_changing_and_deleting_are_on_record(world: None, staff: Any) -> None:
    with scope.enter(scope.programme()):
        row = add_rule(actor=staff, rule=rule(module="grundlagen", prerequisite=2, profiles=("basis",)))
        before = fingerprint(all_rules())
        change_rule(actor=staff, rule_id=row.pk, rule=rule(threshold=2), seen=before)
        assert all_rules() == [rule(threshold=2)]
        delete_rule(actor=staff, rule_id=row.pk)
        delete_rule(actor=staff, rule_id=row.pk)
        entries = AuditEntry.objects.filter(verb__startswith="mapping_rule.").order_by("created_at")
        assert [entry.verb.partition(".")[2] for entry in entries] == ["added", "changed", "deleted"]
    assert not MappingRule.objects.exists()


def test_a_rule_that_is_refused_is_not_stored(world: None, staff: Any) -> None:
    with scope.enter(scope.programme()):
        row = add_rule(actor=staff, rule=rule())
        with pytest.raises(RuleRefused) as refused:
            add_rule(actor=staff, rule=rule(threshold=2))
        assert list(refused.value.problems) == ["item"]
        with pytest.raises(RuleRefused):
            change_rule(actor=staff, rule_id=row.pk, rule=rule("d9_09"), seen=fingerprint([rule()]))
        assert all_rules() == [rule()]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(world: None, staff: Any) -> None:
    with scope.enter(scope.programme()):
        row = add_rule(actor=staff, rule=rule())
        seen = fingerprint([rule()])
        change_rule(actor=staff, rule_id=row.pk, rule=rule(priority=1), seen=seen)
        with pytest.raises(RuleRefused) as refused:
            change_rule(actor=staff, rule_id=row.pk, rule=rule(threshold=0), seen=seen)
        assert list(refused.value.problems) == [""]
        change_rule(actor=staff, rule_id=row.pk, rule=rule(priority=1), seen=seen)
        assert all_rules() == [rule(priority=1)]


def test_the_database_refuses_a_second_rule_for_the_same(world: None, staff: Any) -> None:
    with scope.enter(scope.programme()):
        row = stored(staff, recommendation=None, module="grundlagen")
        row.pk = uuid4()
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_the_table_says_what_each_rule_does(world: None, team: Client, staff: Any) -> None:
    stored(staff, module="grundlagen", prerequisite=2, on_unknown=True, competence="housing", profiles=("basis",))
    stored(staff, "d6_01", recommendation=None, module="nirgends-geplant")
    page = team.get(reverse("rules-list")).content.decode()
    for words in ("5.3", "Frage d5_03", "KfA-HE 1 Mandat", "KfA-HE 2 Lagebild", "Grundlagen am Schreibtisch", "basis"):
        assert words in page
    assert "nirgends-geplant" in page


@pytest.mark.parametrize(
    ("query", "items"),
    [
        ("", {"5.3", "5.4", "6.1"}),
        ("dimension=5", {"5.3", "5.4"}),
        ("dimension=5&recommendation=2", {"5.4"}),
        ("recommendation=none", {"6.1"}),
        ("instrument=probe", {"5.3", "5.4", "6.1"}),
        ("dimension=99&instrument=nothing&recommendation=x", {"5.3", "5.4", "6.1"}),
        ("dimension=9", set()),
    ],
)
def test_the_table_can_be_filtered(world: None, team: Client, staff: Any, query: str, items: set[str]) -> None:
    stored(staff)
    stored(staff, "d5_04", recommendation=2)
    stored(staff, "d6_01", recommendation=None, module="grundlagen")
    response = team.get(f"{reverse('rules-list')}?{query}")
    assert {line.item for line in response.context.get("lines", ())} == items


def test_without_rules_the_table_says_what_to_do(team: Client) -> None:
    response = team.get(reverse("rules-list"))
    assert response.status_code == 200
    assert reverse("rules-add") in response.content.decode()


def test_two_hundred_rules_take_no_more_queries_than_one(team: Client, staff: Any) -> None:
    questionnaire({f"d{1 + number % 9}_{number:02}": 3 for number in range(50)})
    for number in range(4):
        recommendation(f"Empfehlung {number}")
    keys = {row.number: row for row in queries_rules.recommendations().values()}
    MappingRule.objects.bulk_create(
        MappingRule(
            instrument=PROBE,
            item=f"d{1 + number % 9}_{number:02}",
            threshold=1,
            recommendation_id=keys[answer].id,
            prerequisite_id=None if answer == 1 else keys[1].id,
        )
        for number in range(50)
        for answer in range(1, 5)
    )
    team.get(reverse("rules-list"))
    with at_most(8):
        response = team.get(reverse("rules-list"))
    assert response.context["shown"] == 200


def test_a_rule_is_added_by_its_form(world: None, team: Client) -> None:
    response = team.post(reverse("rules-add"), posted(module="grundlagen", prerequisite="3", profiles=["standard"]))
    assert (response.status_code, response.url) == (303, reverse("rules-list"))
    assert all_rules() == [rule(module="grundlagen", prerequisite=3, profiles=("standard",))]


def test_adding_takes_few_queries(world: None, team: Client) -> None:
    team.get(reverse("rules-list"))
    with at_most(12):
        assert team.post(reverse("rules-add"), posted()).status_code == 303


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"place": f"{PROBE}:d9_09"}, "place"),
        ({"place": ""}, "place"),
        ({"threshold": "3"}, "threshold"),
        ({"competence": "moon"}, "competence"),
        ({"recommendation": "", "module": ""}, "recommendation"),
        ({"recommendation": "9"}, "recommendation"),
        ({"module": "Große Sache"}, "module"),
        ({"prerequisite": "1"}, "prerequisite"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_typed_is_lost(
    world: None, team: Client, fields: dict[str, str], field: str
) -> None:
    response = team.post(reverse("rules-add"), posted(**{"module": "mein-modul", **fields}))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert fields.get("module", "mein-modul") in response.content.decode()
    assert not MappingRule.objects.exists()


def test_the_form_for_an_item_of_the_coverage_view_is_filled(world: None, team: Client) -> None:
    response = team.get(f"{reverse('rules-add')}?place={PROBE}:d6_01&recommendation=2")
    assert response.context["form"]["place"].value() == f"{PROBE}:d6_01"
    assert response.context["form"]["recommendation"].value() == "2"


def test_a_rule_is_changed_by_its_form(world: None, team: Client, staff: Any) -> None:
    row = stored(staff)
    url = reverse("rules-change", args=[row.pk])
    seen = team.get(url).context["form"]["seen"].value()
    assert team.post(url, posted(threshold="2", seen=seen)).status_code == 303
    assert all_rules() == [rule(threshold=2)]


def test_who_changes_what_was_changed_meanwhile_is_told_and_can_send_it_again(
    world: None, team: Client, staff: Any
) -> None:
    row = stored(staff)
    url = reverse("rules-change", args=[row.pk])
    seen = team.get(url).context["form"]["seen"].value()
    change_rule(actor=staff, rule_id=row.pk, rule=rule(priority=1), seen=seen)
    response = team.post(url, posted(threshold="2", seen=seen))
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    assert team.post(url, posted(threshold="2", seen=response.context["form"]["seen"].value())).status_code == 303
    assert all_rules() == [rule(threshold=2)]


def test_a_rule_whose_item_is_gone_can_be_looked_at_and_given_another(world: None, team: Client, staff: Any) -> None:
    row = stored(staff)
    questionnaire({"d5_05": 3}, version="2")
    url = reverse("rules-change", args=[row.pk])
    response = team.get(url)
    assert response.context["form"]["place"].value() == f"{PROBE}:d5_03"
    seen = response.context["form"]["seen"].value()
    assert "place" in team.post(url, posted(threshold="0", seen=seen)).context["form"].errors
    assert team.post(url, posted(place=f"{PROBE}:d5_05", seen=seen)).status_code == 303


def test_deleting_asks_first(world: None, team: Client, staff: Any) -> None:
    row = stored(staff)
    url = reverse("rules-delete", args=[row.pk])
    assert "5.3" in team.get(url).content.decode()
    assert MappingRule.objects.count() == 1
    assert team.post(url).status_code == 303
    assert not MappingRule.objects.exists()


@pytest.mark.parametrize("name", ["rules-change", "rules-delete"])
def test_a_rule_that_is_not_there_is_not_found(team: Client, name: str) -> None:
    assert team.get(reverse(name, args=[uuid4()])).status_code == 404
    assert team.post(reverse(name, args=[uuid4()]), posted()).status_code == 404
