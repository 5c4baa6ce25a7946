"""What the pages for learning show, made of rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from apps.training import pages_units, quiz
from apps.training.actions.learning import hash_of
from apps.training.forms_learning import QuizForm
from apps.training.models import Progress, Unit
from apps.training.pages_units import ShownUnit
from apps.training.units import UnitKind, content_hash, translated


def language() -> str:
    """Language of the page, of those that modules speak."""
    return "en" if (get_language() or "de").startswith("en") else "de"


def title_of(unit: Unit) -> SafeString:
    """The title of a unit in the language of the page; what is German on an English page says so."""
    spoken = language()
    english = translated(unit.words_en, "title") if spoken == "en" else ""
    if spoken == "en" and not english:
        return format_html('<span lang="de">{}</span>', unit.title)
    return format_html("{}", english or unit.title)


# --- Overview ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overview:
    """How far somebody is. lines: for the task list. resume: key of the unit to go on with, or "" where all is done.

    renewed: how many units are new or changed since the person was last here.
    """

    lines: list[dict[str, Any]]
    done: int
    total: int
    resume: str
    has_begun: bool
    renewed: int

    @property
    def is_through(self) -> bool:
        """Whether every unit is done."""
        return bool(self.total) and self.done == self.total


def overview(
    units: Sequence[Unit], row: Progress | None, before: Sequence[str] | None, link: Callable[[str], str]
) -> Overview:
    """The units with their state.

    before: keys of the units of the text the person last learned with, if that was another one. link: address by key.
    """
    done: Mapping[str, str] = row.done if row is not None else {}
    renewed = {unit.key for unit in units if unit.key in done and done[unit.key] != hash_of(unit)}
    if before is not None:
        renewed |= {unit.key for unit in units if unit.key not in before}
    lines = [_line(unit, row, unit.key in renewed, link(unit.key)) for unit in units]
    finished = sum(unit.key in done for unit in units)
    return Overview(lines, finished, len(units), resume(units, row), row is not None, len(renewed))


def resume(units: Sequence[Unit], row: Progress | None) -> str:
    """Where to go on: the first unit that is not done, from the last one on and then from the beginning."""
    done = row.done if row is not None else {}
    keys = [unit.key for unit in units]
    last = keys.index(row.last_unit) if row is not None and row.last_unit in keys else 0
    return next((key for key in keys[last:] + keys[:last] if key not in done), "")


def _line(unit: Unit, row: Progress | None, is_renewed: bool, url: str) -> dict[str, Any]:
    state, kind = _state(unit, row, is_renewed)
    about = [str(UnitKind(unit.kind).label)]
    if unit.minutes:
        about.append(minutes(unit.minutes))
    return {"label": title_of(unit), "url": url, "hint": ", ".join(about), "state": state, "kind": kind}


def _state(unit: Unit, row: Progress | None, is_renewed: bool) -> tuple[str, str]:
    if row is None:
        return pgettext("unit", "open"), "neutral"
    best = row.quizzes.get(unit.key)
    if unit.key in row.done:
        if is_renewed:
            return pgettext("unit", "done, changed since then"), "warning"
        if best is not None and int(unit.content.get("pass_mark") or 0):
            return _("passed with %(percent)s percent") % {"percent": best["best"]}, "success"
        return pgettext("unit", "done"), "success"
    if best is not None:
        return _("not passed yet, %(percent)s percent") % {"percent": best["best"]}, "warning"
    return (pgettext("unit", "new"), "info") if is_renewed else (pgettext("unit", "open"), "neutral")


def minutes(number: int) -> str:
    """So many minutes, in words."""
    return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}


# --- A unit -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands in its module."""

    number: int
    total: int
    before: Unit | None
    after: Unit | None

    @property
    def before_title(self) -> SafeString:
        """Title of the unit before."""
        return title_of(self.before) if self.before is not None else SafeString()

    @property
    def after_title(self) -> SafeString:
        """Title of the unit after."""
        return title_of(self.after) if self.after is not None else SafeString()


