"""Writing a module: the project team's pages, fields, units, English, preview, and who may."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.entries import fingerprint
from apps.training.actions import authoring
from apps.training.actions.lifecycle import NotPossible, advance
from apps.training.fields import edition_in
from apps.training.models import Module, ModuleEdition, ModuleVersion, Unit
from apps.training.queries import current_edition
from tests.factories import UserFactory
from tests.municipalities.counting import at_most
from tests.recommendations.factories import bench_member, panel_member
from tests.training import factories
from tests.training.module_factories import authors, version, version_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"modules-{name}", args=args)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def with_trainer_material(made: ModuleVersion) -> ModuleVersion:
    Unit.objects.create(
        edition=current_edition(made), key="ablauf", audience="trainer", position=0, kind="text",
        title="Ablauf des Tages", content={"text": "Ankommen, dann zuhören."},
    )  # fmt: skip
    return made


# --- The project team's pages -----------------------------------------------------------------------------------------


class TestProgramme:
    def test_a_module_is_created_with_number_and_key_that_stay(self, staff: User) -> None:
        client = signed_in(staff)
        data = {"title": "Auswahlgespräch", "number": "3", "key": "auswahlgespraech", "dimension": "3"}
        response = client.post(url("start"), data)
        made = ModuleVersion.objects.get()
        assert response.headers["Location"] == url("authors", made.pk)
        assert (made.module.code, made.state, current_edition(made).title) == ("KfA-M 3", "idea", "Auswahlgespräch")
        for changes, words in (
            ({}, "The number 3 belongs to another module."),
            ({"number": "4"}, "The key “auswahlgespraech” belongs to another module."),
            ({"number": "4", "key": "Groß"}, "Small letters, digits and hyphens are expected."),
        ):
            response = client.post(url("start"), {**data, **changes})
            assert response.status_code == 422
            assert words in response.content.decode()
        assert 'value="4"' in page(client, url("start"))

    def test_an_empowerment_module_is_given_on_site(self, staff: User) -> None:
        data = {"title": "Empowerment", "number": "6", "key": "empowerment", "dimension": "4", "is_empowerment": "on"}
        signed_in(staff).post(url("start"), data)
        assert Module.objects.get().is_empowerment
        assert ModuleEdition.objects.get().delivery == ["on_site"]

    def test_the_list_filters_by_state_and_field_of_action(self, staff: User) -> None:
        version(title="Nur Idee", dimension=3)
        version_in("draft", staff=staff, title="Im Entwurf", dimension=5)
        client = signed_in(staff)
        for query, shown, hidden in (
            ("state=draft", "Im Entwurf", "Nur Idee"),
            ("dimension=3", "Nur Idee", "Im Entwurf"),
        ):
            html = page(client, f"{url('list')}?{query}")
            assert shown in html
            assert hidden not in html
        assert "No module fits these filters." in page(client, f"{url('list')}?state=standard")
        page(client, f"{url('list')}?state=nonsense&dimension=x&page=99")

    def test_a_step_is_refused_with_its_reasons_taken_and_told(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        assert "Authors: 0 of at least 2." in page(client, url("detail", made.pk))
        response = client.post(url("step", made.pk), {"transition": "begin"})
        assert response.status_code == 409
        authors(made.module)
        assert client.post(url("step", made.pk), {"transition": "begin"}).status_code == 303
        assert "Writing has begun" in page(client, url("detail", made.pk))
        assert client.post(url("step", made.pk), {"transition": "withdraw", "reason": ""}).status_code == 422
        assert client.post(url("step", made.pk), {"transition": "supersede"}).status_code == 404
        assert client.post(url("step", made.pk), {"transition": "nonsense"}).status_code == 404
        assert client.get(url("detail", uuid4())).status_code == 404

    def test_a_draft_is_offered_and_taken_back(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        assert client.post(url("share", made.pk), {"shared": "yes"}).status_code == 303
        assert "Offered as a draft since" in page(client, url("detail", made.pk))
        assert "as a draft" in page(client, url("list"))
        assert client.post(url("share", made.pk), {"shared": "no"}).status_code == 303
        assert Module.objects.get().offered is None
        empty = version(units=())
        response = client.post(url("share", empty.pk), {"shared": "yes"})
        assert response.status_code == 409
        assert "There is no unit for learners." in response.content.decode()

    def test_the_next_version_begins_only_once_the_last_is_done(self, staff: User) -> None:
        client = signed_in(staff)
        assert client.post(url("next-version", version().pk)).status_code == 409
        made = version_in("withdrawn", staff=staff)
        assert "Start the next version" in page(client, url("detail", made.pk))
        assert client.post(url("next-version", made.pk)).status_code == 303
        assert made.module.versions.count() == 2

    def test_authors_are_named_and_removed(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        trainer = factories.trainer().user
        assert "Writing cannot begin yet" in page(client, url("authors", made.pk))
        assert client.post(url("authors", made.pk), {"user": str(trainer.pk)}).status_code == 303
        assert client.post(url("authors", made.pk), {"user": str(UserFactory().pk)}).status_code == 422
        assert client.post(url("authors", made.pk), {"user": ""}).status_code == 422
        author = made.module.authors.get()
        assert trainer.get_full_name() in page(client, url("author-remove", author.pk))
        assert client.post(url("author-remove", author.pk)).status_code == 303
        author.refresh_from_db()
        assert author.left_at is not None

    def test_pages_stay_within_their_queries(self, staff: User) -> None:
        for _number in range(3):
            version_in("draft", staff=staff)
        made = version_in("draft", staff=staff)
        client = signed_in(staff)
        page(client, url("list"))
        with at_most(8):
            page(client, url("list"))
        with at_most(14):
            page(client, url("detail", made.pk))


# --- Authors' pages ---------------------------------------------------------------------------------------------------


class TestAuthors:
    def test_everybody_sees_the_modules_they_write(self, staff: User) -> None:
        made, other = version(title="Meines"), version(title="Anderes")
        _colleague, trainer = authors(made.module)
        html = page(signed_in(trainer), url("mine"))
        assert "Meines" in html
        assert "Anderes" not in html
        assert page(signed_in(staff), url("mine")).count("KfA-M") == 2
        assert "You are no author of a module." in page(signed_in(factories.trainer().user), url("mine"))
        assert signed_in(trainer).get(url("write", other.pk)).status_code == 403
        assert signed_in(trainer).get(url("write", uuid4())).status_code == 404

    def test_the_page_of_a_module_says_what_is_missing(self, staff: User) -> None:
        made = version(edition={"summary": ""})
        html = page(signed_in(staff), url("write", made.pk))
        assert "The summary is missing." in html
        assert "Authors: 0 of at least 2." in html
        authors(made.module)
        whole = version()
        authors(whole.module)
        assert "Nothing: the text is whole." in page(signed_in(staff), url("write", whole.pk))

    def test_pages_stay_within_their_queries(self, staff: User) -> None:
        made = version()
        authors(made.module)
        client = signed_in(staff)
        page(client, url("mine"))
        for name, most in (("mine", 6), ("write", 12), ("units", 9), ("english", 9), ("files", 9), ("read", 10)):
            args = () if name == "mine" else (made.pk,)
            with at_most(most):
                page(client, url(name, *args))
        with at_most(9):
            page(client, url("unit", made.pk, "pruefung"))
        form = {"title": "Ankommen", "minutes": "3", "text": "Ein Fall."}
        with at_most(20):
            client.post(url("unit", made.pk, "ankommen"), form)


class TestReading:
    def test_the_whole_text_is_read_in_german_and_english(self, staff: User) -> None:
        made = version(edition={"words_en": {"title": {"text": "Handling complaints", "of": "x"}}})
        client = signed_in(staff)
        assert "Ein Fall aus dem <strong>Bürgeramt</strong>" in page(client, url("read", made.pk))
        html = page(client, f"{url('read', made.pk)}?language=en")
        assert "Handling complaints" in html

    def test_everybody_in_the_workshop_reads_it_and_only_trainers_and_authors_what_is_theirs(self, staff: User) -> None:
        made = with_trainer_material(version())
        for person, sees in (
            (staff, True),
            (factories.trainer().user, True),
            (bench_member().user, False),
            (panel_member().user, False),
        ):
            html = page(signed_in(person), url("read", made.pk))
            assert ("Ankommen, dann zuhören." in html) == sees
        assert signed_in(UserFactory()).get(url("read", made.pk)).status_code == 404
        assert signed_in(staff).get(url("read", uuid4())).status_code == 404

    def test_the_panel_reads_all_of_it_while_it_reviews(self, staff: User) -> None:
        made = with_trainer_material(version())
        authors(made.module)
        ModuleVersion.objects.filter(pk=made.pk).update(state="draft")
        advance(actor=staff, version_id=made.pk, transition="submit")
        assert "Ankommen, dann zuhören." in page(signed_in(panel_member().user), url("read", made.pk))
        assert "Ankommen, dann zuhören." not in page(signed_in(bench_member().user), url("read", made.pk))

    def test_a_unit_is_previewed_with_what_is_right(self, staff: User) -> None:
        made = version()
        html = page(signed_in(staff), url("unit-preview", made.pk, "pruefung"))
        assert "Ja, für sie gilt das AGG." in html
        page(signed_in(staff), f"{url('unit-preview', made.pk, 'gespraech')}?language=en")
        page(signed_in(staff), url("unit-preview", made.pk, "gibt-es-nicht"), 404)


class TestFields:
    def test_basics_are_saved_and_what_is_wrong_is_named(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        address = url("fields", made.pk, "basics")
        data = {
            "title": "Neu",
            "summary": "Kurz.",
            "target_group": "Alle",
            "prerequisites": "Keine",
            "objectives": "Sie können hören.\n\n Sie können antworten. \nSie können hören.",
            "minutes": "45",
            "delivery": ["on_site", "self_paced"],
            "valid_months": "24",
        }
        assert client.post(address, data).status_code == 303
        text = current_edition(made)
        assert text.objectives == ["Sie können hören.", "Sie können antworten."]
        assert text.delivery == ["self_paced", "on_site"]
        for wrong, words in (
            ({"minutes": "-1"}, "greater than or equal to 0"),
            ({"objectives": "x" * 301}, "At most 300 characters"),
            ({"objectives": "\n".join(map(str, range(11)))}, "At most 10 entries"),
        ):
            response = client.post(address, {**data, **wrong})
            assert response.status_code == 422
            assert words in response.content.decode()

    def test_items_are_named_where_no_questionnaire_is_published(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        assert client.post(url("fields", made.pk, "items"), {"items": "d5_01\nd8_01"}).status_code == 303
        assert current_edition(made).items == ["d5_01", "d8_01"]
        assert client.post(url("fields", made.pk, "items"), {"items": "D5 01"}).status_code == 422

    def test_legal_bases_are_rows_with_dates_in_their_order(self, staff: User) -> None:
        made = version()
        client = signed_in(staff)
        address = url("fields", made.pk, "legal_bases")
        row = {
            "norm": "§ 13 AGG",
            "says": "Beschwerderecht.",
            "as_of": "2026-11-01",
            "review_on": "2027-11-01",
            "land": "",
        }
        sent = {f"legal_bases-0-{name}": value for name, value in row.items()}
        sent |= {"legal_bases-TOTAL_FORMS": "1", "legal_bases-INITIAL_FORMS": "0", "do": "more"}
        assert client.post(address, sent).headers["Location"] == address
        assert current_edition(made).legal_bases == [row]
        wrong = {**sent, "legal_bases-0-review_on": "2025-01-01"}
        assert "comes after the day" in client.post(address, wrong).content.decode()
        assert page(client, url("fields", made.pk, "nonsense"), 404)

    def test_who_comes_second_is_told_and_keeps_what_was_typed(self, staff: User) -> None:
        made = version()
        text = current_edition(made)
        seen = fingerprint({"items": text.items})
        authoring.save_fields(actor=staff, version_id=made.pk, values={"items": ["d1_01"]}, seen=seen)
        response = signed_in(staff).post(url("fields", made.pk, "items"), {"items": "d2_02", "seen": seen})
        assert response.status_code == 409
        assert "d2_02" in response.content.decode()
        assert current_edition(made).items == ["d1_01"]

    def test_a_frozen_text_says_so(self, staff: User) -> None:
        made = version_in("panel_review", staff=staff)
        client = signed_in(staff)
        assert "The text is frozen" in page(client, url("fields", made.pk, "items"), 409)
        assert client.post(url("fields", made.pk, "items"), {"items": "d1_01"}).status_code == 409
        assert "The text is frozen" in page(client, url("write", made.pk))

    def test_actions_refuse_what_no_text_holds(self, staff: User) -> None:
        made = version()
        with pytest.raises(KeyError):
            authoring.save_fields(actor=staff, version_id=made.pk, values={"state": "standard"})
        with pytest.raises(NotPossible, match="items"):
            authoring.save_fields(actor=staff, version_id=made.pk, values={"items": ["D 5"]})

    def test_english_objectives_follow_their_sentences(self, staff: User) -> None:
        made = version(edition={"objectives": ["Eins.", "Zwei.", "Drei."]})
        texts = {f"objectives.{number}": text for number, text in enumerate(("One.", "Two.", "Three."))}
        authoring.save_english(actor=staff, version_id=made.pk, key="", texts=texts)
        changed = ["Drei.", "Eins.", "Zwei, anders."]
        authoring.save_fields(actor=staff, version_id=made.pk, values={"objectives": changed})
        text = current_edition(made)
        assert edition_in(text, "en").objectives == ("Three.", "One.", "Zwei, anders.")

    def test_what_is_recorded_holds_no_contents(self, staff: User) -> None:
        made = version()
        authoring.save_fields(actor=staff, version_id=made.pk, values={"summary": "Ganz geheim."})
        with scope.enter(scope.programme()):
            entry = AuditEntry.objects.get(verb="module.fields_changed")
        assert entry.data == {"fields": ["summary"]}
