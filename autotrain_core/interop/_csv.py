"""
Read a csv strictly: a row with a cell too many or too few is an error, ids and versions stay text.

Arrow reads the numbers, because pandas fills short rows in silence and rounds the last digit of some fractions.
"""

import csv
import io
import re
from collections.abc import Collection
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from autotrain_core.errors import TableError
from autotrain_core.interop._two_levels import with_one_header

MISSING_WORDS = ("", "NaN", "nan", "NA", "N/A", "n/a", "<NA>", "None", "null", "NULL", "NaT", "#N/A")
"""What other programs write for a missing cell."""

_SHOWN = 3
_LONGEST_HEADER = 1_000_000
_LARGEST_BLOCK = 2**31 - 1
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x00\x00\xfe\xff": "UTF-32"}


def read_csv(body: bytes, *, source: str, text: Collection[str]) -> pd.DataFrame:
    """
    Read a comma-separated (or tab-separated) table with a header; two levels of names become one.

    Args:
        body: The file: UTF-8, with or without a byte-order mark; quoted cells may hold commas and line ends.
        source: What the errors call the file.
        text: Columns whose cells are taken letter by letter; of the others, cells such as `NaN`, `None` or nothing are
            missing, and the kind (whole number, number, truth value, date, text) is told by all cells together.

    Returns:
        One row a line; column names without blanks around them.

    Raises:
        TableError: It is empty, no text, not UTF-8, has no commas, or rows of differing length; the message says
            in which line.
    """
    _require_text(body, source)
    body = with_one_header(body)
    body = body if body.endswith(b"\n") else body + b"\n"
    names, separator = _header(body, source)
    rows = _rows(body, names, separator, text, source)
    if rows.num_columns != len(names):
        raise TableError(f"{source} cannot be read as csv: the names of its columns are quoted in an odd way.")
    _require_closed_quotes(body, rows, source)
    columns = {}
    for name, column in zip(names, rows.columns, strict=True):
        if name.strip():
            columns[name.strip()] = _plain(column, is_text=name.strip() in text)
    return pd.DataFrame(columns, index=pd.RangeIndex(rows.num_rows))


def _require_text(body: bytes, source: str) -> None:
    if not body.strip():
        raise TableError(f"{source} is empty; a table needs at least a line with the names of its columns.")
    for mark, name in _MARKS.items():
        if body.startswith(mark):
            raise TableError(f"{source} is written in {name}; save it as csv in UTF-8.")
    if b"\x00" in body:
        raise TableError(f"{source} is no csv: it holds bytes that no text has. Tables are csv, parquet or pickle.")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        found = body[max(0, error.start - 12) : error.start + 12]
        raise TableError(
            f"{source}, line {line}: {found!r} is not UTF-8. Save the table as csv in UTF-8 ('CSV UTF-8' in Excel)."
        ) from error


def _require_closed_quotes(body: bytes, rows: pa.Table, source: str) -> None:
    """Refuse a table whose last cell swallowed the rows after it; a stray mark within a cell (5") does no harm."""
    if body.count(b'"') % 2 == 0 or not rows.num_rows:
        return
    last = [cell for cell in rows.slice(rows.num_rows - 1).to_pylist()[0].values() if isinstance(cell, str)]
    if any("\n" in cell for cell in last):
        line = next(place for place, text in enumerate(body.split(b"\n"), start=1) if text.count(b'"') % 2)
        raise TableError(f"{source}, line {line}: a quotation mark opens a cell that nothing closes.")


def _header(body: bytes, source: str) -> tuple[list[str], str]:
    start = body[:_LONGEST_HEADER].decode("utf-8-sig", errors="ignore")
    line = next((line for line in re.split(r"[\r\n]+", start) if line.strip()), "")
    separator = "\t" if "\t" in line and "," not in line else ","
    if separator not in line and ";" in line:
        raise TableError(f"{source} is separated by semicolons; save it separated by commas, with decimal points.")
    if separator not in line:
        raise TableError(f"{source} has one column only ({line.strip()[:60]!r}); a table is separated by commas.")
    try:
        names = next(row for row in csv.reader(io.StringIO(start, newline=""), delimiter=separator) if row)
    except csv.Error as error:
        raise TableError(f"{source} cannot be read as csv: {error} in the names of its columns.") from error
    stripped = [name.strip() for name in names]
    twice = sorted({name for name in stripped if name and stripped.count(name) > 1})
    if twice:
        raise TableError(f"{source} has the column '{twice[0]}' twice; rename or remove one of the two.")
    return names, separator


def _rows(body: bytes, names: list[str], separator: str, text: Collection[str], source: str) -> pa.Table:
    convert = arrow_csv.ConvertOptions(
        column_types={name: pa.string() for name in names if name.strip() in text},
        null_values=list(MISSING_WORDS),
        strings_can_be_null=False,
    )
    try:
        return _read(body, separator, convert, arrow_csv.ReadOptions(), None)
    except pa.ArrowInvalid as error:
        ragged: list[arrow_csv.InvalidRow] = []
        # Arrow reads in pieces of a megabyte, and a row has to fit into two: one long note must not stop a lab.
        block = min(len(body) + 1, _LARGEST_BLOCK)
        try:
            # Threads do not know their line numbers, so the second reading, which names them, has none.
            found = _read(body, separator, convert, arrow_csv.ReadOptions(use_threads=False, block_size=block), ragged)
            if not ragged:
                return found
        except pa.ArrowInvalid as again:
            raise TableError(f"{source} cannot be read as csv: {again}.") from error
        raise TableError(_ragged(ragged, source)) from error


def _read(
    body: bytes,
    separator: str,
    convert: arrow_csv.ConvertOptions,
    read: arrow_csv.ReadOptions,
    ragged: list[arrow_csv.InvalidRow] | None,
) -> pa.Table:
    parse = arrow_csv.ParseOptions(
        delimiter=separator,
        newlines_in_values=b'"' in body,
        invalid_row_handler=None if ragged is None else partial(_set_aside, ragged),
    )
    return arrow_csv.read_csv(pa.py_buffer(body), read_options=read, parse_options=parse, convert_options=convert)


def _set_aside(ragged: list[arrow_csv.InvalidRow], row: arrow_csv.InvalidRow) -> str:
    ragged.append(row)
    return "skip"


def _ragged(rows: list[arrow_csv.InvalidRow], source: str) -> str:
    lines = [
        f"  row {row.number} has {row.actual_columns} cell{'s' * (row.actual_columns != 1)}: {row.text[:100]}"
        for row in rows[:_SHOWN]
    ]
    if len(rows) > _SHOWN:
        lines.append(f"  and {len(rows) - _SHOWN} more")
    expected = rows[0].expected_columns if rows else 0
    return f"{source} has rows that do not fit its {expected} columns (the header is row 1):\n" + "\n".join(lines)


def _plain(column: pa.ChunkedArray, *, is_text: bool) -> "pd.Series[Any]":
    if pa.types.is_null(column.type):
        return pd.Series(np.full(len(column), np.nan))
    if pa.types.is_string(column.type) and not is_text:
        words = pa.array(MISSING_WORDS)
        column = pc.if_else(pc.is_in(column, words), pa.scalar(None, pa.string()), column)
    series: pd.Series[Any] = column.to_pandas()
    return series
