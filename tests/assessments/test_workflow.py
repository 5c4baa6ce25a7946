"""From the invitation to the closed assessment: each step, who may take it, and what it leaves behind."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.assessments import queries, queries_report
from apps.assessments.actions import assessments as actions
from apps.assessments.actions import waves as wave_actions
from apps.assessments.content import content_hash
from apps.assessments.models import Assessment, AssessmentSection, DimensionResult, Signature, Wave
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from apps.notifications.models import OutgoingMail
from tests.assessments import factories
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db


def fresh(assessment: Assessment) -> Assessment:
    return queries.assessments().get(pk=assessment.pk)


def verbs(assessment: Assessment) -> list[str]:
    return list(
        AuditEntry.objects.filter(target_id=str(assessment.pk)).order_by("created_at").values_list("verb", flat=True)
    )


# --- Waves --------------------------------------------------------------------------------------------------------


def test_a_wave_takes_only_a_published_questionnaire() -> None:
    version = factories.published_version()
    version.state = "draft"
    with pytest.raises(actions.WrongState):
        factories.draft_wave(instrument_version=version)


def test_a_wave_ends_after_it_begins() -> None:
    version = factories.published_version()
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.create(label="T0", instrument_version=version, opens_on="2026-02-01", closes_on="2026-01-01")


def test_inviting_creates_one_assessment_and_tells_the_coordinators_once(municipality: Municipality) -> None:
    coordinator = member(municipality)
    wave = factories.wave()
    assessment = factories.invited(municipality, wave)
    with scope.enter(scope.programme()):
        again = wave_actions.invite_municipalities(
            actor=None, wave=wave, municipalities=[municipality], base_url="https://kommunen.example"
        )
        (mail,) = OutgoingMail.objects.filter(kind="assessment-invitation")
        assert (again, mail.to) == ([], coordinator.email)
        assert f"https://kommunen.example/k/{municipality.slug}/assessments/{assessment.pk}/" in mail.text
        assert verbs(assessment) == ["assessment.invited"]


def test_nobody_is_invited_to_a_wave_that_is_not_open(municipality: Municipality) -> None:
    wave = factories.draft_wave()
    with scope.enter(scope.programme()), pytest.raises(actions.WrongState):
        wave_actions.invite_municipalities(actor=None, wave=wave, municipalities=[municipality], base_url="https://x")


def test_opening_and_closing_happen_once_and_closed_is_closed(staff: object) -> None:
    wave = factories.draft_wave()
    with scope.enter(scope.programme()):
        with pytest.raises(actions.WrongState):
            wave_actions.close_wave(actor=staff, wave=wave)
        opened = wave_actions.open_wave(actor=staff, wave=wave)
        assert wave_actions.open_wave(actor=staff, wave=wave).opened_at == opened.opened_at
        closed = wave_actions.close_wave(actor=staff, wave=wave)
        assert wave_actions.close_wave(actor=staff, wave=wave).closed_at == closed.closed_at
        with pytest.raises(actions.WrongState):
            wave_actions.open_wave(actor=staff, wave=wave)


def test_closing_a_wave_closes_what_is_signed_and_stops_the_rest(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    wave = factories.wave()
    done, open_one = factories.signed(municipality, wave), factories.started(other_municipality, wave)
    with scope.enter(scope.programme()):
        wave_actions.close_wave(actor=None, wave=wave)
        assert fresh(done).state == Assessment.State.CLOSED
        assert fresh(open_one).state == Assessment.State.IN_PROGRESS
    with pytest.raises(Exception, match="in_progress"):
        factories.save(open_one, {"d1_01": "1"})


# --- Start and hand in ----------------------------------------------------------------------------------------------


def test_starting_lays_out_the_sections_once(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    with scope.enter(scope.municipality(municipality)):
        again = actions.start_assessment(actor=member(municipality), assessment_id=assessment.pk)
        assert again.started_at == assessment.started_at
        assert AssessmentSection.objects.filter(assessment=assessment).count() == 11


def test_a_started_assessment_says_when(municipality: Municipality) -> None:
    assessment = factories.invited(municipality)
    with scope.enter(scope.municipality(municipality)), pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=assessment.pk).update(state="in_progress")


def test_handing_in_lists_what_is_missing(municipality: Municipality) -> None:
    assessment = factories.answered(municipality)
    factories.save(assessment, {"d5_02": "done_for_us"})
    with scope.enter(scope.municipality(municipality)), pytest.raises(actions.Incomplete) as error:
        actions.submit_for_review(actor=member(municipality), assessment_id=assessment.pk, url="https://x/")
    assert [(missing.item.name, missing.reason) for missing in error.value.missing] == [("d5_02", "done_by")]


def test_handing_in_tells_the_signatories_once(municipality: Municipality) -> None:
    signatory = member(municipality, Role.SIGNATORY)
    assessment = factories.in_review(municipality)
    with scope.enter(scope.municipality(municipality)):
        actions.submit_for_review(actor=member(municipality), assessment_id=assessment.pk, url="https://x/")
        (mail,) = OutgoingMail.objects.filter(kind="assessment-to-sign")
        assert (mail.to, "https://x.example/" in mail.text) == (signatory.email, True)
        assert verbs(assessment) == ["assessment.invited", "assessment.started", "assessment.submitted"]


def test_evidence_from_level_three_is_demanded_only_where_the_wave_demands_it(municipality: Municipality) -> None:
    first = factories.answered(municipality, factories.wave("T0"))
    second = factories.answered(
        municipality, factories.wave("T1", evidence_required=True, instrument_version=first.wave.instrument_version)
    )
    with scope.enter(scope.municipality(municipality)):
        assert list(queries.read(fresh(first)).missing()) == []
        assert list(queries.read(fresh(first)).without_evidence())
        demanded = list(queries.read(fresh(second)).missing())
    assert {missing.reason for missing in demanded} == {"evidence"}
    levels = factories.full_answers()
    factories.save(second, {m.item.name: levels[m.item.name] for m in demanded}, evidence="Vorlage 7, S. 2, 1.3.2026")
    with scope.enter(scope.municipality(municipality)):
        assert list(queries.read(fresh(second)).missing()) == []


# --- Sign, return, close ----------------------------------------------------------------------------------------------


def test_signing_keeps_the_results_and_the_hash_of_the_answers(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    with scope.enter(scope.municipality(municipality)):
        (signature,) = Signature.objects.filter(assessment=assessment)
        answers = queries.contents_of(queries.answers_of(fresh(assessment)))
        assert signature.content_hash == content_hash(answers)
        assert (signature.kind, signature.function) == ("account", "Bürgermeisterin")
        results = DimensionResult.objects.filter(assessment=assessment)
        assert [result.dimension for result in results] == list(range(1, 11))
        assert all(result.coverage == Decimal(1) for result in results)
        entry = AuditEntry.objects.get(verb="assessment.signed_off")
        assert entry.data == {"kind": "account", "content_hash": signature.content_hash}


def test_the_kept_result_is_the_one_calculated_by_hand(municipality: Municipality) -> None:
    """Dimension 10 with levels 4, 2, 0 and one unknown: Σ(weight × level/4) over the known weight, and bounds."""
    answers = {**factories.full_answers(), "d10_01": "4", "d10_02": "2", "d10_03": "0", "d10_04": "unknown"}
    assessment = factories.signed(municipality, answers=answers)
    with scope.enter(scope.municipality(municipality)):
        items = queries.questionnaire_of(fresh(assessment)).form.level_items
        result = DimensionResult.objects.get(assessment=assessment, dimension=10)
    a, b, c, unknown = (Decimal(item.weight) for item in items if item.dimension == 10)
    reached, known, total = a + b / 2, a + b + c, a + b + c + unknown
    place = Decimal("0.00001")
    assert result.value == (reached / known).quantize(place)
    assert (result.lower, result.upper) == (
        (reached / total).quantize(place),
        ((reached + unknown) / total).quantize(place),
    )
    assert (result.coverage, result.unknown_share) == (
        (known / total).quantize(place),
        (unknown / total).quantize(place),
    )
    assert (result.counted, result.known) == (4, 3)


def test_only_a_signatory_signs_and_only_what_has_been_handed_in(municipality: Municipality) -> None:
    assessment = factories.in_review(municipality)
    for role in (Role.COORDINATOR, Role.CONTRIBUTOR, Role.EMPLOYEE):
        with scope.enter(scope.municipality(municipality)), pytest.raises(actions.NotSignatory):
            actions.sign_off(actor=member(municipality, role), assessment_id=assessment.pk, name="N", function="F")
    signatory = member(municipality, Role.SIGNATORY)
    with scope.enter(scope.municipality(municipality)):
        actions.return_to_progress(actor=signatory, assessment_id=assessment.pk, reason="Noch einmal")
        with pytest.raises(actions.WrongState):
            actions.sign_off(actor=signatory, assessment_id=assessment.pk, name="N", function="F")


def test_a_former_signatory_does_not_sign(municipality: Municipality) -> None:
    assessment = factories.in_review(municipality)
    signatory = member(municipality, Role.SIGNATORY)
    with scope.enter(scope.municipality(municipality)):
        Membership.objects.filter(user=signatory).update(ended_at="2026-01-01T00:00Z")
        with pytest.raises(actions.NotSignatory):
            actions.sign_off(actor=signatory, assessment_id=assessment.pk, name="N", function="F")


def test_signing_twice_leaves_one_signature(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    signatory = factories.person(municipality, Role.SIGNATORY)
    with scope.enter(scope.municipality(municipality)):
        actions.sign_off(actor=signatory, assessment_id=assessment.pk, name="Andere", function="F")
        assert Signature.objects.filter(assessment=assessment).count() == 1


def test_returning_what_is_signed_revokes_the_signature(municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    signatory = factories.person(municipality, Role.SIGNATORY)
    with scope.enter(scope.municipality(municipality)):
        back = actions.return_to_progress(actor=signatory, assessment_id=assessment.pk, reason="  3.2 prüfen ")
        assert (back.state, back.return_reason, back.submitted_at) == ("in_progress", "3.2 prüfen", None)
        assert queries.valid_signature(back) is None
        assert not DimensionResult.objects.filter(assessment=assessment)
        assert verbs(assessment)[-1] == "assessment.returned"
    factories.save(assessment, {"d3_02": "4"})


def test_a_return_needs_a_reason_and_something_to_return(municipality: Municipality) -> None:
    assessment = factories.in_review(municipality)
    actor = UserFactory()
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(ValueError, match="reason"):
            actions.return_to_progress(actor=actor, assessment_id=assessment.pk, reason="  ")
        actions.return_to_progress(actor=actor, assessment_id=assessment.pk, reason="x")
        with pytest.raises(actions.WrongState):
            actions.return_to_progress(actor=actor, assessment_id=assessment.pk, reason="x")


def test_only_what_is_signed_is_closed_and_closed_is_not_returned(municipality: Municipality, staff: object) -> None:
    assessment = factories.in_review(municipality)
    with scope.enter(scope.programme()), pytest.raises(actions.WrongState):
        actions.close_assessment(actor=staff, assessment_id=assessment.pk)
    signatory = member(municipality, Role.SIGNATORY)
    with scope.enter(scope.municipality(municipality)):
        actions.sign_off(actor=signatory, assessment_id=assessment.pk, name="N", function="F")
    with scope.enter(scope.programme()):
        actions.close_assessment(actor=staff, assessment_id=assessment.pk)
        assert AuditEntry.objects.get(verb="assessment.closed").municipality_id == municipality.pk
    with scope.enter(scope.municipality(municipality)), pytest.raises(actions.WrongState):
        actions.return_to_progress(actor=signatory, assessment_id=assessment.pk, reason="x")


def test_the_project_team_reads_answers_and_cannot_change_them(municipality: Municipality) -> None:
    assessment = factories.answered(municipality)
    with scope.enter(scope.programme()):
        assert len(queries.answers_of(fresh(assessment))) > 60
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            assessment.answers.update(note="von außen")


# --- Report -----------------------------------------------------------------------------------------------------------


def test_the_report_says_everything_in_the_language_asked_for(municipality: Municipality) -> None:
    answers = {**factories.full_answers(), "d1_01": "unknown", "d1_wishes": "Vorlagen"}
    assessment = factories.signed(municipality, answers=answers)
    with scope.enter(scope.municipality(municipality)):
        data = queries_report.report_data(assessment.pk, language="en")
    assert (len(data.sections), len(data.profile), data.language) == (11, 10, "en")
    assert sum(len(section.items) for section in data.sections) == 62
    first = data.sections[1]
    assert (first.dimension, first.label, first.wishes) == (1, "Mission, steering, resources", "Vorlagen")
    assert (first.items[0].special, first.items[0].level, first.items[0].is_need) == ("unknown", None, True)
    assert first.items[1].descriptor
    assert data.signature is not None and data.signature.function == "Bürgermeisterin"
    assert {need.item for need in data.needs} >= {"d1_01"}
    assert data.method.asked == 62 and data.method.unknown == 1


def test_the_results_of_the_wave_before_stand_beside(municipality: Municipality) -> None:
    first = factories.signed(municipality, factories.wave("T0"), answers=factories.full_answers(["1"]))
    version = first.wave.instrument_version
    later = factories.wave("T1", instrument_version=version, opens_on="2027-11-01", closes_on="2028-01-31")
    second = factories.answered(municipality, later, factories.full_answers(["3"]))
    with scope.enter(scope.municipality(municipality)):
        row = queries_report.report_data(second.pk, language="de").profile[0]
    assert (row.value, row.previous) == (0.75, 0.25)
