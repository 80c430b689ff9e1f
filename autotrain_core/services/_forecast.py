"""When the mice of a lab will graduate, and how far such forecasts came true."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from autotrain_core.errors import MissingColumnError
from autotrain_core.evaluation import HORIZONS, Calibration, Enough, Incidence, calibration, forecast, forecast_curve
from autotrain_core.models import Enrolment, Kind
from autotrain_core.services._cohort_view import Cohort
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._people_now import people_now

FORECAST_PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
"""Percentiles of the sessions that are left."""

_COLUMNS = ("subject_id", "session", "session_date", "curriculum", "stage", "following")
_KEPT = 4
_DATED = (10, 50, 90)
_AHEAD = (20, 10)
_ENOUGH_TRIED = 20
_DECIDED = {"current_stage_actual": "stage", "next_stage_suggested": "following"}

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class MouseForecast:
    """
    What can be said of when a mouse will graduate; see docs/forecast.md.

    Attributes:
        subject_id: The mouse.
        status: "forecast"; "too few" (mice were where it is), "graduated", "left" (not in training), "off" (people took
            it off its curriculum), "" (none of its sessions was decided).
        curriculum: Name@version that decided its last session, or that people enrolled it in; empty for none.
        stage: What it runs next; empty for none.
        at_stage: Sessions in a row there until now.
        compared: Mice of the same "version", or of the same "name" of a curriculum; empty for none.
        comparable: How many others were where it is now.
        graduated: How many of them have graduated.
        left: How many of them have left.
        probability: To graduate, as far as anybody was seen, 0..1; None without a forecast, as all that follows.
        lower: Lower end of its 95 % interval.
        upper: Upper end.
        within: Number of sessions -> probability to graduate within them.
        sessions: Percentile -> sessions left, of those that graduate.
        days: Percentile (10, 50, 90) -> day on which they are done, in its rhythm.
        seen: For how many sessions anybody was followed.
        rhythm: Sessions a week.
        own_rhythm: Whether that is its own, of the last four weeks; else it is the lab's.
    """

    subject_id: str
    status: str = ""
    curriculum: str = ""
    stage: str = ""
    at_stage: int = 0
    compared: str = ""
    comparable: int = 0
    graduated: int = 0
    left: int = 0
    probability: float | None = None
    lower: float | None = None
    upper: float | None = None
    within: Mapping[int, float] = field(default_factory=dict)
    sessions: Mapping[int, float] = field(default_factory=dict)
    days: Mapping[int, date] = field(default_factory=dict)
    seen: int | None = None
    rhythm: float | None = None
    own_rhythm: bool = False

    @property
    def told(self) -> bool:
        """Whether there is a forecast."""
        return self.probability is not None


class _Known:
    """What was found for the last few views: every page asks, and most of the time nothing has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    def of(self, key: tuple[object, ...], find: Callable[[], Found]) -> Found:
        with self._lock:
            if key not in self._found:
                self._found[key] = find()
                while len(self._found) > _KEPT:
                    self._found.popitem(last=False)
            found: Found = self._found[key]
            return found


_known = _Known()


def forecasts(view: LabView, *, on: date) -> pd.DataFrame:
    """
    Forecast every mouse that has a decided session.

    What people decided counts: a mouse goes on from the stage that it runs next by their will.

    Args:
        view: The lab.
        on: The day; see `board_day`.

    Returns:
        As `evaluation.forecast`, with text in `subject_id`, `curriculum`, `stage`, and `status` (str), where "off" is
        a mouse that people took off its curriculum.
    """
    return _known.of(("forecasts", view.version, view.people.version, on), lambda: _forecasts(view, on))


def forecast_of(view: LabView, subject_id: str, *, on: date) -> MouseForecast:
    """
    Forecast one mouse.

    Args:
        view: The lab.
        subject_id: The mouse; of one that has no decided session, nothing is known.
        on: The day; see `board_day`.
    """
    table = forecasts(view, on=on)
    mine = table[table["subject_id"] == subject_id]
    return mouse_forecasts(mine)[0] if len(mine) else MouseForecast(subject_id=subject_id)


def curve_of(view: LabView, subject_id: str, *, on: date) -> Incidence:
    """
    Give the curves behind the forecast of one mouse; see `evaluation.forecast_curve`.

    Args:
        view: The lab.
        subject_id: The mouse.
        on: The day; see `board_day`.

    Raises:
        NotStoredError: It has no decided session.
    """
    rows, _ = _rows(view, on)
    return forecast_curve(rows, subject_id, on=on, **_asked(view))


def forecast_calibration(view: LabView, *, on: date) -> Calibration:
    """
    Try the forecasts of the past on mice that are left out of them; see `evaluation.calibration`.

    Args:
        view: The lab.
        on: The day; see `board_day`.
    """
    return _known.of(("calibration", view.version, on), lambda: _tried(view, _published(view), on))


def calibration_of(view: LabView, cohort: Cohort, *, on: date) -> Calibration:
    """
    Try the forecasts of the past on the mice of a cohort, with their whole histories; see `evaluation.calibration`.

    Args:
        view: The lab.
        cohort: The mice.
        on: The day; see `board_day`.
    """
    return _tried(view, cohort.histories, on)


