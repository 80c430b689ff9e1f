"""
One session table decided in parts that know nothing of each other: what they share is said to each beforehand.

No mouse depends on another, so that whole mice may be decided anywhere and in any order. What does depend on the table
as a whole is which curricula it names and which columns it has: that is read first, and every error that deciding the
whole would raise is raised there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from autotrain_core.evaluation._decide import Outcome, decide_gathered, in_order
from autotrain_core.evaluation._interventions import NOTHING, Interventions
from autotrain_core.evaluation._measurements import metric_columns, require_metrics
from autotrain_core.evaluation._sessions import POSSIBLE_COLUMNS, curriculum_columns, gather, open_table
from autotrain_core.evaluation._text_column import category_column, text_column, written_out
from autotrain_core.models import Curriculum, Library
from autotrain_core.rules import Ints

_ALWAYS = ("subject_id", "session", "current_stage_actual")
_NAMING = ("session_date", "nwb_suffix")


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What all parts of a table share.

    Attributes:
        curriculum: The one that all rows followed, or those that rows may name.
        named: Those that some row of the table does name.
        open_loop: Whether the stages that were run are disregarded.
        said: What people decided about mice and sessions, of this part or others.
    """

    curriculum: Curriculum | Library
    named: tuple[Curriculum, ...]
    open_loop: bool = False
    said: Interventions = NOTHING

    @property
    def columns(self) -> frozenset[str]:
        """Every column that deciding on these terms may read."""
        metrics = metric_columns(self.named)
        named = () if isinstance(self.curriculum, Curriculum) else POSSIBLE_COLUMNS
        return metrics.union(_ALWAYS, named, _NAMING if self.said else ())


@dataclass(frozen=True, slots=True)
class Division:
    """
    How a session table of n rows can be cut into parts of whole mice.

    Attributes:
        terms: What `decide_part` is told with each part.
        mice: Number of the mouse of each row, -1 for none; shape (n,).
        columns: Labels of the columns that deciding reads.
    """

    terms: Terms
    mice: Ints
    columns: frozenset[str]

    def cut(self, parts: int) -> tuple[Ints, ...]:
        """
        Deal out the mice, so that each part has about equally many sessions.

        Args:
            parts: At most so many, from 1; there are never more than mice.

        Returns:
            Places in the table of the rows of each part, ascending; together each of the n rows once. Rows that name no
            mouse stand in the first part, and mice that lie together in the table stay together.
        """
        sessions = np.bincount(self.mice[self.mice >= 0])
        middle = np.cumsum(sessions) - sessions / 2
        part_of_mouse = np.floor(middle * parts / max(1, sessions.sum())).astype(np.int64)
        # A row without a mouse has the number -1: the last place, which is added for it.
        part_of_row = np.append(part_of_mouse, part_of_mouse[:1].sum())[self.mice]
        order = np.argsort(part_of_row, kind="stable")
        return tuple(np.split(order, np.flatnonzero(np.diff(part_of_row[order])) + 1))

    def parts(self, sessions: pd.DataFrame, cut: Iterable[Ints]) -> Iterator[pd.DataFrame]:
        """Give the parts one after the other: the columns that deciding reads, the index being places in the table."""
        needed = sessions.loc[:, [label in self.columns for label in sessions.columns]]
        for rows in cut:
            yield needed.iloc[rows].set_axis(pd.Index(rows, dtype=np.int64))


def terms_of(curriculum: Curriculum | Library, *, open_loop: bool = False, said: Interventions = NOTHING) -> Terms:
    """
    Give the terms for parts of a table that nobody reads as a whole: any curriculum may be named anywhere.

    Args:
        curriculum: The one that all rows followed, or those that rows may name.
        open_loop: See `decide`.
        said: What people decided; see `interventions`.
    """
    named = (curriculum,) if isinstance(curriculum, Curriculum) else tuple(curriculum)
    return _terms(curriculum, named, open_loop, said)


def divide(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None,
    *,
    open_loop: bool = False,
    said: Interventions = NOTHING,
) -> Division:
    """
    Read what deciding takes from a session table as a whole, so that its mice can be decided apart.

    Args:
        sessions: See `decide`.
        curriculum: See `decide`.
        open_loop: See `decide`.
        said: What people decided; see `interventions`.

    Returns:
        What its parts share, and whose its rows are.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: No session can be decided by anything, or a column is of the wrong kind.
    """
    opening = open_table(sessions, curriculum, said=said)
    one = isinstance(curriculum, Curriculum)
    require_metrics(sessions, opening.program, one=one)
    named = opening.program.curricula
    own = () if one else curriculum_columns(sessions)
    columns = metric_columns(named).union(_ALWAYS, own, _NAMING if said else ())
    return Division(_terms(curriculum, named, open_loop, said), opening.rows.subjects, columns)


def decide_part(sessions: pd.DataFrame, terms: Terms, *, packed: bool = False) -> Outcome:
    """
    Decide a part of a session table as it would be decided within the whole.

    Args:
        sessions: Whole mice of the table; see `decide`.
        terms: What the parts share.
        packed: Whether to give texts as categories, a quarter of the bytes; `join` writes them out.

    Returns:
        As `decide_and_report`, of these mice.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: A column is of the wrong kind.
    """
    cohort = gather(sessions, terms.curriculum, open_loop=terms.open_loop, named=terms.named, said=terms.said)
    return decide_gathered(sessions, cohort, write=category_column if packed else text_column)


def join(sessions: pd.DataFrame, outcomes: Sequence[Outcome]) -> Outcome:
    """
    Put the outcomes of all parts together.

    Args:
        sessions: The table that was divided, n rows.
        outcomes: One for each part of `Division.parts`, in any order, packed or not.

    Returns:
        What `decide_and_report` gives for the whole table: row for row, index for index, notice for notice.
    """
    decided = [outcome.decisions for outcome in outcomes if len(outcome.decisions)] or [outcomes[0].decisions]
    decisions = pd.concat([written_out(table) for table in decided])
    places = decisions.index.to_numpy(dtype=np.int64)
    if (np.diff(places) < 0).any():
        order = np.argsort(places)
        decisions, places = decisions.iloc[order], places[order]
    index = sessions.index if len(places) == len(sessions) else sessions.index[places]
    return Outcome(decisions.set_axis(index), in_order([each for outcome in outcomes for each in outcome.report]))


def _terms(
    curriculum: Curriculum | Library | None, named: Sequence[Curriculum], open_loop: bool, said: Interventions
) -> Terms:
    if isinstance(curriculum, Curriculum):
        lean = _lean(curriculum)
        return Terms(lean, (lean,), open_loop, said)
    library = Library(_lean(each) for each in curriculum or ())
    return Terms(
        library, tuple(library.get(each.name, each.version, each.schema_version) for each in named), open_loop, said
    )


def _lean(curriculum: Curriculum) -> Curriculum:
    """Leave out what deciding does not read: a task may be a class that other processes do not know."""
    return replace(curriculum, task=None, findings=())
