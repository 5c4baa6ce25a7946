"""What memo and decision paper share: how the assessment was made, its numbers, its strongest needs."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.assessments.documents import text
from apps.assessments.documents.paper import DRAFT, Paper
from apps.assessments.report_data import ReportData, ReportNeed


def subject(data: ReportData) -> str:
    """What the paper is about, in a line."""
    return _("Result of the needs assessment “%(title)s”, %(wave)s") % {
        "title": data.instrument_title,
        "wave": data.wave,
    }


def draft_notice(paper: Paper, data: ReportData) -> None:
    """Nobody may take a provisional result to the council without noticing."""
    if data.signature is None:
        paper.text(_("Provisional: the assessment is not signed off yet. Answers can still change."), DRAFT)


def origin(data: ReportData) -> Iterator[str]:
    """Sentences on how the result came about; only what the platform knows."""
    yield _(
        "The administration assessed its structures and procedures itself, with the questionnaire “%(title)s”, "
        "version %(version)s, profile %(profile)s."
    ) % {"title": data.instrument_title, "version": data.instrument_version, "profile": data.method.profile}
    yield _(
        "Of %(asked)s items asked, %(counted)s lie within its own responsibility; %(answered)s of these have a level "
        "from 0 to 4."
    ) % {"asked": data.method.asked, "counted": data.method.counted, "answered": data.method.answered}
    if data.method.unknown:
        yield ngettext(
            "One item was answered with “unknown”.",
            "%(number)s items were answered with “unknown”.",
            data.method.unknown,
        ) % {"number": data.method.unknown}
    if data.signature is not None:
        who = ", ".join(part for part in (data.signature.name, data.signature.function) if part)
        yield _("Signed off on %(date)s by %(who)s.") % {"date": text.day(data.signature.signed_at), "who": who}


def caution() -> str:
    """How the numbers are to be read."""
    return _(
        "Each value is the share of the possible levels that a field of action reaches, by the administration's own "
        "assessment. The bounds count what is unknown as level 0 and as level 4. There is no total and no ranking."
    )


def results(paper: Paper, data: ReportData) -> None:
    """The profile as a table."""
    has_previous = any(row.previous is not None for row in data.profile)
    headers = [_("Field of action"), _("Result"), _("Bounds"), _("Coverage")]
    widths = [9.1, 2.0, 3.0, 2.4]
    if has_previous:
        headers.append(_("Wave before"))
        widths = [6.9, 1.9, 2.9, 2.5, 2.3]
    rows = []
    for row in data.profile:
        cells = [
            f"{row.dimension} {row.label}",
            _("no result") if row.value is None else text.percent(row.value),
            text.bounds(row.lower, row.upper),
            text.percent(row.coverage),
        ]
        rows.append([*cells, text.percent(row.previous)] if has_previous else cells)
    description = _("Result, bounds and coverage of each field of action in percent.")
    paper.table(headers, rows, widths=widths, description=description, numeric=range(1, len(headers)))


def pressing(data: ReportData, limit: int) -> list[ReportNeed]:
    """The needs that a paper names: as urgent as the municipality says, then as grave as they are."""
    return sorted(data.needs, key=lambda need: need.urgency)[:limit]


def number_of_needs(data: ReportData) -> str:
    """How many needs there are, in a sentence."""
    if not data.needs:
        return _("No item lies below its target level, and nothing was answered with “unknown”.")
    return ngettext(
        "One need was found: an item below its target level, or one on which nothing is known.",
        "%(number)s needs were found: items below their target level, or on which nothing is known.",
        len(data.needs),
    ) % {"number": len(data.needs)}


def footer(paper: Paper, data: ReportData, kind: str) -> None:
    """Municipality, kind of paper, page."""
    page, of = pgettext("footer of a report", "Page"), pgettext("page 3 of 12", "of")
    paper.footer(f"{data.municipality_name} · {kind} · {data.wave}", page, of)
