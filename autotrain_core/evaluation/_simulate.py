"""Closed loop through the real engine: somebody runs each session, the rules decide what comes next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from autotrain_core.evaluation._engine import NONE, Engine
from autotrain_core.evaluation._program import DECISIONS, compile_program
from autotrain_core.models import Curriculum
from autotrain_core.rules import Bools, Floats, Histories, Ints

Run = Callable[[int, Ints, Ints], tuple[Ints, Mapping[str, Floats]]]
"""Runs the p-th sessions of some mice: (p, mice, suggested stages) -> (stages that were run, metrics)."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """
    What became of simulated mice: arrays of shape (n,), mouse after mouse, sessions in order.

    Attributes:
        mouse: Place of the mouse in `lengths`.
        position: Which session of the mouse, from 0.
        suggested, actual, following: Stages, as places in `curriculum.stages`.
        decision: Names of the decisions.
        count: Consecutive sessions at the stage, this one included.
        metrics: The metrics that the curriculum reads, float64.
    """

    mouse: Ints
    position: Ints
    suggested: Ints
    actual: Ints
    following: Ints
    decision: np.ndarray
    count: Ints
    metrics: Mapping[str, Floats]


def simulate(curriculum: Curriculum, lengths: Ints, run: Run, *, session_numbers: Ints | None = None) -> Simulated:
    """
    Train simulated mice by a curriculum, closed loop.

    Args:
        curriculum: What decides.
        lengths: How many sessions each of m mice trains, int64 of shape (m,).
        run: Called once for each session position p, with the k mice that train a p-th time (places in `lengths`)
            and the stage suggested for each (place in `curriculum.stages`); gives the stages that were run and a
            column for each metric of the curriculum, float64 of shape (k,), NaN where a value is missing. A negative
            stage is one that nobody recorded: the suggested one. Metrics that no rule reads may be given too.
        session_numbers: Session number of every session, mouse after mouse; 1, 2, 3, … where this is None.

    Returns:
        All sessions with what was suggested, run and decided.
    """
    order = np.argsort(-lengths, kind="stable")
    longest = lengths[order]
    mice = int(np.count_nonzero(longest))
    size = int(lengths.sum())
    starts = np.cumsum(lengths) - lengths
    program = compile_program((curriculum,))
    metrics = {name: np.full(size, np.nan) for name in program.metrics}
    histories = Histories(longest[:mice], metrics, np.full(size, np.nan))
    mouse = order[np.arange(size) - histories.offsets[histories.position]]
    row = starts[mouse] + histories.position
    histories.session_total[:] = histories.position + 1 if session_numbers is None else session_numbers[row]
    engine = Engine(program, histories, foresee=False)
    label = np.array([program.labels.index(stage.label) for stage in curriculum.stages], dtype=np.int64)
    stage = np.full(len(program.labels), -1, dtype=np.int64)
    stage[label] = np.arange(len(label))
    for block in range(histories.blocks):
        here = slice(int(histories.offsets[block]), int(histories.offsets[block + 1]))
        curricula = np.zeros(here.stop - here.start, dtype=np.int64)
        sessions = histories.session_total[here]
        suggested = engine.suggest(curricula, sessions)
        actual, measured = run(block, mouse[here], stage[suggested])
        for name, values in metrics.items():
            values[here] = measured[name]
        engine.step(
            block,
            curricula=curricula,
            sessions=sessions,
            actual=np.where(actual < 0, NONE, label[actual]),
            decidable=_any_value(curriculum, measured),
        )
    place = np.empty(size, dtype=np.int64)
    place[row] = np.arange(size)
    course = engine.course
    names = np.array([decision.name for decision in DECISIONS])
    return Simulated(
        mouse=mouse[place],
        position=histories.position[place],
        suggested=stage[course.suggested[place]],
        actual=stage[course.actual[place]],
        following=stage[course.following[place]],
        decision=names[course.decision[place]],
        count=course.count[place].astype(np.int64),
        metrics={name: values[place] for name, values in metrics.items()},
    )


def _any_value(curriculum: Curriculum, measured: Mapping[str, Floats]) -> Bools | None:
    """Tell which sessions have a value in any metric, as `decide` asks for; None for all."""
    there = [~np.isnan(measured[metric.name]) for metric in curriculum.metrics if metric.name in measured]
    return np.logical_or.reduce(there) if there else None
