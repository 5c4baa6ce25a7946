"""Learning at one's own pace: the journey through a module without JavaScript, what is kept of it, and what is not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.fields import FIELDS
from apps.training.models import Completion, Module, ModuleEdition, Progress, TrainingOpening, Unit
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most
from tests.training import factories

pytestmark = pytest.mark.django_db

RIGHT = {"pruefung.q1": "a", "pruefung.q2.a": "1", "pruefung.q2.b": "2", "pruefung.q2.c": "3"}
HALF = {**RIGHT, "pruefung.q1": "b"}
WRONG = {**HALF, "pruefung.q2.a": "2", "pruefung.q2.b": "1"}
KEYS = ("ankommen", "gespraech", "eigener-brief", "arbeitsblatt", "pruefung")


@pytest.fixture
def municipality() -> Municipality:
    return factories.opened(MunicipalityFactory())


@pytest.fixture
def module() -> Module:
    return factories.offered("Beschwerde führen", edition={"valid_months": 12})


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def learner(municipality: Municipality) -> Any:
    return member(municipality, Role.EMPLOYEE)


def url(name: str, municipality: Municipality, module: Module, *args: Any) -> str:
    return reverse(f"learning-{name}", args=[municipality.slug, module.key, *args])


def row(user: Any, municipality: Municipality) -> Progress:
    with scope.enter(scope.municipality(municipality)):
        return Progress.objects.get(user=user)


def completions(user: Any, municipality: Municipality) -> list[Completion]:
    with scope.enter(scope.municipality(municipality)):
        return list(Completion.objects.filter(user=user))


def hidden(response: HttpResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found[1]


def send(client: Client, municipality: Municipality, module: Module, answers: dict[str, str]) -> Any:
    """Answer the quiz from a page opened just now."""
    address = url("unit", municipality, module, "pruefung")
    page = client.get(address)
    return client.post(address, {**answers, "words": hidden(page, "words"), "attempt": hidden(page, "attempt")})


def through(client: Client, municipality: Municipality, module: Module) -> None:
    """Do everything but completing the module."""
    for key in KEYS[:-1]:
        data = {"way": "hoeren"} if key == "gespraech" else {}
        assert client.post(url("done", municipality, module, key), data).status_code == 303
    assert send(client, municipality, module, RIGHT).status_code == 200


def with_quiz(**changes: Any) -> Module:
    """A module whose quiz has other limits."""
    units = [
        (key, kind, {**content, **changes} if kind == "quiz" else content) for key, kind, content in factories.UNITS
    ]
    return factories.offered("Mit Grenzen", units=units)


def new_text(module: Module, **contents: dict[str, Any]) -> ModuleEdition:
    """Offer a new text of the module: units as they were but for those named; a value of None leaves one out."""
    old: Any = module.offered
    words = {name: getattr(old, name) for name in FIELDS}
    text = ModuleEdition.objects.create(version=old.version, number=old.number + 1, **words)
    kept = [
        unit for unit in old.units.order_by("position") if contents.get(unit.key.replace("-", "_"), unit) is not None
    ]
    for place, unit in enumerate(kept):
        content = contents.get(unit.key.replace("-", "_"), unit.content)
        Unit.objects.create(
            edition=text, key=unit.key, kind=unit.kind, title=unit.title, position=place, content=content, minutes=5
        )
    text.frozen_at = timezone.now()
    text.save()
    module.offered = text
    module.save()
    return text


class TestJourney:
    def test_from_the_first_unit_to_the_completion(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        page = client.get(url("overview", municipality, module)).content.decode()
        assert "0 of 5 units done" in page
        assert url("unit", municipality, module, "ankommen") in page
        response = client.post(url("done", municipality, module, "ankommen"))
        assert response.status_code == 303
        assert response["Location"] == url("unit", municipality, module, "gespraech")
        through(client, municipality, module)
        page = client.get(url("overview", municipality, module)).content.decode()
        assert "5 of 5 units done" in page
        assert "passed with 100 percent" in page
        assert not completions(learner, municipality)
        assert client.post(url("finish", municipality, module)).status_code == 303
        (completion,) = completions(learner, municipality)
        today = timezone.localdate()
        assert (completion.completed_on, completion.minutes, completion.score) == (today, 30, 100)
        assert completion.expires_on == today.replace(year=today.year + 1)
        assert completion.edition_id == module.offered_id
        page = client.get(url("overview", municipality, module)).content.decode()
        assert reverse("training-certificates") in page

    def test_completing_twice_completes_once(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        through(client, municipality, module)
        for _ in range(2):
            assert client.post(url("finish", municipality, module)).status_code == 303
        assert len(completions(learner, municipality)) == 1

    def test_nothing_is_completed_before_everything_is_done(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        client.post(url("done", municipality, module, "ankommen"))
        response = client.post(url("finish", municipality, module), follow=True)
        assert "Units that are not done yet: 4." in response.content.decode()
        assert not completions(learner, municipality)

    def test_it_goes_on_where_it_was_left_on_another_device(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        client.post(url("done", municipality, module, "ankommen"))
        client.post(url("done", municipality, module, "eigener-brief"))
        elsewhere = signed_in(learner).get(url("overview", municipality, module)).content.decode()
        assert "Go on" in elsewhere
        assert re.search(rf'kern-btn--primary" href="{url("unit", municipality, module, "arbeitsblatt")}"', elsewhere)

    def test_what_was_left_out_comes_after_the_last(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        for key in ("eigener-brief", "arbeitsblatt"):
            client.post(url("done", municipality, module, key))
        send(client, municipality, module, RIGHT)
        page = client.get(url("overview", municipality, module)).content.decode()
        assert re.search(rf'kern-btn--primary" href="{url("unit", municipality, module, "ankommen")}"', page)

    def test_looking_writes_nothing(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        client.get(url("overview", municipality, module))
        for key in KEYS:
            assert client.get(url("unit", municipality, module, key)).status_code == 200
        with pytest.raises(ObjectDoesNotExist):
            row(learner, municipality)

    def test_a_work_sheet_is_a_pdf(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        response = client.get(url("sheet", municipality, module, "arbeitsblatt"))
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
        assert client.get(url("sheet", municipality, module, "ankommen")).status_code == 404

    def test_whoever_begins_anew_is_asked_and_keeps_the_completion(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        through(client, municipality, module)
        client.post(url("finish", municipality, module))
        assert "cannot be brought back" in client.get(url("again", municipality, module)).content.decode()
        assert client.post(url("again", municipality, module)).status_code == 303
        assert "0 of 5 units done" in client.get(url("overview", municipality, module)).content.decode()
        assert len(completions(learner, municipality)) == 1

    def test_a_completion_that_counts_no_more_is_to_be_renewed(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        through(client, municipality, module)
        client.post(url("finish", municipality, module))
        today = timezone.localdate()
        with scope.enter(scope.municipality(municipality)):
            Completion.objects.filter(user=learner).update(
                completed_on=today - timedelta(days=400), expires_on=today - timedelta(days=1)
            )
        page = client.get(url("overview", municipality, module)).content.decode()
        assert "begin the module anew to renew it" in page
        client.post(url("again", municipality, module))
        through(client, municipality, module)
        client.post(url("finish", municipality, module))
        assert len(completions(learner, municipality)) == 2


class TestQuiz:
    def test_feedback_stands_beside_what_was_chosen(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        page = send(signed_in(learner), municipality, module, HALF).content.decode()
        assert "Passed with 50 percent." in page
        assert "Nein, für sie gilt Art. 3 GG." in page
        assert "Ja, für sie gilt das AGG." not in page
        assert "Erst hören, dann prüfen." in page
        assert re.search(r'id="id_pruefung.q1_1" value="b" checked', page)

    def test_what_is_missing_is_said_and_what_was_chosen_stays(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        answers = {name: value for name, value in RIGHT.items() if name != "pruefung.q1"}
        response = send(signed_in(learner), municipality, module, answers)
        page = response.content.decode()
        assert response.status_code == 422
        assert "Please answer this question." in page
        assert '<option value="3" selected' in page
        assert "Erst hören" not in page
        with pytest.raises(ObjectDoesNotExist):
            row(learner, municipality)

    def test_a_place_given_twice_is_no_answer(self, municipality: Municipality, module: Module, learner: Any) -> None:
        response = send(signed_in(learner), municipality, module, {**RIGHT, "pruefung.q2.b": "1"})
        assert response.status_code == 422
        assert "Each place can be given once." in response.content.decode()

    def test_only_number_of_attempts_and_best_result_are_kept(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        send(client, municipality, module, WRONG)
        send(client, municipality, module, HALF)
        send(client, municipality, module, WRONG)
        kept = row(learner, municipality)
        assert kept.quizzes == {"pruefung": {"attempts": 3, "best": 50, "passed": True}}

    def test_not_passed_is_not_done(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        assert "Not passed yet: 0 percent." in send(client, municipality, module, WRONG).content.decode()
        response = client.post(url("done", municipality, module, "pruefung"), follow=True)
        assert "This quiz is not passed yet." in response.content.decode()
        assert "not passed yet, 0 percent" in client.get(url("overview", municipality, module)).content.decode()

    def test_an_answer_sent_twice_counts_once(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        address = url("unit", municipality, module, "pruefung")
        page = client.get(address)
        data = {**RIGHT, "words": hidden(page, "words"), "attempt": hidden(page, "attempt")}
        for _ in range(2):
            assert "Passed with 100 percent." in client.post(address, data).content.decode()
        assert row(learner, municipality).quizzes["pruefung"]["attempts"] == 1

    def test_a_limited_attempt_cannot_be_used_twice(self, municipality: Municipality, learner: Any) -> None:
        module = with_quiz(attempts=2)
        client = signed_in(learner)
        address = url("unit", municipality, module, "pruefung")
        page = client.get(address)
        data = {**WRONG, "words": hidden(page, "words"), "attempt": hidden(page, "attempt")}
        client.post(address, data)
        response = client.post(address, {**data, **RIGHT})
        assert response.status_code == 422
        assert "counted already" in response.content.decode()
        assert "Ja, für sie gilt das AGG." not in response.content.decode()

    def test_after_the_last_attempt_nothing_is_marked(self, municipality: Municipality, learner: Any) -> None:
        module = with_quiz(attempts=1)
        client = signed_in(learner)
        page = send(client, municipality, module, WRONG).content.decode()
        assert "No attempt is left." in page
        assert 'name="attempt"' not in page
        data = {**RIGHT, "words": page, "attempt": "2"}
        response = client.post(url("unit", municipality, module, "pruefung"), data)
        assert response.status_code == 422
        assert row(learner, municipality).quizzes["pruefung"] == {"attempts": 1, "best": 0, "passed": False}

    def test_a_quiz_changed_in_the_meantime_is_not_marked(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        response = client.post(url("unit", municipality, module, "pruefung"), {**RIGHT, "words": "old", "attempt": "1"})
        assert response.status_code == 422
        assert "changed in the meantime" in response.content.decode()

    def test_a_practice_quiz_is_done_by_trying_and_gives_no_score(
        self, municipality: Municipality, learner: Any
    ) -> None:
        module = with_quiz(pass_mark=0)
        client = signed_in(learner)
        through(client, municipality, module)
        client.post(url("finish", municipality, module))
        assert completions(learner, municipality)[0].score is None

    def test_nonsense_is_answered_kindly(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        data = {"pruefung.q1": "zzz", "pruefung.q2.a": "99", "attempt": "x", "words": "x" * 500}
        assert client.post(url("unit", municipality, module, "pruefung"), data).status_code == 422
        assert client.get(url("unit", municipality, module, "no-such-unit")).status_code == 404


class TestScenario:
    def test_step_by_step_to_an_ending(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        address = url("unit", municipality, module, "gespraech")
        assert "Eine Kollegin kommt zu Ihnen." in client.get(address).content.decode()
        page = client.post(address, {"way": "", "choice": "gehen"}).content.decode()
        assert "Das kostet Vertrauen." in page
        assert "A poor ending" in page
        assert "Done, next" in page
        back = client.post(address, {"way": "gehen", "go": "back"}).content.decode()
        assert "Das kostet Vertrauen." not in back
        assert "Done, next" not in back
        again = client.post(address, {"way": "gehen", "go": "again"}).content.decode()
        assert "It begins" in again

    def test_it_is_done_at_an_ending_only(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        response = client.post(url("done", municipality, module, "gespraech"), {"way": "nowhere"}, follow=True)
        assert "go on to one of the endings" in response.content.decode()
        client.post(url("done", municipality, module, "gespraech"), {"way": "gehen"})
        assert set(row(learner, municipality).done) == {"gespraech"}


class TestPrivacy:
    def test_no_answer_choice_or_reflection_is_in_the_row(self, municipality: Municipality, learner: Any) -> None:
        quiz = {
            **factories.QUIZ,
            "questions": [
                *factories.QUIZ["questions"],
                {
                    "key": "q3",
                    "type": "reflection",
                    "prompt": "Was denken Sie?",
                    "points": 0,
                    "hint": "Niemand weiß es.",
                },
            ],
        }
        units = [(key, kind, quiz if kind == "quiz" else content) for key, kind, content in factories.UNITS]
        module = factories.offered("Mit Reflexion", units=units)
        client = signed_in(learner)
        client.post(url("unit", municipality, module, "gespraech"), {"way": "", "choice": "gehen"})
        through(client, municipality, module)
        thought = "Das habe ich selbst erlebt"
        page = send(client, municipality, module, {**HALF, "pruefung.q3": thought}).content.decode()
        assert thought in page
        assert "Niemand weiß es." in page
        with scope.enter(scope.municipality(municipality)):
            kept = str(list(Progress.objects.filter(user=learner).values()))
            records = str(list(AuditEntry.objects.values()))
        for word in (thought, "gehen", "hoeren", "q1", "q2", "q3"):
            assert word not in kept
        assert module.key not in records
        assert str(learner.pk) not in records

    def test_a_free_reflection_never_leaves_the_browser(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        page = signed_in(learner).get(url("unit", municipality, module, "eigener-brief")).content.decode()
        (field,) = re.findall(r"<textarea[^>]*>", page)
        assert "name=" not in field
        assert "stored nowhere" in page

    def test_everybody_sees_only_the_own_progress(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        through(signed_in(learner), municipality, module)
        coordinator = signed_in(member(municipality, Role.COORDINATOR))
        page = coordinator.get(url("overview", municipality, module)).content.decode()
        assert "0 of 5 units done" in page
        assert learner.get_full_name() not in page


class TestGate:
    def test_before_records_are_open_it_is_read_and_nothing_kept(self, module: Module) -> None:
        municipality = MunicipalityFactory()
        learner = member(municipality, Role.EMPLOYEE)
        client = signed_in(learner)
        page = client.get(url("overview", municipality, module)).content.decode()
        assert "Your progress is not kept yet" in page
        page = send(client, municipality, module, RIGHT).content.decode()
        assert "Passed with 100 percent." in page
        assert "Nothing of it is kept." in page
        response = client.post(url("done", municipality, module, "ankommen"), follow=True)
        assert "nothing was kept" in response.content.decode()
        client.post(url("finish", municipality, module))
        with pytest.raises(ObjectDoesNotExist):
            row(learner, municipality)

    def test_after_they_are_closed_nothing_more_is_kept(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        client.post(url("done", municipality, module, "ankommen"))
        with scope.enter(scope.municipality(municipality)):
            TrainingOpening.objects.filter(of=municipality).update(closed_at=timezone.now())
        client.post(url("done", municipality, module, "eigener-brief"))
        assert set(row(learner, municipality).done) == {"ankommen"}

    def test_the_project_team_looks_in_and_records_nothing(self, municipality: Municipality, module: Module) -> None:
        staff = UserFactory(staff=True)
        client = signed_in(staff)
        assert "You are looking in" in client.get(url("overview", municipality, module)).content.decode()
        assert send(client, municipality, module, RIGHT).status_code == 200
        assert client.post(url("done", municipality, module, "ankommen")).status_code == 403
        assert client.post(url("finish", municipality, module)).status_code == 403
        with pytest.raises(ObjectDoesNotExist):
            row(staff, municipality)

    def test_only_what_is_offered_for_learning_alone(self, municipality: Municipality, learner: Any) -> None:
        client = signed_in(learner)
        on_site = factories.offered("Vor Ort", edition={"delivery": ["on_site"]})
        not_offered = factories.module("Noch nicht").version.module
        for module in (on_site, not_offered, factories.empowerment()):
            assert client.get(url("overview", municipality, module)).status_code == 404
            assert client.get(url("unit", municipality, module, "ankommen")).status_code == 404
            assert client.post(url("done", municipality, module, "ankommen")).status_code == 404
            assert client.post(url("finish", municipality, module)).status_code == 404


class TestNewText:
    def test_progress_survives_and_changes_are_said(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        client.post(url("done", municipality, module, "ankommen"))
        client.post(url("done", municipality, module, "eigener-brief"))
        with transaction.atomic():
            new_text(module, ankommen={"text": "Ein anderer Fall."})
        page = client.get(url("overview", municipality, module)).content.decode()
        assert "1 unit is new or has changed" in page
        assert "done, changed since then" in page
        assert "2 of 5 units done" in page
        client.post(url("done", municipality, module, "ankommen"))
        page = client.get(url("overview", municipality, module)).content.decode()
        assert "done, changed since then" not in page
        assert row(learner, municipality).edition_id == module.offered_id

    def test_a_unit_that_is_gone_does_not_stand_in_the_way(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        client = signed_in(learner)
        through(client, municipality, module)
        new_text(module, ankommen=None)  # type: ignore[arg-type]  # leaves it out
        assert "4 of 4 units done" in client.get(url("overview", municipality, module)).content.decode()
        client.post(url("finish", municipality, module))
        assert len(completions(learner, municipality)) == 1


class TestLanguages:
    def test_what_is_german_for_want_of_english_says_so(
        self, municipality: Municipality, module: Module, learner: Any
    ) -> None:
        page = signed_in(learner).get(url("unit", municipality, module, "ankommen")).content.decode()
        assert '<h1 class="kern-heading-large" lang="de">Ankommen</h1>' in page
        assert '<div class="app-prose" lang="de"><p>Ein Fall aus dem <strong>Bürgeramt</strong>.</p>' in page


class TestCounting:
    def test_pages_take_few_queries(self, municipality: Municipality, module: Module, learner: Any) -> None:
        client = signed_in(learner)
        through(client, municipality, module)
        with at_most(10):
            client.get(url("overview", municipality, module))
        for key in KEYS:
            with at_most(10):
                client.get(url("unit", municipality, module, key))
        with at_most(12):
            client.post(url("done", municipality, module, "ankommen"))
        with at_most(12):
            client.post(url("finish", municipality, module))
        page = client.get(url("unit", municipality, module, "pruefung"))
        data = {**RIGHT, "words": hidden(page, "words"), "attempt": hidden(page, "attempt")}
        with at_most(12):
            client.post(url("unit", municipality, module, "pruefung"), data)
