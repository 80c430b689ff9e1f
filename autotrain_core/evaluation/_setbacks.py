"""Mice that go to and fro between stages, and mice whose numbers slide below what they were."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from autotrain_core.evaluation._cohort_rows import Ordered, graduated, levels, ordered, require, stage_levels
from autotrain_core.models import read_numbers
from autotrain_core.rules import Bools, Floats, Ints

_TO_SIGMA = 1.4826  # a median distance from the median is so much of a normal spread


def turns(rows: pd.DataFrame, *, decisions: int = 12) -> pd.DataFrame:
    """
    Count how often mice were sent back where they had come from.

    Two moves are a turn where the second one leads back to the stage that the first one left, however many sessions the
    mouse stayed in between: to Stage 3, and back to Stage 2. Turns between other two stages than those of the last one
    do not count.

    Args:
        rows: One row a decided session, in any order: `subject_id`, `session`, `stage` (that was run), `following` (the
            next). Rows without mouse, session or stage are passed over.
        decisions: Only moves within so many last decisions of a mouse count.

    Returns:
        A row a mouse that has turned, on a fresh index: `subject_id`; `turns` (int64: how often); `session` (int64: of
        the last turn); `stage`, `other` (category: where that one led, and from where).

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    require(rows, ["subject_id", "session", "stage", "following"])
    run, following = stage_levels(rows)
    each = ordered(rows, run)
    then = following.at(each.places)
    late = _from_last(each) < decisions
    moves = np.flatnonzero((then.codes >= 0) & (then.codes != each.stage.codes) & late & ~graduated(then))
    mouse = each.mouse_number()[moves]
    back = np.zeros(len(moves), dtype=np.bool_)
    back[1:] = (
        (mouse[1:] == mouse[:-1])
        & (then.codes[moves][1:] == each.stage.codes[moves][:-1])
        & (each.stage.codes[moves][1:] == then.codes[moves][:-1])
    )
    turned, whose = moves[back], mouse[back]
    pair = np.sort(np.stack([each.stage.codes[turned], then.codes[turned]]), axis=0)
    ends = np.flatnonzero(np.append(np.diff(whose) != 0, True)[: len(whose)])
    groups = np.cumsum(np.append(0, np.diff(whose) != 0))[: len(whose)]
    same = (pair == pair[:, ends][:, groups]).all(axis=0)
    last = turned[ends]
    return pd.DataFrame(
        {
            "subject_id": rows["subject_id"].iloc[each.places[last]].array,
            "turns": np.bincount(groups[same], minlength=len(ends)),
            "session": each.session[last].astype(np.int64),
            "stage": then.column(then.codes[last]),
            "other": run.column(each.stage.codes[last]),
        }
    )


def slides(
    rows: pd.DataFrame,
    metrics: Sequence[str],
    *,
    sessions: int = 3,
    before: int = 10,
    spreads: float = 3.0,
    share: float = 0.2,
    least: int = 5,
) -> pd.DataFrame:
    """
    Find mice whose last sessions are well below what they did before at the same stage.

    What they did before is the median of up to `before` sessions; what is usual around it is the median distance from
    it, times 1.4826. One good or bad day among them moves neither. A mouse that came to a new stage is not compared
    with what it did at another one.

    Args:
        rows: One row a decided session, in any order: `subject_id`, `session`, `stage` and the metrics. Rows without
            mouse, session or stage are passed over.
        metrics: Columns of which less is worse.
        sessions: So many last sessions, in a row at the stage, are compared by their median.
        before: With at most so many at the same stage, in a row before them.
        spreads: They are lower by more than so many usual distances.
        share: And by more than this share of the level before.
        least: Of the sessions before, so many have a value at least.

    Returns:
        A row a mouse and metric, mouse by mouse, on a fresh index: `subject_id`, `metric` (str), `session` (int64: its
        last one), `entered` (int64: the first one of its visit to the stage), `now`, `usual` (float64: medians of the
        last sessions and of those before), `n` (int64: how many those are).

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    require(rows, ["subject_id", "session", "stage", *metrics])
    each = ordered(rows)
    start, windows = _windows(each, sessions + before)
    found = [
        _slid(rows, name, each, start, windows, sessions, spreads=spreads, share=share, least=least) for name in metrics
    ]
    names = levels(rows["subject_id"])
    empty = pd.DataFrame(columns=[*_SLID]).astype(_SLID)
    table = pd.concat([empty, *found], ignore_index=True) if found else empty
    table = table.sort_values("mouse", kind="stable", ignore_index=True)
    table.insert(0, "subject_id", names.column(table.pop("mouse").to_numpy(dtype=np.int64)).array)
    return table


_SLID = {"mouse": "int64", "metric": "str", "session": "int64", "entered": "int64", "now": "float64"} | {
    "usual": "float64",
    "n": "int64",
}


def _windows(each: Ordered, width: int) -> tuple[Ints, Ints]:
    """Give each mouse's first row at its stage, and its last rows there, latest first; -1 where there is none."""
    last = np.flatnonzero(each.last)
    enters = each.first | (np.diff(each.stage.codes, prepend=-1) != 0)
    start = np.maximum.accumulate(np.where(enters, np.arange(len(enters)), 0))[last]
    place = last[:, None] - np.arange(width)[None, :]
    return start, np.where(place >= start[:, None], place, -1)


def _slid(
    rows: pd.DataFrame,
    name: str,
    each: Ordered,
    start: Ints,
    windows: Ints,
    sessions: int,
    *,
    spreads: float,
    share: float,
    least: int,
) -> pd.DataFrame:
    values = np.append(read_numbers(rows[name], whole=False).values[each.places], np.nan)[windows]
    now, past = values[:, :sessions], values[:, sessions:]
    enough = ~np.isnan(now).any(axis=1) & ((~np.isnan(past)).sum(axis=1) >= least)
    now, past = now[enough], past[enough]
    usual, recent = _median(past), _median(now)
    spread = _TO_SIGMA * _median(np.abs(past - usual[:, None]))
    low: Bools = (usual - recent > spreads * spread) & (usual - recent > share * np.abs(usual))
    last = windows[enough, 0][low]
    return pd.DataFrame(
        {
            "mouse": each.mice.codes[last],
            "metric": pd.array([name] * len(last), dtype="str"),
            "session": each.session[last].astype(np.int64),
            "entered": each.session[start[enough][low]].astype(np.int64),
            "now": recent[low],
            "usual": usual[low],
            "n": (~np.isnan(past[low])).sum(axis=1),
        }
    )


def _median(values: Floats) -> Floats:
    """Give the median of each row, without what is missing; every row has something."""
    found: Floats = np.nanmedian(values, axis=1) if len(values) else np.empty(0)
    return found


def _from_last(each: Ordered) -> Ints:
    """Count each row's place from the last of its mouse, which is 0."""
    ends = np.flatnonzero(each.last)
    return ends[each.mouse_number()] - np.arange(len(each.places))
