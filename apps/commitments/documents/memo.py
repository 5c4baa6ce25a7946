"""The memo (Vermerk) on adopting a recommendation: one page for the leadership."""

import textwrap
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.assessments.documents import text
from apps.assessments.documents.paper import SIGNED, Paper
from apps.commitments.documents import blocks
from apps.commitments.documents.data import PaperData, PlannedMeasure

MEASURES, NEEDS = 5, 3
IN_TEXT, IN_LINE, IN_CELL = 360, 95, 44
"""What fits on the page; the decision paper has all."""


def memo(data: PaperData) -> bytes:
    """The memo as a Word file, in the language of the moment."""
    kind = pgettext("memo", "Memo")
    subject = _("Adopting the recommendation %(name)s") % {
        "name": textwrap.shorten(data.name, IN_LINE, placeholder=" …")
    }
    paper = Paper(
        title=f"{kind}: {subject}, {data.municipality_name}",
        author=data.municipality_name,
        made_at=data.generated_at,
        compact=True,
    )
    paper.title(kind)
    paper.fact(_("Municipality"), data.municipality_name)
    paper.fact(pgettext("memo", "From"), text.blank(pgettext("to be filled in", "department, name")))
    paper.fact(pgettext("memo", "To"), text.blank(pgettext("to be filled in", "head of the administration")))
    file_number = text.blank(pgettext("to be filled in", "file number"))
    paper.fact(_("Date, file number"), f"{text.day(data.generated_at)}, {file_number}")
    paper.fact(pgettext("memo", "Subject"), subject)
    blocks.notice(paper, data)

    paper.heading(_("1. Occasion"))
    _occasion(paper, data)
    paper.heading(_("2. Recommendation"))
    paper.text(_short(data.summary or " ".join(data.sections.get("goal", ()))))
    paper.heading(_("3. Measures and costs"))
    _measures(paper, data)
    paper.heading(_("4. Proposal"))
    paper.text(_proposal(data))
    paper.heading(_("5. To be done"))
    paper.numbered(
        [
            _("%(who)s: for information and decision.")
            % {"who": text.blank(pgettext("to be filled in", "head of the administration"))},
            _("Resubmission on %(date)s.") % {"date": text.blank(pgettext("to be filled in", "date"))},
            _("To the files."),
        ]
    )
    paper.text(text.blank(pgettext("to be filled in", "signature, name, department")), SIGNED)
    blocks.footer(paper, data.municipality_name, kind, data.code)
    return paper.save()


def _short(words: str) -> str:
    return textwrap.shorten(words, IN_TEXT, placeholder=" …")


def _shortened(measure: PlannedMeasure) -> PlannedMeasure:
    """A measure in two or three lines of the table."""
    title, unit = (textwrap.shorten(words, IN_CELL, placeholder=" …") for words in (measure.title, measure.unit))
    return replace(measure, title=title, unit=unit)


def _occasion(paper: Paper, data: PaperData) -> None:
    if not data.needs:
        paper.text(text.blank(pgettext("to be filled in", "occasion: need, incident, or decision")))
        return
    paper.text(
        ngettext(
            "The recommendation answers a need that the needs assessment has found:",
            "The recommendation answers %(number)s needs that the needs assessment has found:",
            len(data.needs),
        )
        % {"number": len(data.needs)}
    )
    paper.bullets([textwrap.shorten(need, IN_LINE, placeholder=" …") for need in data.needs[:NEEDS]])
    if len(data.needs) > NEEDS:
        paper.text(_("and %(number)s more") % {"number": len(data.needs) - NEEDS})


def _measures(paper: Paper, data: PaperData) -> None:
    if not data.live:
        paper.text(text.blank(pgettext("to be filled in", "measures, each with department, date and costs")))
        return
    blocks.measures_table(paper, [_shortened(measure) for measure in data.live[:MEASURES]])
    if len(data.live) > MEASURES:
        paper.text(_("%(number)s further measures are in the measures plan.") % {"number": len(data.live) - MEASURES})
    if data.costed:
        paper.text(_("Budgets entered so far: %(total)s.") % {"total": blocks.euros(data.total)})
    if indicator := data.indicator.get("name"):
        paper.text(_("It is measured by: %(indicator)s.") % {"indicator": indicator.rstrip(".")})


def _proposal(data: PaperData) -> str:
    body, date = text.blank(pgettext("to be filled in", "body")), text.blank(pgettext("to be filled in", "date"))
    return _(
        "It is proposed to adopt the recommendation %(code)s in version %(version)s and to put it before %(body)s with "
        "the enclosed decision paper by %(date)s. The aim is level %(level)s of 4 in the next needs assessment."
    ) % {"code": data.code, "version": data.version, "body": body, "date": date, "level": data.target_level}
