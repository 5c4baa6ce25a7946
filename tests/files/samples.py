"""Files as people upload them, made here: real ones of every kind, and what must be refused."""

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache

import docx
import openpyxl
import weasyprint
from PIL import Image

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


@lru_cache(maxsize=1)
def pdf() -> bytes:
    return bytes(weasyprint.HTML(string="<title>Beschluss</title><p>Der Rat beschließt.").write_pdf())


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("Der Rat beschließt.")
    return _saved(document)


def excel() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "Stellenplan"  # type: ignore[index]  # a new workbook has a sheet
    return _saved(workbook)


def powerpoint() -> bytes:
    main = f"{OOXML}presentationml.presentation.main+xml"
    types = f'<Types><Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>'
    return archive({"[Content_Types].xml": types, "ppt/presentation.xml": "<p:presentation/>"})


def open_document(kind: str = "text", **members: str) -> bytes:
    content = {"mimetype": f"{ODF}{kind}", "META-INF/manifest.xml": "<manifest:manifest/>", "content.xml": "<office/>"}
    return archive({**content, **members})


def archive(members: Mapping[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return written.getvalue()


def with_members(document: bytes, members: Mapping[str, str | bytes]) -> bytes:
    """The same office document with further parts; parts of the same name are replaced."""
    with zipfile.ZipFile(io.BytesIO(document)) as source:
        return archive({**{name: source.read(name) for name in source.namelist()}, **members})


def part(document: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as source:
        return source.read(name)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    """A picture as a phone makes it: with place, device, comment, lying on its side."""
    image = Image.new(mode, size, 0)
    exif = Image.Exif()
    exif[0x010F] = "Muster Kamera"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (49.0, 24.0, 31.0)
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    more = {"comment": b"geheime Notiz"} if kind == "JPEG" else {}
    image.save(written, kind, exif=exif, **more)
    return written.getvalue()


def _saved(document: object) -> bytes:
    written = io.BytesIO()
    document.save(written)  # type: ignore[attr-defined]  # of python-docx or openpyxl
    return written.getvalue()
