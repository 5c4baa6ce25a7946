"""Mails about places: the same few words for every training, once per event and person.

Subject and text name neither module nor room nor trainer: nobody who sees a mail in passing learns what it is about,
and a confidential training looks like any other. Only a person who has switched titles on reads them, and never of a
confidential one. The outbox forgets the address once the mail is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from apps.notifications.actions import send
from apps.training.calendar import CANCEL, REQUEST, Item, Slot, invitation, uid_of
from apps.training.models import Place, Session, SessionDate, TrainingCalendar
from apps.training.units import translated

#: Of every mail about a place: the kind must not tell one training from another.
KIND = "training-place"

REQUESTED: Final = "requested"
ENROLLED: Final = "enrolled"
WAITING: Final = "waiting"
OFFERED: Final = "offered"
LAPSED: Final = "lapsed"
CANCELLED: Final = "cancelled"
CANCELLED_BY_ORGANISER: Final = "cancelled_by_organiser"
SESSION_CANCELLED: Final = "session_cancelled"
HANDED_ON: Final = "handed_on"
REFUSED: Final = "refused"
MOVED: Final = "moved"
MOVED_FROM: Final = "moved_from"
CHANGED: Final = "changed"
REMINDER: Final = "reminder"


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and sentence of an event, and what it does to the calendar: REQUEST, CANCEL or nothing."""

    subject: str | Promise
    sentence: str | Promise
    method: str = ""


WORDS: Mapping[str, Words] = {
    REQUESTED: Words(
        _("Your training: we have your enrolment"),
        _("your enrolment has arrived and now waits for approval. You will get a mail once it is decided."),
    ),
    ENROLLED: Words(_("Your training: you have a place"), _("you have a place in the training."), REQUEST),
    WAITING: Words(
        _("Your training: you are on the waiting list"),
        _("all seats are taken; you are on the waiting list. You will get a mail as soon as a seat is yours to take."),
    ),
    OFFERED: Words(
        _("Your training: a seat is offered to you"),
        _("a seat has become free and is kept for you. Please say whether you take it."),
    ),
    LAPSED: Words(
        _("Your training: the offered seat has gone on"),
        _("the seat that was kept for you has gone on, as the offer was not answered in time. You can enrol anew."),
    ),
    CANCELLED: Words(_("Your training: you have cancelled"), _("your place has been cancelled as you asked."), CANCEL),
    CANCELLED_BY_ORGANISER: Words(
        _("Your training: your place was cancelled"),
        _("your place was cancelled by the organisers. If you did not expect this, please ask them."),
        CANCEL,
    ),
    SESSION_CANCELLED: Words(
        _("Your training does not take place"), _("the training does not take place. We are sorry."), CANCEL
    ),
    HANDED_ON: Words(
        _("Your training: your seat was handed on"), _("your seat was handed on to a colleague."), CANCEL
    ),
    REFUSED: Words(
        _("Your training: your enrolment was not approved"),
        _("your enrolment was not approved. You find the reason under “My trainings”."),
    ),
    MOVED: Words(_("Your training: another date"), _("your place was moved to another date."), REQUEST),
    MOVED_FROM: Words(
        _("Your training: the old date"), _("your place was moved; the old date is taken out of your calendar."), CANCEL
    ),
    CHANGED: Words(
        _("Your training: something has changed"),
        _("dates, place or form of the training have changed. Please look at them."),
        REQUEST,
    ),
    REMINDER: Words(_("Your training begins soon"), _("we remind you of your training.")),
}  # fmt: skip


def tell(
    place: Any,
    session: Session,
    event: str,
    *,
    base_url: str = "",
    until: datetime | None = None,
    once: str = "",
    in_calendar: bool = True,
) -> bool:
    """Write the mail about an event to the person, once per place, event and `once`; False where one is seen already.

    place: with its user. base_url: scheme and host of this site; where no request led here, the one in the settings.
    until: a deadline to name. in_calendar: False where the person's calendar holds no entry to change.
    """
    words, person = WORDS[event], place.user
    titles = not session.confidential and TrainingCalendar.objects.filter(user=person, show_titles=True).exists()
    page = (base_url or settings.SITE_ADDRESS) + reverse("my-trainings")
    with translation.override(person.language):
        title = title_of(session) if titles else ""
        calendar = ""
        if words.method and in_calendar:
            calendar = _invitation(place, session, title, words.method, with_places=titles, url=page)
        mail = send(
            kind=KIND,
            to=person.email,
            subject=str(words.subject),
            template="training/mail/place.txt",
            context={
                "name": person.get_full_name(),
                "sentence": words.sentence,
                "title": title,
                "until": until,
                "url": page,
                "has_calendar": bool(calendar),
            },
            language=person.language,
            dedupe_key=f"{place.pk}:{event}:{once}",
            calendar=calendar,
            forget_recipient=True,
        )
    return mail is not None


def title_of(session: Session) -> str:
    """Title of the session's module in the language of the moment."""
    edition = session.edition or session.module.offered
    if edition is None:
        return session.module.code
    english = translation.get_language() == "en"
    return (translated(edition.words_en, "title") if english else "") or edition.title


def slots_of(dates: "QuerySet[SessionDate] | list[SessionDate]", *, with_places: bool) -> list[Slot]:
    """Dates as a calendar takes them; with rooms only where that is wanted."""
    return [
        Slot(
            date.starts_at, date.ends_at, f"{date.room.name}, {date.room.address}" if with_places and date.room else ""
        )
        for date in dates
    ]


def item_of(place: Place, slots: list[Slot], title: str, *, changed_at: datetime, url: str = "") -> Item:
    """A place as an entry of a calendar; its sequence grows with time, so that the last word counts."""
    sequence = max(int((changed_at - place.entered_at).total_seconds()), 0)
    return Item(uid_of(place.pk), title, slots, changed_at, sequence, url)


def _invitation(place: Place, session: Session, title: str, method: str, *, with_places: bool, url: str) -> str:
    dates = SessionDate.objects.filter(session=session).select_related("room").order_by("starts_at")
    slots = slots_of(dates, with_places=with_places)
    if not slots:
        return ""
    words = title or pgettext("calendar", "Training")
    item = item_of(place, slots, words, changed_at=timezone.now(), url=url)
    return invitation(
        item, method=method, organiser=parseaddr(settings.DEFAULT_FROM_EMAIL)[1], attendee=place.user.email
    )
