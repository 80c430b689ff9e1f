"""
What people want mice to run next, in the form of the manager table: the latest row of a mouse says it for a while.

Rigs go by the latest row of a mouse, so that is where it has to stand. What the rules said is kept beside it, and no
name of a person ever comes into this table: it is copied to where anybody may read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from autotrain_core.interop._cells import objects, whole_where_possible
from autotrain_core.interop._manager import MANAGER_COLUMNS
from autotrain_core.interop._manager_choice import NUMBER
from autotrain_core.interop._manager_metrics import HISTORIES
from autotrain_core.interop._task_names import task_value
from autotrain_core.models import file_name

BY_PEOPLE: Final = ("decision_by_rules", "next_stage_by_rules", "override_id")
"""Columns that the manager table has beside those of today where people decided something."""

OFF: Final = "off curriculum"
"""Schema version of the row of a mouse that was taken off: a rig that meets a strange one asks the person before it."""

_WHOLE = ("session", "session_at_current_stage", "finished_trials")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What a mouse runs next by the will of people.

    Attributes:
        subject_id: The mouse.
        id: Opaque id of the override or enrolment.
        stage: The stage as tables and rigs have it; empty where the mouse is taken off its curriculum.
        curriculum, version, schema: Where the stage is; empty where the mouse stays on its curriculum.
        stages: All stages of the curriculum that holds then, in order.
        task: Its task; only for a mouse without sessions.
        day: The day of a mouse's row that has no session yet.
    """

    subject_id: str
    id: str
    stage: str
    curriculum: str = ""
    version: str = ""
    schema: str = ""
    stages: tuple[str, ...] = ()
    task: str = ""
    day: date | None = None


def with_orders(rows: pd.DataFrame, orders: Sequence[Order], *, numeric_subjects_only: bool = True) -> pd.DataFrame:
    """
    Lay what people want over the manager table.

    Args:
        rows: See `manager_rows`, by mouse and session.
        orders: At most one a mouse. Of a mouse without a row, one that names no curriculum changes nothing.
        numeric_subjects_only: Give no row to a mouse whose id is no plain number; see `manager_rows`.

    Returns:
        The table with `BY_PEOPLE`, by mouse and session. The latest row of such a mouse holds what it is to run, with
        what the rules said beside it; a mouse that has no row has one of session 0.
    """
    table = rows.copy(deep=False)
    table["decision_by_rules"], table["next_stage_by_rules"] = table["decision"], table["next_stage_suggested"]
    table["override_id"] = objects([None] * len(table))
    last = {str(mouse): place for place, mouse in enumerate(table["subject_id"])}
    cells = {name: table[name].to_numpy(dtype=object).copy() for name in _TOUCHED}
    for order in orders:
        place = last.get(order.subject_id)
        if place is not None:
            for name, value in _changed(order, {key: column[place] for key, column in cells.items()}).items():
                cells[name][place] = value
    table = table.assign(**{name: objects(column) for name, column in cells.items()})
    new = [order for order in orders if order.subject_id not in last and order.curriculum]
    # As everywhere in this table: today's browser stops at any other id.
    begun = [_first_row(order) for order in new if not numeric_subjects_only or NUMBER.fullmatch(order.subject_id)]
    return _joined(table, begun) if begun else table


_TOUCHED = (
    "current_stage_actual",
    "decision",
    "next_stage_suggested",
    "curriculum_name",
    "curriculum_version",
    "curriculum_schema_version",
    "curriculum_json_name",
    "override_id",
)


def _changed(order: Order, row: Mapping[str, Any]) -> dict[str, Any]:
    ran = row["current_stage_actual"]
    if not order.stage:
        return {
            "decision": "STAY",
            "next_stage_suggested": ran,
            "curriculum_schema_version": OFF,
            "override_id": order.id,
        }
    found = {
        "decision": _decision(ran, order.stage, order.stages),
        "next_stage_suggested": order.stage,
        "override_id": order.id,
    }
    return {**found, **_curriculum(order)} if order.curriculum else found


def _curriculum(order: Order) -> dict[str, Any]:
    return {
        "curriculum_name": order.curriculum,
        "curriculum_version": order.version,
        "curriculum_schema_version": order.schema,
        "curriculum_json_name": file_name(order.curriculum, order.version, order.schema),
    }


def _decision(ran: object, wanted: str, stages: Sequence[str]) -> str:
    """Say what leads from one stage to another, in the words of rules."""
    if ran == wanted or ran not in stages or wanted not in stages:
        return "STAY"
    return "PROGRESS" if stages.index(wanted) > stages.index(ran) else "ROLLBACK"


def _first_row(order: Order) -> dict[str, Any]:
    empty: dict[str, Any] = {
        **dict.fromkeys(MANAGER_COLUMNS),
        **_curriculum(order),
        "subject_id": order.subject_id,
        "session_date": None if order.day is None else order.day.isoformat(),
        "task": task_value(order.task) if order.task else None,
        "task_schema_version": np.nan,
        "session": 0,
        "session_at_current_stage": 0,
        "finished_trials": 0,
        "foraging_efficiency": np.nan,
        "metrics": {**{name: [] for name in HISTORIES}, "session_total": 0, "session_at_current_stage": 0},
        "if_closed_loop": False,
        "if_overriden_by_trainer": False,
        "override_id": order.id,
    }
    stages = ("current_stage_suggested", "current_stage_actual", "next_stage_suggested", "next_stage_by_rules")
    return empty | dict.fromkeys(stages, order.stage) | dict.fromkeys(("decision", "decision_by_rules"), "STAY")


def _joined(table: pd.DataFrame, begun: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Add rows column by column, so that each column stays of its kind."""
    columns: dict[str, pd.Series[Any]] = {}
    for name in table.columns:
        new = [row.get(name) for row in begun]
        old = table[name].to_numpy()
        if name == "foraging_efficiency":
            columns[name] = pd.Series(np.array([*old, *new], dtype=np.float64))
        elif name in _WHOLE:
            columns[name] = pd.Series(whole_where_possible(np.array([*old, *new], dtype=np.float64)))
        else:
            columns[name] = objects([*old, *new])
    whole = pd.DataFrame(columns)
    return whole.sort_values(["subject_id", "session"], kind="stable", ignore_index=True)
