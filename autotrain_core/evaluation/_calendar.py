"""When the mice of the example lab train: they start one after the other, rest at weekends, and miss days."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from autotrain_core.evaluation._streams import draw
from autotrain_core.evaluation._troubles import Troubles
from autotrain_core.rules import Bools, Floats, Ints

MOST_SESSIONS = 100
"""The most sessions of a mouse, unless a number of sessions is asked for."""

# A third of real mice leave within ten sessions, a quarter stays for more than 35: two kinds of mice.
_SHORT, _SHORT_SPREAD = 14.0, 0.8
_LONG, _LONG_SPREAD = 60.0, 0.25
_STAYING = 0.42
_STARTING = 0.9  # mice start during this part of the lab's weeks


@dataclass(frozen=True, slots=True)
class Calendar:
    """
    When m mice train.

    Attributes:
        workday: Working day of each session, counted from the lab's first, shape (T, m); only the first `lengths`
            of a mouse count.
        lengths: Sessions that each mouse trains, shape (m,).
        ended: Whether its training ended before the lab's last day; else it is still going on, shape (m,).
        clock: Time at which each session starts, as the number HHMMSS, shape (T, m).
    """

    workday: Ints
    lengths: Ints
    ended: Bools
    clock: Ints


def draw_calendar(
    seed: int, mice: range, *, weeks: int, sessions_per_mouse: int | None, troubles: Troubles
) -> Calendar:
    """
    Draw when each mouse starts, on which days it trains, and when that ends.

    Args:
        seed: The lab's seed.
        mice: Numbers of the mice.
        weeks: How long the lab is watched.
        sessions_per_mouse: Gives each mouse exactly so many, however long it takes; None draws their number: two
            mice in five stay for an experiment, the others leave earlier, and the lab's last day cuts off.
        troubles: How often days are missed.
    """
    sessions = MOST_SESSIONS if sessions_per_mouse is None else sessions_per_mouse

    def drawn_by(rng: np.random.Generator, size: int) -> dict[str, Floats]:
        each = {"start": rng.random(size), "stays": rng.random(size), "length": rng.standard_normal(size)}
        names = ("missed", "break", "break_length", "twice", "clock")
        return each | {name: rng.random((sessions, size)) for name in names}

    drawn = draw(seed, "calendar", mice, drawn_by)
    gap = 1 + (drawn["missed"] < troubles.missed).astype(np.int64)
    gap += np.where(drawn["break"] < troubles.breaks, 5 + np.floor(21 * drawn["break_length"]), 0).astype(np.int64)
    twice = drawn["twice"] < troubles.twice
    twice[:1] = False
    twice[1:] &= ~twice[:-1]
    gap[twice] = 0
    gap[:1] = np.floor(drawn["start"] * max(1, int(_STARTING * 5 * weeks)))
    workday = np.cumsum(gap, axis=0)
    clock = _clock(mice, drawn["clock"], twice)
    if sessions_per_mouse is not None:
        lengths = np.full(len(mice), sessions_per_mouse, dtype=np.int64)
        return Calendar(workday, lengths, np.ones(len(mice), dtype=bool), clock)
    stays = drawn["stays"] < _STAYING
    center, spread = np.where(stays, _LONG, _SHORT), np.where(stays, _LONG_SPREAD, _SHORT_SPREAD)
    wanted = np.clip(np.round(center * np.exp(spread * drawn["length"])), 1, sessions).astype(np.int64)
    there = np.count_nonzero(workday < 5 * weeks, axis=0)
    return Calendar(workday, np.minimum(wanted, there), wanted <= there, clock)


def _clock(mice: range, jitter: Floats, twice: Bools) -> Ints:
    """Six mice a rig and day, from eight o'clock on, 80 minutes each; a second session comes late in the day."""
    turn = np.arange(mice.start, mice.stop) // 4 % 6
    second = (8 * 3600 + turn * 80 * 60 + np.floor(jitter * 900)).astype(np.int64)
    second = np.where(twice, second + 5 * 3600, second)
    return second // 3600 * 10_000 + second // 60 % 60 * 100 + second % 60


def dates_of(first: date, workdays: int) -> npt.NDArray[np.datetime64]:
    """Give the dates of the lab's working days, from the first Monday-to-Friday day on or after `first`."""
    day = np.busday_offset(np.datetime64(first), 0, roll="forward")
    return np.busday_offset(day, np.arange(workdays), roll="forward")
