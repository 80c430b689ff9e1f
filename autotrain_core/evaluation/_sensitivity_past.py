"""Past sessions as they were: each at the stage that it had, for as long as the mouse had been there."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from autotrain_core.evaluation._decide import run_cohort
from autotrain_core.evaluation._interventions import NOTHING, Interventions
from autotrain_core.evaluation._sessions import gather
from autotrain_core.models import Curriculum
from autotrain_core.rules import Bools, Histories, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Past:
    """
    n sessions of m mice at the stages that they had; arrays of shape (n,) in the order of `histories`.

    Attributes:
        histories: Their metrics.
        labels: Names of stages, as tables write them; their place is the number of a stage.
        stages: Number of the stage of each session, -1 where nobody knows.
        counts: Consecutive sessions at the stage, this one included; 0 where nobody knows.
        previous: The mouse's decided session before each one, -1 where there is none.
        decided: Whether it was decided; the others only are part of the history.
        asked: Whether its decision counts; never True where it was not decided.
        subjects: Ids of the mice, shape (m,).
        graduated: Whether a mouse was ever sent to the end of its curriculum, shape (m,).
    """

    histories: Histories
    labels: tuple[str, ...]
    stages: Ints
    counts: Ints
    previous: Ints
    decided: Bools
    asked: Bools
    subjects: np.ndarray
    graduated: Bools

    def mice_of(self, rows: Ints) -> Ints:
        """Give the place in `subjects` of the mouse of each of some rows."""
        return rows - self.histories.offsets[self.histories.position[rows]]

    def rows_at(self, label: str) -> Ints:
        """Give the rows at a stage whose decisions count."""
        number = self.labels.index(label) if label in self.labels else None
        return np.flatnonzero(self.asked & (self.stages == number)) if number is not None else np.empty(0, np.int64)


def past_of(
    sessions: pd.DataFrame,
    curriculum: Curriculum,
    *,
    open_loop: bool = False,
    said: Interventions = NOTHING,
) -> Past:
    """
    Read past sessions once, for asking many thresholds of them.

    A session keeps the stage that was run, and how long the mouse had been there; where the table does not say which
    stage was run, both are as the curriculum replays them.

    Args:
        sessions: See `decide`; all of them are taken as sessions of the curriculum.
        curriculum: Whose rules are asked.
        open_loop: Disregard which stages were run, and take all as replayed.
        said: What people decided.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: No session can be decided by anything, or a column is of the wrong kind.
    """
    cohort = gather(sessions, curriculum, open_loop=open_loop, said=said)
    course = run_cohort(cohort)
    program = cohort.program
    ends = [program.labels.index(stage.label) for stage in curriculum.stages if stage.terminal]
    ended = course.decided & np.isin(course.following, ends)
    mice = np.arange(cohort.histories.size) - cohort.histories.offsets[cohort.histories.position]
    graduated = np.zeros(len(cohort.subjects), dtype=np.bool_)
    graduated[mice[ended]] = True
    return Past(
        histories=cohort.histories,
        labels=program.labels,
        stages=course.actual,
        counts=course.count,
        previous=course.previous,
        decided=course.decided,
        asked=course.decided,
        subjects=cohort.subjects,
        graduated=graduated,
    )