def forecasts_of_decisions(
    decisions: pd.DataFrame, sessions: pd.DataFrame, *, on: date | None = None, enough: Enough | None = None
) -> pd.DataFrame:
    """
    Forecast the mice of a table that was just decided, without a lab.

    Args:
        decisions: As `evaluation.decide` gives them, on the index of `sessions`.
        sessions: The session table; it needs `session_date`.
        on: The day; that of the newest decided session where None.
        enough: From how many others something is concluded; None for 10 of which 5 have graduated.

    Returns:
        As `evaluation.forecast`.

    Raises:
        MissingColumnError: The session table has no dates.
    """
    rows = decided_rows(decisions, sessions)
    newest = rows["session_date"].max()
    day = on or (date.min if pd.isna(newest) else newest.date())
    return forecast(rows, on=day, enough=enough or Enough())


def decided_rows(decisions: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """
    Lay decisions and the dates of their sessions side by side, as forecasts take them.

    Args:
        decisions: As `evaluation.decide` gives them, on the index of `sessions`.
        sessions: The session table.

    Raises:
        MissingColumnError: The session table has no dates.
    """
    if "session_date" not in sessions.columns:
        raise MissingColumnError("The session table", ("session_date",), tuple(map(str, sessions.columns)))
    table = decisions.rename(columns=_DECIDED)
    key = table["curriculum_name"].astype("str") + "@" + table["curriculum_version"].astype("str")
    days = pd.to_datetime(sessions["session_date"], errors="coerce").reindex(table.index)
    return table.assign(curriculum=key, session_date=days)[list(_COLUMNS)]


def mouse_forecasts(table: pd.DataFrame) -> tuple[MouseForecast, ...]:
    """Give the rows of a table of forecasts one by one."""
    return tuple(_one({str(name): cell for name, cell in row.items()}) for row in table.to_dict(orient="records"))


def _forecasts(view: LabView, on: date) -> pd.DataFrame:
    rows, off = _rows(view, on)
    table = forecast(rows, on=on, **_asked(view))
    table = table.astype({"subject_id": "str", "curriculum": "str", "stage": "str", "status": "str"})
    taken = table["subject_id"].isin(off) & table["status"].isin(["forecast", "too few"])
    table.loc[taken, "status"] = "off"
    numbers = [str(name) for name in table.columns if table[name].dtype.kind in "fM"]
    table.loc[taken, numbers] = None
    return table


def _tried(view: LabView, rows: pd.DataFrame, on: date) -> Calibration:
    """Look 20 sessions ahead; in a young lab, of whose mice too few are that far back, 10."""
    far = calibration(rows, on=on, within=_AHEAD[0], **_asked(view))
    return far if len(far.tried) >= _ENOUGH_TRIED else calibration(rows, on=on, within=_AHEAD[1], **_asked(view))


def _asked(view: LabView) -> dict[str, Any]:
    wanted = view.settings.forecast
    return {
        "active_days": view.settings.app.active_days,
        "enough": Enough(comparable=wanted.comparable, graduated=wanted.graduated),
    }


def _published(view: LabView) -> pd.DataFrame:
    sessions = view.sessions
    return sessions.loc[sessions["published"].to_numpy(dtype=bool), list(_COLUMNS)].reset_index(drop=True)


def _rows(view: LabView, on: date) -> tuple[pd.DataFrame, frozenset[str]]:
    """Give the decided sessions, the last ones with what people decided; and who was taken off."""
    rows, off = _published(view), set()
    last = dict(zip(*_last_rows(rows), strict=True))
    for mouse, ruling in people_now(view, view.people, on=on).upcoming.items():
        if mouse not in last:
            continue
        if not isinstance(ruling, Enrolment) and ruling.kind is Kind.OFF:
            off.add(mouse)
            continue
        wanted = {"following": ruling.stage}
        if ruling.curriculum:
            wanted["curriculum"] = f"{ruling.curriculum}@{ruling.version}"
        for name, value in wanted.items():
            if value not in rows[name].cat.categories:
                rows[name] = rows[name].cat.add_categories([value])
            rows.loc[last[mouse], name] = value
    return rows, frozenset(off)


def _last_rows(rows: pd.DataFrame) -> tuple[list[str], list[int]]:
    last = rows["subject_id"].drop_duplicates(keep="last")
    return list(last.astype("str")), list(last.index)


def _one(row: Mapping[str, Any]) -> MouseForecast:
    told = not pd.isna(row["probability"])
    return MouseForecast(
        subject_id=str(row["subject_id"]),
        status=str(row["status"]),
        curriculum=str(row["curriculum"]),
        stage=str(row["stage"]),
        at_stage=int(row["at_stage"]),
        compared=str(row["compared"]),
        comparable=int(row["comparable"]),
        graduated=int(row["graduated"]),
        left=int(row["left"]),
        probability=float(row["probability"]) if told else None,
        lower=float(row["lower"]) if told else None,
        upper=float(row["upper"]) if told else None,
        within={most: float(row[f"within_{most}"]) for most in HORIZONS if told},
        sessions={part: float(row[f"sessions_{part}"]) for part in FORECAST_PERCENTILES if told},
        days={part: row[f"day_{part}"].date() for part in _DATED if told and not pd.isna(row[f"day_{part}"])},
        seen=int(row["seen"]) if told else None,
        rhythm=float(row["rhythm"]) if told and not pd.isna(row["rhythm"]) else None,
        own_rhythm=bool(row["own_rhythm"]),
    )
