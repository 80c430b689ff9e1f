"""
The session table as the engine wants it: which rows count, whose they are, and in which order they came.

Nothing here stops at a bad row. A row that cannot count is left out, with a notice that says why; a cell that is
no number becomes a missing value, with a notice too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from autotrain_core.errors import MissingColumnError, NotStoredError, TableError
from autotrain_core.evaluation._program import Program, compile_program
from autotrain_core.evaluation._report import Notice
from autotrain_core.models import (
    SESSIONS,
    Curriculum,
    Library,
    TrainingStage,
    read_numbers,
    require_columns,
)
from autotrain_core.rules import Bools, Floats, Histories, Ints, Metric

TABLE = "The session table"
OPEN_LOOP = -1
_ROW_CURRICULUM = ("curriculum_name", "curriculum_version", "curriculum_schema_version")
_PER_ROW = "Name one curriculum for all rows, or give each row its own in curriculum_name and curriculum_version."


@dataclass(frozen=True, slots=True)
class Cohort:
    """
    n sessions of m mice, ready for deciding; arrays of shape (n,) in the order of `histories`.

    Attributes:
        program: The curricula they followed.
        subjects: Ids of the mice, shape (m,), in the order of `histories` (longest history first).
        histories: Their metrics.
        rows: Place of each session in the table.
        sessions: Session numbers.
        curricula: Place of the curriculum in the program.
        actual: Label of the stage that was run, OPEN_LOOP where it is not known.
        decidable: False where a session is part of the history but cannot be decided.
        notices: Remarks collected so far.
        mice: For each row of the table, in its order, the place of its mouse in `names`; negative for none.
        names: Ids of all mice of the table.
    """

    program: Program
    subjects: np.ndarray
    histories: Histories
    rows: Ints
    sessions: Floats
    curricula: Ints
    actual: Ints
    decidable: Bools
    notices: list[Notice]
    mice: Ints
    names: np.ndarray


@dataclass(slots=True)
class _Rows:
    """The table's columns, row by row in table order, and what is wrong with them."""

    subjects: Ints
    names: np.ndarray
    sessions: Floats
    counts: Bools
    notices: list[Notice]
    left_out: Bools

    def note(self, rows: Bools | Ints, kind: str, sentence: str | Callable[[int], str], *, left_out: bool) -> None:
        places = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        if left_out:
            # A row is left out once, for the first reason found.
            places = places[~self.left_out[places]]
            self.left_out[places] = True
        for place in places.tolist():
            number = self.sessions[place]
            self.notices.append(
                Notice(
                    subject_id=str(self.names[self.subjects[place]]) if self.subjects[place] >= 0 else "",
                    session=None if np.isnan(number) else int(number),
                    kind=kind,
                    left_out=left_out,
                    sentence=sentence if isinstance(sentence, str) else sentence(place),
                )
            )


def gather(sessions: pd.DataFrame, curriculum: Curriculum | Library | None, *, open_loop: bool) -> Cohort:
    """
    Read a session table.

    Args:
        sessions: One row a session; see `models.SESSIONS`, and a column for each metric.
        curriculum: The one that all rows followed, or those that rows name.
        open_loop: Whether to disregard the stages that were run.

    Raises:
        MissingColumnError: No subject, session, curriculum or metric column.
        TableError: Columns of a wrong kind.
    """
    one = isinstance(curriculum, Curriculum)
    require_columns(sessions, SESSIONS, TABLE)
    rows = _identify(sessions)
    curricula, places = _curricula(sessions, curriculum, rows)
    # Every stage of the library is known by name, so that no mouse depends on what the others are on.
    program = compile_program(curricula, curriculum if isinstance(curriculum, Library) else ())
    actual = _actual(sessions, program, rows, open_loop=open_loop)
    order, lengths = _order(rows)
    first = rows.counts[order]
    order = order[first]
    subjects, lengths, order = _in_blocks(rows.subjects[order], lengths, order)
    metrics, decidable = _metrics(sessions, program, rows, places, order, one=one)
    total = rows.sessions[order]
    decidable &= places[order] >= 0
    return Cohort(
        program=program,
        subjects=rows.names[subjects],
        histories=Histories(lengths, metrics, total),
        rows=order,
        sessions=total,
        curricula=places[order],
        actual=actual[order],
        decidable=decidable,
        notices=rows.notices,
        mice=rows.subjects,
        names=rows.names,
    )


