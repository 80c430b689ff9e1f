"""
Several versions of a curriculum asked about one reading of a session table.

What does not depend on the version is done once: reading, sorting, and every condition that versions share.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from autotrain_core.evaluation._decide import note_course
from autotrain_core.evaluation._engine import Course, Engine, Progress
from autotrain_core.evaluation._interventions import Interventions
from autotrain_core.evaluation._program import Program
from autotrain_core.evaluation._report import Notice
from autotrain_core.evaluation._sessions import Cohort, gather
from autotrain_core.models import Curriculum
from autotrain_core.rules import Ints


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A session table as some versions read it alike.

    Attributes:
        cohort: Its sessions; the curricula of its program are the versions.
        versions: Which they are, by their place among all that were named.
        order: Its n sessions mouse by mouse: places in block order, shape (n,).
        mice: Whose each of them is: place in `cohort.names`, shape (n,).
    """

    cohort: Cohort
    versions: tuple[int, ...]
    order: Ints
    mice: Ints


@dataclass(frozen=True, slots=True)
class Replayed:
    """
    What one version says.

    Attributes:
        version: Its place among all that were named.
        place: Its place in the program of the reading.
        reading: The sessions.
        course: What became of them.
        notices: Remarks on single sessions.
    """

    version: int
    place: int
    reading: Reading
    course: Course
    notices: list[Notice]


def replays(
    sessions: pd.DataFrame,
    curricula: Sequence[Curriculum],
    *,
    open_loop: bool,
    said: Interventions,
    progress: Progress | None = None,
) -> Iterator[Replayed]:
    """
    Ask each version about all sessions.

    Args:
        sessions: See `backtest`.
        curricula: The versions.
        open_loop: See `backtest`.
        said: See `backtest`.
        progress: Called with (steps done, steps in all) now and then.

    Yields:
        One for each version; those that read the table alike come together.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: A column is of the wrong kind.
    """
    done = 0
    for versions in _alike(curricula, said, open_loop=open_loop):
        reading = _read(sessions, [curricula[version] for version in versions], versions, open_loop, said)
        cohort = reading.cohort
        steps = cohort.histories.blocks * len(curricula)
        shared = Engine(cohort.program, cohort.histories, foresee=True)
        for place, version in enumerate(versions):
            mine = replace(cohort, notices=list(cohort.notices), curricula=np.full_like(cohort.curricula, place))
            course = _course(mine, place, shared, progress, (done * cohort.histories.blocks, steps))
            note_course(mine, course)
            yield Replayed(version, place, reading, course, mine.notices)
            done += 1


def _alike(curricula: Sequence[Curriculum], said: Interventions, *, open_loop: bool) -> list[tuple[int, ...]]:
    """Put together the versions to which a table means the same: its cells, its stages, what people told the rigs."""
    groups: dict[object, list[int]] = {}
    for place, curriculum in enumerate(curricula):
        # What is the name of a stage to one version may be none to another; in open loop nobody asks.
        stages = None if open_loop else frozenset(stage.label for stage in curriculum.stages)
        groups.setdefault((curriculum.metrics, stages, place if said.told else None), []).append(place)
    return [tuple(group) for group in groups.values()]


def _read(
    sessions: pd.DataFrame,
    curricula: Sequence[Curriculum],
    versions: tuple[int, ...],
    open_loop: bool,
    said: Interventions,
) -> Reading:
    cohort = gather(sessions, curricula[0], open_loop=open_loop, said=said, beside=curricula[1:])
    histories = cohort.histories
    lengths = len(histories.widths) - np.searchsorted(
        histories.widths[::-1], np.arange(len(cohort.subjects)), side="right"
    )
    rank = np.arange(histories.size) - histories.offsets[histories.position]
    order = np.empty(histories.size, dtype=np.int64)
    order[(np.cumsum(lengths) - lengths)[rank] + histories.position] = np.arange(histories.size)
    first_rows = cohort.rows[: len(cohort.subjects)]
    return Reading(cohort, versions, order, np.repeat(cohort.mice[first_rows], lengths))


def _course(cohort: Cohort, place: int, shared: Engine, progress: Progress | None, steps: tuple[int, int]) -> Course:
    """Walk through all blocks by one version, with the answers that all versions share."""
    program, histories = cohort.program, cohort.histories
    engine = Engine(program, histories, foresee=False)
    engine.answers, engine.conditions = shared.answers, shared.conditions
    asked = _questions(program, place)
    engine.per_block = tuple(number for number in program.dynamic if number in asked)
    clean = bool(cohort.decidable.all())
    done, in_all = steps
    for block in range(histories.blocks):
        here = slice(int(histories.offsets[block]), int(histories.offsets[block + 1]))
        engine.step(
            block,
            curricula=cohort.curricula[here],
            sessions=cohort.sessions[here],
            actual=cohort.actual[here],
            decidable=None if clean else cohort.decidable[here],
            forced=None if cohort.forced is None else cohort.forced[here],
            starts=None if cohort.starts is None else cohort.starts[here],
        )
        if progress is not None:
            progress(done + block + 1, in_all)
    return engine.course


def _questions(program: Program, place: int) -> frozenset[int]:
    """Give the questions that one of the curricula asks."""
    states = program.states[place]
    return frozenset(program.conditions[states[states >= 0]].ravel().tolist())
