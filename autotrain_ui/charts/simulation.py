"""How well a fitted model reproduces real mice: the curves of both on each other."""

from collections.abc import Iterator, Mapping

import pandas as pd
import plotly.graph_objects as go

from autotrain_ui.charts.framing import PALETTE, Caption, axis, framed, plain
from autotrain_ui.charts.panels import INK

_PANEL, _GAP = 230, 46
_LEGEND_LINE, _LEGEND_LINES = 21, 5
_TITLES: Mapping[str, str] = {"foraging_efficiency": "Efficiency", "finished_trials": "Finished trials"}


def reproduced_figure(curves: pd.DataFrame, *, caption: Caption, dark: bool) -> go.Figure:
    """
    Draw simulated bands with the real mice on them, one panel a metric.

    Args:
        curves: See `evaluation.Reproduced.curves`; at least one row.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    metrics = [name for name in _TITLES if (curves["metric"] == name).any()]
    plot = len(metrics) * _PANEL + (len(metrics) - 1) * _GAP
    figure = go.Figure()
    for place, name in enumerate(metrics):
        rows = curves[curves["metric"] == name]
        for trace in _traces(rows, name, dark=dark):
            trace.update(yaxis="y" if place == 0 else f"y{place + 1}", showlegend=trace.showlegend and place == 0)
            figure.add_trace(trace)
    figure = framed(figure, caption, dark=dark, plot=plot, top=_LEGEND_LINE * _LEGEND_LINES + 8)
    for place, name in enumerate(metrics):
        top = 1 - place * (_PANEL + _GAP) / plot
        figure.update_layout(
            {
                f"yaxis{place + 1 if place else ''}": axis(
                    _TITLES[name],
                    dark=dark,
                    domain=[top - _PANEL / plot, top],
                    anchor="x",
                    rangemode="tozero" if name == "finished_trials" else "normal",
                )
            }
        )
    figure.update_layout(
        xaxis=axis("Session number", dark=dark, anchor=f"y{len(metrics)}" if len(metrics) > 1 else "y"),
        hovermode="x",
        legend={
            "orientation": "v", "x": 0, "xanchor": "left", "xref": "paper", "y": 1, "yanchor": "bottom",
            "traceorder": "normal", "itemclick": False, "itemdoubleclick": False,
        },
    )  # fmt: skip
    return figure


def _traces(rows: pd.DataFrame, name: str, *, dark: bool) -> Iterator[go.Scatter]:
    colour, ink = PALETTE[dark][0], INK[dark]
    digits = ".2f" if name == "foraging_efficiency" else ".0f"
    yield from _band(rows, "simulated_5", "simulated_95", "Simulated mice: nine in ten", _faint(colour, 0.16))
    yield from _band(rows, "simulated_25", "simulated_75", "half of them", _faint(colour, 0.3))
    yield from _band(rows, "median_lower", "median_upper", "their median, nine times in ten", _faint(colour, 0.5))
    for column in ("real_5", "real_95"):
        yield _line(rows, column, "Real mice: nine in ten between", {"color": ink, "width": 1, "dash": "dot"},
                    digits, legend=column == "real_5")  # fmt: skip
    yield _line(rows, "real_50", "Median of the real mice", {"color": ink, "width": 2}, digits, legend=True)


def _line(
    rows: pd.DataFrame, column: str, name: str, line: Mapping[str, object], digits: str, *, legend: bool
) -> go.Scatter:
    return go.Scatter(
        x=rows["session"].to_numpy(),
        y=rows[column].to_numpy(),
        mode="lines",
        line=dict(line),
        name=plain(name),
        legendgroup=name,
        showlegend=legend,
        hovertemplate=f"%{{y:{digits}}}<extra>{plain(name)}</extra>" if column == "real_50" else None,
        hoverinfo=None if column == "real_50" else "skip",
    )


def _band(rows: pd.DataFrame, low: str, high: str, name: str, fill: str) -> Iterator[go.Scatter]:
    across = rows["session"].to_numpy()
    for column, fills in ((low, None), (high, "tonexty")):
        yield go.Scatter(
            x=across,
            y=rows[column].to_numpy(),
            mode="lines",
            line={"width": 0, "color": fill},
            fill=fills,
            fillcolor=fill,
            name=plain(name),
            legendgroup=name,
            showlegend=fills is not None,
            hoverinfo="skip",
        )


def _faint(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
