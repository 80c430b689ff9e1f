"""Pictures of how much hangs on a threshold: decisions that flip by its value, by two values, and mice promoted."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from autotrain_core.diagrams import DARK_PAGE, LIGHT_PAGE
from autotrain_core.evaluation import Grid, Suggestion
from autotrain_ui.charts.cohort_stages import DECISION_COLOURS
from autotrain_ui.charts.framing import PALETTE, Caption, axis, framed, plain
from autotrain_ui.charts.panels import INK

_PLOT = 230
_LEGEND_LINE = 21
_MARKS = 34
"""Room for the words above the lines that mark values."""
_LETTERS, _FOOT = 44, 44

_LOOKS = {
    "promoted": ("PROGRESS", "solid"),
    "held": ("STAY", "dash"),
    "sent_back": ("ROLLBACK", "dot"),
    "spared": ("STAY", "dashdot"),
}
# Pale enough, or dark enough, that the marks in the page's own ink are seen on every cell.
_FULL = {False: "#2f8f86", True: "#4fc3b7"}


def sweep_figure(
    table: pd.DataFrame,
    *,
    names: Mapping[str, str],
    title: str,
    value: float,
    stored: float,
    caption: Caption,
    dark: bool,
) -> go.Figure:
    """
    Draw how many decisions flip by the value of a threshold: a line a kind of flip.

    Args:
        table: See `evaluation.Sweep`.
        names: Kind of flip -> what to call it; those that never happen are left out.
        title: What the threshold is put on, with its unit.
        value: Where the slider stands.
        stored: The value of the draft.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    figure = go.Figure()
    shown = [kind for kind in names if table[kind].any()]
    for kind in shown:
        decision, dash = _LOOKS.get(kind, ("", "longdash"))
        figure.add_trace(
            go.Scatter(
                x=table.index.to_numpy(),
                y=table[kind].to_numpy(),
                mode="lines",
                name=plain(names[kind]),
                line={
                    "color": DECISION_COLOURS[decision][dark] if decision else PALETTE[dark][1],
                    "width": 2.2,
                    "dash": dash,
                },
                customdata=table[f"{kind}_mice"].to_numpy(),
                hovertemplate="%{x}: %{y} decisions, %{customdata} mice<extra>%{fullData.name}</extra>",
            )
        )
    _mark(figure, stored, "dot", "now", dark=dark)
    if value != stored:
        _mark(figure, value, "solid", "tried", dark=dark)
    figure = framed(figure, caption, dark=dark, plot=_PLOT, top=_LEGEND_LINE * len(shown) + _MARKS, letters=_FOOT)
    _lines(figure, title, "Decisions that flip", dark=dark)
    return figure


def share_figure(found: Suggestion, *, title: str, stored: float, caption: Caption, dark: bool) -> go.Figure:
    """
    Draw which share of the mice is promoted in time by the value of a threshold: graduates, and all others.

    Args:
        found: The suggestion, with the mice of each value.
        title: What the threshold is put on, with its unit.
        stored: The value of the draft.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    figure = go.Figure()
    lines = (
        ("mice that graduated", "promoted", found.mice, "PROGRESS", "solid"),
        ("mice that did not, or not yet", "others_promoted", found.others, "STAY", "dash"),
    )
    drawn = [line for line in lines if line[2]]
    for name, column, mice, decision, dash in drawn:
        figure.add_trace(
            go.Scatter(
                x=found.table.index.to_numpy(),
                y=found.table[column].to_numpy() / mice,
                mode="lines",
                name=f"{name} (n = {mice})",
                line={"color": DECISION_COLOURS[decision][dark], "width": 2.2, "dash": dash},
                customdata=found.table[column].to_numpy(),
                hovertemplate=f"%{{x}}: %{{y:.0%}}, %{{customdata}} of {mice} mice<extra></extra>",
            )
        )
    figure.add_hline(y=found.target.share, line={"color": INK[dark], "width": 1, "dash": "dash"})
    _mark(figure, stored, "dot", "now", dark=dark)
    if found.value is not None and found.value != stored:
        _mark(figure, found.value, "solid", "suggested", dark=dark)
    figure = framed(figure, caption, dark=dark, plot=_PLOT, top=_LEGEND_LINE * len(drawn) + _MARKS, letters=_FOOT)
    _lines(figure, title, "Promoted in time", dark=dark)
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
    return figure


def grid_figure(grid: Grid, *, across: str, upwards: str, value: float, caption: Caption, dark: bool) -> go.Figure:
    """
    Draw how many decisions flip by the values of two thresholds.

    Args:
        grid: The counts.
        across: What the first threshold is put on, with its unit.
        upwards: What the second one is put on.
        value: Where the slider of the first one stands.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    page = DARK_PAGE if dark else LIGHT_PAGE
    figure = go.Figure(
        go.Heatmap(
            x=grid.across,
            y=grid.upwards,
            z=grid.flips,
            customdata=grid.mice,
            colorscale=[[0, page], [1, _FULL[dark]]],
            zmin=0,
            colorbar={"title": {"text": "flips"}, "thickness": 10, "tickfont": {"color": INK[dark]}},
            hovertemplate="%{x} and %{y}: %{z} decisions, %{customdata} mice<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[grid.first.value],
            y=[grid.second.value],
            mode="markers",
            marker={"symbol": "circle-open", "size": 13, "color": INK[dark], "line": {"width": 2}},
            hovertemplate="now: %{x} and %{y}<extra></extra>",
            showlegend=False,
        )
    )
    if value != grid.first.value:
        _mark(figure, value, "solid", "tried", dark=dark)
    figure = framed(figure, caption, dark=dark, plot=_PLOT + 40, top=_MARKS, letters=_FOOT)
    _lines(figure, across, upwards, dark=dark)
    figure.update_yaxes(rangemode="normal")
    return figure


def _lines(figure: go.Figure, across: str, upwards: str, *, dark: bool) -> None:
    figure.update_layout(
        xaxis=axis(_short(across), dark=dark),
        yaxis=axis(_short(upwards), dark=dark, rangemode="tozero"),
        legend={
            "orientation": "v",
            "x": 0,
            "xanchor": "left",
            "y": 1.14,
            "yanchor": "bottom",
            "font": {"color": INK[dark], "size": 12},
            "bgcolor": "rgba(0,0,0,0)",
        },
        showlegend=True,
    )


def _short(title: str) -> str:
    """Cut the end off a title that would not fit beside its axis."""
    return title if len(title) <= _LETTERS else f"{title[: _LETTERS - 1]}…"


def _mark(figure: go.Figure, value: float, dash: str, name: str, *, dark: bool) -> None:
    figure.add_vline(
        x=value,
        line={"color": INK[dark], "width": 1.6, "dash": dash},
        annotation={
            "text": name,
            "font": {"size": 11, "color": INK[dark]},
            "yanchor": "bottom",
            "y": 1 if dash == "dot" else 1.06,
            "yref": "paper",
        },
    )
