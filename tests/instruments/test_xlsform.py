from datetime import date

import pytest
from django.utils import translation
from pyxform.xls2xform import convert

from apps.instruments.workbook import InvalidWorkbook
from apps.instruments.xlsform import read_workbook
from tests.instruments.forms import LEVELS, as_md, as_xlsx, choice, group, level, read, refusal, row, sheets

DESCRIPTORS = {f"level_{number}::Deutsch (de)": f"Stufe {number}" for number in range(5)}
YES_NO = [choice("yn", "yes"), choice("yn", "no")]


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def test_a_section_is_a_top_level_group_and_deeper_groups_are_paths() -> None:
    form = read(
        *group("d5", row("text", "a"), *group("inner", *group("deep", row("text", "b"))), row("text", "c"))
    ).form
    (section,) = form.sections
    assert (section.name, section.dimension) == ("d5", 5)
    assert {item.name: item.path for item in section.items} == {
        "a": ("d5",),
        "b": ("d5", "inner", "deep"),
        "c": ("d5",),
    }
    assert [group.path for group in section.groups] == [("inner",), ("inner", "deep")]


def test_questions_outside_any_group_form_sections_of_their_own() -> None:
    form = read(
        row("text", "a"), *group("s", row("text", "b")), row("text", "c"), row("calculate", "d", calculation="1")
    ).form
    assert [(section.name, [item.name for item in section.items]) for section in form.sections] == [
        ("ungrouped", ["a"]),
        ("s", ["b"]),
        ("ungrouped_2", ["c", "d"]),
    ]


def test_texts_keep_every_language_and_the_authors_quotation_marks() -> None:
    form = read(
        {
            "type": "text", "name": "a", "label::Deutsch (de)": "Was heißt „Zugang“?",
            "label::English (en)": "What is “access”?", "hint::English (en)": "Hint",
            "guidance_hint::Deutsch (de)": "Zum Beispiel …", "evidence::Deutsch (de)": "Satzung",
        }
    ).form  # fmt: skip
    item = form.items["a"]
    assert item.label == {"de": "Was heißt „Zugang“?", "en": "What is “access”?"}
    assert item.hint == {"en": "Hint"}
    assert (item.guidance, item.evidence) == ({"de": "Zum Beispiel …"}, {"de": "Satzung"})
    assert [language.code for language in form.languages] == ["de", "en"]


def test_smart_quotation_marks_in_expressions_are_straightened_as_pyxform_does() -> None:
    form = read(row("text", "a"), row("text", "b", relevant="${a} = ‘ja’")).form
    assert form.items["b"].relevant == "${a} = 'ja'"


def test_a_level_item_carries_everything_the_instrument_needs() -> None:
    form = read(
        *group(
            "d5",
            level(
                weight=2, target_level=4, competence="schools", profile="standard basis", source="ECCAR P3",
                legal_basis="§ 13 AGG", legal_basis_date=date(2025, 1, 1), legal_basis_review="2027-01-01",
                comparability="new", **DESCRIPTORS,
            ),
        ),
        choices=LEVELS,
    ).form  # fmt: skip
    (item,) = form.level_items
    assert (item.number, item.dimension, item.weight, item.target_level) == ("5.3", 5, 2, 4)
    assert (item.competence, item.profiles) == ("schools", ("basis", "standard"))
    assert (item.legal_basis_date, item.legal_basis_review) == (date(2025, 1, 1), date(2027, 1, 1))
    assert item.descriptors["3"] == {"de": "Stufe 3"}
    assert item.row == 3


def test_weight_and_target_have_defaults() -> None:
    (item,) = read(level(), choices=LEVELS).form.level_items
    assert (item.weight, item.target_level) == (1, 3)


def test_aliases_of_pyxform_are_understood() -> None:
    form = read(
        row("string", "a"),
        row("select one from yn", "b", relevance="${a} != ''", required="yes"),
        row("select all that apply from yn", "c", read_only="true"),
        row("int", "d", required="false", constraint=". > 0", constraint_message="Mehr"),
        choices=YES_NO,
    ).form
    kinds = {item.name: item.kind for item in form.items.values()}
    assert kinds == {"a": "text", "b": "select_one", "c": "select_multiple", "d": "integer"}
    assert form.items["b"].relevant and form.items["b"].required == "true()"
    assert form.items["c"].readonly == "true()"
    assert form.items["d"].required == ""
    assert form.items["d"].constraint_message == {"de": "Mehr"}


