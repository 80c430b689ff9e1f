"""Read a manager table that is stored already, whoever wrote it, so that its rows can be kept as they are."""

import ast
import json
import re
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.errors import TableError
from autotrain_core.interop._bodies import table_of
from autotrain_core.interop._cells import cells, objects
from autotrain_core.interop._manager import MANAGER_COLUMNS
from autotrain_core.interop._sessions import SUBJECT, as_text

_METRICS = "metrics"
_NUMBERS = ("session", "session_at_current_stage", "foraging_efficiency", "finished_trials")
_TRUTHS = ("if_closed_loop", "if_overriden_by_trainer")
_TEXT = tuple(name for name in MANAGER_COLUMNS if name not in (*_NUMBERS, *_TRUTHS, _METRICS, "task_schema_version"))
_WORD = re.compile(r"\b(nan|inf)\b")


def manager_from_bytes(body: bytes, *, source: str) -> pd.DataFrame:
    """
    Read a stored manager table.

    Args:
        body: The file, told by its first bytes: a pickle of pandas 1.5 to 3 or of `pickle_bytes` (it is not run),
            parquet or csv; it may be packed by gzip or zip.
        source: What the errors call it.

    Returns:
        Every row and column on a fresh index, under the names that it has there; a named index becomes columns.
        From a pickle, cells are what they were: numbers of Python or numpy, text, None, and in `metrics`
        dictionaries of numbers and lists. From parquet and csv the same is restored; a list is a list. `subject_id` is
        text of dtype object in any case, without blanks around it, None where it is missing: 447921.0 is "447921".

    Raises:
        TableError: It is damaged, empty, no table, or a pickle that holds more than a table.
    """
    table = table_of(body, source=source, text=_TEXT)
    if SUBJECT in table.columns:
        table[SUBJECT] = objects(cells(as_text(table[SUBJECT], source=source)))
    for name in table.columns:
        if isinstance(table[name].dtype, pd.StringDtype):
            # Of a csv, where a cell is empty, and of parquet.
            table[name] = objects(None if cell == "" else cell for cell in cells(table[name]))
    if _METRICS in table.columns:
        table[_METRICS] = objects(_metrics(cell, source) for cell in table[_METRICS])
    return table


def _metrics(cell: Any, source: str) -> Any:
    match cell:
        case str():
            return _parsed(cell, source)
        case dict():
            return {name: _listed(value) for name, value in cell.items() if value is not None}
    return cell


def _listed(value: Any) -> Any:
    return [np.nan if each is None else each for each in value.tolist()] if isinstance(value, np.ndarray) else value


def _parsed(text: str, source: str) -> Any:
    """Read a dictionary that stands in a csv: as JSON, as we write it, or as Python prints it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        try:
            # Python prints a missing number as a name, which no literal is; 1e999 is too large for any float.
            found = ast.literal_eval(_WORD.sub(lambda word: {"nan": "None", "inf": "1e999"}[word.group()], text))
        except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
            raise TableError(f"{source}, column {_METRICS}: {text[:60]!r} is no dictionary of metrics.") from error
    if not isinstance(found, dict):
        raise TableError(f"{source}, column {_METRICS}: {text[:60]!r} is no dictionary of metrics.")
    return {
        name: [np.nan if each is None else each for each in value] if isinstance(value, list) else value
        for name, value in found.items()
    }
