"""Mails to those who lead sessions or teach in them: that they are named, that something has changed, that it is off.

As neutral as mails about places: who sees one in passing learns neither module nor room. All stands on their own page.
"""

from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from apps.accounts.models import ProgrammeRole
from apps.notifications.actions import send
from apps.training.calendar import CANCEL, REQUEST, Item, invitation, uid_of
from apps.training.mails import Words, slots_of
from apps.training.models import Session, SessionDate

KIND = "training-trainer"

NAMED: Final = "named"
RELEASED: Final = "released"
CHANGED: Final = "changed"
CANCELLED: Final = "cancelled"

WORDS: Mapping[str, Words] = {
    NAMED: Words(
        _("You are to give a training"),
        _("you are named as a trainer of a session. If you cannot come, please tell the organisers."),
        REQUEST,
    ),
    RELEASED: Words(_("You do not give a training any more"), _("you are no longer named as a trainer."), CANCEL),
    CHANGED: Words(
        _("A training you give has changed"), _("dates, place or form have changed. Please look at them."), REQUEST
    ),
    CANCELLED: Words(
        _("A training you were to give does not take place"), _("the training does not take place."), CANCEL
    ),
}


def tell(roles: Iterable[ProgrammeRole], session: Session, event: str, *, base_url: str = "") -> None:
    """Write a mail about the event to each trainer (with their person). base_url: as for mails about places."""
    now = timezone.now()
    dates = SessionDate.objects.filter(session=session).order_by("starts_at")
    slots = slots_of(list(dates), with_places=False)
    page = (base_url or settings.SITE_ADDRESS) + reverse("trainer-sessions-list")
    words, sender = WORDS[event], parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    for role in roles:
        person = role.user
        with translation.override(person.language):
            item = Item(
                uid_of("trainer", session.pk, role.pk),
                pgettext("calendar", "Training"),
                slots,
                now,
                int((now - session.created_at).total_seconds()),
                page,
            )
            calendar = invitation(item, method=words.method, organiser=sender, attendee=person.email) if slots else ""
            send(
                kind=KIND,
                to=person.email,
                subject=str(words.subject),
                template="training/mail/trainer.txt",
                context={"name": person.get_full_name(), "sentence": words.sentence, "url": page, "dates": slots},
                language=person.language,
                dedupe_key=f"{session.pk}:{role.pk}:{event}:{now.isoformat()}",
                calendar=calendar,
                forget_recipient=True,
            )