def place(units: Sequence[Unit], unit: Unit) -> Place:
    """Where `unit` stands among `units`."""
    index = [one.key for one in units].index(unit.key)
    before = units[index - 1] if index else None
    after = units[index + 1] if index + 1 < len(units) else None
    return Place(index + 1, len(units), before, after)


def shown(unit: Unit, *, seed: str, sheet_url: str) -> ShownUnit:
    """The unit in the language of the page, its files where everybody may fetch them."""
    return pages_units.shown(
        unit,
        language=language(),
        file_url=lambda file_id: reverse("training-file", args=[file_id]),
        seed=seed,
        sheet_url=sheet_url if unit.kind == UnitKind.DOWNLOAD else "",
    )


@dataclass(frozen=True, slots=True)
class QuizState:
    """What a quiz needs to be sent, and what there is to say about it.

    words: sign of its text. attempt: the how-manieth the next one is. is_passed: now or before. result: of the answers
    just sent, or None; verdict and after: the same in words.
    """

    form: QuizForm
    words: str
    attempt: int
    limits: list[str]
    can_try: bool
    is_again: bool
    is_passed: bool
    result: quiz.Result | None = None
    verdict: str = ""
    after: tuple[str, ...] = ()


def words_of(unit: Unit) -> str:
    """By what it is noticed that a quiz was changed between being shown and being sent."""
    return content_hash(unit.kind, unit.title, unit.content)


def quiz_state(
    unit: ShownUnit, form: QuizForm, row: Progress | None, *, keeps: bool, result: quiz.Result | None = None
) -> QuizState:
    """The quiz as it stands for the person. keeps: whether attempts are counted."""
    known: Mapping[str, Any] = row.quizzes.get(unit.key, {}) if row is not None and keeps else {}
    used, best = int(known.get("attempts", 0)), int(known.get("best", 0))
    left = max(0, unit.attempts - used) if unit.attempts and keeps else None
    limits = pages_units.limits(unit)
    if used:
        limits.append(
            ngettext(
                "You have tried once so far; your best result is %(best)s percent.",
                "You have tried %(used)s times so far; your best result is %(best)s percent.",
                used,
            )
            % {"used": used, "best": best}
        )
    if left == 0:
        limits.append(
            _("No attempt is left.")
            if known.get("passed")
            else _("No attempt is left. Whoever wants to try again begins the module anew from its overview.")
        )
    elif left is not None and used:
        limits.append(ngettext("One attempt is left.", "%(left)s attempts are left.", left) % {"left": left})
    return QuizState(
        form=form,
        words=form.words,
        attempt=used + 1,
        limits=limits,
        can_try=left != 0,
        is_again=used > 0 or result is not None,
        is_passed=bool(known.get("passed")) or (result is not None and result.passed),
        result=result,
        verdict=_verdict(unit, result) if result is not None else "",
        after=tuple(_after(unit, result, keeps=keeps)) if result is not None else (),
    )


def _verdict(unit: ShownUnit, result: quiz.Result) -> str:
    values = {"percent": result.percent}
    if not unit.pass_mark:
        return _("%(percent)s percent of the points.") % values
    if result.passed:
        return _("Passed with %(percent)s percent.") % values
    return _("Not passed yet: %(percent)s percent.") % values


def _after(unit: ShownUnit, result: quiz.Result, *, keeps: bool) -> list[str]:
    right = sum(marked.is_right for marked in result.questions if marked.possible)
    graded = sum(bool(marked.possible) for marked in result.questions)
    found = []
    if graded:
        found.append(_("Right: %(right)s of %(graded)s questions.") % {"right": right, "graded": graded})
    found.append(_("Feedback stands beside your answers."))
    if keeps:
        found.append(_("Your answers are stored nowhere; only the number of attempts and your best result are kept."))
    else:
        found.append(_("Nothing of it is kept."))
    return found