def test_defaults_are_values_or_expressions() -> None:
    form = read(row("date", "a", default="2026-01-31"), row("date", "b", default="today()")).form
    assert (form.items["a"].default, form.items["a"].default_is_expression) == ("2026-01-31", False)
    assert form.items["b"].default_is_expression


def test_columns_of_the_choices_sheet_serve_choice_filters() -> None:
    reading = read(
        row("text", "land"),
        row("select_one city", "city", choice_filter="land = ${land}"),
        choices=[choice("city", "hd", land="bw"), choice("city", "m", land="by")],
    )
    assert reading.form.choice_lists["city"][0].columns == {"land": "bw"}
    assert reading.compiled.evaluate({"land": "by"})["city"].choices == ("m",)


def test_disabled_rows_comments_and_empty_rows_are_passed_over() -> None:
    form = read(
        row("text", "a"), {}, row("text", "b", disabled="yes"), {"hint::Deutsch (de)": "Notiz"}, row("text", "c")
    ).form
    assert {item.name: item.row for item in form.items.values()} == {"a": 2, "c": 6}


def test_what_is_not_read_is_named() -> None:
    book = sheets([row("text", "a", Bemerkung="x", appearance="w4")], settings={"style": "pages"})
    book["Notizen"] = [{"egal": "x"}]
    warnings = "\n".join(read_workbook(as_xlsx(book), "a.xlsx").warnings)
    assert "Bemerkung" in warnings and "“w4”" in warnings and "style" in warnings and "Notizen" in warnings


def test_pyxform_is_the_judge() -> None:
    """What it rejects is refused with its message and row."""
    assert refusal(row("text", "a b")) == [("survey", 2, refusal(row("text", "a b"))[0][2])]
    ((sheet, number, message),) = refusal(row("text", "a", relevant="${nobody} = 1"))
    assert (sheet, number) == ("survey", 2)
    assert "nobody" in message and "[row" not in message


@pytest.mark.parametrize(
    ("type_", "columns"),
    [
        ("geopoint", {}),
        ("geotrace", {}),
        ("barcode", {}),
        ("audio", {}),
        ("video", {}),
        ("image", {"appearance": "draw"}),
        ("file", {"default": "plan.pdf"}),
        ("rank yn", {}),
        ("select_one_from_file list.csv", {}),
        ("start", {}),
        ("username", {}),
        ("deviceid", {}),
        ("csv-external", {}),
        ("select_one yn", {"parameters": "randomize=true"}),
        ("select_one yn", {"appearance": "image-map"}),
        ("range", {"parameters": "start=1 end=9 step=2 tick_interval=4"}),
        ("hidden", {"default": "now()"}),
        ("time", {"default": "halb drei"}),
        ("text", {"image": "bild.png"}),
        ("text", {"trigger": "${first}"}),
        ("calculate", {"calculation": "pulldata('f', 'a', 'b', ${first})"}),
        ("calculate", {"calculation": "once(uuid())"}),
        ("text", {"relevant": "../first = 'x'"}),
        ("text", {"bind::foo": "x"}),
        ("integer", {"default": "drei"}),
        ("select_one yn", {"default": "vielleicht"}),
    ],
)  # fmt: skip
def test_what_pyxform_takes_and_this_platform_does_not_is_refused_with_its_row(
    type_: str, columns: dict[str, str]
) -> None:
    rows = [row("text", "first"), row(type_, "a", **columns)]
    assert convert(as_md(sheets(rows, YES_NO)), file_type=".md").xform
    found = refusal(*rows, choices=YES_NO)
    assert [(sheet, number) for sheet, number, _message in found] == [("survey", 3)], found


def test_repeats_are_refused() -> None:
    rows = [{"type": "begin_repeat", "name": "r", "label": "R"}, row("text", "a"), {"type": "end_repeat"}]
    assert refusal(*rows)[0][:2] == ("survey", 2)


