"""A unit as people see it: its words in their language, Markdown as HTML, rows mixed. For player and preview.

Nothing here reads the database. templates/training/units/unit.html shows what `shown` returns.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.utils.html import conditional_escape, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.prose import NotAllowed, parse, render_blocks
from apps.training import quiz
from apps.training.units import UnitKind, is_markdown, translated, words

GERMAN = "de"


@dataclass(frozen=True, slots=True)
class Said:
    """Some words as safe HTML. lang: "de" where they are German on an English page, else ""."""

    html: SafeString = mark_safe("")  # noqa: RUF009  # a value, never changed
    lang: str = ""

    def __bool__(self) -> bool:
        return bool(self.html)


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An answer that can be chosen. feedback and is_right only once the quiz is marked and the answer was chosen."""

    key: str
    id: str
    text: Said
    is_chosen: bool = False
    feedback: Said = Said()


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row to be put in its place (ordering) or given its other half (matching): a select named `name`."""

    key: str
    name: str
    id: str
    text: Said
    options: tuple[ShownOption, ...]


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question. name: of its field; rows: of ordering and matching. error: what keeps it from being marked.

    marked: what the marking said, or None; then `feedback` stands below the question. typed: what was written under a
    reflection, given back as it came.
    """

    key: str
    number: int
    type: str
    name: str
    id: str
    prompt: Said
    points: int
    options: tuple[ShownOption, ...] = ()
    rows: tuple[ShownRow, ...] = ()
    hint: Said = Said()
    after: Said = Said()
    typed: str = ""
    error: str = ""
    marked: quiz.Marked | None = None
    feedback: Said = Said()


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """What can be done at a place of a scenario, what follows from it, and where it leads."""

    key: str
    text: Said
    feedback: Said
    to: str


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place of a scenario; ending: "", good, mixed, poor, and the same in words."""

    key: str
    text: Said
    ending: str
    ending_label: str
    choices: tuple[ShownChoice, ...]


@dataclass(frozen=True, slots=True)
class ShownUnit:
    """A unit ready to be shown. Which fields are filled depends on `kind`; see apps.training.units.

    file, captions: addresses. host: where an external video lies. alt: plain text. places: by key, of a scenario.
    """

    key: str
    kind: str
    kind_label: str
    title: Said
    minutes: int
    text: Said = Said()
    task: Said = Said()
    hint: Said = Said()
    transcript: Said = Said()
    caption: Said = Said()
    description: Said = Said()
    alt: str = ""
    file: str = ""
    captions: str = ""
    url: str = ""
    host: str = ""
    file_name: str = ""
    pass_mark: int = 0
    attempts: int = 0
    questions: tuple[ShownQuestion, ...] = ()
    places: tuple[ShownPlace, ...] = ()
    start: str = ""

    def place(self, key: str) -> ShownPlace:
        """The place with this key; raises KeyError."""
        for place in self.places:
            if place.key == key:
                return place
        raise KeyError(key)


class _Words:
    """The words of a unit by path, in a language, as HTML."""

    def __init__(self, unit: Any, language: str, level: int) -> None:
        self.german = words(unit.kind, unit.content)
        self.english: Mapping[str, Any] = unit.words_en if language == "en" else {}
        self.language = language
        self.level = level

    def plain(self, path: str, german: str | None = None) -> tuple[str, str]:
        """The text at `path` and its `lang`; ("", "") where there is none."""
        text = self.german.get(path, "") if german is None else german
        if not text:
            return "", ""
        english = translated(self.english, path)
        return (english, "") if english else (text, "" if self.language == GERMAN else GERMAN)

    def said(self, path: str, german: str | None = None) -> Said:
        """The text at `path` as HTML."""
        text, lang = self.plain(path, german)
        return Said(self._html(path, text), lang) if text else Said()

    def _html(self, path: str, text: str) -> SafeString:
        if not is_markdown(path):
            return conditional_escape(text)
        try:
            return render_blocks(parse(text), level=self.level)
        except NotAllowed:  # a draft in the preview: what it holds is seen, as it was typed
            return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308  # escaped


def shown(
    unit: Any, *, language: str, file_url: Callable[[str], str], seed: str, sheet_url: str = "", level: int = 2
) -> ShownUnit:
    """A unit in `language` (de, en).

    file_url: id of a ModuleFile → its address. seed: rows of a quiz stay in the same order for the same one.
    sheet_url: address of a work sheet's PDF ("" shows its text alone). level: of the headings within texts.
    """
    content: Mapping[str, Any] = unit.content
    said = _Words(unit, language, level)
    common = ShownUnit(
        key=unit.key,
        kind=unit.kind,
        kind_label=str(UnitKind(unit.kind).label),
        title=said.said("title", unit.title),
        minutes=unit.minutes,
        text=said.said("text"),
        task=said.said("task"),
        hint=said.said("hint"),
        transcript=said.said("transcript"),
        caption=said.said("caption"),
        description=said.said("description"),
    )

    def file(name: str) -> str:
        return file_url(str(content[name])) if content.get(name) else ""

    if unit.kind == UnitKind.IMAGE:
        alt = "" if content.get("decorative") else said.plain("alt")[0]
        return replace(common, file=file("file"), alt=alt)
    if unit.kind in (UnitKind.VIDEO, UnitKind.AUDIO):
        url = str(content.get("url") or "")
        address = url if url.startswith("https://") else ""
        host = urlsplit(address).hostname or ""
        return replace(common, file=file("file"), captions=file("captions"), url=address, host=host)
    if unit.kind == UnitKind.DOWNLOAD:
        sheet = sheet_url if common.text else ""
        return replace(common, file=file("file") or sheet, file_name=str(content.get("filename") or ""))
    if unit.kind == UnitKind.QUIZ:
        questions = tuple(
            _question(question, number, said, unit.key, seed)
            for number, question in enumerate(content.get("questions") or (), 1)
        )
        pass_mark, attempts = (int(content.get(name) or 0) for name in ("pass_mark", "attempts"))
        return replace(common, questions=questions, pass_mark=pass_mark, attempts=attempts)
    if unit.kind == UnitKind.SCENARIO:
        places = tuple(_place(node, said) for node in content.get("nodes") or ())
        return replace(common, places=places, start=str(content.get("start") or ""))
    return common


# --- Quizzes ----------------------------------------------------------------------------------------------------------


def _question(question: Mapping[str, Any], number: int, said: _Words, unit: str, seed: str) -> ShownQuestion:
    key, kind = str(question["key"]), str(question.get("type") or "")
    path, name, seed = f"questions.{key}", f"{unit}.{key}", f"{seed}/{unit}/{key}"
    rows: tuple[ShownRow, ...] = ()
    if kind == "ordering":
        entries = [str(entry["key"]) for entry in question.get("entries") or ()]
        places = tuple(
            ShownOption(str(place), "", Said(conditional_escape(str(place)))) for place in _from_one(entries)
        )
        rows = tuple(
            ShownRow(row, f"{name}.{row}", f"id_{name}.{row}", said.said(f"{path}.entries.{row}.text"), places)
            for row in quiz.shuffled(entries, seed)
        )
    elif kind == "matching":
        pairs = [str(pair["key"]) for pair in question.get("pairs") or ()]
        rights = tuple(
            ShownOption(pair, "", said.said(f"{path}.pairs.{pair}.right")) for pair in quiz.shuffled(pairs, seed)
        )
        rows = tuple(
            ShownRow(row, f"{name}.{row}", f"id_{name}.{row}", said.said(f"{path}.pairs.{row}.left"), rights)
            for row in pairs
        )
    options = tuple(
        ShownOption(
            key=str(option["key"]),
            id=f"id_{name}_{place}",
            text=said.said(f"{path}.options.{option['key']}.text"),
            feedback=said.said(f"{path}.options.{option['key']}.feedback"),
        )
        for place, option in enumerate(question.get("options") or ())
    )
    return ShownQuestion(
        key=key,
        number=number,
        type=kind,
        name=name,
        id=f"id_{name}",
        prompt=said.said(f"{path}.prompt"),
        points=int(question.get("points") or 0),
        options=options,
        rows=rows,
        hint=said.said(f"{path}.hint"),
        after=said.said(f"{path}.feedback"),
    )


def _from_one(rows: Sequence[str]) -> range:
    return range(1, len(rows) + 1)


def answered(
    unit: ShownUnit,
    given: Mapping[str, Collection[str]],
    *,
    errors: Mapping[str, str] | None = None,
    result: quiz.Result | None = None,
) -> ShownUnit:
    """The quiz with what was chosen (name of the field → values), what is wrong by question, and its marking.

    Feedback stands only at answers that were chosen, and only once the quiz is marked.
    """
    marks = {marked.key: marked for marked in result.questions} if result is not None else {}

    def with_answers(question: ShownQuestion) -> ShownQuestion:
        chosen = given.get(question.name, ())
        marked = marks.get(question.key)
        options = tuple(
            replace(option, is_chosen=option.key in chosen, feedback=option.feedback if marked else Said())
            for option in question.options
        )
        rows = tuple(
            replace(
                row, options=tuple(replace(one, is_chosen=one.key in given.get(row.name, ())) for one in row.options)
            )
            for row in question.rows
        )
        typed = next(iter(chosen), "") if question.type == "reflection" else ""
        feedback = (question.hint if question.type == "reflection" else question.after) if marked else Said()
        error = (errors or {}).get(question.key, "")
        return replace(question, options=options, rows=rows, typed=typed, marked=marked, feedback=feedback, error=error)

    return replace(unit, questions=tuple(with_answers(question) for question in unit.questions))


# --- Scenarios --------------------------------------------------------------------------------------------------------


def _endings() -> Mapping[str, str]:
    return {
        "good": pgettext("ending of a scenario", "A good ending"),
        "mixed": pgettext("ending of a scenario", "A mixed ending"),
        "poor": pgettext("ending of a scenario", "A poor ending"),
    }


def _place(node: Mapping[str, Any], said: _Words) -> ShownPlace:
    key, ending = str(node["key"]), str(node.get("ending") or "")
    path = f"nodes.{key}"
    choices = tuple(
        ShownChoice(
            key=str(choice["key"]),
            text=said.said(f"{path}.choices.{choice['key']}.text"),
            feedback=said.said(f"{path}.choices.{choice['key']}.feedback"),
            to=str(choice.get("to") or ""),
        )
        for choice in node.get("choices") or ()
    )
    return ShownPlace(key, said.said(f"{path}.text"), ending, _endings().get(ending, ""), choices)


@dataclass(frozen=True, slots=True)
class Step:
    """One choice made on the way through a scenario."""

    place: ShownPlace
    choice: ShownChoice


@dataclass(frozen=True, slots=True)
class Way:
    """How far somebody has gone in a scenario: the steps so far and the place it led to. Kept nowhere.

    name: the keys of the choices, as the next form carries them; before: the same without the last step.
    """

    steps: tuple[Step, ...]
    here: ShownPlace
    name: str
    before: str

    @property
    def has_ended(self) -> bool:
        """Whether there is nothing more to choose."""
        return not self.here.choices


#: Steps that a way may have: a scenario may lead in circles, a request may not grow without end.
MOST_STEPS = 100


def way(unit: ShownUnit, name: str) -> Way:
    """The way that begins at the start and takes the named choices, "a.b.c"; what leads nowhere ends it there.

    Raises KeyError where the scenario has no start.
    """
    here = unit.place(unit.start)
    steps: list[Step] = []
    for key in name.split(".")[:MOST_STEPS] if name else ():
        choice = next((choice for choice in here.choices if choice.key == key), None)
        if choice is None:
            break
        steps.append(Step(here, choice))
        here = unit.place(choice.to)
    taken = [step.choice.key for step in steps]
    return Way(tuple(steps), here, ".".join(taken), ".".join(taken[:-1]))


def limits(unit: ShownUnit) -> list[str]:
    """What must be known before a quiz is begun, in sentences."""
    found = []
    if unit.pass_mark:
        found.append(_("Passed from %(percent)s percent of the points.") % {"percent": unit.pass_mark})
    else:
        found.append(_("For practice: there is nothing to pass."))
    if unit.attempts == 1:
        found.append(_("There is one attempt."))
    elif unit.attempts:
        found.append(_("There are %(number)s attempts.") % {"number": unit.attempts})
    return found
