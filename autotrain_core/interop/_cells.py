"""Columns of a published table cell by cell: as text, as days, as whole numbers; what is missing stays missing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.models import is_missing


def cells(column: "pd.Series[Any]") -> list[Any]:
    """The cells as Python objects; whatever stands for a missing one is None."""
    plain = column.astype(object).tolist()
    gone = np.flatnonzero([is_missing(cell) for cell in plain] if column.dtype == object else column.isna())
    for place in gone.tolist():
        plain[place] = None
    return plain


def texts(column: "pd.Series[Any]") -> list[str | None]:
    """The cells as text, None where one is missing."""
    return [cell if cell is None else str(cell) for cell in cells(column)]


def truths(column: "pd.Series[Any]") -> list[bool]:
    """The cells as truth values; a missing one is False."""
    return [cell is not None and bool(cell) for cell in cells(column)]


def days(column: "pd.Series[Any]") -> list[str | None]:
    """The cells as YYYY-MM-DD, None where one is missing or no date."""
    known: dict[Any, str | None] = {}
    found = []
    for cell in cells(column):
        if cell not in known:
            known[cell] = None if cell is None else _day(cell)
        found.append(known[cell])
    return found


def _day(cell: object) -> str | None:
    try:
        return datetime.fromisoformat(str(cell).strip()).strftime("%Y-%m-%d")
    except ValueError:
        return None


def objects(values: Iterable[Any]) -> "pd.Series[Any]":
    """A column of dtype object that holds exactly these cells."""
    listed = list(values)
    held = np.empty(len(listed), dtype=object)
    held[:] = listed
    return pd.Series(held, dtype=object)


def whole_where_possible(values: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """int64 where every value is a whole number; else the values as they are."""
    if not np.isfinite(values).all() or (values != np.floor(values)).any():
        return values
    return values.astype(np.int64)
