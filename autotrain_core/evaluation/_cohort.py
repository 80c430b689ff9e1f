"""How a cohort gets on: who graduates when, which stages are occupied, what is decided at each, who goes where."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.evaluation._cohort_rows import (
    NO_DAY,
    Levels,
    Ordered,
    as_dates,
    days,
    graduated,
    levels,
    ordered,
    require,
    stage_levels,
)
from autotrain_core.models import Decision, read_numbers
from autotrain_core.rules import Bools, Floats, Ints

_NAMES = [decision.name for decision in Decision]


def time_to_graduate(
    rows: pd.DataFrame, *, unit: Literal["sessions", "days"] = "sessions", by: Sequence[str] = ()
) -> pd.DataFrame:
    """
    Measure how long each mouse took to graduate, or how long it was watched without.

    Args:
        rows: One row a decided session, in any order: `subject_id`, `session` (number), `stage` (that was run),
            `following` (the next), `curriculum`, for days `session_date`, and the columns named in `by`. Rows
            without mouse, session or stage are passed over.
        unit: Decided sessions, up to and with the one that sent the mouse to Graduated; or calendar days from
            its earliest date, the first and the last counted.
        by: Columns to group the mice by. A mouse stands in the group of its last row, with all its time: one that
            changed its curriculum counts with the one that it changed to (see `curricula`).

    Returns:
        A row a mouse, on a fresh index: `subject_id`; `duration` (float64; missing where dates are, and where the
        mouse was at Graduated from its first row); `observed` (bool: graduated; else last seen after that time);
        `curricula` (int64: how many it has been on); and the columns of `by`.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    require(rows, ["subject_id", "session", "stage", "following", "curriculum", *by, *_DATE[unit]])
    run, following = stage_levels(rows)
    each = ordered(rows, run)
    starts, ends = each.starts, np.flatnonzero(each.last)
    there = graduated(each.stage)
    sent = graduated(following.at(each.places)) & ~there
    row = np.arange(len(each.places))
    event = _least(np.where(sent, row, len(row)), starts)
    observed = event < len(row)
    end = np.where(observed, event, ends)
    if unit == "days":
        duration = _days_between(days(rows["session_date"])[each.places], each, end, observed)
    else:
        duration = (end - starts + 1).astype(np.float64)
    table = pd.DataFrame(
        {
            "subject_id": rows["subject_id"].iloc[each.places[ends]].array,
            "duration": np.where(there[starts], np.nan, duration),
            "observed": observed & ~there[starts],
            "curricula": _different(levels(rows["curriculum"]).codes[each.places], each),
        }
    )
    for name in by:
        table[name] = rows[name].iloc[each.places[ends]].array
    return table


_DATE = {"sessions": (), "days": ("session_date",)}


def _days_between(day: Ints, each: Ordered, end: Ints, observed: Bools) -> Floats:
    known = day != NO_DAY
    first = _least(np.where(known, day, np.iinfo(np.int64).max), each.starts)
    latest = np.maximum.reduceat(day, each.starts) if len(day) else day
    last = np.where(observed, day[end], latest)
    return np.where(last == NO_DAY, np.nan, last - first + 1.0)


def _least(values: Ints, starts: Ints) -> Ints:
    return np.minimum.reduceat(values, starts) if len(values) else values


