"""What the catalogue shows: modules and sessions in words, with badges and found words marked. No queries here."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.core.entries import LANDS, as_date
from apps.core.module_declaration import ModuleReason
from apps.reviews.lifecycle import ADOPTABLE, State
from apps.training import fields, pages_sessions, queries_mandatory
from apps.training.models import Module, ModuleEdition, ModuleVersion, Room, Session
from apps.training.queries_catalogue import FOUND, FOUND_END, Upcoming
from apps.training.queries_mandatory import Duty
from apps.training.queries_modules import dimension_name

_MARKED = re.compile(f"{FOUND}([^{FOUND_END}]*){FOUND_END}")
_Mode = Session.Mode
DUTY_KINDS = {
    queries_mandatory.DONE: "success",
    queries_mandatory.EXPIRING: "warning",
    queries_mandatory.DUE: "info",
    queries_mandatory.OVERDUE: "danger",
}


# --- Modules ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """A module in a list. title and summary: with the found words marked. inside: found in its contents alone.

    next_on: when its next session begins, "" where none is to come; more: how many more there are.
    """

    module: Module
    title: SafeString
    summary: SafeString
    facts: tuple[str, ...]
    badge: str
    badge_kind: str
    language: str
    is_mandatory: bool = False
    inside: bool = False
    next_on: str = ""
    more: int = 0


def cards(
    found: Iterable[Module],
    *,
    language: str,
    marked: Mapping[UUID, tuple[str, str]],
    words: str = "",
    upcoming: Mapping[UUID, Upcoming] | None = None,
    mandatory: Collection[UUID] = (),
) -> list[Card]:
    """Modules as cards. marked: their titles and summaries by text, as queries_catalogue.highlighted gives them.

    words: what was looked for.
    """
    return [
        _card(module, language, marked, words, (upcoming or {}).get(module.pk), module.pk in mandatory)
        for module in found
    ]


def said(found: Iterable[Module], language: str) -> dict[UUID, tuple[str, str]]:
    """Title and summary of each module's text in `language`, by text."""
    texts = {text.pk: fields.edition_in(text, language) for text in (module.offered for module in found) if text}
    return {key: (text.title, text.summary) for key, text in texts.items()}


def _card(
    module: Module,
    language: str,
    marked: Mapping[UUID, tuple[str, str]],
    words: str,
    upcoming: Upcoming | None,
    is_mandatory: bool,
) -> Card:
    text = offered(module)
    title, summary = (with_literal(said, words) for said in marked[text.pk])
    badge, kind = state_badge(text.version)
    return Card(
        module=module,
        title=with_marks(title),
        summary=with_marks(summary),
        facts=(
            module.code,
            dimension_name(module.dimension, language),
            duration(text.minutes),
            *deliveries(text),
        ),
        badge=badge,
        badge_kind=kind,
        language=language_of(text, language),
        is_mandatory=is_mandatory,
        inside=bool(words.strip()) and FOUND not in title + summary,
        next_on=day(upcoming.first) if upcoming and upcoming.first else "",
        more=upcoming.number - 1 if upcoming else 0,
    )


def offered(module: Module) -> ModuleEdition:
    """The text that is offered of a module that the catalogue shows."""
    assert module.offered is not None  # the catalogue's queries leave out all others
    return module.offered


def with_marks(text: str) -> SafeString:
    """The text as HTML, with what was found in it in <mark>; everything else is escaped."""
    return mark_safe(_MARKED.sub(r"<mark>\1</mark>", str(conditional_escape(text))))  # noqa: S308  # escaped before


def with_literal(text: str, words: str) -> str:
    """The text with the words marked where they stand within a longer one, as in “Auswahlverfahren”.

    Where something has been marked already, the text stays as it is.
    """
    wanted = " ".join(words.split()).lower()
    place = text.lower().find(wanted) if wanted and FOUND not in text else -1
    if place < 0:
        return text
    end = place + len(wanted)
    return f"{text[:place]}{FOUND}{text[place:end]}{FOUND_END}{text[end:]}"


def state_badge(version: ModuleVersion) -> tuple[str, str]:
    """What a version is to those who learn with it, and the kind of its badge."""
    if version.state == State.STANDARD:
        return _("Standard"), "success"
    if version.state in ADOPTABLE:
        return _("being tried out"), "info"
    return _("Draft, not reviewed yet"), "warning"


def state_note(version: ModuleVersion) -> str:
    """What somebody should know about a text that is no standard yet; "" of a standard."""
    if version.state == State.STANDARD:
        return ""
    if version.state in ADOPTABLE:
        return _(
            "The expert panel has released this module for trying out. It may still change before it is a standard."
        )
    return _("The project team offers this module as a draft. The expert panel has not reviewed it yet.")


