"""Which mice of a lab need a person, and why: counted for the menu, listed for the board and for each mouse."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.evaluation import attention, dwell, dwell_summary, last_sessions
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._people_alerts import KINDS, people_alerts
from autotrain_core.services._selection import in_training

Bools = npt.NDArray[np.bool_]

URGENT = ("act", "look")
"""Severities that ask for a person; the others are only to be known."""

_KEPT_VIEWS = 4
_MOST_SESSIONS = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """
    Something about a mouse that a person should do, look at or know.

    Attributes:
        kind: One of `evaluation.ALERTS`, or of what people decided: "not followed", "overtaken", "not told".
        severity: One of `evaluation.SEVERITIES`: act, look, know.
        sentence: What it is, with a full stop.
    """

    kind: str
    severity: str
    sentence: str

    @property
    def urgent(self) -> bool:
        """Whether it asks for a person."""
        return self.severity in URGENT


class _Known:
    """The alerts of the last few views: every page asks for them, and most of the time nothing has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: OrderedDict[tuple[str, date], pd.DataFrame] = OrderedDict()
        self._with_people: OrderedDict[tuple[str, str, date], pd.DataFrame] = OrderedDict()

    def of(self, view: LabView, on: date) -> pd.DataFrame:
        key = (view.version, view.people.version, on)
        with self._lock:
            if key not in self._with_people:
                _keep(self._with_people, key, _joined(people_alerts(view, on=on), self._of_rules(view, on)))
            return self._with_people[key]

    def _of_rules(self, view: LabView, on: date) -> pd.DataFrame:
        """What people say comes more often than nights: it costs nothing of this."""
        key = (view.version, on)
        if key not in self._tables:
            _keep(self._tables, key, _found(view, on))
        return self._tables[key]


Key = TypeVar("Key")


def _keep(tables: OrderedDict[Key, pd.DataFrame], key: Key, table: pd.DataFrame) -> None:
    tables[key] = table
    while len(tables) > _KEPT_VIEWS:
        tables.popitem(last=False)


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    if not len(first):
        return second
    tables = [each.assign(kind=each["kind"].cat.set_categories(KINDS)) for each in (first, second)]
    return pd.concat(tables, ignore_index=True).sort_values("severity", kind="stable", ignore_index=True)


_known = _Known()


def alerts(view: LabView, *, on: date) -> pd.DataFrame:
    """
    List what needs a person, of the mice that are in training.

    A session that came in since the last run is no alert: the next run decides it; see `waiting`. Until then its mouse
    is judged by the session before.

    Args:
        view: The lab.
        on: The day; see `board_day`.

    Returns:
        See `evaluation.attention` and `people_alerts`; `subject_id` is str.
    """
    return _known.of(view, on)


def alerts_of(view: LabView, subject_id: str, *, on: date) -> tuple[Alert, ...]:
    """
    List the alerts of one mouse, the most urgent first; there are none of a mouse that is not in training.

    Args:
        view: The lab.
        subject_id: The mouse.
        on: The day; see `board_day`.
    """
    table = alerts(view, on=on)
    return tuple(by_mouse(table[table["subject_id"] == subject_id]).get(subject_id, ()))


def need_a_person(view: LabView, *, on: date) -> int:
    """
    Count the mice in training that need a person.

    Args:
        view: The lab.
        on: The day; see `board_day`.
    """
    table = alerts(view, on=on)
    return int(table.loc[table["severity"].isin(URGENT), "subject_id"].nunique())


def by_mouse(table: pd.DataFrame) -> dict[str, list[Alert]]:
    """Group alerts by mouse, in their order."""
    found: dict[str, list[Alert]] = {}
    for subject, kind, severity, sentence in zip(
        table["subject_id"], table["kind"], table["severity"], table["sentence"], strict=True
    ):
        found.setdefault(str(subject), []).append(Alert(kind=kind, severity=severity, sentence=sentence))
    return found


def waiting(view: LabView) -> Bools:
    """Say which sessions came in since the last run: it neither decided them nor left them out."""
    sessions = view.sessions
    absent: Bools = ~sessions["published"].to_numpy(dtype=bool)
    if not len(view.notices) or not absent.any():
        return absent
    told = view.notices[view.notices["left_out"].astype(bool) & view.notices["session"].notna()]
    mice = view.mice.index.get_indexer(pd.Index(told["subject_id"]))
    left_out = mice * _MOST_SESSIONS + told["session"].to_numpy(dtype=np.int64)
    keys = sessions["subject_id"].cat.codes.to_numpy(dtype=np.int64) * _MOST_SESSIONS + sessions["session"].to_numpy()
    return absent & ~np.isin(keys, left_out)


def _found(view: LabView, on: date) -> pd.DataFrame:
    sessions = view.sessions
    unseen = waiting(view)
    last = last_sessions(sessions[~unseen], on=on)
    usual = dwell_summary(dwell(sessions[sessions["published"]]))
    found = attention(
        last,
        usual,
        notices=view.notices if len(view.notices) else None,
        differences=view.differences if len(view.differences) else None,
        recent_days=view.settings.app.active_days,
    )
    found["subject_id"] = found["subject_id"].astype("str")
    training = view.mice.index[in_training(view, on=on)]
    trained_since = sessions.loc[unseen, "subject_id"].astype("str").unique()
    missed_by_mistake = (found["kind"] == "missed") & found["subject_id"].isin(trained_since)
    return found[found["subject_id"].isin(training) & ~missed_by_mistake].reset_index(drop=True)
