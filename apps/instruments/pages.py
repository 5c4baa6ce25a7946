"""What the pages of the workshop show, put together from a version and its form."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext_lazy as _

from apps.instruments import definition, queries
from apps.instruments.comparison import Pair, counted
from apps.instruments.definition import Form, Section, localized
from apps.instruments.logic import CompiledForm
from apps.instruments.models import Concordance, InstrumentVersion
from apps.instruments.questions import Question, question

_REFERENCE = re.compile(r"\$\{(?P<name>[^}]+)\}")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that asks first: the question, what it means, the button, and what is said afterwards."""

    title: str | Promise
    text: str | Promise
    confirm: str | Promise
    done: str | Promise
    danger: bool = False

    def context(self, version: InstrumentVersion) -> dict[str, Any]:
        return {
            "version": version,
            "title": self.title,
            "text": self.text,
            "confirm": self.confirm,
            "danger": self.danger,
        }


PUBLISH = Step(
    _("Publish this version?"),
    _("Waves can use it from now on. It cannot be changed any more: corrections become a new version."),
    _("Publish the version"),
    _("The version is published."),
)
RETIRE = Step(
    _("Retire this version?"),
    _("No new wave can use it. Waves that use it go on."),
    _("Retire the version"),
    _("The version is retired."),
)
DISCARD = Step(
    _("Discard this draft?"),
    _("The draft and its workbook are deleted. This cannot be undone."),
    _("Discard the draft"),
    _("The draft is discarded."),
    danger=True,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a section: a question, or the heading of a group inside the section (`question` is None).

    `condition` says on paper when it is asked; `first_step` and `measure` are what people are told about a
    gap in a level question.
    """

    heading: str
    question: Question | None
    conditional: bool = False
    condition: str = ""
    first_step: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class PreviewSection:
    """A section of the preview; `levels` counts its level items."""

    name: str
    title: str
    hint: str
    dimension: int | None
    conditional: bool
    levels: int
    entries: tuple[Entry, ...]


def language_of(version: InstrumentVersion, wanted: str) -> str:
    """The language of the form that is nearest to the one wanted: itself, its base, else the default one."""
    codes = [known["code"] for known in version.languages]
    return next((code for code in (wanted, wanted.partition("-")[0]) if code in codes), codes[0])


def paper_url(version: InstrumentVersion, language: str) -> str:
    """Address of the page that follows the making of the PDF."""
    return f"{reverse('instruments-paper-pdf', args=[version.pk])}?{urlencode({'language': language})}"


@dataclass(frozen=True, slots=True)
class SectionLink:
    """A section in the list of sections: the way to it, and whether it is the one shown."""

    title: str
    url: str
    levels: int
    current: bool


def preview(
    version: InstrumentVersion, compiled: CompiledForm, language: str, section: str | None = None
) -> dict[str, Any]:
    """Return the context of the preview, in a language of the form.

    section: name of the only section to be shown, the first one where there is none of this name; None shows all.
    """
    form = compiled.form
    language = language_of(version, language)
    visible = [found for found in form.sections if found.is_visible]
    shown = visible
    if section is not None:
        shown = [found for found in visible if found.name == section] or visible[:1]
    return {
        "version": version,
        "form": form,
        "languages": form.languages,
        "language": language,
        "sections": tuple(_sections(compiled, language, shown)),
        "section_links": [
            SectionLink(
                title=localized(found.label, language, form.default_language) or form.title,
                url=f"?{urlencode({'section': found.name, 'language': language})}",
                levels=sum(item.is_level for item in found.items),
                current=found in shown,
            )
            for found in visible
        ],
        "item_count": sum(item.is_shown for item in form.items.values()),
        "level_count": len(form.level_items),
        "scale": [
            (choice.name, localized(choice.label, language, form.default_language))
            for choice in form.choice_lists.get(definition.LEVEL_LIST, ())
            if choice.name in definition.LEVELS
        ],
        "calculated": [item for item in form.items.values() if not item.is_shown],
        "profiles": _profiles(form),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the comparison: a pair, its texts for people, and what was decided about it."""

    pair: Pair
    title: str
    decided: Concordance | None
    proposal: str
    choices: tuple[tuple[str, str, bool], ...]
    """What can be decided: value, text, whether it is chosen."""


def comparison(version: InstrumentVersion, predecessor: InstrumentVersion | None, language: str) -> dict[str, Any]:
    """Return the context of the comparison with the version before; `lines` leaves out what did not change."""
    if predecessor is None:
        return {"version": version, "predecessor": None}
    pairs = queries.compared(version, predecessor)
    decided = queries.concordance_of(version, predecessor)
    lines = [_line(pair, decided.get(pair.key), language) for pair in pairs if not pair.is_identical]
    return {
        "version": version,
        "predecessor": predecessor,
        "lines": lines,
        "counts": counted(pairs),
        "left": sum(line.pair.to_decide and line.decided is None for line in lines),
        "editable": version.is_draft,
    }


def _line(pair: Pair, decided: Concordance | None, language: str) -> Line:
    chosen = decided.comparability if decided else pair.proposal
    words = Concordance.Comparability
    return Line(
        pair=pair,
        title=localized(pair.either.label, language) or pair.either.name,
        decided=decided,
        proposal=str(words(pair.proposal).label),
        choices=tuple((value, str(words(value).label), value == chosen) for value in pair.possible),
    )


def attachment(filename: str) -> str:
    """Return the header that makes the browser save a file under this name."""
    return content_disposition_header(True, filename) or "attachment"


def _sections(compiled: CompiledForm, language: str, sections: Iterable[Section]) -> Iterator[PreviewSection]:
    form = compiled.form
    state = compiled.evaluate({}, language=language)
    for section in sections:
        groups = {group.name: group for group in section.groups}
        entries: list[Entry] = []
        shown: set[str] = set()
        for item in section.items:
            if not item.is_shown:
                continue
            for name in item.path[1:]:
                if name in groups and name not in shown:
                    shown.add(name)
                    heading = localized(groups[name].label, language, form.default_language)
                    condition = _condition(form, groups[name].relevant, language)
                    entries.append(Entry(heading, None, bool(condition), condition))
            prepared = question(compiled, item, state, language=language, show_violations=False, all_choices=True)
            first_step, measure = (
                localized(texts, language, form.default_language) for texts in (item.first_step, item.measure)
            )
            condition = _condition(form, item.relevant, language)
            entries.append(Entry("", prepared, bool(item.relevant), condition, first_step, measure))
        yield PreviewSection(
            name=section.name,
            title=localized(section.label, language, form.default_language) or form.title,
            hint=localized(section.hint, language, form.default_language),
            dimension=section.dimension,
            conditional=bool(section.relevant),
            levels=sum(item.is_level for item in section.items),
            entries=tuple(entries),
        )


def _condition(form: Form, relevant: str, language: str) -> str:
    """A condition with the numbers or texts of the questions it looks at, for whoever answers on paper."""

    def named(reference: re.Match[str]) -> str:
        about = form.items.get(reference["name"])
        if about is None:
            return reference[0]
        return about.number or f"“{localized(about.label, language, form.default_language) or about.name}”"

    return _REFERENCE.sub(named, relevant)


def _profiles(form: Form) -> list[tuple[str, int]]:
    """How many level items each profile has; profiles without any are left out."""
    counts = [(profile, sum(profile in item.profiles for item in form.level_items)) for profile in definition.PROFILES]
    return [(profile, count) for profile, count in counts if count]