def _identify(sessions: pd.DataFrame) -> _Rows:
    """Number the mice and read the session numbers; rows without either do not count."""
    codes, uniques = pd.factorize(as_text(sessions["subject_id"], whole=True))
    numbers = read_numbers(sessions["session"], whole=True)
    counts = (codes >= 0) & ~np.isnan(numbers.values)
    rows = _Rows(
        codes.astype(np.int64),
        np.asarray(uniques, dtype=object),
        numbers.values,
        counts,
        [],
        np.zeros(len(sessions), dtype=np.bool_),
    )
    if not counts.all():
        rows.note(codes < 0, "no-subject", "the row names no mouse; it was left out", left_out=True)
        found = sessions["session"]
        rows.note(
            (codes >= 0) & ~counts,
            "no-session-number",
            lambda place: (
                f"the session number is {_shown(found.iloc[place])}, not a whole number; the row was left out"
                if pd.notna(found.iloc[place])
                else "the row has no session number; it was left out"
            ),
            left_out=True,
        )
    with np.errstate(invalid="ignore"):
        early = counts & (numbers.values < 1)
    if early.any():
        rows.note(early, "before-first", "session numbers start at 1; it was decided in its order", left_out=False)
    return rows


def as_text(column: "pd.Series[str]", *, whole: bool = False) -> "pd.Series[str]":
    """Give ids and versions as text; of ids (`whole`), 447921.0 is '447921', while version 2.0 is '2.0'."""
    if isinstance(column.dtype, pd.StringDtype):
        return column
    if column.dtype.kind in "iu":
        return column.astype(str)
    codes, uniques = pd.factorize(column)
    texts = pd.Series([_text(value, whole=whole) for value in uniques] or [""], dtype=object)
    return texts.reindex(codes).set_axis(column.index) if len(codes) else column.astype(str)


def _text(value: object, *, whole: bool) -> str:
    if whole and isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _curricula(
    sessions: pd.DataFrame, curriculum: Curriculum | Library | None, rows: _Rows
) -> tuple[Sequence[Curriculum], Ints]:
    """Find the curriculum of each row: its place in a list, -1 where it is not known."""
    if isinstance(curriculum, Curriculum):
        return (curriculum,), np.zeros(len(sessions), dtype=np.int64)
    library = Library(()) if curriculum is None else curriculum
    name_column = "curriculum_name" if "curriculum_name" in sessions.columns else "task"
    missing = tuple(
        column
        for column, there in (("curriculum_name", name_column), ("curriculum_version", "curriculum_version"))
        if there not in sessions.columns
    )
    if missing:
        raise MissingColumnError(TABLE, missing, tuple(map(str, sessions.columns)), _PER_ROW)
    keys = [name_column, "curriculum_version"]
    keys += [column for column in _ROW_CURRICULUM[2:] if column in sessions.columns]
    parts = [pd.factorize(as_text(sessions[key])) for key in keys]
    combined = np.zeros(len(sessions), dtype=np.int64)
    for codes, uniques in parts:
        combined = combined * (len(uniques) + 1) + codes + 1
    groups, first = np.unique(combined, return_index=True)
    group = np.searchsorted(groups, combined)
    named = [
        tuple(str(uniques[codes[row]]) or None if codes[row] >= 0 else None for codes, uniques in parts)
        for row in first.tolist()
    ]
    return _look_up(library, rows, group, named)


