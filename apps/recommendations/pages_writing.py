"""What the pages on writing show: steps with what stands in their way, sections and fields with their state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.recommendations.forms_writing import FIELD_PAGES, StepForm
from apps.recommendations.guards import obstacles
from apps.recommendations.models import RecommendationVersion, StateChange
from apps.recommendations.queries_writing import SectionText, Text
from apps.reviews.lifecycle import FINAL, State, Transition, leading_from

#: What each step is called where it is taken and where it is told.
STEPS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "begin": (_("Begin writing"), _("Writing has begun")),
    "open_round": (_("Open a round"), _("A round was opened")),
    "call_off_round": (_("Call the round off"), _("The round was called off")),
    "close_round": (_("Close the round"), _("The round was closed")),
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
_BY_ITSELF = frozenset({"supersede"})
_ON_ROUND_PAGE = frozenset({"call_off_round", "close_round"})
STATE_KINDS: Mapping[str, str] = {
    State.STANDARD: "success",
    State.WITHDRAWN: "danger",
    State.SUPERSEDED: "neutral",
    State.IDEA: "neutral",
}


def state_kind(state: str) -> str:
    """The colour of a state's badge."""
    return STATE_KINDS.get(state, "info")


@dataclass(frozen=True, slots=True)
class Step:
    """A step that leads on from a state: what it is called, what is missing, and how it is taken.

    url: where it is taken instead, on a page of its own; else `form` is sent.
    """

    name: str
    label: str
    missing: tuple[str, ...]
    url: str
    form: StepForm | None
    needs_reason: bool
    is_way_back: bool


def steps(version: RecommendationVersion, open_round: Any, tried: StepForm | None = None) -> list[Step]:
    """The steps from where a version stands; `tried`: the form that was sent and refused."""
    return [
        _step(version, transition, open_round, tried)
        for transition in leading_from(version.state)
        if transition.name not in _BY_ITSELF
    ]


def _step(version: RecommendationVersion, transition: Transition, open_round: Any, tried: StepForm | None) -> Step:
    url = ""
    if transition.name == "open_round":
        url = reverse("recommendations-round-open", args=[version.pk])
    elif transition.name in _ON_ROUND_PAGE and open_round is not None:
        url = reverse("recommendations-round-manage", args=[open_round.pk])
    form = None
    if not url:
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
        url=url,
        form=form,
        needs_reason=transition.needs_reason,
        is_way_back=transition.needs_reason or transition.target in FINAL,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A step that was taken, as the history tells it."""

    change: StateChange
    what: str
    who: str


def told(changes: Iterable[StateChange]) -> list[Told]:
    """The history; `actor` is loaded."""
    return [
        Told(
            change,
            str(STEPS[change.transition][1]),
            change.actor.get_full_name() if change.actor else gettext("automatically"),
        )
        for change in changes
    ]


def section_tasks(version: RecommendationVersion, text: Text, user: User) -> list[dict[str, Any]]:
    """The parts of the text for components/task_list.html."""
    return [
        {
            "label": part.label,
            "url": reverse("recommendations-section", args=[version.pk, part.section.value]),
            **_section_state(part, user),
        }
        for part in text.sections
    ]


def _section_state(part: SectionText, user: User) -> dict[str, str]:
    if part.checkout is None:
        if part.blocks:
            return {"state": gettext("written"), "kind": "success", "hint": ""}
        return {"state": gettext("empty"), "kind": "neutral", "hint": ""}
    if part.checkout.user_id == user.pk:
        return {"state": gettext("in your hands"), "kind": "info", "hint": ""}
    name = part.checkout.user.get_full_name()
    return {"state": gettext("in hand"), "kind": "warning", "hint": gettext("with %(name)s") % {"name": name}}


def field_tasks(version: RecommendationVersion, text: Text) -> list[dict[str, Any]]:
    """The structured fields for components/task_list.html; without links once the text is frozen."""
    return [
        {
            "label": str(page.title),
            "url": reverse("recommendations-fields", args=[version.pk, page.name]) if text.is_open else "",
            "state": gettext("filled in") if page.is_filled(text.edition) else gettext("empty"),
            "kind": "success" if page.is_filled(text.edition) else "neutral",
            "hint": "",
        }
        for page in FIELD_PAGES.values()
    ]
