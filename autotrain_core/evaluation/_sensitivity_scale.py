"""Sensible values of a threshold: a scale of round numbers over what was measured."""

import math
from dataclasses import dataclass
from typing import cast

import numpy as np

from autotrain_core.evaluation._sensitivity_states import Asked
from autotrain_core.evaluation._thresholds import LARGEST, Threshold, of_this_session
from autotrain_core.rules import Floats, Item, Node, Number, walk

_STEPS = 100
_REACH = (0.005, 0.995)


@dataclass(frozen=True, slots=True)
class Scale:
    """
    Where a threshold can be slid.

    Attributes:
        low: The smallest value.
        high: The largest value.
        step: From one value to the next; 1, 2 or 5 times a power of ten.
    """

    low: float
    high: float
    step: float

    def values(self, *further: float) -> Floats:
        """Give all values of the scale, and some that may lie between or beyond: rising, at most about a hundred."""
        count = round((self.high - self.low) / self.step)
        even = [round(self.low + self.step * place, 10) for place in range(count + 1)]
        return np.unique(np.array([*even, *further], dtype=np.float64))


def scale_of(threshold: Threshold, held: Node, asked: Asked) -> Scale:
    """
    Lay out a scale.

    Args:
        threshold: Whose values.
        held: What is held against it.
        asked: The sessions that it is held against.
    """
    measured = _measured(threshold, held, asked)
    reach = [threshold.value]
    if len(measured):
        reach += np.quantile(measured, _REACH).tolist()
    else:
        reach += [0.0, 2 * threshold.value or 1.0]
    least = -LARGEST if threshold.low is None else threshold.low
    most = LARGEST if threshold.high is None else min(threshold.high, LARGEST)
    low, high = (min(max(end, least), most) for end in (min(reach), max(reach)))
    # What a document says now stands on its scale, wherever it lies.
    low, high = min(low, threshold.value), max(high, threshold.value)
    step = _nice((high - low) / _STEPS)
    if threshold.integer:
        step = max(1.0, float(round(step)))
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return Scale(round(low, 10), round(max(high, low + step), 10), step)


def _measured(threshold: Threshold, held: Node, asked: Asked) -> Floats:
    """Give the values that were held against the threshold; of "each of several" those of the session itself."""
    number = of_this_session(held, threshold.metric)
    if Item("", 1) in walk(number):
        return np.empty(0)
    values = asked.numbers(cast(Number, number))
    return values[np.isfinite(values)]


def _nice(step: float) -> float:
    """Round a step up to 1, 2 or 5 times a power of ten."""
    if not step > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(step))
    return next(float(f"{times * power:.3g}") for times in (1, 2, 5, 10) if times * power >= step * 0.999)
