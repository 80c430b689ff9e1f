"""Pictures of a backtest: where mice are sent by a version, and the stages of one mouse by several."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from autotrain_core.diagrams import StageColour
from autotrain_ui import words
from autotrain_ui.charts.cohort_stages import DECISION_COLOURS
from autotrain_ui.charts.framing import Caption, axis, framed, plain
from autotrain_ui.charts.panels import GREY, INK

_ROW, _STRIP = 52, 58
_LETTERS = 22
_GAP = 0.06


def flow_figure(
    flows: pd.DataFrame, stages: Sequence[str], *, colours: Mapping[str, StageColour], caption: Caption, dark: bool
) -> go.Figure:
    """
    Draw where mice are sent from each stage: a band a pair of stages, as wide as there are decisions.

    Args:
        flows: See `evaluation.Replay.flows`; decisions to stay are left out.
        stages: The labels of the version's stages in order.
        colours: Stage label -> its colours.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    moves = flows[flows["stage"].astype("str") != flows["to"].astype("str")]
    starts = [stage for stage in stages if (moves["stage"] == stage).any()]
    ends = [stage for stage in stages if (moves["to"] == stage).any()]
    place = {stage: number for number, stage in enumerate(stages)}
    sources, targets, hues, said = [], [], [], []
    for row in moves.to_dict(orient="records"):
        start, end = str(row["stage"]), str(row["to"])
        sources.append(starts.index(start))
        targets.append(len(starts) + ends.index(end))
        hues.append(_faint(DECISION_COLOURS["PROGRESS" if place[end] > place[start] else "ROLLBACK"][dark]))
        said.append(
            f"{plain(words.stage(start))} to {plain(words.stage(end))}<br>"
            f"{words.count(int(row['decisions']), 'decision')}, {words.mice(int(row['mice']))}"
        )
    nodes = [*starts, *ends]
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [plain(words.stage(stage), most=_LETTERS) for stage in nodes],
                "color": [colours[stage].fill if stage in colours else GREY[dark] for stage in nodes],
                "line": {"color": INK[dark], "width": 0.6},
                "x": [0.001] * len(starts) + [0.999] * len(ends),
                "y": [*_spread(_totals(moves, "stage", starts)), *_spread(_totals(moves, "to", ends))],
                "pad": 10,
                "thickness": 14,
                "hoverinfo": "skip",
            },
            link={
                "source": sources,
                "target": targets,
                "value": moves["decisions"].tolist(),
                "color": hues,
                "customdata": said,
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"color": INK[dark], "size": 12, "shadow": "none"},
        )
    )
    return framed(figure, caption, dark=dark, plot=_ROW * max(len(starts), len(ends), 2))


def _totals(moves: pd.DataFrame, side: str, stages: Sequence[str]) -> list[int]:
    return [int(moves.loc[(moves[side] == stage).to_numpy(), "decisions"].sum()) for stage in stages]


def _spread(totals: Sequence[int]) -> list[float]:
    """Give the middles of nodes from top to bottom, each as high as its share, with equal gaps between them."""
    free = 1 - _GAP * (len(totals) - 1)
    heights = [free * total / max(sum(totals), 1) for total in totals]
    return [sum(heights[:place]) + height / 2 + _GAP * place for place, height in enumerate(heights)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strip:
    """
    The stages of one mouse over its sessions, by one version or as they were run.

    Attributes:
        name: What the strip is of.
        sessions: Numbers, rising.
        stages: Label of the stage of each session; empty where it is not known.
    """

    name: str
    sessions: Sequence[int]
    stages: Sequence[str]


def strips_figure(
    strips: Sequence[Strip], *, parting: float, colours: Mapping[str, StageColour], caption: Caption, dark: bool
) -> go.Figure:
    """
    Draw strips of stages one below the other, on one axis of session numbers.

    Args:
        strips: From top to bottom.
        parting: Number of the session after which two of them part; NaN where they do not.
        colours: Stage label -> its colours.
        caption: What the picture says of itself.
        dark: The page is dark.
    """
    rows = [(number, *stretch) for number, strip in enumerate(strips) for stretch in stretches_of(strip)]
    known = [colours.get(stage) for _, stage, _, _ in rows]
    last = max((end for *_, end in rows), default=1)
    figure = go.Figure(
        go.Bar(
            orientation="h",
            y=[number for number, *_ in rows],
            base=[start - 0.5 for _, _, start, _ in rows],
            x=[end - start + 1 for _, _, start, end in rows],
            width=0.62,
            marker={
                "color": [colour.fill if colour else GREY[dark] for colour in known],
                "line": {"color": INK[dark], "width": 0.6},
            },
            text=[plain(words.stage(stage), most=_LETTERS) for _, stage, _, _ in rows],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            insidetextfont={"color": [colour.text if colour else "#000000" for colour in known], "size": 12},
            hovertext=[
                f"{plain(strips[number].name)}<br>{plain(words.stage(stage))}, "
                + (f"session {start}" if start == end else f"sessions {start} to {end}")
                for number, stage, start, end in rows
            ],
            hoverinfo="text",
            showlegend=False,
            cliponaxis=True,
        )
    )
    if not math.isnan(parting):
        figure.add_vline(x=parting + 0.5, line={"color": INK[dark], "width": 1.5, "dash": "dot"})
    figure = framed(figure, caption, dark=dark, plot=_STRIP * len(strips))
    figure.update_layout(
        uniformtext={"mode": "hide", "minsize": 10},
        xaxis=axis("Session", dark=dark, range=[0.2, last + 0.8], tickformat="d"),
        yaxis=axis(
            "", dark=dark, tickvals=list(range(len(strips))), showgrid=False, range=[len(strips) - 0.4, -0.6],
            ticktext=[plain(strip.name, most=_LETTERS) for strip in strips],
        ),
    )  # fmt: skip
    return figure


def stretches_of(strip: Strip) -> list[tuple[str, int, int]]:
    """Put consecutive sessions at one stage together: the stage, the first and the last session; gaps stay gaps."""
    found: list[tuple[str, int, int]] = []
    for number, stage in zip(strip.sessions, strip.stages, strict=True):
        if found and found[-1][0] == stage and found[-1][2] == number - 1:
            found[-1] = (stage, found[-1][1], number)
        elif stage:
            found.append((stage, number, number))
    return found


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"
