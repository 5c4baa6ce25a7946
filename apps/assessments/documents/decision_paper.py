"""The decision paper (Beschlussvorlage) for the council, in the usual order of German administrations."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.documents import decision_frame as frame
from apps.assessments.documents import facts, text
from apps.assessments.documents.chart import add_chart
from apps.assessments.documents.paper import Paper
from apps.assessments.report_data import ReportData, ReportNeed
from apps.assessments.reports import chart_alternative, legal_bases

STRONGEST = 10
STAFF_COUNCIL = "staff_council"
"""Name of the questionnaire's question whether there is a staff council."""


def decision_paper(data: ReportData, targets: Mapping[str, str]) -> bytes:
    """The decision paper as a Word file, in the language of the moment.

    targets: by item name, what the questionnaire describes as the item's target level.
    """
    kind = _("Decision paper")
    title = f"{kind}: {facts.subject(data)}, {data.municipality_name}"
    paper = Paper(title=title, author=data.municipality_name, made_at=data.generated_at)
    strongest = facts.pressing(data, STRONGEST)
    _head(paper, data, kind)
    _decision(paper, data)
    _situation(paper, data)
    paper.heading(_("3. Result in figures"))
    if any(row.value is not None for row in data.profile):
        add_chart(paper.document, data.profile, chart_alternative(data))
    facts.results(paper, data)
    paper.text(facts.caution())
    _needs(paper, data, strongest)
    _measures(paper, strongest, targets)
    _costs(paper)
    _law(paper, data, strongest)
    _participation(paper, data)
    _attachments(paper)
    facts.footer(paper, data, kind)
    return paper.save()


def _head(paper: Paper, data: ReportData, kind: str) -> None:
    frame.head(
        paper, municipality=data.municipality_name, kind=kind, subject=facts.subject(data), made_at=data.generated_at
    )
    facts.draft_notice(paper, data)
    frame.deliberation(paper)


def _decision(paper: Paper, data: ReportData) -> None:
    frame.decides(paper)
    decisions = [
        _("The result of the needs assessment “%(title)s” (%(wave)s) is noted.")
        % {"title": data.instrument_title, "wave": data.wave}
    ]
    if data.needs:
        decisions.append(
            _(
                "The administration is instructed to work out measures for the needs named in number 4, each with "
                "responsibility, deadline and costs, and to present them for decision by %(date)s."
            )
            % {"date": text.blank(pgettext("to be filled in", "date"))}
        )
    decisions += [
        frame.reporting(),
        frame.funds_left_open(),
    ]
    paper.numbered(decisions)


def _situation(paper: Paper, data: ReportData) -> None:
    paper.heading(_("2. Facts"))
    paper.text(
        _(
            "The municipality takes part in the project “Kommunen für alle? – Rassismuskritik in kommunalen "
            "Verwaltungen” of the European Coalition of Cities Against Racism (ECCAR e. V.)."
        )
    )
    if data.wave_opens_on and data.wave_closes_on:
        paper.text(
            _("Wave: %(wave)s, %(start)s to %(end)s.")
            % {"wave": data.wave, "start": text.day(data.wave_opens_on), "end": text.day(data.wave_closes_on)}
        )
    paper.text(" ".join(facts.origin(data)))
    paper.text(
        _(
            "The items ask about structures and procedures that can be observed, not about opinions or single persons. "
            "The scale runs from 0 (not present) through 1 (started), 2 (mandated) and 3 (established) to 4 "
            "(effective)."
        )
    )
    paper.text(text.blank(pgettext("to be filled in", "occasion, earlier decisions, local situation")))


def _needs(paper: Paper, data: ReportData, strongest: Sequence[ReportNeed]) -> None:
    paper.heading(_("4. Needs with the highest priority"))
    paper.text(facts.number_of_needs(data))
    if not strongest:
        return
    if len(data.needs) > len(strongest):
        paper.text(
            _("The table names the first %(number)s by priority, distance to target and weight; the report has all.")
            % {"number": len(strongest)}
        )
    paper.table(
        [
            pgettext("decision paper", "No."),
            pgettext("decision paper", "Need"),
            _("Level"),
            pgettext("decision paper", "Target"),
        ],
        [[need.number, need.label, text.standing(need), str(need.target)] for need in strongest],
        widths=[1.3, 9.7, 4, 1.5],
        description=_("The strongest needs, each with its level and its target level."),
        numeric=[3],
    )


