"""What became of the mice: sessions at each stage, decisions, graduates, for a mouse and for a cohort."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.models import DECISIONS as COLUMNS
from autotrain_core.models import Decision, TrainingStage, require_cells

_GRADUATED = [TrainingStage.GRADUATED.name, TrainingStage.GRADUATED.value]
"""Its name in schema 1.0, and in 2.0, where stages stand as the document writes them."""
_NAMES = [decision.name for decision in Decision]


def statistics(decisions: pd.DataFrame) -> pd.DataFrame:
    """
    Count each mouse's sessions and decisions at each of its stages.

    Args:
        decisions: One row a decided session; see `decide`.

    Returns:
        A row for each mouse and stage that it was at, indexed by `subject_id` and `current_stage_actual`, in the
        order of first appearance: `session_spent` (sessions), `first_entry`, `last_leave` (session numbers),
        `session_spanned` (last_leave - first_entry + 1), int64; and `n_STAY`, `n_PROGRESS`, `n_ROLLBACK` (Int64,
        decisions), each only if that decision occurs at all.

    Raises:
        MissingColumnError: The table lacks a column of `decide`.
        TableError: A cell is none that `decide` writes.
    """
    _require(decisions)
    keys = ["subject_id", "current_stage_actual"]
    counted = pd.DataFrame(
        {
            **{key: decisions[key] for key in keys},
            "session": decisions["session"],
            **{f"n_{name}": (decisions["decision"] == name).astype(np.int64) for name in _NAMES},
        }
    )
    groups = counted.groupby(keys, sort=False, observed=True)
    spent = groups["session"].agg(session_spent="count", first_entry="min", last_leave="max")
    table = pd.DataFrame(spent)
    table["session_spanned"] = table["last_leave"] - table["first_entry"] + 1
    occurring = [f"n_{name}" for name in _NAMES if counted[f"n_{name}"].any()]
    return table.join(groups[occurring].sum().astype("Int64")) if occurring else table


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortStatistics:
    """
    A cohort in numbers.

    Attributes:
        subjects: Mice.
        sessions: Decided sessions.
        graduates: Mice that were sent to Graduated at least once.
        decisions: How often each decision was made.
        uncertain: Decisions that a missing value could have changed.
        overridden: Sessions at another stage than suggested.
        median_sessions_to_graduate: Median over the graduates of the decided sessions up to and with the one
            that sent them to Graduated; None where nobody graduated.
        by_stage: A row for each stage (enum NAME, in the order of first appearance): `mice` (that were there),
            `session_spent` (sessions), `median_spent` (sessions a mouse), `median_first_entry`,
            `median_last_leave` (session numbers), `n_STAY`, `n_PROGRESS`, `n_ROLLBACK` (decisions).
        to_graduate: Decided sessions to graduate, int64, indexed by `subject_id` of the graduates.
    """

    subjects: int
    sessions: int
    graduates: int
    decisions: dict[str, int]
    uncertain: int
    overridden: int
    median_sessions_to_graduate: float | None
    by_stage: pd.DataFrame
    to_graduate: "pd.Series[int]"

    def as_json(self) -> dict[str, object]:
        """Give the statistics as plain values."""
        plain = {key: value for key, value in _fields(self).items() if not isinstance(value, pd.DataFrame | pd.Series)}
        stages = self.by_stage.reset_index().to_dict(orient="records")
        return {**plain, "by_stage": stages, "to_graduate": self.to_graduate.to_dict()}


def _fields(record: CohortStatistics) -> dict[str, object]:
    """Give the fields of a record by name, without copying its tables."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def cohort_statistics(decisions: pd.DataFrame) -> CohortStatistics:
    """
    Count a cohort's sessions, decisions and graduates.

    Args:
        decisions: One row a decided session; see `decide`.

    Raises:
        MissingColumnError: The table lacks a column of `decide`.
        TableError: A cell is none that `decide` writes.
    """
    _require(decisions)
    each = statistics(decisions)
    to_graduate = _sessions_to_graduate(decisions)
    counts = decisions["decision"].value_counts()
    return CohortStatistics(
        subjects=int(decisions["subject_id"].nunique()),
        sessions=len(decisions),
        graduates=len(to_graduate),
        decisions={name: int(counts.get(name, 0)) for name in _NAMES},
        uncertain=int((~decisions["certain"].astype(bool)).sum()),
        overridden=int(decisions["overridden_by_trainer"].astype(bool).sum()),
        median_sessions_to_graduate=float(to_graduate.median()) if len(to_graduate) else None,
        by_stage=_by_stage(each),
        to_graduate=to_graduate,
    )


def _by_stage(each: pd.DataFrame) -> pd.DataFrame:
    groups = each.groupby(level="current_stage_actual", sort=False, observed=True)
    table = pd.DataFrame(groups["session_spent"].agg(mice="count", session_spent="sum", median_spent="median"))
    table["median_first_entry"] = groups["first_entry"].median()
    table["median_last_leave"] = groups["last_leave"].median()
    for name in _NAMES:
        column = f"n_{name}"
        table[column] = groups[column].sum().astype(np.int64) if column in each.columns else 0
    return table


def _sessions_to_graduate(decisions: pd.DataFrame) -> "pd.Series[int]":
    ordered = decisions[["subject_id", "session", "current_stage_actual", "next_stage_suggested"]].sort_values(
        ["subject_id", "session"], kind="stable"
    )
    number = ordered.groupby("subject_id", sort=False).cumcount() + 1
    there = ordered["current_stage_actual"].isin(_GRADUATED)
    graduation = ordered["next_stage_suggested"].isin(_GRADUATED) & ~there
    first = pd.DataFrame({"subject_id": ordered["subject_id"], "sessions_to_graduate": number})[graduation]
    return first.drop_duplicates("subject_id").set_index("subject_id")["sessions_to_graduate"]


def _require(decisions: pd.DataFrame) -> None:
    require_cells(decisions, COLUMNS, "The decision table")
    unknown = ~decisions["decision"].isin(_NAMES).to_numpy(dtype=bool)
    if unknown.any():
        first = decisions["decision"].iloc[int(unknown.argmax())]
        message = f"The decision table holds the decision {first!r}, expected {', '.join(_NAMES)}."
        raise TableError(message)
