"""
What the session and the decision table hold: a typed contract, checked whole columns at a time.

Our own forty lines instead of a table-validation library: the rows of a real table are forgiven one by one
(a bad cell becomes a missing value that is reported), which a schema that passes or fails cannot express.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import MissingColumnError, TableError

SHOWN = 10
LARGEST_WHOLE = 2**53
"""Above this, not every whole number has a float64 of its own."""


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    NUMBER = "a number"
    WHOLE = "a whole number"
    TRUTH = "True or False"
    DATE = "a date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    One column of a table.

    Attributes:
        name: As in the table.
        kind: What its cells are.
        meaning: What they mean, with unit and range.
        required: Whether a table without this column can be used.
        missing: Whether a cell may be missing.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = True
    missing: bool = False


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that is not what its column promises: row label, column, what was found, what was expected."""

    row: object
    column: str
    found: object
    expected: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"row {self.row}, {self.column}: found {self.found!r}, expected {self.expected}"


SESSIONS = (
    Column(name="subject_id", kind=Kind.TEXT, meaning="the mouse"),
    Column(
        name="session",
        kind=Kind.WHOLE,
        meaning="session number of the mouse, from 1; gaps are allowed",
    ),
    Column(name="session_date", kind=Kind.DATE, meaning="day of the session", required=False, missing=True),
    Column(
        name="curriculum_name",
        kind=Kind.TEXT,
        meaning="curriculum that the mouse was on; empty: off curriculum",
        required=False,
        missing=True,
    ),
    Column(
        name="curriculum_version",
        kind=Kind.TEXT,
        meaning="version of that curriculum",
        required=False,
        missing=True,
    ),
    Column(
        name="curriculum_schema_version",
        kind=Kind.TEXT,
        meaning="schema of that document; empty: whichever the library has",
        required=False,
        missing=True,
    ),
    Column(
        name="current_stage_actual",
        kind=Kind.TEXT,
        meaning="stage that was run (enum NAME); empty: not known, open loop",
        required=False,
        missing=True,
    ),
)
"""One row a session. Every further column of numbers may be a metric."""

DECISIONS = (
    Column(name="subject_id", kind=Kind.TEXT, meaning="the mouse"),
    Column(name="session", kind=Kind.WHOLE, meaning="session number"),
    Column(
        name="session_at_current_stage",
        kind=Kind.WHOLE,
        meaning="consecutive sessions at the stage, this one included",
    ),
    Column(name="current_stage_suggested", kind=Kind.TEXT, meaning="stage that was to be run (enum NAME)"),
    Column(
        name="current_stage_actual",
        kind=Kind.TEXT,
        meaning="stage that was run; in open loop the suggested one",
    ),
    Column(name="closed_loop", kind=Kind.TRUTH, meaning="whether the stage that was run is known"),
    Column(
        name="overridden_by_trainer",
        kind=Kind.TRUTH,
        meaning="closed loop, and another stage was run than suggested",
    ),
    Column(name="decision", kind=Kind.TEXT, meaning="STAY, PROGRESS or ROLLBACK"),
    Column(name="next_stage_suggested", kind=Kind.TEXT, meaning="stage for the next session (enum NAME)"),
    Column(
        name="certain",
        kind=Kind.TRUTH,
        meaning="False where some value in place of a missing one would have changed the decision",
    ),
    Column(name="curriculum_name", kind=Kind.TEXT, meaning="curriculum that decided"),
    Column(name="curriculum_version", kind=Kind.TEXT, meaning="its version"),
)
"""One row a decided session."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """
    A column read as numbers.

    Attributes:
        values: float64 of shape (n,); NaN where there is no number.
        refused: True where there was something, but nothing that can be used: shape (n,), or None for nowhere.
    """

    values: npt.NDArray[np.float64]
    refused: npt.NDArray[np.bool_] | None


def read_numbers(column: "pd.Series[Any]", *, whole: bool) -> Numbers:
    """
    Read a column as numbers, cell by cell where it is not one already.

    Args:
        column: Any dtype but dates.
        whole: Whether only whole numbers count; 250.0 does, 250.5 and infinity do not.

    Raises:
        TableError: The column holds dates or spans of time.
    """
    if column.dtype.kind in "mM":
        message = f"{column.name}: found dates ({column.dtype}), expected {Kind.WHOLE if whole else Kind.NUMBER}."
        raise TableError(message)
    refused: npt.NDArray[np.bool_] | None = None
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufb":
        values = column.to_numpy(dtype=np.float64)
    else:
        values = np.fromiter((_number(cell) for cell in column), dtype=np.float64, count=len(column))
        there = np.fromiter((not is_missing(cell) for cell in column), dtype=np.bool_, count=len(column))
        refused = np.isnan(values) & there
    if whole:
        with np.errstate(invalid="ignore"):
            broken = (values != np.floor(values)) & ~np.isnan(values) | (np.abs(values) > LARGEST_WHOLE)
        if broken.any():
            values = np.where(broken, np.nan, values)
            refused = broken if refused is None else broken | refused
    return Numbers(values, refused if refused is not None and refused.any() else None)


def is_missing(cell: object) -> bool:
    """Tell whether a cell is empty; unlike pandas' own test it takes any object, and answers once for a whole one."""
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell))


