import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from lxml import html

from apps.instruments.actions import import_instrument, publish_version
from apps.instruments.models import Instrument, InstrumentVersion
from apps.instruments.queries import load_compiled
from apps.instruments.questions import question
from tests.factories import UserFactory
from tests.instruments.conftest import workbook
from tests.instruments.forms import LEVELS, as_xlsx, level, row, sheets

pytestmark = pytest.mark.django_db
LIST = "/programme/instruments/"


@pytest.fixture
def client(client: Client, staff: object, settings: object) -> Client:
    settings.MFA_REQUIRED_ROLES = []  # type: ignore[attr-defined]
    client.force_login(staff)  # type: ignore[arg-type]
    client.cookies.load({"django_language": "en"})
    return client


def upload(client: Client, content: bytes, name: str = "probe.xlsx") -> object:
    return client.post(reverse("instruments-upload"), {"workbook": SimpleUploadedFile(name, content)})


def test_only_the_project_team_comes_in(settings: object) -> None:
    settings.MFA_REQUIRED_ROLES = []  # type: ignore[attr-defined]
    stranger = Client()
    assert stranger.get(LIST).status_code == 302
    stranger.force_login(UserFactory())
    assert stranger.get(LIST).status_code == 404
    assert stranger.post(reverse("instruments-upload")).status_code == 404


def test_an_empty_list_says_what_to_do_first(client: Client) -> None:
    assert "Upload a workbook to begin" in client.get(LIST).content.decode()


def test_a_workbook_becomes_a_draft_that_can_be_looked_through(client: Client) -> None:
    response = upload(client, workbook())
    version = InstrumentVersion.objects.get()
    assert response.status_code == 303  # type: ignore[attr-defined]
    assert response["Location"] == reverse("instruments-version", args=[version.pk])  # type: ignore[index]
    url = reverse("instruments-version", args=[version.pk])
    page = client.get(url, {"language": "de", "section": "d5"}).content.decode()
    for text in ("Gibt es eine Beschwerdestelle?", "So sieht Stufe 3 aus", "§ 13 AGG", "ECCAR P3", "5.3"):
        assert text in page


@pytest.mark.parametrize("query", [{}, {"section": "profile"}, {"section": "nowhere"}])
def test_the_preview_shows_one_section_and_the_way_to_the_others(
    client: Client, draft: InstrumentVersion, query: dict[str, str]
) -> None:
    page = client.get(reverse("instruments-version", args=[draft.pk]), {"language": "de", **query}).content.decode()
    assert "Wie viele Beschäftigte?" in page and "Nachfrage" in page
    assert "Gibt es eine Beschwerdestelle?" not in page
    assert 'href="?section=d5&amp;language=de"' in page and page.count('aria-current="page"') >= 1


def test_the_preview_is_shown_in_any_language_of_the_form(client: Client, draft: InstrumentVersion) -> None:
    query = {"language": "en", "section": "d5"}
    page = client.get(reverse("instruments-version", args=[draft.pk]), query).content.decode()
    assert "Is there an office?" in page


def test_a_version_can_be_printed_with_boxes_to_tick(client: Client, draft: InstrumentVersion) -> None:
    page = client.get(reverse("instruments-paper", args=[draft.pk]), {"language": "de"}).content.decode()
    for text in (
        "Gibt es eine Beschwerdestelle?",
        "So sieht Stufe 3 aus",
        "☐",
        "Several answers are possible",
        "Answer:",
    ):
        assert text in page
    assert 'name="answer-' not in page


@pytest.mark.parametrize("name", ["instruments-version", "instruments-paper"])
def test_what_is_written_in_another_language_is_marked_as_such(
    client: Client, draft: InstrumentVersion, name: str
) -> None:
    for language, marked in (("en", "de"), ("de", None)):
        content = client.get(reverse(name, args=[draft.pk]), {"language": language, "section": "d5"}).content
        texts = [element for element in html.fromstring(content).iter() if element.text == "So sieht Stufe 3 aus"]
        assert [element.get("lang") for element in texts] == [marked]


def test_one_step_and_measure_are_shown_to_the_project_team(client: Client) -> None:
    columns = {"first_step::Deutsch (de)": "Heute fragen", "measure::Deutsch (de)": "Stelle schaffen"}
    upload(client, as_xlsx(sheets([level(**columns)], LEVELS)))
    version = InstrumentVersion.objects.get()
    page = client.get(reverse("instruments-version", args=[version.pk]), {"language": "de"}).content.decode()
    assert "Heute fragen" in page and "Stelle schaffen" in page


def test_a_refused_workbook_shows_every_place(client: Client) -> None:
    response = upload(client, as_xlsx(sheets([row("geopoint", "a"), row("text", "b", relevant="foo()")])))
    page = html.fromstring(response.content)  # type: ignore[attr-defined]
    assert response.status_code == 422  # type: ignore[attr-defined]
    rows = [[cell.text_content().strip() for cell in line.iter("td")] for line in page.iter("tr")][1:]
    assert [line[:2] for line in rows] == [["survey", "2"], ["survey", "3"]]
    assert not Instrument.objects.exists()


