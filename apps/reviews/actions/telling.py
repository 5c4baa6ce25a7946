"""Mails of the panel: that there is something, and where. Never what was written."""

from collections.abc import Callable, Iterable

from django.utils import translation

from apps.accounts.models import User
from apps.notifications.actions import send

#: Subject and sentence, asked for in the language of the person who reads them.
Words = Callable[[], tuple[str, str]]


def tell(people: Iterable[User], *, kind: str, words: Words, url: str, dedupe_key: str) -> int:
    """One mail to each of `people`; returns how many were written (not those written before for the same key)."""
    count = 0
    for person in people:
        with translation.override(person.language):
            subject, sentence = words()
        mail = send(
            kind=kind,
            to=person.email,
            subject=subject,
            template="reviews/mail/panel.txt",
            context={"name": person.get_full_name(), "sentence": sentence, "url": url},
            language=person.language,
            dedupe_key=dedupe_key,
        )
        count += mail is not None
    return count
