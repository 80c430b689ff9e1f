"""
Text -> tree, by an allow-list that starts from nothing.

Python's parser reads the text; nothing is ever evaluated or compiled as Python. What the `match` below does not
name is refused, and the walk goes on, so that a designer sees every fault at once.
"""

import ast
import math
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TypeGuard, TypeVar

from autotrain_core.errors import ConditionError, Problem
from autotrain_core.rules import _text
from autotrain_core.rules._advice import advice_on, function_name, kind_of, python_name, remedy_for, usage_of
from autotrain_core.rules._metric import Metric
from autotrain_core.rules._python import parse_python
from autotrain_core.rules._tree import (
    AT_STAGE,
    REDUCTIONS,
    RESERVED,
    SESSION_TOTAL,
    SESSIONS_AT_STAGE,
    And,
    Arithmetic,
    Call,
    Comparison,
    Condition,
    Constant,
    Counter,
    Each,
    Element,
    Item,
    Negative,
    Not,
    Number,
    Or,
    Quantified,
    Reduction,
    Round,
    Window,
    is_condition,
    is_number,
)

MAX_DEPTH = 40
MAX_WINDOW = 200
MAX_VALUE = 1e15
MAX_PROBLEMS = 20
MAX_ROUNDING = 12

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_FUNCTIONS = (*REDUCTIONS, "abs", "round", "any", "all")
_FORM = "write 'lambda metrics: …'"
_PLACEHOLDER = Constant(0)
_ALWAYS = Comparison(_PLACEHOLDER, (("==", _PLACEHOLDER),))

Whole = Number | Condition | Window | Each
Kind = TypeVar("Kind", bound=Whole)


def parse(text: str, metrics: Iterable[Metric] | None = None) -> Condition:
    """
    Understand the text of a condition.

    Args:
        text: A Python lambda of one argument, `metrics`, as curriculum documents hold it. Line feeds count for
            nothing, not even as blanks: today's readers delete them.
        metrics: What may stand after `metrics.`; any name is allowed where this is None.

    Returns:
        The tree; what it holds is bounded in size, depth and window.

    Raises:
        ConditionError: The text is not a condition; it lists every problem, with its place and remedy.
    """
    source = _text.read(text)
    tree = parse_python(source)
    reader = _Reader(source, None if metrics is None else tuple(metric.name for metric in metrics))
    condition = reader.rule(tree)
    if reader.problems:
        raise ConditionError(tuple(sorted(reader.problems[:MAX_PROBLEMS], key=lambda problem: problem.offset)))
    return condition


