"""What the values of a metric look like, and which metrics rules can be made of: what stands beside a threshold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from autotrain_core.errors import NotStoredError
from autotrain_core.models import Curriculum
from autotrain_core.rules import RESERVED, Metric
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._view_columns import MEASURES

Origin = Literal["counter", "task", "document", "table"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

COUNTERS = (
    Metric(
        name=RESERVED[0],
        title="total sessions",
        unit="sessions",
        integer=True,
        minimum=1,
        description="Number of the session: every session of the mouse counts.",
    ),
    Metric(
        name=RESERVED[1],
        title="sessions at this stage",
        unit="sessions",
        integer=True,
        minimum=1,
        description="Consecutive sessions at the stage, this one included; any change begins anew.",
    ),
)
"""What rules count beside what was measured; every condition has both."""

_BARS = 24
_REACH = (0.005, 0.995)
_GRAMS = ("base_weight", "target_weight", "weight_after")
_MILLILITRES = ("water_in_session_total", "water_after_session", "water_day_total")
_UNITS = dict.fromkeys(_GRAMS, "g") | dict.fromkeys(_MILLILITRES, "mL")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSketch:
    """
    How the values of a metric are distributed, small enough to be drawn beside a threshold.

    Attributes:
        values: Sessions that have a value.
        missing: Sessions that have none.
        edges: Where the bars begin and end, in the unit of the metric, rising; one more than bars, none without values.
        counts: Sessions in each bar; the outermost hold what lies beyond them too, so that together they are `values`.
        quantiles: 5, 25, 50, 75 and 95 % of the values; none without values.
        ends: The smallest and the largest value; none without values.
    """

    values: int
    missing: int
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    quantiles: tuple[float, ...] = ()
    ends: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberColumn:
    """
    A column of numbers of the session table that no rule reads yet.

    Attributes:
        metric: As which a document can declare it.
        sketch: Its values in all sessions.
    """

    metric: Metric
    sketch: MetricSketch


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedMetric:
    """
    Something that a rule can be made of.

    Attributes:
        metric: Name, title, unit and bounds.
        origin: Where it comes from: a "counter" that every condition has, the "task", the "document", or only the
            "table" of sessions.
        declare: What the document has to declare before a rule of it can be read; None where it need not.
        values: Sessions of the lab that have a value; of a counter all.
        quantiles: See `MetricSketch`.
    """

    metric: Metric
    origin: Origin
    declare: Metric | None
    values: int
    quantiles: tuple[float, ...]


def metrics_offered(
    lab: LabView, curriculum: Curriculum, *, further: Iterable[NumberColumn] = ()
) -> tuple[OfferedMetric, ...]:
    """
    List everything that a rule of a curriculum can be made of.

    Args:
        lab: Whose sessions have the values.
        curriculum: As it was read, with its task.
        further: The other columns of numbers; see `number_columns_of`.

    Returns:
        The metrics of the task, those that the document declares, the counters, then what only the session table has,
        by name; of those only what has values.
    """
    of_task = {metric.name for metric in curriculum.task.metrics} if curriculum.task else set()
    columns = {column.metric.name: column for column in further}
    sketches = {name: column.sketch for name, column in columns.items()}

    def offered(metric: Metric, origin: Origin) -> OfferedMetric:
        sketch = sketches.get(metric.name) or _sketch_in_view(lab, metric.name)
        return OfferedMetric(
            metric=metric,
            origin=origin,
            declare=metric if origin == "table" else None,
            values=sketch.values,
            quantiles=sketch.quantiles,
        )

    found = [offered(metric, "task" if metric.name in of_task else "document") for metric in curriculum.metrics]
    found += [offered(counter, "counter") for counter in COUNTERS]
    known = {each.metric.name for each in found}
    # Of one name the lab's own understanding goes before a bare column.
    measured = {name: Metric(name=name, title=name.replace("_", " "), unit=_UNITS.get(name, "")) for name in MEASURES}
    rest = {name: column.metric for name, column in columns.items()} | measured | dict(lab.metrics)
    only_there = [offered(rest[name], "table") for name in sorted(rest) if name not in known]
    return (*found, *(each for each in only_there if each.values))


def _sketch_in_view(lab: LabView, name: str) -> MetricSketch:
    try:
        return sketch_of(values_of(lab, name, {}))
    except NotStoredError:
        return MetricSketch(values=0, missing=len(lab.sessions))


def metric_sketch(
    lab: LabView, name: str, *, stage: str | None = None, further: Mapping[str, npt.NDArray[np.float64]] | None = None
) -> MetricSketch:
    """
    Sketch the values of a metric.

    Args:
        lab: Whose sessions.
        name: Of the metric, or of a counter.
        stage: Only sessions that were run at it, as tables name it ("STAGE_2"); all where None.
        further: Values of columns that the lab's view does not have; see `numbers_of_sessions`.

    Raises:
        NotStoredError: Neither has such a column.
    """
    values = values_of(lab, name, further or {})
    if stage is not None:
        values = values[(lab.sessions["stage"] == stage).to_numpy(dtype=bool)]
    return sketch_of(values)


def values_of(lab: LabView, name: str, further: Mapping[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """
    Find the values of a metric or a counter, one a row of `LabView.sessions`; NaN where one is missing.

    Raises:
        NotStoredError: There is no such column.
    """
    if name == RESERVED[0]:
        return lab.sessions["session"].to_numpy(dtype=np.float64)
    if name == RESERVED[1]:
        counts = lab.sessions["at_stage"].to_numpy(dtype=np.float64)
        return np.where(counts > 0, counts, np.nan)
    if name in further:
        return further[name]
    if name in lab.metrics or (name in MEASURES and name in lab.sessions.columns):
        return lab.sessions[name].to_numpy(dtype=np.float64)
    raise NotStoredError(f"The session table has no column of numbers '{name}', so that nobody knows its values.")


def sketch_of(values: npt.NDArray[np.float64]) -> MetricSketch:
    """Sketch some values; NaN and what is infinite are missing."""
    there = values[np.isfinite(values)]
    empty = MetricSketch(values=len(there), missing=len(values) - len(there))
    if not len(there):
        return empty
    low, *found, high = np.quantile(there, (_REACH[0], *QUANTILES, _REACH[1])).tolist()
    edges = _edges(low, high, whole=bool((there == np.rint(there)).all()))
    counts, _ = np.histogram(np.clip(there, edges[0], edges[-1]), bins=edges)
    return replace(
        empty,
        edges=tuple(edges.tolist()),
        counts=tuple(counts.tolist()),
        quantiles=tuple(found),
        ends=(float(there.min()), float(there.max())),
    )


def _edges(low: float, high: float, *, whole: bool) -> npt.NDArray[np.float64]:
    """Cut a stretch into bars; of whole numbers each bar holds equally many, else some stick out by themselves."""
    if whole:
        first, last = np.floor(low), np.ceil(high)
        width = np.ceil((last - first + 1) / _BARS)
        return np.arange(first, last + width + 1, width) - 0.5
    room = 0.5 if high == low else 0.0
    return np.linspace(low - room, high + room, _BARS + 1)
