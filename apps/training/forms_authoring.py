"""Reading what the pages on writing modules send. Which fields there are, and their bounds, `fields` says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.entries import SLUG, with_dates
from apps.core.form_fields import area, set_choices
from apps.core.forms_entries import ItemsForm, LinesField, entry_formset
from apps.core.prose import NotAllowed, parse
from apps.reviews.lifecycle import State
from apps.training.fields import DELIVERIES, ENTRIES, LONGEST_OBJECTIVE, MAX_OBJECTIVES, TEXTS
from apps.training.models import ModuleEdition

MAX_MARKDOWN = 60_000


class MarkdownField(forms.CharField):
    """A text in the Markdown of apps.core.prose; what it cannot hold is named with its line."""

    def __init__(self, *, rows: int = 12, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_MARKDOWN)
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "true"}), **kwargs)

    def clean(self, value: Any) -> str:
        """The text with plain line ends. Raises ValidationError for every line that holds what it may not."""
        text: str = super().clean(value).replace("\r\n", "\n")
        try:
            parse(text)
        except NotAllowed as error:
            raise ValidationError([str(refusal) for refusal in error.refusals]) from error
        return text


# --- Starting, steps, authors -----------------------------------------------------------------------------------------


class StartForm(forms.Form):
    """A new module."""

    title = forms.CharField(label=_("Title"), max_length=160)
    number = forms.IntegerField(
        label=_("Number of the module"), min_value=1, max_value=9_999, help_text=_("It never changes.")
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens; addresses and mapping rules name it. It never changes."),
    )
    dimension = forms.TypedChoiceField(label=_("Field of action"), coerce=int)
    is_empowerment = forms.BooleanField(
        label=_("Empowerment: led on site by trainers with experience of racism, material for trainers only"),
        required=False,
        help_text=_("Who takes part stays with the person alone. There are no units for learners and no packages."),
    )

    def __init__(self, *args: Any, dimensions: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "dimension", list(dimensions.items()))

    def clean_key(self) -> str:
        """Raises ValidationError for a key of another form."""
        key: str = self.cleaned_data["key"]
        if not SLUG.fullmatch(key):
            raise ValidationError(_("Small letters, digits and hyphens are expected."))
        return key


class FilterForm(forms.Form):
    """Which modules the list shows. A value that means nothing is left out of account."""

    state = forms.ChoiceField(label=_("State"), required=False)
    dimension = forms.TypedChoiceField(label=_("Field of action"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, dimensions: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [choice for choice in State.choices if choice[0] not in (State.ROUND_OPEN, State.ROUND_ANSWERED)]
        set_choices(self, "state", [("", gettext("All")), *states])
        set_choices(self, "dimension", [("", gettext("All")), *dimensions.items()])

    def chosen(self) -> dict[str, Any]:
        """Lookups for the list."""
        self.is_valid()
        lookups = {"state": "state", "dimension": "module__dimension"}
        return {lookup: self.cleaned_data[name] for name, lookup in lookups.items() if self.cleaned_data.get(name)}


class StepForm(forms.Form):
    """Taking a step of the lifecycle."""

    transition = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=area(3))

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]


class AuthorForm(forms.Form):
    """Somebody who writes the module."""

    user = forms.UUIDField(label=_("Author"), widget=forms.Select)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].widget.choices = [("", gettext("Please choose")), *choices]
        self.known = {key for key, _label in choices}

    def clean_user(self) -> Any:
        """Raises ValidationError for somebody who is not offered."""
        if str(self.cleaned_data["user"]) not in self.known:
            raise ValidationError(_("This person cannot be chosen."))
        return self.cleaned_data["user"]


# --- Fields of the text -----------------------------------------------------------------------------------------------


def _objective_problem(line: str) -> str:
    if len(line) <= LONGEST_OBJECTIVE:
        return ""
    values = {"most": LONGEST_OBJECTIVE, "start": line[:40]}
    return gettext("At most %(most)s characters are possible in one line: “%(start)s …” is longer.") % values


class BasicsForm(forms.Form):
    """What a module is, whom it is for, how long it takes and how it can be given."""

    title = forms.CharField(label=_("Title"), max_length=TEXTS["title"])
    summary = forms.CharField(
        label=_("Summary"),
        max_length=TEXTS["summary"],
        required=False,
        widget=area(4),
        help_text=_("What it is and what one can do afterwards, in two to four sentences."),
    )
    target_group = forms.CharField(
        label=_("Target group"), max_length=TEXTS["target_group"], required=False, widget=area(2)
    )
    prerequisites = forms.CharField(
        label=_("Prerequisites"), max_length=TEXTS["prerequisites"], required=False, widget=area(2)
    )
    objectives = LinesField(
        _objective_problem,
        label=_("Learning objectives"),
        required=False,
        widget=area(8),
        help_text=_("One to a line, three to six: what can be observed afterwards, beginning with “Sie können …”."),
    )
    minutes = forms.IntegerField(label=_("Duration in minutes"), min_value=0, max_value=10_000)
    delivery = forms.MultipleChoiceField(
        label=_("How it can be given"),
        choices=ModuleEdition.Delivery.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    valid_months = forms.IntegerField(
        label=_("To be repeated after (months)"), min_value=0, max_value=120, help_text=_("0: it need not be repeated.")
    )

    def __init__(self, *args: Any, is_empowerment: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_empowerment:
            choices = [one for one in ModuleEdition.Delivery.choices if one[0] == ModuleEdition.Delivery.ON_SITE]
            set_choices(self, "delivery", choices)

    def clean_objectives(self) -> list[str]:
        """Raises ValidationError for too many."""
        found: list[str] = self.cleaned_data["objectives"]
        if len(found) > MAX_OBJECTIVES:
            raise ValidationError(_("At most %(most)s entries are possible.") % {"most": MAX_OBJECTIVES})
        return found

    def clean_delivery(self) -> list[str]:
        """In the order of fields.DELIVERIES."""
        return [name for name in DELIVERIES if name in self.cleaned_data["delivery"]]


@dataclass(frozen=True, slots=True)
class FieldPage:
    """A page of fields: its name in the URL, its title, the edition's fields it writes."""

    name: str
    title: str | Promise
    writes: tuple[str, ...]
    #: What must stand there for the page to count as filled in.
    needs: tuple[str, ...]

    def is_filled(self, edition: ModuleEdition) -> bool:
        """Whether everything that is needed stands there."""
        return all(bool(getattr(edition, name)) for name in self.needs)


