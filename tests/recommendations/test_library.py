"""The project's drafts: every file of the library can be read, and importing twice changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from apps.core.draft_files import InvalidFile, Outcome
from apps.recommendations import library
from apps.recommendations.actions.importing import import_entries
from apps.recommendations.actions.texts import check_out
from apps.recommendations.library import read_content
from apps.recommendations.models import Block, Edition, MappingRule, Recommendation, RecommendationVersion
from tests.factories import UserFactory
from tests.recommendations.factories import team

FILES = library.files()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


def content(**changes: Any) -> dict[str, Any]:
    """A small file, parsed."""
    return {
        "key": "beschwerde",
        "number": 7,
        "title": "Beschwerde mit Frist",
        "dimension": 5,
        "items": ["d5_06"],
        "summary": "Wer sich beschwert, bekommt eine Antwort.",
        "rules": [{"instrument": "kfa_bedarfserhebung", "item": "d5_06", "threshold": 2}],
        "text": {"problem": "Beschwerden bleiben ohne Antwort.\n\nNiemand kennt die Zahl.", "goal": "Antwort."},
        **changes,
    }


def import_(*contents: dict[str, Any]) -> list[Outcome]:
    entries = [read_content(one, f"{one['number']:02}-{one['key']}.toml") for one in contents]
    return [result.outcome for result in import_entries(actor=None, entries=entries)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_of_the_library_can_be_read_and_is_complete(path: Path) -> None:
    entry = library.read(path)
    assert all(entry.edition.values()), "a field is empty"
    assert set(entry.text) == {"problem", "goal", "steps", "law", "side_effects", "plain_language"}
    assert all(entry.text.values())
    assert set(entry.edition["items"]) <= {rule.item for rule in entry.rules}
    assert path.name == f"{entry.number:02}-{entry.key}.toml"


@pytest.mark.django_db
def test_the_library_is_imported_as_shared_drafts_and_a_second_time_nothing_changes(capsys: Any) -> None:
    call_command("import_recommendations")
    assert Recommendation.objects.count() == len(FILES)
    assert not RecommendationVersion.objects.exclude(state="idea").exists()
    assert not RecommendationVersion.objects.filter(shared_as_draft_at=None).exists()
    before = [list(model.objects.order_by("pk").values()) for model in (Edition, Block, MappingRule)]
    capsys.readouterr()
    call_command("import_recommendations")
    assert capsys.readouterr().out.count(": unchanged") == len(FILES)
    assert before == [list(model.objects.order_by("pk").values()) for model in (Edition, Block, MappingRule)]


@pytest.mark.django_db
def test_a_check_stores_nothing(capsys: Any) -> None:
    call_command("import_recommendations", "--check")
    assert "created" in capsys.readouterr().out
    assert not Recommendation.objects.exists()


@pytest.mark.django_db
def test_a_changed_file_brings_the_idea_up_to_date_with_its_keys() -> None:
    import_(content())
    keys = {block.text: block.key for block in Block.objects.all()}
    text = {"problem": "Niemand kennt die Zahl.\n\nBeschwerden bleiben oft ohne Antwort.", "goal": "Antwort."}
    rules = [{"instrument": "kfa_bedarfserhebung", "item": "d5_06", "threshold": 3, "on_unknown": True}]
    assert import_(content(text=text, rules=rules, title="Beschwerde mit fester Frist")) == [Outcome.UPDATED]
    after = {block.text: block.key for block in Block.objects.all()}
    assert after["Niemand kennt die Zahl."] == keys["Niemand kennt die Zahl."]
    assert after["Beschwerden bleiben oft ohne Antwort."] == keys["Beschwerden bleiben ohne Antwort."]
    rule = MappingRule.objects.get()
    assert (rule.threshold, rule.on_unknown) == (3, True)
    assert Edition.objects.get().title == "Beschwerde mit fester Frist"


@pytest.mark.django_db
@pytest.mark.parametrize("begun", ["team", "hand"])
def test_a_text_that_somebody_works_on_is_left(begun: str) -> None:
    import_(content())
    version = RecommendationVersion.objects.select_related("recommendation").get()
    if begun == "team":
        team(version, ["science"])
    else:
        check_out(actor=UserFactory(staff=True), version_id=version.pk, section="goal")
    assert import_(content(title="Anders")) == [Outcome.LEFT]
    assert Edition.objects.get().title == "Beschwerde mit Frist"


@pytest.mark.django_db
def test_a_prerequisite_may_stand_in_a_later_file_but_somewhere() -> None:
    rule = {"instrument": "kfa_bedarfserhebung", "item": "d5_06", "threshold": 2, "prerequisite": "mandat"}
    other = content(key="mandat", number=1)
    import_(content(rules=[rule]), other)
    assert MappingRule.objects.get(recommendation__number=7).prerequisite == Recommendation.objects.get(number=1)
    with pytest.raises(InvalidFile, match=r"rules\[1\]\.prerequisite"):
        import_(content(rules=[{**rule, "prerequisite": "nirgends"}]))


@pytest.mark.django_db
def test_numbers_and_keys_stay_with_their_recommendation() -> None:
    import_(content())
    with pytest.raises(InvalidFile, match="number: 7 belongs"):
        import_(content(key="anders"))
    with pytest.raises(InvalidFile, match="has the number 7"):
        import_(content(number=8))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"key": "Nicht So"}, "key: small letters"),
        ({"number": 0}, "number: a number"),
        ({"dimension": 11}, "dimension: a number"),
        ({"target_level": 0}, "target_level: a level"),
        ({"effort": "huge"}, "effort: one of"),
        ({"title": " "}, "title: this is missing"),
        ({"summary": "x" * 601}, "summary: at most 600"),
        ({"items": ["D5"]}, r"items\[1\]"),
        ({"surprise": 1}, "surprise: this field"),
        ({"legal": [{"norm": "§ 13 AGG"}]}, r"legal_bases\[1\]\.says"),
        ({"measures": [{"title": "a", "months": 0}]}, r"measures\[1\]\.months"),
        ({"sources": "x"}, "sources: A list"),
        ({"indicator": {"name": "x"}}, "indicator.definition"),
        ({"text": {"problem": "1. a"}}, "text.problem: Line 1"),
        ({"text": {"elsewhere": "a"}}, "text.elsewhere"),
        ({"rules": [{"instrument": "x", "item": "y", "threshold": 4}]}, r"rules\[1\]\.threshold"),
        ({"rules": [{"instrument": "x", "item": "y", "threshold": 1, "competence": "z"}]}, "competence"),
        ({"rules": [{"instrument": "x", "item": "y", "threshold": 1}] * 2}, "twice"),
    ],
)
def test_mistakes_are_named_with_their_field(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidFile, match=problem):
        read_content(content(**changes), "07.toml")


@pytest.mark.django_db
def test_the_command_names_the_files_and_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "01-a.toml").write_text("key = ")
    with pytest.raises(CommandError, match=r"01-a\.toml: This is no TOML"):
        call_command("import_recommendations", str(tmp_path))
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_recommendations", str(tmp_path / "none.toml"))
    assert not Recommendation.objects.exists()


@pytest.mark.django_db
def test_two_files_cannot_claim_the_same_number(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(f'key = "{name}"\nnumber = 1\ntitle = "T"\ndimension = 1\n')
    with pytest.raises(CommandError, match=r"b\.toml: number: 1 is that of a\.toml"):
        call_command("import_recommendations", str(tmp_path))
