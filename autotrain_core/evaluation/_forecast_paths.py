"""
The ways of mice through their curricula, and for some of them the others that were once where they are now.

Where a mouse is: the stage that it runs next under the curriculum of a name, and how many sessions in a row it has run
there. Whoever was there once, from then on, tells how it may go on. What counts as known can be cut at any day, so that
a forecast of the past sees nothing of what came after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from autotrain_core.evaluation._cohort_rows import (
    NO_DAY,
    Levels,
    Ordered,
    days,
    graduated,
    levels,
    ordered,
    require,
    stage_levels,
)
from autotrain_core.rules import Bools, Floats, Ints

STAYED, GRADUATED, LEFT = 0, 1, 2
"""How the watch of a mouse ended: still in training; the event; what excludes it."""

_COLUMNS = ("subject_id", "session", "session_date", "curriculum", "stage", "following")
_MOST_PAIRS = 1 << 21
_MOST_TARGETS = 2_000


@dataclass(frozen=True, slots=True)
class Paths:
    """
    Decided sessions, n of them, mouse after mouse in order; rows are numbered in this order.

    Attributes:
        each: Their order, and whose they are.
        day: Latest day of the mouse until then, days since 1970, shape (n,).
        following: Stage that comes next.
        curriculum: Name@version that decided it.
        version: Which of those, shape (n,).
        count: Sessions in a row at `following`, this one included; 0 where that is another stage. Shape (n,).
        state: Where the mouse is afterwards: a number for each name of a curriculum, next stage and count; -1 from its
            graduation on. Shape (n,).
        end: Last row of the same mouse under the same name of curriculum, in a row; shape (n,).
        event: Row of its graduation there; n where there is none. Shape (n,).
        mouse: Number of the mouse, from 0 in order; shape (n,).
    """

    each: Ordered
    day: Ints
    following: Levels
    curriculum: Levels
    version: Ints
    count: Ints
    state: Ints
    end: Ints
    event: Ints
    mouse: Ints

    @property
    def newest(self) -> int:
        """The lab's newest day, days since 1970; NO_DAY where there is none."""
        return int(self.day.max(initial=NO_DAY))

    def known(self, mice: Ints, until: Ints) -> Ints:
        """Give the last row of some mice on or before some days; each has one."""
        least = int(self.day.min(initial=self.newest))
        width = self.newest - least + 1
        wanted = mice * width + np.minimum(until, self.newest) - least
        return np.searchsorted(self.mouse * width + self.day - least, wanted, side="right") - 1


@dataclass(frozen=True, slots=True)
class Compared:
    """
    What is known of others that were where some mice are: a row a pair of the two.

    Attributes:
        target: Place of the mouse that is asked about.
        duration: Sessions that the other went on for.
        cause: How that ended: STAYED, GRADUATED or LEFT.
        same: Whether the other was there under the same version of the curriculum.
    """

    target: Ints
    duration: Ints
    cause: Ints
    same: Bools


def paths(rows: pd.DataFrame, *, until: int) -> Paths:
    """
    Put decided sessions in order and say where each mouse was after each of them.

    Args:
        rows: `subject_id`, `session`, `session_date`, `curriculum` (Name@version), `stage`, `following`; a row that
            lacks one of them is passed over.
        until: Day since 1970 after which nothing is looked at.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the session numbers are dates.
    """
    require(rows, _COLUMNS)
    day = days(rows["session_date"])
    usable = (day != NO_DAY) & (day <= until) & (rows["curriculum"].notna() & rows["following"].notna()).to_numpy(bool)
    rows = rows[usable]
    run, following = stage_levels(rows)
    each = ordered(rows, run)
    n = len(each.places)
    mouse = each.mouse_number()
    row = np.arange(n)
    following, curriculum = following.at(each.places), levels(rows["curriculum"]).at(each.places)
    name = _names_of(curriculum)[curriculum.codes]
    enters = each.first | (np.diff(each.stage.codes, prepend=-1) != 0)
    since = row - np.maximum.accumulate(np.where(enters, row, 0)) + 1
    count = np.where(following.codes == each.stage.codes, since, 0)
    # Under another name a mouse begins anew, and has left what it was on.
    begins = each.first | (np.diff(name, prepend=-1) != 0)
    part = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    there = graduated(following) | graduated(each.stage)
    event = np.minimum.reduceat(np.where(there, row, n), starts)[part] if n else row
    end = np.append(starts[1:], n)[: len(starts)] - 1
    state = (name * max(len(following.names), 1) + following.codes) * (int(count.max(initial=0)) + 1) + count
    return Paths(
        each=each,
        day=_latest(day[usable][each.places], mouse),
        following=following,
        curriculum=curriculum,
        version=curriculum.codes,
        count=count,
        state=np.where(row < event, state, -1),
        end=end[part] if n else row,
        event=event,
        mouse=mouse,
    )


