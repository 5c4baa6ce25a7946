"""Reading the environment. A value that is missing or malformed stops the start with a sentence that names it."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def required(name: str) -> str:
    """Value of the environment variable `name`; raises ImproperlyConfigured where it is missing or empty."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} must be set.")
    return value


def optional(name: str, default: str = "") -> str:
    """Value of the environment variable `name`, or `default`."""
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """Boolean of the environment variable `name`: 1/true/yes/on or 0/false/no/off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be one of 1, 0, true, false, yes, no, on, off; it is {value!r}.")


def integer(name: str, default: int) -> int:
    """Whole number of the environment variable `name`."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number; it is {value!r}.") from None


def items(name: str) -> list[str]:
    """Comma-separated list of the environment variable `name`, blanks stripped."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def database(name: str) -> dict[str, object]:
    """Django's database settings from a URL postgresql://user:password@host:port/name?option=value."""
    url = urlsplit(required(name))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must be a postgresql:// URL; its scheme is {url.scheme!r}.")
    options = dict(parse_qsl(url.query))
    host = options.pop("host", "") or unquote(url.hostname or "")
    return {
        "ENGINE": "apps.core.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or options.pop("port", "")),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,  # apps.core.middleware opens the transaction: see its docstring
    }
