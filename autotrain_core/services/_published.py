"""
What was published, beside what the rules say now: the one place where the two meet.

A published row is history: rigs ran by it. So it stays as it was, and where the rules now say otherwise the difference
is listed. Only the last row of a mouse, which nobody has run by yet, follows the rules: that is an amendment.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.models import DECISIONS
from autotrain_core.services._in_force import behind_skipped, published_before
from autotrain_core.services._pairing import Places

Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

METRICS = ("finished_trials", "foraging_efficiency")
TEXT = ("session_date", "nwb_suffix", "task", "curriculum_schema_version")
ALREADY = 0
"""The publication of rows that another program published before us."""

NOT_ADOPTED = -1
_OF_OURS = {"archive": NOT_ADOPTED, "archive_row": NOT_ADOPTED, "vanished": False, "excluded": False}

_DECIDED = tuple(column.name for column in DECISIONS)
# Whether a decision was certain is a remark on it, not part of what a rig runs by.
_COMPARED = (*(name for name in _DECIDED if name not in ("subject_id", "session", "certain")), *METRICS)
_ACTUAL = (*METRICS, "current_stage_actual", "closed_loop", "curriculum_name", "curriculum_version")
_OWN = ("publication", "archive", "archive_row")
COLUMNS = (*_DECIDED, *TEXT, *METRICS, *_OWN, "vanished", "excluded")
"""Of a table of published rows: those of `evaluation.decide`, of the session, and where the row comes from."""

DIFFERENCES = ("subject_id", "session", "session_date", "kind", "column", "published", "now")


@dataclass(frozen=True, slots=True)
class Merged:
    """
    What is to be published, and how it came to differ.

    Attributes:
        rows: A row for each published session, by mouse and session; see `COLUMNS`.
        differences: Where `rows` keep what the rules no longer say: a row for each session and column, with `kind`
            (adopted, late, corrected, rules, not decided, excluded, vanished), the `published` and the rules' `now`, as
            text.
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
    kinds |= dict.fromkeys(("closed_loop", "overridden_by_trainer", "certain", "vanished", "excluded"), "bool")
    return pd.DataFrame({name: pd.Series(dtype=kinds[name]) for name in COLUMNS})


def merge(
    published: pd.DataFrame,
    now: pd.DataFrame,
    sessions: pd.DataFrame,
    pairs: Places,
    *,
    number: int,
    only: Collection[str] = (),
    by_people: Texts | None = None,
    excluded: Bools | None = None,
) -> Merged:
    """
    Bring what was published and what the rules say now together.

    Args:
        published: Rows as published last, by mouse and session; see `COLUMNS`.
        now: What the rules say of every decided session; `COLUMNS` but for the last five.
        sessions: Every session of the session table, decided or not, by mouse and session: `subject_id`, `session`,
            `session_date`, `nwb_suffix`.
        pairs: For each published row its place in `sessions`; -1 where its session vanished.
        number: Of the publication that the result is for.
        only: Mice that may change; all where empty.
        by_people: For each of `sessions` the stage that people suggested for it, None where nobody did.
        excluded: Which of `sessions` people left out of every decision.
    """
    out = np.zeros(len(sessions), dtype=np.bool_) if excluded is None else excluded
    after = by_session(now.assign(publication=np.int64(number), **_OF_OURS)[list(COLUMNS)])
    places = _places_of(sessions, after)
    after = _as_it_was_in_force(published, after, sessions, pairs, places, by_people=by_people, excluded=out)
    there = pairs >= 0
    decided = np.full(len(published), -1, dtype=np.int64)
    decided[there] = places[pairs[there]]
    has = decided >= 0
    after = _with_known_days(published, after, decided)
    old, young = published[has], after.iloc[decided[has]]
    differs = {name: _differs(old[name], young[name]) for name in _COMPARED}
    changed: Bools = np.logical_or.reduce(list(differs.values()))
    gone = _numbered(published[~has], sessions, pairs[~has])
    gone = gone.assign(excluded=np.append(out, False)[pairs[~has]])
    chosen = _chosen(only)
    adopted = (old["archive"] != NOT_ADOPTED).to_numpy(dtype=bool)
    follows = changed & chosen(old) & ~adopted & _nobody_ran_by(young, sessions[~out], gone[gone["vanished"]])
    fresh = chosen(after).copy()
    fresh[decided[has]] = False
    taken = fresh.copy()
    taken[decided[has][follows]] = True
    kept = _numbered(old[~follows], sessions, pairs[has][~follows])
    kept = kept.assign(excluded=False, **{name: young[name].array[~follows] for name in ("session_date", "nwb_suffix")})
    rows = _joined([gone, kept, after[taken]])
    rows = by_session(_joined([published[~chosen(published)], rows[chosen(rows)]]))
    tell = _Differences(old, young, differs, _kinds(rows, old, young, differs))
    return Merged(
        rows=rows,
        differences=_in_order(_joined([tell.rows(changed & ~follows), _not_decided(gone)])),
        amendments=_in_order(tell.rows(follows)),
        added=int(fresh.sum()),
    )


