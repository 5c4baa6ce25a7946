"""The life of a module: guards, frozen texts, what is offered, and the panel's reviews up to the standard."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.postgres.search import SearchQuery
from django.utils import timezone, translation

from apps.core import reviewable_declaration, scope
from apps.municipalities.models import Municipality
from apps.reviews.actions import reviews, voting
from apps.reviews.models import Review
from apps.training.actions.authoring import TextFrozen, save_fields, save_unit
from apps.training.actions.lifecycle import (
    NotPossible,
    advance,
    follow_pilots,
    share_as_draft,
    start_version,
    stop_sharing,
)
from apps.training.actions.starting import add_author
from apps.training.guards import KIND, has_authors, text_is_written
from apps.training.models import Module, ModuleAuthor, ModuleEdition, ModuleVersion, Unit
from apps.training.queries import current_edition, offered_modules, open_edition, released_at
from tests.factories import MunicipalityFactory, UserFactory
from tests.recommendations.factories import bench_member, panel_member
from tests.training import factories
from tests.training.module_factories import authors, evaluated_pilot, module_file, move_to, version, version_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    """Files of a test lie where nothing else is."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


def offered(of: ModuleVersion) -> ModuleEdition | None:
    return Module.objects.select_related("offered").get(pk=of.module_id).offered


class TestGuards:
    def test_two_authors_of_two_groups_are_needed(self) -> None:
        made = version()
        first, second = UserFactory(staff=True), UserFactory(staff=True)
        add_author(actor=None, module_id=made.module_id, user_id=first.pk)
        assert has_authors(made) == ["Authors: 1 of at least 2."]
        add_author(actor=None, module_id=made.module_id, user_id=second.pk)
        assert "one group only" in has_authors(made)[0]
        add_author(actor=None, module_id=made.module_id, user_id=bench_member("science").user_id)
        assert has_authors(made) == []
        ModuleAuthor.objects.exclude(user=first).update(left_at=timezone.now())
        assert has_authors(made) == ["Authors: 1 of at least 2."]

    def test_a_whole_text_lacks_nothing(self) -> None:
        assert text_is_written(version()) == []

    def test_everything_missing_is_named_at_once(self) -> None:
        empty = {"summary": "", "target_group": "", "objectives": [], "items": [], "minutes": 0, "delivery": []}
        made = version(units=[("lesen", "text", {"text": ""})], edition=empty)
        missing = text_is_written(made)
        assert len(missing) == 7
        assert "Unit “Lesen”: The text is empty." in missing

    def test_a_module_without_units_for_learners_is_not_written(self) -> None:
        assert text_is_written(version(units=[])) == ["There is no unit for learners."]

    def test_a_film_needs_its_file_captions_and_transcript(self) -> None:
        made = version(units=[("film", "video", {"url": "https://video.example/1"})])
        assert text_is_written(made) == [
            "Unit “Film”: The video has no captions (WebVTT).",
            "Unit “Film”: The video has no transcript.",
        ]
        film, captions = module_file(made.module, "video"), module_file(made.module, "captions")
        content = {"file": str(film.pk), "captions": str(captions.pk), "transcript": "Guten Tag."}
        Unit.objects.filter(key="film").update(content=content)
        assert text_is_written(made) == []
        Unit.objects.filter(key="film").update(content={**content, "captions": str(film.pk)})
        assert "of another kind" in text_is_written(made)[0]

    def test_learners_are_shown_no_file_that_is_for_trainers(self) -> None:
        made = version(units=[("bild", "image", {"decorative": True})])
        file = module_file(made.module, for_trainers=True)
        Unit.objects.filter(key="bild").update(content={"decorative": True, "file": str(file.pk)})
        assert "is for trainers only" in text_is_written(made)[0]

    def test_an_empowerment_module_has_material_for_trainers_and_is_led_on_site(self) -> None:
        made = version(is_empowerment=True, edition={"delivery": ["on_site", "self_paced"]})
        assert text_is_written(made) == [
            "An empowerment module has no units for learners: it is led on site.",
            "There is no material for trainers.",
            "An empowerment module is given on site only.",
        ]
        Unit.objects.all().delete()
        Unit.objects.create(
            edition=current_edition(made), key="ablauf", audience="trainer", position=0, kind="text", title="Ablauf",
            content={"text": "Ankommen."},
        )  # fmt: skip
        ModuleEdition.objects.update(delivery=["on_site"])
        assert text_is_written(made) == []


