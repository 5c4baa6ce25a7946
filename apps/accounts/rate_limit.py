"""Counting requests in the cache, for pages that allauth does not guard itself."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def is_exceeded(request: HttpRequest, *, action: str, limit: int, seconds: int) -> bool:
    """Count this request; True from the (`limit` + 1)th of one address within `seconds` on."""
    key = f"rate:{action}:{get_adapter(request).get_client_ip(request)}"
    if cache.add(key, 1, timeout=seconds):
        return limit < 1
    try:
        return cache.incr(key) > limit
    except ValueError:  # expired in between
        cache.add(key, 1, timeout=seconds)
        return False
