"""Which sessions a person wants to look at: the filters that all pages share."""

from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field

from autotrain_core.errors import TableError
from autotrain_core.services._lab_view import LabView

Bools = npt.NDArray[np.bool_]
Texts = tuple[str, ...]

_LONGEST_PATTERN = 500
_COLUMNS = {
    "alias": "subject_alias",
    "project": "project",
    "PI": "PI",
    "trainer": "trainer",
    "rig": "rig",
    "task": "task",
    "curriculum": "curriculum_name",
    "version": "curriculum_version",
    "stage": "stage",
    "decision": "decision",
}
FILTERS = tuple(_COLUMNS)
"""Fields of a selection that name values of a column."""


class Selection(BaseModel):
    """
    Which sessions to show; what is empty does not choose.

    Attributes:
        subject: Ids of mice, or a regular expression that part of an id matches; several with commas or blanks.
        alias: Names by which people call the mice.
        project: Projects.
        PI: Whose mice they are.
        trainer: Who trained the session.
        rig: Where it was run.
        task: Tasks (VALUES).
        curriculum: Names of curricula.
        version: Versions of curricula.
        stage: Stages that were run (enum NAMES).
        decision: STAY, PROGRESS, ROLLBACK.
        first: First day.
        last: Last day.
        active: Only mice that are in training.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject: Annotated[str, Field(max_length=_LONGEST_PATTERN)] = ""
    alias: Texts = ()
    project: Texts = ()
    PI: Texts = ()
    trainer: Texts = ()
    rig: Texts = ()
    task: Texts = ()
    curriculum: Texts = ()
    version: Texts = ()
    stage: Texts = ()
    decision: Texts = ()
    first: date | None = None
    last: date | None = None
    active: bool = False

    @property
    def empty(self) -> bool:
        """Whether it chooses everything."""
        return self == type(self)()


def select(view: LabView, selection: Selection, *, on: date) -> Bools:
    """
    Say which sessions are chosen.

    Args:
        view: The lab.
        selection: What is wanted; a value that the lab does not have chooses nothing.
        on: The day on which mice are in training or not; see `board_day`.

    Returns:
        One truth value for each row of `view.sessions`.

    Raises:
        TableError: The pattern for mice is no regular expression.
    """
    sessions = view.sessions
    chosen: Bools = np.full(len(sessions), fill_value=True)
    for name, column in _COLUMNS.items():
        wanted = getattr(selection, name)
        if wanted:
            chosen &= sessions[column].isin(wanted).to_numpy(dtype=bool)
    days = sessions["session_date"]
    if selection.first is not None:
        chosen &= (days >= pd.Timestamp(selection.first)).to_numpy(dtype=bool)
    if selection.last is not None:
        chosen &= (days <= pd.Timestamp(selection.last)).to_numpy(dtype=bool)
    mice: Bools = np.full(len(view.mice), fill_value=True)
    if selection.subject.strip():
        mice &= mice_named(view.mice.index, selection.subject)
    if selection.active:
        mice &= in_training(view, on=on)
    if not mice.all():
        chosen &= mice[sessions["subject_id"].cat.codes.to_numpy()]
    return chosen


def whole_histories(view: LabView, chosen: Bools, usable: Bools) -> Bools:
    """
    Say which sessions the mice have that have a chosen one, shape (n,): a filter chooses mice, it cuts no history.

    Args:
        view: The lab, of n sessions.
        chosen: Which sessions are chosen; see `select`.
        usable: Which count at all.
    """
    mouse = view.sessions["subject_id"].cat.codes.to_numpy()
    there = np.zeros(len(view.mice), dtype=bool)
    there[mouse[chosen & usable]] = True
    whole: Bools = usable & there[mouse]
    return whole


def in_training(view: LabView, *, on: date) -> Bools:
    """Say which mice are in training on a day: those that had a session in the last `app.active_days` days."""
    oldest = pd.Timestamp(on) - timedelta(days=view.settings.app.active_days)
    active: Bools = (view.mice["last_date"] >= oldest).to_numpy(dtype=bool)
    return active


def board_day(view: LabView, *, today: date) -> date:
    """
    Say for which day the next stages are: today, or the day after the newest session where that is long ago.

    Args:
        view: The lab.
        today: By the clock of whoever looks.

    Returns:
        `today` where some session is at most `app.active_days` days old, or where there is none at all.
    """
    newest = view.mice["last_date"].max()
    if pd.isna(newest) or (today - newest.date()).days <= view.settings.app.active_days:
        return today
    following: date = newest.date() + timedelta(days=1)
    return following


def choices(view: LabView, name: str) -> list[str]:
    """Return the values that a filter of `FILTERS` can choose, in their order."""
    column = view.sessions[_COLUMNS[name]]
    used = column.cat.remove_unused_categories().cat.categories
    return [str(value) for value in used]


def mice_named(ids: "pd.Index[Any]", pattern: str) -> Bools:
    """Find ids by a pattern. The search is linear in the text, whatever the pattern: it comes from a stranger."""
    texts = pa.array(ids, type=pa.string())
    matches = partial(pc.match_substring_regex, texts, ignore_case=True)
    wanted = "|".join(part for part in pattern.replace(",", " ").split() if part)
    try:
        found: Bools = matches(wanted).to_numpy(zero_copy_only=False).astype(bool)
    except pa.ArrowInvalid as error:
        raise TableError(f"{pattern!r} is no pattern for mice: {_reason(error)}.") from error
    return found


def _reason(error: pa.ArrowInvalid) -> str:
    return str(error).splitlines()[0].removeprefix("Invalid regular expression: ").rstrip(".")
