"""
The numbers in the rules of a curriculum: what each is held against, and the same rule with another number.

A threshold is what stands on one side of a comparison and reads no metric; how often something must have happened
("at least 3 of the last 5") is one too. What is compared with another metric has none.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast, overload

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation._limits import Place, compared, constant, stretch
from autotrain_core.models import Curriculum, Rule
from autotrain_core.rules import (
    DENIED,
    TURNED,
    And,
    Arithmetic,
    Call,
    Comparison,
    Condition,
    Constant,
    Each,
    Element,
    Item,
    Metric,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Quantified,
    Reduction,
    Round,
    Window,
    is_condition,
    metrics_of,
    to_text,
    to_words,
)

Path = tuple[int, ...]
"""The way from a condition to a part of it: which of the parts, from 0, at every step."""

LARGEST = 1e15
"""No condition holds a greater number; what is worked out from constants can be, and is no threshold then."""

_RISING, _FALLING = ("<", "<="), (">", ">=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """
    One number of a rule that something measured or counted is held against.

    Attributes:
        stage: The stage whose rule it is, as documents write it.
        rule: Number of the rule there, from 1.
        path: Where in the condition it stands.
        metric: The metric or counter that is held against it; empty where there are several.
        title: The same in words; of what is worked out from metrics the whole of it.
        unit: Of the number; empty for a fraction, a plain number, or what is worked out.
        how: Which value of the metric, as in `Limit`; "counted of last 5" where it is counted in
            how many sessions it holds; empty for what is worked out.
        sign: How the value must stand to the number for the rule, or this part of it, to hold: ">=", ">", "<=", "<",
            "==" or "!=".
        value: The number, in its unit.
        integer: Whether only whole numbers make sense.
        low: Smallest number that makes sense; None where there is no bound.
        high: Largest number that makes sense; None or infinite where there is no bound.
        at_stage: Only sessions of the present stay at the stage count.
    """

    stage: str
    rule: int
    path: Path
    metric: str
    title: str
    unit: str
    how: str
    sign: str
    value: float
    integer: bool
    low: float | None
    high: float | None
    at_stage: bool = False

    def __str__(self) -> str:
        """Say it in one line: "mean of last 5 finished trials >= 450 trials"."""
        which = self.title if self.how in ("", "now", "last") else f"{self.how} {self.title}"
        scope = " at this stage" if self.at_stage else ""
        return f"{which}{scope} {self.sign} {self.value:,.12g}{self.unit and ' ' + self.unit}"


def thresholds(curriculum: Curriculum) -> tuple[Threshold, ...]:
    """
    List the thresholds of all rules that can be read, in the order of stages, rules and text.

    Args:
        curriculum: The curriculum; its metrics give titles, units and bounds.
    """
    return tuple(
        found
        for stage in curriculum.stages
        for number, rule in enumerate(stage.rules, 1)
        if rule.condition is not None
        for found in thresholds_of(rule.condition, curriculum.metrics, stage=stage.name, rule=number)
    )


def thresholds_of(
    condition: Condition, metrics: Iterable[Metric] = (), *, stage: str = "", rule: int = 1
) -> tuple[Threshold, ...]:
    """
    List the thresholds of one condition, in the order of its text.

    Args:
        condition: The condition.
        metrics: Whose titles, units and bounds are used; a metric that is not among them is called by its name.
        stage: The stage that the thresholds name as theirs.
        rule: The number of the rule there, likewise.
    """
    known = {metric.name: metric for metric in metrics}
    return tuple(replace(each, stage=stage, rule=rule) for each in _found(condition, Place(), known, ()))


@overload
def with_threshold(where: Condition, threshold: Threshold, value: float) -> Condition: ...


@overload
def with_threshold(where: Curriculum, threshold: Threshold, value: float) -> Curriculum: ...


def with_threshold(where: Condition | Curriculum, threshold: Threshold, value: float) -> Condition | Curriculum:
    """
    Give a condition, or a curriculum, in which one threshold has another value; all else is as it was.

    Args:
        where: A condition that has the threshold, or a curriculum whose rule has it. Of a curriculum the rule is
            another one; `Curriculum.text` stays what was read.
        threshold: Which one.
        value: Its new value.

    Raises:
        NotStoredError: There is no such threshold.
    """
    if not isinstance(where, Curriculum):
        return cast(Condition, with_part(where, threshold.path, number_node(value)))
    stage, rule = where.stage(threshold.stage), rule_of(where, threshold)
    condition = with_threshold(cast(Condition, rule.condition), threshold, value)
    changed = replace(rule, condition=condition, condition_text=to_text(condition))
    rules = tuple(changed if each is rule else each for each in stage.rules)
    stages = tuple(replace(each, rules=rules) if each is stage else each for each in where.stages)
    return replace(where, stages=stages)


def rule_of(curriculum: Curriculum, threshold: Threshold) -> Rule:
    """
    Give the rule that a threshold is part of.

    Raises:
        NotStoredError: There is no such stage or rule, or it cannot be read.
    """
    rules = curriculum.stage(threshold.stage).rules
    if not 1 <= threshold.rule <= len(rules) or rules[threshold.rule - 1].condition is None:
        message = f"{threshold.stage} of {curriculum.key} has no rule {threshold.rule} that can be read."
        raise NotStoredError(message)
    return rules[threshold.rule - 1]


def number_node(value: float) -> Node:
    """Write a number as conditions do: whole ones without a point, and never a negative constant."""
    size = abs(float(value))
    node = Constant(int(size) if size.is_integer() and size < 1e15 else size)
    return Negative(node) if value < 0 else node


def with_part(node: Node, path: Path, part: Node) -> Node:
    """
    Give a condition in which the part at the end of a path is another one.

    Raises:
        NotStoredError: The path leads nowhere.
    """
    if not path:
        return part
    parts = list(_parts(node))
    if path[0] >= len(parts):
        message = "The rule has no such threshold any more: it was changed meanwhile."
        raise NotStoredError(message)
    parts[path[0]] = with_part(parts[path[0]], path[1:], part)
    return _with_parts(node, parts)


def compared_with(condition: Condition, path: Path) -> Node:
    """Give what a threshold is held against: what stands beside it in its comparison."""
    node: Node = condition
    for step in path[:-1]:
        node = _parts(node)[step]
    parts = _parts(node)
    return parts[path[-1] - 1 if path[-1] else 1]


def of_this_session(node: Node, metric: str) -> Node:
    """Give a number in which `x` of "for x in …" is the value of a metric in this session."""
    match node:
        case Element():
            return Item(metric, 1)
        case Quantified() | Reduction():
            return node
    parts = _parts(node)
    return _with_parts(node, [of_this_session(part, metric) for part in parts]) if parts else node


def direction(condition: Condition, path: Path) -> int:
    """
    Tell how a rising threshold moves the truth of a condition.

    Returns:
        1 where what held goes on holding, -1 where what did not hold goes on not holding, whatever was measured; 0
        where that is not certain (as for ==).
    """
    return _towards(condition, path)


def _towards(node: Node, path: Path) -> int:
    step, inner = path[0], _parts(node)[path[0]]
    toward = _towards(inner, path[1:]) if len(path) > 1 else 1
    match node:
        case Comparison(rest=rest):
            signs = [] if step == 0 else [(rest[step - 1][0], 1)]
            signs += [(rest[step][0], -1)] if step < len(rest) else []
            ways = {side if sign in _RISING else -side if sign in _FALLING else 0 for sign, side in signs}
            return toward * ways.pop() if len(ways) == 1 else 0
        case Not() | Negative():
            return -toward
        case Arithmetic(operator=operator):
            return toward * _through(operator, step, constant(_parts(node)[1 - step]))
        case Call(function="abs"):
            return 0
    return toward


def _through(operator: str, step: int, other: float | None) -> int:
    """Tell whether the result of a sum, a product … rises with one of its sides."""
    if operator in "+-":
        return -1 if operator == "-" and step == 1 else 1
    if other is None or (operator == "/" and step == 1):
        return 0
    return (other > 0) - (other < 0)


def _parts(node: Node) -> Sequence[Node]:
    """The parts of a node that may be or hold a comparison, or be a number in one; left before right."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return parts
        case Comparison(first=first, rest=rest):
            return (first, *(number for _, number in rest))
        case Not(operand=operand) | Negative(operand=operand) | Round(operand=operand):
            return (operand,)
        case Quantified(each=Each(body=body)) | Reduction(over=Each(body=body)):
            return (body,)
        case Arithmetic(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments):
            return arguments
    return ()


