"""Decided sessions as columns of numbers, mouse by mouse in session order: what the figures of a cohort start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import MissingColumnError, TableError
from autotrain_core.models import TrainingStage, read_numbers
from autotrain_core.rules import Bools, Floats, Ints

TABLE = "The table of decided sessions"
GRADUATED = [TrainingStage.GRADUATED.name, TrainingStage.GRADUATED.value]
"""Its name in schema 1.0, and in 2.0, where stages stand as the document writes them."""
NO_DAY = np.iinfo(np.int64).min
"""What a missing date is as a number of days; numpy's own choice."""


@dataclass(frozen=True, slots=True)
class Levels:
    """
    A column of names as numbers.

    Attributes:
        codes: Place of each row's name in `names`, int64; -1 where it is missing.
        names: The different names, in the order of the category, else of first appearance.
    """

    codes: Ints
    names: pd.Index

    def column(self, codes: Ints, name: str = "") -> "pd.Series[Any]":
        """Give names for some codes, missing for -1, as a category where the names are text."""
        return pd.Series(pd.Categorical.from_codes(codes, categories=self.names, ordered=False), name=name)

    def at(self, places: Ints) -> "Levels":
        """Give some of the rows."""
        return Levels(self.codes[places], self.names)


def levels(column: "pd.Series[Any]") -> Levels:
    """Number the names of a column."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Levels(column.cat.codes.to_numpy().astype(np.int64), column.cat.categories)
    codes, names = pd.factorize(column)
    return Levels(codes.astype(np.int64), pd.Index(names))


def stage_levels(rows: pd.DataFrame) -> tuple[Levels, Levels]:
    """Number the stages that were run and those that follow, both in one list of names."""
    run, next_ = levels(rows["stage"]), levels(rows["following"])
    if run.names.equals(next_.names):
        return run, next_
    names = run.names.append(next_.names.difference(run.names, sort=False))
    places = np.append(names.get_indexer(next_.names), -1)
    return Levels(run.codes, names), Levels(places[next_.codes], names)


@dataclass(frozen=True, slots=True)
class Ordered:
    """
    The rows that name a mouse, a session and a stage: n of them, mouse after mouse, sessions in order.

    Attributes:
        places: Place of each in the table that came in, int64, shape (n,).
        mice: Whose each is.
        session: Session numbers, shape (n,).
        stage: Stage that was run.
        first: Whether it is the first of its mouse, shape (n,).
        last: Whether it is the last of its mouse, shape (n,).
    """

    places: Ints
    mice: Levels
    session: Floats
    stage: Levels
    first: Bools
    last: Bools

    @property
    def starts(self) -> Ints:
        """Where each mouse begins."""
        return np.flatnonzero(self.first)

    def mouse_number(self) -> Ints:
        """Count the mice from 0, row by row."""
        return np.cumsum(self.first) - 1


def ordered(rows: pd.DataFrame, stage: Levels | None = None, *, then_by: Ints | None = None) -> Ordered:
    """
    Put rows in order; those without mouse, session number or stage are passed over.

    Args:
        rows: Has `subject_id`, `session` and, if no `stage` is given, `stage`.
        stage: The stages, where they have been numbered already.
        then_by: Orders the rows of a mouse before the session number does; NO_DAY passes a row over.
    """
    mice = levels(rows["subject_id"])
    session = read_numbers(rows["session"], whole=True).values
    stage = stage or levels(rows["stage"])
    usable = (mice.codes >= 0) & ~np.isnan(session) & (stage.codes >= 0)
    keys = [mice.codes, session]
    if then_by is not None:
        usable &= then_by != NO_DAY
        keys.insert(1, then_by)
    places = np.flatnonzero(usable)
    if not _in_order([key[places] for key in keys]):
        places = places[np.lexsort([key[places] for key in reversed(keys)])]
    whose = mice.at(places)
    change = np.diff(whose.codes, prepend=-1) != 0
    return Ordered(places, whose, session[places], stage.at(places), change, np.append(change[1:], True)[: len(places)])


def _in_order(keys: Sequence[npt.NDArray[Any]]) -> bool:
    """Tell whether rows stand in the order of their keys; a table that does saves the sort."""
    above = np.zeros(max(len(keys[0]) - 1, 0), dtype=np.bool_)
    equal = ~above
    for key in keys:
        step = np.diff(key)
        above = above | (equal & (step > 0))
        equal = equal & (step == 0)
    return bool(np.all(above | equal))


def graduated(stages: Levels) -> Bools:
    """Tell where a stage is Graduated, by its name in schema 1.0 or 2.0."""
    return np.append(stages.names.isin(GRADUATED), False)[stages.codes]


def days(column: "pd.Series[Any]") -> Ints:
    """Give dates as days since 1970; NO_DAY where there is none."""
    dates = column if column.dtype.kind == "M" else pd.to_datetime(column, errors="coerce")
    return dates.to_numpy(dtype="datetime64[D]").astype(np.int64)


def as_dates(numbers: Ints) -> npt.NDArray[np.datetime64]:
    """Give days since 1970 as dates; missing for NO_DAY."""
    return numbers.astype("datetime64[D]").astype("datetime64[s]")


def require(rows: pd.DataFrame, names: Sequence[str], table: str = TABLE) -> None:
    """
    Refuse a table that lacks columns.

    Raises:
        MissingColumnError: Columns are absent; all of them are named.
        TableError: A column stands twice.
    """
    missing = tuple(name for name in dict.fromkeys(names) if name not in rows.columns)
    if missing:
        raise MissingColumnError(table, missing, tuple(map(str, rows.columns)))
    twice = [name for name in names if (rows.columns == name).sum() > 1]
    if twice:
        message = f"{table} has the column '{twice[0]}' twice."
        raise TableError(message)
