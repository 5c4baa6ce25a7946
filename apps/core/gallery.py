"""What the component gallery shows: a form with every widget, and sample values for each component."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

LEVEL_CHOICES = [
    ("0", "0 – nicht vorhanden"),
    ("2", "2 – beauftragt"),
    ("4", "4 – wirksam"),
    ("unknown", "unbekannt"),
]


class SampleForm(forms.Form):
    """One field of each kind. Sample content stays German: content is, in every language of the interface."""

    name = forms.CharField(label="Name der Stelle", help_text="Wie sie im Organigramm steht.")
    email = forms.EmailField(label="E-Mail-Adresse")
    staff = forms.IntegerField(label="Beschäftigte", min_value=1, required=False)
    deadline = forms.DateField(label="Frist", help_text="Bis wann soll die Antwort vorliegen?")
    unit = forms.ChoiceField(
        label="Amt",
        choices=[("", "Bitte wählen"), ("10", "Hauptamt"), ("33", "Ordnungsamt"), ("50", "Sozialamt")],
    )
    level = forms.ChoiceField(
        label="Wie weit ist Ihre Verwaltung?",
        help_text="Antworten Sie für die ganze Verwaltung.",
        choices=LEVEL_CHOICES,
        widget=forms.RadioSelect,
    )
    languages = forms.MultipleChoiceField(
        label="Sprachen des Aushangs",
        choices=[("de", "Deutsch"), ("en", "Englisch"), ("tr", "Türkisch"), ("uk", "Ukrainisch")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="Anmerkung", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    evidence = forms.FileField(label="Beleg", help_text="PDF, höchstens 10 MB.", required=False)
    password = forms.CharField(label="Passwort", widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    agreed = forms.BooleanField(label="Ich habe die Angaben geprüft")
    step = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)


# Filled so that fields fail in different ways.
INCOMPLETE = {"email": "keine Adresse", "staff": "0", "step": "1"}


def context(form: forms.Form) -> dict[str, Any]:
    """Values for templates/pages/components.html."""
    return {
        "form": form,
        "crumbs": [(_("Home"), "/"), (_("Help"), "/help/")],
        "facts": [("Kommune", "Musterstadt"), ("Welle", "T0"), ("Unterschrift", None)],
        "alerts": [
            ("info", "Die Welle T1 öffnet am 1. März 2027."),
            ("success", "Die Bedarfserhebung ist unterschrieben."),
            ("warning", "Drei Fragen sind noch offen."),
            ("danger", "Die Datei konnte nicht gelesen werden."),
        ],
        "badges": [
            ("neutral", "eingeladen"),
            ("info", "in Arbeit"),
            ("success", "unterschrieben"),
            ("warning", "überfällig"),
            ("danger", "fehlgeschlagen"),
        ],
        "levels": [0, 1, 2, 3, 4],
        "specials": ["unknown", "refused", "not_competent", "done_for_us", None],
        "tasks": [
            {
                "label": "Leitbild, Steuerung, Ressourcen",
                "url": "#",
                "state": "vollständig",
                "kind": "success",
            },
            {
                "label": "Daten, Monitoring, Wirkung",
                "url": "#",
                "state": "3 von 5",
                "kind": "info",
                "hint": "bei: Amt für Statistik, bis 15. Januar 2027",
            },
            {"label": "Unterschrift", "url": "", "state": "noch nicht möglich", "kind": "neutral"},
        ],
        "columns": [{"label": "Kommune"}, {"label": "Stand"}, {"label": "Leitbild"}, {"label": "Frist"}],
        "rows": [
            [
                {"text": "Musterstadt", "href": "#"},
                {"text": "in Arbeit", "badge": "info"},
                {"level": 2},
                "15. Januar 2027",
            ],
            [
                {"text": "Beispielkreis", "href": "#"},
                {"text": "überfällig", "badge": "warning"},
                {"level": 0},
                "–",
            ],
        ],
        "tabs": [
            {"label": "Alle", "url": "#", "current": True, "count": 10},
            {"label": "Offen", "url": "#", "count": 4},
            {"label": "Unterschrieben", "url": "#", "count": 6},
        ],
        "steps": ["Einladung", "Konto", "Zweiter Faktor", "Fertig"],
        "page_of_list": Paginator(list(range(100)), 20).page(3),
        "seen_by": ["Koordination Ihrer Kommune", "das Projektteam, nach der Unterschrift"],
    }
