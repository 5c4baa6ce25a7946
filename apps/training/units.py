"""What a unit may hold, whether it is whole, its words and its English. Pure; for authoring, player and packages.

`content` by kind (texts are German; "Markdown" is what apps.core.prose reads):
  text        {text: Markdown}
  image       {file: id, alt, caption, decorative: bool}
  video       {file: id | url: https://…, captions: id, transcript: Markdown}
  audio       {file: id, transcript: Markdown}
  download    {file: id} or {filename, text: Markdown}, a work sheet made into a PDF; {description}
  reflection  {task: Markdown, hint: Markdown}: for the own desk; what is written is stored nowhere
  quiz        {text: Markdown, pass_mark: percent (0: practice), attempts: n (0: any), questions: [question]}
  scenario    {text: Markdown, start: key, nodes: [{key, text: Markdown, ending: ""|good|mixed|poor,
              choices: [{key, text, feedback, to: key}]}]}
question: {key, type, prompt, points} and
  single, multiple  options: [{key, text, correct: bool, feedback}]
  ordering          entries: [{key, text}] in the right order, feedback
  matching          pairs: [{key, left, right}], feedback
  reflection        hint; points 0, never stored
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.prose import NotAllowed, parse

Content = dict[str, Any]

ENDINGS = ("good", "mixed", "poor")
QUESTION_TYPES = ("single", "multiple", "ordering", "matching", "reflection")


class Audience(models.TextChoices):
    LEARNER = "learner", gettext_lazy("Learners")
    TRAINER = "trainer", gettext_lazy("Trainers only")


class UnitKind(models.TextChoices):
    TEXT = "text", gettext_lazy("Text")
    IMAGE = "image", gettext_lazy("Image")
    VIDEO = "video", gettext_lazy("Video")
    AUDIO = "audio", gettext_lazy("Audio")
    QUIZ = "quiz", gettext_lazy("Quiz")
    DOWNLOAD = "download", gettext_lazy("File to download")
    REFLECTION = "reflection", gettext_lazy("Reflection task")
    SCENARIO = "scenario", gettext_lazy("Scenario with branches")


#: Fields that hold Markdown; every other text is one line or plain paragraphs.
MARKDOWN = frozenset({"text", "transcript", "task", "hint"})
#: In these lists and at these places a text is plain, whatever its name: options, entries, choices.
_PLAIN_LISTS = frozenset({"options", "entries", "pairs", "choices", "questions"})
_WORDS = {
    UnitKind.TEXT: ("text",),
    UnitKind.IMAGE: ("alt", "caption"),
    UnitKind.VIDEO: ("transcript",),
    UnitKind.AUDIO: ("transcript",),
    UnitKind.DOWNLOAD: ("description", "text"),
    UnitKind.REFLECTION: ("task", "hint"),
    UnitKind.QUIZ: ("text",),
    UnitKind.SCENARIO: ("text",),
}
_WORDS_IN = {
    "questions": ("prompt", "feedback", "hint"),
    "options": ("text", "feedback"),
    "entries": ("text",),
    "pairs": ("left", "right"),
    "nodes": ("text",),
    "choices": ("text", "feedback"),
}
#: Fields that name a file.
FILES = {
    UnitKind.IMAGE: ("file",),
    UnitKind.VIDEO: ("file", "captions"),
    UnitKind.AUDIO: ("file",),
    UnitKind.DOWNLOAD: ("file",),
}


# --- Words and their English ------------------------------------------------------------------------------------------


def words(kind: str, content: Mapping[str, Any]) -> dict[str, str]:
    """Every text of a unit by its path, as "questions.q1.options.a.text"; what is empty is left out."""
    return {path: text for path, text in _walk(content, _WORDS[UnitKind(kind)], "") if text.strip()}


def _walk(part: Mapping[str, Any], names: Sequence[str], prefix: str) -> Iterator[tuple[str, str]]:
    for name in names:
        yield f"{prefix}{name}", str(part.get(name) or "")
    for name, inner in _WORDS_IN.items():
        for entry in part.get(name) or ():
            yield from _walk(entry, inner, f"{prefix}{name}.{entry['key']}.")


def is_markdown(path: str) -> bool:
    """Whether the text at `path` is Markdown: it stands in the unit itself or in a node of a scenario."""
    parts = path.split(".")
    return parts[-1] in MARKDOWN and not any(part in _PLAIN_LISTS for part in parts[:-1])


def fingerprint(text: str) -> str:
    """Which German text an English one was written for."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def translated(english: Mapping[str, Any], path: str) -> str:
    """The English text at `path`, or "" where there is none. english: path → {"text", "of": fingerprint}."""
    found = english.get(path)
    return str(found["text"]) if found and found.get("text") else ""


