"""
The learning model fitted to a lab's own history, with what is not known about its numbers.

Simulated moments with common random numbers: the mice of the history are trained once more in the model, closed loop,
and its numbers are moved until summary numbers of both agree. See docs/simulation.md for every step.
"""

from dataclasses import asdict, dataclass, field, replace

import numpy as np
import pandas as pd

from autotrain_core.evaluation._difficulty import Difficulty
from autotrain_core.evaluation._engine import Progress
from autotrain_core.evaluation._fit_history import Clones, History, clones, read_history, train_again
from autotrain_core.evaluation._fit_moments import Yardstick, moments_of, sums_of_mice, yardstick
from autotrain_core.evaluation._interventions import NOTHING, Interventions
from autotrain_core.evaluation._learning import Learning
from autotrain_core.evaluation._model_number import model_numbers
from autotrain_core.models import Curriculum, Library
from autotrain_core.rules import Floats

MOST_MICE = 600
"""So many mice tell the numbers well enough; more would only take longer."""
LEVEL = 0.9

_WEIGHTS = 200
_MOSTLY = 0.5
_CLOSE = 2e-3
_DAMPINGS = (0.0, 0.01, 0.1, 1.0, 10.0)
"""Of the way down, every one is tried; the best counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """
    How one number is fitted.

    Attributes:
        name: The field of `Learning`.
        spread: How far from its start it is expected before any session is seen, s.d.; of the logarithm where it is
            fitted as one.
        lower, upper: Between which it has to lie.
        logarithm: Whether it is a scale, above 0.
    """

    name: str
    spread: float
    lower: float
    upper: float
    logarithm: bool = True


FITTED = (
    Fitted(name="asymptote", spread=0.08, lower=0.4, upper=1.0, logarithm=False),
    Fitted(name="asymptote_spread", spread=0.5, lower=0.01, upper=0.3),
    Fitted(name="time_constant", spread=0.7, lower=0.4, upper=40.0),
    Fitted(name="time_constant_spread", spread=0.4, lower=0.1, upper=1.5),
    Fitted(name="naive_efficiency", spread=0.15, lower=0.0, upper=1.2, logarithm=False),
    Fitted(name="skill_gain", spread=0.15, lower=0.0, upper=1.0, logarithm=False),
    Fitted(name="talent_spread", spread=0.5, lower=0.005, upper=0.3),
    Fitted(name="slow_efficiency", spread=0.5, lower=0.005, upper=0.4),
    Fitted(name="daily_efficiency", spread=0.5, lower=0.005, upper=0.4),
    Fitted(name="naive_vigour", spread=5.0, lower=0.0, upper=40.0, logarithm=False),
    Fitted(name="habituation_gain", spread=4.0, lower=0.0, upper=30.0, logarithm=False),
    Fitted(name="habituation_days", spread=0.6, lower=0.1, upper=10.0),
    Fitted(name="vigour_gain", spread=4.0, lower=-5.0, upper=25.0, logarithm=False),
    Fitted(name="vigour_spread", spread=0.5, lower=0.2, upper=12.0),
    Fitted(name="slow_vigour", spread=0.5, lower=0.2, upper=12.0),
    Fitted(name="daily_vigour", spread=0.5, lower=0.2, upper=12.0),
    Fitted(name="difficulty_cost", spread=0.5, lower=0.005, upper=0.4),
    Fitted(name="change_cost", spread=0.5, lower=0.003, upper=0.3),
    Fitted(name="vigour_cost", spread=0.5, lower=0.1, upper=8.0),
    Fitted(name="vigour_change_cost", spread=0.5, lower=0.05, upper=6.0),
)
"""The numbers that are fitted; the others stay as the example lab has them."""

OF_STAGES = ("difficulty_cost", "change_cost", "vigour_cost", "vigour_change_cost")
"""What stages cost. Mice whose stages nobody recorded say nothing of it: it is then drawn from what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """
    A learning model fitted to a history.

    Attributes:
        learning: The numbers that reproduce it best.
        numbers: One row a number of the model, on a fresh index: `name`, `title`, `unit` (str), `fitted` (bool; False:
            the estimate is the start), `start`, `estimate` (float64), `lower`, `upper` (float64: nine tenths of the
            bootstrap lie between them; missing where all of it has the same).
        bootstrap: Further numbers that would do as well, one set a draw.
        distance: Root mean square of the differences between simulated and real summary numbers, each counted in
            standard errors of the real one: about 1 where the model is right.
        mice: Mice that it was fitted to.
        sessions: Their sessions.
        replayed: Share of these whose stage nobody recorded; the suggested one was taken.
        left_out: Mice of the table that could not be used.
        curricula: What they were trained by, as "name@version".
        seed: Of every random number.
    """

    learning: Learning
    numbers: pd.DataFrame = field(repr=False)
    bootstrap: tuple[Learning, ...] = field(repr=False)
    distance: float
    mice: int
    sessions: int
    replayed: float
    left_out: int
    curricula: tuple[str, ...]
    seed: int


