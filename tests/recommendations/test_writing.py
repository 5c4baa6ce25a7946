"""Starting a recommendation, its life on the project team's page, and writing its text together."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.assessments.models import WritingPriority
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.core.prose import NotAllowed, to_markdown
from apps.recommendations import fields
from apps.recommendations.actions import texts
from apps.recommendations.actions.editions import freeze, open_next
from apps.recommendations.actions.lifecycle import NotPossible, advance
from apps.recommendations.actions.starting import start_recommendation
from apps.recommendations.anchoring import Places
from apps.recommendations.models import Block, Edition, Recommendation, RecommendationVersion, SectionCheckout
from apps.recommendations.queries import current_edition
from apps.recommendations.queries_writing import text_of
from tests.assessments import factories as assessments
from tests.factories import UserFactory
from tests.municipalities.counting import at_most
from tests.recommendations.factories import TEXT, panel_member, recommendation, team, version_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def version() -> RecommendationVersion:
    """An idea with a text and a team of all benches."""
    made = recommendation()
    team(made)
    return made


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def writer(version: RecommendationVersion, bench: str = "administration") -> User:
    found: User = version.recommendation.team.select_related("role__user").get(role__bench=bench).role.user
    return found


def url(name: str, *args: Any) -> str:
    return reverse(f"recommendations-{name}", args=args)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def blocks(version: RecommendationVersion, section: str) -> list[Block]:
    return list(current_edition(version).blocks.filter(section=section).order_by("position"))


def markdown(version: RecommendationVersion, section: str) -> str:
    return to_markdown(blocks(version, section))


def audited(verb: str) -> list[dict[str, Any]]:
    """The data of all records of a verb."""
    with scope.enter(scope.programme()):
        return list(AuditEntry.objects.filter(verb=verb).values_list("data", flat=True))


def decision(**fields: Any) -> WritingPriority:
    """A recorded decision from the needs table."""
    with scope.enter(scope.programme()):
        wave = assessments.wave()
    values = {"rank": 1, "reason": "Überall fehlt eine Frist.", "decided_on": wave.opens_on, **fields}
    return WritingPriority.objects.create(wave=wave, decided_by=UserFactory(staff=True), **values)


# --- Starting -----------------------------------------------------------------------------------------------------


def start(**given: Any) -> RecommendationVersion:
    values = {
        "actor": UserFactory(staff=True),
        "title": "Bürger*innen & Ämter: Frist für Änderungen",
        "dimension": 5,
        "items": ["d5_06"],
        "started_because": "Gesetzesänderung.",
        **given,
    }
    return start_recommendation(**values)


def test_a_recommendation_begins_as_an_idea_with_the_next_number_and_a_key_of_its_title() -> None:
    first, second = start(), start()
    assert (first.recommendation.number, second.recommendation.number) == (1, 2)
    assert first.recommendation.key == "buergerinnen-aemter-frist-fuer-aenderungen"
    assert second.recommendation.key == "buergerinnen-aemter-frist-fuer-aenderungen-2"
    assert first.state == "idea"
    edition = current_edition(first)
    assert (edition.title, edition.items) == ("Bürger*innen & Ämter: Frist für Änderungen", ["d5_06"])
    assert "Frist" not in str(audited("recommendation.started"))


def test_it_is_said_why_it_is_written() -> None:
    with pytest.raises(NotPossible, match="why"):
        start(started_because=" ")


def test_a_decision_that_was_superseded_starts_nothing() -> None:
    old = decision(dimension=5)
    WritingPriority.objects.create(
        wave=old.wave, dimension=5, revision=2, supersedes=old, rank=2, reason="Anders.", decided_on=old.decided_on,
        decided_by=old.decided_by,
    )  # fmt: skip
    with pytest.raises(NotPossible, match="later decision"):
        start(priority=old)


def test_staff_start_what_the_needs_table_asks_for(staff: User) -> None:
    wanted = decision(dimension=5)
    client = signed_in(staff)
    address = f"{url('start')}?priority={wanted.pk}"
    assert address in page(client, url("list"))
    assert "Überall fehlt eine Frist." in page(client, address)
    response = client.post(address, {"title": "Frist", "dimension": "5", "started_because": ""})
    assert response.status_code == 303
    made = Recommendation.objects.get()
    assert made.priority == wanted
    html = page(client, url("list"))
    assert address not in html
    assert made.code in html


def test_without_a_decision_the_form_asks_for_a_reason_and_keeps_what_was_typed(staff: User) -> None:
    response = signed_in(staff).post(url("start"), {"title": "Frist", "dimension": "5"})
    assert response.status_code == 422
    assert 'value="Frist"' in response.content.decode()
    assert not Recommendation.objects.exists()


@pytest.mark.parametrize("key", ["nonsense", "01900000-0000-7000-8000-0000000000aa"])
def test_an_unknown_decision_is_not_found(staff: User, key: str) -> None:
    assert signed_in(staff).get(f"{url('start')}?priority={key}").status_code == 404


# --- The project team's pages -------------------------------------------------------------------------------------


def test_the_list_filters_by_state_and_field_of_action(staff: User) -> None:
    version_in("draft", title="Im Entwurf", dimension=5)
    recommendation(title="Nur Idee", dimension=3)
    client = signed_in(staff)
    both = page(client, url("list"))
    assert "Im Entwurf" in both
    assert "Nur Idee" in both
    for query, shown, hidden in (
        ("state=draft", "Im Entwurf", "Nur Idee"),
        ("dimension=3", "Nur Idee", "Im Entwurf"),
    ):
        html = page(client, f"{url('list')}?{query}")
        assert shown in html
        assert hidden not in html
    assert "app-empty" in page(client, f"{url('list')}?state=standard")
    page(client, f"{url('list')}?state=nonsense&dimension=x&page=99")


def test_the_page_of_a_version_names_what_is_missing(staff: User) -> None:
    version = recommendation()
    html = page(signed_in(staff), url("detail", version.pk))
    assert "The writing team has nobody from" in html
    assert "Draft, before participation" in html


def test_a_step_is_taken_and_told(staff: User, version: RecommendationVersion) -> None:
    client = signed_in(staff)
    assert client.post(url("step", version.pk), {"transition": "begin"}).status_code == 303
    version.refresh_from_db()
    assert version.state == "draft"
    html = page(client, url("detail", version.pk))
    assert "Writing has begun" in html
    assert staff.get_full_name() in html


def test_a_step_whose_guard_does_not_hold_is_refused_with_the_reason(staff: User) -> None:
    version = recommendation()
    response = signed_in(staff).post(url("step", version.pk), {"transition": "begin"})
    assert response.status_code == 409
    assert "The writing team has nobody from" in response.content.decode()
    version.refresh_from_db()
    assert version.state == "idea"


def test_withdrawing_needs_a_reason(staff: User, version: RecommendationVersion) -> None:
    client = signed_in(staff)
    assert client.post(url("step", version.pk), {"transition": "withdraw", "reason": ""}).status_code == 422
    response = client.post(url("step", version.pk), {"transition": "withdraw", "reason": "Doppelt."})
    assert response.status_code == 303
    assert "Doppelt." in page(client, url("detail", version.pk))


@pytest.mark.parametrize("transition", ["nonsense", "close_round", "call_off_round", "open_round", "supersede"])
def test_steps_with_pages_of_their_own_are_not_taken_here(
    staff: User, version: RecommendationVersion, transition: str
) -> None:
    assert signed_in(staff).post(url("step", version.pk), {"transition": transition}).status_code == 404


def test_a_refused_step_keeps_the_reason_that_was_typed(staff: User, version: RecommendationVersion) -> None:
    response = signed_in(staff).post(
        url("step", version.pk), {"transition": "return_to_draft", "reason": "Bitte noch einmal."}
    )
    assert response.status_code == 409


def test_the_next_version_begins_once_the_last_is_done(staff: User) -> None:
    version = version_in("withdrawn")
    client = signed_in(staff)
    assert client.post(url("next-version", version.pk)).status_code == 303
    made = version.recommendation.versions.get(number=2)
    assert markdown(made, "steps") == markdown(version, "steps")
    assert f"/{version.pk}/" in page(client, url("detail", made.pk))
    assert client.post(url("next-version", version.pk)).status_code == 409


def test_a_draft_is_shared_and_no_longer(staff: User, version: RecommendationVersion) -> None:
    client = signed_in(staff)
    for shared in (True, False):
        client.post(url("share", version.pk), {"shared": "yes" if shared else "no"})
        version.refresh_from_db()
        assert (version.shared_as_draft_at is not None) == shared


def test_a_doi_has_the_form_of_one(staff: User, version: RecommendationVersion) -> None:
    client = signed_in(staff)
    response = client.post(url("doi", version.pk), {"doi": "https://doi.org/10.1234/x"})
    assert response.status_code == 422
    assert "https://doi.org/10.1234/x" in response.content.decode()
    assert client.post(url("doi", version.pk), {"doi": "10.1234/x"}).status_code == 303
    version.refresh_from_db()
    assert version.doi == "10.1234/x"


@pytest.mark.parametrize("state", ["round_open", "round_answered", "panel_review", "pilot_evaluated", "standard"])
def test_the_page_can_be_read_in_every_state(staff: User, state: str) -> None:
    version = version_in(state)
    client = signed_in(staff)
    page(client, url("detail", version.pk))
    html = page(client, url("write", version.pk))
    assert "Draft, before participation" not in html


# --- Sections -----------------------------------------------------------------------------------------------------


def test_a_section_is_checked_out_written_and_checked_in(version: RecommendationVersion) -> None:
    client = signed_in(writer(version))
    keys = {block.text: block.key for block in blocks(version, "steps")}
    assert client.post(url("section-take", version.pk, "steps")).status_code == 303
    html = page(client, url("section", version.pk, "steps"))
    assert "Zuständige Stelle benennen.\n\nFrist beschließen." in html
    text = "### Schritte\r\n\r\n- Frist beschließen.\r\n- Die **zuständige** Stelle benennen.\r\n"
    response = client.post(url("section", version.pk, "steps"), {"markdown": text, "do": "check_in"})
    assert response.status_code == 303
    after = blocks(version, "steps")
    assert [(block.kind, block.text) for block in after] == [
        ("heading", "Schritte"),
        ("entry", "Frist beschließen."),
        ("entry", "Die **zuständige** Stelle benennen."),
    ]
    assert after[1].key == keys["Frist beschließen."]
    assert after[2].key == keys["Zuständige Stelle benennen."]
    assert not SectionCheckout.objects.exists()
    assert audited("recommendation.section_checked_in") == [{"section": "steps", "blocks": 3}]


def test_nobody_else_writes_in_a_section_that_is_in_hand(version: RecommendationVersion) -> None:
    holder, other = writer(version), writer(version, "science")
    texts.check_out(actor=holder, version_id=version.pk, section="goal")
    client = signed_in(other)
    assert holder.get_full_name() in page(client, url("write", version.pk))
    assert "<textarea" not in page(client, url("section", version.pk, "goal"))
    response = client.post(url("section-take", version.pk, "goal"))
    assert response.status_code == 409
    assert holder.get_full_name() in response.content.decode()
    response = client.post(url("section", version.pk, "goal"), {"markdown": "Meines.", "do": "check_in"})
    assert response.status_code == 409
    assert "Meines." in response.content.decode(), "what was typed is not lost"
    assert markdown(version, "goal") == TEXT["goal"][0]


def test_a_draft_is_kept_and_seen_by_nobody_else(version: RecommendationVersion) -> None:
    client = signed_in(writer(version))
    client.post(url("section-take", version.pk, "goal"))
    response = client.post(url("section", version.pk, "goal"), {"markdown": "1. Halb fertig", "do": "draft"})
    assert response.status_code == 303
    assert "1. Halb fertig" in page(client, url("section", version.pk, "goal"))
    assert "Halb fertig" not in page(signed_in(writer(version, "science")), url("section", version.pk, "goal"))


def test_what_a_section_cannot_hold_is_named_and_nothing_is_lost(version: RecommendationVersion) -> None:
    client = signed_in(writer(version))
    client.post(url("section-take", version.pk, "goal"))
    response = client.post(url("section", version.pk, "goal"), {"markdown": "Gut.\n\n1. Eins", "do": "check_in"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "Line 3: numbered lists" in html
    assert "Gut.\n\n1. Eins" in html
    assert "app-error-summary" in html
    with pytest.raises(NotAllowed):
        texts.check_in(actor=writer(version), version_id=version.pk, section="goal", markdown="`x`")


def test_releasing_asks_and_leaves_the_text_as_it_was(version: RecommendationVersion) -> None:
    user = writer(version)
    texts.check_out(actor=user, version_id=version.pk, section="goal")
    client = signed_in(user)
    assert "cannot be undone" in page(client, url("section-release", version.pk, "goal"))
    assert SectionCheckout.objects.exists()
    assert client.post(url("section-release", version.pk, "goal")).status_code == 303
    assert not SectionCheckout.objects.exists()
    assert markdown(version, "goal") == TEXT["goal"][0]


def test_nobody_releases_what_another_has_in_hand(version: RecommendationVersion) -> None:
    texts.check_out(actor=writer(version), version_id=version.pk, section="goal")
    client = signed_in(writer(version, "science"))
    assert client.post(url("section-release", version.pk, "goal")).status_code == 409
    assert SectionCheckout.objects.exists()


@pytest.mark.parametrize("who", ["staff", "lead"])
def test_staff_and_lead_take_a_section_over_with_its_draft(
    version: RecommendationVersion, staff: User, who: str
) -> None:
    holder = writer(version, "science")
    texts.check_out(actor=holder, version_id=version.pk, section="goal")
    texts.save_draft(actor=holder, version_id=version.pk, section="goal", markdown="Halb fertig")
    taker = staff if who == "staff" else writer(version, "administration")
    client = signed_in(taker)
    assert holder.get_full_name() in page(client, url("section-take-over", version.pk, "goal"))
    assert client.post(url("section-take-over", version.pk, "goal")).status_code == 303
    assert "Halb fertig" in page(client, url("section", version.pk, "goal"))
    with pytest.raises(texts.NotInHand):
        texts.check_in(actor=holder, version_id=version.pk, section="goal", markdown="Zu spät")


def test_others_of_the_team_take_nothing_over(version: RecommendationVersion) -> None:
    texts.check_out(actor=writer(version), version_id=version.pk, section="goal")
    client = signed_in(writer(version, "science"))
    assert client.get(url("section-take-over", version.pk, "goal")).status_code == 403
    assert client.post(url("section-take-over", version.pk, "goal")).status_code == 403


def test_taking_over_what_nobody_has_leads_back(version: RecommendationVersion, staff: User) -> None:
    assert signed_in(staff).get(url("section-take-over", version.pk, "goal")).status_code == 303


def test_a_frozen_text_is_not_written_in_and_what_was_typed_is_shown(version: RecommendationVersion) -> None:
    user = writer(version)
    texts.check_out(actor=user, version_id=version.pk, section="goal")
    advance(actor=None, version_id=version.pk, transition="withdraw", reason="Doppelt.")
    client = signed_in(user)
    response = client.post(url("section", version.pk, "goal"), {"markdown": "Mein Satz.", "do": "check_in"})
    assert response.status_code == 409
    html = response.content.decode()
    assert "Mein Satz." in html
    assert "frozen" in html
    assert client.post(url("section-take", version.pk, "steps")).status_code == 409
    with pytest.raises(texts.TextFrozen):
        texts.take_over(actor=user, version_id=version.pk, section="steps")
    texts.release(actor=user, version_id=version.pk, section="goal")
    assert not SectionCheckout.objects.exists()


def test_a_paragraph_moved_to_another_section_keeps_its_key(version: RecommendationVersion, staff: User) -> None:
    freeze(version)
    open_next(version)
    moved = blocks(version, "problem")[1]
    for section, text in (("goal", f"{TEXT['goal'][0]}\n\n{moved.text}"), ("problem", TEXT["problem"][0])):
        texts.check_out(actor=staff, version_id=version.pk, section=section)
        texts.check_in(actor=staff, version_id=version.pk, section=section, markdown=text)
    assert blocks(version, "goal")[1].key == moved.key


def test_keys_of_a_frozen_text_are_found_again_after_splits_merges_and_deletions(
    version: RecommendationVersion, staff: User
) -> None:
    before = list(freeze(version).blocks.all())
    open_next(version)
    rewritten = {
        "steps": "Zuständige Stelle benennen und ihr Zeit geben.\n\nFrist beschließen. Jährlich berichten.",
        "problem": "Ganz anderes steht jetzt hier, und mehr davon.",
    }
    for _again in range(2):
        for section, text in rewritten.items():
            texts.check_out(actor=staff, version_id=version.pk, section=section)
            texts.check_in(actor=staff, version_id=version.pk, section=section, markdown=text)
    places = Places(current_edition(version).blocks.all(), before)
    became = {block.text: places.find(block.key).how.value for block in before}
    assert became == {
        "Zuständige Stelle benennen.": "kept",
        "Frist beschließen.": "kept",
        "Jährlich berichten.": "merged",
        "Beschwerden werden an vielen Stellen angenommen.": "lost",
        "Niemand weiß, wie lange es dauert.": "lost",
        TEXT["goal"][0]: "kept",
        TEXT["law"][0]: "kept",
    }


def test_unknown_parts_and_versions_are_not_found(version: RecommendationVersion, staff: User) -> None:
    client = signed_in(staff)
    assert client.get(url("section", version.pk, "nonsense")).status_code == 404
    assert client.get(url("write", uuid4())).status_code == 404
    assert client.get(url("fields", version.pk, "nonsense")).status_code == 404
    assert client.get(url("detail", uuid4())).status_code == 404
    with pytest.raises(ValueError, match="no part"):
        texts.check_out(actor=staff, version_id=version.pk, section="nonsense")


def test_only_the_team_and_the_project_team_write(version: RecommendationVersion) -> None:
    stranger = team(recommendation(), ["science"])[0].role.user
    client = signed_in(stranger)
    assert client.get(url("write", version.pk)).status_code == 403
    assert client.post(url("section-take", version.pk, "goal")).status_code == 403
    assert str(version.pk) not in page(client, url("mine"))
    assert "app-empty" in page(signed_in(panel_member().user), url("mine"))
    assert str(version.pk) in page(signed_in(writer(version)), url("mine"))


# --- Structured fields --------------------------------------------------------------------------------------------

BASICS = {"title": "Neu", "summary": "Kurz.", "target_level": "4", "effort": "large", "effort_note": "Drei Tage."}
NORM = {
    "norm": "§ 13 AGG",
    "says": "Eine Stelle wird benannt.",
    "as_of": "2026-11-01",
    "review_on": "2027-11-01",
    "land": "NW",
}


def formset(name: str, *entries: dict[str, str], initial: int = 0, **more: str) -> dict[str, str]:
    """What the browser sends for entries and the empty one at the end."""
    data = {f"{name}-TOTAL_FORMS": str(len(entries) + 1), f"{name}-INITIAL_FORMS": str(initial)}
    for number, entry in enumerate(entries):
        data |= {f"{name}-{number}-{part}": value for part, value in entry.items()}
    return {**data, **more}


def edition(version: RecommendationVersion) -> Edition:
    return current_edition(version)


def test_the_basics_are_saved(version: RecommendationVersion) -> None:
    client = signed_in(writer(version))
    assert client.post(url("fields", version.pk, "basics"), BASICS).status_code == 303
    now = edition(version)
    assert (now.title, now.target_level, now.effort) == ("Neu", 4, "large")
    (data,) = audited("recommendation.fields_changed")
    assert "Neu" not in str(data)


def test_entries_are_added_changed_and_removed(version: RecommendationVersion) -> None:
    client = signed_in(writer(version))
    address = url("fields", version.pk, "legal_bases")
    response = client.post(address, formset("legal_bases", NORM, {**NORM, "norm": "Art. 3 GG", "land": ""}, do="more"))
    assert response["Location"] == address
    assert [(entry["norm"], entry["land"]) for entry in edition(version).legal_bases] == [
        ("§ 13 AGG", "NW"),
        ("Art. 3 GG", ""),
    ]
    assert fields.problems("legal_bases", edition(version).legal_bases) == []
    assert 'value="2026-11-01"' in page(client, address)
    changed = formset("legal_bases", {**NORM, "DELETE": "on"}, {**NORM, "norm": "Art. 33 GG"}, initial=2)
    assert client.post(address, changed).status_code == 303
    assert [entry["norm"] for entry in edition(version).legal_bases] == ["Art. 33 GG"]


@pytest.mark.parametrize(
    ("name", "entry", "message"),
    [
        ("legal_bases", {**NORM, "says": ""}, "legal_bases-0-says"),
        ("legal_bases", {**NORM, "review_on": "2026-10-01"}, "comes after"),
        ("legal_bases", {**NORM, "land": "XX"}, "legal_bases-0-land"),
        ("sources", {"by": "ADS", "title": "T", "year": "1200"}, "sources-0-year"),
        ("sources", {"by": "ADS", "title": "T", "year": "2020", "url": "javascript:x"}, "sources-0-url"),
        ("measures", {"title": "Frist", "months": "0"}, "measures-0-months"),
        ("variants", {"where": "Kleine"}, "variants-0-text"),
        ("templates", {"text": "Text"}, "templates-0-title"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    version: RecommendationVersion, name: str, entry: dict[str, str], message: str
) -> None:
    response = signed_in(writer(version)).post(url("fields", version.pk, name), formset(name, entry))
    assert response.status_code == 422
    html = response.content.decode()
    assert message in html
    assert "app-error-summary" in html
    assert next(value for value in entry.values() if value) in html
    assert getattr(edition(version), name) == []


def test_indicator_items_and_training_are_saved(version: RecommendationVersion) -> None:
    client = signed_in(writer(version))
    indicator = {"name": "Frist", "definition": "d", "source": "s", "baseline": "b", "unit": "Tage"}
    assert client.post(url("fields", version.pk, "indicator"), indicator).status_code == 303
    assert client.post(url("fields", version.pk, "items"), {"items": "d5_03\nd5_04 d5_03"}).status_code == 303
    assert client.post(url("fields", version.pk, "training"), {"training": "grundlagen"}).status_code == 303
    now = edition(version)
    assert (now.indicator, now.items, now.training) == (indicator, ["d5_03", "d5_04"], ["grundlagen"])
    assert client.post(url("fields", version.pk, "training"), {"training": "Nicht So"}).status_code == 422
    assert "empty" in page(client, url("write", version.pk))


def test_items_are_chosen_from_the_published_questionnaire(version: RecommendationVersion) -> None:
    assessments.published_version()
    client = signed_in(writer(version))
    html = page(client, url("fields", version.pk, "items"))
    assert html.count('type="checkbox"') >= 60
    assert "5.3 " in html
    assert client.post(url("fields", version.pk, "items"), {"items": ["d1_01"]}).status_code == 303
    assert client.post(url("fields", version.pk, "items"), {"items": ["d99_01"]}).status_code == 422
    assert edition(version).items == ["d1_01"]


def test_two_who_change_the_same_fields_are_told(version: RecommendationVersion) -> None:
    first, second = signed_in(writer(version)), signed_in(writer(version, "science"))
    address = url("fields", version.pk, "basics")
    seen = page(first, address).split('name="seen" value="')[1].split('"')[0]
    assert second.post(address, {**BASICS, "seen": seen}).status_code == 303
    response = first.post(address, {**BASICS, "title": "Meiner", "seen": seen})
    assert response.status_code == 409
    html = response.content.decode()
    assert "Meiner" in html
    assert edition(version).title == "Neu"
    fresh = html.split('name="seen" value="')[1].split('"')[0]
    assert first.post(address, {**BASICS, "title": "Meiner", "seen": fresh}).status_code == 303


def test_frozen_fields_are_not_written_and_what_was_typed_is_shown(version: RecommendationVersion) -> None:
    client = signed_in(writer(version))
    advance(actor=None, version_id=version.pk, transition="withdraw", reason="Doppelt.")
    response = client.post(url("fields", version.pk, "basics"), {**BASICS, "title": "Zu spät"})
    assert response.status_code == 409
    assert "Zu spät" in response.content.decode()
    assert client.get(url("fields", version.pk, "basics")).status_code == 409


def test_the_action_refuses_values_no_edition_can_hold(version: RecommendationVersion, staff: User) -> None:
    with pytest.raises(texts.InvalidFields, match=r"sources\[1\]\.by"):
        texts.save_fields(actor=staff, version_id=version.pk, values={"sources": [{"title": "T", "year": 2020}]})
    with pytest.raises(KeyError):
        texts.save_fields(actor=staff, version_id=version.pk, values={"frozen_at": None})


def test_all_pages_of_fields_can_be_read(version: RecommendationVersion) -> None:
    client = signed_in(writer(version))
    for name in (
        "basics", "items", "indicator", "legal_bases", "variants", "templates", "measures", "sources", "training",
    ):  # fmt: skip
        page(client, url("fields", version.pk, name))


# --- Costs --------------------------------------------------------------------------------------------------------


def test_pages_take_as_many_queries_for_many_rows(version: RecommendationVersion, staff: User) -> None:
    for number in range(4):
        team(recommendation(title=f"Nummer {number}"))
    texts.check_out(actor=writer(version), version_id=version.pk, section="goal")
    decision(dimension=5)
    client = signed_in(staff)
    for address, most in (
        (url("list"), 8),
        (url("mine"), 8),
        (url("detail", version.pk), 10),
        (url("write", version.pk), 10),
        (url("section", version.pk, "goal"), 10),
        (url("fields", version.pk, "sources"), 10),
        (url("team", version.pk), 8),
        (url("expenses-all"), 8),
    ):
        client.get(address)
        with at_most(most):
            assert client.get(address).status_code == 200


def test_checking_in_takes_few_queries(version: RecommendationVersion) -> None:
    user = writer(version)
    client = signed_in(user)
    texts.check_out(actor=user, version_id=version.pk, section="goal")
    text = "\n\n".join(f"Absatz {number} sagt etwas." for number in range(40))
    with at_most(18):
        assert client.post(url("section", version.pk, "goal"), {"markdown": text, "do": "check_in"}).status_code == 303
    assert len(text_of(version).section("goal").blocks) == 40
