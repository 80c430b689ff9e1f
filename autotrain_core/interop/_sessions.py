"""Read a session table, whichever file it comes in, into the one form that deciding expects."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.interop._bodies import PARQUET, table_of
from autotrain_core.interop._csv import MISSING_WORDS
from autotrain_core.interop._files import read_body, read_head
from autotrain_core.interop._parquet import read_parquet
from autotrain_core.models import DECISIONS, SESSIONS

SUBJECT = "subject_id"
_NUMBERED = (SUBJECT, "nwb_suffix")
"""Texts that spreadsheets and missing neighbours turn into 447921.0."""

_TEXT = tuple(
    dict.fromkeys([column.name for column in (*SESSIONS, *DECISIONS) if column.kind == "text"] + ["task", "nwb_suffix"])
)
_DATE = "session_date"
_RENAMED = {"foraging_eff": "foraging_efficiency"}
_LONGEST_TEXT = 1000
_WHOLE = re.compile(r"(\d+)\.0+")


def read_sessions(
    path: str | Path, *, columns: Collection[str] | None = None, renames: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """
    Read a session table from csv, parquet or today's session pickle.

    What a file is is told by its first bytes; it may be packed by gzip or zip. A pickle is not run:
    see docs/cli.md. Its two-level columns (`type`, `variable`) lose the first level and its index becomes columns.

    Args:
        path: The file.
        columns: Names of the columns that are needed; from parquet only those are read. All where None.
        renames: The lab's name of a column -> ours. A column that has our name already stays, the lab's beside it.
            In every file `foraging_eff` becomes `foraging_efficiency`, unless `renames` says otherwise.

    Returns:
        One row a session on a fresh index, as in the file. Ids, names, versions and stages (`subject_id`,
        `curriculum_name`, `curriculum_version`, `current_stage_actual`, …) are text (dtype str) without blanks around
        them; a missing one, or a word for it such as NaN or None, is missing (but a mouse may be called NA).
        447921.0 in `subject_id` and `nwb_suffix` is "447921". Other columns: numbers, truth values, dates as they come.

    Raises:
        NotStoredError: There is no such file.
        TableError: The file is damaged, empty, no table, a folder, or a pickle that holds more than a table.
        OSError: The disk fails or forbids reading.
    """
    place, names = Path(path), names_of(renames)
    if read_head(place).startswith(PARQUET):
        return _settled(read_parquet(place, columns=_wanted(columns, names)), str(place), names)
    if place.suffix.lower() in (".parquet", ".pq"):
        raise TableError(f"{place} is no parquet table: it does not begin with PAR1. Save it again.")
    return _settled(table_of(read_body(place), source=str(place), text=text_in_csv(names)), str(place), names)


def sessions_from_bytes(
    body: bytes,
    *,
    source: str,
    columns: Collection[str] | None = None,
    renames: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """
    Read a session table that is in memory already, as `read_sessions` reads a file.

    Args:
        body: The file: csv, parquet or a pickle, told by its first bytes; it may be packed by gzip or zip.
        source: What the errors call it.
        columns: See `read_sessions`.
        renames: See `read_sessions`.

    Returns:
        See `read_sessions`.

    Raises:
        TableError: It is damaged, empty, no table, or a pickle that holds more than a table.
    """
    names = names_of(renames)
    table = table_of(body, source=source, text=text_in_csv(names), columns=_wanted(columns, names))
    return _settled(table, source, names)


def names_of(renames: Mapping[str, str] | None) -> dict[str, str]:
    """Give the lab's name of a column -> ours, those of every file included."""
    return {**_RENAMED, **(renames or {})}


def _wanted(columns: Collection[str] | None, names: Mapping[str, str]) -> set[str] | None:
    return None if columns is None else {*columns, *(old for old, new in names.items() if new in columns)}


def text_in_csv(names: Mapping[str, str]) -> set[str]:
    """Name the columns of a csv whose cells are taken letter by letter, by our names and by the lab's."""
    text = {*_TEXT, _DATE}
    return {*text, *(old for old, new in names.items() if new in text)}


def _settled(table: pd.DataFrame, source: str, names: Mapping[str, str]) -> pd.DataFrame:
    for old, new in names.items():
        if old in table.columns and new not in table.columns:
            table = table.rename(columns={old: new})
    for name in _TEXT:
        if name in table.columns:
            table[name] = as_text(table[name], source=source)
    if _DATE in table.columns and isinstance(table[_DATE].dtype, pd.StringDtype):
        table[_DATE] = as_text(table[_DATE], source=source)
    return table.reset_index(drop=True)


def as_text(column: "pd.Series[str]", *, source: str = "the table") -> "pd.Series[str]":
    """
    Give a column of ids, names, versions or stages as text.

    Args:
        column: Any cells. Its name tells what it is: in `subject_id` and `nwb_suffix` 447921.0 is 447921, and every
            word is the name of a mouse.
        source: What the error calls the table.

    Returns:
        dtype str on the same index; missing where it was, and where it held nothing but blanks.

    Raises:
        TableError: A cell is longer than 1,000 letters or holds a list.
    """
    missing = {""} if column.name == SUBJECT else set(MISSING_WORDS)
    try:
        codes, uniques = pd.factorize(column)
    except TypeError as error:
        raise TableError(f"{source}, column {column.name}: a cell holds a list where a text is expected.") from error
    texts = [_text(value, is_number=column.name in _NUMBERED) for value in uniques]
    longest = max(map(len, texts), default=0)
    if longest > _LONGEST_TEXT:
        raise TableError(
            f"{source}, column {column.name}: a cell holds {longest:,} letters; {_LONGEST_TEXT:,} are the most."
        )
    known = pd.array(
        [None if text in missing else text for text in [*texts, ""]], dtype=pd.StringDtype(na_value=np.nan)
    )
    return pd.Series(known.take(codes), index=column.index, name=column.name)


def _text(value: object, *, is_number: bool) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    text = str(value).strip()
    whole = _WHOLE.fullmatch(text) if is_number else None
    return whole.group(1) if whole else text
