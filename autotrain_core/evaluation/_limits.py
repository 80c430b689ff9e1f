"""
The thresholds that a rule puts on single metrics, for drawing them as lines beside the metric.

Only what is a number on the metric's own axis is a line: a bound on its last value, on its mean of the last five
sessions, or on each of several. Sums, spreads, and one metric against another are none, and are left out.
"""

import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from autotrain_core.models import Curriculum, Decision
from autotrain_core.rules import (
    DENIED,
    TURNED,
    And,
    Arithmetic,
    Condition,
    Constant,
    Counter,
    Each,
    Element,
    Item,
    Metric,
    Negative,
    Node,
    Not,
    Or,
    Quantified,
    Reduction,
    Window,
    is_condition,
)

_ON_THE_AXIS = {
    "np.mean": "mean",
    "np.median": "median",
    "np.min": "smallest",
    "np.max": "largest",
    "min": "smallest",
    "max": "largest",
}
_HOW_MANY = {">=": "at least", ">": "more than", "<=": "at most", "<": "fewer than", "==": "exactly", "!=": "not"}
_OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
_COUNTERS = {"session_total": "total sessions", "session_at_current_stage": "sessions at this stage"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """
    One number that one metric is held against.

    Attributes:
        metric: Name of the metric, or of a counter: `session_total`, `session_at_current_stage`.
        title: The same in words.
        unit: Of the threshold; empty for a fraction or a plain number.
        how: Which value of the metric: "last", "session before", "3 sessions ago", "mean of last 5",
            "every one of last 3", "at least 2 of last 5", …; of a counter "now".
        sign: ">=", ">", "<=", "<", "==" or "!=": how the value must stand to the threshold for the rule to hold,
            or for this part of it.
        threshold: In the unit of the metric.
        at_stage: Only sessions of the present stay at the stage count.
    """

    metric: str
    title: str
    unit: str
    how: str
    sign: str
    threshold: float
    at_stage: bool = False

    @property
    def counter(self) -> bool:
        """Whether it bounds a number of sessions, not a metric."""
        return self.metric in _COUNTERS

    def __str__(self) -> str:
        """Say it in one line."""
        which = self.title if self.counter or self.how == "last" else f"{self.how} {self.title}"
        scope = " at this stage" if self.at_stage else ""
        return f"{which}{scope} {self.sign} {self.threshold:,.12g}{self.unit and ' ' + self.unit}"


@dataclass(frozen=True, slots=True)
class Limits:
    """
    The limits of a condition.

    Attributes:
        lines: Each different one, in the order of the text.
        complete: False where the condition also depends on something that is no such line. How the lines belong
            together (and, or) is for the words of the condition to say.
    """

    lines: tuple[Limit, ...]
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLimits:
    """
    The limits of one rule of a stage.

    Attributes:
        decision: What the rule decides; None where the document does not say.
        to_stage: The stage that follows, as the document writes it.
        lines: See `Limits`.
        complete: See `Limits`; False for a condition that cannot be read.
    """

    decision: Decision | None
    to_stage: str
    lines: tuple[Limit, ...]
    complete: bool


def limits(condition: Condition, metrics: Iterable[Metric] = ()) -> Limits:
    """
    Find the limits that a condition puts on single metrics.

    A `not` turns the signs of what it holds (a missing value, for which both fail, is not drawn anyway).

    Args:
        condition: The condition.
        metrics: Whose titles and units are used; a metric that is not among them is called by its name.
    """
    found = tuple(_found(condition, Place(), {metric.name: metric for metric in metrics}))
    return Limits(
        tuple(dict.fromkeys(limit for limit in found if limit is not None)), all(limit is not None for limit in found)
    )


def limits_of_stage(curriculum: Curriculum, stage: str) -> tuple[RuleLimits, ...]:
    """
    Find the limits of every rule of a stage, in the order in which they are tried.

    Args:
        curriculum: The curriculum.
        stage: As documents write it, or as tables do.

    Raises:
        NotStoredError: The curriculum has no such stage.
    """
    return tuple(
        RuleLimits(decision=rule.decision, to_stage=rule.to_stage, lines=found.lines, complete=found.complete)
        for rule in curriculum.stage(stage).rules
        for found in [Limits((), False) if rule.condition is None else limits(rule.condition, curriculum.metrics)]
    )


_NO_WINDOW = Window("")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a condition a comparison stands: whether it is denied, and which `for x in` it is part of."""

    denied: bool = False
    window: Window = _NO_WINDOW
    how: str = ""


def _found(node: Condition, place: Place, metrics: dict[str, Metric]) -> Iterator[Limit | None]:
    """Yield the limits of a condition, and None for each part that is none."""
    match node:
        case Not(operand=operand):
            yield from _found(operand, replace(place, denied=not place.denied), metrics)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _found(part, place, metrics)
        case Quantified(function=function, each=Each(body=body, window=window)):
            every = (function == "all") != place.denied
            how = f"{'every one' if every else 'at least one'} of {stretch(window)}"
            yield from _of_each(body, Place(place.denied, window, how), metrics)
        case _:
            numbers = [node.first, *(number for _, number in node.rest)]
            for left, (sign, right) in zip(numbers, node.rest, strict=False):
                yield from compared(left, DENIED[sign] if place.denied else sign, right, place, metrics)


def _of_each(body: Node, place: Place, metrics: dict[str, Metric]) -> Iterator[Limit | None]:
    """Yield the limits that hold for each session of a window; one that holds for any value counts sessions."""
    found = tuple(_found(body, place, metrics)) if is_condition(body) else ()
    yield from found or (None,)


def compared(left: Node, sign: str, right: Node, place: Place, metrics: dict[str, Metric]) -> Iterator[Limit | None]:
    """Yield the limit of one comparison; its sign is already what must hold."""
    below, above = constant(left), constant(right)
    if below is not None and above is not None:
        return
    if below is not None:
        left, sign, above = right, TURNED[sign], below
    match left:
        case _ if above is None:
            yield None
        case Counter(name=name):
            yield _limit(name, "now", sign, above, metrics)
        case Item(metric=name, back=back, at_stage=at_stage):
            yield _limit(name, _ago(back), sign, above, metrics, at_stage=at_stage and back > 1)
        case Element():
            window = place.window
            yield _limit(window.metric, place.how, sign, above, metrics, at_stage=window.at_stage)
        case Reduction(function="sum", over=Each(body=body, window=window)):
            how = f"{_HOW_MANY[sign]} {above:g} of {stretch(window)}"
            yield from _of_each(body, Place(False, window, how), metrics)
        case Reduction(function=function, over=over, percent=percent):
            window = over.window if isinstance(over, Each) else over
            plain = isinstance(over, Window) or over.body == Element()
            name = f"percentile {percent:g}" if function == "np.percentile" else _ON_THE_AXIS.get(function, "")
            if plain and name:
                how = f"{name} of {stretch(window)}"
                yield _limit(window.metric, how, sign, above, metrics, at_stage=window.at_stage)
            else:
                yield None
        case _:
            yield None


def _limit(
    name: str, how: str, sign: str, threshold: float, metrics: dict[str, Metric], *, at_stage: bool = False
) -> Limit:
    known = metrics.get(name)
    title = known.title if known else _COUNTERS.get(name, name.replace("_", " "))
    unit = known.unit if known else ("sessions" if name in _COUNTERS else "")
    return Limit(metric=name, title=title, unit=unit, how=how, sign=sign, threshold=threshold, at_stage=at_stage)


def constant(node: Node) -> float | None:
    """Work out a number that reads no metric; None where it does, or is too clever."""
    match node:
        case Constant(value=value):
            return float(value)
        case Negative(operand=operand):
            size = constant(operand)
            return None if size is None else -size
        case Arithmetic(operator=sign, left=left, right=right):
            first, second = constant(left), constant(right)
            if first is None or second is None or (sign == "/" and second == 0):
                return None
            return float(_OPERATIONS[sign](first, second))
    return None


def _ago(back: int) -> str:
    return {1: "last", 2: "session before"}.get(back, f"{back - 1} sessions ago")


def stretch(window: Window) -> str:
    return "all" if window.size is None else f"last {window.size}"
