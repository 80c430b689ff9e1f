"""
Write a table as a pickle that every pandas of the lab can read.

pandas' own pickles name private places of the release that wrote them, and other releases do not have them. So a
table is written as calls of public constructors with plain Python lists; see
docs/decisions/pickles-as-constructor-calls.md.
"""

import datetime
import pickle
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.interop._cells import cells
from autotrain_core.models import is_missing

PROTOCOL = 4
"""The newest that numpy 1 and Python 3.7 read without help."""

_DEEPEST = 8
_ATOMS = frozenset({int, float, bool, type(None)})
_Words: TypeAlias = dict[Any, Any]


class _Call:
    """Pickles into a call that the reader carries out."""

    def __init__(self, what: Any, *given: Any) -> None:
        self.what, self.given = what, given

    def __reduce__(self) -> Any:
        return self.what, self.given


def pickle_bytes(table: pd.DataFrame) -> bytes:
    """
    Pickle a table for pandas 1.5 to 3, with numpy 1 or 2.

    Args:
        table: Columns with names of their own. Numbers, truth values and times keep their dtype, nullable ones too;
            text and categories become object. Cells of object columns are plain values, dates, times, and lists and
            dictionaries of them; numpy's numbers become Python's, an array becomes a list. A named index, of one level
            or many, stays an index with object or number labels; another one is counted anew from 0.

    Returns:
        Protocol 4, the same bytes for equal tables. Column labels are object, a missing text is None.

    Raises:
        TableError: Two columns of one name, columns of several levels, or a cell that is no plain value.
    """
    names = _names(table)
    words: _Words = {}
    index = _index(table.index, words)
    columns = {name: _column(table[name], index, words) for name in names}
    labels = _Call(pd.Index, [_word(name, words) for name in names], "object")
    return pickle.dumps(_Call(pd.DataFrame, columns, index, labels), protocol=PROTOCOL)


def _names(table: pd.DataFrame) -> list[str]:
    if table.columns.nlevels > 1:
        raise TableError("The table has columns of several levels; a table is written with plain names.")
    labels: Sequence[object] = table.columns.tolist()
    strange = [name for name in labels if not isinstance(name, str)]
    if strange:
        raise TableError(f"The table has a column called {strange[0]!r}; names of columns are text.")
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise TableError(f"The table has the column '{twice[0]}' twice.")
    return [str(name) for name in table.columns]


def _index(index: pd.Index, words: _Words) -> _Call:
    if isinstance(index, pd.MultiIndex) and any(name is not None for name in index.names):
        levels, codes = [], []
        for place, name in enumerate(index.names):
            code, values = pd.factorize(index.get_level_values(place))
            levels.append(_Call(pd.Index, *_cells(pd.Series(values, name=name), words)))
            codes.append(code.tolist())
        return _Call(pd.MultiIndex, levels, codes, None, [_word(name, words) for name in index.names])
    if index.name is not None and not isinstance(index, pd.MultiIndex):
        return _Call(pd.Index, *_cells(index.to_series(), words), False, _word(index.name, words))
    return _Call(pd.RangeIndex, len(index))


def _column(column: "pd.Series[Any]", index: _Call, words: _Words) -> _Call:
    cells, dtype = _cells(column, words)
    return _Call(pd.Series, cells, index, dtype)


def _cells(column: "pd.Series[Any]", words: _Words) -> tuple[list[Any], Any]:
    """The cells of a column as plain values, and the dtype that makes them what they were."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
        return column.tolist(), _word(dtype.name, words)
    if isinstance(dtype, np.dtype) and dtype.kind in "mM":
        # Counted from 1970 in nanoseconds, the only unit of pandas 1; the smallest number is NaT, to pandas too.
        kind = f"{dtype.kind}8[ns]"
        return _in_nanoseconds(column, kind), _word(kind, words)
    if dtype.kind in "biuf":
        plain = [None if gone else cell for gone, cell in zip(column.isna(), column.tolist(), strict=True)]
        return plain, _word(str(dtype), words)
    found = column.tolist() if isinstance(dtype, np.dtype) else cells(column)
    return [_plain(cell, words, column.name) for cell in found], _word("object", words)


def _in_nanoseconds(column: "pd.Series[Any]", kind: str) -> list[int]:
    try:
        counted: list[int] = column.astype(np.dtype(kind)).to_numpy().view(np.int64).tolist()
    except (ValueError, OverflowError) as error:
        raise TableError(f"Column '{column.name}' holds a time beyond the years 1678 to 2262.") from error
    return counted


def _word(text: Any, words: _Words) -> Any:
    """One object for each text: a pickle says an object once, so equal tables of other objects would differ."""
    return words.setdefault(text, text)


def _plain(cell: Any, words: _Words, column: Any, depth: int = 0) -> Any:
    kind = type(cell)
    if kind is str:
        return words.setdefault(cell, cell)
    if kind in _ATOMS:
        return cell
    if depth > _DEEPEST:
        raise TableError(f"Column '{column}' holds lists in lists without end.")
    match cell:
        case _ if is_missing(cell):
            return None if kind is not np.float64 else float(cell)
        case np.generic() | np.ndarray() if cell.dtype.kind in "mM":
            return _plain(
                pd.Series(np.ravel(cell)).tolist() if cell.ndim else pd.Series([cell])[0], words, column, depth
            )
        case np.generic() | np.ndarray() if cell.dtype.kind in "biufUOS":
            return _plain(cell.tolist(), words, column, depth + 1)
        case dict():
            return {
                _plain(key, words, column, depth + 1): _plain(value, words, column, depth + 1)
                for key, value in cell.items()
            }
        case list() | tuple():
            values = [each if type(each) in _ATOMS else _plain(each, words, column, depth + 1) for each in cell]
            return values if isinstance(cell, list) else tuple(values)
        case str():
            return _word(str(cell), words)
        case bytes():
            return _word(bytes(cell), words)
        case pd.Timestamp() | pd.Timedelta():
            return _Call(kind, _word(cell.isoformat(), words))
        case datetime.date() | datetime.time() | datetime.timedelta():
            return cell
    raise TableError(f"Column '{column}' holds a {kind.__name__}, which no reader of today knows.")
