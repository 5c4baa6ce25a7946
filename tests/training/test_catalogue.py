"""The catalogue: what people find, by which words and filters, and what stands on its pages."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.actions.editions import write_search
from apps.training.models import MandatoryTraining, Module, TrainerQualification
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most
from tests.training import factories
from tests.training.module_factories import version_in

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(municipality: Municipality, role: str = Role.EMPLOYEE) -> Client:
    client = Client()
    client.force_login(member(municipality, role), backend=BACKEND)
    return client


@pytest.fixture
def employee(municipality: Municipality) -> Client:
    return signed_in(municipality)


def offered(title: str, *, edition: dict[str, Any] | None = None, **fields: Any) -> Module:
    """A draft in the catalogue, with its words for the search and no units unless given."""
    words = {"summary": "Eine kurze Zusammenfassung.", "target_group": "Alle", "objectives": ["Sie wissen mehr."]}
    made = factories.offered(title, edition={**words, **(edition or {})}, **{"units": (), **fields})
    assert made.offered is not None
    write_search(made.offered)
    return made


def page(client: Client, municipality: Municipality, **query: Any) -> Any:
    response = client.get(reverse("training-catalogue", args=[municipality.slug]), query)
    assert response.status_code == 200
    return response


def titles(response: Any) -> list[str]:
    return [unescape(strip_tags(card.title)) for card in response.context["cards"]]


def words_of(response: Any) -> str:
    return " ".join(unescape(strip_tags(response.content.decode())).split())


# --- Searching -----


def test_all_words_must_occur_in_any_form(employee: Client, municipality: Municipality) -> None:
    offered("Beschwerden führen")
    offered("Auswahlgespräche")
    assert titles(page(employee, municipality, words="führen Beschwerde")) == ["Beschwerden führen"]
    assert titles(page(employee, municipality, words="Auswahl führen")) == []


def test_the_beginning_of_the_last_word_is_enough(employee: Client, municipality: Municipality) -> None:
    offered("Auswahlgespräche")
    assert titles(page(employee, municipality, words="Auswahlge")) == ["Auswahlgespräche"]
    assert titles(page(employee, municipality, words="kurze Zusammenf")) == ["Auswahlgespräche"]


def test_a_title_comes_before_a_text_that_holds_the_word(employee: Client, municipality: Municipality) -> None:
    offered("Etwas anderes", edition={"summary": "Auch hier geht es um Ermessen."})
    offered("Ermessen")
    assert titles(page(employee, municipality, words="Ermessen")) == ["Ermessen", "Etwas anderes"]


def test_the_contents_of_the_units_are_found_and_it_is_said_so(employee: Client, municipality: Municipality) -> None:
    offered("Beschwerde führen", units=factories.UNITS)  # the first is about a case from the Bürgeramt
    response = page(employee, municipality, words="Bürgeramt")
    assert titles(response) == ["Beschwerde führen"]
    assert response.context["cards"][0].inside


@pytest.mark.parametrize("words", ["KfA-M 2", "kfa-m2", "2"])
def test_a_module_is_found_by_its_number(employee: Client, municipality: Municipality, words: str) -> None:
    offered("Eins")
    offered("Zwei")
    assert titles(page(employee, municipality, words=words)) == ["Zwei"]


def test_a_module_is_found_by_its_key(employee: Client, municipality: Municipality) -> None:
    offered("Grundlagen", key="am-schreibtisch")
    assert titles(page(employee, municipality, words="am Schreibtisch")) == ["Grundlagen"]


def test_found_words_are_marked_and_everything_else_is_escaped(employee: Client, municipality: Municipality) -> None:
    offered("Beschwerden <b>führen</b>", edition={"summary": "Wer sich beschwert & warum."})
    content = page(employee, municipality, words="Beschwerde").content.decode()
    assert "<mark>Beschwerden</mark> &lt;b&gt;führen&lt;/b&gt;" in content
    assert "&amp; warum" in content


def test_words_are_found_and_marked_within_longer_ones(employee: Client, municipality: Municipality) -> None:
    offered("Auswahlverfahren")
    offered("Etwas anderes", edition={"summary": "Für jedes Bewerbungsverfahren."})
    response = page(employee, municipality, words="verfahren")
    assert titles(response) == ["Auswahlverfahren", "Etwas anderes"]
    assert "Auswahl<mark>verfahren</mark>" in response.content.decode()
    assert not any(card.inside for card in response.context["cards"])


@pytest.mark.parametrize(
    "words", ["'", '"', "a & b", "!!", ":*", "der", "und oder", "-Beschwerde", "\\", "<->", "%", "x" * 100, "\ue000"]
)
def test_whatever_is_typed_is_answered(employee: Client, municipality: Municipality, words: str) -> None:
    offered("Beschwerde führen")
    page(employee, municipality, words=words)


def test_quotation_marks_and_minus_are_understood(employee: Client, municipality: Municipality) -> None:
    offered("Beschwerde führen")
    offered("Beschwerde prüfen")
    assert titles(page(employee, municipality, words="Beschwerde -prüfen")) == ["Beschwerde führen"]
    assert titles(page(employee, municipality, words='"Beschwerde prüfen"')) == ["Beschwerde prüfen"]


def test_english_pages_show_and_mark_english_words(employee: Client, municipality: Municipality) -> None:
    english = {"title": {"text": "Handling complaints", "of": ""}}
    offered("Beschwerde führen", edition={"words_en": english})
    employee.cookies["django_language"] = "en"
    content = page(employee, municipality, words="complaint").content.decode()
    assert "Handling <mark>complaints</mark>" in content


# --- Filters -----


def test_filters_narrow_the_list(employee: Client, municipality: Municipality) -> None:
    offered("Kurz", dimension=5, edition={"minutes": 15, "delivery": ["self_paced"]})
    offered(
        "Lang",
        dimension=6,
        edition={"minutes": 120, "delivery": ["on_site"], "words_en": {"title": {"text": "Long", "of": ""}}},
    )
    for query, expected in (
        ({"dimension": "6"}, ["Lang"]),
        ({"duration": "20"}, ["Kurz"]),
        ({"duration": "more"}, ["Lang"]),
        ({"delivery": "self_paced"}, ["Kurz"]),
        ({"language": "en"}, ["Lang"]),
        ({"dimension": "5", "delivery": "on_site"}, []),
    ):
        assert titles(page(employee, municipality, **query)) == expected, query


def test_states_are_labelled_and_can_be_filtered(employee: Client, municipality: Municipality) -> None:
    offered("Entwurf")
    version_in("pilot_ready", title="Erprobt")
    version_in("standard", title="Fertig")
    cards = page(employee, municipality).context["cards"]
    assert [card.badge_kind for card in cards] == ["warning", "info", "success"]
    for state, expected in (("draft", "Entwurf"), ("pilot", "Erprobt"), ("standard", "Fertig")):
        assert titles(page(employee, municipality, state=state)) == [expected]


def test_only_modules_with_a_session_that_is_open_to_us(employee: Client, municipality: Municipality) -> None:
    with_session, elsewhere = offered("Mit Termin"), offered("Anderswo")
    offered("Ohne")
    factories.session(with_session)
    factories.session(elsewhere, host=MunicipalityFactory())
    assert titles(page(employee, municipality, sessions="on")) == ["Mit Termin"]


def test_a_wrong_filter_is_said_beside_its_field_and_left_out(employee: Client, municipality: Municipality) -> None:
    offered("Kurz")
    response = page(employee, municipality, dimension="99", duration="x", words="Kurz")
    assert titles(response) == ["Kurz"]
    assert set(response.context["form"].errors) == {"dimension", "duration"}


def test_what_is_not_offered_is_not_found(employee: Client, municipality: Municipality) -> None:
    factories.module("Geheim")
    response = page(employee, municipality, words="Geheim")
    assert titles(response) == []
    assert reverse("training-catalogue", args=[municipality.slug]) in response.content.decode()


def test_an_empty_catalogue_says_what_will_come(employee: Client, municipality: Municipality) -> None:
    assert "app-empty" in page(employee, municipality).content.decode()


def test_htmx_gets_the_list_alone(employee: Client, municipality: Municipality) -> None:
    offered("Kurz")
    url = reverse("training-catalogue", args=[municipality.slug])
    response = employee.get(url, headers={"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith('<div id="catalogue-list"')
    assert "HX-Trigger" in response.headers


def test_long_lists_have_pages_that_keep_the_filters(employee: Client, municipality: Municipality) -> None:
    for number in range(14):
        offered(f"Modul {number}", dimension=5)
    first = page(employee, municipality, dimension="5")
    assert len(titles(first)) == 12
    assert "?dimension=5&amp;page=2" in first.content.decode()
    assert len(titles(page(employee, municipality, dimension="5", page="2"))) == 2


@pytest.mark.parametrize("number", [5, 50])
def test_the_number_of_queries_does_not_grow_with_the_modules(municipality: Municipality, number: int) -> None:
    client = signed_in(municipality)
    for each in range(number):
        module = offered(f"Beschwerde {each}")
        if each < 3:
            factories.session(module)
    page(client, municipality)
    with at_most(9):
        page(client, municipality)
    with at_most(10):
        page(client, municipality, words="Beschwerde", sessions="on")


# --- The page of a module -----


def module_page(client: Client, municipality: Municipality, module: Module) -> Any:
    response = client.get(reverse("training-module", args=[municipality.slug, module.key]))
    assert response.status_code == 200
    return response


def test_a_module_says_what_it_is_about_and_what_it_rests_on(employee: Client, municipality: Municipality) -> None:
    basis = {
        "norm": "§ 13 Abs. 1 AGG",
        "says": "Recht auf Beschwerde",
        "as_of": "2026-10-01",
        "review_on": "2027-10-01",
    }
    source = {"by": "ADS", "title": "Leitfaden", "year": "2024", "url": "https://example.org/leitfaden"}
    module = offered(
        "Beschwerde führen",
        edition={"legal_bases": [basis], "sources": [source], "prerequisites": "Keine", "minutes": 90},
    )
    said = words_of(module_page(employee, municipality, module))
    for words in (
        "Sie wissen mehr.",
        "Alle",
        "Keine",
        "§ 13 Abs. 1 AGG",
        "01.10.2026",
        "Leitfaden",
        module.code,
    ):
        assert words in said


def test_only_trainers_who_want_to_be_named_are_named(employee: Client, municipality: Municipality) -> None:
    module = offered("Beschwerde führen")
    today = timezone.localdate()
    for name, is_named, until in (("Ayşe", True, 30), ("Ben", False, 30), ("Chi", True, -1)):
        role = factories.trainer(UserFactory(first_name=name, last_name="Muster"), is_named=is_named)
        TrainerQualification.objects.create(
            role=role, module=module, since=today - timedelta(days=60), valid_until=today + timedelta(days=until)
        )
    said = words_of(module_page(employee, municipality, module))
    assert "Ayşe Muster" in said
    assert "Ben Muster" not in said
    assert "Chi Muster" not in said


def test_sessions_show_free_seats_and_the_waiting_list(employee: Client, municipality: Municipality) -> None:
    module = offered("Beschwerde führen")
    session = factories.session(module, capacity=10)
    said = words_of(module_page(employee, municipality, module))
    assert "10 von 10" in said or "10 of 10" in said
    assert (
        reverse("training-session", args=[municipality.slug, session.pk])
        in module_page(employee, municipality, module).content.decode()
    )


def test_an_empowerment_module_never_shows_a_number_of_seats(employee: Client, municipality: Municipality) -> None:
    module = factories.empowerment()
    session = factories.session(module, capacity=9173)
    for url in (
        reverse("training-module", args=[municipality.slug, module.key]),
        reverse("training-sessions", args=[municipality.slug]),
        reverse("training-session", args=[municipality.slug, session.pk]),
    ):
        response = employee.get(url)
        assert response.status_code == 200
        assert "9173" not in words_of(response).replace(".", "")


def test_a_mandatory_module_is_marked(employee: Client, municipality: Municipality) -> None:
    module = offered("Beschwerde führen")
    with scope.enter(scope.municipality(municipality)):
        MandatoryTraining.objects.create(
            module=module, decided_on=timezone.localdate(), reference="Verfügung 7", decided_by=UserFactory()
        )
    assert page(employee, municipality).context["cards"][0].is_mandatory
    assert "Verfügung 7" in words_of(module_page(employee, municipality, module))
    other = signed_in(MunicipalityFactory(slug="andere"))
    response = other.get(reverse("training-catalogue", args=["andere"]))
    assert not response.context["cards"][0].is_mandatory


def test_packages_are_linked_for_the_coordination_alone(municipality: Municipality) -> None:
    module = offered("Beschwerde führen")
    link = f"/trainings/modules/{module.key}/packages/"
    assert link in module_page(signed_in(municipality, Role.COORDINATOR), municipality, module).content.decode()
    assert link not in module_page(signed_in(municipality), municipality, module).content.decode()


def test_a_module_that_is_not_offered_is_not_there(employee: Client, municipality: Municipality) -> None:
    hidden = factories.module("Geheim").version.module
    for key in (hidden.key, "gibt-es-nicht"):
        assert employee.get(reverse("training-module", args=[municipality.slug, key])).status_code == 404


def test_the_page_of_a_module_needs_few_queries(employee: Client, municipality: Municipality) -> None:
    module = offered("Beschwerde führen")
    for _number in range(30):
        factories.session(module)
    module_page(employee, municipality, module)
    with at_most(11):
        response = module_page(employee, municipality, module)
    assert "?module=" in response.content.decode()


# --- In public -----


def test_everybody_reads_standards_and_shared_drafts(client: Client) -> None:
    offered("Entwurf")
    piloted = version_in("pilot_ready", title="Erprobt").module
    standard = version_in("standard", title="Fertig").module
    response = client.get(reverse("training-public-list"))
    assert titles(response) == ["Entwurf", "Fertig"]
    assert [card.badge_kind for card in response.context["cards"]] == ["warning", "success"]
    assert client.get(reverse("training-public", args=[standard.number])).status_code == 200
    assert client.get(reverse("training-public", args=[piloted.number])).status_code == 404
    assert client.get(reverse("training-public", args=[99])).status_code == 404


def test_the_public_list_can_be_searched(client: Client) -> None:
    offered("Beschwerde führen")
    offered("Auswahlgespräch")
    assert titles(client.get(reverse("training-public-list"), {"words": "Beschw"})) == ["Beschwerde führen"]
    assert "app-empty" in client.get(reverse("training-public-list"), {"words": "Nichts"}).content.decode()


def test_an_empty_public_list_says_what_will_come(client: Client) -> None:
    assert "app-empty" in client.get(reverse("training-public-list")).content.decode()


def test_the_public_page_names_its_metadata(client: Client) -> None:
    module = offered("Beschwerde führen")
    content = client.get(reverse("training-public", args=[module.number])).content.decode()
    assert f'href="/modules/{module.number}/amb.json"' in content


def test_the_public_pages_need_few_queries(client: Client) -> None:
    modules = [offered(f"Modul {number}") for number in range(20)]
    for url in (reverse("training-public-list"), reverse("training-public", args=[modules[0].number])):
        client.get(url)
        with at_most(6):
            client.get(url)
