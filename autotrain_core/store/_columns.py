"""
A table as parquet, so that equal tables have equal bytes and what is read is what was saved.

The types of pandas that parquet cannot tell apart (Int64 and int64, for instance) are named in the file by us; what
pandas itself would write there holds its version, and changes from day to day.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from autotrain_core.errors import MissingColumnError, TableError

SUBJECT: Final = "subject_id"
ROWS_IN_A_GROUP: Final = 64 * 1024
"""Rows that are read together; benchmarks/storing.py says why so many."""
_TYPES = b"autotrain.types"
_NULLABLE: Final[dict[str, Any]] = {
    str(kind): kind
    for kind in (
        pd.Int8Dtype(),
        pd.Int16Dtype(),
        pd.Int32Dtype(),
        pd.Int64Dtype(),
        pd.UInt8Dtype(),
        pd.UInt16Dtype(),
        pd.UInt32Dtype(),
        pd.UInt64Dtype(),
        pd.Float32Dtype(),
        pd.Float64Dtype(),
        pd.BooleanDtype(),
    )
}
_PLAIN = "biufmM"


def as_parquet(table: pd.DataFrame, *, name: str) -> bytes:
    """
    Write a table.

    Args:
        table: Columns of numbers, truth values, texts, dates and times; a text column may hold missing ones.
            The index is not kept.
        name: What the errors call the table.

    Raises:
        TableError: The index has a name, a column has no text as its name or has it twice, or a column holds what
            would not come back as it is.
    """
    _require_plain(table, name)
    columns = [_as_arrow(table[column], name) for column in table.columns]
    kinds = {str(column): str(kind) for column, kind in table.dtypes.items() if _is_lost(kind)}
    told = json.dumps(kinds, sort_keys=True).encode()
    schema = pa.schema(
        [pa.field(str(label), column.type) for label, column in zip(table.columns, columns, strict=True)],
        metadata={_TYPES: told} if kinds else None,
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(
        pa.Table.from_arrays(columns, schema=schema),
        sink,
        compression="zstd",
        row_group_size=ROWS_IN_A_GROUP,
        write_page_checksum=True,
        write_statistics=[SUBJECT] if SUBJECT in table.columns else False,
        version="2.6",
    )
    return bytes(sink.getvalue())


def _is_lost(kind: object) -> bool:
    """Whether parquet would not tell this type from another: its times have no seconds, only parts of them."""
    return str(kind) in _NULLABLE or (isinstance(kind, np.dtype | pd.DatetimeTZDtype) and "64[s" in str(kind))


def _require_plain(table: pd.DataFrame, name: str) -> None:
    if table.index.nlevels > 1 or table.index.name is not None:
        names = ", ".join(f"'{level}'" for level in table.index.names)
        raise TableError(f"{name} has an index with a name ({names}), and only columns are kept: use reset_index().")
    labels: list[object] = list(table.columns)
    nameless = [label for label in labels if not isinstance(label, str)]
    if nameless:
        raise TableError(f"{name} has a column whose name is no text: {nameless[0]!r}.")
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise TableError(f"{name} has the column '{twice}' twice; rename or remove one of the two.")


def _as_arrow(column: "pd.Series[Any]", name: str) -> pa.Array:
    kind = column.dtype
    try:
        if isinstance(kind, pd.StringDtype):
            return _as_text(pa.Array.from_pandas(column))
        if isinstance(kind, pd.CategoricalDtype) and isinstance(kind.categories.dtype, pd.StringDtype):
            return _as_text(pa.Array.from_pandas(column.astype(kind.categories.dtype)))
        if kind == np.dtype(object):
            return _objects(column)
        if isinstance(kind, pd.DatetimeTZDtype) or str(kind) in _NULLABLE or kind.kind in _PLAIN:
            return _in_one_piece(pa.Array.from_pandas(column))
    except (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError) as error:
        why = str(error).split("\n", 1)[0].rstrip(".")
        raise TableError(f"{name}, column '{column.name}' cannot be kept: {why}.") from error
    raise TableError(f"{name}, column '{column.name}' is of a type that cannot be kept: {kind}.")


def _as_text(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return _in_one_piece(column.cast(pa.large_string()))


def _in_one_piece(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    # A column that was put together from parts has pieces, and the pages of the file would tell where they met.
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _objects(column: "pd.Series[Any]") -> pa.Array:
    held = pd.api.types.infer_dtype(column, skipna=True)
    match held:
        case "string" | "empty":
            return pa.Array.from_pandas(column, type=pa.large_string())
        case "boolean" | "integer" | "floating" | "mixed-integer-float":
            return _in_one_piece(pa.Array.from_pandas(column))
        # A time of day in a column of dates would be lost without a word.
        case "date" if not any(isinstance(value, datetime) for value in column):
            return _in_one_piece(pa.Array.from_pandas(column))
    raise TypeError(f"it holds values of more than one kind, or of a strange one ({held})")


def open_parquet(body: bytes | bytearray, *, rows: int) -> parquet.ParquetFile:
    """
    Open a table that is at hand.

    Args:
        body: The file; of a part, the end must be there.
        rows: How many it is to have.

    Raises:
        ValueError: It has another number of rows; as do ArrowException and OSError say that it is damaged.
    """
    file = parquet.ParquetFile(pa.BufferReader(pa.py_buffer(body)), page_checksum_verification=True)
    found = file.metadata.num_rows
    if found != rows:
        raise ValueError(f"it says that it has {found:,} rows, where {rows:,} were saved")
    return file


def footer_of(body: bytes | bytearray) -> int:
    """Tell how many bytes at the end of a parquet file say where everything is; read from the last eight."""
    return int.from_bytes(body[-8:-4], "little") + 8


def require_known(
    file: parquet.ParquetFile, columns: Sequence[str] | None, subjects: Sequence[str] | None, *, name: str
) -> None:
    """
    Refuse to look for what a table does not have.

    Raises:
        MissingColumnError: It does not have one of the columns, or no subjects.
        TableError: Its subjects are no texts.
    """
    schema = file.schema_arrow
    missing = tuple(column for column in needed(columns or (), subjects) if column not in schema.names)
    if missing:
        raise MissingColumnError(name, missing, tuple(schema.names))
    if subjects is not None and (kind := schema.field(SUBJECT).type) != pa.large_string():
        raise TableError(f"{name}: '{SUBJECT}' holds no texts but {kind}, so nobody can be found by his name.")


def groups_of(file: parquet.ParquetFile, subjects: Sequence[str] | None) -> list[int]:
    """Give the groups of rows that may hold one of these subjects."""
    if subjects is None:
        return list(range(file.num_row_groups))
    place = file.schema_arrow.names.index(SUBJECT)
    bounds = [file.metadata.row_group(group).column(place).statistics for group in range(file.num_row_groups)]
    return [
        group
        for group, found in enumerate(bounds)
        if found is None or not found.has_min_max or any(found.min <= one <= found.max for one in subjects)
    ]


def ranges_of(file: parquet.ParquetFile, columns: Sequence[str], groups: Sequence[int]) -> list[tuple[int, int]]:
    """Give where in the file, from byte to byte, these columns of these groups lie; in the order of the file."""
    places = [file.schema_arrow.names.index(column) for column in columns]
    ranges = []
    for group in groups:
        chunks = (file.metadata.row_group(group).column(place) for place in places)
        for chunk in chunks:
            start = chunk.data_page_offset
            if chunk.has_dictionary_page and chunk.dictionary_page_offset:
                start = min(start, chunk.dictionary_page_offset)
            ranges.append((start, start + chunk.total_compressed_size))
    return sorted(ranges)


def read_frame(
    file: parquet.ParquetFile,
    *,
    columns: Sequence[str] | None,
    subjects: Sequence[str] | None,
    groups: Sequence[int],
) -> pd.DataFrame:
    """
    Read a table, or a part of it.

    Args:
        file: The table.
        columns: Those that are wanted, in this order; all where None.
        subjects: Only rows of these; all where None.
        groups: Only these groups of rows.

    Returns:
        On a fresh index. Texts are of dtype str; dates are objects of `datetime.date`.
    """
    table = file.read_row_groups(list(groups), columns=None if columns is None else needed(columns, subjects))
    if subjects is not None:
        table = table.filter(pc.is_in(table.column(SUBJECT), value_set=pa.array(subjects, type=pa.large_string())))
    return _as_frame(table if columns is None else table.select(list(columns)))


def needed(columns: Sequence[str], subjects: Sequence[str] | None) -> list[str]:
    """Give the columns that must be read so that `columns` can be given."""
    return list(dict.fromkeys([*columns, *([] if subjects is None else [SUBJECT])]))


def _as_frame(table: pa.Table) -> pd.DataFrame:
    told = json.loads((table.schema.metadata or {}).get(_TYPES, b"{}"))
    kinds = {name: told[name] for name in table.column_names if name in told}
    nullable = {name: _NULLABLE[kind] for name, kind in kinds.items() if kind in _NULLABLE}
    plain: pd.DataFrame = table.drop_columns(list(nullable)).to_pandas(ignore_metadata=True)
    plain = plain.astype({name: kind for name, kind in kinds.items() if name not in nullable})
    if not nullable:
        return plain
    columns = {
        name: nullable[name].__from_arrow__(table.column(name)) if name in nullable else plain[name]
        for name in table.column_names
    }
    return pd.DataFrame(columns)
