"""Pictures of forecasts: what became of comparable mice, and whether what was foretold came true."""

import numpy as np
import plotly.graph_objects as go

from autotrain_core.evaluation import Calibration, Incidence
from autotrain_core.rules import Floats
from autotrain_ui import words
from autotrain_ui.charts.framing import PALETTE, Caption, axis, framed
from autotrain_ui.charts.panels import GREY

_PLOT = 250
_SQUARE = 330
_LEGEND = 30


def curve_figure(curve: Incidence, *, caption: Caption, dark: bool) -> go.Figure:
    """
    Draw the share of comparable mice that has graduated, and that has left, by sessions from now on.

    Args:
        curve: See `services.curve_of`; somebody takes part.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    colour = PALETTE[dark][0]
    last = float(curve.times[-1])
    figure = go.Figure()
    upper, lower = (_steps(curve.times, np.nan_to_num(ends[0], nan=1.0)) for ends in (curve.upper, curve.lower))
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([upper[0], lower[0][::-1]]), y=np.concatenate([upper[1], lower[1][::-1]]), mode="lines",
            line={"width": 0}, fill="toself", fillcolor=_faint(colour), hoverinfo="skip", showlegend=False,
            name="interval",
        )
    )  # fmt: skip
    for place, name, line in ((0, "graduated", {"color": colour, "width": 2.2}), (1, "left", _grey(dark))):
        figure.add_trace(
            go.Scatter(
                x=np.concatenate([[0.0], curve.times]),
                y=np.concatenate([[0.0], curve.share[place]]),
                mode="lines",
                line={"shape": "hv", **line},
                name=name,
                hovertemplate=f"%{{y:.0%}} {name} within %{{x:.0f}} more sessions<extra></extra>",
            )
        )
    figure = framed(figure, caption, dark=dark, plot=_PLOT, top=_LEGEND)
    figure.update_layout(
        xaxis=axis("More sessions", dark=dark, range=[0, max(last, 1) * 1.03], rangemode="tozero"),
        yaxis=axis("Comparable mice", dark=dark, range=[0, 1.02], tickformat=".0%"),
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "itemclick": False},
        hovermode="closest",
    )
    return figure


def calibration_figure(found: Calibration, *, caption: Caption, dark: bool) -> go.Figure:
    """
    Draw what was foretold beside what came of it, bin by bin; on the diagonal both are the same.

    Args:
        found: See `services.forecast_calibration`; some mice were tried.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    bins = found.bins
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=[0, 1], y=[0, 1], mode="lines", line=_grey(dark), hoverinfo="skip", showlegend=False, name="the same"
        )
    )
    figure.add_trace(
        go.Scatter(
            x=bins["predicted"],
            y=bins["observed"],
            mode="markers+text",
            text=[f"  {mice}" for mice in bins["mice"]],
            textposition="middle right",
            marker={"color": PALETTE[dark][0], "size": 9},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": bins["upper"] - bins["observed"],
                "arrayminus": bins["observed"] - bins["lower"],
                "color": PALETTE[dark][0],
                "thickness": 1.5,
            },
            hovertext=[
                f"{row['predicted']:.0%} foretold, {row['observed']:.0%} graduated<br>{words.mice(int(row['mice']))}, "
                f"{found.level:.0%} interval {row['lower']:.0%} to {row['upper']:.0%}"
                for row in bins.to_dict(orient="records")
            ],
            hoverinfo="text",
            showlegend=False,
            name="mice",
        )
    )
    figure = framed(figure, caption, dark=dark, plot=_SQUARE)
    figure.update_layout(
        xaxis=axis(
            f"Foretold to graduate within {found.within} sessions",
            dark=dark,
            range=[-0.02, 1.06],
            tickformat=".0%",
            dtick=0.2,
        ),
        yaxis=axis("Graduated", dark=dark, range=[-0.02, 1.04], tickformat=".0%", dtick=0.2),
        hovermode="closest",
    )
    return figure


def _steps(times: Floats, shares: Floats) -> tuple[Floats, Floats]:
    across = np.repeat(np.concatenate([[0.0], times]), 2)[1:]
    up = np.repeat(np.concatenate([[0.0], shares]), 2)[:-1]
    return across, up


def _grey(dark: bool) -> dict[str, object]:
    return {"color": GREY[dark], "width": 1.6, "dash": "dash"}


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"