def _chosen(only: Collection[str]) -> Callable[[pd.DataFrame], Bools]:
    """Say which rows are of the chosen mice; of all where none is named."""
    mice = list(only)
    return lambda rows: rows["subject_id"].isin(mice).to_numpy(dtype=bool) if mice else np.full(len(rows), True)


def _places_of(sessions: pd.DataFrame, after: pd.DataFrame) -> Places:
    """Find for each session its row in `after`; -1 where it was not decided."""
    known = after[["subject_id", "session"]].assign(place=np.arange(len(after), dtype=np.int64))
    found = sessions[["subject_id", "session"]].merge(known, on=["subject_id", "session"], how="left")["place"]
    return found.fillna(-1).to_numpy(dtype=np.int64)


def _with_known_days(published: pd.DataFrame, after: pd.DataFrame, decided: Places) -> pd.DataFrame:
    """A day or a suffix that the session table has lost for a night is what was published."""
    columns = {}
    for name in ("session_date", "nwb_suffix"):
        known = np.full(len(after), None, dtype=object)
        known[decided[decided >= 0]] = published[name].to_numpy(dtype=object)[decided >= 0]
        columns[name] = after[name].fillna(pd.Series(known, index=after.index).astype("str"))
    return after.assign(**columns)


def _numbered(rows: pd.DataFrame, sessions: pd.DataFrame, pairs: Places) -> pd.DataFrame:
    """Give rows the number that their session has now; one that vanished keeps its own."""
    there = pairs >= 0
    number = rows["session"].to_numpy(dtype=np.int64).copy()
    number[there] = sessions["session"].to_numpy(dtype=np.int64)[pairs[there]]
    return rows.assign(session=number, vanished=~there)


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    some = [table for table in tables if len(table)]
    return pd.concat(some, ignore_index=True) if some else tables[0]


def serves(rows: pd.DataFrame) -> Bools:
    """
    Tell which published rows readers go by.

    None whose session people left out; of those whose session vanished only what nothing has taken the place of.

    Args:
        rows: Published rows; see `COLUMNS`.

    Returns:
        False for a row whose session was left out, and for one whose session vanished, where its number or its day
        belongs to another, or where the mouse has trained since under a lower number, so that it would pass for the
        last.
    """
    vanished, excluded = rows["vanished"].to_numpy(dtype=bool), rows["excluded"].to_numpy(dtype=bool)
    if not vanished.any():
        kept: Bools = ~excluded
        return kept
    live = rows[~vanished]
    numbers = set(zip(live["subject_id"], live["session"], strict=True))
    dates = set(zip(live["subject_id"], live["session_date"], strict=True))
    mice = live.groupby("subject_id", sort=False)
    highest, latest = mice["session"].max().to_dict(), mice["session_date"].max().dropna().to_dict()
    vanished = vanished & ~excluded
    gone = rows[vanished]
    told = [
        gone[name].astype(object).where(gone[name].notna(), "") for name in ("subject_id", "session", "session_date")
    ]
    result: Bools = ~vanished & ~excluded
    result[vanished] = [
        (subject, number) not in numbers
        and (subject, day) not in dates
        and not (day and number > highest.get(subject, number) and latest.get(subject, "") > day)
        for subject, number, day in zip(*told, strict=True)
    ]
    return result


