"""A threshold and where it lies among what was measured: a scale, a slider's steps, and a small picture."""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from autotrain_core.editing import Clause, text_of_value
from autotrain_core.models import Parameter
from autotrain_core.rules import MAX_WINDOW, Metric
from autotrain_core.services import MetricSketch
from autotrain_ui import words
from autotrain_ui.builder.fields import number_typed

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}
_ANY = Parameter(name="", title="", kind="number")
_STEPS = 150
"""Of a slider, about."""
_MARKS = re.compile(r"[^\w\s.,%()/+-]|_")
_BLANKS = re.compile(r"\s+")
_OFF_THE_AXIS = ("sum", "std")
_BETWEEN = ("mean", "median", "std")
"""What is a fraction of whole numbers, too."""


@dataclass(frozen=True, slots=True)
class Scale:
    """
    Where a threshold can be slid.

    Attributes:
        low: The smallest, in the unit of the metric.
        high: The largest.
        step: From one to the next.
    """

    low: float
    high: float
    step: float

    def nearest(self, value: float) -> float:
        """Give the value itself where it lies on the scale, else the end that it is nearest to."""
        return min(max(value, self.low), self.high)


def label_of(metric: Metric) -> str:
    """
    Say a metric in the label of a widget: read aloud letter by letter, and drawn as Streamlit's markdown.

    So nothing is escaped, and no sign stays that markdown would make something of.
    """
    unit = f" ({metric.unit})" if metric.unit else ""
    return _BLANKS.sub(" ", _MARKS.sub(" ", words.seen(f"{metric.title}{unit}"))).strip()


def is_whole(clause: Clause, metric: Metric) -> bool:
    """Tell whether the threshold of a clause is typed as a whole number."""
    return metric.integer and isinstance(clause.threshold, int) and clause.how not in ("mean", "std")


def neat(value: float, metric: Metric) -> int | float:
    """Give a typed number as a document writes it: a count without a fraction, a fraction without noise."""
    rounded = value if isinstance(value, int) else float(f"{value:.15g}")
    return int(rounded) if metric.integer and float(rounded).is_integer() else rounded


def number_from_text(clause: Clause, field: str, text: str, metric: Metric) -> int | float | None:
    """
    Read what was typed into a field of a clause.

    Args:
        clause: The clause.
        field: "threshold", "last" or "share".
        text: As it was typed; for "last" nothing is all sessions, where that can be.
        metric: That the clause speaks of.

    Raises:
        EditError: It cannot be read, or cannot be there; the sentence says what is expected.
    """
    if field == "last" and clause.how != "value" and not text.strip():
        return None
    return number_typed(_asked(clause, field, metric), text)


def _asked(clause: Clause, field: str, metric: Metric) -> Parameter:
    """Say what has to be typed."""
    if field == "last":
        most = MAX_WINDOW - 1 if clause.how == "value" else MAX_WINDOW
        return _wanted("The number of sessions", "integer", minimum=1, maximum=most)
    if field == "share" and clause.how == "count":
        return _wanted("The number of sessions", "integer", minimum=0)
    if field == "share":
        return _wanted("The share", "number", minimum=0, maximum=1)
    is_whole_number = metric.integer and clause.how not in _BETWEEN
    title = f"{metric.title[:1].upper()}{metric.title[1:]}"
    return _wanted(title, "integer" if is_whole_number else "number", unit=metric.unit)


def _wanted(name: str, kind: Literal["integer", "number"], **bounds: Any) -> Parameter:
    return Parameter(name=name, title=name, kind=kind, required=True, **bounds)


def text_of_number(value: float | None) -> str:
    """Write a number of a clause into its field; nothing for all sessions."""
    return "" if value is None else text_of_value(value, _ANY)


def first_threshold(metric: Metric, sketch: MetricSketch | None) -> int | float:
    """Propose a threshold: the middle of what was measured, in a round number."""
    if sketch is None or not sketch.quantiles:
        return 1 if metric.integer else 0.5
    spread = sketch.quantiles[-1] - sketch.quantiles[0]
    step = _nice(spread / 10) if spread > 0 else 1.0
    middle = round(sketch.quantiles[2] / step) * step
    return round(middle) if metric.integer else round(middle, 10)


def scale_of(clause: Clause, metric: Metric, sketch: MetricSketch | None) -> Scale | None:
    """Lay out the scale of a threshold; None where nothing was measured, or the number lies on another axis."""
    if sketch is None or len(sketch.edges) < 2 or clause.how in _OFF_THE_AXIS:
        return None
    low, high = sketch.edges[0], sketch.edges[-1]
    step = _nice((high - low) / _STEPS)
    if metric.integer:
        step = max(1.0, float(round(step)))
    return Scale(round(math.floor(low / step) * step, 10), round(math.ceil(high / step) * step, 10), step)


def _nice(step: float) -> float:
    """Round a step to 1, 2 or 5 times a power of ten."""
    if not step > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(step))
    return next(float(f"{times * power:.3g}") for times in (1, 2, 5, 10) if times * power >= step * 0.999)


def share_of(clause: Clause, sketch: MetricSketch) -> float:
    """Estimate in which fraction of the sessions a value is on the right side of the threshold, by whole bars."""
    holds = _SIGNS[clause.sign]
    held = sum(
        count for count, middle in zip(sketch.counts, _middles(sketch), strict=True) if holds(middle, clause.threshold)
    )
    return held / max(sketch.values, 1)


def _middles(sketch: MetricSketch) -> list[float]:
    return [(left + right) / 2 for left, right in zip(sketch.edges, sketch.edges[1:], strict=False)]


def sketch_html(clause: Clause, sketch: MetricSketch, scale: Scale) -> str:
    """Draw the values of all sessions, those on the right side of the threshold in colour, and say it in words too."""
    most = max(sketch.counts)
    holds = _SIGNS[clause.sign]

    def across(value: float) -> float:
        return (value - scale.low) / (scale.high - scale.low) * 100

    bars = []
    for count, left, right in zip(sketch.counts, sketch.edges, sketch.edges[1:], strict=False):
        kind = "at-bar-in" if holds((left + right) / 2, clause.threshold) else "at-bar-out"
        place = f"left:{across(left):.2f}%;width:{across(right) - across(left):.2f}%;height:{count / most:.1%}"
        bars.append(f'<i class="{kind}" style="{place}"></i>')
    at = across(scale.nearest(clause.threshold))
    said = words.as_html(sketch_words(clause, sketch))
    return (
        f'<div class="at-sketch"><span>{said}</span><div role="img" aria-label="Values of all sessions: {said}">'
        f'{"".join(bars)}<b style="left:{at:.2f}%"></b></div></div>'
    )


def sketch_words(clause: Clause, sketch: MetricSketch) -> str:
    """Say where the values lie, and how many are on the right side: "half lie in 404 to 734, about 63% pass"."""
    low, high = (words.number(value) for value in (sketch.quantiles[1], sketch.quantiles[3]))
    said = f"half lie in {low} to {high}"
    return said if clause.sign in ("==", "!=") else f"{said}, about {share_of(clause, sketch):.0%} pass"


def outside_words(clause: Clause, sketch: MetricSketch) -> str:
    """Say that a threshold lies beyond all that was ever measured; empty where it does not."""
    if clause.how in _OFF_THE_AXIS or not sketch.ends:
        return ""
    low, high = sketch.ends
    if low <= clause.threshold <= high:
        return ""
    side, end = ("above", high) if clause.threshold > high else ("below", low)
    return f"No session was ever {side} {words.number(end)}."
