"""How long mice stay at a stage: every visit, and what is usual."""

from typing import Literal

import numpy as np
import pandas as pd

from autotrain_core.evaluation._cohort_rows import NO_DAY, days, levels, ordered, require, stage_levels

_QUANTILES = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}


def dwell(rows: pd.DataFrame) -> pd.DataFrame:
    """
    List the visits: consecutive sessions of a mouse at one stage.

    A change of curriculum at the same stage does not end a visit, as it does not end the count of sessions at the
    stage; the visit then stands under the later curriculum.

    Args:
        rows: One row a decided session, in any order: `subject_id`, `session`, `session_date`, `stage`,
            `following`, `curriculum`. Rows without mouse, session or stage are passed over.

    Returns:
        A row a visit, mouse by mouse in order, on a fresh index: `subject_id`, `curriculum`, `stage`; `entered`
        (int64, session number); `sessions` (int64, decided ones); `days` (float64: calendar days, the first and the
        last session's counted; missing where one of the two dates is); `ended` (bool: another stage was run next,
        or, for the last visit of a mouse, is to be run next; False: still there when last seen); `left_for`
        (category: that stage; missing where not ended).

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    require(rows, ["subject_id", "session", "session_date", "stage", "following", "curriculum"])
    run, following = stage_levels(rows)
    each = ordered(rows, run)
    code = each.stage.codes
    enters = each.first | (np.diff(code, prepend=-1) != 0)
    start = np.flatnonzero(enters)
    end = np.append(start[1:], len(code))[: len(start)] - 1
    sent = following.codes[each.places[end]]
    left_for = np.where(each.last[end], np.where(sent == code[end], -1, sent), np.append(code, -1)[end + 1])
    day = days(rows["session_date"])[each.places]
    dated = (day[start] != NO_DAY) & (day[end] != NO_DAY)
    return pd.DataFrame(
        {
            "subject_id": rows["subject_id"].iloc[each.places[start]].array,
            "curriculum": rows["curriculum"].iloc[each.places[end]].array,
            "stage": run.column(code[start]),
            "entered": each.session[start].astype(np.int64),
            "sessions": end - start + 1,
            "days": np.where(dated, day[end] - day[start] + 1.0, np.nan),
            "ended": left_for >= 0,
            "left_for": run.column(left_for),
        }
    )


def dwell_summary(
    visits: pd.DataFrame, *, unit: Literal["sessions", "days"] = "sessions", percentile: int = 90
) -> pd.DataFrame:
    """
    Say how long visits usually last, by curriculum and stage.

    Args:
        visits: As `dwell` gives them: `curriculum`, `stage`, `ended` and the column of the unit.
        unit: What the length is counted in.
        percentile: One more that is told, beside the quartiles.

    Returns:
        A row for each curriculum and stage, in the order of their categories, else of first appearance, on a fresh
        index: `curriculum`, `stage`; `visits` (int64); `ended` (int64: how many of them have ended); and of the
        ended visits of known length, `n` (int64: how many), `median`, `quartile_1`, `quartile_3`, and `percentile_90`
        or the other one that was asked for (float64, in the unit, interpolated; missing without any). Visits that go
        on are left out of these: while many do, the numbers are too small. Visits without curriculum or stage are
        passed over.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice.
    """
    require(visits, ["curriculum", "stage", "ended", unit], "The table of visits")
    curriculum, stage = levels(visits["curriculum"]), levels(visits["stage"])
    width = max(len(stage.names), 1)
    named = (curriculum.codes >= 0) & (stage.codes >= 0)
    ended = visits["ended"].to_numpy(dtype=bool)
    length = visits[unit].to_numpy(dtype=np.float64)
    group = (curriculum.codes * width + stage.codes)[named]
    size = len(curriculum.names) * width
    counts = np.bincount(group, minlength=size)
    there = np.flatnonzero(counts)
    measured = ended[named] & ~np.isnan(length[named])
    lengths = pd.Series(length[named][measured]).groupby(group[measured])
    wanted = {**_QUANTILES, f"percentile_{percentile}": percentile / 100}
    quantiles = lengths.quantile(np.unique(list(wanted.values()))).unstack().reindex(index=there)
    return pd.DataFrame(
        {
            "curriculum": curriculum.column(there // width),
            "stage": stage.column(there % width),
            "visits": counts[there],
            "ended": np.bincount(group[ended[named]], minlength=size)[there],
            "n": np.bincount(group[measured], minlength=size)[there],
            **{
                name: quantiles[at].to_numpy(dtype=np.float64) if at in quantiles.columns else np.nan
                for name, at in wanted.items()
            },
        }
    )
