"""What holds whoever writes: the table of states, frozen texts, rounds that end only when everything is answered.

The triggers are tried with raw SQL; then the lifecycle is walked at random, with guards satisfied or not.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from apps.accounts.models import Bench, User
from apps.core import scope
from apps.recommendations.actions import comments as comment_actions
from apps.recommendations.actions.lifecycle import NotPossible, advance, call_off_round, close_round
from apps.recommendations.guards import GUARDS, obstacles
from apps.recommendations.migrations import __name__ as migrations_package
from apps.recommendations.models import BenchWord, Comment, Disposition, Edition, RecommendationVersion, Round
from apps.reviews.lifecycle import BY_NAME, PAIRS, TRANSITIONS, State
from apps.reviews.lifecycle import GUARDS as NAMED_GUARDS
from apps.reviews.models import Condition
from tests.factories import MunicipalityFactory, UserFactory
from tests.recommendations import factories
from tests.recommendations.test_rounds import (
    all_benches_speak,
    answered,
    close,
    commented,
    member_of,
    opened,
    paragraph,
)

TABLE = "recommendations_recommendationversion"


def sql(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@contextmanager
def refused() -> Iterator[None]:
    """The database refuses what is done within, in the scope that may do most."""
    with pytest.raises(IntegrityError), scope.enter(scope.programme()), transaction.atomic():
        yield


def test_the_trigger_holds_the_pairs_of_the_table() -> None:
    written = import_module(f"{migrations_package}.0002_invariants").WRITE
    listed = re.search(r"NOT IN \((.*?)\) THEN", written, re.DOTALL)
    assert listed is not None
    pairs = {tuple(pair.split()) for pair in re.findall(r"'([a-z_]+ [a-z_]+)'", listed.group(1))}
    assert pairs == {(str(source), str(target)) for source, target in PAIRS}


def test_every_guard_that_the_table_names_exists() -> None:
    assert set(GUARDS) == NAMED_GUARDS


@pytest.mark.django_db
class TestStates:
    @pytest.mark.parametrize("state", [state.value for state in State if state != State.IDEA])
    def test_no_version_begins_anywhere_but_as_an_idea(self, state: str) -> None:
        version = factories.recommendation()
        with scope.enter(scope.programme()):
            version.state = "withdrawn"
            version.save()
        with refused():
            RecommendationVersion.objects.create(
                recommendation=version.recommendation, number=2, state=state, state_since=timezone.now(),
                published_at=timezone.now(),
            )  # fmt: skip

    @pytest.mark.parametrize(
        "state",
        ["idea", "draft", "round_open", "round_answered", "panel_review", "pilot_ready", "piloting", "standard"],
    )
    def test_sql_skips_no_state(self, state: str, staff: User) -> None:
        version = factories.version_in(state, staff=staff)
        unreachable = [other for other in State.values if other != state and (state, other) not in PAIRS]
        assert unreachable
        with scope.enter(scope.programme()):
            for other in unreachable:
                with refused():
                    sql(f"UPDATE {TABLE} SET state = %s, published_at = now() WHERE id = %s", other, version.pk)

    def test_no_round_no_round_open(self, staff: User) -> None:
        version = factories.version_in("draft", staff=staff)
        with refused():
            sql(f"UPDATE {TABLE} SET state = 'round_open' WHERE id = %s", version.pk)

    @pytest.mark.parametrize("state", ["draft", "round_answered"])
    def test_while_the_round_is_open_the_version_stays(self, state: str, staff: User) -> None:
        about = opened(staff)
        with refused():
            sql(f"UPDATE {TABLE} SET state = %s WHERE id = %s", state, about.version_id)

    def test_nothing_is_called_answered_after_a_round_that_was_called_off(self, staff: User) -> None:
        about = opened(staff)
        with refused():
            sql(
                "UPDATE recommendations_round SET state = 'called_off', reason = 'x', closed_at = now(),"
                " closed_by_id = %s WHERE id = %s",
                staff.pk,
                about.pk,
            )
            sql(f"UPDATE {TABLE} SET state = 'round_answered' WHERE id = %s", about.version_id)

    def test_no_panel_sees_a_text_that_can_be_written(self, staff: User) -> None:
        version = factories.version_in("round_answered", staff=staff)
        with refused():
            sql(f"UPDATE {TABLE} SET state = 'panel_review' WHERE id = %s", version.pk)

    @pytest.mark.parametrize(("state", "target"), [("panel_review", "pilot_ready"), ("panel_final", "standard")])
    def test_without_the_panels_acceptance_nothing_moves_on(self, state: str, target: str, staff: User) -> None:
        version = factories.version_in(state, staff=staff)
        stage = "initial" if target == "pilot_ready" else "final"
        step = f"UPDATE {TABLE} SET state = %s, published_at = now() WHERE id = %s"
        with scope.enter(scope.programme()):
            with refused():
                sql(step, target, version.pk)
            panel = factories.panel_member()
            review = factories.decided_review(
                version, staff, stage=stage, outcome="conditional", condition=("Frist nennen.", panel)
            )
            condition = Condition.objects.get(review=review)
            with refused():
                sql(step, target, version.pk)
            Condition.objects.filter(pk=condition.pk).update(
                met_note="Ist genannt.", met_at=timezone.now(), confirmed_at=timezone.now(), confirmed_by=panel
            )
            assert sql(step, target, version.pk) == 1

    def test_nothing_is_superseded_by_nothing(self, staff: User) -> None:
        version = factories.version_in("standard", staff=staff)
        with refused():
            sql(f"UPDATE {TABLE} SET state = 'superseded' WHERE id = %s", version.pk)


@pytest.mark.django_db
class TestFrozenTexts:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE recommendations_block SET text = 'anders' WHERE id = %(block)s",
            "DELETE FROM recommendations_block WHERE id = %(block)s",
            "UPDATE recommendations_block SET edition_id = %(open)s WHERE id = %(block)s",
            "INSERT INTO recommendations_block (id, created_at, updated_at, edition_id, section, position, key,"
            " kind, text, absorbed)"
            " VALUES (%(new)s, now(), now(), %(edition)s, 'goal', 9, %(new)s, 'paragraph', 'neu', '[]')",
            "UPDATE recommendations_edition SET title = 'anders' WHERE id = %(edition)s",
            "UPDATE recommendations_edition SET frozen_at = NULL WHERE id = %(edition)s",
            "DELETE FROM recommendations_edition WHERE id = %(edition)s",
        ],
    )
    def test_sql_does_not_change_them(self, statement: str, staff: User) -> None:
        about, other = opened(staff), factories.version_in("draft", staff=staff)
        values = {
            "block": paragraph(about).pk,
            "edition": about.edition_id,
            "open": other.editions.get().pk,
            "new": uuid4(),
        }
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)


CLOSED = "UPDATE recommendations_round SET state = 'closed', closed_at = now(), closed_by_id = %s WHERE id = %s"


@pytest.mark.django_db
class TestRounds:
    @pytest.fixture
    def about(self, staff: User) -> Round:
        return opened(staff)

    def test_sql_does_not_close_one_with_an_open_comment(self, about: Round, staff: User) -> None:
        all_benches_speak(about)
        said = commented(about)
        with refused():
            sql(CLOSED, staff.pk, about.pk)
        with refused():  # nor by way of removing it
            sql("DELETE FROM recommendations_comment WHERE id = %s", said.pk)
        answered(about, said, by=staff)
        assert sql(CLOSED, staff.pk, about.pk) == 1

    @pytest.mark.parametrize("silent", Bench.values)
    def test_sql_does_not_close_one_with_a_silent_bench(self, about: Round, staff: User, silent: str) -> None:
        all_benches_speak(about)
        BenchWord.objects.filter(round=about, bench=silent).delete()
        with refused():
            sql(CLOSED, staff.pk, about.pk)

    def test_one_begins_open_on_a_frozen_text_of_its_version(self, staff: User) -> None:
        version, other = factories.version_in("draft", staff=staff), opened(staff)
        values = {
            "version": version,
            "number": 1,
            "introduction": "Bitte lesen.",
            "deadline": timezone.localdate() + timedelta(days=9),
            "opened_by": staff,
        }
        with refused():
            Round.objects.create(edition=version.editions.get(), **values)
        version_text = version.editions.get()
        Edition.objects.filter(pk=version_text.pk).update(frozen_at=timezone.now())
        with refused():
            Round.objects.create(
                edition=version_text, state="closed", closed_at=timezone.now(), closed_by=staff, **values
            )
        with refused():
            Round.objects.create(edition=version_text, **{**values, "version": other.version, "number": 7})

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE recommendations_round SET state = 'open', closed_at = NULL, closed_by_id = NULL"
            " WHERE id = %(round)s",
            "UPDATE recommendations_round SET introduction = 'anders' WHERE id = %(round)s",
            "DELETE FROM recommendations_round WHERE id = %(round)s",
            "UPDATE recommendations_comment SET text = 'anders' WHERE id = %(comment)s",
            "UPDATE recommendations_comment SET withdrawn_at = now() WHERE id = %(comment)s",
            "DELETE FROM recommendations_comment WHERE id = %(comment)s",
            "UPDATE recommendations_disposition SET reason = 'anders' WHERE comment_id = %(comment)s",
            "UPDATE recommendations_disposition SET outcome = 'rejected' WHERE comment_id = %(comment)s",
            "DELETE FROM recommendations_disposition WHERE comment_id = %(comment)s",
            "UPDATE recommendations_benchword SET kind = 'dissent' WHERE round_id = %(round)s",
            "DELETE FROM recommendations_benchword WHERE round_id = %(round)s",
            "INSERT INTO recommendations_agreement (id, created_at, updated_at, comment_id, user_id)"
            " VALUES (%(new)s, now(), now(), %(comment)s, %(staff)s)",
            "DELETE FROM recommendations_agreement WHERE comment_id = %(comment)s",
            "INSERT INTO recommendations_comment (id, created_at, updated_at, round_id, section, kind, bench,"
            " author_id, text, proposed_wording)"
            " VALUES (%(new)s, now(), now(), %(round)s, '', 'comment', 'science', %(staff)s,"
            " 'zu spät', '')",
        ],
    )
    def test_sql_changes_nothing_in_one_that_has_ended(self, about: Round, staff: User, statement: str) -> None:
        all_benches_speak(about)
        said = commented(about)
        comment_actions.agree(actor=member_of(about, Bench.SCIENCE), comment_id=said.pk, agrees=True)
        answered(about, said, by=staff)
        close(about, staff)
        values = {"round": about.pk, "comment": said.pk, "new": uuid4(), "staff": staff.pk}
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    def test_the_place_of_an_answer_can_be_said_afterwards(self, about: Round, staff: User) -> None:
        all_benches_speak(about)
        said = commented(about)
        answered(about, said, by=staff)
        close(about, staff)
        assert Disposition.objects.filter(comment=said).update(place=uuid4()) == 1

    @pytest.mark.parametrize(
        "change", ["text = 'anders'", "kind = 'reply', thread_id = id", "bench = 'science'", "block_id = NULL"]
    )
    def test_what_was_said_does_not_change(self, about: Round, change: str) -> None:
        said = commented(about)
        with refused():
            sql(f"UPDATE recommendations_comment SET {change} WHERE id = %s", said.pk)

    def test_a_comment_is_on_the_text_of_its_round_a_reply_in_it(self, about: Round, staff: User) -> None:
        other = opened(staff)
        values = {"round": about, "author": staff, "text": "Zu vage."}
        with refused():
            Comment.objects.create(block=paragraph(other), section="steps", kind="comment", bench="science", **values)
        with refused():
            Comment.objects.create(block=paragraph(about), section="law", kind="comment", bench="science", **values)
        with refused():
            Comment.objects.create(thread=commented(other), kind="reply", **values)

    def test_one_stays_with_its_text(self, about: Round, staff: User) -> None:
        version = factories.version_in("draft", staff=staff)
        with refused():
            sql(
                "UPDATE recommendations_round SET version_id = %s, edition_id = %s WHERE id = %s",
                version.pk,
                version.editions.get().pk,
                about.pk,
            )


# --- At random ----------------------------------------------------------------------------------------------------


FORWARD = (
    "begin",
    "open_round",
    "close_round",
    "submit",
    "release_for_piloting",
    "start_piloting",
    "conclude_piloting",
    "submit_finally",
    "standardise",
)


class Walk(RuleBasedStateMachine):
    """A version on its way, in any order: what is accepted is in the table, with every guard of it held."""

    staff: User
    version: RecommendationVersion

    @initialize()
    def begin(self) -> None:
        self.sink = transaction.atomic()
        self.sink.__enter__()
        self.scope = scope.enter(scope.programme())
        self.scope.__enter__()
        self.staff = UserFactory(staff=True)
        self.version = factories.recommendation()
        self.last = "idea"

    def teardown(self) -> None:
        if not hasattr(self, "sink"):
            return
        self.scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.sink.__exit__(None, None, None)

    @property
    def about(self) -> Round | None:
        return self.version.rounds.filter(state="open").first()

    # What guards ask for, made or unmade.

    @rule(benches=st.sets(st.sampled_from(Bench.values), min_size=1))
    def somebody_joins(self, benches: set[str]) -> None:
        here = set(self.version.recommendation.team.values_list("role__bench", flat=True))
        for bench in sorted(benches - here):
            self.version.recommendation.team.create(role=factories.bench_member(bench))

    @rule(section=st.sampled_from(["problem", "goal", "steps", "law"]), writes=st.booleans())
    def text_is_written_or_lost(self, section: str, writes: bool) -> None:
        text = self.version.editions.filter(frozen_at=None).first()
        if text is None:
            return
        if not writes:
            text.blocks.filter(section=section).delete()
        elif not text.blocks.filter(section=section).exists():
            factories.write(text, {section: ["Wieder da."]})

    @rule(section=st.sampled_from(["goal", "law"]), takes=st.booleans())
    def section_is_taken_or_given_back(self, section: str, takes: bool) -> None:
        text = self.version.editions.order_by("-number")[0]
        if takes and not text.checkouts.filter(section=section).exists():
            text.checkouts.create(section=section, user=self.staff)
        elif not takes:
            text.checkouts.filter(section=section).delete()

    @rule(asks=st.booleans())
    def round_is_opened(self, asks: bool) -> None:
        self._try(
            "open_round", lambda: factories.open_round(self.version, self.staff) if asks else self._step("open_round")
        )

    @rule(bench=st.sampled_from(Bench.values))
    def bench_speaks(self, bench: str) -> None:
        if about := self.about:
            comment_actions.record_abstention(actor=self.staff, round_id=about.pk, bench=bench, reason="Gefragt.")

    @rule(answers=st.booleans())
    def somebody_comments(self, answers: bool) -> None:
        if about := self.about:
            said = Comment.objects.create(
                round=about, kind="comment", bench="science", author=self.staff, text="Zu vage."
            )
            if answers:
                answered(about, said, by=self.staff)

    @rule()
    def comments_are_answered(self) -> None:
        if about := self.about:
            waiting = list(about.comments.filter(disposition=None))
            if waiting:
                answered(about, *waiting, by=self.staff)

    @rule(stage=st.sampled_from(["initial", "final"]), outcome=st.sampled_from(["accepted", "returned"]))
    def panel_decides(self, stage: str, outcome: str) -> None:
        factories.decided_review(self.version, self.staff, stage=stage, outcome=outcome)

    @rule()
    def pilot_is_evaluated(self) -> None:
        factories.evaluated_pilot(self.version.pk, MunicipalityFactory(), self.staff)

    @rule()
    def everything_is_done_and_the_next_step_taken(self) -> None:
        """The way forward, so that walks come far."""
        state = self.version.state
        following = {source: step for step in TRANSITIONS for source in step.sources if step.name in FORWARD}.get(state)
        if following is None:
            return
        self.somebody_joins(set(Bench.values))
        for section in ("problem", "goal", "steps", "law"):
            self.text_is_written_or_lost(section, True)
            self.section_is_taken_or_given_back(section, False)
        for bench in Bench.values:
            self.bench_speaks(bench)
        self.comments_are_answered()
        self.panel_decides("final" if state == "panel_final" else "initial", "accepted")
        self.pilot_is_evaluated()
        self.pilot_is_evaluated()
        if following.name == "open_round":
            self.round_is_opened(True)
        else:
            self.step(following.name)
        assert self.version.state == following.target

    # The steps.

    @rule(name=st.sampled_from([step.name for step in TRANSITIONS if step.name not in ("open_round", "withdraw")]))
    def step(self, name: str) -> None:
        self._try(name, lambda: self._step(name))

    @rule(name=st.sampled_from(["submit", "release_for_piloting", "start_piloting", "conclude_piloting"]))
    def step_forward(self, name: str) -> None:
        self._try(name, lambda: self._step(name))

    @rule(name=st.sampled_from(["submit_finally", "standardise", "withdraw"]))
    def step_to_the_end(self, name: str) -> None:
        self._try(name, lambda: self._step(name))

    def _step(self, name: str) -> None:
        if name in ("close_round", "call_off_round"):
            about = self.about
            if about is None:
                raise NotPossible("There is no round.")
            if name == "close_round":
                close_round(actor=self.staff, round_id=about.pk)
            else:
                call_off_round(actor=self.staff, round_id=about.pk, reason="Grund.")
        else:
            advance(actor=self.staff, version_id=self.version.pk, transition=name, reason="Grund.")

    def _try(self, name: str, take: Any) -> None:
        """Take a step: accepted where the state leads there and every guard holds, refused elsewhere."""
        transition, before = BY_NAME[name], self.version.state
        leads = before in transition.sources
        missing = obstacles(self.version, transition) if leads else []
        changes = self.version.changes.count()
        try:
            with transaction.atomic():
                take()
        except (NotPossible, IntegrityError):
            self.version.refresh_from_db()
            assert self.version.state == before
            return
        self.version.refresh_from_db()
        if self.version.changes.count() == changes:
            assert self.version.state == before == transition.target  # taken already
            return
        assert leads, f"{before} → {self.version.state} by {name}"
        assert not missing, missing
        assert self.version.state == transition.target

    @invariant()
    def every_step_is_in_the_table(self) -> None:
        if not hasattr(self, "version"):
            return
        self.version.refresh_from_db()
        if self.version.state != self.last:
            assert (self.last, self.version.state) in PAIRS
            self.last = self.version.state
        steps = list(self.version.changes.order_by("created_at", "pk").values_list("from_state", "to_state"))
        assert all(pair in PAIRS for pair in steps)
        assert not steps or steps[-1][1] == self.version.state

    @invariant()
    def a_round_is_open_exactly_in_its_state_and_on_a_frozen_text(self) -> None:
        if not hasattr(self, "version"):
            return
        assert (self.about is not None) == (self.version.state == "round_open")
        assert not self.version.rounds.filter(edition__frozen_at=None).exists()
        for ended in self.version.rounds.filter(state="closed"):
            assert set(ended.bench_words.values_list("bench", flat=True)) == set(Bench.values)
            assert not ended.comments.filter(disposition=None, withdrawn_at=None).exclude(kind="reply").exists()


@pytest.mark.django_db
def test_no_walk_finds_a_way_round_a_guard() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis
        Walk,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
