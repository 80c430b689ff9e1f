"""What every picture of a cohort carries: a title, and a foot that says of whom and when it is."""

import re
import textwrap
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from autotrain_core.diagrams import DARK_PAGE, LIGHT_PAGE
from autotrain_ui.charts.panels import GREY, INK, as_plotly

_FOOT_LINE = 15
_FOOT_LETTERS = 96
_MOST_FOOT_LINES = 4
_AXIS = 64

PALETTE = {
    False: ("#12736c", "#9a4d8e", "#b8651b", "#3565a8", "#5d7a1f", "#8a3b45"),
    True: ("#4fc3b7", "#d79bcc", "#eaa866", "#8db4ec", "#b0cc73", "#e39aa3"),
}
"""Colours of groups, by whether the page is dark: those of the theme, in its order."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""Lines of groups: never colour alone."""

MOST_GROUPS = 6
"""More cannot be told apart in one picture; all of them stand in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """
    What a picture says of itself.

    Attributes:
        title: What it shows, in a few words.
        foot: Of whom and when it is: mice, sessions, filters, the run.
    """

    title: str
    foot: str


def framed(
    figure: go.Figure,
    caption: Caption,
    *,
    dark: bool,
    plot: int,
    top: int = 0,
    left: int = 8,
    letters: int = _FOOT_LETTERS,
) -> go.Figure:
    """
    Put title and foot around a figure.

    Args:
        figure: What is drawn; it is changed.
        caption: What it says of itself; may come from a stranger.
        dark: The page is dark.
        plot: Height of what is drawn, in pixels.
        top: Further room above it, for a legend.
        left: Room beside it; axes take more where they need it.
        letters: Of a line of the foot; fewer where the picture stands in a narrow place.
    """
    lines = textwrap.wrap(caption.foot, letters)
    if len(lines) > _MOST_FOOT_LINES:
        lines = [*lines[: _MOST_FOOT_LINES - 1], f"{lines[_MOST_FOOT_LINES - 1]} …"]
    head = 40 + top
    foot = _AXIS + _FOOT_LINE * len(lines) + 6
    page = DARK_PAGE if dark else LIGHT_PAGE
    figure.update_layout(
        height=head + plot + foot,
        margin={"l": left, "r": 16, "t": head, "b": foot},
        paper_bgcolor=page,
        plot_bgcolor=page,
        font={"color": INK[dark]},
        title={
            "text": plain(caption.title),
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "pad": {"l": 4, "t": 4},
            "y": 1,
            "yanchor": "top",
            "yref": "container",
            "font": {"size": 16, "color": INK[dark]},
        },
        hoverlabel={"align": "left"},
    )
    figure.add_annotation(
        text="<br>".join(plain(line) for line in lines),
        x=0,
        xref="paper",
        xanchor="left",
        y=0,
        yref="paper",
        yanchor="top",
        yshift=-_AXIS,
        showarrow=False,
        align="left",
        font={"size": 11, "color": INK[dark]},
        name="foot",
    )
    return figure


def config(name: str) -> dict[str, Any]:
    """Give what `st.plotly_chart` takes as `config`: few buttons, and one that saves the picture as SVG."""
    file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "picture"
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d", "zoomIn2d", "zoomOut2d", "pan2d"],
        "toImageButtonOptions": {"format": "svg", "filename": file},
    }


def axis(title: str, *, dark: bool, **further: Any) -> dict[str, Any]:
    """Give an axis with a title, that stands still and has quiet lines."""
    return {
        "title": {"text": plain(title), "font": {"color": INK[dark]}},
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "gridcolor": _mixed(dark),
        "tickfont": {"color": INK[dark], "size": 12},
        **further,
    }


def plain(text: object, *, most: int = 0) -> str:
    """Give a text for a picture, in which nothing is markup; its middle is cut out where it has too many letters."""
    told = str(text)
    if most and len(told) > most:
        # Names differ at their end as often as at their beginning: "Coupled Baiting@2.3", "Coupled Baiting@2.4".
        told = f"{told[: most // 2]}…{told[len(told) + 1 + most // 2 - most :]}"
    return as_plotly(told)


def _mixed(dark: bool) -> str:
    red, green, blue = (int(GREY[dark][place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.25)"
