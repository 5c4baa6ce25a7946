"""What may be uploaded for a module. The content decides, and the name has to agree with it.

Pictures are stored without their metadata; films and sound as they came, which the page says at the field.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.files import checks
from apps.files.checks import Kind, Refused
from apps.training.models import ModuleFile

MEGABYTE = 1024**2
MAX_VIDEO_BYTES = 200 * MEGABYTE
MAX_AUDIO_BYTES = 50 * MEGABYTE
MAX_CAPTIONS_BYTES = 1 * MEGABYTE
_HEAD = 4_096

MP4 = Kind((".mp4", ".m4v"), "video/mp4")
WEBM = Kind((".webm",), "video/webm")
MP3 = Kind((".mp3",), "audio/mpeg")
M4A = Kind((".m4a",), "audio/mp4")
OGG = Kind((".ogg", ".oga", ".opus"), "audio/ogg")
VTT = Kind((".vtt",), "text/vtt")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be stored. content: as it is to be stored, read from its beginning."""

    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    content: "File[bytes]"


def check(kind: str, uploaded: "UploadedFile[bytes]") -> CheckedFile:
    """The upload as a file of `kind` (ModuleFile.Kind). Raises apps.files.checks.Refused, saying why."""
    if not uploaded.size:
        raise Refused(_("The file is empty."))
    if kind == ModuleFile.Kind.VIDEO:
        return _streamed(kind, uploaded, _video_kind(uploaded), MAX_VIDEO_BYTES)
    if kind == ModuleFile.Kind.AUDIO:
        return _streamed(kind, uploaded, _audio_kind(uploaded), MAX_AUDIO_BYTES)
    if kind == ModuleFile.Kind.CAPTIONS:
        return _captions(uploaded)
    checked = checks.check_upload(uploaded)
    is_picture = checked.kind in (checks.PNG, checks.JPEG)
    if kind == ModuleFile.Kind.IMAGE and not is_picture:
        raise Refused(_("This is no picture. Possible are PNG and JPEG."))
    if kind == ModuleFile.Kind.DOCUMENT and is_picture:
        raise Refused(_("This is a picture. Please upload it as an image."))
    return CheckedFile(
        kind, checked.name, checked.kind.media_type, len(checked.content), checked.sha256, ContentFile(checked.content)
    )


def _streamed(kind: str, uploaded: "UploadedFile[bytes]", found: Kind | None, most: int) -> CheckedFile:
    size = uploaded.size or 0
    if size > most:
        raise Refused(_("The file is larger than %(limit)d MB.") % {"limit": most // MEGABYTE})
    if found is None:
        kinds = {
            ModuleFile.Kind.VIDEO.value: _("Films of this kind are not taken. Possible are MP4 and WebM."),
            ModuleFile.Kind.AUDIO.value: _("Sound files of this kind are not taken. Possible are MP3, M4A and OGG."),
        }
        raise Refused(kinds[str(kind)])
    name = uploaded.name or ""
    if not name.lower().strip().endswith(found.suffixes):
        raise Refused(
            _("The name does not fit the content: this is a file of the kind “%(suffix)s”. Please rename it.")
            % {"suffix": found.suffixes[0]}
        )
    digest = hashlib.sha256()
    uploaded.seek(0)
    for chunk in uploaded.chunks():
        digest.update(chunk)
    uploaded.seek(0)
    return CheckedFile(kind, checks.stored_name(name, found), found.media_type, size, digest.hexdigest(), uploaded)


def _head(uploaded: "UploadedFile[bytes]") -> bytes:
    uploaded.seek(0)
    head: bytes = uploaded.read(_HEAD)
    return head


def _video_kind(uploaded: "UploadedFile[bytes]") -> Kind | None:
    head = _head(uploaded)
    if head[4:8] == b"ftyp" and head[8:11] != b"M4A":
        return MP4
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return WEBM
    return None


def _audio_kind(uploaded: "UploadedFile[bytes]") -> Kind | None:
    head = _head(uploaded)
    if head[4:8] == b"ftyp":
        return M4A
    if head.startswith(b"OggS"):
        return OGG
    # An MPEG frame: eleven bits set, then a version and a layer that are not the reserved ones.
    is_frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x18 != 0x08
    if head.startswith(b"ID3") or (is_frame and head[1] & 0x06):
        return MP3
    return None


# --- Captions ---------------------------------------------------------------------------------------------------------

_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+\S.*)?")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")


def _captions(uploaded: "UploadedFile[bytes]") -> CheckedFile:
    if (uploaded.size or 0) > MAX_CAPTIONS_BYTES:
        raise Refused(_("The file is larger than %(limit)d MB.") % {"limit": MAX_CAPTIONS_BYTES // MEGABYTE})
    name = uploaded.name or ""
    if not name.lower().strip().endswith(VTT.suffixes):
        raise Refused(_("Captions are a WebVTT file, whose name ends in .vtt."))
    uploaded.seek(0)
    content = uploaded.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("The captions are not written in UTF-8. Please save them with that encoding.")) from None
    if problem := captions_problem(text):
        raise Refused(problem)
    digest = hashlib.sha256(content).hexdigest()
    return CheckedFile(
        ModuleFile.Kind.CAPTIONS, checks.stored_name(name, VTT), VTT.media_type, len(content), digest,
        ContentFile(content),
    )  # fmt: skip


def captions_problem(text: str) -> str:
    """What keeps a text from being WebVTT captions, as a sentence with its line; "" where nothing does."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        return _("The first line of captions must be “WEBVTT”.")
    before, cues = -1, 0
    for start, block in _blocks(lines):
        if _NO_CUE.fullmatch(block[0]):
            continue
        place = 0 if "-->" in block[0] else 1
        line = start + place
        if place >= len(block) or not (found := _TIMING.fullmatch(block[place].strip())):
            return _("Line %(line)s: a time is expected, as 00:01.000 --> 00:04.000.") % {"line": line}
        begins, ends = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
        if ends <= begins:
            return _("Line %(line)s: the caption ends before it begins.") % {"line": line}
        if begins < before:
            return _("Line %(line)s: the caption begins before the one above it.") % {"line": line}
        if not "".join(block[place + 1 :]).strip():
            return _("Line %(line)s: the caption has no text.") % {"line": line}
        before, cues = begins, cues + 1
    return "" if cues else _("There is no caption in the file.")


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """What empty lines part, without the first block, which is the head; with the number of its first line."""
    start, is_head = 1, True
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            start = number if not block else start
            block.append(line)
            continue
        if block and not is_head:
            yield start, block
        is_head, block = is_head and not block, []


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + rest
