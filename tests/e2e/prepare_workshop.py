"""What the pages of recommendations, panel and commitments need for a visit: objects found in the demo, and a few more.

Part of prepare.py, which has set Django up before it imports this.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts.models import ProgrammeInvitation, User
from apps.commitments.actions import calendar, commitments, measure_details
from apps.commitments.actions.adoptions import Decision, Grounds, take_step
from apps.commitments.models import (
    Adoption,
    AdoptionNeed,
    IndicatorValue,
    Measure,
    MeasureEvidence,
    Pilot,
    SelfCommitment,
    TenPointReport,
)
from apps.core import scope
from apps.demo.seeding.workshop import Members, seed_workshop
from apps.files.checks import check
from apps.municipalities.actions.invitations import hash_of
from apps.municipalities.models import Municipality
from apps.recommendations.actions.synopses import make_synopsis, order_synopsis
from apps.recommendations.guards import KIND
from apps.recommendations.models import (
    Comment,
    Expense,
    MappingRule,
    RecommendationVersion,
    Round,
    TeamMember,
)
from apps.reviews.actions import statements
from apps.reviews.models import Advice, Condition, Meeting, MinorityStatement, Review
from tests.commitments import factories as commitment_factories
from tests.files import samples
from tests.recommendations.factories import version_in

COMPLAINT, POINT_13, SELECTION, ROUTINES, LANGUAGE = 7, 6, 3, 9, 10
Objects = Mapping[str, Mapping[str, Any]]

#: What may stick out of a narrow screen.
LONG_WORDS = "Antidiskriminierungsrichtlinie für Auswahlverfahren der Verwaltungsbeschäftigten beschließen"
#: bench is invited to both rounds, answering leads the team of the open one, author has a section in hand.
ACTORS = {
    "bench": "ronja.weisz@zivilgesellschaft.example",
    "answering": "daniyar.sultanow@zivilgesellschaft.example",
    "author": "rainer.wolframm@bank-verwaltung.example",
    "expenses": "aminata.keller@zivilgesellschaft.example",
    "panel": "cem.arikan@gremium.example",
    "undeclared": "tuan.le-harms@gremium.example",
    "conflicted": "hatice.bergmann@gremium.example",
}


def workshop_objects(staff: User, token: str) -> Objects:
    """By the names that visits.py uses. token: what the links of invitations carry."""
    members = seed_workshop(staff, "")
    versions = {
        version.recommendation.number: version.pk
        for version in RecommendationVersion.objects.select_related("recommendation")
    }
    ProgrammeInvitation.objects.filter(state="open").update(token_hash=hash_of(token))
    invitation = ProgrammeInvitation.objects.get(state="open")
    return {
        "municipalities-programme-role-end": {"pk": members["Weisz"].pk},
        "municipalities-programme-role-naming": {"pk": members["Weisz"].pk},
        "municipalities-programme-invitation-revoke": {"pk": invitation.pk},
        **_recommendations(staff, members, versions),
        **_panel(staff, members, versions),
        **_commitments(staff, members, versions),
    }


def _recommendations(staff: User, members: Members, versions: Mapping[int, UUID]) -> Objects:
    about, closed = Round.objects.get(state="open"), Round.objects.get(version=versions[COMPLAINT])
    complaint = RecommendationVersion.objects.get(pk=versions[COMPLAINT])
    threads = Comment.objects.filter(round=about, thread=None, withdrawn_at=None)
    theirs = threads.exclude(author=members["Weisz"].user).exclude(block=None).order_by("created_at")[0]
    own = threads.get(author=members["Weisz"].user)
    with scope.enter(scope.programme()):
        copies = [order_synopsis(actor=staff, round_id=made.pk, language="de") for made in (about, closed)]
        rule = MappingRule.objects.filter(recommendation__number=COMPLAINT)[0]
    for copy in copies:
        make_synopsis(scope=scope.programme(), copy_id=str(copy.pk))
    return {
        "recommendations": {
            "pk": versions[ROUTINES],
            "version_id": versions[ROUTINES],
            "round_id": about.pk,
            "block_id": theirs.block_id,
            "comment_id": theirs.pk,
            "member_id": TeamMember.objects.filter(recommendation__number=ROUTINES)[0].pk,
            "expense_id": Expense.objects.get(state="noted").pk,
            "name": "steps",
            "section": "goal",
            "number": COMPLAINT,
            "version": 1,
            "old": 1,
            "new": 1,
        },
        "recommendations-fields": {"name": "measures"},
        "recommendations-section-take-over": {"section": "steps"},
        "recommendations-comment-withdraw": {"comment_id": own.pk},
        "commitments-reasons-digest": {"recommendation_id": complaint.recommendation_id},
        "commitments-reasons-pass-on": {"recommendation_id": complaint.recommendation_id},
        "recommendations-read": {"pk": versions[COMPLAINT]},
        "recommendations-read-municipality": {"pk": versions[COMPLAINT]},
        "recommendations-compare-editions": {"pk": versions[COMPLAINT]},
        "in-hand": {"section": "steps"},
        "draft-note": {"pk": versions[1]},
        "standard": {"pk": versions[COMPLAINT]},
        "in-round": {"pk": versions[LANGUAGE]},
        "before-panel": {"pk": versions[POINT_13]},
        "piloting": {"pk": versions[SELECTION]},
        "closed-round": {"round_id": closed.pk},
        "legal": {"name": "legal_bases"},
        "indicator": {"name": "indicator"},
        "rules": {"rule_id": rule.pk},
    }


def _panel(staff: User, members: Members, versions: Mapping[int, UUID]) -> Objects:
    voting = Review.objects.get(state="voting")
    decided = Review.objects.filter(subject_id=versions[COMPLAINT]).order_by("decided_at")[0]
    past, coming = Meeting.objects.order_by("starts_at")
    arikan = members["Arıkan"]
    own = statements.write_statement(
        actor=arikan.user, member=arikan, review_id=voting.pk, text="Die Frist ist zu kurz.", by_name=False
    )
    drafted = Advice.objects.get(state="draft")
    return {
        "panel": {
            "kind": KIND,
            "subject_id": version_in("panel_review", staff=staff, title="Ausländerbehörde mit Termin").pk,
            "review_id": voting.pk,
            "assignment_id": voting.assignments.all()[0].pk,
            "meeting_id": coming.pk,
            "item_id": coming.agenda.all()[0].pk,
            "advice_id": Advice.objects.get(state="given").pk,
            "condition_id": Condition.objects.get(review=decided).pk,
            "statement_id": own.pk,
        },
        "held": {"meeting_id": past.pk},
        "drafted": {"advice_id": drafted.pk},
        "answered": {"advice_id": Advice.objects.get(state="answered").pk},
        "review-decided": {"review_id": decided.pk},
        "signed-statement": {"statement_id": MinorityStatement.objects.get(review=decided).pk},
    }


def _commitments(staff: User, members: Members, versions: Mapping[int, UUID]) -> Objects:
    lindenfurt, elsewhere = (Municipality.objects.get(slug=slug) for slug in ("lindenfurt", "brueckmuende"))
    amina = User.objects.get(email="amina.reuter@lindenfurt.example")
    earlier = version_in("standard", staff=staff, title="Beflaggung am Gedenktag")
    asked = commitment_factories.adoption(lindenfurt, earlier, "adopted", started_by=amina)
    commitment_factories.next_standard(earlier, staff)
    piloted = version_in("pilot_ready", staff=staff, title="Anrede in Schreiben")
    document, today = check("Beschluss.pdf", samples.pdf()), timezone.localdate()
    with scope.enter(scope.municipality(elsewhere)):
        draft = commitments.draft_commitment(actor=None, title="Selbstverpflichtung", text="Wir wählen strukturiert.")
        in_force = commitments.put_in_force(
            actor=None,
            commitment_id=draft.pk,
            document=document,
            decided_by="leadership",
            reference="Verfügung 4/2026",
            decided_on=today,
            signatory_name="Matthias Brandt-Okafor",
            signatory_function="Oberbürgermeister",
            valid_from=today,
            valid_until=None,
            review_on=None,
            is_public=False,
        )
    with scope.enter(scope.municipality(lindenfurt)):
        adopted = Adoption.objects.get(version=versions[COMPLAINT])
        considered = Adoption.objects.get(version=versions[LANGUAGE])
        decision = Decision("Vorlage 2026/230", today, "Henrike Vollmann", "Oberbürgermeisterin", document)
        with_document = take_step(
            actor=amina,
            adoption_id=Adoption.objects.get(version=versions[SELECTION]).pk,
            step="adopt",
            grounds=Grounds(decision=decision),
        )
        measures = {measure.number: measure for measure in Measure.objects.all()}
        Measure.objects.filter(pk=measures[2].pk).update(title=LONG_WORDS)
        proof = measure_details.add_evidence(
            actor=amina, measure_id=measures[2].pk, title="Aushang", dated_on=today, document=document
        )
        next_commitment = commitments.draft_commitment(actor=amina, title="Neue Fassung", text="Wir gehen weiter.")
        token = calendar.create_address(actor=amina, only_mine=False)
        planned, running = (
            _pilot(staff, key, state) for key, state in ((versions[SELECTION], "planned"), (piloted.pk, "running"))
        )
        return {
            "commitments": {
                "adoption_id": adopted.pk,
                "version_id": versions[1],
                "commitment_id": SelfCommitment.objects.get(state="in_force").pk,
                "name": "lapse",
                "token": token,
            },
            "draft-commitment": {"commitment_id": next_commitment.pk},
            "asked": {"adoption_id": asked.pk},
            "considered": {"adoption_id": considered.pk},
            "with-document": {"adoption_id": with_document.pk},
            "measures": {
                "measure_id": measures[2].pk,
                "value_id": IndicatorValue.objects.filter(measure=measures[2])[0].pk,
                "evidence_id": proof.pk,
                "after_id": measures[1].pk,
            },
            "by-address": {
                "measure_id": measures[1].pk,
                "evidence_id": MeasureEvidence.objects.get(measure=measures[1]).pk,
            },
            "waiting": {"measure_id": measures[4].pk},
            "pilots": {
                "pilot_id": Pilot.objects.get(subject_id=versions[COMPLAINT]).pk,
                "kind": KIND,
                "subject_id": versions[COMPLAINT],
            },
            "planned": {"pilot_id": planned},
            "running": {"pilot_id": running},
            "still-piloted": {"subject_id": versions[SELECTION]},
            "chain": {
                "need_id": AdoptionNeed.objects.filter(adoption=adopted)[0].need_id,
                "measure": measures[1].pk,
                "recommendation": adopted.version.recommendation_id,
            },
            "ten": {"report_id": TenPointReport.objects.get().pk, "point": 3},
            "commitments-commitment-document": {"slug": elsewhere.slug, "commitment_id": in_force.pk},
        }


def _pilot(staff: User, subject: UUID, state: str) -> UUID:
    """A pilot of Lindenfurt beside the demo's."""
    today = timezone.localdate()
    pilot = Pilot(
        subject_kind=KIND,
        subject_id=subject,
        subject_title="Anrede in Schreiben" if state == "running" else "Strukturierte Personalauswahl",
        state=state,
        planned_by=staff,
        plan="Ein Vierteljahr im Bürgeramt.",
        starts_on=today - timedelta(days=9),
        indicator="Anteil der geprüften Vorlagen",
        unit_of_value="Prozent",
    )
    pilot.save(force_insert=True)
    key: UUID = pilot.pk
    return key
