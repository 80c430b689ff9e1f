"""How well a fitted model reproduces the curves of real mice: the posterior predictive, with the same attrition."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from autotrain_core.evaluation._difficulty import Difficulty
from autotrain_core.evaluation._engine import Progress
from autotrain_core.evaluation._fit import LEVEL, MOST_MICE, Fit
from autotrain_core.evaluation._fit_history import MEASURED, Behaviour, History, clones, read_history, train_again
from autotrain_core.evaluation._interventions import NOTHING, Interventions
from autotrain_core.models import Curriculum, Library
from autotrain_core.rules import Floats, Ints

BANDS = (5, 25, 50, 75, 95)
"""Percentiles of the mice that trained a session of some number."""

_FEWEST = 5
_ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduced:
    """
    Real and simulated curves side by side.

    Attributes:
        curves: One row a metric and session number with at least five real mice, on a fresh index: `metric` (str),
            `session` (int64), `mice` (int64, real ones), percentiles of the real mice `real_5`, `real_25`, `real_50`,
            `real_75`, `real_95` and of the simulated ones `simulated_5` … `simulated_95` (float64; fractions, or
            trials), and `median_lower`, `median_upper`: between them lies the median of so many simulated mice in nine
            tenths of the draws.
        medians_inside: Metric -> share of the real medians between those two, 0..1. Where the model is right it is
            about 0.9.
        sessions_inside: Metric -> share of the real sessions between the simulated 5th and 95th percentile of their
            number, likewise.
        mice: Real mice.
        draws: How often they were simulated.
    """

    curves: pd.DataFrame = field(repr=False)
    medians_inside: Mapping[str, float]
    sessions_inside: Mapping[str, float]
    mice: int
    draws: int


def reproduced(
    fit: Fit,
    sessions: pd.DataFrame,
    curricula: Curriculum | Library,
    *,
    seed: int,
    draws: int = 40,
    difficulty: Difficulty | None = None,
    said: Interventions = NOTHING,
    progress: Progress | None = None,
) -> Reproduced:
    """
    Train the mice of a session table again in a fitted model, and lay their curves beside the real ones.

    Each draw takes other numbers of `fit.bootstrap` and other random numbers. Simulated mice have the curriculum, the
    first stage and the session numbers of the real ones, so that as many take part in the twentieth session.

    Args:
        fit: The model; with other sessions than those that it was fitted to, this is a test on held-out mice.
        sessions: As `fit_learning` takes them.
        curricula: As there.
        seed: Of all random numbers.
        draws: How often the mice are simulated.
        difficulty: As there.
        said: As there.
        progress: Called with (draws done, draws in all).

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: Fewer than 10 mice or 100 sessions can be used.
    """
    hard = difficulty or Difficulty()
    history = read_history(sessions, curricula, difficulty=hard, said=said, most=MOST_MICE, seed=fit.seed)
    pool = fit.bootstrap or (fit.learning,)
    simulated = []
    for draw in range(draws):
        learning = pool[draw % len(pool)]
        rng = np.random.default_rng([seed, draw])
        simulated.append(train_again(clones(history, learning, hard, times=1, rng=rng), learning))
        if progress is not None:
            progress(draw + 1, draws)
    parts, medians, inside = [], {}, {}
    for name in MEASURED:
        real, again = _values(history.seen, name), np.stack([_values(one, name) for one in simulated])
        curve = _curve(history, real, again)
        medians[name] = float(curve["real_50"].between(curve["median_lower"], curve["median_upper"]).mean())
        inside[name] = _inside(history, real, curve)
        parts.append(curve.assign(metric=name))
    curves = pd.concat(parts, ignore_index=True)
    return Reproduced(
        curves=curves[["metric", *(column for column in curves.columns if column != "metric")]],
        medians_inside=medians,
        sessions_inside=inside,
        mice=history.mice,
        draws=draws,
    )


def _values(seen: Behaviour, name: str) -> Floats:
    return seen.efficiency if name == MEASURED[0] else seen.vigour**2


def _curve(history: History, real: Floats, again: Floats) -> pd.DataFrame:
    """Give the percentiles at each session number: `real` of shape (n,), `again` of shape (draws, n)."""
    rows = []
    for day in _days(history, real):
        here = (history.day == day) & ~np.isnan(real)
        of_mice = np.nanpercentile(real[here], BANDS)
        drawn = again[:, here]
        middles = np.nanmedian(drawn, axis=1)
        low, high = np.quantile(middles, _ENDS)
        row: dict[str, float] = {"session": day + 1, "mice": int(here.sum())}
        row |= {f"real_{band}": float(value) for band, value in zip(BANDS, of_mice, strict=True)}
        of_clones = np.nanpercentile(drawn, BANDS)
        row |= {f"simulated_{band}": float(value) for band, value in zip(BANDS, of_clones, strict=True)}
        rows.append(row | {"median_lower": float(low), "median_upper": float(high)})
    return pd.DataFrame(rows)


def _days(history: History, real: Floats) -> list[int]:
    days: Ints
    days, counts = np.unique(history.day[~np.isnan(real)], return_counts=True)
    return [int(day) for day in days[counts >= _FEWEST]]


def _inside(history: History, real: Floats, curve: pd.DataFrame) -> float:
    band = curve.set_index("session").reindex(history.day + 1)
    known = band["simulated_5"].notna().to_numpy() & ~np.isnan(real)
    held = (real >= band["simulated_5"].to_numpy()) & (real <= band["simulated_95"].to_numpy())
    return float(held[known].mean())
