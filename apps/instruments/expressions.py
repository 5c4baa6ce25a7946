"""XPath as XLSForm uses it, parsed and evaluated by elementpath.

elementpath supplies parser and tree; the symbol table is cut down to literals, `${name}` (a variable),
`.`, operators and the functions below, so that an expression can reach nothing but the answers.
Operators and functions follow the ODK XForms specification (https://getodk.github.io/xforms-spec/) and,
where it is silent, JavaRosa:

* a value is a string, a number or a boolean; an unanswered or irrelevant question is the empty string;
* `''` as a number is NaN; every order comparison with NaN is false, `NaN != x` is true;
* `<`, `>` and arithmetic turn both sides into numbers, dates (`2026-11-22`) into days since 1970-01-01;
  a date-time counts by the clock of the municipality (Europe/Berlin), so that `now() >= today()`;
* a time (`14:30`) counts as the part of the day that has passed, so that `. >= '08:00'` means what it says;
* `=` compares as booleans if a side is boolean, as numbers if a side is a number, else as strings;
* a string is true when it is not empty; a number when it is neither zero nor NaN;
* `round()` rounds half up, `mod` takes the sign of the dividend, `regex()` matches the whole string.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from elementpath import ElementPathError, XPathToken
from elementpath.tdop import Parser

from apps.instruments.functions import SUPPORTED_FUNCTIONS, matches
from apps.instruments.grammar import (
    CHOICES_OF,
    ExpressionError,
    Instance,
    XFormsParser,
    evaluate_token,
    variable,
)
from apps.instruments.values import Value

MAX_LENGTH = 4000
MAX_NESTING = 40
MAX_DEPTH = 150

_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_REFERENCE = re.compile(r"\$\{\s*([^${}]*?)\s*\}")
_FUNCTION_CALL = re.compile(r"([^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?)\s*\(")
_PATH = re.compile(r"/|\.\.|@|::|\[|\|")
_SIGNS = re.compile(r"(?:-\s*){8,}")
_OPERATOR_WORDS = frozenset({"and", "or", "div", "mod"})


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: which questions it reads, and its value over an instance."""

    source: str
    references: frozenset[str]
    choice_questions: frozenset[str]
    uses_current: bool
    columns: frozenset[str]
    root: XPathToken = field(repr=False, compare=False)

    def evaluate(self, instance: Instance) -> Value:
        """Return the value over `instance`; raises ExpressionError when there is none within the bounds."""
        try:
            return evaluate_token(self.root, instance)
        except ElementPathError as error:
            raise ExpressionError(str(error)) from error


def references(text: str) -> frozenset[str]:
    """Return the names in `${…}` anywhere in a text, such as a label."""
    return frozenset(_REFERENCE.findall(text))


def interpolate(text: str, value: Callable[[str], str]) -> str:
    """Return `text` with every `${name}` replaced by `value(name)`."""
    return _REFERENCE.sub(lambda match: value(match[1]), text) if "${" in text else text


def parse(source: str, *, choice_filter: bool = False) -> Expression:
    """Parse an XLSForm expression.

    Bare names (columns of the choices sheet) are allowed in a choice filter only. Raises ExpressionError
    with a sentence for the author of the workbook.
    """
    if len(source) > MAX_LENGTH:
        raise ExpressionError(_("the expression is longer than %(limit)d characters") % {"limit": MAX_LENGTH})
    names: set[str] = set()
    choice_questions: set[str] = set()
    translated = "".join(_translate_source(source, names, choice_questions))
    try:
        # Past XPath1Parser.parse, which would evaluate without an instance.
        root = Parser.parse(XFormsParser(), translated)
    except (ElementPathError, SyntaxError) as error:
        raise ExpressionError(_("the expression cannot be read: %(reason)s") % {"reason": _plain(error)}) from error
    columns, uses_current = _check_tree(root)
    if columns and not choice_filter:
        raise ExpressionError(_("“%(name)s” must be written as ${%(name)s}") % {"name": sorted(columns)[0]})
    return Expression(source, frozenset(names), frozenset(choice_questions), uses_current, frozenset(columns), root)


