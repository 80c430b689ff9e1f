"""Panels one above the other on one x axis: what the figures of a mouse share."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from autotrain_core.rules import Metric
from autotrain_ui import words

Axis = Literal["session", "date"]
Places = npt.NDArray[Any]

DAY = pd.Timedelta(days=1)
GREY: Mapping[bool, str] = {False: "#8a949e", True: "#7b8791"}
INK: Mapping[bool, str] = {False: "#17212b", True: "#e6ecf1"}
"""By whether the page is dark."""

_STRIP, _PANEL, _GAP, _FOOT = 26, 132, 40, 44


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """
    One number over the sessions.

    Attributes:
        metric: What it is.
        values: One for each session, shape (n,); missing where it was not measured.
        aim: What it should be, shape (n,) or missing; None where there is no aim.
    """

    metric: Metric
    values: npt.NDArray[np.float64]
    aim: npt.NDArray[np.float64] | None = None


def as_plotly(text: str) -> str:
    """Give a text that plotly shows as it is: it reads some HTML, and knows no name for a quotation mark."""
    return html.escape(words.seen(text), quote=False)


def stacked(
    rows: pd.DataFrame, panels: Sequence[Panel], *, x: Axis, selected: int | None, dark: bool, strip: bool
) -> go.Figure:
    """
    Lay out the panels, one above the other on one x axis, without anything in them.

    Args:
        rows: Sessions of a mouse; `session`, `session_date`.
        panels: From top to bottom; their axes are y2, y3, …
        x: What stands along the bottom.
        selected: Number of a session to mark with a line through all panels.
        dark: The page is dark.
        strip: Leave room for a strip on top, whose axis is y, from 0 to 1.
    """
    top = (_STRIP if strip else 0) + 8
    inner = top + len(panels) * (_PANEL + _GAP)
    ink = {"color": INK[dark], "size": 12}
    figure = go.Figure()
    figure.update_layout(
        height=inner + _FOOT,
        margin={"l": 8, "r": 12, "t": 4, "b": _FOOT},
        showlegend=False,
        hovermode="closest",
        dragmode="zoom",
        barmode="overlay",
        uniformtext={"mode": "hide", "minsize": 10},
        xaxis={
            "title": {"text": "Session" if x == "session" else "Date", "font": ink},
            "tickfont": ink,
            "anchor": f"y{len(panels) + 1}",
            "showspikes": True,
            "spikemode": "across",
            "spikethickness": 1,
            "spikedash": "solid",
            "spikecolor": GREY[dark],
            "zeroline": False,
            "range": _range(rows, x),
            **({"tickformat": "d", "minallowed": 0} if x == "session" else {}),
        },
        yaxis={
            "visible": False,
            "fixedrange": True,
            "domain": [1 - (_STRIP if strip else 0) / inner, 1],
            "range": [0, 1],
        },
    )
    for number, panel in enumerate(panels, start=2):
        above = top + (number - 2) * (_PANEL + _GAP) + _GAP * 0.6
        domain = [max(1 - (above + _PANEL) / inner, 0), 1 - above / inner]
        figure.update_layout(
            {
                f"yaxis{number}": {
                    "domain": domain,
                    "fixedrange": True,
                    "zeroline": False,
                    "automargin": True,
                    "tickfont": ink,
                    "nticks": 5,
                    "anchor": "x",
                    **({"rangemode": "tozero"} if panel.metric.minimum == 0 else {}),
                }
            }
        )
        unit = f" ({as_plotly(panel.metric.unit)})" if panel.metric.unit else ""
        title = as_plotly(panel.metric.title)
        figure.add_annotation(
            text=f"<b>{title[:1].upper()}{title[1:]}</b>{unit}",
            x=0, xref="paper", xanchor="left", y=domain[1], yref="paper", yanchor="bottom", showarrow=False,
            font=ink,
        )  # fmt: skip
    place = places(rows, x)
    for each in np.flatnonzero(rows["session"].to_numpy() == selected)[:1]:
        if not pd.isna(place[each]):
            figure.add_shape(
                type="line", x0=place[each], x1=place[each], y0=0, y1=1, yref="paper", layer="below",
                line={"color": INK[dark], "width": 1.5},
            )  # fmt: skip
    return figure


def places(rows: pd.DataFrame, x: Axis) -> Places:
    """Return where each session stands along the bottom, shape (n,): its number, or its date, which may be missing."""
    found = rows["session"].to_numpy() if x == "session" else rows["session_date"].to_numpy()
    return np.asarray(found)


def _range(rows: pd.DataFrame, x: Axis) -> list[Any] | None:
    if x == "session":
        number = rows["session"]
        return [float(number.min()) - 0.8, float(number.max()) + 0.8] if len(number) else None
    day = rows["session_date"].dropna()
    return [day.min() - DAY, day.max() + DAY] if len(day) else None
