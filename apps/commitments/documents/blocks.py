"""What memo, decision paper and measures plan share: amounts, tables of measures and legal bases, notices."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.documents import text
from apps.assessments.documents.paper import DRAFT, Paper
from apps.commitments.documents.data import LegalBasis, PaperData, PlannedMeasure


def euros(amount: Decimal | None) -> str:
    """An amount as people write it, a dash where there is none."""
    return "–" if amount is None else f"{number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)} €"


def value(number: Decimal | None, unit: str) -> str:
    """A value of an indicator with its unit."""
    if number is None:
        return "–"
    shown = number_format(number.normalize() if number else Decimal(0), use_l10n=True, force_grouping=True)
    return f"{shown} {unit}".strip()


def day(moment: date | None) -> str:
    """A date, or a dash."""
    return text.day(moment) if moment is not None else "–"


def notice(paper: Paper, data: PaperData) -> None:
    """Nobody may take what is not yet a standard for one without noticing."""
    if data.is_adoptable_draft:
        paper.text(_("Draft of the project, before anybody took part: it cannot be decided on yet."), DRAFT)
    elif not data.is_standard:
        paper.text(_("The recommendation is being piloted; it is not yet a standard and may still change."), DRAFT)


def responsible(measure: PlannedMeasure) -> str:
    """Department and person, or a place to be filled in."""
    named = ", ".join(part for part in (measure.unit, measure.person) if part)
    return named or text.blank(pgettext("to be filled in", "department, person"))


def measures_table(paper: Paper, measures: Sequence[PlannedMeasure], *, with_budget: bool = True) -> None:
    """The measures with who, until when and, where asked for, with which money."""
    headers = [
        pgettext("decision paper", "No."),
        pgettext("decision paper", "Measure"),
        _("Responsible"),
        _("Deadline"),
        _("State"),
    ]
    widths = [1.4, 6.6, 4.4, 2.1, 2.0]
    if with_budget:
        headers.insert(4, pgettext("decision paper", "Budget"))
        widths = [1.3, 5.2, 3.6, 2.1, 2.4, 1.9]
    rows = []
    for measure in measures:
        due = day(measure.due_on) if measure.due_on else text.blank(pgettext("to be filled in", "date"))
        row = [f"M{measure.number}", measure.title, responsible(measure), due, measure.state]
        if with_budget:
            row.insert(4, euros(measure.budget))
        rows.append(row)
    paper.table(
        headers,
        rows,
        widths=widths,
        description=_("Measures, each with number, who is responsible, deadline and state."),
        numeric=[4] if with_budget else [],
    )


def law_table(paper: Paper, bases: Sequence[LegalBasis]) -> None:
    """Legal bases with what they say and the day on which their text was checked."""
    undated = text.blank(pgettext("to be filled in", "date on which the text was checked"))
    paper.table(
        [_("Legal basis"), _("What it says"), pgettext("decision paper", "As of")],
        [
            [
                f"{basis.norm} ({basis.land})" if basis.land else basis.norm,
                basis.says,
                text.day(basis.as_of) if basis.as_of else undated,
            ]
            for basis in bases
        ],
        widths=[4.2, 9.6, 2.7],
        description=_("Legal bases, each with what it says and the date on which its text was checked."),
    )


def footer(paper: Paper, municipality_name: str, kind: str, about: str) -> None:
    """Municipality, kind of paper, what it is about, page."""
    page, of = pgettext("footer of a report", "Page"), pgettext("page 3 of 12", "of")
    paper.footer(f"{municipality_name} · {kind} · {about}", page, of)
