"""
Whether forecasts come true: each mouse forecast from the others, as they were known on that day.

Of each mouse one forecast is tried, after a number of sessions that is fixed beforehand. Several forecasts of a mouse
would share its fate, and the shares of the bins would look surer than they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd

from autotrain_core.evaluation._cohort_rows import as_dates
from autotrain_core.evaluation._forecast import ENOUGH, Enough, chances
from autotrain_core.evaluation._forecast_paths import GRADUATED, STAYED, Paths, compared, outcomes, paths
from autotrain_core.rules import Bools, Floats, Ints

_DAYS_PER_SESSION = 3
_MOST_MICE = 1_000  # whom to try: more make the picture no clearer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """
    Forecasts of the past beside what came of them.

    Attributes:
        tried: One row a mouse that could be tried, on a fresh index: `subject_id`, `session` (int64: the number of
            decided sessions after which it was forecast), `day` (datetime64[s]), `predicted` (float64: probability to
            graduate within `within` more sessions), `graduated` (bool: whether it did).
        bins: One row for each fifth (or so) of the probabilities that has mice, on a fresh index: `low`, `high`
            (float64: its ends), `mice`, `graduated` (int64), `predicted` (float64: mean of the forecasts), `observed`
            (float64: share that graduated), `lower`, `upper` (float64: Wilson's binomial interval of `observed`).
        within: Sessions that a forecast looked ahead.
        level: Of the intervals, 0 to 1.
        brier: Mean squared distance of forecast and outcome, 0 (all right) to 1; NaN where no mouse was tried.
        brier_of_mean: The same for one who says of every mouse the share of all that graduated.
        too_few: Mice that were not tried because too few others were known then.
        still_open: Mice that were not tried because nobody knows yet what became of them.
        standard_errors: How far the number of graduates lies above (or below) what was foretold for all together, in
            standard errors of the binomial; NaN where no mouse was tried.
    """

    tried: pd.DataFrame
    bins: pd.DataFrame
    within: int
    level: float
    brier: float
    brier_of_mean: float
    too_few: int
    still_open: int
    standard_errors: float


def calibration(
    rows: pd.DataFrame,
    *,
    on: date,
    within: int = 20,
    after: Sequence[int] = (4, 8, 12),
    active_days: int = 14,
    enough: Enough = ENOUGH,
    bins: int = 5,
    level: float = 0.95,
) -> Calibration:
    """
    Try the forecasts on mice that are left out of them, and on nothing that was not known on that day.

    A mouse counts only if its day lies far enough back (three days a session), so that quick graduates are not tried
    more often than slow ones. Of more than a thousand such mice, every second (third …) is tried.

    Args:
        rows: See `forecast`.
        on: The day. What came after it is not looked at.
        within: Sessions to look ahead, from 1.
        after: Numbers of decided sessions after which mice are forecast, in turn.
        active_days: A mouse that has not trained for longer has left.
        enough: From how many others something is concluded.
        bins: How many bins of equal width the probabilities are counted in.
        level: Of the intervals of the bins, above 0 and below 1.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    known = paths(rows, until=int(np.datetime64(on, "D").astype(np.int64)))
    asked, number = _asked(known, after, max(_DAYS_PER_SESSION * within, active_days + 1))
    newest = np.full(len(asked), known.newest)
    duration, cause = outcomes(known, asked, until=newest, active_days=active_days)
    open_ = (cause == STAYED) & (duration < within)
    graduated = (cause == GRADUATED) & (duration <= within)
    predicted, too_few = _predicted(known, asked, within, active_days, enough)
    tried = ~open_ & ~too_few
    table = pd.DataFrame(
        {
            "subject_id": known.each.mice.column(known.each.mice.codes[asked[tried]]).array,
            "session": number[tried],
            "day": as_dates(known.day[asked[tried]]),
            "predicted": predicted[tried],
            "graduated": graduated[tried],
        }
    )
    truth = graduated[tried].astype(np.float64)
    return Calibration(
        tried=table,
        bins=_binned(predicted[tried], graduated[tried], bins, level),
        within=within,
        level=level,
        brier=_mean((predicted[tried] - truth) ** 2),
        brier_of_mean=_mean((truth - _mean(truth)) ** 2),
        too_few=int((too_few & ~open_).sum()),
        still_open=int(open_.sum()),
        standard_errors=_off(predicted[tried], truth),
    )


def binomial_interval(count: Ints, n: Ints, *, level: float) -> tuple[Floats, Floats]:
    """Give the ends of the intervals of shares `count` of `n`, n from 1 (Wilson 1927)."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = count / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def _asked(known: Paths, after: Sequence[int], back: int) -> tuple[Ints, Ints]:
    """Choose a row of each mouse by its place among the mice: what became of it has no say."""
    starts = known.each.starts
    number = np.array(after, dtype=np.int64)[np.arange(len(starts)) % len(after)]
    rows = starts + number - 1
    many = np.diff(np.append(starts, len(known.mouse)))
    there = number <= many
    rows, number = rows[there], number[there]
    usable = (known.state[rows] >= 0) & (known.day[rows] <= known.newest - back)
    step = -(-int(usable.sum()) // _MOST_MICE) or 1
    return rows[usable][::step], number[usable][::step]


def _predicted(known: Paths, asked: Ints, within: int, active_days: int, enough: Enough) -> tuple[Floats, Bools]:
    predicted, too_few = np.zeros(len(asked)), np.ones(len(asked), dtype=np.bool_)
    for some, pairs in compared(known, asked, until=known.day[asked], active_days=active_days):
        predicted[some], too_few[some] = chances(pairs, some.stop - some.start, within, enough)
    return predicted, too_few


def _binned(predicted: Floats, graduated: Bools, bins: int, level: float) -> pd.DataFrame:
    place = np.minimum((predicted * bins).astype(np.int64), bins - 1)
    mice = np.bincount(place, minlength=bins)
    there = np.flatnonzero(mice)
    mice, count = mice[there], np.bincount(place[graduated], minlength=bins)[there]
    lower, upper = binomial_interval(count, mice, level=level)
    return pd.DataFrame(
        {
            "low": there / bins,
            "high": (there + 1) / bins,
            "mice": mice,
            "graduated": count,
            "predicted": np.bincount(place, weights=predicted, minlength=bins)[there] / mice,
            "observed": count / mice,
            "lower": lower,
            "upper": upper,
        }
    )


def _off(predicted: Floats, truth: Floats) -> float:
    spread = float(np.sqrt((predicted * (1 - predicted)).sum()))
    return float((truth - predicted).sum() / spread) if spread else float("nan")


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
