from decimal import Decimal

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from apps.instruments.definition import Choice, Form, Item, Language, Scale, Section
from apps.instruments.logic import CompiledForm, compile_form
from apps.instruments.questions import field_name, parse_answer, parse_values, question, shown_value


def item(kind: str, **fields: object) -> Item:
    return Item(name="a", kind=kind, path=("s",), **fields)  # type: ignore[arg-type]


def compiled(asked: Item, *choices: Choice) -> CompiledForm:
    languages = (Language("de", "Deutsch (de)"), Language("en", "English (en)"))
    lists = {asked.list_name: choices} if asked.list_name else {}
    return compile_form(Form("f", "F", "1", languages, (Section("s", items=(asked,)),), lists))


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("integer", "12", "12"),
        ("integer", " 1.200 ", "1200"),
        ("integer", "1 200", "1200"),
        ("integer", "-7", "-7"),
        ("integer", "007", "7"),
        ("decimal", "3,5", "3.5"),
        ("decimal", "1.234,50", "1234.5"),
        ("decimal", "3.5", "3.5"),
        ("decimal", "0.125", "0.125"),
        ("decimal", "1.234.567", "1234567"),
        ("decimal", "40", "40"),
        ("decimal", "100", "100"),
        ("decimal", "-0,0", "0"),
        ("date", "2026-11-22", "2026-11-22"),
        ("date", "22.11.2026", "2026-11-22"),
        ("date", "1.2.2026", "2026-02-01"),
        ("text", "ein\r\nText", "ein\nText"),
        ("time", "14:30", "14:30"),
        ("time", "8.05 Uhr", "08:05"),
        ("time", "8 Uhr", "08:00"),
        ("time", "14:30:15.000+01:00", "14:30"),
        ("dateTime", "2026-11-22T14:30", "2026-11-22T14:30"),
        ("dateTime", "22.11.2026, 14.30 Uhr", "2026-11-22T14:30"),
        ("dateTime", "2026-11-22T19:05:12.345+01:00", "2026-11-22T19:05"),
        ("acknowledge", "OK", "OK"),
    ],
)
def test_what_people_type_is_understood(kind: str, typed: str, stored: str) -> None:
    answer = parse_values(item(kind), [typed])
    assert (answer.value, answer.error) == (stored, "")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("integer", "drei"),
        ("integer", "3,5"),
        ("integer", "0.125"),
        ("integer", "1" * 30),
        ("integer", "٣"),
        ("decimal", "1.234"),
        ("decimal", "1,2,3"),
        ("decimal", "nan"),
        ("decimal", "1e9"),
        ("date", "30.02.2026"),
        ("date", "22.11.26"),
        ("date", "gestern"),
        ("text", "x" * 5001),
        ("text", "a\x00b"),
        ("time", "25:00"),
        ("time", "14:60"),
        ("time", "halb drei"),
        ("dateTime", "22.11.2026"),
        ("dateTime", "30.02.2026 10:00"),
        ("acknowledge", "yes"),
    ],
)
def test_what_is_not_understood_is_given_back_with_a_sentence(kind: str, typed: str) -> None:
    with translation.override("en"):
        answer = parse_values(item(kind), [typed])
    assert answer.value == ""
    assert answer.error.endswith((".", "1,234."))
    assert answer.raw == typed.replace("\x00", "")


def test_nothing_posted_is_no_answer() -> None:
    assert parse_answer(item("integer"), QueryDict("answer-a=")).value == ""
    assert parse_answer(item("select_multiple", list_name="l"), QueryDict("")).value == ""


def test_choices_are_checked_and_kept_in_the_order_of_the_list() -> None:
    several = item("select_multiple", list_name="l")
    assert parse_answer(several, QueryDict("answer-a=y&answer-a=x&answer-a=y"), choices=["x", "y"]).value == "x y"
    assert parse_answer(several, QueryDict("answer-a=z"), choices=["x", "y"]).error
    assert parse_answer(several, QueryDict("answer-a=x+y"), choices=["x", "y"]).error
    assert parse_answer(item("select_one", list_name="l"), QueryDict("answer-a=x&answer-a=y")).error