def is_stale(english: Mapping[str, Any], path: str, german: str) -> bool:
    """Whether there is an English text, of a German one that has changed since."""
    found = english.get(path)
    return bool(found and found.get("text") and found["of"] != fingerprint(german))


def in_language(kind: str, content: Mapping[str, Any], english: Mapping[str, Any], language: str) -> Content:
    """The content with English words where there are some and `language` asks for them; German stands for the rest."""
    result: Content = deepcopy(dict(content))
    if language != "en":
        return result
    for path in words(kind, content):
        if text := translated(english, path):
            _put(result, path.split("."), text)
    return result


def _put(part: Any, path: Sequence[str], text: str) -> None:
    for name in path[:-1]:
        part = next(entry for entry in part if entry["key"] == name) if isinstance(part, list) else part[name]
    part[path[-1]] = text


def content_hash(kind: str, title: str, content: Mapping[str, Any]) -> str:
    """SHA-256 over everything a unit says, so that a change beneath a municipality's addition is seen."""
    return hashlib.sha256(json.dumps([kind, title, content], sort_keys=True).encode()).hexdigest()


# --- Whether it is whole ----------------------------------------------------------------------------------------------


def problems(kind: str, content: Mapping[str, Any]) -> list[str]:
    """What is missing or wrong before the unit can be published, in sentences; empty where it is whole.

    Files are only looked for by name: whether they exist says whoever has the database.
    """
    found = list(_CHECKS[UnitKind(kind)](content))
    for path, text in words(kind, content).items():
        if is_markdown(path):
            try:
                parse(text)
            except NotAllowed as error:
                found += [f"{path}: {refusal}" for refusal in error.refusals]
    return found


def _text_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if not _said(content, "text"):
        yield _("The text is empty.")


def _image_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if not content.get("file"):
        yield _("The image is missing.")
    if not content.get("decorative") and not _said(content, "alt"):
        yield _("The image has no text alternative. Say what it shows, or that it is only decoration.")


def _video_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if not content.get("file") and not _said(content, "url"):
        yield _("The video is missing: a file or an address.")
    if _said(content, "url") and not str(content["url"]).startswith("https://"):
        yield _("The address of the video must begin with https://.")
    if not content.get("captions"):
        yield _("The video has no captions (WebVTT).")
    if not _said(content, "transcript"):
        yield _("The video has no transcript.")


def _audio_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if not content.get("file"):
        yield _("The audio file is missing.")
    if not _said(content, "transcript"):
        yield _("The audio has no transcript.")


def _download_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if bool(content.get("file")) == _said(content, "text"):
        yield _("A download is either a file or a work sheet with its text.")
    if _said(content, "text") and not str(content.get("filename", "")).endswith(".pdf"):
        yield _("The work sheet needs a file name that ends in .pdf.")


def _reflection_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if not _said(content, "task"):
        yield _("The task is empty.")


def _quiz_problems(content: Mapping[str, Any]) -> Iterator[str]:
    questions = content.get("questions") or []
    if not questions:
        yield _("The quiz has no question.")
    if not 0 <= int(content.get("pass_mark") or 0) <= 100:
        yield _("The pass mark is a percentage from 0 to 100.")
    if int(content.get("attempts") or 0) < 0:
        yield _("The number of attempts cannot be below 0.")
    yield from _twice(questions)
    for number, question in enumerate(questions, 1):
        for problem in _question_problems(question):
            yield _("Question %(number)s: %(problem)s") % {"number": number, "problem": problem}
    if int(content.get("pass_mark") or 0) and questions and not _total(questions):
        yield _("There is a pass mark, but no question gives points.")


