"""What people decided about mice and sessions, as the engine wants it; see docs/overrides.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from autotrain_core.evaluation._force import NONE, RECORDED, Force, Item, Labels, followed_by, force
from autotrain_core.evaluation._rows import Rows
from autotrain_core.evaluation._timeline import places_of, read_refs, timeline
from autotrain_core.models import IN_FORCE, Enrolment, Override, SessionMark, plain
from autotrain_core.rules import Bools, Ints


@dataclass(frozen=True)
class Interventions:
    """
    What people decided.

    Attributes:
        enrolments: Which mice began what; those that were taken back do not count.
        overrides: In any state; those that the rigs were told count.
        marks: What is said of single sessions; those that exclude one count.
    """

    enrolments: tuple[Enrolment, ...] = ()
    overrides: tuple[Override, ...] = ()
    marks: tuple[SessionMark, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.enrolments or self.overrides or self.marks)

    @cached_property
    def excluded(self) -> tuple[SessionMark, ...]:
        """The marks that leave out a session."""
        return tuple(mark for mark in self.marks if mark.excludes)

    @cached_property
    def told(self) -> tuple[Item, ...]:
        """The enrolments and overrides that the rigs were told at some time."""
        overrides = (one for one in self.overrides if one.state in IN_FORCE or one.state in RECORDED)
        return (*(one for one in self.enrolments if one.stands), *overrides)


NOTHING = Interventions()


def interventions(
    enrolments: Iterable[Enrolment], overrides: Iterable[Override], marks: Iterable[SessionMark]
) -> Interventions:
    """Put together what people decided."""
    return Interventions(tuple(enrolments), tuple(overrides), tuple(marks))


def exclude(sessions: pd.DataFrame, rows: Rows, marks: Sequence[SessionMark]) -> None:
    """Leave out the sessions that people excluded, before anything else is said of them."""
    if not marks:
        return
    refs = read_refs([mark.session for mark in marks], rows.names)
    line = timeline(sessions, rows, rows.counts, refs.mice[refs.mice >= 0], double=True)
    found, _ = line.matches(refs)
    mark_of = np.full(len(rows.counts), NONE, dtype=np.int64)
    mark_of[line.rows] = found
    out = np.flatnonzero(mark_of >= 0)
    rows.note(
        out,
        "excluded",
        lambda place: (
            f"excluded by a person ({marks[int(mark_of[place])].reason_words}); it was left out of the history"
        ),
        left_out=True,
    )
    rows.counts[out] = False


@dataclass(frozen=True, slots=True)
class Orders:
    """
    What was in force for the n rows of a table.

    Attributes:
        forced: Stage that an override or an enrolment suggested, NONE for nothing.
        starts: Stage where the mouse's enrolment begins, NONE for nothing.
    """

    forced: Ints
    starts: Ints


def orders(sessions: pd.DataFrame, rows: Rows, real: Bools, labels: Labels, said: Interventions) -> Orders | None:
    """
    Say what was in force for each row, and leave out the sessions of mice that were taken off.

    Args:
        sessions: The table, n rows.
        rows: Whose its rows are; notices are added, and rows may cease to count.
        real: Which of them are sessions, whether on a curriculum or off.
        labels: What they ran.
        said: What people decided.

    Returns:
        None where the rigs were told nothing about any mouse of the table.
    """
    found = of_the_table(said.told, rows)
    if not found:
        return None
    size = len(sessions)
    forced, starts = np.full(size, NONE, dtype=np.int64), np.full(size, NONE, dtype=np.int64)
    told = force(sessions, rows, real, labels, found)
    line, aims = told.line, told.aims
    # Of two in force for one session the later one counts: it is the last to be written.
    ruling = np.full(len(line.rows), NONE, dtype=np.int64)
    followed = np.ones(len(line.rows), dtype=np.bool_)
    ruling[told.pairs[1]], followed[told.pairs[1]] = told.pairs[0], told.followed
    places = np.flatnonzero(ruling >= 0)
    ruling, followed, table = ruling[places], followed[places], line.rows[places]
    closed = labels.actual[table] >= 0
    off = aims.off[ruling]
    forced[table] = np.where(~off & (closed | followed), aims.stages[ruling], NONE)
    item_of = dict(zip(table.tolist(), ruling.tolist(), strict=True))
    _note(rows, told, item_of, table, followed)
    away = table[off & ~closed & labels.on[table]]
    rows.note(
        away, "taken-off", "the mouse was taken off its curriculum; it was left out of the history", left_out=True
    )
    rows.counts[away] = False
    _begin(told, labels, starts)
    return Orders(forced, starts)


def of_the_table(items: Sequence[Item], rows: Rows) -> list[Item]:
    mice = places_of([item.subject_id for item in items], rows.names)
    return [items[place] for place in np.flatnonzero(mice >= 0).tolist()]


def _note(rows: Rows, told: Force, item_of: dict[int, int], table: Ints, followed: Bools) -> None:
    aims = told.aims
    ruling = np.array([item_of[row] for row in table.tolist()], dtype=np.int64)
    strange = ~aims.off[ruling] & (aims.stages[ruling] == NONE)

    def item(place: int) -> Item:
        return aims.items[item_of[place]]

    rows.note(
        table[strange],
        "unknown-override",
        lambda place: (
            f"{plain(item(place).id)} says {plain(item(place).stage)}, which no curriculum here has; "
            "it was not taken into account"
        ),
        left_out=False,
    )
    rows.note(
        table[~followed & ~strange & ~aims.enrols[ruling]],
        "not-followed",
        lambda place: f"the override {plain(item(place).id)} was not followed",
        left_out=False,
    )


def _begin(told: Force, labels: Labels, starts: Ints) -> None:
    """Say for each session of an enrolled mouse where its enrolment begins, if it names that curriculum."""
    line, aims = told.line, told.aims
    enrolled = np.flatnonzero(aims.enrols & (told.begins < line.stop(aims.mice)))
    if not len(enrolled):
        return
    latest = np.full(len(line.rows), NONE, dtype=np.int64)
    latest[told.begins[enrolled]] = enrolled
    latest = np.maximum.accumulate(latest)
    there = np.flatnonzero(latest >= 0)
    there = there[aims.mice[latest[there]] == line.mice[there]]
    pairs = (latest[there], there)
    closed = labels.actual[line.rows[there]] >= 0
    counts = closed | followed_by(line, aims, labels, pairs)
    starts[line.rows[there]] = np.where(counts, aims.stages[latest[there]], NONE)