class TestSteps:
    def test_a_step_is_refused_from_elsewhere_without_reason_and_while_a_guard_does_not_hold(self, staff: Any) -> None:
        made = version()
        for step, match in (("submit", "not possible"), ("withdraw", "give a reason"), ("begin", "Authors")):
            with pytest.raises(NotPossible, match=match):
                advance(actor=staff, version_id=made.pk, transition=step)

    def test_a_step_that_was_taken_is_not_repeated(self, staff: Any) -> None:
        made = version_in("draft", staff=staff)
        advance(actor=staff, version_id=made.pk, transition="begin")
        assert made.changes.count() == 1

    def test_the_text_before_the_panel_is_frozen(self, staff: Any) -> None:
        made = version_in("panel_review", staff=staff)
        assert open_edition(made) is None
        with pytest.raises(TextFrozen):
            save_fields(actor=staff, version_id=made.pk, values={"title": "Anders"})

    def test_returned_to_draft_it_is_written_on_as_the_next_text_with_the_same_keys(self, staff: Any) -> None:
        made = version_in("panel_review", staff=staff)
        before = current_edition(made)
        advance(actor=staff, version_id=made.pk, transition="return_to_draft", reason="Zu lang.")
        save_unit(
            actor=staff, version_id=made.pk, key="ankommen", title="Ankommen", minutes=3, values={"text": "Kürzer."}
        )
        after = current_edition(made)
        assert after.number == before.number + 1
        assert list(after.units.values_list("key", flat=True)) == list(before.units.values_list("key", flat=True))
        assert before.units.get(key="ankommen").content != after.units.get(key="ankommen").content

    def test_released_it_is_offered_and_withdrawn_no_more(self, staff: Any) -> None:
        made = version_in("pilot_ready", staff=staff)
        assert offered(made) == current_edition(made)
        assert released_at(made) is not None
        advance(actor=staff, version_id=made.pk, transition="withdraw", reason="Überholt.")
        assert offered(made) is None
        assert not offered_modules().exists()

    def test_the_next_version_takes_the_standards_place_and_falls_back_to_it_where_it_is_withdrawn(
        self, staff: Any
    ) -> None:
        first = version_in("standard", staff=staff)
        standard = current_edition(first)
        with scope.enter(scope.programme()):
            second = start_version(actor=staff, module_id=first.module_id)
            with pytest.raises(NotPossible, match="worked on already"):
                start_version(actor=staff, module_id=first.module_id)
            assert second.number == 2
            with pytest.raises(NotPossible, match="draft does not take its place"):
                share_as_draft(actor=staff, version_id=second.pk)
            move_to(second, "pilot_ready", staff)
            assert offered(first) == current_edition(second)
            advance(actor=staff, version_id=second.pk, transition="withdraw", reason="Taugt nicht.")
            assert offered(first) == standard
            third = move_to(start_version(actor=staff, module_id=first.module_id), "standard", staff)
        first.refresh_from_db()
        assert (first.state, third.state) == ("superseded", "standard")
        assert offered(first) == current_edition(third)


class TestDrafts:
    def test_a_draft_is_offered_frozen_and_the_next_text_is_not_until_it_is_shared_again(self, staff: Any) -> None:
        made = version(title="Erste Fassung")
        share_as_draft(actor=staff, version_id=made.pk)
        first = offered(made)
        assert first is not None
        assert first.frozen_at is not None
        share_as_draft(actor=staff, version_id=made.pk)
        assert made.editions.count() == 1
        save_fields(actor=staff, version_id=made.pk, values={"title": "Zweite Fassung"})
        assert offered(made) == first
        share_as_draft(actor=staff, version_id=made.pk)
        assert [module.offered.title for module in offered_modules() if module.offered] == ["Zweite Fassung"]

    def test_it_must_be_whole_and_a_draft(self, staff: Any) -> None:
        with pytest.raises(NotPossible, match="no unit"):
            share_as_draft(actor=staff, version_id=version(units=[]).pk)
        with pytest.raises(NotPossible, match="not possible"):
            share_as_draft(actor=staff, version_id=version_in("panel_review", staff=staff).pk)

    def test_it_can_be_taken_back(self, staff: Any) -> None:
        made = version()
        share_as_draft(actor=staff, version_id=made.pk)
        stop_sharing(actor=staff, version_id=made.pk)
        assert offered(made) is None
        released = version_in("pilot_ready", staff=staff)
        stop_sharing(actor=staff, version_id=released.pk)
        assert offered(released) is not None

    @pytest.mark.parametrize("word", ["Beschwerden", "Arbeitsblatt", "Bürgerämter", "listen", "zeitknappheit"])
    def test_its_words_are_found_german_and_english(self, staff: Any, word: str) -> None:
        made = version(edition={"summary": "Für Bürgerämter."})
        text = current_edition(made)
        Unit.objects.filter(edition=text, key="ankommen").update(
            content={"text": "Trotz **Zeitknappheit**."}, words_en={"text": {"text": "To listen.", "of": "x"}}
        )
        share_as_draft(actor=staff, version_id=made.pk)
        query = SearchQuery(word, config="german")
        assert ModuleEdition.objects.filter(search=query).exists() is True

    def test_what_is_for_trainers_is_not_found(self, staff: Any) -> None:
        made = version()
        Unit.objects.create(
            edition=current_edition(made), key="ablauf", audience="trainer", position=0, kind="text",
            title="Widerstand",
            content={"text": "Ruhig bleiben."},
        )  # fmt: skip
        share_as_draft(actor=staff, version_id=made.pk)
        assert not ModuleEdition.objects.filter(search=SearchQuery("Widerstand", config="german")).exists()


