"""Where what people decided stands at this moment: the state of each override, and what comes next by their will."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.evaluation import Standing, standings
from autotrain_core.models import Enrolment, Override, SessionRef
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._said import Said

Item = Override | Enrolment

_KEPT = 8
_NAMED_BY = ("subject_id", "session", "session_date", "nwb_suffix")


@dataclass(frozen=True, slots=True)
class PeopleNow:
    """
    What people decided, held against the sessions that a lab has now.

    Attributes:
        said: What they said.
        standings: Id -> how far each override is.
        upcoming: Mouse -> the override or enrolment that says what it runs next; mice that follow the rules are not
            in it.
    """

    said: Said
    standings: Mapping[str, Standing]
    upcoming: Mapping[str, Item]

    def of(self, subject_id: str) -> tuple[Standing, ...]:
        """List the overrides of a mouse, the newest proposal first."""
        found = [one for one in self.standings.values() if one.override.subject_id == subject_id]
        return tuple(sorted(found, key=lambda one: one.override.at, reverse=True))


class _Known:
    """What was found for the last few views: every page asks, and most of the time nothing has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[str, str, date], PeopleNow] = OrderedDict()

    def of(self, view: LabView, people: Said, on: date) -> PeopleNow:
        key = (view.version, people.version, on)
        with self._lock:
            if key not in self._found:
                self._found[key] = _now(view, people, on)
                while len(self._found) > _KEPT:
                    self._found.popitem(last=False)
            return self._found[key]


_known = _Known()


def people_now(view: LabView, people: Said, *, on: date) -> PeopleNow:
    """
    Tell how far each override is.

    Args:
        view: The lab.
        people: What people said.
        on: The lab's day.
    """
    return _known.of(view, people, on)


def last_session(view: LabView, subject_id: str) -> SessionRef | None:
    """Name the last session of a mouse that the session table has; None for a mouse without any."""
    if subject_id not in view.mice.index:
        return None
    rows = view.of(subject_id)
    there = np.flatnonzero(rows["in_table"].to_numpy(dtype=bool))
    return session_ref({name: rows[name].iloc[there[-1]] for name in _NAMED_BY}) if len(there) else None


def session_ref(row: Mapping[str, object]) -> SessionRef:
    """Name a session; see `LabView.sessions` for its row."""
    day, suffix = row["session_date"], row["nwb_suffix"]
    return SessionRef(
        subject_id=str(row["subject_id"]),
        session_date=None if pd.isna(day) else pd.Timestamp(day).date(),  # type: ignore[call-overload, arg-type]  # a cell
        suffix="" if pd.isna(suffix) else str(suffix),  # type: ignore[call-overload]  # a cell
        session=int(row["session"]),  # type: ignore[call-overload]  # a cell
    )


def _now(view: LabView, people: Said, on: date) -> PeopleNow:
    said = people.interventions
    concerned = {one.subject_id for one in said.overrides if not one.state.over}
    concerned |= {one.subject_id for one in said.enrolments if one.stands}
    mice = [mouse for mouse in view.mice.index if mouse in concerned]
    table = view.tables(mice) if mice else _nothing()
    try:
        found = standings(
            table, view.decides, on=on, overrides=said.overrides, enrolments=said.enrolments, marks=said.marks
        )
    except TableError:
        # None of these mice names a curriculum that is there: nothing can be said beyond what is on record.
        found = standings(
            _nothing(), view.decides, on=on, overrides=said.overrides, enrolments=said.enrolments, marks=said.marks
        )
    return PeopleNow(people, {one.override.id: one for one in found.overrides}, found.upcoming)


def _nothing() -> pd.DataFrame:
    names = ("subject_id", "session_date", "curriculum_name", "curriculum_version", "current_stage_actual")
    table = pd.DataFrame({name: pd.Series(dtype="str") for name in names})
    return table.assign(session=pd.Series(dtype="int64"))