def duration(minutes: int) -> str:
    """A duration in words: 45 minutes, 3 hours 30 minutes."""
    hours, rest = divmod(minutes, 60)
    if not hours or minutes == 90:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    words = ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    return f"{words} {duration(rest)}" if rest else words


def deliveries(text: ModuleEdition) -> list[str]:
    """How a module is given, in words."""
    known = dict(ModuleEdition.Delivery.choices)
    return [str(known[name]) for name in text.delivery if name in known]


def language_of(text: ModuleEdition, language: str) -> str:
    """The language in which the text of a module stands on a page in `language`."""
    return language if language == "de" or text.words_en.get("title", {}).get("text") else "de"


def number_words(number: int, is_filtered: bool) -> str:
    """How many modules the list holds."""
    if is_filtered:
        return ngettext("%(number)s module fits", "%(number)s modules fit", number) % {"number": number}
    return ngettext("%(number)s module", "%(number)s modules", number) % {"number": number}


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """What the law says, as of which day."""

    norm: str
    land: str
    says: str
    as_of: date | None
    review_on: date | None


def module_page(module: Module, *, language: str, items: Mapping[str, str]) -> dict[str, Any]:
    """What every page on one module shows. items: labels of the Standard questionnaire's items by name."""
    text = offered(module)
    badge, kind = state_badge(text.version)
    repeated = text.valid_months
    return {
        "module": module,
        "edition": text,
        "shown": fields.edition_in(text, language),
        "text_language": language_of(text, language),
        "badge": badge,
        "badge_kind": kind,
        "note": state_note(text.version),
        "facts": [
            (
                pgettext("module", "Number"),
                f"{module.code}, {_('version %(number)s') % {'number': text.version.number}}",
            ),
            (_("Duration"), duration(text.minutes)),
            (_("How it is given"), ", ".join(deliveries(text))),
            (_("Field of action"), dimension_name(module.dimension, language)),
            (_("Language"), _("German and English") if text.words_en.get("title") else _("German")),
            *(
                [
                    (
                        _("To be repeated"),
                        ngettext("after %(number)s month", "after %(number)s months", repeated) % {"number": repeated},
                    )
                ]
                if repeated
                else []
            ),
        ],
        "items": [items.get(name, name) for name in text.items],
        "legal_bases": [_legal_basis(entry) for entry in text.legal_bases],
        "sources": text.sources,
    }


def _legal_basis(entry: Mapping[str, Any]) -> LegalBasis:
    land = str(entry.get("land") or "")
    return LegalBasis(
        norm=str(entry.get("norm", "")),
        land=str(LANDS.get(land, land)) if land else "",
        says=str(entry.get("says", "")),
        as_of=as_date(entry.get("as_of")),
        review_on=as_date(entry.get("review_on")),
    )


# --- Sessions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list. seats: what may be said about them, which of a confidential session is no number."""

    session: Session
    title: str
    language: str
    dates: tuple[str, ...]
    facts: tuple[str, ...]
    seats: str
    seats_kind: str
    is_open: bool


def session_lines(found: Iterable[Session], *, language: str, now: datetime) -> list[SessionLine]:
    """Sessions in the order they come."""
    return [session_line(session, language=language, now=now) for session in found]


def session_line(session: Session, *, language: str, now: datetime) -> SessionLine:
    """One session. is_open: enrolment is possible now, be it for the waiting list."""
    text = session.edition or session.module.offered
    words, kind = seats(session, now)
    return SessionLine(
        session=session,
        title=title_in(session, language),
        language=language_of(text, language) if text is not None else "de",
        dates=tuple(pages_sessions.period(entry) for entry in session.dates.all()),
        facts=tuple(_session_facts(session)),
        seats=words,
        seats_kind=kind,
        is_open=is_open(session, now),
    )


def title_in(session: Session, language: str) -> str:
    """The title of the text that a session gives, in `language`; the module's number where there is none any more."""
    text = session.edition or session.module.offered
    return fields.edition_in(text, language).title if text is not None else session.module.code


def is_open(session: Session, now: datetime) -> bool:
    """Whether people can enrol now."""
    return session.state == Session.State.OPEN and session.enrol_until > now


def seats(session: Session, now: datetime) -> tuple[str, str]:
    """What people read about the seats, and the kind of its badge.

    Of a confidential session no number, and not whether there are seats left: who plans one chooses how many there are,
    and could tell from the first “Waiting list” that somebody has enrolled.
    """
    if session.state == Session.State.CANCELLED:
        return _("cancelled"), "danger"
    if not is_open(session, now):
        return _("enrolment is over"), "neutral"
    if session.confidential:
        return _("Enrolment is open"), "success"
    if session.free and not session.waiting:
        words = ngettext("%(free)s of %(all)s seats free", "%(free)s of %(all)s seats free", session.free)
        return words % {"free": session.free, "all": session.capacity}, "success"
    words = ngettext("Waiting list: %(number)s person", "Waiting list: %(number)s people", session.waiting)
    return (words % {"number": session.waiting} if session.waiting else _("Waiting list")), "warning"


