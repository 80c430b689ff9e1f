"""Read a parquet table: only the columns that are wanted and there."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from autotrain_core.errors import TableError

MOST_ROWS = 50_000_000
MOST_COLUMNS = 10_000
_INDEX = "__index_level_"


def read_parquet(path: Path, *, columns: Collection[str] | None = None) -> pd.DataFrame:
    """
    Read a parquet file; an index that pandas stored in it comes back as columns.

    Args:
        path: The file.
        columns: Names to read, those that exist; all where None.

    Raises:
        TableError: It is damaged, cut off or absurdly large.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        try:
            return _read(parquet.ParquetFile(file), path, columns)
        except (pa.ArrowException, OSError, ValueError) as error:
            # Arrow calls a damaged file an OSError too, but one that the disk did not number.
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise TableError(f"{path} is no parquet table, or is cut off: {_first_line(error)}") from error


def _read(file: parquet.ParquetFile, path: Path, columns: Collection[str] | None) -> pd.DataFrame:
    rows, names = file.metadata.num_rows, list(file.schema_arrow.names)
    if rows > MOST_ROWS or len(names) > MOST_COLUMNS:
        raise TableError(
            f"{path} says that it has {rows:,} rows and {len(names):,} columns; "
            f"{MOST_ROWS:,} and {MOST_COLUMNS:,} are the most that are read."
        )
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise TableError(f"{path} has the column '{twice[0]}' twice; rename or remove one of the two.")
    wanted = [name for name in names if not name.startswith(_INDEX) and (columns is None or name in columns)]
    table: pd.DataFrame = file.read(columns=wanted).to_pandas(ignore_metadata=True)
    return table


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0].strip().rstrip(".") + "." if str(error).strip() else type(error).__name__