def _question_problems(question: Mapping[str, Any]) -> Iterator[str]:
    if not _said(question, "prompt"):
        yield _("the question is empty.")
    kind = question.get("type")
    if kind in ("single", "multiple"):
        options = question.get("options") or []
        right = sum(bool(option.get("correct")) for option in options)
        if len(options) < 2:
            yield _("at least two answers are needed.")
        elif kind == "single" and right != 1:
            yield _("exactly one answer must be right.")
        elif kind == "multiple" and not 0 < right < len(options):
            yield _("at least one answer must be right and one wrong.")
        if any(not _said(option, "text") or not _said(option, "feedback") for option in options):
            yield _("every answer needs its text and its feedback.")
        yield from _twice(options)
    elif kind == "ordering":
        yield from _rows_problems(question, "entries", ("text",))
    elif kind == "matching":
        yield from _rows_problems(question, "pairs", ("left", "right"))
        rights = [str(pair.get("right", "")).strip() for pair in question.get("pairs") or []]
        if len(set(rights)) != len(rights):
            yield _("every right side must be different.")
    elif kind != "reflection":
        yield _("this kind of question is not known.")
    if kind == "reflection" and int(question.get("points") or 0):
        yield _("free reflection gives no points.")


def _rows_problems(question: Mapping[str, Any], name: str, parts: Sequence[str]) -> Iterator[str]:
    rows = question.get(name) or []
    if not 3 <= len(rows) <= 8:
        yield _("three to eight rows are needed.")
    if any(not _said(row, part) for row in rows for part in parts):
        yield _("no row may be empty.")
    yield from _twice(rows)


def _scenario_problems(content: Mapping[str, Any]) -> Iterator[str]:
    nodes = {str(node["key"]): node for node in content.get("nodes") or []}
    if len(nodes) < 3:
        yield _("A scenario needs at least three places.")
    yield from _twice(content.get("nodes") or [])
    if content.get("start") not in nodes:
        yield _("The place where the scenario begins does not exist.")
        return
    for key, node in nodes.items():
        choices = node.get("choices") or []
        values = {"place": key}
        if not _said(node, "text"):
            yield _("Place “%(place)s” has no text.") % values
        if bool(choices) == bool(node.get("ending")):
            yield _("Place “%(place)s” is either an ending or has choices.") % values
        if node.get("ending") and node["ending"] not in ENDINGS:
            yield _("Place “%(place)s”: this ending is not known.") % values
        yield from _twice(choices)
        for choice in choices:
            if choice.get("to") not in nodes:
                yield _("Place “%(place)s”: a choice leads to nowhere.") % values
            if not _said(choice, "text") or not _said(choice, "feedback"):
                yield _("Place “%(place)s”: every choice needs its text and what follows from it.") % values
    lost = sorted(set(nodes) - _reachable(nodes, str(content["start"])))
    if lost:
        yield _("No way leads to: %(places)s.") % {"places": ", ".join(lost)}
    elif not any(node.get("ending") for node in nodes.values()):
        yield _("The scenario has no ending.")


def _reachable(nodes: Mapping[str, Mapping[str, Any]], start: str) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        key = ahead.pop()
        if key in nodes and key not in seen:
            seen.add(key)
            ahead += [str(choice.get("to")) for choice in nodes[key].get("choices") or []]
    return seen


def _twice(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    keys = [str(row.get("key", "")) for row in rows]
    if len(set(keys)) != len(keys) or not all(keys):
        yield _("Every part needs a key of its own.")


def _said(part: Mapping[str, Any], name: str) -> bool:
    return bool(str(part.get(name) or "").strip())


def _total(questions: Sequence[Mapping[str, Any]]) -> int:
    return sum(int(question.get("points") or 0) for question in questions)


_CHECKS: dict[UnitKind, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    UnitKind.TEXT: _text_problems,
    UnitKind.IMAGE: _image_problems,
    UnitKind.VIDEO: _video_problems,
    UnitKind.AUDIO: _audio_problems,
    UnitKind.DOWNLOAD: _download_problems,
    UnitKind.REFLECTION: _reflection_problems,
    UnitKind.QUIZ: _quiz_problems,
    UnitKind.SCENARIO: _scenario_problems,
}
