"""What the pages on writing modules show: steps with what is missing, units with their state, English, previews."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.reviews.lifecycle import FINAL, MODULE_TRANSITIONS, State, Transition
from apps.training import fields
from apps.training.forms_authoring import FIELD_PAGES, MAX_MARKDOWN, StepForm
from apps.training.forms_units import QUESTION_LABELS, place_label
from apps.training.guards import obstacles, unit_problems
from apps.training.models import ModuleEdition, ModuleStateChange, ModuleVersion, Unit
from apps.training.pages_units import ShownUnit, shown
from apps.training.queries_modules import Text
from apps.training.units import Audience, UnitKind, is_markdown, is_stale

#: What each step is called where it is taken and where it is told.
STEPS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "begin": (_("Begin writing"), _("Writing has begun")),
    "submit": (_("Submit to the panel"), _("It was submitted to the panel")),
    "release_for_piloting": (_("Release for piloting"), _("It was released for piloting")),
    "start_piloting": (_("Start piloting"), _("Piloting has started")),
    "conclude_piloting": (_("Conclude piloting"), _("Piloting was concluded")),
    "submit_finally": (_("Submit for final review"), _("It was submitted for final review")),
    "standardise": (_("Make it the standard"), _("It became the standard")),
    "return_to_draft": (_("Return it to draft"), _("It was returned to draft")),
    "supersede": (_("Supersede"), _("A newer version took its place")),
    "withdraw": (_("Withdraw"), _("It was withdrawn")),
}
#: A newer version takes this step by becoming the standard.
BY_ITSELF = frozenset({"supersede"})
STATE_KINDS: Mapping[str, str] = {
    State.STANDARD: "success",
    State.WITHDRAWN: "danger",
    State.SUPERSEDED: "neutral",
    State.IDEA: "neutral",
}


def state_kind(state: str) -> str:
    """The colour of a state's badge."""
    return STATE_KINDS.get(state, "info")


# --- Steps ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """A step that leads on from a state: what it is called, what is missing, and the form that takes it."""

    name: str
    label: str
    missing: tuple[str, ...]
    form: StepForm
    needs_reason: bool
    is_way_back: bool


def steps(version: ModuleVersion, tried: StepForm | None = None) -> list[Step]:
    """The steps from where a version stands; `tried`: the form that was sent and refused.

    In the programme's scope, for pilots are counted.
    """
    return [
        _step(version, transition, tried)
        for transition in MODULE_TRANSITIONS
        if version.state in transition.sources and transition.name not in BY_ITSELF
    ]