def by_session(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort rows by mouse and session number; of one number what vanished comes last."""
    tie = [name for name in ("vanished", "session_date", "nwb_suffix") if name in rows.columns]
    return rows.sort_values(["subject_id", "session", *tie], kind="stable", ignore_index=True)


def _differs(old: "pd.Series[Any]", young: "pd.Series[Any]") -> Bools:
    if old.name in METRICS:
        first, second = old.to_numpy(dtype=np.float64), young.to_numpy(dtype=np.float64)
        close: Bools = np.isclose(first, second, rtol=1e-6, atol=1e-9, equal_nan=True)
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


def _as_it_was_in_force(
    published: pd.DataFrame,
    after: pd.DataFrame,
    sessions: pd.DataFrame,
    pairs: Places,
    places: Places,
    *,
    by_people: Texts | None,
    excluded: Bools,
) -> pd.DataFrame:
    """Let a session follow what was published after the one before it, also where the rules now say otherwise."""
    if not len(published) or not len(after):
        return after
    decided = places >= 0
    said = np.full(len(after), None, dtype=object)
    before = published_before(published, sessions, pairs, skipped=excluded)
    if excluded.any():
        # What ran before its predecessor was left out went by what was published then, and keeps it.
        own: Texts = np.full(len(sessions), None, dtype=object)
        own[pairs[pairs >= 0]] = published["current_stage_suggested"].to_numpy(dtype=object)[pairs >= 0]
        keeps = behind_skipped(sessions, excluded) & np.array([stage is not None for stage in own], dtype=bool)
        before = np.where(keeps, own, before)
    if by_people is not None:
        before[np.array([stage is not None for stage in by_people], dtype=bool)] = None
    said[places[decided]] = before[decided]
    turned = np.array([stage is not None for stage in said], dtype=bool)
    suggested = np.where(turned, said, after["current_stage_suggested"].to_numpy(dtype=object))
    unlike = after["current_stage_actual"].to_numpy(dtype=object) != suggested
    overridden = np.where(turned, unlike & after["closed_loop"].to_numpy(dtype=bool), after["overridden_by_trainer"])
    return after.assign(
        current_stage_suggested=pd.array(suggested.tolist(), dtype="str"), overridden_by_trainer=overridden.astype(bool)
    )


def _kinds(rows: pd.DataFrame, old: pd.DataFrame, young: pd.DataFrame, differs: dict[str, Bools]) -> Texts:
    """Tell for each paired row why it may differ: what changed first in the history of its mouse."""
    corrected: Bools = np.logical_or.reduce([differs[name] for name in _ACTUAL])
    marks = young[["subject_id", "session"]].assign(corrected=corrected.astype(np.int64))
    marks["earlier"] = marks.groupby("subject_id", sort=False)["corrected"].cummax()
    news = rows[["subject_id", "session", "publication"]].copy()
    news["newest"] = news.groupby("subject_id", sort=False)["publication"].cummax()
    news["newest"] = news.groupby("subject_id", sort=False)["newest"].shift(1)  # its own is no reason
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


def _not_decided(rows: pd.DataFrame) -> pd.DataFrame:
    table = rows[["subject_id", "session", "session_date"]].reset_index(drop=True)
    kinds = np.where(rows["excluded"].to_numpy(dtype=bool), "excluded", "not decided")
    kinds = np.where(rows["vanished"].to_numpy(dtype=bool), "vanished", kinds)
    table["kind"] = pd.array(kinds.tolist(), dtype="str")
    table["column"] = pd.array(["next_stage_suggested"] * len(rows), dtype="str")
    table["published"] = rows["next_stage_suggested"].array
    table["now"] = pd.array([None] * len(rows), dtype="str")
    return table


def _as_text(cells: "pd.Series[Any]") -> pd.api.extensions.ExtensionArray:
    texts = [None if pd.isna(cell) else f"{cell:.10g}" if isinstance(cell, float) else str(cell) for cell in cells]
    return pd.array(texts, dtype="str")
