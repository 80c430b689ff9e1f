"""Today's files: session tables in csv, parquet and pickle, folders of curricula, and tables written back."""

from autotrain_core.interop._columns import Columns, columns_from
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
from autotrain_core.interop._manager_orders import BY_PEOPLE, OFF, Order, with_orders
from autotrain_core.interop._manager_read import manager_from_bytes
from autotrain_core.interop._next_generation import (
    NextCurriculum,
    NextMetrics,
    NextStage,
    Seen,
    Suggestion,
    TrainerState,
    Transition,
    metrics_from_rows,
)
from autotrain_core.interop._next_names import (
    curriculum_title,
    old_stage_name,
    same_version,
    semantic_version,
    stage_label,
)
from autotrain_core.interop._next_read import metrics_from_json, suggestion_from_json, trainer_state_from_json
from autotrain_core.interop._next_write import (
    Converted,
    Written,
    metrics_to_json,
    state_at,
    suggestion_to_json,
    trainer_state_to_json,
)
from autotrain_core.interop._number_columns import number_columns
from autotrain_core.interop._people import read_people
from autotrain_core.interop._pickle_write import pickle_bytes
from autotrain_core.interop._sessions import as_text, read_sessions, sessions_from_bytes
from autotrain_core.interop._write import (
    csv_bytes,
    parquet_bytes,
    require_ending,
    to_csv,
    write_bytes,
    write_table,
    write_text,
)

__all__ = [
    "BY_PEOPLE",
    "LARGEST_DOCUMENT",
    "LEGACY_NAMES",
    "MANAGER_COLUMNS",
    "OFF",
    "Columns",
    "Converted",
    "Failure",
    "Found",
    "LeftOut",
    "Manager",
    "NextCurriculum",
    "NextMetrics",
    "NextStage",
    "Order",
    "Seen",
    "Suggestion",
    "TrainerState",
    "Transition",
    "Written",
    "as_text",
    "columns_from",
    "csv_bytes",
    "curriculum_title",
    "library_of",
    "manager_from_bytes",
    "manager_rows",
    "metrics_from_json",
    "metrics_from_rows",
    "metrics_to_json",
    "number_columns",
    "old_stage_name",
    "parquet_bytes",
    "pickle_bytes",
    "read_curriculum",
    "read_library",
    "read_people",
    "read_sessions",
    "read_tasks",
    "require_ending",
    "same_version",
    "semantic_version",
    "sessions_from_bytes",
    "stage_label",
    "state_at",
    "stats_table",
    "suggestion_from_json",
    "suggestion_to_json",
    "to_csv",
    "trainer_state_from_json",
    "trainer_state_to_json",
    "with_orders",
    "write_bytes",
    "write_table",
    "write_text",
]