def compared(known: Paths, targets: Ints, *, until: Ints, active_days: int) -> Iterator[tuple[slice, Compared]]:
    """
    Find for some mice what is known of the others that were where they are.

    Of another mouse, only the first time counts that it was there: a mouse is one witness.

    Args:
        known: All ways.
        targets: Rows after which one asks, t of them; their `state` is not -1.
        until: What was known on which day, days since 1970, shape (t,).
        active_days: A mouse that has not trained for longer has left.

    Yields:
        Which of the targets, and their pairs; `target` counts from the beginning of the slice.
    """
    marks = _first_visits(known)
    state = known.state[marks]
    low = np.searchsorted(state, known.state[targets], side="left")
    many = np.searchsorted(state, known.state[targets], side="right") - low
    for some in _portions(many):
        place = np.repeat(np.arange(some.stop - some.start), many[some])
        before = np.repeat(np.cumsum(many[some]) - many[some], many[some])
        other = marks[np.arange(len(place)) - before + low[some][place]]
        asked, day = targets[some][place], until[some][place]
        usable = (known.mouse[other] != known.mouse[asked]) & (known.day[other] < day - active_days)
        place, other, asked, day = place[usable], other[usable], asked[usable], day[usable]
        duration, cause = outcomes(known, other, until=day, active_days=active_days)
        same = known.version[other] == known.version[asked]
        yield some, Compared(place, duration, cause, same)


def outcomes(known: Paths, rows: Ints, *, until: Ints, active_days: int) -> tuple[Ints, Ints]:
    """
    Say how mice went on after some rows, as far as was known on some days.

    That a mouse graduated is known at once, and that it left only `active_days` later. Whoever counts both as soon as
    they are known finds too many graduates; so the watch of all ends on the last day of which both are known.

    Args:
        known: All ways.
        rows: After which; each at least `active_days` and one day before its day of `until`.
        until: What was known on which day, days since 1970, of the shape of `rows`.
        active_days: A mouse that has not trained for longer has left.

    Returns:
        Sessions until the end of the watch, and how it ended: STAYED, GRADUATED or LEFT; both of the shape of `rows`.
    """
    cut = until - active_days - 1
    event, end, mice = known.event[rows], known.end[rows], known.mouse[rows]
    watched, last = known.known(mice, cut), known.known(mice, until)
    gone = np.where(last > end, watched >= end, known.day[last] <= cut)
    seen = np.append(known.day, np.iinfo(np.int64).max)[event] <= cut
    cause = np.where(seen, GRADUATED, np.where(gone, LEFT, STAYED))
    return np.where(seen, event, np.minimum(watched, end)) - rows, cause


def tallied(known: Paths, targets: Ints, *, active_days: int) -> Iterator[tuple[slice, Ints, Ints]]:
    """
    Count for some mice, of all that is known by the newest day, what became of the others that were where they are.

    The same as counting the pairs of `compared`, without making them: whoever is at the same place shares the others.

    Args:
        known: All ways.
        targets: Rows after which one asks; their `state` is not -1.
        active_days: A mouse that has not trained for longer has left.

    Yields:
        Which of the targets, t of them; and how many others ended their watch in which way after how many sessions,
        int64 of shape (3, t, k): those of the same version, and all. The first axis is STAYED, GRADUATED, LEFT.
    """
    marks = _first_visits(known)
    marks = marks[known.day[marks] < known.newest - active_days]
    states, place = np.unique(known.state[targets], return_inverse=True)
    group = np.minimum(np.searchsorted(states, known.state[marks]), max(len(states) - 1, 0))
    there = states[group] == known.state[marks] if len(states) else np.zeros(len(marks), dtype=np.bool_)
    marks, group = marks[there], group[there]
    duration, cause = outcomes(known, marks, until=np.full(len(marks), known.newest), active_days=active_days)
    width = int(duration.max(initial=0)) + 1
    every = _table(cause, group, duration, len(states), width)
    versions = int(known.version.max(initial=0)) + 1
    kinds, kind = np.unique(place * versions + known.version[targets], return_inverse=True)
    of_mark = np.searchsorted(kinds, group * versions + known.version[marks])
    of_mark = np.minimum(of_mark, max(len(kinds) - 1, 0))
    alike = kinds[of_mark] == group * versions + known.version[marks]
    same = _table(cause[alike], of_mark[alike], duration[alike], len(kinds), width)
    # A mouse is no witness of its own; the marks stand in the order of states and mice.
    mice = int(known.mouse.max(initial=0)) + 1
    keys = group * mice + known.mouse[marks]
    mine = np.minimum(np.searchsorted(keys, place * mice + known.mouse[targets]), max(len(keys) - 1, 0))
    own = keys[mine] == place * mice + known.mouse[targets] if len(keys) else np.zeros(len(targets), dtype=np.bool_)
    for start in range(0, len(targets), _MOST_TARGETS):
        some = slice(start, min(start + _MOST_TARGETS, len(targets)))
        told, alike_told = every[:, place[some]], same[:, kind[some]]
        rows = np.flatnonzero(own[some])
        mark = mine[some][rows]
        told[cause[mark], rows, duration[mark]] -= 1
        rows, mark = (each[known.version[marks[mark]] == known.version[targets[some][rows]]] for each in (rows, mark))
        alike_told[cause[mark], rows, duration[mark]] -= 1
        yield some, alike_told, told


