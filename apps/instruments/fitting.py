"""Is a stored value one that the question can have? Stored values are texts in one form only, see `questions`."""

import math
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from apps.instruments import definition
from apps.instruments.definition import Item

TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T" + TIME.pattern)


def fits(item: Item, value: str) -> bool:
    """Has `value` (not empty) the form of an answer to `item`? Choices are looked at by the logic."""
    try:
        match item.kind:
            case definition.INTEGER:
                int(value)
            case definition.DECIMAL:
                return math.isfinite(float(value))
            case definition.RANGE:
                return item.scale is not None and Decimal(value) in item.scale
            case definition.DATE:
                date.fromisoformat(value)
            case definition.TIME:
                return TIME.fullmatch(value) is not None
            case definition.DATE_TIME:
                datetime.fromisoformat(value)
                return DATE_TIME.fullmatch(value) is not None
            case definition.ACKNOWLEDGE:
                return value == definition.ACKNOWLEDGED
            case definition.SELECT_ONE:
                return len(value.split()) == 1
    except (ValueError, InvalidOperation):
        return False
    return True
