from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.instruments.actions import (
    WrongState,
    confirm_concordance,
    discard_draft,
    import_instrument,
    publish_version,
)
from apps.instruments.comparison import ADDED, KEPT, REMOVED, Pair, Piece, compare, counted, difference
from apps.instruments.models import Concordance, InstrumentVersion
from apps.instruments.queries import predecessor_of
from apps.instruments.xlsform import Reading
from tests.factories import UserFactory
from tests.instruments.conftest import workbook
from tests.instruments.forms import LEVELS, choice, level, read, row

YES_NO = [choice("yn", "yes"), choice("yn", "no")]


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def compared(before: Reading, after: Reading) -> dict[str, Pair]:
    return {pair.key: pair for pair in compare(before.form, after.form)}


def test_a_text_is_compared_word_by_word() -> None:
    assert difference("Gibt es eine Stelle?", "Gibt es die Stelle heute?") == (
        Piece(KEPT, "Gibt es "),
        Piece(REMOVED, "eine"),
        Piece(ADDED, "die"),
        Piece(KEPT, " "),
        Piece(REMOVED, "Stelle?"),
        Piece(ADDED, "Stelle heute?"),
    )


def test_what_did_not_change_is_the_same() -> None:
    (pair,) = compared(read(row("text", "a")), read(row("text", "a"))).values()
    assert (pair.proposal, pair.changes, pair.is_identical, pair.to_decide) == ("same", (), True, False)


def test_another_wording_is_comparable_and_another_source_is_the_same() -> None:
    before = read(level(), choices=LEVELS)
    wording = compared(before, read(level(**{"label::Deutsch (de)": "Anders?"}), choices=LEVELS))["item-d5_03"]
    assert (wording.proposal, [str(change.field) for change in wording.changes]) == ("comparable", ["Text"])
    source = compared(before, read(level(source="ECCAR P3"), choices=LEVELS))["item-d5_03"]
    assert (source.proposal, source.to_decide) == ("same", True)


def test_an_item_is_followed_by_the_one_that_names_it() -> None:
    pairs = compared(
        read(row("text", "a"), row("text", "b")), read(row("text", "c", predecessor="a"), row("text", "a"))
    )
    assert {key: pair.old.name if pair.old else None for key, pair in pairs.items()} == {
        "item-c": "a",
        "item-a": None,
        "dropped-b": "b",
    }
    assert [pair.proposal for pair in pairs.values()] == ["same", "new", "dropped"]
    assert counted(pairs.values()) == {"added": 1, "changed": 1, "dropped": 1, "unchanged": 0}


def test_another_kind_of_answer_is_a_new_item_unless_its_author_says_so() -> None:
    before = read(row("text", "a"))
    assert [pair.proposal for pair in compared(before, read(row("integer", "a"))).values()] == ["new", "dropped"]
    said = compared(before, read(row("integer", "a", predecessor="a", comparability="comparable")))
    assert [pair.proposal for pair in said.values()] == ["comparable"]


def test_what_the_version_before_said_already_was_about_an_earlier_step() -> None:
    before = read(row("text", "a", predecessor="x", comparability="comparable"), row("text", "b", comparability="new"))
    after = read(row("text", "a", predecessor="x", comparability="comparable"), row("text", "b", comparability="new"))
    assert all(pair.is_identical for pair in compared(before, after).values())
    reworded = read(row("text", "a", "Anders?", predecessor="x", comparability="same"), row("text", "b", "Auch?"))
    assert [pair.proposal for pair in compared(before, reworded).values()] == ["comparable", "comparable"]


def test_a_predecessor_in_another_questionnaire_ties_nothing() -> None:
    before = read(row("text", "a"), row("text", "b"))
    after = read(row("text", "a", predecessor="d1_01", comparability="comparable"), row("text", "b"))
    pairs = compared(before, after)
    assert [(pair.old.name if pair.old else "", pair.proposal) for pair in pairs.values()] == [
        ("a", "same"),
        ("b", "same"),
    ]


