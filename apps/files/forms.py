"""The field for an upload: checked as it is read, so that a form shows why a file is not taken."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from apps.files.checks import KINDS, Checked, Kind, Refused, check_upload
from apps.files.models import MAX_BYTES


def _limits() -> str:
    return _(
        "PDF, Word, Excel, PowerPoint, OpenDocument, PNG or JPEG, at most %(limit)d MB, without macros and password. "
        "Place and device are removed from pictures. Names and dates that Word and other programs write into a "
        "document stay in it: please check before you upload."
    ) % {"limit": MAX_BYTES // 1024**2}


limits = lazy(_limits, str)


class UploadField(forms.FileField):
    """A file that may be stored: cleans to `Checked`, or None; its hint says what is taken. The form is multipart.

    kinds: those that are taken here; where they are not all, the field wants a `help_text` of its own.
    """

    widget = forms.FileInput

    def __init__(self, *, kinds: tuple[Kind, ...] = KINDS, **kwargs: Any) -> None:
        self.kinds = kinds
        kwargs.setdefault("help_text", limits())
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        accept = ",".join(suffix for kind in self.kinds for suffix in kind.suffixes)
        return {**super().widget_attrs(widget), "accept": accept}

    def to_python(self, data: UploadedFile[bytes] | None) -> Checked | None:  # type: ignore[override]  # checked, not raw
        if data in self.empty_values or data is None:
            return None
        try:
            return check_upload(data, self.kinds)
        except Refused as refused:
            raise ValidationError(str(refused), code="refused") from None