_BASICS = (*TEXTS, "objectives", "minutes", "delivery", "valid_months")
FIELD_PAGES: Mapping[str, FieldPage] = {
    page.name: page
    for page in (
        FieldPage(
            "basics",
            _("Title, summary, objectives, duration"),
            _BASICS,
            ("summary", "target_group", "objectives", "minutes", "delivery"),
        ),
        FieldPage("items", _("Items answered"), ("items",), ("items",)),
        FieldPage("legal_bases", _("Legal bases"), ("legal_bases",), ("legal_bases",)),
        FieldPage("sources", _("Sources"), ("sources",), ("sources",)),
    )
}


@dataclass
class FieldsInput:
    """The form or formset of a page of fields, whichever it has."""

    page: FieldPage
    form: Any
    is_formset: bool

    def is_valid(self) -> bool:
        return bool(self.form.is_valid())

    @property
    def values(self) -> dict[str, Any]:
        """The edition's fields as the page gives them. Of a valid form."""
        if self.is_formset:
            return {self.page.name: self.form.entries}
        return {name: self.form.cleaned_data[name] for name in self.page.writes}


def fields_input(
    page: FieldPage, edition: ModuleEdition, labels: Mapping[str, str], *, is_empowerment: bool, data: Any = None
) -> FieldsInput:
    """The form of a page, with what stands in the edition or with what was sent."""
    if page.name in ENTRIES:
        given = [with_dates(ENTRIES[page.name], entry) for entry in getattr(edition, page.name)]
        rows = entry_formset(page.name, ENTRIES[page.name])
        return FieldsInput(page, rows(data, initial=given, prefix=page.name), True)
    initial = {name: getattr(edition, name) for name in page.writes}
    if page.name == "items":
        return FieldsInput(page, ItemsForm(data, labels=labels, initial=initial), False)
    return FieldsInput(page, BasicsForm(data, initial=initial, is_empowerment=is_empowerment), False)


# --- English ----------------------------------------------------------------------------------------------------------


class EnglishForm(forms.Form):
    """The English of some German texts: a field for each path, and for a stale one whether it still fits."""

    def __init__(self, *args: Any, lines: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            label = gettext("English: %(what)s") % {"what": line.label}
            plain = {"label": label, "required": False, "initial": line.english}
            field: forms.Field
            if line.is_markdown:
                field = MarkdownField(rows=line.rows, **plain)
            else:
                field = forms.CharField(max_length=line.longest, widget=area(line.rows), **plain)
            field.widget.attrs["lang"] = "en"
            self.fields[line.field] = field
            if line.is_stale:
                self.fields[line.confirm] = forms.BooleanField(
                    label=_("The English text still fits the German one"), required=False
                )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Line, its field and the field to confirm it (or None), in order."""
        return [(line, self[line.field], self[line.confirm] if line.is_stale else None) for line in self.lines]

    @property
    def texts(self) -> dict[str, str]:
        """The English texts by path. Of a valid form."""
        return {line.path: self.cleaned_data[line.field] for line in self.lines}

    @property
    def confirmed(self) -> set[str]:
        """The paths whose stale text was said to fit. Of a valid form."""
        return {line.path for line in self.lines if line.is_stale and self.cleaned_data[line.confirm]}
