"""
Where in a curriculum the mice are now: who stands at which stage, how long one stays there, and where one goes from it.

A mouse is "at" the stage that it runs next, as on the board of the day.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.evaluation import dwell, dwell_summary, transitions
from autotrain_core.models import Curriculum
from autotrain_core.services._alerts import alerts
from autotrain_core.services._cohort_view import stage_run_next
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._selection import in_training
from autotrain_core.services._view_columns import natural_order

Flow = Literal["decided", "ran"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Live:
    """
    A curriculum with its mice.

    Attributes:
        name: Of the curriculum.
        version: One of its versions; "" for all of them together.
        curriculum: The document whose stages are drawn; of several versions that which most mice follow. None where no
            document of that name is at hand.
        stages: A row a stage, indexed by its label, in the order of the document, then those that only mice know:
            `title` (str: as documents write it), `listed` (bool: the document has it), `mice`, `training` (int64: who
            runs it next; of these, who is in training), `visits`, `ended`, `n` (int64), `median`, `quartile_1`,
            `quartile_3` (float64, sessions): see `evaluation.dwell_summary`; n is 0 and the others are missing where
            nobody ever was.
        moves: A row a pair of stages: `stage`, `to` (str, labels), `count` (int64), `share` (float64, of all that left
            from there or stayed) and `rule` (bool: the document has a rule that leads so).
        mice: A row a mouse, m2 before m10: `subject_id`, `version`, `stage` (str: what it ran last), `following` (str:
            the stage at which it is counted), `here` (int64: consecutive sessions there so far; 0 where its next is
            the first), `days` (float64: calendar days from the first of those to the last; missing where there are
            none), `sessions` (int64: decided ones), `last_date` (datetime64[s]), `training` (bool), `alert` (str: the
            most urgent one; missing where there is none).
    """

    name: str
    version: str
    curriculum: Curriculum | None = field(repr=False)
    stages: pd.DataFrame = field(repr=False)
    moves: pd.DataFrame = field(repr=False)
    mice: pd.DataFrame = field(repr=False)


def followed(view: LabView, *, on: date) -> pd.DataFrame:
    """
    List the curricula that are at hand, or that some mouse follows.

    Args:
        view: The lab.
        on: The day; see `board_day`.

    Returns:
        A row for each name and version, those with most mice in training first, on a fresh index: `name`, `version`
        (str), `mice`, `training` (int64), `at_hand` (bool).
    """
    known = view.mice["curriculum"].notna().to_numpy(dtype=bool)
    mice = view.mice[known].astype({"curriculum_name": "str", "curriculum_version": "str"})
    keys = list(zip(mice["curriculum_name"], mice["curriculum_version"], strict=True))
    counted = Counter(keys)
    training = Counter(key for key, trains in zip(keys, in_training(view, on=on)[known], strict=True) if trains)
    at_hand = {(curriculum.name, curriculum.version) for curriculum in view.shelf.library}
    rows = [(*key, counted[key], training[key], key in at_hand) for key in _in_order(at_hand | set(counted))]
    table = pd.DataFrame(rows, columns=["name", "version", "mice", "training", "at_hand"])
    return table.sort_values(["training", "mice"], ascending=False, kind="stable", ignore_index=True)


def live(view: LabView, name: str, version: str = "", *, on: date, flow: Flow = "decided") -> Live:
    """
    Say where in a curriculum the mice are.

    Args:
        view: The lab.
        name: Of the curriculum.
        version: Of the curriculum; "" for all versions together.
        on: The day; see `board_day`.
        flow: Count where the rules sent mice ("decided"), or what they ran next ("ran").

    Returns:
        Mice are those that had their last decided session under it. Visits and moves are those of all mice that were
        ever there. Of a curriculum that nobody knows, everything is empty.
    """
    mice = _mice(view, name, version, on)
    curriculum = _drawn(view, name, version, mice)
    sessions = view.sessions
    rows = sessions[sessions["published"].to_numpy() & sessions["stage"].notna().to_numpy()]
    of_it = (rows["curriculum_name"] == name) & ((rows["curriculum_version"] == version) if version else True)
    moved = rows.assign(following=stage_run_next(rows)) if flow == "ran" else rows
    moves = _moves(moved[of_it], curriculum)
    # Whole histories: a visit ends where another stage is run next, under whichever curriculum.
    visits = dwell(rows[rows["subject_id"].isin(rows.loc[of_it, "subject_id"].unique())])
    visits = visits[visits["curriculum"].isin(rows.loc[of_it, "curriculum"].unique())]
    usual = dwell_summary(visits.assign(curriculum=pd.Categorical(["all"] * len(visits)))).set_index("stage")
    return Live(
        name=name,
        version=version,
        curriculum=curriculum,
        stages=_stages(curriculum, mice, moves, usual, order=[str(label) for label in rows["stage"].cat.categories]),
        moves=moves,
        mice=mice,
    )


def _in_order(keys: set[tuple[str, str]]) -> list[tuple[str, str]]:
    joined = {f"{name}\x00{version}": (name, version) for name, version in keys}
    return [joined[key] for key in natural_order(joined)]


def _mice(view: LabView, name: str, version: str, on: date) -> pd.DataFrame:
    """Give the mice that follow a curriculum."""
    known = view.mice
    training = in_training(view, on=on)
    mine = (known["curriculum_name"] == name) & ((known["curriculum_version"] == version) if version else True)
    mine &= known["following"].notna()
    told = alerts(view, on=on).drop_duplicates("subject_id").set_index("subject_id")["sentence"]
    mice = known[mine.to_numpy(dtype=bool)]
    stays = (mice["stage"] == mice["following"]).to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "subject_id": mice.index.astype("str"),
            "version": mice["curriculum_version"].to_numpy(),
            "stage": mice["stage"].to_numpy(),
            "following": mice["following"].to_numpy(),
            "here": np.where(stays, mice["at_stage"], 0).astype(np.int64),
            "days": np.where(stays, _days_at_stage(view)[mine.to_numpy(dtype=bool)], np.nan),
            "sessions": mice["decided"].to_numpy(),
            "last_date": mice["last_date"].to_numpy(),
            "training": training[mine.to_numpy(dtype=bool)],
            "alert": told.reindex(mice.index).astype("str").to_numpy(),
        }
    )


def _days_at_stage(view: LabView) -> npt.NDArray[np.float64]:
    """Count the days that each mouse has been at the stage that it ran last; missing where nobody knows."""
    sessions = view.sessions[view.sessions["published"].to_numpy()]
    mouse = sessions["subject_id"].cat.codes.to_numpy()
    starts = np.searchsorted(mouse, np.arange(len(view.mice) + 1))
    last = starts[1:] - 1
    entered = np.maximum(last - np.maximum(view.mice["at_stage"].to_numpy() - 1, 0), starts[:-1])
    days = np.full(len(view.mice), np.nan)
    known = np.flatnonzero(starts[1:] > starts[:-1])
    dates = sessions["session_date"].to_numpy()
    span = (dates[last[known]] - dates[entered[known]]) / np.timedelta64(1, "D")
    days[known] = span + 1
    return days


def _drawn(view: LabView, name: str, version: str, mice: pd.DataFrame) -> Curriculum | None:
    at_hand = [each for each in view.shelf.library if each.name == name and version in ("", each.version)]
    if not at_hand:
        return None
    follow = mice["version"].value_counts()
    newest = {each: place for place, each in enumerate(natural_order({each.version for each in at_hand}))}
    return max(at_hand, key=lambda each: (follow.get(each.version, 0), newest[each.version]))


def _moves(rows: pd.DataFrame, curriculum: Curriculum | None) -> pd.DataFrame:
    pairs = transitions(rows)
    pairs = pairs[pairs["decided"] > 0]
    moves = pd.DataFrame(
        {
            "stage": pairs["stage"].astype("str"),
            "to": pairs["to"].astype("str"),
            "count": pairs["decided"],
            "share": pairs["decided_share"],
        }
    ).reset_index(drop=True)
    rules = _rules(curriculum)
    moves["rule"] = [pair in rules for pair in zip(moves["stage"], moves["to"], strict=True)]
    counted = set(zip(moves["stage"], moves["to"], strict=True))
    never = [
        {"stage": start, "to": end, "count": 0, "share": np.nan, "rule": True}
        for start, end in rules
        if (start, end) not in counted
    ]
    if not never:
        return moves.astype({"rule": bool})
    unused = pd.DataFrame(never).astype({"stage": "str", "to": "str"})
    return pd.concat([moves, unused], ignore_index=True) if len(moves) else unused


def _rules(curriculum: Curriculum | None) -> dict[tuple[str, str], None]:
    """Give the pairs of stages that a rule leads from and to, in order."""
    if curriculum is None:
        return {}
    labels = {name: stage.label for stage in curriculum.stages for name in (stage.label, stage.name)}
    return dict.fromkeys(
        (stage.label, labels[rule.to_stage])
        for stage in curriculum.stages
        for rule in stage.rules
        if rule.to_stage in labels
    )


_USUAL = ("visits", "ended", "n", "median", "quartile_1", "quartile_3")


def _stages(
    curriculum: Curriculum | None, mice: pd.DataFrame, moves: pd.DataFrame, usual: pd.DataFrame, *, order: list[str]
) -> pd.DataFrame:
    titles = {} if curriculum is None else {stage.label: stage.name for stage in curriculum.stages}
    met = {*mice["following"], *usual.index.astype("str"), *moves["stage"], *moves["to"]}.difference(titles)
    place = {label: number for number, label in enumerate(order)}
    labels = [*titles, *sorted(met, key=lambda label: (place.get(label, len(place)), label))]
    table = pd.DataFrame(index=pd.Index(labels, name="stage", dtype="str"))
    table["title"] = pd.array([titles.get(label, label) for label in labels], dtype="str")
    table["listed"] = np.array([label in titles for label in labels], dtype=bool)
    for column, chosen in (("mice", mice), ("training", mice[mice["training"]])):
        table[column] = chosen["following"].value_counts().reindex(labels).fillna(0).to_numpy(dtype=np.int64)
    usual.index = usual.index.astype("str")
    for column in _USUAL:
        values = usual[column].reindex(labels)
        table[column] = values.fillna(0).astype(np.int64) if column in _USUAL[:3] else values.astype(np.float64)
    return table
