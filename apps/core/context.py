"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Name of the organisation, the funder's line, whether this is the demo, and the chosen theme."""
    return {
        "ORGANISATION": settings.ORGANISATION,
        "FUNDER_LINE": settings.FUNDER_LINE,
        "DEMO": settings.DEMO,
        "theme": theme if (theme := request.COOKIES.get("theme", "")) in {"light", "dark"} else "",
    }
