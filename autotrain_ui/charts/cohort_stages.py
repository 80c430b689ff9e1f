"""Pictures of a cohort stage by stage: how long mice stay, what is decided, how metrics spread, who goes where."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from autotrain_core.diagrams import DARK_PAGE, LIGHT_PAGE, StageColour
from autotrain_core.evaluation import Distribution
from autotrain_core.rules import Metric
from autotrain_ui import words
from autotrain_ui.charts.framing import MOST_GROUPS, PALETTE, Caption, axis, framed, plain
from autotrain_ui.charts.panels import GREY, INK

_PLOT = 340
_BAR, _RIDGE, _CELL = 40, 62, 48
_LEGEND_LINE = 21
_STAGE_LETTERS = 26

DECISION_COLOURS = {
    "PROGRESS": {False: "#0b5cad", True: "#8db4ec"},
    "STAY": {False: "#55606b", True: "#a9b4be"},
    "ROLLBACK": {False: "#a34a05", True: "#ffb070"},
}
"""As in the pictures of a mouse."""

# Pale enough, or dark enough, that text in the page's own ink is read on every cell (contrast at least 4.5).
_FULL = {False: "#6cc3bb", True: "#0f6660"}


def dwell_figure(
    summary: pd.DataFrame, *, unit: str, names: Mapping[str, str], caption: Caption, dark: bool
) -> go.Figure:
    """
    Draw how long the visits to each stage that have ended lasted.

    A box reaches from quartile to quartile, a whisker to the 90th percentile.

    Args:
        summary: See `services.visits_by_stage`; stages without an ended visit have no box.
        unit: "sessions" or "days".
        names: Group -> what to call it; the first `MOST_GROUPS` are drawn.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    stages = [str(label) for label in summary["stage"].cat.remove_unused_categories().cat.categories]
    measured = summary[summary["n"] > 0]
    shown = [name for name in names if (measured["group"] == name).any()][:MOST_GROUPS]
    figure = go.Figure()
    for place, name in enumerate(shown):
        rows = measured[measured["group"] == name]
        colour = PALETTE[dark][place]
        figure.add_trace(
            go.Box(
                x=[stages.index(str(stage)) for stage in rows["stage"]],
                q1=rows["quartile_1"].to_numpy(),
                median=rows["median"].to_numpy(),
                q3=rows["quartile_3"].to_numpy(),
                lowerfence=rows["quartile_1"].to_numpy(),
                upperfence=rows["percentile_90"].to_numpy(),
                name=plain(f"{names[name]}: {words.count(int(rows['n'].sum()), 'visit')} ended", most=70),
                line={"color": colour, "width": 1.6},
                fillcolor=_with(colour, 0.25),
                whiskerwidth=0.4,
                hoverinfo="y",
                offsetgroup=str(place),
            )
        )
    of_stage = summary["stage"].astype("str")
    ended = {stage: int(summary.loc[of_stage == stage, "n"].sum()) for stage in stages}
    going_on = {stage: int(summary.loc[of_stage == stage, "visits"].sum()) - ended[stage] for stage in stages}
    ticks = [
        f"{plain(words.stage(stage), most=_STAGE_LETTERS)}<br>n = {ended[stage]}"
        + (f" (+{going_on[stage]})" if going_on[stage] else "")
        for stage in stages
    ]  # fmt: skip
    top = _LEGEND_LINE * len(shown) + 8 if len(shown) > 1 else 0
    figure = framed(figure, caption, dark=dark, plot=_PLOT, top=top)
    figure.update_layout(
        boxmode="group",
        showlegend=len(shown) > 1,
        xaxis=axis("", dark=dark, tickvals=list(range(len(stages))), ticktext=ticks, range=[-0.6, len(stages) - 0.4]),
        yaxis=axis(f"{unit.capitalize()} at the stage, one visit", dark=dark, rangemode="tozero"),
        legend={
            "orientation": "v", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "itemclick": False,
            "itemdoubleclick": False,
        },
    )  # fmt: skip
    return figure