def test_a_scale_goes_in_steps_from_start_to_end() -> None:
    scale = read(row("range", "a", parameters="start=1 end=5 step=0.5")).form.items["a"].scale
    assert scale is not None
    assert scale.values() == ("1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5")
    down = read(row("range", "a", parameters="start=3 end=-3 step=2")).form.items["a"].scale
    assert down is not None and down.values() == ("3", "1", "-1", "-3")
    usual = read(row("range", "a")).form.items["a"].scale
    assert usual is not None and (usual.low, usual.high, usual.step) == (0, 10, 1)


def test_a_scale_has_a_reasonable_number_of_steps() -> None:
    assert "100,000" in refusal(row("range", "a", parameters="start=0 end=1000000 step=1"))[0][2]


def test_or_other_adds_a_choice_and_a_question_for_it() -> None:
    reading = read(
        row("select_multiple area or_other", "areas", **{"label::English (en)": "Which areas?"}),
        choices=[choice("area", "a", **{"label::English (en)": "A"})],
    )
    other = reading.form.choice_lists["area"][-1]
    assert (other.name, other.label) == ("other", {"de": "Sonstiges", "en": "Other"})
    assert list(reading.form.items) == ["areas", "areas_other"]
    evaluate = reading.compiled.evaluate
    assert evaluate({"areas": "a other"})["areas_other"].relevant
    assert not evaluate({"areas": "a"})["areas_other"].relevant


def test_or_other_keeps_a_choice_of_that_name() -> None:
    form = read(row("select_one area or_other", "x"), choices=[choice("area", "other", "Anderes Amt")]).form
    assert [entry.label for entry in form.choice_lists["area"]] == [{"de": "Anderes Amt"}]


def test_a_name_taken_by_or_other_is_used_once() -> None:
    found = refusal(row("select_one yn or_other", "a"), row("text", "a_other"), choices=YES_NO)
    assert found and found[-1][0] == "survey"


def test_a_table_list_makes_lines_of_its_selects() -> None:
    form = read(
        *group("t", row("select_one yn", "a"), row("select_one yn", "b"), row("text", "c"), appearance="table-list"),
        choices=YES_NO,
    ).form
    assert {name: item.appearance for name, item in form.items.items()} == {"a": "list", "b": "list", "c": ""}


def test_the_heading_of_a_table_takes_no_answer() -> None:
    form = read(
        row("select_one yn", "head", appearance="label", required="yes"),
        row("select_one yn", "line", appearance="list-nolabel"),
        choices=YES_NO,
    ).form
    assert not form.items["head"].takes_answer and form.items["line"].takes_answer


def test_a_hidden_value_stands_for_itself_in_expressions() -> None:
    reading = read(row("hidden", "flag", default="ja"), row("text", "a", relevant="${flag} = 'ja'"))
    assert reading.compiled.evaluate({"flag": "nein"})["a"].relevant


def test_one_step_and_a_measure_belong_to_level_questions() -> None:
    columns = {"first_step::Deutsch (de)": "Heute fragen", "measure::English (en)": "Template"}
    (item,) = read(level(**columns), choices=LEVELS).form.level_items
    assert (item.first_step, item.measure) == ({"de": "Heute fragen"}, {"en": "Template"})
    assert refusal(row("text", "a", **columns))[0][1] == 2


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"dimension": "11"}, "dimension"),
        ({"dimension": ""}, "dimension"),
        ({"dimension": "4"}, "does not agree"),
        ({"weight": "0"}, "weight"),
        ({"weight": "1.5"}, "weight"),
        ({"target_level": "5"}, "target_level"),
        ({"competence": "police_municipal"}, "competence"),
        ({"profile": "standard gross"}, "profile"),
        ({"comparability": "similar"}, "comparability"),
        ({"legal_basis": "§ 13 AGG"}, "legal_basis_date"),
        ({"legal_basis": "§ 13 AGG", "legal_basis_date": "1.1.2025"}, "legal_basis_date"),
        ({"legal_basis_date": "2025-01-01"}, "no legal basis"),
        ({"level_0::Deutsch (de)": "nur eine"}, "all five"),
    ],
)
def test_faulty_extra_columns_are_refused(columns: dict[str, object], reason: str) -> None:
    ((sheet, number, message),) = refusal(level(**columns), choices=LEVELS)
    assert (sheet, number) == ("survey", 2)
    assert reason in message


