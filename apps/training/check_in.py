"""The code in the room: derived from the session's key and the date, new every ten minutes. Pure.

It counts from half an hour before a date begins until the date ends. The QR code holds a long token that says neither
session nor date to anybody else, and its first letters are the code that is read out and typed.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.utils.crypto import salted_hmac

from apps.training.models import SessionDate

#: Without letters and digits that are mistaken for each other.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
TOKEN_LENGTH = 24
BEFORE = timedelta(minutes=30)
STEP = timedelta(minutes=10)


class Verdict(Enum):
    """What a code is worth at this moment."""

    UNKNOWN = "unknown"
    EARLY = "early"
    VALID = "valid"
    REPLACED = "replaced"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code says: its worth, and the date it belongs to (None where it is unknown)."""

    verdict: Verdict
    date: SessionDate | None = None


def opens_at(date: SessionDate) -> datetime:
    """From when people can check in."""
    return date.starts_at - BEFORE


def is_open(date: SessionDate, now: datetime) -> bool:
    """Whether people can check in now."""
    return opens_at(date) <= now <= date.ends_at


def token_at(date: SessionDate, moment: datetime) -> str:
    """The token that is shown at `moment`; before check-in opens the first one, after its end the last."""
    return _token(date, min(max(_step(date, moment), 0), _last_step(date)))


def changes_at(date: SessionDate, moment: datetime) -> datetime:
    """When another token is shown, or check-in ends."""
    return min(opens_at(date) + (max(_step(date, moment), 0) + 1) * STEP, date.ends_at)


def code_of(token: str) -> str:
    """The part of a token that people read out, in two groups: ABC DEF."""
    return f"{token[: CODE_LENGTH // 2]} {token[CODE_LENGTH // 2 : CODE_LENGTH]}"


def tidy(sent: str) -> str:
    """What somebody typed, as codes are written."""
    return "".join(sent.upper().replace("-", " ").split())


def read(sent: str, dates: Iterable[SessionDate], now: datetime) -> Reading:
    """Which of `dates` (with their session) a typed code or a token belongs to, and whether it counts now.

    The code before the one that is shown counts too: nobody types as fast as the clock.
    """
    wanted = tidy(sent)
    found = Reading(Verdict.UNKNOWN)
    if len(wanted) not in (CODE_LENGTH, TOKEN_LENGTH):
        return found
    for date in dates:
        current = _step(date, now)
        for step in range(_last_step(date) + 1):
            if not hmac.compare_digest(_token(date, step)[: len(wanted)].encode(), wanted.encode()):
                continue
            verdict = _verdict(date, step, current, now)
            if verdict is Verdict.VALID:
                return Reading(verdict, date)
            if verdict is not Verdict.UNKNOWN:
                found = Reading(verdict, date)
    return found


def _verdict(date: SessionDate, step: int, current: int, now: datetime) -> Verdict:
    if now > date.ends_at:
        return Verdict.LATE
    if step > max(current, 0):
        return Verdict.UNKNOWN  # not shown to anybody yet
    if now < opens_at(date):
        return Verdict.EARLY
    return Verdict.VALID if current - step <= 1 else Verdict.REPLACED


def _step(date: SessionDate, moment: datetime) -> int:
    return (moment - opens_at(date)) // STEP


def _last_step(date: SessionDate) -> int:
    return _step(date, date.ends_at)


def _token(date: SessionDate, step: int) -> str:
    value = f"{date.session.check_in_key}:{date.pk}:{step}"
    number = int.from_bytes(salted_hmac("training.check_in", value, algorithm="sha256").digest())
    letters = []
    for _place in range(TOKEN_LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)