def _session_facts(session: Session) -> Iterable[str]:
    yield str(session.get_mode_display())
    place = pages_sessions.where(session)
    if place != str(session.get_mode_display()):
        yield place
    if session.language != "de":
        yield str(session.get_language_display())
    yield session.host.name if session.host else _("by the project team")


def by_month(lines: Iterable[SessionLine]) -> list[tuple[str, list[SessionLine]]]:
    """Sessions below the month in which they begin."""

    def month(line: SessionLine) -> str:
        return month_name(timezone.localtime(line.session.first_starts_at)) if line.session.first_starts_at else ""

    return [(name, list(group)) for name, group in groupby(lines, key=month)]


def month_name(moment: date) -> str:
    """A month with its year."""
    return date_format(moment, "F Y")


def day(moment: datetime) -> str:
    """A day with its weekday: Monday, 7 December 2026."""
    return date_format(timezone.localtime(moment), pgettext("format of a day", "l, j F Y"))


@dataclass(frozen=True, slots=True)
class Place:
    """A room with what people need to know to get in, hear and see."""

    room: Room
    features: tuple[str, ...]


def session_page(session: Session, *, language: str, now: datetime) -> dict[str, Any]:
    """What the page on one session shows."""
    line = session_line(session, language=language, now=now)
    show = pages_sessions.date_and_time
    rooms = {entry.room_id: entry.room for entry in session.dates.all() if entry.room}
    facts: list[tuple[str, Any]] = [
        (_("How it is given"), session.get_mode_display()),
        (_("Language"), session.get_language_display()),
        (_("Organised by"), session.host.name if session.host else _("the project team")),
        (_("Enrolment until"), show(session.enrol_until)),
        (_("Cancellation without a note until"), show(session.cancel_until)),
        (_("Cost per person"), _("%s euros") % number_format(session.cost, 2) if session.cost else _("free")),
    ]
    if session.attended_from < 100:
        facts.append((_("Attended from"), _("%d %% of the time") % session.attended_from))
    return {
        "session": session,
        "session_key": str(session.pk),
        "line": line,
        "facts": facts,
        "places": [Place(room, tuple(pages_sessions.features(room))) for room in rooms.values()],
        "trainers": [row.role.public_name for row in session.trainers.all()],
        "meets_online": session.mode in (_Mode.ONLINE, _Mode.HYBRID),
    }


# --- Recommended ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recommended:
    """A module that answers needs: the fields of action, and the sentences for those who may know the needs."""

    card: Card
    dimensions: tuple[str, ...]
    because: tuple[str, ...]


def recommended(
    found: Sequence[Card], reasons: Iterable[ModuleReason], *, language: str, knows_needs: bool
) -> list[Recommended]:
    """The modules that are suggested, the most pressing first. knows_needs: the person reads the needs themselves.

    Everybody else reads the field of action, of needs in signed assessments alone.
    """
    by_key = {card.module.key: card for card in found}
    given: dict[str, list[ModuleReason]] = {}
    for reason in reasons:
        if reason.module in by_key and (knows_needs or (reason.is_signed and reason.dimension is not None)):
            given.setdefault(reason.module, []).append(reason)
    return [
        Recommended(
            card=by_key[key],
            dimensions=tuple(
                dict.fromkeys(
                    dimension_name(reason.dimension, language) for reason in rows if reason.dimension is not None
                )
            ),
            because=tuple(dict.fromkeys(reason.because for reason in rows)) if knows_needs else (),
        )
        for key, rows in given.items()
    ]


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A training that is mandatory for the person, and how far they are with it."""

    duty: Duty
    module: Module
    title: str
    words: str
    kind: str


def duty_lines(found: Iterable[Duty], language: str) -> list[DutyLine]:
    """The person's own mandatory trainings, those that can be taken; the most urgent first."""
    return [
        DutyLine(
            duty=duty,
            module=duty.training.module,
            title=fields.edition_in(duty.training.module.offered, language).title,
            words=_duty_words(duty),
            kind=DUTY_KINDS[duty.status],
        )
        for duty in found
        if duty.training.module.offered is not None
    ]


def _duty_words(duty: Duty) -> str:
    until = {"day": date_format(duty.until, "SHORT_DATE_FORMAT")} if duty.until else {}
    if duty.status == queries_mandatory.DONE:
        return _("done, valid until %(day)s") % until if until else _("done")
    if duty.status == queries_mandatory.EXPIRING:
        return _("runs out on %(day)s") % until
    if duty.status == queries_mandatory.OVERDUE:
        return _("overdue since %(day)s") % until
    return _("due by %(day)s") % until