class _Reader:
    """Turns Python's tree into ours and collects what is wrong on the way."""

    def __init__(self, source: _text.Source, names: tuple[str, ...] | None) -> None:
        self.source = source
        self.names = names
        self.problems: list[Problem] = []
        self.variable: str | None = None
        self.depth = 0

    def wrong(self, node: ast.expr, message: str, remedy: str = "") -> None:
        self.problems.append(self.source.problem(message, remedy, node.col_offset))

    def rule(self, tree: ast.expr) -> Condition:
        match tree:
            case ast.Lambda(
                args=ast.arguments(
                    posonlyargs=[],
                    args=[ast.arg(arg="metrics")],
                    vararg=None,
                    kwonlyargs=[],
                    kwarg=None,
                    defaults=[],
                ),
                body=body,
            ):
                return self.condition(body)
            case ast.Lambda():
                self.wrong(tree, "the lambda has other arguments than 'metrics'", _FORM)
            case _:
                self.wrong(tree, "a condition is a lambda of 'metrics'", _FORM)
        return _ALWAYS

    def condition(self, node: ast.expr) -> Condition:
        return self._expect(node, is_condition, _ALWAYS, "true or false", "compare it with a number")

    def number(self, node: ast.expr) -> Number:
        return self._expect(node, is_number, _PLACEHOLDER, "a number", "take one value [-1] or a mean")

    def _expect(
        self,
        node: ast.expr,
        fits: Callable[[object], TypeGuard[Kind]],
        instead: Kind,
        expected: str,
        remedy: str,
    ) -> Kind:
        before = len(self.problems)
        found = self.expression(node)
        if fits(found):
            return found
        if len(self.problems) == before:
            self.wrong(node, f"here stands {kind_of(found)}, but {expected} is needed", remedy_for(found, remedy))
        return instead

    def expression(self, node: ast.expr) -> Whole:
        """Read anything; a fault is noted and a stand-in returned, so that reading goes on."""
        if self.depth >= MAX_DEPTH:
            self.wrong(node, f"the condition is nested more than {MAX_DEPTH} deep", "simplify")
            return _PLACEHOLDER
        self.depth += 1
        try:
            return self._expression(node)
        finally:
            self.depth -= 1

    def _expression(self, node: ast.expr) -> Whole:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return And(tuple(self.condition(value) for value in values))
            case ast.BoolOp(values=values):
                return Or(tuple(self.condition(value) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.number(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.number(operand)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return self._arithmetic(_OPERATORS[type(operator)], left, right)
            case ast.Compare(left=left, ops=operators, comparators=others):
                return self._comparison(node, left, operators, others)
            case ast.Constant(value=value):
                return self._constant(node, value)
            case ast.Name(id=name) if name == self.variable:
                return Element()
            case ast.Attribute() | ast.Subscript():
                return self._history(node)
            case ast.Call():
                return self._call(node)
            case _:
                self.wrong(node, f"conditions have no {python_name(node)}", advice_on(node))
                return _PLACEHOLDER

    def _arithmetic(self, operator: str, left: ast.expr, right: ast.expr) -> Arithmetic:
        first, second = self.number(left), self.number(right)
        if operator == "/" and isinstance(second, Constant) and second.value == 0 and not self.problems:
            self.wrong(right, "this divides by zero", "divide by something else")
        return Arithmetic(operator, first, second)

    def _comparison(
        self, node: ast.Compare, left: ast.expr, operators: list[ast.cmpop], others: list[ast.expr]
    ) -> Comparison:
        signs = [_COMPARISONS.get(type(operator)) for operator in operators]
        if None in signs:
            word = " ".join(re.findall("[A-Z][a-z]*", type(operators[signs.index(None)]).__name__)).lower()
            self.wrong(node, f"conditions have no '{word}'", "compare numbers with < <= > >= == !=")
        first = self.number(left)
        rest = tuple((sign or "==", self.number(other)) for sign, other in zip(signs, others, strict=True))
        return Comparison(first, rest)

    def _constant(self, node: ast.expr, value: object) -> Constant:
        if isinstance(value, bool):
            self.wrong(node, f"conditions have no {value}", "compare: metrics.session_total >= 1 is always true")
        elif not isinstance(value, int | float):
            self.wrong(node, f"conditions hold numbers, no {type(value).__name__}")
        elif not (math.isfinite(value) and value <= MAX_VALUE):
            self.wrong(node, "this number is too large", f"use at most {MAX_VALUE:g}")
        else:
            return Constant(value)
        return _PLACEHOLDER

    # ---- metrics.… ----

    def _history(self, node: ast.Attribute | ast.Subscript) -> Whole:
        match node:
            case ast.Subscript(value=ast.Attribute() as value, slice=index):
                return self._subscript(node, self._history(value), index)
            case ast.Attribute(value=ast.Name(id="metrics"), attr=name):
                return self._named(node, name, at_stage=False)
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="metrics"), attr=outer), attr=name) if (
                outer == AT_STAGE
            ):
                return self._named(node, name, at_stage=True)
            case ast.Subscript(value=ast.Subscript()):
                self.wrong(node, "one pair of [ ] is enough")
            case ast.Subscript():
                self.wrong(node, "[ ] stands only after metrics.NAME")
            case _:
                self.wrong(
                    node,
                    f"conditions have no '.{node.attr[:40]}' here",
                    "write metrics.NAME or np.FUNCTION( )",
                )
        return _PLACEHOLDER

    def _named(self, node: ast.Attribute, name: str, *, at_stage: bool) -> Whole:
        if name in (SESSION_TOTAL, SESSIONS_AT_STAGE) and not at_stage:
            return Counter(name)
        column = (node.end_col_offset or 0) - len(name)
        if name == AT_STAGE:
            self._wrong_name(column, "after 'at_stage' stands a metric", "write metrics.at_stage.NAME[-5:]")
        elif name.startswith("_"):
            self._wrong_name(column, f"names do not begin with '_' ('{name[:40]}')", "")
        elif self.names is not None and name not in self.names:
            known = self.names if at_stage else (*self.names, *RESERVED)
            near = get_close_matches(name[:80], known, n=1, cutoff=0.6)
            remedy = f"did you mean '{near[0]}'?" if near else f"the metrics are {', '.join(known[:12])}"
            self._wrong_name(column, f"no metric is called '{name[:80]}'", remedy)
        else:
            return Window(name, None, at_stage)
        return Window("", None, at_stage)

    def _wrong_name(self, column: int, message: str, remedy: str) -> None:
        self.problems.append(self.source.problem(message, remedy, column))

    def _subscript(self, node: ast.Subscript, history: Whole, index: ast.expr) -> Whole:
        match history, index:
            case Counter(name=name), _:
                self.wrong(node, f"'{name}' is one number", f"write metrics.{name} without [ ]")
            case Window(), ast.Slice(lower=lower, upper=None, step=None) if lower is None:
                return history
            case Window(), ast.Slice(lower=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=size))) if (
                index.upper is None and index.step is None and type(size) is int
            ):
                return Window(history.metric, self._back(index, size), history.at_stage)
            case Window(), ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=back)) if type(back) is int:
                return Item(history.metric, self._back(index, back), history.at_stage)
            case Window(), _:
                self.wrong(index, "a window counts back from this session", "write [-1], [-5] or [-5:]")
        return _PLACEHOLDER

    def _back(self, node: ast.expr, sessions: int) -> int:
        if 1 <= sessions <= MAX_WINDOW:
            return sessions
        self.wrong(node, f"a window of {sessions} sessions", f"use 1 to {MAX_WINDOW}")
        return 1

    # ---- functions ----

    def _call(self, node: ast.Call) -> Whole:
        name = function_name(node.func)
        if name not in _FUNCTIONS:
            near = get_close_matches(name, _FUNCTIONS, n=1, cutoff=0.6) or [
                known for known in _FUNCTIONS if known.removeprefix("np.") == name.rpartition(".")[2]
            ]
            self.wrong(
                node,
                f"conditions have no function '{name[:60]}'" if name else "only functions can be called",
                f"did you mean '{near[0]}'?" if near else f"the functions are {', '.join(_FUNCTIONS)}",
            )
        elif node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            self.wrong(node, f"'{name}' takes plain arguments only")
        elif not node.args:
            self.wrong(node, f"'{name}' needs something in its brackets")
        else:
            return self._apply(node, name, node.args)
        return _ALWAYS if name in ("any", "all") else _PLACEHOLDER

    def _apply(self, node: ast.Call, name: str, arguments: list[ast.expr]) -> Whole:
        match name, arguments:
            case (("any" | "all"), [ast.GeneratorExp() as each]):
                return Quantified(name, self._each(each, is_condition, "true or false"))
            case (("any" | "all"), _):
                self.wrong(
                    node,
                    f"'{name}' asks something of every session",
                    f"{name}(x > 0 for x in metrics.NAME[-5:])",
                )
                return _ALWAYS
            case "abs", [operand]:
                return Call(name, (self.number(operand),))
            case "round", [operand]:
                return Round(self.number(operand))
            case "round", [operand, digits]:
                return Round(self.number(operand), self._whole(digits, MAX_ROUNDING, "digits"))
            case (("min" | "max"), [_, _, *_]):
                return Call(name, tuple(self.number(argument) for argument in arguments))
            case "sum", [ast.GeneratorExp() as each]:
                return Reduction(name, self._each(each, _either, "a number"))
            case (("min" | "max"), [ast.GeneratorExp() as each]):
                return Reduction(name, self._each(each, is_number, "a number"))
            case "np.percentile", [window, percent]:
                return Reduction(name, self._window(window), self._percent(percent))
            case (("abs" | "round" | "np.percentile"), _):
                self.wrong(node, f"'{name}' does not take {len(arguments)} arguments", usage_of(name))
            case _, [window]:
                return Reduction(name, self._window(window))
            case _:
                self.wrong(node, f"'{name}' takes one window", usage_of(name))
        return _PLACEHOLDER

    def _window(self, node: ast.expr) -> Window:
        if isinstance(node, ast.GeneratorExp):
            self.wrong(node, "'… for x in …' goes into sum, min, max, any or all", "np functions take a window")
            return Window("")
        return self._expect(node, _is_window, Window(""), "a window", "")

    def _each(
        self, node: ast.GeneratorExp, fits: Callable[[object], TypeGuard[Number | Condition]], expected: str
    ) -> Each:
        stand_in = Each(_ALWAYS, Window(""))
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=over, ifs=[], is_async=0)]:
                pass
            case [ast.comprehension(ifs=[first, *_])]:
                self.wrong(first, "no 'if' here", "join the two with 'and'")
                return stand_in
            case _:
                self.wrong(node, "this takes one variable and one window", "x > 0 for x in metrics.NAME[-5:]")
                return stand_in
        if self.variable is not None:
            self.wrong(node, "'… for x in …' inside another one")
            return stand_in
        if name in ("metrics", "np") or name.startswith("_"):
            self.wrong(node, f"'{name[:40]}' cannot be the variable", "call it x")
            return stand_in
        window = self._window(over)
        self.variable = name
        try:
            body: Number | Condition = self._expect(node.elt, fits, _ALWAYS, expected, "")
        finally:
            self.variable = None
        return Each(body, window)

    def _whole(self, node: ast.expr, most: int, what: str) -> int:
        match node:
            case ast.Constant(value=value) if type(value) is int and 0 <= value <= most:
                return value
        self.wrong(node, f"{what} are a plain number", f"0 to {most}")
        return 0

    def _percent(self, node: ast.expr) -> int | float:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and 0 <= value <= 100:
                return value
        self.wrong(node, "a percentile is a plain number", "0 to 100")
        return 50


def _is_window(found: object) -> TypeGuard[Window]:
    return isinstance(found, Window)


def _either(found: object) -> TypeGuard[Number | Condition]:
    return is_number(found) or is_condition(found)
