"""One table out of the bytes of any file that holds one: parquet, pickle or csv, told by its first bytes."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.interop._csv import read_csv
from autotrain_core.interop._files import unpacked
from autotrain_core.interop._parquet import parquet_table
from autotrain_core.interop._pickle_table import read_pickled_table

PARQUET = b"PAR1"
_LARGEST_PICKLE = 1024**3


def table_of(
    body: bytes, *, source: str, text: Collection[str], columns: Collection[str] | None = None
) -> pd.DataFrame:
    """
    Read a table, packed by gzip or zip or not.

    Args:
        body: The file.
        source: What the errors call it; a pickle is expected where it ends in .pkl.
        text: Columns of a csv whose cells are taken letter by letter.
        columns: Of parquet only these are read; all where None.

    Raises:
        TableError: It is damaged, empty, no table, or a pickle that holds more than a table.
    """
    plain = unpacked(body, source=source)
    if plain.startswith(PARQUET):
        return parquet_table(plain, source=source, columns=columns)
    # 0x80 begins every pickle of protocol 2 or later, and no UTF-8 text.
    if plain.startswith(b"\x80"):
        if len(plain) > _LARGEST_PICKLE:
            raise TableError(f"{source} is a pickle of {len(plain):,} bytes; save a table of this size as parquet.")
        return read_pickled_table(plain, source=source)
    if {".pkl", ".pickle"} & {suffix.lower() for suffix in Path(source).suffixes}:
        raise TableError(f"{source} is no pickle of protocol 2 to 5, or is damaged; save it again with pandas.")
    return read_csv(plain, source=source, text=text)
