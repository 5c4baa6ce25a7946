"""The logic of a questionnaire: what is relevant, required, calculated, violated, given the answers.

A form is compiled once per version: every expression is parsed, every reference resolved, and the items
are put in an order in which each comes after what it reads. After that an evaluation is one pass, or,
for a changed answer, a pass over what depends on it. Rules of the XForms specification kept here:

* an irrelevant item, or one in an irrelevant group, counts as unanswered for every other expression;
* a constraint is not asked of an unanswered item;
* a calculation that comes to NaN, or to no value within its bounds, leaves the item unanswered.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from apps.instruments import definition, expressions
from apps.instruments.definition import Form, Item, Texts, localized
from apps.instruments.expressions import Expression, parse
from apps.instruments.fitting import fits
from apps.instruments.grammar import ExpressionError, Instance, variable
from apps.instruments.values import Value, as_boolean, as_string

Answer = str | Sequence[str] | None
Answers = Mapping[str, Answer]

CONSTRAINT = "constraint"
NOT_A_CHOICE = "choice"
WRONG_TYPE = "type"


@dataclass(frozen=True, slots=True)
class LogicProblem:
    """A fault in the logic: the row of the survey sheet, the column, what is wrong."""

    row: int
    column: str
    message: str


class LogicError(ValueError):
    """The form's logic cannot be compiled; `problems` says why, all of it."""

    def __init__(self, problems: Sequence[LogicProblem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Violation:
    """An answer that cannot stand: CONSTRAINT (with the author's message), NOT_A_CHOICE or WRONG_TYPE."""

    kind: str
    message: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item over the present answers.

    `value` is the value that other expressions see: "" when irrelevant, the choices of a select_multiple
    separated by spaces, the result of a calculation. `choices` names the choices left by the filter.
    """

    name: str
    relevant: bool
    required: bool
    readonly: bool
    value: str
    violations: tuple[Violation, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        return self.value != ""

    @property
    def missing(self) -> bool:
        """Must it be answered, and is not?"""
        return self.relevant and self.required and not self.answered


@dataclass(frozen=True, slots=True)
class State:
    """The evaluated form, or, after `evaluate_change`, the part of it that the change reached."""

    items: Mapping[str, ItemState]
    groups: Mapping[str, bool]
    """Relevance of sections and groups by name."""

    def __getitem__(self, name: str) -> ItemState:
        return self.items[name]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.items.values() if item.missing)

    @property
    def invalid(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.items.values() if item.violations)

    @property
    def complete(self) -> bool:
        """Is nothing required unanswered and no answer in violation?"""
        return not self.missing and not self.invalid


@dataclass(frozen=True, slots=True)
class _Node:
    """An item, group or section of the graph.

    `inputs` are the nodes that its value depends on, `reads` the further ones behind its other expressions.
    """

    name: str
    parent: str
    item: Item | None
    row: int
    expressions: Mapping[str, Expression]
    inputs: frozenset[str]
    reads: frozenset[str]


_VALUE_COLUMNS = ("relevant", "calculation")


@dataclass(frozen=True)
class CompiledForm:
    """A form ready to be evaluated; made by `compile_form`, safe to share between threads."""

    form: Form
    _nodes: Mapping[str, _Node] = field(repr=False)
    _order: tuple[str, ...] = field(repr=False)
    _affected: dict[str, tuple[frozenset[str], tuple[str, ...]]] = field(default_factory=dict, repr=False)

    def evaluate(self, answers: Answers, *, now: datetime | None = None, language: str = "") -> State:
        """Evaluate the whole form.

        `answers` maps item names to a string, a list of choices, or None; unknown names are passed over.
        `now` is the moment of today() and now(); `language` that of jr:choice-name().
        """
        return self._run(answers, self._order, frozenset(self._order), now, language)

    def evaluate_change(
        self, answers: Answers, changed: str, *, now: datetime | None = None, language: str = ""
    ) -> State:
        """Evaluate what depends on the item `changed` (itself included), given all answers after the change.

        Raises KeyError when the form has no such item.
        """
        affected, needed = self._reach(changed)
        return self._run(answers, needed, affected, now, language)

    def depends_on(self, name: str) -> frozenset[str]:
        """Return the names of items, groups and sections that may change when the answer to `name` does."""
        return self._reach(name)[0]

    def initial_answers(self, *, now: datetime | None = None) -> dict[str, str]:
        """Return the defaults: fixed ones, and those calculated when the form is first opened."""
        items = self.form.items.values()
        answers = {item.name: item.default for item in items if item.default and not item.default_is_expression}
        instance = self._instance(now, "")
        for name, answer in answers.items():
            instance.variables[variable(name)] = _typed(self.form.items[name], answer)
        for name in self._order:
            expression = self._nodes[name].expressions.get("default")
            if expression is not None:
                answers[name] = _stored(_evaluate(expression, instance, ""))
                instance.variables[variable(name)] = answers[name]
        return {name: answer for name, answer in answers.items() if answer}

    def text(self, texts: Texts, state: State, language: str) -> str:
        """Return a label or hint in `language` with `${name}` replaced by the value of the item."""
        text = localized(texts, language, self.form.default_language)
        return expressions.interpolate(text, lambda name: state.items[name].value if name in state.items else "")

    def _reach(self, changed: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """Which nodes a change reaches, and which must be evaluated, in order, to say how."""
        if changed not in self._affected:
            moved = {self._nodes[changed].name}
            for name in self._order:
                if self._nodes[name].inputs & moved:
                    moved.add(name)
            affected = moved | {name for name in self._order if self._nodes[name].reads & moved}
            needed = set(affected)
            needed.update(*(self._nodes[name].reads for name in affected))
            for name in reversed(self._order):
                if name in needed:
                    needed.update(self._nodes[name].inputs)
            order = tuple(name for name in self._order if name in needed)
            self._affected[changed] = (frozenset(affected), order)
        return self._affected[changed]

    def _instance(self, now: datetime | None, language: str) -> Instance:
        def choice_label(question: str, choice: str) -> str:
            for candidate in self.form.choices(self.form.items[question]):
                if candidate.name == choice:
                    label = localized(candidate.label, language, self.form.default_language)
                    return label or choice
            return choice

        return Instance(
            expressions.values_for(self.form.items),
            now=now or expressions.instance_now(),
            choice_label=choice_label,
        )

    def _run(
        self,
        answers: Answers,
        order: Iterable[str],
        wanted: frozenset[str],
        now: datetime | None,
        language: str,
    ) -> State:
        order = tuple(order)
        instance = self._instance(now, language)
        relevant: dict[str, bool] = {"": True}
        values: dict[str, str] = {}
        for name in order:
            node = self._nodes[name]
            relevant[name] = relevant[node.parent] and self._holds(node, "relevant", instance, True)
            if node.item is not None:
                values[name] = self._value(node, answers, instance) if relevant[name] else ""
                instance.variables[variable(name)] = _typed(node.item, values[name])
        # Constraints and filters may read items that come later, so they have a pass of their own.
        items = {
            name: self._state(self._nodes[name], relevant[name], values[name], instance)
            for name in order
            if name in wanted and name in values
        }
        groups = {name: relevant[name] for name in order if name in wanted and name not in values}
        positions = {name: position for position, name in enumerate(self.form.items)}
        return State(dict(sorted(items.items(), key=lambda pair: positions[pair[0]])), groups)

    def _value(self, node: _Node, answers: Answers, instance: Instance) -> str:
        calculation = node.expressions.get("calculation")
        if calculation is not None:
            return _stored(_evaluate(calculation, instance, ""))
        item = node.item
        if item is not None and item.kind == definition.HIDDEN:
            return item.default
        return plain_answer(answers.get(node.name) if item is not None and item.takes_answer else None)

    def _holds(self, node: _Node, column: str, instance: Instance, default: bool, current: Value = "") -> bool:
        expression = node.expressions.get(column)
        if expression is None:
            return default
        return as_boolean(_evaluate(expression, instance, current))

    def _state(self, node: _Node, relevant: bool, value: str, instance: Instance) -> ItemState:
        item = node.item
        assert item is not None
        current = _typed(item, value)
        choices = self._choices(node, item, instance)
        violations: list[Violation] = []
        if value and item.takes_answer:
            if not fits(item, value):
                violations.append(Violation(WRONG_TYPE))
            elif item.is_select and not set(value.split()) <= set(choices):
                violations.append(Violation(NOT_A_CHOICE))
            elif not self._holds(node, "constraint", instance, True, current):
                violations.append(Violation(CONSTRAINT, item.constraint_message))
        return ItemState(
            name=item.name,
            relevant=relevant,
            required=item.takes_answer and self._holds(node, "required", instance, False, current),
            readonly=item.is_calculated or self._holds(node, "readonly", instance, False, current),
            value=value,
            violations=tuple(violations),
            choices=choices,
        )

    def _choices(self, node: _Node, item: Item, instance: Instance) -> tuple[str, ...]:
        choices = self.form.choices(item)
        expression = node.expressions.get("choice_filter")
        if expression is None:
            return tuple(choice.name for choice in choices)
        left = []
        for choice in choices:
            instance.columns = {**choice.columns, "name": choice.name}
            if as_boolean(_evaluate(expression, instance, "")):
                left.append(choice.name)
        instance.columns = {}
        return tuple(left)


def plain_answer(answer: Answer) -> str:
    """Return an answer as the instance holds it: choices of a select_multiple joined by spaces."""
    if answer is None:
        return ""
    return answer if isinstance(answer, str) else " ".join(answer)


def _evaluate(expression: Expression, instance: Instance, current: Value) -> Value:
    instance.current = current
    try:
        return expression.evaluate(instance)
    except ExpressionError:
        return ""


def _stored(value: Value) -> str:
    return "" if isinstance(value, float) and math.isnan(value) else as_string(value)


def _typed(item: Item, value: str) -> Value:
    if item.kind in (definition.INTEGER, definition.DECIMAL, definition.RANGE) and value:
        try:
            return float(value)
        except ValueError:
            return value
    return value


# Compiling


def compile_form(form: Form) -> CompiledForm:
    """Parse and order the logic of `form`.

    Raises LogicError naming every expression that cannot be parsed, every reference to a name that does
    not exist or is not an item, and every item in a cycle. Work is linear in expressions and references.
    """
    problems: list[LogicProblem] = []
    nodes = {node.name: node for node in _nodes(form, problems)}
    order = _ordered(nodes, problems)
    if problems:
        raise LogicError(sorted(problems, key=lambda problem: problem.row))
    return CompiledForm(form, nodes, order)


def _nodes(form: Form, problems: list[LogicProblem]) -> Iterator[_Node]:
    items = form.items
    for section in form.sections:
        columns = {"relevant": section.relevant}
        yield _node(section.name, "", None, section.row, columns, (section.label, section.hint), items, problems)
        for group in section.groups:
            parent = group.path[-2] if len(group.path) > 1 else section.name
            columns = {"relevant": group.relevant}
            yield _node(group.name, parent, None, group.row, columns, (group.label, group.hint), items, problems)
        for item in section.items:
            columns = {
                "relevant": item.relevant,
                "calculation": item.calculation,
                "constraint": item.constraint,
                "required": item.required,
                "readonly": item.readonly,
                "choice_filter": item.choice_filter,
                "default": item.default if item.default_is_expression else "",
            }
            yield _node(
                item.name, item.path[-1], item, item.row, columns, (item.label, item.hint, item.guidance),
                items, problems,
            )  # fmt: skip


def _node(
    name: str,
    parent: str,
    item: Item | None,
    row: int,
    columns: Mapping[str, str],
    texts: Iterable[Texts],
    items: Mapping[str, Item],
    problems: list[LogicProblem],
) -> _Node:
    parsed: dict[str, Expression] = {}
    for column, source in columns.items():
        if not source:
            continue
        try:
            expression = parse(source, choice_filter=column == "choice_filter")
        except ExpressionError as error:
            problems.append(LogicProblem(row, column, str(error)))
            continue
        missing = sorted((expression.references | expression.choice_questions) - items.keys())
        problems.extend(
            LogicProblem(row, column, _("there is no question “%(name)s”") % {"name": reference})
            for reference in missing
        )
        if not missing:
            parsed[column] = expression
    inputs = {parent} - {""}
    inputs.update(*(parsed[column].references for column in _VALUE_COLUMNS if column in parsed))
    reads: set[str] = set()
    reads.update(*(parsed[column].references for column in parsed if column not in _VALUE_COLUMNS))
    for text in texts:
        for translation in text.values():
            named = expressions.references(translation)
            reads.update(named & items.keys())
            problems.extend(
                LogicProblem(row, "label", _("there is no question “%(name)s”") % {"name": reference})
                for reference in sorted(named - items.keys())
            )
            # Its value is a key that tells nobody anything.
            problems.extend(
                LogicProblem(
                    row, "label", _("“%(name)s” is a file, which cannot stand in a text") % {"name": reference}
                )
                for reference in sorted(named & items.keys())
                if items[reference].is_upload
            )
    return _Node(name, parent, item, row, parsed, frozenset(inputs), frozenset(reads - {name}))


def _ordered(nodes: Mapping[str, _Node], problems: list[LogicProblem]) -> tuple[str, ...]:
    """Return the nodes in an order in which each follows its inputs (Kahn); cycles become problems."""
    waiting = {name: len(node.inputs & nodes.keys()) for name, node in nodes.items()}
    readers: dict[str, list[str]] = {name: [] for name in nodes}
    for name, node in nodes.items():
        for read in node.inputs & nodes.keys():
            readers[read].append(name)
    ready = deque(name for name, count in waiting.items() if count == 0)
    order: list[str] = []
    while ready:
        name = ready.popleft()
        order.append(name)
        for reader in readers[name]:
            waiting[reader] -= 1
            if waiting[reader] == 0:
                ready.append(reader)
    stuck = nodes.keys() - set(order)
    for name in _on_cycles(nodes, stuck):
        node = nodes[name]
        column = "relevant" if "relevant" in node.expressions else "calculation"
        message = _("“%(name)s” depends on itself, directly or through other questions") % {"name": name}
        problems.append(LogicProblem(node.row, column, message))
    return tuple(order)


def _on_cycles(nodes: Mapping[str, _Node], stuck: Iterable[str]) -> list[str]:
    """Of the nodes that could not be ordered, drop those that only wait for a cycle without being on one."""
    remaining = set(stuck)
    readers = {name: {other for other in remaining if name in nodes[other].inputs} for name in remaining}
    loose = deque(name for name, those in readers.items() if not those)
    while loose:
        name = loose.popleft()
        remaining.discard(name)
        for read in nodes[name].inputs & remaining:
            readers[read].discard(name)
            if not readers[read]:
                loose.append(read)
    return sorted(remaining, key=lambda name: nodes[name].row)
