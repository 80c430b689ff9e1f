"""The sessions of some mice in their order, so that what people wrote about a session can be found in the table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from autotrain_core.evaluation._rows import Rows, as_text
from autotrain_core.models import SessionRef
from autotrain_core.rules import Bools, Floats, Ints

LONG_AGO = -(2**40)
"""Day of a session whose day is not known."""

_1970 = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Refs:
    """
    k sessions that people named.

    Attributes:
        mice: Place of the mouse among the mice of the table, -1 for none.
        days: Days since 1970, LONG_AGO for none.
        suffixes: What tells two sessions of a day apart.
        numbers: Session numbers when they were named.
    """

    mice: Ints
    days: Ints
    suffixes: np.ndarray
    numbers: Floats


def read_refs(refs: Sequence[SessionRef], names: np.ndarray) -> Refs:
    """Read what people named, by the mice of a table."""
    return Refs(
        places_of([ref.subject_id for ref in refs], names),
        days_of(ref.session_date for ref in refs),
        np.array([ref.suffix for ref in refs], dtype=object),
        np.array([ref.session for ref in refs], dtype=np.float64),
    )


def places_of(wanted: Sequence[str], names: np.ndarray) -> Ints:
    """Find each of some names among others, -1 for none."""
    number = {str(name): place for place, name in enumerate(names)}
    return np.array([number.get(each, -1) for each in wanted], dtype=np.int64)


def days_of(days: Iterable[date | None], *, unknown: int = LONG_AGO) -> Ints:
    """Count the days since 1970, `unknown` where there is none."""
    return np.array([unknown if day is None else day.toordinal() - _1970 for day in days], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Timeline:
    """
    n sessions of some mice, by mouse and session number.

    Attributes:
        rows: Place of each in the table.
        mice: Place of its mouse.
        numbers: Session numbers.
        days: Days since 1970, LONG_AGO where it is not known.
        suffixes: What tells two sessions of a day apart, empty for nothing.
        latest: The last day up to each session of its mouse: days of an odd table may go back.
    """

    rows: Ints
    mice: Ints
    numbers: Floats
    days: Ints
    suffixes: np.ndarray
    latest: Ints

    def ref(self, place: int, names: np.ndarray) -> SessionRef:
        """Name a session."""
        day = int(self.days[place])
        return SessionRef(
            subject_id=str(names[self.mice[place]]),
            session_date=None if day == LONG_AGO else np.datetime64(day, "D").astype(object),
            suffix=self.suffixes[place],
            session=int(self.numbers[place]),
        )

    def matches(self, refs: Refs) -> tuple[Ints, Ints]:
        """
        Find what people named.

        Returns:
            For each session the named one that it is, -1 for none; for each named one the first session that is it,
            -1 for none. By day and suffix, else by day and number; by number alone where either has no day.
        """
        session = np.full(len(self.rows), -1, dtype=np.int64)
        named = np.full(len(refs.mice), -1, dtype=np.int64)
        dated, known = self.days != LONG_AGO, refs.days != LONG_AGO
        columns = {
            "mouse": (self.mice, refs.mice),
            "day": (self.days, refs.days),
            "suffix": (self.suffixes, refs.suffixes),
            "number": (self.numbers, refs.numbers),
        }
        for used, mine, theirs in (
            (("mouse", "day", "suffix"), dated, known),
            (("mouse", "day", "number"), dated, known),
            (("mouse", "number"), ~dated, known | ~known),
            (("mouse", "number"), dated, ~known),
        ):
            right = np.flatnonzero(theirs & (named < 0))
            here = np.flatnonzero(mine)
            if not (len(here) and len(right)):
                continue
            keys = _keys([(columns[name][0][here], columns[name][1][right]) for name in used])
            found = _first(keys[1], keys[0])
            session[here] = np.where((session[here] < 0) & (found >= 0), right[found], session[here])
            found = _first(keys[0], keys[1])
            named[right] = np.where(found < 0, -1, here[found])
        return session, named

    def behind(self, refs: Refs) -> Ints:
        """
        Find the place right behind each named session, whether it is there or not.

        A session that is not there any more stood behind the last one of its day or an earlier one; of a session
        without a day, behind the last one of its number or a lower one.
        """
        _, found = self.matches(refs)
        lost = np.where(
            (refs.days != LONG_AGO) & self.dated(refs.mice),
            self.by_day(refs.mice, refs.days, side="right"),
            _search(self.mice, self.numbers, refs.mice, refs.numbers, side="right"),
        )
        return np.where(found < 0, lost, found + 1)

    def dated(self, mice: Ints) -> Bools:
        """Tell of which mice the table knows some day."""
        with_days = np.unique(self.mice[self.days != LONG_AGO])
        return np.isin(mice, with_days)

    def by_day(self, mice: Ints, days: Ints, *, side: str) -> Ints:
        """Find the first session of each mouse on a day or later ("left"), or later than a day ("right")."""
        return _search(self.mice, self.latest, mice, days, side=side)

    def start(self, mice: Ints) -> Ints:
        """Find the first session of each mouse; where it has none, the place where it would stand."""
        return np.searchsorted(self.mice, mice, side="left")

    def stop(self, mice: Ints) -> Ints:
        """Find the place behind the last session of each mouse."""
        return np.searchsorted(self.mice, mice, side="right")


def timeline(sessions: pd.DataFrame, rows: Rows, counts: Bools, mice: Ints, *, double: bool = False) -> Timeline:
    """
    Put the sessions of some mice in order.

    Args:
        sessions: The table.
        rows: Whose its rows are.
        counts: Which rows are sessions at all.
        mice: Which mice.
        double: Whether to keep all rows of one number; else only the first.
    """
    wanted = np.zeros(len(rows.names) + 1, dtype=np.bool_)
    wanted[mice] = True
    # The last place stands for rows without a mouse.
    wanted[-1] = False
    places = np.flatnonzero(wanted[rows.subjects] & counts)
    places = places[np.lexsort((rows.sessions[places], rows.subjects[places]))]
    codes, numbers = rows.subjects[places], rows.sessions[places]
    if not double:
        first = np.ones(len(places), dtype=np.bool_)
        first[1:] = (np.diff(codes) != 0) | (np.diff(numbers) != 0)
        places, codes, numbers = places[first], codes[first], numbers[first]
    days = _days(sessions, places)
    return Timeline(places, codes, numbers, days, _suffixes(sessions, places), _latest(codes, days))


def _days(sessions: pd.DataFrame, places: Ints) -> Ints:
    if "session_date" not in sessions.columns:
        return np.full(len(places), LONG_AGO, dtype=np.int64)
    codes, uniques = pd.factorize(sessions["session_date"].iloc[places])
    texts = pd.Series([str(value)[:10] for value in uniques], dtype=object)
    read = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").to_numpy().astype("datetime64[D]")
    known = np.append(np.where(np.isnat(read), LONG_AGO, read.astype(np.int64)), LONG_AGO)
    found: Ints = known[codes]
    return found


def _suffixes(sessions: pd.DataFrame, places: Ints) -> np.ndarray:
    if "nwb_suffix" not in sessions.columns:
        return np.full(len(places), "", dtype=object)
    return as_text(sessions["nwb_suffix"].iloc[places], whole=True).fillna("").to_numpy(dtype=object)


def _latest(mice: Ints, days: Ints) -> Ints:
    """Take the running maximum within each mouse, by one over all: each mouse is lifted above the one before."""
    if not len(mice):
        return days
    lift = (mice - mice[0]) * -2 * LONG_AGO
    latest: Ints = np.maximum.accumulate(days + lift) - lift
    return latest


def _search(mice: Ints, values: Ints | Floats, wanted: Ints, limits: Ints | Floats, *, side: str) -> Ints:
    """Search in values that rise within each mouse: the place of each limit among those of its mouse."""
    low, high = np.searchsorted(mice, wanted, side="left"), np.searchsorted(mice, wanted, side="right")
    # Halving for all at once.
    while (low < high).any():
        middle = (low + high) // 2
        value = values[np.minimum(middle, len(values) - 1)]
        right = (value <= limits) if side == "right" else (value < limits)
        searching = low < high
        low = np.where(searching & right, middle + 1, low)
        high = np.where(searching & ~right, middle, high)
    return low


def _keys(columns: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[Ints, Ints]:
    """Make one number of several columns, the same for the same cells on both sides."""
    have: Ints = np.zeros(len(columns[0][0]), dtype=np.int64)
    want: Ints = np.zeros(len(columns[0][1]), dtype=np.int64)
    for mine, theirs in columns:
        # As they are met on one side and then the other, squeezed after each column, so that nothing grows too large.
        codes, _ = pd.factorize(np.concatenate((mine, theirs)))
        both = np.concatenate((have, want)) * (int(codes.max()) + 1) + codes
        packed = pd.factorize(both)[0].astype(np.int64)
        have, want = packed[: len(mine)], packed[len(mine) :]
    return have, want


def _first(among: Ints, wanted: Ints) -> Ints:
    """Find the first place of each number among others, -1 for none."""
    order = np.argsort(among, kind="stable")
    place = np.minimum(np.searchsorted(among, wanted, sorter=order), len(among) - 1)
    found = order[place]
    return np.where(among[found] == wanted, found, -1)
