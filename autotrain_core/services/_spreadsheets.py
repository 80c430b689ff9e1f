"""
Tables that people open in a spreadsheet: what somebody typed must not be calculated there.

A note that begins with "=" is a formula to a spreadsheet, and a formula can send what stands beside it elsewhere. Files
that programs read (`interop`) are not touched: there a text has to stay what it is.
"""

import re
from typing import Any

import pandas as pd

_CALCULATED = re.compile(r"[=+\-@\t\r]")


def for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """
    Put an apostrophe before every text that a spreadsheet would calculate, as its users do themselves.

    Args:
        table: n rows; its index is taken along.

    Returns:
        The same table; in texts (also of categories, of the index and in the names of columns) what begins with
        = + - @, a tab or a carriage return begins with ' now. Numbers, days and what is missing stay as they are.
    """
    shown = table.copy(deep=False)
    shown.columns = _index(shown.columns)
    shown.index = _index(shown.index)
    for place, dtype in enumerate(table.dtypes):
        if isinstance(dtype, pd.CategoricalDtype | pd.StringDtype) or pd.api.types.is_object_dtype(dtype):
            shown.isetitem(place, _column(table.iloc[:, place]).array)
    return shown


def spreadsheet_csv(table: pd.DataFrame, *, index: bool = False) -> bytes:
    """
    Write a table as a CSV file in UTF-8 in which a spreadsheet calculates nothing; see `for_spreadsheets`.

    Args:
        table: n rows.
        index: Whether its index is written too.
    """
    return for_spreadsheets(table).to_csv(index=index).encode()


def _column(column: "pd.Series[Any]") -> "pd.Series[Any]":
    if isinstance(column.dtype, pd.CategoricalDtype):
        # A lab has a dozen stages and a million sessions.
        return column.cat.rename_categories(_text)
    if isinstance(column.dtype, pd.StringDtype):
        calculated = column.str.match(_CALCULATED.pattern, na=False)
        return column.where(~calculated, "'" + column) if calculated.any() else column
    return column.map(_text)


def _index(index: Any) -> Any:
    return index.set_levels([level.map(_text) for level in index.levels]) if index.nlevels > 1 else index.map(_text)


def _text(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _CALCULATED.match(cell) else cell
