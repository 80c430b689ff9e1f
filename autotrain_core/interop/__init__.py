"""Today's files: session tables in csv, parquet and pickle, folders of curricula, and tables written back."""

from autotrain_core.interop._curricula import (
    LARGEST_DOCUMENT,
    Failure,
    Found,
    library_of,
    read_curriculum,
    read_library,
    read_tasks,
)
from autotrain_core.interop._manager import LEGACY_NAMES, MANAGER_COLUMNS, Manager, manager_rows, stats_table
from autotrain_core.interop._manager_choice import LeftOut
from autotrain_core.interop._manager_read import manager_from_bytes
from autotrain_core.interop._people import read_people
from autotrain_core.interop._pickle_write import pickle_bytes
from autotrain_core.interop._sessions import as_text, read_sessions, sessions_from_bytes
from autotrain_core.interop._write import (
    csv_bytes,
    parquet_bytes,
    require_ending,
    to_csv,
    write_table,
    write_text,
)

__all__ = [
    "LARGEST_DOCUMENT",
    "LEGACY_NAMES",
    "MANAGER_COLUMNS",
    "Failure",
    "Found",
    "LeftOut",
    "Manager",
    "as_text",
    "csv_bytes",
    "library_of",
    "manager_from_bytes",
    "manager_rows",
    "parquet_bytes",
    "pickle_bytes",
    "read_curriculum",
    "read_library",
    "read_people",
    "read_sessions",
    "read_tasks",
    "require_ending",
    "sessions_from_bytes",
    "stats_table",
    "to_csv",
    "write_table",
    "write_text",
]
