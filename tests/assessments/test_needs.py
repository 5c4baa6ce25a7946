"""Needs as rows: recorded, lapsing, coming back; how urgent the municipality says they are; their pages."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.assessments import queries, queries_needs
from apps.assessments.actions.answers import locked
from apps.assessments.actions.assessments import close_assessment
from apps.assessments.actions.needs import NoNeed, NotBegun, record_needs, set_priority
from apps.assessments.models import Assessment, Need, Routine, RoutineCheck
from apps.assessments.needs import NeedLine
from apps.assessments.pages_needs import BY_PRIORITY, Chosen, NeedRow, shown
from apps.assessments.signals import needs_recorded
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.instruments.definition import Item
from apps.instruments.models import InstrumentVersion
from apps.instruments.scoring import DATA, GAP
from apps.instruments.scoring import Need as FoundNeed
from apps.municipalities.models import Municipality, OrgUnit, Role
from tests.assessments import factories
from tests.factories import UserFactory, member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

#: d1_01 and d1_02 aim at level 3 (see `targets`), so these are a gap of two, none, and a lack of knowledge.
ANSWERS = {"d1_01": "1", "d1_02": "4", "d1_03": "unknown"}
REASON = "Der Stellenplan wird im Frühjahr beraten."


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    started = factories.started(municipality)
    factories.save(started, ANSWERS)
    return started


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def url(name: str, assessment: Assessment, *args: Any) -> str:
    return reverse(f"assessments-{name}", args=[assessment.municipality.slug, assessment.pk, *args])


def recorded(assessment: Assessment) -> None:
    """Record the needs as the answers stand, as whoever signs does."""
    with scope.enter(scope.municipality(assessment.municipality)):
        fresh = locked(assessment.pk)
        record_needs(assessment=fresh, reading=queries.read(fresh))


def rows(assessment: Assessment) -> dict[str, Need]:
    with scope.enter(scope.municipality(assessment.municipality)):
        return dict(queries_needs.rows_of(queries.assessments().get(pk=assessment.pk)))


def prioritise(assessment: Assessment, item: str = "d1_01", priority: str = "high", reason: str = REASON) -> Need:
    actor = factories.person(assessment.municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(assessment.municipality)):
        return set_priority(actor=actor, assessment_id=assessment.pk, item=item, priority=priority, reason=reason)


def audited(assessment: Assessment) -> list[AuditEntry]:
    with scope.enter(scope.municipality(assessment.municipality)):
        return list(AuditEntry.objects.filter(verb="need.prioritised"))


# --- Recording ----


def test_gaps_and_missing_knowledge_become_rows_and_reached_targets_do_not(assessment: Assessment) -> None:
    recorded(assessment)
    found = {name: (row.kind, row.level, row.dimension, row.lapsed_at) for name, row in rows(assessment).items()}
    assert found == {"d1_01": ("gap", 1, 1, None), "d1_03": ("data", None, 1, None)}
    assert all(row.target and row.weight for row in rows(assessment).values())


def test_recording_twice_changes_nothing(assessment: Assessment) -> None:
    recorded(assessment)
    before = {name: (row.pk, row.updated_at) for name, row in rows(assessment).items()}
    recorded(assessment)
    assert {name: (row.pk, row.updated_at) for name, row in rows(assessment).items()} == before


def test_a_need_that_is_no_longer_found_lapses_and_keeps_its_priority(assessment: Assessment) -> None:
    prioritise(assessment)
    factories.save(assessment, {"d1_01": "4"})
    recorded(assessment)
    row = rows(assessment)["d1_01"]
    assert row.lapsed_at is not None
    assert (row.priority, row.priority_reason) == ("high", REASON)
    lapsed_at = row.lapsed_at
    recorded(assessment)
    assert rows(assessment)["d1_01"].lapsed_at == lapsed_at


def test_a_need_that_is_found_again_is_open_again_with_what_it_is_now(assessment: Assessment) -> None:
    first = prioritise(assessment)
    factories.save(assessment, {"d1_01": "4"})
    recorded(assessment)
    factories.save(assessment, {"d1_01": "unknown"})
    recorded(assessment)
    row = rows(assessment)["d1_01"]
    assert (row.pk, row.kind, row.level, row.lapsed_at, row.priority) == (first.pk, "data", None, None, "high")


def test_recording_takes_a_bounded_number_of_queries(assessment: Assessment) -> None:
    factories.save(assessment, factories.full_answers(["0", "1", "unknown"]))
    with scope.enter(scope.municipality(assessment.municipality)):
        fresh = locked(assessment.pk)
        reading = queries.read(fresh)
        with at_most(3):
            record_needs(assessment=fresh, reading=reading)
    assert len(rows(assessment)) > 50


# --- The signal ----


@pytest.fixture
def heard() -> Any:
    calls: list[tuple[UUID, UUID]] = []

    def receiver(sender: Any, municipality_id: UUID, assessment_id: UUID, **_rest: Any) -> None:
        calls.append((municipality_id, assessment_id))

    needs_recorded.connect(receiver)
    yield calls
    needs_recorded.disconnect(receiver)


def test_others_are_told_once_it_is_committed(
    assessment: Assessment, heard: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        recorded(assessment)
        assert heard == []
    assert heard == [(assessment.municipality_id, assessment.pk)]


def test_nobody_is_told_of_what_was_rolled_back(
    assessment: Assessment, heard: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        recorded(assessment)
        raise RuntimeError
    assert heard == []
    assert rows(assessment) == {}


def test_a_priority_is_told_too(
    assessment: Assessment, heard: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        prioritise(assessment)
    assert heard == [(assessment.municipality_id, assessment.pk)]


def test_what_a_receiver_raises_reaches_nobody(
    assessment: Assessment, heard: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    def broken(**_anything: Any) -> None:
        raise RuntimeError

    needs_recorded.connect(broken)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            recorded(assessment)
    finally:
        needs_recorded.disconnect(broken)
    assert len(heard) == 1


# --- Priority ----


def test_a_priority_is_set_with_who_and_when_and_audited_without_its_reason(assessment: Assessment) -> None:
    need = prioritise(assessment)
    assert (need.priority, need.priority_reason, need.kind, need.level) == ("high", REASON, "gap", 1)
    assert need.prioritised_by == factories.person(assessment.municipality, Role.COORDINATOR)
    assert need.prioritised_at is not None
    (entry,) = audited(assessment)
    assert entry.data == {"item": "d1_01", "priority": "high", "before": ""}
    assert REASON not in str(vars(entry))


def test_it_can_be_changed_and_saying_the_same_again_changes_nothing(assessment: Assessment) -> None:
    prioritise(assessment)
    same = prioritise(assessment, reason=f"  {REASON}\n")
    assert same.priority_reason == REASON
    later = prioritise(assessment, priority="not_now", reason="Erst die Stelle.")
    assert (later.pk, later.priority) == (same.pk, "not_now")
    assert [entry.data["before"] for entry in reversed(audited(assessment))] in (["", "high"], ["high", ""])
    assert len(audited(assessment)) == 2


@pytest.mark.parametrize(("priority", "reason"), [("urgent", REASON), ("", REASON), ("high", ""), ("high", " \n ")])
def test_an_unknown_priority_and_an_empty_reason_are_refused(
    assessment: Assessment, priority: str, reason: str
) -> None:
    with pytest.raises(ValueError, match="four words"):
        prioritise(assessment, priority=priority, reason=reason)
    assert rows(assessment) == {}


@pytest.mark.parametrize("item", ["d1_02", "d1_04", "d1_wishes", "nothing"])
def test_only_what_is_a_need_now_has_a_priority(assessment: Assessment, item: str) -> None:
    with pytest.raises(NoNeed):
        prioritise(assessment, item=item)
    assert rows(assessment) == {}


def test_before_the_start_nothing_has_been_found(municipality: Municipality) -> None:
    factories.person(municipality, Role.COORDINATOR)
    with pytest.raises(NotBegun):
        prioritise(factories.invited(municipality))


def test_an_assessment_of_others_is_not_there(assessment: Assessment, other_municipality: Municipality) -> None:
    actor = factories.person(other_municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(other_municipality)), pytest.raises(Assessment.DoesNotExist):
        set_priority(actor=actor, assessment_id=assessment.pk, item="d1_01", priority="high", reason=REASON)


def test_priorities_live_on_after_signing_and_closing(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    assert prioritise(assessment).priority == "high"
    with scope.enter(scope.programme()):
        close_assessment(actor=UserFactory(staff=True), assessment_id=assessment.pk)
    assert prioritise(assessment, priority="low").priority == "low"


def test_after_signing_the_needs_are_those_that_were_signed(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    with scope.enter(scope.municipality(municipality)):
        Need.objects.filter(item__name="d1_01").update(lapsed_at=timezone.now())
    with pytest.raises(NoNeed):
        prioritise(assessment)
    assert rows(assessment)["d1_01"].lapsed_at is not None


# --- What later apps read ----


def test_open_needs_are_those_of_the_last_signed_assessment(municipality: Municipality) -> None:
    wave = factories.wave("T0")
    first = factories.signed(municipality, wave)
    recorded(first)
    prioritise(first, item="d1_01")
    version = wave.instrument_version
    fields = {"instrument_version": version, "opens_on": timezone.localdate()}
    second = factories.started(municipality, factories.wave("T1", **fields))
    factories.save(second, ANSWERS)
    recorded(second)
    with scope.enter(scope.municipality(municipality)), at_most(1):
        found = queries_needs.open_needs()
    assert {need.assessment_id for need in found} == {first.pk}
    (need,) = [need for need in found if need.item == "d1_01"]
    assert (need.instrument, need.version_id) == (version.instrument.key, version.pk)
    assert (need.kind, need.level, need.priority, need.dimension) == ("gap", 0, "high", 1)
    assert need.target is not None and need.weight >= 1

    third = factories.signed(municipality, factories.wave("T2", **fields))
    recorded(third)
    with scope.enter(scope.municipality(municipality)):
        assert {need.assessment_id for need in queries_needs.open_needs()} == {third.pk}


def test_the_programme_reads_the_open_needs_of_all(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    wave = factories.wave()
    for each in (municipality, other_municipality):
        recorded(factories.signed(each, wave))
    with scope.enter(scope.programme()):
        found = queries_needs.open_needs()
    assert {need.municipality_id for need in found} == {municipality.pk, other_municipality.pk}
    with scope.enter(scope.municipality(municipality)):
        assert {need.municipality_id for need in queries_needs.open_needs()} == {municipality.pk}


def test_lapsed_needs_and_unsigned_assessments_are_not_open(assessment: Assessment) -> None:
    recorded(assessment)
    with scope.enter(scope.municipality(assessment.municipality)):
        assert queries_needs.open_needs() == []


def routine_need(municipality: Municipality, state: str = "completed", unit: OrgUnit | None = None) -> Need:
    with scope.enter(scope.programme()):
        published = InstrumentVersion.objects.first()
    version = published or factories.published_version()
    with scope.enter(scope.municipality(municipality)):
        routine = Routine.objects.create(name=f"Bescheid {uuid4()}", kind="letter", org_unit=unit)
        check = RoutineCheck.objects.create(
            routine=routine,
            instrument_version=version,
            state=state,
            completed_at=timezone.now() if state == "completed" else None,
        )
        item = version.items.get(name="d7_01")
        need: Need = Need.objects.create(routine_check=check, item=item, kind="routine", dimension=7)
        return need


def test_needs_of_completed_routine_checks_are_open_needs(municipality: Municipality) -> None:
    row = routine_need(municipality)
    with scope.enter(scope.municipality(municipality)):
        (need,) = queries_needs.open_needs()
    assert (need.kind, need.item, need.level, need.target) == ("routine", "d7_01", None, None)
    assert need.routine_check_id == row.routine_check_id


# --- Filters ----


def row_of(name: str, dimension: int, priority: str = "") -> NeedRow:
    found = FoundNeed(name, dimension, GAP, 1, 3, 1)
    line = NeedLine(item=Item(name=name, kind="select_one", path=("d",)), label=name, need=found, rule="")
    return NeedRow(line, Need(priority=priority) if priority else None)


LIST = [row_of("a", 1), row_of("b", 1, "not_now"), row_of("c", 2, "low"), row_of("d", 2, "high"), row_of("e", 2)]


def names(query: str) -> str:
    return "".join(row.line.item.name for row in shown(LIST, Chosen.read(QueryDict(query))))


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", "abcde"),
        ("priority=high", "d"),
        ("priority=none", "ae"),
        ("dimension=2", "cde"),
        ("dimension=2&priority=none", "e"),
        ("sort=priority", "dcaeb"),
        ("priority=urgent&dimension=x&sort=name", "abcde"),
        ("dimension=9999", "abcde"),
        ("dimension=7", ""),
    ],
)
def test_filters_and_order(query: str, left: str) -> None:
    assert names(query) == left


def test_a_choice_reads_back_what_its_address_says() -> None:
    chosen = Chosen("not_now", 3, BY_PRIORITY)
    assert Chosen.read(QueryDict(chosen.query.removeprefix("?"))) == chosen
    assert Chosen().query == "?"


def test_missing_knowledge_is_a_need_of_its_own_kind() -> None:
    line = NeedLine(
        item=Item(name="a", kind="select_one", path=("d",)), label="", need=FoundNeed("a", 1, DATA, 1, 3, None), rule=""
    )
    assert line.answer == "unknown"


# --- Pages ----


def test_the_table_shows_level_target_rule_help_and_priority(coordinator: Client, assessment: Assessment) -> None:
    prioritise(assessment, reason="Weil <b>jetzt</b>")
    html = coordinator.get(url("needs", assessment)).content.decode()
    assert 'id="need-d1_01"' in html and 'id="need-d1_03"' in html and 'id="need-d1_02"' not in html
    assert "Weil &lt;b&gt;jetzt&lt;/b&gt;" in html
    assert "kern-badge--warning" in html
    assert html.count("<details") >= 3  # what to do about each of the two, and the filter
    assert url("need-priority", assessment, "d1_03") in html


def test_filters_are_links_and_what_they_leave_is_shown(coordinator: Client, assessment: Assessment) -> None:
    prioritise(assessment)
    page = coordinator.get(url("needs", assessment) + "?priority=high").content.decode()
    assert 'id="need-d1_01"' in page and 'id="need-d1_03"' not in page
    assert "?priority=high&amp;dimension=1" in page
    none = coordinator.get(url("needs", assessment) + "?priority=low").content.decode()
    assert "app-empty" in none and 'id="need-d1_01"' not in none


def test_without_needs_the_page_says_what_to_do_first(municipality: Municipality) -> None:
    client = signed_in(member(municipality))
    assessment = factories.invited(municipality)
    html = client.get(url("needs", assessment)).content.decode()
    assert "app-empty" in html and url("detail", assessment) in html


def test_a_priority_is_set_on_its_page_and_seen_in_the_table(coordinator: Client, assessment: Assessment) -> None:
    page = url("need-priority", assessment, "d1_01")
    assert coordinator.get(page).status_code == 200
    response = coordinator.post(page, {"priority": "medium", "reason": REASON})
    assert (response.status_code, response["Location"]) == (303, url("needs", assessment) + "#need-d1_01")
    assert REASON in coordinator.get(url("needs", assessment)).content.decode()
    shown_again = coordinator.get(page).content.decode()
    assert 'value="medium"' in shown_again and "checked" in shown_again and REASON in shown_again


def test_the_signatory_may_set_it_too(municipality: Municipality, assessment: Assessment) -> None:
    client = signed_in(member(municipality, Role.SIGNATORY))
    page = url("need-priority", assessment, "d1_01")
    assert client.post(page, {"priority": "high", "reason": REASON}).status_code == 303


@pytest.mark.parametrize("sent", [{}, {"priority": "high"}, {"reason": REASON}, {"priority": "x", "reason": REASON}])
def test_a_priority_without_a_reason_comes_back(
    coordinator: Client, assessment: Assessment, sent: dict[str, str]
) -> None:
    response = coordinator.post(url("need-priority", assessment, "d1_01"), sent)
    assert response.status_code == 422
    assert "app-error-summary" in response.content.decode()
    assert rows(assessment) == {}


def test_what_is_no_need_has_no_page_and_takes_no_priority(coordinator: Client, assessment: Assessment) -> None:
    page = url("need-priority", assessment, "d1_02")
    assert coordinator.get(page).status_code == 404
    response = coordinator.post(page, {"priority": "high", "reason": REASON})
    assert (response.status_code, response["Location"]) == (303, url("needs", assessment))
    assert rows(assessment) == {}


def test_contributors_and_the_project_team_read_without_setting(
    municipality: Municipality, assessment: Assessment, staff: Any
) -> None:
    for user in (member(municipality, Role.CONTRIBUTOR), staff):
        client = signed_in(user)
        html = client.get(url("needs", assessment)).content.decode()
        assert 'id="need-d1_01"' in html and url("need-priority", assessment, "d1_01") not in html
        page = url("need-priority", assessment, "d1_01")
        assert client.get(page).status_code == 403
        assert client.post(page, {"priority": "high", "reason": REASON}).status_code == 403
    assert rows(assessment) == {}


def test_needs_that_lapsed_with_a_priority_are_named(coordinator: Client, assessment: Assessment) -> None:
    prioritise(assessment)
    factories.save(assessment, {"d1_01": "4"})
    html = coordinator.get(url("needs", assessment)).content.decode()
    assert 'id="need-d1_01"' not in html and REASON in html


def test_needs_of_routines_stand_below_for_whom_they_are_to_be_seen(
    municipality: Municipality, coordinator: Client, assessment: Assessment
) -> None:
    need = routine_need(municipality)
    page = reverse("routines-result", args=[municipality.slug, need.routine_check_id])
    assert page in coordinator.get(url("needs", assessment)).content.decode()
    contributor = signed_in(member(municipality, Role.CONTRIBUTOR))
    assert page not in contributor.get(url("needs", assessment)).content.decode()


def test_the_pages_take_a_bounded_number_of_queries(
    municipality: Municipality, coordinator: Client, assessment: Assessment
) -> None:
    factories.save(assessment, factories.full_answers(["0", "1", "unknown"]))
    recorded(assessment)
    routine_need(municipality)
    for address in (url("needs", assessment), url("need-priority", assessment, "d1_01")):
        coordinator.get(address)
        with at_most(12):
            coordinator.get(address)
