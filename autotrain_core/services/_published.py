"""
What was published, beside what the rules say now: the one place where the two meet.

A published row is history: rigs ran by it. So it stays as it was, and where the rules now say otherwise the difference
is listed. Only the last row of a mouse, which nobody has run by yet, follows the rules: that is an amendment.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.models import DECISIONS

Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

METRICS = ("finished_trials", "foraging_efficiency")
TEXT = ("session_date", "nwb_suffix", "task", "curriculum_schema_version")
ALREADY = 0
"""The publication of rows that another program published before us."""

NOT_ADOPTED = -1

_DECIDED = tuple(column.name for column in DECISIONS)
# Whether a decision was certain is a remark on it, not part of what a rig runs by.
_COMPARED = (*(name for name in _DECIDED if name not in ("subject_id", "session", "certain")), *METRICS)
_ACTUAL = (*METRICS, "current_stage_actual", "closed_loop", "curriculum_name", "curriculum_version")
_OWN = ("publication", "archive", "archive_row")
COLUMNS = (*_DECIDED, *TEXT, *METRICS, *_OWN, "vanished")
"""Of a table of published rows: those of `evaluation.decide`, of the session, and where the row comes from."""

DIFFERENCES = ("subject_id", "session", "session_date", "kind", "column", "published", "now")
_KEY = ["subject_id", "day", "suffix", "rank"]


@dataclass(frozen=True, slots=True)
class Merged:
    """
    What is to be published, and how it came to differ.

    Attributes:
        rows: A row for each published session, by mouse and session; see `COLUMNS`.
        differences: Where `rows` keep what the rules no longer say: a row for each session and column, with `kind`
            (adopted, late, corrected, rules, not decided, vanished), the `published` and the rules' `now`, as text.
        amendments: The same for rows that followed the rules in this run.
        added: Rows that are published for the first time.
    """

    rows: pd.DataFrame
    differences: pd.DataFrame
    amendments: pd.DataFrame
    added: int


def nothing_published() -> pd.DataFrame:
    """Return a table of published rows without any, of the dtypes that all have."""
    kinds = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(METRICS, "float64") | dict.fromkeys(_OWN, "int64")
    kinds |= {"session": "int64", "session_at_current_stage": "int64"}
    kinds |= dict.fromkeys(("closed_loop", "overridden_by_trainer", "certain", "vanished"), "bool")
    return pd.DataFrame({name: pd.Series(dtype=kinds[name]) for name in COLUMNS})


def merge(
    published: pd.DataFrame, now: pd.DataFrame, seen: pd.DataFrame, *, number: int, only: Collection[str] = ()
) -> Merged:
    """
    Bring what was published and what the rules say now together.

    Args:
        published: Rows as published last; see `COLUMNS`.
        now: What the rules say of every decided session; `COLUMNS` but for the last four.
        seen: Every session of the session table, decided or not: `subject_id`, `session`, `session_date`,
            `nwb_suffix`.
        number: Of the publication that the result is for.
        only: Mice that may change; all where empty.
    """
    if only:
        other = ~published["subject_id"].isin(list(only)).to_numpy(dtype=bool)
        changed = merge(published[~other], now[now["subject_id"].isin(list(only))], seen, number=number)
        rows = by_session(pd.concat([published[other], changed.rows], ignore_index=True))
        return Merged(rows, changed.differences, changed.amendments, changed.added)
    new = now.assign(publication=np.int64(number), archive=NOT_ADOPTED, archive_row=NOT_ADOPTED, vanished=False)
    before, after = by_session(published), by_session(new[list(COLUMNS)])
    pairs = _pair(before, after)
    after = _as_it_was_in_force(before, after, pairs)
    there = pairs >= 0
    old, young = before[there], after.iloc[pairs[there]]
    differs = {name: _differs(old[name], young[name]) for name in _COMPARED}
    changed_rows: Bools = np.logical_or.reduce(list(differs.values()))
    adopted = (old["archive"] != NOT_ADOPTED).to_numpy(dtype=bool)
    gone = _found_again(before[~there], seen)
    follows = changed_rows & _nobody_ran_by(young, seen, gone[gone["vanished"]]) & ~adopted
    keeps = np.ones(len(after), dtype=bool)
    keeps[pairs[there][~follows]] = False
    kept = old[~follows].assign(session=young["session"].to_numpy()[~follows], vanished=False)
    rows = by_session(_joined([gone, kept, after[keeps]]))
    kinds = _kinds(rows, old, young, differs)
    tell = _Differences(old, young, differs, kinds)
    return Merged(
        rows=rows,
        differences=_in_order(_joined([tell.rows(changed_rows & ~follows), _not_decided(gone)])),
        amendments=_in_order(tell.rows(follows)),
        added=int(len(after) - there.sum()),
    )


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    some = [table for table in tables if len(table)]
    return pd.concat(some, ignore_index=True) if some else tables[0]


def by_session(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort rows by mouse and session number; of one number what vanished comes last."""
    tie = [name for name in ("vanished", "session_date", "nwb_suffix") if name in rows.columns]
    return rows.sort_values(["subject_id", "session", *tie], kind="stable", ignore_index=True)


