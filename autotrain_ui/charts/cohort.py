"""Pictures of a cohort over time: who has not graduated yet, and how many mice are at each stage."""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from autotrain_core.diagrams import StageColour
from autotrain_core.evaluation import Survival
from autotrain_ui import words
from autotrain_ui.charts.framing import DASHES, MOST_GROUPS, PALETTE, Caption, axis, framed, plain
from autotrain_ui.charts.panels import GREY, INK

FEW_MICE = 5
"""Of fewer an interval says nothing: from "nobody" to "everybody"."""

_FEW_BANDS = 3
_ROW = 20
_LEGEND_LINE = 21
_PLOT = 330
_ALONG = {"session": "Session", "date": "Day", "week": "Week, from Monday"}


def survival_figure(
    curves: pd.DataFrame,
    groups: Mapping[str, Survival],
    *,
    unit: str,
    names: Mapping[str, str],
    caption: Caption,
    dark: bool,
) -> go.Figure:
    """
    Draw the share of mice that has not graduated yet, with intervals, and how many it rests on.

    Args:
        curves: See `services.training_curves`; what is drawn is what stands there.
        groups: The same, group by group; the first `MOST_GROUPS` are drawn.
        unit: "sessions" or "days".
        names: Group -> what to call it.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    shown = list(groups)[:MOST_GROUPS]
    figure = go.Figure()
    last = max((float(groups[name].times.max()) for name in shown if len(groups[name].times)), default=1.0)
    for place, name in enumerate(shown):
        rows = curves[curves["group"] == name]
        if groups[name].n >= FEW_MICE:
            figure.add_trace(_band(rows, _faint(PALETTE[dark][place], 0.16 if len(shown) <= _FEW_BANDS else 0.07)))
    for place, name in enumerate(shown):
        rows = curves[curves["group"] == name]
        figure.add_trace(_curve(rows, plain(_told(names[name], groups[name])), place, unit=unit, dark=dark))
    figure.add_trace(_censored(curves, shown, dark=dark))
    step = _step(last)
    ticks = np.arange(0, last + step, step)
    figure.add_trace(_at_risk(groups, shown, ticks))
    rows_high = _ROW * (len(shown) + 1)
    plot = _PLOT + 44 + rows_high
    figure = framed(figure, caption, dark=dark, plot=plot, top=_LEGEND_LINE * len(shown) + 8)
    swatches = [
        f"<span style='color:{PALETTE[dark][place]}'>■</span> {plain(names[name], most=20)}"
        for place, name in enumerate(shown)
    ]
    figure.update_layout(
        xaxis=axis(
            f"Decided {unit}" if unit == "sessions" else "Calendar days from the first session",
            dark=dark, range=[-last * 0.02, last * 1.03], dtick=step, anchor="y2",
        ),
        yaxis=axis(
            "Not graduated yet", dark=dark, range=[0, 1.02], tickformat=".0%", domain=[1 - _PLOT / plot, 1],
        ),
        yaxis2=axis(
            "", dark=dark, range=[len(shown) - 0.5, -1], domain=[0, rows_high / plot], showgrid=False,
            tickvals=list(range(len(shown))), ticktext=swatches, tickfont={"size": 11, "color": INK[dark]},
        ),
        legend={
            "orientation": "v", "x": 0, "xanchor": "left", "xref": "paper", "y": 1, "yanchor": "bottom",
            "itemclick": False, "itemdoubleclick": False,
        },
        hovermode="closest",
    )  # fmt: skip
    figure.add_annotation(
        text="Mice still watched:", x=0, xref="paper", xanchor="left", y=-0.8, yref="y2", yanchor="middle",
        showarrow=False, font={"size": 11},
    )  # fmt: skip
    return figure


def _told(name: str, curve: Survival) -> str:
    return f"{name}: {words.mice(curve.n)}, {median_told(curve)}"


def median_told(curve: Survival, unit: str = "") -> str:
    """Say a median with its interval: "median 17 (14 to 19)"; where it is not reached, or there are few mice, that."""
    if curve.median is None:
        return "median not reached"
    told = f"median {words.number(curve.median)}{f' {unit}' if unit else ''}"
    return f"{told} ({interval_told(curve)})"


def interval_told(curve: Survival) -> str:
    """Say the interval of a median: "14 to 19", "from 14", or that there are too few mice."""
    if curve.n < FEW_MICE:
        return "too few mice for an interval"
    lower, upper = curve.median_lower, curve.median_upper
    if lower is None:
        return "no interval yet"
    if upper is None:
        return f"from {words.number(lower)}, no upper end yet"
    return f"{words.number(lower)} to {words.number(upper)}"


def _stairs(times: "pd.Series[float]", shares: "pd.Series[float]") -> tuple[list[float], list[float]]:
    """Give the corners of steps from (0, 1) on; what has no number ends them."""
    across, up = [0.0], [1.0]
    for time, share in zip(times, shares, strict=True):
        across.append(float(time))
        up.append(up[-1])
        if np.isnan(share):
            break
        across.append(float(time))
        up.append(float(share))
    return across, up


def _band(rows: pd.DataFrame, fill: str) -> go.Scatter:
    lower = _stairs(rows["time"], rows["lower"])
    upper = _stairs(rows["time"], rows["upper"])
    return go.Scatter(
        x=[*upper[0], *reversed(lower[0])],
        y=[*upper[1], *reversed(lower[1])],
        mode="lines",
        line={"width": 0, "color": fill},
        fill="toself",
        fillcolor=fill,
        hoverinfo="skip",
        showlegend=False,
        name="interval",
    )


def _curve(rows: pd.DataFrame, legend: str, place: int, *, unit: str, dark: bool) -> go.Scatter:
    one = unit.removesuffix("s")
    said = [
        f"{row['not_graduated']:.0%} not graduated after {words.count(int(row['time']), one)}<br>"
        f"{row['at_risk']} still watched, {row['graduated']} graduate, {row['censored']} last seen"
        for row in rows.to_dict(orient="records")
    ]
    return go.Scatter(
        x=np.concatenate([[0.0], rows["time"].to_numpy(dtype=np.float64)]),
        y=np.concatenate([[1.0], rows["not_graduated"].to_numpy(dtype=np.float64)]),
        mode="lines",
        line={"color": PALETTE[dark][place], "width": 2.2, "dash": DASHES[place], "shape": "hv"},
        hovertext=["", *said],
        hoverinfo="text",
        name=legend,
    )


def _censored(curves: pd.DataFrame, shown: list[str], *, dark: bool) -> go.Scatter:
    """Draw a tick where a mouse was last seen without having graduated."""
    rows = curves[curves["group"].isin(shown) & (curves["censored"] > 0)]
    places = [shown.index(name) for name in rows["group"]]
    return go.Scatter(
        x=rows["time"].to_numpy(dtype=np.float64),
        y=rows["not_graduated"].to_numpy(dtype=np.float64),
        mode="markers",
        marker={
            "symbol": "line-ns-open",
            "size": 9,
            "line": {"width": 1.5},
            "color": [PALETTE[dark][place] for place in places],
        },
        hovertext=[f"{words.mice(int(number))} last seen here, not graduated" for number in rows["censored"]],
        hoverinfo="text",
        showlegend=False,
        name="last seen",
    )


def _at_risk(
    groups: Mapping[str, Survival], shown: list[str], ticks: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> go.Scatter:
    numbers = [groups[name].at_risk_at(np.maximum(ticks, 1e-9)) for name in shown]
    return go.Scatter(
        x=np.tile(ticks, len(shown)),
        y=np.repeat(np.arange(len(shown)), len(ticks)),
        mode="text",
        text=[str(number) for row in numbers for number in row],
        textfont={"size": 11},
        hoverinfo="skip",
        showlegend=False,
        yaxis="y2",
        name="still watched",
    )


def _step(last: float) -> float:
    """Give a round step that leaves at most eight numbers below a picture."""
    for size in (1, 10, 100, 1000, 10_000):
        for round_ in (1, 2, 5):
            if last / (size * round_) <= 8:
                return float(size * round_)
    return last / 8


def _faint(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def occupancy_figure(
    table: pd.DataFrame,
    *,
    over: Literal["date", "week", "session"],
    colours: Mapping[str, StageColour],
    caption: Caption,
    dark: bool,
) -> go.Figure:
    """
    Draw how many mice are at each stage over time, stage upon stage, the first at the bottom.

    Args:
        table: See `services.stages_over_time`; at least one row.
        over: What stands along the bottom.
        colours: Stage label -> its colours.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    # The last step has a width, too: nothing changes until the next day, week or session.
    figure = go.Figure(list(_areas(pd.concat([table, _a_step_later(table, over)]), colours, dark=dark)))
    figure = framed(figure, caption, dark=dark, plot=_PLOT, top=46)
    figure.update_layout(
        xaxis=axis(
            _ALONG[over], dark=dark, showspikes=True, spikemode="across", spikethickness=1, spikecolor=GREY[dark]
        ),
        yaxis=axis("Mice", dark=dark, rangemode="tozero", tickformat="d"),
        hovermode="x unified",
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "traceorder": "normal",
            "itemclick": False, "itemdoubleclick": False,
        },
    )  # fmt: skip
    if over == "session":
        figure.update_xaxes(tickformat="d")
    return figure


def _a_step_later(table: pd.DataFrame, over: str) -> pd.DataFrame:
    step = 1 if over == "session" else pd.Timedelta(days=7 if over == "week" else 1)
    last = table.tail(1)
    return last.set_axis(last.index + step, axis=0)


def _areas(table: pd.DataFrame, colours: Mapping[str, StageColour], *, dark: bool) -> Iterator[go.Scatter]:
    for label in table.columns:
        colour = colours.get(str(label))
        counts = table[label].to_numpy()
        yield go.Scatter(
            x=table.index.to_numpy(),
            y=counts.astype(np.int32),
            mode="lines",
            stackgroup="mice",
            line={"width": 0.8, "color": colour.edge if colour else GREY[dark], "shape": "hv"},
            fillcolor=colour.fill if colour else GREY[dark],
            name=plain(words.stage(label), most=40),
            hovertemplate="%{y:d}",
        )
