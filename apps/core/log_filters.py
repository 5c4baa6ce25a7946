"""What must not stand in a log."""

import logging
import re

#: The segment after these words opens something for whoever has it: an invitation, one section of an assessment, a
#: reading from outside, a calendar, a certificate, being there.
_TOKEN = re.compile(
    r"(/(?:join|contribute|reset/key|verify|trainings-calendar|me/check-in)/"
    r"|/k/[^/\s]+/(?:outside|measures/calendar)/)[^/\s]+"
)


class WithoutTokens(logging.Filter):
    """Replaces tokens in the addresses that Django logs with its answers of 4xx and 5xx."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        cleaned = _TOKEN.sub(r"\1…", message)
        if cleaned != message:
            record.msg, record.args = cleaned, ()
        return True
