import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation

from apps.instruments.definition import Choice, Form, Group, Item, Language, Section
from apps.instruments.logic import CONSTRAINT, NOT_A_CHOICE, WRONG_TYPE, LogicError, compile_form

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def item(name: str, kind: str = "text", path: tuple[str, ...] = ("s",), **fields: object) -> Item:
    return Item(name=name, kind=kind, path=path, **fields)  # type: ignore[arg-type]


def form(*items: Item, groups: tuple[Group, ...] = (), relevant: str = "", **lists: tuple[Choice, ...]) -> Form:
    section = Section("s", items=items, groups=groups, relevant=relevant)
    languages = (Language("de", "Deutsch (de)"), Language("en", "English (en)"))
    return Form("probe", "Probe", "1", languages, (section,), lists)


def problems(*items: Item, **fields: object) -> list[tuple[int, str]]:
    with pytest.raises(LogicError) as error:
        compile_form(form(*items, **fields))  # type: ignore[arg-type]
    return [(problem.row, problem.message) for problem in error.value.problems]


def test_an_irrelevant_item_counts_as_unanswered_for_the_others() -> None:
    compiled = compile_form(form(item("a"), item("b", relevant="${a} = 'ja'"), item("c", relevant="${b} = 'x'")))
    state = compiled.evaluate({"a": "nein", "b": "x"})
    assert not state["b"].relevant and not state["c"].relevant
    assert state["b"].value == ""
    assert compiled.evaluate({"a": "ja", "b": "x"})["c"].relevant


def test_a_group_hides_everything_inside_it() -> None:
    inner = Group("g", ("g",), relevant="${a} = 'ja'")
    compiled = compile_form(form(item("a"), item("b", path=("s", "g"), required="true()"), groups=(inner,)))
    assert compiled.evaluate({"a": "nein"}).groups == {"s": True, "g": False}
    assert not compiled.evaluate({"a": "nein"})["b"].missing
    assert compiled.evaluate({"a": "ja"})["b"].missing


def test_calculations_follow_each_other_in_whatever_order_they_are_written() -> None:
    compiled = compile_form(
        form(
            item("c", "calculate", calculation="${b} * 2"),
            item("b", "calculate", calculation="${a} + 1"),
            item("a", "integer"),
        )
    )
    assert compiled.evaluate({"a": "3"})["c"].value == "8"
    assert compiled.evaluate({})["c"].value == ""


def test_a_calculated_value_cannot_be_overwritten_by_an_answer() -> None:
    compiled = compile_form(form(item("a", "calculate", calculation="1 + 1")))
    assert compiled.evaluate({"a": "99"})["a"].value == "2"


def test_a_constraint_speaks_in_the_authors_words_and_only_about_answers() -> None:
    compiled = compile_form(form(item("a", "integer", constraint=". > 0", constraint_message={"de": "Mehr als 0"})))
    assert compiled.evaluate({"a": ""})["a"].violations == ()
    assert compiled.evaluate({"a": "1"})["a"].violations == ()
    (violation,) = compiled.evaluate({"a": "-1"})["a"].violations
    assert violation.kind == CONSTRAINT
    assert violation.message == {"de": "Mehr als 0"}


def test_a_constraint_may_read_a_later_question() -> None:
    compiled = compile_form(form(item("a", "integer", constraint=". <= ${b}"), item("b", "integer")))
    assert compiled.evaluate({"a": "5", "b": "4"}).invalid == ("a",)
    assert compiled.evaluate({"a": "4", "b": "5"}).complete


def test_a_choice_filter_leaves_only_what_fits() -> None:
    cities = (Choice("hd", {}, {"land": "bw"}), Choice("m", {}, {"land": "by"}))
    compiled = compile_form(
        form(item("land"), item("city", "select_one", list_name="city", choice_filter="land = ${land}"), city=cities)
    )
    assert compiled.evaluate({"land": "bw"})["city"].choices == ("hd",)
    (violation,) = compiled.evaluate({"land": "bw", "city": "m"})["city"].violations
    assert violation.kind == NOT_A_CHOICE


def test_an_answer_of_another_kind_is_a_violation() -> None:
    compiled = compile_form(form(item("a", "integer"), item("b", "date")))
    state = compiled.evaluate({"a": "drei", "b": "2026-02-30"})
    assert [state[name].violations[0].kind for name in "ab"] == [WRONG_TYPE, WRONG_TYPE]


def test_required_may_depend_on_an_answer() -> None:
    compiled = compile_form(form(item("a"), item("b", required="${a} = 'ja'")))
    assert compiled.evaluate({"a": "ja"}).missing == ("b",)
    assert compiled.evaluate({"a": "nein"}).missing == ()


def test_several_choices_are_read_as_one_text() -> None:
    lists = {"l": (Choice("x"), Choice("y"))}
    compiled = compile_form(
        form(
            item("a", "select_multiple", list_name="l"),
            item("b", relevant="selected(${a}, 'y') and count-selected(${a}) = 2"),
            **lists,
        )
    )
    assert compiled.evaluate({"a": ["x", "y"]})["b"].relevant
    assert not compiled.evaluate({"a": "y"})["b"].relevant


