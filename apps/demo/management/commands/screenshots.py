"""Pictures of the main pages of a running demo, for the README and for looking at: light, dark and narrow.

Needs Chromium and Playwright, which belong to the development tools.
"""

import os
import re
import shutil
from argparse import ArgumentParser
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
COLOURS = 128
TALLEST = 1800


@dataclass(frozen=True)
class View:
    """How a page is looked at: name, colour scheme, width."""

    name: str
    scheme: Literal["light", "dark"]
    width: int


@dataclass(frozen=True)
class Shot:
    """A picture: its name, who looks (a name on the demo's page, "" for a guest), where, and which links to follow."""

    name: str
    who: str
    path: str
    links: tuple[str, ...] = ()


VIEWS = (View("light", "light", 1280), View("dark", "dark", 1280), View("narrow", "light", 360))
STAFF, COORDINATOR, SIGNATORY = "Miriam Osei-Lindner", "Amina Reuter", "Matthias Brandt-Okafor"
BENCH, PANEL, EMPLOYEE = "Ronja Weisz", "Cem Arıkan", "Lea Sommerfeld"
FIRST_WAVE = r"^T0 · Standard"
#: The button that leads to the sections in other hands.
DELEGATIONS = r"^(Abschnitte an andere übergeben|Give sections to others)"
SHOTS = (
    Shot("start", "", "/"),
    Shot("sign-in", "", "/accounts/login/"),
    Shot("demo", "", "/demo/"),
    Shot("cockpit", STAFF, "/programme/"),
    Shot("wave", STAFF, "/programme/waves/", (FIRST_WAVE,)),
    Shot("register", STAFF, "/programme/territories/?q=Linden"),
    Shot("home-coordinator", COORDINATOR, "/k/lindenfurt/"),
    Shot("home-signatory", SIGNATORY, "/k/brueckmuende/"),
    Shot("home-employee", EMPLOYEE, "/k/lindenfurt/"),
    Shot("home-contributor", "Tobias Nguyen", "/k/lindenfurt/"),
    Shot("assessment", COORDINATOR, "/k/lindenfurt/assessments/", (r"T1",)),
    Shot("section", COORDINATOR, "/k/lindenfurt/assessments/", (r"T1", r"Leitbild")),
    Shot("delegations", COORDINATOR, "/k/lindenfurt/assessments/", (r"T1", DELEGATIONS)),
    Shot("delegation", COORDINATOR, "/k/lindenfurt/assessments/", (r"T1", DELEGATIONS, r"Daten")),
    Shot("needs", STAFF, "/programme/needs/", (FIRST_WAVE,)),
    Shot("quick-check", "", "/quick-check/"),
    Shot("result", COORDINATOR, "/k/lindenfurt/assessments/", (FIRST_WAVE, r"^(Ergebnisse|Results)$")),
    Shot(
        "departments", COORDINATOR, "/k/lindenfurt/assessments/", (r"T1", r"^(Antworten mehrerer|Answers of several)")
    ),
    Shot("changes", COORDINATOR, "/k/lindenfurt/assessments/", (r"T1", r"^(Veränderungen|Changes)")),
    Shot("outside", COORDINATOR, "/k/lindenfurt/assessments/", (r"T1", r"^Blick von außen", r"Unterschieden")),
    Shot("priorities", COORDINATOR, "/k/lindenfurt/assessments/", (FIRST_WAVE, r"^Bedarfe")),
    Shot("routines", COORDINATOR, "/k/lindenfurt/routines/"),
    Shot("review", SIGNATORY, "/k/brueckmuende/", (r"Prüfen und unterschreiben",)),
    Shot("reports", COORDINATOR, "/k/lindenfurt/reports/"),
    Shot("invitations", COORDINATOR, "/k/lindenfurt/invitations/"),
    Shot("round", BENCH, "/workshop/rounds/", (r"Sprachmittlung", r"^3 ")),
    Shot("panel-review", PANEL, "/workshop/panel/", (r"§ 13",)),
    Shot("measures", COORDINATOR, "/k/lindenfurt/measures/"),
    Shot("chain", COORDINATOR, "/k/lindenfurt/chain/", (r"^5\.6 ",)),
    Shot("trainings", EMPLOYEE, "/k/lindenfurt/trainings/"),
    Shot("scenario", EMPLOYEE, "/k/lindenfurt/trainings/modules/grundlagen/learn/nebenan-am-telefon/"),
    Shot("my-trainings", "Arjun Mehta", "/me/trainings/"),
    Shot("session", STAFF, "/programme/trainings/sessions/", (r"^Beschwerde",)),
)


class Command(BaseCommand):
    help = "Take pictures of the main pages of a running demo into docs/screenshots/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", help="pictures to take; all where none is named")
        parser.add_argument("--address", help="of the running demo; default: the one bin/demo has started")
        parser.add_argument("--into", type=Path, default=Path(settings.BASE_DIR) / "docs" / "screenshots")

    def handle(self, *args: Any, **options: Any) -> None:
        from playwright.sync_api import sync_playwright

        address = options["address"] or self._running_demo()
        chromium = os.environ.get("KFA_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        if chromium is None:
            raise CommandError("There is no Chromium: apt install chromium, or set KFA_CHROMIUM.")
        folder: Path = options["into"]
        folder.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for shot in SHOTS:
                if not options["names"] or shot.name in options["names"]:
                    self._take(browser, address.rstrip("/"), shot, folder)
            browser.close()

    def _running_demo(self) -> str:
        known = Path(settings.BASE_DIR) / "var" / "demo" / "address"
        if not known.exists():
            raise CommandError("No demo is running: start bin/demo, or give --address.")
        return known.read_text().strip()

    def _take(self, browser: "Browser", address: str, shot: Shot, folder: Path) -> None:
        context = browser.new_context(base_url=address, locale="de-DE", reduced_motion="reduce")
        page = context.new_page()
        if shot.who:
            page.goto("/demo/")
            page.get_by_role("button", name=re.compile(f"^{shot.who}")).first.click()
        page.goto(shot.path)
        for link in shot.links:
            page.get_by_role("main").get_by_role("link", name=re.compile(link)).first.click()
        for view in VIEWS:
            page.emulate_media(color_scheme=view.scheme)
            page.set_viewport_size({"width": view.width, "height": 900})
            path = folder / f"{shot.name}-{view.name}.png"
            path.write_bytes(_picture(page))
            self.stdout.write(f"{path.name}: {path.stat().st_size // 1024} kB")
        context.close()


def _picture(page: "Page") -> bytes:
    """The page as PNG with few colours, cut off where it is very tall."""
    from PIL import Image

    with Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled"))) as image:
        cut = image.crop((0, 0, image.width, min(image.height, TALLEST)))
        stream = BytesIO()
        cut.convert("RGB").quantize(COLOURS).save(stream, "PNG", optimize=True)
    return stream.getvalue()
