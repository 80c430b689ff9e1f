"""
What is compared between real and simulated mice: a hundred and more summary numbers of their sessions.

Every one is a smooth function of sums over mice. So a bootstrap over mice is one multiplication of matrices, and
simulated mice are summed up in the same way as real ones. See docs/simulation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from autotrain_core.evaluation._fit_history import Behaviour, History
from autotrain_core.rules import Bools, Floats, Ints

PERIODS = (1, 2, 3, 5, 8, 12, 18, 27, 40)
"""Session numbers with which the periods begin."""
LAGS = (1, 2, 4, 8)
HARDNESS = (0.2, 0.45, 0.8)
"""Difficulties with which the second and later classes of stages begin."""
TAILS = (0.1, 0.5, 0.9)

_SETTLED = 4
"""Differences between sessions are taken from here on: before, learning moves more than noise."""
_FEWEST = 10
_APART = 2
_TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """
    What is counted, and against which marks: taken from the real mice, and applied to real and simulated ones alike.

    Attributes:
        mouse: Place of the mouse of each session, shape (n,).
        mice: How many there are.
        period: Place of its period, shape (n,).
        periods: The periods with at least ten mice.
        pairs: For each lag, places of two sessions of one mouse that lie so far apart, shape (2, k).
        marks: For each number and period, its tenth, fiftieth and ninetieth percentile.
    """

    mouse: Ints
    mice: int
    period: Ints
    periods: tuple[int, ...]
    pairs: tuple[Ints, ...]
    marks: Mapping[tuple[str, int], Floats]


_NUMBERS = ("efficiency", "vigour")


def yardstick(history: History) -> Yardstick:
    """Prepare what the mice of a history are measured by."""
    mouse, position = history.mouse, history.position
    period = np.searchsorted(PERIODS, history.day + 1, side="right") - 1
    there = [len(np.unique(mouse[period == place])) for place in range(len(PERIODS))]
    periods = tuple(place for place, count in enumerate(there) if count >= _FEWEST)
    marks = {}
    for name in _NUMBERS:
        values: Floats = getattr(history.seen, name)
        for place in periods:
            found = values[(period == place) & ~np.isnan(values)]
            if len(found):
                marks[name, place] = np.quantile(found, TAILS)
    pairs = []
    for lag in LAGS:
        later = np.flatnonzero(position >= lag + _SETTLED)
        pairs.append(np.array([later - lag, later]))
    return Yardstick(mouse=mouse, mice=history.mice, period=period, periods=periods, pairs=tuple(pairs), marks=marks)


def sums_of_mice(seen: Behaviour, yardstick: Yardstick, *, times: int = 1) -> Floats:
    """
    Sum up the sessions of each mouse.

    Args:
        seen: What they did: n × `times` sessions, those of the history once for each clone.
        yardstick: What is counted.
        times: How many clones each mouse has.

    Returns:
        Shape (mice × times, k): one row a mouse, in columns that `moments_of` knows.
    """
    return _Sums(seen, yardstick, times).columns()


class _Sums:
    """Columns of sums by mouse; their order is that in which `_Reader` takes them."""

    def __init__(self, seen: Behaviour, yardstick: Yardstick, times: int) -> None:
        self.seen, self.yardstick = seen, yardstick
        size = len(yardstick.mouse)
        self.count = yardstick.mice * times
        self.mouse = np.tile(yardstick.mouse, times) + np.repeat(np.arange(times) * yardstick.mice, size)
        self.period = np.tile(yardstick.period, times)
        self.pairs = [np.concatenate([pair + time * size for time in range(times)], axis=1) for pair in yardstick.pairs]
        self.found: list[Floats] = []

    def columns(self) -> Floats:
        """Sum everything up."""
        values = {name: getattr(self.seen, name) for name in _NUMBERS}
        means = {
            name: {place: self._mean(each, place) for place in self.yardstick.periods} for name, each in values.items()
        }
        for name, each in values.items():
            for place in self.yardstick.periods:
                self._level(each, place, means[name][place], self.yardstick.marks.get((name, place)))
            for one, other in _changes(self.yardstick.periods):
                self._spread(means[name][other] - means[name][one])
            for pair in self.pairs:
                self._lag(each, pair)
        for place in self.yardstick.periods:
            self._together(means["efficiency"][place], means["vigour"][place])
        self._stages(values)
        graduated = np.bincount(self.mouse[self.seen.graduated], minlength=self.count) > 0
        self.found += [np.ones(self.count), graduated.astype(np.float64)]
        return np.stack(self.found, axis=1)

    def _sum(self, values: Floats | Bools, mouse: Ints) -> Floats:
        return np.bincount(mouse, weights=values, minlength=self.count).astype(np.float64)

    def _mean(self, values: Floats, period: int) -> Floats:
        """Mean of each mouse in a period, NaN where it has no value."""
        rows = np.flatnonzero((self.period == period) & ~np.isnan(values))
        number = np.bincount(self.mouse[rows], minlength=self.count)
        with np.errstate(invalid="ignore"):
            return self._sum(values[rows], self.mouse[rows]) / np.where(number, number, np.nan)

    def _level(self, values: Floats, period: int, mean: Floats, marks: Floats | None) -> None:
        self._spread(mean)
        rows = np.flatnonzero((self.period == period) & ~np.isnan(values))
        self.found.append(np.bincount(self.mouse[rows], minlength=self.count).astype(np.float64))
        for mark in np.full(len(TAILS), np.nan) if marks is None else marks:
            self.found.append(self._sum(values[rows] <= mark, self.mouse[rows]))

    def _spread(self, values: Floats) -> None:
        known = ~np.isnan(values)
        filled = np.where(known, values, 0.0)
        self.found += [known.astype(np.float64), filled, filled**2]

    def _lag(self, values: Floats, pair: Ints) -> None:
        change = values[pair[1]] - values[pair[0]]
        known = ~np.isnan(change)
        mouse = self.mouse[pair[1][known]]
        self.found += [
            np.bincount(mouse, minlength=self.count).astype(np.float64),
            self._sum(change[known] ** 2, mouse),
        ]

    def _together(self, one: Floats, other: Floats) -> None:
        known = ~np.isnan(one) & ~np.isnan(other)
        one, other = np.where(known, one, 0.0), np.where(known, other, 0.0)
        self.found += [known.astype(np.float64), one, other, one**2, other**2, one * other]

    def _stages(self, values: Mapping[str, Floats]) -> None:
        hardness = np.searchsorted(HARDNESS, self.seen.difficulty, side="right")
        self.found.append(np.bincount(self.mouse, minlength=self.count).astype(np.float64))
        for place in range(len(HARDNESS) + 1):
            here = hardness == place
            self.found.append(self._sum(here, self.mouse))
            for each in values.values():
                known = here & ~np.isnan(each)
                self.found += [self._sum(known, self.mouse), self._sum(np.where(known, each, 0.0), self.mouse)]


def _changes(periods: tuple[int, ...]) -> list[tuple[int, int]]:
    """Give the pairs of periods between which a mouse's change is looked at."""
    return [(one, other) for one, other in combinations(periods, 2) if other - one <= _APART]


