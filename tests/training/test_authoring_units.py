"""Writing the units of a module: texts and files, quizzes question by question, scenarios place by place, English."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from apps.accounts.models import User
from apps.training.actions import authoring
from apps.training.actions.authoring import ChangedMeanwhile, TextFrozen, next_key
from apps.training.actions.lifecycle import NotPossible, share_as_draft
from apps.training.fields import edition_in, unit_title
from apps.training.models import ModuleVersion, Unit
from apps.training.queries import current_edition, learner_units
from apps.training.units import problems
from tests.training.module_factories import decided_review, version, version_in
from tests.training.test_authoring import page, signed_in, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


def unit_of(made: ModuleVersion, key: str) -> Unit:
    return current_edition(made).units.get(key=key)


# --- Units ------------------------------------------------------------------------------------------------------------


class TestUnits:
    def test_a_unit_is_added_written_moved_and_removed(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        response = client.post(url("unit-add", made.pk, "learner"), {"title": "Übung für Ämter", "kind": "text"})
        assert response.headers["Location"] == url("unit", made.pk, "uebung-fuer-aemter")
        address = url("unit", made.pk, "uebung-fuer-aemter")
        data = {"title": "Übung", "minutes": "4", "text": "### Los\n\nLesen Sie.", "do": "stay"}
        assert client.post(address, data).headers["Location"] == address
        assert unit_of(made, "uebung-fuer-aemter").content == {"text": "### Los\n\nLesen Sie."}
        client.post(url("unit-move", made.pk, "uebung-fuer-aemter"), {"direction": "up"})
        client.post(url("unit-move", made.pk, "ankommen"), {"direction": "up"})
        keys = [unit.key for unit in learner_units(current_edition(made))]
        assert keys.index("uebung-fuer-aemter") == len(keys) - 2
        assert keys[0] == "ankommen"
        assert "Remove “Übung”?" in page(client, url("unit-delete", made.pk, "uebung-fuer-aemter"))
        assert client.post(url("unit-delete", made.pk, "uebung-fuer-aemter")).status_code == 303
        assert client.get(address).status_code == 404
        assert client.post(url("unit-move", made.pk, "ankommen"), {"direction": "left"}).status_code == 404

    def test_the_list_names_what_is_incomplete(self, staff: User) -> None:
        made = version(units=[("lesen", "text", {"text": ""}), ("mehr", "text", {"text": "Ja."})])
        html = page(signed_in(staff), url("units", made.pk))
        assert html.count("incomplete") == 1
        assert "There is no material for trainers yet." in html
        assert "The text is empty." in page(signed_in(staff), url("unit", made.pk, "lesen"))

    def test_a_key_is_never_given_twice_in_a_module(self, staff: User) -> None:
        made = version(units=[("lesen", "text", {"text": "Ja."})])
        share_as_draft(actor=staff, version_id=made.pk)
        authoring.delete_unit(actor=staff, version_id=made.pk, key="lesen")
        new = authoring.add_unit(actor=staff, version_id=made.pk, kind="text", audience="learner", title="Lesen")
        assert new.key == "lesen-2"

    def test_material_for_trainers_is_text_or_file_and_empowerment_has_nothing_else(self, staff: User) -> None:
        made, led = version(), version(is_empowerment=True, units=())
        client = signed_in(staff)
        response = client.post(url("unit-add", made.pk, "trainer"), {"title": "Quiz", "kind": "quiz"})
        assert response.status_code == 422
        with pytest.raises(NotPossible, match="a text or a download"):
            authoring.add_unit(actor=staff, version_id=made.pk, kind="quiz", audience="trainer", title="Quiz")
        response = client.post(url("unit-add", led.pk, "learner"), {"title": "Lesen", "kind": "text"})
        assert "no units for learners" in response.content.decode()
        assert client.post(url("unit-add", led.pk, "trainer"), {"title": "Ablauf", "kind": "text"}).status_code == 303
        assert client.get(url("unit-add", made.pk, "everybody")).status_code == 404
        assert "material for trainers only" in page(client, url("units", led.pk))

    @pytest.mark.parametrize(
        ("kind", "data", "words"),
        [
            ("text", {"text": "1. Erstens"}, "Line 1"),
            ("reflection", {"task": "> Zitat"}, "Line 1"),
            ("video", {"url": "http://video.example/1"}, "begins with https"),
            ("video", {"file": "unbekannt"}, "Select a valid choice"),
            ("download", {"filename": "blatt.docx"}, "ends in .pdf"),
            ("quiz", {"pass_mark": "101", "attempts": "0"}, "less than or equal to 100"),
        ],
    )
    def test_what_a_unit_cannot_hold_is_named_and_kept(
        self, staff: User, kind: str, data: dict[str, str], words: str
    ) -> None:
        made = version(units=[("a", kind, {})])
        response = signed_in(staff).post(url("unit", made.pk, "a"), {"title": "A", "minutes": "1", **data})
        assert response.status_code == 422
        html = response.content.decode()
        assert words in html
        assert unit_of(made, "a").content == {}

    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            ("text", {"text": "Ja."}),
            ("image", {"alt": "Ein Schalter.", "caption": "Am Schalter"}),
            ("audio", {"transcript": "Guten Tag."}),
            ("video", {"url": "https://video.example/1", "transcript": "Guten Tag."}),
            ("download", {"filename": "blatt.pdf", "text": "Ja.", "description": "Zum Üben"}),
            ("reflection", {"task": "Denken Sie.", "hint": "Lange."}),
        ],
    )
    def test_every_kind_has_its_form(self, staff: User, kind: str, data: dict[str, str]) -> None:
        made = version(units=[("a", kind, {})])
        client = signed_in(staff)
        page(client, url("unit", made.pk, "a"))
        assert client.post(url("unit", made.pk, "a"), {"title": "A", "minutes": "1", **data}).status_code == 303
        assert data.items() <= unit_of(made, "a").content.items()
        page(client, url("unit-preview", made.pk, "a"))

    def test_who_comes_second_is_told(self, staff: User) -> None:
        made = version()
        seen = authoring.sign_of(unit_of(made, "ankommen"))
        values: dict[str, Any] = {"actor": staff, "version_id": made.pk, "key": "ankommen", "minutes": 1, "seen": seen}
        authoring.save_unit(title="Anders", values={"text": "Neu."}, **values)
        with pytest.raises(ChangedMeanwhile):
            authoring.save_unit(title="Noch anders", values={}, **values)
        data = {"title": "Ankommen", "minutes": "1", "text": "Meins.", "seen": seen}
        response = signed_in(staff).post(url("unit", made.pk, "ankommen"), data)
        assert response.status_code == 409
        assert "Meins." in response.content.decode()

    def test_nothing_is_written_in_a_frozen_text(self, staff: User) -> None:
        made = version_in("panel_review", staff=staff)
        client = signed_in(staff)
        data = {"title": "A", "minutes": "1", "text": "Neu.", "kind": "text", "direction": "up"}
        assert client.post(url("unit", made.pk, "ankommen"), data).status_code == 409
        assert client.post(url("unit-add", made.pk, "learner"), data).status_code == 422
        client.post(url("unit-delete", made.pk, "ankommen"))
        client.post(url("unit-move", made.pk, "ankommen"), data)
        client.post(url("part-delete", made.pk, "pruefung", "q1"))
        assert unit_of(made, "ankommen").position == 0
        assert len(unit_of(made, "pruefung").content["questions"]) == 2

    def test_after_the_panel_has_decided_without_conditions_nothing_opens_by_itself(self, staff: User) -> None:
        made = version_in("panel_review", staff=staff)
        decided_review(made, staff)
        with pytest.raises(TextFrozen):
            authoring.delete_unit(actor=staff, version_id=made.pk, key="ankommen")


def rows(*given: dict[str, str], initial: int = 0) -> dict[str, str]:
    """Rows of a question or a place, as a form sends them."""
    sent = {"rows-TOTAL_FORMS": str(len(given)), "rows-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(given):
        sent |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return sent


class TestQuiz:
    def test_questions_of_every_type_are_written_row_by_row(self, staff: User) -> None:
        made = version(units=[("quiz", "quiz", {"text": "", "pass_mark": 50, "attempts": 0, "questions": []})])
        client = signed_in(staff)
        assert "There is no question yet." in page(client, url("unit", made.pk, "quiz"))
        option = {"feedback": "Darum."}
        for kind, given in (
            ("single", rows({"text": "Ja", "correct": "on", **option}, {"text": "Nein", **option}, {"text": ""})),
            ("multiple", rows({"text": "Ja", "correct": "on", **option}, {"text": "Nein", **option})),
            (
                "ordering",
                rows({"text": "Zwei", "ORDER": "2"}, {"text": "Eins", "ORDER": "1"}, {"text": "Drei", "ORDER": "3"}),
            ),
            ("matching", rows(*({"left": f"L{number}", "right": f"R{number}"} for number in range(3)))),
            ("reflection", {}),
        ):
            page(client, url("part-add", made.pk, "quiz", kind))
            sent = {"prompt": f"Frage {kind}?", "points": "1", "feedback": "So.", "hint": "Hinweis.", **given}
            assert client.post(url("part-add", made.pk, "quiz", kind), sent).status_code == 303
        unit = unit_of(made, "quiz")
        assert problems("quiz", unit.content) == []
        single, _multiple, ordering, _matching, reflection = unit.content["questions"]
        assert [option["key"] for option in single["options"]] == ["a", "b"]
        assert [entry["text"] for entry in ordering["entries"]] == ["Eins", "Zwei", "Drei"]
        assert (reflection["points"], reflection["hint"]) == (0, "Hinweis.")
        assert "feedback" not in single

    def test_a_row_keeps_its_key_and_a_ticked_one_goes(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        address = url("part", made.pk, "pruefung", "q1")
        assert "Ja, für sie gilt das AGG." in page(client, address)
        sent = rows(
            {"key": "a", "text": "Beschäftigte", "correct": "on", "feedback": "Ja.", "DELETE": "on"},
            {"key": "b", "text": "Alle", "correct": "on", "feedback": "Ja."},
            {"key": "", "text": "Niemand", "feedback": "Nein."},
            initial=2,
        )
        response = client.post(address, {"prompt": "Wer?", "points": "2", "do": "more", **sent})
        assert response.headers["Location"] == address
        question = unit_of(made, "pruefung").content["questions"][0]
        assert [(row["key"], row["text"]) for row in question["options"]] == [("b", "Alle"), ("a", "Niemand")]

    def test_what_is_wrong_stands_at_its_row(self, staff: User) -> None:
        made = version()
        sent = {"prompt": "", "points": "1", **rows({"text": "Ja", "feedback": ""})}
        response = signed_in(staff).post(url("part-add", made.pk, "pruefung", "single"), sent)
        assert response.status_code == 422
        html = response.content.decode()
        assert "id_rows-0-feedback_error" in html
        assert "id_prompt_error" in html

    def test_questions_are_moved_and_removed(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        client.post(url("unit-move", made.pk, "pruefung"), {"part": "q2", "direction": "up"})
        assert [one["key"] for one in unit_of(made, "pruefung").content["questions"]] == ["q2", "q1"]
        assert "Remove this question?" in page(client, url("part-delete", made.pk, "pruefung", "q1"))
        assert client.post(url("part-delete", made.pk, "pruefung", "q1")).status_code == 303
        assert client.get(url("part", made.pk, "pruefung", "q1")).status_code == 404
        assert client.get(url("part-delete", made.pk, "pruefung", "q1")).status_code == 404
        move = {"part": "q9", "direction": "up"}
        assert client.post(url("unit-move", made.pk, "pruefung"), move).status_code == 404
        for kind in ("essay", "place"):
            assert client.get(url("part-add", made.pk, "pruefung", kind)).status_code == 404
        assert client.get(url("part-add", made.pk, "ankommen", "single")).status_code == 404

    def test_who_comes_second_is_told(self, staff: User) -> None:
        made = version()
        sent = {"prompt": "Neu?", "points": "1", "seen": "von gestern", **rows({"text": "Ja", "feedback": "F"})}
        response = signed_in(staff).post(url("part", made.pk, "pruefung", "q1"), sent)
        assert response.status_code == 409
        assert "Neu?" in response.content.decode()


class TestScenario:
    def test_the_overview_shows_where_places_lead_and_what_cannot_be_reached(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        client.post(url("part-add", made.pk, "gespraech", "place"), {"text": "Verloren.", "ending": "poor", **rows()})
        html = page(client, url("unit", made.pk, "gespraech"))
        assert "begins here" in html
        assert html.count("no way leads here") == 1
        assert "No way leads to: d." in html

    def test_a_choice_leads_to_a_place_that_is_made_with_it(self, staff: User) -> None:
        made = version(units=[])
        client = signed_in(staff)
        client.post(url("unit-add", made.pk, "learner"), {"title": "Gespräch", "kind": "scenario"})
        choice = {"feedback": "Das hilft.", "to": "+"}
        sent = {"text": "Es klopft.", "ending": "", **rows({"text": "Öffnen", **choice}, {"text": "Warten", **choice})}
        assert client.post(url("part", made.pk, "gespraech", "a"), sent).status_code == 303
        nodes = unit_of(made, "gespraech").content["nodes"]
        assert [node["key"] for node in nodes] == ["a", "b", "c"]
        assert [choice["to"] for choice in nodes[0]["choices"]] == ["b", "c"]
        for key, ending in (("b", "good"), ("c", "poor")):
            client.post(url("part", made.pk, "gespraech", key), {"text": "Ende.", "ending": ending, **rows()})
        assert problems("scenario", unit_of(made, "gespraech").content) == []
        whole = {"title": "Gespräch", "minutes": "5", "text": "", "start": "b"}
        assert client.post(url("unit", made.pk, "gespraech"), whole).status_code == 303
        assert unit_of(made, "gespraech").content["start"] == "b"

    def test_removing_a_place_says_who_leads_there(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        address = url("part-delete", made.pk, "gespraech", "b")
        assert "will lead nowhere: a." in page(client, address)
        assert client.post(address).status_code == 303
        html = page(client, url("unit", made.pk, "gespraech"))
        assert "<strong>nowhere</strong>" in html
        assert "a choice leads to nowhere." in html

    def test_a_text_that_is_no_markdown_of_ours_is_named(self, staff: User) -> None:
        made = version()
        sent = {"text": "| a |\n|---|\n| b |", "ending": "", **rows()}
        response = signed_in(staff).post(url("part", made.pk, "gespraech", "a"), sent)
        assert response.status_code == 422
        assert "tables are not possible" in response.content.decode()


class TestEnglish:
    def test_it_is_written_beside_the_german_and_marked_once_that_has_changed(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        address = url("english-unit", made.pk, "ankommen")
        assert "Ein Fall aus dem" in page(client, address)
        assert client.post(address, {"text-0": "Arriving", "text-1": "A case."}).status_code == 303
        unit = unit_of(made, "ankommen")
        assert unit_title(unit, "en") == "Arriving"
        assert "2 of 2 texts" in page(client, url("english", made.pk))
        authoring.save_unit(
            actor=staff, version_id=made.pk, key="ankommen", title=unit.title, minutes=3, values={"text": "Neu."}
        )
        assert "to be looked at again: 1" in page(client, url("english", made.pk))
        assert "German text has changed" in page(client, address)
        client.post(address, {"text-0": "Arriving", "text-1": "A case."})
        assert "to be looked at again: 1" in page(client, url("english", made.pk))
        client.post(address, {"text-0": "Arriving", "text-1": "A case.", "fits-1": "on"})
        assert "2 of 2 texts" in page(client, url("english", made.pk))
        client.post(address, {"text-0": "", "text-1": "A new case."})
        assert set(unit_of(made, "ankommen").words_en) == {"text"}

    def test_every_word_of_a_quiz_and_of_the_fields_has_its_place(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        html = page(client, url("english-unit", made.pk, "pruefung"))
        assert "Question q1, Answer a: Feedback" in html
        assert "Learning objectives 1" in page(client, url("english-fields", made.pk))
        assert client.post(url("english-fields", made.pk), {"text-0": "Complaints"}).status_code == 303
        assert edition_in(current_edition(made), "en").title == "Complaints"
        assert client.get(url("english-unit", made.pk, "nirgends")).status_code == 404

    def test_what_is_wrong_or_late_or_frozen_is_said(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        address = url("english-unit", made.pk, "ankommen")
        assert client.post(address, {"text-1": "1. One"}).status_code == 422
        assert client.post(address, {"text-1": "One", "seen": "von gestern"}).status_code == 409
        frozen = version_in("panel_review", staff=staff)
        assert client.post(url("english-unit", frozen.pk, "ankommen"), {"text-1": "One"}).status_code == 409


def test_keys_of_rows_go_on_behind_the_alphabet() -> None:
    assert next_key([]) == "a"
    assert next_key("abcdefghijklmnopqrstuvwxyz") == "aa"


def test_a_direction_that_is_none_is_an_error(staff: User) -> None:
    with pytest.raises(ValueError, match="no direction"):
        authoring.move_unit(actor=staff, version_id=version().pk, key="ankommen", direction="left")


def test_parts_belong_to_quizzes_and_scenarios(staff: User) -> None:
    made = version()
    with pytest.raises(Unit.DoesNotExist):
        authoring.save_part(actor=staff, version_id=made.pk, key="ankommen", part={"text": "x"})
    with pytest.raises(Unit.DoesNotExist):
        authoring.save_part(actor=staff, version_id=made.pk, key="pruefung", part={"key": "q9"})
