"""What every decision paper (Beschlussvorlage) has, whatever it is about: head, deliberation, hearing, signature."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.documents import text
from apps.assessments.documents.paper import SIGNED, SMALL, Paper


def head(paper: Paper, *, municipality: str, kind: str, subject: str, made_at: datetime) -> None:
    """Title and facts. What is to be said before the deliberation follows, then `deliberation`."""
    paper.text(municipality)
    paper.title(kind)
    paper.fact(_("Paper number"), text.blank(pgettext("to be filled in", "number")))
    paper.fact(pgettext("decision paper", "Publicity"), text.blank(pgettext("to be filled in", "public or not public")))
    paper.fact(_("Responsible department"), text.blank(pgettext("to be filled in", "department, name, telephone")))
    paper.fact(pgettext("decision paper", "Date"), text.day(made_at))
    paper.fact(pgettext("decision paper", "Subject"), subject)


def deliberation(paper: Paper) -> None:
    """Which bodies deliberate, to be filled in."""
    paper.heading(_("Course of deliberation"), 2)
    body, date = text.blank(pgettext("to be filled in", "body")), text.blank(pgettext("to be filled in", "date"))
    paper.table(
        [pgettext("decision paper", "Body"), _("Meeting on"), pgettext("decision paper", "Role")],
        [[body, date, _("preliminary deliberation")], [body, date, pgettext("decision paper", "decision")]],
        widths=[7.5, 4, 5],
        description=_("Bodies that deliberate on the paper, with date and role."),
    )


def decides(paper: Paper) -> None:
    """The heading of the proposed decision, and who decides."""
    paper.heading(_("1. Proposed decision"))
    paper.text(_("%(body)s decides:") % {"body": text.blank(pgettext("to be filled in", "body"))})


def reporting() -> str:
    """The part of a decision by which the administration reports."""
    return _(
        "The administration reports on the state of implementation for the first time by %(date)s, then %(rhythm)s."
    ) % {
        "date": text.blank(pgettext("to be filled in", "date")),
        "rhythm": text.blank(pgettext("to be filled in", "rhythm, for example once a year")),
    }


def funds_left_open() -> str:
    """The part of a decision on money that nobody has named yet."""
    return _("The necessary funds: %(funds)s") % {
        "funds": text.blank(pgettext("to be filled in", "decision on funds, or strike out"))
    }


def hearing(paper: Paper) -> None:
    """Who is to be heard, with date and outcome to be filled in."""
    outcome = text.blank(pgettext("to be filled in", "date and outcome, or: not required"))
    paper.table(
        [pgettext("decision paper", "Who"), _("Date and outcome")],
        [
            [who, outcome]
            for who in (
                _("Staff council"),
                _("Equal opportunities officer"),
                _("Representation of severely disabled employees"),
                _("Data protection officer"),
                _("Integration or migration council"),
                _("Treasurer"),
            )
        ],
        widths=[8, 8.5],
        description=_("Bodies to be heard, with date and outcome to be filled in."),
    )


def signature(paper: Paper) -> None:
    """Where it is signed, and by what it was made."""
    paper.text(text.blank(pgettext("to be filled in", "place, date, signature, function")), SIGNED)
    paper.text(
        _("Made with the platform “Kommunen für alle”. What stands in marked brackets is to be filled in."), SMALL
    )
