"""Columns of a table of sessions as small whole numbers: stages as codes, facts as bits, texts as places in a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.rules import Metric
from autotrain_ui import words
from autotrain_ui.progress._pack import smallest, texts

OPEN_LOOP, OVERRIDDEN, UNCERTAIN, AT_DECISION = 1, 2, 4, 3
"""Bits of a session; the decision stands in two bits from the third: 1 stay, 2 progress, 3 rollback, 0 none."""

DECISIONS = ("STAY", "PROGRESS", "ROLLBACK")

NO_DAY = np.iinfo(np.int32).min
"""A missing date, in days since 1970."""

LISTED = ("curriculum", "trainer", "PI", "project", "rig", "subject_alias")
"""Columns of text in which few texts occur often."""


@dataclass(frozen=True)
class Coded:
    """
    Columns of numbers, and what the numbers mean.

    Attributes:
        columns: Name -> numbers.
        dictionaries: Name -> the texts that codes 1, 2, … of the column stand for; 0 is missing.
    """

    columns: dict[str, npt.NDArray[np.generic]]
    dictionaries: dict[str, list[str]]


def coded(column: "pd.Series[str]", labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the place of each text in `labels`, from 1; 0 where it is missing or not among them."""
    return looked_up(column, {label: at for at, label in enumerate(labels, start=1)}, otherwise=0)


def looked_up(column: "pd.Series[str]", places: Mapping[str, int], *, otherwise: int) -> npt.NDArray[np.int64]:
    """Return the place of each text; `otherwise` where it is missing or has none."""
    own = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    # One look-up a text, not one a session; the last entry answers a missing text, whose code is -1.
    of_text = np.array([*(places.get(str(text), otherwise) for text in own.cat.categories), otherwise], dtype=np.int64)
    found: npt.NDArray[np.int64] = of_text[own.cat.codes.to_numpy()]
    return found


def is_true(column: "pd.Series[bool]") -> npt.NDArray[np.bool_]:
    """Return True where the value is there and true."""
    if column.dtype == bool:
        return column.to_numpy()
    return column.eq(True).fillna(False).to_numpy(dtype=bool)


def is_false(column: "pd.Series[bool]") -> npt.NDArray[np.bool_]:
    """Return True where the value is there and false."""
    if column.dtype == bool:
        return ~column.to_numpy()
    return column.eq(False).fillna(False).to_numpy(dtype=bool)


def flags(table: pd.DataFrame) -> npt.NDArray[np.uint8]:
    """Return the bits of each session; a fact that is missing sets no bit."""
    decision = coded(table["decision"], DECISIONS)
    # Where nothing was decided nobody knows the loop, and nothing is uncertain; the table has False there.
    decided = decision > 0
    bits = decision << AT_DECISION
    bits += OPEN_LOOP * (decided & is_false(table["closed_loop"]))
    bits += OVERRIDDEN * is_true(table["overridden"])
    bits += UNCERTAIN * (decided & is_false(table["certain"]))
    return bits.astype(np.uint8)


def dates_as_days(dates: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.int64]:
    """Return days since 1970-01-01; the smallest number of its type where a date is missing."""
    return pd.to_datetime(dates).to_numpy().astype("datetime64[D]").astype(np.int64)


def details(
    table: pd.DataFrame, *, labels: Sequence[str], days: npt.NDArray[np.int64], metrics: Iterable[Metric]
) -> Coded:
    """Return what a card says beyond the picture; a column that the table lacks, or that is empty, is left out."""
    columns: dict[str, npt.NDArray[np.generic]] = {
        "day": np.maximum(days, NO_DAY).astype(np.int32),
        "following": smallest(coded(table["following"], labels)),
    }
    dictionaries: dict[str, list[str]] = {}
    if "at_stage" in table:
        columns["at_stage"] = smallest(table["at_stage"].fillna(0).to_numpy(dtype=np.int64))
    for name in LISTED:
        if name in table and table[name].notna().any():
            known = [str(text) for text in table[name].dropna().unique()]
            dictionaries[name] = [words.curriculum(text) for text in known] if name == "curriculum" else known
            columns[name] = smallest(coded(table[name], known))
    for metric in metrics:
        if metric.name in table and table[metric.name].notna().any():
            columns[f"metric:{metric.name}"] = table[metric.name].to_numpy(dtype=np.float32, na_value=np.nan)
    if "nwb_suffix" in table and table["nwb_suffix"].notna().any():
        suffixes = table["nwb_suffix"]
        columns["suffix"], columns["suffix_ends"] = texts(suffixes.astype("str").where(suffixes.notna(), ""))
    return Coded(columns, dictionaries)
