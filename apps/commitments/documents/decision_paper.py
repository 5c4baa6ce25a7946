"""The decision paper (Beschlussvorlage) on adopting a recommendation, in the usual order of German administrations."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.documents import decision_frame as frame
from apps.assessments.documents import text
from apps.assessments.documents.paper import Paper
from apps.commitments.documents import blocks
from apps.commitments.documents.data import PaperData


def decision_paper(data: PaperData) -> bytes:
    """The decision paper as a Word file, in the language of the moment."""
    kind = _("Decision paper")
    subject = _("Adopting the recommendation %(name)s") % {"name": data.name}
    paper = Paper(
        title=f"{kind}: {subject}, {data.municipality_name}", author=data.municipality_name, made_at=data.generated_at
    )
    _head(paper, data, kind, subject)
    _decision(paper, data)
    _situation(paper, data)
    _aim(paper, data)
    _measures(paper, data)
    _costs(paper, data)
    _law(paper, data)
    _indicator(paper, data)
    _otherwise(paper, data)
    _participation(paper)
    _attachments(paper, data)
    blocks.footer(paper, data.municipality_name, kind, data.code)
    return paper.save()


def _head(paper: Paper, data: PaperData, kind: str, subject: str) -> None:
    frame.head(paper, municipality=data.municipality_name, kind=kind, subject=subject, made_at=data.generated_at)
    blocks.notice(paper, data)
    frame.deliberation(paper)


def _decision(paper: Paper, data: PaperData) -> None:
    frame.decides(paper)
    decisions = [
        _("The recommendation “%(title)s” (%(code)s, version %(version)s) is adopted for the administration.")
        % {"title": data.title, "code": data.code, "version": data.version}
    ]
    if data.live:
        decisions.append(
            _("The administration is instructed to carry out the measures named in number 4 by the dates given there.")
        )
    else:
        date = text.blank(pgettext("to be filled in", "date"))
        decisions.append(
            _(
                "The administration is instructed to present a measures plan with responsibilities, deadlines, costs "
                "and indicators by %(date)s."
            )
            % {"date": date}
        )
    if data.costed:
        funds = _("Funds of %(total)s are made available as set out in number 5.") % {"total": blocks.euros(data.total)}
    else:
        funds = frame.funds_left_open()
    decisions += [
        funds,
        frame.reporting(),
    ]
    paper.numbered(decisions)


def _situation(paper: Paper, data: PaperData) -> None:
    paper.heading(_("2. Facts"))
    paper.text(
        _(
            "The municipality takes part in the project “Kommunen für alle? – Rassismuskritik in kommunalen "
            "Verwaltungen” of the European Coalition of Cities Against Racism (ECCAR e. V.)."
        )
    )
    if data.is_standard:
        paper.text(
            _(
                "The recommendation was written by administrations, civil society and science together, reviewed by "
                "an expert panel and piloted in at least two municipalities."
            )
        )
    for words in data.sections.get("problem", ()):
        paper.text(words)
    if data.needs:
        paper.text(_("In our own administration it answers these needs of the needs assessment:"))
        paper.bullets(list(data.needs))
    paper.text(text.blank(pgettext("to be filled in", "occasion, earlier decisions, local situation")))


def _aim(paper: Paper, data: PaperData) -> None:
    paper.heading(_("3. Aim and steps"))
    for words in data.sections.get("goal", ()):
        paper.text(words)
    paper.bullets(list(data.sections.get("steps", ())))
    paper.text(
        _("The aim is level %(level)s of 4 in the items that the recommendation answers.")
        % {"level": data.target_level}
    )


def _measures(paper: Paper, data: PaperData) -> None:
    paper.heading(_("4. Measures plan"))
    if data.live:
        blocks.measures_table(paper, data.live, with_budget=False)
        return
    if data.proposed:
        paper.text(_("No measures have been entered yet. The recommendation proposes:"))
        paper.bullets(list(data.proposed))
    paper.text(text.blank(pgettext("to be filled in", "measures, each with department, date and costs")))


def _costs(paper: Paper, data: PaperData) -> None:
    paper.heading(_("5. Financial effects"))
    account = text.blank(pgettext("to be filled in", "product, account, cover"))
    if data.costed:
        rows = [
            [f"M{measure.number} {measure.title}", blocks.euros(measure.budget), measure.budget_note or account]
            for measure in data.costed
        ]
        rows.append([_("Total"), blocks.euros(data.total), ""])
        without = [measure for measure in data.live if measure.budget is None]
    else:
        amount = text.blank(pgettext("to be filled in", "amount in euros"))
        rows = [[pgettext("decision paper", "Once"), amount, account], [_("Every year"), amount, account]]
        without = []
    paper.table(
        [
            pgettext("decision paper", "Measure"),
            pgettext("decision paper", "Amount"),
            pgettext("decision paper", "Budget"),
        ],
        rows,
        widths=[7.5, 3.5, 5.5],
        description=_("Costs of the measures with their cover."),
        numeric=[1],
    )
    if without:
        numbers = ", ".join(f"M{measure.number}" for measure in without)
        paper.text(_("No budget has been entered for: %(numbers)s.") % {"numbers": numbers})
    effort = _("Effort according to the recommendation: %(effort)s.") % {"effort": data.effort}
    paper.text(f"{effort} {data.effort_note}".strip())
    paper.text(
        _("Posts: %(posts)s") % {"posts": text.blank(pgettext("to be filled in", "full-time equivalents, staff plan"))}
    )


def _law(paper: Paper, data: PaperData) -> None:
    paper.heading(_("6. Legal bases"))
    paper.text(
        _("Competence of the body: %(basis)s")
        % {"basis": text.blank(pgettext("to be filled in", "municipal constitution of the Land, by-laws"))}
    )
    for words in data.sections.get("law", ()):
        paper.text(words)
    if data.legal_bases:
        paper.text(
            _(
                "The provisions are named for orientation, with the date on which their text was checked, and are no "
                "legal advice. Those with a Land in brackets hold only there: please strike out what does not apply."
            )
        )
        blocks.law_table(paper, data.legal_bases)


def _indicator(paper: Paper, data: PaperData) -> None:
    paper.heading(_("7. Indicator"))
    own = [measure for measure in data.live if measure.indicator]
    if name := data.indicator.get("name"):
        paper.text(_("Indicator of the recommendation: %(name)s.") % {"name": name.rstrip(".")})
        for key in ("definition", "source", "baseline"):
            if words := data.indicator.get(key):
                paper.text(words)
    if own:
        paper.table(
            [
                pgettext("decision paper", "No."),
                _("Indicator"),
                _("Starting value"),
                _("Target value"),
            ],
            [
                [
                    f"M{measure.number}",
                    measure.indicator,
                    blocks.value(measure.baseline, measure.unit_of_value),
                    blocks.value(measure.target, measure.unit_of_value),
                ]
                for measure in own
            ],
            widths=[2, 8.5, 3, 3],
            description=_("Indicators of the measures with starting value and target value."),
            numeric=[2, 3],
        )
    if not own and not data.indicator.get("name"):
        paper.text(text.blank(pgettext("to be filled in", "indicator, starting value, target value")))


def _otherwise(paper: Paper, data: PaperData) -> None:
    paper.heading(_("8. Without this decision"))
    paper.text(
        _(
            "Without a decision there is neither a mandate nor a binding deadline or budget. The needs named in number "
            "2 stay as they are and will be found again in the next needs assessment. Duties that follow directly from "
            "law, as far as number 6 names them, hold irrespective of this decision."
        )
        if data.needs
        else _(
            "Without a decision there is neither a mandate nor a binding deadline or budget. Duties that follow "
            "directly from law, as far as number 6 names them, hold irrespective of this decision."
        )
    )
    for words in data.sections.get("side_effects", ()):
        paper.text(words)
    paper.text(text.blank(pgettext("to be filled in", "alternatives considered, and why they were not chosen")))


def _participation(paper: Paper) -> None:
    paper.heading(_("9. Participation"))
    frame.hearing(paper)


def _attachments(paper: Paper, data: PaperData) -> None:
    paper.heading(_("10. Attachments and sources"))
    attached = [
        _("Text of the recommendation %(code)s, version %(version)s") % {"code": data.code, "version": data.version}
    ]
    if data.live:
        attached.append(_("Measures plan"))
    paper.bullets([*attached, *data.sources])
    frame.signature(paper)
