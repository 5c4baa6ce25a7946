"""What a PDF carries besides its pages. A bounded scan of bytes, no reader of PDFs.

It finds names of dictionaries that stand in the file, also where letters are written as #xx, and those packed into
object streams. It does not follow the structure of the file: what is hidden in an object stream of another filter than
Flate, or far inside a very large one, is not found. What is stored is never opened by the server and leaves it as an
attachment only; the scan keeps honest mistakes and common malware out, a virus scanner does the rest.
"""

import re
import zlib
from collections.abc import Iterator

# Names of seven characters and more: in compressed data they do not come about by chance, "/JS" does.
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z])")
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition)(?![A-Za-z])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b[^\x00]{0,400}?stream\r?\n")
_HEADER = re.compile(rb"%PDF-[12]\.\d")
_TAIL = 2048
_MAX_UNPACKED_BYTES = 32 * 1024 * 1024
_MAX_PACKED_BYTES = 1024 * 1024  # of one object stream
_MAX_STREAMS = 4_000


def is_pdf(content: bytes) -> bool:
    """Does it begin as a PDF?"""
    return _HEADER.match(content) is not None


def is_whole(content: bytes) -> bool:
    """Does it end as a PDF?"""
    return b"%%EOF" in content[-_TAIL:]


def is_encrypted(content: bytes) -> bool:
    """Is it protected by a password or by restrictions? The reference to that is never compressed itself."""
    return _ENCRYPTED.search(_unescaped(content)) is not None


def is_active(content: bytes) -> bool:
    """Does it carry scripts, files, media players, or actions that start programs, or too much to look through?"""
    try:
        return any(_ACTIVE.search(_unescaped(part)) for part in (content, *_object_streams(content)))
    except _TooMuch:
        return True


class _TooMuch(Exception):
    """More object streams than anybody's document has."""


def _unescaped(content: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), content)


def _object_streams(content: bytes) -> Iterator[bytes]:
    left, view = _MAX_UNPACKED_BYTES, memoryview(content)
    for number, found in enumerate(_OBJECT_STREAM.finditer(content)):
        if left <= 0 or number >= _MAX_STREAMS:
            raise _TooMuch
        try:
            unpacked = zlib.decompressobj().decompress(view[found.end() : found.end() + _MAX_PACKED_BYTES], left)
        except zlib.error:
            continue
        left -= len(unpacked)
        yield unpacked
