"""
Ask a condition of many sessions at once: one pass per part of a rule, never per row.

What comes out equals what Python and numpy say of the same text, session by session, with two exceptions kept on
purpose: where Python raises (a value before the first session, a division by zero) the value is missing, and an
aggregate over a window with a missing value is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, cast

import numpy as np

from autotrain_core.rules._histories import Bools, Floats, Group, Ints, Truth, View
from autotrain_core.rules._tree import (
    SESSION_TOTAL,
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
    Node,
    Not,
    Number,
    Or,
    Reduction,
    Round,
    Window,
    is_condition,
    reads_stage,
)

SEQUENTIAL = 8
"""numpy adds fewer values than this from left to right; more it adds in pairs, row by row."""

_COMPARE: dict[str, Callable[[Floats, Floats], Bools]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_ARITHMETIC: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


def _from_left_to_right(values: Floats, *, axis: int) -> Floats:
    return np.cumsum(values, axis=axis)[:, -1]


_ROW_WISE: dict[str, Callable[..., Floats]] = {
    "np.mean": np.mean,
    "np.sum": np.sum,
    "np.std": np.std,
    "np.median": np.median,
    "np.percentile": np.percentile,
    "np.min": np.min,
    "np.max": np.max,
    "min": np.min,
    "max": np.max,
    "sum": _from_left_to_right,
}
_FOLDED: dict[str, Callable[[Floats, Floats], Floats]] = {
    "np.min": np.minimum,
    "min": np.minimum,
    "np.max": np.maximum,
    "max": np.maximum,
    "sum": np.add,
    "np.sum": np.add,
    "np.mean": np.add,
}


@dataclass(frozen=True, slots=True)
class Settled:
    """A part of a condition whose value is known for every row of the histories."""

    value: Floats | Truth


def evaluate(condition: Condition, view: View) -> Truth:
    """
    Ask a condition of the k rows of a view.

    Returns:
        Truth values of shape (k,). In two-valued logic (`view.three_valued` False) a comparison with a missing
        value is false (`!=` true); in three-valued logic it is unknown: possible, but not sure.
    """
    with np.errstate(all="ignore"):
        found = _Evaluator(view).truth(condition)
    if found.sure.ndim and found.possible.ndim:
        return found
    # A condition on constants alone is one answer for all rows.
    sure = np.broadcast_to(found.sure, view.size)
    if found.possible is found.sure:
        return Truth(sure, sure)
    return Truth(sure, np.broadcast_to(found.possible, view.size))


def measure(number: Number, view: View) -> Floats:
    """Compute a number at the k rows of a view: float64 of shape (k,), NaN where it is missing."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(_Evaluator(view).number(number), view.size)


def settle(condition: Condition, view: View) -> Condition:
    """
    Evaluate once, over all blocks of a view, what does not depend on the stage.

    Returns:
        The same condition, with those parts replaced by their values.
    """
    return cast(Condition, _settle(condition, view))


def _settle(node: Any, view: View) -> Any:
    """Rebuild a node; a `Settled` may stand wherever the value it holds could have been computed."""
    if isinstance(node, Constant):
        return node
    if not reads_stage(node):
        return Settled(evaluate(node, view) if is_condition(node) else measure(node, view))
    match node:
        case And(parts=parts) | Or(parts=parts):
            apart = tuple(part for part in parts if not reads_stage(part))
            together = (_settle(type(node)(apart), view),) if apart else ()
            return type(node)((*together, *(_settle(part, view) for part in parts if reads_stage(part))))
        case Not(operand=operand) | Negative(operand=operand) | Round(operand=operand):
            return replace(node, operand=_settle(operand, view))
        case Comparison(first=first, rest=rest):
            others = tuple((sign, _settle(number, view)) for sign, number in rest)
            return Comparison(_settle(first, view), others)
        case Arithmetic(operator=operator, left=left, right=right):
            return Arithmetic(operator, _settle(left, view), _settle(right, view))
        case _:
            return node


