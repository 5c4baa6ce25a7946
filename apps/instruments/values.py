"""What a value is in an XLSForm expression, and how one kind of value becomes another.

A value is a string, a number or a boolean; the rules are those listed in `expressions`.
"""

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

Value = str | float | bool

CLOCK = ZoneInfo("Europe/Berlin")
EPOCH = date(1970, 1, 1)
SECONDS_PER_DAY = 86_400

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?")

_TIME = re.compile(
    r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d(?:\.\d+)?))?(?:Z|[+-]\d{2}:\d{2})?"
)


def as_string(value: Value) -> str:
    """Return `value` as XPath's string(): `3`, `3.5`, `NaN`, `true`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def as_number(value: Value) -> float:
    """Return `value` as a number: NaN for none, days since 1970-01-01 for dates, parts of a day for times."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    days = days_since_epoch(text)
    if days is None:
        days = time_of_day(text)
    return math.nan if days is None else days


def as_boolean(value: Value) -> bool:
    """Return `value` as a condition: a string is true when not empty, a number when neither 0 nor NaN."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return not math.isnan(value) and value != 0
    return value != ""


def days_since_epoch(text: str) -> float | None:
    """Return the days between 1970-01-01 and an ISO date or date-time (by the local clock), else None."""
    try:
        if _DATE.fullmatch(text):
            return float((date.fromisoformat(text) - EPOCH).days)
        if _DATE_TIME.fullmatch(text):
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                moment = moment.astimezone(CLOCK)
            seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
            return (moment.date() - EPOCH).days + seconds / SECONDS_PER_DAY
    except (ValueError, OverflowError):
        return None
    return None


def time_of_day(text: str) -> float | None:
    """Return the part of the day before a time such as `14:30` or `14:30:00.000+01:00`, else None.

    A zone is passed over: a time is what the clock on the wall shows.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    seconds = int(match["hour"]) * 3600 + int(match["minute"]) * 60 + float(match["second"] or 0)
    return seconds / SECONDS_PER_DAY


def from_days(days: float) -> datetime | None:
    """Return the naive local moment `days` after 1970-01-01, or None when no calendar has it."""
    if math.isnan(days) or math.isinf(days):
        return None
    try:
        return datetime(1970, 1, 1) + timedelta(days=days)
    except OverflowError:
        return None
