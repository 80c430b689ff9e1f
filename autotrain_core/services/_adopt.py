"""Take over a manager table that another program published: its rows are history from then on."""

import contextlib
import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.errors import ConflictError, NotStoredError, TableError
from autotrain_core.interop import manager_from_bytes
from autotrain_core.models import Decision, TrainingStage, is_missing, read_numbers
from autotrain_core.services._days import days
from autotrain_core.services._pairing import pair
from autotrain_core.services._published import COLUMNS, METRICS, by_session
from autotrain_core.store import ABSENT, Home

ARCHIVE = "autotrain/adopted/"
_NEEDED = ("subject_id", "session", "session_date", "current_stage_actual", "decision", "next_stage_suggested")
_TEXT = (
    "session_date",
    "task",
    "curriculum_name",
    "curriculum_version",
    "curriculum_schema_version",
    "current_stage_suggested",
    "current_stage_actual",
    "decision",
    "next_stage_suggested",
)
_NAMES = {each.value: each.name for each in (*TrainingStage, *Decision)}
"""Documents hold the value of a stage or decision, tables its name; some table may have mistaken one for the other."""
_TRUTHS = {"closed_loop": "if_closed_loop", "overridden_by_trainer": "if_overriden_by_trainer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """
    A table of another program, kept as it was.

    Attributes:
        key: Where it lay.
        sha256: Of its bytes, and the name under which the archive keeps them.
        rows: Published rows that were taken from it; 0 where it was only put aside.
        passed_over: Rows without a mouse or a session, or of a session that another row is about.
        publication: Number of the publication that took it over.
    """

    key: str
    sha256: str
    rows: int = 0
    passed_over: int = 0
    publication: int = 0

    def as_json(self) -> dict[str, str | int]:
        """Give it as plain values."""
        return asdict(self)


def keep(home: Home, body: bytes, digest: str) -> None:
    """Put the bytes of another program aside, once, under their sha256."""
    with contextlib.suppress(ConflictError):  # kept already: the name says what is in it
        home.put(f"{ARCHIVE}{digest}", body, replaces=ABSENT)


def archived(home: Home, archive: Archive) -> pd.DataFrame:
    """
    Read an adopted table again.

    Raises:
        NotStoredError: Somebody removed it from the store.
        TableError: It is damaged.
    """
    key = f"{ARCHIVE}{archive.sha256}"
    try:
        body, _ = home.get(key)
    except NotStoredError as error:
        raise NotStoredError(
            f"{key} is gone from {home.url}: it holds the {archive.rows:,} rows adopted from {archive.key}. "
            "Restore it from the bucket's versions or a backup."
        ) from error
    if hashlib.sha256(body).hexdigest() != archive.sha256:
        raise TableError(f"{key} is not what was kept there. Restore it from the bucket's versions or a backup.")
    return manager_from_bytes(body, source=archive.key)


def adopted_rows(table: pd.DataFrame, *, archive: int, source: str) -> pd.DataFrame:
    """
    Give the rows of a manager table as published rows.

    Args:
        table: As another program wrote it, n rows.
        archive: Place of the table among those that were adopted.
        source: What errors call it.

    Returns:
        At most n rows: those that name a mouse and a session, and of several on one session the last. See `COLUMNS`;
        `archive_row` is the place in `table`.

    Raises:
        TableError: It is no manager table.
    """
    odd = [label for label in table.columns.tolist() if type(label) is not str]
    if odd:
        raise TableError(f"{source} cannot be adopted: the name of a column is no text: {odd[0]!r}.")
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise TableError(
            f"{source} cannot be adopted: it has no column {', '.join(missing)}, so it is no manager table."
        )
    number = read_numbers(table["session"], whole=True).values
    rows = pd.DataFrame({"subject_id": _texts(table["subject_id"]), "session": pd.Series(number)})
    rows["archive_row"] = np.arange(len(table), dtype=np.int64)
    for name in _TEXT:
        rows[name] = _texts(table[name]) if name in table.columns else pd.Series([None] * len(table), dtype="str")
    rows["session_date"] = days(rows["session_date"])
    for name in ("current_stage_suggested", "current_stage_actual", "next_stage_suggested", "decision"):
        rows[name] = rows[name].replace(_NAMES)
    for ours, theirs in _TRUTHS.items():
        cells = table[theirs] if theirs in table.columns else [False] * len(table)
        rows[ours] = np.array([bool(cell is True or cell == True) for cell in cells], dtype=bool)  # noqa: E712 - as readers do
    for name in METRICS:
        rows[name] = read_numbers(table[name], whole=False).values if name in table.columns else np.nan
    count = table.get("session_at_current_stage", pd.Series(0, index=table.index))
    rows["session_at_current_stage"] = np.nan_to_num(read_numbers(count, whole=True).values).astype(np.int64)
    rows = rows[rows["subject_id"].notna() & rows["session"].notna() & (rows["session"].abs() < 2**53)].copy()
    rows["session"] = rows["session"].astype("int64")
    rows["certain"] = True
    rows["vanished"] = rows["excluded"] = False
    rows["publication"] = np.int64(0)
    rows["archive"] = np.int64(archive)
    rows["nwb_suffix"] = pd.Series(None, index=rows.index, dtype="str")
    chosen: pd.DataFrame = by_session(rows[list(COLUMNS)])
    return chosen.drop_duplicates(["subject_id", "session"], keep="last", ignore_index=True)


def add_unknown(published: pd.DataFrame, adopted: pd.DataFrame) -> pd.DataFrame:
    """Add to the published rows those of an adopted table whose sessions are not among them."""
    if not len(published):
        return adopted
    new = adopted[pair(adopted, published) < 0]
    return by_session(pd.concat([published, new], ignore_index=True)) if len(new) else published


def _texts(cells: "pd.Series[Any]") -> "pd.Series[str]":
    return pd.Series([None if is_missing(cell) else str(cell) for cell in cells], dtype="str")
