"""The tree of a condition: what a rule says, once its text has been understood."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeGuard

SESSION_TOTAL = "session_total"
SESSIONS_AT_STAGE = "session_at_current_stage"
AT_STAGE = "at_stage"
RESERVED = (SESSION_TOTAL, SESSIONS_AT_STAGE, AT_STAGE)

NUMPY_REDUCTIONS = ("np.mean", "np.median", "np.min", "np.max", "np.sum", "np.std", "np.percentile")
REDUCTIONS = (*NUMPY_REDUCTIONS, "len", "sum", "min", "max")


@dataclass(frozen=True, slots=True)
class Constant:
    """A number as written; never negative (see `Negative`)."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Counter:
    """`metrics.session_total` or `metrics.session_at_current_stage`."""

    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """One earlier value, `metrics.NAME[-back]`: 1 is this session, 2 the one before."""

    metric: str
    back: int
    at_stage: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The last `size` values of a metric, or all of them where `size` is None."""

    metric: str
    size: int | None = None
    at_stage: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """The variable of `… for x in window`."""


@dataclass(frozen=True, slots=True)
class Each:
    """`body for x in window`: something of every session in a window."""

    body: "Number | Condition"
    window: Window


@dataclass(frozen=True, slots=True)
class Reduction:
    """One number from a window: `np.mean(window)`, `sum(x > 3 for x in window)` and the like."""

    function: str
    over: Window | Each
    percent: int | float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """`abs(a)`, `min(a, b, …)` or `max(a, b, …)` of plain numbers."""

    function: str
    arguments: tuple["Number", ...]


@dataclass(frozen=True, slots=True)
class Round:
    """`round(a)` or `round(a, digits)`: half to even, as Python does."""

    operand: "Number"
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Negative:
    """`-a`."""

    operand: "Number"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left operator right` for one of + - * /."""

    operator: str
    left: "Number"
    right: "Number"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`first OP a OP b …`: true where every neighbouring pair holds."""

    first: "Number"
    rest: tuple[tuple[str, "Number"], ...]


@dataclass(frozen=True, slots=True)
class Quantified:
    """`all(… for x in window)` or `any(…)`."""

    function: str
    each: Each


@dataclass(frozen=True, slots=True)
class Not:
    """`not a`."""

    operand: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """`a and b …`."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`a or b …`."""

    parts: tuple["Condition", ...]


NUMBERS = (Constant, Counter, Item, Element, Reduction, Call, Round, Negative, Arithmetic)
CONDITIONS = (Comparison, Quantified, Not, And, Or)

Number = Constant | Counter | Item | Element | Reduction | Call | Round | Negative | Arithmetic
Condition = Comparison | Quantified | Not | And | Or
Node = Number | Condition | Window | Each


def is_condition(node: object) -> TypeGuard[Condition]:
    """Tell whether a node is true or false, rather than a number or a window."""
    return isinstance(node, CONDITIONS)


def is_number(node: object) -> TypeGuard[Number]:
    """Tell whether a node is a number, rather than a window or a truth."""
    return isinstance(node, NUMBERS)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all that it holds, outer before inner, left before right."""
    yield node
    for field in fields(node):
        yield from _walk_value(getattr(node, field.name))


def _walk_value(value: object) -> Iterator[Node]:
    if isinstance(value, tuple):
        for inner in value:
            yield from _walk_value(inner)
    elif isinstance(value, (*NUMBERS, *CONDITIONS, Window, Each)):
        yield from walk(value)


def metrics_of(node: Node) -> frozenset[str]:
    """Name the metrics that a condition reads; the two session counters are not metrics."""
    return frozenset(part.metric for part in walk(node) if isinstance(part, Item | Window))


def reads_stage(node: Node) -> bool:
    """Tell whether a condition depends on how long the subject has been at its stage."""
    return any(
        (isinstance(part, Counter) and part.name == SESSIONS_AT_STAGE)
        or (isinstance(part, Item | Window) and part.at_stage)
        for part in walk(node)
    )