class TestPanel:
    def test_reviews_and_pilots_carry_a_module_from_its_authors_to_the_standard(self, staff: Any) -> None:
        made = version_in("panel_review", staff=staff)
        kind = reviewable_declaration.get(KIND)
        assert [subject.subject_id for subject in kind.waiting()] == [made.pk]
        self.accepted(made, staff)
        assert made.state == "pilot_ready"
        assert [subject.subject_id for subject in kind.pilotable()] == [made.pk]
        with scope.enter(scope.programme()):
            evaluated_pilot(made.pk, MunicipalityFactory(), staff)
            assert follow_pilots(version_id=made.pk) == ["start_piloting"]
            evaluated_pilot(made.pk, MunicipalityFactory(), staff)
            assert follow_pilots(version_id=made.pk) == ["conclude_piloting"]
            assert follow_pilots(version_id=made.pk) == []
            advance(actor=staff, version_id=made.pk, transition="submit_finally")
            self.accepted(made, staff)
        assert made.state == "standard"
        assert made.published_at is not None

    def test_the_panel_sends_it_back_with_its_reasons(self, staff: Any) -> None:
        made = version_in("panel_review", staff=staff)
        self.voted(made, staff, "no")
        assert made.state == "draft"
        assert made.changes.order_by("-created_at")[0].reason == "Noch einmal."

    def test_with_conditions_the_text_is_opened_where_it_stands(self, staff: Any) -> None:
        made = version_in("panel_review", staff=staff)
        self.voted(made, staff, "conditional", "Kürzen.")
        assert made.state == "panel_review"
        save_fields(actor=staff, version_id=made.pk, values={"summary": "Kurz."})

    def test_who_writes_it_or_did_does_not_review_it_and_who_reviews_it_does_not_write(self, staff: Any) -> None:
        made = version_in("panel_review", staff=staff)
        kind = reviewable_declaration.get(KIND)
        author = made.module.authors.first()
        assert author is not None
        ModuleAuthor.objects.filter(pk=author.pk).update(left_at=timezone.now())
        assert kind.concerned(author.user_id, made.pk)
        assert not kind.concerned(UserFactory().pk, made.pk)
        member = panel_member(user=factories.trainer().user)
        self.opened(made, staff, member)
        with pytest.raises(NotPossible, match="conflict of interest"):
            add_author(actor=staff, module_id=made.module_id, user_id=member.user_id)

    def test_taken_back_its_review_ends(self, staff: Any) -> None:
        made = version_in("panel_review", staff=staff)
        review = self.opened(made, staff, panel_member())
        advance(actor=staff, version_id=made.pk, transition="return_to_draft", reason="Noch nicht fertig.")
        review.refresh_from_db()
        assert review.state == Review.State.CALLED_OFF

    def test_a_pilot_asks_the_programme_to_look(
        self, staff: Any, municipality: Municipality, django_capture_on_commit_callbacks: Any, monkeypatch: Any
    ) -> None:
        sent: list[tuple[str, dict[str, Any]]] = []
        monkeypatch.setattr("apps.core.tasks._send", lambda name, kwargs: sent.append((name, kwargs)))
        made = version_in("pilot_ready", staff=staff)
        with django_capture_on_commit_callbacks(execute=True), scope.enter(scope.municipality(municipality)):
            reviewable_declaration.get(KIND).piloted(staff, made.pk)
        assert [(name, kwargs["version_id"]) for name, kwargs in sent] == [("training.follow_pilots", str(made.pk))]

    @staticmethod
    def opened(made: ModuleVersion, staff: Any, member: Any) -> Review:
        return reviews.open_review(
            actor=staff,
            kind=KIND,
            subject_id=made.pk,
            members=[member.pk],
            reporting=member.pk,
            deadline=timezone.localdate() + timedelta(days=14),
            question="Trägt das?",
            base_url="https://example.org",
        )

    def accepted(self, made: ModuleVersion, staff: Any) -> None:
        self.voted(made, staff, "yes")

    def voted(self, made: ModuleVersion, staff: Any, choice: str, *conditions: str) -> None:
        member = panel_member()
        review = self.opened(made, staff, member)
        voting.declare_conflict(actor=member.user, member=member, review_id=review.pk, conflict=False, note="")
        reviews.start_vote(actor=staff, review_id=review.pk, deadline=timezone.localdate() + timedelta(days=7))
        voting.cast_vote(
            actor=member.user,
            member=member,
            review_id=review.pk,
            choice=choice,
            reason="Noch einmal." if choice != "yes" else "",
            conditions=conditions,
        )
        reviews.close_vote(actor=staff, review_id=review.pk, reason="Noch einmal." if choice == "no" else "")
        made.refresh_from_db()


def test_authors_are_of_the_project_team_a_bench_or_trainers() -> None:
    made = version()
    with pytest.raises(NotPossible, match="Authors are"):
        add_author(actor=None, module_id=made.module_id, user_id=UserFactory().pk)
    people = authors(made.module)
    add_author(actor=None, module_id=made.module_id, user_id=people[0].pk)
    assert made.module.authors.count() == 2
