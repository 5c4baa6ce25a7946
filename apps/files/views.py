"""Handing out an upload. There is no URL of its own: the app that uses a file authorises, then answers with this."""

from django.http import FileResponse, Http404

from apps.files.models import StoredFile


def download(stored: StoredFile) -> FileResponse:
    """The file as an attachment that no browser runs, shows in a frame or keeps. Raises Http404 where it is gone."""
    try:
        content = stored.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response
