"""Single cells of the register's files: text, counts, decimals, keys, days, as people typed them."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.municipalities.register.codes import ARS_LENGTH, Urbanisation

_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009]+")
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")


class UnreadableValue(ValueError):
    """One cell does not hold what its column promises."""


def text_of(cell: Any) -> str:
    """A cell as text: no outer blanks, single inner blanks, composed letters, whole numbers without ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime | date):
        return cell.strftime("%d.%m.%Y")
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", str(cell))).strip()


def parse_count(text: str) -> int | None:
    """Persons: " 90 164" → 90164, "90.164" → 90164, "" → None. Raises UnreadableValue for anything else."""
    packed = _BLANKS.sub("", text)
    if not packed:
        return None
    if _THOUSANDS.fullmatch(packed):
        packed = packed.replace(".", "")
    if not (packed.isascii() and packed.isdigit()):
        raise UnreadableValue(_("“%(value)s” is no whole number.") % {"value": text})
    return int(packed)


def parse_decimal(text: str) -> Decimal | None:
    """A decimal with point or comma: " 53.02", "9,43751", "1 234,5", "1.234,5"; "" → None.

    Raises UnreadableValue for anything else, negative numbers included.
    """
    packed = _BLANKS.sub("", text)
    if not packed:
        return None
    if "." in packed and "," in packed:
        thousands, point = (".", ",") if packed.rindex(",") > packed.rindex(".") else (",", ".")
        packed = packed.replace(thousands, "").replace(point, ".")
    packed = packed.replace(",", ".")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", packed):
        raise UnreadableValue(_("“%(value)s” is no number.") % {"value": text})
    return Decimal(packed)


def parse_area(text: str) -> Decimal | None:
    """Square kilometres with two decimals; None for an empty cell."""
    area = parse_decimal(text)
    if area is not None and area >= 1_000_000:
        raise UnreadableValue(_("“%(value)s” km² is larger than Germany.") % {"value": text})
    return None if area is None else area.quantize(Decimal("0.01"))


def parse_postcode(text: str) -> str:
    """Five digits, leading zeros put back; "" for an empty cell."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise UnreadableValue(_("“%(value)s” is no postcode.") % {"value": text})
    return text.zfill(5) if text else ""


def parse_degrees(text: str, *, low: int, high: int) -> Decimal | None:
    """Degrees with six decimals, None for an empty cell or 0; must lie between low and high."""
    degrees = parse_decimal(text)
    if not degrees:  # 0 stands for "none" in the register
        return None
    if not low <= degrees <= high:
        raise UnreadableValue(_("“%(value)s” degrees lie outside Germany.") % {"value": text})
    return degrees.quantize(Decimal("0.000001"))


def parse_urbanisation(text: str) -> str:
    """Key of the degree of urbanisation; "" for an empty cell."""
    value = text.zfill(2) if text else ""
    if value and value not in Urbanisation.values:
        raise UnreadableValue(_("Unknown degree of urbanisation “%(value)s”.") % {"value": text})
    return value


def parse_keys(text: str) -> tuple[str, ...]:
    """ARS or AGS, several parted by blanks, commas, semicolons or strokes."""
    keys = tuple(part for part in re.split(r"[\s,;/]+", text) if part)
    for key in keys:
        if not is_key(key):
            raise UnreadableValue(_("“%(value)s” is no ARS or AGS.") % {"value": key})
    return keys


def is_key(text: str) -> bool:
    """Whether `text` has the form of an ARS of some level or of an AGS."""
    return text.isascii() and text.isdigit() and len(text) in {*ARS_LENGTH.values(), 8}


def parse_day(text: str) -> date | None:
    """A day as 2026-01-01 or 01.01.2026; "" → None. Raises UnreadableValue for anything else."""
    text = text.strip()
    if not text:
        return None
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise UnreadableValue(_("“%(value)s” is no date.") % {"value": text})
