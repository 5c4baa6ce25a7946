"""What the pages on pilots show. No queries here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from string import ascii_uppercase
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from apps.commitments.models import Pilot, PilotEntry
from apps.core.reviewable_declaration import ReviewableKind, Subject
from apps.reviews.guards import PILOTS_NEEDED

_State = Pilot.State
STATE_KINDS = {
    _State.PLANNED: "neutral",
    _State.RUNNING: "info",
    _State.EVALUATED: "success",
    _State.CALLED_OFF: "warning",
}
VERDICT_KINDS = {
    Pilot.Verdict.WORKS: "success",
    Pilot.Verdict.WORKS_CHANGED: "info",
    Pilot.Verdict.DOES_NOT_WORK: "warning",
}


def value(number: Decimal | None, unit: str) -> str:
    """A number with its unit as people write it; "" where there is none."""
    if number is None:
        return ""
    shown = number_format(number.normalize() if number else Decimal(0), use_l10n=True)
    return f"{shown} {unit}".strip()


@dataclass
class SubjectLine:
    """Something that can be piloted or was, with its pilots by municipality."""

    kind: str
    kind_label: str
    subject_id: UUID
    title: str
    state_label: str
    url: str
    can_be_piloted: bool
    pilots: list[Pilot] = field(default_factory=list)

    @property
    def evaluated(self) -> int:
        """In how many municipalities it is evaluated."""
        return len({pilot.municipality_id for pilot in self.pilots if pilot.state == _State.EVALUATED})

    @property
    def is_enough(self) -> bool:
        return self.evaluated >= PILOTS_NEEDED

    @property
    def progress(self) -> str:
        """How many of the evaluated pilots that are needed are there."""
        return _("%(number)s of %(needed)s evaluated") % {"number": self.evaluated, "needed": PILOTS_NEEDED}

    @property
    def badges(self) -> list[dict[str, str]]:
        """Each municipality with the state of its pilot."""
        return [
            {
                "name": pilot.municipality.name,
                "state": str(pilot.get_state_display()),
                "kind": STATE_KINDS[_State(pilot.state)],
            }
            for pilot in self.pilots
        ]


def lines(
    pilotable: Iterable[tuple[ReviewableKind, Subject]],
    pilots: Iterable[Pilot],
    others: Mapping[tuple[str, UUID], Subject],
    labels: Mapping[str, str],
) -> list[SubjectLine]:
    """What can be piloted first, then what was; pilots in the order they are given."""
    found = {
        (kind.kind, subject.subject_id): _line(kind.kind, str(kind.label), subject, True) for kind, subject in pilotable
    }
    for pilot in pilots:
        key = (pilot.subject_kind, pilot.subject_id)
        if key not in found:
            label = labels.get(pilot.subject_kind, pilot.subject_kind)
            subject = others.get(key) or Subject(*key, title=pilot.subject_title, url="", state_label="")
            found[key] = _line(pilot.subject_kind, label, subject, False)
        found[key].pilots.append(pilot)
    return list(found.values())


def _line(kind: str, label: str, subject: Subject, can_be_piloted: bool) -> SubjectLine:
    return SubjectLine(kind, label, subject.subject_id, subject.title, subject.state_label, subject.url, can_be_piloted)


@dataclass(frozen=True, slots=True)
class Column:
    """One pilot in the comparison. name: of the municipality, or a letter where names are left out."""

    pilot: Pilot
    name: str
    log: Sequence[PilotEntry]

    @property
    def state_kind(self) -> str:
        return STATE_KINDS[_State(self.pilot.state)]

    @property
    def verdict_kind(self) -> str:
        return VERDICT_KINDS[Pilot.Verdict(self.pilot.verdict)] if self.pilot.verdict else ""


def columns(pilots: Iterable[Pilot], *, names: bool) -> list[Column]:
    """The pilots side by side. names: whether municipalities are named."""
    return [
        Column(
            pilot,
            pilot.municipality.name if names else _("Municipality %(letter)s") % {"letter": _letters(place)},
            getattr(pilot, "entries", []),
        )
        for place, pilot in enumerate(pilots)
    ]


def comparison(shown: Sequence[Column], *, names: bool) -> list[tuple[str, list[Any]]]:
    """The rows of the comparison: what is compared, and a cell for each pilot."""
    pilots = [column.pilot for column in shown]
    rows: list[tuple[str, list[Any]]] = [
        (
            _("State"),
            [{"text": pilot.get_state_display(), "badge": STATE_KINDS[_State(pilot.state)]} for pilot in pilots],
        ),
        (_("Period"), [period(pilot) for pilot in pilots]),
        (_("Plan"), [pilot.plan for pilot in pilots]),
        (_("Indicator"), [pilot.indicator for pilot in pilots]),
        (_("Starting value"), [value(pilot.baseline, pilot.unit_of_value) for pilot in pilots]),
        (_("Target value"), [value(pilot.target, pilot.unit_of_value) for pilot in pilots]),
        (_("Result"), [value(pilot.result, pilot.unit_of_value) for pilot in pilots]),
        (
            _("Verdict"),
            [
                {"text": pilot.get_verdict_display(), "badge": VERDICT_KINDS[Pilot.Verdict(pilot.verdict)]}
                if pilot.verdict
                else ""
                for pilot in pilots
            ],
        ),
        (_("Reasons"), [pilot.verdict_reason or pilot.called_off_because for pilot in pilots]),
        (_("What should change"), [pilot.changes_wanted for pilot in pilots]),
    ]
    if names:
        rows.insert(2, (_("Where it is tried out"), [str(pilot.org_unit or "") for pilot in pilots]))
    return rows


def period(pilot: Pilot) -> str:
    """From when to when; "" where nothing is said yet."""
    if pilot.starts_on is None:
        return ""
    begins = date_format(pilot.starts_on, "SHORT_DATE_FORMAT")
    if pilot.ends_on is None:
        return _("from %(day)s") % {"day": begins}
    return f"{begins} – {date_format(pilot.ends_on, 'SHORT_DATE_FORMAT')}"


def plan_facts(pilot: Pilot) -> list[tuple[str, str]]:
    """The plan as name and value."""
    return [
        (_("Where it is tried out"), str(pilot.org_unit or "")),
        (_("Period"), period(pilot)),
        (_("Indicator"), pilot.indicator),
        (_("Starting value"), value(pilot.baseline, pilot.unit_of_value)),
        (_("Target value"), value(pilot.target, pilot.unit_of_value)),
    ]


def name_tabs(kind: str, subject_id: UUID, *, names: bool) -> list[dict[str, Any]]:
    """With the municipalities' names for the project team, or without, to be passed on."""
    url = reverse("pilots-subject", args=[kind, subject_id])
    return [
        {"label": _("With the names of the municipalities"), "url": url, "current": names},
        {"label": _("Without names, for authors and panel"), "url": f"{url}?names=no", "current": not names},
    ]


def _letters(place: int) -> str:
    more, letter = divmod(place, len(ascii_uppercase))
    return (_letters(more - 1) if more else "") + ascii_uppercase[letter]
