"""The memo (Vermerk) for the leadership: one page."""

import textwrap

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.documents import facts, text
from apps.assessments.documents.paper import SIGNED, Paper
from apps.assessments.report_data import ReportData, ReportNeed

STRONGEST = 5
LETTERS = 170
"""Of an item's wording: five of them have to fit on the page. The report has them in full."""


def memo(data: ReportData) -> bytes:
    """The memo as a Word file, in the language of the moment."""
    kind = pgettext("memo", "Memo")
    title = f"{kind}: {facts.subject(data)}, {data.municipality_name}"
    paper = Paper(title=title, author=data.municipality_name, made_at=data.generated_at, compact=True)
    paper.title(kind)
    paper.fact(_("Municipality"), data.municipality_name)
    paper.fact(pgettext("memo", "From"), text.blank(pgettext("to be filled in", "department, name")))
    paper.fact(pgettext("memo", "To"), text.blank(pgettext("to be filled in", "head of the administration")))
    file_number = text.blank(pgettext("to be filled in", "file number"))
    paper.fact(_("Date, file number"), f"{text.day(data.generated_at)}, {file_number}")
    paper.fact(pgettext("memo", "Subject"), facts.subject(data))
    facts.draft_notice(paper, data)

    paper.heading(_("1. Occasion"))
    paper.text(" ".join(facts.origin(data)))
    paper.heading(_("2. Result"))
    facts.results(paper, data)
    paper.text(facts.caution())
    paper.heading(_("3. Strongest needs"))
    paper.text(_strongest(data))
    paper.bullets([_line(need) for need in facts.pressing(data, STRONGEST)])
    paper.heading(_("4. Proposal"))
    paper.text(
        _(
            "It is proposed to put the result before %(body)s with the enclosed decision paper, and to name for each "
            "of the strongest needs who is responsible, by %(date)s."
        )
        % {
            "body": text.blank(pgettext("to be filled in", "body")),
            "date": text.blank(pgettext("to be filled in", "date")),
        }
    )
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
    facts.footer(paper, data, kind)
    return paper.save()


def _strongest(data: ReportData) -> str:
    if len(data.needs) <= STRONGEST:
        return facts.number_of_needs(data)
    named = _("The %(number)s strongest, by priority, distance to the target and weight:") % {"number": STRONGEST}
    return f"{facts.number_of_needs(data)} {named}"


def _line(need: ReportNeed) -> str:
    label = textwrap.shorten(need.label, LETTERS, placeholder=" …")
    level = _("level %(level)s, target %(target)s") % {"level": text.standing(need), "target": need.target}
    if need.level is None:
        level = _("%(answer)s, target %(target)s") % {"answer": text.standing(need), "target": need.target}
    return f"{need.number} {label} ({level})"
