"""Which numbers a condition compares with fixed values: what a description speaks of, and what people change."""

from collections.abc import Iterator
from dataclasses import dataclass

from autotrain_core.rules import (
    DENIED,
    TURNED,
    And,
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
    Window,
    is_condition,
    walk,
)

_PLAIN = ("np.mean", "np.median", "np.min", "np.max", "np.percentile", "min", "max")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """
    One comparison with a fixed value.

    Attributes:
        of: What is compared.
        metric: The metric or counter that it is a value of, in that metric's own unit; empty for sums, counts of
            sessions and arithmetic.
        sign: Read with the value on the right, and as it counts where the comparison stands under `not`.
        value: The fixed value.
        path: Where it stands: the connective and the place of the part, from the outside in.
        denied: It stands under an odd number of `not`.
        in_each: It is asked of every session of a window.
    """

    of: Number
    metric: str
    sign: str
    value: int | float
    path: tuple[tuple[str, int], ...]
    denied: bool
    in_each: bool


def thresholds(condition: Condition) -> tuple[Threshold, ...]:
    """List the comparisons with fixed values, in the order of the text."""
    return tuple(_found(condition, (), "", denied=False))


def joined_by(one: Threshold, other: Threshold) -> str:
    """Name what stands between two of them, "and" or "or"; empty where nothing does."""
    steps = zip(one.path, other.path, strict=False)
    return next((connective for (connective, place), (_, there) in steps if place != there), "")


def _found(node: Condition, path: tuple[tuple[str, int], ...], element: str, *, denied: bool) -> Iterator[Threshold]:
    match node:
        case And(parts=parts) | Or(parts=parts):
            connective = "and" if isinstance(node, And) else "or"
            for place, part in enumerate(parts):
                yield from _found(part, (*path, (connective, place)), element, denied=denied)
        case Not(operand=operand):
            yield from _found(operand, path, element, denied=not denied)
        case Comparison(first=first, rest=rest):
            yield from _of_comparison(first, rest, path, element, denied)
        case _:
            yield from _of_each(node.each, path, denied)


def _of_comparison(
    first: Number,
    rest: tuple[tuple[str, Number], ...],
    path: tuple[tuple[str, int], ...],
    element: str,
    denied: bool,
) -> Iterator[Threshold]:
    left = first
    for place, (sign, right) in enumerate(rest):
        at = (*path, ("and", place)) if len(rest) > 1 else path
        value, of, read = fixed(right), left, sign
        if value is None:
            value, of, read = fixed(left), right, TURNED[sign]
        left = right
        if value is None or fixed(of) is not None:
            continue
        yield Threshold(
            of=of,
            metric=_metric_of(of, element),
            sign=DENIED[read] if denied else read,
            value=value,
            path=at,
            denied=denied,
            in_each=bool(element),
        )
        yield from _within(of, at, denied)


def _within(node: Node, path: tuple[tuple[str, int], ...], denied: bool) -> Iterator[Threshold]:
    """Find what is asked of every session in a count of sessions, `sum(x >= 300 for x in …) >= 3`."""
    for part in walk(node):
        match part:
            case Reduction(over=Each() as each):
                yield from _of_each(each, path, denied)


def _of_each(each: Each, path: tuple[tuple[str, int], ...], denied: bool) -> Iterator[Threshold]:
    if is_condition(each.body):
        yield from _found(each.body, path, each.window.metric, denied=denied)


def fixed(node: Node) -> int | float | None:
    """Give the value of a fixed number; None for any other."""
    match node:
        case Constant(value=value):
            return value
        case Negative(operand=Constant(value=value)):
            return -value
    return None


def _metric_of(node: Node, element: str) -> str:
    match node:
        case Counter(name=name) | Item(metric=name):
            return name
        case Reduction(function=function, over=Window(metric=metric)) if function in _PLAIN:
            return metric
        case Element():
            return element
    return ""


def is_count(node: Node) -> bool:
    """Tell whether it counts the sessions of a window of which something is true."""
    return isinstance(node, Reduction) and isinstance(node.over, Each) and is_condition(node.over.body)
