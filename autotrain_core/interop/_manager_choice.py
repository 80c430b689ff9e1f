"""Which published rows have a place in the manager table: it holds each mouse and date, and mouse and session, once."""

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.interop._cells import days, texts
from autotrain_core.models import read_numbers

NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


class LeftOut(NamedTuple):
    """A published row that the manager table cannot hold: mouse, session number (None where it has none), and why."""

    subject_id: str
    session: int | None
    sentence: str


class Choice(NamedTuple):
    """The places of the rows that are in, by mouse and session; and the others, in the order of the table."""

    places: npt.NDArray[np.int64]
    left_out: tuple[LeftOut, ...]


def choose(published: pd.DataFrame, *, numeric_subjects_only: bool) -> Choice:
    """
    Choose the rows of the manager table.

    Of several rows of a mouse and date the one with most finished trials is chosen, of equals the latest session; of
    rows without a date the latest session.
    """
    ids = texts(published["subject_id"])
    rows = pd.DataFrame(
        {
            "subject": ids,
            "session": read_numbers(published["session"], whole=True).values,
            "date": [day or "" for day in days(published["session_date"])],
            "finished": np.nan_to_num(read_numbers(published["finished_trials"], whole=False).values, nan=-1.0),
        }
    )
    reasons: dict[int, str] = {}
    for place in np.flatnonzero(rows["session"].isna()).tolist():
        reasons[place] = "it has no session number, and a rig stops at a row without one"
    for place, subject in enumerate(ids):
        if numeric_subjects_only and not NUMBER.fullmatch(subject or ""):
            reasons[place] = f"'{subject or ''}' is no plain number, and today's browser stops at any other id"
    able = rows.drop(index=list(reasons))
    able["rank"] = np.where(able["date"] == "", able["session"], able["finished"])
    able = able.sort_values(["rank", "session"], ascending=False, kind="stable")
    for column in ("session", "date"):
        beaten = able.duplicated(["subject", column])
        keys = list(zip(able["subject"], able[column], strict=True))
        winners = dict(zip(reversed(keys), reversed(able["session"].tolist()), strict=True))
        for at in np.flatnonzero(beaten).tolist():
            reasons[int(able.index[at])] = _beaten(column, keys[at][1], winners[keys[at]])
        able = able[~beaten]
    chosen = able.sort_values(["subject", "session"]).index.to_numpy(dtype=np.int64)
    return Choice(chosen, tuple(_left_out(rows, place, reasons[place]) for place in sorted(reasons)))


def _beaten(column: str, key: object, winner: float) -> str:
    if column == "session":
        return "the mouse has another row of that session number, with as many finished trials or more"
    if not key:
        return f"it has no date, and of sessions without one only the latest ({winner:g}) has a place"
    return f"a mouse has one row a date, and on {key} its session {winner:g} has as many finished trials or more"


def _left_out(rows: pd.DataFrame, place: int, why: str) -> LeftOut:
    number = rows["session"].iloc[place]
    session = None if np.isnan(number) else int(number)
    return LeftOut(str(rows["subject"].iloc[place] or ""), session, f"It is not in the manager table: {why}.")