def fit_learning(
    sessions: pd.DataFrame,
    curricula: Curriculum | Library,
    *,
    seed: int,
    draws: int = 50,
    simulated: int = 1_500,
    steps: int = 8,
    start: Learning | None = None,
    difficulty: Difficulty | None = None,
    said: Interventions = NOTHING,
    progress: Progress | None = None,
) -> Fit:
    """
    Fit the learning model to a session table.

    Args:
        sessions: As `decide` takes it, with `foraging_efficiency` and `finished_trials`; other metrics are not looked
            at. Where no stage was recorded, the rules tell it: the mouse is assumed to have run what they suggested.
        curricula: The one that all sessions followed, or a library of those that the rows name.
        seed: Of all random numbers; the same seed gives the same fit.
        draws: Bootstrap draws over mice.
        simulated: About how many mice are simulated again and again; more make less noise, and take longer.
        steps: Of the search, at most; it ends before where a step gains next to nothing.
        start: Where to start from, and what the numbers are that are not fitted; the example lab's where this is None.
        difficulty: How hard stages are; the example lab's where this is None.
        said: What people decided; see `interventions`.
        progress: Called with (steps done, steps in all) now and then.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: Fewer than 10 mice or 100 sessions can be used, or the table is none that can be decided.
    """
    begin, hard = start or Learning(), difficulty or Difficulty()
    history = read_history(sessions, curricula, difficulty=hard, said=said, most=MOST_MICE, seed=seed)
    return _Search(history, begin, hard, simulated, seed, steps, progress).fit(draws)


@dataclass(slots=True)
class _Point:
    """Where the search is: scaled numbers, the moments that they make, and how far those are from the real ones."""

    place: Floats
    moments: Floats
    misfit: float


