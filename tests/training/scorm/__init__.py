"""A learning platform in a browser, without a network: scorm-again on its side, the package in a frame."""

import json
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Route

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent.parent / "vendor" / "scorm-again"
ADDRESS = "https://platform.example/"


@dataclass
class Visit:
    """One visit of a learner. asked: every address the browser asked for."""

    page: Page
    standard: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def module(self) -> FrameLocator:
        """The package in its frame."""
        return self.page.frame_locator("#sco")

    def value(self, name: str) -> str:
        """What the platform holds, before or after the end of the visit."""
        return str(self.page.evaluate("name => name.split('.').reduce((part, key) => part[key], platform)", name))

    def calls(self, name: str) -> list[list[str]]:
        """What the module has asked of the platform by this name (Initialize, SetValue, …), in order."""
        found: list[list[str]] = self.page.evaluate("window.calls")
        return [call[1:] for call in found if call[0] == name]

    def said(self, name: str) -> list[str]:
        """The values the module has set for one element, in order."""
        return [str(call[1]) for call in self.calls("SetValue") if call[0] == name]

    def leave(self) -> dict[str, Any]:
        """End the visit as a platform does, by taking the module out of the page; returns what is kept for the next."""
        self.page.evaluate(
            "() => new Promise(done => { sco.addEventListener('load', done, {once: true}); sco.src = 'about:blank'; })"
        )
        kept: dict[str, Any] = json.loads(self.page.evaluate("JSON.stringify(platform.cmi)"))
        return kept


@contextmanager
def visit(
    browser: Browser, files: dict[str, bytes], standard: str, kept: dict[str, Any] | None = None, **options: Any
) -> Iterator[Visit]:
    """Open the package in the platform; at the end nothing may have been asked for beside the two."""
    context: BrowserContext = browser.new_context(**options)
    page = context.new_page()
    made = Visit(page, standard)
    served = {f"package/{name}": content for name, content in files.items()} | {
        "": (HERE / "lms.html").read_bytes(),
        "lms.js": (HERE / "lms.js").read_bytes(),
        "scorm-again.js": (VENDOR / f"{standard}.min.js").read_bytes(),
    }

    def answer(route: Route) -> None:
        address = route.request.url
        made.asked.append(address)
        name = address.removeprefix(ADDRESS).partition("#")[0]
        if not address.startswith(ADDRESS) or name not in served:
            route.abort()
            return
        kind = mimetypes.guess_type(name or "lms.html")[0] or "application/octet-stream"
        route.fulfill(body=served[name], content_type=kind)

    context.route("**/*", answer)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.add_init_script(f"window.visit = {json.dumps({'standard': standard, 'kept': kept})};")
    page.goto(ADDRESS)
    try:
        yield made
    finally:
        context.close()
    wrong = [address for address in made.asked if address.removeprefix(ADDRESS).partition("#")[0] not in served]
    assert wrong == []
    assert made.complaints == []
