"""
The metric columns of a session table, row by row as the curriculum of each row understands them.

Two curricula may declare one column differently (a count here, a fraction there): each row is read by its own, so
that no mouse depends on what the others are on.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from autotrain_core.errors import MissingColumnError, TableError
from autotrain_core.evaluation._program import Program, compile_program
from autotrain_core.evaluation._rows import TABLE, Rows, shown
from autotrain_core.models import LARGEST_WHOLE, SESSIONS, Curriculum, read_numbers
from autotrain_core.rules import Bools, Floats, Ints, Metric

_RESERVED = frozenset(column.name for column in SESSIONS)


def read_measurements(
    sessions: pd.DataFrame, program: Program, rows: Rows, places: Ints, order: Ints, *, one: bool
) -> tuple[dict[str, Floats], Bools]:
    """
    Read what was measured.

    Args:
        sessions: The table, n rows.
        program: The curricula.
        rows: What is known of its rows; notices are added.
        places: Curriculum of each row, -1 where it is not known, shape (n,).
        order: The k rows that count, in block order.
        one: Whether one curriculum was named for all rows.

    Returns:
        A column for each metric that the rules read, and which sessions can be decided by what was measured; both
        of shape (k,), in block order.

    Raises:
        MissingColumnError: A metric that every curriculum reads has no column.
        TableError: The column of a metric that every curriculum reads is of another kind, or stands twice.
    """
    require_metrics(sessions, program, one=one)
    usable = _usable(sessions, program)
    absent = _absent(program, usable)
    _note_absent(program, rows, places, absent)
    values = {name: _column(sessions, name, program.curricula, rows, places)[order] for name in sorted(usable)}
    decidable = np.ones(len(order), dtype=np.bool_)
    for place, curriculum in enumerate(program.curricula):
        here = slice(None) if len(program.curricula) == 1 else places[order] == place
        if _read_by(curriculum) & set(absent):
            decidable[here] = False
        own = [metric.name for metric in curriculum.metrics if metric.name in usable]
        if own:
            empty = np.zeros(len(order), dtype=np.bool_)
            empty[here] = _all_missing([values[name] for name in own])[here]
            sentence = f"no value in any of {', '.join(own)}; it was not decided"
            rows.note(order[empty], "no-metrics", sentence, left_out=True)
            decidable &= ~empty
    nothing = np.full(len(order), np.nan)
    return {name: values.get(name, nothing) for name in program.metrics}, decidable


def _all_missing(columns: Sequence[Floats]) -> Bools:
    missing: Bools = np.isnan(columns[0])
    for column in columns[1:]:
        if not missing.any():
            break
        missing &= np.isnan(column)
    return missing


def _usable(sessions: pd.DataFrame, program: Program) -> set[str]:
    return {name for name in metric_columns(program.curricula) if _is_usable(sessions, name)}


def _absent(program: Program, usable: set[str]) -> list[str]:
    return [name for name in program.metrics if name not in usable]


def _is_usable(sessions: pd.DataFrame, name: str) -> bool:
    """Tell whether a column can hold measurements: it is there once, and holds no dates."""
    if name not in sessions.columns:
        return False
    # A column that stands twice comes out as a table.
    return sessions[name].ndim == 1 and sessions[name].dtype.kind not in "mM"


def _column(sessions: pd.DataFrame, name: str, curricula: Sequence[Curriculum], rows: Rows, places: Ints) -> Floats:
    """Read one column as the curriculum of each row declares it."""
    cells = sessions[name]
    numbers = read_numbers(cells, whole=False)
    values = numbers.values
    meanings: dict[Metric, list[int]] = {}
    for place, curriculum in enumerate(curricula):
        for metric in curriculum.metrics:
            if metric.name == name:
                meanings.setdefault(metric, []).append(place)
    apart = len(curricula) > 1 or bool((places < 0).any())
    for metric, its_places in meanings.items():
        mine = rows.counts
        if apart:
            # The last place stands for rows whose curriculum is not known.
            mine = mine & np.isin(np.arange(len(curricula) + 1), its_places)[places]
        wrong = np.zeros(len(values), dtype=np.bool_) if numbers.refused is None else numbers.refused & mine
        if metric.integer:
            with np.errstate(invalid="ignore"):
                fraction = (values != np.floor(values)) | (np.abs(values) > LARGEST_WHOLE)
            fraction &= mine & ~np.isnan(values)
            if fraction.any():
                values = np.where(fraction, np.nan, values)
                wrong |= fraction
        expected = "a whole number" if metric.integer else "a number"
        rows.note(
            wrong,
            "not-a-measurement",
            lambda place, expected=expected: (  # type: ignore[misc]
                f"{name} is {shown(cells.iloc[place])}, not {expected}; it was taken as missing"
            ),
            left_out=False,
        )
        _note_bounds(values, mine, rows, metric)
    return values


def _note_bounds(values: Floats, mine: Bools, rows: Rows, metric: Metric) -> None:
    low = -np.inf if metric.minimum is None else metric.minimum
    high = np.inf if metric.maximum is None else metric.maximum
    outside = mine & ((values < low) | (values > high) | np.isinf(values))
    if outside.any():
        bounds = f"{'-∞' if metric.minimum is None else f'{low:g}'} to {'∞' if metric.maximum is None else f'{high:g}'}"
        rows.note(
            outside,
            "out-of-bounds",
            lambda place: f"{metric.name} is {values[place]:g}, outside {bounds}; it was used as it is",
            left_out=False,
        )


def _read_by(curriculum: Curriculum) -> frozenset[str]:
    return frozenset(compile_program((curriculum,)).metrics)


def metric_columns(curricula: Iterable[Curriculum]) -> frozenset[str]:
    """Name the columns that curricula declare as metrics."""
    return frozenset(metric.name for curriculum in curricula for metric in curriculum.metrics) - _RESERVED


def require_metrics(sessions: pd.DataFrame, program: Program, *, one: bool) -> None:
    """
    Refuse a table that lacks a metric without which nothing of it can be decided.

    Args:
        sessions: The table.
        program: The curricula.
        one: Whether one curriculum was named for all rows.

    Raises:
        MissingColumnError: A metric that every curriculum reads has no column.
        TableError: The column of a metric that every curriculum reads is of another kind, or stands twice.
    """
    absent = _absent(program, _usable(sessions, program))
    if absent and (one or all(_read_by(curriculum) & set(absent) for curriculum in program.curricula)):
        _refuse(sessions, absent)


def _note_absent(program: Program, rows: Rows, places: Ints, absent: list[str]) -> None:
    for place, curriculum in enumerate(program.curricula):
        lacking = _read_by(curriculum) & set(absent)
        if lacking:
            rows.note(
                (places == place) & rows.counts,
                "no-metric-column",
                f"the table has no usable column {', '.join(sorted(lacking))}, which the rules read; "
                "it was not decided",
                left_out=True,
            )


def _refuse(sessions: pd.DataFrame, absent: list[str]) -> None:
    for name in absent:
        if name in sessions.columns:
            if sessions[name].ndim > 1:
                message = f"{TABLE} has the column '{name}' twice."
                raise TableError(message)
            read_numbers(sessions[name], whole=False)
    raise MissingColumnError(
        TABLE, tuple(absent), tuple(map(str, sessions.columns)), "The rules of the curriculum read it."
    )
