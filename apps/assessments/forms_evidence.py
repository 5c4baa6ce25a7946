"""Reading what the pages on evidence send."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.assessments.models import Evidence
from apps.assessments.models.evidence import MAX_PAGE, MAX_TITLE
from apps.assessments.pages_evidence import ItemGroup
from apps.core.form_fields import set_choices, set_rows
from apps.files.forms import UploadField

PAGE = "page-"


class AddressField(forms.URLField):
    """An address of a web page: http or https, without a name and a password in it."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", max_length=500, **kwargs)

    def clean(self, value: Any) -> str:
        address: str = super().clean(value)
        if address and "@" in urlsplit(address).netloc:
            raise forms.ValidationError(_("Please give the address without a user name."))
        return address


def _page(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=MAX_PAGE, help_text=help_text)


def _title() -> forms.CharField:
    return forms.CharField(
        label=_("Title"),
        max_length=MAX_TITLE,
        help_text=_("What it is, so that others find it: for example “Council decision 2026/117”."),
    )


class DayField(forms.DateField):
    """The day a document is from."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Date of the document"), **kwargs)

    def clean(self, value: Any) -> date:
        day: date = super().clean(value)
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("The day is still to come."))
        return day


class ItemsForm(forms.Form):
    """For which items a piece of evidence stands, and on which page."""

    items = forms.MultipleChoiceField(
        label=_("It proves the answers to"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one question.")},
    )
    page = _page(
        _("Page or section"),
        _("For example: 4, or § 3. It holds for all questions chosen; you can change it for each of them later."),
    )

    def __init__(self, *args: Any, groups: Sequence[ItemGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = groups
        choices = [choice for group in groups for choice in group.items]
        set_choices(self, "items", choices)

    def grouped_items(self) -> Iterator[Mapping[str, Any]]:
        """The boxes section by section: label, choices, is_open (where one is ticked, or where an error leads to)."""
        bound = self["items"]
        chosen, boxes = set(bound.value() or ()), iter(bound.choices())  # type: ignore[attr-defined]  # KernBoundField
        for number, group in enumerate(self.groups):
            ticked = not chosen.isdisjoint(name for name, _label in group.items)
            yield {
                "label": group.label,
                "is_open": ticked or len(self.groups) == 1 or (number == 0 and bool(bound.errors)),
                "choices": [next(boxes) for _item in group.items],
            }


class DocumentOrAddressForm(forms.Form):
    """A document or an address, one of the two."""

    document = UploadField(label=_("Document"), required=False)
    url = AddressField(
        label=_("Or an address"),
        required=False,
        help_text=_("Of the page or the document on the web, beginning with https://"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors.keys() & {"document", "url"}:
            return data
        if not data.get("document") and not data.get("url"):
            self.add_error("document", _("Please choose a document, or give an address."))
        elif data.get("document") and data.get("url"):
            self.add_error("url", _("Please give either a document or an address."))
        return data


class AddForm(DocumentOrAddressForm, ItemsForm):
    """A new piece: a document or an address."""

    title = _title()
    dated_on = DayField()
    field_order = ("document", "url", "title", "dated_on", "items", "page")


class PieceChoice(forms.ModelChoiceField[Evidence]):
    """One of the pieces that are there, with date and file name or address."""

    def label_from_instance(self, obj: Any) -> str:
        day = date_format(obj.dated_on, "SHORT_DATE_FORMAT")
        return f"{obj.title} ({day}) – {obj.document.name if obj.document else obj.url[:80]}"


class ChooseForm(ItemsForm):
    """A piece that is there already, for further items."""

    evidence = PieceChoice(
        Evidence.objects.none(),
        label=_("Evidence"),
        help_text=_("From this assessment and from earlier ones. It stays where it is named already."),
    )
    field_order = ("evidence", "items", "page")

    def __init__(self, *args: Any, pieces: "QuerySet[Evidence]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_rows(self, "evidence", pieces)


class ChangeForm(ItemsForm):
    """What a piece proves, on which page each; title and date where they may be changed.

    pages: item name → page, of the items it is named for now. describes: whether title and date are shown.
    """

    title = _title()
    dated_on = DayField()
    field_order = ("title", "dated_on", "items", "page")

    def __init__(
        self, *args: Any, evidence: Evidence, pages: Mapping[str, str], describes: bool, **kwargs: Any
    ) -> None:
        initial = {"title": evidence.title, "dated_on": evidence.dated_on, "items": list(pages)}
        super().__init__(*args, initial=initial, **kwargs)
        if not describes:
            del self.fields["title"], self.fields["dated_on"]
        labels = {name: label for group in self.groups for name, label in group.items}
        self.used = [name for name in labels if name in pages]
        for name in self.used:
            field = _page(_("Page or section for %(item)s") % {"item": labels[name].partition(" ")[0]})
            field.initial = pages[name]
            self.fields[PAGE + name] = field
        self.fields["page"].label = _("Page or section for questions newly chosen")
        self.fields["page"].help_text = ""

    def page_fields(self) -> list[Any]:
        """The fields for the page of each item it is named for."""
        return [self[PAGE + name] for name in self.used]

    @property
    def pages(self) -> dict[str, str]:
        """Every item chosen with its page, after validation."""
        data = self.cleaned_data
        return {name: data.get(PAGE + name, data["page"]) for name in data["items"]}
