"""Reading what the pages on planning sessions and rooms send."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ProgrammeRole
from apps.core.form_fields import RequestKeyField, field_of, set_choices, set_rows
from apps.municipalities.models import Municipality
from apps.training.actions.sessions import ABOUT, SEATS, PlannedDate
from apps.training.models import Module, Room, Session, TrainerQualification

SPARE_DATES, MOST_DATES = 2, 30
_Mode, _OpensTo = Session.Mode, Session.OpensTo


class ModuleChoice(forms.ModelChoiceField[Module]):
    """A module by its number and the title of what is offered."""

    def label_from_instance(self, obj: Module) -> str:
        return f"{obj.code} · {obj.offered.title}" if obj.offered else obj.code


class _SessionForm(forms.Form):
    """The fields of a session; which of them a page asks for, its form says in `groups`."""

    module = ModuleChoice(label=_("Module"), queryset=Module.objects.none(), empty_label=_("Please choose"))
    mode = forms.ChoiceField(
        label=_("How it takes place"),
        choices=_Mode.choices,
        widget=forms.RadioSelect,
        help_text=_("On site and hybrid sessions need a room for every date."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("de", _("German")), ("en", _("English"))])
    opens_to = forms.ChoiceField(label=_("Open to"), choices=_OpensTo.choices, widget=forms.RadioSelect)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=5_000)
    minimum = forms.IntegerField(
        label=_("Takes place from (people)"),
        min_value=1,
        max_value=5_000,
        help_text=_("If fewer have enrolled a week before enrolment ends, this page warns you."),
    )
    quota_each = forms.IntegerField(
        label=_("Seats per municipality at most"),
        min_value=1,
        max_value=5_000,
        required=False,
        help_text=_("Left empty: no limit. For single municipalities you can set another number."),
    )
    offer_hours = forms.IntegerField(
        label=_("An offered seat waits (hours)"),
        min_value=1,
        max_value=336,
        help_text=_("So long somebody from the waiting list has time to accept. Shorter when enrolment ends earlier."),
    )
    enrol_until = forms.DateTimeField(
        label=_("Enrolment until"), required=False, help_text=_("Left empty: a week before it begins.")
    )
    cancel_until = forms.DateTimeField(
        label=_("Cancellation without a note until"),
        required=False,
        help_text=_(
            "Left empty: a week before it begins. Later people can still cancel; the page tells them that it is late."
        ),
    )
    attended_from = forms.IntegerField(
        label=_("Attended from (percent of the time)"), min_value=1, max_value=100, help_text=_("Usually 80.")
    )
    cost = forms.DecimalField(
        label=_("Cost per person in euros"), min_value=0, max_digits=8, decimal_places=2, localize=True
    )
    online_url = forms.URLField(
        label=_("Address of the meeting"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("Only people with a seat see it."),
    )
    notes = forms.CharField(
        label=_("Notes for participants"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How to get there, what to bring, whom to ask about accessibility."),
    )
    request_key = RequestKeyField()

    ASKED: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in self.ASKED]:
            del self.fields[name]

    @property
    def values(self) -> dict[str, Any]:
        """What the actions take. Of a valid form."""
        names = {"module", *ABOUT, *SEATS}
        return {name: value for name, value in self.cleaned_data.items() if name in names}

    def show(self, *names: str) -> list[BoundField]:
        """Those of the named fields that the form asks for."""
        return [self[name] for name in names if name in self.fields]

    def clean_minimum(self) -> int:
        minimum: int = self.cleaned_data["minimum"]
        capacity = self.cleaned_data.get("capacity")
        if capacity is not None and minimum > capacity:
            raise forms.ValidationError(_("There are not so many seats."))
        return minimum

    def clean_enrol_until(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["enrol_until"]
        if moment is not None and "enrol_until" in self.changed_data and moment <= timezone.now():
            raise forms.ValidationError(_("This moment has passed."))
        return moment


class PlanForm(_SessionForm):
    """Planning a session."""

    ASKED = ("module", *ABOUT, *SEATS, "request_key")
    USUAL: Mapping[str, Any] = {
        "language": "de",
        "capacity": 20,
        "minimum": 5,
        "offer_hours": 48,
        "attended_from": 80,
        "cost": 0,
    }

    def __init__(self, *args: Any, modules: Any, host: Municipality | None, **kwargs: Any) -> None:
        usual = {"opens_to": _OpensTo.ONE if host else _OpensTo.ALL, **self.USUAL}
        kwargs["initial"] = {**usual, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        set_rows(self, "module", modules)
        set_choices(self, "opens_to", _opens_to(host))


class ChangeForm(_SessionForm):
    """Changing a session, but for its seats."""

    ASKED = ABOUT

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(session, name) for name in ABOUT}
        super().__init__(*args, **kwargs)
        if session.confidential:
            set_choices(self, "mode", [(_Mode.ON_SITE.value, _Mode.ON_SITE.label)])


class SeatsForm(_SessionForm):
    """Seats of a session, and the municipalities it is open to, each with a quota of its own or none."""

    ASKED = SEATS

    def __init__(
        self, *args: Any, session: Session, host: Municipality | None, municipalities: Iterable[Municipality], **kw: Any
    ) -> None:
        kw["initial"] = {name: getattr(session, name) for name in SEATS}
        super().__init__(*args, **kw)
        if session.confidential:
            set_choices(self, "opens_to", [(_OpensTo.ALL.value, _OpensTo.ALL.label)])
            del self.fields["quota_each"]
            self.municipalities: list[Municipality] = []
            return
        set_choices(self, "opens_to", _opens_to(host))
        self.municipalities = list(municipalities)
        shares = {share.of_id: share for share in session.shares.all()}
        for row in self.municipalities:
            share = shares.get(row.pk)
            self.fields[f"of_{row.pk}"] = forms.BooleanField(
                label=row.name,
                required=False,
                initial=share is not None and (share.quota is not None or session.opens_to == _OpensTo.SOME),
            )
            self.fields[f"quota_{row.pk}"] = forms.IntegerField(
                label=_("Seats at most: %(municipality)s") % {"municipality": row.name},
                min_value=0,
                max_value=5_000,
                required=False,
                initial=share.quota if share else None,
            )

    @property
    def rows(self) -> list[tuple[Municipality, BoundField, BoundField]]:
        """The lines of the table of municipalities: chosen, and the quota."""
        return [(row, self[f"of_{row.pk}"], self[f"quota_{row.pk}"]) for row in self.municipalities]

    @property
    def shares(self) -> dict[UUID, int | None]:
        """The chosen municipalities with their quota. Of a valid form."""
        data = self.cleaned_data
        is_open_to_all = data["opens_to"] == _OpensTo.ALL
        return {
            row.pk: data[f"quota_{row.pk}"]
            for row in self.municipalities
            if data[f"of_{row.pk}"] and (data[f"quota_{row.pk}"] is not None or not is_open_to_all)
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [row for row in self.municipalities if data.get(f"of_{row.pk}")]
        if data.get("opens_to") == _OpensTo.SOME and not chosen:
            self.add_error("opens_to", _("Please choose at least one municipality below."))
        for row in self.municipalities:
            if data.get(f"quota_{row.pk}") is not None and not data.get(f"of_{row.pk}"):
                self.add_error(f"of_{row.pk}", _("A number is given: please choose the municipality as well."))
        return data


def _opens_to(host: Municipality | None) -> list[tuple[str, Any]]:
    return [(value, label) for value, label in _OpensTo.choices if host is not None or value != _OpensTo.ONE]


class DateForm(forms.Form):
    """One date of a session: a day, from, until, and a room."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"))
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Only where it lasts several days without a break, as at one's own pace."),
    )
    room = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), required=False, empty_label=_("no room")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if all(data.get(name) is not None for name in ("day", "begins", "ends")):
            data["starts_at"] = _moment(data["day"], data["begins"])
            data["ends_at"] = _moment(data.get("last_day") or data["day"], data["ends"])
            if data["ends_at"] <= data["starts_at"]:
                self.add_error("ends", _("It ends after it begins."))
        return data

    @property
    def planned(self) -> PlannedDate:
        """The date as the actions take it. Of a valid form."""
        data = self.cleaned_data
        room = data["room"]
        return PlannedDate(data["starts_at"], data["ends_at"], room.pk if room else None, data["key"])