def test_other_choices_are_another_kind_of_answer() -> None:
    before = read(row("select_one yn", "a"), choices=YES_NO)
    after = read(row("select_one yn", "a"), choices=[*YES_NO, choice("yn", "partly")])
    assert compared(before, after)["item-a"].proposal == "new"
    renamed = read(row("select_one yn", "a"), choices=[choice("yn", "yes", "Ja!"), choice("yn", "no")])
    assert compared(before, renamed)["item-a"].proposal == "comparable"


def test_what_the_author_proposes_comes_first() -> None:
    before = read(row("text", "a", "Vorher?"))
    after = read(row("text", "a", "Nachher?", comparability="same"))
    assert compared(before, after)["item-a"].proposal == "same"
    new = read(row("text", "a", "Vorher?", comparability="new"))
    assert [pair.proposal for pair in compared(before, new).values()] == ["new", "dropped"]


def test_notes_and_calculations_need_no_decision() -> None:
    before = read(row("text", "a"), row("note", "n", "Alt"))
    after = read(row("text", "a"), row("note", "n", "Neu"))
    pair = compared(before, after)["item-n"]
    assert pair.changes and not pair.to_decide


def test_every_field_of_an_item_is_compared() -> None:
    """A field added to Item without a line in the comparison would change unseen."""
    form = read(row("text", "a")).form
    item = form.items["a"]
    different = {
        "name": "z", "kind": "note", "path": ("x",), "label": {"de": "Z"}, "hint": {"de": "Z"},
        "guidance": {"de": "Z"}, "first_step": {"de": "Z"}, "measure": {"de": "Z"}, "evidence": {"de": "Z"},
        "descriptors": {"0": {"de": "Z"}}, "required": "true()", "required_message": {"de": "Z"},
        "relevant": "true()", "readonly": "true()", "constraint": "true()", "constraint_message": {"de": "Z"},
        "calculation": "1", "choice_filter": "true()", "default": "z", "appearance": "multiline", "dimension": 3,
        "weight": 2, "target_level": 1, "competence": "schools", "profiles": ("basis",), "source": "z",
        "legal_basis": "z", "legal_basis_date": "2026-01-01", "legal_basis_review": "2026-01-01",
    }  # fmt: skip
    # row is where it stands, list_name what it is called: their choices are compared. default_is_expression
    # follows from default; predecessor and comparability are what the comparison is about.
    beside = {"row", "list_name", "default_is_expression", "predecessor", "comparability", "rows", "scale"}
    assert different.keys() | beside == set(item.__dataclass_fields__)
    for field, value in different.items():
        changed = replace(item, predecessor="a", **{field: value})  # type: ignore[arg-type]
        section = replace(form.sections[0], items=(changed,))
        (pair,) = compare(form, replace(form, sections=(section,)))
        assert pair.changes, field


def second(label: str = "Gibt es heute eine Beschwerdestelle?") -> InstrumentVersion:
    return import_instrument(actor=None, content=workbook("2", label=label), filename="probe.xlsx")


@pytest.mark.django_db
def test_a_successor_is_published_once_every_item_is_decided(published: InstrumentVersion) -> None:
    draft, person = second(), UserFactory(staff=True)
    assert predecessor_of(draft) == published
    with pytest.raises(WrongState, match="1 item has not yet been compared with version 1"):
        publish_version(actor=person, version=draft)
    assert not Concordance.objects.exists()
    assert confirm_concordance(actor=person, version=draft, decisions={"item-d5_03": "comparable"}) == 1
    publish_version(actor=person, version=draft)
    rows = {entry.item: entry for entry in Concordance.objects.filter(version=draft)}
    assert (rows["d5_03"].comparability, rows["d5_03"].confirmed_by) == ("comparable", person)
    assert (rows["staff"].comparability, rows["staff"].predecessor_item, rows["staff"].confirmed_by) == (
        "same",
        "staff",
        None,
    )
    with pytest.raises(WrongState):
        confirm_concordance(actor=person, version=draft, decisions={"item-d5_03": "same"})
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Concordance.objects.filter(version=draft).update(comparability="same")