def counted(pairs: Compared, targets: int) -> tuple[Ints, Ints]:
    """Count pairs as `tallied` does: those of the same version, and all; shape (3, targets, k) each."""
    width = int(pairs.duration.max(initial=0)) + 1
    same = pairs.same
    return (
        _table(pairs.cause[same], pairs.target[same], pairs.duration[same], targets, width),
        _table(pairs.cause, pairs.target, pairs.duration, targets, width),
    )


def at_risk(ends: Ints) -> Ints:
    """Count who is still waited for just before each number of sessions, from 0 on, shape (t, k)."""
    waited: Ints = ends.sum(axis=0)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return waited


def _table(cause: Ints, target: Ints, duration: Ints, targets: int, width: int) -> Ints:
    size = targets * width
    return np.bincount(cause * size + target * width + duration, minlength=3 * size).reshape(3, targets, width)


def rhythms(known: Paths, rows: Ints, *, weeks: int = 4) -> tuple[Floats, Bools]:
    """
    Say on which days of the week mice train.

    Args:
        known: All ways.
        rows: A row of each mouse.
        weeks: How many weeks before the lab's newest day are looked at.

    Returns:
        Sessions a Monday, a Tuesday … to a Sunday, shape (m, 7), and whether they are the mouse's own: of one that
        has trained for less than two weeks, or once only, they are the mean of the others. All are NaN where there
        are none.
    """
    mice = int(known.mouse.max(initial=-1)) + 1
    newest = known.newest
    first = np.full(mice, newest)
    np.minimum.at(first, known.mouse, known.day)
    late = known.day > newest - 7 * weeks
    held = np.bincount(known.mouse[late] * 7 + (known.day[late] + 3) % 7, minlength=mice * 7).reshape(mice, 7)
    lived = np.minimum(newest - first + 1, 7 * weeks)
    # So many Mondays, Tuesdays … lie between the first day looked at and the newest.
    ago = (newest + 3 - np.arange(7)) % 7
    there = np.maximum(0, (lived[:, None] - ago[None, :] + 6) // 7)
    rate = np.divide(held, there, out=np.zeros((mice, 7)), where=there > 0)
    own = (lived >= 14) & (held.sum(axis=1) >= 2)
    usual = rate[own].mean(axis=0) if own.any() else np.full(7, np.nan)
    rate = np.where(own[:, None], rate, usual)
    return rate[known.mouse[rows]], own[known.mouse[rows]]


def days_of_sessions(rate: Floats, sessions: Floats, *, first: int) -> Floats:
    """
    Say on which day the n-th session from now on falls.

    Args:
        rate: Sessions a Monday to a Sunday, shape (m, 7).
        sessions: n, shape (m,); NaN where there is none.
        first: The first day on which a session may be, days since 1970.

    Returns:
        Days since 1970, shape (m,); NaN where there is none, or the mouse does not train.
    """
    order = (first + 3 + np.arange(7)) % 7
    weekly = rate.sum(axis=1)
    found = np.full(len(rate), np.nan)
    usable = (weekly > 0) & ~np.isnan(sessions)
    weekly, rate, wanted = weekly[usable], rate[usable][:, order], np.maximum(sessions[usable], 1)
    weeks = np.ceil(wanted / weekly - 1e-9) - 1
    rest = wanted - weeks * weekly
    day = (rate.cumsum(axis=1) < rest[:, None] - 1e-9).sum(axis=1)
    found[usable] = first + 7 * weeks + np.minimum(day, 6)
    return found


def _names_of(curriculum: Levels) -> Ints:
    """Number the names without their versions."""
    names = pd.Index(curriculum.names.astype(object)).map(lambda key: str(key).rpartition("@")[0] or str(key))
    return np.asarray(pd.factorize(names)[0], dtype=np.int64) if len(names) else np.zeros(0, dtype=np.int64)


def _latest(day: Ints, mouse: Ints) -> Ints:
    """Give the latest day until each row: a late file may say that an earlier session was run later."""
    least = int(day.min(initial=0))
    width = int(day.max(initial=0)) - least + 1
    return np.maximum.accumulate(mouse * width + day - least) - mouse * width + least


def _first_visits(known: Paths) -> Ints:
    """Give the row at which each mouse was in each state for the first time, in the order of states."""
    rows = np.flatnonzero(known.state >= 0)
    order = rows[np.lexsort([rows, known.mouse[rows], known.state[rows]])]
    state, mouse = known.state[order], known.mouse[order]
    first: Bools = (np.diff(state, prepend=-1) != 0) | (np.diff(mouse, prepend=-1) != 0)
    return order[first]


def _portions(many: Ints) -> Iterator[slice]:
    """Cut targets into runs with not too many pairs together."""
    start = 0
    total = np.cumsum(many)
    while start < len(many):
        done = total[start - 1] if start else 0
        stop = max(int(np.searchsorted(total, done + _MOST_PAIRS, side="right")), start + 1)
        stop = min(stop, start + _MOST_TARGETS)
        yield slice(start, stop)
        start = stop