def _with_parts(node: Node, parts: Sequence[Any]) -> Node:
    match node:
        case And() | Or():
            return type(node)(tuple(parts))
        case Comparison(rest=rest):
            return Comparison(parts[0], tuple(zip((sign for sign, _ in rest), parts[1:], strict=True)))
        case Quantified(each=each):
            return replace(node, each=replace(each, body=parts[0]))
        case Reduction(over=over):
            return replace(node, over=replace(cast(Each, over), body=parts[0]))
        case Arithmetic(operator=operator):
            return Arithmetic(operator, parts[0], parts[1])
        case Call():
            return replace(node, arguments=tuple(parts))
    return replace(cast(Not, node), operand=parts[0])


def _found(node: Node, place: Place, metrics: dict[str, Metric], path: Path) -> Iterator[Threshold]:
    match node:
        case Not(operand=operand):
            yield from _found(operand, replace(place, denied=not place.denied), metrics, (*path, 0))
        case Quantified(function=function, each=Each(body=body, window=window)):
            every = (function == "all") != place.denied
            how = f"{'every one' if every else 'at least one'} of {stretch(window)}"
            yield from _found(body, Place(place.denied, window, how), metrics, (*path, 0))
        case Reduction(over=Each(body=body, window=window)):
            yield from _found(body, Place(False, window, f"counted of {stretch(window)}"), metrics, (*path, 0))
        case Comparison():
            yield from _in_comparison(node, place, metrics, path)
        case _:
            for step, part in enumerate(_parts(node)):
                yield from _found(part, place, metrics, (*path, step))