@pytest.mark.django_db
def test_the_same_workbook_under_a_new_version_needs_no_decision(published: InstrumentVersion) -> None:
    draft = second("Gibt es eine Beschwerdestelle?")
    assert publish_version(actor=None, version=draft).is_published
    assert set(Concordance.objects.filter(version=draft).values_list("comparability", flat=True)) == {"same"}


@pytest.mark.django_db
def test_deciding_that_an_item_is_new_drops_its_predecessor_until_that_is_taken_back(
    published: InstrumentVersion,
) -> None:
    draft = second()
    confirm_concordance(actor=None, version=draft, decisions={"item-d5_03": "new"})
    assert {(row.predecessor_item, row.item, row.comparability) for row in draft.concordance.all()} == {
        ("", "d5_03", "new"),
        ("d5_03", "", "dropped"),
    }
    confirm_concordance(actor=None, version=draft, decisions={"item-d5_03": "same"})
    assert {(row.predecessor_item, row.item, row.comparability) for row in draft.concordance.all()} == {
        ("d5_03", "d5_03", "same")
    }


@pytest.mark.django_db
@pytest.mark.parametrize("decisions", [{"item-d5_03": "dropped"}, {"item-nobody": "same"}, {"item-d5_03": ""}])
def test_what_cannot_be_decided_is_refused(published: InstrumentVersion, decisions: dict[str, str]) -> None:
    with pytest.raises(WrongState):
        confirm_concordance(actor=None, version=second(), decisions=decisions)


@pytest.mark.django_db
def test_a_first_version_is_compared_with_nothing(draft: InstrumentVersion) -> None:
    with pytest.raises(WrongState):
        confirm_concordance(actor=None, version=draft, decisions={})


@pytest.mark.django_db
def test_a_draft_is_discarded_with_its_decisions(published: InstrumentVersion) -> None:
    draft = second()
    confirm_concordance(actor=None, version=draft, decisions={"item-d5_03": "same"})
    discard_draft(actor=None, version=draft)
    assert not Concordance.objects.exists()


@pytest.mark.django_db
def test_the_page_shows_the_words_and_takes_the_decisions(
    client: Client, staff: object, settings: object, published: InstrumentVersion
) -> None:
    settings.MFA_REQUIRED_ROLES = []  # type: ignore[attr-defined]
    client.force_login(staff)  # type: ignore[arg-type]
    client.cookies.load({"django_language": "en"})
    draft = second()
    url = reverse("instruments-compare", args=[draft.pk])
    assert url in client.get(reverse("instruments-version", args=[draft.pk])).content.decode()
    page = client.get(url).content.decode()
    assert "heute " in page and "<ins>" in page and "Proposed: Comparable" in page and "1 item still needs" in page
    refused = client.post(reverse("instruments-publish", args=[draft.pk]))
    assert refused.status_code == 303
    draft.refresh_from_db()
    assert draft.is_draft
    answer = client.post(url, {"checked": "item-d5_03", "decision-item-d5_03": "same"})
    assert (answer.status_code, answer["Location"]) == (303, url)
    assert "Every item is decided" in client.get(url).content.decode()
    client.post(url, {"checked": "item-d5_03", "decision-item-d5_03": "nonsense"})
    assert draft.concordance.get().comparability == "same"
    client.post(reverse("instruments-publish", args=[draft.pk]))
    assert "Tick each item" not in client.get(url).content.decode()


@pytest.mark.django_db
def test_the_page_of_a_first_version_says_so(
    client: Client, staff: object, settings: object, draft: InstrumentVersion
) -> None:
    settings.MFA_REQUIRED_ROLES = []  # type: ignore[attr-defined]
    client.force_login(staff)  # type: ignore[arg-type]
    client.cookies.load({"django_language": "en"})
    assert "first version" in client.get(reverse("instruments-compare", args=[draft.pk])).content.decode()


def test_a_text_that_becomes_a_file_is_a_new_question() -> None:
    pairs = compared(read(row("text", "a")), read(row("file", "a")))
    assert (pairs["item-a"].proposal, pairs["dropped-a"].proposal) == ("new", "dropped")
    assert compared(read(row("file", "a")), read(row("file", "a")))["item-a"].proposal == "same"
