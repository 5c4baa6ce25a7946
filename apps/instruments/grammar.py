"""The XPath that an XLSForm expression may use: elementpath's parser with a table of symbols of our own.

The rules behind operators and functions are listed in `expressions`, which is the way in.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import regex
from django.utils.translation import gettext as _
from elementpath import XPath1Parser, XPathContext, XPathFunction, XPathToken

from apps.instruments.values import CLOCK, Value, as_boolean, as_number, as_string, from_days

MAX_VALUE_LENGTH = 20_000
REGEX_SECONDS = 0.1
VARIABLE_PREFIX = "v_"
CHOICES_OF = "choices-of:"


class ExpressionError(ValueError):
    """An expression that cannot be parsed, is not supported, or came to no value within its bounds."""


class Instance(XPathContext):
    """The answers as an expression sees them.

    `values` maps variable names (see `variable`) to values; `current` is what `.` stands for; `columns` is
    the choice that a choice filter looks at; `now` is the moment of today() and now();
    `choice_label(question, choice)` gives the label for jr:choice-name().
    """

    def __init__(
        self,
        values: dict[str, Value],
        *,
        now: datetime,
        choice_label: Callable[[str, str], str] = lambda question, choice: choice,
    ) -> None:
        super().__init__(item="")
        # Set directly: the constructor would check every value on every evaluation.
        self.variables = cast("dict[str, Any]", values)
        self.now = now
        self.choice_label = choice_label
        self.columns: Mapping[str, str] = {}

    @property
    def current(self) -> Value:
        return cast("Value", self.item)

    @current.setter
    def current(self, value: Value) -> None:
        self.item = value


def variable(name: str) -> str:
    """Return the variable under which the answer to the question `name` stands in an instance."""
    return VARIABLE_PREFIX + name


def evaluate_token(token: XPathToken, context: Any) -> Value:
    """Return the value of a node of the tree over an instance; raises ExpressionError when it has none."""
    result = token.evaluate(context)
    if isinstance(result, str | bool | float):
        return result
    if isinstance(result, int | Decimal):
        return float(result)
    raise ExpressionError(_("the expression has no value"))


def _string(token: XPathToken, context: Any) -> str:
    return as_string(evaluate_token(token, context))


def _number(token: XPathToken, context: Any) -> float:
    return as_number(evaluate_token(token, context))


def _boolean(token: XPathToken, context: Any) -> bool:
    return as_boolean(evaluate_token(token, context))


# The grammar: what is left of XPath 1.0


class XFormsParser(XPath1Parser):  # type: ignore[type-arg,unused-ignore]  # generic only in elementpath's stubs
    """XPath cut down to what an XLSForm expression may say; see the module's docstring."""

    symbol_table: dict[str, Any] = {
        symbol: XPath1Parser.symbol_table[symbol]
        for symbol in (
            "(start)", "(end)", "(invalid)", "(unknown)", "(string)", "(float)", "(decimal)", "(integer)",
            "(", ")", ",",
        )
        if symbol in XPath1Parser.symbol_table
    }  # fmt: skip


class ReferenceToken(XPathToken):
    """`$v_name`: the value of a question."""

    symbol = lookup_name = "$"
    label = "variable"
    lbp = rbp = 90

    def nud(self) -> XPathToken:
        self.parser.expected_next("(name)")
        name = self.parser.expression(rbp=90)
        self.value = name.value
        return self

    def evaluate(self, context: Any = None) -> Any:
        return context.variables[self.value]


class CurrentToken(XPathToken):
    """`.`: the value of the question that the expression belongs to."""

    symbol = lookup_name = "."
    label = "context item expression"

    def nud(self) -> XPathToken:
        return self

    def evaluate(self, context: Any = None) -> Any:
        return context.current


class ColumnToken(XPathToken):
    """A bare name: a column of the choices sheet, in a choice filter."""

    symbol = lookup_name = "(name)"
    label = "expression"

    def nud(self) -> XPathToken:
        return self

    def evaluate(self, context: Any = None) -> Any:
        return context.columns.get(self.value, "")


for _token_class in (ReferenceToken, CurrentToken, ColumnToken):
    XFormsParser.symbol_table[_token_class.symbol] = _token_class


def _operator(symbol: str, power: int, calculate: Callable[[XPathToken, Any], Value]) -> None:
    token_class = XFormsParser.infix(symbol, bp=power)
    token_class.evaluate = calculate  # type: ignore[method-assign,assignment]  # elementpath's own way to define one


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return as_boolean(left) == as_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return as_number(left) == as_number(right)
    return left == right


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def _modulo(left: float, right: float) -> float:
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


