"""Text as it may stand in an office document: no character that XML forbids, placeholders that can be seen."""

import re
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.assessments.report_data import ReportNeed
from apps.core.levels import LEVELS, SPECIAL_ANSWERS
from apps.reports.templatetags.reports import share

# https://www.w3.org/TR/xml/#charsets: what may not stand in a document, escaped or not; and the two noncharacters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Private-use characters around a placeholder: nobody types them.
OPENS, CLOSES = "\ue000", "\ue001"


def clean(text: str) -> str:
    """`text` without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("", text)


def blank(what: str) -> str:
    """A place to be filled in by hand: shown in brackets and marked, wherever the text is set."""
    shown = _("[to be filled in: %(what)s]") % {"what": what}
    return f"{OPENS}{shown}{CLOSES}"


def day(value: date | datetime) -> str:
    """A date as people write it; a moment in local time."""
    return date_format(timezone.localtime(value) if isinstance(value, datetime) else value, "SHORT_DATE_FORMAT")


def percent(value: float | None) -> str:
    """A share in whole percent, a dash where there is none."""
    return share(value) or "–"


def bounds(lower: float | None, upper: float | None) -> str:
    """Both bounds, or a dash."""
    return "–" if lower is None or upper is None else f"{share(lower)} – {share(upper)}"


def standing(need: ReportNeed) -> str:
    """Where an item with a need stands: its level with its name, or the special answer."""
    if need.level is None:
        return str(SPECIAL_ANSWERS[need.special])
    return f"{need.level} – {LEVELS[need.level]}"
