"""What is recommended to somebody, and why: from needs, as far as the person may know them; and what is mandatory."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags

from apps.core import module_declaration, scope
from apps.core.module_declaration import ModuleReason
from apps.municipalities.models import Municipality, Role
from apps.training.models import Completion, MandatoryTraining, Module
from tests.assessments import routine_factories
from tests.factories import UserFactory, member
from tests.municipalities.counting import at_most
from tests.recommendations.rule_factories import needs, questionnaire, stored
from tests.training import factories

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KEY = "beschwerde-fuehren"


@pytest.fixture
def module(db: None) -> Module:
    return factories.offered("Beschwerde führen", key=KEY)


def signed_in(municipality: Municipality, role: str) -> Client:
    client = Client()
    client.force_login(member(municipality, role), backend=BACKEND)
    return client


def page(municipality: Municipality, role: str = Role.EMPLOYEE, client: Client | None = None) -> Any:
    client = client or signed_in(municipality, role)
    response = client.get(reverse("training-recommended", args=[municipality.slug]))
    assert response.status_code == 200
    return response


def words_of(response: Any) -> str:
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def need_and_rule(municipality: Municipality, staff: Any, **rule: Any) -> None:
    """A need in item 5.3 of a signed assessment, and a rule that leads from it to the module."""
    needs(municipality, questionnaire({"d5_03": 3}), {"d5_03": 1})
    stored(staff, **{"module": KEY, "recommendation": None, **rule})


def reasons(municipality: Municipality) -> list[ModuleReason]:
    with scope.enter(scope.municipality(municipality)), translation.override("en"):
        return list(module_declaration.suggestions(municipality))


def test_the_coordination_reads_which_need_calls_for_a_module(
    municipality: Municipality, staff: Any, module: Module
) -> None:
    need_and_rule(municipality, staff)
    response = page(municipality, Role.COORDINATOR)
    (entry,) = response.context["recommended"]
    assert entry.card.module == module
    assert len(entry.because) == 1
    assert "5.3" in entry.because[0]
    assert reverse("training-module", args=[municipality.slug, KEY]) in response.content.decode()


def test_employees_read_the_field_of_action_and_nothing_else(
    municipality: Municipality, staff: Any, module: Module
) -> None:
    need_and_rule(municipality, staff)
    response = page(municipality)
    (entry,) = response.context["recommended"]
    assert entry.because == ()
    said = words_of(response)
    assert "Beschwerde und Schutz" in said
    assert "5.3" not in said


def test_what_has_not_been_signed_is_told_to_nobody(municipality: Municipality, module: Module) -> None:
    assert page(municipality).context["recommended"] == []
    assert "app-empty" in page(municipality, Role.COORDINATOR).content.decode()


def test_employees_learn_nothing_of_the_check_of_a_routine(
    municipality: Municipality, staff: Any, module: Module
) -> None:
    routine_factories.completed(municipality)
    with scope.enter(scope.municipality(municipality)):
        from apps.assessments.queries_needs import open_needs

        need = open_needs()[0]
    with scope.enter(scope.programme()):
        stored(staff, need.item, instrument=need.instrument, threshold=0, module=KEY, recommendation=None)
    assert page(municipality).context["recommended"] == []
    (entry,) = page(municipality, Role.COORDINATOR).context["recommended"]
    assert entry.because


def test_a_module_that_is_not_offered_is_not_recommended(municipality: Municipality, staff: Any) -> None:
    factories.module("Noch nicht", key=KEY)
    need_and_rule(municipality, staff)
    assert page(municipality, Role.COORDINATOR).context["recommended"] == []


def test_another_municipality_is_recommended_nothing(
    municipality: Municipality, other_municipality: Municipality, staff: Any, module: Module
) -> None:
    need_and_rule(municipality, staff)
    assert page(other_municipality, Role.COORDINATOR).context["recommended"] == []


def test_each_need_is_a_reason_once_for_each_module_and_the_most_pressing_comes_first(
    municipality: Municipality, staff: Any, module: Module
) -> None:
    factories.offered("Grundlagen", key="grundlagen")
    needs(municipality, questionnaire({"d5_03": 3, "d6_01": 3}), {"d5_03": 1, "d6_01": 0})
    stored(staff, "d5_03", module=KEY, recommendation=None, priority=2)
    stored(staff, "d6_01", module=KEY, recommendation=None, priority=3)
    stored(staff, "d6_01", module="grundlagen", recommendation=None, priority=1)
    found = reasons(municipality)
    assert [(reason.module, reason.dimension) for reason in found] == [("grundlagen", 6), (KEY, 5), (KEY, 6)]
    assert found[1].because == "because item 5.3 stands at level 1, target 3"
    assert all(reason.is_signed for reason in found)
    response = page(municipality, Role.COORDINATOR)
    assert [entry.card.module.key for entry in response.context["recommended"]] == ["grundlagen", KEY]


def test_what_is_mandatory_stands_there_until_it_is_done(municipality: Municipality, module: Module) -> None:
    person = member(municipality, Role.EMPLOYEE)
    client = Client()
    client.force_login(person, backend=BACKEND)
    assert page(municipality, client=client).context["duties"] == []
    factories.opened(municipality)
    with scope.enter(scope.municipality(municipality)):
        MandatoryTraining.objects.create(
            module=module, decided_on=timezone.localdate(), reference="Verfügung 7", decided_by=UserFactory()
        )
    (line,) = page(municipality, client=client).context["duties"]
    assert (line.title, line.kind) == ("Beschwerde führen", "info")
    with scope.enter(scope.municipality(municipality)):
        Completion.objects.create(
            user=person, module=module, edition=module.offered, completed_on=timezone.localdate(), minutes=30
        )
    (line,) = page(municipality, client=client).context["duties"]
    assert line.kind == "success"


@pytest.mark.parametrize("number", [5, 50])
def test_the_number_of_queries_does_not_grow_with_the_needs(
    municipality: Municipality, staff: Any, number: int
) -> None:
    items = [f"d{1 + each % 10}_{1 + each // 10:02}" for each in range(number)]
    needs(municipality, questionnaire(dict.fromkeys(items, 3)), dict.fromkeys(items, 1))
    for each in range(5):
        factories.offered(f"Modul {each}", key=f"modul-{each}")
    for place, item in enumerate(items):
        stored(staff, item, module=f"modul-{place % 5}", recommendation=None)
    client = signed_in(municipality, Role.COORDINATOR)
    page(municipality, client=client)
    with at_most(11):
        page(municipality, client=client)
