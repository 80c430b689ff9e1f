"""
Which sessions an override or an enrolment was in force for.

It follows from the session table alone, never from what the rules say, so it is known before anything is decided; see
docs/overrides.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from autotrain_core.evaluation._rows import Rows, as_text
from autotrain_core.evaluation._timeline import Refs, Timeline, days_of, places_of, read_refs, timeline
from autotrain_core.models import Enrolment, Kind, Override, SessionRef, State
from autotrain_core.rules import Bools, Ints

NONE = -1
RECORDED = frozenset({State.USED, State.NOT_FOLLOWED, State.REVOKED})
"""What is over, and was in force for exactly those sessions that are on record."""

_FAR = 2**40
_MOVES = frozenset({Kind.CURRICULUM, Kind.ON})

Item = Override | Enrolment


@dataclass(frozen=True, slots=True)
class Labels:
    """
    What the rows of a table ran.

    Attributes:
        names: The stages that are known; their place is the number of a stage.
        actual: Stage that was run, negative where it is not known; a number for each row.
        curricula: Name and version that each row names, as text; None where one curriculum was named for all rows.
        one: Name and version of that one.
        on: Whether a row is on a curriculum; the others were run off every curriculum.
    """

    names: tuple[str, ...]
    actual: Ints
    curricula: tuple["pd.Series[str]", "pd.Series[str]"] | None
    one: tuple[str, str]
    on: Bools


@dataclass(frozen=True, slots=True)
class Aims:
    """
    What k enrolments and overrides want, in the order in which later ones take the place of earlier ones.

    Attributes:
        items: Themselves.
        mice: Place of the mouse of each.
        stages: Stage, NONE for one that no curriculum has.
        curricula: Name and version of the curriculum that a session has to name, empty where any will do.
        off: Whether it takes the mouse off.
        enrols: Whether it is an enrolment.
        recorded: Whether it is over, so that the sessions that it was in force for are on record.
    """

    items: tuple[Item, ...]
    mice: Ints
    stages: Ints
    curricula: tuple[np.ndarray, np.ndarray]
    off: Bools
    enrols: Bools
    recorded: Bools


@dataclass(frozen=True, slots=True)
class Force:
    """
    Which sessions of a timeline were run under what.

    Attributes:
        line: The sessions.
        aims: What people wanted.
        behind: Place behind the session that each was written for, shape (k,).
        begins: First session that each was in force for; the place behind the mouse's last where there is none yet.
        replaced: Whether something later was in force for a session of its mouse, so that it is over.
        pairs: (aim, session) for each session that it was in force for, by aim and session.
        followed: Whether the session followed it, a value for each pair.
    """

    line: Timeline
    aims: Aims
    behind: Ints
    begins: Ints
    replaced: Bools
    pairs: tuple[Ints, Ints]
    followed: Bools


def force(sessions: pd.DataFrame, rows: Rows, real: Bools, labels: Labels, items: Sequence[Item]) -> Force:
    """
    Find the sessions that enrolments and overrides were in force for.

    Args:
        sessions: The table, n rows.
        rows: Whose its rows are.
        real: Which of them are sessions, whether on a curriculum or off.
        labels: What they ran.
        items: What people wanted, of mice of the table; in any order.
    """
    aims = _aims(items, rows, labels.names)
    line = timeline(sessions, rows, real, np.unique(aims.mice))
    behind = _behind(line, aims, rows.names)
    begins = np.maximum(behind, line.by_day(aims.mice, _since(aims.items), side="left"))
    undated = ~line.dated(aims.mice)
    begins = np.where(undated, behind, begins)
    stops = line.stop(aims.mice)
    until = line.by_day(aims.mice, _until(aims.items), side="right")
    ends = np.minimum(np.minimum(begins + _sessions(aims.items), np.where(undated, stops, until)), stops)
    recorded = _recorded(line, aims, rows.names)
    if len(recorded[0]):
        first = np.full(len(aims.items), _FAR, dtype=np.int64)
        np.minimum.at(first, recorded[0], recorded[1])
        begins = np.where(aims.recorded, first, begins)
    begins = np.where(aims.recorded & (begins >= stops), stops, begins)
    ends = np.where(aims.recorded, begins, ends)
    limits = _replaced(begins, ends, recorded[0])
    live = _spread(begins, np.maximum(np.minimum(ends, limits), begins))
    followed = followed_by(line, aims, labels, live)
    live, followed = _until_notfollowed_by(live, followed)
    pairs = tuple(np.concatenate(both) for both in zip(live, recorded, strict=True))
    followed = np.concatenate((followed, followed_by(line, aims, labels, recorded)))
    order = np.lexsort((pairs[1], pairs[0]))
    return Force(line, aims, behind, begins, limits < stops, (pairs[0][order], pairs[1][order]), followed[order])


def _aims(items: Sequence[Item], rows: Rows, names: tuple[str, ...]) -> Aims:
    mice = places_of([item.subject_id for item in items], rows.names).tolist()
    ordered = sorted(zip(mice, items, strict=True), key=lambda each: (each[0], *seniority(each[1])))
    number = {name: place for place, name in enumerate(names)}
    moves = [isinstance(item, Enrolment) or item.kind in _MOVES for _, item in ordered]
    named = zip(moves, ordered, strict=True)
    keys = [(item.curriculum, item.version) if moving else ("", "") for moving, (_, item) in named]
    return Aims(
        items=tuple(item for _, item in ordered),
        mice=np.array([mouse for mouse, _ in ordered], dtype=np.int64),
        stages=np.array([number.get(item.stage, NONE) for _, item in ordered], dtype=np.int64),
        curricula=(np.array([key[0] for key in keys], dtype=object), np.array([key[1] for key in keys], dtype=object)),
        off=np.array([isinstance(item, Override) and item.kind is Kind.OFF for _, item in ordered], dtype=np.bool_),
        enrols=np.array([isinstance(item, Enrolment) for _, item in ordered], dtype=np.bool_),
        recorded=np.array(
            [isinstance(item, Override) and item.state in RECORDED for _, item in ordered], dtype=np.bool_
        ),
    )


def seniority(item: Item) -> tuple[str, str, str]:
    """Give what enrolments and overrides of a mouse are ordered by: the later one takes the place of the earlier."""
    moment = item.at if isinstance(item, Enrolment) else item.approved_at or item.at
    return (str(item.day or ""), moment.isoformat(), item.id)


def _since(items: Sequence[Item]) -> Ints:
    return days_of(item.day for item in items)


def _until(items: Sequence[Item]) -> Ints:
    return days_of((item.until if isinstance(item, Override) else None for item in items), unknown=_FAR)


def _sessions(items: Sequence[Item]) -> Ints:
    most = (1 if isinstance(item, Enrolment) else item.sessions or _FAR for item in items)
    return np.fromiter(most, dtype=np.int64, count=len(items))


def _behind(line: Timeline, aims: Aims, names: np.ndarray) -> Ints:
    """Find the place behind the session that each was written for; of a mouse without sessions, its first place."""
    found = line.start(aims.mice)
    refs = [(place, item.after) for place, item in enumerate(aims.items) if item.after is not None]
    if refs:
        found[[place for place, _ in refs]] = line.behind(read_refs([ref for _, ref in refs], names))
    return found


def _recorded(line: Timeline, aims: Aims, names: np.ndarray) -> tuple[Ints, Ints]:
    """Find the sessions that are on record for what is over."""
    ran: list[tuple[int, SessionRef]] = [
        (place, ref)
        for place, item in enumerate(aims.items)
        if isinstance(item, Override) and item.state in RECORDED
        for ref in item.ran
    ]
    if not ran:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    refs: Refs = read_refs([ref for _, ref in ran], names)
    _, found = line.matches(refs)
    owners = np.array([place for place, _ in ran], dtype=np.int64)
    return owners[found >= 0], found[found >= 0]


def _replaced(begins: Ints, ends: Ints, recorded: Ints) -> Ints:
    """Find the first session that something later was in force for: there what came before ends."""
    there = ends > begins
    there[recorded] = True
    # Sessions of the next mouse lie behind all of this one, so that one running minimum serves all mice.
    first = np.where(there, begins, _FAR)
    later = np.append(first[1:], _FAR)
    found: Ints = np.minimum.accumulate(later[::-1])[::-1]
    return found


def _spread(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    lengths = ends - begins
    owners = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return owners, begins[owners] + within


def followed_by(line: Timeline, aims: Aims, labels: Labels, pairs: tuple[Ints, Ints]) -> Bools:
    """Tell which sessions ran what they were to run."""
    owners, places = pairs
    rows = line.rows[places]
    known = labels.actual[rows] >= 0
    stage = ~known | (labels.actual[rows] == aims.stages[owners])
    same = np.ones(len(owners), dtype=np.bool_)
    for part, texts in enumerate(aims.curricula):
        wanted = texts[owners]
        ran = labels.one[part] if labels.curricula is None else _cells(labels.curricula[part], rows)
        same &= (wanted == "") | (wanted == ran)
    on = labels.on[rows]
    return np.where(aims.off[owners], ~(on & known), on & stage & same)


def _cells(column: "pd.Series[str]", rows: Ints) -> np.ndarray:
    return as_text(column.iloc[rows]).fillna("").to_numpy(dtype=object)


def _until_notfollowed_by(pairs: tuple[Ints, Ints], followed: Bools) -> tuple[tuple[Ints, Ints], Bools]:
    """An override that a session did not follow is over: what comes behind that session is free of it."""
    owners, places = pairs
    missed: Ints = np.cumsum(~followed) - ~followed
    starts = np.searchsorted(owners, owners, side="left")
    kept = missed == missed[starts] if len(owners) else np.empty(0, dtype=np.bool_)
    return (owners[kept], places[kept]), followed[kept]