def _measures(paper: Paper, strongest: Sequence[ReportNeed], targets: Mapping[str, str]) -> None:
    paper.heading(_("5. Proposed measures"))
    if not strongest:
        paper.text(text.blank(pgettext("to be filled in", "measures, or strike out")))
        return
    paper.text(
        _(
            "The column “Aim” says what the questionnaire describes as the target level; for what is unknown the "
            "first step is to find out. How to get there is for the administration to say."
        )
    )
    who = text.blank(pgettext("to be filled in", "who, by when"))
    paper.table(
        [
            pgettext("decision paper", "No."),
            pgettext("decision paper", "Aim"),
            pgettext("decision paper", "Measure"),
            _("Responsible, deadline"),
        ],
        [
            [need.number, _aim(need, targets), text.blank(pgettext("to be filled in", "measure")), who]
            for need in strongest
        ],
        widths=[1.3, 7.2, 4, 4],
        description=_("For each of the strongest needs the aim, and columns to be filled in: measure, responsibility."),
    )


def _aim(need: ReportNeed, targets: Mapping[str, str]) -> str:
    aim = targets.get(need.item, "")
    reached = _("Level %(target)s: %(description)s") % {"target": need.target, "description": aim} if aim else ""
    if need.level is None:
        first = _("Find out how things stand.")
        return f"{first} {reached}".strip()
    return reached or _("Level %(target)s") % {"target": need.target}


def _costs(paper: Paper) -> None:
    paper.heading(_("6. Financial effects"))
    amount, account = (
        text.blank(pgettext("to be filled in", "amount in euros")),
        text.blank(pgettext("to be filled in", "product, account, cover")),
    )
    paper.table(
        [
            pgettext("decision paper", "Kind"),
            pgettext("decision paper", "Amount"),
            pgettext("decision paper", "Budget"),
        ],
        [
            [pgettext("decision paper", "Once"), amount, account],
            [_("Every year"), amount, account],
            [_("Income, grants"), amount, account],
            [
                pgettext("decision paper", "Posts"),
                text.blank(pgettext("to be filled in", "full-time equivalents")),
                text.blank(pgettext("to be filled in", "staff plan")),
            ],
        ],
        widths=[4.5, 5, 7],
        description=_("Costs, income and posts, to be filled in by the administration."),
    )


def _law(paper: Paper, data: ReportData, strongest: Sequence[ReportNeed]) -> None:
    paper.heading(_("7. Legal bases"))
    paper.text(
        _("Competence of the body: %(basis)s")
        % {"basis": text.blank(pgettext("to be filled in", "municipal constitution of the Land, by-laws"))}
    )
    bases = legal_bases(data, items={need.item for need in strongest})
    if not bases:
        return
    paper.text(
        _(
            "The needs named above touch the following provisions. They are named for orientation, with the date on "
            "which their text was checked, and are no legal advice."
        )
    )
    undated = text.blank(pgettext("to be filled in", "date on which the text was checked"))
    paper.table(
        [_("Legal basis"), pgettext("decision paper", "As of"), pgettext("decision paper", "Item")],
        [[basis.text, text.day(basis.as_of) if basis.as_of else undated, basis.numbers] for basis in bases],
        widths=[10.5, 3, 3],
        description=_("Legal bases of the strongest needs, each with its date."),
    )


def _participation(paper: Paper, data: ReportData) -> None:
    paper.heading(_("8. Participation"))
    question = next((q for s in data.sections for q in s.questions if q.name == STAFF_COUNCIL and q.answer), None)
    if question is not None:
        paper.text(
            _("Stated in the assessment: %(question)s %(answer)s")
            % {"question": question.label, "answer": question.answer}
        )
    frame.hearing(paper)


def _attachments(paper: Paper) -> None:
    paper.heading(_("9. Attachments"))
    paper.bullets(
        [
            _("Report on the needs assessment (PDF)"),
            _("Short report (PDF, two pages)"),
            text.blank(pgettext("to be filled in", "further attachments")),
        ]
    )
    frame.signature(paper)