def test_a_change_evaluates_what_depends_on_it_and_nothing_else() -> None:
    compiled = compile_form(
        form(
            item("a", "integer"),
            item("b", "calculate", calculation="${a} + ${x}"),
            item("c", constraint="${b} > 3"),
            item("x", "integer"),
            item("y"),
        )
    )
    answers = {"a": "2", "x": "2", "c": "hier"}
    state = compiled.evaluate_change(answers, "a")
    assert set(state.items) == {"a", "b", "c"}
    assert state["b"].value == "4"
    whole = compiled.evaluate(answers)
    assert all(whole[name] == state[name] for name in state.items)
    assert set(compiled.evaluate_change(answers, "y").items) == {"y"}
    with pytest.raises(KeyError):
        compiled.evaluate_change(answers, "nobody")


def test_a_change_that_hides_a_group_reaches_its_items() -> None:
    inner = Group("g", ("g",), relevant="${a} = 'ja'")
    compiled = compile_form(form(item("a"), item("b", path=("s", "g")), item("c"), groups=(inner,)))
    state = compiled.evaluate_change({"a": "ja"}, "a")
    assert set(state.items) == {"a", "b"}
    assert state.groups == {"g": True}


def test_texts_carry_answers() -> None:
    compiled = compile_form(form(item("a"), item("b", label={"de": "Zu ${a}:"})))
    state = compiled.evaluate({"a": "Bürgeramt"})
    assert compiled.text(compiled.form.items["b"].label, state, "en") == "Zu Bürgeramt:"
    assert "b" in compiled.depends_on("a")


def test_choice_names_are_given_in_the_language_of_the_reader() -> None:
    lists = {"l": (Choice("x", {"de": "Eins", "en": "One"}),)}
    compiled = compile_form(
        form(
            item("a", "select_one", list_name="l"),
            item("b", "calculate", calculation="jr:choice-name(${a}, '${a}')"),
            **lists,
        )
    )
    assert compiled.evaluate({"a": "x"}, language="en")["b"].value == "One"
    assert compiled.evaluate({"a": "x"})["b"].value == "Eins"


def test_defaults_are_given_once_when_the_form_is_opened() -> None:
    compiled = compile_form(
        form(
            item("a", "integer", default="3"),
            item("b", "date", default="today()", default_is_expression=True),
            item("c", default="concat('n=', ${a})", default_is_expression=True),
            item("d"),
        )
    )
    assert compiled.initial_answers(now=NOW) == {"a": "3", "b": "2026-11-22", "c": "n=3"}


def test_every_fault_is_named_with_its_row() -> None:
    assert problems(
        item("a", row=2, relevant="${nobody} = 1"),
        item("b", row=3, constraint="1 +"),
        item("c", row=4, label={"de": "Zu ${nobody}"}),
        item("d", row=5, calculation="jr:choice-name('x', '${nobody}')"),
        item("e", row=6, relevant="${s} = 1"),
    ) == [
        (2, "there is no question “nobody”"),
        (3, "the expression cannot be read: unexpected end of source"),
        (4, "there is no question “nobody”"),
        (5, "there is no question “nobody”"),
        (6, "there is no question “s”"),
    ]


@pytest.mark.parametrize(
    "items",
    [
        [item("a", row=2, relevant="${a} = 1")],
        [item("a", row=2, relevant="${b} = 1"), item("b", row=3, relevant="${a} = 1")],
        [item("a", row=2, calculation="${b}"), item("b", row=3, calculation="${a}"), item("c", relevant="${a} = 1")],
    ],
)
def test_a_cycle_is_reported_on_its_members_only(items: list[Item]) -> None:
    found = problems(*items)
    assert [row for row, _message in found] == [item.row for item in items if item.row]
    assert all("depends on itself" in message for _row, message in found)


def test_a_group_cannot_depend_on_what_is_inside_it() -> None:
    inner = Group("g", ("g",), relevant="${b} = 1", row=3)
    found = problems(item("b", path=("s", "g"), row=4), groups=(inner,))
    assert [row for row, _message in found] == [3, 4]


def test_a_constraint_on_itself_and_on_each_other_is_no_cycle() -> None:
    compiled = compile_form(form(item("a", constraint=". != ${b}"), item("b", constraint=". != ${a}")))
    assert compiled.evaluate({"a": "x", "b": "x"}).invalid == ("a", "b")


def test_a_long_chain_compiles_and_evaluates_in_bounded_time() -> None:
    chain = [item("n0", "integer")]
    chain += [item(f"n{i}", "calculate", calculation=f"${{n{i - 1}}} + 1") for i in range(1, 2000)]
    began = time.monotonic()
    compiled = compile_form(form(*reversed(chain)))
    assert compiled.evaluate({"n0": "0"})["n1999"].value == "1999"
    assert time.monotonic() - began < 5


def test_a_calculation_that_doubles_itself_over_and_over_stays_small() -> None:
    items = [item("n0")]
    items += [item(f"n{i}", "calculate", calculation=f"concat(${{n{i - 1}}}, ${{n{i - 1}}})") for i in range(1, 60)]
    state = compile_form(form(*items)).evaluate({"n0": "x" * 100})
    assert max(len(each.value) for each in state.items.values()) <= 20_000
