"""What may be uploaded: the content decides, the name has to agree, what could do harm is refused with a reason."""

import io
import struct
import unicodedata
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from apps.files import archives, images
from apps.files.checks import DOCX, MAX_NAME, PDF, XLSX, Checked, Refused, check, check_upload, stored_name
from apps.files.forms import UploadField
from apps.files.models import MAX_BYTES
from tests.files import samples


@pytest.fixture(autouse=True)
def in_english() -> object:
    with translation.override("en"):
        yield


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        check(name, content)
    return str(refused.value)


def named(value: object) -> str:
    """Names of the cases without their bytes, in which the time of the run stands."""
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("Beschluss.pdf", samples.pdf(), "application/pdf"),
        ("Konzept.docx", samples.word(), f"{samples.OOXML}wordprocessingml.document"),
        ("Stellenplan.XLSX", samples.excel(), f"{samples.OOXML}spreadsheetml.sheet"),
        ("Vortrag.pptx", samples.powerpoint(), f"{samples.OOXML}presentationml.presentation"),
        ("Konzept.odt", samples.open_document("text"), f"{samples.ODF}text"),
        ("Plan.ods", samples.open_document("spreadsheet"), f"{samples.ODF}spreadsheet"),
        ("Vortrag.odp", samples.open_document("presentation"), f"{samples.ODF}presentation"),
    ],
    ids=named,
)
def test_documents_are_taken_as_they_are(name: str, content: bytes, media_type: str) -> None:
    checked = check(name, content)
    assert (checked.kind.media_type, checked.content) == (media_type, content)
    assert checked.name.lower() == name.lower()


@pytest.mark.parametrize(
    ("name", "mode"),
    [("Aushang.png", mode) for mode in ("RGB", "RGBA", "L", "P", "1")]
    + [("Aushang.jpg", mode) for mode in ("RGB", "L", "CMYK")]
    + [("Aushang.JPEG", "RGB")],
)
def test_pictures_are_taken_without_what_the_camera_wrote_into_them(name: str, mode: str) -> None:
    kind = "PNG" if name.endswith("png") else "JPEG"
    before = samples.picture(kind, mode=mode)
    assert b"Muster Kamera" in before
    checked = check(name, before)
    assert checked.name == ("Aushang.png" if kind == "PNG" else "Aushang.jpg")
    with Image.open(io.BytesIO(checked.content)) as picture:
        assert picture.size == (20, 40), "it stands as the camera meant it"
        assert not picture.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & picture.info.keys()
    for secret in (b"Muster Kamera", b"geheime Notiz", b"Exif", b"eXIf"):
        assert secret not in checked.content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("seite.html", b"<!doctype html><script>alert(1)</script>"),
        ("bild.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("notiz.txt", b"Notiz"),
        ("beschluss.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("bild.gif", b"GIF89a" + bytes(50)),
        ("alles.zip", samples.archive({"a.txt": "a"})),
        ("programm.exe", b"MZ" + bytes(100)),
        ("versteckt.pdf", b"\n<html>%PDF-1.7 %%EOF"),
        ("zeichnung.odg", samples.open_document("graphics")),
        ("tabelle.xlsx", samples.archive({"[Content_Types].xml": "<Types/>"})),
    ],
    ids=named,
)
def test_other_kinds_are_refused_whatever_they_are_called(name: str, content: bytes) -> None:
    assert refusal(name, content).startswith("Files of this kind are not taken. Possible are: PDF, DOCX,")


@pytest.mark.parametrize("name", ["beschluss.docx", "beschluss", "beschluss.pdf.exe", "pdf", "", "x\u202efdp.exe"])
def test_the_name_has_to_agree_with_the_content(name: str) -> None:
    assert "the kind “.pdf”" in refusal(name, samples.pdf())


def test_old_office_files_are_refused() -> None:
    assert "old Office format" in refusal("alt.doc", samples.OLE2)


def test_nothing_and_too_much_are_refused() -> None:
    assert refusal("leer.pdf", b"") == "The file is empty."
    assert refusal("gross.pdf", b"%PDF-1.7" + bytes(MAX_BYTES)) == "The file is larger than 20 MB."


def test_what_is_too_large_is_not_even_read() -> None:
    upload = SimpleUploadedFile("gross.pdf", b"%PDF-1.7")
    upload.size = MAX_BYTES + 1
    upload.file.close()
    with pytest.raises(Refused, match="20 MB"):
        check_upload(upload)


# --- Office -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        samples.with_members(samples.word(), {"word/vbaProject.bin": samples.OLE2}),
        samples.with_members(samples.word(), {"word/vbaData.xml": "<wne/>"}),
        samples.with_members(samples.word(), {"word/activeX/activeX1.xml": "<ax/>"}),
        samples.with_members(
            samples.word(),
            {
                "[Content_Types].xml": samples.part(samples.word(), "[Content_Types].xml").replace(
                    f"{samples.OOXML}wordprocessingml.document.main+xml".encode(),
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
            },
        ),
    ],
    ids=["project", "data", "controls", "declared"],
)
def test_word_documents_with_macros_are_refused(content: bytes) -> None:
    assert "macros" in refusal("konzept.docx", content)


