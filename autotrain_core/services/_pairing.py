"""
Which session a published row is about: the session table may renumber it, and lose or find its day for a night.

What tells more is tried first: what was measured, then the number, then the place among the sessions of the day.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

Places = npt.NDArray[np.int64]

_DIGITS = 9


def pair(published: pd.DataFrame, sessions: pd.DataFrame) -> Places:
    """
    Find for each published row the session that it is about.

    Args:
        published: n rows by mouse and session: `subject_id`, `session`, `session_date`, `nwb_suffix`,
            `finished_trials`, `foraging_efficiency`.
        sessions: m sessions by mouse and session; the same columns.

    Returns:
        Places in `sessions`, shape (n,), each at most once; -1 where there is none.
    """
    left, right = _keys(published), _keys(sessions)
    found = np.full(len(left), -1, dtype=np.int64)
    taken = np.zeros(len(right), dtype=bool)
    measured = ["subject_id", "day", "suffix", "trials", "efficiency"]
    for columns in (
        measured,
        ["subject_id", "day", "suffix", "session"],
        ["subject_id", "day", "session"],
        ["subject_id", "day", "suffix"],
    ):
        _match(left, right, found, taken, columns, left["day"] != "", right["day"] != "")
    # Of two files of a day the fuller one is what a row without a suffix is about.
    fuller = right.sort_values("trials", ascending=False, kind="stable")
    bare = left["suffix"] == ""
    _match(left, fuller, found, taken, ["subject_id", "day"], (left["day"] != "") & bare, fuller["day"] != "")
    dayed = right["day"] != ""
    _match(left, right, found, taken, ["subject_id", "day"], left["day"] != "", dayed & (right["suffix"] == ""))
    for mine, theirs in ((left["day"] == "", dayed | ~dayed), (left["day"] != "", ~dayed)):
        _match(left, right, found, taken, ["subject_id", "session"], mine, theirs)
    return found


def paired(published: pd.DataFrame, sessions: pd.DataFrame, *, same_table: bool) -> Places:
    """
    Pair as `pair` does, at once where nothing can have been renumbered.

    Args:
        published: See `pair`; and `vanished` (bool).
        sessions: See `pair`.
        same_table: The session table is the one that the rows were published by: then their numbers are its numbers.
    """
    if same_table:
        found = _by_number(published, sessions)
        if found is not None:
            return found
    return pair(published, sessions)


def _by_number(published: pd.DataFrame, sessions: pd.DataFrame) -> Places | None:
    """Pair by mouse and number; None where a row finds nothing or another day: a run of some mice left it behind."""
    both = pd.concat([published["subject_id"], sessions["subject_id"]], ignore_index=True)
    codes = pd.factorize(both)[0].astype(np.int64) << 32
    mine = codes[: len(published)] + published["session"].to_numpy(dtype=np.int64)
    theirs = codes[len(published) :] + sessions["session"].to_numpy(dtype=np.int64)
    order = np.argsort(theirs, kind="stable")
    places = np.searchsorted(theirs[order], mine)
    live = ~published["vanished"].to_numpy(dtype=bool)
    if (places[live] >= len(order)).any():
        return None
    found = np.where(live, order[np.minimum(places, len(order) - 1)], -1) if len(order) else places * 0 - 1
    there = found[live]
    days = published["session_date"].array[live].fillna("") == sessions["session_date"].array[there].fillna("")
    same = (theirs[there] == mine[live]) & np.asarray(days, dtype=bool)
    return found.astype(np.int64) if same.all() else None


def _keys(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject_id": rows["subject_id"].array,
            "day": rows["session_date"].fillna("").array,
            # A number of hours, minutes and seconds loses its zeros when some program takes it for a number.
            "suffix": rows["nwb_suffix"].fillna("").str.lstrip("0").array,
            "session": rows["session"].to_numpy(dtype=np.int64),
            "trials": rows["finished_trials"].fillna(-1).to_numpy(dtype=np.float64),
            "efficiency": rows["foraging_efficiency"].fillna(-1).round(_DIGITS).to_numpy(dtype=np.float64),
        }
    )


def _match(
    left: pd.DataFrame,
    right: pd.DataFrame,
    found: Places,
    taken: npt.NDArray[np.bool_],
    columns: list[str],
    mine: "pd.Series[bool]",
    theirs: "pd.Series[bool]",
) -> None:
    """Pair what is left over on both sides by the columns; of several the first with the first."""
    free = left[(found < 0) & mine.to_numpy(dtype=bool)]
    if not len(free):
        return
    places = right.index.to_numpy()
    open_ones = right[~taken[places] & theirs.to_numpy(dtype=bool)]
    if not len(open_ones):
        return
    sides = []
    for rows, name in ((free, "mine"), (open_ones, "theirs")):
        side = rows[columns].copy()
        side["rank"] = side.groupby(columns, sort=False).cumcount()
        side[name] = rows.index.to_numpy()
        sides.append(side)
    pairs = sides[0].merge(sides[1], on=[*columns, "rank"])
    found[pairs["mine"].to_numpy()] = pairs["theirs"].to_numpy()
    taken[pairs["theirs"].to_numpy()] = True