class _Evaluator:
    """
    Evaluates parts of a condition at the rows of a view.

    Inside `… for x in window` it holds windows of equal length (`element`, a row each) and their places (`here`).
    """

    def __init__(self, view: View, element: Floats | None = None, here: slice | Ints | None = None) -> None:
        self.view = view
        self.element = element
        self.here = here

    # ---- numbers ----

    def number(self, node: Number | Settled) -> Floats:
        match node:
            case Constant(value=value):
                return np.asarray(float(value))
            case Settled(value=settled):
                return cast(Floats, settled)[self.view.index()]
            case Counter() | Item() | Reduction():
                values = self._leaf(node)
                return values if self.here is None else values[self.here][:, None]
            case Element():
                assert self.element is not None  # noqa: S101 - the parser allows `x` only in its own body
                return self.element
            case Negative(operand=operand):
                return np.negative(self.number(operand))
            case Call(function="abs", arguments=(operand,)):
                return np.abs(self.number(operand))
            case Call(function=function, arguments=arguments):
                return reduce(_FOLDED[function], [self.number(argument) for argument in arguments])
            case Round(operand=operand, digits=digits):
                return _round(self.number(operand), digits, as_numpy=_is_numpy(operand))
        return self._arithmetic(node, self.number(node.left), self.number(node.right))

    def _arithmetic(self, node: Arithmetic, left: Floats, right: Floats) -> Floats:
        result = _ARITHMETIC[node.operator](left, right)
        if node.operator == "/" and not _is_numpy(node):
            # Python raises here, where numpy would answer infinity.
            result = np.where(right == 0, self.view.beyond.get("", np.nan), result)
        return result

    def _leaf(self, node: Counter | Item | Reduction) -> Floats:
        view = self.view
        known = view.known.get(node)
        if known is not None:
            return known  # type: ignore[return-value]
        match node:
            case Counter(name=name) if name == SESSION_TOTAL:
                return view.session_total()
            case Counter():
                if view.sessions_at_stage is None:
                    message = "a view without stages was asked about sessions at the stage"
                    raise ValueError(message)
                return view.sessions_at_stage
            case Item(metric=metric, back=back, at_stage=at_stage):
                return view.item(metric, back, at_stage=at_stage)
        found = np.empty(view.size)
        for group in view.groups(node.over if isinstance(node.over, Window) else node.over.window):
            found[group.here] = self._reduce(node, group)
        view.known[node] = found
        return found

    def _reduce(self, node: Reduction, group: Group) -> Floats:
        function = node.function
        if function == "len":
            return np.asarray(float(group.length))
        if isinstance(node.over, Window) and function in _FOLDED and group.length < SEQUENTIAL:
            total = reduce(_FOLDED[function], group.columns())
            return total / group.length if function == "np.mean" else total
        found = np.empty(self.view.size)
        extra = () if node.percent is None else (node.percent,)
        for places, matrix in group.matrices():
            values = matrix if isinstance(node.over, Window) else self._body_numbers(node.over, matrix, places)
            found[places] = _ROW_WISE[function](values, *extra, axis=1)
        return found[group.here]

    def _body_numbers(self, each: Each, matrix: Floats, places: slice | Ints) -> Floats:
        """Compute the body of `… for x in window` for windows of equal length: shape (rows, length)."""
        inner = _Evaluator(self.view, matrix, places)
        if not is_condition(each.body):
            return np.broadcast_to(inner.number(cast(Number, each.body)), matrix.shape)
        truth = inner.truth(each.body)
        counted = np.where(truth.sure == truth.possible, truth.sure.astype(np.float64), np.nan)
        return np.broadcast_to(counted, matrix.shape)

    # ---- true or false ----

    def truth(self, node: Condition | Settled) -> Truth:
        match node:
            case Settled(value=value):
                settled, index = cast(Truth, value), self.view.index()
                sure = settled.sure[index]
                return Truth(sure, sure if settled.possible is settled.sure else settled.possible[index])
            case Comparison(first=first, rest=rest):
                return self._comparison(first, rest)
            case And(parts=parts):
                return _both(np.logical_and, [self.truth(part) for part in parts])
            case Or(parts=parts):
                return _both(np.logical_or, [self.truth(part) for part in parts])
            case Not(operand=operand):
                inner = self.truth(operand)
                sure = ~inner.possible
                return Truth(sure, sure if inner.possible is inner.sure else ~inner.sure)
        return self._quantified(node.function, node.each)

    def _comparison(self, first: Number, rest: tuple[tuple[str, Number], ...]) -> Truth:
        pairs, left = [], self.number(first)
        for sign, number in rest:
            right = self.number(number)
            holds = _COMPARE[sign](left, right)
            if self.view.three_valued:
                unknown = np.isnan(left) | np.isnan(right)
                pairs.append(Truth(holds & ~unknown, holds | unknown))
            else:
                pairs.append(Truth(holds, holds))
            left = right
        return pairs[0] if len(pairs) == 1 else _both(np.logical_and, pairs)

    def _quantified(self, function: str, each: Each) -> Truth:
        combine = np.logical_and if function == "all" else np.logical_or
        sure = np.empty(self.view.size, dtype=np.bool_)
        possible = np.empty(self.view.size, dtype=np.bool_) if self.view.three_valued else sure
        body = cast(Condition, each.body)
        for group in self.view.groups(each.window):
            for places, matrix in group.matrices():
                inner = _Evaluator(self.view, matrix, places).truth(body)
                for answers, found in ((sure, inner.sure), (possible, inner.possible)):
                    answers[places] = combine.reduce(np.broadcast_to(found, matrix.shape), axis=1)
        return Truth(sure, possible)


def _both(combine: np.ufunc, parts: list[Truth]) -> Truth:
    sure = reduce(combine, [part.sure for part in parts])
    if all(part.possible is part.sure for part in parts):
        return Truth(sure, sure)
    return Truth(sure, reduce(combine, [part.possible for part in parts]))


def _round(values: Floats, digits: int | None, *, as_numpy: bool) -> Floats:
    if digits is None:
        # Rounding infinity to a whole number raises in Python.
        return np.where(np.isinf(values), np.nan, np.rint(values))
    if as_numpy:
        return np.round(values, digits)
    # Python rounds the decimal value exactly, numpy by scaling: 2.675 differs.
    distinct, places = np.unique(values, return_inverse=True)
    rounded = np.array([round(value, digits) for value in distinct.tolist()])
    return rounded[places].reshape(values.shape)


def _is_numpy(node: Node) -> bool:
    """Tell whether Python would compute this with numpy's numbers, which divide by zero and round differently."""
    match node:
        case Reduction(function=function, over=over):
            return function.startswith("np.") or (isinstance(over, Each) and _is_numpy(over.body))
        case Negative(operand=operand) | Not(operand=operand):
            return _is_numpy(operand)
        case Round(operand=operand, digits=digits):
            return digits is not None and _is_numpy(operand)
        case Call(arguments=arguments):
            return any(_is_numpy(argument) for argument in arguments)
        case Arithmetic(left=left, right=right):
            return _is_numpy(left) or _is_numpy(right)
        case Comparison(first=first, rest=rest):
            return _is_numpy(first) or any(_is_numpy(number) for _, number in rest)
        case And(parts=parts) | Or(parts=parts):
            return any(_is_numpy(part) for part in parts)
        case _:
            return False
