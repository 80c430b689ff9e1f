"""The tables of the example lab: one row a session as rigs file it, and one row a mouse with the truth about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.evaluation._calendar import dates_of
from autotrain_core.evaluation._lab_people import PIS, PROJECTS, rig_names, trainer_names
from autotrain_core.evaluation._lab_stages import Stages
from autotrain_core.evaluation._lab_training import Trained
from autotrain_core.evaluation._learning import LEARNERS, METRICS
from autotrain_core.evaluation._streams import subject_numbers
from autotrain_core.evaluation._text_column import text_column
from autotrain_core.rules import Ints

OVERRIDE_BOX = "if_overriden_by_trainer"
"""The box ticked at the rig, as today's files spell it."""

DAILY_WATER = 1.0
"""mL a day that a mouse gets at least: what it did not earn is given after the session."""

_OFF = -1

Columns = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Filed:
    """
    What some mice leave behind, as numbers: `texts` come in when all mice are together.

    Attributes:
        sessions: A column for each of the session table, mouse after mouse.
        mice: A column for each of the table of mice.
    """

    sessions: Columns
    mice: Columns


def file(trained: Trained, stages: Stages, mice: range) -> Filed:
    """
    Take what rigs would file of some mice, and what is true of them.

    Args:
        trained: What became of them.
        stages: The stages of the lab's curricula.
        mice: Their numbers.
    """
    mishaps, people, calendar = trained.mishaps, trained.people, trained.calendar
    shown = (trained.trained & ~mishaps.lost).T
    mouse, session = np.nonzero(shown)
    there = (session, mouse)
    on = ~mishaps.off_curriculum[there]
    ran = trained.ran[there]
    workday = calendar.workday[there]
    arrived = np.where(mishaps.late[there] & on, _next_workday(trained)[there], workday)
    sessions: Columns = {
        "mouse": mouse + mice.start,
        "session": session + mishaps.skipped[mouse] + 1,
        "workday": workday,
        "arrived": arrived,
        "nwb_suffix": calendar.clock[there],
        "task": stages.task[ran],
        "curriculum": np.where(on, stages.curriculum[ran], _OFF),
        "stage": np.where(on & trained.recorded[there], stages.label[ran], _OFF),
        "suggested": np.where(on, stages.label[trained.suggested[there]], _OFF),
        "ticked": trained.ticked[there],
        "trainer": people.session_trainer[there],
        "rig": people.session_rig[there],
        "water": trained.water[there],
        "weight_ratio": trained.weight_ratio[there],
        "weight": people.weight[mouse],
        "PI": people.PI[mouse],
        "project": people.project[mouse],
    }
    sessions |= {name: trained.metrics[name][there] for name in METRICS}
    last = (calendar.lengths - 1, np.arange(len(mice)))
    lasting: Columns = {
        "mouse": np.arange(mice.start, mice.stop),
        "male": people.male,
        "age": people.age,
        "weight": people.weight,
        "project": people.project,
        "PI": people.PI,
        "trainer": people.trainer,
        "rig": people.rig,
        "curriculum": stages.curriculum[trained.ran[last]],
        "first": calendar.workday[0],
        "last": calendar.workday[last],
        "sessions": calendar.lengths,
        "in_training": ~calendar.ended,
        "learner": trained.traits.learner,
        "asymptote": trained.traits.asymptote,
        "time_constant": trained.traits.time_constant,
        "talent": trained.traits.talent,
        "vigour": trained.traits.vigour,
    }
    return Filed(sessions, lasting)


def _next_workday(trained: Trained) -> Ints:
    """Give the working day of the mouse's next engaged session, two days on where there is none: shape (T, m)."""
    workday = trained.calendar.workday
    following = workday + 2
    coming = np.full(workday.shape[1], _OFF)
    for session in range(len(workday) - 1, -1, -1):
        following[session] = np.where(coming == _OFF, following[session], coming)
        coming = np.where(trained.engaged[session], workday[session], coming)
    return following


@dataclass(frozen=True, slots=True)
class Tables:
    """The session table, the stage suggested for each of its rows, and the table of mice; see `Lab`."""

    sessions: pd.DataFrame
    suggested: "pd.Series[str]"
    mice: pd.DataFrame