class _Search:
    """Levenberg's and Marquardt's way down, with a Jacobian from finite differences."""

    def __init__(
        self,
        history: History,
        start: Learning,
        difficulty: Difficulty,
        simulated: int,
        seed: int,
        most: int,
        progress: Progress | None,
    ) -> None:
        self.history, self.start, self.seed = history, start, seed
        self.times = max(1, round(simulated / history.mice))
        streams = [np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(2)]
        self.clones: Clones = clones(history, start, difficulty, times=self.times, rng=streams[0])
        self.chance = streams[1]
        self.yardstick: Yardstick = yardstick(history)
        self.scale = np.array([one.spread for one in FITTED])
        self.origin = scaled(start)
        told = history.replayed <= _MOSTLY
        self.free = np.array([told or one.name not in OF_STAGES for one in FITTED])
        self.lowest, self.highest = (_bounds(end) for end in ("lower", "upper"))
        self.sums = sums_of_mice(history.seen, self.yardstick)
        self.real = moments_of(self.sums.sum(axis=0), self.yardstick)
        self.weights = self._weights()
        self.progress = progress
        self.most = most
        self.done, self.steps = 0, most * (len(FITTED) + len(_DAMPINGS)) + 1

    def fit(self, draws: int) -> Fit:
        """Search, and tell what was found."""
        point, gained, steps = self._at(self.origin), np.inf, 0
        while gained > _CLOSE * point.misfit and steps < self.most:
            jacobian = self._jacobian(point)
            tried = [self._at(self._step(point, jacobian, damping)) for damping in _DAMPINGS]
            better = min([point, *tried], key=lambda one: one.misfit)
            point, gained, steps = better, point.misfit - better.misfit, steps + 1
        places = self._bootstrap(point, jacobian, draws)
        self._note(self.steps)
        return self._told(point, places)

    def _told(self, point: _Point, places: Floats) -> Fit:
        known = ~np.isnan(self.real) & (self.weights > 0)
        misses = (point.moments - self.real)[known] ** 2 * self.weights[known]
        return Fit(
            learning=self._learning(point.place),
            numbers=self._numbers(point.place, places),
            bootstrap=tuple(self._learning(place) for place in places),
            distance=float(np.sqrt(misses.mean())),
            mice=self.history.mice,
            sessions=self.history.sessions,
            replayed=self.history.replayed,
            left_out=self.history.left_out,
            curricula=tuple(one.key for one in self.history.curricula),
            seed=self.seed,
        )

    # ---- moments ----

    def _resampled(self, draws: int) -> Floats:
        """Give the moments of as many mice drawn from the real ones with replacement, shape (draws, moments)."""
        mice = self.history.mice
        often = self.chance.multinomial(mice, np.full(mice, 1 / mice), size=draws).astype(np.float64)
        return moments_of(often @ self.sums, self.yardstick)

    def _weights(self) -> Floats:
        """Weigh each moment by one over its variance; none that hardly any draw has, or that never differs."""
        drawn = self._resampled(_WEIGHTS)
        known = ~np.isnan(drawn)
        common = known.mean(axis=0) >= LEVEL
        drawn = np.where(common & known, drawn, np.where(np.isnan(self.real), 0.0, self.real))
        variance = drawn.var(axis=0) * (1 + 1 / self.times)
        usable = common & ~np.isnan(self.real) & (variance > 0)
        # A share that happens to differ little among a few mice must not outweigh everything else.
        floor = (0.01 * np.abs(np.where(usable, self.real, 0.0))) ** 2 + 1e-6
        return np.where(usable, 1 / (variance + floor), 0.0)

    def _simulated(self, place: Floats) -> Floats:
        """Give the mean moments of the simulated labs, each as large as the real one: then both have the same bias."""
        seen = train_again(self.clones, self._learning(place))
        self._note(self.done + 1)
        sums = sums_of_mice(seen, self.yardstick, times=self.times)
        found = moments_of(sums.reshape(self.times, self.history.mice, -1).sum(axis=1), self.yardstick)
        known = ~np.isnan(found)
        mean: Floats = np.where(known, found, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        return mean

    def _note(self, done: int) -> None:
        self.done = min(done, self.steps)
        if self.progress is not None:
            self.progress(self.done, self.steps)

    # ---- the way down ----

    def _at(self, place: Floats) -> _Point:
        moments = self._simulated(place)
        short = np.where(self.weights > 0, moments - self.real, 0.0)
        strange = (place - self.origin) / self.scale
        return _Point(place, moments, float(self.weights @ short**2 + strange @ strange))

    def _jacobian(self, point: _Point) -> Floats:
        """Move each number by a quarter of its expected spread, towards the middle of its bounds."""
        columns = []
        for number, spread in enumerate(self.scale):
            way = 1.0 if point.place[number] < (self.lowest + self.highest)[number] / 2 else -1.0
            moved = point.place.copy()
            moved[number] += way * spread / 4
            columns.append((self._simulated(moved) - point.moments) / (way * spread / 4))
        return np.stack(columns, axis=1)

    def _normal(self, jacobian: Floats) -> Floats:
        """Give the matrix of the normal equations of the numbers that are free."""
        columns = jacobian[:, self.free]
        return (columns.T * self.weights) @ columns + np.diag(self.scale[self.free] ** -2)

    def _step(self, point: _Point, jacobian: Floats, damping: float) -> Floats:
        normal = self._normal(jacobian)
        short = np.where(self.weights > 0, self.real - point.moments, 0.0)
        towards = jacobian.T @ (self.weights * short) + (self.origin - point.place) / self.scale**2
        moved = point.place.copy()
        moved[self.free] += np.linalg.solve(normal + damping * np.diag(np.diag(normal)), towards[self.free])
        return np.clip(moved, self.lowest, self.highest)

    def _bootstrap(self, point: _Point, jacobian: Floats, draws: int) -> Floats:
        """Refit to resampled mice, by one step with the Jacobian at hand; shape (draws, numbers)."""
        drawn = self._resampled(draws)
        wider = np.sqrt(1 + 1 / self.times)  # simulated mice are a sample, too
        usable = ~np.isnan(drawn) & (self.weights > 0)
        centre = np.where(usable, drawn, 0.0).sum(axis=0) / np.maximum(usable.sum(axis=0), 1)
        moved = np.where(usable, (drawn - centre) * wider, 0.0)
        chance = self.chance.standard_normal((draws, len(FITTED)))
        change, free = chance * self.scale, self.free
        # What is not free is what was drawn; the others then make up for it.
        moved -= change[:, ~free] @ jacobian[:, ~free].T
        towards = (moved * self.weights) @ jacobian[:, free] + chance[:, free] / self.scale[free]
        change[:, free] = np.linalg.solve(self._normal(jacobian), towards.T).T
        places: Floats = np.clip(point.place + change, self.lowest, self.highest)
        return places

    # ---- numbers ----

    def _learning(self, place: Floats) -> Learning:
        return replace(self.start, **_unscaled(place))

    def _numbers(self, place: Floats, places: Floats) -> pd.DataFrame:
        estimates = asdict(self.start) | _unscaled(place)
        drawn = [_unscaled(each) for each in places]
        free = {one.name for one, told in zip(FITTED, self.free, strict=True) if told}
        rows = []
        for one in model_numbers(Learning):
            values = [each[one.name] for each in drawn if one.name in each] or [np.nan]
            low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            rows.append(
                {
                    "name": one.name,
                    "title": one.title,
                    "unit": one.unit,
                    "fitted": one.name in free,
                    "start": float(getattr(self.start, one.name)),
                    "estimate": float(estimates[one.name]),
                    "lower": float(low),
                    "upper": float(high),
                }
            )
        return pd.DataFrame(rows)


def scaled(learning: Learning) -> Floats:
    """Give the fitted numbers of a learning as they are fitted: scales by their logarithm."""
    values = [(one, min(max(getattr(learning, one.name), one.lower), one.upper)) for one in FITTED]
    return np.array([np.log(value) if one.logarithm else value for one, value in values])


def _unscaled(place: Floats) -> dict[str, float]:
    return {
        one.name: float(np.exp(value) if one.logarithm else value) for one, value in zip(FITTED, place, strict=True)
    }


def _bounds(end: str) -> Floats:
    ends = [(one, getattr(one, end)) for one in FITTED]
    return np.array([np.log(value) if one.logarithm else value for one, value in ends])
