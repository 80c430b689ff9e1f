"""A condition in few words and signs, one clause a line: what fits beside an arrow."""

from collections.abc import Iterable

from autotrain_core.rules import (
    And,
    Comparison,
    Condition,
    Counter,
    Item,
    Metric,
    Node,
    Or,
    Reduction,
    Window,
    to_words,
)

_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠", ">": ">", "<": "<"}
_FUNCTIONS = {
    "np.mean": "mean",
    "np.median": "median",
    "np.min": "least",
    "np.max": "most",
    "np.sum": "sum",
    "np.std": "SD",
    "sum": "sum",
    "min": "least",
    "max": "most",
}
_COUNTERS = {"session_total": "sessions in all", "session_at_current_stage": "sessions at stage"}


def short_words(condition: Condition, metrics: Iterable[Metric]) -> tuple[str, ...]:
    """
    Say a condition in few words.

    Args:
        condition: The condition.
        metrics: Whose titles are used.

    Returns:
        One text for each clause: "finished trials ≥ 200", then "and foraging efficiency ≥ 0.6".
    """
    known = tuple(metrics)
    match condition:
        case And(parts=parts):
            joined = "and "
        case Or(parts=parts):
            joined = "or "
        case _:
            return (_clause(condition, known),)
    return tuple((joined if place else "") + _clause(part, known) for place, part in enumerate(parts))


def _clause(node: Node, metrics: tuple[Metric, ...]) -> str:
    match node:
        case Comparison(first=Reduction() as reduction, rest=((sign, limit),)) if window := _summarised(reduction):
            latest = to_words(Item(metric=window.metric, back=1), metrics)
            return (
                f"{latest} {_SIGNS[sign]} {_term(limit, metrics)} ({_FUNCTIONS[reduction.function]} of {window.size})"
            )
        case Comparison(first=first, rest=((sign, limit),)):
            return f"{_term(first, metrics)} {_SIGNS[sign]} {_term(limit, metrics)}"
        case And(parts=parts):
            return f"({' and '.join(_clause(part, metrics) for part in parts)})"
        case Or(parts=parts):
            return f"({' or '.join(_clause(part, metrics) for part in parts)})"
    return to_words(node, metrics)


def _summarised(node: Reduction) -> Window | None:
    """Return the last n sessions that one number is made of; None where it is made otherwise."""
    match node:
        case Reduction(function=function, over=Window(size=int(), at_stage=False) as window) if function in _FUNCTIONS:
            return window
    return None


def _term(node: Node, metrics: tuple[Metric, ...]) -> str:
    return _COUNTERS[node.name] if isinstance(node, Counter) else to_words(node, metrics)
