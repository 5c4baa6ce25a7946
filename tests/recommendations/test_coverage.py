"""What the rules cover: items, recommendations, modules, and rules whose item is gone."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.instruments.models import InstrumentVersion
from apps.instruments.xlsform import read_workbook
from apps.recommendations import library, modules, queries_rules
from apps.recommendations.coverage import Coverage, coverage, of_dimension
from apps.recommendations.matching import Rule
from apps.recommendations.rule_checks import Known, circle_of, natural_key, problems
from tests.municipalities.counting import at_most
from tests.recommendations.factories import recommendation
from tests.recommendations.rule_factories import questionnaire, stored
from tests.recommendations.test_rules import team

pytestmark = pytest.mark.django_db

__all__ = ["team"]

QUESTIONNAIRES = Path(__file__).parents[2] / "apps/instruments/library"
ASKED_OF_ALL = ("kfa_bedarfserhebung", "kfa_basis")


def found(*, existing: frozenset[str] = frozenset()) -> Coverage:
    return coverage(
        queries_rules.published_items("de"),
        queries_rules.recommendations(),
        queries_rules.plain_rules(),
        successors=queries_rules.successors(),
        existing_modules=existing,
    )


def names(rows: Any) -> list[str]:
    return [row.name for row in rows]


def test_items_without_a_recommendation_are_those_of_every_published_questionnaire(staff: Any) -> None:
    questionnaire({"d5_03": 3, "d5_04": 3, "d6_01": 3})
    questionnaire({}, key="routine", questions=["q_01", "q_02"])
    recommendation()
    stored(staff)
    stored(staff, "d5_04", recommendation=None, module="grundlagen")
    stored(staff, "q_01", instrument="routine")
    seen = found()
    assert len(seen.items) == 5
    assert names(seen.items_without) == ["d5_04", "d6_01", "q_02"]
    assert (seen.answered, seen.is_complete) == (2, False)


def test_drafts_and_older_versions_do_not_count() -> None:
    questionnaire({"d5_03": 3})
    questionnaire({"d5_04": 3}, version="2")
    InstrumentVersion.objects.create(
        instrument=InstrumentVersion.objects.get(version="1").instrument, version="3", title="Entwurf", languages=[]
    )
    assert names(found().items) == ["d5_04"]


def test_recommendations_without_rule_or_training(staff: Any) -> None:
    questionnaire({"d5_03": 3, "d5_04": 3})
    for title in ("Mit Modul in der Regel", "Ohne Modul", "Modul im Text", "Ohne Regel"):
        recommendation(title)
    stored(staff, module="grundlagen")
    stored(staff, "d5_04", recommendation=2)
    stored(staff, "d5_04", recommendation=3)
    version = recommendation("Modul im Text, ohne Regel")
    edition = version.editions.get()
    edition.training = ["empowerment"]
    edition.save(update_fields=["training"])
    seen = found()
    assert [row.number for row in seen.without_rule] == [4, 5]
    assert [row.number for row in seen.without_training] == [2, 3, 4]


def test_modules_that_do_not_exist_yet_are_named(staff: Any) -> None:
    questionnaire({"d5_03": 3, "d5_04": 3})
    recommendation()
    stored(staff, module="grundlagen")
    stored(staff, "d5_04", module="nirgends-geplant")
    assert [row.rule.module for row in found().missing_modules] == ["grundlagen", "nirgends-geplant"]
    assert [row.rule.module for row in found(existing=frozenset({"grundlagen"})).missing_modules] == [
        "nirgends-geplant"
    ]


def test_rules_whose_item_is_gone_say_what_became_of_it(staff: Any) -> None:
    before = questionnaire({"d5_03": 3, "d5_04": 3, "d5_05": 3})
    recommendation()
    for item in ("d5_03", "d5_04", "d5_05"):
        stored(staff, item)
    ties = [("d5_03", "d5_03", "same"), ("d5_07", "d5_04", "comparable"), ("", "d5_05", "dropped")]
    questionnaire({"d5_03": 3, "d5_07": 3}, version="2", follows=before, ties=ties)
    lost = found().lost
    assert [(each.stored.rule.item, each.successor and each.successor.item) for each in lost] == [
        ("d5_04", "d5_07"), ("d5_05", ""),
    ]  # fmt: skip
    assert {each.stored.dimension for each in lost} == {5}


def test_one_field_of_action_can_be_looked_at(staff: Any) -> None:
    questionnaire({"d5_03": 3, "d6_01": 3})
    recommendation(dimension=5)
    recommendation(dimension=6)
    stored(staff, "d6_01", recommendation=None, module="grundlagen")
    seen = of_dimension(found(), 5)
    assert names(seen.items_without) == ["d5_03"]
    assert [row.number for row in seen.without_rule] == [1]
    assert seen.missing_modules == ()
    assert of_dimension(found(), None) == found()


def test_the_page_lists_what_is_missing_and_leads_to_the_form(team: Client, staff: Any) -> None:
    questionnaire({"d5_03": 3, "d6_01": 3})
    recommendation("Bürgerbeschwerde mit Frist")
    stored(staff, "d6_01", recommendation=None, module="grundlagen")
    page = team.get(reverse("coverage")).content.decode()
    for words in ("Frage d5_03", "KfA-HE 1 Bürgerbeschwerde mit Frist", "Grundlagen am Schreibtisch"):
        assert words in page
    assert f"{reverse('rules-add')}?place=probe:d5_03" in page


def test_the_page_takes_one_field_of_action_and_ignores_nonsense(team: Client) -> None:
    questionnaire({"d5_03": 3, "d6_01": 3})
    assert names(team.get(f"{reverse('coverage')}?dimension=6").context["found"].items) == ["d6_01"]
    assert len(team.get(f"{reverse('coverage')}?dimension=x").context["found"].items) == 2


def test_without_a_questionnaire_the_page_says_what_to_do(team: Client) -> None:
    assert reverse("instruments-list") in team.get(reverse("coverage")).content.decode()


def test_the_page_takes_few_queries_whatever_there_is(team: Client, staff: Any) -> None:
    questionnaire({f"d{1 + number % 9}_{number:02}": 3 for number in range(60)})
    for number in range(12):
        recommendation(f"Empfehlung {number}")
    team.get(reverse("coverage"))
    with at_most(8):
        assert team.get(reverse("coverage")).status_code == 200


def test_the_lists_can_be_downloaded(team: Client, staff: Any) -> None:
    questionnaire({"d5_03": 3, "d6_01": 3})
    recommendation()
    stored(staff, "d6_01", recommendation=None, module="grundlagen")
    response = team.get(f"{reverse('coverage-export')}?dimension=5")
    book = load_workbook(io.BytesIO(response.content))
    assert [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)] == [
        ["Fragebogen probe", "5.3", "Frage d5_03", 5, 3]
    ]
    assert len(book.worksheets) == 5


# --- The library ---------------------------------------------------------------------------------------------------


def library_items() -> dict[tuple[str, str], int]:
    """The level items of the project's questionnaires with their targets."""
    return {
        (form.key, item.name): item.target_level
        for path in sorted(QUESTIONNAIRES.glob("*.xlsx"))
        for form in [read_workbook(path.read_bytes(), path.name).form]
        for item in form.level_items
    }


