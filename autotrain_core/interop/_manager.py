"""
The manager table and its statistics, as rigs and browsers of today read them.

Only here stands how they spell its columns. Source of the form: contracts D5 to D7 in docs/interop.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.errors import MissingColumnError
from autotrain_core.interop._cells import cells, days, objects, texts, truths, whole_where_possible
from autotrain_core.interop._manager_choice import LeftOut, choose
from autotrain_core.interop._manager_metrics import HISTORIES, metrics
from autotrain_core.interop._task_names import task_value
from autotrain_core.models import TODAY, file_name, read_numbers

MANAGER_COLUMNS = (
    "subject_id",
    "session_date",
    "task",
    "session",
    "session_at_current_stage",
    "curriculum_name",
    "curriculum_version",
    "curriculum_schema_version",
    "task_schema_version",
    "curriculum_json_name",
    "foraging_efficiency",
    "finished_trials",
    "metrics",
    "current_stage_suggested",
    "current_stage_actual",
    "if_closed_loop",
    "if_overriden_by_trainer",
    "decision",
    "next_stage_suggested",
)
"""The columns of the manager table, in the order in which it is written."""

LEGACY_NAMES = {"closed_loop": "if_closed_loop", "overridden_by_trainer": "if_overriden_by_trainer"}
"""Our name of a column -> the one of today's manager table."""

_OURS = (
    "subject_id",
    "session",
    "session_date",
    "task",
    "finished_trials",
    "foraging_efficiency",
    "session_at_current_stage",
    "current_stage_suggested",
    "current_stage_actual",
    "closed_loop",
    "overridden_by_trainer",
    "decision",
    "next_stage_suggested",
    "curriculum_name",
    "curriculum_version",
)
_NOT_CARRIED = {"publication", "archive", "archive_row", "certain", "nwb_suffix", "vanished", "excluded"}
_NUMBERS = ("session", "session_at_current_stage", "finished_trials", "foraging_efficiency")


@dataclass(frozen=True, slots=True)
class Manager:
    """
    The manager table of today.

    Attributes:
        rows: One row a mouse and date; see `manager_rows`.
        left_out: The published rows that it does not hold.
    """

    rows: pd.DataFrame
    left_out: tuple[LeftOut, ...]


def manager_rows(published: pd.DataFrame, history: pd.DataFrame, *, numeric_subjects_only: bool = True) -> Manager:
    """
    Make the manager table of today out of what was published.

    Of a mouse's sessions on one date the one with most finished trials has a row, of equals the latest; of its sessions
    without a date the latest. `left_out` tells of the others, and of rows without a session number.

    Args:
        published: A row a published session: `subject_id`, `session`, `session_date` (text YYYY-MM-DD), `task`,
            `finished_trials`, `foraging_efficiency`, and the columns of `models.DECISIONS` but `certain`.
            `curriculum_schema_version` is 1.0 where it is missing. `metrics`, `task_schema_version` and
            `curriculum_json_name` are kept where they are there; columns that nobody knows are carried through.
        history: A row a session that rules could see: `subject_id`, `session`, `finished_trials` (trials),
            `foraging_efficiency` (a fraction).
        numeric_subjects_only: Leave out mice whose id is no plain number.

    Returns:
        Rows by mouse and session, with `MANAGER_COLUMNS` and then the carried ones. `session` and
        `session_at_current_stage` are int64, `foraging_efficiency` is float64, `finished_trials` int64 (float64 where
        one is missing); missing numbers are NaN. All others are object: text or None (`task` a VALUE where its name is
        known), True or False, and in `metrics` dictionaries: the histories up to and with the row's session as lists,
        its number and the count at the stage.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
    """
    _require(published, _OURS, "the published table")
    _require(history, ("subject_id", "session", *HISTORIES), "the history")
    choice = choose(published, numeric_subjects_only=numeric_subjects_only)
    rows = published.iloc[choice.places].reset_index(drop=True)
    table = pd.DataFrame(_legacy(rows, history), columns=list(MANAGER_COLUMNS))
    known = {*MANAGER_COLUMNS, *LEGACY_NAMES, *_NOT_CARRIED}
    for name in [name for name in rows.columns if name not in known]:
        table[name] = rows[name]
    return Manager(table, choice.left_out)


def _require(table: pd.DataFrame, names: Sequence[str], title: str) -> None:
    missing = tuple(name for name in names if name not in table.columns)
    if missing:
        raise MissingColumnError(title, missing, tuple(map(str, table.columns)))


def _legacy(rows: pd.DataFrame, history: pd.DataFrame) -> dict[str, "pd.Series[Any]"]:
    numbers = {name: read_numbers(rows[name], whole=False).values for name in _NUMBERS}
    table = {name: pd.Series(whole_where_possible(values)) for name, values in numbers.items()}
    table["foraging_efficiency"] = pd.Series(numbers["foraging_efficiency"])
    schemas = [TODAY] * len(rows)
    if "curriculum_schema_version" in rows.columns:
        schemas = [schema or TODAY for schema in texts(rows["curriculum_schema_version"])]
    files = [
        file_name(name or "", version or "", schema)
        for name, version, schema in zip(
            texts(rows["curriculum_name"]), texts(rows["curriculum_version"]), schemas, strict=True
        )
    ]
    table |= {
        "session_date": objects(days(rows["session_date"])),
        "curriculum_schema_version": objects(schemas),
        "task": objects(None if task is None else task_value(task) for task in texts(rows["task"])),
        "if_closed_loop": objects(truths(rows["closed_loop"])),
        "if_overriden_by_trainer": objects(truths(rows["overridden_by_trainer"])),
        "curriculum_json_name": _kept(rows, "curriculum_json_name", files),
        "task_schema_version": _kept(rows, "task_schema_version", [np.nan] * len(rows)),
        "metrics": _kept(rows, "metrics", metrics(rows, history)),
    }
    return table | {name: objects(texts(rows[name])) for name in MANAGER_COLUMNS if name not in table}


def _kept(rows: pd.DataFrame, name: str, made: Sequence[Any]) -> "pd.Series[Any]":
    if name not in rows.columns:
        return objects(made)
    return objects(new if old is None else old for old, new in zip(cells(rows[name]), made, strict=True))


def stats_table(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Count sessions and decisions of each mouse at each stage.

    Args:
        rows: The manager table.

    Returns:
        Index (`subject_id`, `current_stage_actual`), in the order of first entry: `session_spent`, `first_entry`,
        `last_leave`, `session_spanned` (= last_leave - first_entry + 1), int64, and `n_STAY`, `n_PROGRESS`,
        `n_ROLLBACK` (Int64; a column is there only if that decision occurs).
    """
    keys = ["subject_id", "current_stage_actual"]
    kinds = {"session_spent": "count", "first_entry": "min", "last_leave": "max"}
    grouped = rows.groupby(keys, sort=False)
    table = grouped.agg(**{name: ("session", kind) for name, kind in kinds.items()}).astype(np.int64)
    table["session_spanned"] = table["last_leave"] - table["first_entry"] + 1
    occurring = set(rows["decision"])
    for decision in ("STAY", "PROGRESS", "ROLLBACK"):
        if decision in occurring:
            counts = (rows["decision"] == decision).groupby([rows[key] for key in keys], sort=False).sum()
            table[f"n_{decision}"] = counts.reindex(table.index).astype("Int64")
    return table
