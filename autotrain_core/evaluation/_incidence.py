"""
How many have met each of several ends: the Aalen-Johansen estimate, for mice that graduate, leave, or still train.

Who leaves can no longer graduate. To count leaving as "last seen" would promise those that left the luck of those that
stayed; here each end has its own curve, and the curves and those who still wait add up to all.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from autotrain_core.rules import Floats, Ints

_WHOLE = 1 - 1e-12  # a sum of fractions misses one by its last digits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incidence:
    """
    The share that has met each end, over time; between two times it does not change.

    Attributes:
        times: The k different durations, rising, in the unit that came in; whether or not anything happened then.
        at_risk: Who was still waited for just before each time, int64, shape (k,).
        events: Who met each end at each time, int64, shape (c, k).
        censored: Who was last seen at each time without any end, int64, shape (k,).
        waiting: Share that has met no end up to and with each time, 0 to 1, shape (k,).
        share: Share that has met each end up to and with each time, 0 to 1, shape (c, k).
        variance: Of `share`, shape (c, k).
        lower: Lower ends of the pointwise confidence intervals of `share`, shape (c, k); NaN where the share is 1.
        upper: Upper ends, likewise.
        n: How many took part.
        left_out: How many could not take part because their duration is missing.
        level: Of the intervals, 0 to 1.
    """

    times: Floats
    at_risk: Ints
    events: Ints
    censored: Ints
    waiting: Floats
    share: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    n: int
    left_out: int
    level: float


def incidence(durations: Floats, causes: Ints, *, level: float = 0.95, n_causes: int | None = None) -> Incidence:
    """
    Estimate the share that meets each of several ends that exclude one another.

    Args:
        durations: How long each was watched, in sessions or days, n values from 0; NaN leaves one out.
        causes: How the watch ended, shape (n,): 1 to c for each end; 0 for one last seen without any (censored).
        level: Of the confidence intervals, above 0 and below 1.
        n_causes: c; the largest of `causes` where this is None.

    Returns:
        The estimate of Aalen and Johansen (1978). Its variance is Aalen's (1978, Annals of Statistics 6:534) as
        Pintilie writes it (Competing Risks, 2006, equation 4.5), and the intervals are on the scale of
        log(-log share), which keeps them between 0 and 1. One who is last seen at a time is still at risk then.

    Raises:
        ValueError: Shapes differ, a duration is negative or infinite, a cause or the level is none.
    """
    durations, causes = np.asarray(durations, dtype=np.float64), np.asarray(causes, dtype=np.int64)
    most = int(causes.max(initial=0)) if n_causes is None else n_causes
    _check(durations, causes, level, most)
    known = ~np.isnan(durations)
    times, place = np.unique(durations[known], return_inverse=True)
    ends = np.bincount(causes[known] * len(times) + place, minlength=(most + 1) * len(times))
    ends = ends.reshape(most + 1, len(times))
    at_risk = ends.sum(axis=0)[::-1].cumsum()[::-1]
    waiting, share, variance = estimated(at_risk, ends[1:])
    lower, upper = interval(share, variance, level=level)
    return Incidence(
        times=times,
        at_risk=at_risk,
        events=ends[1:],
        censored=ends[0],
        waiting=waiting,
        share=share,
        variance=variance,
        lower=lower,
        upper=upper,
        n=int(known.sum()),
        left_out=int((~known).sum()),
        level=level,
    )


def estimated(at_risk: Ints, events: Ints) -> tuple[Floats, Floats, Floats]:
    """
    Estimate from counts, for one curve or for many at once; time runs along the last axis.

    Args:
        at_risk: Who is waited for just before each time, shape (…, k); 0 once nobody is.
        events: Who meets each end then, shape (c, …, k).

    Returns:
        The share that still waits, shape (…, k); the share that met each end, and its variance, shape (c, …, k).
    """
    n, d = at_risk.astype(np.float64), events.sum(axis=0).astype(np.float64)
    e = events.astype(np.float64)
    waiting = np.cumprod(1 - _over(d, n), axis=-1)
    before = np.concatenate([np.ones_like(waiting[..., :1]), waiting[..., :-1]], axis=-1)
    share = np.cumsum(_over(e, n) * before, axis=-1)
    # The sums of Pintilie's 4.5 run over (share now - share then); taken apart, each is a running sum.
    spread = _over(d, (n - 1) * (n - d))
    own = _over((n - e) * e, (n - 1) * n**2) * before**2
    both = _over(e * (n - e), n * (n - d) * (n - 1)) * before
    variance = np.maximum(
        share**2 * np.cumsum(spread, axis=-1)
        - 2 * share * np.cumsum(share * spread + both, axis=-1)
        + np.cumsum(share**2 * spread + own + 2 * share * both, axis=-1),
        0.0,
    )
    return waiting.astype(np.float64), share.astype(np.float64), variance.astype(np.float64)


def interval(share: Floats, variance: Floats, *, level: float) -> tuple[Floats, Floats]:
    """
    Give the ends of the confidence intervals, on the scale of log(-log share).

    Where nothing has happened yet both ends are 0; where the share is 1 the formula has none to give, and they are NaN.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(variance) / (share * np.abs(np.log(share)))
        lower, upper = share ** np.exp(reach), share ** np.exp(-reach)
    none, all_ = share <= 0, share >= _WHOLE
    low = np.where(none, 0.0, np.where(all_, np.nan, lower))
    return low, np.where(none, 0.0, np.where(all_, np.nan, upper))


def _over(above: Floats, below: Floats) -> Floats:
    """Divide; what would be divided by nothing is nothing, as in the sums of the formula."""
    above, below = np.broadcast_arrays(above, below)
    found: Floats = np.divide(above, below, out=np.zeros(above.shape), where=below > 0)
    return found


def _check(durations: Floats, causes: Ints, level: float, most: int) -> None:
    if durations.ndim != 1 or durations.shape != causes.shape:
        raise ValueError(f"durations and causes must be two rows of one length: {durations.shape}, {causes.shape}")
    if np.isinf(durations).any() or (durations < 0).any():
        raise ValueError("durations must be 0 or more, and finite")
    if (causes < 0).any() or (causes > most).any():
        raise ValueError(f"causes must lie between 0 (last seen without an end) and {most}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level!r}")