def _plain(error: Exception) -> str:
    """elementpath's message without its codes, and with references as the author wrote them."""
    message = re.sub(r".*\[err:\w+\]\s*", "", str(error))
    return re.sub(r"\bv_([\w.\-]+)", r"${\1}", message)


def _translate_source(source: str, names: set[str], choice_questions: set[str]) -> Iterator[str]:
    """Yield the expression for elementpath: literals kept, `${x}` as a variable, jr: without its prefix."""
    depth = 0
    position = 0
    for literal in [*_LITERAL.finditer(source), None]:
        code = source[position : literal.start() if literal else len(source)]
        depth = _check_code(code, depth)
        names.update(_REFERENCE.findall(code))
        yield _REFERENCE.sub(lambda match: f" ${variable(match[1])} ", code.replace("jr:choice-name", "jr-choice-name"))
        if literal is None:
            return
        position = literal.end()
        text = literal[0]
        if question := _REFERENCE.fullmatch(text[1:-1].strip()):
            choice_questions.add(question[1])
            text = f"'{CHOICES_OF}{question[1]}'"
        elif "${" in text:
            raise ExpressionError(_("a reference inside quotation marks is not replaced"))
        yield text


def _check_code(code: str, depth: int) -> int:
    """Check a piece of code between literals; return the nesting of parentheses at its end."""
    bare = _REFERENCE.sub(" ", code)
    if "" in _REFERENCE.findall(code) or any(character in bare for character in "{}$"):
        raise ExpressionError(_("a reference must be written as ${name}"))
    if "'" in bare or '"' in bare:
        raise ExpressionError(_("a quotation mark is not closed"))
    if _PATH.search(bare):
        raise ExpressionError(_("paths are not supported: refer to questions as ${name}"))
    if _SIGNS.search(bare):
        raise ExpressionError(_("too many signs in a row"))
    for name in _FUNCTION_CALL.findall(bare):
        if name not in SUPPORTED_FUNCTIONS and name not in _OPERATOR_WORDS:
            raise ExpressionError(_("the function %(name)s() is not supported") % {"name": name})
    for character in bare:
        depth += (character == "(") - (character == ")")
        if depth > MAX_NESTING:
            raise ExpressionError(_("parentheses are nested more than %(limit)d deep") % {"limit": MAX_NESTING})
    return depth


def _check_tree(root: XPathToken) -> tuple[set[str], bool]:
    """Walk the tree without recursion: bounded depth, quoted references in jr:choice-name() only."""
    columns: set[str] = set()
    uses_current = False
    stack: list[tuple[XPathToken, int, bool]] = [(root, 1, False)]
    while stack:
        token, depth, names_question = stack.pop()
        if depth > MAX_DEPTH:
            raise ExpressionError(
                _("the expression has more than %(limit)d operations in a row") % {"limit": MAX_DEPTH}
            )
        if token.symbol == "(name)":
            columns.add(str(token.value))
        uses_current = uses_current or token.symbol == "."
        if token.symbol == "(string)" and str(token.value).startswith(CHOICES_OF) and not names_question:
            raise ExpressionError(_("a reference inside quotation marks is not replaced"))
        if token.symbol == "regex" and token[1].symbol == "(string)":
            matches("", str(token[1].value))
        in_choice_name = token.symbol == "jr-choice-name"
        for position, child in enumerate(token):
            stack.append((child, depth + 1, in_choice_name and position == 1))
    return columns, uses_current


def instance_now() -> datetime:
    """Return the present moment, for today() and now()."""
    return datetime.now(UTC)


def values_for(names: Iterable[str]) -> dict[str, Value]:
    """Return an instance's values with every named question unanswered."""
    return {variable(name): "" for name in names}
