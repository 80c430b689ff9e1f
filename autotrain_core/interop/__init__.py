"""Today's files: session tables in csv, parquet and pickle, folders of curricula, and tables written back."""

from autotrain_core.interop._curricula import Failure, Found, read_curriculum, read_library, read_tasks
from autotrain_core.interop._sessions import as_text, read_sessions
from autotrain_core.interop._write import require_ending, to_csv, write_table, write_text

__all__ = [
    "Failure",
    "Found",
    "as_text",
    "read_curriculum",
    "read_library",
    "read_sessions",
    "read_tasks",
    "require_ending",
    "to_csv",
    "write_table",
    "write_text",
]
