"""Which mice of a lab need a person, and why: counted for the menu, listed for the board and for each mouse."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.evaluation import attention, dwell, dwell_summary, last_sessions, slides, turns
from autotrain_core.models import Snooze
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
        occurrence: What happened: the same as long as it is the same thing; see `evaluation.attention`.
    """

    kind: str
    severity: str
    sentence: str
    occurrence: str = ""

    @property
    def urgent(self) -> bool:
        """Whether it asks for a person."""
        return self.severity in URGENT

    @property
    def seen(self) -> str:
        """What stands for it as it was on the screen: `snooze` names it."""
        return f"{self.severity}: {self.occurrence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietAlert:
    """
    An alert that somebody knows of and does not want to see.

    Attributes:
        subject_id: The mouse.
        alert: What it says now.
        snooze: Who quieted it, why and until when.
    """

    subject_id: str
    alert: Alert
    snooze: Snooze


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
                joined = _joined(people_alerts(view, on=on), self._of_rules(view, on))
                joined = joined[~joined["kind"].isin(view.settings.alerts.off)].reset_index(drop=True)
                _keep(self._with_people, key, joined.assign(snooze=_snoozes(view, joined, on)))
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


def _snoozes(view: LabView, table: pd.DataFrame, on: date) -> "pd.Series[str]":
    """Give the id of what quiets each alert; empty for those that are awake."""
    found = pd.Series("", index=table.index, dtype="str")
    standing: dict[tuple[str, str], list[Snooze]] = {}
    for one in view.people.snoozes.values():
        if one.stands:
            standing.setdefault((one.subject_id, one.kind), []).append(one)
    if not standing:
        return found
    mice = {mouse for mouse, _ in standing}
    places = np.flatnonzero(table["subject_id"].isin(mice))
    some = table.iloc[places]
    for place, mouse, alert in zip(places.tolist(), some["subject_id"], _listed(some), strict=True):
        for one in standing.get((mouse, alert.kind), ()):
            if one.quiets(kind=alert.kind, severity=alert.severity, occurrence=alert.occurrence, on=on):
                found.iloc[place] = one.id
    return found


_known = _Known()


def alerts(view: LabView, *, on: date) -> pd.DataFrame:
    """
    List what needs a person, of the mice that are in training, without what somebody quieted.

    A session that came in since the last run is no alert: the next run decides it; see `waiting`. Until then its mouse
    is judged by the session before.

    Args:
        view: The lab.
        on: The day; see `board_day`.

    Returns:
        See `evaluation.attention` and `people_alerts`; `subject_id` is str.
    """
    table = _known.of(view, on)
    return table[table["snooze"] == ""].drop(columns="snooze").reset_index(drop=True)


def quiet_alerts(view: LabView, *, on: date, subject_id: str = "") -> tuple[QuietAlert, ...]:
    """
    List the alerts that somebody quieted and that would be told otherwise, the most urgent first.

    Args:
        view: The lab.
        on: The day; see `board_day`.
        subject_id: Only those of this mouse; empty for all.
    """
    table = _known.of(view, on)
    table = table[table["snooze"] != ""]
    if subject_id:
        table = table[table["subject_id"] == subject_id]
    return tuple(
        QuietAlert(subject_id=subject, alert=alert, snooze=view.people.snoozes[id_])
        for subject, alert, id_ in zip(table["subject_id"], _listed(table), table["snooze"], strict=True)
    )


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
    for subject, alert in zip(table["subject_id"], _listed(table), strict=True):
        found.setdefault(str(subject), []).append(alert)
    return found


def _listed(table: pd.DataFrame) -> Iterator[Alert]:
    names = ("kind", "severity", "sentence", "occurrence")
    for kind, severity, sentence, occurrence in zip(*(table[name] for name in names), strict=True):
        yield Alert(kind=kind, severity=severity, sentence=sentence, occurrence=occurrence)


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
    wanted = view.settings.alerts
    published = sessions[sessions["published"].to_numpy(dtype=bool)]
    visits = dwell(published)
    entered = visits.drop_duplicates("subject_id", keep="last").set_index("subject_id")["entered"]
    last = last_sessions(sessions[~unseen], on=on)
    last["entered"] = entered.reindex(last["subject_id"]).to_numpy()
    early = published[(published["session_date"] <= pd.Timestamp(on)) | published["session_date"].isna()]
    found = attention(
        last,
        dwell_summary(visits, percentile=wanted.stuck_percentile),
        notices=view.notices if len(view.notices) else None,
        differences=view.differences if len(view.differences) else None,
        turned=turns(early, decisions=wanted.turn_decisions),
        slid=slides(
            early,
            [name for name in wanted.sliding_metrics if name in sessions.columns],
            sessions=wanted.sliding_sessions,
            before=wanted.sliding_before,
            spreads=wanted.sliding_spreads,
            share=wanted.sliding_share,
        ),
        recent_days=view.settings.app.active_days,
        missed_days=wanted.missed_days,
        least_visits=wanted.stuck_visits,
        percentile=wanted.stuck_percentile,
        least_turns=wanted.turns,
    )
    found["subject_id"] = found["subject_id"].astype("str")
    training = view.mice.index[in_training(view, on=on)]
    trained_since = sessions.loc[unseen, "subject_id"].astype("str").unique()
    missed_by_mistake = (found["kind"] == "missed") & found["subject_id"].isin(trained_since)
    return found[found["subject_id"].isin(training) & ~missed_by_mistake].reset_index(drop=True)
