import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import translation

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.instruments.actions import (
    WrongState,
    discard_draft,
    import_instrument,
    publish_version,
    retire_version,
)
from apps.instruments.models import Instrument, InstrumentVersion, Item, Workbook
from apps.instruments.queries import item_rows, load_compiled, load_form, published_versions
from apps.instruments.workbook import InvalidWorkbook
from apps.instruments.xlsform import read_workbook
from tests.instruments.conftest import workbook
from tests.instruments.forms import as_xlsx, row, sheets

pytestmark = pytest.mark.django_db


def test_what_is_stored_is_what_was_read(draft: InstrumentVersion) -> None:
    assert load_form(draft) == read_workbook(workbook(), "probe.xlsx").form
    assert bytes(draft.workbook.content) == workbook()
    assert draft.is_draft
    assert list(item_rows(draft)) == list(load_form(draft).items)


def test_the_same_workbook_again_changes_nothing(draft: InstrumentVersion) -> None:
    again = import_instrument(actor=None, content=bytes(draft.workbook.content), filename="andere.xlsx")
    assert again == draft
    assert InstrumentVersion.objects.count() == 1


def test_the_same_version_with_other_content_is_refused(draft: InstrumentVersion) -> None:
    with pytest.raises(InvalidWorkbook) as refused:
        import_instrument(actor=None, content=workbook(label="Anders?"), filename="probe.xlsx")
    assert refused.value.problems[0].sheet == "settings"
    assert InstrumentVersion.objects.count() == 1


def test_a_new_version_belongs_to_the_same_instrument(draft: InstrumentVersion) -> None:
    second = import_instrument(actor=None, content=workbook("2"), filename="probe.xlsx")
    assert second.instrument == draft.instrument
    assert Instrument.objects.count() == 1


def test_a_refused_workbook_leaves_nothing_behind() -> None:
    content = as_xlsx(sheets([row("geopoint", "a")]))
    with pytest.raises(InvalidWorkbook):
        import_instrument(actor=None, content=content, filename="probe.xlsx")
    assert not Instrument.objects.exists()


def test_a_version_goes_from_draft_to_published_to_retired(draft: InstrumentVersion, staff: object) -> None:
    with scope.enter(scope.programme()):
        assert publish_version(actor=staff, version=draft).is_published
        first = InstrumentVersion.objects.get().published_at
        publish_version(actor=staff, version=draft)
        assert InstrumentVersion.objects.get().published_at == first
        assert list(published_versions()) == [draft]
        retire_version(actor=staff, version=draft)
        retire_version(actor=staff, version=draft)
        assert not published_versions()
        with pytest.raises(WrongState):
            publish_version(actor=staff, version=draft)
        verbs = AuditEntry.objects.filter(target_id=str(draft.pk), actor=staff).values_list("verb", flat=True)
        assert sorted(verbs) == ["instrument.published", "instrument.retired"]


def test_only_a_draft_can_be_discarded_and_only_a_published_version_retired(draft: InstrumentVersion) -> None:
    with pytest.raises(WrongState):
        retire_version(actor=None, version=draft)
    publish_version(actor=None, version=draft)
    with pytest.raises(WrongState):
        discard_draft(actor=None, version=draft)


def test_a_discarded_draft_makes_room_for_a_corrected_workbook(draft: InstrumentVersion) -> None:
    discard_draft(actor=None, version=draft)
    assert not Item.objects.exists() and not Workbook.objects.exists()
    import_instrument(actor=None, content=workbook(label="Besser?"), filename="probe.xlsx")


def test_a_published_form_is_compiled_once_per_process(
    published: InstrumentVersion, django_assert_num_queries: object
) -> None:
    first = load_compiled(published)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert load_compiled(published.pk) is first
    assert first.evaluate({"staff": "4"})["double"].value == "8"


def test_a_draft_is_not_kept(draft: InstrumentVersion) -> None:
    assert load_compiled(draft) is not load_compiled(draft)
    assert load_compiled(draft.pk) is not load_compiled(draft.pk)


def test_an_import_takes_the_same_queries_however_long_the_questionnaire_is(
    django_assert_max_num_queries: object,
) -> None:
    rows = [row("text", f"q{number}") for number in range(300)]
    content = as_xlsx(sheets(rows))
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        import_instrument(actor=None, content=content, filename="lang.xlsx")


# The command


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    good, bad = tmp_path / "gut.xlsx", tmp_path / "schlecht.xlsx"
    good.write_bytes(workbook())
    bad.write_bytes(as_xlsx(sheets([row("text", "a"), row("geopoint", "b")])))
    return good, bad


def run(*arguments: object) -> tuple[str, str, int]:
    """Output, errors and exit status of the command."""
    out, err = StringIO(), StringIO()
    with translation.override("en"):
        try:
            call_command("import_instrument", *map(str, arguments), stdout=out, stderr=err)
        except CommandError as error:
            return out.getvalue(), err.getvalue(), error.returncode
    return out.getvalue(), err.getvalue(), 0


def test_the_command_imports_and_publishes(files: tuple[Path, Path]) -> None:
    out, _err, status = run(files[0], "--publish")
    assert status == 0
    assert "Probe, version 1: 2 sections, 10 items, of these 1 with levels" in out
    assert InstrumentVersion.objects.get().is_published


def test_check_reports_and_stores_nothing(files: tuple[Path, Path]) -> None:
    out, _err, status = run(files[0], "--check")
    assert status == 0
    assert "checked" in out
    assert not Instrument.objects.exists()


def test_one_bad_file_keeps_all_out_with_status_2_and_sheet_and_row(files: tuple[Path, Path]) -> None:
    _out, err, status = run(*files)
    assert status == 2
    assert "schlecht.xlsx:survey:3: the type “geopoint” is not supported" in err
    assert not Instrument.objects.exists()


def test_a_conflict_rolls_back_what_was_stored_before_it(files: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "konflikt.xlsx"
    other.write_bytes(workbook(label="Anders?"))
    _out, err, status = run(files[0], other)
    assert status == 2
    assert "konflikt.xlsx:settings:2" in err
    assert not Instrument.objects.exists()


def test_json_says_the_same_to_programs(files: tuple[Path, Path]) -> None:
    out, _err, status = run(*files, "--json", "--check")
    good, bad = json.loads(out)
    assert status == 2
    assert (good["ok"], good["key"], good["version"], good["levels"]) == (True, "probe", "1", 1)
    assert (bad["ok"], bad["problems"][0]["sheet"], bad["problems"][0]["row"]) == (False, "survey", 3)


def test_a_file_that_is_not_there_is_a_problem_like_any_other(tmp_path: Path) -> None:
    _out, err, status = run(tmp_path / "fehlt.xlsx")
    assert status == 2
    assert "cannot be read" in err


def test_published_versions_cannot_be_published_by_importing_a_retired_one(files: tuple[Path, Path]) -> None:
    run(files[0], "--publish")
    retire_version(actor=None, version=InstrumentVersion.objects.get())
    _out, err, status = run(files[0], "--publish")
    assert status == 2
    assert "retired" in err


@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_the_same_workbook_at_once_make_one_version() -> None:
    content = workbook()

    def upload(_number: int) -> InstrumentVersion:
        try:
            with scope.enter(scope.programme()):
                return import_instrument(actor=None, content=content, filename="probe.xlsx")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=4) as pool:
        versions = set(pool.map(upload, range(4)))
    assert len(versions) == 1
    assert InstrumentVersion.objects.count() == 1
