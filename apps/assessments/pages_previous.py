"""What the pages show of the wave before: changes item by item, the then-test. No queries here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.changes import Changes, DimensionChange, ItemChange, Kind
from apps.assessments.models import Answer, Assessment, ThenRating
from apps.assessments.pages import Block, section_label
from apps.assessments.policies import SectionAccess
from apps.assessments.queries_previous import SAME, Previous
from apps.assessments.questionnaire import Reading
from apps.assessments.report_content import dimension_labels, number
from apps.core.levels import LEVELS
from apps.instruments.definition import Item, Section, localized
from apps.instruments.scoring import Special

#: Which kinds a filter of the changes shows; the first shows all.
FILTERS: Mapping[str, frozenset[Kind]] = {
    "": frozenset(Kind),
    "raised": frozenset({Kind.RAISED}),
    "lowered": frozenset({Kind.LOWERED}),
    "same": frozenset({Kind.SAME}),
    "other": frozenset(Kind) - {Kind.RAISED, Kind.LOWERED, Kind.SAME},
}
_BADGES = {Kind.RAISED: "success", Kind.LOWERED: "warning", Kind.KNOWN: "info", Kind.UNKNOWN: "warning"}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """An item in both waves, in words. before, now: for the level badge; None: not answered."""

    number: str
    label: str
    url: str
    before: object
    now: object
    steps: str
    kind: str
    badge: str
    same_wording: bool
    is_tied: bool


@dataclass(frozen=True, slots=True)
class DimensionRow:
    """A dimension on the items that can be compared."""

    label: str
    before: float | None
    now: float | None
    change: DimensionChange


def change_rows(
    changes: Changes,
    previous: Previous,
    reading: Reading,
    *,
    assessment: Assessment,
    slug: str,
    language: str,
    show: str,
) -> list[ChangeRow]:
    """The items that the filter `show` lets through; an unknown filter lets all through."""
    wanted = FILTERS.get(show, FILTERS[""])
    return [
        _change_row(change, previous, reading, assessment, slug, language)
        for change in changes.items
        if change.kind in wanted
    ]


def _change_row(
    change: ItemChange, previous: Previous, reading: Reading, assessment: Assessment, slug: str, language: str
) -> ChangeRow:
    of = reading if change.name else previous.reading
    url = ""
    if change.name and change.now is not None:
        page = reverse("assessments-section", args=[slug, assessment.pk, change.item.section])
        url = f"{page}?previous=1#{Block(change.name).id}"
    return ChangeRow(
        number=change.item.number,
        label=item_label(of, change.item, language),
        url=url,
        before=_badge_of(change.before),
        now=_badge_of(change.now),
        steps=f"{change.steps:+d}".replace("-", "−").replace("+0", "0") if change.steps is not None else "",
        kind=kind_label(change.kind),
        badge=_BADGES.get(change.kind, "neutral"),
        same_wording=change.comparability == SAME,
        is_tied=bool(change.name and change.earlier),
    )


def _badge_of(answer: int | Special | None) -> object:
    """As components/level.html takes it."""
    if answer is None:
        return str(Special.FILTERED)
    return None if answer == Special.UNANSWERED else str(answer)


def kind_label(kind: Kind) -> str:
    """What became of an item, in a word or two."""
    return {
        Kind.RAISED: pgettext("level", "raised"),
        Kind.LOWERED: pgettext("level", "lowered"),
        Kind.SAME: pgettext("level", "unchanged"),
        Kind.KNOWN: _("known now"),
        Kind.UNKNOWN: _("no longer known"),
        Kind.ANSWERED: _("newly answered"),
        Kind.OPEN: _("not answered yet"),
        Kind.NOT_COMPARABLE: _("not comparable"),
        Kind.NEW: _("new question"),
        Kind.DROPPED: _("no longer in the questionnaire"),
    }[kind]


def filter_tabs(changes: Changes, page: str, show: str) -> list[dict[str, Any]]:
    """The filters as components/tabs.html takes them, each with its number of items."""
    labels = {
        "": _("All"),
        "raised": pgettext("filter", "Raised"),
        "lowered": pgettext("filter", "Lowered"),
        "same": pgettext("filter", "Unchanged"),
        "other": _("Others"),
    }
    current = show if show in FILTERS else ""
    return [
        {
            "label": labels[key],
            "url": f"{page}?show={key}" if key else page,
            "current": key == current,
            "count": sum(change.kind in kinds for change in changes.items),
        }
        for key, kinds in FILTERS.items()
    ]


def dimension_rows(changes: Changes, reading: Reading, language: str) -> list[DimensionRow]:
    """The dimensions with the values of then and now over the same items."""
    labels = dimension_labels(reading, language)
    return [
        DimensionRow(
            f"{change.dimension} {labels.get(change.dimension, '')}".strip(),
            number(change.before),
            number(change.now),
            change,
        )
        for change in changes.dimensions
    ]


def item_label(reading: Reading, item: Item, language: str) -> str:
    """The question in `language`."""
    form = reading.questionnaire.form
    return reading.questionnaire.compiled.text(item.label, reading.state, language) or localized(
        item.label, language, form.default_language
    )


# --- Then-test ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HindsightItem:
    """A question with its answer of then; rating and note: fields of the form."""

    id: str
    number: str
    label: str
    earlier: str
    earlier_note: str
    same_wording: bool
    rating: Any
    note: Any


def hindsight_sections(
    reading: Reading,
    rateable: Mapping[str, Answer],
    ratings: Mapping[str, ThenRating],
    access: SectionAccess,
    *,
    assessment: Assessment,
    slug: str,
    language: str,
) -> list[dict[str, str]]:
    """The sections with something to rate, as components/task_list.html takes them."""
    found = []
    for section in reading.questionnaire.sections:
        names = [item.name for item in section.items if item.name in rateable and access.sees_item(item)]
        if not names:
            continue
        done = sum(name in ratings for name in names)
        found.append(
            {
                "label": section_label(reading, section, language),
                "url": reverse("assessments-then", args=[slug, assessment.pk, section.name]),
                "state": _("%(done)s of %(all)s rated") % {"done": done, "all": len(names)},
                "kind": "success" if done == len(names) else "info" if done else "neutral",
            }
        )
    return found


def hindsight_questions(section: Section, rateable: Mapping[str, Answer], wave: str) -> dict[str, str]:
    """What is asked of each item of a section that can be rated, by its name."""
    question = _("How would you rate the time of %(wave)s from what you know today?") % {"wave": wave}
    return {
        item.name: f"{item.number}: {question}" if item.number else question
        for item in section.items
        if item.name in rateable
    }


def descriptors_of(item: Item, reading: Reading, language: str) -> dict[int, str]:
    """What each level of an item looks like, where that is written."""
    default = reading.questionnaire.form.default_language
    return {
        level: localized(item.descriptors[str(level)], language, default)
        for level in LEVELS
        if str(level) in item.descriptors
    }


def hindsight_items(
    section: Section, form: Any, previous: Previous, rateable: Mapping[str, Answer], reading: Reading, language: str
) -> list[HindsightItem]:
    """The questions of a section with their answers of then and the fields of the form."""
    return [
        HindsightItem(
            id=Block(item.name).id,
            number=item.number,
            label=item_label(reading, item, language),
            earlier=rateable[item.name].plain,
            earlier_note=rateable[item.name].note,
            same_wording=previous.comparability[item.name] == SAME,
            rating=form[f"rating-{item.name}"],
            note=form[f"note-{item.name}"],
        )
        for item in section.items
        if item.name in rateable
    ]
