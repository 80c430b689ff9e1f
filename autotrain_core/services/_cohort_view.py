"""
What the page of a cohort shows: numbers of the mice and sessions that a person chose.

A filter that cuts a mouse's history would make its training look shorter than it was. So what tells of the way of a
mouse (time to graduation, visits, stages over time, what was run next) is counted on whole histories of the mice that
have a chosen session; what tells of sessions (decisions, metrics) on the chosen ones.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.evaluation import Survival, dwell, dwell_summary, occupancy, survival, time_to_graduate, transitions
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._selection import Selection, select, whole_histories

Bools = npt.NDArray[np.bool_]
Unit = Literal["sessions", "days"]

COHORT_GROUPS = ("curriculum", "curriculum_name", "curriculum_version", "task", "project", "PI")
"""Columns by which mice can be grouped."""

_COLUMNS = ("subject_id", "session", "session_date", "stage", "following", "decision", "trainer", "rig")
_CURVES = ("group", "time", "at_risk", "graduated", "censored", "not_graduated", "lower", "upper")
_OF_A_MOUSE = {"task": "task", "curriculum": "curriculum_name", "version": "curriculum_version"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cohort:
    """
    Mice and sessions that a person chose.

    Attributes:
        histories: Every decided session of the mice that have a chosen one, in the order of `LabView.sessions` on a
            fresh index; its columns `subject_id`, `session`, `session_date`, `stage`, `following`, `decision`,
            `trainer`, `rig`, those of `COHORT_GROUPS`, and the metrics.
        chosen: Which of them are chosen, one truth value for each row.
        selection: What was wanted.
        mice: How many have a chosen session.
    """

    histories: pd.DataFrame = field(repr=False)
    chosen: Bools = field(repr=False)
    selection: Selection
    mice: int

    @property
    def sessions(self) -> pd.DataFrame:
        """The chosen sessions: rows of `histories`."""
        return self.histories[self.chosen]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingTimes:
    """
    How long mice train until they graduate.

    Attributes:
        unit: What time is counted in.
        overall: All mice together; None where there are none.
        groups: Name of a group -> its mice, most of them first; the mice of no group are called "". There is but one,
            called "All", where nobody groups them.
    """

    unit: Unit
    overall: Survival | None
    groups: dict[str, Survival]


def cohort(view: LabView, selection: Selection, *, on: date) -> Cohort:
    """
    Collect the decided sessions that are chosen, and the histories of their mice.

    Args:
        view: The lab.
        selection: What is wanted.
        on: See `select`.

    Raises:
        TableError: The pattern for mice is no regular expression.
    """
    sessions = view.sessions
    usable = sessions["published"].to_numpy() & sessions["stage"].notna().to_numpy()
    wanted = select(view, selection, on=on) & usable
    rows = whole_histories(view, wanted, usable)
    columns = [*_COLUMNS, *COHORT_GROUPS, *view.metrics]
    return Cohort(
        histories=sessions.loc[rows, columns].reset_index(drop=True),
        chosen=wanted[rows],
        selection=selection,
        mice=int(sessions["subject_id"].cat.codes[wanted].nunique()),
    )


def training_times(cohort: Cohort, *, unit: Unit = "sessions", by: str = "") -> TrainingTimes:
    """
    Estimate how long mice train until they graduate; see docs/cohort.md.

    Where tasks or curricula are chosen, only mice whose last session belongs to one of them count: a mouse stands with
    what it was on last, with all its time.

    Args:
        cohort: The mice.
        unit: Decided sessions or calendar days.
        by: A column of `COHORT_GROUPS`; "" for all together.
    """
    by_names = list(dict.fromkeys([*_OF_A_MOUSE.values(), *([by] if by else [])]))
    times = time_to_graduate(cohort.histories, unit=unit, by=by_names)
    counted = np.full(len(times), fill_value=True)
    for name, column in _OF_A_MOUSE.items():
        wanted = getattr(cohort.selection, name)
        if wanted:
            counted &= times[column].isin(wanted).to_numpy(dtype=bool)
    times = times[counted]
    overall = _estimated(times) if len(times) else None
    if not by:
        return TrainingTimes(unit=unit, overall=overall, groups={} if overall is None else {"All": overall})
    names = times[by].astype("object").where(times[by].notna(), "")
    groups = {str(name): _estimated(mice) for name, mice in times.groupby(names, sort=True)}
    in_order = sorted(groups, key=lambda name: (name == "", -groups[name].n))
    return TrainingTimes(unit=unit, overall=overall, groups={name: groups[name] for name in in_order})


def _estimated(times: pd.DataFrame) -> Survival:
    return survival(times["duration"].to_numpy(dtype=np.float64), times["observed"].to_numpy(dtype=bool))


def training_curves(times: TrainingTimes) -> pd.DataFrame:
    """
    Give the curves of training times as a table.

    Returns:
        A row for each group and time at which a mouse graduated or was last seen, on a fresh index: `group` (str),
        `time` (float64, in the unit), `at_risk`, `graduated`, `censored` (int64, mice), `not_graduated`, `lower`,
        `upper` (float64, shares 0..1; the interval is missing once nobody is left).
    """
    curves = [
        pd.DataFrame(
            dict(
                zip(
                    _CURVES,
                    (
                        name,
                        curve.times,
                        curve.at_risk,
                        curve.events,
                        curve.censored,
                        curve.share,
                        curve.lower,
                        curve.upper,
                    ),
                    strict=True,
                )
            )
        )
        for name, curve in times.groups.items()
    ]
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=list(_CURVES))


def stages_over_time(cohort: Cohort, *, over: Literal["date", "week", "session"] = "week") -> pd.DataFrame:
    """
    Count the mice at each stage over time; see `evaluation.occupancy`.

    Returns:
        As there, cut to the chosen period, and to the chosen stages. At the beginning of the period a row says who was
        where then.
    """
    table = occupancy(cohort.histories, by=over)
    wanted = cohort.selection
    if wanted.stage:
        table = table[[name for name in table.columns if name in wanted.stage]]
    if over == "session" or not len(table):
        return table
    if wanted.last is not None:
        table = table[table.index <= pd.Timestamp(wanted.last)]
    if wanted.first is not None:
        first = pd.Timestamp(wanted.first)
        begin = first - pd.Timedelta(days=first.weekday()) if over == "week" else first
        before, since = table[table.index <= begin].tail(1), table[table.index > begin]
        if len(before):
            before.index = pd.DatetimeIndex([begin], name=table.index.name).astype(table.index.dtype)
        table = pd.concat([before, since])
    return table


def visits_by_stage(cohort: Cohort, *, unit: Unit = "sessions", by: str = "") -> pd.DataFrame:
    """
    Say how long mice stay at each stage, visit by visit; see docs/cohort.md.

    A visit counts, with its whole length, where any of its sessions is chosen; its group is that of its last session.

    Args:
        cohort: The mice.
        unit: Decided sessions or calendar days.
        by: A column of `COHORT_GROUPS`; "" for all together.

    Returns:
        As `evaluation.dwell_summary`, with `group` (str; "All" where nobody groups, "" for no group) in place of
        `curriculum`.
    """
    visits = dwell(cohort.histories)
    lengths = visits["sessions"].to_numpy(dtype=np.int64)
    number = np.repeat(np.arange(len(visits)), lengths)
    counted = np.bincount(number[cohort.chosen], minlength=len(visits)) > 0
    if by:
        last = cohort.histories[by].iloc[lengths.cumsum() - 1]
        names = last.cat.categories.astype("str") if len(last) else pd.Index([], dtype="str")
        grouped = pd.Categorical.from_codes(
            np.where(last.isna(), len(names), last.cat.codes), categories=pd.Index([*names, ""], dtype="str")
        )
    else:
        grouped = pd.Categorical(["All"] * len(visits), categories=["All"])
    summary = dwell_summary(visits.assign(curriculum=grouped)[counted], unit=unit)
    return summary.rename(columns={"curriculum": "group"}).astype({"group": "str"})


def stage_changes(cohort: Cohort, *, flow: Literal["decided", "ran"] = "decided") -> pd.DataFrame:
    """
    Count who goes from which stage to which.

    Args:
        cohort: The mice; only what follows a chosen session counts.
        flow: Where the rules sent them ("decided"), or what they ran next ("ran"), which a trainer may have changed.

    Returns:
        A row for each pair that occurs, in the order of the stages, on a fresh index: `stage`, `to` (category), `mice`
        (int64: different ones), `count` (int64) and `share` (float64: of all that followed `stage`).
    """
    rows = cohort.histories
    if flow == "ran":
        rows = rows.assign(following=stage_run_next(rows))
    rows = rows[cohort.chosen]
    pairs = transitions(rows)[["stage", "to", "decided", "decided_share"]]
    pairs = pairs[pairs["decided"] > 0].rename(columns={"decided": "count", "decided_share": "share"})
    mice = rows.groupby(["stage", "following"], observed=True)["subject_id"].nunique().rename("mice")
    pairs = pairs.join(mice, on=["stage", "to"])
    return pairs[["stage", "to", "mice", "count", "share"]].reset_index(drop=True)


def stage_run_next(rows: pd.DataFrame) -> "pd.Series[str]":
    """
    Say at which stage each mouse had its next decided session.

    Args:
        rows: Whole histories, mouse by mouse in order of sessions: `subject_id`, `stage` (category).

    Returns:
        Category of the stages, on the index of `rows`; missing after the last session of a mouse.
    """
    same = rows["subject_id"].cat.codes.diff(-1) == 0
    return rows["stage"].shift(-1).where(same)
