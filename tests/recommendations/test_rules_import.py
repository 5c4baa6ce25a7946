"""Rules as an Excel file: the round trip, the differences, errors by row and column, all or nothing."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.recommendations import queries_rules, rules_resource
from apps.recommendations.actions.rules import RuleRefused, RulesHaveChanged, import_rules
from apps.recommendations.models import MappingRule
from apps.recommendations.rules_resource import COLUMNS, NotATable, plan, read_cells, workbook
from tests.municipalities.counting import at_most
from tests.recommendations.factories import recommendation
from tests.recommendations.rule_factories import PROBE, all_rules, questionnaire, rule, sheet, stored
from tests.recommendations.test_rules import team, world

pytestmark = pytest.mark.django_db

__all__ = ["team", "world"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(team: Client, content: bytes, *, remove: bool = False, name: str = "regeln.xlsx") -> Any:
    data: dict[str, Any] = {"file": SimpleUploadedFile(name, content, XLSX)}
    return team.post(reverse("rules-import"), {**data, **({"remove_missing": "on"} if remove else {})})


def confirm(team: Client, shown: Any) -> Any:
    return team.post(reverse("rules-import-apply"), {"offer": shown.context["form"]["offer"].value()})


def exported() -> bytes:
    return workbook(list(queries_rules.rules()), timezone.now())


# --- Round trip ----------------------------------------------------------------------------------------------------


def test_what_was_exported_changes_nothing_when_it_is_imported(world: None, team: Client, staff: Any) -> None:
    stored(staff, module="grundlagen", prerequisite=2, on_unknown=True, competence="housing", profiles=("basis",))
    stored(staff, "q_01", threshold=3, recommendation=None, module="empowerment", priority=3)
    stored(staff, "d6_01", recommendation=3)
    before = list(MappingRule.objects.order_by("pk").values())
    file = team.get(reverse("rules-export"))
    assert file["Content-Type"] == XLSX and ".xlsx" in file["Content-Disposition"]
    response = upload(team, file.content, remove=True)
    assert response.status_code == 200
    assert (response.context["plan"].same, response.context["plan"].does_something) == (3, False)
    assert list(MappingRule.objects.order_by("pk").values()) == before


def test_what_was_exported_can_be_imported_where_there_is_nothing(world: None, team: Client, staff: Any) -> None:
    stored(staff, module="grundlagen", prerequisite=2, on_unknown=True, competence="housing", profiles=("basis",))
    stored(staff, "q_01", threshold=3, recommendation=None, module="empowerment", priority=3)
    rules, content = all_rules(), exported()
    MappingRule.objects.all().delete()
    assert confirm(team, upload(team, content)).status_code == 303
    assert all_rules() == rules


def test_a_rule_whose_item_is_gone_does_not_stop_the_round_trip(world: None, staff: Any) -> None:
    stored(staff)
    questionnaire({"d5_05": 3}, version="2")
    found = plan(read_cells(exported()), remove_missing=True)
    assert (found.errors, found.same, found.does_something) == ((), 1, False)


def test_nothing_in_the_file_can_be_taken_for_a_formula(world: None, staff: Any) -> None:
    row = stored(staff)
    MappingRule.objects.filter(pk=row.pk).update(item="=1+1")
    page = load_workbook(io.BytesIO(exported())).worksheets[0]
    cells = [cell for line in page.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "'=1+1" in [cell.value for cell in cells]


# --- Differences ---------------------------------------------------------------------------------------------------


def test_the_differences_are_shown_before_anything_is_stored(world: None, team: Client, staff: Any) -> None:
    stored(staff)
    stored(staff, "d6_01")
    content = sheet({"threshold": 2, "on_unknown": "ja", "prerequisite": 3}, {"item": "d5_04", "module": "grundlagen"})
    shown = upload(team, content)
    found = shown.context["plan"]
    assert (len(found.new), len(found.changed), found.same, found.removed) == (1, 1, 0, ())
    assert found.changed[0].differences == (
        ("threshold", "1", "2"), ("on_unknown", "no", "yes"), ("prerequisite", "–", "3"),
    )  # fmt: skip
    assert all_rules() == [rule(), rule("d6_01")]
    with at_most(12):
        response = confirm(team, shown)
    assert (response.status_code, response.url) == (303, reverse("rules-list"))
    changed = rule(threshold=2, on_unknown=True, prerequisite=3)
    assert all_rules() == [changed, rule("d5_04", module="grundlagen"), rule("d6_01")]


def test_what_the_file_does_not_name_is_removed_only_when_asked(world: None, team: Client, staff: Any) -> None:
    stored(staff)
    stored(staff, "d6_01")
    content = sheet({})
    assert upload(team, content).context["plan"].removed == ()
    shown = upload(team, content, remove=True)
    assert [row.item for row in shown.context["plan"].removed] == ["d6_01"]
    assert confirm(team, shown).status_code == 303
    assert all_rules() == [rule()]


def test_an_import_is_on_record_with_its_counts(world: None, team: Client, staff: Any) -> None:
    confirm(team, upload(team, sheet({}, {"item": "d5_04"})))
    with scope.enter(scope.programme()):
        entry = AuditEntry.objects.get(verb="mapping_rule.imported")
    assert entry.data == {"new": 2, "changed": 0, "removed": 0}
    assert entry.actor == staff


def test_columns_may_stand_in_any_order_and_some_may_be_missing(world: None, team: Client) -> None:
    content = sheet({"module": "grundlagen"}, columns=["module", "recommendation", "threshold", "item", "instrument"])
    confirm(team, upload(team, content))
    assert all_rules() == [rule(module="grundlagen")]


def test_empty_rows_are_passed_over_and_errors_keep_their_row(world: None) -> None:
    empty = dict.fromkeys(COLUMNS)
    found = plan(read_cells(sheet(empty, {}, empty, {"item": "d9_09"})), remove_missing=False)
    assert [(error.row, error.column) for error in found.errors] == [(5, "item")]


def test_numbers_may_be_text_and_recommendations_may_have_their_code(world: None) -> None:
    found = plan(
        read_cells(sheet({"threshold": "2", "recommendation": "KfA-HE 1", "priority": 1.0})), remove_missing=False
    )
    assert found.errors == ()
    assert queries_rules.plain(found.new[0]) == rule(threshold=2, priority=1)


# --- Errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"instrument": "other"}, "item"),
        ({"item": "d9_09"}, "item"),
        ({"item": ""}, "item"),
        ({"threshold": 3}, "threshold"),
        ({"threshold": None}, "threshold"),
        ({"threshold": "viel"}, "threshold"),
        ({"threshold": True}, "threshold"),
        ({"threshold": 1.5}, "threshold"),
        ({"on_unknown": "vielleicht"}, "on_unknown"),
        ({"profiles": "standard riesig"}, "profiles"),
        ({"competence": "moon"}, "competence"),
        ({"recommendation": 99}, "recommendation"),
        ({"recommendation": "drei"}, "recommendation"),
        ({"recommendation": None}, "recommendation"),
        ({"module": "Große Sache"}, "module"),
        ({"priority": 7}, "priority"),
        ({"prerequisite": 1}, "prerequisite"),
        ({"prerequisite": 99}, "prerequisite"),
    ],
)
def test_an_error_names_its_row_and_column_and_nothing_is_stored(
    world: None, team: Client, fields: dict[str, Any], column: str
) -> None:
    response = upload(team, sheet({"item": "d5_04"}, fields))
    assert response.status_code == 422
    assert [(error.row, error.column) for error in response.context["errors"]] == [(3, column)]
    assert f"<code>{column}</code>" in response.content.decode()
    assert not MappingRule.objects.exists()


def test_several_errors_are_all_named(world: None) -> None:
    found = plan(
        read_cells(sheet({"threshold": "x", "priority": "y"}, {"item": "d9_09", "competence": "moon"})),
        remove_missing=False,
    )
    assert [(error.row, error.column) for error in found.errors] == [
        (2, "threshold"), (2, "priority"), (3, "item"), (3, "competence"),
    ]  # fmt: skip


def test_the_same_rule_twice_in_a_file_is_refused(world: None) -> None:
    found = plan(read_cells(sheet({}, {"item": "d5_04"}, {"threshold": 0})), remove_missing=False)
    assert [(error.row, error.column) for error in found.errors] == [(4, "item")]
    assert "2" in found.errors[0].message


def test_a_circle_over_the_rows_of_a_file_is_refused(world: None, staff: Any) -> None:
    stored(staff, recommendation=1, prerequisite=2)
    rows = (
        {"item": "d5_04", "recommendation": 2, "prerequisite": 3},
        {"item": "d6_01", "recommendation": 3, "prerequisite": 1},
    )
    found = plan(read_cells(sheet(*rows)), remove_missing=False)
    assert {(error.row, error.column) for error in found.errors} == {(2, "prerequisite"), (3, "prerequisite")}
    assert plan(read_cells(sheet(*rows)), remove_missing=True).errors == ()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"PK\x03\x04 not a workbook", id="damaged"),
        pytest.param(sheet({}, columns=["instrument", "item"]), id="columns missing"),
        pytest.param(sheet({}, columns=[*COLUMNS, "id"]), id="unknown column"),
        pytest.param(sheet({}, columns=[*COLUMNS, "item"]), id="column twice"),
        pytest.param(sheet(columns=[]), id="empty"),
    ],
)
def test_a_file_that_is_no_table_of_rules_is_refused(content: bytes) -> None:
    with pytest.raises(NotATable):
        read_cells(content)


def test_a_file_with_a_document_type_is_refused() -> None:
    buffer = io.BytesIO(sheet({}))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/extra.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(NotATable):
        read_cells(buffer.getvalue())


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_resource, "MAX_ROWS", 2)
    assert len(read_cells(sheet({}, {}))) == 2
    with pytest.raises(NotATable):
        read_cells(sheet({}, {}, {}))


@pytest.mark.parametrize(
    ("content", "name"), [(b"%PDF-1.4 nothing", "regeln.pdf"), (b"instrument,item", "regeln.csv"), (b"", "regeln.xlsx")]
)
def test_another_kind_of_file_is_refused_at_its_field(team: Client, content: bytes, name: str) -> None:
    response = upload(team, content, name=name)
    assert response.status_code == 422
    assert "file" in response.context["form"].errors


def test_no_file_is_said_at_the_field(team: Client) -> None:
    assert "file" in team.post(reverse("rules-import"), {}).context["form"].errors


# --- Applying ------------------------------------------------------------------------------------------------------


def test_differences_that_are_no_longer_true_are_shown_anew(world: None, team: Client, staff: Any) -> None:
    shown = upload(team, sheet({"threshold": 2}))
    stored(staff)
    response = confirm(team, shown)
    assert response.status_code == 422
    assert response.context["has_changed"] and len(response.context["plan"].changed) == 1
    assert all_rules() == [rule()]
    assert confirm(team, response).status_code == 303
    assert all_rules() == [rule(threshold=2)]


@pytest.mark.parametrize("offer", ["", "made:up:signature"])
def test_only_what_was_shown_can_be_applied(world: None, team: Client, offer: str) -> None:
    response = team.post(reverse("rules-import-apply"), {"offer": offer})
    assert (response.status_code, response.url) == (303, reverse("rules-import"))
    assert not MappingRule.objects.exists()


def test_the_action_checks_again_under_its_lock(world: None, staff: Any) -> None:
    cells = read_cells(sheet({}, {"item": "d9_09"}))
    state = plan(cells, remove_missing=False).state
    with scope.enter(scope.programme()):
        with pytest.raises(RuleRefused):
            import_rules(actor=staff, cells=cells, remove_missing=False, state=state)
        with pytest.raises(RulesHaveChanged):
            import_rules(actor=staff, cells=cells[:1], remove_missing=False, state="other")
    assert not MappingRule.objects.exists()


def test_two_hundred_rules_are_compared_in_few_queries(team: Client) -> None:
    questionnaire({f"d{1 + number % 9}_{number:02}": 3 for number in range(50)})
    for number in range(4):
        recommendation(f"Empfehlung {number}")
    rows = [
        {"item": f"d{1 + number % 9}_{number:02}", "recommendation": answer}
        for number in range(50)
        for answer in range(1, 5)
    ]
    team.get(reverse("rules-list"))
    with at_most(10):
        shown = upload(team, sheet(*rows))
    with at_most(12):
        assert confirm(team, shown).status_code == 303
    assert MappingRule.objects.filter(instrument=PROBE).count() == 200