def test_a_level_question_keeps_the_special_answers_apart() -> None:
    names = ("0", "1", "2", "3", "4", "unknown", "refused", "not_competent", "done_for_us")
    asked = item(
        "select_one", list_name="level", dimension=5, descriptors={"2": {"de": "Beschluss liegt vor"}},
        label={"de": "Gibt es …?", "en": "Is there …?"},
    )  # fmt: skip
    form = compiled(asked, *(Choice(name, {"de": f"Wort {name}"}) for name in names))
    shown = question(form, asked, form.evaluate({"a": "2"}), language="en")
    assert shown.widget == "level"
    assert shown.label == "Is there …?"
    assert [option.value for option in shown.options] == list(names[:5])
    assert [option.value for option in shown.special_options] == list(names[5:])
    (chosen,) = [option for option in shown.options if option.checked]
    assert (chosen.value, chosen.descriptor) == ("2", "Beschluss liegt vor")
    assert shown.field == field_name("a") == "answer-a"
    assert shown.anchor == "q-a-0"


def test_a_choice_that_the_filter_dropped_stays_visible_while_it_is_chosen() -> None:
    asked = item("select_one", list_name="l", choice_filter="name != 'y'")
    form = compiled(asked, Choice("x"), Choice("y"))
    assert [o.value for o in question(form, asked, form.evaluate({}), language="de").options] == ["x"]
    shown = question(form, asked, form.evaluate({"a": "y"}), language="de")
    assert [o.value for o in shown.options] == ["x", "y"]
    assert shown.errors


def test_an_unreadable_date_stays_in_the_field_as_it_was_typed() -> None:
    asked = item("date")
    form = compiled(asked)
    shown = question(form, asked, form.evaluate({}), language="de", raw="gestern", errors=["Bitte …"])
    assert (shown.input_type, shown.shown, shown.described_by) == ("text", "gestern", "q-a-error")
    assert question(form, asked, form.evaluate({"a": "2026-11-22"}), language="de").input_type == "date"


def test_values_are_shown_as_people_read_them() -> None:
    assert shown_value(item("decimal"), "3.5") == "3,5"
    assert shown_value(item("decimal"), "3.5", language="en") == "3.5"
    assert shown_value(item("date"), "2026-11-22") == "22.11.2026"
    labels = [Choice("x", {"de": "Eins"}), Choice("y", {"de": "Zwei"})]
    assert shown_value(item("select_multiple", list_name="l"), "x y", labels) == "Eins, Zwei"


@pytest.mark.parametrize(
    ("kind", "value", "german"),
    [
        ("time", "14:30", "14:30"),
        ("dateTime", "2026-11-22T14:30", "22.11.2026 14:30"),
        ("range", "3.5", "3,5"),
        ("acknowledge", "OK", "zur Kenntnis genommen"),
    ],
)
def test_values_of_further_kinds_are_shown_as_people_read_them(kind: str, value: str, german: str) -> None:
    with translation.override("de"):
        assert shown_value(item(kind), value) == german


@pytest.mark.parametrize(
    ("kind", "value", "input_type"),
    [("time", "14:30", "time"), ("dateTime", "2026-11-22T14:30", "datetime-local"), ("time", "25:00", "text")],
)
def test_times_have_fields_of_their_own(kind: str, value: str, input_type: str) -> None:
    asked = item(kind)
    form = compiled(asked)
    assert question(form, asked, form.evaluate({"a": value}), language="de").input_type == input_type


def test_a_short_scale_is_chosen_and_a_long_one_is_typed() -> None:
    short = item("range", scale=Scale(Decimal(1), Decimal(3), Decimal("0.5")))
    form = compiled(short)
    shown = question(form, short, form.evaluate({"a": "1.5"}), language="de")
    assert (shown.widget, shown.in_line, shown.bounds) == ("radio", True, "")
    assert [option.value for option in shown.options if option.checked] == ["1.5"]
    with translation.override("en"):
        long = item("range", scale=Scale(Decimal(0), Decimal(100), Decimal("2.5")))
        form = compiled(long)
        shown = question(form, long, form.evaluate({}), language="en")
        assert (shown.widget, shown.bounds) == ("number", "From 0 to 100, in steps of 2.5.")
        assert parse_values(long, ["12,5"]).value == "12.5"
        assert "from 0 to 100" in parse_values(long, ["13"]).error
        assert "from 0 to 100" in parse_values(long, ["102,5"]).error


def test_an_acknowledgement_is_one_box_to_tick() -> None:
    asked = item("acknowledge", label={"de": "Gelesen?"})
    form = compiled(asked)
    shown = question(form, asked, form.evaluate({"a": "OK"}), language="de")
    assert (shown.widget, [(option.value, option.checked) for option in shown.options]) == ("checkbox", [("OK", True)])


