"""The pages of a package: what each unit shows, and the one HTML page that holds the module.

One page, one section a unit: a platform keeps a single document open, keyboard and screen reader stay where they are,
and without JavaScript everything can be read from top to bottom.
"""

import base64
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.prose import NotAllowed, parse, render_blocks
from apps.training.packages.source import LICENCE_NAME, LICENCE_URL, Addition, PackageUnit, Source
from apps.training.quiz import shuffled
from apps.training.units import UnitKind

PAGE = "index.html"
STYLE = "style.css"
SCRIPT = "module.js"
SHEETS = "sheets"
FILES = "files"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to choose from or to bring into order; letter names it on paper and in a list."""

    key: str
    text: str
    letter: str = ""
    is_right: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as shown: options as written, rows of an ordering and right sides of a matching shuffled."""

    key: str
    id: str
    number: int
    type: str
    prompt: str
    hint: str
    feedback: str
    entries: Sequence[Entry] = ()
    rights: Sequence[Entry] = ()
    solution: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A way on in a scenario. to, label: the place it leads to."""

    text: str
    feedback: str
    to: str
    label: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a scenario; ending: what kind of end it is, "" where it goes on."""

    id: str
    label: str
    text: SafeString
    ending: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as templates show it: `parts` by kind, as training/package/units/<kind>.html and print.html read them."""

    id: str
    key: str
    short: str
    kind: str
    title: str
    minutes: int
    parts: Mapping[str, Any]
    addition: Mapping[str, Any] | None = None
    template: str = field(default="")


def render_page(source: Source, *, standard: str) -> str:
    """The module as one HTML page. standard: scorm12, scorm2004, or "" for a package without a platform."""
    context = {
        **cover(source),
        "units": views(source),
        "standard": standard,
        "data": script_data(source, standard),
        "style": STYLE,
        "script": SCRIPT,
    }
    return render_to_string("training/package/index.html", context)


def cover(source: Source) -> dict[str, Any]:
    """What the beginning and the end of every format say about the module."""
    return {
        "source": source,
        "LANGUAGE_CODE": source.language,
        "ORGANISATION": settings.ORGANISATION,
        "FUNDER_LINE": settings.FUNDER_LINE,
        "addition": _addition(source.addition),
        "licence_name": LICENCE_NAME,
        "licence_url": LICENCE_URL,
    }


def views(source: Source) -> list[UnitView]:
    """The units in their order, ready to be shown."""
    return [
        UnitView(
            id=f"u-{unit.key}",
            key=unit.key,
            short=unit.short,
            kind=unit.kind.value,
            title=unit.title,
            minutes=unit.minutes,
            parts=_PARTS[unit.kind](source, unit),
            addition=_addition(unit.addition),
            template=f"training/package/units/{unit.kind.value}.html",
        )
        for unit in source.units
    ]


def markdown(text: str, *, level: int = 3) -> SafeString:
    """Markdown as safe HTML with headings at `level`; what cannot be read as such stays as plain paragraphs."""
    try:
        return render_blocks(parse(text), level=level)
    except NotAllowed:
        paragraphs = [escape(line) for line in text.splitlines() if line.strip()]
        return mark_safe("".join(f"<p>{line}</p>" for line in paragraphs))  # noqa: S308  # each line is escaped


def sheet_path(unit: PackageUnit) -> str:
    """Where a work sheet that is made into a PDF lies in the package."""
    return f"{SHEETS}/{unit.content['filename']}"


def script_data(source: Source, standard: str) -> dict[str, Any]:
    """What module.js needs to know: units, the quizzes with their answers, and its words in the package's language."""
    return {
        "standard": standard,
        "units": [
            {
                "key": unit.key,
                "short": unit.short,
                "kind": unit.kind.value,
                "title": unit.title,
                "quiz": dict(unit.content) if unit.kind == UnitKind.QUIZ else None,
            }
            for unit in source.units
        ],
        "words": words(),
    }


def words() -> dict[str, str]:
    """What the script says, in the language of the moment."""
    return {
        "alone": _("No learning platform was found. You can use everything; how far you are is stored nowhere."),
        "connected": _("Your progress is kept in the learning platform."),
        "review": _("You are looking at the module again. Nothing is recorded."),
        "already": _("You have completed this module. You can go through it again as often as you like."),
        "not_saved": _("The learning platform did not accept your progress. You can go on, but it may be lost."),
        "completed": _("The module is completed. The learning platform has been told."),
        "completed_alone": _("The module is completed. Nobody has been told, because there is no learning platform."),
        "ended": _("The module is ended without having passed."),
        "done": pgettext("unit of a module", "done"),
        "count": _("%(done)s of %(all)s done"),
        "start": _("Begin"),
        "next": pgettext("unit of a module", "Next"),
        "done_next": _("Done, go on"),
        "restart": _("Begin the scenario again"),
        "again": _("Try again"),
        "right": pgettext("answer in a quiz", "Right."),
        "wrong": pgettext("answer in a quiz", "Not right."),
        "unanswered": _("Question %(number)s is not answered yet."),
        "twice": _("Question %(number)s: please choose something different in every row."),
        "tried": _("%(percent)s percent of the points. This quiz is for practice."),
        "passed": _("%(percent)s percent of the points: passed."),
        "not_passed": _("%(percent)s percent of the points. %(mark)s percent are needed to pass."),
        "remaining": _("Attempts left: %(count)s"),
        "spent": _("There is no attempt left."),
    }


