"""
The session table as the engine wants it: which rows count, whose they are, and in which order they came.

Nothing here stops at a bad row. A row that cannot count is left out, with a notice that says why; a cell that is
no number becomes a missing value, with a notice too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from autotrain_core.errors import MissingColumnError, NotStoredError, TableError
from autotrain_core.evaluation._force import Labels
from autotrain_core.evaluation._interventions import NOTHING, Interventions, exclude, orders
from autotrain_core.evaluation._measurements import read_measurements
from autotrain_core.evaluation._program import Program, compile_program
from autotrain_core.evaluation._report import Notice
from autotrain_core.evaluation._rows import TABLE, Rows, as_text, identify
from autotrain_core.models import SESSIONS, Curriculum, Library, TrainingStage, require_columns
from autotrain_core.rules import Bools, Floats, Histories, Ints

MAX_SESSIONS = 10_000
"""More sessions of one mouse than thirty years hold: a fault of whoever wrote the table."""

OPEN_LOOP = -1
POSSIBLE_COLUMNS = ("task", "curriculum_name", "curriculum_version", "curriculum_schema_version")
"""Where a row may name its curriculum; see `curriculum_columns`."""

_ROW_CURRICULUM = POSSIBLE_COLUMNS[1:]
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
        forced: Label of the stage that an override or an enrolment suggested, OPEN_LOOP for nothing; None for nowhere.
        starts: Label of the stage where the mouse's enrolment begins, likewise.
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
    forced: Ints | None = None
    starts: Ints | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """
    What a session table says before anything was measured.

    Attributes:
        program: The curricula that it names.
        rows: Whose its rows are.
        places: Place of the curriculum of each row in the program, -1 where it is not known.
        real: Which rows are sessions, whether on a curriculum or off.
    """

    program: Program
    rows: Rows
    places: Ints
    real: Bools


def open_table(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None,
    *,
    named: tuple[Curriculum, ...] | None = None,
    said: Interventions = NOTHING,
    beside: Sequence[Curriculum] = (),
) -> Opening:
    """
    Read whose the rows of a session table are, and which curricula they followed.

    Args:
        sessions: See `gather`.
        curriculum: See `gather`.
        named: See `gather`.
        said: What people decided; the sessions that they excluded do not count.
        beside: See `gather`.

    Raises:
        MissingColumnError: No subject, session or curriculum column.
        TableError: Columns of a wrong kind, or no curriculum that is there.
    """
    _require_kinds(sessions, curriculum)
    require_columns(sessions, SESSIONS, TABLE)
    rows = identify(sessions)
    exclude(sessions, rows, said.excluded)
    real = rows.counts.copy()
    curricula, places = _curricula(sessions, curriculum, rows, named)
    # Every stage of the library is known by name, so that no mouse depends on what the others are on.
    program = compile_program((*curricula, *beside), curriculum if isinstance(curriculum, Library) else ())
    return Opening(program, rows, places, real)


def gather(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None,
    *,
    open_loop: bool,
    named: tuple[Curriculum, ...] | None = None,
    said: Interventions = NOTHING,
    beside: Sequence[Curriculum] = (),
) -> Cohort:
    """
    Read a session table.

    Args:
        sessions: One row a session; see `models.SESSIONS`, and a column for each metric.
        curriculum: The one that all rows followed, or those that rows name.
        open_loop: Whether to disregard the stages that were run.
        named: Where `sessions` is part of a table: the curricula that the whole of it names. A part may name none.
        said: What people decided.
        beside: Curricula that no row followed, which are to be asked too: their rules are part of the program, and
            what they read is read as the curriculum of each row declares it.

    Raises:
        MissingColumnError: No subject, session, curriculum or metric column.
        TableError: Columns of a wrong kind.
    """
    opening = open_table(sessions, curriculum, named=named, said=said, beside=beside)
    program, rows, places = opening.program, opening.rows, opening.places
    one = isinstance(curriculum, Curriculum)
    actual = read_actual(sessions, program, rows, open_loop=open_loop)
    told = orders(sessions, rows, opening.real, labels_of(sessions, opening, actual, curriculum), said)
    order, lengths = _order(rows)
    subjects, lengths, order = _in_blocks(rows.subjects[order], lengths, order)
    metrics, decidable = read_measurements(sessions, program, rows, places, order, one=one)
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
        forced=None if told is None else told.forced[order],
        starts=None if told is None else told.starts[order],
    )


def _require_kinds(sessions: object, curriculum: object) -> None:
    """Tell a programmer who mixed up the arguments."""
    if not isinstance(sessions, pd.DataFrame):
        message = f"sessions is a {type(sessions).__name__}, expected a pandas DataFrame; read_sessions makes one"
        raise TypeError(message)
    if not isinstance(curriculum, Curriculum | Library | None):
        message = (
            f"curriculum is a {type(curriculum).__name__}, expected a Curriculum, a Library or None; load_curriculum "
            "and read_curriculum make one, Library([...]) holds several"
        )
        raise TypeError(message)


def curriculum_columns(sessions: pd.DataFrame) -> tuple[str, ...]:
    """Give the columns in which each row names its own curriculum: name, version, and schema where it is there."""
    name = "curriculum_name" if "curriculum_name" in sessions.columns else "task"
    schema = [column for column in _ROW_CURRICULUM[2:] if column in sessions.columns]
    return (name, "curriculum_version", *schema)


def _curricula(
    sessions: pd.DataFrame,
    curriculum: Curriculum | Library | None,
    rows: Rows,
    named: tuple[Curriculum, ...] | None,
) -> tuple[Sequence[Curriculum], Ints]:
    """Find the curriculum of each row: its place in a list, -1 where it is not known."""
    if isinstance(curriculum, Curriculum):
        return (curriculum,), np.zeros(len(sessions), dtype=np.int64)
    library = Library(()) if curriculum is None else curriculum
    keys = curriculum_columns(sessions)
    missing = tuple(
        column for column, there in zip(_ROW_CURRICULUM, keys[:2], strict=False) if there not in sessions.columns
    )
    if missing:
        raise MissingColumnError(TABLE, missing, tuple(map(str, sessions.columns)), _PER_ROW)
    # Sorted, so that the order of the notices on one mouse does not depend on what the others are on.
    parts = [pd.factorize(as_text(sessions[key]), sort=True) for key in keys]
    combined = np.zeros(len(sessions), dtype=np.int64)
    for codes, uniques in parts:
        combined = combined * (len(uniques) + 1) + codes + 1
    groups, first = np.unique(combined, return_index=True)
    group = np.searchsorted(groups, combined)
    wanted = [
        tuple(str(uniques[codes[row]]) or None if codes[row] >= 0 else None for codes, uniques in parts)
        for row in first.tolist()
    ]
    return _look_up(library, rows, group, wanted, named)


def _look_up(
    library: Library,
    rows: Rows,
    group: Ints,
    wanted: list[tuple[str | None, ...]],
    named: tuple[Curriculum, ...] | None,
) -> tuple[Sequence[Curriculum], Ints]:
    found: dict[int, int] = {}
    curricula = list(named or ())
    for place, (name, version, *schema) in enumerate(wanted):
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
    if named is None and not curricula and rows.counts.any():
        message = f"{TABLE} names no curriculum that is there: " + "; ".join(
            f"{name or 'none'} {version or 'without version'}" for name, version, *_ in wanted[:5]
        )
        raise TableError(f"{message}. {_PER_ROW}")
    place_of = np.array([found.get(place, -1) for place in range(len(wanted))], dtype=np.int64)
    return curricula, place_of[group]


def read_actual(sessions: pd.DataFrame, program: Program, rows: Rows, *, open_loop: bool) -> Ints:
    """Number the stages that were run; what is not the name of a stage is open loop."""
    if open_loop or "current_stage_actual" not in sessions.columns:
        return np.full(len(sessions), OPEN_LOOP, dtype=np.int64)
    codes, uniques = pd.factorize(as_text(sessions["current_stage_actual"]))
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


def labels_of(
    sessions: pd.DataFrame, opening: Opening, actual: Ints, curriculum: Curriculum | Library | None
) -> Labels:
    """Say what the rows of a table ran: stages and curricula as they name them."""
    one = curriculum if isinstance(curriculum, Curriculum) else None
    name, version = ("", "") if one else curriculum_columns(sessions)[:2]
    return Labels(
        names=opening.program.labels,
        actual=actual,
        curricula=None if one else (sessions[name], sessions[version]),
        one=(one.name, one.version) if one else ("", ""),
        on=opening.rows.counts.copy(),
    )


def _strange(found: object, labels: Sequence[str]) -> str:
    values = {stage.value: stage.name for stage in TrainingStage}
    near = [values[found]] if found in values else get_close_matches(str(found)[:80], labels, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"{str(found)[:80]!r} is not the name of a stage{hint}; the suggested stage was taken"


def _order(rows: Rows) -> tuple[Ints, Ints]:
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
            "the table holds this session more than once; only the first counts, this one was left out",
            left_out=True,
        )
        rows.counts[places[same]] = False
        places, subjects = places[~same], subjects[~same]
    lengths = np.bincount(subjects, minlength=len(rows.names))
    if (lengths > MAX_SESSIONS).any():
        many = lengths[subjects] > MAX_SESSIONS
        sentence = f"the mouse has more than {MAX_SESSIONS:,} sessions; all of them were left out"
        rows.note(places[many], "too-many-sessions", sentence, left_out=True)
        rows.counts[places[many]] = False
        places, lengths = places[~many], np.where(lengths > MAX_SESSIONS, 0, lengths)
    return places, lengths


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