def _in_comparison(node: Comparison, place: Place, metrics: dict[str, Metric], path: Path) -> Iterator[Threshold]:
    numbers = _parts(node)
    for step, number in enumerate(numbers):
        value = constant(number)
        if value is None:
            yield from _found(number, place, metrics, (*path, step))
            continue
        # What stands before a number is held against it; of the first number what stands behind.
        other, sign = (numbers[step - 1], node.rest[step - 1][0]) if step else (numbers[1], TURNED[node.rest[0][0]])
        if constant(other) is None and abs(value) <= LARGEST:
            asked = DENIED[sign] if place.denied else sign
            yield replace(_described(other, asked, value, place, metrics), path=(*path, step))


def _described(other: Node, sign: str, value: float, place: Place, metrics: dict[str, Metric]) -> Threshold:
    """Describe the threshold that something is held against."""
    counts = _most(other)
    limit = None if counts is not None else next(compared(other, sign, Constant(value), place, metrics))
    if limit is None:
        names = sorted(metrics_of(other) | {place.window.metric} - {""}) or [""]
        said = Each(cast(Number, other), place.window) if place.window.metric else other
        return Threshold(
            stage="",
            rule=1,
            path=(),
            metric=names[0] if len(names) == 1 else "",
            title=to_words(said, metrics.values()),
            unit="" if counts is None else "sessions",
            how="",
            sign=sign,
            value=value,
            integer=counts is not None,
            low=None if counts is None else 0,
            high=counts,
        )
    metric = metrics.get(limit.metric) or Metric(
        name=limit.metric, title=limit.title, integer=limit.counter, minimum=1 if limit.counter else None
    )
    return Threshold(
        stage="",
        rule=1,
        path=(),
        metric=limit.metric,
        title=limit.title,
        unit=limit.unit,
        how=limit.how,
        sign=sign,
        value=value,
        integer=metric.integer,
        low=metric.minimum,
        high=metric.maximum,
        at_stage=limit.at_stage,
    )


def _most(number: Node) -> float | None:
    """Give how many sessions a count can be, infinite where there is no bound; None where it is no count."""
    match number:
        case Reduction(function="sum", over=Each(body=body, window=window)) if is_condition(body):
            return math.inf if window.size is None else window.size
        case Reduction(function="len", over=Window(size=size)):
            return math.inf if size is None else size
    return None
