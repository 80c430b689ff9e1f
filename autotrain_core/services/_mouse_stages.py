"""A mouse stage by stage: where it was when, which thresholds stood there, and how it compares with the others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import RuleLimits, dwell, dwell_summary, limits_of_stage
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._mouse_why import curriculum_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """
    Consecutive sessions of a mouse at one stage of one curriculum.

    Attributes:
        first: Place of the first of them among the sessions of the mouse, from 0.
        last: Place of the last of them.
        stage: The stage that was run (enum NAME); empty where nobody knows.
        curriculum: Name@version; empty where nobody knows.
        limits: What the rules of the stage hold metrics against; empty where the curriculum is not at hand any more.
    """

    first: int
    last: int
    stage: str
    curriculum: str
    limits: tuple[RuleLimits, ...]


def stretches(view: LabView, rows: pd.DataFrame) -> tuple[Stretch, ...]:
    """
    Cut the sessions of a mouse where its stage or its curriculum changes.

    Args:
        view: The lab.
        rows: The sessions of one mouse in order, as `LabView.of` gives them.

    Returns:
        All sessions, each once, in order.
    """
    stage = rows["stage"].astype(object).where(rows["stage"].notna(), "").to_numpy(dtype=object)
    curriculum = rows["curriculum"].astype(object).where(rows["curriculum"].notna(), "").to_numpy(dtype=object)
    if not len(rows):
        return ()
    changes = np.flatnonzero((stage[1:] != stage[:-1]) | (curriculum[1:] != curriculum[:-1])) + 1
    starts = [0, *changes.tolist()]
    ends = [*(changes - 1).tolist(), len(rows) - 1]
    known: dict[tuple[str, str], tuple[RuleLimits, ...]] = {}
    found = []
    for first, last in zip(starts, ends, strict=True):
        place = (str(curriculum[first]), str(stage[first]))
        if place not in known:
            known[place] = _limits(view, *place)
        found.append(
            Stretch(first=first, last=last, stage=place[1], curriculum=place[0], limits=known[place]),
        )
    return tuple(found)


def _limits(view: LabView, key: str, stage: str) -> tuple[RuleLimits, ...]:
    curriculum = curriculum_of(view, key, stage=stage) if stage else None
    if curriculum is None:
        return ()
    try:
        return limits_of_stage(curriculum, stage)
    except NotStoredError:
        return ()


def usual_stages(view: LabView) -> pd.DataFrame:
    """
    Say what is usual at each stage of each curriculum, all its versions together.

    Returns:
        A row for each name of a curriculum and stage that a decided session was run at, on a fresh index:
        `curriculum_name`, `stage` (str); `mice`, `n` (visits that have ended; int64); `median`, `quartile_1`,
        `quartile_3` of how many sessions those lasted (float64, missing where n is 0); and the median of each metric of
        `LabView.metrics` over all sessions there, under its name (float64).
    """
    decided = view.sessions[view.sessions["published"].to_numpy()]
    if not len(decided):
        return pd.DataFrame(
            {
                "curriculum_name": pd.Series(dtype="str"),
                "stage": pd.Series(dtype="str"),
                "mice": pd.Series(dtype="int64"),
                "n": pd.Series(dtype="int64"),
                **{name: pd.Series(dtype="float64") for name in ("median", "quartile_1", "quartile_3", *view.metrics)},
            }
        )
    names = decided[["curriculum", "curriculum_name"]].drop_duplicates("curriculum").dropna()
    of_key = dict(zip(names["curriculum"].astype(str), names["curriculum_name"].astype(str), strict=True))
    visits = dwell(decided)
    visits["curriculum"] = visits["curriculum"].astype("str").map(of_key)
    lasted = dwell_summary(visits)[["curriculum", "stage", "n", "median", "quartile_1", "quartile_3"]]
    lasted = lasted.rename(columns={"curriculum": "curriculum_name"}).astype({"curriculum_name": "str", "stage": "str"})
    place = ["curriculum_name", "stage"]
    groups = decided.groupby(place, observed=True, sort=False)
    measured = groups["subject_id"].nunique().rename("mice").to_frame()
    for metric in view.metrics:
        measured[metric] = groups[metric].median()
    measured = measured.reset_index().astype({"curriculum_name": "str", "stage": "str"})
    both = lasted.merge(measured, on=place, how="right")
    both["n"] = both["n"].fillna(0).astype(np.int64)
    return both[[*place, "mice", "n", "median", "quartile_1", "quartile_3", *view.metrics]]


def stages_compared(view: LabView, subject_id: str, usual: pd.DataFrame) -> pd.DataFrame:
    """
    Lay the stages that a mouse was at beside what is usual there.

    Args:
        view: The lab.
        subject_id: The mouse.
        usual: See `usual_stages`; worth keeping, for it reads the whole lab.

    Returns:
        A row for each name of a curriculum and stage, in the order in which the mouse came there, on a fresh index:
        `curriculum_name`, `stage` (str); `sessions`, `visits` (int64); `longest` (int64: sessions of its longest
        visit); `here` (bool: it was there when last seen); and of all mice `mice`, `n` (int64), `median`, `quartile_1`,
        `quartile_3` (float64, sessions); for each metric its own median under the metric's name, and that of all mice
        under "NAME:usual" (float64).

    Raises:
        NotStoredError: There is no such mouse.
    """
    own = view.of(subject_id)
    own = own[own["published"].to_numpy() & own["stage"].notna().to_numpy() & own["curriculum_name"].notna().to_numpy()]
    own = own.astype({"curriculum_name": "str", "stage": "str"})
    place = ["curriculum_name", "stage"]
    changes = (own[place] != own[place].shift()).any(axis=1)
    visit = changes.cumsum()
    groups = own.groupby(place, sort=False)
    found = groups.size().rename("sessions").to_frame().astype(np.int64)
    lengths = own.groupby([*place, visit.rename("visit")], sort=False).size()
    found["visits"] = lengths.groupby(level=[0, 1]).size().astype(np.int64)
    found["longest"] = lengths.groupby(level=[0, 1]).max().astype(np.int64)
    last = tuple(own[place].iloc[-1]) if len(own) else ()
    found["here"] = np.array([where == last for where in found.index], dtype=bool)
    for metric in view.metrics:
        found[metric] = groups[metric].median()
    of_all = usual.rename(columns={metric: f"{metric}:usual" for metric in view.metrics})
    return found.reset_index().merge(of_all, on=place, how="left")
