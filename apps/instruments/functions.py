"""The functions of XLSForm expressions, registered with the parser; rules as listed in `expressions`."""

import math
import re
from collections.abc import Callable
from datetime import datetime

import regex
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from elementpath import XPathFunction

from apps.instruments.grammar import (
    CHOICES_OF,
    ExpressionError,
    Instance,
    XFormsParser,
    boolean_of,
    evaluate_token,
    number_of,
    string_of,
)
from apps.instruments.values import CLOCK, Value, as_number, as_string, from_days, time_of_day

MAX_VALUE_LENGTH = 20_000
REGEX_SECONDS = 0.1

SUPPORTED_FUNCTIONS: set[str] = set()
Arity = int | tuple[int, int | None]


def _function(name: str, arity: Arity) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a function that is handed its unevaluated arguments and the instance."""

    def register(calculate: Callable[[XPathFunction, Instance], Value]) -> Callable[..., Value]:
        symbol = name.replace(":", "-")
        token_class = XFormsParser.function(symbol, nargs=arity)
        token_class.evaluate = calculate  # type: ignore[method-assign,assignment]  # as above
        SUPPORTED_FUNCTIONS.add(name)
        return calculate

    return register


def _strings(name: str, arity: Arity) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a function of strings."""

    def register(calculate: Callable[..., Value]) -> Callable[..., Value]:
        return _function(name, arity)(lambda t, c: calculate(*(string_of(argument, c) for argument in t)))

    return register


