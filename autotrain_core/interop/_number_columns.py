"""Every column of numbers of a session table, whatever it is called: what further rules could be made of."""

from collections.abc import Collection, Iterable, Iterator, Mapping

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from autotrain_core.errors import TableError
from autotrain_core.interop._bodies import PARQUET, table_of
from autotrain_core.interop._files import unpacked
from autotrain_core.interop._sessions import names_of, text_in_csv
from autotrain_core.interop._two_levels import plain_names

_AT_ONCE = 8


def number_columns(
    body: bytes,
    *,
    source: str,
    only: Collection[str] | None = None,
    renames: Mapping[str, str] | None = None,
) -> Iterator["pd.Series[float]"]:
    """
    Read the columns of numbers, of parquet a few at a time: all together may be far more than anybody has use for.

    Args:
        body: The file; see `sessions_from_bytes`.
        source: What the errors call it.
        only: Our names of those that are wanted; all where None.
        renames: See `read_sessions`.

    Yields:
        Each column once, under our name, whole numbers or fractions as they come, on a fresh index.

    Raises:
        TableError: It is damaged, empty or no table.
    """
    names = names_of(renames)
    text = text_in_csv(names)
    plain = unpacked(body, source=source)
    if not plain.startswith(PARQUET):
        table = table_of(plain, source=source, text=text)
        yield from _numbers(table, _called(table.columns, names, text, only))
        return
    called = _called(_numbers_of_parquet(plain, source), names, text, only)
    theirs = list(called)
    for start in range(0, len(theirs), _AT_ONCE):
        yield from _numbers(table_of(plain, source=source, text=(), columns=theirs[start : start + _AT_ONCE]), called)


def _numbers_of_parquet(body: bytes, source: str) -> list[str]:
    """Name the columns of numbers of a parquet file, without reading them."""
    try:
        schema = parquet.read_schema(pa.BufferReader(body))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(f"{source} is no parquet table, or is cut off; save it again.") from error
    named = zip(plain_names(schema.names), schema.types, strict=True)
    return [name for name, kind in named if pa.types.is_integer(kind) or pa.types.is_floating(kind)]


def _called(
    columns: Iterable[str], names: Mapping[str, str], text: Collection[str], only: Collection[str] | None
) -> dict[str, str]:
    """Give the name in the file -> ours, of what is wanted; a column that has our name stays, the lab's beside it."""
    there = [str(column) for column in columns]
    called = {column: names[column] if column in names and names[column] not in there else column for column in there}
    return {
        column: name
        for column, name in called.items()
        if name not in text and not name.startswith("__") and (only is None or name in only)
    }


def _numbers(table: pd.DataFrame, called: Mapping[str, str]) -> Iterator["pd.Series[float]"]:
    for column, name in called.items():
        if column in table.columns and table[column].dtype.kind in "iuf":
            yield table[column].rename(name).reset_index(drop=True)
