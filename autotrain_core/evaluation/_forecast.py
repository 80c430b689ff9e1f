"""
When each mouse will graduate, from the mice that were once where it is now.

A landmark estimate: of the other mice of its curriculum that were to run the same next stage after as many sessions in
a row there, what became of them from then on. Nothing is assumed about how mice learn; where too few were there, it
says so and not more.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation._cohort_rows import as_dates
from autotrain_core.evaluation._forecast_paths import (
    GRADUATED,
    LEFT,
    STAYED,
    Compared,
    Paths,
    at_risk,
    counted,
    days_of_sessions,
    paths,
    rhythms,
    tallied,
)
from autotrain_core.evaluation._incidence import Incidence, estimated, incidence, interval
from autotrain_core.rules import Bools, Floats, Ints

FORECASTS = ("forecast", "too few", "graduated", "left")
"""What can be said of a mouse: a forecast, that too few were where it is, that it graduated, that it left."""

HORIZONS = (10, 20, 30)
"""Sessions within which the chance to graduate is told."""

_PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
_DATED = (10, 50, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enough:
    """
    From how many others something is concluded.

    Attributes:
        comparable: Mice that were where the mouse is, and have trained since or left.
        graduated: Of them, those that have graduated.
    """

    comparable: int = 10
    graduated: int = 5


ENOUGH = Enough()


def forecast(
    rows: pd.DataFrame, *, on: date, active_days: int = 14, enough: Enough = ENOUGH, level: float = 0.95
) -> pd.DataFrame:
    """
    Say for each mouse whether it will graduate, and when.

    Args:
        rows: One row a decided session, in any order: `subject_id`, `session`, `session_date`, `curriculum`
            (Name@version), `stage` (that was run), `following` (the next). A row that lacks one of them is passed
            over.
        on: The day. What came after it is not looked at.
        active_days: A mouse that has not trained for longer before the lab's newest day has left.
        enough: From how many others something is concluded.
        level: Of `lower` and `upper`, above 0 and below 1.

    Returns:
        A row a mouse, in the order of `rows`, on a fresh index. `subject_id`, `curriculum`, `stage` (the next one);
        `at_stage` (int64: sessions in a row there until now); `status` (category of FORECASTS); `compared` (str: with
        mice of the same "version", of the same "name" where those were too few, or ""); `comparable`, `graduated`,
        `left` (int64: how many of those, and what became of them until now; others still train). Where there is a
        forecast (else missing, float64): `probability` to graduate, as far as anybody was seen, with `lower` and
        `upper`; `within_10`, `within_20`, `within_30`, the probability to graduate within so many sessions; of the
        sessions left, if it graduates, the percentiles `sessions_5`, `sessions_10`, `sessions_25`, `sessions_50`,
        `sessions_75`, `sessions_90`, `sessions_95`; `seen` (for how many sessions anybody was followed); `rhythm`
        (sessions a week, of its last four weeks) and `own_rhythm` (bool: its own, else the lab's mean); `day_10`,
        `day_50`, `day_90` (datetime64[s]: when those sessions fall, in this rhythm on these days of the week).

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    known = paths(rows, until=_number(on))
    last = np.flatnonzero(known.each.last)
    table = _positions(known, last, active_days=active_days)
    asked = np.flatnonzero(table["status"].to_numpy() == "forecast")
    found = _estimates(known, last[asked], active_days=active_days, enough=enough, level=level)
    for name, values in found.items():
        table[name] = _spread(values, asked, len(table))
    table.loc[asked[found["too_few"]], "status"] = "too few"
    table = table.drop(columns="too_few")
    _add_days(table, known, last, on=on)
    table["status"] = pd.Categorical(table["status"], categories=FORECASTS)
    return table.astype({"compared": "str"})


def forecast_curve(
    rows: pd.DataFrame,
    subject_id: str,
    *,
    on: date,
    active_days: int = 14,
    enough: Enough = ENOUGH,
    level: float = 0.95,
) -> Incidence:
    """
    Give the curves behind the forecast of one mouse: the share that graduated, and the share that left.

    Args:
        rows: See `forecast`.
        subject_id: The mouse.
        on: See `forecast`.
        active_days: See `forecast`.
        enough: See `forecast`.
        level: Of the intervals, above 0 and below 1.

    Returns:
        Over the sessions from now on; the first end is graduation, the second to leave. Nobody takes part where the
        mouse has graduated.

    Raises:
        NotStoredError: No row is of this mouse.
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    known = paths(rows, until=_number(on))
    names = known.each.mice.names.astype(str)
    last = np.flatnonzero(known.each.last)
    mine = last[names[known.each.mice.codes[last]] == subject_id]
    if not len(mine):
        raise NotStoredError(f"No decided session is of mouse {subject_id}.")
    mine = mine[known.state[mine] >= 0]
    tallies = [(same, every) for _, same, every in tallied(known, mine, active_days=active_days)]
    ends = _chosen(*tallies[0], enough)[0][:, 0] if tallies else np.zeros((3, 1), dtype=np.int64)
    causes, durations = np.indices(ends.shape)
    many = ends.ravel()
    return incidence(
        np.repeat(durations.ravel(), many).astype(np.float64), np.repeat(causes.ravel(), many), level=level, n_causes=2
    )


def chances(pairs: Compared, targets: int, within: int, enough: Enough) -> tuple[Floats, Bools]:
    """Give the chance of some mice to graduate within so many sessions, and of whom too few others tell."""
    ends, _ = _chosen(*counted(pairs, targets), enough)
    _, share, _ = estimated(at_risk(ends), ends[1:])
    return share[0][:, min(within, share.shape[2] - 1)], ~_are(ends, enough)


def _number(on: date) -> int:
    return int(np.datetime64(on, "D").astype(np.int64))


def _positions(known: Paths, last: Ints, *, active_days: int) -> pd.DataFrame:
    gone = known.newest - known.day[last] > active_days
    there = known.state[last] < 0
    return pd.DataFrame(
        {
            "subject_id": known.each.mice.column(known.each.mice.codes[last]).array,
            "curriculum": known.curriculum.column(known.curriculum.codes[last]).array,
            "stage": known.following.column(known.following.codes[last]).array,
            "at_stage": known.count[last],
            "status": np.select([there, gone], ["graduated", "left"], "forecast").astype(object),
        }
    )


def _estimates(
    known: Paths, asked: Ints, *, active_days: int, enough: Enough, level: float
) -> dict[str, "np.ndarray[Any, Any]"]:
    """Estimate for some rows; portion by portion."""
    parts = [
        _portion(same, every, enough=enough, level=level)
        for _, same, every in tallied(known, asked, active_days=active_days)
    ]
    nobody = np.zeros((3, 0, 1), dtype=np.int64)
    parts = parts or [_portion(nobody, nobody, enough=enough, level=level)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _portion(same: Ints, every: Ints, *, enough: Enough, level: float) -> dict[str, "np.ndarray[Any, Any]"]:
    ends, by_version = _chosen(same, every, enough)
    waited = at_risk(ends)
    _, share, variance = estimated(waited, ends[1:])
    witnesses, too_few = _witnesses(ends), ~_are(ends, enough)
    whole = share[0][:, -1]
    lower, upper = _ends(whole, variance[0][:, -1], witnesses, level)
    numbers: dict[str, np.ndarray[Any, Any]] = {
        "probability": whole,
        "lower": lower,
        "upper": upper,
        **{f"within_{most}": share[0][:, min(most, share.shape[2] - 1)] for most in HORIZONS},
        **{f"sessions_{part}": _first_over(share[0], whole * part / 100) for part in _PERCENTILES},
        "seen": np.where(waited > 0, np.arange(waited.shape[1]), 0).max(axis=1).astype(np.float64),
    }
    return {
        "compared": np.select([witnesses == 0, by_version], ["", "version"], "name").astype(object),
        "comparable": witnesses,
        "graduated": ends[GRADUATED].sum(axis=1),
        "left": ends[LEFT].sum(axis=1),
        **{name: np.where(too_few, np.nan, values) for name, values in numbers.items()},
        "too_few": too_few,
    }


def _chosen(same: Ints, every: Ints, enough: Enough) -> tuple[Ints, Bools]:
    """Keep those of the same version where they are enough; else all of the same name."""
    by_version = _are(same, enough)
    return np.where(by_version[:, None], same, every), by_version


def _are(ends: Ints, enough: Enough) -> Bools:
    """Tell for whom there are enough others."""
    found: Bools = (_witnesses(ends) >= enough.comparable) & (ends[GRADUATED].sum(axis=1) >= enough.graduated)
    return found


def _witnesses(ends: Ints) -> Ints:
    """Count the others that tell anything: one that is at the same place just now does not."""
    found: Ints = ends.sum(axis=(0, 2)) - ends[STAYED][:, 0]
    return found


def _ends(share: Floats, variance: Floats, n: Ints, level: float) -> tuple[Floats, Floats]:
    """Give the interval; where all graduated, that of so many successes in a row (Clopper and Pearson 1934)."""
    lower, upper = interval(share, variance, level=level)
    all_of_them = ((1 - level) / 2) ** (1 / np.maximum(n, 1))
    return np.where(np.isnan(lower), all_of_them, lower), np.where(np.isnan(upper), 1.0, upper)


def _first_over(share: Floats, wanted: Floats) -> Floats:
    """Give the first session by which a share has graduated."""
    before: Floats = (share < wanted[:, None] - 1e-12).sum(axis=1).astype(np.float64)
    return before


def _spread(values: "np.ndarray[Any, Any]", places: Ints, size: int) -> "np.ndarray[Any, Any]":
    """Lay values at some places; elsewhere stands what means nothing."""
    empty: Any = {"O": "", "f": np.nan, "b": False}.get(values.dtype.kind, 0)
    whole = np.full(size, empty, dtype=values.dtype)
    whole[places] = values
    return whole


def _add_days(table: pd.DataFrame, known: Paths, last: Ints, *, on: date) -> None:
    rate, own = rhythms(known, last)
    told = table["probability"].notna().to_numpy()
    table["rhythm"] = np.where(told, rate.sum(axis=1), np.nan)
    table["own_rhythm"] = own & told
    first = max(known.newest + 1, _number(on))
    for part in _DATED:
        sessions = table[f"sessions_{part}"].to_numpy(dtype=np.float64)
        day = days_of_sessions(rate, sessions, first=first)
        numbers = np.where(np.isnan(day), np.iinfo(np.int64).min, np.nan_to_num(day)).astype(np.int64)
        table[f"day_{part}"] = as_dates(numbers)
