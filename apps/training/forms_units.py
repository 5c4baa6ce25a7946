"""Reading what the pages on the units of a module send: one form per kind, questions and places with their rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.formsets import formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.form_fields import area, set_choices
from apps.core.forms_entries import RowFormSet
from apps.files.checks import Refused
from apps.training.actions.authoring import next_key
from apps.training.files_checks import CheckedFile, check
from apps.training.forms_authoring import MarkdownField
from apps.training.guards import FITTING
from apps.training.models import ModuleFile
from apps.training.units import Audience, UnitKind

NEW_PLACE = "+"
MAX_ROWS = 12


# --- Units ------------------------------------------------------------------------------------------------------------


class AddUnitForm(forms.Form):
    """A new unit: its kind and its title; what it says comes next."""

    title = forms.CharField(label=_("Title"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, audience: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = UnitKind.choices
        if audience == Audience.TRAINER:
            kinds = [choice for choice in kinds if choice[0] in (UnitKind.TEXT, UnitKind.DOWNLOAD)]
        set_choices(self, "kind", kinds)


class UnitForm(forms.Form):
    """Title and minutes of a unit, which every kind has; the rest says the kind's own form."""

    title = forms.CharField(label=_("Title"), max_length=160)
    minutes = forms.IntegerField(
        label=_("Duration in minutes"),
        min_value=0,
        max_value=600,
        help_text=_("How long learners need; 0: not counted."),
    )

    def __init__(self, *args: Any, kind: str, files: Mapping[str, ModuleFile], audience: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in _FILE_LABELS.items():
            if name in self.fields and (kind, name) in FITTING:
                fitting = [
                    (key, file.name)
                    for key, file in files.items()
                    if file.kind in FITTING[kind, name] and (audience == Audience.TRAINER or not file.for_trainers)
                ]
                self.fields[name].label = label
                set_choices(self, name, [("", gettext("no file")), *fitting])

    @property
    def values(self) -> dict[str, Any]:
        """The parts of the content that this form holds. Of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("title", "minutes")}


_FILE_LABELS = {"file": _("File"), "captions": _("Captions (WebVTT)")}


def _file() -> forms.ChoiceField:
    return forms.ChoiceField(required=False, help_text=_("From the files of this module."))


class TextUnitForm(UnitForm):
    text = MarkdownField(label=_("Text"), rows=20)


class ImageUnitForm(UnitForm):
    file = _file()
    alt = forms.CharField(
        label=_("Text alternative"),
        max_length=400,
        required=False,
        widget=area(2),
        help_text=_("What is to be seen, for people who do not see it."),
    )
    decorative = forms.BooleanField(label=_("The image is only decoration"), required=False)
    caption = forms.CharField(label=_("Caption"), max_length=400, required=False, widget=area(2))


class VideoUnitForm(UnitForm):
    file = _file()
    url = forms.URLField(
        label=_("Address, where the video is no file"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Shown as a link that leads away from here; nothing is loaded from there."),
    )
    captions = _file()
    transcript = MarkdownField(label=_("Transcript"), help_text=_("Everything that is said, and what must be seen."))

    def clean(self) -> dict[str, Any]:
        """A film is a file or an address, not both."""
        cleaned = super().clean() or {}
        if cleaned.get("file") and cleaned.get("url"):
            self.add_error("url", _("Please choose a file or give an address, not both."))
        elif cleaned.get("url") and not cleaned["url"].startswith("https://"):
            self.add_error("url", _("The address begins with https://."))
        return cleaned


class AudioUnitForm(UnitForm):
    file = _file()
    transcript = MarkdownField(label=_("Transcript"), help_text=_("Everything that is said."))


class DownloadUnitForm(UnitForm):
    description = forms.CharField(label=_("What it is for"), max_length=600, required=False, widget=area(2))
    file = _file()
    filename = forms.CharField(
        label=_("File name of the work sheet"),
        max_length=100,
        required=False,
        help_text=_("Where there is no file: the text below is made into a PDF of this name, ending in .pdf."),
    )
    text = MarkdownField(label=_("Text of the work sheet"), rows=16)

    def clean_filename(self) -> str:
        """Raises ValidationError for a name that is none of a PDF."""
        name: str = self.cleaned_data["filename"].strip()
        if name and (not name.endswith(".pdf") or "/" in name or "\\" in name):
            raise ValidationError(_("A file name that ends in .pdf is expected."))
        return name


class ReflectionUnitForm(UnitForm):
    task = MarkdownField(label=_("Task"), help_text=_("For the own desk. What is written is stored nowhere."))
    hint = MarkdownField(label=_("Hint"), help_text=_("Shown afterwards, to compare one's own thoughts with."))


class QuizUnitForm(UnitForm):
    text = MarkdownField(label=_("Introduction"), rows=5)
    pass_mark = forms.IntegerField(
        label=_("Passed from (percent of the points)"),
        min_value=0,
        max_value=100,
        help_text=_("0: for practice, nothing to pass."),
    )
    attempts = forms.IntegerField(
        label=_("Attempts"), min_value=0, max_value=20, help_text=_("0: as many as one likes.")
    )


class ScenarioUnitForm(UnitForm):
    text = MarkdownField(label=_("Introduction"), rows=5)
    start = forms.ChoiceField(label=_("Begins at"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "start", places)


UNIT_FORMS: Mapping[str, type[UnitForm]] = {
    UnitKind.TEXT: TextUnitForm,
    UnitKind.IMAGE: ImageUnitForm,
    UnitKind.VIDEO: VideoUnitForm,
    UnitKind.AUDIO: AudioUnitForm,
    UnitKind.DOWNLOAD: DownloadUnitForm,
    UnitKind.REFLECTION: ReflectionUnitForm,
    UnitKind.QUIZ: QuizUnitForm,
    UnitKind.SCENARIO: ScenarioUnitForm,
}


def unit_form(unit: Any, files: Mapping[str, ModuleFile], data: Any = None) -> UnitForm:
    """The form of a unit's kind, with what stands in it or with what was sent."""
    more: dict[str, Any] = {}
    if unit.kind == UnitKind.SCENARIO:
        more["places"] = place_choices(unit.content.get("nodes") or [])
    initial = {**unit.content, "title": unit.title, "minutes": unit.minutes}
    return UNIT_FORMS[unit.kind](data, initial=initial, kind=unit.kind, files=files, audience=unit.audience, **more)


# --- Questions --------------------------------------------------------------------------------------------------------

QUESTION_LABELS = {
    "single": _("One answer is right"),
    "multiple": _("Several answers are right"),
    "ordering": _("Put into order"),
    "matching": _("Match pairs"),
    "reflection": _("Free reflection, without points"),
}


class QuestionForm(forms.Form):
    """A question without its rows."""

    prompt = forms.CharField(label=_("Question"), max_length=1_000, widget=area(3))
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=20, initial=1)
    feedback = forms.CharField(
        label=_("Feedback"),
        max_length=1_000,
        required=False,
        widget=area(3),
        help_text=_("Said after the answer, whether it was right or not: why it is so."),
    )
    hint = forms.CharField(
        label=_("Hint"),
        max_length=2_000,
        required=False,
        widget=area(4),
        help_text=_("Shown afterwards, to compare one's own thoughts with."),
    )

    def __init__(self, *args: Any, question_type: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if question_type == "reflection":
            del self.fields["points"]
        else:
            del self.fields["hint"]
        if question_type not in ("ordering", "matching"):
            del self.fields["feedback"]


class _RowForm(forms.Form):
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def entry(self) -> dict[str, Any]:
        """The row as a unit keeps it. Of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("DELETE", "ORDER")}


class OptionForm(_RowForm):
    """An answer to choose."""

    text = forms.CharField(label=_("Answer"), max_length=500, widget=area(2))
    correct = forms.BooleanField(label=_("This answer is right"), required=False)
    feedback = forms.CharField(label=_("Feedback to this answer: why"), max_length=800, widget=area(2))


class EntryForm(_RowForm):
    """An entry to be put into order."""

    text = forms.CharField(label=_("Entry"), max_length=300)


class PairForm(_RowForm):
    """Two sides that belong together."""

    left = forms.CharField(label=_("Left side"), max_length=300)
    right = forms.CharField(label=_("Right side"), max_length=300)


_ROWS: Mapping[str, tuple[str, type[_RowForm]]] = {
    "single": ("options", OptionForm),
    "multiple": ("options", OptionForm),
    "ordering": ("entries", EntryForm),
    "matching": ("pairs", PairForm),
}


class QuestionInput:
    """Question and rows together."""

    def __init__(self, question: Mapping[str, Any], data: Any = None) -> None:
        """question: as it stands, or of a new one its type alone."""
        self.question = question
        self.type = str(question["type"])
        self.form = QuestionForm(data, initial=dict(question), question_type=self.type)
        self.rows: Any = None
        if self.type in _ROWS:
            self.name, form = _ROWS[self.type]
            there = [dict(row) for row in question.get(self.name) or []]
            spare = max(2, 4 - len(there))
            self.rows = formset_factory(
                form,
                formset=RowFormSet,
                extra=spare,
                max_num=MAX_ROWS,
                validate_max=True,
                can_delete=True,
                can_delete_extra=False,
                can_order=self.type == "ordering",
            )(data, initial=there, prefix="rows")

    def is_valid(self) -> bool:
        """Look at both, so that both show what is wrong."""
        return all([self.form.is_valid(), self.rows is None or self.rows.is_valid()])

    @property
    def part(self) -> dict[str, Any]:
        """The question as a unit keeps it; new rows get keys. Of a valid input."""
        made = {"key": self.question.get("key", ""), "type": self.type, "points": 0, **self.form.cleaned_data}
        if self.rows is not None:
            made[self.name] = with_keys(self.rows.entries)
        return made


def with_keys(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows, each with a key of its own: those that have one keep it."""
    found = [dict(row) for row in rows]
    taken = [str(row["key"]) for row in found if row["key"]]
    for row in found:
        if not row["key"] or taken.count(str(row["key"])) > 1:
            row["key"] = next_key(taken)
            taken.append(row["key"])
    return found


# --- Places of a scenario ---------------------------------------------------------------------------------------------

ENDINGS = [
    ("", _("none: it goes on from here")),
    ("good", _("a good ending")),
    ("mixed", _("a mixed ending")),
    ("poor", _("a poor ending")),
]


def place_choices(nodes: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The places to choose from: key and the beginning of the text."""
    return [(str(node["key"]), place_label(node)) for node in nodes]


def place_label(node: Mapping[str, Any]) -> str:
    """How a place is called where it is not read: its key and its first words."""
    words = " ".join(str(node.get("text") or "").split())
    start = f"{words[:60].rstrip()} …" if len(words) > 60 else words
    return f"{node['key']}: {start or gettext('(no text yet)')}"


class PlaceForm(forms.Form):
    """A place of a scenario without its choices."""

    text = MarkdownField(label=_("What happens here"), rows=8)
    ending = forms.ChoiceField(label=_("Ending"), choices=ENDINGS, required=False)


class ChoiceForm(_RowForm):
    """What the learner can do at a place."""

    text = forms.CharField(label=_("What the learner does"), max_length=400, widget=area(2))
    feedback = forms.CharField(label=_("What follows from it, and why"), max_length=1_000, widget=area(3))
    to = forms.ChoiceField(label=_("Leads to"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("Please choose")), *places, (NEW_PLACE, gettext("a new place"))]
        set_choices(self, "to", choices)


class PlaceInput:
    """A place and its choices together."""

    def __init__(self, place: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]], data: Any = None) -> None:
        self.place, self.nodes = place, nodes
        self.form = PlaceForm(data, initial=dict(place))
        there = [dict(choice) for choice in place.get("choices") or []]
        self.rows: Any = formset_factory(
            ChoiceForm,
            formset=RowFormSet,
            extra=max(1, 3 - len(there)),
            max_num=MAX_ROWS,
            validate_max=True,
            can_delete=True,
            can_delete_extra=False,
        )(data, initial=there, prefix="rows", form_kwargs={"places": place_choices(nodes)})

    def is_valid(self) -> bool:
        """Look at both, so that both show what is wrong."""
        return all([self.form.is_valid(), self.rows.is_valid()])

    @property
    def new_places(self) -> list[str]:
        """Keys for the new places that choices lead to. Of a valid input."""
        taken = [str(node["key"]) for node in self.nodes]
        if not self.place.get("key"):
            taken.append(next_key(taken))
        found: list[str] = []
        for row in self.rows.entries:
            if row["to"] == NEW_PLACE:
                found.append(next_key([*taken, *found]))
        return found

    @property
    def part(self) -> dict[str, Any]:
        """The place as a unit keeps it. Of a valid input."""
        new = iter(self.new_places)
        choices = [
            {**row, "to": next(new) if row["to"] == NEW_PLACE else row["to"]} for row in with_keys(self.rows.entries)
        ]
        return {"key": self.place.get("key", ""), **self.form.cleaned_data, "choices": choices}


# --- Files ------------------------------------------------------------------------------------------------------------


class FileForm(forms.Form):
    """A file for a module: cleans to `checked`."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ModuleFile.Kind.choices, widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput,
        help_text=_(
            "Images: PNG, JPEG. Films: MP4, WebM up to 200 MB. Sound: MP3, M4A, OGG up to 50 MB. Captions: WebVTT. "
            "Documents: PDF, Word, Excel, PowerPoint, OpenDocument up to 20 MB. Place and device are removed from "
            "images; from films, sound and documents nothing is removed: please check before you upload."
        ),
    )
    for_trainers = forms.BooleanField(label=_("For trainers only"), required=False)
    checked: CheckedFile

    def __init__(self, *args: Any, only_trainers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only_trainers:
            del self.fields["for_trainers"]

    def clean(self) -> dict[str, Any]:
        """Look into the file. What it is not taken for stands at the field."""
        cleaned = super().clean() or {}
        uploaded: UploadedFile[bytes] | None = cleaned.get("file")
        if uploaded is not None and cleaned.get("kind"):
            try:
                self.checked = check(cleaned["kind"], uploaded)
            except Refused as refused:
                self.add_error("file", str(refused))
        return cleaned
