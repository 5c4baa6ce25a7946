"""The certificate on paper: tagged PDF (PDF/UA-1) with a QR code that leads to its verification. Small, hence made in
the request."""

from datetime import date

import segno
from django.utils import timezone

from apps.reports.pdf import render_pdf
from apps.training.certificates import Fields


def typeset(fields: Fields, *, url: str, signature: str, key_id: str) -> bytes:
    """The PDF, in the language of the moment. url: of this certificate's verification."""
    code = segno.make(url, error="m", micro=False).svg_data_uri(border=2, dark="#000", light="#fff", nl=False)
    context = {
        "fields": fields,
        "days": [date.fromisoformat(day) for day in fields.days],
        "issued_on": date.fromisoformat(fields.issued_on),
        "expires_on": date.fromisoformat(fields.expires_on) if fields.expires_on else None,
        "hours": fields.minutes // 60,
        "minutes": fields.minutes % 60,
        "url": url,
        "code": code,
        "signature": signature,
        "key_id": key_id,
    }
    return render_pdf(
        "training/certificates/pdf.html", context, made_at=timezone.now(), progress=lambda percent: None
    ).content
