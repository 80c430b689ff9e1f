"""
How many are still waiting: the Kaplan-Meier estimate, for mice that graduate, leave, or still train.

Our own lines instead of a library's; see docs/decisions/own-kaplan-meier.md.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from autotrain_core.rules import Bools, Floats, Ints

_HALF = 0.5 + 1e-12  # a product of fractions misses one half by its last digits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Survival:
    """
    The share that still waits for its event, over time; between two times it does not change.

    Attributes:
        times: The k different durations, rising, in the unit that came in; whether or not events happened then.
        at_risk: Who was still waited for just before each time, int64, shape (k,).
        events: Events at each time, int64, shape (k,).
        censored: Who was last seen at each time without an event, int64, shape (k,).
        share: Share that has had no event up to and with each time, 0 to 1, shape (k,).
        lower: Lower end of its pointwise confidence interval, shape (k,); NaN once the share is 0.
        upper: Upper end, likewise.
        median: First time at which the share is one half or less; None where that is not reached.
        median_lower: First time at which `lower` is one half or less; None where that is not reached.
        median_upper: First time at which `upper` is one half or less; None where that is not reached.
        n: How many took part.
        observed: How many of them had their event.
        left_out: How many could not take part because their duration is missing.
        level: Of the intervals, 0 to 1.
    """

    times: Floats
    at_risk: Ints
    events: Ints
    censored: Ints
    share: Floats
    lower: Floats
    upper: Floats
    median: float | None
    median_lower: float | None
    median_upper: float | None
    n: int
    observed: int
    left_out: int
    level: float

    def at_risk_at(self, times: Floats) -> Ints:
        """Count who was still waited for just before any times, for the row of numbers below a picture; int64."""
        return np.append(self.at_risk, 0)[np.searchsorted(self.times, times, side="left")]


def survival(durations: Floats, observed: Bools, *, level: float = 0.95) -> Survival:
    """
    Estimate the share that still waits for its event, from some who had it and some who were only watched so long.

    Args:
        durations: How long each was watched, in sessions or days, n values from 0; NaN leaves one out.
        observed: Whether the watch ended with the event, shape (n,); False: last seen without it (censored).
        level: Of the confidence intervals, above 0 and below 1.

    Returns:
        The product-limit estimate (Kaplan and Meier 1958) with Greenwood's variance and intervals on the scale of
        log(-log S) (Kalbfleisch and Prentice), which stay between 0 and 1; the interval of the median is that of
        Brookmeyer and Crowley on the same scale. One who is last seen at a time is still at risk then.

    Raises:
        ValueError: Shapes differ, a duration is negative or infinite, or the level is none.
    """
    durations, observed = np.asarray(durations, dtype=np.float64), np.asarray(observed, dtype=np.bool_)
    _check(durations, observed, level)
    known = ~np.isnan(durations)
    times, place = np.unique(durations[known], return_inverse=True)
    leaving = np.bincount(place, minlength=len(times))
    events = np.bincount(place[observed[known]], minlength=len(times))
    at_risk = leaving[::-1].cumsum()[::-1]
    share = np.cumprod(1 - events / at_risk)
    lower, upper = _interval(share, events, at_risk, level)
    return Survival(
        times=times,
        at_risk=at_risk,
        events=events,
        censored=leaving - events,
        share=share,
        lower=lower,
        upper=upper,
        median=_first_half(times, share),
        median_lower=_first_half(times, lower),
        median_upper=_first_half(times, upper),
        n=int(known.sum()),
        observed=int(events.sum()),
        left_out=int((~known).sum()),
        level=level,
    )


def _interval(share: Floats, events: Ints, at_risk: Ints, level: float) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        reach = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(variance) / np.abs(np.log(share))
        lower, upper = share ** np.exp(reach), share ** np.exp(-reach)
    # Before the first event there is no spread; after the last of all, Greenwood's formula has none to give.
    whole, nobody = share == 1, share == 0
    return tuple(np.where(whole, 1.0, np.where(nobody, np.nan, end)) for end in (lower, upper))  # type: ignore[return-value]


def _first_half(times: Floats, share: Floats) -> float | None:
    reached = np.flatnonzero(share <= _HALF)
    return float(times[reached[0]]) if len(reached) else None


def _check(durations: Floats, observed: Bools, level: float) -> None:
    if durations.ndim != 1 or durations.shape != observed.shape:
        raise ValueError(f"durations and observed must be two rows of one length: {durations.shape}, {observed.shape}")
    if np.isinf(durations).any() or (durations < 0).any():
        raise ValueError("durations must be 0 or more, and finite")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level!r}")
