"""Build a pandas table out of the tree of a pickle: blocks, labels and index, each checked against the others."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.interop._pickle_arrays import Budget, Cells, array, column, need, taken
from autotrain_core.interop._pickle_calls import called_levels, series_cells
from autotrain_core.interop._pickle_names import NAMES
from autotrain_core.interop._pickle_tree import Made, Name, UnreadablePickleError, parse
from autotrain_core.interop._two_levels import plain_name
from autotrain_core.models import is_missing

MOST_ROWS = 20_000_000
MOST_COLUMNS = 10_000


def read_pickled_table(body: bytes, *, source: str) -> pd.DataFrame:
    """
    Read a pickled DataFrame without running any of it.

    Two-level columns lose their first level; a named index (of one level or many) becomes columns, in front.
    Of two columns that then have one name, the first stays; an index level goes before a column.

    Args:
        body: The bytes of the file, as written by `DataFrame.to_pickle` of pandas 1.5 to 3 (protocols 2 to 5).
        source: What the errors call the file.

    Returns:
        The table on a fresh index, of plain columns: numpy numbers, truth values and times, and object.

    Raises:
        TableError: It is damaged, no DataFrame, or holds what a table does not need; the message names it.
    """
    try:
        return _table(parse(body, NAMES), Budget.of(len(body)))
    except UnreadablePickleError as error:
        why = str(error)
    except (ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError, ValueError) as error:
        # What numpy and pandas think of a value that no honest table has, such as a time in the year 300,000.
        why = f"one of its values cannot be ({error})."
    raise TableError(
        f"{source} cannot be read as a pickled table: {why} Nothing of it was run. "
        "Save the table as csv or parquet, or pickle it again with pandas."
    )


def _table(node: object, budget: Budget) -> pd.DataFrame:
    match node:
        case Made(
            what="DataFrame", given=(), state={"_mgr": Made(what="BlockManager", given=(blocks, [labels, index]))}
        ):
            return _of_blocks(blocks, labels, index, budget)
        case Made(what="DataFrame", given=(dict() as columns,)):
            return _of_columns({str(name): series_cells(cells, budget) for name, cells in columns.items()}, None)
        case Made(what="DataFrame", given=(dict() as columns, index, Made(what="Index", given=(list(), "object")))):
            return _of_calls(columns, index, budget)
        case Made(what="DataFrame"):
            raise UnreadablePickleError("its DataFrame is of a form that pandas older than 1.5 wrote.")
    raise UnreadablePickleError("it holds no DataFrame.")


def _of_calls(columns: dict[Any, Any], index: object, budget: Budget) -> pd.DataFrame:
    levels, rows = called_levels(index, budget)
    need(rows <= MOST_ROWS, f"it has {rows:,} rows; {MOST_ROWS:,} are the most that are read.")
    found = {name: cells for name, cells in levels if name is not None}
    for name, cells in columns.items():
        found.setdefault(str(name), series_cells(cells, budget))
    return _of_columns(found, rows)


def _of_blocks(blocks: object, labels: object, index: object, budget: Budget) -> pd.DataFrame:
    names = _labels(labels, budget)
    levels, rows = _levels(index, budget)
    need(rows <= MOST_ROWS, f"it has {rows:,} rows; {MOST_ROWS:,} are the most that are read.")
    need(len(names) <= MOST_COLUMNS, f"it has {len(names):,} columns; {MOST_COLUMNS:,} are the most that are read.")
    places: dict[int, Cells] = {}
    for at, cells in _cells(blocks, budget):
        need(0 <= at < len(names) and at not in places, "its blocks do not fit its columns.")
        need(cells.shape == (rows,), f"a column has {len(cells):,} cells where the index has {rows:,}.")
        places[at] = cells
    need(len(places) == len(names), "its blocks do not fit its columns.")
    columns: dict[str, Cells] = dict(levels)
    for at, name in enumerate(names):
        columns.setdefault(name, places[at])
    return _of_columns(columns, rows)


def _of_columns(columns: dict[str, Cells], rows: int | None) -> pd.DataFrame:
    lengths = {len(cells) for cells in columns.values()} | ({rows} if rows is not None else set())
    need(len(lengths) <= 1, "its columns differ in length.")
    index = pd.RangeIndex(lengths.pop() if lengths else 0)
    # Without a dtype pandas 3 would copy each of a million equal texts.
    series = {name: _series(cells, index) for name, cells in columns.items()}
    return pd.DataFrame(series, index=index)


def _series(cells: Cells, index: pd.RangeIndex) -> "pd.Series[Any]":
    match cells.dtype.kind:
        case "U" | "S":
            return pd.Series(cells.astype(object), index=index, dtype=object)
        case "M" | "m" if cells.dtype.name.endswith("[D]"):  # days, which pandas does not keep
            return pd.Series(cells.astype(f"{cells.dtype.kind}8[s]"), index=index)
    return pd.Series(cells, index=index, dtype=cells.dtype)


def _cells(blocks: object, budget: Budget) -> Iterator[tuple[int, Cells]]:
    for block in blocks if isinstance(blocks, tuple) else ():
        match block:
            case Made(what="block", given=(values, placement, 1 | 2)):
                cells, places = column(values, budget), _places(placement, budget)
            case _:
                raise UnreadablePickleError("one of its blocks is none.")
        grid = cells.reshape(1, -1) if cells.ndim == 1 else cells
        need(grid.ndim == 2 and len(grid) == len(places), "its blocks do not fit its columns.")
        yield from zip(places, grid, strict=True)


def _places(placement: object, budget: Budget) -> list[int]:
    match placement:
        case Made(what="slice", given=(int() as start, int() as stop, int() as step)):
            found = range(start, stop, step) if step else range(0)
            need(0 < len(found) <= MOST_COLUMNS, "its blocks do not fit its columns.")
            return list(found)
    places = array(placement, budget)
    need(places.ndim == 1 and places.dtype.kind == "i", "its blocks do not fit its columns.")
    return [int(place) for place in places]


def _labels(node: object, budget: Budget) -> list[str]:
    levels, count = _every_level(node, budget)
    need(len(levels) <= 2, "its columns have more than two levels.")
    need(count <= MOST_COLUMNS, f"it has {count:,} columns; {MOST_COLUMNS:,} are the most that are read.")
    pairs = zip(levels[0][1].tolist(), levels[-1][1].tolist(), strict=True)
    return [plain_name(*("" if is_missing(label) else str(label) for label in pair)) for pair in pairs]


def _levels(node: object, budget: Budget) -> tuple[dict[str, Cells], int]:
    levels, count = _every_level(node, budget)
    return {name: cells for name, cells in levels if name is not None}, count


def _every_level(node: object, budget: Budget) -> tuple[list[tuple[str | None, Cells]], int]:
    match node:
        case Made(
            what="index",
            given=(Name(text="RangeIndex"), {"start": int() as a, "stop": int() as b, "step": int() as c, **rest}),
        ):
            found = range(a, b, c) if c else range(0)
            need(max(map(abs, (a, b, c))) < 2**62 and len(found) <= MOST_ROWS, f"it has more than {MOST_ROWS:,} rows.")
            budget.spend(8 * len(found))
            return [(_level_name(rest.get("name")), np.arange(a, b, c))], len(found)
        case Made(
            what="index",
            given=(Name(text="MultiIndex"), {"levels": list() as levels, "codes": list() as codes, **rest}),
        ):
            return _multi(levels, codes, rest.get("names"), budget)
        case Made(what="index", given=(Name(), {"data": data, **rest})):
            cells = column(data, budget)
            need(cells.ndim == 1, "an index is damaged.")
            return [(_level_name(rest.get("name")), cells)], len(cells)
    raise UnreadablePickleError("an index is damaged.")


def _multi(
    levels: list[Any], codes: list[Any], names: object, budget: Budget
) -> tuple[list[tuple[str | None, Cells]], int]:
    titles = list(names) if isinstance(names, list | tuple) else []
    need(0 < len(levels) == len(codes) == len(titles) <= 16, "an index is damaged.")
    found = []
    for level, code, title in zip(levels, codes, titles, strict=True):
        match _every_level(level, budget) if _is_flat(level) else None:
            case [(_, values)], _:
                places = array(code, budget)
                need(places.ndim == 1, "an index is damaged.")
                found.append((_level_name(title), taken(values, places, budget)))
            case _:
                raise UnreadablePickleError("an index is damaged.")
    lengths = {len(cells) for _, cells in found}
    need(len(lengths) == 1, "the levels of an index differ in length.")
    return found, lengths.pop()


def _is_flat(level: object) -> bool:
    match level:
        case Made(what="index", given=(Name(text=kind), dict())):
            return kind != "MultiIndex"
    return False


def _level_name(name: object) -> str | None:
    need(name is None or type(name) in (str, int), "an index has a name that is no text.")
    return None if name is None else str(name)
