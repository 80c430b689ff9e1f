"""How a metric spreads over the stages, and any two columns against each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from autotrain_core.evaluation._cohort_rows import Levels, levels, require
from autotrain_core.models import read_numbers
from autotrain_core.rules import Bools, Floats, Ints

MOST_CELLS = 5_000_000
_MOST_BINS = 10_000
_LARGEST = 1e300  # beyond this, the width of a bin may be no number
_QUANTILES = {"percentile_5": 0.05, "quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75, "percentile_95": 0.95}


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """
    A metric at each stage, on common bins.

    Attributes:
        edges: Of the bins, rising, in the unit of the metric, shape (bins + 1,).
        counts: Sessions in each bin (int64): a row a stage, a column a bin (numbered from 0). A bin holds its left
            edge, the last one both.
        summary: On the same index: `n` (sessions with a number), `missing` (without), `outside` (of the n, beyond
            the edges) (int64); `mean`, `percentile_5`, `quartile_1`, `median`, `quartile_3`, `percentile_95`, all of
            the n numbers (float64; missing where n is 0).
    """

    edges: Floats
    counts: pd.DataFrame = field(repr=False)
    summary: pd.DataFrame


def metric_distribution(rows: pd.DataFrame, metric: str, *, bins: int | Sequence[float] = 30) -> Distribution:
    """
    Count how often a metric took which value at each stage.

    Args:
        rows: One row a decided session: `stage` and the metric. Rows without a stage are passed over.
        metric: A column of numbers; what is none, or beyond 1e300, counts as missing.
        bins: How many equal bins from the smallest to the largest number, 1 to 10,000; or their edges, rising.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the metric is a column of dates.
        ValueError: The bins are none.
    """
    require(rows, ["stage", metric])
    stage = levels(rows["stage"])
    placed = stage.codes >= 0
    code, value = stage.codes[placed], read_numbers(rows[metric], whole=False).values[placed]
    known = np.abs(value) <= _LARGEST
    some, number = code[known], value[known]
    edges = _edges(number, bins)
    last = len(edges) - 2
    place = np.searchsorted(edges, number, side="right") - 1
    place[number == edges[-1]] = last
    inside = (place >= 0) & (place <= last)
    width = len(stage.names)
    counts = np.bincount(some[inside] * (last + 1) + place[inside], minlength=width * (last + 1))
    sessions = np.bincount(code, minlength=width)
    there = np.flatnonzero(sessions)
    index = pd.Index(stage.names[there].astype(str), name="stage")
    n = np.bincount(some, minlength=width)
    summary = pd.DataFrame(
        {
            "n": n[there],
            "missing": (sessions - n)[there],
            "outside": np.bincount(some[~inside], minlength=width)[there],
            "mean": _means(some, number, width)[there],
        },
        index=index,
    )
    by_stage = pd.Series(number).groupby(some)
    for name, at in _QUANTILES.items():
        summary[name] = by_stage.quantile(at).reindex(there).to_numpy()
    table = pd.DataFrame(counts.reshape(width, last + 1)[there], index=index)
    return Distribution(edges, table, summary)


def _edges(numbers: Floats, bins: int | Sequence[float]) -> Floats:
    if isinstance(bins, int):
        if not 1 <= bins <= _MOST_BINS:
            raise ValueError(f"bins must be 1 to {_MOST_BINS:,}, found {bins}")
        return _equal_edges(numbers, bins)
    edges = np.asarray(bins, dtype=np.float64)
    if edges.ndim != 1 or not 2 <= len(edges) <= _MOST_BINS or not (np.diff(edges) > 0).all():
        raise ValueError(f"bins must be 2 to {_MOST_BINS:,} rising edges, found {bins!r:.60}")
    return edges


def _equal_edges(numbers: Floats, bins: int) -> Floats:
    low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.0, 1.0)
    edges = np.linspace(low, high, bins + 1)
    if (np.diff(edges) > 0).all():
        return edges
    # All the same, or too near for so many bins.
    wide = max(0.5, abs(low) / 1000)
    return np.linspace(low - wide, low + wide, bins + 1)


def _means(group: Ints, numbers: Floats, groups: int) -> Floats:
    n = np.bincount(group, minlength=groups)
    means: Floats = np.full(groups, np.nan)
    np.divide(np.bincount(group, numbers, minlength=groups), n, out=means, where=n > 0)
    return means


def pivot(
    rows: pd.DataFrame,
    *,
    index: str,
    columns: str | None = None,
    value: str = "sessions",
    how: Literal["median", "mean"] = "median",
) -> pd.DataFrame:
    """
    Lay out one number for each pair of groups.

    Args:
        rows: One row a decided session: `subject_id` and the columns named; rows without a mouse are passed over.
        index: Column whose groups become rows.
        columns: Column whose groups become columns; None for a single column, `value`.
        value: "mice", "sessions" (counts), or a metric.
        how: What is taken of a metric over the sessions of a pair; what is no number is left out of it.

    Returns:
        A row and a column for each group that occurs, in the order of the category, else sorted; rows in which the
        group is missing form a last group, labelled NaN. Counts are int64, and 0 where nobody was; a metric is
        float64, missing where there is none.

    Raises:
        MissingColumnError: A column is absent.
        TableError: A column stands twice, or the metric is a column of dates.
        ValueError: `how` is neither, or the two columns have more than five million pairs.
    """
    counts = value in ("mice", "sessions")
    require(rows, ["subject_id", index, *([columns] if columns else []), *([] if counts else [value])])
    if how not in ("median", "mean"):
        raise ValueError(f"how must be median or mean, found {how!r}")
    mice = levels(rows["subject_id"])
    named = mice.codes >= 0
    down, labels = _groups(rows[index], named)
    across, headings = _groups(rows[columns], named) if columns else (np.zeros(len(down), np.int64), pd.Index([value]))
    width, size = len(headings), len(labels) * len(headings)
    if size > MOST_CELLS:
        raise ValueError(f"{index} has {len(labels):,} groups and {columns} {width:,}: too many pairs for one table")
    pair = down * width + across
    cells: Ints | Floats
    if value == "sessions":
        cells = np.bincount(pair, minlength=size)
    elif value == "mice":
        cells = np.bincount(pd.unique(pair * len(mice.names) + mice.codes[named]) // len(mice.names), minlength=size)
    else:
        number = read_numbers(rows[value], whole=False).values[named]
        cells = _middle(pair, number, size, how)
    return pd.DataFrame(cells.reshape(len(labels), width), index=labels.rename(index), columns=headings.rename(columns))


def _middle(pair: Ints, number: Floats, size: int, how: str) -> Floats:
    known = np.isfinite(number)
    if how == "mean":
        return _means(pair[known], number[known], size)
    medians = pd.Series(number[known]).groupby(pair[known]).median()
    cells = np.full(size, np.nan)
    cells[medians.index.to_numpy(dtype=np.int64)] = medians.to_numpy()
    return cells


def _groups(column: "pd.Series[Any]", named: Bools) -> tuple[Ints, pd.Index]:
    """Number the groups that occur in some rows, in their order; the missing one comes last."""
    group = levels(column)
    if not isinstance(column.dtype, pd.CategoricalDtype):
        group = _in_their_order(group)
    width = len(group.names)
    codes = np.where(group.codes < 0, width, group.codes)[named]
    there = np.flatnonzero(np.bincount(codes, minlength=width + 1))
    number = np.zeros(width + 1, dtype=np.int64)
    number[there] = np.arange(len(there))
    labels = group.names.take(there[there < width])
    if width in there:
        labels = labels.astype(object).append(pd.Index([np.nan], dtype=object))
    return number[codes], labels


def _in_their_order(group: Levels) -> Levels:
    try:
        order = group.names.argsort()
    except TypeError:  # names of several types have no order: they keep that of first appearance
        return group
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(order)), -1
    return Levels(rank[group.codes], group.names.take(order))
