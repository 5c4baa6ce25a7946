"""What may be uploaded. The content decides, and the name has to agree with it. Pure.

PDF, Office documents without macros (Microsoft's since 2007, OpenDocument), PNG and JPEG. No SVG and no HTML, which
browsers run; no archives. Pictures are stored without their metadata. Office documents and PDFs are stored as they
came, with the names and dates that programs write into them: whoever uploads is told so at the field.
"""

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.files import archives, images, pdf
from apps.files.models import MAX_BYTES

MAX_NAME = 120
_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0"
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: endings of names (the first is the one it is stored with), media type."""

    suffixes: tuple[str, ...]
    media_type: str


PDF = Kind((".pdf",), "application/pdf")
PNG = Kind((".png",), "image/png")
JPEG = Kind((".jpg", ".jpeg"), "image/jpeg")
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
DOCX = Kind((".docx",), f"{_OOXML}wordprocessingml.document")
XLSX = Kind((".xlsx",), f"{_OOXML}spreadsheetml.sheet")
PPTX = Kind((".pptx",), f"{_OOXML}presentationml.presentation")
ODT = Kind((".odt",), f"{_ODF}text")
ODS = Kind((".ods",), f"{_ODF}spreadsheet")
ODP = Kind((".odp",), f"{_ODF}presentation")
KINDS = (PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, PNG, JPEG)

# The type of the main part, which [Content_Types].xml names.
_MAIN_PARTS = {
    f"{_OOXML}wordprocessingml.document.main+xml".encode(): DOCX,
    f"{_OOXML}spreadsheetml.sheet.main+xml".encode(): XLSX,
    f"{_OOXML}presentationml.presentation.main+xml".encode(): PPTX,
}
_CONTENT_TYPES = "[Content_Types].xml"
_MACROS_DECLARED = re.compile(rb"macroEnabled|vbaProject|\.macrosheet", re.IGNORECASE)
# Visual Basic and its signatures, Excel 4 macro sheets, ActiveX controls; Basic and scripts of OpenDocument.
_MACRO_MEMBER = re.compile(
    r"(?:^|/)vba[^/]*\.(?:bin|xml)$|(?:^|/)(?:macrosheets|activex)/|^(?:basic|scripts)/.", re.IGNORECASE
)
_PROGRAM_MEMBER = re.compile(
    r"\.(?:bat|cmd|com|dll|docm|dotm|exe|hta|jar|js|lnk|msi|potm|ppam|ppsm|pptm|ps1|scr|vbe|vbs|wsf|xlam|xlsb|xlsm|xltm)$",
    re.IGNORECASE,
)


class Refused(ValueError):
    """The file is not taken; the text says why, and what to do, in the language of the moment."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be stored. content: as it is to be stored; name: what people see, with the ending of its kind."""

    name: str
    kind: Kind
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check(name: str, content: bytes, kinds: Sequence[Kind] = KINDS) -> Checked:
    """The file as it may be stored. name: as the browser sent it; kinds: those that are taken here. Raises Refused."""
    if not content:
        raise Refused(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise _too_large()
    kind = _kind_of(content, kinds)
    if kind not in kinds:
        raise _unknown(kinds)
    if not name.lower().strip().endswith(kind.suffixes):
        values = {"suffix": kind.suffixes[0]}
        raise Refused(
            _("The name does not fit the content: this is a file of the kind “%(suffix)s”. Please rename it.") % values
        )
    if kind in (PNG, JPEG):
        content = _picture(content, "PNG" if kind == PNG else "JPEG")
    elif kind == PDF:
        _check_pdf(content)
    return Checked(stored_name(name, kind), kind, content)


def check_upload(uploaded: UploadedFile[bytes], kinds: Sequence[Kind] = KINDS) -> Checked:
    """As `check`, of what a browser sent; what is too large is not even read. Raises Refused."""
    if (uploaded.size or 0) > MAX_BYTES:
        raise _too_large()
    uploaded.seek(0)
    return check(uploaded.name or "", uploaded.read(), kinds)


def stored_name(name: str, kind: Kind) -> str:
    """A name that is safe to show and to download by: no path, no control or direction characters, not too long."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    stem = unicodedata.normalize("NFC", stem)
    # Cc: line breaks; Cf: marks that turn the direction of writing, so that "fdp.exe" reads "exe.pdf".
    stem = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in stem)
    stem = re.sub(r'[<>:"|?*;%]', "_", stem)
    for suffix in kind.suffixes:
        if stem.lower().rstrip().endswith(suffix):
            stem = stem.rstrip()[: -len(suffix)]
            break
    stem = " ".join(stem.split()).strip(". ")[:MAX_NAME].rstrip(". ")
    return (stem or _("Document")) + kind.suffixes[0]


def _kind_of(content: bytes, kinds: Sequence[Kind]) -> Kind:
    if pdf.is_pdf(content):
        return PDF
    if content.startswith(_PNG):
        return PNG
    if content.startswith(_JPEG):
        return JPEG
    if content.startswith(_ZIP):
        return _office_kind(content, kinds)
    if content.startswith(_OLE2):
        raise _old(kinds)
    raise _unknown(kinds)


def _too_large() -> Refused:
    return Refused(_("The file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1024**2})


def _named(kinds: Sequence[Kind]) -> str:
    return ", ".join(kind.suffixes[0].removeprefix(".").upper() for kind in kinds)


def _unknown(kinds: Sequence[Kind]) -> Refused:
    return Refused(_("Files of this kind are not taken. Possible are: %(kinds)s.") % {"kinds": _named(kinds)})


# Where a PDF is no way out, the sentences do not offer it.


def _old(kinds: Sequence[Kind]) -> Refused:
    if PDF in kinds:
        return Refused(
            _("Files in the old Office format, or protected by a password, are not taken: please save as PDF or DOCX.")
        )
    return Refused(
        _("Files in the old Office format, or protected by a password, are not taken: please save as %(kinds)s.")
        % {"kinds": _named(kinds)}
    )


def _with_programs(kinds: Sequence[Kind]) -> Refused:
    if PDF in kinds:
        return Refused(_("The document carries programs within it. Please remove them, or upload a PDF."))
    return Refused(_("The document carries programs within it. Please remove them."))


def _with_macros(kinds: Sequence[Kind]) -> Refused:
    if PDF in kinds:
        return Refused(_("The document contains macros. Please save it without macros, or as PDF."))
    return Refused(_("The document contains macros. Please save it without macros."))


def _growing(kinds: Sequence[Kind]) -> Refused:
    if PDF in kinds:
        return Refused(_("The document grows too much when it is unpacked. Please upload a PDF."))
    return Refused(_("The document grows too much when it is unpacked. Please copy what is needed into a new file."))


def _damaged() -> Refused:
    return Refused(_("The file is damaged or incomplete. Please open it, save it anew and try again."))


def _protected() -> Refused:
    return Refused(_("The file is protected by a password. Please upload it without protection."))


def _office_kind(content: bytes, kinds: Sequence[Kind]) -> Kind:
    """Which office document an archive is; raises Refused for others, and for what one must not carry."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [member.filename for member in archives.check_sizes(archive, len(content))]
            if len({name.lower() for name in names}) != len(names):
                raise _damaged()  # two parts of one name: which of them a program opens, nobody knows
            kind = _kind_by_declaration(archive, names, kinds)
            if any(_MACRO_MEMBER.search(name) for name in names):
                raise _with_macros(kinds)
            if any(_PROGRAM_MEMBER.search(name) for name in names):
                raise _with_programs(kinds)
            if archive.testzip() is not None:
                raise _damaged()
            return kind
    except archives.PasswordProtected:
        raise _protected() from None
    except (archives.TooManyMembers, archives.GrowsTooMuch):
        raise _growing(kinds) from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
        raise _damaged() from None


def _kind_by_declaration(archive: zipfile.ZipFile, names: list[str], kinds: Sequence[Kind]) -> Kind:
    if names and names[0] == "mimetype":
        declared = archive.read("mimetype").decode("ascii", "replace").strip()
        kind = next((kind for kind in (ODT, ODS, ODP) if kind.media_type == declared), None)
        if kind is None:
            raise _unknown(kinds)
        if "META-INF/manifest.xml" not in names:
            raise _damaged()
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise _protected()
        return kind
    if _CONTENT_TYPES not in names:
        raise _unknown(kinds)
    types = archive.read(_CONTENT_TYPES)
    if _MACROS_DECLARED.search(types):
        raise _with_macros(kinds)
    quoted = types.replace(b"'", b'"')
    kind = next((kind for main, kind in _MAIN_PARTS.items() if b'"%s"' % main in quoted), None)
    if kind is None or b"&#" in types:  # no program writes these names with entities
        raise _unknown(kinds)
    return kind


def _check_pdf(content: bytes) -> None:
    if not pdf.is_whole(content):
        raise _damaged()
    if pdf.is_encrypted(content):
        raise _protected()
    if pdf.is_active(content):
        raise Refused(
            _("The PDF carries scripts, attached files or actions that start programs. Please print it to a new PDF.")
        )


def _picture(content: bytes, picture_format: str) -> bytes:
    try:
        clean = images.reencoded(content, picture_format)
    except images.TooManyPixels:
        limit = images.MAX_PIXELS // 1_000_000
        raise Refused(_("The picture has more than %(limit)d million pixels.") % {"limit": limit}) from None
    except images.Unreadable:
        raise _damaged() from None
    if len(clean) > MAX_BYTES:
        raise _too_large()
    return clean
