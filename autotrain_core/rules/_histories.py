"""
The metric histories of many subjects, laid out for whole-column work.

All first sessions stand together, then all second ones, and so on; within each block the subjects keep one order,
those with the longest histories first. So "the session before" is a block copy, never a search, and the sessions
that are decided together lie side by side.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from autotrain_core.rules._tree import Node, Window

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

CELLS = 1 << 23
"""How many values a matrix of windows may hold at once: 64 MiB."""

NARROW = 32
"""Windows of whole blocks up to this size are copied block by block, wider ones row by row."""


@dataclass(frozen=True, slots=True)
class Truth:
    """
    Truth values of n sessions.

    Attributes:
        sure: True where the condition holds whatever the missing values are.
        possible: True where it may hold. The same array as `sure` in two-valued logic.
    """

    sure: Bools
    possible: Bools


class Histories:
    """
    n sessions of m subjects in blocks: block p holds the p-th session of each subject that has one.

    Args:
        lengths: Sessions of each subject, shape (m,), in falling order.
        metrics: A column for each metric, float64 of shape (n,), NaN where a value is missing.
        session_total: Session numbers, float64 of shape (n,).
    """

    def __init__(self, lengths: Ints, metrics: Mapping[str, Floats], session_total: Floats) -> None:
        self.metrics = dict(metrics)
        self.session_total = session_total
        self.blocks = int(lengths[0]) if len(lengths) else 0
        # How many subjects have a p-th session: those whose history is longer than p.
        widths = len(lengths) - np.searchsorted(lengths[::-1], np.arange(self.blocks), side="right")
        self.widths = widths.astype(np.int64)
        self.offsets = np.concatenate(([0], np.cumsum(self.widths))).astype(np.int64)
        self.size = int(self.offsets[-1])
        self._position: Ints | None = None

    @property
    def position(self) -> Ints:
        """Which session of its subject each row is, from 0: shape (n,)."""
        if self._position is None:
            self._position = np.repeat(np.arange(self.blocks, dtype=np.int64), self.widths)
        return self._position

    def earlier(self, rows: Ints, back: int | Ints) -> Ints:
        """Give the row `back` sessions earlier of the same subject, or -1 before its first."""
        position = self.position[rows]
        block = position - back
        there = self.offsets[np.maximum(block, 0)] + (rows - self.offsets[position])
        return np.where(block >= 0, there, -1)

    def replaced(self, metrics: Mapping[str, Floats]) -> "Histories":
        """Give the same sessions with other values."""
        other = object.__new__(Histories)
        other.__dict__.update(self.__dict__)
        other.metrics = dict(metrics)
        return other


@dataclass(slots=True)
class View:
    """
    Some of the sessions, at which conditions are asked: k rows.

    Attributes:
        histories: What the rows are taken from.
        first, last: The blocks asked about, where the rows are whole blocks [first, last).
        rows: The rows asked about, int64 of shape (k,), where they are not.
        sessions_at_stage: Consecutive sessions at the current stage, this one included: float64 of shape (k,).
        previous: For every row of `histories`, the row of the subject's decided session before it, or -1: (n,).
        gapless: Whether every session before these was decided, so that `previous` is simply the session before.
        three_valued: Whether a missing value makes a comparison unknown (true) or false.
        beyond: What stands for a value that is not there at all: before the first session, or a division by zero.
        known: What is known already of parts of the condition, of shape (k,).
    """

    histories: Histories
    first: int = 0
    last: int = 0
    rows: Ints | None = None
    sessions_at_stage: Floats | None = None
    previous: Ints | None = None
    gapless: bool = False
    three_valued: bool = False
    beyond: Mapping[str, float] = field(default_factory=dict)
    known: dict[Node, Floats | Truth] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of rows."""
        if self.rows is not None:
            return len(self.rows)
        return int(self.histories.offsets[self.last] - self.histories.offsets[self.first])

    def session_total(self) -> Floats:
        """Session numbers of the rows."""
        return self.histories.session_total[self.index()]

    def index(self) -> Ints | slice:
        """What picks the rows out of a column of the histories."""
        if self.rows is not None:
            return self.rows
        offsets = self.histories.offsets
        return slice(int(offsets[self.first]), int(offsets[self.last]))

    def row_numbers(self) -> Ints:
        """The rows as numbers: shape (k,)."""
        if self.rows is not None:
            return self.rows
        offsets = self.histories.offsets
        return np.arange(offsets[self.first], offsets[self.last], dtype=np.int64)

    def item(self, metric: str, back: int, *, at_stage: bool) -> Floats:
        """Values `back` sessions ago (1 is this one), `beyond` where there was none: shape (k,)."""
        values = self.histories.metrics[metric]
        if back == 1:
            return values[self.index()]
        missing = self.beyond.get(metric, np.nan)
        if at_stage:
            rows = self.at_stage_rows(self.row_numbers(), back)
            there = self.runs() >= back
            return np.where(there, values[np.where(there, rows, 0)], missing)
        if self.rows is not None:
            rows = self.histories.earlier(self.rows, back - 1)
            return np.where(rows >= 0, values[rows], missing)
        found = np.full(self.size, missing)
        self.copy_blocks(values, back, found)
        return found

    def copy_blocks(self, values: Floats, back: int, into: Floats) -> None:
        """Write the values `back` sessions ago into a column of the view, block by block."""
        offsets, widths = self.histories.offsets, self.histories.widths
        start = offsets[self.first]
        for block in range(max(self.first, back - 1), self.last):
            there = offsets[block - back + 1]
            here, width = offsets[block] - start, widths[block]
            into[here : here + width] = values[there : there + width]

    def runs(self) -> Ints:
        """Consecutive sessions at the current stage: shape (k,)."""
        if self.sessions_at_stage is None:
            message = "a view without stages was asked about sessions at the stage"
            raise ValueError(message)
        return self.sessions_at_stage.astype(np.int64)

    def at_stage_rows(self, rows: Ints, back: int) -> Ints:
        """Give the decided row `back` - 1 decided sessions before each of some rows, or -1."""
        if self.previous is None:
            message = "a view without stages was asked about sessions at the stage"
            raise ValueError(message)
        if self.gapless:
            return self.histories.earlier(rows, back - 1)
        for _ in range(back - 1):
            rows = np.where(rows >= 0, self.previous[rows], -1)
        return rows

    def groups(self, window: Window) -> Iterator["Group"]:
        """Split the rows by how many values their window holds; every row is in one group."""
        if window.at_stage:
            yield from self._split(window, self.runs())
        elif self.rows is not None:
            yield from self._split(window, self.histories.position[self.rows] + 1)
        else:
            start = self.histories.offsets[self.first]
            full = self.last if window.size is None else min(self.last, max(self.first, window.size - 1))
            for block in range(self.first, full):
                here = slice(int(self.histories.offsets[block] - start), int(self.histories.offsets[block + 1] - start))
                yield Group(self, window, block + 1, here, first=block, last=block + 1)
            if full < self.last and window.size is not None:
                here = slice(int(self.histories.offsets[full] - start), self.size)
                yield Group(self, window, window.size, here, first=full, last=self.last)

    def _split(self, window: Window, there: Ints) -> Iterator["Group"]:
        lengths = there if window.size is None else np.minimum(there, window.size)
        rows = self.row_numbers()
        for length in np.unique(lengths).tolist():
            here = np.flatnonzero(lengths == length)
            yield Group(self, window, int(length), here, rows=rows[here])


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of a view whose windows hold equally many values."""

    view: View
    window: Window
    length: int
    here: slice | Ints
    rows: Ints | None = None
    first: int = 0
    last: int = 0

    @property
    def size(self) -> int:
        """Number of rows, where the group is made of whole blocks."""
        return View(self.view.histories, self.first, self.last).size

    def column(self, place: int) -> Floats:
        """The values at one place of the window, 0 the oldest: shape (rows,)."""
        back = self.length - place
        histories = self.view.histories
        values = histories.metrics[self.window.metric]
        if self.rows is None:
            if back == 1:
                return values[histories.offsets[self.first] : histories.offsets[self.last]]
            found = np.empty(self.size)
            part = View(histories, self.first, self.last)
            part.copy_blocks(values, back, found)
            return found
        return values[self._back(self.rows, back)]

    def columns(self) -> Iterator[Floats]:
        """The values of the window, oldest first, a column at a time."""
        return (self.column(place) for place in range(self.length))

    def matrices(self) -> Iterator[tuple[slice | Ints, Floats]]:
        """The windows as matrices of shape (some rows, length), each with the places of those rows in the view."""
        if self.rows is None and self.length <= NARROW and self.length * self.size <= CELLS:
            yield self.here, np.stack(list(self.columns()), axis=1)
            return
        values = self.view.histories.metrics[self.window.metric]
        rows = self.row_numbers()
        places = np.arange(self.here.start, self.here.stop) if isinstance(self.here, slice) else self.here
        step = max(1, CELLS // self.length)
        for start in range(0, len(rows), step):
            some = slice(start, start + step)
            yield places[some], values[self._windows(rows[some])]

    def row_numbers(self) -> Ints:
        """The rows of the group as numbers."""
        if self.rows is not None:
            return self.rows
        return View(self.view.histories, self.first, self.last).row_numbers()

    def _windows(self, rows: Ints) -> Ints:
        """Give the rows of each window, oldest first: shape (rows, length)."""
        if not self.window.at_stage or self.view.gapless:
            return self.view.histories.earlier(rows[:, None], np.arange(self.length - 1, -1, -1)[None, :])
        steps = [rows]
        for _ in range(self.length - 1):
            steps.append(self.view.at_stage_rows(steps[-1], 2))
        return np.stack(steps[::-1], axis=1)

    def _back(self, rows: Ints, back: int) -> Ints:
        if self.window.at_stage:
            return self.view.at_stage_rows(rows, back)
        return self.view.histories.earlier(rows, back - 1)