def _addition(found: Addition | None) -> dict[str, Any] | None:
    return {"title": found.title, "text": markdown(found.text)} if found else None


# --- What each kind shows ---------------------------------------------------------------------------------------------


def _text(_source: Source, unit: PackageUnit) -> dict[str, Any]:
    return {"text": markdown(unit.content["text"])}


def _image(source: Source, unit: PackageUnit) -> dict[str, Any]:
    content = unit.content
    return {
        "file": source.files[str(content["file"])],
        "alt": "" if content.get("decorative") else content.get("alt", ""),
        "caption": content.get("caption", ""),
    }


def _video(source: Source, unit: PackageUnit) -> dict[str, Any]:
    content = unit.content
    found: dict[str, Any] = {
        "url": content.get("url", ""),
        "transcript": markdown(content.get("transcript", "")),
        "language": source.language,
    }
    if content.get("file"):
        found["file"] = source.files[str(content["file"])]
        if content.get("captions"):
            # Inside the page: a browser that has opened the page as a file reads no captions from another one.
            captions = source.files[str(content["captions"])].read()
            found["captions"] = f"data:text/vtt;base64,{base64.b64encode(captions).decode()}"
    return found


def _audio(source: Source, unit: PackageUnit) -> dict[str, Any]:
    return {
        "file": source.files[str(unit.content["file"])],
        "transcript": markdown(unit.content.get("transcript", "")),
    }


def _download(source: Source, unit: PackageUnit) -> dict[str, Any]:
    content = unit.content
    if content.get("file"):
        stored = source.files[str(content["file"])]
        return {"href": stored.path, "name": stored.name, "description": content.get("description", ""), "sheet": ""}
    return {
        "href": sheet_path(unit),
        "name": content["filename"],
        "description": content.get("description", ""),
        "sheet": markdown(content["text"]),
    }


def _reflection(_source: Source, unit: PackageUnit) -> dict[str, Any]:
    return {"task": markdown(unit.content["task"]), "hint": markdown(unit.content.get("hint", ""))}


def _quiz(_source: Source, unit: PackageUnit) -> dict[str, Any]:
    content = unit.content
    return {
        "text": markdown(content.get("text", "")),
        "pass_mark": int(content.get("pass_mark") or 0),
        "attempts": int(content.get("attempts") or 0),
        "questions": [_question(unit, number, found) for number, found in enumerate(content["questions"], 1)],
    }


def _question(unit: PackageUnit, number: int, question: Mapping[str, Any]) -> Question:
    kind, key = str(question["type"]), str(question["key"])
    entries: list[Entry] = []
    rights: list[Entry] = []
    solution: list[str] = []
    if kind in ("single", "multiple"):
        for letter, option in zip(_letters(), question["options"], strict=False):
            right = bool(option.get("correct"))
            entries.append(Entry(str(option["key"]), option["text"], letter, right, option.get("feedback", "")))
        solution = [entry.letter for entry in entries if entry.is_right]
    elif kind == "ordering":
        texts = {str(row["key"]): str(row["text"]) for row in question["entries"]}
        entries = [Entry(row, texts[row]) for row in shuffled(list(texts), f"{unit.key}.{key}")]
        solution = list(texts.values())
    elif kind == "matching":
        texts = {str(row["key"]): str(row["right"]) for row in question["pairs"]}
        order = shuffled(list(texts), f"{unit.key}.{key}")
        rights = [Entry(row, texts[row], letter) for letter, row in zip(_letters(), order, strict=False)]
        letters = {right.key: right.letter for right in rights}
        entries = [Entry(str(row["key"]), row["left"]) for row in question["pairs"]]
        solution = [f"{row['left']}: {letters[str(row['key'])]}" for row in question["pairs"]]
    return Question(
        key=key,
        id=f"u-{unit.key}-{key}",
        number=number,
        type=kind,
        prompt=question["prompt"],
        hint=question.get("hint", ""),
        feedback=question.get("feedback", ""),
        entries=entries,
        rights=rights,
        solution=solution,
    )


def _letters() -> Iterator[str]:
    yield from string.ascii_uppercase
    yield from (first + second for first in string.ascii_uppercase for second in string.ascii_uppercase)


def _scenario(_source: Source, unit: PackageUnit) -> dict[str, Any]:
    content = unit.content
    nodes = sorted(content["nodes"], key=lambda node: node["key"] != content["start"])
    labels = {str(node["key"]): _("Place %(number)s") % {"number": number} for number, node in enumerate(nodes, 1)}
    endings = {
        "good": _("An end that carries on"),
        "mixed": _("An end with open questions"),
        "poor": _("An end that costs something"),
    }
    places = [
        Place(
            id=f"u-{unit.key}-place-{node['key']}",
            label=labels[str(node["key"])],
            text=markdown(node["text"]),
            ending=endings.get(node.get("ending", ""), ""),
            choices=[
                Choice(
                    choice["text"],
                    choice["feedback"],
                    f"u-{unit.key}-place-{choice['to']}",
                    labels[str(choice["to"])],
                )
                for choice in node.get("choices") or ()
            ],
        )
        for node in nodes
    ]
    return {"text": markdown(content.get("text", "")), "places": places}


_PARTS = {
    UnitKind.TEXT: _text,
    UnitKind.IMAGE: _image,
    UnitKind.VIDEO: _video,
    UnitKind.AUDIO: _audio,
    UnitKind.DOWNLOAD: _download,
    UnitKind.REFLECTION: _reflection,
    UnitKind.QUIZ: _quiz,
    UnitKind.SCENARIO: _scenario,
}