def _look_up(
    library: Library, rows: _Rows, group: Ints, named: list[tuple[str | None, ...]]
) -> tuple[Sequence[Curriculum], Ints]:
    found: dict[int, int] = {}
    curricula: list[Curriculum] = []
    for place, (name, version, *schema) in enumerate(named):
        here = (group == place) & rows.counts
        if name is None:
            # As today: what was run off curriculum is no part of the history either.
            rows.note(here, "off-curriculum", "run off curriculum; it was left out of the history", left_out=True)
            rows.counts &= group != place
            continue
        if version is None:
            rows.note(here, "unknown-curriculum", f"{name} without a version; it was not decided", left_out=True)
            continue
        try:
            curriculum = library.get(name, version, schema[0] if schema else None)
        except NotStoredError as error:
            rows.note(here, "unknown-curriculum", f"{error}; it was not decided", left_out=True)
            continue
        number = next((number for number, each in enumerate(curricula) if each is curriculum), len(curricula))
        if number == len(curricula):
            curricula.append(curriculum)
        found[place] = number
    if not curricula:
        message = f"{TABLE} names no curriculum that is there: " + "; ".join(
            f"{name or 'none'} {version or 'without version'}" for name, version, *_ in named[:5]
        )
        raise TableError(f"{message}. {_PER_ROW}")
    place_of = np.array([found.get(place, -1) for place in range(len(named))], dtype=np.int64)
    return curricula, place_of[group]


def _actual(sessions: pd.DataFrame, program: Program, rows: _Rows, *, open_loop: bool) -> Ints:
    """Number the stages that were run; what is not the name of a stage is open loop."""
    if open_loop or "current_stage_actual" not in sessions.columns:
        return np.full(len(sessions), OPEN_LOOP, dtype=np.int64)
    codes, uniques = pd.factorize(sessions["current_stage_actual"])
    number = {label: place for place, label in enumerate(program.labels)}
    known = np.array([number.get(value, OPEN_LOOP) for value in uniques] + [OPEN_LOOP], dtype=np.int64)
    actual = known[codes]
    blank = np.array([value == "" for value in uniques] + [True])
    strange = ~blank[codes] & (actual == OPEN_LOOP) & rows.counts
    if strange.any():
        rows.note(
            strange,
            "no-stage-name",
            lambda place: _strange(uniques[codes[place]], program.labels),
            left_out=False,
        )
    return actual


