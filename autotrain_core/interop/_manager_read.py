"""Read the manager table that another program published, so that it can be adopted."""

import pandas as pd

from autotrain_core.interop._csv import read_csv
from autotrain_core.interop._files import unpacked
from autotrain_core.interop._parquet import parquet_table
from autotrain_core.interop._pickle_table import read_pickled_table
from autotrain_core.interop._sessions import as_text


def manager_from_bytes(body: bytes, *, source: str) -> pd.DataFrame:
    """
    Read a stored manager table.

    Args:
        body: The file: a pickle of pandas 1.5 to 3 (which is not run), parquet or csv, told by its first bytes.
        source: What the errors call it.

    Returns:
        All its rows and columns on a fresh index, under the names that they have there; `subject_id` is text.

    Raises:
        TableError: It is damaged, no table, or a pickle that holds more than a table.
    """
    if body.startswith(b"PAR1"):
        table = parquet_table(body, source=source)
    else:
        plain = unpacked(body, source=source)
        if plain.startswith(b"\x80"):
            table = read_pickled_table(plain, source=source)
        else:
            table = read_csv(plain, source=source, text=("subject_id", "curriculum_version", "session_date"))
    if "subject_id" in table.columns:
        table["subject_id"] = as_text(table["subject_id"], source=source)
    return table
