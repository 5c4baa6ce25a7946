"""Building blocks of an accessible, editable Word file: real styles, header rows that repeat, language, title.

Nobody has to repair the file before working on it: headings are headings, lists are lists, every placeholder carries
one character style and can be found by its bracket.
"""

import io
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from apps.assessments.documents.text import CLOSES, OPENS, clean

LANGUAGE = "de-DE"
FONT = "Arial"
INK = RGBColor(0x17, 0x1A, 0x2B)
# Names of our own styles, as they stand in Word's list of styles.
PLACEHOLDER, FACT, CELL, SMALL = "Bitte ergänzen", "Kopfangabe", "Tabellentext", "Kleingedrucktes"
DRAFT, SIGNED = "Entwurf", "Unterschrift"
HEADER_FILL, PLACEHOLDER_FILL = "E3E6EE", "FFF2A8"

_PARTS = re.compile(f"({OPENS}[^{CLOSES}]*{CLOSES})")


class Paper:
    """A Word document on A4. `compact` sets it smaller, for what has to fit on one page."""

    def __init__(self, *, title: str, author: str, made_at: datetime, compact: bool = False) -> None:
        self.document = Document()
        self._size = 9.5 if compact else 10.5
        self._page(compact)
        self._styles(compact)
        self._properties(title, author, made_at)

    def title(self, text: str) -> None:
        self._fill(self.document.add_paragraph(style="Title"), text)

    def heading(self, text: str, level: int = 1) -> None:
        self._fill(self.document.add_paragraph(style=f"Heading {level}"), text)

    def text(self, text: str, style: str = "Normal") -> None:
        self._fill(self.document.add_paragraph(style=style), text)

    def fact(self, label: str, text: str) -> None:
        """A line of the head: label, tab, text."""
        paragraph = self.document.add_paragraph(style=FACT)
        paragraph.add_run(f"{label}:").bold = True
        self._fill(paragraph, f"\t{text}")

    def bullets(self, texts: Sequence[str]) -> None:
        for text in texts:
            self.text(text, "List Bullet")

    def numbered(self, texts: Sequence[str]) -> None:
        """A numbered list; one in a document, since all share one numbering."""
        for text in texts:
            self.text(text, "List Number")

    def table(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float],
        description: str,
        numeric: Collection[int] = (),
    ) -> None:
        """A table whose header row repeats on every page. widths in cm; description is its text alternative."""
        table = self.document.add_table(rows=1 + len(rows), cols=len(headers), style="Table Grid")
        table.autofit = False
        _describe(table, headers[0], description)
        for column, width in enumerate(widths):
            table.columns[column].width = Cm(width)
        for place, (row, texts) in enumerate(zip(table.rows, (headers, *rows), strict=True)):
            _row_property(row, "w:cantSplit")
            if place == 0:
                _row_property(row, "w:tblHeader")
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                cell.width = Cm(widths[column])
                self._cell(cell, text, heading=place == 0, right=column in numeric)
        self.text("", SMALL)

    def footer(self, text: str, page: str, of: str) -> None:
        """The footer of every page: text, page number and number of pages."""
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.style = self.document.styles[SMALL]
        self._fill(paragraph, f"{text} · {page} ")
        _field(paragraph, "PAGE")
        paragraph.add_run(f" {of} ")
        _field(paragraph, "NUMPAGES")

    def save(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()

    def _fill(self, paragraph: Paragraph, text: str) -> None:
        for part in _PARTS.split(clean(text)):
            words = part.replace(OPENS, "").replace(CLOSES, "")
            if words:
                paragraph.add_run(words, style=PLACEHOLDER if part.startswith(OPENS) else None)

    def _cell(self, cell: _Cell, text: str, *, heading: bool, right: bool) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.style = self.document.styles[CELL]
        self._fill(paragraph, text)
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if heading:
            for run in paragraph.runs:
                run.bold = True
            _shade(cell._tc.get_or_add_tcPr(), HEADER_FILL)

    def _page(self, compact: bool) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(2.5), Cm(2)
        section.top_margin = section.bottom_margin = Cm(1.6 if compact else 2)
        section.footer_distance = Cm(0.8 if compact else 1)

    def _styles(self, compact: bool) -> None:
        defaults = self.document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        for language in defaults.iter(qn("w:lang")):
            language.set(qn("w:val"), LANGUAGE)
            language.set(qn("w:eastAsia"), LANGUAGE)
        gap = 2 if compact else 6
        self._paragraph_style("Normal", self._size, after=gap)
        self._paragraph_style("Title", 18 if compact else 20, after=gap + 2, bold=True)
        self._paragraph_style("Heading 1", self._size + 2, before=gap * 2, after=2, bold=True)
        self._paragraph_style("Heading 2", self._size + 0.5, before=gap + 2, after=2, bold=True)
        for name in ("List Bullet", "List Number"):
            self._paragraph_style(name, self._size, after=1 if compact else 3)
        self._paragraph_style(CELL, self._size - 1, before=0 if compact else 1, after=0 if compact else 1)
        self._paragraph_style(SMALL, self._size - 2, after=0)
        self._paragraph_style(DRAFT, self._size, after=gap, bold=True)
        self._paragraph_style(SIGNED, self._size, before=gap * 5)
        fact = self._paragraph_style(FACT, self._size, after=1)
        fact.paragraph_format.left_indent, fact.paragraph_format.first_line_indent = Cm(4.8), Cm(-4.8)
        fact.paragraph_format.tab_stops.add_tab_stop(Cm(4.8))
        placeholder = self.document.styles.add_style(PLACEHOLDER, WD_STYLE_TYPE.CHARACTER)
        assert isinstance(placeholder, CharacterStyle)
        placeholder.font.italic = True
        _shade(placeholder.element.get_or_add_rPr(), PLACEHOLDER_FILL)

    def _paragraph_style(
        self, name: str, size: float, *, before: float = 0, after: float = 0, bold: bool = False
    ) -> ParagraphStyle:
        """Set a style, made where there is none; fonts by name, for the theme's are others on every machine."""
        styles = self.document.styles
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)
        if name not in ("Normal",) and style.base_style is None:
            style.base_style = styles["Normal"]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        style.font.color.rgb = INK
        fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:cs"), FONT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.08
        return style

    def _properties(self, title: str, author: str, made_at: datetime) -> None:
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = clean(title)[:255], clean(author)[:255], LANGUAGE
        properties.last_modified_by, properties.comments = "", ""
        # python-docx writes what it is given and says that it is UTC.
        properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
        theme_language = self.document.settings.element.find(qn("w:themeFontLang"))
        if theme_language is not None:
            theme_language.set(qn("w:val"), LANGUAGE)


def _describe(table: Table, caption: str, description: str) -> None:
    """Say that the first row is a header, and what the table shows (read out by screen readers)."""
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    look = OxmlElement("w:tblLook")
    for name, value in {"val": "0020", "firstRow": "1", "firstColumn": "0", "noHBand": "1", "noVBand": "1"}.items():
        look.set(qn(f"w:{name}"), value)
    properties.append(look)
    for tag, text in (("w:tblCaption", caption), ("w:tblDescription", description)):
        element = OxmlElement(tag)
        element.set(qn("w:val"), clean(text))
        properties.append(element)


def _row_property(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _shade(properties: Any, fill: str) -> None:
    shading = OxmlElement("w:shd")
    for name, value in {"val": "clear", "color": "auto", "fill": fill}.items():
        shading.set(qn(f"w:{name}"), value)
    properties.append(shading)


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A field that Word fills in, like the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
