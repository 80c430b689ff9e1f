"""Why a condition held, or did not, at one session: every part with its value, threshold and margin."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np

from autotrain_core.rules._evaluate import evaluate, measure
from autotrain_core.rules._histories import View
from autotrain_core.rules._metric import Metric
from autotrain_core.rules._print import TURNED, to_expression, to_words
from autotrain_core.rules._tree import (
    And,
    Comparison,
    Condition,
    Constant,
    Item,
    Node,
    Not,
    Number,
    Or,
    Window,
    walk,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One part of a condition at one session.

    Attributes:
        text: The part, in canonical text.
        words: The same in plain words.
        holds: Whether it held; None where a missing value left it open (three-valued logic only).
        missing: Whether a missing value took part.
        value: Of a comparison, the number that was held against the threshold; None where it is missing.
        sign: Of a comparison, how: ">=", "<", …; empty otherwise.
        threshold: Of a comparison, the other number; None where it is missing.
        margin: How far the value is on the right side of the threshold, in the unit of the value; negative where
            the comparison fails by as much; None where a value is missing.
        sessions: Numbers of the sessions that were looked at, oldest first.
        parts: What it is made of, for `and`, `or`, `not` and chains of comparisons.
    """

    text: str
    words: str
    holds: bool | None
    missing: bool
    value: float | None = None
    sign: str = ""
    threshold: float | None = None
    margin: float | None = None
    sessions: tuple[int, ...] = ()
    parts: tuple["Part", ...] = ()

    def as_json(self) -> dict[str, object]:
        """Give the part, and all that it is made of, as plain values."""
        return asdict(self)

    def leaves(self) -> "Iterable[Part]":
        """Yield the parts that are made of nothing else."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def explain(condition: Condition, view: View, metrics: Iterable[Metric] = ()) -> Part:
    """
    Explain a condition at one session.

    Args:
        condition: The condition.
        view: One row; its logic is that of the decision.
        metrics: Whose titles the words use.
    """
    return _explain(condition, view, tuple(metrics))


def _explain(node: Condition, view: View, metrics: tuple[Metric, ...]) -> Part:
    text, words, sessions = to_expression(node), to_words(node, metrics), _sessions(node, view)
    holds, missing = _holds(node, view)
    links: tuple[Condition, ...] = ()
    match node:
        case Comparison(first=first, rest=((sign, second),)):
            if isinstance(first, Constant):
                first, sign, second = second, TURNED[sign], first
            value, threshold = _number(first, view), _number(second, view)
            return Part(
                text=text,
                words=words,
                holds=holds,
                missing=missing,
                value=value,
                sign=sign,
                threshold=threshold,
                margin=_margin(value, sign, threshold),
                sessions=sessions,
            )
        case Comparison(first=first, rest=rest):
            numbers = [first, *(number for _, number in rest)]
            links = tuple(Comparison(left, (link,)) for left, link in zip(numbers, rest, strict=False))
        case And(parts=links) | Or(parts=links):
            pass
        case Not(operand=operand):
            links = (operand,)
    parts = tuple(_explain(link, view, metrics) for link in links)
    return Part(text=text, words=words, holds=holds, missing=missing, sessions=sessions, parts=parts)


def _holds(node: Condition, view: View) -> tuple[bool | None, bool]:
    logic = view.three_valued
    view.known.clear()
    view.three_valued = True
    open_ = evaluate(node, view)
    unknown = bool(open_.possible[0] != open_.sure[0])
    view.known.clear()
    view.three_valued = logic
    if logic and unknown:
        return None, True
    return bool(evaluate(node, view).sure[0]), unknown


def _number(node: Number, view: View) -> float | None:
    value = float(measure(node, view)[0])
    return None if math.isnan(value) else value


def _margin(value: float | None, sign: str, threshold: float | None) -> float | None:
    if value is None or threshold is None:
        return None
    match sign:
        case ">=" | ">":
            return value - threshold
        case "<=" | "<":
            return threshold - value
        case "==":
            return -abs(value - threshold)
        case _:
            return abs(value - threshold)


def _sessions(node: Node, view: View) -> tuple[int, ...]:
    """Number the sessions whose values a part of a condition reads."""
    rows: set[int] = set()
    here = view.row_numbers()
    for part in walk(node):
        match part:
            case Item(back=back, at_stage=at_stage):
                rows |= {_back(view, here, back, at_stage=at_stage)}
            case Window(at_stage=at_stage):
                length = next(iter(view.groups(part))).length
                rows |= {_back(view, here, back, at_stage=at_stage) for back in range(1, length + 1)}
    return tuple(sorted(int(view.histories.session_total[row]) for row in rows if row >= 0))


def _back(view: View, here: np.ndarray, back: int, *, at_stage: bool) -> int:
    if at_stage and back > view.runs()[0]:
        return -1
    rows = view.at_stage_rows(here, back) if at_stage else view.histories.earlier(here, back - 1)
    return int(rows[0])
