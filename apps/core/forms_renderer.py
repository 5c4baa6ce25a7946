"""Every form in KERN's markup: label, hint, error, fieldset, error summary. Named by FORM_RENDERER.

Widgets keep Django's own templates; the classes are added when a field is shown as a group (`{{ form }}`,
`{{ field.as_field_group }}`). Django's admin builds its pages from single widgets and keeps its own look.
"""

import copy
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.renderers import TemplatesSetting
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

CHECK_KINDS = {"radio", "checkboxes"}
NATIVE_DATES: dict[type, tuple[str, str]] = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
}


class KernBoundField(BoundField):
    """A bound field that also knows how KERN shows it."""

    @cached_property
    def kind(self) -> str:
        """Which markup: input, textarea, select, file, checkbox, radio, checkboxes, or multiple widgets."""
        widget = self.field.widget
        kinds: list[tuple[type[forms.Widget], str]] = [
            (forms.CheckboxSelectMultiple, "checkboxes"),
            (forms.RadioSelect, "radio"),
            (forms.CheckboxInput, "checkbox"),
            (forms.Select, "select"),
            (forms.Textarea, "textarea"),
            (forms.FileInput, "file"),
            (forms.MultiWidget, "multiple"),
            (forms.SelectDateWidget, "multiple"),
        ]
        return next((kind for cls, kind in kinds if isinstance(widget, cls)), "input")

    @property
    def anchor(self) -> str:
        """Id of the control that a link in the error summary leads to: of the first choice in a group."""
        return f"{self.auto_id}_0" if self.kind in CHECK_KINDS | {"multiple"} else self.id_for_label or self.auto_id

    @property
    def allows_several(self) -> bool:
        """Is the select one of several lines?"""
        return bool(getattr(self.field.widget, "allow_multiple_selected", False))

    @property
    def current_file(self) -> str:
        """Name of the file stored so far, for a field that already has one."""
        widget = self.field.widget
        value = self.initial
        return str(value) if isinstance(widget, forms.ClearableFileInput) and widget.is_initial(value) else ""

    def control(self) -> SafeString:
        """The widget with KERN's classes. Dates become native date inputs, which need ISO values."""
        css = {
            "select": "kern-form-input__select",
            "checkbox": "kern-form-check__checkbox",
        }.get(self.kind, "kern-form-input__input")
        classes = [str(self.field.widget.attrs.get("class", "")), css, f"{css}--error" if self.errors else ""]
        attrs: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
        return self.as_widget(self._shown_widget(), attrs)

    def _shown_widget(self) -> forms.Widget:
        widget = self.field.widget
        if type(widget) in NATIVE_DATES and widget.input_type == "text":
            widget = copy.copy(widget)
            widget.input_type, widget.format = NATIVE_DATES[type(widget)]
        elif isinstance(widget, forms.ClearableFileInput):
            # The link to the stored file would need a media URL: downloads go through views that authorise.
            return forms.FileInput(widget.attrs)
        return cast(forms.Widget, widget)

    def choices(self) -> list[dict[str, Any]]:
        """Radio buttons or checkboxes of a group: `control` (HTML), `label`, `id`."""
        css = "kern-form-check__radio" if self.kind == "radio" else "kern-form-check__checkbox"
        classes = f"{css} {css}--error" if self.errors else css
        return [
            {"control": _choice(widget, classes), "label": widget.choice_label, "id": widget.id_for_label}
            for widget in self.subwidgets
        ]


def _choice(widget: BoundWidget, classes: str) -> SafeString:
    attrs = widget.data["attrs"]
    own = str(attrs.get("class", "")).removesuffix(classes).strip()  # rendered twice, the class stays single
    widget.data["attrs"] = {**attrs, "class": f"{own} {classes}".strip()}
    widget.data["attrs"].pop("aria-invalid", None)  # belongs to the group, ARIA forbids it on a radio button
    return widget.tag(wrap_label=False)


class KernFormRenderer(TemplatesSetting):
    """`{{ form }}` → templates/django/forms/div.html, fields → field.html beside it."""

    form_template_name = "django/forms/div.html"
    formset_template_name = "django/forms/formsets/div.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = KernBoundField