def decisions_figure(table: pd.DataFrame, *, caption: Caption, dark: bool) -> go.Figure:
    """
    Draw what is decided at each stage, as shares of the sessions there; each part has its sign.

    Args:
        table: See `evaluation.decisions_per_stage`; at least one row.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    stages = [
        f"{plain(words.stage(stage), most=_STAGE_LETTERS)}<br>n = {int(sessions):,}"
        for stage, sessions in zip(table.index, table["sessions"], strict=True)
    ]
    figure = go.Figure()
    ink = {False: "#ffffff", True: "#000000"}[dark]
    for decision in ("ROLLBACK", "STAY", "PROGRESS"):
        shares = table[decision] / table["sessions"]
        figure.add_trace(
            go.Bar(
                orientation="h",
                y=list(range(len(table))),
                x=shares.to_numpy(),
                name=words.decision(decision),
                marker={"color": DECISION_COLOURS[decision][dark], "line": {"width": 1, "color": _page(dark)}},
                text=[f"{words.SIGNS[decision]} {share:.0%}" if share > 0 else "" for share in shares],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                insidetextfont={"color": ink, "size": 12},
                hovertext=[
                    f"{plain(words.stage(stage))}: {words.decision(decision)} after "
                    f"{words.count(int(number), 'session')} ({share:.1%})"
                    for stage, number, share in zip(table.index, table[decision], shares, strict=True)
                ],
                hoverinfo="text",
            )
        )
    figure = framed(figure, caption, dark=dark, plot=_BAR * len(table) + 20, top=30)
    figure.update_layout(
        barmode="stack",
        bargap=0.25,
        uniformtext={"mode": "hide", "minsize": 10},
        xaxis=axis("Share of the decisions at the stage", dark=dark, range=[0, 1], tickformat=".0%"),
        yaxis=axis(
            "", dark=dark, tickvals=list(range(len(table))), ticktext=stages, range=[len(table) - 0.5, -0.5],
            showgrid=False,
        ),
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "itemclick": False,
            "itemdoubleclick": False, "traceorder": "normal",
        },
    )  # fmt: skip
    return figure


def metric_figure(
    spread: Distribution, metric: Metric, *, colours: Mapping[str, StageColour], caption: Caption, dark: bool
) -> go.Figure:
    """
    Draw how a metric spreads at each stage: a hill a stage, all of one area, a bar from quartile to quartile below it.

    Args:
        spread: See `evaluation.metric_distribution`; at least one stage with a number.
        metric: What it is of.
        colours: Stage label -> its colours.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    stages = [label for label in spread.summary.index if spread.summary.loc[label, "n"] > 0]
    counts = spread.counts.loc[stages].to_numpy(dtype=np.float64)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    scale = 0.82 / max(float(shares.max(initial=0)), 1e-9)
    figure = go.Figure()
    for place, label in enumerate(stages):
        colour = colours.get(str(label))
        across = np.repeat(spread.edges, 2)
        up = np.concatenate([[0], np.repeat(shares[place] * scale, 2), [0]])
        figure.add_trace(
            go.Scatter(
                x=across,
                y=place - up,
                mode="lines",
                line={"width": 1.2, "color": colour.edge if colour else GREY[dark]},
                fill="toself",
                fillcolor=colour.fill if colour else GREY[dark],
                hoverinfo="skip",
                name=plain(words.stage(label), most=40),
            )
        )
    figure.add_trace(
        _quartiles(spread.summary.loc[stages], metric, dark=dark, wide=5, ends=("quartile_1", "quartile_3"))
    )
    figure.add_trace(
        _quartiles(spread.summary.loc[stages], metric, dark=dark, wide=1.5, ends=("percentile_5", "percentile_95"))
    )
    figure.add_trace(_medians(spread.summary.loc[stages], metric, dark=dark))
    ticks = [
        f"{plain(words.stage(label), most=_STAGE_LETTERS)}<br>n = {int(spread.summary.loc[label, 'n']):,}"
        for label in stages
    ]
    unit = f" ({metric.unit})" if metric.unit else ""
    figure = framed(figure, caption, dark=dark, plot=_RIDGE * len(stages) + 30)
    figure.update_layout(
        showlegend=False,
        xaxis=axis(f"{metric.title[:1].upper()}{metric.title[1:]}{unit}", dark=dark),
        yaxis=axis(
            "",
            dark=dark,
            tickvals=list(range(len(stages))),
            ticktext=ticks,
            range=[len(stages) - 0.6, -1],
            showgrid=False,
        ),
        hovermode="closest",
    )
    return figure