_operator("or", 20, lambda t, c: _boolean(t[0], c) or _boolean(t[1], c))
_operator("and", 25, lambda t, c: _boolean(t[0], c) and _boolean(t[1], c))
_operator("=", 30, lambda t, c: _equal(evaluate_token(t[0], c), evaluate_token(t[1], c)))
_operator("!=", 30, lambda t, c: not _equal(evaluate_token(t[0], c), evaluate_token(t[1], c)))
_operator("<", 32, lambda t, c: _number(t[0], c) < _number(t[1], c))
_operator("<=", 32, lambda t, c: _number(t[0], c) <= _number(t[1], c))
_operator(">", 32, lambda t, c: _number(t[0], c) > _number(t[1], c))
_operator(">=", 32, lambda t, c: _number(t[0], c) >= _number(t[1], c))
_operator("+", 40, lambda t, c: _number(t[0], c) + _number(t[1], c))
_operator("-", 40, lambda t, c: -_number(t[0], c) if len(t) == 1 else _number(t[0], c) - _number(t[1], c))
_operator("*", 45, lambda t, c: _number(t[0], c) * _number(t[1], c))
_operator("div", 45, lambda t, c: _divide(_number(t[0], c), _number(t[1], c)))
_operator("mod", 45, lambda t, c: _modulo(_number(t[0], c), _number(t[1], c)))


def _negative(self: XPathToken) -> XPathToken:
    self[:] = (self.parser.expression(rbp=70),)
    return self


XFormsParser.symbol_table["-"].nud = _negative


class _Parenthesis(XPathToken):
    symbol = lookup_name = "("
    label = "operator"
    lbp = rbp = 100

    def nud(self) -> XPathToken:
        inner = self.parser.expression()
        self.parser.advance(")")
        return inner


XFormsParser.symbol_table["("] = _Parenthesis


# Functions

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
        return _function(name, arity)(lambda t, c: calculate(*(_string(argument, c) for argument in t)))

    return register


def _numbers(name: str, arity: Arity) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a function of numbers; outside its domain it is NaN."""

    def register(calculate: Callable[..., Value]) -> Callable[..., Value]:
        def evaluate(token: XPathFunction, context: Instance) -> Value:
            try:
                return calculate(*(_number(argument, context) for argument in token))
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
    return not _boolean(token[0], context)


@_function("boolean", 1)
def _as_boolean(token: XPathFunction, context: Instance) -> bool:
    return _boolean(token[0], context)


@_strings("boolean-from-string", 1)
def _boolean_from_string(text: str) -> bool:
    return text in ("true", "1")


@_function("if", 3)
def _if(token: XPathFunction, context: Instance) -> Value:
    return evaluate_token(token[1] if _boolean(token[0], context) else token[2], context)


@_function("coalesce", (2, None))
def _coalesce(token: XPathFunction, context: Instance) -> Value:
    for argument in token:
        value = evaluate_token(argument, context)
        if as_string(value) not in ("", "NaN"):
            return value
    return ""


@_function("string", (0, 1))
def _as_string(token: XPathFunction, context: Instance) -> str:
    return _string(token[0], context) if len(token) else as_string(context.current)


@_function("number", (0, 1))
def _as_number(token: XPathFunction, context: Instance) -> float:
    return _number(token[0], context) if len(token) else as_number(context.current)


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
    text = _string(token[0], context)
    start = _number(token[1], context)
    end = _number(token[2], context) if len(token) > 2 else float(len(text))
    if math.isnan(start) or math.isnan(end):
        return ""
    low, high = (int(max(-len(text), min(len(text), edge))) for edge in (start, end))
    return text[low:high]


@_function("substring", (2, 3))
def _substring(token: XPathFunction, context: Instance) -> str:
    text = _string(token[0], context)
    start = _round(_number(token[1], context))
    end = start + _round(_number(token[2], context)) if len(token) > 2 else math.inf
    # XPath 1.0, 4.2: characters whose position, counted from 1, is at least start and less than end.
    return "".join(character for at, character in enumerate(text, start=1) if start <= at < end)


@_function("selected-at", 2)
def _selected_at(token: XPathFunction, context: Instance) -> str:
    choices = _string(token[0], context).split()
    position = _number(token[1], context)
    return choices[int(position)] if 0 <= position < len(choices) else ""


@_function("jr:choice-name", 2)
def _choice_name(token: XPathFunction, context: Instance) -> str:
    question = _string(token[1], context).removeprefix(CHOICES_OF)
    return ", ".join(context.choice_label(question, choice) for choice in _string(token[0], context).split())


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
_numbers("pow", 2)(math.pow)
_numbers("min", (1, None))(lambda *n: math.nan if any(map(math.isnan, n)) else min(n))
_numbers("max", (1, None))(lambda *n: math.nan if any(map(math.isnan, n)) else max(n))


def _within(count: float, least: float, most: float) -> bool:
    return (least < 0 or count >= least) and (most < 0 or count <= most)


@_function("checklist", (3, None))
def _checklist(token: XPathFunction, context: Instance) -> bool:
    count = sum(1.0 for argument in token[2:] if _boolean(argument, context))
    return _within(count, _number(token[0], context), _number(token[1], context))


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
    return _number(token[0], context)


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

    return re.sub(r"%(.)", one, _string(token[1], context))


XFormsParser.build()
