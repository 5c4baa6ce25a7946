"""The profile as a native chart of Word: drawn by Word itself, editable with its data, with a text alternative.

python-docx knows no charts, so the parts are written here: DrawingML chart (ECMA-376 part 1, 21.2) and the workbook
that "Edit data" opens. The order of the elements is the schema's; Word refuses files that leave it.
"""

import io
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm
from openpyxl import Workbook

from apps.assessments.documents.text import clean
from apps.assessments.documents.workbook import escaped
from apps.assessments.report_data import ReportProfileRow
from apps.reports.charts import BAR

CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_DRAWING = f"{DRAWING}/wordprocessingDrawing"
SHEET_NAME = "Profil"
WIDTH, ROW_HEIGHT, AXIS_HEIGHT = 16.5, 0.7, 1.0


def add_chart(document: Any, rows: Sequence[ReportProfileRow], alternative: str) -> None:
    """Append the chart as a paragraph of its own; one chart in a document."""
    part = document.part
    package = part.package
    chart = Part(PackURI("/word/charts/chart1.xml"), CHART, b"", package)
    book = Part(PackURI("/word/embeddings/chart1.xlsx"), SHEET, _workbook(rows), package)
    data_id = chart.relate_to(book, f"{RELATION}/package")
    chart._blob = _chart(rows, data_id).encode()
    chart_id = part.relate_to(chart, f"{RELATION}/chart")
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run()._r.append(_drawing(chart_id, len(rows), alternative))


def _drawing(chart_id: str, rows: int, alternative: str) -> Any:
    return parse_xml(
        format_html(
            '<w:drawing xmlns:w="{word}" xmlns:wp="{word_drawing}" xmlns:a="{drawing}/main" xmlns:r="{relation}"'
            ' xmlns:c="{drawing}/chart"><wp:inline distT="0" distB="0" distL="0" distR="0">'
            '<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="1" name="{name}" descr="{alternative}"/>'
            "<wp:cNvGraphicFramePr/><a:graphic>"
            '<a:graphicData uri="{drawing}/chart"><c:chart r:id="{chart_id}"/></a:graphicData>'
            "</a:graphic></wp:inline></w:drawing>",
            word=WORD,
            word_drawing=WORD_DRAWING,
            drawing=DRAWING,
            relation=RELATION,
            width=int(Cm(WIDTH)),
            height=int(Cm(rows * ROW_HEIGHT + AXIS_HEIGHT)),
            name=_("Profile"),
            alternative=clean(alternative),
            chart_id=chart_id,
        )
    )


def _chart(rows: Sequence[ReportProfileRow], data_id: str) -> str:
    labels = [f"{row.dimension} {clean(row.label)}" for row in rows]
    below = [None if row.value is None or row.lower is None else row.value - row.lower for row in rows]
    above = [None if row.value is None or row.upper is None else row.upper - row.value for row in rows]
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + format_html(
        '<c:chartSpace xmlns:c="{drawing}/chart" xmlns:a="{drawing}/main" xmlns:r="{relation}">'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart>'
        '<c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/>'
        '<c:order val="0"/><c:tx><c:strRef><c:f>{sheet}!$B$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>'
        "{result}</c:v></c:pt></c:strCache></c:strRef></c:tx>"
        '<c:spPr><a:solidFill><a:srgbClr val="{bar}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        '<c:errBars><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        "<c:plus>{above}</c:plus><c:minus>{below}</c:minus></c:errBars>"
        "<c:cat><c:strRef><c:f>{sheet}!$A$2:$A${last}</c:f><c:strCache>{labels}</c:strCache></c:strRef></c:cat>"
        "<c:val>{values}</c:val></c:ser>"
        '<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:crossAx val="2"/><c:crosses val="autoZero"/>'
        '<c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:max val="1"/><c:min val="0"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="b"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill>'
        '<a:srgbClr val="B9BBC6"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>'
        '<c:numFmt formatCode="0 %" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="nextTo"/><c:crossAx val="1"/><c:crosses val="max"/><c:crossBetween val="between"/>'
        '<c:majorUnit val="0.25"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:lstStyle/>"
        '<a:p><a:pPr><a:defRPr sz="800"><a:latin typeface="Arial"/></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="de-DE"/></a:p></c:txPr>'
        '<c:externalData r:id="{data_id}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>',
        drawing=DRAWING,
        relation=RELATION,
        sheet=SHEET_NAME,
        result=_("Result"),
        bar=BAR.removeprefix("#"),
        above=_numbers("D", above),
        below=_numbers("C", below),
        last=len(rows) + 1,
        labels=_points(labels),
        values=_numbers("B", [row.value for row in rows]),
        data_id=data_id,
    )


def _numbers(column: str, values: Sequence[float | None]) -> str:
    return format_html(
        "<c:numRef><c:f>{}!${}$2:${}${}</c:f><c:numCache><c:formatCode>0 %</c:formatCode>{}</c:numCache></c:numRef>",
        SHEET_NAME,
        column,
        column,
        len(values) + 1,
        _points([None if value is None else f"{value:.4f}" for value in values]),
    )


def _points(values: Sequence[str | None]) -> str:
    """The cached points; those without a value are left out."""
    points = ((place, value) for place, value in enumerate(values) if value is not None)
    return format_html(
        '<c:ptCount val="{}"/>{}', len(values), format_html_join("", '<c:pt idx="{}"><c:v>{}</c:v></c:pt>', points)
    )


def _workbook(rows: Sequence[ReportProfileRow]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET_NAME
    sheet.append([_("Field of action"), _("Result"), _("down to the lower bound"), _("up to the upper bound")])
    for row in rows:
        below = None if row.value is None or row.lower is None else row.value - row.lower
        above = None if row.value is None or row.upper is None else row.upper - row.value
        sheet.append([escaped(f"{row.dimension} {row.label}"), row.value, below, above])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