def _different(codes: Ints, each: Ordered) -> Ints:
    """Count the different codes of each mouse; missing ones do not count."""
    number = each.mouse_number()
    known = codes >= 0
    width = int(codes.max(initial=0)) + 1
    pairs = pd.unique(number[known] * width + codes[known])
    return np.bincount(pairs // width, minlength=len(each.starts))


def occupancy(rows: pd.DataFrame, *, by: Literal["date", "week", "session"] = "date") -> pd.DataFrame:
    """
    Count the mice at each stage over time, for stacked areas.

    From its first to its last session each mouse counts once, at the stage that it last ran; of several sessions
    on one day, or in one week, the later counts.

    Args:
        rows: One row a decided session, in any order: `subject_id`, `session`, `stage`, and for dates and weeks
            `session_date`. Rows without one of these are passed over.
        by: Days, weeks (from Monday) or session numbers.

    Returns:
        A row for each point in time at which a mouse trained, or was no longer counted, indexed by `date` or `week`
        (datetime64[s]) or `session` (int64); between two rows nothing changes: draw steps. A column a stage that
        anybody was at (int64, mice), in the order of the category, else of first appearance.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    require(rows, ["subject_id", "session", "stage", *_TIME[by]])
    time = _times(rows, by)
    each = ordered(rows, then_by=time)
    at = time[each.places]
    # A mouse leaves a point for its next row, and after its last row for good.
    until = np.where(each.last, at + 1, np.append(at[1:], 0)[: len(at)])
    points, place = np.unique(np.concatenate([at, until]), return_inverse=True)
    width = len(each.stage.names)
    code = each.stage.codes
    size = len(points) * width
    arrived = np.bincount(place[: len(at)] * width + code, minlength=size)
    left = np.bincount(place[len(at) :] * width + code, minlength=size)
    counts = (arrived - left).reshape(len(points), width).cumsum(axis=0)[:-1]
    seen = np.bincount(code, minlength=width) > 0
    index = pd.Index(points[:-1], name=by) if by == "session" else pd.DatetimeIndex(_dates(points[:-1], by), name=by)
    return pd.DataFrame(
        counts[:, seen], index=index, columns=pd.Index(each.stage.names[seen].astype(str), name="stage")
    )


_TIME = {"date": ("session_date",), "week": ("session_date",), "session": ()}
_MONDAY = 3  # the first day of 1970 was a Thursday


def _times(rows: pd.DataFrame, by: str) -> Ints:
    if by == "session":
        number = read_numbers(rows["session"], whole=True).values
        return np.where(np.isnan(number), np.float64(NO_DAY), number).astype(np.int64)
    day = days(rows["session_date"])
    return day if by == "date" else np.where(day == NO_DAY, NO_DAY, (day + _MONDAY) // 7)


def _dates(points: Ints, by: str) -> npt.NDArray[np.datetime64]:
    return as_dates(points if by == "date" else points * 7 - _MONDAY)


def decisions_per_stage(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Count the decisions at each stage.

    Args:
        rows: One row a decided session: `subject_id`, `stage`, `decision`. Rows without a stage or with another
            decision are passed over.

    Returns:
        A row a stage that anybody was at, indexed by `stage`, in the order of the category, else of first
        appearance: `mice`, `sessions`, `STAY`, `PROGRESS`, `ROLLBACK` (int64).

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice.
    """
    require(rows, ["subject_id", "stage", "decision"])
    stage, mice, decision = (levels(rows[name]) for name in ("stage", "subject_id", "decision"))
    made = np.append(pd.Index(_NAMES).get_indexer(decision.names), -1)[decision.codes]
    counted = (stage.codes >= 0) & (made >= 0) & (mice.codes >= 0)
    code, width = stage.codes[counted], len(stage.names)
    counts = np.bincount(code * 3 + made[counted], minlength=width * 3).reshape(width, 3)
    pairs = pd.unique(mice.codes[counted] * width + code)
    table = pd.DataFrame(counts, index=pd.Index(stage.names.astype(str), name="stage"), columns=_NAMES)
    table.insert(0, "mice", np.bincount(pairs % max(width, 1), minlength=width))
    table.insert(1, "sessions", counts.sum(axis=1))
    return table[table["sessions"] > 0]


def transitions(rows: pd.DataFrame, *, by: str | None = None) -> pd.DataFrame:
    """
    Count who goes from which stage to which: as the rules decided, and as it was run.

    Args:
        rows: One row a decided session, in any order: `subject_id`, `session`, `stage`, `following`, and `by`. Rows
            without mouse, session or stage are passed over.
        by: A column to count separately by, such as `curriculum`; rows in which it is missing form a group too.

    Returns:
        A row for each pair that occurs, on a fresh index, in the order of the stages: the column `by`; `stage` and
        `to` (category of one list), which are equal where the mouse stayed; `decided` (int64: decisions that sent
        from one to the other) and `decided_share` (of the decisions at `stage`); `ran` (int64: times that `to` was
        what the mouse ran next) and `ran_share` (of the times that it ran anything next). A share of nothing is NaN.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    require(rows, ["subject_id", "session", "stage", "following", *([by] if by else [])])
    run, following = stage_levels(rows)
    each = ordered(rows, run)
    group = levels(rows[by]).at(each.places) if by else Levels(np.zeros(len(each.places), np.int64), pd.Index([""]))
    stages, groups = len(run.names), len(group.names) + 1
    # A missing group comes last.
    origin = np.where(group.codes < 0, groups - 1, group.codes) * stages + each.stage.codes
    next_run = np.where(each.last, -1, np.append(each.stage.codes[1:], -1)[: len(each.places)])
    decided = _pairs(origin, following.codes[each.places], groups * stages, stages)
    ran = _pairs(origin, next_run, groups * stages, stages)
    source, to = np.nonzero(decided + ran)
    number = source // stages if stages else source
    table = pd.DataFrame(
        {
            "stage": run.column(source % max(stages, 1)),
            "to": run.column(to),
            "decided": decided[source, to],
            "decided_share": _share(decided)[source, to],
            "ran": ran[source, to],
            "ran_share": _share(ran)[source, to],
        }
    )
    if by:
        table.insert(0, by, group.column(np.where(number == groups - 1, -1, number)).array)
    return table


def _pairs(origin: Ints, to: Ints, origins: int, stages: int) -> Ints:
    known = to >= 0
    counts = np.bincount(origin[known] * stages + to[known], minlength=origins * stages)
    return counts.reshape(origins, stages)


def _share(counts: Ints) -> Floats:
    totals = counts.sum(axis=1, keepdims=True)
    shares: Floats = np.full(counts.shape, np.nan)
    np.divide(counts, totals, out=shares, where=totals > 0)
    return shares
