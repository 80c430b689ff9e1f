"""Read a parquet table: only the columns that are wanted and there."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from autotrain_core.errors import TableError
from autotrain_core.interop._two_levels import plain_names

MOST_ROWS = 50_000_000
MOST_COLUMNS = 10_000
_INDEX = "__index_level_"


def read_parquet(path: Path, *, columns: Collection[str] | None = None) -> pd.DataFrame:
    """
    Read a parquet file; an index that pandas stored in it comes back as columns, of two-level columns the second.

    Args:
        path: The file.
        columns: Names to read, those that exist; all where None.

    Raises:
        TableError: It is damaged, cut off or absurdly large.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return _opened(file, str(path), columns)


def parquet_table(body: bytes, *, source: str, columns: Collection[str] | None = None) -> pd.DataFrame:
    """
    Read a parquet file that is in memory already; see `read_parquet`.

    Raises:
        TableError: It is damaged, cut off or absurdly large.
    """
    return _opened(pa.BufferReader(body), source, columns)


def _opened(file: Any, source: str, columns: Collection[str] | None) -> pd.DataFrame:
    try:
        return _read(parquet.ParquetFile(file), source, columns)
    except (pa.ArrowException, OSError, ValueError) as error:
        # Arrow calls a damaged file an OSError too, but one that the disk did not number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise TableError(f"{source} is no parquet table, or is cut off: {_first_line(error)}") from error


def _read(file: parquet.ParquetFile, path: str, columns: Collection[str] | None) -> pd.DataFrame:
    rows, names = file.metadata.num_rows, list(file.schema_arrow.names)
    if rows > MOST_ROWS or len(names) > MOST_COLUMNS:
        raise TableError(
            f"{path} says that it has {rows:,} rows and {len(names):,} columns; "
            f"{MOST_ROWS:,} and {MOST_COLUMNS:,} are the most that are read."
        )
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise TableError(f"{path} has the column '{twice[0]}' twice; rename or remove one of the two.")
    plain: dict[str, str] = {}
    for name, short in zip(names, plain_names(names), strict=True):
        if not name.startswith(_INDEX) and short not in plain and (columns is None or short in columns):
            plain[short] = name
    table: pd.DataFrame = file.read(columns=list(plain.values())).to_pandas(ignore_metadata=True)
    # As Arrow gives them: in the order of the file.
    return table.rename(columns={name: short for short, name in plain.items()})


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0].strip().rstrip(".") + "." if str(error).strip() else type(error).__name__
