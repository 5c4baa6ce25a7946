"""What a municipality adds to a module: writing it, seeing it in the player, and what becomes of it with a new text."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training import queries_overlays
from apps.training.actions import overlays as actions
from apps.training.models import Module, Overlay
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most
from tests.training import factories
from tests.training.test_learning import new_text, signed_in
from tests.training.test_learning import url as learning_url

pytestmark = pytest.mark.django_db

TEXT = "### Beschwerdestelle\n\n- Frau Yıldız, Zimmer 204\n- **Dienstags**"


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


@pytest.fixture
def module() -> Module:
    return factories.offered()


@pytest.fixture
def client(municipality: Municipality) -> Client:
    return signed_in(member(municipality, Role.COORDINATOR))


def url(name: str, municipality: Municipality, module: Module, *args: Any) -> str:
    return reverse(f"overlays-{name}", args=[municipality.slug, module.key, *args])


def add(municipality: Municipality, module: Module, unit: str = "ankommen", title: str = "Bei uns im Haus") -> Overlay:
    with scope.enter(scope.municipality(municipality)):
        return actions.add(actor=UserFactory(), module=module, unit_key=unit, title=title, text=TEXT)


def rows(municipality: Municipality) -> list[Overlay]:
    with scope.enter(scope.municipality(municipality)):
        return list(Overlay.objects.order_by("created_at"))


class TestWriting:
    def test_it_is_written_and_shown_to_learners_as_the_municipality_s_own(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        data = {"unit": "ankommen", "title": "Bei uns im Haus", "text": TEXT}
        assert client.post(url("new", municipality, module), data).status_code == 303
        learner = signed_in(member(municipality, Role.EMPLOYEE))
        page = learner.get(learning_url("unit", municipality, module, "ankommen")).content.decode()
        assert f"Added by {municipality.name}" in page
        assert "<h3>Beschwerdestelle</h3>" in page
        assert "Frau Yıldız" not in learner.get(learning_url("unit", municipality, module, "pruefung")).content.decode()

    def test_the_coordination_comes_from_a_unit_to_its_place_in_the_form(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        address = f"{url('new', municipality, module)}?unit=gespraech"
        assert address in client.get(learning_url("unit", municipality, module, "gespraech")).content.decode()
        assert '<option value="gespraech" selected>' in client.get(address).content.decode()
        learner = signed_in(member(municipality, Role.EMPLOYEE))
        assert address not in learner.get(learning_url("unit", municipality, module, "gespraech")).content.decode()

    def test_one_at_the_beginning_stands_on_the_overview(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        client.post(url("new", municipality, module), {"unit": ".", "title": "Vorab", "text": TEXT})
        assert "Frau Yıldız" in client.get(learning_url("overview", municipality, module)).content.decode()

    def test_what_cannot_be_shown_is_refused_with_its_line_and_stays_in_the_form(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        text = "Ein Satz.\n\n<script>alert(1)</script>"
        response = client.post(url("new", municipality, module), {"unit": ".", "title": "Vorab", "text": text})
        page = response.content.decode()
        assert response.status_code == 422
        assert "Line 3: HTML is not possible here." in page
        assert "&lt;script&gt;alert(1)" in page
        assert not rows(municipality)

    def test_blank_text_is_no_addition(self, client: Client, municipality: Municipality, module: Module) -> None:
        response = client.post(url("new", municipality, module), {"unit": ".", "title": " ", "text": " \n "})
        assert response.status_code == 422
        assert not rows(municipality)

    def test_one_place_holds_one_addition(self, client: Client, municipality: Municipality, module: Module) -> None:
        add(municipality, module)
        data = {"unit": "ankommen", "title": "Noch etwas", "text": "Text"}
        assert client.post(url("new", municipality, module), data).status_code == 422
        with scope.enter(scope.municipality(municipality)), pytest.raises(actions.NotPossible, match="already"):
            actions.add(actor=UserFactory(), module=module, unit_key="ankommen", title="Zweites", text="Text")

    def test_it_is_changed_and_deleted(self, client: Client, municipality: Municipality, module: Module) -> None:
        row = add(municipality, module)
        address = url("change", municipality, module, row.pk)
        assert "Bei uns im Haus" in client.get(address).content.decode()
        assert client.post(address, {"title": "Neu", "text": "Anders"}).status_code == 303
        assert [(one.title, one.text) for one in rows(municipality)] == [("Neu", "Anders")]
        address = url("delete", municipality, module, row.pk)
        assert "Delete the addition “Neu”?" in client.get(address).content.decode()
        assert len(rows(municipality)) == 1
        assert client.post(address).status_code == 303
        assert not rows(municipality)

    def test_the_record_holds_no_text(self, municipality: Municipality, module: Module) -> None:
        add(municipality, module)
        with scope.enter(scope.municipality(municipality)):
            entry = AuditEntry.objects.get(verb="overlay.added")
        assert entry.data == {"module": module.number, "unit": "ankommen"}


class TestNewText:
    def test_it_survives_and_the_change_beneath_is_shown_word_by_word(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        row = add(municipality, module)
        assert "fits" in client.get(url("list", municipality, module)).content.decode()
        new_text(module, ankommen={"text": "Ein Fall aus dem **Jobcenter**.\n\n- Erstens\n- Zweitens"})
        page = client.get(url("list", municipality, module)).content.decode()
        assert "the text beneath has changed" in page
        assert "1 addition needs a look" in page
        assert "Bürgeramt" in page.partition("<del>")[2].partition("</del>")[0]
        assert "Jobcenter" in page.partition("<ins>")[2].partition("</ins>")[0]
        assert "Frau Yıldız" in client.get(learning_url("unit", municipality, module, "ankommen")).content.decode()
        with scope.enter(scope.municipality(municipality)):
            sign = queries_overlays.places_of(module.offered)["ankommen"].sign
        client.post(url("confirm", municipality, module, row.pk), {"sign": sign})
        assert "the text beneath has changed" not in client.get(url("list", municipality, module)).content.decode()

    def test_only_what_was_looked_at_is_confirmed(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        row = add(municipality, module)
        new_text(module, ankommen={"text": "Ein anderer Fall."})
        response = client.post(url("confirm", municipality, module, row.pk), {"sign": row.seen}, follow=True)
        assert "Please look at the difference once more." in response.content.decode()
        assert rows(municipality)[0].seen == row.seen

    def test_other_units_change_without_it(self, client: Client, municipality: Municipality, module: Module) -> None:
        add(municipality, module)
        new_text(module, eigener_brief={"task": "Etwas anderes."})
        assert "needs a look" not in client.get(url("list", municipality, module)).content.decode()

    def test_a_unit_that_is_gone_asks_for_another_place(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        row = add(municipality, module)
        add(municipality, module, "pruefung")
        new_text(module, ankommen=None)  # type: ignore[arg-type]  # leaves it out
        page = client.get(url("list", municipality, module)).content.decode()
        assert "the unit is gone" in page
        assert "Ankommen" in page
        address = url("move", municipality, module, row.pk)
        assert "Gespraech" in client.get(address).content.decode()
        assert client.post(address, {"unit": "pruefung"}).status_code == 422
        assert client.post(address, {"unit": "ankommen"}).status_code == 422
        assert client.post(address, {}).status_code == 422
        assert client.post(address, {"unit": "gespraech"}).status_code == 303
        page = client.get(url("list", municipality, module)).content.decode()
        assert "the unit is gone" not in page
        assert "Frau Yıldız" in client.get(learning_url("unit", municipality, module, "gespraech")).content.decode()

    def test_a_place_taken_in_the_meantime_is_said(self, municipality: Municipality, module: Module) -> None:
        row = add(municipality, module)
        add(municipality, module, "pruefung")
        with (
            scope.enter(scope.municipality(municipality)),
            pytest.raises(actions.NotPossible, match="schon eine Ergänzung"),
        ):
            actions.move(actor=UserFactory(), module=module, overlay_id=row.pk, unit_key="pruefung")

    def test_a_change_without_words_is_said(self, client: Client, municipality: Municipality, module: Module) -> None:
        add(municipality, module, "pruefung")
        new_text(module, pruefung={**factories.QUIZ, "pass_mark": 80})
        assert "None of its words differ" in client.get(url("list", municipality, module)).content.decode()

    def test_a_module_that_is_offered_no_more_keeps_its_additions(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        row = add(municipality, module)
        module.offered = None
        module.save()
        page = client.get(url("list", municipality, module)).content.decode()
        assert "not shown: the module is not offered" in page
        assert client.get(url("new", municipality, module)).status_code == 200
        assert client.post(url("delete", municipality, module, row.pk)).status_code == 303
        assert client.get(url("list", municipality, module)).status_code == 404


class TestWhose:
    def test_another_municipality_sees_nothing_of_it(self, municipality: Municipality, module: Module) -> None:
        row = add(municipality, module)
        other = MunicipalityFactory()
        client = signed_in(member(other, Role.COORDINATOR))
        assert "Bei uns im Haus" not in client.get(url("list", other, module)).content.decode()
        assert client.get(url("change", other, module, row.pk)).status_code == 404
        assert "Frau Yıldız" not in client.get(learning_url("unit", other, module, "ankommen")).content.decode()

    def test_only_the_coordination_adds(self, municipality: Municipality, module: Module) -> None:
        employee = signed_in(member(municipality, Role.EMPLOYEE))
        assert employee.get(url("list", municipality, module)).status_code == 403
        staff = signed_in(UserFactory(staff=True))
        assert staff.get(url("list", municipality, module)).status_code == 200
        assert staff.get(url("new", municipality, module)).status_code == 403

    def test_empowerment_has_none(self, client: Client, municipality: Municipality) -> None:
        assert client.get(url("list", municipality, factories.empowerment())).status_code == 404

    def test_the_list_takes_the_same_queries_whatever_its_length(
        self, client: Client, municipality: Municipality, module: Module
    ) -> None:
        for unit in ("", "ankommen", "gespraech", "pruefung"):
            add(municipality, module, unit)
        client.get(url("list", municipality, module))
        with at_most(9):
            client.get(url("list", municipality, module))


def test_packages_and_player_find_additions_by_the_key_of_the_unit(municipality: Municipality, module: Module) -> None:
    add(municipality, module)
    add(municipality, module, "")
    with scope.enter(scope.municipality(municipality)):
        assert set(queries_overlays.additions(module)) == {"", "ankommen"}
