"""Handing out the files of modules: parts of films by range, documents as attachments, nothing that a browser runs."""

import re
from collections.abc import Iterator
from contextlib import closing

from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from apps.training.models import ModuleFile

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHUNK = 64 * 1024
#: Shown in the page; documents are downloaded.
_INLINE = frozenset({ModuleFile.Kind.IMAGE, ModuleFile.Kind.VIDEO, ModuleFile.Kind.AUDIO, ModuleFile.Kind.CAPTIONS})


def serve(request: HttpRequest, file: ModuleFile, *, is_public: bool) -> HttpResponseBase:
    """The file, or the part that a `Range` header asks for (one range; several are answered with the whole).

    is_public: everybody may have it, so that the browser may keep it for a while. Raises Http404 where it is gone.
    """
    wanted = _range(request, file)
    if wanted is None:
        return _dressed(_whole(file), file, is_public=is_public)
    first, last = wanted
    if first >= file.size or last < first:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{file.size}"
        return _dressed(refused, file, is_public=is_public)
    last = min(last, file.size - 1)
    part = StreamingHttpResponse(_part(file, first, last), status=206, content_type=_media_type(file))
    part["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    part["Content-Length"] = str(last - first + 1)
    part["Content-Disposition"] = content_disposition_header(file.kind not in _INLINE, file.name) or "inline"
    return _dressed(part, file, is_public=is_public)


def _range(request: HttpRequest, file: ModuleFile) -> tuple[int, int] | None:
    """First and last byte that are asked for; None for the whole file."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or not any(found.groups()):
        return None
    if request.headers.get("If-Range", _tag(file)) != _tag(file):
        return None
    first, last = found.groups()
    if not first:  # the last bytes
        return max(0, file.size - int(last)), file.size - 1 if int(last) else -1
    return int(first), int(last) if last else file.size - 1


def _part(file: ModuleFile, first: int, last: int) -> Iterator[bytes]:
    try:
        opened = file.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return _chunks(opened, first, last - first + 1)


def _chunks(content: "File[bytes]", first: int, left: int) -> Iterator[bytes]:
    with closing(content):
        content.seek(first)
        while left > 0 and (chunk := content.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _whole(file: ModuleFile) -> FileResponse:
    try:
        content = file.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        content, as_attachment=file.kind not in _INLINE, filename=file.name, content_type=_media_type(file)
    )


def _dressed(response: HttpResponseBase, file: ModuleFile, *, is_public: bool) -> HttpResponseBase:
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = _tag(file)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=3600" if is_public else "no-store, private"
    return response


def _media_type(file: ModuleFile) -> str:
    return f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type


def _tag(file: ModuleFile) -> str:
    return f'"{file.sha256}"'