@pytest.mark.parametrize(
    ("kind", "value"),
    [("time", "14.30"), ("dateTime", "2026-11-22"), ("range", "4"), ("range", "1.2"), ("range", "NaN"),
     ("acknowledge", "ja")],
)  # fmt: skip
def test_a_stored_value_of_another_form_is_a_violation(kind: str, value: str) -> None:
    scale = Scale(Decimal(1), Decimal(3), Decimal("0.5")) if kind == "range" else None
    asked = item(kind, scale=scale)
    form = compiled(asked)
    assert form.evaluate({"a": value})["a"].violations


# --- Files ----------------------------------------------------------------------------------------------------------

KEY = "0197a1b2-0000-7000-8000-000000000001"


@pytest.mark.parametrize("kind", ["file", "image"])
def test_a_file_is_never_read_from_a_form_field(kind: str) -> None:
    assert parse_values(item(kind), [KEY]).value == ""
    assert parse_values(item(kind), [KEY]).error
    assert parse_values(item(kind), []).error == ""


def test_the_key_of_a_file_is_never_shown() -> None:
    with translation.override("en"):
        assert shown_value(item("file"), KEY, file_name="Haushalt.pdf") == "Haushalt.pdf"
        assert shown_value(item("file"), KEY) == "a file"
        assert shown_value(item("file"), "", file_name="Haushalt.pdf") == ""


def test_a_required_file_is_missing_until_there_is_one() -> None:
    form = compiled(item("file", required="true()"))
    assert form.evaluate({}).missing == ("a",)
    assert form.evaluate({"a": KEY}).complete


def test_the_logic_sees_whether_there_is_a_file() -> None:
    file, why = item("image"), Item(name="why", kind="text", path=("s",), relevant="${a} = ''")
    form = compile_form(Form("f", "F", "1", (Language("de", "Deutsch (de)"),), (Section("s", items=(file, why)),), {}))
    assert form.evaluate({})["why"].relevant
    assert not form.evaluate({"a": KEY})["why"].relevant


@pytest.mark.parametrize(
    ("upload", "preview", "said", "unsaid"),
    [
        (None, True, "A file is attached here.", "href"),
        ({"name": "", "choose_url": "/choose/"}, True, "No file has been attached.", "/choose/"),
        ({"name": "", "choose_url": "/choose/"}, False, "Choose a file", "Replace"),
        ({"name": "Plan.pdf", "url": "/get/", "choose_url": "/choose/"}, False, "Replace or remove", "Choose a file"),
        ({"name": "Plan.pdf", "url": "/get/", "choose_url": "/choose/"}, True, "/get/", "/choose/"),
    ],
    ids=["without a place for it", "none, to be read", "none yet", "there is one", "one, to be read"],
)
def test_a_question_for_a_file_says_what_is_attached_and_where_to_change_it(
    upload: dict[str, str] | None, preview: bool, said: str, unsaid: str
) -> None:
    asked = item("file", label={"de": "Organigramm"})
    form = compiled(asked)
    shown = question(form, asked, form.evaluate({}), language="de")
    with translation.override("en"):
        page = render_to_string("instruments/item.html", {"question": shown, "upload": upload, "preview": preview})
    assert said in page
    assert unsaid not in page
    assert "<input" not in page


def test_a_file_that_nobody_may_change_is_only_shown() -> None:
    asked = item("file", label={"de": "Vorgabe"}, readonly="true()")
    form = compiled(asked)
    shown = question(form, asked, form.evaluate({}), language="de")
    with translation.override("en"):
        context = {"question": shown, "upload": {"name": "", "choose_url": "/choose/"}}
        page = render_to_string("instruments/item.html", context)
    assert "No file has been attached." in page
    assert "/choose/" not in page


@pytest.mark.parametrize("template", ["instruments/_paper_item.html", "instruments/pdf/_item.html"])
@pytest.mark.parametrize(("kind", "words"), [("file", "attach a file"), ("image", "attach an image")])
def test_on_paper_a_file_is_to_be_attached(template: str, kind: str, words: str) -> None:
    asked = item(kind, label={"de": "Organigramm"})
    form = compiled(asked)
    shown = question(form, asked, form.evaluate({}), language="de", show_violations=False)
    with translation.override("en"):
        assert words in render_to_string(template, {"question": shown})
