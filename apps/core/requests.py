"""What is read from a request."""

from django.http import HttpRequest


def base_url(request: HttpRequest) -> str:
    """Scheme and host by which this page was asked for, without a slash at the end: for links in mails."""
    return request.build_absolute_uri("/").rstrip("/")
