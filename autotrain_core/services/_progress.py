"""The Progress picture: in which order mice stand, which filter hides them, and its sessions as a table."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from autotrain_core.interop import LEGACY_NAMES, MANAGER_COLUMNS
from autotrain_core.models import Curriculum, file_name
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._selection import Bools, Selection, mice_named, select
from autotrain_core.services._spreadsheets import for_spreadsheets
from autotrain_core.services._view_columns import MEASURES, NOTES, PEOPLE

Sort = Literal["id", "first", "last", "progress", "stage", "at_stage"]

# Of the manager table all but the history of each mouse, which would stand once in each of its rows.
_MANAGER = tuple(name for name in MANAGER_COLUMNS if name != "metrics")
_OURS = {
    "session_at_current_stage": "at_stage",
    "current_stage_suggested": "suggested",
    "current_stage_actual": "stage",
    "next_stage_suggested": "following",
    "overridden_by_trainer": "overridden",
}
"""The manager table's name of a column -> the view's, where they differ."""

_ONLY_WHERE_PUBLISHED = ("at_stage", "closed_loop", "overridden", "certain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loosened:
    """
    What a selection would choose without one of its filters.

    Attributes:
        fields: The fields of `Selection` that make up the filter: one, or both ends of the period.
        mice: Mice of which a session is chosen then.
        sessions: Sessions that are chosen then.
    """

    fields: tuple[str, ...]
    mice: int
    sessions: int


def ordered_mice(view: LabView, chosen: Bools, *, sort: Sort, descending: bool = False) -> tuple[str, ...]:
    """
    Put the mice of the chosen sessions in order.

    Args:
        view: The lab.
        chosen: One truth value for each row of `view.sessions`.
        sort: By id (m2 before m10), day of the first or last session, progress to graduation, stage that was run last,
            or consecutive sessions at it. Each of the mouse itself, whichever of its sessions are chosen.
        descending: The largest first. Mice without a value stand last all the same, and equal ones by id upwards.

    Returns:
        Ids, from top to bottom.
    """
    mice = view.mice
    present = np.zeros(len(mice), dtype=bool)
    present[view.sessions["subject_id"].cat.codes.to_numpy()[chosen]] = True
    places = np.flatnonzero(present)
    values = _SORTS[sort](view)[places]
    order = np.lexsort((places, -values if descending else values, np.isnan(values)))
    return tuple(mice.index.to_numpy(dtype=object)[places[order]])


def _days(column: str) -> Callable[[LabView], npt.NDArray[np.float64]]:
    def values(view: LabView) -> npt.NDArray[np.float64]:
        dates = view.mice[column]
        return np.where(dates.isna(), np.nan, dates.to_numpy().astype("datetime64[D]").astype(np.int64))

    return values


def _by_stage(view: LabView) -> npt.NDArray[np.float64]:
    places = view.sessions["stage"].cat.categories.get_indexer(pd.Index(view.mice["stage"])).astype(np.float64)
    return np.where(places < 0, np.nan, places)


def _at_stage(view: LabView) -> npt.NDArray[np.float64]:
    return np.where(view.mice["decided"] > 0, view.mice["at_stage"], np.nan)


_SORTS: dict[str, Callable[[LabView], npt.NDArray[np.float64]]] = {
    "id": lambda view: np.arange(len(view.mice), dtype=np.float64),
    "first": _days("first_date"),
    "last": _days("last_date"),
    "progress": lambda view: view.mice["progress"].to_numpy(dtype=np.float64),
    "stage": _by_stage,
    "at_stage": _at_stage,
}


def chosen_mice(view: LabView, chosen: Bools) -> int:
    """Count the mice of which a session is chosen."""
    codes = view.sessions["subject_id"].cat.codes.to_numpy()[chosen]
    return int(np.count_nonzero(np.bincount(codes, minlength=len(view.mice))))


def mice_like(view: LabView, pattern: str) -> tuple[str, ...]:
    """
    Find mice by id; see `Selection.subject`.

    Returns:
        Ids, m2 before m10; none where the pattern is empty.

    Raises:
        TableError: The pattern is no regular expression.
    """
    if not pattern.strip():
        return ()
    return tuple(view.mice.index.to_numpy(dtype=object)[mice_named(view.mice.index, pattern)])


def to_loosen(view: LabView, selection: Selection, *, on: date) -> tuple[Loosened, ...]:
    """
    Say which filter to loosen where a selection chooses nothing.

    Args:
        view: The lab.
        selection: What is wanted.
        on: See `select`.

    Returns:
        What is chosen without each of its filters, most sessions first; only those without which there are any.
    """
    nothing = Selection()
    filters = [(name,) for name in Selection.model_fields if name not in ("first", "last")] + [("first", "last")]
    found = []
    for fields in filters:
        empty = {name: getattr(nothing, name) for name in fields}
        if all(getattr(selection, name) == value for name, value in empty.items()):
            continue
        chosen = select(view, selection.model_copy(update=empty), on=on)
        if chosen.any():
            found.append(
                Loosened(fields=fields, mice=chosen_mice(view, chosen), sessions=int(np.count_nonzero(chosen)))
            )
    return tuple(sorted(found, key=lambda each: -each.sessions))


def session_rows(view: LabView, chosen: Bools) -> pd.DataFrame:
    """
    Give sessions as a table to take away: the columns of today's manager table, then ours.

    Args:
        view: The lab.
        chosen: One truth value for each row of `view.sessions`.

    Returns:
        A row a chosen session on a fresh index, also those that were not decided: `interop.MANAGER_COLUMNS` without
        `metrics`, in their order and spelling (stages and decisions as enum NAMES, `session_date` as YYYY-MM-DD text,
        `task_schema_version` always missing, as there); then `nwb_suffix`, `certain`, `published`, `in_table`, further
        metrics, people, measures (g, mL) and notes. What is not published is missing, and so is the schema version of
        a curriculum that is not at hand.
    """
    table = view.sessions[chosen].reset_index(drop=True)
    published = table["published"]
    rows = {name: table[name].where(published) for name in ("suggested", "stage", "following", "decision")}
    for name in _ONLY_WHERE_PUBLISHED:
        rows[name] = table[name].astype("Int64" if name == "at_stage" else "boolean").where(published)
    rows["session_date"] = table["session_date"].dt.strftime("%Y-%m-%d")
    schemas, files = _documents(view)
    rows["curriculum_schema_version"] = _looked_up(table["curriculum"], schemas)
    rows["curriculum_json_name"] = _looked_up(table["curriculum"], files)
    rows["task_schema_version"] = pd.Series(None, index=table.index, dtype="str")
    theirs = {ours: name for name, ours in LEGACY_NAMES.items()}
    columns = {}
    for name in _MANAGER:
        ours = theirs.get(name, name)
        ours = _OURS.get(ours, ours)
        columns[name] = rows[ours] if ours in rows else table[ours]
    further = [name for name in view.metrics if name not in columns]
    for name in ("nwb_suffix", "certain", "published", "in_table", *further, *PEOPLE, *MEASURES, NOTES):
        columns[name] = rows.get(name, table[name])
    return pd.DataFrame(columns)


def sessions_csv(view: LabView, chosen: Bools) -> bytes:
    """
    Write sessions as a csv file; see `session_rows`.

    Returns:
        UTF-8, a line a session, texts in quotes, True and False, nothing for a missing cell; see `for_spreadsheets`.
    """
    table = pa.Table.from_pandas(for_spreadsheets(session_rows(view, chosen)), preserve_index=False)
    columns = {name: _as_written(table[name]) for name in table.column_names}
    file = io.BytesIO()
    # Arrow, because pandas takes ten seconds for a lab of 350,000 sessions, and while it does nobody else is served.
    csv.write_csv(pa.table(columns), file)
    return file.getvalue()


def _as_written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "True", "False")
    return column


def _documents(view: LabView) -> tuple[dict[str, str], dict[str, str]]:
    """Give schema version and file name of each curriculum at hand, by its key; of two schemas the lower."""
    read: dict[str, Curriculum] = {}
    for curriculum in sorted(view.shelf.library, key=lambda each: each.schema_version, reverse=True):
        read[curriculum.key] = curriculum
    schemas = {key: each.schema_version for key, each in read.items()}
    return schemas, {key: file_name(each.name, each.version, each.schema_version) for key, each in read.items()}


def _looked_up(keys: "pd.Series[str]", known: dict[str, str]) -> "pd.Series[str]":
    """Look each category up once, not each row."""
    texts = pd.array([*(known.get(str(key)) for key in keys.cat.categories), None], dtype="str")
    return pd.Series(texts.take(keys.cat.codes.to_numpy().astype(np.int64)), index=keys.index)
