"""
Which way a condition leans: whether larger values of a metric can only help it, or only hurt it.

Where it leans one way in every metric, its truth at the two extremes tells whether any values could make it true
or false; nothing between the extremes needs to be tried.
"""

from collections.abc import Mapping

from autotrain_core.rules._tree import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Condition,
    Constant,
    Each,
    Element,
    Item,
    Negative,
    Node,
    Not,
    Or,
    Quantified,
    Reduction,
    Round,
    Window,
    walk,
)

_RISING = frozenset({"np.mean", "np.median", "np.min", "np.max", "np.sum", "np.percentile", "sum", "min", "max"})

Lean = dict[str, int]


class _BothWaysError(Exception):
    """The condition leans both ways, or nobody can tell."""


def directions(condition: Condition) -> Mapping[str, int] | None:
    """
    Tell which way a condition leans in each metric that it reads.

    Returns:
        1 where larger values can only help it, -1 where they can only hurt it, for each metric on which it depends;
        None where it leans both ways in one, or where that cannot be told from its form.
    """
    try:
        return _lean(condition, "")
    except _BothWaysError:
        return None


def _lean(node: Node, element: str) -> Lean:
    """Tell how a number or a truth grows; `element` is the metric that `x` stands for."""
    match node:
        case Item(metric=metric) | Window(metric=metric):
            return {metric: 1}
        case Element():
            return {element: 1}
        case Each(body=body, window=window) | Quantified(each=Each(body=body, window=window)):
            return _lean(body, window.metric)
        case Reduction(function="len"):
            return {}
        case Reduction(function=function, over=over) if function in _RISING:
            return _lean(over, element)
        case Call(function="min" | "max", arguments=parts) | And(parts=parts) | Or(parts=parts):
            return _together(*(_lean(part, element) for part in parts))
        case Round(operand=operand):
            return _lean(operand, element)
        case Negative(operand=operand) | Not(operand=operand):
            return _turned(_lean(operand, element))
        case Arithmetic(operator="+", left=left, right=right):
            return _together(_lean(left, element), _lean(right, element))
        case Arithmetic(operator="-", left=left, right=right):
            return _together(_lean(left, element), _turned(_lean(right, element)))
        case (
            Arithmetic(operator="*", left=Constant(), right=number)
            | Arithmetic(operator="*" | "/", left=number, right=Constant())
        ):
            # Constants are never negative; see `Negative`.
            return _lean(number, element)
        case Comparison(first=first, rest=rest):
            numbers = [first, *(number for _, number in rest)]
            pairs = zip(numbers, rest, strict=False)
            return _together(*(_compared(left, sign, right, element) for left, (sign, right) in pairs))
    if any(isinstance(part, Item | Window | Element) for part in walk(node)):
        raise _BothWaysError
    return {}


def _compared(left: Node, sign: str, right: Node, element: str) -> Lean:
    lower, upper = _lean(left, element), _lean(right, element)
    if not lower and not upper:
        return {}
    match sign:
        case ">=" | ">":
            return _together(lower, _turned(upper))
        case "<=" | "<":
            return _together(_turned(lower), upper)
    raise _BothWaysError


def _turned(lean: Lean) -> Lean:
    return {metric: -way for metric, way in lean.items()}


def _together(*leans: Lean) -> Lean:
    found: Lean = {}
    for lean in leans:
        for metric, way in lean.items():
            if found.setdefault(metric, way) != way:
                raise _BothWaysError
    return found
