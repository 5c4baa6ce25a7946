"""From a template to a tagged PDF (PDF/UA-1) by WeasyPrint, with nothing fetched but the project's own static files.

WeasyPrint is imported when it is first needed: web processes never load it.
"""

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from apps.core.report_declaration import BuiltReport, Progress

#: Address of the project's static files inside a document. RFC 6761: `.invalid` is nobody's host and never will be.
STATIC = "https://static.invalid/"
STYLESHEETS = ("css/report.css",)

# How the way to a finished file divides, in percent.
LAYOUT_BEGINS, PAINTING_BEGINS, PAINTING_ENDS = 10, 65, 95
USUAL_PAGES = 40


class ForbiddenResource(Exception):
    """A document asked for something that is neither data: nor one of the project's own static files."""


def render_pdf(template: str, context: Mapping[str, Any], *, made_at: datetime, progress: Progress) -> BuiltReport:
    """Typeset `template`, which extends reports/pdf/document.html, in the language of the moment.

    progress is told how far the work is as pages are laid out and painted; what it raises stops the work.
    Raises ForbiddenResource where the document refers to anything outside.
    """
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    html = render_to_string(
        template,
        {
            **context,
            "LANGUAGE_CODE": get_language(),
            "ORGANISATION": settings.ORGANISATION,
            "FUNDER_LINE": settings.FUNDER_LINE,
            "made_at": made_at,
            "made_at_iso": timezone.localtime(made_at).isoformat(timespec="seconds"),
        },
    )
    progress(LAYOUT_BEGINS)
    fonts = FontConfiguration()
    fetcher = _fetcher()
    try:
        with _told_of_layout(progress):
            document = HTML(string=html, base_url=STATIC, url_fetcher=fetcher).render(
                font_config=fonts, stylesheets=_stylesheets(fonts, fetcher), pdf_variant="pdf/ua-1"
            )
        pages = len(document.pages)
        for number, page in enumerate(document.pages, start=1):
            page.paint = _told_of_painting(page.paint, number / pages, progress)
        content = document.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as refused:
        raise ForbiddenResource(str(refused)) from refused
    return BuiltReport(content=content, pages=pages)


def static_file(url: str) -> Path:
    """The file behind an address below STATIC. Raises ForbiddenResource for every other address."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}/" != STATIC or parts.query:
        raise ForbiddenResource(f"Only own static files: {url[:200]}")
    try:
        found = finders.find(unquote(parts.path).lstrip("/"))
    except SuspiciousFileOperation:
        found = None
    if found is None or not Path(found).is_file():
        raise ForbiddenResource(f"No static file: {url[:200]}")
    return Path(found)


_MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png"}


@cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
        """data: and own static files; no file:, no network, no redirect. What is refused stops the rendering."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.lower().startswith("data:"):
                return super().fetch(url, headers)
            path = static_file(url)
            kind = _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OwnFilesOnly(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


def _stylesheets(fonts: Any, fetcher: Any) -> list[Any]:
    from weasyprint import CSS

    return [CSS(url=STATIC + name, font_config=fonts, url_fetcher=fetcher) for name in STYLESHEETS]


class _LayoutHandler(logging.Handler):
    """Hears WeasyPrint say which page it lays out; how many there will be nobody knows, so it approaches the end."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress
        self.pages = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.pages += 1
        done = 1 - math.exp(-self.pages / USUAL_PAGES)
        self.progress(LAYOUT_BEGINS + int((PAINTING_BEGINS - LAYOUT_BEGINS) * done))


@contextmanager
def _told_of_layout(progress: Progress) -> Iterator[None]:
    from weasyprint.logger import PROGRESS_LOGGER

    handler = _LayoutHandler(progress)
    level, propagate = PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate
    PROGRESS_LOGGER.addHandler(handler)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    PROGRESS_LOGGER.propagate = False
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(handler)
        PROGRESS_LOGGER.setLevel(level)
        PROGRESS_LOGGER.propagate = propagate


def _told_of_painting(paint: Callable[..., None], share: float, progress: Progress) -> Callable[..., None]:
    def painted(*args: Any, **kwargs: Any) -> None:
        progress(PAINTING_BEGINS + int((PAINTING_ENDS - PAINTING_BEGINS) * share))
        paint(*args, **kwargs)

    return painted
