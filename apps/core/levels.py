"""The scale 0–4: names and the one set of colours used on pages, in charts and in PDFs.

Colours: ColorBrewer YlGnBu in five classes, the fourth darkened for white text. Lightness falls strictly from
level to level, so that the order survives every kind of colour blindness and a greyscale print.
`static/css/base.css` holds the same values; a test compares them.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

LEVELS = {
    0: _("not present"),
    1: _("started"),
    2: _("mandated"),
    3: _("established"),
    4: _("effective"),
}
SPECIAL_ANSWERS = {
    "unknown": _("unknown"),
    "refused": _("refused"),
    "not_competent": _("not within our competence"),
    "done_for_us": _("done for us by others"),
    "filtered": _("not asked"),
}


@dataclass(frozen=True)
class LevelColour:
    """Fill and the text colour that is readable on it (contrast at least 4.5), as hex."""

    fill: str
    text: str


LEVEL_COLOURS = {
    0: LevelColour("#ffffcc", "#171a2b"),
    1: LevelColour("#a1dab4", "#171a2b"),
    2: LevelColour("#41b6c4", "#171a2b"),
    3: LevelColour("#2370a8", "#ffffff"),
    4: LevelColour("#253494", "#ffffff"),
}
