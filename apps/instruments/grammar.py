"""The XPath that an XLSForm expression may use: elementpath's parser with a table of symbols of our own.

The functions are in `functions`; the rules behind both are listed in `expressions`, which is the way in.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _
from elementpath import XPath1Parser, XPathContext, XPathToken

from apps.instruments.values import Value, as_boolean, as_number, as_string

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


def string_of(token: XPathToken, context: Any) -> str:
    return as_string(evaluate_token(token, context))


def number_of(token: XPathToken, context: Any) -> float:
    return as_number(evaluate_token(token, context))


def boolean_of(token: XPathToken, context: Any) -> bool:
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


_operator("or", 20, lambda t, c: boolean_of(t[0], c) or boolean_of(t[1], c))
_operator("and", 25, lambda t, c: boolean_of(t[0], c) and boolean_of(t[1], c))
_operator("=", 30, lambda t, c: _equal(evaluate_token(t[0], c), evaluate_token(t[1], c)))
_operator("!=", 30, lambda t, c: not _equal(evaluate_token(t[0], c), evaluate_token(t[1], c)))
_operator("<", 32, lambda t, c: number_of(t[0], c) < number_of(t[1], c))
_operator("<=", 32, lambda t, c: number_of(t[0], c) <= number_of(t[1], c))
_operator(">", 32, lambda t, c: number_of(t[0], c) > number_of(t[1], c))
_operator(">=", 32, lambda t, c: number_of(t[0], c) >= number_of(t[1], c))
_operator("+", 40, lambda t, c: number_of(t[0], c) + number_of(t[1], c))
_operator("-", 40, lambda t, c: -number_of(t[0], c) if len(t) == 1 else number_of(t[0], c) - number_of(t[1], c))
_operator("*", 45, lambda t, c: number_of(t[0], c) * number_of(t[1], c))
_operator("div", 45, lambda t, c: _divide(number_of(t[0], c), number_of(t[1], c)))
_operator("mod", 45, lambda t, c: _modulo(number_of(t[0], c), number_of(t[1], c)))


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