def tables_of(parts: Sequence[Filed], stages: Stages, *, seed: int, start: date) -> Tables:
    """
    Put together what all mice left behind.

    Args:
        parts: What some mice each left, in their order.
        stages: The stages of the lab's curricula.
        seed: The lab's seed; the ids of the mice depend on it.
        start: The lab's first day.
    """
    rows = {name: np.concatenate([part.sessions[name] for part in parts]) for name in parts[0].sessions}
    mice = {name: np.concatenate([part.mice[name] for part in parts]) for name in parts[0].mice}
    ids = [str(number) for number in subject_numbers(seed, len(mice["mouse"]))]
    days = dates_of(start, int(max(rows["arrived"].max(), mice["last"].max())) + 1)
    sessions = _session_table(rows, stages, ids, days)
    suggested = pd.Series(text_column(rows["suggested"], stages.labels), sessions.index, name="current_stage_suggested")
    return Tables(sessions, suggested, _mouse_table(mice, stages, ids, days))


def _session_table(rows: Columns, stages: Stages, ids: Sequence[str], days: npt.NDArray[np.datetime64]) -> pd.DataFrame:
    names, versions, schemas = _curriculum_texts(stages)
    columns: dict[str, Any] = {
        "subject_id": text_column(rows["mouse"], ids),
        "session": rows["session"],
        "session_date": text_column(rows["workday"], _iso(days)),
        "nwb_suffix": rows["nwb_suffix"],
        "task": text_column(rows["task"], stages.tasks),
        "curriculum_name": text_column(rows["curriculum"], names),
        "curriculum_version": text_column(rows["curriculum"], versions),
        "curriculum_schema_version": text_column(rows["curriculum"], schemas),
        "current_stage_actual": text_column(rows["stage"], stages.labels),
        OVERRIDE_BOX: rows["ticked"],
    }
    columns |= {name: rows[name] for name in METRICS}
    columns |= {
        "trainer": text_column(rows["trainer"], trainer_names(int(rows["trainer"].max()) + 1)),
        "PI": text_column(rows["PI"], PIS),
        "project": text_column(rows["project"], PROJECTS),
        "rig": text_column(rows["rig"], rig_names(int(rows["rig"].max()) + 1)),
        "weight_after": np.round(rows["weight"] * rows["weight_ratio"], 1),
        "weight_after_ratio": rows["weight_ratio"],
        "water_in_session_total": rows["water"],
        "water_after_session": np.round(np.maximum(DAILY_WATER - rows["water"], 0.0), 3),
        "arrived": text_column(rows["arrived"], _iso(days + np.timedelta64(1, "D"))),
    }
    return pd.DataFrame(columns, copy=False)


def _mouse_table(mice: Columns, stages: Stages, ids: Sequence[str], days: npt.NDArray[np.datetime64]) -> pd.DataFrame:
    names, versions, _ = _curriculum_texts(stages)
    born = days[mice["first"]] - mice["age"].astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "subject_id": text_column(mice["mouse"], ids),
            "sex": text_column(mice["male"].astype(np.int64), ("female", "male")),
            "birth_date": text_column(np.arange(len(born)), _iso(born)),
            "base_weight": mice["weight"],
            "project": text_column(mice["project"], PROJECTS),
            "PI": text_column(mice["PI"], PIS),
            "trainer": text_column(mice["trainer"], trainer_names(int(mice["trainer"].max()) + 1)),
            "rig": text_column(mice["rig"], rig_names(int(mice["rig"].max()) + 1)),
            "curriculum_name": text_column(mice["curriculum"], names),
            "curriculum_version": text_column(mice["curriculum"], versions),
            "start_date": text_column(mice["first"], _iso(days)),
            "last_date": text_column(mice["last"], _iso(days)),
            "sessions": mice["sessions"],
            "in_training": mice["in_training"],
            "true_learner": text_column(mice["learner"], LEARNERS),
            "true_asymptote": mice["asymptote"],
            "true_time_constant": mice["time_constant"],
            "true_talent": mice["talent"],
            "true_vigour": mice["vigour"],
        },
        copy=False,
    )


def _curriculum_texts(stages: Stages) -> tuple[list[str], list[str], list[str]]:
    return (
        [curriculum.name for curriculum in stages.curricula],
        [curriculum.version for curriculum in stages.curricula],
        [curriculum.schema_version for curriculum in stages.curricula],
    )


def _iso(days: npt.NDArray[np.datetime64]) -> list[str]:
    return [str(day) for day in np.datetime_as_string(days, unit="D")]