def _step(version: ModuleVersion, transition: Transition, tried: StepForm | None) -> Step:
    form = StepForm(
        needs_reason=transition.needs_reason,
        initial={"transition": transition.name},
        auto_id=f"{transition.name}-%s",
    )
    if tried is not None and tried.data.get("transition") == transition.name:
        form = tried
    return Step(
        name=transition.name,
        label=str(STEPS[transition.name][0]),
        missing=tuple(obstacles(version, transition)),
        form=form,
        needs_reason=transition.needs_reason,
        is_way_back=transition.needs_reason or transition.target in FINAL,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A step that was taken, as the history tells it."""

    change: ModuleStateChange
    what: str
    who: str


def told(changes: Iterable[ModuleStateChange]) -> list[Told]:
    """The history; `actor` is loaded."""
    return [
        Told(
            change,
            str(STEPS[change.transition][1]),
            change.actor.get_full_name() if change.actor else gettext("automatically"),
        )
        for change in changes
    ]


# --- Fields and units -------------------------------------------------------------------------------------------------


def field_tasks(version: ModuleVersion, edition: ModuleEdition, *, writable: bool) -> list[dict[str, Any]]:
    """The pages of fields for components/task_list.html; without links once the text is frozen."""
    return [
        {
            "label": str(page.title),
            "url": reverse("modules-fields", args=[version.pk, page.name]) if writable else "",
            "state": gettext("filled in") if page.is_filled(edition) else gettext("empty"),
            "kind": "success" if page.is_filled(edition) else "neutral",
            "hint": "",
        }
        for page in FIELD_PAGES.values()
    ]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the list: its number among those of its audience, and what is missing in it."""

    unit: Unit
    number: int
    is_last: bool
    missing: tuple[str, ...]


def unit_lines(text: Text, audience: str) -> list[UnitLine]:
    """The units for learners or for trainers, in order."""
    units = text.of(audience)
    return [
        UnitLine(unit, number, number == len(units), tuple(unit_problems(unit, text.files)))
        for number, unit in enumerate(units, 1)
    ]


def minutes_of(text: Text) -> int:
    """How long the learners' units take together."""
    return sum(unit.minutes for unit in text.of(Audience.LEARNER))


@dataclass(frozen=True, slots=True)
class PartLine:
    """A question or a place in the overview of its unit.

    leads: of a place, what can be chosen and where it leads. note: what is to be seen at once, or "".
    """

    key: str
    label: str
    kind: str
    points: int
    leads: tuple[tuple[str, str], ...]
    note: str
    is_last: bool


def part_lines(unit: Unit) -> list[PartLine]:
    """The questions of a quiz or the places of a scenario, in order; none for other kinds."""
    if unit.kind == UnitKind.QUIZ:
        questions = unit.content.get("questions") or []
        return [
            PartLine(
                key=str(question["key"]),
                label=" ".join(str(question.get("prompt") or "").split()),
                kind=str(QUESTION_LABELS.get(str(question.get("type")), question.get("type"))),
                points=int(question.get("points") or 0),
                leads=(),
                note="",
                is_last=question is questions[-1],
            )
            for question in questions
        ]
    if unit.kind == UnitKind.SCENARIO:
        return _places(unit)
    return []


def _places(unit: Unit) -> list[PartLine]:
    nodes = {str(node["key"]): node for node in unit.content.get("nodes") or []}
    start = str(unit.content.get("start") or "")
    seen, ahead = set(), [start]
    while ahead:
        key = ahead.pop()
        if key in nodes and key not in seen:
            seen.add(key)
            ahead += [str(choice.get("to")) for choice in nodes[key].get("choices") or []]
    last = list(nodes)[-1] if nodes else ""
    return [
        PartLine(
            key=key,
            label=place_label(node).partition(": ")[2],
            kind=_ending(str(node.get("ending") or "")),
            points=0,
            leads=tuple(
                (str(choice.get("text") or ""), str(choice["to"]) if choice.get("to") in nodes else "")
                for choice in node.get("choices") or []
            ),
            note=gettext("begins here") if key == start else "" if key in seen else gettext("no way leads here"),
            is_last=key == last,
        )
        for key, node in nodes.items()
    ]


def _ending(ending: str) -> str:
    return {
        "good": gettext("a good ending"),
        "mixed": gettext("a mixed ending"),
        "poor": gettext("a poor ending"),
    }.get(ending, "")


# --- English ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnglishLine:
    """A German text and its English: `field` and `confirm` are the names of the form's fields."""

    path: str
    label: str
    german: str
    english: str
    is_stale: bool
    is_markdown: bool
    number: int
    longest: int = MAX_MARKDOWN

    @property
    def field(self) -> str:
        return f"text-{self.number}"

    @property
    def confirm(self) -> str:
        return f"fits-{self.number}"

    @property
    def rows(self) -> int:
        """Lines that the text needs, more or less."""
        return max(2, min(24, len(self.german) // 70 + self.german.count("\n") + 1))


def english_lines(target: ModuleEdition | Unit) -> list[EnglishLine]:
    """Every German text of an edition or a unit with its English, in order."""
    german = fields.unit_words(target) if isinstance(target, Unit) else fields.edition_words(target)
    return [
        EnglishLine(
            path=path,
            label=_path_label(path),
            german=text,
            english=str(target.words_en.get(path, {}).get("text", "")),
            is_stale=is_stale(target.words_en, path, text),
            is_markdown=isinstance(target, Unit) and path != "title" and is_markdown(path),
            number=number,
            longest=fields.TEXTS.get(path, MAX_MARKDOWN),
        )
        for number, (path, text) in enumerate(german.items())
    ]


_PATH_LABELS: Mapping[str, str | Promise] = {
    **fields.LABELS,
    "text": _("Text"),
    "alt": _("Text alternative"),
    "caption": _("Caption"),
    "transcript": _("Transcript"),
    "description": _("What it is for"),
    "task": _("Task"),
    "hint": _("Hint"),
    "prompt": _("Question"),
    "feedback": _("Feedback"),
    "left": _("Left side"),
    "right": _("Right side"),
    "questions": _("Question"),
    "options": _("Answer"),
    "entries": _("Entry"),
    "pairs": _("Pair"),
    "nodes": pgettext_lazy("scenario", "Place"),
    "choices": _("Choice"),
}


def _path_label(path: str) -> str:
    """ "questions.q1.options.a.text" as people read it: Question q1, Answer a: Text."""
    *around, name = path.split(".")
    if name.isdigit():
        return f"{_PATH_LABELS[around[0]]} {int(name) + 1}"
    places = [f"{_PATH_LABELS[kind]} {key}" for kind, key in zip(around[::2], around[1::2], strict=True)]
    last = str(_PATH_LABELS[name])
    return f"{', '.join(places)}: {last}" if places else last


@dataclass(frozen=True, slots=True)
class EnglishState:
    """How far the English of the fields or of a unit is."""

    key: str
    title: str
    total: int
    written: int
    stale: int

    @property
    def state(self) -> str:
        if self.stale:
            return gettext("to be looked at again: %(number)s") % {"number": self.stale}
        return gettext("%(number)s of %(total)s texts") % {"number": self.written, "total": self.total}

    @property
    def kind(self) -> str:
        if self.stale:
            return "warning"
        return "success" if self.written == self.total else "neutral"


def english_states(text: Text) -> list[EnglishState]:
    """The fields first, then each unit."""
    targets: list[tuple[str, str, ModuleEdition | Unit]] = [("", gettext("Title, summary, objectives"), text.edition)]
    targets += [(unit.key, unit.title, unit) for unit in text.units]
    found = []
    for key, title, target in targets:
        lines = english_lines(target)
        written = sum(bool(line.english) for line in lines)
        stale = sum(line.is_stale for line in lines)
        found.append(EnglishState(key, title, len(lines), written, stale))
    return found


# --- Preview ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Previewed:
    """A unit as learners see it, and of a quiz what is right with all its feedback."""

    unit: ShownUnit
    solutions: tuple["Solution", ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """A question with its rows: text, whether it is right (None where that is no matter), feedback."""

    prompt: str
    rows: tuple[tuple[str, bool | None, str], ...]
    feedback: str


def preview_units(units: Iterable[Unit], language: str, *, level: int = 3) -> list[Previewed]:
    """The units as they are shown, in `language` (de, en). level: of the headings within their texts."""
    return [
        Previewed(
            shown(unit, language=language, file_url=_file_url, seed="preview", level=level),
            tuple(_solution(question) for question in unit.content.get("questions") or ()),
        )
        for unit in units
    ]


def _file_url(key: str) -> str:
    return reverse("training-file", args=[key])


def _solution(question: Mapping[str, Any]) -> Solution:
    rows: tuple[tuple[str, bool | None, str], ...] = ()
    if question.get("options"):
        rows = tuple(
            (str(row.get("text", "")), bool(row.get("correct")), str(row.get("feedback", "")))
            for row in question["options"]
        )
    elif question.get("entries"):
        rows = tuple((str(row.get("text", "")), None, "") for row in question["entries"])
    elif question.get("pairs"):
        rows = tuple((f"{row.get('left', '')} – {row.get('right', '')}", None, "") for row in question["pairs"])
    return Solution(str(question.get("prompt", "")), rows, str(question.get("feedback") or question.get("hint") or ""))
