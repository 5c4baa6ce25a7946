"""Where trainings meet the rest: facts for rules and texts, the chain, the home pages, the cockpit."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags

from apps.commitments import queries_chain
from apps.core import module_declaration, scope
from apps.dashboard.home_training import NextTraining, figures_by_municipality, next_trainings
from apps.municipalities.models import Municipality, Role
from apps.recommendations import modules
from apps.training.models import Approver, Completion, Module
from tests.factories import UserFactory, member
from tests.recommendations.factories import recommendation
from tests.recommendations.factories import version_in as recommendation_in
from tests.recommendations.rule_factories import needs, questionnaire, stored
from tests.training import factories, place_factories
from tests.training.module_factories import version_in

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KEY = "beschwerde-fuehren"


def signed_in(municipality: Municipality, role: str, user: Any = None) -> Client:
    client = Client()
    client.force_login(member(municipality, role, user), backend=BACKEND)
    return client


def words(content: bytes | str) -> str:
    text = content.decode() if isinstance(content, bytes) else content
    return " ".join(unescape(strip_tags(text)).split())


# --- Modules that exist -----


def test_every_module_is_told_and_only_what_is_offered_has_a_title(db: None) -> None:
    factories.module("Geheim", key="geheim")
    factories.offered("Beschwerde führen", key=KEY, dimension=5)
    facts = module_declaration.modules()
    assert [(fact.key, fact.title, fact.is_offered, fact.is_public) for fact in facts.values()] == [
        ("geheim", "", False, False),
        (KEY, "Beschwerde führen", True, True),
    ]
    assert facts[KEY].dimension == 5
    assert facts[KEY].code == "KfA-M 2"


def test_a_module_that_is_tried_out_is_offered_to_municipalities_and_not_public(db: None) -> None:
    module = version_in("pilot_ready", title="Erprobt").module
    fact = module_declaration.modules()[module.key]
    assert (fact.is_offered, fact.is_public) == (True, False)


def test_titles_are_in_the_language_of_the_moment(db: None) -> None:
    factories.offered("Führen", key=KEY, edition={"words_en": {"title": {"text": "Leading", "of": ""}}})
    with translation.override("en"):
        assert module_declaration.modules()[KEY].title == "Leading"
    with translation.override("de"):
        assert module_declaration.modules()[KEY].title == "Führen"


def test_a_named_module_says_how_far_it_is(db: None) -> None:
    factories.offered("Wie er im Katalog heißt", key=KEY)
    factories.module("Geheim", key="grundlagen")
    there, written, planned, unknown = modules.named([KEY, "grundlagen", "empowerment", "gibt-es-nicht", KEY])
    assert (there.title, there.is_offered) == ("Wie er im Katalog heißt", True)
    assert (written.title, written.is_offered) == ("Grundlagen am Schreibtisch", False)
    assert written.state == planned.state == modules.IN_PREPARATION
    assert unknown.title == "gibt-es-nicht"
    assert unknown.state not in (modules.IN_PREPARATION, there.state)


def test_suggestions_lead_to_the_module_once_it_is_offered(municipality: Municipality, staff: Any) -> None:
    recommendation_in("standard")
    needs(municipality, questionnaire({"d5_03": 3, "d6_01": 3}), {"d5_03": 1, "d6_01": 1})
    stored(staff, "d5_03", module=KEY)
    stored(staff, "d6_01", module=KEY, recommendation=None)
    client = signed_in(municipality, Role.COORDINATOR)
    link = reverse("training-module", args=[municipality.slug, KEY])
    suggested = reverse("recommendations-suggestions", args=[municipality.slug])
    assert link not in client.get(suggested).content.decode()
    factories.offered("Beschwerde führen", key=KEY)
    assert client.get(suggested).content.decode().count(link) == 2


def test_a_recommendation_names_its_modules_and_links_those_that_can_be_read(municipality: Municipality) -> None:
    version = recommendation()
    version.editions.update(training=[KEY, "grundlagen"])
    version.shared_as_draft_at = timezone.now()
    version.save(update_fields=["shared_as_draft_at"])
    factories.offered("Beschwerde führen", key=KEY)
    response = signed_in(municipality, Role.COORDINATOR).get(
        reverse("recommendations-read-municipality", args=[municipality.slug, version.pk])
    )
    assert reverse("training-module", args=[municipality.slug, KEY]) in response.content.decode()
    assert "Grundlagen am Schreibtisch" in words(response.content)


def test_in_public_a_named_module_is_linked_where_everybody_may_read_it(db: None) -> None:
    module = factories.offered("Beschwerde führen", key=KEY)
    piloted = version_in("pilot_ready", title="Erprobt").module
    shown, hidden = (
        render_to_string("recommendations/suggestions/_module.html", {"module": named, "slug": ""})
        for named in modules.named([KEY, piloted.key])
    )
    assert reverse("training-public", args=[module.number]) in shown
    assert "Erprobt" in hidden
    assert "href" not in hidden


def test_coverage_counts_a_module_as_missing_until_it_is_offered(client: Client, staff: Any) -> None:
    with scope.enter(scope.programme()):
        questionnaire({"d5_03": 3})
        recommendation_in("standard")
        stored(staff, module=KEY)
    client.force_login(staff, backend=BACKEND)
    assert [line.key for line in client.get(reverse("coverage")).context["modules"]] == [KEY]
    factories.offered("Beschwerde führen", key=KEY)
    assert client.get(reverse("coverage")).context["modules"] == []


# --- The chain -----


@pytest.fixture
def chained(municipality: Municipality, staff: Any) -> Municipality:
    """A municipality with a need that a rule answers with the module."""
    from tests.assessments import factories as assessments

    wave = assessments.wave("T0", opens_on=date(2026, 11, 1), closes_on=date(2026, 12, 31))
    assessments.signed(municipality, wave, answers={**assessments.full_answers(["1"])})
    with scope.enter(scope.programme()):
        stored(staff, "d5_06", instrument="kfa_bedarfserhebung", threshold=2, module=KEY, recommendation=None)
    return municipality


def training_of(municipality: Municipality) -> Any:
    with scope.enter(scope.municipality(municipality)), translation.override("de"):
        (link,) = [link for chain in queries_chain.chains(municipality) for link in chain.training]
    return link


def test_the_chain_tells_whether_a_module_can_be_taken_and_when(chained: Municipality) -> None:
    assert training_of(chained).state == modules.IN_PREPARATION
    module = factories.offered("Beschwerde führen", key=KEY)
    assert (training_of(chained).is_offered, training_of(chained).sessions) == (True, 0)
    session = factories.session(module)
    assert (training_of(chained).sessions, training_of(chained).next_on) == (
        1,
        timezone.localdate(session.first_starts_at),
    )


def test_the_chain_is_read_from_the_training_to_the_need_too(chained: Municipality) -> None:
    factories.offered("Beschwerde führen", key=KEY)
    client = signed_in(chained, Role.COORDINATOR)
    backwards = f"{reverse('chain-list', args=[chained.slug])}?training={KEY}"
    assert backwards in client.get(reverse("training-module", args=[chained.slug, KEY])).content.decode()
    response = client.get(backwards)
    assert len(response.context["chains"]) == 1
    assert reverse("training-module", args=[chained.slug, KEY]) in response.content.decode()
    need = response.context["chains"][0].key
    detail = client.get(reverse("chain-detail", args=[chained.slug, need])).content.decode()
    assert "Beschwerde führen" in detail


# --- At home -----


def home(municipality: Municipality, role: str = Role.COORDINATOR, user: Any = None) -> Any:
    response = signed_in(municipality, role, user).get(reverse("dashboard-municipality", args=[municipality.slug]))
    assert response.status_code == 200
    return response


def test_everybody_sees_the_next_sessions(municipality: Municipality) -> None:
    sessions = [factories.session(starts=timezone.now() + timedelta(days=10 + number)) for number in range(4)]
    response = home(municipality, Role.EMPLOYEE)
    shown = [line.session for line in response.context["trainings"].sessions]
    assert shown == sessions[:3]
    assert reverse("training-gate", args=[municipality.slug]) not in response.content.decode()


def test_the_coordination_is_told_that_records_are_not_open_and_sees_the_own_sessions(
    municipality: Municipality,
) -> None:
    gate = reverse("training-gate", args=[municipality.slug])
    assert not home(municipality).context["trainings"].gate_is_open
    assert gate in home(municipality).content.decode()
    factories.opened(municipality)
    soon = timezone.now() + timedelta(days=4)
    factories.session(host=municipality, starts=soon, minimum=5, enrol_until=soon - timedelta(days=1))
    part = home(municipality).context["trainings"]
    assert (part.gate_is_open, part.planned, part.too_few) == (True, 1, 1)
    assert not part.is_calm


def test_an_approver_is_told_how_many_enrolments_wait(municipality: Municipality) -> None:
    factories.opened(municipality, approval="required")
    person, approver = place_factories.employee(municipality), place_factories.employee(municipality)
    with scope.enter(scope.municipality(municipality)):
        Approver.objects.create(user=approver)
    place_factories.enrolled(person, factories.session(), municipality)
    client = Client()
    client.force_login(approver, backend=BACKEND)
    response = client.get(reverse("dashboard-municipality", args=[municipality.slug]))
    assert response.context["trainings"].to_approve == 1
    assert reverse("training-approvals", args=[municipality.slug]) in response.content.decode()
    assert home(municipality, Role.EMPLOYEE).context["trainings"].to_approve == 0


# --- On the own page -----


def mine(person: Any) -> list[NextTraining]:
    with scope.enter(scope.person(person)):
        return next_trainings(person)


def told(person: Any) -> str:
    with translation.override("de"):
        return words(render_to_string("dashboard/_my_trainings.html", {"trainings": mine(person)}))


def test_the_own_page_says_the_same_of_every_kind_of_training(municipality: Municipality) -> None:
    factories.opened(municipality)
    starts = (timezone.now() + timedelta(days=20)).replace(microsecond=0)
    ordinary, other = place_factories.employee(municipality), place_factories.employee(municipality)
    place_factories.enrolled(ordinary, factories.session(starts=starts), municipality)
    place_factories.enrolled(other, factories.session(factories.empowerment(), starts=starts), municipality)
    assert told(ordinary) == told(other)
    assert "Empowerment" not in told(other)
    assert timezone.localtime(starts).strftime("%d.%m.%Y") in told(other)


def test_an_offer_comes_first(municipality: Municipality) -> None:
    factories.opened(municipality)
    person, first = place_factories.employee(municipality), place_factories.employee(municipality)
    place_factories.enrolled(person, factories.session(starts=timezone.now() + timedelta(days=9)), municipality)
    later = factories.session(factories.empowerment(), capacity=1, starts=timezone.now() + timedelta(days=30))
    taken = place_factories.enrolled(first, later, municipality)
    place_factories.enrolled(person, later, municipality)
    place_factories.cancelled(first, taken)
    place_factories.filled(later)
    found = mine(person)
    assert [place.is_offer for place in found] == [True, False]
    assert found[0].answer_until is not None
    assert mine(first) == []


def test_what_is_over_is_not_shown(municipality: Municipality) -> None:
    assert mine(place_factories.employee(municipality)) == []
    assert told(place_factories.employee(municipality))


# --- In the cockpit -----


def completed(municipality: Municipality, module: Module, people: int, *, times: int = 1) -> None:
    users = [UserFactory() for _number in range(people)]
    today = timezone.localdate()
    with scope.enter(scope.municipality(municipality)):
        for user in users:
            for number in range(times):
                Completion.objects.create(
                    user=user,
                    module=module,
                    edition=module.offered,
                    completed_on=today - timedelta(days=number),
                    minutes=30,
                )


def test_fewer_than_ten_people_are_not_counted(municipality: Municipality, other_municipality: Municipality) -> None:
    factories.opened(municipality)
    factories.opened(other_municipality)
    module = factories.offered()
    completed(municipality, module, 9, times=2)
    completed(other_municipality, module, 10)
    with scope.enter(scope.programme()):
        found = figures_by_municipality([municipality, other_municipality])
    assert found[municipality.pk].completed is None
    assert found[other_municipality.pk].completed == 10


def test_the_cockpit_shows_sessions_and_what_may_be_said_of_completions(
    client: Client, municipality: Municipality, staff: Any
) -> None:
    factories.opened(municipality)
    module = factories.offered()
    factories.session(module, host=municipality)
    factories.session(module, host=municipality, state="planned")
    completed(municipality, module, 3)
    client.force_login(staff, backend=BACKEND)
    response = client.get(reverse("dashboard-cockpit"))
    (row,) = response.context["rows"]
    assert (row.trainings.sessions, row.trainings.completed) == (1, None)
    assert "10" in words(response.content)
