"""The animal over its sessions: weight and water, as far as the lab writes them down."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from autotrain_ui import words
from autotrain_ui.charts.panels import GREY, INK, Axis, Panel, as_plotly, places, stacked

_AIM = {False: "#0b5cad", True: "#8db4ec"}


def animal_figure(
    rows: pd.DataFrame, panels: Sequence[Panel], *, x: Axis, selected: int | None, dark: bool
) -> go.Figure:
    """
    Draw what was measured of the animal over its sessions, with the aim as a dashed line.

    Args:
        rows: Its sessions in order, n rows; `session`, `session_date`.
        panels: What to draw, from top to bottom.
        x: See `metrics_figure`.
        selected: See `metrics_figure`.
        dark: See `metrics_figure`.
    """
    figure = stacked(rows, panels, x=x, selected=selected, dark=dark, strip=False)
    place = places(rows, x)
    for number, panel in enumerate(panels, start=2):
        known = np.isfinite(panel.values) & ~pd.isna(place)
        title, unit = as_plotly(panel.metric.title), as_plotly(panel.metric.unit)
        said = [
            f"session {session}<br>{title} {words.number(value, unit)}"
            for session, value in zip(rows["session"][known], panel.values[known], strict=True)
        ]
        figure.add_trace(
            go.Scatter(
                x=place[known],
                y=panel.values[known],
                mode="lines+markers",
                line={"color": GREY[dark], "width": 1},
                marker={"color": INK[dark], "size": 5},
                hovertext=said,
                hoverinfo="text",
                yaxis=f"y{number}",
            )
        )
        aimed = None if panel.aim is None else np.isfinite(panel.aim) & ~pd.isna(place)
        if panel.aim is not None and aimed is not None and aimed.any():
            figure.add_trace(
                go.Scatter(
                    x=place[aimed],
                    y=panel.aim[aimed],
                    mode="lines",
                    line={"color": _AIM[dark], "width": 1.5, "dash": "dash", "shape": "hv"},
                    hovertemplate="aim %{y:.4g} " + as_plotly(panel.metric.unit) + "<extra></extra>",
                    yaxis=f"y{number}",
                )
            )
    return figure
