"""
The answers of the rules of one stage, at some sessions and for many values of a threshold.

All values are asked together: for most conditions a rising threshold can only make a true answer false, or only a
false one true. Then a session needs no answer for each value, but one number: from which value on it changes. That
is found by halving, in seven questions for a hundred values, each session with its own value in hand.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from autotrain_core.evaluation._thresholds import Path, direction, number_node, with_part
from autotrain_core.rules import (
    Bools,
    Condition,
    Counter,
    Floats,
    Histories,
    Ints,
    Node,
    Number,
    Truth,
    View,
    evaluate,
    measure,
    walk,
)

States = npt.NDArray[np.int8]
"""Answers: NOT, UNKNOWN (a missing value leaves it open, and the mouse stays), or HOLDS."""

NOT, UNKNOWN, HOLDS = 0, 1, 2
STAYS = 0
_VARIABLE = Counter("threshold")
"""Stands for the threshold, of which each session has its own: what a view knows of a counter is a column."""


@dataclass(slots=True)
class Asked:
    """
    k sessions at one stage, at which rules are asked.

    Attributes:
        view: The sessions; what it knows of parts of conditions is kept from one question to the next.
    """

    view: View

    @classmethod
    def at(cls, histories: Histories, rows: Ints, counts: Ints, previous: Ints, *, three_valued: bool) -> "Asked":
        """
        Prepare some sessions.

        Args:
            histories: All sessions.
            rows: Those that are asked, shape (k,).
            counts: How long the mouse had been at the stage at each of them, shape (k,).
            previous: The decided session before each session of the histories.
            three_valued: Whether a missing value makes a comparison unknown.
        """
        return cls(
            View(
                histories,
                rows=rows,
                sessions_at_stage=counts.astype(np.float64),
                previous=previous,
                three_valued=three_valued,
            )
        )

    def states(self, condition: Condition) -> States:
        """Ask a condition: shape (k,)."""
        return _states(evaluate(condition, self.view))

    def numbers(self, number: Number) -> Floats:
        """Work out a number: shape (k,)."""
        return measure(number, self.view)

    def swept(self, condition: Condition, path: Path, values: Floats) -> Iterator[States]:
        """
        Ask a condition with each of some values for one threshold.

        Args:
            condition: The condition.
            path: Where in it the threshold stands.
            values: Rising, shape (m,).

        Yields:
            The answers for each value, shape (k,).
        """
        toward = direction(condition, path)
        if not toward:
            yield from (self.states(_with_number(condition, path, value)) for value in values.tolist())
            return
        # Somebody else may be asking the same view: what is known of this threshold is nobody's but ours.
        view = replace(self.view, known=dict(self.view.known))
        open_condition = cast(Condition, with_part(condition, path, _VARIABLE))
        # In the order in which it goes from true to false.
        falling = values if toward < 0 else values[::-1]
        possible = sure = _length(open_condition, view, falling, lambda truth: truth.sure)
        if view.three_valued:
            possible = _length(open_condition, view, falling, lambda truth: truth.possible)
        for place in range(len(values)):
            rank = place if toward < 0 else len(values) - 1 - place
            yield (sure > rank).astype(np.int8) + (possible > rank)


def _length(condition: Condition, view: View, values: Floats, which: Callable[[Truth], Bools]) -> Ints:
    """For how many of the values, from the first on, a condition holds at each session: shape (k,)."""
    low = np.zeros(view.size, dtype=np.int64)
    high = np.full(view.size, len(values), dtype=np.int64)
    for _ in range(len(values).bit_length()):
        middle = (low + high) // 2
        holds = which(_each_with_its_own(condition, view, values[np.minimum(middle, len(values) - 1)]))
        is_open = low < high
        low = np.where(is_open & holds, middle + 1, low)
        high = np.where(is_open & ~holds, middle, high)
    return low


def _each_with_its_own(condition: Condition, view: View, values: Floats) -> Truth:
    view.known[_VARIABLE] = values
    truth = evaluate(condition, view)
    for node in [node for node in view.known if _VARIABLE in walk(node)]:
        del view.known[node]
    return truth


def first_match(states: Sequence[States], behind: States, *, first: int = 0) -> States:
    """
    Take the first rule that holds, for k sessions.

    Args:
        states: Answers of successive rules, shape (k,) each.
        behind: What the rules after them say, as below.
        first: Place of the first of these rules among all of the stage, from 0.

    Returns:
        STAYS, or the number of the rule from 1. An unknown rule closes the session: the mouse stays.
    """
    found = behind
    for number, answers in reversed(list(enumerate(states, first + 1))):
        found = np.where(answers == HOLDS, np.int8(number), np.where(answers == UNKNOWN, np.int8(STAYS), found))
    return found


def _with_number(condition: Condition, path: Path, value: float) -> Condition:
    node: Node = with_part(condition, path, number_node(value))
    return cast(Condition, node)


def _states(truth: Truth) -> States:
    return truth.sure.astype(np.int8) + truth.possible
