"""Read a session table, whichever file it comes in, into the one form that deciding expects."""

import re
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.interop._csv import MISSING_WORDS, read_csv
from autotrain_core.interop._files import read_body, read_head
from autotrain_core.interop._parquet import read_parquet
from autotrain_core.interop._pickle_table import read_pickled_table
from autotrain_core.models import DECISIONS, SESSIONS

SUBJECT = "subject_id"
_TEXT = tuple(
    dict.fromkeys([column.name for column in (*SESSIONS, *DECISIONS) if column.kind == "text"] + ["task", "nwb_suffix"])
)
_DATE = "session_date"
_LARGEST_PICKLE = 1024**3
_LONGEST_TEXT = 1000
_WHOLE = re.compile(r"(\d+)\.0+")


def read_sessions(path: str | Path, *, columns: Collection[str] | None = None) -> pd.DataFrame:
    """
    Read a session table from csv, parquet or today's session pickle.

    What a file is is told by its first bytes; csv and pickle may be packed by gzip or zip. A pickle is not run:
    see docs/cli.md. Its two-level columns (`type`, `variable`) lose the first level and its index becomes columns.
    In every file `foraging_eff` becomes `foraging_efficiency` where the table has no column of that name.

    Args:
        path: The file.
        columns: Names of the columns that are needed; from parquet only those are read. All where None.

    Returns:
        One row a session on a fresh index, as in the file. Ids, names, versions and stages (`subject_id`,
        `curriculum_name`, `curriculum_version`, `current_stage_actual`, …) are text (dtype str) without blanks around
        them; a missing one, or a word for it such as NaN or None, is missing (but a mouse may be called NA).
        447921.0 in `subject_id` is "447921". Other columns: numbers, truth values, dates as they come.

    Raises:
        NotStoredError: There is no such file.
        TableError: The file is damaged, empty, no table, a folder, or a pickle that holds more than a table.
        OSError: The disk fails or forbids reading.
    """
    place = Path(path)
    head = read_head(place)
    if head.startswith(b"PAR1"):
        wanted = None if columns is None else {*columns, *_older_names(columns)}
        table = read_parquet(place, columns=wanted)
    elif place.suffix.lower() in (".parquet", ".pq"):
        raise TableError(f"{place} is no parquet table: it does not begin with PAR1. Save it again.")
    else:
        table = _read_body(place)
    return _settled(table, str(place))


def _older_names(columns: Collection[str]) -> list[str]:
    return [old for old, new in _RENAMED.items() if new in columns]


_RENAMED = {"foraging_eff": "foraging_efficiency"}


def _read_body(path: Path) -> pd.DataFrame:
    body = read_body(path)
    # 0x80 begins every pickle of protocol 2 or later, and no UTF-8 text.
    if body.startswith(b"\x80"):
        if len(body) > _LARGEST_PICKLE:
            raise TableError(f"{path} is a pickle of {len(body):,} bytes; save a table of this size as parquet.")
        return read_pickled_table(body, source=str(path))
    if {".pkl", ".pickle"} & {suffix.lower() for suffix in path.suffixes}:
        raise TableError(f"{path} is no pickle of protocol 2 to 5, or is damaged; save it again with pandas.")
    if body.startswith(b"PAR1"):
        raise TableError(f"{path} is a packed parquet table; unpack it (parquet is packed within).")
    return read_csv(body, source=str(path), text={*_TEXT, _DATE})


def _settled(table: pd.DataFrame, source: str) -> pd.DataFrame:
    for old, new in _RENAMED.items():
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
        column: Any cells. Its name tells whether it is the mouse: there 447921.0 is 447921, and every word is a name.
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
    texts = [_text(value, is_subject=column.name == SUBJECT) for value in uniques]
    longest = max(map(len, texts), default=0)
    if longest > _LONGEST_TEXT:
        raise TableError(
            f"{source}, column {column.name}: a cell holds {longest:,} letters; {_LONGEST_TEXT:,} are the most."
        )
    known = pd.array(
        [None if text in missing else text for text in [*texts, ""]], dtype=pd.StringDtype(na_value=np.nan)
    )
    return pd.Series(known.take(codes), index=column.index, name=column.name)


def _text(value: object, *, is_subject: bool) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    text = str(value).strip()
    whole = _WHOLE.fullmatch(text) if is_subject else None
    return whole.group(1) if whole else text