def _number(cell: object) -> float:
    """Read one cell of a column that is not numbers throughout; NaN where it is none."""
    if isinstance(cell, bytes):
        return np.nan
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return np.nan


def require_columns(table: pd.DataFrame, columns: Iterable[Column], name: str, remedy: str = "") -> None:
    """
    Refuse a table that lacks columns.

    Raises:
        MissingColumnError: Some required column is absent; all of them are named.
        TableError: A column stands twice.
    """
    wanted = {column.name: column.required for column in columns}
    missing = tuple(column for column, required in wanted.items() if required and column not in table.columns)
    if missing:
        raise MissingColumnError(name, missing, tuple(map(str, table.columns)), remedy)
    twice = [str(label) for label in table.columns[table.columns.duplicated()] if label in wanted]
    if twice:
        message = f"{name} has the column '{twice[0]}' twice."
        raise TableError(message)


def cell_faults(table: pd.DataFrame, columns: Iterable[Column]) -> tuple[CellFault, ...]:
    """
    List the cells of a table that break its contract.

    Args:
        table: n rows.
        columns: Its contract; columns that the table lacks are passed over.

    Returns:
        A fault for each cell: row label, column, found, expected; in the order of columns, then rows.
    """
    faults: list[CellFault] = []
    for column in columns:
        if column.name not in table.columns:
            continue
        cells = table[column.name]
        wrong = ~_fits(cells, column.kind) & cells.notna().to_numpy(dtype=bool)
        if not column.missing:
            wrong |= cells.isna().to_numpy(dtype=bool)
        faults += [
            CellFault(table.index[place], column.name, cells.iloc[place], str(column.kind))
            for place in np.flatnonzero(wrong).tolist()
        ]
    return tuple(faults)


def require_cells(table: pd.DataFrame, columns: Iterable[Column], name: str) -> None:
    """
    Refuse a table whose columns or cells break the contract.

    Raises:
        MissingColumnError: A required column is absent.
        TableError: Cells are wrong; the first ten are listed with row, column, found and expected.
    """
    wanted = tuple(columns)
    require_columns(table, wanted, name)
    faults = cell_faults(table, wanted)
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults[:SHOWN])
        more = f"\n  and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        message = f"{name} has {len(faults)} wrong cells:\n{listed}{more}"
        raise TableError(message)


def _fits(cells: "pd.Series[Any]", kind: Kind) -> npt.NDArray[np.bool_]:
    match kind:
        case Kind.NUMBER | Kind.WHOLE:
            if cells.dtype.kind in "mM":
                return np.zeros(len(cells), dtype=bool)
            numbers = read_numbers(cells, whole=kind is Kind.WHOLE)
            return np.ones(len(cells), dtype=bool) if numbers.refused is None else ~numbers.refused
        case Kind.TRUTH:
            if cells.dtype == bool or str(cells.dtype) == "boolean":
                return np.ones(len(cells), dtype=bool)
            return cells.isin([True, False]).to_numpy(dtype=bool)
        case Kind.DATE:
            return pd.to_datetime(cells, errors="coerce").notna().to_numpy(dtype=bool)
    if isinstance(cells.dtype, pd.StringDtype | pd.CategoricalDtype):
        return np.ones(len(cells), dtype=bool)
    return np.fromiter((isinstance(cell, str) for cell in cells), dtype=bool, count=len(cells))
