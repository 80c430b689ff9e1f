"""Write a table as csv or parquet, whole or not at all."""

import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from autotrain_core.errors import TableError
from autotrain_core.interop._cells import cells, objects
from autotrain_core.interop._files import write_whole

ENDINGS = (".csv", ".parquet")


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """
    Write a table; the ending of `path` says how.

    Args:
        table: Any rows. A named index is written as columns, in front; another one is not written.
        path: Ends in .csv (UTF-8, commas, True and False, nothing for a missing cell) or .parquet. An older file
            there is replaced in one step: a reader sees the old table or the new one.

    Raises:
        TableError: Another ending, two columns of one name, or a column that parquet cannot hold.
        OSError: The folder does not exist, the disk is full or forbids writing; an older file stands as it was.
    """
    place = Path(path)
    require_ending(place)
    rows = _flat(table, str(place))
    if place.suffix.lower() == ".csv":
        write_text(to_csv(rows), place)
        return
    try:
        arrow = pa.Table.from_pandas(rows, preserve_index=False)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise TableError(f"{place}: {'; '.join(map(str, error.args))}. Save the table as csv.") from error
    write_whole(place, lambda beside: parquet.write_table(arrow, beside, compression="zstd"))


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """
    Give a table as a parquet file.

    Args:
        table: Any rows. A named index is written as columns, in front; another one is not written. A column that mixes
            kinds as parquet cannot is written as text, lists and dictionaries in it as JSON.

    Returns:
        zstd with page checksums; the same bytes for equal tables.

    Raises:
        TableError: Two columns of one name.
    """
    rows = _flat(table, "the parquet file")
    mixed = [name for name in rows.columns if rows[name].dtype == object and not _is_one_kind(rows[name])]
    rows = rows.assign(**{name: objects(_as_text(cell) for cell in cells(rows[name])) for name in mixed})
    file = io.BytesIO()
    arrow = pa.Table.from_pandas(rows, preserve_index=False)
    parquet.write_table(arrow, file, compression="zstd", write_page_checksum=True)
    return file.getvalue()


def _is_one_kind(column: "pd.Series[Any]") -> bool:
    try:
        pa.Array.from_pandas(column)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return False
    return True


def _as_text(cell: Any) -> str | None:
    if cell is None:
        return None
    text = as_json(cell) if isinstance(cell, dict | list | tuple | np.ndarray) else str(cell)
    return text.encode("utf-8", errors="replace").decode()


def csv_bytes(table: pd.DataFrame) -> bytes:
    """
    Give a table as a csv file in UTF-8; lists and dictionaries in cells as JSON, a missing number in them as null.

    Raises:
        TableError: Two columns of one name.
    """
    rows = _flat(table, "the csv file")
    nested = {}
    for name in rows.columns:
        if rows[name].dtype == object:
            plain = [
                as_json(cell) if isinstance(cell, dict | list | tuple | np.ndarray) else cell for cell in rows[name]
            ]
            nested[name] = objects(plain)
    return to_csv(rows.assign(**nested)).encode("utf-8", errors="replace")


def _flat(table: pd.DataFrame, place: str) -> pd.DataFrame:
    named = any(name is not None for name in table.index.names)
    rows = table.reset_index() if named else table.reset_index(drop=True)
    twice = rows.columns[rows.columns.duplicated()]
    if len(twice):
        raise TableError(f"The table for {place} has the column '{twice[0]}' twice.")
    return rows


def as_json(cell: Any) -> str:
    """Return a list or a dictionary as JSON; a number that JSON does not have is null."""
    try:
        return json.dumps(cell, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        return json.dumps(_for_json(cell), ensure_ascii=False)


def _for_json(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _for_json(each) for key, each in value.items()}
        case list() | tuple():
            return [_for_json(each) for each in value]
        case np.generic() | np.ndarray() if value.dtype.kind in "biufUO":
            return _for_json(value.tolist())
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
    return str(value)


def to_csv(table: pd.DataFrame) -> str:
    """Return a table as csv: commas, line feeds, True and False, nothing for a missing cell, no index."""
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text


def write_text(text: str, path: str | Path) -> None:
    """
    Write a text file in UTF-8, whole or not at all.

    Raises:
        OSError: As in `write_table`.
    """
    write_bytes(text.encode("utf-8", errors="replace"), path)


def write_bytes(body: bytes, path: str | Path) -> None:
    """
    Write a file, whole or not at all.

    Raises:
        OSError: As in `write_table`.
    """
    write_whole(Path(path), lambda beside: _write(body, beside))


def _write(body: bytes, path: Path) -> None:
    path.write_bytes(body)


def require_ending(path: Path) -> None:
    """
    Refuse a file name before the work that would end in it.

    Raises:
        TableError: It ends neither in .csv nor in .parquet.
    """
    if path.suffix.lower() not in ENDINGS:
        found = f"'{path.suffix}'" if path.suffix else "nothing"
        raise TableError(f"{path} ends in {found}; a table is written to a file that ends in .csv or .parquet.")