def _moment(day: Any, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


class DateFormSet(BaseFormSet):  # type: ignore[type-arg]  # not generic at runtime
    """The dates of a session, with spare rows. One is taken away by ticking it; empty rows do not count."""

    rooms: Any = None

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        if self.rooms is not None:
            set_rows(form, "room", self.rooms)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove this date")

    def clean(self) -> None:
        starts = [date.starts_at for date in self.planned if date.starts_at]
        if len(set(starts)) < len(starts):
            raise forms.ValidationError(_("Two dates begin at the same time."))
        if not starts and not any(form.errors for form in self.forms):
            raise forms.ValidationError(_("Please give at least one date."))

    @property
    def planned(self) -> list[PlannedDate]:
        """What is left, in time order. Of a valid formset."""
        found = [
            form.planned
            for form in self.forms
            if form.is_valid() and not form.cleaned_data.get("DELETE")
            if form.has_changed() or form in self.initial_forms
        ]
        return sorted(found, key=lambda date: date.starts_at)


_Dates = formset_factory(
    DateForm, formset=DateFormSet, extra=SPARE_DATES, can_delete=True, can_delete_extra=False, max_num=MOST_DATES
)


def date_formset(data: Any, *, rooms: Any, initial: Sequence[Mapping[str, Any]] = ()) -> Any:
    """The dates of a session as rows; `initial` from `initial_dates`."""
    made: Any = _Dates(data, initial=list(initial), prefix="dates")
    made.rooms = rooms
    return made


def with_more_rows(data: Any) -> Any:
    """What was sent, with more spare rows: nothing that was typed is lost."""
    more = data.copy()
    total = int(more.get("dates-TOTAL_FORMS") or 0) if str(more.get("dates-TOTAL_FORMS") or "").isdigit() else 0
    more["dates-TOTAL_FORMS"] = str(min(total + SPARE_DATES + 1, MOST_DATES))
    return more


def initial_dates(session: Session, *, shifted: Any = None) -> list[dict[str, Any]]:
    """The dates of a session as the rows show them; `shifted`: moved by that, as new ones."""
    rows = []
    for date in session.dates.all():
        begins, ends = timezone.localtime(date.starts_at), timezone.localtime(date.ends_at)
        if shifted is not None:
            begins, ends = begins + shifted, ends + shifted
        rows.append(
            {
                "key": date.pk if shifted is None else None,
                "day": begins.date(),
                "begins": begins.time(),
                "ends": ends.time(),
                "last_day": ends.date() if ends.date() != begins.date() else None,
                "room": date.room_id,
            }
        )
    return rows


class CancelForm(forms.Form):
    """Why a session is cancelled."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands on the page of the session. The mail to those concerned only says that it is cancelled."),
    )


class TrainersForm(forms.Form):
    """Who leads a session, and who teaches beside them."""

    leads = forms.TypedMultipleChoiceField(
        label=_("Leading"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    beside = forms.TypedMultipleChoiceField(
        label=_("Teaching beside them"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Counts as experience in the register of trainers. Needs no qualification for the module."),
    )

    def __init__(self, *args: Any, session: Session, trainers: Sequence[ProgrammeRole], **kwargs: Any) -> None:
        rows = list(session.trainers.all())
        kwargs["initial"] = {
            "leads": [str(row.role_id) for row in rows if row.is_lead],
            "beside": [str(row.role_id) for row in rows if not row.is_lead],
        }
        super().__init__(*args, **kwargs)
        leading = {row.role_id for row in rows if row.is_lead}
        may_lead = [role for role in trainers if role.pk in leading or _leads(role, session.module_id)]
        field_of(self, "leads", forms.TypedMultipleChoiceField).choices = _people(may_lead)
        field_of(self, "beside", forms.TypedMultipleChoiceField).choices = _people(trainers)


def _leads(role: ProgrammeRole, module_id: UUID) -> bool:
    lead = TrainerQualification.Level.LEAD
    return any(row.module_id == module_id and row.level == lead for row in role.qualifications.all())


def _people(roles: Collection[ProgrammeRole]) -> list[tuple[str, str]]:
    return [(str(role.pk), ", ".join(filter(None, (role.user.get_full_name(), role.organisation)))) for role in roles]


class RoomForm(forms.Form):
    """A room, with what people need to know to get in, hear and see."""

    name = forms.CharField(label=_("Name"), max_length=160)
    address = forms.CharField(label=_("Address"), max_length=240)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=5_000, required=False)
    step_free = forms.BooleanField(label=_("Step-free"), required=False)
    accessible_toilet = forms.BooleanField(label=_("Accessible toilet"), required=False)
    hearing_loop = forms.BooleanField(label=_("Hearing loop"), required=False)
    accessibility = forms.CharField(
        label=_("Accessibility in detail"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example lift, width of doors, light, a place to withdraw, parking, the nearest stop."),
    )

    @classmethod
    def of(cls, room: Room) -> "RoomForm":
        """The form with a room as it is stored."""
        return cls(initial={name: getattr(room, name) for name in cls.base_fields})