def _quartiles(summary: pd.DataFrame, metric: Metric, *, dark: bool, wide: float, ends: tuple[str, str]) -> go.Scatter:
    across: list[float | None] = []
    up: list[float | None] = []
    for place, (low, high) in enumerate(zip(summary[ends[0]], summary[ends[1]], strict=True)):
        across += [low, high, None]
        up += [place + 0.12, place + 0.12, None]
    return go.Scatter(
        x=across, y=up, mode="lines", line={"width": wide, "color": INK[dark]}, hoverinfo="skip",
        name=f"{ends[0]} to {ends[1]} of {plain(metric.title)}",
    )  # fmt: skip


def _medians(summary: pd.DataFrame, metric: Metric, *, dark: bool) -> go.Scatter:
    said = [
        f"{plain(words.stage(label))}<br>median {_number(row['median'], metric)}<br>"
        f"half of the sessions: {_number(row['quartile_1'], metric)} to {_number(row['quartile_3'], metric)}<br>"
        f"nine in ten: {_number(row['percentile_5'], metric)} to {_number(row['percentile_95'], metric)}<br>"
        f"{words.count(int(row['n']), 'session')}, {int(row['missing'])} without a number"
        for label, row in summary.iterrows()
    ]
    return go.Scatter(
        x=summary["median"].to_numpy(),
        y=np.arange(len(summary)) + 0.12,
        mode="markers",
        marker={"size": 11, "color": _page(dark), "line": {"width": 2.2, "color": INK[dark]}},
        hovertext=said,
        hoverinfo="text",
        name="median",
    )


def _number(value: float, metric: Metric) -> str:
    return plain(words.number(float(value), metric.unit))


def transitions_figure(changes: pd.DataFrame, *, stages: Sequence[str], caption: Caption, dark: bool) -> go.Figure:
    """
    Draw who goes from which stage to which, as a matrix: from the stage on the left to the one above.

    Args:
        changes: See `services.stage_changes`; at least one row.
        stages: The stages in order, each of `changes` among them.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    met = {*changes["stage"].astype("str"), *changes["to"].astype("str")}
    labels = [stage for stage in stages if stage in met]
    place = {label: number for number, label in enumerate(labels)}
    shares = np.full((len(labels), len(labels)), np.nan)
    texts = np.full(shares.shape, "", dtype=object)
    said = np.full(shares.shape, "", dtype=object)
    for row in changes.to_dict(orient="records"):
        start, end = place[str(row["stage"])], place[str(row["to"])]
        shares[start, end] = row["share"]
        sign = words.SIGNS["STAY" if start == end else "PROGRESS" if end > start else "ROLLBACK"]
        texts[start, end] = f"{sign} {row['count']:,}<br>{row['share']:.0%}"
        said[start, end] = (
            f"{plain(words.stage(row['stage']))} to {plain(words.stage(row['to']))}<br>"
            f"{row['count']:,} times ({row['share']:.1%}), {words.mice(int(row['mice']))}"
        )
    ticks = [plain(words.stage(label), most=_STAGE_LETTERS) for label in labels]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=list(range(len(labels))),
            y=list(range(len(labels))),
            zmin=0,
            zmax=1,
            colorscale=[[0, _page(dark)], [1, _FULL[dark]]],
            text=texts,
            texttemplate="%{text}",
            textfont={"size": 12, "color": INK[dark]},
            xgap=2,
            ygap=2,
            hovertext=said,
            hoverinfo="text",
            hoverongaps=False,
            colorbar={"title": {"text": "Share"}, "tickformat": ".0%", "thickness": 12, "outlinewidth": 0},
        )
    )
    figure = framed(figure, caption, dark=dark, plot=_CELL * len(labels) + 60, top=24)
    figure.update_layout(
        xaxis=axis("To", dark=dark, side="top", tickvals=list(range(len(labels))), ticktext=ticks, showgrid=False),
        yaxis=axis(
            "From", dark=dark, tickvals=list(range(len(labels))), ticktext=ticks, autorange="reversed", showgrid=False
        ),
    )
    return figure


def _page(dark: bool) -> str:
    return DARK_PAGE if dark else LIGHT_PAGE


def _with(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