def test_spreadsheets_with_macro_sheets_are_refused() -> None:
    content = samples.with_members(samples.excel(), {"xl/macrosheets/sheet1.xml": "<xm:macrosheet/>"})
    assert "macros" in refusal("plan.xlsx", content)


@pytest.mark.parametrize("member", ["Basic/Standard/Module1.xml", "Scripts/python/a.py"])
def test_open_documents_with_scripts_are_refused(member: str) -> None:
    assert "macros" in refusal("konzept.odt", samples.open_document(**{member: "x"}))


def test_documents_that_carry_programs_are_refused() -> None:
    content = samples.with_members(samples.word(), {"word/embeddings/rechnung.exe": b"MZ"})
    assert "programs" in refusal("konzept.docx", content)


def test_a_chart_with_its_table_is_no_program() -> None:
    content = samples.with_members(samples.word(), {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": samples.excel()})
    assert check("konzept.docx", content).kind == DOCX


def test_protected_open_documents_are_refused() -> None:
    content = samples.open_document(**{"META-INF/manifest.xml": "<manifest:encryption-data/>"})
    assert "password" in refusal("konzept.odt", content)


def test_an_open_document_without_its_manifest_is_damaged() -> None:
    assert "damaged" in refusal("konzept.odt", samples.archive({"mimetype": f"{samples.ODF}text"}))


def test_zip_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = samples.with_members(samples.word(), {"word/media/image1.bmp": bytes(8_000_000)})
    assert "grows too much" in refusal("bombe.docx", bomb)
    many = samples.with_members(samples.word(), {f"word/{number}.xml": "" for number in range(archives.MAX_MEMBERS)})
    assert "grows too much" in refusal("bombe.docx", many)


def test_the_limit_of_unpacked_bytes_holds_whatever_the_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 1_000)
    assert "grows too much" in refusal("gross.docx", samples.word())


def test_encrypted_archives_are_refused() -> None:
    content = bytearray(samples.word())
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1
    assert "password" in refusal("konzept.docx", bytes(content))


def test_damaged_archives_are_refused() -> None:
    content = bytearray(samples.word())
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        place = source.getinfo("word/document.xml").header_offset + 60
    content[place : place + 20] = bytes(20)
    assert "damaged" in refusal("konzept.docx", bytes(content))
    assert "damaged" in refusal("konzept.docx", samples.word()[:-40])


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    written = io.BytesIO(samples.word())
    with zipfile.ZipFile(written, "a") as target:
        target.writestr("word/document.xml", "<other/>")
    assert "damaged" in refusal("konzept.docx", written.getvalue())


def test_content_types_in_disguise_are_refused() -> None:
    types = samples.part(samples.word(), "[Content_Types].xml")
    hidden = types.replace(b"</Types>", b'<Override PartName="/x" ContentType="&#118;baProject"/></Types>')
    content = samples.with_members(samples.word(), {"[Content_Types].xml": hidden})
    assert "not taken" in refusal("konzept.docx", content)


# --- PDF ----------------------------------------------------------------------------------------------------------


def pdf_with(objects: bytes) -> bytes:
    return samples.pdf().replace(b"%%EOF", objects + b"\n%%EOF")


def object_stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    head = b"9 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    return head + packed + b"\nendstream endobj"


@pytest.mark.parametrize(
    "objects",
    [
        b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
        b"<< /S /J#61vaScript /JS (1) >>",
        b"<< /Names << /EmbeddedFiles 3 0 R >> >>",
        b"<< /S/Launch/F(cmd.exe)>>",
        b"<< /Subtype/RichMedia >>",
        object_stream(b"1 0 << /S /JavaScript >>"),
    ],
    ids=["script", "hidden script", "files", "launch", "media", "packed"],
)
def test_pdfs_with_scripts_files_or_launchers_are_refused(objects: bytes) -> None:
    assert "scripts, attached files" in refusal("beschluss.pdf", pdf_with(objects))


def test_a_pdf_with_an_attached_file_is_refused() -> None:
    attachment = weasyprint_attachment()
    assert b"Rechnung" in attachment or b"EmbeddedFile" in attachment
    assert "attached files" in refusal("rechnung.pdf", attachment)


def weasyprint_attachment() -> bytes:
    import weasyprint

    data = weasyprint.Attachment(string="Rechnung", name="rechnung.xml")
    return bytes(weasyprint.HTML(string="<p>Rechnung").write_pdf(attachments=[data]))


def test_object_streams_without_scripts_are_fine() -> None:
    content = pdf_with(object_stream(b"1 0 << /Type /Page >>") + b"/ObjStm stream\nno zlib")
    assert check("beschluss.pdf", content).kind == PDF


def test_a_pdf_with_more_to_unpack_than_anybody_needs_is_refused() -> None:
    content = pdf_with(b"\n".join([object_stream(bytes(20_000_000))] * 2 + [object_stream(b"1")]))
    assert "scripts" in refusal("bombe.pdf", content)


def test_encrypted_pdfs_are_refused() -> None:
    assert "password" in refusal("geheim.pdf", pdf_with(b"trailer << /Encrypt 5 0 R >>"))


def test_half_a_pdf_is_damaged() -> None:
    assert "damaged" in refusal("halb.pdf", samples.pdf()[:-300])


# --- Pictures -----------------------------------------------------------------------------------------------------


def test_pictures_of_too_many_pixels_are_refused_from_their_head() -> None:
    side = 60_000
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    assert "million pixels" in refusal("bombe.png", b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IEND\xaeB`\x82")


def test_the_limit_of_pixels_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 500)
    assert "million pixels" in refusal("bild.png", samples.picture("PNG"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_damaged_pictures_are_refused(kind: str) -> None:
    content = samples.picture(kind, (200, 200))
    assert "damaged" in refusal(f"bild.{kind.lower()}", content[: len(content) // 2])
    assert "damaged" in refusal(f"bild.{kind.lower()}", content[:12])


# --- Names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\kim\\Beschluss.PDF", "Beschluss.pdf"),
        ("Beschluss\r\nSet-Cookie: a=b.pdf", "Beschluss Set-Cookie_ a=b.pdf"),
        ("rechnung\u202efdp.exe.pdf", "rechnung fdp.exe.pdf"),
        ("a\x00b.pdf", "a b.pdf"),
        ("....pdf", "Document.pdf"),
        (".pdf", "Document.pdf"),
        ("Haushalt  für 2026 (Entwurf).pdf", "Haushalt für 2026 (Entwurf).pdf"),
        ("Bu\u0308rger.pdf", "Bürger.pdf"),
        ("x" * 300 + ".pdf", "x" * MAX_NAME + ".pdf"),
        ('<b>"x"</b>.pdf', "b_.pdf"),
    ],
)
def test_names_are_made_safe(sent: str, stored: str) -> None:
    assert stored_name(sent, PDF) == stored


@given(st.text(max_size=400))
def test_no_name_can_do_harm(name: str) -> None:
    with translation.override("en"):
        stored = stored_name(name, PDF)
    assert stored.endswith(".pdf")
    assert 5 <= len(stored) <= MAX_NAME + 4
    assert not stored.startswith((".", " "))
    assert not set(stored) & set('/\\<>:"|?*;%\r\n\x00')
    assert not any(unicodedata.category(char)[0] == "C" for char in stored)


# --- The field ----------------------------------------------------------------------------------------------------


def test_the_field_says_what_is_taken_and_gives_back_what_may_be_stored() -> None:
    field = UploadField()
    assert ".docx" in field.widget.attrs["accept"]
    assert "at most 20 MB" in str(field.help_text)
    assert "stay in it" in str(field.help_text)
    checked = field.clean(SimpleUploadedFile("Beschluss.pdf", samples.pdf()))
    assert isinstance(checked, Checked)


def test_the_field_shows_why_a_file_is_refused() -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="The file is empty"):
        UploadField().clean(SimpleUploadedFile("leer.pdf", b""))
    with pytest.raises(ValidationError, match="required"):
        UploadField().clean(None)
    assert UploadField(required=False).clean(None) is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("Plan.pdf", samples.pdf(), "Possible are: XLSX."),
        ("Plan.docx", samples.word(), "Possible are: XLSX."),
        ("Plan.csv", b"No.;Title", "Possible are: XLSX."),
        ("Plan.xls", samples.OLE2, "please save as XLSX"),
        ("Plan.xlsx", samples.with_members(samples.excel(), {"xl/vbaProject.bin": b"x"}), "save it without macros."),
        ("Plan.xlsx", samples.with_members(samples.excel(), {"xl/start.exe": b"x"}), "Please remove them."),
        ("Plan.xlsx", samples.with_members(samples.excel(), {"xl/media/a": bytes(9_000_000)}), "into a new file"),
    ],
    ids=named,
)
def test_where_only_workbooks_are_taken_nobody_is_sent_to_another_kind(name: str, content: bytes, message: str) -> None:
    with pytest.raises(Refused) as refused:
        check(name, content, (XLSX,))
    assert message in str(refused.value)
    assert "PDF" not in str(refused.value)


def test_a_field_for_workbooks_takes_them_and_offers_no_other_files() -> None:
    field = UploadField(kinds=(XLSX,), help_text="An Excel file.")
    assert field.clean(SimpleUploadedFile("Plan.xlsx", samples.excel())).kind == XLSX
    assert field.widget.attrs["accept"] == ".xlsx"
