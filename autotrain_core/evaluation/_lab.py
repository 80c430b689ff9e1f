"""
The example lab: a seeded cohort of simulated mice, trained closed loop by the real engine.

Every later page has something true to show from it: mice that learn fast, slowly or not at all, trainers who
disagree, files that come late. How a mouse learns stands in `Learning`, what goes wrong in `Troubles`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from autotrain_core.evaluation._calendar import MOST_SESSIONS
from autotrain_core.evaluation._difficulty import Difficulty
from autotrain_core.evaluation._lab_stages import stages_of
from autotrain_core.evaluation._lab_tables import file, tables_of
from autotrain_core.evaluation._lab_training import Plan, train
from autotrain_core.evaluation._learning import METRICS, Learning
from autotrain_core.evaluation._program import compile_program
from autotrain_core.evaluation._streams import BLOCK, IDS
from autotrain_core.evaluation._troubles import Troubles
from autotrain_core.models import Curriculum, Library

FIRST_DAY = date(2026, 1, 5)
CELLS = 1 << 19
"""Sessions trained at a time: bounds the memory, whatever the size of the lab."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Lab:
    """
    A lab that never was.

    Attributes:
        sessions: One row a session, mouse after mouse, sessions in order. `subject_id` (str, six digits), `session`
            (int64), `session_date` and `arrived` (str, ISO dates: when it was run, and the morning on which its
            file was there), `nwb_suffix` (int64, start as HHMMSS), `task` (str), `curriculum_name`,
            `curriculum_version`, `curriculum_schema_version` (str, missing where run off curriculum),
            `current_stage_actual` (str, enum NAME, missing where not recorded), `if_overriden_by_trainer` (bool, the
            box at the rig), the metrics (float64, see `perform`; `foraging_efficiency` missing without trials, the
            counts where they were lost), `trainer`, `PI`, `project`, `rig` (str), `weight_after` (g),
            `weight_after_ratio` (fraction of the weight with free water), `water_in_session_total`,
            `water_after_session` (mL, earned and given afterwards).
        suggested: The stage that the engine suggested for each row of `sessions` (str, enum NAME), missing where it
            was run off curriculum.
        mice: One row a mouse: `subject_id`, `sex`, `birth_date`, `base_weight` (g, with free water), `project`,
            `PI`, `trainer`, `rig`, its present `curriculum_name` and `curriculum_version`, `start_date`,
            `last_date`, `sessions` (trained, filed or not), `in_training` (bool: it goes on after the lab's last
            day), and what no real lab knows: `true_learner` (typical, fast, slow, plateau), `true_asymptote`
            (skill, 0..1), `true_time_constant` (sessions), `true_talent` (efficiency), `true_vigour` (√trials).
        curricula: The curricula that the mice follow.
    """

    sessions: pd.DataFrame
    suggested: "pd.Series[str]" = field(repr=False)
    mice: pd.DataFrame
    curricula: Library

    def __repr__(self) -> str:
        """Say how large the lab is."""
        days = self.sessions["session_date"]
        size = f"mice={len(self.mice):,}, sessions={len(self.sessions):,}"
        return f"Lab({size}, first={days.min()}, last={days.max()})"


def example_lab(
    mice: int = 12,
    *,
    curricula: Iterable[Curriculum],
    seed: int = 0,
    start: date = FIRST_DAY,
    weeks: int = 16,
    sessions_per_mouse: int | None = None,
    learning: Learning | None = None,
    difficulty: Difficulty | None = None,
    troubles: Troubles | None = None,
    progress: Progress | None = None,
) -> Lab:
    """
    Simulate a lab.

    Mouse i is the same whatever the number of mice. See docs/example-lab.md for the model.

    Args:
        mice: How many, 1 to 700,000.
        curricula: What they follow, in equal shares; dynamic foraging, or rules that read METRICS only.
        seed: Whole number from 0; the same seed gives the same lab.
        start: The lab's first day.
        weeks: How long it is watched: mice start during the first nine tenths, and the last day cuts off.
        sessions_per_mouse: Trains each mouse exactly so often instead, however long that takes.
        learning: Numbers of the learning model; None for those of the docs.
        difficulty: What makes a stage hard; None for the numbers of the docs.
        troubles: What goes wrong; None for the rates of the docs.
        progress: Called with (mice done, mice in all) now and then.

    Raises:
        ValueError: An argument out of its range, or a curriculum that no simulated mouse can follow.
    """
    chosen = tuple(curricula)
    _check(mice, seed=seed, weeks=weeks, sessions_per_mouse=sessions_per_mouse, curricula=chosen)
    plan = Plan(
        seed=seed,
        weeks=weeks,
        sessions_per_mouse=sessions_per_mouse,
        learning=learning or Learning(),
        troubles=troubles or Troubles(),
        stages=stages_of(chosen, difficulty or Difficulty()),
    )
    parts = []
    at_once = max(1, CELLS // (sessions_per_mouse or MOST_SESSIONS) // BLOCK) * BLOCK
    for first in range(0, mice, at_once):
        some = range(first, min(first + at_once, mice))
        parts.append(file(train(plan, some), plan.stages, some))
        if progress is not None:
            progress(some.stop, mice)
    tables = tables_of(parts, plan.stages, seed=seed, start=start)
    return Lab(tables.sessions, tables.suggested, tables.mice, Library(chosen))


def _check(
    mice: int, *, seed: int, weeks: int, sessions_per_mouse: int | None, curricula: tuple[Curriculum, ...]
) -> None:
    _within("mice", mice, 1, IDS)
    _within("seed", seed, 0, None)
    _within("weeks", weeks, 1, 520)
    if sessions_per_mouse is not None:
        _within("sessions_per_mouse", sessions_per_mouse, 1, 10_000)
    if not curricula:
        raise ValueError("curricula is empty: the mice need at least one to follow")
    for curriculum in curricula:
        unknown = sorted(set(compile_program((curriculum,)).metrics) - set(METRICS))
        if unknown:
            raise ValueError(
                f"simulated mice cannot follow {curriculum.key}: its rules read {', '.join(unknown)}, "
                f"but the learning model yields {', '.join(METRICS)}"
            )
        if all(stage.terminal for stage in curriculum.stages):
            raise ValueError(f"simulated mice cannot follow {curriculum.key}: it has no stage to train at")


def _within(name: str, value: object, least: int, most: int | None) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        upper = "" if most is None else f" to {most:,}"
        raise ValueError(f"{name} must be a whole number from {least}{upper}, found {value!r}")