def _numbers(name: str, arity: Arity) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a function of numbers; outside its domain it is NaN."""

    def register(calculate: Callable[..., Value]) -> Callable[..., Value]:
        def evaluate(token: XPathFunction, context: Instance) -> Value:
            try:
                return calculate(*(number_of(argument, context) for argument in token))
            except ValueError:
                return math.nan
            except OverflowError:
                return math.inf

        return _function(name, arity)(evaluate)

    return register


@_function("true", 0)
def _true(token: XPathFunction, context: Instance) -> bool:
    return True


@_function("false", 0)
def _false(token: XPathFunction, context: Instance) -> bool:
    return False


@_function("not", 1)
def _not(token: XPathFunction, context: Instance) -> bool:
    return not boolean_of(token[0], context)


@_function("boolean", 1)
def _as_boolean(token: XPathFunction, context: Instance) -> bool:
    return boolean_of(token[0], context)


@_strings("boolean-from-string", 1)
def _boolean_from_string(text: str) -> bool:
    return text in ("true", "1")


@_function("if", 3)
def _if(token: XPathFunction, context: Instance) -> Value:
    return evaluate_token(token[1] if boolean_of(token[0], context) else token[2], context)


@_function("coalesce", (2, None))
def _coalesce(token: XPathFunction, context: Instance) -> Value:
    for argument in token:
        value = evaluate_token(argument, context)
        if as_string(value) not in ("", "NaN"):
            return value
    return ""


@_function("string", (0, 1))
def _as_string(token: XPathFunction, context: Instance) -> str:
    return string_of(token[0], context) if len(token) else as_string(context.current)


@_function("number", (0, 1))
def _as_number(token: XPathFunction, context: Instance) -> float:
    return number_of(token[0], context) if len(token) else as_number(context.current)


@_strings("concat", (1, None))
def _concat(*parts: str) -> str:
    return _bounded("".join(parts))


@_strings("join", (1, None))
def _join(separator: str, *parts: str) -> str:
    return _bounded(separator.join(parts))


def _bounded(text: str) -> str:
    # Chained calculations could double a text sixty times over.
    if len(text) > MAX_VALUE_LENGTH:
        raise ExpressionError(_("the text has more than %(limit)d characters") % {"limit": MAX_VALUE_LENGTH})
    return text


_strings("contains", 2)(lambda text, part: part in text)
_strings("starts-with", 2)(lambda text, part: text.startswith(part))
_strings("ends-with", 2)(lambda text, part: text.endswith(part))
_strings("substring-before", 2)(lambda text, part: text.partition(part)[0] if part and part in text else "")
_strings("substring-after", 2)(lambda text, part: text.partition(part)[2] if part else text)
_strings("normalize-space", 1)(lambda text: " ".join(text.split()))
_strings("string-length", 1)(lambda text: float(len(text)))
_strings("count-selected", 1)(lambda text: float(len(text.split())))
_strings("selected", 2)(lambda text, choice: choice.strip() in text.split())
_strings("count-non-empty", (1, None))(lambda *texts: float(sum(1 for text in texts if text)))


@_strings("translate", 3)
def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for position, character in enumerate(old):
        table.setdefault(ord(character), new[position] if position < len(new) else None)
    return text.translate(table)


@_function("substr", (2, 3))
def _substr(token: XPathFunction, context: Instance) -> str:
    text = string_of(token[0], context)
    start = number_of(token[1], context)
    end = number_of(token[2], context) if len(token) > 2 else float(len(text))
    if math.isnan(start) or math.isnan(end):
        return ""
    low, high = (int(max(-len(text), min(len(text), edge))) for edge in (start, end))
    return text[low:high]


@_function("substring", (2, 3))
def _substring(token: XPathFunction, context: Instance) -> str:
    text = string_of(token[0], context)
    start = _round(number_of(token[1], context))
    end = start + _round(number_of(token[2], context)) if len(token) > 2 else math.inf
    # XPath 1.0, 4.2: characters whose position, counted from 1, is at least start and less than end.
    return "".join(character for at, character in enumerate(text, start=1) if start <= at < end)


@_function("selected-at", 2)
def _selected_at(token: XPathFunction, context: Instance) -> str:
    choices = string_of(token[0], context).split()
    position = number_of(token[1], context)
    return choices[int(position)] if 0 <= position < len(choices) else ""


@_function("jr:choice-name", 2)
def _choice_name(token: XPathFunction, context: Instance) -> str:
    question = string_of(token[1], context).removeprefix(CHOICES_OF)
    return ", ".join(context.choice_label(question, choice) for choice in string_of(token[0], context).split())


@_strings("regex", 2)
def _regex(text: str, pattern: str) -> bool:
    return matches(text, pattern)


def matches(text: str, pattern: str) -> bool:
    """Return whether the whole text matches; raises ExpressionError for what is no regular expression."""
    try:
        # The module `regex` keeps to a time limit, which the standard library's re does not.
        return regex.fullmatch(pattern, text, timeout=REGEX_SECONDS) is not None
    except TimeoutError:
        return False
    except regex.error as error:
        raise ExpressionError(
            _("“%(pattern)s” is not a regular expression: %(reason)s") % {"pattern": pattern, "reason": error}
        ) from error


def _round(number: float, places: float = 0.0) -> float:
    if math.isnan(number) or math.isinf(number) or not -15 <= places <= 15:
        return number
    factor = 10.0 ** int(places)
    return math.floor(number * factor + 0.5) / factor


_numbers("round", (1, 2))(_round)
_numbers("int", 1)(lambda n: n if math.isnan(n) or math.isinf(n) else float(math.trunc(n)))
_numbers("floor", 1)(lambda n: n if math.isnan(n) or math.isinf(n) else float(math.floor(n)))
_numbers("ceiling", 1)(lambda n: n if math.isnan(n) or math.isinf(n) else float(math.ceil(n)))
_numbers("abs", 1)(abs)
_numbers("sqrt", 1)(math.sqrt)
_numbers("exp", 1)(math.exp)
_numbers("log", 1)(lambda n: -math.inf if n == 0 else math.log(n))
_numbers("log10", 1)(lambda n: -math.inf if n == 0 else math.log10(n))
_numbers("exp10", 1)(lambda n: math.pow(10, n))
_numbers("pi", 0)(lambda: math.pi)
_numbers("sin", 1)(math.sin)
_numbers("cos", 1)(math.cos)
_numbers("tan", 1)(math.tan)
_numbers("asin", 1)(math.asin)
_numbers("acos", 1)(math.acos)
_numbers("atan", 1)(math.atan)
_numbers("atan2", 2)(math.atan2)
_numbers("pow", 2)(math.pow)
_numbers("min", (1, None))(lambda *n: math.nan if any(map(math.isnan, n)) else min(n))
_numbers("max", (1, None))(lambda *n: math.nan if any(map(math.isnan, n)) else max(n))


def _within(count: float, least: float, most: float) -> bool:
    return (least < 0 or count >= least) and (most < 0 or count <= most)


@_function("checklist", (3, None))
def _checklist(token: XPathFunction, context: Instance) -> bool:
    count = sum(1.0 for argument in token[2:] if boolean_of(argument, context))
    return _within(count, number_of(token[0], context), number_of(token[1], context))


@_function("weighted-checklist", (4, None))
def _weighted_checklist(token: XPathFunction, context: Instance) -> bool:
    pairs = zip(token[2::2], token[3::2], strict=False)
    total = sum(number_of(weight, context) for condition, weight in pairs if boolean_of(condition, context))
    return _within(total, number_of(token[0], context), number_of(token[1], context))


@_function("today", 0)
def _today(token: XPathFunction, context: Instance) -> str:
    return context.now.astimezone(CLOCK).date().isoformat()


@_function("now", 0)
def _now(token: XPathFunction, context: Instance) -> str:
    return context.now.astimezone(CLOCK).isoformat(timespec="milliseconds")


def _moment(value: Value) -> datetime | None:
    return from_days(as_number(value))


@_function("date", 1)
def _date(token: XPathFunction, context: Instance) -> str:
    moment = _moment(evaluate_token(token[0], context))
    return moment.date().isoformat() if moment else ""


@_function("date-time", 1)
def _date_time(token: XPathFunction, context: Instance) -> str:
    moment = _moment(evaluate_token(token[0], context))
    return moment.isoformat(timespec="milliseconds") if moment else ""


@_function("decimal-date-time", 1)
def _decimal_date_time(token: XPathFunction, context: Instance) -> float:
    return number_of(token[0], context)


@_function("decimal-time", 1)
def _decimal_time(token: XPathFunction, context: Instance) -> float:
    """The part of a day that a time, or the time of a date-time, stands for."""
    value = evaluate_token(token[0], context)
    if isinstance(value, str) and (part := time_of_day(value)) is not None:
        return part
    return as_number(value) % 1


_FORMATS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda m: f"{m.year:04}",
    "y": lambda m: f"{m.year % 100:02}",
    "m": lambda m: f"{m.month:02}",
    "n": lambda m: str(m.month),
    "d": lambda m: f"{m.day:02}",
    "e": lambda m: str(m.day),
    "H": lambda m: f"{m.hour:02}",
    "h": lambda m: str(m.hour),
    "M": lambda m: f"{m.minute:02}",
    "S": lambda m: f"{m.second:02}",
    "3": lambda m: f"{m.microsecond // 1000:03}",
    "a": lambda m: date_format(m, "D"),
    "b": lambda m: date_format(m, "M"),
    "%": lambda m: "%",
}


@_function("format-date", 2)
@_function("format-date-time", 2)
def _format_date(token: XPathFunction, context: Instance) -> str:
    moment = _moment(evaluate_token(token[0], context))
    if moment is None:
        return ""

    def one(match: re.Match[str]) -> str:
        write = _FORMATS.get(match[1])
        if write is None:
            raise ExpressionError(_("format-date() does not know “%%%(letter)s”") % {"letter": match[1]})
        return write(moment)

    return re.sub(r"%(.)", one, string_of(token[1], context))


XFormsParser.build()