def _strange(found: object, labels: Sequence[str]) -> str:
    values = {stage.value: stage.name for stage in TrainingStage}
    near = [values[found]] if found in values else get_close_matches(str(found)[:80], labels, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"{str(found)[:80]!r} is not the name of a stage{hint}; the suggested stage was taken"


def _order(rows: _Rows) -> tuple[Ints, Ints]:
    """Sort the rows by mouse and session number and drop the second of two equal ones."""
    places = np.flatnonzero(rows.counts)
    subjects, numbers = rows.subjects[places], rows.sessions[places]
    forward = (np.diff(subjects) > 0) | ((np.diff(subjects) == 0) & (np.diff(numbers) >= 0))
    if not forward.all():
        sort = np.lexsort((numbers, subjects))
        places, subjects, numbers = places[sort], subjects[sort], numbers[sort]
    same = np.zeros(len(places), dtype=bool)
    same[1:] = (np.diff(subjects) == 0) & (np.diff(numbers) == 0)
    if same.any():
        rows.note(
            places[same],
            "duplicate",
            "the table holds this session more than once; the first was taken, this one left out",
            left_out=True,
        )
        rows.counts[places[same]] = False
        places, subjects = places[~same], subjects[~same]
    return places, np.bincount(subjects, minlength=len(rows.names))


def _in_blocks(subjects: Ints, lengths: Ints, order: Ints) -> tuple[Ints, Ints, Ints]:
    """Bring rows sorted by mouse into blocks; see `rules.Histories`."""
    by_length = np.argsort(-lengths, kind="stable")
    by_length = by_length[: np.count_nonzero(lengths)]
    rank = np.empty(len(lengths), dtype=np.int64)
    rank[by_length] = np.arange(len(by_length))
    starts = np.cumsum(lengths) - lengths
    position = np.arange(len(subjects)) - starts[subjects]
    sorted_lengths = lengths[by_length]
    widths = np.bincount(position, minlength=1)
    offsets = np.cumsum(widths) - widths
    rows = np.empty(len(subjects), dtype=np.int64)
    rows[offsets[position] + rank[subjects]] = order
    return by_length, sorted_lengths, rows


def _metrics(
    sessions: pd.DataFrame, program: Program, rows: _Rows, places: Ints, order: Ints, *, one: bool
) -> tuple[dict[str, Floats], Bools]:
    """Read the metric columns in block order, and tell which sessions have any measurement at all."""
    known = _vocabulary(program.curricula)
    there = [name for name in dict.fromkeys([*program.metrics, *known]) if name in sessions.columns]
    absent = [name for name in program.metrics if name not in sessions.columns]
    _check_absent(sessions, program, rows, places, absent, one=one)
    values: dict[str, Floats] = {}
    for name in there:
        column = read_numbers(sessions[name], whole=known[name].integer)
        if column.refused is not None:
            _note_refused(sessions[name], column.refused & rows.counts, rows, known[name])
        _note_bounds(column.values, rows, known[name])
        values[name] = column.values[order]
    decidable = np.ones(len(order), dtype=bool)
    for place, curriculum in enumerate(program.curricula):
        own = [metric.name for metric in curriculum.metrics if metric.name in values]
        here = places[order] == place if len(program.curricula) > 1 else None
        lacking = [name for name in absent if name in _read_by(curriculum)]
        if lacking:
            decidable[slice(None) if here is None else here] = False
        if not own:
            continue
        empty = np.isnan(values[own[0]])
        for name in own[1:]:
            if not empty.any():
                break
            empty &= np.isnan(values[name])
        if here is not None:
            empty &= here
        if empty.any():
            names = ", ".join(own)
            rows.note(order[empty], "no-metrics", f"no value in any of {names}; it was not decided", left_out=True)
            decidable &= ~empty
    for name in absent:
        values[name] = np.full(len(order), np.nan)
    return {name: values[name] for name in program.metrics}, decidable


def _vocabulary(curricula: Iterable[Curriculum]) -> Mapping[str, Metric]:
    return {metric.name: metric for curriculum in curricula for metric in curriculum.metrics}


def _read_by(curriculum: Curriculum) -> frozenset[str]:
    return frozenset(compile_program((curriculum,)).metrics)


def _check_absent(
    sessions: pd.DataFrame, program: Program, rows: _Rows, places: Ints, absent: list[str], *, one: bool
) -> None:
    if not absent:
        return
    readers = [any(name in _read_by(curriculum) for name in absent) for curriculum in program.curricula]
    if one or all(readers):
        raise MissingColumnError(
            TABLE, tuple(absent), tuple(map(str, sessions.columns)), "The rules of the curriculum read it."
        )
    for place, reads in enumerate(readers):
        if reads:
            rows.note(
                (places == place) & rows.counts,
                "no-metric-column",
                f"the table has no column {', '.join(absent)}, which the rules read; it was not decided",
                left_out=True,
            )


def _note_refused(column: "pd.Series[float]", refused: Bools, rows: _Rows, metric: Metric) -> None:
    expected = "a whole number" if metric.integer else "a number"
    rows.note(
        refused,
        "not-a-measurement",
        lambda place: f"{metric.name} is {_shown(column.iloc[place])}, not {expected}; it was taken as missing",
        left_out=False,
    )


def _note_bounds(values: Floats, rows: _Rows, metric: Metric) -> None:
    with np.errstate(invalid="ignore"):
        outside = np.isinf(values) & rows.counts
        if metric.minimum is not None:
            outside |= (values < metric.minimum) & rows.counts
        if metric.maximum is not None:
            outside |= (values > metric.maximum) & rows.counts
    if outside.any():
        low = "-∞" if metric.minimum is None else f"{metric.minimum:g}"
        high = "∞" if metric.maximum is None else f"{metric.maximum:g}"
        rows.note(
            outside,
            "out-of-bounds",
            lambda place: f"{metric.name} is {values[place]:g}, outside {low} to {high}; it was used as it is",
            left_out=False,
        )


def _shown(cell: object) -> str:
    return repr(cell.item() if isinstance(cell, np.generic) else cell)[:60]