def moments_of(sums: Floats, yardstick: Yardstick) -> Floats:
    """
    Make the numbers that are compared of sums over mice.

    Args:
        sums: Shape (…, k): sums of the rows of `sums_of_mice`, of whichever mice.
        yardstick: What was counted.

    Returns:
        Shape (…, moments), NaN where nothing was counted: for efficiency and vigour (√trials) their mean, the spread
        between mice and the shares of sessions up to three marks in each period, the spread of the change from period
        to period, the size of differences between sessions; the correlation of the two; how often stages of each
        difficulty are run, with the means there; the share of mice that graduate.
    """
    reader = _Reader(sums)
    found: list[Floats] = []
    periods = yardstick.periods
    for _ in _NUMBERS:
        for _ in periods:
            found += reader.level()
        for _ in _changes(periods):
            found += reader.spread()
        found += [np.sqrt(reader.ratio()) for _ in LAGS]
    found += [reader.correlation() for _ in periods]
    found += reader.stages()
    found.append(reader.ratio())
    return np.stack(found, axis=-1)


class _Reader:
    """Takes columns of sums one after the other."""

    def __init__(self, sums: Floats) -> None:
        self._columns = iter(np.moveaxis(sums, -1, 0))

    def next(self) -> Floats:
        return next(self._columns)

    def ratio(self) -> Floats:
        return _over(self.next(), self.next())

    def spread(self) -> list[Floats]:
        number = self.next()
        mean, square = _over(number, self.next()), _over(number, self.next())
        return [mean, np.sqrt(np.maximum(square - mean**2, 0.0))]

    def level(self) -> list[Floats]:
        found = self.spread()
        number = self.next()
        return found + [_over(number, self.next()) for _ in TAILS]

    def correlation(self) -> Floats:
        number = self.next()
        one, other, one_square, other_square, product = (_over(number, self.next()) for _ in range(5))
        spread = np.maximum(one_square - one**2, _TINY) * np.maximum(other_square - other**2, _TINY)
        correlation: Floats = (product - one * other) / np.sqrt(spread)
        return correlation

    def stages(self) -> list[Floats]:
        sessions = self.next()
        found = []
        for _ in range(len(HARDNESS) + 1):
            found.append(_over(sessions, self.next()))
            found += [self.ratio() for _ in _NUMBERS]
        return found


def _over(number: Floats, total: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio: Floats = total / np.where(number > 0, number, np.nan)
    return ratio