def library_rules() -> list[Rule]:
    """The rules of the project's own drafts."""
    entries = [library.read(path) for path in library.files()]
    numbers = {entry.key: entry.number for entry in entries}
    return [
        Rule(
            instrument=row.instrument,
            item=row.item,
            threshold=row.threshold,
            on_unknown=row.on_unknown,
            competence=row.competence,
            recommendation=entry.number,
            module=row.module,
            priority=row.priority,
            prerequisite=numbers[row.prerequisite] if row.prerequisite else None,
        )
        for entry in entries
        for row in entry.rules
    ]


def test_the_rules_of_the_library_fulfil_what_the_table_demands() -> None:
    rules = library_rules()
    known = Known(library_items(), frozenset(rule.recommendation or 0 for rule in rules))
    assert [(rule, wrong) for rule in rules if (wrong := problems(rule, known))] == []
    assert circle_of(rules) == []
    assert len({natural_key(rule) for rule in rules}) == len(rules)


def test_the_library_answers_every_item_of_standard_and_basis_and_names_planned_modules_only() -> None:
    rules = library_rules()
    answered = {(rule.instrument, rule.item) for rule in rules}
    assert [place for place in library_items() if place[0] in ASKED_OF_ALL and place not in answered] == []
    assert {rule.module for rule in rules if rule.module} <= set(modules.PLANNED)
