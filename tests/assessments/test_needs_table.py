"""The programme needs table: what is counted, who sees it, what leaves the house, what is decided on record."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.assessments.actions.assessments import return_to_progress, sign_off, submit_for_review
from apps.assessments.actions.priorities import NotDecided, decide_priority
from apps.assessments.actions.quartiles import publish_quartiles, publish_quartiles_in, publish_quartiles_later
from apps.assessments.class_quartiles import quartile_rows
from apps.assessments.models import Assessment, DimensionResult, Wave
from apps.assessments.models.priority import ClassQuartiles, WritingPriority
from apps.assessments.needs_table import queries, table
from apps.assessments.needs_table.filters import Filters
from apps.assessments.quartiles import quartiles, to_publish
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.instruments.definition import Item
from apps.instruments.scoring import ScoredItem, Special
from apps.municipalities.models import Municipality
from tests.assessments import factories
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def team(staff: Any) -> Client:
    client = Client()
    client.force_login(staff, backend=BACKEND)
    return client


def item(name: str, *, weight: int = 1, target: int = 3) -> Item:
    return Item(
        name=name, kind="select_one", path=("d1",), list_name="level", label={"de": f"Frage {name}"}, weight=weight,
        target_level=target, dimension=1,
    )  # fmt: skip


def column(name: str, **answers: Any) -> table.Column:
    """A municipality that gave these answers: a level, a Special, or False for a competence it does not hold."""
    given = {
        key: ScoredItem(key, 1, 0 if answer is False else answer, competence_held=answer is not False)
        for key, answer in answers.items()
    }
    return table.Column(uuid4(), name, name.lower(), uuid4(), False, given)


def build(items: list[Item], columns: list[table.Column], **choices: Any) -> table.Table:
    return table.build(items, columns, language="de", fallback="de", **choices)


def answers(**given: str) -> dict[str, Any]:
    """Everything answered with level 3, but for what is given."""
    return {**factories.full_answers(["3"]), **given}


def sheet_rows(content: bytes, number: int) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).worksheets[number].iter_rows(values_only=True))


class TestCounting:
    """Pure: three municipalities and a handful of items by hand."""

    def test_below_counts_known_levels_under_the_target_only(self) -> None:
        columns = [column("A", d1_01=2), column("B", d1_01=3), column("C", d1_01=Special.UNKNOWN)]
        (row,) = build([item("d1_01")], columns).rows
        assert (row.below, row.known, row.counted, row.unknown) == (1, 2, 3, 1)
        assert row.share_unknown == pytest.approx(1 / 3)
        assert [cell.gap for cell in row.cells] == [1, 0, 0]

    def test_what_is_outside_a_municipality_s_denominator_counts_for_nothing(self) -> None:
        outside = [Special.NOT_COMPETENT, Special.DONE_FOR_US, Special.FILTERED, False]
        (row,) = build([item("d1_01")], [column(f"K{n}", d1_01=answer) for n, answer in enumerate(outside)]).rows
        assert (row.below, row.known, row.counted, row.share_unknown) == (0, 0, 0, None)
        assert [cell.special for cell in row.cells] == [
            Special.NOT_COMPETENT, Special.DONE_FOR_US, Special.FILTERED, Special.NOT_COMPETENT,
        ]  # fmt: skip

    def test_a_refused_answer_counts_but_is_neither_below_nor_unknown(self) -> None:
        (row,) = build([item("d1_01")], [column("A", d1_01=Special.REFUSED)]).rows
        assert (row.below, row.known, row.counted, row.unknown) == (0, 0, 1, 0)

    def test_an_item_nobody_was_asked_is_marked_as_not_answered(self) -> None:
        (row,) = build([item("d1_01")], [column("A")]).rows
        assert row.cells[0].special == Special.UNANSWERED
        assert (row.counted, row.share_unknown) == (0, None)

    def test_most_municipalities_below_by_weight_come_first_then_the_unknown_then_the_questionnaire(self) -> None:
        items = [item("d1_01"), item("d1_02"), item("d1_03", weight=3), item("d1_04"), item("d1_05")]
        columns = [
            column("A", d1_01=3, d1_02=0, d1_03=0, d1_04=3, d1_05=3),
            column("B", d1_01=3, d1_02=1, d1_03=4, d1_04=Special.UNKNOWN, d1_05=3),
        ]
        found = build(items, columns)
        assert [row.item.name for row in found.rows] == ["d1_03", "d1_02", "d1_04", "d1_01", "d1_05"]
        assert [row.pressing for row in found.rows] == [3, 2, 0, 0, 0]
        by_number = build(items, columns, sort="number").rows
        assert [row.item.name for row in by_number] == [each.name for each in items]

    def test_a_gap_of_three_levels_weighs_no_more_than_one_of_one(self) -> None:
        rows = build([item("d1_01"), item("d1_02")], [column("A", d1_01=2, d1_02=0)]).rows
        assert [row.pressing for row in rows] == [1, 1]

    def test_only_below_leaves_out_what_everybody_has_reached(self) -> None:
        columns = [column("A", d1_01=3, d1_02=2)]
        assert [row.item.name for row in build([item("d1_01"), item("d1_02")], columns, only_below=True).rows] == [
            "d1_02"
        ]

    def test_without_municipalities_every_number_is_zero(self) -> None:
        (row,) = build([item("d1_01")], []).rows
        assert (row.below, row.known, row.counted, row.share_unknown, row.cells) == (0, 0, 0, None, ())

    def test_filters_that_nobody_knows_are_none(self) -> None:
        assert Filters.parse({"stage": "x", "dimension": "11", "sort": "'; DROP", "basis": ""}) == Filters()
        assert Filters.parse({"stage": "all", "dimension": "5"}) == Filters(stage="all", dimension="5")


class TestTable:
    def test_items_stand_beside_the_levels_of_those_who_have_signed(
        self, team: Client, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        wave = factories.wave()
        factories.signed(municipality, wave, answers=answers(d1_01="1", d1_02="unknown"))
        factories.in_review(other_municipality, wave, answers=answers(d1_01="0"))
        html = team.get(reverse("needs-table")).content.decode()
        assert municipality.name in html
        assert other_municipality.name not in html
        assert "wartet auf die Unterschrift" in html or "waiting for signature" in html

    def test_those_in_review_count_where_they_are_asked_for(
        self, team: Client, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        wave = factories.wave()
        factories.signed(municipality, wave, answers=answers(d1_01="1"))
        factories.in_review(other_municipality, wave, answers=answers(d1_01="0"))
        page = team.get(reverse("needs-table"), {"wave": wave.pk, "basis": "review"})
        assert other_municipality.name in page.content.decode()
        first = page.context["rows"][0]["row"]
        assert (first.item.name, first.below, first.known) == ("d1_01", 2, 2)
        alone = team.get(reverse("needs-table"), {"wave": wave.pk}).context["rows"][0]["row"]
        assert (alone.below, alone.known) == (1, 1)

    def test_one_still_being_worked_on_never_counts(self, team: Client, municipality: Municipality) -> None:
        wave = factories.wave()
        factories.answered(municipality, wave)
        page = team.get(reverse("needs-table"), {"basis": "review"})
        assert page.context["participation"].working == 1
        assert page.context["columns"] == ()

    def test_special_answers_are_said_in_words_and_with_who_does_it(
        self, team: Client, municipality: Municipality
    ) -> None:
        wave = factories.wave()
        assessment = factories.started(municipality, wave)
        given = answers(d1_02="unknown", d1_03="refused", d1_04="not_competent")
        factories.save(assessment, given)
        factories.save(assessment, {"d1_05": "done_for_us"}, done_by="kreis")
        self._sign(assessment, municipality)
        rows = {line["row"].item.name: line for line in team.get(reverse("needs-table")).context["rows"]}
        assert rows["d1_02"]["row"].unknown == 1
        assert rows["d1_04"]["row"].counted == rows["d1_05"]["row"].counted == 0
        assert rows["d1_05"]["cells"][0].word != str(table.SHORT_WORDS[Special.DONE_FOR_US])
        assert rows["d1_03"]["cells"][0].word == str(table.SHORT_WORDS[Special.REFUSED])

    def _sign(self, assessment: Assessment, municipality: Municipality) -> None:
        coordinator, signatory = (factories.person(municipality, role) for role in ("coordinator", "signatory"))
        with scope.enter(scope.municipality(municipality)):
            submit_for_review(actor=coordinator, assessment_id=assessment.pk, url="https://x.example/")
            sign_off(actor=signatory, assessment_id=assessment.pk, name="Kim Beispiel", function="Bürgermeisterin")

    def test_stage_size_type_and_dimension_narrow_it_down(self, team: Client) -> None:
        wave = factories.wave()
        model = MunicipalityFactory(name="Modellstadt", size_class="city", type_class="independent_city")
        interested = MunicipalityFactory(name="Vergleichsdorf", stage="comparison", size_class="rural")
        for each in (model, interested):
            factories.signed(each, wave)

        def names(**chosen: str) -> list[str]:
            return [each.name for each in team.get(reverse("needs-table"), chosen).context["columns"]]

        assert names() == ["Modellstadt"]
        assert names(stage="all") == ["Modellstadt", "Vergleichsdorf"]
        assert names(stage="all", size="rural") == ["Vergleichsdorf"]
        assert names(stage="all", type="independent_city") == ["Modellstadt"]
        assert names(stage="comparison", size="city") == []
        page = team.get(reverse("needs-table"), {"dimension": "10"})
        assert {line["row"].item.dimension for line in page.context["rows"]} == {10}

    def test_only_what_is_below_its_target_somewhere(self, team: Client, municipality: Municipality) -> None:
        factories.signed(municipality, factories.wave(), answers={**factories.full_answers(["4"]), "d5_03": "1"})
        page = team.get(reverse("needs-table"), {"items": "below"})
        assert [line["row"].item.name for line in page.context["rows"]] == ["d5_03"]
        nothing = team.get(reverse("needs-table"), {"items": "below", "dimension": "1"})
        assert nothing.status_code == 200 and nothing.context["rows"] == []

    def test_the_table_can_be_read_aloud_and_reached_by_keyboard(
        self, team: Client, municipality: Municipality
    ) -> None:
        factories.signed(municipality, factories.wave(), answers=answers(d1_01="1"))
        html = team.get(reverse("needs-table")).content.decode()
        for part in ('scope="col"', 'scope="row"', "<caption", 'role="region"', 'tabindex="0"', 'role="rowheader"'):
            assert part in html
        assert f'data-label="{municipality.name}"' in html

    def test_many_municipalities_are_paged_but_all_of_them_count(
        self, team: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("apps.assessments.views.needs_table.COLUMNS_PER_PAGE", 2)
        wave = factories.wave()
        for number in range(3):
            factories.signed(MunicipalityFactory(name=f"Kommune {number}"), wave, answers=answers(d1_01="1"))
        first, second = (team.get(reverse("needs-table"), {"page": page}) for page in (1, 2))
        assert [each.name for each in first.context["columns"]] == ["Kommune 0", "Kommune 1"]
        assert [each.name for each in second.context["columns"]] == ["Kommune 2"]
        assert len(second.context["rows"][0]["cells"]) == 1
        assert first.context["rows"][0]["row"].below == second.context["rows"][0]["row"].below == 3

    @pytest.mark.parametrize("page", ["needs-table", "needs-words"])
    def test_queries_do_not_grow_with_rows(self, team: Client, page: str) -> None:
        wave = factories.wave()
        self._many(wave, 1)
        team.get(reverse(page))
        with at_most(8):
            team.get(reverse(page))
        self._many(wave, 5)
        with at_most(8):
            assert team.get(reverse(page)).status_code == 200

    def _many(self, wave: Wave, number: int) -> None:
        by = UserFactory()
        municipalities = [MunicipalityFactory() for _number in range(number)]
        factories.bulk_answered(municipalities, wave, by=by)
        now = timezone.now()
        for each in municipalities:
            with scope.enter(scope.municipality(each)):
                Assessment.objects.filter(municipality=each).update(
                    state="signed_off", submitted_at=now, submitted_by=by, signed_off_at=now
                )

    def test_without_a_wave_it_says_what_to_do_first(self, team: Client) -> None:
        for page in ("needs-table", "needs-words"):
            assert reverse("waves-list") in team.get(reverse(page)).content.decode()

    def test_a_wave_that_is_not_there_or_not_open_is_not_found(self, team: Client) -> None:
        draft = factories.draft_wave()
        for key in (draft.pk, uuid4(), "unsinn"):
            assert team.get(reverse("needs-table"), {"wave": key}).status_code == 404
        assert team.get(reverse("needs-decisions", args=[draft.pk])).status_code == 404
        assert team.post(reverse("needs-workbook", args=[draft.pk])).status_code == 404

    def test_nobody_else_finds_it(self, municipality: Municipality) -> None:
        wave = factories.wave()
        client = Client()
        client.force_login(member(municipality), backend=BACKEND)
        addresses = [reverse("needs-table"), reverse("needs-words")]
        addresses += [reverse(f"needs-{name}", args=[wave.pk]) for name in ("decisions", "decide", "workbook")]
        assert [client.get(address).status_code for address in addresses] == [404] * 5


class TestWords:
    def test_wishes_and_obstacles_stand_by_field_of_action_and_municipality(
        self, team: Client, municipality: Municipality, other_municipality: Municipality
    ) -> None:
        wave = factories.wave()
        factories.signed(
            municipality, wave, answers=answers(d5_wishes="Eine Vorlage", d5_obstacles="Keine Stelle <b>frei</b>")
        )
        factories.in_review(other_municipality, wave, answers=answers(d5_wishes="Noch nicht freigegeben"))
        html = team.get(reverse("needs-words")).content.decode()
        assert "Eine Vorlage" in html and "Keine Stelle &lt;b&gt;frei" in html
        assert "Noch nicht freigegeben" not in html
        assert "Noch nicht freigegeben" in team.get(reverse("needs-words"), {"basis": "review"}).content.decode()
        assert "Eine Vorlage" not in team.get(reverse("needs-words"), {"dimension": "1"}).content.decode()


class TestWorkbook:
    def test_it_holds_what_the_page_shows_is_recorded_and_not_kept(
        self, team: Client, staff: Any, municipality: Municipality
    ) -> None:
        wave = factories.wave()
        factories.signed(municipality, wave, answers=answers(d1_01="1", d1_02="unknown", d5_wishes="Eine Vorlage"))
        response = team.post(reverse("needs-workbook", args=[wave.pk]), {"dimension": "all"})
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store, private"
        assert "attachment" in response["Content-Disposition"] and ".xlsx" in response["Content-Disposition"]
        head, first, *_rest = sheet_rows(response.content, 0)
        assert head[7] == municipality.name
        assert first[0] == "1.1" and first[4:6] == (1, 1) and first[7] == 1
        assert "Eine Vorlage" in {row[2] for row in sheet_rows(response.content, 1)}
        with scope.enter(scope.programme()):
            entry = AuditEntry.objects.get(verb="needs_table.exported")
        assert entry.actor_id == staff.pk and entry.data["municipalities"] == 1
        assert "Vorlage" not in str(entry.data)

    def test_no_text_of_a_municipality_becomes_a_formula(self, team: Client) -> None:
        wave = factories.wave()
        name = '=HYPERLINK("https://x.example")'
        factories.signed(MunicipalityFactory(name=name), wave, answers=answers(d5_wishes="@SUM(1+1)*cmd|' /C calc'!A0"))
        content = team.post(reverse("needs-workbook", args=[wave.pk])).content
        for sheet in load_workbook(io.BytesIO(content)).worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "@"))

    def test_a_link_alone_takes_nothing_out(self, team: Client) -> None:
        assert team.get(reverse("needs-workbook", args=[factories.wave().pk])).status_code == 405


class TestDecisions:
    @pytest.fixture
    def wave(self, municipality: Municipality) -> Wave:
        wave = factories.wave()
        factories.signed(municipality, wave, answers=answers(d1_01="1", d1_02="2"))
        return wave

    def decide(self, wave: Wave, staff: Any, **fields: Any) -> WritingPriority:
        values = {"subject": "d1_01", "rank": 1, "reason": "Fehlt überall", "decided_on": date(2026, 11, 1)}
        with scope.enter(scope.programme()):
            return decide_priority(actor=staff, wave=wave, **{**values, **fields})

    def test_a_decision_is_recorded_with_person_date_reason_and_what_it_rests_on(
        self, team: Client, staff: Any, wave: Wave
    ) -> None:
        address = reverse("needs-decide", args=[wave.pk])
        assert team.get(address).context["chooser"]
        assert team.get(address, {"subject": "d1_01"}).context["below"] == 1
        posted = {"subject": "d1_01", "rank": "1", "decided_on": "2026-11-01", "reason": "Fehlt überall"}
        assert team.post(address, posted)["Location"] == reverse("needs-decisions", args=[wave.pk])
        with scope.enter(scope.programme()):
            decision = WritingPriority.objects.get()
            entry = AuditEntry.objects.get(verb="priority.decided")
        assert (decision.below, decision.counted, decision.decided_by_id) == (1, 1, staff.pk)
        assert entry.data == {"wave": str(wave), "subject": "d1_01", "rank": 1, "before": None}
        html = team.get(reverse("needs-decisions", args=[wave.pk])).content.decode()
        assert "Fehlt überall" in html and staff.get_full_name() in html
        rows = team.get(reverse("needs-table")).context["rows"]
        assert [line["rank"] for line in rows if line["row"].item.name == "d1_01"] == [1]

    def test_a_whole_field_of_action_can_be_decided_about(self, team: Client, staff: Any, wave: Wave) -> None:
        decision = self.decide(wave, staff, subject="d1", rank=2)
        assert (decision.dimension, decision.item_id, decision.below) == (1, None, 2)
        lines = team.get(reverse("needs-table"), {"dimension": "1"}).context["rows"]
        assert {line["dimension_rank"] for line in lines} == {2}

    def test_a_new_decision_supersedes_and_both_stay(self, team: Client, staff: Any, wave: Wave) -> None:
        first = self.decide(wave, staff)
        second = self.decide(wave, staff, rank=3, reason="Doch später", seen=first.pk)
        assert (second.revision, second.supersedes_id) == (2, first.pk)
        page = team.get(reverse("needs-decisions", args=[wave.pk]))
        assert [line["decision"].pk for line in page.context["standing"]] == [second.pk]
        assert [line["superseded"] for line in page.context["history"]] == [False, True]

    def test_a_subject_can_be_taken_off_the_list_with_a_reason(self, team: Client, staff: Any, wave: Wave) -> None:
        first = self.decide(wave, staff)
        posted = {
            "subject": "d1_01", "off": "on", "decided_on": "2026-11-02", "reason": "Gibt es schon", "seen": first.pk
        }  # fmt: skip
        assert team.post(reverse("needs-decide", args=[wave.pk]), posted).status_code == 303
        page = team.get(reverse("needs-decisions", args=[wave.pk]))
        assert page.context["standing"] == [] and len(page.context["history"]) == 2

    def test_two_people_cannot_decide_past_each_other(self, team: Client, staff: Any, wave: Wave) -> None:
        first = self.decide(wave, staff)
        address = reverse("needs-decide", args=[wave.pk])
        posted = {"subject": "d1_01", "rank": "5", "decided_on": "2026-11-02", "reason": "Ohne Kenntnis"}
        refused = team.post(address, posted)
        assert refused.status_code == 422 and "Fehlt überall" in refused.content.decode()
        assert refused.context["form"]["seen"].value() == str(first.pk)
        assert team.post(address, {**posted, "seen": first.pk}).status_code == 303

    @pytest.mark.parametrize(
        "change",
        [
            {"rank": ""},
            {"off": "on"},
            {"rank": "0"},
            {"rank": "eins"},
            {"reason": "  "},
            {"reason": "x" * 2001},
            {"decided_on": ""},
            {"decided_on": "2099-01-01"},
            {"subject": "d1_99"},
            {"subject": ""},
            {"seen": "kein Schlüssel"},
        ],
    )
    def test_what_does_not_make_sense_is_refused_with_a_word_why(
        self, team: Client, wave: Wave, change: dict[str, str]
    ) -> None:
        posted = {"subject": "d1_01", "rank": "1", "decided_on": "2026-11-01", "reason": "Fehlt überall", **change}
        answer = team.post(reverse("needs-decide", args=[wave.pk]), posted)
        assert answer.status_code == 422
        assert "app-error-summary" in answer.content.decode()
        assert not WritingPriority.objects.exists()

    def test_the_action_refuses_what_no_form_would_send(self, staff: Any, wave: Wave) -> None:
        for fields in ({"reason": " "}, {"rank": 0}):
            with pytest.raises(ValueError, match="needs a reason"):
                self.decide(wave, staff, **fields)
        tomorrow = timezone.localdate() + timedelta(days=1)
        for refused in ({"rank": None}, {"subject": "d1_99"}, {"decided_on": tomorrow}, {"seen": uuid4()}):
            with pytest.raises(NotDecided):
                self.decide(wave, staff, **refused)
        first = self.decide(wave, staff)
        off = self.decide(wave, staff, rank=None, seen=first.pk)
        with pytest.raises(NotDecided):
            self.decide(wave, staff, rank=None, seen=off.pk)

    def test_items_that_the_wave_s_profile_does_not_ask_cannot_be_decided_about(self, staff: Any, wave: Wave) -> None:
        shorter = factories.wave("T1", profile="schnellcheck", instrument_version=wave.instrument_version)
        with scope.enter(scope.programme()):
            asked = set(queries.subjects(shorter, "de"))
            missing = next(name for name in queries.subjects(wave, "de") if name not in asked)
        with pytest.raises(NotDecided):
            self.decide(shorter, staff, subject=missing)

    def test_the_database_keeps_every_decision_as_it_was(self, staff: Any, wave: Wave) -> None:
        decision = self.decide(wave, staff)
        with scope.enter(scope.programme()):
            for change in (
                lambda: WritingPriority.objects.filter(pk=decision.pk).update(rank=9),
                lambda: WritingPriority.objects.filter(pk=decision.pk).delete(),
            ):
                with pytest.raises(DatabaseError), transaction.atomic():
                    change()

    def test_the_database_holds_one_revision_of_one_subject(self, staff: Any, wave: Wave) -> None:
        decision = self.decide(wave, staff, subject="d1")
        values = {"wave": wave, "reason": "x", "decided_by": staff, "decided_on": date(2026, 11, 1), "rank": 1}
        with scope.enter(scope.programme()):
            for wrong in (
                {"dimension": 1},
                {"dimension": 1, "revision": 2},
                {"dimension": 2, "rank": 0},
                {"dimension": 2, "reason": ""},
                {},
                {"dimension": 11},
                {"dimension": 2, "below": 2, "counted": 1},
            ):
                with pytest.raises(IntegrityError), transaction.atomic():
                    WritingPriority.objects.create(**{**values, **wrong})
            assert WritingPriority.objects.get() == decision

    def test_its_pages_keep_to_their_queries(self, team: Client, staff: Any, wave: Wave) -> None:
        for number in range(1, 6):
            self.decide(wave, staff, subject=f"d1_0{number}", rank=number)
        team.get(reverse("needs-decisions", args=[wave.pk]))
        with at_most(8):
            team.get(reverse("needs-decisions", args=[wave.pk]))
        with at_most(8):
            team.get(reverse("needs-decide", args=[wave.pk]), {"subject": "d1_01"})


class TestQuartiles:
    def test_by_hand(self) -> None:
        found = quartiles([Decimal(value) for value in ("0.10", "0.20", "0.40", "0.60", "0.80")])
        assert found is not None
        assert (found.lower, found.median, found.upper) == (Decimal("0.20"), Decimal("0.40"), Decimal("0.60"))
        between = quartiles([Decimal(value) for value in ("0.1", "0.2", "0.3", "0.4", "0.5", "1.0")])
        assert between is not None  # 0.225, 0.35 and 0.475 before rounding
        assert (between.lower, between.median, between.upper) == (Decimal("0.25"), Decimal("0.35"), Decimal("0.50"))

    def test_fewer_than_five_are_no_class(self) -> None:
        assert quartiles([Decimal("0.5")] * 4) is None
        assert quartiles([]) is None

    def test_rounding_hides_the_value_of_the_one_in_the_middle(self) -> None:
        found = [quartiles([Decimal("0.1")] * 2 + [middle] + [Decimal("0.9")] * 2) for middle in
                 (Decimal("0.38"), Decimal("0.41"))]  # fmt: skip
        assert found[0] == found[1]

    def test_one_more_municipality_changes_nothing_two_more_do(self) -> None:
        values = {1: [Decimal("0.5")] * 6}
        assert to_publish(values, {1: 5}) == ({}, set())
        new, withdrawn = to_publish({1: [Decimal("0.5")] * 7}, {1: 5})
        assert new[1].count == 7 and withdrawn == set()

    def test_a_class_that_falls_below_five_is_withdrawn_at_once(self) -> None:
        assert to_publish({1: [Decimal("0.5")] * 4}, {1: 5, 2: 6}) == ({}, {1, 2})

    def signed_class(self, wave: Wave, number: int) -> list[Assessment]:
        """Signed assessments with a result in dimension 1, written without the detour over 62 answers."""
        by, now = UserFactory(), timezone.now()
        found = []
        for place in range(number):
            each = MunicipalityFactory(size_class="city", type_class="independent_city")
            with scope.enter(scope.municipality(each)):
                assessment = Assessment.objects.create(
                    wave=wave, state="signed_off", started_at=now, submitted_at=now, submitted_by=by, signed_off_at=now
                )
                share = Decimal(place + 1) / 10
                DimensionResult.objects.create(
                    assessment=assessment, dimension=1, value=share, lower=share, upper=share, counted=1, known=1
                )
            found.append(assessment)
        return found

    def publish(self, wave: Wave) -> None:
        carried = scope.programme()
        publish_quartiles_in(carried=carried, wave_id=str(wave.pk), size_class="city", type_class="independent_city")

    def test_they_appear_with_the_fifth_and_every_municipality_of_the_class_may_read_them(self) -> None:
        wave = factories.wave()
        first, *_others = self.signed_class(wave, 4)
        self.publish(wave)
        assert not ClassQuartiles.objects.exists()
        self.signed_class(wave, 1)
        self.publish(wave)
        with scope.enter(scope.municipality(first.municipality_id)):
            (row,) = quartile_rows(first, {1: "1 Steuerung"}, {1: 0.1})
        assert (row.label, row.own, row.published.municipalities) == ("1 Steuerung", 0.1, 5)
        assert (row.published.lower, row.published.median, row.published.upper) == (
            Decimal("0.10"),
            Decimal("0.20"),
            Decimal("0.30"),
        )

    def test_whoever_has_not_signed_and_whoever_is_of_another_class_sees_none(self) -> None:
        wave = factories.wave()
        self.signed_class(wave, 5)
        self.publish(wave)
        same, other = MunicipalityFactory(size_class="city", type_class="independent_city"), MunicipalityFactory()
        for each, state in ((same, "in_progress"), (other, "signed_off")):
            with scope.enter(scope.municipality(each)):
                assert quartile_rows(Assessment(wave=wave, municipality=each, state=state), {}, {}) == []

    def test_a_returned_assessment_takes_the_class_below_five_and_the_figures_away(self) -> None:
        wave = factories.wave()
        first, *_others = self.signed_class(wave, 5)
        self.publish(wave)
        signatory = member(first.municipality, "signatory")
        with scope.enter(scope.municipality(first.municipality_id)):
            return_to_progress(actor=signatory, assessment_id=first.pk, reason="Ein Fehler")
        self.publish(wave)
        assert not ClassQuartiles.objects.exists()

    def test_the_database_takes_no_quartiles_of_four(self) -> None:
        values = {"wave": factories.wave(), "size_class": "city", "type_class": "district", "dimension": 1}
        shares = {"lower": Decimal("0.1"), "median": Decimal("0.2"), "upper": Decimal("0.3")}
        for wrong in ({"municipalities": 4}, {"municipalities": 5, "median": Decimal("0.4")}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ClassQuartiles.objects.create(**{**values, **shares, **wrong})

    def test_a_wave_that_is_gone_is_an_error_and_no_silence(self) -> None:
        with scope.enter(scope.programme()), pytest.raises(Wave.DoesNotExist):
            publish_quartiles(wave_id=uuid4(), size_class="city", type_class="district")

    def test_the_task_is_sent_in_the_programme_s_scope_and_only_for_a_class(
        self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        sent: list[tuple[str, dict[str, Any]]] = []
        monkeypatch.setattr(
            "apps.core.tasks.current_app.send_task", lambda name, kwargs, **_more: sent.append((name, kwargs))
        )
        wave = factories.wave()
        with django_capture_on_commit_callbacks(execute=True):
            publish_quartiles_later(wave_id=wave.pk, municipality=MunicipalityFactory(size_class=""))
            publish_quartiles_later(wave_id=wave.pk, municipality=MunicipalityFactory())
        ((name, kwargs),) = sent
        assert name == "assessments.publish_quartiles"
        assert kwargs["scope"] == {"name": "programme"} and kwargs["size_class"] == "medium_town"

    def test_the_page_shows_them_in_words_and_numbers(self) -> None:
        wave = factories.wave()
        first, *_others = self.signed_class(wave, 5)
        self.publish(wave)
        with scope.enter(scope.municipality(first.municipality_id)):
            rows = quartile_rows(first, {1: "1 Steuerung"}, {1: None})
        html = render_to_string("assessments/needs_table/_quartiles.html", {"quartiles": rows})
        assert "1 Steuerung" in html and "<caption" in html
        assert render_to_string("assessments/needs_table/_quartiles.html", {"quartiles": []}).strip() == ""


def test_without_a_choice_the_newest_wave_with_a_signed_assessment_is_shown(team: Client) -> None:
    municipality = MunicipalityFactory()
    first = factories.signed(municipality, factories.wave("T0", opens_on=date(2026, 1, 1)))
    newer = factories.wave("T1", opens_on=date(2026, 6, 1), instrument_version=first.wave.instrument_version)
    assert f"wave={newer.pk}" in team.get(reverse("needs-table")).content.decode(), "it stands in the tabs"
    assert team.get(reverse("needs-table")).context["wave"] == first.wave
