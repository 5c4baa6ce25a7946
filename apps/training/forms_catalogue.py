"""What people look for: forms whose values stand in the address. What an address asks wrongly is left out."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.core.form_fields import set_choices
from apps.training.models import ModuleEdition, Session
from apps.training.queries_catalogue import DRAFT, PILOT, STANDARD, Wanted, WantedSessions
from apps.training.queries_modules import dimension_names

#: Durations by the value in the address: more than, at most.
MINUTES: dict[str, tuple[int, int | None]] = {"20": (0, 20), "45": (20, 45), "90": (45, 90), "more": (90, None)}
_ANY = ("", _("all"))


class _FilterForm(forms.Form):
    """A form of choices, each of which may be left open."""

    def chosen(self, name: str) -> Any:
        """What is asked for; nothing where it is no valid choice."""
        return self.cleaned_data.get(name)


class CatalogueForm(_FilterForm):
    """Words and filters for modules."""

    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    dimension = forms.TypedChoiceField(label=_("Field of action"), coerce=int, empty_value=None, required=False)
    duration = forms.ChoiceField(
        label=_("Duration"),
        required=False,
        choices=[
            _ANY,
            ("20", _("up to 20 minutes")),
            ("45", _("20 to 45 minutes")),
            ("90", _("45 to 90 minutes")),
            ("more", _("more than 90 minutes")),
        ],
    )
    delivery = forms.ChoiceField(
        label=_("How it is given"), required=False, choices=[_ANY, *ModuleEdition.Delivery.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[_ANY, (STANDARD, _("Standard")), (PILOT, _("being tried out")), (DRAFT, _("Draft"))],
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[_ANY, ("en", _("also in English"))])
    sessions = forms.BooleanField(label=_("with a session to come"), required=False)

    def __init__(self, *args: Any, interface: str, public: bool = False, **kwargs: Any) -> None:
        """interface: language of the page. public: without what only municipalities have."""
        super().__init__(*args, **kwargs)
        set_choices(self, "dimension", [_ANY, *((str(key), name) for key, name in dimension_names(interface).items())])
        if public:
            del self.fields["sessions"], self.fields["language"]
        self.full_clean()

    @property
    def wanted(self) -> Wanted:
        """What is looked for."""
        return Wanted(
            words=self.chosen("words") or "",
            dimension=self.chosen("dimension"),
            minutes=MINUTES.get(self.chosen("duration") or ""),
            delivery=self.chosen("delivery") or "",
            language=self.chosen("language") or "",
            state=self.chosen("state") or "",
            with_session=bool(self.chosen("sessions")),
        )


class SessionsForm(_FilterForm):
    """Filters for sessions."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    dimension = forms.TypedChoiceField(label=_("Field of action"), coerce=int, empty_value=None, required=False)
    mode = forms.ChoiceField(label=_("How it is given"), required=False, choices=[_ANY, *Session.Mode.choices])
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[_ANY, ("de", _("German")), ("en", _("English"))]
    )
    seats = forms.BooleanField(label=_("with free seats"), required=False)
    module = forms.SlugField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, months: Iterable[date], interface: str, **kwargs: Any) -> None:
        """months: those that have sessions, by their first days. interface: language of the page."""
        super().__init__(*args, **kwargs)
        self._months = {f"{month:%Y-%m}": month for month in months}
        named = [(key, date_format(month, "F Y")) for key, month in self._months.items()]
        set_choices(self, "month", [_ANY, *named])
        set_choices(self, "dimension", [_ANY, *((str(key), name) for key, name in dimension_names(interface).items())])
        self.full_clean()

    @property
    def wanted(self) -> WantedSessions:
        """What is looked for."""
        return WantedSessions(
            month=self._months.get(self.chosen("month") or ""),
            mode=self.chosen("mode") or "",
            language=self.chosen("language") or "",
            dimension=self.chosen("dimension"),
            with_seats=bool(self.chosen("seats")),
            module=self.chosen("module") or "",
        )
