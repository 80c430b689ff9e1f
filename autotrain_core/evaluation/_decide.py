"""
Sessions in, decisions out: the pure function that everything else stands on.

It recomputes everything from scratch each time; nothing depends on which sessions were new yesterday.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from autotrain_core.evaluation._certainty import certain
from autotrain_core.evaluation._engine import Course, Progress, run
from autotrain_core.evaluation._interventions import interventions
from autotrain_core.evaluation._program import DECISIONS, NOWHERE
from autotrain_core.evaluation._report import Notice
from autotrain_core.evaluation._sessions import Cohort, gather
from autotrain_core.evaluation._text_column import TEXT, Write, text_column
from autotrain_core.models import Curriculum, Enrolment, Library, Override, SessionMark
from autotrain_core.rules import Bools, Ints


class LeftOutWarning(UserWarning):
    """Some sessions were not decided; `decide_and_report` lists them with their reasons."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    The decisions on a session table, and what is to be said about single sessions.

    Attributes:
        decisions: One row a decided session; see `decide`.
        report: A notice for each session left out or taken with a reservation, by mouse and session.
    """

    decisions: pd.DataFrame
    report: tuple[Notice, ...]

    @property
    def left_out(self) -> tuple[Notice, ...]:
        """The notices on sessions that were not decided."""
        return tuple(notice for notice in self.report if notice.left_out)


def decide(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None = None,
    *,
    open_loop: bool = False,
    enrolments: Iterable[Enrolment] = (),
    overrides: Iterable[Override] = (),
    marks: Iterable[SessionMark] = (),
    progress: Progress | None = None,
) -> pd.DataFrame:
    """
    Decide the next stage after each session.

    Args:
        sessions: One row a session, n rows in any order: `subject_id` (text), `session` (whole number from 1), a
            column for each metric that the rules read (counts in trials, efficiencies as fractions, NaN where
            missing), and where known `current_stage_actual` (enum NAME of the stage that was run). Without one
            curriculum for all, also `curriculum_name` and `curriculum_version` (text).
        curriculum: The one that all sessions followed, or a library of those that the rows name.
        open_loop: Disregard `current_stage_actual` and assume that every suggestion was followed.
        enrolments: Where mice began, and with what. They and what follows name sessions by day and suffix, so that the
            table needs `session_date` (ISO days), and `nwb_suffix` where a mouse has two sessions a day; without them
            sessions are found by number.
        overrides: In any state: what the rigs were told counts for the sessions that it was in force for.
        marks: What is said of single sessions: those that are excluded are left out of windows and decisions.
        progress: Called with (steps done, steps in all) now and then.

    Returns:
        A row for each decided session, on the index and in the order of `sessions`: `subject_id` (str), `session`
        (int64), `session_at_current_stage` (int64, sessions), `current_stage_suggested`, `current_stage_actual`
        (str, enum NAMES), `closed_loop`, `overridden_by_trainer` (bool), `decision` (str: STAY, PROGRESS,
        ROLLBACK), `next_stage_suggested` (str), `certain` (bool), `curriculum_name`, `curriculum_version` (str).
        `certain` is False where some value in place of a missing one would have changed the decision.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: No session can be decided by anything, or a column is of the wrong kind.

    Warns:
        LeftOutWarning: Some sessions could not be decided; the others were.
    """
    outcome = decide_and_report(
        sessions,
        curriculum,
        open_loop=open_loop,
        enrolments=enrolments,
        overrides=overrides,
        marks=marks,
        progress=progress,
    )
    if outcome.left_out:
        first = outcome.left_out[0]
        warnings.warn(
            f"{len(outcome.left_out):,} of {len(sessions):,} sessions were not decided, the first: {first}."
            " decide_and_report lists them all.",
            LeftOutWarning,
            stacklevel=2,
        )
    return outcome.decisions


def decide_and_report(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None = None,
    *,
    open_loop: bool = False,
    enrolments: Iterable[Enrolment] = (),
    overrides: Iterable[Override] = (),
    marks: Iterable[SessionMark] = (),
    progress: Progress | None = None,
) -> Outcome:
    """
    Decide as `decide` does, and list what was left out or taken with a reservation.

    Args:
        sessions: See `decide`.
        curriculum: See `decide`.
        open_loop: See `decide`.
        enrolments: See `decide`.
        overrides: See `decide`.
        marks: See `decide`.
        progress: See `decide`.

    Returns:
        The decisions and a notice for each session that needs a word.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: No session can be decided by anything, or a column is of the wrong kind.
    """
    said = interventions(enrolments, overrides, marks)
    return decide_gathered(sessions, gather(sessions, curriculum, open_loop=open_loop, said=said), progress)


def decide_gathered(
    sessions: pd.DataFrame, cohort: Cohort, progress: Progress | None = None, *, write: Write = text_column
) -> Outcome:
    """Decide a session table that was read already; `write` makes its columns of text."""
    course = run_cohort(cohort, progress)
    sure = certain(cohort.program, cohort.histories, course)
    note_course(cohort, course)
    return Outcome(_table(sessions, cohort, course, sure, write), in_order(cohort.notices))


def in_order(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Sort notices by mouse and session; those on one session keep their order."""
    return tuple(
        sorted(notices, key=lambda notice: (notice.subject_id, -np.inf if notice.session is None else notice.session))
    )