def test_extra_columns_of_levels_belong_to_level_questions() -> None:
    assert [number for _sheet, number, _message in refusal(row("text", "a", weight=2))] == [2]


def test_the_level_list_has_exactly_its_nine_choices() -> None:
    assert "exactly" in refusal(level(), choices=LEVELS[:-1])[0][2]
    assert "exactly" in refusal(level(), choices=[*LEVELS, choice("level", "5")])[0][2]


def test_names_are_used_once_even_across_groups() -> None:
    found = refusal(*group("s", row("text", "a")), *group("t", row("text", "a")))
    assert found == [("survey", 6, "the name “a” is already used in row 3")]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"form_id": "mit leer"}, "form_id"),
        ({"version": ""}, "version"),
        ({"form_title": "x" * 201}, "form_title"),
        ({"public_key": "abc"}, "public_key"),
    ],
)
def test_faulty_settings_are_refused(settings: dict[str, str], reason: str) -> None:
    assert reason in refusal(row("text", "a"), settings=settings)[0][2]


def test_cycles_are_refused_with_their_rows() -> None:
    found = refusal(row("calculate", "a", calculation="${b}"), row("calculate", "b", calculation="${a}"))
    assert [(sheet, number) for sheet, number, _message in found] == [("survey", 2), ("survey", 3)]


def test_all_problems_are_listed_at_once() -> None:
    found = refusal(row("geopoint", "a"), level(weight="0"), row("text", "c", relevant="foo()"), choices=LEVELS)
    assert [number for _sheet, number, _message in found] == [2, 3, 4]


def test_an_empty_questionnaire_is_refused() -> None:
    assert refusal(*group("s"))


def test_the_reason_names_sheet_and_row() -> None:
    with pytest.raises(InvalidWorkbook) as refused:
        read(row("text", "a"), level(weight="0"), choices=LEVELS)
    assert str(refused.value).startswith("sheet “survey”, row 3: weight:")


def test_file_image_and_photo_are_questions_for_a_file() -> None:
    form = read(row("file", "a"), row("image", "b"), row("photo", "c")).form
    assert [item.kind for item in form.items.values()] == ["file", "image", "image"]
    assert all(item.takes_answer and item.is_upload for item in form.items.values())


def test_how_a_phone_takes_a_picture_is_passed_over_with_a_word() -> None:
    warnings = read(row("image", "a", parameters="max-pixels=1024 app=org.example.camera", appearance="")).warnings
    assert warnings == (
        "Row 2: the parameter “max-pixels” is not followed.",
        "Row 2: the parameter “app” is not followed.",
    )
    assert read(row("image", "a")).warnings == ()
    assert read(row("image", "a", appearance="selfie")).warnings == ("Row 2: the appearance “selfie” is not followed.",)


@pytest.mark.parametrize(
    ("kind", "columns", "reason"),
    [
        ("image", {"appearance": "signature"}, "the appearance “signature” is not supported"),
        ("image", {"appearance": "annotate"}, "the appearance “annotate” is not supported"),
        ("file", {"parameters": "max-pixels=1024"}, "the parameter “max-pixels” is not supported"),
        ("file", {"body::accept": "application/pdf"}, "the column “accept” is not supported"),
        ("file", {"default": "plan.pdf"}, "default: a question for a file cannot have one"),
        ("image", {"default": "bild.png"}, "default: a question for a file cannot have one"),
        ("file", {"calculation": "'plan.pdf'"}, "calculation: a file cannot be calculated"),
    ],
)
def test_what_a_question_for_a_file_cannot_have_is_refused_with_its_row(
    kind: str, columns: dict[str, object], reason: str
) -> None:
    assert refusal(row(kind, "a", **columns)) == [("survey", 2, reason)]


def test_a_file_cannot_stand_in_a_text() -> None:
    problems = refusal(row("file", "a"), row("text", "b", "Was zeigt ${a}?"))
    assert problems == [("survey", 3, "label: “a” is a file, which cannot stand in a text")]
