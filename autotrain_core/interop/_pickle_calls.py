"""Read tables that were pickled as calls of public constructors, as `pickle_bytes` writes them; no call is made."""

import re
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.interop._pickle_arrays import PLAIN, Budget, Cells, as_list, cell, need, taken
from autotrain_core.interop._pickle_tree import Made, UnreadablePickleError

Levels = list[tuple[str | None, Cells]]

_NUMBERS = re.compile(r"u?int(8|16|32|64)|float(16|32|64)")
_NULLABLE = re.compile(r"U?Int(8|16|32|64)|Float(32|64)")
_TIMES = re.compile(r"[mM]8\[(s|ms|us|ns)\]")


def series_cells(node: object, budget: Budget) -> Cells:
    """
    The cells of a column: a list, or a call of Series with a list, an index and a dtype.

    A missing cell of a nullable column becomes NaN, or None where it is a truth value.
    """
    match node:
        case list():
            return _guessed(_values(node, budget))
        case Made(what="Series", given=(list() as cells, _, str() as kind)):
            return _of_kind(_values(cells, budget), kind)
    raise UnreadablePickleError("a column is no list.")


def called_levels(node: object, budget: Budget) -> tuple[Levels, int]:
    """The levels of an index that is a call, each with its name, and how many rows it has."""
    match node:
        case Made(what="RangeIndex", given=(int() as rows,)):
            need(rows >= 0, "an index is damaged.")
            return [], rows
        case Made(what="Index", given=(list() as cells, str() as kind, *rest)):
            found = _of_kind(_values(cells, budget), kind)
            return [(_name(rest[1] if len(rest) > 1 else None), found)], len(found)
        case Made(what="MultiIndex", given=(list() as levels, list() as codes, None, list() as names)):
            need(0 < len(levels) == len(codes) == len(names) <= 16, "an index is damaged.")
            columns = [_level(*each, budget) for each in zip(levels, codes, names, strict=True)]
            lengths = {len(cells) for _, cells in columns}
            need(len(lengths) == 1, "the levels of an index differ in length.")
            return columns, lengths.pop()
    raise UnreadablePickleError("an index is damaged.")


def _level(level: object, codes: object, name: object, budget: Budget) -> tuple[str | None, Cells]:
    match level:
        case Made(what="Index", given=(list() as cells, str() as kind)):
            places = as_list(codes, "an index is damaged.")
            need(all(type(place) is int and -1 <= place < len(cells) for place in places), "an index is damaged.")
            values = _of_kind(_values(cells, budget), kind)
            return _name(name), taken(values, np.array(places, dtype=np.int64), budget)
    raise UnreadablePickleError("an index is damaged.")


def _name(name: object) -> str | None:
    need(name is None or type(name) is str, "an index has a name that is no text.")
    return None if name is None else str(name)


def _values(cells: list[Any], budget: Budget) -> list[Any]:
    budget.spend(8 * len(cells))
    return [value if type(value) in PLAIN else cell(value, budget) for value in cells]


def _held(values: list[Any]) -> Cells:
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def _guessed(values: list[Any]) -> Cells:
    # As DataFrame's own constructor does with a list: numbers where all are numbers.
    plain: Cells = pd.Series(_held(values), dtype=object).infer_objects().to_numpy()
    return plain


def _of_kind(values: list[Any], kind: str) -> Cells:
    types = {type(value) for value in values}
    if kind == "object":
        return _held(values)
    if kind == "bool":
        need(types <= {bool}, "a column of truth values holds something else.")
        return np.array(values, dtype=bool)
    if kind == "boolean":
        need(types <= {bool, type(None)}, "a column of truth values holds something else.")
        return _held(values) if type(None) in types else np.array(values, dtype=bool)
    if _TIMES.fullmatch(kind):
        need(types <= {int}, "a column of times holds something else.")
        return np.array(values, dtype=np.int64).view(kind)
    nullable = bool(_NULLABLE.fullmatch(kind))
    need(nullable or bool(_NUMBERS.fullmatch(kind)), f"it holds a column of the kind '{kind[:20]}'.")
    allowed = {int, float} if "loat" in kind else {int}
    need(types <= allowed | ({type(None)} if nullable else set()), "a column of numbers holds something else.")
    if type(None) in types:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values, dtype=kind.lower())