def run_cohort(cohort: Cohort, progress: Progress | None = None) -> Course:
    """Decide all sessions of a cohort."""
    return run(
        cohort.program,
        cohort.histories,
        curricula=cohort.curricula,
        sessions=cohort.sessions,
        actual=cohort.actual,
        decidable=cohort.decidable,
        forced=cohort.forced,
        starts=cohort.starts,
        progress=progress,
    )


def note_course(cohort: Cohort, course: Course) -> None:
    """Report sessions at stages that their curriculum lacks, and those that a broken stage kept."""
    program = cohort.program
    nowhere = cohort.decidable & (course.state == NOWHERE)
    broken = course.decided & program.broken[course.state]
    if not (nowhere | broken).any():
        return
    mice = _mice(cohort)
    for row in np.flatnonzero(nowhere | broken).tolist():
        curriculum = program.curricula[cohort.curricula[row]]
        stage = program.labels[course.actual[row]]
        how = "was run" if course.closed[row] else "was due"
        cohort.notices.append(
            Notice(
                subject_id=str(mice[row]),
                session=int(cohort.sessions[row]),
                kind="unknown-stage" if nowhere[row] else "broken-stage",
                left_out=bool(nowhere[row]),
                sentence=(
                    f"{stage} {how}, which {curriculum.key} does not have; it was not decided"
                    if nowhere[row]
                    else f"a rule of {stage} in {curriculum.key} is broken; the mouse stays until it is mended"
                ),
            )
        )


def _mice(cohort: Cohort) -> np.ndarray:
    histories = cohort.histories
    mice: np.ndarray = cohort.subjects[np.arange(histories.size) - histories.offsets[histories.position]]
    return mice


def _table(sessions: pd.DataFrame, cohort: Cohort, course: Course, sure: Bools, write: Write) -> pd.DataFrame:
    """Bring the decisions into the order of the session table."""
    block_row = np.full(len(sessions), -1, dtype=np.int64)
    block_row[cohort.rows] = np.arange(len(cohort.rows))
    if not course.decided.all():
        block_row[cohort.rows[~course.decided]] = -1
    there = np.flatnonzero(block_row >= 0)
    rows = block_row[there]
    program = cohort.program
    curricula = cohort.curricula[rows]
    names = [curriculum.name for curriculum in program.curricula]
    versions = [curriculum.version for curriculum in program.curricula]
    columns = {
        "subject_id": _subjects(sessions, cohort, there, write),
        "session": cohort.sessions[rows].astype(np.int64),
        "session_at_current_stage": course.count[rows].astype(np.int64),
        "current_stage_suggested": write(course.suggested[rows], program.labels),
        "current_stage_actual": write(course.actual[rows], program.labels),
        "closed_loop": course.closed[rows],
        "overridden_by_trainer": course.overridden[rows],
        "decision": write(course.decision[rows], [decision.name for decision in DECISIONS]),
        "next_stage_suggested": write(course.following[rows], program.labels),
        "certain": sure[rows],
        "curriculum_name": write(curricula, names),
        "curriculum_version": write(curricula, versions),
    }
    index = sessions.index if len(there) == len(sessions) else sessions.index[there]
    return pd.DataFrame(columns, index=index, copy=False)


def _subjects(sessions: pd.DataFrame, cohort: Cohort, there: Ints, write: Write) -> pd.api.extensions.ExtensionArray:
    ids = sessions["subject_id"]
    if write is text_column and len(there) == len(sessions) and ids.dtype == TEXT:
        return cast(pd.api.extensions.ExtensionArray, ids.array.copy())
    return write(cohort.mice[there], cohort.names.tolist())
