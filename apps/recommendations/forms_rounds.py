"""Reading what the pages on rounds send."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import Bench, ProgrammeRole
from apps.core.form_fields import RequestKeyField, set_choices
from apps.recommendations.models import MAX_COMMENT, BenchWord, Block, Disposition, Section

WHOLE = _("The whole text")


def _day(label: Any, **given: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


def _text(label: Any, rows: int, longest: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **given)


def _is_ahead(day: date) -> date:
    if day <= timezone.localdate():
        raise forms.ValidationError(_("The deadline must be a day to come."))
    return day


class InvitationForm(forms.Form):
    """Whom to invite. roles: who can be invited, ordered by bench."""

    roles = forms.MultipleChoiceField(
        label=_("Who is invited"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one person.")},
    )

    def __init__(self, *args: Any, roles: Iterable[ProgrammeRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.possible = list(roles)
        names = [
            (str(role.pk), f"{role.user.get_full_name()}, {role.function} ({role.get_bench_display()})")
            for role in self.possible
        ]
        set_choices(self, "roles", names)

    @property
    def chosen(self) -> list[UUID]:
        """The keys of the chosen roles. Of a valid form."""
        return [UUID(key) for key in self.cleaned_data["roles"]]


class RoundForm(InvitationForm):
    """A new round: what is asked, until when, of whom; somebody of each bench."""

    introduction = _text(
        _("What we ask"),
        5,
        3_000,
        help_text=_("What should the benches look at in particular? Everybody invited reads it."),
    )
    deadline = _day(_("Deadline"), help_text=_("Three weeks are usual. The deadline can be moved to a later day."))

    field_order = ("introduction", "deadline", "roles")

    def clean_deadline(self) -> date:
        return _is_ahead(self.cleaned_data["deadline"])

    def clean_roles(self) -> list[str]:
        keys: list[str] = self.cleaned_data["roles"]
        here = {role.bench for role in self.possible if str(role.pk) in keys}
        absent = [str(bench.label) for bench in Bench if bench.value not in here]
        if absent:
            raise forms.ValidationError(
                _("Nobody is invited from: %(benches)s."), params={"benches": ", ".join(absent)}
            )
        return keys


class DeadlineForm(forms.Form):
    """A later deadline."""

    deadline = _day(_("New deadline"))

    def __init__(self, *args: Any, present: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_deadline(self) -> date:
        day = _is_ahead(self.cleaned_data["deadline"])
        if day < self.present:
            raise forms.ValidationError(_("The deadline can only be moved to a later day."))
        return day


class ReasonForm(forms.Form):
    """Why a round is called off."""

    reason = _text(_("Reason"), 4, 2_000, help_text=_("It stays on record."))


class AbstentionForm(forms.Form):
    """That a bench abstains. benches: those that can."""

    bench = forms.ChoiceField(label=_("Bench"), widget=forms.RadioSelect)
    reason = _text(
        _("Reason"), 3, 5_000, help_text=_("How was it asked, and what was answered? It is published with the version.")
    )

    def __init__(self, *args: Any, benches: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "bench", [(bench, Bench(bench).label) for bench in benches])


class _ForABench(forms.Form):
    """A form of somebody who speaks for a bench; asked for where there is a choice."""

    bench = forms.ChoiceField(label=_("For which bench?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, benches: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.benches = list(benches)
        if len(self.benches) > 1:
            set_choices(self, "bench", [(bench, Bench(bench).label) for bench in self.benches])
        else:
            del self.fields["bench"]

    @property
    def chosen_bench(self) -> str:
        """The bench that was chosen, or the only one. Of a valid form."""
        return str(self.cleaned_data.get("bench") or self.benches[0])


class CommentForm(_ForABench):
    """A comment on a place of the text; where that is a block, a wording can be proposed for it."""

    text = _text(
        pgettext_lazy("round", "Comment"), 5, MAX_COMMENT, required=False, help_text=_("What should change, and why?")
    )
    proposed_wording = _text(
        _("Proposed wording"),
        5,
        MAX_COMMENT,
        required=False,
        help_text=_("Change the text as you would write it. Unchanged, it is not a proposal."),
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, block: Block | None, **kwargs: Any) -> None:
        if block is not None:
            kwargs["initial"] = {"proposed_wording": block.text}
        super().__init__(*args, **kwargs)
        self.block = block
        if block is None:
            del self.fields["proposed_wording"]
            self.fields["text"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wording = data.get("proposed_wording", "").replace("\r\n", "\n").strip()
        changed = wording if self.block is not None and wording != self.block.text else ""
        if not data.get("text", "").strip() and not changed and not self.errors:
            self.add_error("text", _("Please write a comment, or change the wording."))
        return {**data, "proposed_wording": changed}


class ReplyForm(forms.Form):
    """A reply to a comment."""

    text = _text(_("Your reply"), 4, MAX_COMMENT)
    request_key = RequestKeyField()


class WordForm(_ForABench):
    """What a bench says to the text as a whole."""

    kind = forms.ChoiceField(label=_("Position"), choices=BenchWord.Kind.choices, widget=forms.RadioSelect)
    text = _text(_("Reasons"), 6, 5_000, help_text=_("They are published with the version, without your name."))

    field_order = ("bench", "kind", "text")


class ContributionForm(forms.Form):
    """A confidential contribution."""

    section = forms.ChoiceField(label=_("Part of the text"), choices=[("", WHOLE), *Section.choices], required=False)
    text = _text(
        _("Your contribution"),
        6,
        5_000,
        help_text=_("Please name no people, and nothing by which you can be recognised."),
    )


class SummaryForm(forms.Form):
    """What several contributions have in common. The contributions are chosen beside it."""

    section = forms.ChoiceField(label=_("Part of the text"), choices=[("", WHOLE), *Section.choices], required=False)
    text = _text(
        _("Summary"), 5, 3_000, help_text=_("In your own words: no quotation, nothing that points to one person.")
    )


class DispositionForm(forms.Form):
    """What becomes of comments, and why. known: the comments of the round by their number."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Disposition.Outcome.choices, widget=forms.RadioSelect)
    duplicate_of = forms.IntegerField(
        label=_("Answered with"),
        required=False,
        min_value=1,
        help_text=_("Only for “answered elsewhere”: the number of the other comment."),
    )
    reason = _text(_("Reason"), 4, 3_000, help_text=_("Those who commented read it; it is published with the version."))

    def __init__(self, *args: Any, known: Mapping[int, UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") != Disposition.Outcome.DUPLICATE:
            return {**data, "duplicate_of": None}
        number = data.get("duplicate_of")
        if number is None and "duplicate_of" not in self.errors:
            self.add_error("duplicate_of", _("Please name the comment with which it is answered."))
        elif number is not None and number not in self.known:
            self.add_error("duplicate_of", _("There is no such comment in this round."))
        return {**data, "duplicate_of": self.known.get(number) if number else None}


class PlaceForm(forms.Form):
    """Where in the new text an answer is found. places: (key, label) of its blocks."""

    place = forms.ChoiceField(label=_("Place in the new text"), required=False)

    def __init__(self, *args: Any, places: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "place", [("", _("nowhere")), *places])

    @property
    def chosen(self) -> UUID | None:
        """Key of the chosen block. Of a valid form."""
        return UUID(self.cleaned_data["place"]) if self.cleaned_data["place"] else None


class FilterForm(forms.Form):
    """Which comments are shown; read from the address, where everything is optional."""

    section = forms.ChoiceField(label=_("Part of the text"), required=False)
    bench = forms.ChoiceField(label=_("Bench"), required=False, choices=[("", _("all")), *Bench.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("all")),
            ("open", _("not answered")),
            ("answered", _("answered")),
            ("withdrawn", _("withdrawn")),
        ],
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("all")), *Disposition.Outcome.choices]
    )
    mine = forms.BooleanField(label=_("Only my own"), required=False)
    new = forms.BooleanField(label=_("Only new ones"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "section", [("", _("all")), ("whole", WHOLE), *Section.choices])
