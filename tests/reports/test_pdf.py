"""Typesetting: what a document may fetch, and what it is in the end."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import page
import pytest
from django.utils import translation
from pypdf import PdfReader

from apps.core.report_declaration import BuiltReport, Progress
from apps.reports import pdf

MADE_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = """{% extends "reports/pdf/document.html" %}
{% block title %}Ein Bericht{% endblock %}{% block municipality %}Musterstadt{% endblock %}
{% block cover %}<h1>Ein Bericht</h1>{% endblock %}
{% block contents %}<li><a href="#one">Erstes</a></li><li><a href="#two">Zweites</a></li>{% endblock %}
{% block body %}<section id="one" class="chapter"><h2>Erstes</h2><p>{{ text }}</p>RAW</section>
<section id="two" class="chapter"><h2>Zweites</h2><p>Donaudampfschifffahrtsgesellschaft</p></section>{% endblock %}"""


def silent(percent: int) -> None:
    """Nobody listens."""


def typeset(settings: Any, text: str = "Guten Tag", raw: str = "", progress: Progress = silent) -> BuiltReport:
    """A small document with `text` escaped and `raw` as markup."""
    settings.TEMPLATES = [
        {
            **settings.TEMPLATES[0],
            "APP_DIRS": False,
            "OPTIONS": {
                **settings.TEMPLATES[0]["OPTIONS"],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"small.html": BODY.replace("RAW", raw)}),
                    "django.template.loaders.filesystem.Loader",
                ],
            },
        }
    ]
    return pdf.render_pdf("small.html", {"text": text}, made_at=MADE_AT, progress=progress)


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    with translation.override("de"):
        yield


def read(built: BuiltReport) -> PdfReader:
    return PdfReader(io.BytesIO(built.content))


def test_a_document_conforms_to_pdf_ua_1(settings: Any) -> None:
    report = page.validate_pdf_bytes(typeset(settings).content, profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_a_document_knows_its_language_title_and_date(settings: Any) -> None:
    built = typeset(settings)
    document = read(built)
    assert document.trailer["/Root"]["/Lang"] == "de"
    assert document.metadata is not None
    assert document.metadata.title == "Ein Bericht"
    assert str(document.metadata.creation_date_raw).startswith("D:20261122")
    assert built.pages == len(document.pages) == 4


def test_each_page_names_the_municipality_and_counts_but_the_cover(settings: Any) -> None:
    pages = [part.extract_text() for part in read(typeset(settings)).pages]
    assert "Seite 3 von 4" in pages[2]
    assert "Musterstadt" in pages[2]
    assert "Seite" not in pages[0]
    assert "Gefördert vom Bundesministerium" in pages[0]


def test_the_table_of_contents_has_the_right_page_numbers(settings: Any) -> None:
    contents = "".join(read(typeset(settings)).pages[1].extract_text().split())
    assert re.findall(r"(Erstes|Zweites)\.+(\d)", contents) == [("Erstes", "3"), ("Zweites", "4")]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x.png",
        "https://example.org/x.png",
        "https://static.invalid@example.org/x.png",
        "https://static.invalid:8000/img/icon.svg",
        "https://static.invalid/img/icon.svg?x=1",
        "../../../../etc/passwd",
        "%2e%2e/%2e%2e/manage.py",
        "nowhere.png",
        "ftp://example.org/x.png",
    ],
)
def test_a_document_fetches_nothing_from_outside(settings: Any, url: str) -> None:
    with pytest.raises(pdf.ForbiddenResource):
        typeset(settings, raw=f'<img src="{url}" alt="x">')


@pytest.mark.parametrize(
    "raw",
    [
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<p style="background: url(file:///etc/passwd)">x</p>',
        '<object data="file:///etc/passwd" type="image/png">x</object>',
    ],
)
def test_nothing_from_outside_gets_in_by_another_door(settings: Any, raw: str) -> None:
    with pytest.raises(pdf.ForbiddenResource):
        typeset(settings, raw=raw)


def test_own_static_files_and_data_are_fetched(settings: Any) -> None:
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    assert typeset(settings, raw=f'<img src="img/icon.svg" alt="Zeichen"><img src="{pixel}" alt="Punkt">').pages == 4


def test_what_people_wrote_stays_text(settings: Any) -> None:
    built = typeset(settings, text='<img src="file:///etc/passwd"><b>fett</b>')
    assert "<b>fett</b>" in read(built).pages[2].extract_text()


def test_letters_of_all_names_are_there(settings: Any) -> None:
    text = read(typeset(settings, text="Łódź Ağrı Şırnak Čapek Ñandú")).pages[2].extract_text()
    for name in ("Łódź", "Ağrı", "Şırnak", "Čapek", "Ñandú"):
        assert name in text


def test_a_word_without_end_neither_stops_nor_widens_the_page(settings: Any) -> None:
    built = typeset(settings, text="x" * 5000)
    assert page.is_pdf_compliant_bytes(built.content, profile="ua1")


def test_progress_only_grows_and_ends_before_the_file_is_stored(settings: Any) -> None:
    told: list[int] = []
    typeset(settings, progress=told.append)
    assert told == sorted(told)
    assert told[0] == pdf.LAYOUT_BEGINS
    assert told[-1] == pdf.PAINTING_ENDS


def test_what_progress_raises_stops_the_work(settings: Any) -> None:
    class Stop(Exception):
        pass

    def stop(percent: int) -> None:
        if percent > pdf.LAYOUT_BEGINS:
            raise Stop

    with pytest.raises(Stop):
        typeset(settings, progress=stop)
