"""What the pages show of remarks. No queries here."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments import policies_remarks
from apps.assessments.models import Assessment, Remark
from apps.instruments.definition import Form, Item, localized

Kind, Side = Remark.Kind, Remark.Side


@dataclass(frozen=True, slots=True)
class Post:
    """One thing that was said: by whom (the side where there is no name to show), when."""

    who: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread with everything said in it; form: to reply with, None where that cannot be done."""

    key: UUID
    item: str
    item_label: str
    kind: str
    seen_by: str
    is_settled: bool
    posts: tuple[Post, ...]
    may_settle: bool
    form: Any = None

    @property
    def id(self) -> str:
        return f"thread-{self.key}"


def label_of(item: Item, form: Form, language: str) -> str:
    """Number and text of an item, without evaluating anything."""
    label = localized(item.label, language, form.default_language) or item.name
    return " ".join(filter(None, (item.number, label)))


def seen_by(kind: str) -> str:
    """Who reads a thread, in words."""
    if kind == Kind.COMMENT:
        return _("Seen by your municipality alone")
    return _("Seen by the municipality and the project team")


def threads(
    found: Iterable[Remark],
    assessment: Assessment,
    form: Form,
    language: str,
    roles: Collection[str],
    forms: dict[UUID, Any] | None = None,
) -> list[Thread]:
    """The threads as queries_remarks.threads_of has loaded them; forms: to reply with, by thread."""
    names = policies_remarks.names_in_remarks(roles, assessment)
    forms = forms or {}
    return [
        Thread(
            key=row.pk,
            item=row.item.name,
            item_label=label_of(form.items[row.item.name], form, language),
            kind=str(row.get_kind_display()),
            seen_by=seen_by(row.kind),
            is_settled=row.settled_at is not None,
            posts=tuple(_post(post, names) for post in (row, *getattr(row, "all_replies", ()))),
            may_settle=row.settled_at is None and policies_remarks.may_settle(roles, row),
            form=forms.get(row.pk),
        )
        for row in found
    ]


def _post(row: Remark, names: bool) -> Post:
    side = str(row.get_side_display())
    name = row.author.get_full_name() if names and row.author is not None else ""
    who = _("%(name)s (%(side)s)") % {"name": name, "side": side} if name else side
    return Post(who, row.text, row.created_at)


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in the list over all municipalities: about which item, since how many days it has been open."""

    question: Remark
    item_label: str
    days: int


def question_lines(
    found: Iterable[Remark], form_of: Callable[[UUID], Form], language: str, today: date
) -> list[QuestionLine]:
    """Questions as queries_remarks.open_questions has loaded them; form_of: the questionnaire by its version's key."""
    lines = []
    for row in found:
        form = form_of(row.assessment.wave.instrument_version_id)
        days = (today - timezone.localdate(row.created_at)).days
        lines.append(QuestionLine(row, label_of(form.items[row.item.name], form, language), days))
    return lines
