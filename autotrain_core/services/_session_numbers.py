"""
Numbers of the session table that the lab's view does not hold, read when somebody asks.

Of a wide table that is most of it; a server that kept all of it in memory would keep it for nobody.
"""

import re
from collections.abc import Collection, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import StoreUnavailableError
from autotrain_core.interop import number_columns
from autotrain_core.models import DECISIONS, SESSIONS, fault_of_metric_name
from autotrain_core.rules import Metric
from autotrain_core.services._inputs import session_key
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._metric_sketch import NumberColumn, sketch_of
from autotrain_core.services._view_columns import MEASURES
from autotrain_core.store import Store

_NUMBER = "session"
_TAKEN = frozenset({column.name for column in (*SESSIONS, *DECISIONS)} | set(MEASURES))


def number_columns_of(store: Store, lab: LabView) -> tuple[NumberColumn, ...]:
    """
    Sketch every column of numbers that no curriculum knows as a metric yet.

    It reads the whole table, a few columns at a time; what comes back is small, and holds until the lab changes.

    Args:
        store: Where the lab lies.
        lab: As it was seen.

    Returns:
        By name; without those that a condition could not speak of, and without those that the view has.

    Raises:
        NotStoredError: There is no session table.
        TableError: It cannot be used.
        StoreUnavailableError: The store does not answer, or has another table now.
    """
    found = [
        NumberColumn(
            metric=Metric(
                name=str(column.name), title=_title(str(column.name)), integer=bool(column.dtype.kind in "iu")
            ),
            sketch=sketch_of(np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)),
        )
        for column in _columns(store, lab, None)
        if column.name not in _TAKEN and column.name not in lab.metrics and not fault_of_metric_name(str(column.name))
    ]
    return tuple(sorted(found, key=lambda column: column.metric.name))


def numbers_of_sessions(store: Store, lab: LabView, names: Collection[str]) -> Mapping[str, npt.NDArray[np.float64]]:
    """
    Read some columns of numbers beside the sessions of a lab.

    Args:
        store: Where the lab lies.
        lab: As it was seen.
        names: Our names of the columns.

    Returns:
        Those that are there: one value a row of `LabView.sessions`, NaN where one is missing.

    Raises:
        NotStoredError: There is no session table.
        TableError: It cannot be used.
        StoreUnavailableError: The store does not answer, or has another table now.
    """
    columns = {str(column.name): column for column in _columns(store, lab, {*names, _NUMBER})}
    if _NUMBER not in columns:
        raise StoreUnavailableError("The session table has no session numbers any more. Look again.")
    return {name: lab.from_table(columns[name], columns[_NUMBER]) for name in names if name in columns}


def _columns(store: Store, lab: LabView, only: Collection[str] | None) -> Iterator["pd.Series[float]"]:
    key = session_key(store.home, lab.settings)
    body, _ = store.home.get(key)
    return number_columns(body, source=key, only=only, renames=lab.settings.columns.renames())


def _title(name: str) -> str:
    """Say a column as people read it: "logistic_Su2022_RewC" is "logistic Su2022 RewC"."""
    return re.sub(r"_+", " ", name).strip()
