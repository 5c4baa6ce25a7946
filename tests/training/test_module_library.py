"""The project's drafts: every file of the library can be read, and importing twice changes nothing."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from apps.core.draft_files import InvalidFile, Outcome
from apps.training import fields, library
from apps.training.actions.authoring import save_fields
from apps.training.actions.importing import import_entries
from apps.training.actions.starting import add_author
from apps.training.library import read_content
from apps.training.models import Module, ModuleEdition, ModuleVersion, Unit
from apps.training.queries import current_edition, learner_units, offered_modules, trainer_units
from tests.assessments.factories import published_version
from tests.factories import UserFactory
from tests.training.factories import QUIZ, SCENARIO

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
        "number": 4,
        "title": "Beschwerde führen",
        "title_en": "Handling a complaint",
        "summary": "Vom ersten Gespräch bis zum Ergebnis.",
        "target_group": "Beschwerdestellen",
        "prerequisites": "Keine",
        "minutes": 30,
        "dimension": 5,
        "items": ["d5_01"],
        "delivery": ["self_paced"],
        "objectives": ["Sie können zuhören.", "Sie können antworten."],
        "objectives_en": ["You can listen.", "You can answer."],
        "units": [
            {"key": "lesen", "kind": "text", "title": "Lesen", "minutes": 3, "text": "Ein Fall."},
            {"key": "pruefung", "kind": "quiz", "title": "Prüfung", **deepcopy(QUIZ)},
            {"key": "gespraech", "kind": "scenario", "title": "Gespräch", **deepcopy(SCENARIO)},
        ],
        "trainer": [{"key": "ablauf", "kind": "text", "title": "Ablauf", "text": "Ankommen."}],
        **changes,
    }


def empowerment(**changes: Any) -> dict[str, Any]:
    """A file of an empowerment module."""
    given = content(empowerment=True, delivery=["on_site"], **changes)
    given.pop("units")
    return given


def import_(*contents: dict[str, Any]) -> list[Outcome]:
    entries = [read_content(one, f"{one['number']:02}-{one['key']}.toml") for one in contents]
    return [result.outcome for result in import_entries(actor=None, entries=entries)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_of_the_library_can_be_read_and_is_complete(path: Path) -> None:
    entry = library.read(path)
    assert path.name == f"{entry.number:02}-{entry.key}.toml"
    assert all(entry.edition[name] for name in fields.FIELDS if name != "valid_months"), "a field is empty"
    learners = [unit for unit in entry.units if unit.audience == "learner"]
    assert bool(learners) != entry.is_empowerment
    assert sum(unit.minutes for unit in learners) in (0, entry.edition["minutes"])


@pytest.mark.django_db
def test_the_library_is_imported_as_offered_drafts_and_a_second_time_nothing_changes(capsys: Any) -> None:
    call_command("import_modules")
    assert offered_modules().count() == len(FILES)
    assert not ModuleVersion.objects.exclude(state="idea").exists()
    assert not ModuleVersion.objects.filter(shared_as_draft_at=None).exists()
    before = [list(model.objects.order_by("pk").values()) for model in (Module, ModuleEdition, Unit)]
    capsys.readouterr()
    call_command("import_modules")
    assert capsys.readouterr().out.count(": unchanged") == len(FILES)
    assert before == [list(model.objects.order_by("pk").values()) for model in (Module, ModuleEdition, Unit)]


@pytest.mark.django_db
def test_a_check_stores_nothing(capsys: Any) -> None:
    call_command("import_modules", "--check")
    assert "created" in capsys.readouterr().out
    assert not Module.objects.exists()


@pytest.mark.django_db
def test_english_words_units_and_material_for_trainers_find_their_places() -> None:
    assert import_(content()) == [Outcome.CREATED]
    text = offered_modules().get().offered
    assert text is not None
    shown = fields.edition_in(text, "en")
    assert (shown.title, shown.objectives) == ("Handling a complaint", ("You can listen.", "You can answer."))
    assert shown.summary == "Vom ersten Gespräch bis zum Ergebnis."
    assert [unit.key for unit in learner_units(text)] == ["lesen", "pruefung", "gespraech"]
    assert [unit.key for unit in trainer_units(text)] == ["ablauf"]


@pytest.mark.django_db
def test_an_empowerment_module_is_imported_with_material_for_trainers_only() -> None:
    assert import_(empowerment()) == [Outcome.CREATED]
    assert Module.objects.get().is_empowerment
    with pytest.raises(InvalidFile, match="stays what it is"):
        import_(content())


@pytest.mark.django_db
def test_a_changed_file_becomes_the_next_text_with_the_english_that_was_written_for_its_units() -> None:
    import_(content())
    first = offered_modules().get().offered
    assert first is not None
    changed = content(title="Beschwerden führen", dimension=6)
    changed["units"] = [changed["units"][2], changed["units"][0]]
    assert import_(changed) == [Outcome.UPDATED]
    second = offered_modules().get().offered
    assert second is not None
    assert (second.number, second.title, second.version.module.dimension) == (2, "Beschwerden führen", 6)
    assert [unit.key for unit in learner_units(second)] == ["gespraech", "lesen"]
    first.refresh_from_db()
    assert first.title == "Beschwerde führen"
    assert import_(changed) == [Outcome.UNCHANGED]


@pytest.mark.django_db
@pytest.mark.parametrize("touched", ["author", "text"])
def test_a_text_that_somebody_works_on_is_left(touched: str) -> None:
    import_(content())
    version = ModuleVersion.objects.select_related("module").get()
    person = UserFactory(staff=True)
    if touched == "author":
        add_author(actor=None, module_id=version.module_id, user_id=person.pk)
    else:
        save_fields(actor=person, version_id=version.pk, values={"summary": "Von Hand."})
    assert import_(content(title="Anders")) == [Outcome.LEFT]
    assert current_edition(version).title == "Beschwerde führen"


@pytest.mark.django_db
def test_numbers_and_keys_stay_with_their_module() -> None:
    import_(content())
    with pytest.raises(InvalidFile, match="number: 4 belongs"):
        import_(content(key="anders"))
    with pytest.raises(InvalidFile, match="has the number 4"):
        import_(content(number=8))


def unit(**changes: Any) -> dict[str, Any]:
    return content(units=[{"key": "a", "kind": "text", "title": "A", "text": "A.", **changes}])


def quiz(**changes: Any) -> dict[str, Any]:
    given = deepcopy(QUIZ)
    given["questions"][0] |= changes
    return content(units=[{"key": "a", "kind": "quiz", "title": "A", **given}])


def scenario(**changes: Any) -> dict[str, Any]:
    given = deepcopy(SCENARIO)
    given["nodes"][0] |= changes
    return content(units=[{"key": "a", "kind": "scenario", "title": "A", **given}])


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (content(key="Nicht So"), "key: small letters"),
        (content(number=0), "number: a number"),
        (content(dimension=11), "dimension: a number"),
        (content(minutes=0), "minutes: a number"),
        (content(empowerment="ja"), "empowerment: true or false"),
        (content(title=" "), "title: this is missing"),
        (content(summary="x" * 601), "summary: at most 600"),
        (content(summary=3), "summary: a text"),
        (content(title_en="x" * 161), "title_en: at most 160"),
        (content(items=[]), "items: this is missing"),
        (content(items=["D5"]), r"items\[1\]"),
        (content(items="d5"), "items: A list"),
        (content(items=["d5_01", "d5_01"]), "stands there twice"),
        (content(delivery=["fax"]), r"delivery\[1\]"),
        (content(objectives=[" "]), r"objectives\[1\]: This is missing"),
        (content(objectives="x"), "objectives: A list of sentences"),
        (content(objectives=["x"] * 11, objectives_en=[]), "objectives: At most 10"),
        (content(objectives_en=["x"]), "objectives_en: as many"),
        (content(objectives_en=[3, 4]), "objectives_en: a list"),
        (content(surprise=1), "surprise: this field"),
        (content(legal=[{"norm": "§ 13 AGG"}]), r"legal_bases\[1\]\.says"),
        (content(legal="x"), "legal_bases: A list"),
        (content(legal=["x"]), r"legal_bases\[1\]: An entry"),
        (content(sources=[{"by": "a", "title": "b", "year": "2020", "url": "ftp://x"}]), r"sources\[1\]\.url"),
        (content(sources=[{"by": "a", "title": "b", "year": 2020}]), r"sources\[1\]\.year: A text"),
        (content(sources=[{"by": "a", "title": "b", "year": "2020", "isbn": "1"}]), "isbn: This part"),
        (content(units="x"), "units: a list"),
        (content(units=[]), "units: this is missing"),
        (content(trainer=[{"key": "x", "kind": "quiz", "title": "X"}]), r"trainer\[1\]\.kind"),
        (
            content(trainer=[{"key": "lesen", "kind": "text", "title": "X", "text": "x"}]),
            r"trainer\[1\]\.key: .* twice",
        ),
        (empowerment(units=[]) | {"units": content()["units"]}, "material for trainers only"),
        (empowerment() | {"delivery": ["online"]}, r'\["on_site"\]'),
        (empowerment(trainer=[]), "trainer: this is missing"),
        (unit(kind="video"), r"units\[1\]\.kind"),
        (unit(key="A b"), r"units\[1\]\.key"),
        (unit(title=""), r"units\[1\]\.title"),
        (unit(minutes=-1), r"units\[1\]\.minutes"),
        (unit(text=""), r"units\[1\]: The text is empty"),
        (unit(text="1. a"), r"units\[1\]: text: Line 1"),
        (unit(text=5), r"units\[1\]\.text: a text"),
        (unit(colour="red"), r"units\[1\]\.colour: this part"),
        (unit(kind="download", filename="x.doc"), r"units\[1\]: The work sheet"),
        (quiz(points="one"), r"questions\[1\]\.points: a whole number"),
        (quiz(type="essay"), "this kind of question"),
        (quiz(options="x"), r"questions\[1\]\.options: a list"),
        (quiz(options=[{"key": "a", "text": "A", "feedback": "F", "correct": "yes"}]), "correct: true or false"),
        (quiz(options=[{"key": "a", "text": "A", "feedback": "F", "correct": True}]), "two answers are needed"),
        (scenario(to="b"), r"nodes\[1\]\.to: this part"),
        (scenario(choices=[{"key": "x", "text": "X", "feedback": "F", "to": "z"}]), "leads to nowhere"),
        (content(units=[{"key": "a", "kind": "scenario", "title": "A", "nodes": ["x"]}]), r"nodes\[1\]: named parts"),
    ],
)
def test_mistakes_are_named_with_their_field(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidFile, match=problem):
        read_content(given, "04.toml")


@pytest.mark.django_db
def test_the_command_names_the_files_and_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "01-a.toml").write_text("key = ")
    with pytest.raises(CommandError, match=r"01-a\.toml: This is no TOML"):
        call_command("import_modules", str(tmp_path))
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_modules", str(tmp_path / "none.toml"))
    assert not Module.objects.exists()


@pytest.mark.django_db
def test_two_files_cannot_claim_the_same_number(tmp_path: Path) -> None:
    text = (library.LIBRARY / FILES[0].name).read_text(encoding="utf-8")
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(text.replace('key = "', f'key = "{name}-', 1), encoding="utf-8")
    with pytest.raises(CommandError, match=r"b\.toml: number: \d+ is that of a\.toml"):
        call_command("import_modules", str(tmp_path))


@pytest.mark.django_db
def test_an_item_that_the_published_questionnaire_does_not_ask_is_refused(staff: Any) -> None:
    published_version(staff)
    with pytest.raises(InvalidFile, match=r"items\[1\]: .* does not ask “d9_99”"):
        import_(content(items=["d9_99"]))