def test_an_upload_without_a_file_is_told_so(client: Client) -> None:
    assert client.post(reverse("instruments-upload")).status_code == 422


def test_the_workbook_can_be_had_back(client: Client, draft: InstrumentVersion) -> None:
    response = client.get(reverse("instruments-workbook", args=[draft.pk]))
    assert response.content == workbook()
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize("step", ["publish", "retire", "discard"])
def test_steps_that_cannot_be_undone_ask_first(client: Client, draft: InstrumentVersion, step: str) -> None:
    assert client.get(reverse(f"instruments-{step}", args=[draft.pk])).status_code == 200
    draft.refresh_from_db()
    assert draft.is_draft


def test_publishing_retiring_and_discarding(client: Client, draft: InstrumentVersion) -> None:
    assert client.post(reverse("instruments-publish", args=[draft.pk])).status_code == 303
    refused = client.get(client.post(reverse("instruments-discard", args=[draft.pk]))["Location"])
    assert "Only a draft can be discarded." in refused.content.decode()
    client.post(reverse("instruments-retire", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.state == "retired"
    second = import_instrument(actor=None, content=workbook("2"), filename="probe.xlsx")
    assert client.post(reverse("instruments-discard", args=[second.pk]))["Location"] == LIST
    assert client.get(reverse("instruments-version", args=[second.pk])).status_code == 404


def test_the_list_takes_the_same_queries_however_many_versions_there_are(
    client: Client, draft: InstrumentVersion, django_assert_max_num_queries: object
) -> None:
    for number in range(2, 7):
        import_instrument(actor=None, content=workbook(str(number)), filename="p.xlsx")
        import_instrument(actor=None, content=workbook(key=f"k{number}"), filename="p.xlsx")
    client.get(LIST)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get(LIST)


def test_the_preview_takes_few_queries(
    client: Client, draft: InstrumentVersion, django_assert_max_num_queries: object
) -> None:
    publish_version(actor=None, version=draft)
    url = reverse("instruments-version", args=[draft.pk])
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        client.get(url)


# The fragment that other pages use


def render(version: InstrumentVersion, name: str, answers: dict[str, str], **fields: object) -> html.HtmlElement:
    compiled = load_compiled(version)
    item = compiled.form.items[name]
    prepared = question(compiled, item, compiled.evaluate(answers), language="de", **fields)  # type: ignore[arg-type]
    return html.fragment_fromstring(
        render_to_string("instruments/item.html", {"question": prepared}), create_parent="div"
    )


@pytest.mark.parametrize("name", ["staff", "share", "day", "council", "again", "areas", "why", "d5_03"])
def test_every_control_has_its_label_and_its_name(draft: InstrumentVersion, name: str) -> None:
    fragment = render(draft, name, {})
    controls = [*fragment.iter("input"), *fragment.iter("select"), *fragment.iter("textarea")]
    labels = {label.get("for") for label in fragment.iter("label")}
    ids = [element.get("id") for element in fragment.iter() if element.get("id")]
    assert controls
    assert all(control.get("name") == f"answer-{name}" for control in controls)
    assert all(control.get("id") in labels for control in controls)
    assert len(ids) == len(set(ids))
    described = [part for e in fragment.iter() for part in (e.get("aria-describedby") or "").split()]
    assert set(described) <= set(ids)


def test_the_chosen_level_is_checked_and_the_special_answers_stand_apart(draft: InstrumentVersion) -> None:
    fragment = render(draft, "d5_03", {"d5_03": "unknown"})
    assert [e.get("value") for e in fragment.iter("input") if e.get("checked") is not None] == ["unknown"]
    assert [e.get("value") for e in fragment.xpath("//*[contains(@class, 'app-special-options')]//input")] == [
        "unknown", "refused", "not_competent", "done_for_us", "",
    ]  # fmt: skip


def test_an_error_is_tied_to_its_control(draft: InstrumentVersion) -> None:
    fragment = render(draft, "staff", {"staff": "-3"})
    (control,) = fragment.iter("input")
    assert control.get("aria-invalid") == "true"
    assert fragment.get_element_by_id("q-staff-error").text_content().endswith("Mehr als 0")
    assert "q-staff-error" in (control.get("aria-describedby") or "")


def test_answers_are_escaped(draft: InstrumentVersion) -> None:
    fragment = render(draft, "why", {"council": "no", "why": "</textarea><script>1</script>"})
    assert not list(fragment.iter("script"))
    assert next(fragment.iter("textarea")).text == "</textarea><script>1</script>"


def test_a_note_and_a_calculation_take_no_answer(draft: InstrumentVersion) -> None:
    assert not list(render(draft, "intro", {}).iter("input"))
    assert not list(render(draft, "double", {"staff": "2"}).iter("input"))
