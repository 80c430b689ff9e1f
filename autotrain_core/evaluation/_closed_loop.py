"""
What would become of new mice under some curricula, closed loop: they feel each stage that they are sent to.

All curricula train the same simulated mice with the same good and bad days, so that what differs between two of them
is known much better than what each of them does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from autotrain_core.evaluation._difficulty import Difficulty, demands_of
from autotrain_core.evaluation._engine import Progress
from autotrain_core.evaluation._fit import LEVEL, Fit
from autotrain_core.evaluation._fit_history import require_modelled
from autotrain_core.evaluation._learning import Learning, Mice, days_of, draw_mice, traits_of
from autotrain_core.evaluation._simulate import simulate
from autotrain_core.models import Curriculum
from autotrain_core.rules import Floats, Ints

MEASURES = ("graduates", "sessions", "rollbacks")
"""What two curricula are compared by: share of mice, sessions in training a mouse, rollbacks a mouse."""

_ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLoop:
    """
    What became of simulated mice.

    Every estimate is the middle of the draws, and nine tenths of the draws lie between its `…_lower` and `…_upper`. A
    draw has its own numbers of the model and its own mice.

    Attributes:
        table: One row a curriculum, on a fresh index: `curriculum` (str, name@version; with a number behind it
            where several are called so), and with their ends
            `graduates` (share of mice, 0..1), `median_sessions` (by when half of all mice have graduated; missing where
            they do not), `sessions` (mean sessions in training, at most those that were simulated) and `rollbacks`
            (mean of a mouse), float64.
        differences: One row a later curriculum and measure: `curriculum`, `against` (the first), `measure` (one of
            MEASURES), `difference`, `lower`, `upper` (float64, in the unit of the measure), mouse by mouse.
        dwell: One row a curriculum and stage: `curriculum`, `stage` (label), `sessions`, `lower`, `upper` (mean
            sessions of a mouse there before it graduates).
        flows: One row a way from stage to stage that was gone: `curriculum`, `stage`, `to` (labels), `times` (float64,
            mean of a mouse).
        mice: Simulated mice of each draw.
        sessions: For how many sessions each was trained, unless it graduated.
        draws: How many draws.
        seed: Of all random numbers.
    """

    table: pd.DataFrame = field(repr=False)
    differences: pd.DataFrame = field(repr=False)
    dwell: pd.DataFrame = field(repr=False)
    flows: pd.DataFrame = field(repr=False)
    mice: int
    sessions: int
    draws: int
    seed: int


def closed_loop(
    fit: Fit,
    curricula: Sequence[Curriculum],
    *,
    mice: int = 200,
    sessions: int = 40,
    seed: int,
    draws: int = 40,
    difficulty: Difficulty | None = None,
    progress: Progress | None = None,
) -> ClosedLoop:
    """
    Train new simulated mice by each of some curricula.

    Args:
        fit: The model of learning, with its bootstrap.
        curricula: At least one; the others are compared with the first.
        mice: How many mice in each draw; the intervals are those for so many.
        sessions: For how many sessions each mouse is trained; nobody leaves earlier without graduating.
        seed: Of all random numbers.
        draws: How many draws.
        difficulty: How hard the stages are, derived from their parameters; the example lab's where this is None.
        progress: Called with (steps done, steps in all).

    Raises:
        DocumentError: The rules of a curriculum read a metric that the model does not know.
    """
    require_modelled(curricula)
    hard = [demands_of(one, difficulty or Difficulty()).difficulty for one in curricula]
    pool = fit.bootstrap or (fit.learning,)
    found: list[list[_Course]] = [[] for _ in curricula]
    for draw in range(draws):
        learning = pool[draw % len(pool)]
        drawn = draw_mice(learning, sessions, np.random.default_rng([seed, draw]), mice)
        for place, curriculum in enumerate(curricula):
            found[place].append(_train(curriculum, hard[place], learning, drawn, sessions, mice))
            if progress is not None:
                progress(draw * len(curricula) + place + 1, draws * len(curricula))
    keys = _names(curricula)
    return ClosedLoop(
        table=pd.DataFrame([_row(key, courses, sessions) for key, courses in zip(keys, found, strict=True)]),
        differences=_differences(keys, found),
        dwell=pd.concat([_dwell(*each) for each in zip(keys, curricula, found, strict=True)], ignore_index=True),
        flows=pd.concat([_flows(*each) for each in zip(keys, curricula, found, strict=True)], ignore_index=True),
        mice=mice,
        sessions=sessions,
        draws=draws,
        seed=seed,
    )


def _names(curricula: Sequence[Curriculum]) -> list[str]:
    """Name them apart: a draft may still be called as the version that it began from."""
    keys = [one.key for one in curricula]
    before = [keys[:place].count(key) for place, key in enumerate(keys)]
    return [f"{key} ({count + 1})" if count else key for key, count in zip(keys, before, strict=True)]


@dataclass(frozen=True, slots=True)
class _Course:
    """
    One draw under one curriculum.

    Attributes:
        until: Sessions until each mouse graduates, infinite where it does not, shape (mice,).
        measures: Means over the mice by MEASURES.
        at: Mean sessions of a mouse at each stage.
        flows: Mean number of ways from stage to stage, shape (stages, stages).
    """

    until: Floats
    measures: Mapping[str, float]
    at: Floats
    flows: Floats


def _train(
    curriculum: Curriculum,
    hard: Floats,
    learning: Learning,
    drawn: Mapping[str, Floats],
    sessions: int,
    count: int,
) -> _Course:
    mice = Mice(learning, traits_of(learning, drawn), days_of(learning, drawn), np.zeros(count))

    def run(position: int, places: Ints, suggested: Ints) -> tuple[Ints, Mapping[str, Floats]]:
        return suggested, mice.train(places, np.full(len(places), position), suggested, hard[suggested])

    course = simulate(curriculum, np.full(count, sessions), run)
    stages = len(curriculum.stages)
    ends = np.array([stage.terminal for stage in curriculum.stages])
    at_end = ends[course.following].reshape(count, sessions)
    until = np.where(at_end.any(axis=1), at_end.argmax(axis=1) + 1.0, np.inf)
    before = course.position < until[course.mouse]
    ways = np.bincount(course.actual[before] * stages + course.following[before], minlength=stages**2)
    return _Course(
        until=until,
        measures={
            "graduates": float(at_end.any(axis=1).mean()),
            "sessions": float(np.minimum(until, sessions).mean()),
            "rollbacks": float((course.decision[before] == "ROLLBACK").sum() / count),
        },
        at=np.bincount(course.actual[before], minlength=stages) / count,
        flows=ways.reshape(stages, stages) / count,
    )


def _row(key: str, courses: Sequence[_Course], sessions: int) -> dict[str, str | float]:
    row: dict[str, str | float] = {"curriculum": key}
    for measure in MEASURES:
        middle, low, high = _interval(np.array([course.measures[measure] for course in courses]))
        row |= {measure: middle, f"{measure}_lower": low, f"{measure}_upper": high}
    # A draw in which fewer than half graduate has its median beyond the end: missing where it comes to stand there.
    medians = np.array([np.median(np.where(np.isfinite(course.until), course.until, 1e9)) for course in courses])
    ends = np.quantile(medians, (0.5, *_ENDS), method="nearest")
    names = ("median_sessions", "median_sessions_lower", "median_sessions_upper")
    return row | {
        name: float(value) if value <= sessions else float("nan") for name, value in zip(names, ends, strict=True)
    }


def _interval(values: Floats) -> tuple[float, float, float]:
    middle, low, high = np.quantile(values, (0.5, *_ENDS))
    return float(middle), float(low), float(high)


def _differences(keys: Sequence[str], found: Sequence[Sequence[_Course]]) -> pd.DataFrame:
    rows = []
    for key, courses in zip(keys[1:], found[1:], strict=True):
        for measure in MEASURES:
            pairs = zip(courses, found[0], strict=True)
            changes = np.array([one.measures[measure] - first.measures[measure] for one, first in pairs])
            middle, low, high = _interval(changes)
            rows.append(
                {
                    "curriculum": key,
                    "against": keys[0],
                    "measure": measure,
                    "difference": middle,
                    "lower": low,
                    "upper": high,
                }
            )
    return pd.DataFrame(rows, columns=["curriculum", "against", "measure", "difference", "lower", "upper"])


def _dwell(key: str, curriculum: Curriculum, courses: Sequence[_Course]) -> pd.DataFrame:
    at = np.stack([course.at for course in courses])
    rows = []
    for place, stage in enumerate(curriculum.stages):
        middle, low, high = _interval(at[:, place])
        if not stage.terminal:
            rows.append(
                {
                    "curriculum": key,
                    "stage": stage.label,
                    "sessions": middle,
                    "lower": low,
                    "upper": high,
                }
            )
    return pd.DataFrame(rows)


def _flows(key: str, curriculum: Curriculum, courses: Sequence[_Course]) -> pd.DataFrame:
    times = np.mean([course.flows for course in courses], axis=0)
    labels = [stage.label for stage in curriculum.stages]
    rows = [
        {"curriculum": key, "stage": labels[one], "to": labels[other], "times": float(times[one, other])}
        for one, other in np.argwhere(times > 0).tolist()
    ]
    return pd.DataFrame(rows, columns=["curriculum", "stage", "to", "times"])