def identities(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Say which session each row is about, whatever its number: the mouse, the day, the suffix, and which one of those.

    Args:
        rows: Sorted by mouse and session.

    Returns:
        On the index of `rows`: `subject_id`, `day`, `suffix` (str), `rank` (int64). A session without a day is known
        by its number.
    """
    day = rows["session_date"].fillna("#" + rows["session"].astype("str"))
    key = pd.DataFrame({"subject_id": rows["subject_id"], "day": day, "suffix": rows["nwb_suffix"].fillna("")})
    key["rank"] = key.groupby(["subject_id", "day", "suffix"], sort=False).cumcount()
    return key


def _pair(before: pd.DataFrame, after: pd.DataFrame) -> Places:
    """Find for each row of `before` its place in `after`; -1 where there is none."""
    known = identities(after)
    known["place"] = np.arange(len(after), dtype=np.int64)
    found = identities(before).merge(known, on=_KEY, how="left")["place"]
    return found.fillna(-1).to_numpy(dtype=np.int64)


def _differs(old: "pd.Series[Any]", young: "pd.Series[Any]") -> Bools:
    if old.name in METRICS:
        first, second = old.to_numpy(dtype=np.float64), young.to_numpy(dtype=np.float64)
        close: Bools = np.isclose(first, second, rtol=1e-9, atol=1e-9, equal_nan=True)
        return ~close
    unequal = (old.to_numpy() != young.to_numpy()) & ~(old.isna().to_numpy() & young.isna().to_numpy())
    different: Bools = unequal.astype(np.bool_)
    return different


def _nobody_ran_by(rows: pd.DataFrame, seen: pd.DataFrame, vanished: pd.DataFrame) -> Bools:
    """Tell which rows are the last of their mouse: no later session is in the table, decided or not, or was."""
    last = seen.groupby("subject_id", sort=False)["session"].max()
    newest: Bools = rows["session"].to_numpy() >= rows["subject_id"].map(last).fillna(0).to_numpy()
    if not len(vanished):
        return newest
    # A number that vanished means nothing any more, its day does.
    day = rows["subject_id"].map(vanished.groupby("subject_id", sort=False)["session_date"].max())
    later: Bools = (day > rows["session_date"]).to_numpy(dtype=bool)
    return newest & ~later


def _as_it_was_in_force(before: pd.DataFrame, after: pd.DataFrame, pairs: Places) -> pd.DataFrame:
    """Let a session follow what was published after the one before it, also where the rules now say otherwise."""
    if not len(before) or len(after) < 2:
        return after
    ruled = after["next_stage_suggested"].to_numpy(dtype=object)
    said = ruled.copy()
    said[pairs[pairs >= 0]] = before["next_stage_suggested"].to_numpy(dtype=object)[pairs >= 0]
    suggested = after["current_stage_suggested"].to_numpy(dtype=object).copy()
    subjects = after["subject_id"].to_numpy(dtype=object)
    chained = (subjects[1:] == subjects[:-1]) & (suggested[1:] == ruled[:-1])
    closed = after["closed_loop"].to_numpy(dtype=bool)
    turned = np.flatnonzero(chained & closed[1:] & (said[:-1] != ruled[:-1])) + 1
    suggested[turned] = said[turned - 1]
    overridden = after["overridden_by_trainer"].to_numpy(dtype=bool).copy()
    overridden[turned] = after["current_stage_actual"].to_numpy(dtype=object)[turned] != suggested[turned]
    return after.assign(current_stage_suggested=pd.array(suggested, dtype="str"), overridden_by_trainer=overridden)


def _kinds(rows: pd.DataFrame, old: pd.DataFrame, young: pd.DataFrame, differs: dict[str, Bools]) -> Texts:
    """Tell for each paired row why it may differ: what changed first in the history of its mouse."""
    corrected: Bools = np.logical_or.reduce([differs[name] for name in _ACTUAL])
    marks = young[["subject_id", "session"]].assign(corrected=corrected.astype(np.int64))
    marks["earlier"] = marks.groupby("subject_id", sort=False)["corrected"].cummax()
    news = rows[["subject_id", "session", "publication"]].copy()
    news["newest"] = news.groupby("subject_id", sort=False)["publication"].cummax()
    newest = marks[["subject_id", "session"]].merge(
        news.drop_duplicates(["subject_id", "session"]), on=["subject_id", "session"], how="left"
    )["newest"]
    late = newest.fillna(0).to_numpy() > old["publication"].to_numpy()
    adopted = (old["archive"] != NOT_ADOPTED).to_numpy(dtype=bool)
    kinds: Texts = np.select(
        [adopted, marks["earlier"].to_numpy(dtype=bool), late], ["adopted", "corrected", "late"], default="rules"
    ).astype(object)
    return kinds


@dataclass(frozen=True, slots=True)
class _Differences:
    """Paired rows, old and young, and where they differ; tells of any choice of them, a line a column."""

    old: pd.DataFrame
    young: pd.DataFrame
    differs: dict[str, Bools]
    kinds: Texts

    def rows(self, chosen: Bools) -> pd.DataFrame:
        tables = []
        for name, differs in self.differs.items():
            rows = np.flatnonzero(chosen & differs)
            if not len(rows):
                continue
            young = self.young.iloc[rows]
            tables.append(
                pd.DataFrame(
                    {
                        "subject_id": young["subject_id"].array,
                        "session": young["session"].array,
                        "session_date": young["session_date"].array,
                        "kind": pd.array(self.kinds[rows], dtype="str"),
                        "column": pd.array([name] * len(rows), dtype="str"),
                        "published": _as_text(self.old[name].iloc[rows]),
                        "now": _as_text(young[name]),
                    }
                )
            )
        return pd.concat(tables, ignore_index=True) if tables else no_differences()


def _in_order(differences: pd.DataFrame) -> pd.DataFrame:
    return differences.sort_values(list(DIFFERENCES[:3]), kind="stable", ignore_index=True)


def no_differences() -> pd.DataFrame:
    """Return a table of differences without any."""
    return pd.DataFrame({name: pd.Series(dtype="int64" if name == "session" else "str") for name in DIFFERENCES})


def _found_again(gone: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Of rows that are not decided any more: those whose session is still in the table have its number."""
    known = identities(by_session(seen))
    known["now"] = by_session(seen)["session"]
    number = identities(gone).merge(known, on=_KEY, how="left")["now"].to_numpy(dtype=np.float64)
    vanished = np.isnan(number)
    renumbered = np.where(vanished, gone["session"].to_numpy(), np.nan_to_num(number)).astype(np.int64)
    return gone.assign(session=renumbered, vanished=vanished)


def _not_decided(rows: pd.DataFrame) -> pd.DataFrame:
    table = rows[["subject_id", "session", "session_date"]].reset_index(drop=True)
    kinds = np.where(rows["vanished"].to_numpy(dtype=bool), "vanished", "not decided")
    table["kind"] = pd.array(kinds.tolist(), dtype="str")
    table["column"] = pd.array(["next_stage_suggested"] * len(rows), dtype="str")
    table["published"] = rows["next_stage_suggested"].array
    table["now"] = pd.array([None] * len(rows), dtype="str")
    return table


def _as_text(cells: "pd.Series[Any]") -> pd.api.extensions.ExtensionArray:
    texts = [None if pd.isna(cell) else f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in cells]
    return pd.array(texts, dtype="str")
