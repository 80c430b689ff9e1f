"""
One mouse over its sessions: a panel for each number that was measured, its stages as bands behind all of them.

Texts in a figure are HTML to plotly, so that every name goes through `as_plotly`. Few traces, and none of WebGL.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from autotrain_core.diagrams import StageColour
from autotrain_core.rules import Metric
from autotrain_core.services import Stretch
from autotrain_ui import words
from autotrain_ui.charts.panels import DAY, GREY, Axis, Panel, Places, as_plotly, places, stacked

Colours = Mapping[tuple[str, str], StageColour]

_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠", ">": ">", "<": "<"}
_SIZES = ((120, 8), (400, 6))
_SMALLEST = 4
"""Up to so many sessions, points of so many pixels."""


@dataclass(frozen=True, slots=True)
class _Threshold:
    """How the thresholds of one decision look: never by their colour alone."""

    dash: str
    symbol: str
    colour: dict[bool, str]
    verb: str


_THRESHOLDS = {
    "PROGRESS": _Threshold("dash", "triangle-up", {False: "#0b5cad", True: "#8db4ec"}, "goes on"),
    "ROLLBACK": _Threshold("dot", "triangle-down", {False: "#a34a05", True: "#ffb070"}, "goes back"),
    "STAY": _Threshold("dashdot", "diamond", {False: "#55606b", True: "#a9b4be"}, "stays"),
}

KEY = (
    "● ran as suggested · ◆ ran another stage · ○ stage not recorded (open loop) · × not decided · "
    "dashes with ▲ go on from here · dots with ▼ go back from here"
)
"""What the signs of `metrics_figure` mean."""


def metrics_figure(
    rows: pd.DataFrame,
    stretches: Sequence[Stretch],
    metrics: Iterable[Metric],
    *,
    x: Axis,
    selected: int | None,
    colours: Colours,
    dark: bool,
) -> go.Figure:
    """
    Draw metrics over the sessions of a mouse, with the thresholds of the rules in force.

    Args:
        rows: Its sessions in order, n rows, see `LabView.sessions`; has each metric as a column.
        stretches: Where it was when, see `services.stretches`.
        metrics: What to draw, from top to bottom.
        x: What stands along the bottom; on "date" sessions without a date are left out.
        selected: Number of a session to mark.
        colours: See `chips.colours_of`.
        dark: The page is dark.

    Returns:
        A figure; each session's point has its number as `customdata`.
    """
    panels = [Panel(metric=each, values=rows[each.name].to_numpy(dtype=np.float64)) for each in metrics]
    figure = stacked(rows, panels, x=x, selected=selected, dark=dark, strip=True)
    place = places(rows, x)
    _bands(figure, rows, stretches, place, x=x, colours=colours, dark=dark)
    for number, panel in enumerate(panels, start=2):
        for trace in _thresholds(panel.metric, stretches, place, x=x, dark=dark):
            figure.add_trace(trace.update(yaxis=f"y{number}"))
        _points(figure, rows, panel, stretches, place, axis=f"y{number}", colours=colours, dark=dark)
    return figure


def measured(rows: pd.DataFrame, metrics: Iterable[Metric]) -> list[Metric]:
    """Pick the metrics that some session of a mouse was measured by."""
    return [metric for metric in metrics if metric.name in rows.columns and rows[metric.name].notna().any()]


def _ends(stretch: Stretch, place: Places, x: Axis) -> tuple[Any, Any] | None:
    """Say from where to where a stretch reaches: half a session or half a day beyond its ends."""
    mine = place[stretch.first : stretch.last + 1]
    mine = mine[~pd.isna(mine)]
    if not len(mine):
        return None
    if x == "session":
        return float(mine.min()) - 0.5, float(mine.max()) + 0.5
    return pd.Timestamp(mine.min()) - DAY / 2, pd.Timestamp(mine.max()) + DAY / 2


def _bands(
    figure: go.Figure,
    rows: pd.DataFrame,
    stretches: Sequence[Stretch],
    place: Places,
    *,
    x: Axis,
    colours: Colours,
    dark: bool,
) -> None:
    """Draw the stages: a strip with their names on top, and a breath of their colour behind the panels."""
    shapes, bars = [], []
    numbers = rows["session"].to_numpy()
    for stretch in stretches:
        ends = _ends(stretch, place, x)
        if not stretch.stage or ends is None:
            continue
        known = colours.get((stretch.curriculum, stretch.stage))
        fill = known.fill if known else GREY[dark]
        shapes.append(
            {
                "type": "rect", "xref": "x", "yref": "paper", "x0": ends[0], "x1": ends[1], "y0": 0, "y1": 1,
                "fillcolor": fill, "opacity": 0.16 if dark else 0.13, "line": {"width": 0}, "layer": "below",
            }
        )  # fmt: skip
        first, last = int(numbers[stretch.first]), int(numbers[stretch.last])
        which = f"session {first}" if first == last else f"sessions {first} to {last}"
        followed = as_plotly(words.curriculum(stretch.curriculum))
        said = f"{as_plotly(words.stage(stretch.stage))}<br>{which}<br>{followed}"
        bars.append((*ends, fill, known.text if known else "#000000", words.stage(stretch.stage), said, first))
    figure.update_layout(shapes=[*figure.layout.shapes, *shapes])
    if not bars:
        return
    width = [
        (end - start) if x == "session" else (end - start) / pd.Timedelta(milliseconds=1) for start, end, *_ in bars
    ]
    figure.add_trace(
        go.Bar(
            x=[start + (end - start) / 2 for start, end, *_ in bars],
            y=[1] * len(bars),
            width=width,
            marker={"color": [bar[2] for bar in bars], "line": {"width": 0}},
            text=[as_plotly(bar[4]) for bar in bars],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"color": [bar[3] for bar in bars], "size": 12},
            hovertext=[bar[5] for bar in bars],
            hoverinfo="text",
            customdata=[bar[6] for bar in bars],
            yaxis="y",
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )
    )


def _thresholds(
    metric: Metric, stretches: Sequence[Stretch], place: Places, *, x: Axis, dark: bool
) -> Iterator[go.Scatter]:
    """Draw what the rules held a metric against, as long as they did."""
    for decision, looks in _THRESHOLDS.items():
        across: list[Any] = []
        up: list[float | None] = []
        said: list[str] = []
        for stretch in stretches:
            ends = _ends(stretch, place, x)
            lines = {
                (line.threshold, line.sign, line.how): f"{looks.verb} to {rule.to_stage} with {_said(line)}"
                for rule in stretch.limits
                if rule.decision is not None and rule.decision.name == decision
                for line in rule.lines
                if line.metric == metric.name
            }
            for (threshold, _, _), sentence in lines.items():
                if ends is not None:
                    across += [ends[0], ends[1], None]
                    up += [threshold, threshold, None]
                    said += [as_plotly(sentence)] * 2 + [""]
        if across:
            yield go.Scatter(
                x=across,
                y=up,
                mode="lines+markers",
                line={"color": looks.colour[dark], "width": 1.8, "dash": looks.dash},
                marker={"color": looks.colour[dark], "size": 7, "symbol": looks.symbol},
                hovertext=said,
                hoverinfo="text",
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 1}},
            )


def _said(line: Any) -> str:
    unit = f" {line.unit}" if line.unit else ""
    which = line.title if line.how == "last" else f"{line.how} {line.title}"
    return f"{which} {_SIGNS[line.sign]} {words.number(line.threshold)}{unit}"


def _points(
    figure: go.Figure,
    rows: pd.DataFrame,
    panel: Panel,
    stretches: Sequence[Stretch],
    place: Places,
    *,
    axis: str,
    colours: Colours,
    dark: bool,
) -> None:
    """Draw the sessions: a thin line through all, and on it a sign for each that says how it was run."""
    known = np.isfinite(panel.values) & ~pd.isna(place)
    figure.add_trace(
        go.Scatter(
            x=place[known],
            y=panel.values[known],
            mode="lines",
            line={"color": GREY[dark], "width": 1},
            hoverinfo="skip",
            yaxis=axis,
        )
    )
    published = rows["published"].to_numpy(dtype=bool)
    closed = rows["closed_loop"].to_numpy(dtype=bool)
    overridden = rows["overridden"].to_numpy(dtype=bool)
    symbols = np.select([~published, overridden, ~closed], ["x-thin-open", "diamond", "circle-open"], default="circle")
    size = next((size for most, size in _SIZES if len(rows) <= most), _SMALLEST)
    fills, edges = _point_colours(rows, stretches, colours, dark)
    outlined = np.isin(symbols, ["x-thin-open", "circle-open"])
    figure.add_trace(
        go.Scatter(
            x=place[known],
            y=panel.values[known],
            mode="markers",
            cliponaxis=False,
            marker={
                "symbol": symbols[known],
                "size": np.where(overridden, size + 3, size)[known],
                # Of an open sign the colour is that of its line, which has to be seen against the page.
                "color": np.where(outlined, edges, fills)[known],
                "line": {"width": np.where(outlined, 2, 1)[known], "color": edges[known]},
            },
            customdata=rows["session"].to_numpy()[known],
            hovertext=[_card(row, panel) for row in rows[known].to_dict(orient="records")],
            hoverinfo="text",
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
            yaxis=axis,
        )
    )


def _point_colours(
    rows: pd.DataFrame, stretches: Sequence[Stretch], colours: Colours, dark: bool
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    fills = np.full(len(rows), GREY[dark], dtype=object)
    edges = fills.copy()
    for stretch in stretches:
        known = colours.get((stretch.curriculum, stretch.stage))
        if known is not None:
            # On a dark page the fill of an early stage is hardly seen, and a filled sign would look like an open one.
            fills[stretch.first : stretch.last + 1] = known.edge if dark else known.fill
            edges[stretch.first : stretch.last + 1] = known.edge
    return fills, edges


def _card(row: Mapping[Any, Any], panel: Panel) -> str:
    """Say what is known of a session, a line each."""
    day = (
        ""
        if pd.isna(row["session_date"])
        else f" · {row['session_date']:%a} {row['session_date'].day} {row['session_date']:%b %Y}"
    )
    lines = [f"<b>session {row['session']}</b>{day}"]
    lines.append(f"{as_plotly(panel.metric.title)} {_number(row[panel.metric.name], panel.metric)}")
    if not row["published"]:
        return "<br>".join([*lines, "not decided"])
    ran = as_plotly(words.stage(row["stage"]))
    if not row["closed_loop"]:
        lines.append(f"taken to run {ran} (open loop)")
    elif row["overridden"]:
        lines.append(f"ran {ran}, suggested was {as_plotly(words.stage(row['suggested']))}")
    else:
        lines.append(f"ran {ran}")
    following = as_plotly(words.stage(row["following"]))
    sure = "" if row["certain"] else " (not certain)"
    lines.append(f"{words.decision(row['decision'])}: next {following}{sure}")
    return "<br>".join(lines)


def _number(value: float, metric: Metric) -> str:
    return as_plotly(words.number(value, metric.unit))
