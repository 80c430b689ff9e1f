"""
A condition as blocks: what a rule says, in pieces that a person can choose, turn and move without writing.

Blocks are another view of the one condition, never a second truth: whatever no block can say stands as text in a block
of its own, so that no condition is too clever to be opened, and none is changed by being looked at.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from autotrain_core.errors import ConditionError, Problem
from autotrain_core.rules import (
    RESERVED,
    TURNED,
    And,
    Arithmetic,
    Comparison,
    Condition,
    Constant,
    Counter,
    Each,
    Element,
    Item,
    Metric,
    Negative,
    Not,
    Number,
    Or,
    Quantified,
    Reduction,
    Window,
    parse,
    to_expression,
)

How = Literal["value", "mean", "median", "min", "max", "sum", "std", "all", "any", "count", "share"]
Kind = Literal["all", "any"]

HOWS: tuple[How, ...] = ("value", "mean", "median", "min", "max", "sum", "std", "all", "any", "count", "share")
SIGNS = (">=", ">", "<=", "<", "==", "!=")
COUNTERS = RESERVED[:2]
"""What is counted, not measured: sessions in all, and sessions at the stage."""

_COUNTED = ("count", "share")
_NUMPY: dict[str, How] = {f"np.{how}": how for how in HOWS[1:7]}
_PLAIN: dict[str, How] = {"min": "min", "max": "max", "sum": "sum"}
_FUNCTIONS = {(how, False): name for name, how in _NUMPY.items()} | {(how, True): name for name, how in _PLAIN.items()}
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_LAMBDA = "lambda metrics: "
_LARGEST = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """
    One number of a mouse against a threshold.

    Attributes:
        metric: Name of the metric, or of a counter: `session_total`, `session_at_current_stage`.
        how: What is taken of it: one "value"; the "mean", "median", "min", "max", "sum" or "std" of several; whether
            "all" or "any" of them are on the right side of the threshold; "count": how many of them are; "share": which
            fraction of them is.
        last: Of a value, which: 1 is this session, 2 the one before. Else how many sessions, this one included; None
            for all.
        at_stage: Only sessions of the present stay at the stage count.
        sign: ">=", ">", "<=", "<", "==" or "!=".
        threshold: In the unit of the metric.
        share_sign: Of "count" and "share": how many have to be; empty otherwise.
        share: Of "count" a number of sessions, of "share" a fraction; None otherwise.
        turned: Whether the text writes the threshold first (`200 <= …`); it means the same.
        plain: Whether the text takes Python's min, max or sum instead of numpy's; it means the same.
    """

    metric: str
    how: How = "value"
    last: int | None = 1
    at_stage: bool = False
    sign: str = ">="
    threshold: int | float = 0
    share_sign: str = ""
    share: int | float | None = None
    turned: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    Several blocks of which all have to hold, or any; or, negated, of which that must not be.

    Attributes:
        kind: "all" or "any".
        blocks: At least one, for the group to be a condition.
        negated: Whether the whole is turned round.
    """

    kind: Kind = "all"
    blocks: tuple["Block", ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """
    Something that no block can say.

    Attributes:
        text: Its expression, without the `lambda`.
    """

    text: str


Block = Clause | Group | Written


def to_blocks(condition: Condition) -> Block:
    """
    Show a condition as blocks.

    Returns:
        Blocks of which `to_condition` makes the same condition again.
    """
    match condition:
        case And(parts=parts):
            return Group(kind="all", blocks=tuple(map(to_blocks, parts)))
        case Or(parts=parts):
            return Group(kind="any", blocks=tuple(map(to_blocks, parts)))
        case Not(operand=operand):
            inner = to_blocks(operand)
            if isinstance(inner, Group) and not inner.negated:
                return replace(inner, negated=True)
            return Group(blocks=(inner,), negated=True)
    return _clause(condition) or Written(text=to_expression(condition))


def written_parts(block: Block) -> Iterator[Written]:
    """Yield what could not be shown otherwise than as text."""
    match block:
        case Written():
            yield block
        case Group(blocks=blocks):
            for inner in blocks:
                yield from written_parts(inner)


def to_condition(block: Block, metrics: Iterable[Metric] | None = None) -> Condition:
    """
    Make a condition of blocks.

    Args:
        block: All of it.
        metrics: What it may speak of; any name is allowed where this is None.

    Raises:
        ConditionError: A group is empty, a clause asks for what cannot be, or a text is no condition; all problems of
            all parts, those of a text with their places in it.
    """
    problems: list[Problem] = []
    condition = _condition(block, None if metrics is None else tuple(metrics), problems)
    if condition is None or problems:
        raise ConditionError(tuple(problems))
    return condition


# ---- condition -> blocks ----


@dataclass(frozen=True, slots=True)
class _Compared:
    """A number held against one that is written there."""

    number: Number
    sign: str
    threshold: int | float
    turned: bool


def _clause(condition: Comparison | Quantified) -> Clause | None:
    if isinstance(condition, Quantified):
        return _of_each(condition.each, "all" if condition.function == "all" else "any")
    found = _compared(condition)
    if found is None:
        return None
    match found.number:
        case Counter(name=name):
            return _with(found, Clause(metric=name))
        case Item(metric=metric, back=back, at_stage=at_stage):
            return _with(found, Clause(metric=metric, last=back, at_stage=at_stage))
        case Reduction(function=function, over=Window() as window) if function in _NUMPY:
            return _with(found, _over(window, _NUMPY[function]))
        case Reduction(function=function, over=Window() as window) if function in _PLAIN:
            return _with(found, replace(_over(window, _PLAIN[function]), plain=True))
        case Reduction(function="sum", over=Each() as each) if not found.turned:
            return _counted(_of_each(each, "count"), found)
        case Arithmetic(
            operator="/",
            left=Reduction(function="sum", over=Each() as each),
            right=Reduction(function="len", over=Window() as window),
        ) if not found.turned and window == each.window:
            return _counted(_of_each(each, "share"), found)
    return None


def _compared(comparison: Comparison) -> _Compared | None:
    if len(comparison.rest) != 1:
        return None
    ((sign, second),) = comparison.rest
    before, behind = _written_number(comparison.first), _written_number(second)
    if before is None and behind is not None:
        return _Compared(comparison.first, sign, behind, turned=False)
    if behind is None and before is not None:
        return _Compared(second, TURNED[sign], before, turned=True)
    return None


def _written_number(number: Number) -> int | float | None:
    match number:
        case Constant(value=value):
            return value
        case Negative(operand=Constant(value=value)) if value:  # -0 would come back as 0
            return -value
    return None


def _with(found: _Compared, clause: Clause) -> Clause:
    return replace(clause, sign=found.sign, threshold=found.threshold, turned=found.turned)


def _over(window: Window, how: How) -> Clause:
    return Clause(metric=window.metric, how=how, last=window.size, at_stage=window.at_stage)


def _of_each(each: Each, how: How) -> Clause | None:
    found = _compared(each.body) if isinstance(each.body, Comparison) else None
    if found is None or found.number != Element():
        return None
    return _with(found, _over(each.window, how))


def _counted(clause: Clause | None, found: _Compared) -> Clause | None:
    return None if clause is None else replace(clause, share_sign=found.sign, share=found.threshold)


# ---- blocks -> condition ----


def _condition(block: Block, metrics: tuple[Metric, ...] | None, problems: list[Problem]) -> Condition | None:
    match block:
        case Group():
            found = [_condition(inner, metrics, problems) for inner in block.blocks]
            parts = tuple(part for part in found if part is not None)
            if not block.blocks:
                problems.append(Problem("a group holds nothing", "add a clause to it, or remove it", "", 0))
            if not parts:
                return None
            joined = parts[0] if len(parts) == 1 else And(parts) if block.kind == "all" else Or(parts)
            return Not(joined) if block.negated else joined
        case Written(text=text):
            return _read(text, metrics, problems)
    fault = _fault(block)
    if fault:
        problems.append(Problem(fault, "", "", 0))
        return None
    return _read(to_expression(_tree(block)), metrics, problems)


def _read(text: str, metrics: tuple[Metric, ...] | None, problems: list[Problem]) -> Condition | None:
    """Read a part; the places of its problems are in the text as it was written, without the `lambda`."""
    lead = "" if text.lstrip().startswith("lambda") else _LAMBDA
    try:
        return parse(lead + text, metrics)
    except ConditionError as error:
        for problem in error.problems:
            offset = min(max(problem.offset - len(lead), 0), len(text))
            problems.append(Problem(problem.message, problem.remedy, text, offset))
    return None


def _fault(clause: Clause) -> str:
    """Say why a clause cannot be a condition; what only its numbers or names make wrong, the parser says."""
    if not _NAME.fullmatch(clause.metric):
        return f"'{clause.metric[:40]}' is no name of a metric" if clause.metric else "a clause names no metric"
    if clause.how not in HOWS:
        return f"nobody can take the '{str(clause.how)[:40]}' of a metric"
    if clause.metric in COUNTERS and not clause.at_stage and (clause.how, clause.last) != ("value", 1):
        return f"'{clause.metric}' is one number; it has no earlier values"
    if clause.how == "value" and clause.last is None:
        return "a value is that of one session; say which"
    counted = clause.how in _COUNTED
    if clause.sign not in SIGNS or (counted and clause.share_sign not in SIGNS):
        return "a clause compares by none of " + " ".join(SIGNS)
    numbers = [clause.threshold, clause.share if counted else 0]
    # Written so that nan fails too.
    if not all(number is not None and abs(number) <= _LARGEST for number in numbers):
        return f"a clause compares with a number of at most {_LARGEST:g}"
    return ""


def _tree(clause: Clause) -> Condition:
    window = Window(clause.metric, clause.last, clause.at_stage)
    match clause.how:
        case "value" if clause.metric in COUNTERS and not clause.at_stage:
            return _comparison(Counter(clause.metric), clause)
        case "value":
            return _comparison(Item(clause.metric, clause.last or 0, clause.at_stage), clause)
        case "all" | "any":
            return Quantified(clause.how, Each(_comparison(Element(), clause), window))
        case "count" | "share":
            counted: Number = Reduction("sum", Each(_comparison(Element(), clause), window))
            if clause.how == "share":
                counted = Arithmetic("/", counted, Reduction("len", window))
            return Comparison(counted, ((clause.share_sign, _number(clause.share or 0)),))
    plain = clause.plain and clause.how in _PLAIN
    return _comparison(Reduction(_FUNCTIONS[clause.how, plain], window), clause)


def _comparison(number: Number, clause: Clause) -> Comparison:
    threshold = _number(clause.threshold)
    if clause.turned:
        return Comparison(threshold, ((TURNED[clause.sign], number),))
    return Comparison(number, ((clause.sign, threshold),))


def _number(value: int | float) -> Number:
    return Negative(Constant(-value)) if value < 0 else Constant(abs(value))
