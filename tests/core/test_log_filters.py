"""A log line that names an address does not give away what the address opens."""

import logging

import pytest
from django.conf import settings

from apps.core.log_filters import WithoutTokens


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/k/lindenfurt/join/s3cret-Token_1/", "/k/lindenfurt/join/…/"),
        ("/k/lindenfurt/contribute/s3cret/answers/d1_01/", "/k/lindenfurt/contribute/…/answers/d1_01/"),
        ("/k/lindenfurt/outside/s3cret/sections/d1/", "/k/lindenfurt/outside/…/sections/d1/"),
        ("/k/lindenfurt/measures/calendar/s3cret.ics", "/k/lindenfurt/measures/calendar/…"),
        ("/accounts/password/reset/key/1-s3cret/", "/accounts/password/reset/key/…/"),
        ("/k/lindenfurt/assessments/", "/k/lindenfurt/assessments/"),
    ],
)
def test_tokens_are_left_out(path: str, logged: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (path,), None)
    assert WithoutTokens().filter(record)
    assert record.getMessage() == f"Not Found: {logged}"


def test_every_handler_leaves_them_out() -> None:
    for handler in settings.LOGGING["handlers"].values():
        assert "without_tokens" in handler["filters"]
