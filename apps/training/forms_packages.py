from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.training.models import Package

LANGUAGES = {"de": _("German"), "en": _("English")}


class PackageForm(forms.Form):
    """Which package to make. languages: those the text is complete in; has_additions: of the municipality."""

    kind = forms.ChoiceField(
        label=_("Format"),
        choices=Package.Kind.choices,
        initial=Package.Kind.SCORM_12,
        widget=forms.RadioSelect,
        help_text=_("SCORM 1.2 is what ILIAS and Moodle take best. Print is for those who learn on paper."),
    )
    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)
    with_overlay = forms.BooleanField(
        label=_("With our additions"),
        required=False,
        help_text=_("Local contacts, agreements and examples that you have added to the module."),
    )

    def __init__(self, *args: Any, languages: Sequence[str], has_additions: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [(code, LANGUAGES[code]) for code in languages]
        language.initial = settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in languages else languages[0]
        if len(languages) == 1:
            language.help_text = _("English is offered once the whole module has its English text.")
        if has_additions:
            self.fields["with_overlay"].initial = True
        else:
            del self.fields["with_overlay"]
